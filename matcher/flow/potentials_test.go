package flow_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// TestPotentialsStayWithinTheBoundOfTheProof holds what Solve and Resolve return to the bound that the package
// comment proves, |π| ≤ 2n·C + 1, on networks whose trees move in large parts.
func TestPotentialsStayWithinTheBoundOfTheProof(t *testing.T) {
	within := func(t *testing.T, label string, n *flow.Network, s *flow.Solution) {
		t.Helper()
		for k, potentials := range s.Potentials {
			dearest := int64(0)
			for a := range n.Arcs() {
				c := n.Cost(k, a)
				dearest = max(dearest, c, -c)
			}
			bound := 2*int64(n.Nodes())*dearest + 1
			for v, pi := range potentials {
				if pi > bound || pi < -bound {
					t.Fatalf("%s: node %d has potential %d in vector %d, and the bound is %d", label, v, pi, k, bound)
				}
			}
		}
	}
	flowtest.Each(t, flowtest.Count(t, 10_000), 60, func(t *testing.T, r *rand.Rand, p *flowtest.Plain, label string) {
		flowtest.AddCosts(r, p, 3)
		for _, o := range []flow.Options{{}, flow.Options{}.Large()} {
			n := p.Network()
			s, err := flowtest.Solve(context.Background(), n, o)
			if err != nil {
				continue // this network has no plan; other tests compare why
			}
			within(t, label, n, s)
			for range 20 { // costs of a few values, so that the tree is turned over and over
				n.SetCost(0, r.IntN(n.Arcs()), r.Int64N(3)-1)
				next, err := flowtest.Resolve(context.Background(), n, s, o)
				if err != nil {
					break
				}
				s = next
				within(t, label+", resolved", n, s)
			}
		}
	})
}
