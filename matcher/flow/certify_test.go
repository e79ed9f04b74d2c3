package flow_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// proves reports, in big integers and straight from the definition, whether
// the potentials prove the flows optimal.
func proves(n *flowtest.Plain, s *flowtest.Plan) bool {
	for a, arc := range n.Arcs {
		sign := 0
		for k := 0; k < len(n.Costs) && sign == 0; k++ {
			r := big.NewInt(n.Costs[k][a])
			r.Add(r, big.NewInt(s.Potentials[k][arc.From]))
			r.Sub(r, big.NewInt(s.Potentials[k][arc.To]))
			sign = r.Sign()
		}
		rises := arc.Upper == flow.Inf || s.Flows[a] < arc.Upper
		if (sign < 0 && rises) || (sign > 0 && s.Flows[a] > arc.Lower) {
			return false
		}
	}
	return true
}

func clone(s *flowtest.Plan) *flowtest.Plan {
	c := *s
	c.Flows, c.Costs, c.Potentials = slices.Clone(s.Flows), slices.Clone(s.Costs), nil
	for _, pi := range s.Potentials {
		c.Potentials = append(c.Potentials, slices.Clone(pi))
	}
	return &c
}

// pushAroundCycle sends amount around a cycle through a random arc, regardless of
// bounds, and reports whether there was one.
func pushAroundCycle(r *rand.Rand, n *flowtest.Plain, flows []int64, amount int64) bool {
	start := r.IntN(len(n.Arcs))
	from, to := n.Arcs[start].To, n.Arcs[start].From
	type step struct {
		arc  int
		sign int64
		back int32
	}
	reached := map[int32]step{from: {arc: -1}}
	for queue := []int32{from}; len(queue) > 0; queue = queue[1:] {
		v := queue[0]
		for _, a := range r.Perm(len(n.Arcs)) {
			w, sign := n.Arcs[a].To, int64(1)
			if n.Arcs[a].From != v {
				w, sign = n.Arcs[a].From, -1
			}
			if a == start || (n.Arcs[a].From != v && n.Arcs[a].To != v) {
				continue
			}
			if _, seen := reached[w]; !seen {
				reached[w] = step{a, sign, v}
				queue = append(queue, w)
			}
		}
	}
	if _, ok := reached[to]; !ok {
		return false
	}
	flows[start] += amount
	for v := to; v != from; v = reached[v].back {
		flows[reached[v].arc] += reached[v].sign * amount
	}
	return true
}

