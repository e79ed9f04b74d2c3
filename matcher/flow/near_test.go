package flow

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// newBroad is a transport network of several blocks of arcs, with costs as coarse as wages.
func newBroad(r *rand.Rand, sources, sinks int) *Network {
	n := &Network{}
	rest := int64(0)
	for range sources {
		x := 1 + r.Int64N(20)
		n.AddNode(x)
		rest += x
	}
	for range sinks {
		n.AddNode(0)
	}
	end := n.AddNode(-rest)
	for v := range int32(sources) {
		for w := range int32(sinks) {
			n.AddArc(Arc{From: v, To: int32(sources) + w, Upper: 1 + r.Int64N(30)}, 100*r.Int64N(100))
		}
		n.AddArc(Arc{From: v, To: end, Upper: Inf}, 20_000)
	}
	for w := range int32(sinks) {
		n.AddArc(Arc{From: int32(sources) + w, To: end, Upper: 1 + r.Int64N(40)}, 0)
	}
	return n
}

// TestArcsThatAreNotNearbyCostMoreThanTheirReach holds what is nearby to its definition, and goes on from it: a
// little changed, it is enough to look at it, and what it leads to is the canonical plan of a solve from nothing.
func TestArcsThatAreNotNearbyCostMoreThanTheirReach(t *testing.T) {
	o := Options{}.Large()
	enough := 0
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 0))
		n := newBroad(r, 300, 200)
		last, err := Solve(context.Background(), n, o)
		if err != nil {
			t.Fatal(err)
		}
		near := last.basis.near
		for a := range n.Arcs() {
			arc := n.Arc(a)
			reduced := n.Cost(0, a) + last.Potentials[0][arc.From] - last.Potentials[0][arc.To]
			_, isNear := slices.BinarySearch(near.names, int32(a))
			if isNear != (reduced <= near.reach) {
				t.Fatalf("seed %d: arc %d costs %d, the reach is %d, and nearby is %v", seed, a, reduced, near.reach, isNear)
			}
		}
		for range 20 {
			a := r.IntN(n.Arcs())
			if r.IntN(2) == 0 {
				n.SetCost(0, a, 100*r.Int64N(100))
			} else {
				arc := n.Arc(a)
				arc.Upper = r.Int64N(30)
				if arc.To != int32(n.Nodes())-1 {
					n.SetArc(a, arc)
				}
			}
			next, err := Resolve(context.Background(), n, last, o)
			if err != nil {
				t.Fatal(err)
			}
			if err := Certify(n, next); err != nil {
				t.Fatal(err)
			}
			cold, err := Solve(context.Background(), n, o)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(next.Flows, cold.Flows) {
				t.Fatalf("seed %d: going on does not end at the canonical plan", seed)
			}
			if next.Stats.Resumed && next.basis.near == last.basis.near {
				enough++
			}
			last = next
		}
	}
	if enough < 40 {
		t.Errorf("what is nearby was enough in %d of 80 changes: it is not what is tested", enough)
	}
}
