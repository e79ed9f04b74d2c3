package flow

import (
	"context"
	"errors"
	"math"
	"math/big"
	"slices"
)

// A relaxation is a network with its group limits replaced by prices on the arcs in them, and with all costs
// multiplied by scale, so that prices of a fraction of a cost are whole too.
type relaxation struct {
	ctx     context.Context
	options Options
	groups  *groups
	costs   []int64 // of the arcs in groups, times scale
	network *Network
	scale   int64
	most    int64    // that a price can be, times scale
	worst   Total    // no plan costs more that has no cycle to spare, times scale
	places  []int32  // per arc: its place in groups, or −1
	live    *simplex // at the last prices; nil where it has to begin anew
	first   Total    // cost of the first plan
	begun   bool

	evaluations int
	seen        func(at *simplex, scaled Total) // is told every plan that keeps the limits
}

// Fractions of a cost that prices are multiples of. The finer they are the more rounds does a sifted solve take,
// and a large market asks for less.
const (
	fineScale   = 1 << 20
	coarseScale = 1 << 8
)

func relax(ctx context.Context, n *Network, seen *survey, g *groups, o Options) *relaxation {
	r := &relaxation{ctx: ctx, options: o, groups: g, scale: fineScale, network: n.Clone()}
	r.network.limits = nil
	if n.arcs >= 1<<16 {
		r.scale = coarseScale
	}
	room := int64(costRoom-1) / int64(len(n.supplies)+1)
	dearest := int64(seen.dearest[0]) + 1
	for r.scale > 1 && dearest > room/r.scale/8 {
		r.scale /= 2
	}
	r.most = (room - (dearest-1)*r.scale) / int64(max(1, g.deep))
	for a := range n.arcs {
		if c := n.Cost(0, a); c != 0 {
			c *= r.scale
			r.network.SetCost(0, a, c)
			arc := n.Arc(a)
			if arc.Upper == Inf { // what passes over it can only come from elsewhere, but for cycles
				arc.Upper = max(arc.Lower, int64(seen.amounts))
			}
			r.worst = r.worst.add(dearer(product(c, arc.Lower), product(c, arc.Upper)))
		}
	}
	r.places = slices.Repeat([]int32{-1}, n.arcs)
	for i, a := range g.arcs {
		r.places[a] = int32(i)
		r.costs = append(r.costs, r.network.Cost(0, int(a)))
	}
	return r
}

func dearer(t, u Total) Total {
	if t.Cmp(u) < 0 {
		return u
	}
	return t
}

// point is a plan of the relaxation at some prices.
type point struct {
	prices     []int64 // times scale
	potentials []int64
	bound      Total // times scale: no plan within the limits costs less
	cut        *cut
}

// at solves the relaxation at some prices.
func (r *relaxation) at(prices []int64) (*point, error) {
	for i, a := range r.groups.arcs {
		c := r.costs[i]
		for _, l := range r.groups.of(i) {
			c += prices[l]
		}
		r.network.SetCost(0, int(a), c)
	}
	r.evaluations++
	if err := r.solve(); err != nil {
		return nil, err
	}
	grouped, bound := r.live.picked(r.places)
	c := &cut{flows: grouped}
	excess := r.groups.excess(c.flows)
	cost := bound
	p := &point{prices: prices, potentials: slices.Clone(r.live.pi[:r.live.root]), cut: c, bound: bound}
	for l, e := range excess {
		c.excess = append(c.excess, float64(e))
		cost = cost.PlusProduct(-prices[l], e+r.groups.most[l])
		p.bound = p.bound.PlusProduct(-prices[l], r.groups.most[l])
	}
	if !r.begun {
		r.begun, r.first = true, cost
	}
	c.cost = r.real(cost.minus(r.first))
	if keeps(excess) {
		r.seen(r.live, cost)
	}
	return p, nil
}

// solve moves the simplex to a plan that is optimal at the costs of the network. Between two sets of prices that
// are near each other few pivots lie, and the tree and the pool stay as they are; starting a
// simplex anew, even from its last tree, would take most of the time.
func (r *relaxation) solve() error {
	if r.live != nil {
		return r.live.again()
	}
	seen, err := r.network.check(nil)
	if err != nil {
		return err
	}
	s := newSimplex(r.ctx, r.network, seen, r.options)
	seen.dearest[0] = uint64((costRoom - 1) / int64(s.root+1)) // at any prices
	err = s.optimise()
	if err == nil {
		err = s.feasible()
	}
	if errors.Is(err, ErrUnbounded) {
		if bare := feasibility(r.ctx, r.network, seen, r.options); bare != nil {
			err = bare
		}
	}
	if err != nil {
		return err
	}
	s.flatten()
	r.live = s
	return nil
}

