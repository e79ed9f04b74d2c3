package flow_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// drawNetwork draws a network that has a plan, with one or two cost vectors, and
// the random source it came from.
func drawNetwork(t *rapid.T) (*flowtest.Plain, *rand.Rand) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	family := rapid.SampledFrom(flowtest.Families).Draw(t, "family")
	n := family.Make(r, rapid.IntRange(4, 25).Draw(t, "size"))
	if rapid.Bool().Draw(t, "second cost") {
		flowtest.AddCosts(r, n, 5)
	}
	if _, err := n.Solve(context.Background(), flow.Options{AnyPlan: true}); err != nil {
		t.Skip(err)
	}
	return n, r
}

func copyNetwork(n *flowtest.Plain) *flowtest.Plain {
	m := &flowtest.Plain{
		Supplies: append([]int64(nil), n.Supplies...),
		Arcs:     append([]flow.Arc(nil), n.Arcs...),
	}
	for _, costs := range n.Costs {
		m.Costs = append(m.Costs, append([]int64(nil), costs...))
	}
	return m
}

func mustSolve(t *rapid.T, n *flowtest.Plain) *flowtest.Plan {
	s, err := n.Solve(context.Background(), flow.Options{})
	if err == nil {
		err = n.Certify(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScalingCostsScalesTheTotalsAndKeepsThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, _ := drawNetwork(t)
		factor := rapid.Int64Range(1, 9).Draw(t, "factor")
		m := copyNetwork(n)
		for _, costs := range m.Costs {
			for a := range costs {
				costs[a] *= factor
			}
		}
		before, after := mustSolve(t, n), mustSolve(t, m)
		for a := range n.Arcs {
			if before.Flows[a] != after.Flows[a] {
				t.Fatalf("arc %d carries %d, before %d", a, after.Flows[a], before.Flows[a])
			}
		}
	})
}

func TestScalingQuantitiesScalesThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, _ := drawNetwork(t)
		factor := rapid.Int64Range(1, 9).Draw(t, "factor")
		m := copyNetwork(n)
		for v := range m.Supplies {
			m.Supplies[v] *= factor
		}
		for a := range m.Arcs {
			m.Arcs[a].Lower *= factor
			if m.Arcs[a].Upper != flow.Inf {
				m.Arcs[a].Upper *= factor
			}
		}
		before, after := mustSolve(t, n), mustSolve(t, m)
		for a := range n.Arcs {
			if before.Flows[a]*factor != after.Flows[a] {
				t.Fatalf("arc %d carries %d, before %d, factor %d", a, after.Flows[a], before.Flows[a], factor)
			}
		}
	})
}

// What enters and leaves a node is given, but for its supply, so a constant on
// all arcs that leave it and off all that enter it changes no comparison.
func TestShiftingTheCostsAroundANodeKeepsThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, r := drawNetwork(t)
		m := copyNetwork(n)
		k, node := r.IntN(len(m.Costs)), int32(r.IntN(len(m.Supplies)))
		shift := rapid.Int64Range(-100, 100).Draw(t, "shift")
		for a, arc := range m.Arcs {
			if arc.From == node {
				m.Costs[k][a] += shift
			}
			if arc.To == node {
				m.Costs[k][a] -= shift
			}
		}
		before, after := mustSolve(t, n), mustSolve(t, m)
		for a := range n.Arcs {
			if before.Flows[a] != after.Flows[a] {
				t.Fatalf("arc %d carries %d, before %d", a, after.Flows[a], before.Flows[a])
			}
		}
		for i := range n.Costs {
			want := before.Costs[i]
			if i == k {
				want = want.Plus(shift * n.Supplies[node])
			}
			if after.Costs[i] != want {
				t.Fatalf("total %d is %v, want %v", i, after.Costs[i], want)
			}
		}
	})
}

func TestAFurtherArcNeverMakesThePlanDearer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, r := drawNetwork(t)
		m := copyNetwork(n)
		m.Arcs = append(m.Arcs, flow.Arc{From: int32(r.IntN(len(n.Supplies))), To: int32(r.IntN(len(n.Supplies))), Upper: r.Int64N(20)})
		for k := range m.Costs {
			m.Costs[k] = append(m.Costs[k], r.Int64N(40)-20)
		}
		before, after := mustSolve(t, n), mustSolve(t, m)
		for k := range before.Costs {
			switch after.Costs[k].Cmp(before.Costs[k]) {
			case -1:
				return // a later total may rise for it
			case +1:
				t.Fatalf("total %d rises from %v to %v", k, before.Costs[k], after.Costs[k])
			}
		}
	})
}
