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

// change makes one random change to a network: a cost, a bound, a supply, an end
// of an arc, an arc out, a new arc or a new node.
func change(r *rand.Rand, n *flow.Network) {
	a := r.IntN(n.Arcs())
	arc := n.Arc(a)
	node := func() int32 { return int32(r.IntN(n.Nodes())) }
	costs := make([]int64, n.Vectors())
	for k := range costs {
		costs[k] = r.Int64N(41) - 10
	}
	switch r.IntN(9) {
	case 0, 1:
		n.SetCost(r.IntN(n.Vectors()), a, costs[0])
	case 2, 3:
		arc.Upper = arc.Lower + r.Int64N(20)
		n.SetArc(a, arc)
	case 4:
		v, w, amount := node(), node(), r.Int64N(9)
		n.SetSupply(v, n.Supply(v)+amount)
		n.SetSupply(w, n.Supply(w)-amount)
	case 5:
		n.SetArc(a, flow.Arc{From: arc.From, To: node(), Lower: arc.Lower, Upper: arc.Upper})
	case 6:
		n.SetArc(a, flow.Arc{From: arc.From, To: arc.To})
	case 7:
		n.AddArc(flow.Arc{From: node(), To: node(), Upper: r.Int64N(30)}, costs...)
	case 8:
		v := n.AddNode(0)
		n.AddArc(flow.Arc{From: node(), To: v, Upper: 9}, costs...)
		n.AddArc(flow.Arc{From: v, To: node(), Upper: 9}, costs...)
	}
}

// TestResolveEndsWhereSolveDoes changes networks step by step: whatever the
// changes, going on from the solution before gives the cost, the canonical plan and the
// kind of error that starting from nothing gives.
func TestResolveEndsWhereSolveDoes(t *testing.T) {
	warm, over, failed := 0, 0, 0
	flowtest.Each(t, flowtest.Count(t, 5_000), 60, func(t *testing.T, r *rand.Rand, p *flowtest.Plain, label string) {
		for range r.IntN(3) {
			flowtest.AddCosts(r, p, 1+r.Int64N(4))
		}
		n := p.Network()
		if n.Arcs() == 0 {
			return
		}
		o := flow.Options{}
		if r.IntN(2) == 0 {
			o = o.Large()
		}
		last, err := flowtest.Solve(context.Background(), n, o)
		if err != nil {
			return
		}
		for step := range 20 {
			before := n.Clone()
			for range 1 + r.IntN(3) {
				change(r, n)
			}
			cold, want := flowtest.Solve(context.Background(), n, o)
			s, err := flowtest.Resolve(context.Background(), n, last, o)
			if (want == nil) != (err == nil) {
				t.Fatalf("%s, step %d: %v, from nothing %v", label, step, err, want)
			}
			if want != nil {
				failed++
				var infeasible *flow.InfeasibleError
				if errors.As(want, &infeasible) != errors.As(err, &infeasible) {
					t.Fatalf("%s, step %d: %v, from nothing %v", label, step, err, want)
				}
				n = before
				continue
			}
			if s.Stats.Resumed {
				warm++
			} else {
				over++
			}
			if !slices.Equal(s.Costs, cold.Costs) || !slices.Equal(s.Flows, cold.Flows) {
				t.Fatalf("%s, step %d: costs %v flows %v, from nothing %v %v", label, step, s.Costs, s.Flows, cold.Costs, cold.Flows)
			}
			last = s
		}
	})
	t.Logf("%d times resolved, %d times started over, %d times there was no plan", warm, over, failed)
	if warm < 10*over {
		t.Error("starting over is the rule, so that going on is not tested")
	}
}
