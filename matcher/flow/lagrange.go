package flow

import (
	"context"
	"errors"
	"math"
	"math/big"
	"slices"
)

// A relaxation is a network with its group limits replaced by prices on the arcs in them. What is minimised is a sum of the cost
// vectors by weight, or one vector alone and, for a price each, what plans cost in the vectors before it above what was
// reached in them. All costs are multiplied by scale, so that prices of a fraction of a cost are whole too.
type relaxation struct {
	ctx     context.Context
	options Options
	groups  *groups
	network *Network // without the limits
	seen    *survey
	extra   *surcharge
	live    *simplex  // at the last prices; nil where it has to begin anew
	moved   bool      // bounds have changed since
	last    *Solution // whose tree it begins with

	weights []int64 // per vector
	rows    []Total // of as many earlier vectors: what was reached
	scale   int64
	tight   float64 // how far from the highest a bound may stay in a large network, as a share of size
	size    float64 // of the cost of the last vector
	most    []int64 // per price: what it can be, times scale
	first   Total   // cost of the first plan at these weights
	begun   bool

	evaluations int
	drift       float64                         // by what the prices moved last
	coarse      bool                            // the prices were approached only roughly
	rough       int64                           // reduced costs that plans may be off while prices are far from right, times scale
	seenPlan    func(at *simplex, scaled Total) // is told every plan that keeps the limits; may be nil
}

// Fractions of a cost that prices are multiples of, in small networks and in large ones.
const (
	fineScale   = 1 << 20
	coarseScale = 1 << 8
)

func relax(ctx context.Context, n *Network, seen *survey, g *groups, o Options) *relaxation {
	r := &relaxation{ctx: ctx, options: o, groups: g, network: n, seen: seen, scale: fineScale}
	if r.large() {
		r.scale = coarseScale
	}
	r.extra = newSurcharge(n, g.arcs, uint64(r.room()))
	return r
}

// room is what an arc may cost at most, times scale and with all surcharges. An eighth of it is for
// the objective, an eighth for prices of what was reached, a half for prices of limits.
func (r *relaxation) room() int64 { return (costRoom - 1) / int64(len(r.network.supplies)+1) }

// together makes the objective a sum of all vectors, weighted such that a unit of one outweighs the later ones: all of them where numbers allow
// it, else a few arcs.
func (r *relaxation) together() {
	for ; r.scale > 1; r.scale /= 2 {
		if r.weights = r.network.weightsWithin(r.seen, r.room()/8/r.scale); r.weights != nil {
			break
		}
	}
	if r.weights == nil {
		r.weights = make([]int64, r.network.vectors)
		r.weights[0] = 1
	}
	r.objective(r.weights, nil)
}

// weightsWithin are weights of the cost vectors with which no arc costs more than most, nil if there are none.
func (n *Network) weightsWithin(seen *survey, most int64) []int64 {
	if n.vectors == 1 {
		if int64(seen.dearest[0]) > most {
			return nil
		}
		return []int64{1}
	}
	if units := seen.amounts; n.arcs < large && units < 1<<40 {
		if w := n.foldWithin(seen.dearest, max(8, 2*int64(units)*int64(len(n.supplies)+1)), most); w != nil && w[n.vectors-1] != 0 {
			return w
		}
	}
	return n.foldWithin(seen.dearest, 8, most)
}

// objective sets what is minimised: so much of every vector, and of the first ones, for a price, what is above rows.
func (r *relaxation) objective(weights []int64, rows []Total) {
	r.weights, r.rows, r.begun = weights, rows, false
	r.most = make([]int64, len(r.groups.most)+len(rows))
	for l := range r.groups.most {
		r.most[l] = r.room() / 2 / int64(max(1, r.groups.deep))
	}
	for j := range rows {
		r.most[len(r.groups.most)+j] = r.room() / 8 / int64(len(rows)) / max(1, int64(r.seen.dearest[j]))
	}
}

// weighed are the weights of the vectors at some prices, times scale.
func (r *relaxation) weighed(prices []int64) []int64 {
	w := make([]int64, len(r.weights))
	for k := range w {
		w[k] = r.weights[k] * r.scale
	}
	for j := range r.rows {
		w[j] += prices[len(r.groups.most)+j]
	}
	return w
}

// point is a plan of the relaxation at some prices.
type point struct {
	prices     []int64 // of the limits, then of the rows, times scale
	potentials []int64
	bound      Total // times scale: no plan within the limits costs less
	cut        *cut
	excess     []int64 // over each limit
}

