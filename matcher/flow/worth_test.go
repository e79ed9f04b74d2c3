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

// atBound solves p from nothing with the upper bound of arc a at u. It returns the totals, or nil if there is no cheapest plan.
func atBound(t *testing.T, p *flowtest.Plain, a int, u int64) []int64 {
	t.Helper()
	changed := p.Clone()
	changed.Arcs[a].Upper = u
	s, err := changed.Solve(context.Background(), flow.Options{AnyPlan: true})
	var infeasible *flow.InfeasibleError
	if errors.As(err, &infeasible) || errors.Is(err, flow.ErrUnbounded) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return ints(t, s.Costs)
}

// curveHolds holds the first units of a curve against solving from nothing at every bound, and where the curve ends, that it ends there.
func curveHolds(t *testing.T, p *flowtest.Plain, w *flow.Worth, a int, down bool) (steps int) {
	t.Helper()
	const most = 4
	u, sign, curve := p.Arcs[a].Upper, int64(1), w.More(a)
	if down {
		sign, curve = -1, w.Less(a)
	}
	totals := atBound(t, p, a, u)
	expect := func(change []int64) {
		t.Helper()
		next := atBound(t, p, a, u+sign)
		for k := range totals {
			totals[k] += change[k]
		}
		u += sign
		if !slices.Equal(next, totals) {
			t.Fatalf("arc %d at bound %d, from %d: totals %v, the curve says %v", a, u, p.Arcs[a].Upper, next, totals)
		}
	}
	last, gone := []int64(nil), int64(0)
	for step := range curve {
		steps++
		if last != nil && slices.Compare(last, step.Costs) >= 0 {
			t.Fatalf("arc %d: the curve goes on by %v after %v", a, step.Costs, last)
		}
		last = step.Costs
		if step.Units == flow.Inf {
			if p.Arcs[a].Upper = flow.Inf; atBound(t, p, a, flow.Inf) != nil {
				t.Fatalf("arc %d: the curve falls forever, and without a bound there is a cheapest plan", a)
			}
			p.Arcs[a].Upper = u - sign*gone
			return steps
		}
		for range min(step.Units, most-gone) {
			expect(step.Costs)
			gone++
		}
		if step.Units > most || gone == most {
			return steps
		}
	}
	switch {
	case !down:
		expect(make([]int64, len(totals))) // one more is worth nothing
	case u > p.Arcs[a].Lower:
		if atBound(t, p, a, u-1) != nil {
			t.Fatalf("arc %d: the curve ends at bound %d, and below it there is a plan", a, u)
		}
	}
	return steps
}

func TestEveryCurveIsThatOfSolvingFromNothing(t *testing.T) {
	var up, down, curves int
	flowtest.Each(t, flowtest.Count(t, 5000), 14, func(t *testing.T, r *rand.Rand, p *flowtest.Plain, label string) {
		if strings.HasPrefix(label, "large") {
			return // totals are no int64
		}
		for range r.IntN(3) {
			flowtest.AddCosts(r, p, 1+r.Int64N(4))
		}
		if r.IntN(3) == 0 {
			clear(p.Costs[0])
		}
		for a := range p.Arcs { // most arcs of the families have room to spare
			if p.Arcs[a].Upper == flow.Inf && r.IntN(2) == 0 {
				p.Arcs[a].Upper = p.Arcs[a].Lower + r.Int64N(40)
			}
		}
		n := p.Network()
		s, err := flow.Solve(context.Background(), n, flow.Options{})
		if err != nil {
			return
		}
		w, err := flow.NewWorth(context.Background(), n, s)
		if err != nil {
			t.Fatal(label, err)
		}
		for range 3 {
			a := r.IntN(len(p.Arcs))
			if p.Arcs[a].Upper == flow.Inf {
				continue
			}
			curves++
			up += curveHolds(t, p, w, a, false)
			down += curveHolds(t, p, w, a, true)
			most := w.Most(a)
			for step := range w.More(a) {
				if slices.Compare(most, step.Costs) > 0 {
					t.Errorf("%s: arc %d is worth %v, more than the most of %v", label, a, step.Costs, most)
				}
				break
			}
			if t.Failed() {
				t.Fatal(label)
			}
		}
	})
	t.Logf("%d curves, %d steps up and %d down", curves, up, down)
	if up == 0 || down <= curves {
		t.Errorf("too few steps to mean anything")
	}
}