// again goes on after the costs of the network have changed.
func (s *simplex) again() error {
	for i, name := range s.name {
		s.arcs[i].cost = s.network.Cost(0, int(name))
	}
	s.setPotentials()
	for {
		if err := s.settle(); err != nil {
			return err
		}
		fetched, err := s.fetch()
		if err != nil {
			return err
		}
		if fetched == 0 {
			s.flatten()
			return nil
		}
		s.price.start(len(s.arcs), true, s.tune)
	}
}

// picked are the flows of the arcs in groups, whose places are given by arc, −1 for the others, and what the whole
// plan costs.
func (s *simplex) picked(places []int32) (grouped []ArcFlow, cost Total) {
	take := func(i int32, above int64) {
		if above == 0 {
			return
		}
		cost = cost.PlusProduct(s.arcs[i].cost, above)
		if p := places[s.name[i]]; p >= 0 {
			grouped = append(grouped, ArcFlow{p, above})
		}
	}
	for i := range s.arcs {
		if s.state[i] == atUpper {
			take(int32(i), s.room[i])
		}
	}
	for v := range s.root {
		if l := &s.links[v]; l.arc != added {
			take(l.arc, l.flow)
		}
	}
	for at, b := range s.network.blocks { // the rest of it: lower bounds
		if b.lower.uniform() && b.lower.base == 0 {
			continue
		}
		for i := range b.size {
			if low := b.lower.at(i); low != 0 {
				cost = cost.PlusProduct(b.costs[0].at(i), low)
				if p := places[at<<blockBits+i]; p >= 0 {
					grouped = append(grouped, ArcFlow{p, low})
				}
			}
		}
	}
	return merged(inOrder(grouped)), cost
}

// merged adds up flows of the same arc.
func merged(flows []ArcFlow) []ArcFlow {
	kept := flows[:0]
	for _, f := range flows {
		if n := len(kept); n > 0 && kept[n-1].Arc == f.Arc {
			kept[n-1].Units += f.Units
		} else {
			kept = append(kept, f)
		}
	}
	return kept
}

// plan are the flows of s, which can go on afterwards.
func (s *simplex) plan() []ArcFlow {
	raised := s.raised
	flows := s.flows()
	s.raised = raised
	return flows
}

// real is a scaled total as a cost in floating point.
func (r *relaxation) real(scaled Total) float64 {
	f, _ := new(big.Float).SetInt(scaled.Big()).Float64()
	return f / float64(r.scale)
}

// ceil is a scaled bound as a cost, rounded up.
func (r *relaxation) ceil(scaled Total) Total {
	q, m := new(big.Int).DivMod(scaled.Big(), big.NewInt(r.scale), new(big.Int))
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return totalOfBig(q)
}

func totalOfBig(v *big.Int) Total {
	low := new(big.Int).And(v, new(big.Int).SetUint64(math.MaxUint64))
	return Total{new(big.Int).Rsh(v, 64).Int64(), low.Uint64()}
}

func (t Total) minus(u Total) Total {
	return t.add(Total{^u.Hi, ^u.Lo}).Plus(1)
}

// farOff is how many times the gain that the model promises may be what is missing from its proof: with more, the steps
// are too short. It halves the evaluations.
const farOff = 300

// exactness is how far from the highest a bound may stay, and by what the distance of the best prices is overestimated,
// for all that is seen of large markets, by the largest cost.
func (r *relaxation) exactness(bound Total) (tolerance, trust float64) {
	size := math.Abs(r.real(bound))
	if r.network.arcs < small {
		return max(1e-3, 1e-10*size), 1
	}
	return max(0.1, 7e-7*size), 100
}

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
		prices, moved := make([]int64, len(b.prices)), false
		for l, p := range b.prices {
			prices[l] = min(int64(math.Round(min(float64(p*float64(r.scale)), float64(r.most)))), r.most)
			moved = moved || prices[l] != centre.prices[l]
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
			for l := range prices {
				b.centre[l] = float64(prices[l]) / float64(r.scale)
			}
		case p.cut.at(b.centre)-at > predicted:
			b.step *= max(min(change, 1), 0.2)
		}
	}
	return centre, nil
}

// radius is how far the best prices may be from the centre, for all that is known.
func (r *relaxation) radius() float64 {
	most := int64(1)
	for i := range r.costs {
		most = max(most, r.costs[i], -r.costs[i])
	}
	return float64(most) / float64(r.scale)
}

// bundle begins a bundle at a point.
func (r *relaxation) bundle(p *point) *bundle {
	b := &bundle{step: 1}
	sum, units := 0.0, 1.0
	for _, f := range p.cut.flows {
		sum += float64(math.Abs(float64(r.costs[f.Arc])/float64(r.scale)) * math.Abs(float64(f.Units)))
		units += math.Abs(float64(f.Units))
	}
	typical := max(1, sum/units)
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
		e.idle, e.gram = 0, slices.Clone(d.gram)
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
