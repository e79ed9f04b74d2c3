package flow

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
)

// A within looks for whole plans that keep group limits: it gives each arc of a group a bound of its own, so that
// those of a group sum to no more than its limit. The rest is a network, and its cheapest plan whole and exact.
type within struct {
	ctx     context.Context
	options Options
	groups  *groups
	network *Network
	bounds  []Arc // of the arcs in groups, without the limits
	last    *Solution

	best    *Solution
	cost    Total // of best
	repairs int
}

func newWithin(ctx context.Context, n *Network, g *groups, o Options) *within {
	w := &within{ctx: ctx, options: o, groups: g, network: n.Clone()}
	w.network.limits = nil
	for _, a := range g.arcs {
		w.bounds = append(w.bounds, n.Arc(int(a)))
	}
	return w
}

// take takes a plan that keeps the limits, if it is the cheapest so far.
func (w *within) take(s *Solution, cost Total) bool {
	if w.best != nil && w.cost.Cmp(cost) <= 0 {
		return false
	}
	w.best, w.cost = s, cost
	return true
}

// speck is what floating-point flows may be off without being fractions.
const speck = 1e-6

// around looks for a plan near flows of the arcs in groups that need not be whole. It rounds them down, hands what is
// left of the limits to the largest fractions, and then, again and again, to those arcs that would pay most with more.
func (w *within) around(flows []float64, rounds int) error {
	caps, ok := w.round(flows)
	if !ok {
		return nil
	}
	idle := 0
	for before := w.cost; rounds > 0; rounds-- {
		s, err := w.solve(caps)
		if err != nil || s == nil {
			return err
		}
		idle++
		if w.take(s, s.Costs[0]) || s.Costs[0].Cmp(before) < 0 {
			idle = 0
		}
		before = s.Costs[0]
		if idle > 3 || !w.widen(s, caps) {
			return nil
		}
	}
	return nil
}

// solve returns the cheapest plan under such bounds, nil if there is none.
func (w *within) solve(caps []int64) (*Solution, error) {
	for i, a := range w.groups.arcs {
		arc := w.bounds[i]
		arc.Upper = min(arc.Upper, caps[i])
		w.network.SetArc(int(a), arc)
	}
	w.repairs++
	var s *Solution
	var err error
	if w.last == nil {
		s, err = Solve(w.ctx, w.network, w.options)
	} else {
		s, err = Resolve(w.ctx, w.network, w.last, w.options)
	}
	var infeasible *InfeasibleError
	if errors.As(err, &infeasible) {
		return nil, nil
	}
	if err == nil {
		w.last = s
	}
	return s, err
}

// round returns whole bounds near flows, such that those of each group sum to at most its limit.
func (w *within) round(flows []float64) (caps []int64, ok bool) {
	caps = make([]int64, len(flows))
	slack := slices.Clone(w.groups.most)
	var wishes []wish
	for i, x := range flows {
		down := math.Floor(x + speck)
		caps[i] = min(max(int64(down), w.bounds[i].Lower), w.bounds[i].Upper)
		if x-down > speck && caps[i] < w.bounds[i].Upper {
			wishes = append(wishes, wish{i, down - x})
		}
		for _, l := range w.groups.of(i) {
			slack[l] -= caps[i]
		}
	}
	// The average keeps the limits only nearly: what is too much is taken from all alike.
	for i := range caps {
		for _, l := range w.groups.of(i) {
			if slack[l] < 0 {
				if fall := min(caps[i]-w.bounds[i].Lower, max(1, -slack[l]/16), -slack[l]); fall > 0 {
					caps[i] -= fall
					for _, m := range w.groups.of(i) {
						slack[m] += fall
					}
				}
			}
		}
	}
	for i := range caps { // and from the first ones, if need be
		for _, l := range w.groups.of(i) {
			if fall := min(caps[i]-w.bounds[i].Lower, -slack[l]); fall > 0 {
				caps[i] -= fall
				for _, m := range w.groups.of(i) {
					slack[m] += fall
				}
			}
		}
	}
	for _, s := range slack {
		if s < 0 {
			return nil, false
		}
	}
	w.hand(wishes, caps, slack, 1)
	return caps, true
}

// wish is an arc in groups and how much it wants more: the less the more.
type wish struct {
	place int
	worth float64
}

// hand gives the arcs of wishes more, those of least worth first, a share of what is left of their limits, and reports whether
// any got something.
func (w *within) hand(wishes []wish, caps, slack []int64, share int64) (some bool) {
	slices.SortFunc(wishes, func(a, b wish) int {
		return cmp.Or(cmp.Compare(a.worth, b.worth), cmp.Compare(a.place, b.place))
	})
	for _, p := range wishes {
		i := p.place
		amount := w.bounds[i].Upper - caps[i]
		for _, l := range w.groups.of(i) {
			if share == 1 {
				amount = min(amount, 1, slack[l])
			} else {
				amount = min(amount, (slack[l]+share-1)/share)
			}
		}
		if amount <= 0 {
			continue
		}
		some = true
		caps[i] += amount
		for _, l := range w.groups.of(i) {
			slack[l] -= amount
		}
	}
	return some
}

// widen sets the bounds to the flows of a plan, and hands what is left of the limits to the arcs that would pay most
// with more. It reports whether there are any.
func (w *within) widen(s *Solution, caps []int64) bool {
	var wishes []wish
	x := make([]int64, len(caps))
	for _, f := range w.groups.grouped(s.Flows) {
		x[f.Arc] = f.Units
	}
	slack := slices.Clone(w.groups.most)
	for i, a := range w.groups.arcs {
		if x[i] == caps[i] && x[i] < w.bounds[i].Upper {
			arc, pi := w.bounds[i], s.Potentials[0]
			if r := w.network.Cost(0, int(a)) + pi[arc.From] - pi[arc.To]; r < 0 {
				wishes = append(wishes, wish{i, float64(r)})
			}
		}
		caps[i] = x[i]
		for _, l := range w.groups.of(i) {
			slack[l] -= x[i]
		}
	}
	return w.hand(wishes, caps, slack, 2)
}
