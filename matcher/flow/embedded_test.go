package flow_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// Small markets solved the way that large ones are: with the embedded simplex, whose prices and flows are those of the linear optimum, or nearly.
func TestTheEmbeddedSimplexFindsTheLinearOptimumOfGLPK(t *testing.T) {
	solver := glpsol(t)
	for _, family := range []struct {
		name  string
		count int
		make  func(r *rand.Rand) *limited
	}{
		{"by value", 1000, func(r *rand.Rand) *limited {
			return market(t, r, 2+r.IntN(10), 2+r.IntN(6), 1+r.IntN(3), 1+r.IntN(50), 0.5+r.Float64())
		}},
		{"by value, arcs in several limits", 500, func(r *rand.Rand) *limited {
			return market(t, r, 2+r.IntN(10), 2+r.IntN(6), 1+r.IntN(3), 2+r.IntN(30), 1.5+2*r.Float64())
		}},
		{"filled first", 500, func(r *rand.Rand) *limited {
			return counted(r, market(t, r, 2+r.IntN(8), 2+r.IntN(5), 1+r.IntN(3), 1+r.IntN(30), 0.5+r.Float64()), 1)
		}},
		{"home first, crowded", 500, func(r *rand.Rand) *limited {
			return counted(r, crowd(market(t, r, 2+r.IntN(8), 2+r.IntN(5), 1+r.IntN(3), 1+r.IntN(30), 0.5+r.Float64())), 3)
		}},
	} {
		t.Run(family.name, func(t *testing.T) {
			t.Parallel() // most of the time is GLPK's
			dir := t.TempDir()
			var below, distances []float64
			count := flowtest.Count(t, family.count)
			for i := range count {
				l := family.make(rand.New(rand.NewPCG(20070319, uint64(i))))
				s, err := flowtest.Solve(t.Context(), l.network(), flow.Options{}.Large())
				if err != nil {
					t.Fatalf("#%d: %v", i, err)
				}
				for k, term := range s.Limited.Terms {
					lp := l.glpk(t, solver, dir, k, s.Costs, false)
					bound, _ := term.Bound.Int64()
					cost, _ := s.Costs[k].Int64()
					if float64(bound) > math.Ceil(lp-1e-6)+1e-6*math.Abs(lp) {
						t.Errorf("#%d: vector %d: bound %d above the linear optimum %f", i, k, bound, lp)
					}
					if k == 0 { // which is what the embedded simplex is after, by weight
						below = append(below, (lp-float64(bound))/max(1, math.Abs(lp)))
						if short := lp - float64(bound); short > max(1, 1e-5*math.Abs(lp)) {
							t.Errorf("#%d: bound %d, linear optimum %f", i, bound, lp)
						}
					}
					distances = append(distances, float64(cost-bound)/max(1, math.Abs(float64(bound))))
				}
			}
			t.Logf("%d networks: bound of the first vector below the linear optimum %s, distances %s", count, spread(below), spread(distances))
		})
	}
}

// What was solved before makes no difference: going on after a change of a limit gives what a solve from nothing gives, also in large networks.
func TestGoingOnUnderLimitsGivesTheSameAsSolvingFromNothing(t *testing.T) {
	l := market(t, rand.New(rand.NewPCG(20070319, 1)), 100, 60, 4, 8, 1)
	n := l.network()
	before, err := flowtest.Solve(t.Context(), n, flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for g, most := range l.most[:2] {
		n.SetLimit(g, most-most/10)
		s, err := flowtest.Resolve(t.Context(), n, before, flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := flowtest.Solve(t.Context(), n, flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(s.Flows, s.Potentials, *s.Limited), fmt.Sprint(again.Flows, again.Potentials, *again.Limited); got != want {
			t.Errorf("limit %d: going on gives another answer than starting from nothing", g)
		}
		if far, _ := s.Limited.Terms[0].Distance.Int64(); far > 100 {
			t.Errorf("limit %d: distance %d", g, far)
		}
		before = s
	}
}