// TestCertifyRejectsWhateverIsNotOptimal corrupts solutions and compares Certify
// with checks of its own in big integers: it must reject what they find
// infeasible, dearer than the optimum, wrongly totalled or unproven, and nothing else.
func TestCertifyRejectsWhateverIsNotOptimal(t *testing.T) {
	corruptions := flowtest.Count(t, 2_000)
	seen := map[string]int{}
	for done, round := 0, 0; done < corruptions; round++ {
		r := rand.New(rand.NewPCG(20070319, uint64(round)))
		n := flowtest.Families[round%len(flowtest.Families)].Make(r, 6+r.IntN(15))
		for range r.IntN(3) {
			flowtest.AddCosts(r, n, 3)
		}
		optimum, err := n.Solve(context.Background(), flow.Options{})
		if v := flowtest.Verdict(err); v == "infeasible" || v == "unbounded" {
			continue
		} else if v != "optimal" {
			t.Fatalf("round %d: %s", round, v)
		}
		want := bigTotals(n, optimum.Flows)
		s := clone(optimum)
		k := r.IntN(len(n.Costs))
		amount := (1 + r.Int64N(3)) * (1 - 2*r.Int64N(2))
		restate := false
		switch r.IntN(5) {
		case 0:
			s.Flows[r.IntN(len(s.Flows))] += amount
		case 1:
			restate = pushAroundCycle(r, n, s.Flows, amount)
		case 2:
			restate = pushAroundCycle(r, n, s.Flows, amount)
			s.Potentials[k][r.IntN(len(n.Supplies))] += amount
		case 3:
			s.Potentials[k][r.IntN(len(n.Supplies))] += amount
		case 4:
			s.Costs[k] = s.Costs[k].Plus(amount)
			if r.IntN(2) == 0 {
				s.Costs[k].Hi += amount
			}
		}
		totals := bigTotals(n, s.Flows)
		if restate { // so that it is the plan that is wrong, not the sum
			for k, total := range totals {
				v := total.Int64()
				if !total.IsInt64() {
					continue
				}
				s.Costs[k] = flow.TotalOf(v)
			}
		}
		verdict := "optimal"
		stated := slices.EqualFunc(totals, s.Costs, func(b *big.Int, c flow.Total) bool { return b.Cmp(c.Big()) == 0 })
		switch {
		case !bigFeasible(n, s.Flows):
			verdict = "infeasible"
		case slices.CompareFunc(totals, want, (*big.Int).Cmp) > 0:
			verdict = "dearer"
		case slices.CompareFunc(totals, want, (*big.Int).Cmp) < 0:
			t.Fatalf("round %d: a plan cheaper than the optimum", round)
		case !stated:
			verdict = "wrong total"
		case !proves(n, s):
			verdict = "unproven"
		}
		seen[verdict]++
		done++
		err = n.Certify(s)
		var failure *flow.CertificateError
		if err != nil && !errors.As(err, &failure) {
			t.Fatalf("round %d: error of another type: %v", round, err)
		}
		if (verdict == "optimal") != (err == nil) {
			t.Fatalf("round %d: %s, and Certify says %v", round, verdict, err)
		}
	}
	t.Logf("%d corrupted solutions: %v", corruptions, seen)
}

