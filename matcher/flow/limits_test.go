package flow_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// limited is a network with group limits, laid open.
type limited struct {
	*flowtest.Plain
	most []int64
	arcs [][]int32
}

func (l *limited) network() *flow.Network {
	n := l.Plain.Network()
	for i, most := range l.most {
		n.AddLimit(most, l.arcs[i])
	}
	return n
}

// limit draws count groups among those arcs that may be in one, each arc in about deep of them, and limits that
// the cheapest plan without them exceeds, as far as it uses their arcs: from the share least of that to all of it.
func limit(t testing.TB, r *rand.Rand, p *flowtest.Plain, arcs []int32, count int, deep, least float64) *limited {
	t.Helper()
	l := &limited{Plain: p, most: make([]int64, count), arcs: make([][]int32, count)}
	for _, a := range arcs {
		for left := deep; left > 0; left-- {
			if r.Float64() < left {
				g := r.IntN(count)
				l.arcs[g] = append(l.arcs[g], a)
			}
		}
	}
	s, err := flow.Solve(context.Background(), p.Network(), flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for g := range l.most {
		slices.Sort(l.arcs[g])
		l.arcs[g] = slices.Compact(l.arcs[g])
		sum := int64(0)
		for _, a := range l.arcs[g] {
			sum += s.Flow(int(a))
		}
		l.most[g] = int64(float64(sum) * (least + (1-least)*r.Float64()))
	}
	return l
}

// market draws a market of the shape that matching builds, and limits on placements and lending.
func market(t testing.TB, r *rand.Rand, regions, occupations, lending, count int, deep float64) *limited {
	t.Helper()
	p := flowtest.Layered(r, regions, occupations, lending)
	var arcs []int32
	for a := 4 * regions * occupations; a < len(p.Arcs); a++ {
		if p.Costs[0][a] < 0 {
			arcs = append(arcs, int32(a))
		}
	}
	return limit(t, r, p, arcs, count, deep, 0.3)
}

// tiny draws a market of a few workers, posts and quotas.
func tiny(t testing.TB, r *rand.Rand) *limited {
	t.Helper()
	p := &flowtest.Plain{Costs: make([][]int64, 1)}
	workers, posts := 2+r.IntN(5), 2+r.IntN(5)
	p.Supplies = make([]int64, workers+posts+1)
	sink := int32(workers + posts)
	link := func(from, to int32, upper, cost int64) {
		p.Arcs = append(p.Arcs, flow.Arc{From: from, To: to, Upper: upper})
		p.Costs[0] = append(p.Costs[0], cost)
	}
	for w := range int32(workers) {
		p.Supplies[w] = 1 + r.Int64N(3)
		p.Supplies[sink] -= p.Supplies[w]
		link(w, sink, flow.Inf, 0)
	}
	for q := range int32(posts) {
		link(int32(workers)+q, sink, 1+r.Int64N(3), 0)
	}
	first := len(p.Arcs)
	for w := range int32(workers) {
		for q := range int32(posts) {
			if r.IntN(3) > 0 {
				link(w, int32(workers)+q, flow.Inf, -r.Int64N(30))
			}
		}
	}
	var arcs []int32
	for a := first; a < len(p.Arcs); a++ {
		arcs = append(arcs, int32(a))
	}
	return limit(t, r, p, arcs, 1+r.IntN(4), 0.5+r.Float64(), 0.3)
}

// The smallest market in which whole plans cost more than others: a placement of either worker takes two units of a
// quota, so that the third unit is worth half a placement to the bound and nothing to a plan.
func TestAQuotaOverTwoOccupationsMayCostAWholePlanMore(t *testing.T) {
	p := &flowtest.Plain{
		Supplies: []int64{1, 1, -2},
		Arcs: []flow.Arc{
			{From: 0, To: 3, Upper: 1},
			{From: 3, To: 2, Upper: 1},
			{From: 1, To: 4, Upper: 1},
			{From: 4, To: 2, Upper: 1},
			{From: 0, To: 2, Upper: 1},
			{From: 1, To: 2, Upper: 1},
		},
		Costs: [][]int64{{-10, 0, -10, 0, 0, 0}},
	}
	p.Supplies = append(p.Supplies, 0, 0)
	for quota, want := range map[int64][2]string{2: {"-10", "-10"}, 3: {"-10", "-15"}, 4: {"-20", "-20"}} {
		n := p.Network()
		n.AddLimit(quota, []int32{0, 1, 2, 3})
		s, err := flowtest.Solve(t.Context(), n, flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{s.Costs[0].String(), s.Limited.Terms[0].Bound.String()}; got != want {
			t.Errorf("quota %d: plan and bound %v, want %v", quota, got, want)
		}
	}
}

// glpsol is where GLPK is.
func glpsol(t *testing.T) string {
	t.Helper()
	solver, err := exec.LookPath("glpsol")
	if err != nil {
		if os.Getenv("LABOURMATCH_REQUIRE") != "" {
			t.Fatal("glpsol is missing; apt-get install glpk-utils")
		}
		t.Skip("glpsol is missing; apt-get install glpk-utils")
	}
	return solver
}

// counted gives a market the terms of an order: its placements are of so many kinds, drawn at random, whose numbers count before value does.
func counted(r *rand.Rand, l *limited, kinds int) *limited {
	value := l.Costs[0]
	l.Costs = make([][]int64, kinds)
	for k := range l.Costs {
		l.Costs[k] = make([]int64, len(value))
	}
	for a, c := range value {
		if c < 0 {
			l.Costs[r.IntN(kinds)][a] = -1
		}
	}
	l.Costs = append(l.Costs, value)
	return l
}

// crowd makes a market of so many more people.
func crowd(l *limited) *limited {
	const times = 997
	for v := range l.Supplies {
		l.Supplies[v] *= times
	}
	for a := range l.Arcs {
		if l.Arcs[a].Upper != flow.Inf {
			l.Arcs[a].Upper *= times
		}
	}
	for g := range l.most {
		l.most[g] = l.most[g]*times + int64(g)
	}
	return l
}

func TestPlansUnderLimitsAgainstGLPK(t *testing.T) {
	solver := glpsol(t)
	for _, family := range []struct {
		name  string
		count int
		exact float64 // share of plans that must be optimal
		make  func(r *rand.Rand) *limited
	}{
		{"tiny", 2000, 0.95, func(r *rand.Rand) *limited { return tiny(t, r) }},
		{"small", 1000, 0, func(r *rand.Rand) *limited {
			return market(t, r, 2+r.IntN(5), 2+r.IntN(4), 1+r.IntN(3), 1+r.IntN(12), 0.5+r.Float64())
		}},
		{"many limits", 500, 0, func(r *rand.Rand) *limited {
			return market(t, r, 6+r.IntN(10), 4+r.IntN(6), 3, 10+r.IntN(41), 0.5+r.Float64())
		}},
		{"tiny, filled first", 1000, 0.95, func(r *rand.Rand) *limited { return counted(r, tiny(t, r), 1) }},
		{"tiny, home first", 1000, 0.95, func(r *rand.Rand) *limited { return counted(r, tiny(t, r), 3) }},
		{"crowded", 500, 0, func(r *rand.Rand) *limited {
			return crowd(market(t, r, 6+r.IntN(10), 4+r.IntN(6), 3, 1+r.IntN(50), 0.5+r.Float64()))
		}},
		{"crowded, home first", 250, 0, func(r *rand.Rand) *limited {
			return counted(r, crowd(market(t, r, 2+r.IntN(7), 2+r.IntN(5), 3, 1+r.IntN(20), 0.5+r.Float64())), 3)
		}},
		{"small, filled first", 500, 0, func(r *rand.Rand) *limited {
			return counted(r, market(t, r, 2+r.IntN(5), 2+r.IntN(4), 1+r.IntN(3), 1+r.IntN(12), 0.5+r.Float64()), 1)
		}},
		{"small, home first", 500, 0, func(r *rand.Rand) *limited {
			return counted(r, market(t, r, 2+r.IntN(5), 2+r.IntN(4), 1+r.IntN(3), 1+r.IntN(12), 0.5+r.Float64()), 3)
		}},
	} {
		t.Run(family.name, func(t *testing.T) {
			t.Parallel() // most of the time is GLPK's
			dir := t.TempDir()
			var distances, branches, evaluations, crowded []float64 // crowded: distances of markets that place 100,000 and more
			optimal, proven, count := 0, 0, flowtest.Count(t, family.count)
			for i := range count {
				r := rand.New(rand.NewPCG(20070319, uint64(i)))
				l := family.make(r)
				s, err := flowtest.Solve(t.Context(), l.network(), flow.Options{})
				if err != nil {
					t.Fatalf("#%d: %v", i, err)
				}
				best := true
				for k, term := range s.Limited.Terms {
					lp := l.glpk(t, solver, dir, k, s.Costs, false)
					bound, _ := term.Bound.Int64()
					cost, _ := s.Costs[k].Int64()
					if slack := max(1, 1e-6*math.Abs(lp)); math.Abs(float64(bound)-lp) > slack+1e-6 {
						t.Errorf("#%d: vector %d: bound %d, linear optimum %f; %+v", i, k, bound, lp, *s.Limited)
					}
					distances = append(distances, float64(cost-bound)/math.Max(1, math.Abs(float64(bound))))
					if family.exact > 0 && best {
						whole := l.glpk(t, solver, dir, k, s.Costs, true)
						best = float64(cost) == whole
						if float64(cost) < whole {
							t.Errorf("#%d: vector %d: cost %d, GLPK %f", i, k, cost, whole)
						}
					}
				}
				if placed := l.placed(s); placed >= 100_000 {
					crowded = append(crowded, distances[len(distances)-len(s.Costs):]...)
				}
				branches = append(branches, float64(s.Limited.Branches))
				evaluations = append(evaluations, float64(s.Limited.Evaluations))
				if s.Limited.Optimal() {
					proven++
				}
				if best {
					optimal++
				}
			}
			t.Logf("%d networks: %d at distance 0, distance %s, evaluations %s, branches %s", count, proven,
				spread(distances), spread(evaluations), spread(branches))
			if len(crowded) > 0 {
				t.Logf("of those placing 100,000 and more: %d bounds, distance %s", len(crowded), spread(crowded))
				if far := crowded[int(0.99*float64(len(crowded)-1))]; far > 1e-4 {
					t.Errorf("the 99th percentile is %g", far)
				}
			}
			if family.exact > 0 {
				t.Logf("%d optimal by GLPK", optimal)
			}
			if float64(optimal) < family.exact*float64(count) {
				t.Errorf("%d of %d plans are optimal", optimal, count)
			}
		})
	}
}

// Where no plan keeps the limits the verdict is that of GLPK, and what is said to be proven is true.
func TestLimitsThatNoPlanKeepsAgainstGLPK(t *testing.T) {
	solver := glpsol(t)
	dir := t.TempDir()
	verdicts := map[string]int{}
	flowtest.Each(t, flowtest.Count(t, 2_000), 12, func(t *testing.T, r *rand.Rand, p *flowtest.Plain, label string) {
		if strings.Contains(label, "may be") || strings.Contains(label, "large numbers") {
			return
		}
		var arcs []int32
		for a := range p.Arcs {
			arcs = append(arcs, int32(a))
		}
		l := limit(t, r, p, arcs, 1+r.IntN(3), 0.5+r.Float64(), 0.7)
		_, err := flowtest.Solve(t.Context(), l.network(), flow.Options{})
		whole := l.glpk(t, solver, dir, 0, nil, true)
		var none *flow.LimitError
		switch {
		case err == nil && math.IsInf(whole, 1):
			t.Errorf("%s: a plan, and GLPK finds none", label)
		case err == nil:
			verdicts["a plan"]++
		case !errors.As(err, &none):
			t.Errorf("%s: %v", label, err)
		case none.Proven && !math.IsInf(whole, 1):
			t.Errorf("%s: proven that there is no plan, and GLPK has one that costs %f", label, whole)
		case none.Proven:
			verdicts["none, proven"]++
		case math.IsInf(whole, 1):
			verdicts["none, not proven"]++
		default:
			verdicts["not found"]++
		}
	})
	t.Log(verdicts)
}

// placed is how much the arcs carry that pay.
func (l *limited) placed(s *flow.Solution) (sum int64) {
	value := l.Costs[len(l.Costs)-1]
	for _, f := range s.Flows {
		if value[f.Arc] < 0 {
			sum += f.Units
		}
	}
	return sum
}

// spread is the distribution of numbers.
func spread(of []float64) string {
	slices.Sort(of)
	at := func(q float64) float64 { return of[int(q*float64(len(of)-1))] }
	return fmt.Sprintf("median %.3g, 90 %% %.3g, 99 %% %.3g, most %.3g", at(.5), at(.9), at(.99), at(1))
}

var limitedValue = regexp.MustCompile(`(?m)^Objective: +\S+ = (\S+)`)

// glpk is the optimal cost of l in vector k according to GLPK, of whole plans or of all; +Inf if there is none. In the vectors before, plans
// cost no more than was reached.
func (l *limited) glpk(t testing.TB, solver, dir string, k int, reached []flow.Total, whole bool) float64 {
	t.Helper()
	var file strings.Builder
	file.WriteString("Minimize\n cost:")
	for a, c := range l.Costs[k] {
		fmt.Fprintf(&file, " %+d x%d\n", c, a)
	}
	file.WriteString("Subject To\n")
	for j := range k {
		fmt.Fprintf(&file, " c%d:", j)
		for a, c := range l.Costs[j] {
			fmt.Fprintf(&file, " %+d x%d\n", c, a)
		}
		fmt.Fprintf(&file, " <= %s\n", reached[j])
	}
	rows := make([]strings.Builder, len(l.Supplies))
	for a, arc := range l.Arcs {
		if arc.From != arc.To {
			fmt.Fprintf(&rows[arc.From], " + x%d", a)
			fmt.Fprintf(&rows[arc.To], " - x%d", a)
		}
	}
	for v := range rows {
		if rows[v].Len() > 0 {
			fmt.Fprintf(&file, " v%d:%s = %d\n", v, rows[v].String(), l.Supplies[v])
		}
	}
	for g, arcs := range l.arcs {
		if len(arcs) == 0 {
			continue
		}
		fmt.Fprintf(&file, " g%d:", g)
		for _, a := range arcs {
			fmt.Fprintf(&file, " + x%d\n", a)
		}
		fmt.Fprintf(&file, " <= %d\n", l.most[g])
	}
	file.WriteString("Bounds\n")
	for a, arc := range l.Arcs {
		if arc.Upper == flow.Inf {
			fmt.Fprintf(&file, " x%d >= %d\n", a, arc.Lower)
		} else {
			fmt.Fprintf(&file, " %d <= x%d <= %d\n", arc.Lower, a, arc.Upper)
		}
	}
	if whole {
		file.WriteString("Generals\n")
		for a := range l.Arcs {
			fmt.Fprintf(&file, " x%d\n", a)
		}
	}
	file.WriteString("End\n")
	problem, report := filepath.Join(dir, "problem.lp"), filepath.Join(dir, "report")
	if err := os.WriteFile(problem, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, solver, "--lp", problem, "-o", report).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("INFEASIBLE")) || bytes.Contains(text, []byte("UNDEFINED")) || bytes.Contains(text, []byte("INTEGER EMPTY")) {
		return math.Inf(1)
	}
	found := limitedValue.FindSubmatch(text)
	if found == nil {
		t.Fatalf("no objective in\n%s", text)
	}
	v, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Whatever the network, what is returned keeps its limits and proves its bound: Certify looks at every one.
func TestPlansUnderLimitsOfAllKindsOfNetworksAreCertified(t *testing.T) {
	verdicts := map[string]int{}
	flowtest.Each(t, flowtest.Count(t, 5_000), 30, func(t *testing.T, r *rand.Rand, p *flowtest.Plain, label string) {
		if strings.Contains(label, "may be") {
			return
		}
		var arcs []int32
		for a := range p.Arcs {
			arcs = append(arcs, int32(a))
		}
		l := limit(t, r, p, arcs, 1+r.IntN(4), 0.5+r.Float64(), 0.95)
		n := l.network()
		s, err := flowtest.Solve(t.Context(), n, flow.Options{})
		var none *flow.LimitError
		switch {
		case errors.As(err, &none):
			verdicts["no plan"]++
			return
		case err != nil:
			t.Fatalf("%s: %v", label, err)
		}
		if s.Limited.Terms[0].Distance == (flow.Total{}) {
			verdicts["optimal"]++
		} else {
			verdicts["at a distance"]++
		}
		plain := flowtest.Open(n)
		if !bigFeasible(plain, flowtest.PlanOf(s, len(plain.Arcs)).Flows) {
			t.Errorf("%s: the plan breaks a bound or a supply", label)
		}
	})
	t.Log(verdicts)
}

func TestTheAnswerUnderLimitsIsTheSameBytesOnAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for i, size := range []int{10, 100} { // the larger one is sifted
		l := market(t, rand.New(rand.NewPCG(20070319, uint64(i))), size, 60, 4, 8, 1)
		var first string
		for _, cores := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(cores)
			s, err := flowtest.Solve(t.Context(), l.network(), flow.Options{})
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprint(s.Flows, s.Potentials, s.Costs, *s.Limited)
			if first == "" {
				first = text
				t.Logf("%d arcs, distance %v of %v", len(l.Arcs), s.Limited.Terms[0].Distance, s.Costs[0])
			}
			if text != first {
				t.Errorf("%d arcs: on %d cores it is something else than on one", len(l.Arcs), cores)
			}
		}
	}
}