// at solves the relaxation at some prices.
func (r *relaxation) at(prices []int64) (*point, error) {
	r.evaluations++
	if err := r.solve(prices); err != nil {
		return nil, err
	}
	p := &point{prices: prices, potentials: append([]int64(nil), r.live.pi[:r.live.root]...), bound: r.live.tally()}
	p.cut = &cut{flows: r.live.grouped()}
	p.excess = r.groups.excess(p.cut.flows)
	cost := p.bound
	for l, e := range p.excess {
		p.cut.excess = append(p.cut.excess, float64(e))
		cost = cost.PlusProduct(-prices[l], e+r.groups.most[l])
		p.bound = p.bound.PlusProduct(-prices[l], r.groups.most[l])
	}
	for j, reached := range r.rows {
		price := prices[len(r.groups.most)+j]
		costs := r.live.costs(j)
		p.cut.excess = append(p.cut.excess, costs.minus(reached).float())
		cost = cost.minus(costs.times(price))
		p.bound = p.bound.minus(reached.times(price))
	}
	if !r.begun {
		r.begun, r.first = true, cost
	}
	p.cut.cost = r.real(cost.minus(r.first))
	if r.seenPlan != nil && keeps(p.excess) {
		r.seenPlan(r.live, cost)
	}
	return p, nil
}

// solve moves the simplex to a plan that is cheapest at some prices.
func (r *relaxation) solve(prices []int64) error {
	costs := make([]int64, len(r.groups.arcs))
	for i := range costs {
		for _, l := range r.groups.of(i) {
			costs[i] += prices[l]
		}
	}
	weights := r.weighed(prices)
	if r.live != nil && r.moved {
		r.moved = false
		if err := r.live.rebound(); err != nil {
			r.live = nil
		}
	}
	if r.live != nil {
		if slices.Equal(weights, r.live.weights) {
			r.live.reprice(costs)
		} else {
			r.live.reweigh(weights, costs)
		}
		r.live.price.threshold = r.rough
		if err := r.live.again(); !errors.Is(err, errCold) {
			return err
		}
	}
	copy(r.extra.costs, costs)
	var err error
	r.live, err = hang(newSimplex(r.ctx, r.network, r.seen, r.options), weights, r.extra, r.last)
	if r.last, r.moved = nil, false; err != nil {
		r.live = nil
	}
	return err
}

// hang returns s at a cheapest plan for folded costs and a surcharge, which it reaches from the tree of a solution before, if it can.
func hang(s *simplex, weights []int64, extra *surcharge, before *Solution) (*simplex, error) {
	if before != nil && before.basis != nil {
		s, err := hung(s, weights, extra, before)
		if err == nil {
			err = s.again()
		}
		if err == nil || s.ended() != nil {
			return s, err
		}
	}
	s = s.afresh()
	s.weights, s.extra = weights, extra
	for i := range s.seen.blocks {
		s.seen.blocks[i].free = false // bounds of arcs in groups will change
	}
	err := s.optimise()
	if err == nil {
		err = s.feasible()
	}
	if errors.Is(err, ErrUnbounded) {
		if bare := feasibility(s.ctx, s.network, s.seen, s.options); bare != nil {
			err = bare
		}
	}
	s.flatten()
	s.keepOffsets()
	s.warm = &warmth{Solution: &Solution{basis: &basis{}}, most: 1 << 62}
	return s, err
}

// costs is what the plan costs in a vector.
func (s *simplex) costs(vector int) Total {
	var sum Total
	s.carried(func(i int32, above int64) {
		sum = sum.PlusProduct(s.network.Cost(vector, int(s.name[i])), above)
	})
	s.lower(func(name int32, low int64) {
		sum = sum.PlusProduct(s.network.Cost(vector, int(name)), low)
	})
	return sum
}

// real is a scaled total as a cost in floating point.
func (r *relaxation) real(scaled Total) float64 { return scaled.float() / float64(r.scale) }

// ceil is a scaled bound as a cost, rounded up.
func (r *relaxation) ceil(scaled Total) Total {
	q, m := new(big.Int).DivMod(scaled.Big(), big.NewInt(r.scale), new(big.Int))
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return totalOfBig(q)
}

// exactness is how far from the highest a bound may stay, and by what the distance of the best prices is overestimated,
// for all that is seen of large markets, by the largest cost.
func (r *relaxation) exactness(bound Total) (tolerance, trust float64) {
	size := math.Abs(r.real(bound))
	if r.network.arcs < small && !r.large() {
		return max(1e-3, 1e-10*size), 1
	}
	if r.large() {
		return max(0.1, r.tight*min(size, r.size)), 100
	}
	return max(0.1, 7e-7*size), 100
}

