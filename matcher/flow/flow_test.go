package flow_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// textbook has one optimal plan, of cost 14.
func textbook() *flowtest.Plain {
	return &flowtest.Plain{
		Supplies: []int64{4, 0, 0, -4},
		Arcs: []flow.Arc{
			{From: 0, To: 1, Upper: 4},
			{From: 0, To: 2, Upper: 2},
			{From: 1, To: 2, Upper: 2},
			{From: 1, To: 3, Upper: 3},
			{From: 2, To: 3, Upper: 5},
		},
		Costs: [][]int64{{2, 2, 1, 3, 1}},
	}
}

// solve fails the test unless n has a plan.
func solve(t rapid.TB, n *flowtest.Plain, o flow.Options) *flowtest.Plan {
	t.Helper()
	s, err := n.Solve(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ints(t rapid.TB, totals []flow.Total) []int64 {
	t.Helper()
	var v []int64
	for _, total := range totals {
		i, ok := total.Int64()
		if !ok {
			t.Fatalf("total %v is no int64", total)
		}
		v = append(v, i)
	}
	return v
}

func TestSolveFindsTheTextbookOptimum(t *testing.T) {
	s := solve(t, textbook(), flow.Options{})
	if got := ints(t, s.Costs); got[0] != 14 {
		t.Errorf("cost %d, want 14", got[0])
	}
	if want := []int64{2, 2, 2, 0, 4}; !slices.Equal(s.Flows, want) {
		t.Errorf("flows %v, want %v", s.Flows, want)
	}
	if s.Stats.Nodes != 4 || s.Stats.Arcs != 5 || s.Stats.Pivots == 0 {
		t.Errorf("stats %+v", s.Stats)
	}
}

func TestSolveAcceptsTheSmallestNetworks(t *testing.T) {
	for name, n := range map[string]*flowtest.Plain{
		"no nodes":          {Costs: [][]int64{nil}},
		"lone nodes":        {Supplies: []int64{0, 0}, Costs: [][]int64{nil, nil}},
		"dear self-loop":    {Supplies: []int64{0}, Arcs: []flow.Arc{{Lower: -3, Upper: 9}}, Costs: [][]int64{{5}}},
		"cheap self-loop":   {Supplies: []int64{0}, Arcs: []flow.Arc{{Upper: 9}}, Costs: [][]int64{{-5}}},
		"free self-loop":    {Supplies: []int64{0}, Arcs: []flow.Arc{{Upper: flow.Inf}}, Costs: [][]int64{{0}}},
		"all flows are set": {Supplies: []int64{2, -2}, Arcs: []flow.Arc{{From: 0, To: 1, Lower: 2, Upper: 2}}, Costs: [][]int64{{1}}},
	} {
		t.Run(name, func(t *testing.T) { solve(t, n, flow.Options{}) })
	}
}

func TestSolveAgreesWithCycleCancellingOnSeveralCosts(t *testing.T) {
	verdicts := map[string]int{}
	flowtest.Each(t, flowtest.Count(t, 10_000), 10, func(t *testing.T, r *rand.Rand, n *flowtest.Plain, label string) {
		if strings.HasPrefix(label, "large") {
			return // the oracle's unlimited is not beyond these flows
		}
		for range r.IntN(3) {
			flowtest.AddCosts(r, n, 1+r.Int64N(4))
		}
		if r.IntN(3) == 0 {
			clear(n.Costs[0])
		}
		want, feasible, bounded := oracle(n)
		o := flow.Options{Rule: flow.PivotRule(r.IntN(4)), AnyPlan: r.IntN(2) == 0}
		if r.IntN(2) == 0 {
			o = o.Large()
		}
		s, err := n.Solve(context.Background(), o)
		verdict := "optimal"
		switch {
		case !feasible:
			verdict = "infeasible"
		case !bounded:
			verdict = "unbounded"
		}
		verdicts[verdict]++
		if got := flowtest.Verdict(err); got != verdict {
			t.Fatalf("%s: %s, want %s", label, got, verdict)
		}
		if err != nil {
			return
		}
		if got := ints(t, s.Costs); !slices.Equal(got, want) {
			t.Errorf("%s: totals %v, want %v", label, got, want)
		}
	})
	t.Log(verdicts)
}

func TestSolveRefusesMalformedNetworksWithThePlace(t *testing.T) {
	for _, c := range []struct {
		spoil func(n *flowtest.Plain)
		want  string
	}{
		{func(n *flowtest.Plain) { n.Supplies[3] = -5 }, "network: supplies sum to -1 and must sum to 0"},
		{func(n *flowtest.Plain) { n.Arcs[2].From = 4 }, "arc 2: it leaves node 4, and there are nodes 0 to 3"},
		{func(n *flowtest.Plain) { n.Arcs[2].To = -1 }, "arc 2: it enters node -1, and there are nodes 0 to 3"},
		{func(n *flowtest.Plain) { n.Arcs[1].Lower = 3 }, "arc 1: lower bound 3 is above upper bound 2"},
		{func(n *flowtest.Plain) { n.Costs = nil }, "network: it has no cost vector; give one, all zero if any plan will do"},
		{func(n *flowtest.Plain) { n.Keys = []uint64{7, 1, 2, 7, 3} }, "arc 3: its key 7 is that of arc 0 too; keys must be distinct"},
	} {
		n := textbook()
		c.spoil(n)
		_, err := n.Solve(context.Background(), flow.Options{})
		var input *flow.InputError
		if !errors.As(err, &input) || err.Error() != c.want {
			t.Errorf("error %q, want %q", err, c.want)
		}
	}
}

func TestSolveRefusesNumbersThatCouldOverflow(t *testing.T) {
	const flowBound = "sum of |supplies| and |finite bounds| < 2^62"
	for _, c := range []struct {
		spoil func(n *flowtest.Plain)
		want  string
	}{
		{
			func(n *flowtest.Plain) { n.Costs[0][3] = math.MinInt64 },
			"arc 3: cost -9223372036854775808 in vector 0 with 4 nodes breaks the bound (nodes + 1) * |cost| < 2^61",
		},
		{
			func(n *flowtest.Plain) { n.Costs[0][3] = 1<<61/5 + 1 },
			"arc 3: cost 461168601842738791 in vector 0 with 4 nodes breaks the bound (nodes + 1) * |cost| < 2^61",
		},
		{
			func(n *flowtest.Plain) { n.Arcs[4].Upper = 1 << 62 },
			"arc 4: bound 4611686018427387904 on top of 19 so far breaks the bound " + flowBound,
		},
		{
			func(n *flowtest.Plain) { n.Arcs[0].Lower = math.MinInt64 },
			"arc 0: bound -9223372036854775808 on top of 8 so far breaks the bound " + flowBound,
		},
		{
			func(n *flowtest.Plain) { n.Supplies = []int64{math.MinInt64, math.MaxInt64, 1, 0} },
			"node 0: supply -9223372036854775808 on top of 0 so far breaks the bound " + flowBound,
		},
	} {
		n := textbook()
		c.spoil(n)
		_, err := n.Solve(context.Background(), flow.Options{})
		var bound *flow.BoundError
		if !errors.As(err, &bound) || err.Error() != c.want {
			t.Errorf("error %q, want %q", err, c.want)
		}
	}
}

func TestSolveRefusesFromTheVeryBoundOn(t *testing.T) {
	for _, c := range []struct {
		cost, upper int64
		refused     bool
	}{
		{1<<59 - 1, 1, false}, // 3 nodes: (3 + 1) · 2^59 is 2^61
		{1 << 59, 1, true},
		{-1 << 59, 1, true},
		{0, 2, true}, // 2 · (2^61 − 1) + 2 is 2^62
	} {
		n := &flowtest.Plain{
			Supplies: []int64{1<<61 - 1, 0, -(1<<61 - 1)},
			Arcs:     []flow.Arc{{From: 0, To: 2, Upper: flow.Inf}, {From: 0, To: 1, Upper: c.upper}},
			Costs:    [][]int64{{c.cost, c.cost}},
		}
		_, err := n.Solve(context.Background(), flow.Options{})
		var bound *flow.BoundError
		if errors.As(err, &bound) != c.refused || (err != nil) != c.refused {
			t.Errorf("cost %d, upper bound %d: %v", c.cost, c.upper, err)
		}
	}
}

// TestSolveIsExactAtItsBounds goes as near to the bounds as they allow.
func TestSolveIsExactAtItsBounds(t *testing.T) {
	const cost, amount = 1<<61/5 - 1, 1<<60 - 1
	n := &flowtest.Plain{
		Supplies: []int64{amount, 0, 0, -amount},
		Arcs: []flow.Arc{
			{From: 0, To: 1, Upper: flow.Inf},
			{From: 1, To: 2, Upper: flow.Inf},
			{From: 2, To: 3, Upper: flow.Inf},
			{From: 0, To: 3, Upper: amount},
			{From: 3, To: 0, Upper: flow.Inf},
		},
		Costs: [][]int64{{cost, cost, cost, cost, -cost}, {-cost, -cost, -cost, cost, cost}},
	}
	s := solve(t, n, flow.Options{})
	for k, want := range bigTotals(n, s.Flows) {
		if s.Costs[k].Big().Cmp(want) != 0 {
			t.Errorf("total %d is %v, want %v", k, s.Costs[k], want)
		}
	}
	n.Costs[0][3], n.Costs[0][4] = -cost, cost
	n.Arcs[3].Upper = amount / 2
	solve(t, n, flow.Options{})
}

func TestSolveSaysHowMuchCannotBeShippedAndWhere(t *testing.T) {
	n := textbook()
	n.Supplies[0], n.Supplies[3] = 9, -9
	_, err := n.Solve(context.Background(), flow.Options{})
	var infeasible *flow.InfeasibleError
	if !errors.As(err, &infeasible) || infeasible.Amount != 3 || infeasible.Node != 3 {
		t.Errorf("%v, want 3 units lacking at node 3", err)
	}
}

func TestSolveNamesAnArcOnAnUnboundedCycle(t *testing.T) {
	n := textbook()
	n.Arcs = append(n.Arcs,
		flow.Arc{From: 1, To: 2, Upper: flow.Inf},
		flow.Arc{From: 2, To: 1, Upper: flow.Inf})
	n.Costs[0] = append(n.Costs[0], 5, -5)
	n.Costs = append(n.Costs, []int64{0, 0, 0, 0, 0, 1, -2})
	_, err := n.Solve(context.Background(), flow.Options{})
	var unbounded *flow.UnboundedError
	if !errors.As(err, &unbounded) || !errors.Is(err, flow.ErrUnbounded) || unbounded.Arc < 5 {
		t.Fatalf("%v, want unbounded on arc 5 or 6", err)
	}
	if !strings.Contains(err.Error(), "cost vector 1") {
		t.Errorf("%v does not name the cost vector", err)
	}
	n.Supplies[0], n.Supplies[3] = 9, -9
	n.Costs[0][6] = -6
	_, err = n.Solve(context.Background(), flow.Options{})
	var infeasible *flow.InfeasibleError
	if !errors.As(err, &infeasible) {
		t.Errorf("both infeasible and unbounded: %v, want infeasible", err)
	}
}

func TestSolveStopsWhenItsContextEnds(t *testing.T) {
	n := flowtest.Transport(rand.New(rand.NewPCG(1, 1)), 400, 400, 6, 1000)
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	_, err := n.Solve(ctx, flow.Options{Progress: func(p flow.Progress) {
		if calls++; p.Pivots > 0 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "pivots") {
		t.Errorf("after %d reports of progress: %v", calls, err)
	}
}

func TestSolveLeavesTheNetworkAsItWas(t *testing.T) {
	n := textbook().Network() // one network, where solve makes its own from what is laid open
	if _, err := flowtest.Solve(context.Background(), n, flow.Options{}); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(n, textbook().Network()) {
		t.Error("the network has changed")
	}
}
