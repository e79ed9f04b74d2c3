package flow_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// TestTheAnswerIsTheSameBytesOnAnyNumberOfCores solves networks large enough to be sifted,
// cold and going on from a solution, with one core, two and more. Plan,
// potentials and totals must be the same to the last byte, and so must the way there.
func TestTheAnswerIsTheSameBytesOnAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	text := func(s *flow.Solution) string {
		return fmt.Sprint(s.Flows, s.Potentials, s.Costs, s.Stats.Pivots, s.Stats.Resumed)
	}
	for i, c := range []struct {
		name    string
		cost    int64
		bounded bool
		vectors int
		o       flow.Options
	}{
		{"sifted for its size", 10_000, false, 1, flow.Options{}},
		{"tied, with bounds", 3, true, 1, flow.Options{}},
		{"two costs", 1, true, 2, flow.Options{}},
		{"solved as large ones are", 100, true, 2, flow.Options{}.Large()},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := wide(rand.New(rand.NewPCG(20070319, uint64(i))), c.cost, c.bounded)
			r := rand.New(rand.NewPCG(20070319, uint64(i)))
			for len(p.Costs) < c.vectors {
				costs := make([]int64, len(p.Arcs))
				for a := range costs {
					costs[a] = r.Int64N(5)
				}
				p.Costs = append(p.Costs, costs)
			}
			n := p.Network()
			changed := n.Clone()
			for range 50 { // dearer or cheaper arcs, and more room
				a := r.IntN(changed.Arcs())
				changed.SetCost(0, a, r.Int64N(c.cost+1))
				arc := changed.Arc(r.IntN(changed.Arcs()))
				if arc.Upper != flow.Inf {
					arc.Upper++
				}
				changed.AddArc(arc, r.Int64N(c.cost+1))
			}
			var cold, warm string
			for _, cores := range []int{1, 2, 3, 8} {
				runtime.GOMAXPROCS(cores)
				s, err := flowtest.Solve(context.Background(), n, c.o)
				if err != nil {
					t.Fatal(err)
				}
				next, err := flowtest.Resolve(context.Background(), changed, s, c.o)
				if err != nil {
					t.Fatal(err)
				}
				if cores == 1 {
					cold, warm = text(s), text(next)
				}
				if text(s) != cold {
					t.Errorf("on %d cores Solve finds something else than on one", cores)
				}
				if text(next) != warm {
					t.Errorf("on %d cores Resolve finds something else than on one", cores)
				}
			}
		})
	}
}