// farOff is how many times the gain that the model promises may be what is missing from its proof: with more, the steps
// are too short. It halves the evaluations.
const farOff = 300

// ascend looks for the prices of the highest bound, from the centre on, and keeps to the cuts that b has. It stops early when
// enough says so.
func (r *relaxation) ascend(b *bundle, centre *point, most int, enough func(*point) bool) (*point, error) {
	radius := r.radius()
	for tries, rounds := 0, 0; tries < most && rounds < 4*most && !enough(centre); rounds++ {
		at := r.real(centre.bound.minus(r.first))
		tolerance, trust := r.exactness(centre.bound)
		b.next(tolerance / 100)
		missing := 0.0
		for l, e := range b.excess {
			if e > 0 {
				missing += float64(e * max(radius, b.centre[l]))
			} else { // the price cannot fall below 0
				missing -= float64(e * b.centre[l])
			}
		}
		if b.error-at+missing/trust <= tolerance {
			break
		}
		predicted := b.model - at
		if r.large() && predicted <= tolerance/2 {
			break
		}
		prices, moved := r.whole(b.prices), false
		for l, p := range prices {
			moved = moved || p != centre.prices[l]
		}
		if predicted <= max(tolerance/8, missing/farOff) || !moved {
			if b.step *= 4; b.step > 1e18 {
				break
			}
			continue
		}
		p, err := r.at(prices)
		if err != nil {
			return centre, err
		}
		tries++
		b.add(p.cut)
		gained := r.real(p.bound.minus(centre.bound))
		ratio := gained / predicted
		change := 1 / (2 * max(1-ratio, 1e-3))
		switch {
		case ratio >= 0.1:
			if ratio >= 0.5 {
				b.step *= min(change, 8)
			}
			centre = p
			r.recentre(b, p)
		case p.cut.at(b.centre)-at > predicted:
			b.step *= max(min(change, 1), 0.2)
		}
	}
	return centre, nil
}

// whole are prices as multiples of 1/scale.
func (r *relaxation) whole(prices []float64) []int64 {
	w := make([]int64, len(prices))
	for l, p := range prices {
		w[l] = max(0, min(int64(math.Round(min(float64(p*float64(r.scale)), float64(r.most[l])))), r.most[l]))
	}
	return w
}

func (r *relaxation) recentre(b *bundle, p *point) {
	for l, price := range p.prices {
		b.centre[l] = float64(price) / float64(r.scale)
	}
}

// radius is how far the best prices may be from the centre, for all that is known.
func (r *relaxation) radius() float64 {
	most := 1.0
	for k, w := range r.weights {
		most += float64(w) * float64(r.seen.dearest[k])
	}
	return most
}

// bundle begins a bundle at a point.
func (r *relaxation) bundle(p *point) *bundle {
	b := &bundle{step: 1}
	sum, units := 0.0, 1.0
	first := 0
	if r.large() { // what the last vector says, on top of a rung
		for first = len(r.weights) - 1; first > 0 && r.weights[first] == 0; {
			first--
		}
	}
	for _, f := range p.cut.flows {
		cost := 0.0
		for k := first; k < len(r.weights); k++ {
			if w := r.weights[k]; w != 0 {
				cost += float64(float64(w) * float64(r.network.Cost(k, int(r.groups.arcs[f.Arc]))))
			}
		}
		sum += float64(math.Abs(cost) * math.Abs(float64(f.Units)))
		units += math.Abs(float64(f.Units))
	}
	typical := max(1, sum/units)
	b.typical = typical
	for l, e := range p.cut.excess {
		b.centre = append(b.centre, float64(p.prices[l])/float64(r.scale))
		b.scale = append(b.scale, typical/max(1, math.Abs(e))/4)
	}
	b.add(p.cut)
	return b
}

// fork is a copy of b that can go its own way.
func (b *bundle) fork() *bundle {
	c := &bundle{centre: append([]float64(nil), b.centre...), scale: b.scale, step: max(b.step, 1)}
	for _, d := range b.cuts {
		e := *d
		e.idle, e.gram = 0, append([]float64(nil), d.gram...)
		c.cuts = append(c.cuts, &e)
	}
	return c
}

// average are the flows of the arcs in groups by the weights of the cuts: about the cheapest plan that keeps the limits
// and need not be whole.
func (b *bundle) average(arcs int) []float64 {
	x := make([]float64, arcs)
	for _, c := range b.cuts {
		if c.weight > 0 {
			for _, f := range c.flows {
				x[f.Arc] += float64(c.weight * float64(f.Units))
			}
		}
	}
	return x
}
