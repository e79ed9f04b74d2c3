package flow_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// wide is made around a plan with so many arcs for its nodes that it is sifted,
// and many more than its plan needs. Costs run from 0 to cost.
func wide(r *rand.Rand, cost int64, bounded bool) *flowtest.Plain {
	const nodes, arcs = 150, 1<<16 + 5000
	n := &flowtest.Plain{Supplies: make([]int64, nodes), Costs: make([][]int64, 1)}
	for range arcs {
		a := flow.Arc{From: int32(r.IntN(nodes)), To: int32(r.IntN(nodes)), Upper: flow.Inf}
		x := int64(0)
		if r.IntN(100) == 0 {
			x = r.Int64N(20)
		}
		if bounded {
			a.Lower, a.Upper = x-r.Int64N(2), x+r.Int64N(3)
		}
		n.Supplies[a.From] += x
		n.Supplies[a.To] -= x
		n.Arcs = append(n.Arcs, a)
		n.Costs[0] = append(n.Costs[0], r.Int64N(cost+1))
	}
	return n
}

// TestSiftedAndUnsiftedPlansAreTheSame holds because the plan is canonical: which
// arcs the simplex works on, and in what order they come to it, must not show.
func TestSiftedAndUnsiftedPlansAreTheSame(t *testing.T) {
	for i, c := range []struct {
		name    string
		cost    int64
		bounded bool
		more    []int64 // ranges of further cost vectors
	}{
		{"one cost", 10_000, false, nil},
		{"tied", 3, false, nil},
		{"all equal", 0, false, nil},
		{"bounds", 100, true, nil},
		{"wide numbers", 1 << 40, false, nil},
		{"wide and close", 3, false, nil}, // so that any error in a price shows
		{"a count first", 1, false, []int64{1000}},
		{"three costs, tied", 1, true, []int64{0, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(20070319, uint64(i)))
			n := wide(r, c.cost, c.bounded)
			if c.name == "wide and close" {
				for a := range n.Costs[0] {
					n.Costs[0][a] += 1 << 40
				}
			}
			for _, cost := range c.more {
				costs := make([]int64, len(n.Arcs))
				for a := range costs {
					costs[a] = r.Int64N(cost + 1)
				}
				n.Costs = append(n.Costs, costs)
			}
			sifted := solve(t, n, flow.Options{})
			unsifted := solve(t, n, flow.Options{}.Tuned(true, 0, 0))
			if !slices.Equal(sifted.Costs, unsifted.Costs) {
				t.Fatalf("sifted it costs %v, unsifted %v", sifted.Costs, unsifted.Costs)
			}
			if !slices.Equal(sifted.Flows, unsifted.Flows) {
				t.Error("the plans differ")
			}
			if got := sifted.Stats.Stages[0].Arcs; got >= len(n.Arcs) {
				t.Errorf("the first stage works on all %d arcs: nothing was sifted", got)
			}
		})
	}
}

func TestSiftingFindsOutThatThereIsNoPlan(t *testing.T) {
	n := wide(rand.New(rand.NewPCG(20070319, 0)), 100, false)
	n.Supplies[0] += 9
	n.Supplies = append(n.Supplies, -9) // no arc enters it
	_, err := n.Solve(context.Background(), flow.Options{})
	var infeasible *flow.InfeasibleError
	if !errors.As(err, &infeasible) || infeasible.Amount != 9 || int(infeasible.Node) != len(n.Supplies)-1 {
		t.Errorf("%v, want 9 units lacking at the last node", err)
	}
}

func TestSiftingFindsTheOneCycleThatPaysForever(t *testing.T) {
	for _, vectors := range []int{1, 2} {
		n := wide(rand.New(rand.NewPCG(20070319, 0)), 100, false)
		if vectors == 2 { // where the count ties, the cycle pays in the second cost alone
			n.Costs = [][]int64{make([]int64, len(n.Arcs)), n.Costs[0]}
		}
		back := n.Arcs[40_000]
		back.From, back.To = back.To, back.From
		n.Arcs[50_000], n.Costs[vectors-1][50_000] = back, -n.Costs[vectors-1][40_000]-1
		if _, err := n.Solve(context.Background(), flow.Options{}); !errors.Is(err, flow.ErrUnbounded) {
			t.Errorf("%d cost vectors: %v, want unbounded", vectors, err)
		}
	}
}
