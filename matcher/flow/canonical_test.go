package flow_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// permuted is n with nodes and arcs in another order, keys along with their arcs.
func permuted(r *rand.Rand, n *flowtest.Plain) *flowtest.Plain {
	nodes, arcs := r.Perm(len(n.Supplies)), r.Perm(len(n.Arcs))
	m := &flowtest.Plain{
		Supplies: make([]int64, len(n.Supplies)),
		Arcs:     make([]flow.Arc, len(n.Arcs)),
		Costs:    make([][]int64, len(n.Costs)),
		Keys:     make([]uint64, len(n.Arcs)),
	}
	for v, w := range nodes {
		m.Supplies[w] = n.Supplies[v]
	}
	for k := range m.Costs {
		m.Costs[k] = make([]int64, len(n.Arcs))
	}
	for a, b := range arcs {
		arc := n.Arcs[a]
		arc.From, arc.To = int32(nodes[arc.From]), int32(nodes[arc.To])
		m.Arcs[b], m.Keys[b] = arc, n.Keys[a]
		for k := range m.Costs {
			m.Costs[k][b] = n.Costs[k][a]
		}
	}
	return m
}

func flowsByKey(n *flowtest.Plain, s *flowtest.Plan) map[uint64]int64 {
	flows := make(map[uint64]int64, len(n.Arcs))
	for a, key := range n.Keys {
		flows[key] = s.Flows[a]
	}
	return flows
}

func TestTheCanonicalPlanDependsOnTheDataAlone(t *testing.T) {
	several := 0
	flowtest.Each(t, flowtest.Count(t, 5_000), 40, func(t *testing.T, r *rand.Rand, n *flowtest.Plain, label string) {
		for range r.IntN(3) {
			flowtest.AddCosts(r, n, r.Int64N(3))
		}
		if r.IntN(4) == 0 {
			clear(n.Costs[0])
		}
		n.Keys = make([]uint64, len(n.Arcs))
		for a := range n.Keys {
			n.Keys[a] = r.Uint64()
		}
		options := flow.Options{}
		// Few bits make the mixes tie, so that several are needed.
		if r.IntN(2) == 0 {
			options = options.WithMixBits(1 + r.IntN(4))
		}
		first, err := n.Solve(context.Background(), options)
		if v := flowtest.Verdict(err); v == "infeasible" || v == "unbounded" {
			return
		} else if v != "optimal" {
			t.Fatalf("%s: %s", label, v)
		}
		if len(first.Stats.Stages) > len(n.Costs)+1 {
			several++
		}
		want := flowsByKey(n, first)
		for try := range 6 {
			m := permuted(r, n)
			o := options
			o.Rule = flow.PivotRule(try % 4)
			if try >= 4 {
				o = o.Tuned(true, r.IntN(len(n.Arcs)), 1+r.IntN(9))
			}
			if try%2 == 1 {
				o = o.Large()
			}
			s := solve(t, m, o)
			for key, x := range flowsByKey(m, s) {
				if x != want[key] {
					t.Fatalf("%s, try %d: %d units on the arc of key %d, at first %d", label, try, x, key, want[key])
				}
			}
			for k := range s.Costs {
				if s.Costs[k] != first.Costs[k] {
					t.Fatalf("%s, try %d: total %d is %v, at first %v", label, try, k, s.Costs[k], first.Costs[k])
				}
			}
		}
	})
	t.Logf("%d networks needed several mixes", several)
	if several == 0 {
		t.Error("no network needed more than one mix, so that further mixes are not tested")
	}
}

func TestOtherKeysPickAnotherOfTheOptimalPlans(t *testing.T) {
	n := &flowtest.Plain{
		Supplies: []int64{1, -1},
		Arcs:     []flow.Arc{{From: 0, To: 1, Upper: 1}, {From: 0, To: 1, Upper: 1}},
		Costs:    [][]int64{{3, 3}},
	}
	picked := map[int64]bool{}
	for key := range uint64(20) {
		n.Keys = []uint64{2 * key, 2*key + 1}
		picked[solve(t, n, flow.Options{}).Flows[0]] = true
	}
	if len(picked) != 2 {
		t.Error("twenty pairs of keys all pick the same of two parallel arcs")
	}
}
