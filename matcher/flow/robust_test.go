package flow_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// ways are the ways to solve a network that differ most.
func ways() map[string]flow.Options {
	return map[string]flow.Options{
		"block search":      {},
		"first eligible":    {Rule: flow.FirstEligible},
		"best eligible":     {Rule: flow.BestEligible},
		"candidate list":    {Rule: flow.CandidateList},
		"as large networks": flow.Options{}.Large(),
	}
}

// inAllWays solves n in all ways and fails the test unless each ends with total as
// its first, and with the same plan, which it returns.
func inAllWays(t *testing.T, n *flowtest.Plain, total int64) *flowtest.Plan {
	t.Helper()
	first := solve(t, n, flow.Options{})
	for name, o := range ways() {
		s := solve(t, n, o)
		if got := ints(t, s.Costs[:1])[0]; got != total {
			t.Fatalf("%s: cost %d, want %d", name, got, total)
		}
		same(t, s, first)
	}
	return first
}

// refused fails the test unless n gets this verdict in all ways, and from Resolve too.
func refused(t *testing.T, n *flowtest.Plain, verdict string) {
	t.Helper()
	before, err := flow.Solve(context.Background(), textbook().Network(), flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range ways() {
		if _, err := n.Solve(context.Background(), o); flowtest.Verdict(err) != verdict {
			t.Errorf("%s: %v, want %s", name, err, verdict)
		}
		if _, err := flowtest.Resolve(context.Background(), n.Network(), before, o); flowtest.Verdict(err) != verdict {
			t.Errorf("%s, going on from another: %v, want %s", name, err, verdict)
		}
	}
}

// complete is a transport problem with an arc from every source to every sink, at
// the costs given row by row.
func complete(supplies, demands []int64, costs ...int64) *flowtest.Plain {
	n := &flowtest.Plain{Supplies: slices.Clone(supplies), Costs: [][]int64{costs}}
	for _, d := range demands {
		n.Supplies = append(n.Supplies, -d)
	}
	for s := range supplies {
		for d := range demands {
			n.Arcs = append(n.Arcs, flow.Arc{From: int32(s), To: int32(len(supplies) + d), Upper: flow.Inf})
		}
	}
	return n
}

// ones is so many ones.
func ones(count int) []int64 { return slices.Repeat([]int64{1}, count) }

func TestAllCostsEqual(t *testing.T) {
	for _, cost := range []int64{-3, 0, 7} {
		n := complete([]int64{5, 0, 9, 4}, []int64{6, 6, 6}, slices.Repeat([]int64{cost}, 12)...)
		inAllWays(t, n, 18*cost)
	}
}

func TestZeroSupplies(t *testing.T) {
	n := complete(make([]int64, 5), make([]int64, 4), slices.Repeat([]int64{2}, 20)...)
	if s := inAllWays(t, n, 0); slices.Max(s.Flows) != 0 {
		t.Errorf("nobody supplies anything, and %v flows", s.Flows)
	}
	// A circulation that pays runs all the same.
	n.Arcs = append(n.Arcs, flow.Arc{From: 5, To: 0, Upper: 3})
	n.Costs[0] = append(n.Costs[0], -9)
	inAllWays(t, n, 3*(2-9))
}

// TestHugeCostsAreRefusedWithTheArc puts one cost on the bound into columns of any width, far
// in a network of several blocks, in either of two vectors.
func TestHugeCostsAreRefusedWithTheArc(t *testing.T) {
	const arcs, at = 10_000, 9_876
	bound := int64(1<<61) / 5 // nodes + 1 is 5, and 5 times this is below 2^61
	for _, cost := range []int64{bound + 1, -bound - 1, 1 << 62, -1 << 63} {
		for vector := range 2 {
			for _, others := range []int64{0, 1 << 20, 1 << 40} {
				n := &flowtest.Plain{Supplies: make([]int64, 4), Costs: [][]int64{make([]int64, arcs), make([]int64, arcs)}}
				for a := range arcs {
					n.Arcs = append(n.Arcs, flow.Arc{From: int32(a % 4), To: int32((a + 1) % 4), Upper: 1})
					n.Costs[vector][a] = others * int64(a%3)
				}
				n.Costs[vector][at] = cost
				_, err := n.Solve(context.Background(), flow.Options{})
				var refusal *flow.BoundError
				if !errors.As(err, &refusal) || refusal.Place != "arc" || refusal.Index != at {
					t.Errorf("cost %d in vector %d: %v, want arc %d refused", cost, vector, err, at)
				}
				n.Costs[vector][at] = max(-bound, min(bound, cost))
				if _, err := n.Solve(context.Background(), flow.Options{}); err != nil {
					t.Errorf("cost %d in vector %d: %v, and it keeps the bound", n.Costs[vector][at], vector, err)
				}
			}
		}
	}
}

// TestCountsOfABillion ships as many as live on earth, and as many as the bound allows.
func TestCountsOfABillion(t *testing.T) {
	for _, unit := range []int64{1_000_000_000, 8_000_000_000, 1 << 59} {
		n := complete([]int64{unit, unit}, []int64{unit / 2, 2*unit - unit/2}, 4, 1, 2, 5)
		n.Arcs[1].Upper = unit
		if s := solve(t, n, flow.Options{}); s.Flows[2] != unit/2 {
			t.Errorf("%d units: %v", unit, s.Flows)
		}
		want := solve(t, n, flow.Options{})
		for name, o := range ways() {
			t.Run(name, func(t *testing.T) { same(t, solve(t, n, o), want) })
		}
		for k, total := range bigTotals(n, want.Flows) {
			if want.Costs[k].Big().Cmp(total) != 0 {
				t.Errorf("%d units: the total is %v, want %v", unit, want.Costs[k], total)
			}
		}
	}
	n := complete([]int64{1 << 61}, []int64{1 << 61}, 1)
	refused(t, n, "too large")
}

func TestEmptySides(t *testing.T) {
	inAllWays(t, &flowtest.Plain{Supplies: []int64{0}, Arcs: []flow.Arc{{Upper: 1}}, Costs: [][]int64{{1}}}, 0)
	inAllWays(t, &flowtest.Plain{Supplies: make([]int64, 9), Costs: [][]int64{nil}}, 0) // no arcs
	inAllWays(t, &flowtest.Plain{Costs: [][]int64{nil}}, 0)                             // no nodes
	refused(t, complete([]int64{3, 4}, nil), "malformed")                               // no sinks
	refused(t, complete(nil, []int64{3, 4}), "malformed")                               // no sources
	refused(t, complete([]int64{3}, []int64{-3}, 1), "malformed")
	refused(t, &flowtest.Plain{Supplies: []int64{3, -3}, Costs: [][]int64{nil}}, "infeasible")
	refused(t, &flowtest.Plain{Supplies: []int64{3, -3}, Arcs: []flow.Arc{{From: 1, Upper: 9}}, Costs: [][]int64{{1}}}, "infeasible")
}

// TestParallelArcs fills arcs between two nodes in the order of their costs.
func TestParallelArcs(t *testing.T) {
	r := rand.New(rand.NewPCG(20070319, 0))
	const amount = 4_000
	n := &flowtest.Plain{Supplies: []int64{amount, -amount}, Costs: make([][]int64, 1)}
	for range 500 {
		n.Arcs = append(n.Arcs, flow.Arc{From: 0, To: 1, Upper: r.Int64N(40)})
		n.Costs[0] = append(n.Costs[0], r.Int64N(50))
	}
	order := make([]int, len(n.Arcs))
	for a := range order {
		order[a] = a
	}
	slices.SortFunc(order, func(a, b int) int { return int(n.Costs[0][a] - n.Costs[0][b]) })
	left, want := int64(amount), int64(0)
	for _, a := range order {
		x := min(left, n.Arcs[a].Upper)
		left, want = left-x, want+x*n.Costs[0][a]
	}
	if left > 0 {
		t.Fatal("the arcs cannot take the amount")
	}
	inAllWays(t, n, want)
}

// TestSelfLoops gives every node loops, each of which is worth what it is worth alone.
func TestSelfLoops(t *testing.T) {
	r := rand.New(rand.NewPCG(20070319, 0))
	n := textbook()
	want := int64(14)
	for range 200 {
		v, cost, lower := int32(r.IntN(4)), r.Int64N(9)-4, r.Int64N(9)-4
		loop := flow.Arc{From: v, To: v, Lower: lower, Upper: lower + r.Int64N(9)}
		n.Arcs, n.Costs[0] = append(n.Arcs, loop), append(n.Costs[0], cost)
		want += min(cost*loop.Lower, cost*loop.Upper)
	}
	inAllWays(t, n, want)
	n.Arcs, n.Costs[0] = append(n.Arcs, flow.Arc{Upper: flow.Inf}), append(n.Costs[0], -1)
	refused(t, n, "unbounded")
}

func TestDisconnectedParts(t *testing.T) {
	n := textbook()
	for range 30 {
		n.Beside(textbook())
		n.Supplies = append(n.Supplies, 0)
	}
	inAllWays(t, n, 31*14)
	// What one part has too much another cannot take.
	n.Supplies[0]++
	n.Supplies[len(n.Supplies)-2]--
	refused(t, n, "infeasible")
}

// TestCyclingTraps solves what a simplex without a rule for ties can go round in for
// ever: assignments, where all but half of the tree carries nothing, with costs
// that tie. B. J. Gassner showed it on one of four by four (Cycling in the transportation
// problem, Naval Research Logistics Quarterly 11 (1964) 43–58). This is one of its kind,
// in all orders of rows and columns, as it is the order that decides where a simplex turns.
func TestCyclingTraps(t *testing.T) {
	trap := [4][4]int64{{3, 5, 5, 11}, {9, 7, 9, 15}, {7, 7, 11, 13}, {13, 13, 13, 17}}
	var orders [][4]int
	for i := range 256 {
		o := [4]int{i & 3, i >> 2 & 3, i >> 4 & 3, i >> 6}
		if o[0] != o[1] && o[0] != o[2] && o[0] != o[3] && o[1] != o[2] && o[1] != o[3] && o[2] != o[3] {
			orders = append(orders, o)
		}
	}
	least := int64(1 << 40)
	for _, o := range orders {
		sum := int64(0)
		for i, j := range o {
			sum += trap[i][j]
		}
		least = min(least, sum)
	}
	for _, rows := range orders {
		for _, columns := range orders {
			var costs []int64
			for _, i := range rows {
				for _, j := range columns {
					costs = append(costs, trap[i][j])
				}
			}
			inAllWays(t, complete(ones(4), ones(4), costs...), least)
		}
	}
}

// TestAssignmentsInWhichEverythingTies has some n! plans of the same cost, one tree in
// which nearly nothing flows for each, and one canonical plan.
func TestAssignmentsInWhichEverythingTies(t *testing.T) {
	const size = 60
	n := complete(ones(size), ones(size), slices.Repeat([]int64{1}, size*size)...)
	inAllWays(t, n, size)
	for a := range n.Arcs {
		n.Arcs[a].Upper = 1 // so that pivots move from bound to bound too
		if from, to := a/size, a%size; from/2 == to/2 {
			n.Costs[0][a] = 0 // many plans of cost 0, and each pair is a trap of its own
		}
	}
	inAllWays(t, n, 0)
	n.Costs = append([][]int64{make([]int64, len(n.Arcs))}, n.Costs...)
	n.Costs = append(n.Costs, make([]int64, len(n.Arcs)))
	inAllWays(t, n, 0)
}

// stop cancels a solve once it has reported so many pivots.
type stop struct {
	cancel  context.CancelFunc
	at      int64
	seen    int64 // pivots reported when it was cancelled
	reports int   // from then on
	after   int64 // pivots in the last of them
	done    bool
}

// watch cancels where it is told to, and counts what is done from then on.
func (s *stop) watch(p flow.Progress) {
	if s.done {
		s.reports++
		s.after = p.Pivots
	} else if p.Pivots >= s.at {
		s.done, s.seen = true, p.Pivots
		s.cancel()
	}
}

// TestACancelledSolveStopsAtItsNextLook cancels at several points on the way: Solve makes no
// pivot more, and Resolve looks once more where it would start from nothing.
func TestACancelledSolveStopsAtItsNextLook(t *testing.T) {
	n := flowtest.Transport(rand.New(rand.NewPCG(1, 1)), 600, 600, 20, 1000).Network()
	all, err := flowtest.Solve(context.Background(), n, flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	changed := n.Clone()
	r := rand.New(rand.NewPCG(1, 1))
	for range 2_000 { // costs only, so that there is a plan
		changed.SetCost(0, r.IntN(changed.Arcs()), r.Int64N(1000))
	}
	stopped := 0
	for name, o := range ways() {
		for _, part := range []int64{0, 10, 2} {
			for kind, run := range map[string]func(context.Context, flow.Options) (*flow.Solution, error){
				"Solve": func(ctx context.Context, o flow.Options) (*flow.Solution, error) { return flowtest.Solve(ctx, n, o) },
				"Resolve": func(ctx context.Context, o flow.Options) (*flow.Solution, error) {
					return flowtest.Resolve(ctx, changed, all, o)
				},
			} {
				ctx, cancel := context.WithCancel(context.Background())
				s := &stop{cancel: cancel}
				if part > 0 {
					s.at = all.Stats.Pivots / part
				}
				o.Progress = s.watch
				_, err := run(ctx, o)
				cancel()
				if !s.done && err == nil {
					continue // Resolve can be through before
				}
				stopped++
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%s, %s, cancelled at %d pivots: %v", kind, name, s.seen, err)
				}
				if s.after > s.seen || s.reports > 1 {
					t.Errorf("%s, %s: cancelled at %d pivots, it looks %d times more and goes on to %d", kind, name, s.seen, s.reports, s.after)
				}
			}
		}
	}
	t.Logf("%d times stopped", stopped)
	if stopped < 20 {
		t.Error("most were through before they could be stopped")
	}
}

// TestACancelledContextIsLookedAtBeforeTheWork holds for the smallest networks too. Resolve
// may find that there is nothing to do, and say so.
func TestACancelledContextIsLookedAtBeforeTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := textbook().Network()
	before, err := flowtest.Solve(ctx, n, flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for name, o := range ways() {
		if _, err := flow.Solve(ctx, n, o); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "pivots") {
			t.Errorf("%s: Solve says %v", name, err)
		}
		if _, err := flowtest.Resolve(ctx, n, before, o); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Resolve says %v", name, err)
		}
	}
}