// Every number of the proof matters.
func TestCertifyRefusesFalseProofsUnderLimits(t *testing.T) {
	l := tiny(t, rand.New(rand.NewPCG(20070319, 0)))
	n := l.network()
	for _, c := range []struct {
		name  string
		spoil func(s *flow.Solution)
	}{
		{"a higher bound", func(s *flow.Solution) { s.Limited.Terms[0].Bound = s.Limited.Terms[0].Bound.Plus(1) }},
		{"a lower bound", func(s *flow.Solution) { s.Limited.Terms[0].Bound = s.Limited.Terms[0].Bound.Plus(-1) }},
		{"another distance", func(s *flow.Solution) { s.Limited.Terms[0].Distance = s.Limited.Terms[0].Distance.Plus(1) }},
		{"a negative multiplier", func(s *flow.Solution) { s.Limited.Terms[0].Multipliers[0] = -1 }},
		{"a multiplier missing", func(s *flow.Solution) { s.Limited.Terms[0].Multipliers = s.Limited.Terms[0].Multipliers[1:] }},
		{"other multipliers", func(s *flow.Solution) { clear(s.Limited.Terms[0].Multipliers) }},
		{"no scale", func(s *flow.Solution) { s.Limited.Terms[0].Scale = 0 }},
		{"no proof", func(s *flow.Solution) { s.Limited = nil }},
		{"a potential", func(s *flow.Solution) { s.Potentials[0][0] += 100 * s.Limited.Terms[0].Scale }},
		{"a potential beyond all bounds", func(s *flow.Solution) { s.Potentials[0][0] = math.MinInt64 }},
	} {
		s, err := flowtest.Solve(t.Context(), n, flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c.spoil(s)
		var refused *flow.CertificateError
		if err := flow.Certify(n, s); !errors.As(err, &refused) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	l = counted(rand.New(rand.NewPCG(1, 1)), l, 1)
	for _, c := range []struct {
		name  string
		spoil func(s *flow.Solution)
	}{
		{"a price missing of what was reached", func(s *flow.Solution) { s.Limited.Terms[1].Earlier = nil }},
		{"a negative price of it", func(s *flow.Solution) { s.Limited.Terms[1].Earlier[0] = -1 }},
		{"another price of it", func(s *flow.Solution) { s.Limited.Terms[1].Earlier[0] += 100 * s.Limited.Terms[1].Scale }},
		{"a term missing", func(s *flow.Solution) { s.Limited.Terms = s.Limited.Terms[:1] }},
		{"proven without the limits, all of it", func(s *flow.Solution) { s.Limited.Free = 2 }},
		{"another distance of the second term", func(s *flow.Solution) { s.Limited.Terms[1].Distance = s.Limited.Terms[1].Distance.Plus(1) }},
	} {
		s, err := flowtest.Solve(t.Context(), l.network(), flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c.spoil(s)
		var refused *flow.CertificateError
		if err := flow.Certify(l.network(), s); !errors.As(err, &refused) {
			t.Errorf("%s: %v; %+v", c.name, err, s.Limited)
		}
	}
	l.Costs = l.Costs[1:]
	// A plan without the limits breaks one.
	s, err := flow.Solve(t.Context(), n, flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	free, err := flow.Solve(t.Context(), l.Plain.Network(), flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Flows, s.Costs = free.Flows, free.Costs
	if err := flow.Certify(n, s); err == nil || !strings.Contains(err.Error(), "group limit") {
		t.Errorf("a plan above a limit: %v", err)
	}
}

func TestLimitsThatAreMalformedOrLeaveNoPlanAreRefused(t *testing.T) {
	p := &flowtest.Plain{
		Supplies: []int64{2, -2}, Costs: [][]int64{{1}}, Arcs: []flow.Arc{{From: 0, To: 1, Upper: flow.Inf}},
	}
	for _, c := range []struct {
		name, want string
		change     func(n *flow.Network)
	}{
		{"an arc that is not there", "malformed", func(n *flow.Network) { n.AddLimit(1, []int32{1}) }},
		{"two costs", "optimal", func(n *flow.Network) { n.AddLimit(2, []int32{0}); n.AddCosts() }},
		{"a limit too large", "too large", func(n *flow.Network) { n.AddLimit(1<<62, []int32{0}) }},
		{"an empty group", "optimal", func(n *flow.Network) { n.AddLimit(0, nil) }},
		{"as much as must go", "optimal", func(n *flow.Network) { n.AddLimit(2, []int32{0, 0}) }},
	} {
		n := p.Network()
		c.change(n)
		if _, err := flowtest.Solve(t.Context(), n, flow.Options{}); flowtest.Verdict(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	n := p.Network()
	n.AddLimit(1, []int32{0})
	var none *flow.LimitError
	if _, err := flowtest.Solve(t.Context(), n, flow.Options{}); !errors.As(err, &none) || !none.Proven {
		t.Errorf("less than must go: %v", err)
	}
}

// shuffled is l with nodes, arcs and limits in another order, and the same keys.
func (l *limited) shuffled(r *rand.Rand) *limited {
	nodes, arcs, limits := r.Perm(len(l.Supplies)), r.Perm(len(l.Arcs)), r.Perm(len(l.most))
	s := &limited{Plain: &flowtest.Plain{Supplies: make([]int64, len(nodes)), Costs: make([][]int64, len(l.Costs))}}
	for v, to := range nodes {
		s.Supplies[to] = l.Supplies[v]
	}
	at := make([]int32, len(arcs))
	for i, a := range arcs {
		at[a] = int32(i)
		arc := l.Arcs[a]
		arc.From, arc.To = int32(nodes[arc.From]), int32(nodes[arc.To])
		s.Arcs, s.Keys = append(s.Arcs, arc), append(s.Keys, l.Keys[a])
		for k := range l.Costs {
			s.Costs[k] = append(s.Costs[k], l.Costs[k][a])
		}
	}
	for _, g := range limits {
		var group []int32
		for _, a := range l.arcs[g] {
			group = append(group, at[a])
		}
		s.most, s.arcs = append(s.most, l.most[g]), append(s.arcs, group)
	}
	return s
}

// byKey is what every arc carries, and all that is said of the plan.
func byKey(l *limited, s *flow.Solution) string {
	flows := map[uint64]int64{}
	for _, f := range s.Flows {
		flows[l.Keys[f.Arc]] = f.Units
	}
	text := fmt.Sprint(flows, s.Costs)
	for _, t := range s.Limited.Terms {
		text += fmt.Sprint(" ", t.Bound, t.Distance, t.Earlier)
	}
	return text
}

func TestThePlanUnderLimitsDoesNotDependOnTheOrderOfNodesArcsOrLimits(t *testing.T) {
	for i := range flowtest.Count(t, 1000) {
		r := rand.New(rand.NewPCG(20070319, uint64(i)))
		l := counted(r, market(t, r, 2+r.IntN(8), 2+r.IntN(5), 1+r.IntN(3), 1+r.IntN(20), 0.5+r.Float64()), 1+i%3)
		for range l.Arcs {
			l.Keys = append(l.Keys, r.Uint64())
		}
		var first string
		for range 3 {
			s, err := flowtest.Solve(t.Context(), l.network(), flow.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if text := byKey(l, s); first == "" {
				first = text
			} else if text != first {
				t.Errorf("#%d: in another order it is\n%s\nand was\n%s", i, text, first)
			}
			l = l.shuffled(r)
		}
	}
}
