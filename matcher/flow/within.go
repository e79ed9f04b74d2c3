package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
)

// A within looks for whole plans that keep group limits: it gives each arc of a group a bound of its own, so that
// those of a group sum to no more than its limit. The rest is a network, and its cheapest plan whole and exact.
type within struct {
	groups  *groups
	options Options
	network *Network
	seen    *survey
	weights []int64
	bounds  []Arc // of the arcs in groups, without the limits
	live    *simplex
	last    *Solution // whose tree the first solve begins with
	make    func() *simplex

	best    []ArcFlow // flows of the best plan
	caps    []int64   // the bounds it was found under
	cost    Total     // of best, the vectors by weight
	repairs int
}

func newWithin(ctx context.Context, n *Network, seen *survey, g *groups, weights []int64, o Options) *within {
	w := &within{groups: g, options: o, network: n, seen: seen, weights: weights}
	w.make = func() *simplex { return newSimplex(ctx, n, seen, o) }
	for _, a := range g.arcs {
		w.bounds = append(w.bounds, n.Arc(int(a)))
	}
	return w
}

// better reports whether a plan of this cost is cheaper than the best so far.
func (w *within) better(cost Total) bool { return w.best == nil || cost.Cmp(w.cost) < 0 }

// take takes a plan that keeps the limits as the best.
func (w *within) take(s *simplex, caps []int64, cost Total) {
	w.best, w.caps, w.cost = s.plan(), slices.Clone(caps), cost
}

// speck is what floating-point flows may be off without being fractions.
const speck = 1e-6

// around looks for a plan near flows of the arcs in groups that need not be whole. It rounds them down, hands what is
// left of the limits to the largest fractions, and then, again and again, to those arcs that would pay most with more.
func (w *within) around(flows []float64, rounds int, enough func() bool) error {
	caps, ok := w.round(flows)
	if !ok {
		return nil
	}
	idle := 0
	for before := w.cost; rounds > 0 && !enough(); rounds-- {
		cost, ok, err := w.solve(caps)
		if err != nil || !ok {
			return err
		}
		idle++
		if w.better(cost) {
			w.take(w.live, caps, cost)
			idle = 0
		} else if cost.Cmp(before) < 0 {
			idle = 0
		}
		before = cost
		if os.Getenv("DBG") != "" {
			fmt.Println("around", cost, "best", w.cost, w.live.pivots)
		}
		if idle > 3 || !w.widen(caps) {
			return nil
		}
	}
	return nil
}

// solve finds the cheapest plan under such bounds and what it costs; ok is false if there is none.
func (w *within) solve(caps []int64) (cost Total, ok bool, err error) {
	for i, a := range w.groups.arcs {
		arc := w.bounds[i]
		arc.Upper = min(arc.Upper, caps[i])
		w.network.SetArc(int(a), arc)
	}
	w.repairs++
	if w.live != nil {
		if err = w.live.rebound(); err == nil {
			err = w.live.again()
		}
	}
	if w.live == nil || errors.Is(err, errCold) {
		if os.Getenv("DBG") != "" {
			fmt.Println("cold", w.live != nil)
		}
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
	caps := w.caps
	if caps == nil {
		caps = make([]int64, len(w.bounds))
		for _, f := range w.best {
			if p := newPlace(w.groups, f.Arc); p >= 0 {
				caps[p] = f.Units
			}
		}
	}
	if _, ok, err := w.solve(caps); err != nil || !ok {
		return nil, err
	}
	s := w.live
	s.weights, s.extra, w.live = nil, nil, nil
	s.keep(func(i int32, _ *arc) bool { return s.room[i] != 0 })
	return solveFrom(s)
}

func newPlace(g *groups, arc int32) int {
	p, found := slices.BinarySearch(g.arcs, arc)
	if !found {
		return -1
	}
	return p
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

// widen sets the bounds to the flows of the plan found last, and hands what is left of the limits to the arcs that would pay most
// with more. It reports whether there are any.
func (w *within) widen(caps []int64) bool {
	var wishes []wish
	x := make([]int64, len(caps))
	for _, f := range w.live.grouped() {
		x[f.Arc] += f.Units
	}
	slack := slices.Clone(w.groups.most)
	for i, a := range w.groups.arcs {
		if x[i] == caps[i] && x[i] < w.bounds[i].Upper {
			arc, pi := w.bounds[i], w.live.pi
			if r := w.live.folded(a) + pi[arc.From] - pi[arc.To]; r < 0 {
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
