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
	groups  *groups
	network *Network
	weights []int64
	bounds  []Arc // of the arcs in groups, without the limits
	live    *simplex
	last    *Solution // whose tree the first solve begins with
	make    func() *simplex

	best    []ArcFlow // flows of the best plan
	at      []span    // the bounds it was found under
	spans   []span    // of the last solve
	cost    Total     // of best, the vectors by weight
	repairs int
}

func newWithin(ctx context.Context, n *Network, seen *survey, g *groups, weights []int64, o Options) *within {
	w := &within{groups: g, network: n, weights: weights}
	w.make = func() *simplex { return newSimplex(ctx, n, seen, o) }
	for _, a := range g.arcs {
		w.bounds = append(w.bounds, n.Arc(int(a)))
	}
	return w
}

// span are the bounds of an arc in groups.
type span struct{ low, high int64 }

// better reports whether a plan of this cost is cheaper than the best so far.
func (w *within) better(cost Total) bool { return w.best == nil || cost.Cmp(w.cost) < 0 }

// take takes a plan that keeps the limits as the best.
func (w *within) take(s *simplex, at []span, cost Total) {
	w.best, w.at, w.cost = s.plan(), slices.Clone(at), cost
}

// speck is what floating-point flows may be off without being fractions.
const speck = 1e-6

// around looks for a plan near flows of the arcs in groups that need not be whole. It rounds them down, hands what is
// left of the limits to the largest fractions, and then, again and again, to those arcs that would pay most with more, until that has
// more often than patience been worth less than worth.
func (w *within) around(flows []float64, rounds, patience int, worth Total, enough func() bool) error {
	caps, ok := w.round(flows)
	if !ok {
		return nil
	}
	w.spans = make([]span, len(caps))
	for i := range w.spans {
		w.spans[i] = span{w.bounds[i].Lower, caps[i]}
	}
	idle := -1
	for before := w.cost; rounds > 0 && !enough(); rounds-- {
		cost, ok, err := w.solve()
		if err != nil || !ok {
			return err
		}
		idle++
		if before.minus(cost).Cmp(worth) >= 0 {
			idle = 0
		}
		if w.better(cost) {
			w.take(w.live, w.spans, cost)
		}
		before = cost
		if idle > patience || !w.widen() {
			return nil
		}
	}
	return nil
}

// solve finds the cheapest plan under the spans and what it costs; ok is false if there is none.
func (w *within) solve() (cost Total, ok bool, err error) {
	for i, a := range w.groups.arcs {
		arc := w.bounds[i]
		arc.Lower, arc.Upper = w.spans[i].low, w.spans[i].high
		w.network.SetArc(int(a), arc)
	}
	w.repairs++
	if w.live != nil {
		if err = w.live.rebound(); err == nil {
			err = w.live.again()
		}
	}
	if w.live == nil || errors.Is(err, errCold) {
		extra := newSurcharge(w.network, w.groups.arcs, uint64((costRoom-1)/int64(len(w.network.supplies)+1)))
		w.live, err = hang(w.make(), w.weights, extra, w.last)
		w.last = nil
	}
	var infeasible *InfeasibleError
	if errors.As(err, &infeasible) {
		w.live = nil
		return Total{}, false, nil
	}
	if err != nil {
		return Total{}, false, err
	}
	return w.live.tally(), true, nil
}

// finish is the best plan by all vectors one after the other, and the canonical one, of those under the bounds at which the best was found.
func (w *within) finish() (*Solution, error) {
	if w.spans = w.at; w.spans == nil {
		w.spans = make([]span, len(w.bounds))
		for i := range w.spans {
			w.spans[i].low = w.bounds[i].Lower
		}
		for _, f := range w.groups.grouped(w.best) {
			w.spans[f.Arc].high = f.Units
		}
	}
	if _, ok, err := w.solve(); err != nil || !ok {
		return nil, err
	}
	s := w.live
	s.weights, s.extra, w.live = nil, nil, nil
	s.keep(func(i int32, _ *arc) bool { return s.room[i] != 0 })
	return solveFrom(s)
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

// widen sets the upper bounds to the flows of the plan found last, and hands what is left of the limits to the arcs that would pay most
// with more. It reports whether there are any. Those that get more keep what they have, so that the plan is still one and the simplex can go on from it.
func (w *within) widen() bool {
	var wishes []wish
	caps := make([]int64, len(w.spans))
	for _, f := range w.live.grouped() {
		caps[f.Arc] += f.Units
	}
	slack := slices.Clone(w.groups.most)
	for i, a := range w.groups.arcs {
		if caps[i] == w.spans[i].high && caps[i] < w.bounds[i].Upper {
			arc, pi := w.bounds[i], w.live.pi
			if r := w.live.folded(a) + pi[arc.From] - pi[arc.To]; r < 0 {
				wishes = append(wishes, wish{i, float64(r)})
			}
		}
		for _, l := range w.groups.of(i) {
			slack[l] -= caps[i]
		}
	}
	x := slices.Clone(caps)
	some := w.hand(wishes, caps, slack, 2)
	for i := range w.spans {
		if w.spans[i].high = caps[i]; caps[i] > x[i] {
			w.spans[i].low = x[i]
		}
	}
	w.live.rebase(func(p int32) bool { return caps[p] > x[p] })
	return some
}