func TestCertifyNamesWhatFails(t *testing.T) {
	good := solve(t, textbook(), flow.Options{})
	for _, c := range []struct {
		spoil func(n *flowtest.Plain, s *flowtest.Plan)
		want  string
	}{
		{func(_ *flowtest.Plain, s *flowtest.Plan) { s.Flows = append(s.Flows, 1) }, "arc 5: a flow is stated for it, and there is no such arc"},
		{func(_ *flowtest.Plain, s *flowtest.Plan) { s.Potentials = nil }, "it has 0 vectors of potentials where 1 belong"},
		{func(_ *flowtest.Plain, s *flowtest.Plan) { s.Potentials[0] = nil }, "it has 0 potentials in a vector where 4 belong"},
		{func(_ *flowtest.Plain, s *flowtest.Plan) { s.Costs = nil }, "it has 0 totals where 1 belong"},
		{func(n *flowtest.Plain, _ *flowtest.Plan) { n.Arcs[1].To = 4 }, "arc 1: an end of it is no node"},
		{func(_ *flowtest.Plain, s *flowtest.Plan) { s.Flows[1] = 3 }, "arc 1: flow 3 is outside its bounds"},
		{func(_ *flowtest.Plain, s *flowtest.Plan) { s.Flows[3]++ }, "node 1: what leaves less what enters is not its supply"},
		{func(n *flowtest.Plain, _ *flowtest.Plan) { n.Costs[0][1] = 9 }, "arc 1: its reduced cost 0 is positive and its flow can fall"},
		{func(n *flowtest.Plain, _ *flowtest.Plan) { n.Costs[0][0] = -9 }, "arc 0: its reduced cost 0 is negative and its flow can rise"},
		{func(_ *flowtest.Plain, s *flowtest.Plan) { s.Costs[0].Lo++ }, "cost vector 0: the flows do not cost 15, which is stated as the total"},
		{func(_ *flowtest.Plain, s *flowtest.Plan) { s.Costs[0].Hi++ }, "cost vector 0: the flows do not cost 18446744073709551630, which is stated as the total"},
	} {
		n, s := textbook(), clone(good)
		c.spoil(n, s)
		if err := n.Certify(s); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestCertifyRefusesFlowsThatAreNotOncePerArcInOrder(t *testing.T) {
	n := textbook()
	good := solve(t, n, flow.Options{}).Solution()
	for name, spoil := range map[string]func(flows []flow.ArcFlow) []flow.ArcFlow{
		"swapped":  func(f []flow.ArcFlow) []flow.ArcFlow { f[0], f[1] = f[1], f[0]; return f },
		"twice":    func(f []flow.ArcFlow) []flow.ArcFlow { return slices.Insert(f, 0, f[0]) },
		"negative": func(f []flow.ArcFlow) []flow.ArcFlow { return slices.Insert(f, 0, flow.ArcFlow{Arc: -1, Units: 1}) },
	} {
		s := *good
		s.Flows = spoil(slices.Clone(good.Flows))
		if err := flow.Certify(n.Network(), &s); err == nil || !strings.HasSuffix(err.Error(), "its flow is out of order") {
			t.Errorf("%s: %v, want an arc out of order", name, err)
		}
	}
}

func TestCertifyTakesAnUnlimitedArcToRiseFromAnyFlow(t *testing.T) {
	n := &flowtest.Plain{
		Supplies: []int64{0},
		Arcs:     []flow.Arc{{Upper: flow.Inf}},
		Costs:    [][]int64{{-1}},
	}
	s := &flowtest.Plan{
		Flows:      []int64{flow.Inf},
		Potentials: [][]int64{{0}},
		Costs:      []flow.Total{flow.TotalOf(-flow.Inf)},
	}
	if n.Certify(s) == nil {
		t.Error("a plan of an unbounded network is certified as cheapest")
	}
}

// TestCertifyIsNotFooledByOverflow states sums that are right only modulo 2^64 or 2^128.
func TestCertifyIsNotFooledByOverflow(t *testing.T) {
	n := &flowtest.Plain{
		Supplies: []int64{0, 0},
		Arcs: []flow.Arc{
			{From: 0, To: 1, Upper: flow.Inf},
			{From: 0, To: 1, Upper: flow.Inf},
			{From: 0, To: 1, Upper: flow.Inf},
		},
		Costs: [][]int64{{0, 0, 0}},
	}
	s := &flowtest.Plan{
		Flows:      []int64{math.MaxInt64, math.MaxInt64, 2}, // 2^64 in all
		Potentials: [][]int64{{0, 0}},
		Costs:      []flow.Total{{}},
	}
	if n.Certify(s) == nil {
		t.Error("2^64 units leave a node of supply 0, and it is certified")
	}
	n = &flowtest.Plain{
		Supplies: []int64{0},
		Arcs:     []flow.Arc{{Lower: math.MinInt64, Upper: flow.Inf}},
		Costs:    [][]int64{{math.MinInt64}},
	}
	for range 3 {
		n.Arcs, n.Costs[0] = append(n.Arcs, n.Arcs[0]), append(n.Costs[0], math.MinInt64)
	}
	s = &flowtest.Plan{
		Flows:      []int64{math.MinInt64, math.MinInt64, math.MinInt64, math.MinInt64}, // 4 · 2^126
		Potentials: [][]int64{{0}},
		Costs:      []flow.Total{{}},
	}
	for a := range n.Arcs {
		n.Arcs[a].Upper = math.MinInt64
	}
	if n.Certify(s) == nil {
		t.Error("a total of 2^128 is certified as 0")
	}
	n.Arcs, n.Costs[0], s.Flows = n.Arcs[:1], n.Costs[0][:1], s.Flows[:1]
	s.Costs[0] = flow.Total{Hi: 1 << 62}
	if err := n.Certify(s); err != nil {
		t.Errorf("a total of 2^126: %v", err)
	}
}
