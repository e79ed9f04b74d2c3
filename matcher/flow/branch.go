package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
)

// limited is a solve under group limits.
type limited struct {
	*relaxation
	within *within

	branches int
	effort   int  // arcs looked at, give or take, in branches
	open     bool // some subproblem was given up
	worst    Total
}

// What closing the distance may take: subproblems, and arcs looked at in them. Small markets need far less; in
// large ones rounding loses next to nothing.
const (
	mostBranches = 100
	mostEffort   = 1 << 18
	small        = 1 << 12 // nodes and arcs up to which a problem is divided
	large        = 1 << 16 // arcs from which on a problem is solved in the order it comes in
)

// In large networks the bound is first found to a share of the cost of the last vector, and a plan near it. If the distance between them
// is not small enough, both are sought at a smaller one.
const (
	loosest         = 2e-5
	tightest        = loosest / 30
	tighter         = 5
	nearEnough      = 5e-5
	mostTries       = 160
	mostEvaluations = 200
)

// solveLimited first solves the network without its limits, which is all if the plan keeps them. Else it prices the limits: all prices at
// once (see approach), then the best of them (see bundle). It looks for a plan that keeps the limits near the average of those plans
// that the best prices tie (see within), and in small networks, where a distance is left, divides the problem until
// there is none (branch and bound). Last it proves the bound of every vector.
//
// Small networks are solved in an order that follows from the keys of their arcs, and from nothing. In large ones the solution before, if there is one,
// says where plan and prices begin.
func solveLimited(ctx context.Context, n *Network, seen *survey, o Options, before *Solution) (*Solution, error) {
	if err := n.checkLimits(seen); err != nil {
		return nil, err
	}
	if n.arcs >= large {
		var known *pricedBasis
		if before != nil && before.basis != nil {
			known = before.basis.priced
		}
		return solveArranged(ctx, n, o, known)
	}
	if n.keys == nil {
		return solveArranged(ctx, n, o, nil)
	}
	order := orderOf(n)
	return order.back(solveArranged(ctx, order.arranged(n), o, nil))
}

// pricedBasis is what a solution of a large network with group limits keeps for the next.
type pricedBasis struct {
	plain   *Solution // without the limits
	tree    *basis    // at the best prices
	prices  []int64   // of the vectors together
	weights []int64
	fine    int64     // what prices are multiples of, by division
	scale   []float64 // of the bundle
}

// fits reports whether prices of one solve mean the same in another.
func (k *pricedBasis) fits(l *limited) bool {
	return k != nil && len(k.prices) == len(l.groups.most) && k.fine == l.scale && slices.Equal(k.weights, l.weights) && len(k.tree.parents) == l.network.Nodes()
}

// solveArranged is solveLimited in the order that n has. Known may be nil.
func solveArranged(ctx context.Context, n *Network, o Options, known *pricedBasis) (*Solution, error) {
	g := n.groups()
	free := n.Clone()
	free.limits = nil
	seen, err := free.check(nil)
	if err != nil {
		return nil, err
	}
	var plain *Solution
	if known != nil {
		plain, err = Resolve(ctx, free, known.plain, o)
	} else {
		plain, err = solveFrom(newSimplex(ctx, free, seen, o))
	}
	if err != nil {
		return nil, fmt.Errorf("solve without the group limits: %w", err)
	}
	if keeps(g.excess(g.grouped(plain.Flows))) {
		plain.Limited = &Limited{Free: n.vectors, Terms: make([]LimitedTerm, n.vectors), Evaluations: 1}
		for k := range plain.Limited.Terms {
			plain.Limited.Terms[k] = LimitedTerm{Scale: 1, Bound: plain.Costs[k]}
		}
		plain.basis.priced = &pricedBasis{plain: &Solution{basis: plain.basis, Potentials: plain.Potentials}}
		return plain, nil
	}
	if n.vectors == 0 { // and so no arc
		return nil, &LimitError{Proven: true}
	}
	l := &limited{relaxation: relax(ctx, free, seen, g, o)}
	l.last = plain
	l.tight, l.size = loosest, math.Abs(plain.Costs[n.vectors-1].float())
	l.together()
	l.worst = l.worstCost(seen)
	bounded := free.Clone()
	again, err := bounded.check(nil)
	if err != nil {
		return nil, err
	}
	l.within = newWithin(ctx, bounded, again, g, l.weights, o)
	scale := l.scale
	l.seenPlan = func(at *simplex, scaled Total) {
		cost := totalOfBig(new(big.Int).Quo(scaled.Big(), big.NewInt(scale)))
		if l.within.better(cost) {
			l.within.take(at, nil, cost)
		}
	}
	centre, b, err := l.price(known)
	if err != nil {
		return nil, fmt.Errorf("price the group limits: %w", err)
	}
	if centre, err = l.place(b, centre); err != nil {
		return nil, err
	}
	root := *centre
	if !l.closed(&root) && n.arcs+n.Nodes() < small {
		if err := l.divide(b, centre); err != nil {
			return nil, fmt.Errorf("divide to close the distance: %w", err)
		}
	}
	if l.within.best == nil {
		return nil, &LimitError{Proven: l.closed(&root) || n.arcs+n.Nodes() < small && !l.open}
	}
	s, err := l.within.finish()
	if err != nil || s == nil {
		return nil, fmt.Errorf("choose among equal plans: %w", err)
	}
	s.Limited = &Limited{Terms: make([]LimitedTerm, n.vectors)}
	if err := l.proveAll(s, plain, &root); err != nil {
		return nil, fmt.Errorf("prove the bounds: %w", err)
	}
	s.basis.priced = &pricedBasis{plain, l.within.tree, root.prices, l.within.weights, l.scale, b.scale}
	s.Limited.Evaluations, s.Limited.Repairs, s.Limited.Branches = l.evaluations, l.within.repairs, l.branches
	return s, nil
}

// price finds prices of a high bound, from none or from those that are known.
func (l *limited) price(known *pricedBasis) (*point, *bundle, error) {
	most := 400
	if l.network.arcs >= large {
		most = mostTries
	}
	prices := make([]int64, len(l.groups.most))
	if known.fits(l) {
		prices, l.last = known.prices, &Solution{basis: known.tree}
	}
	centre, err := l.at(prices)
	if err != nil {
		return nil, nil, err
	}
	b := l.bundle(centre)
	if known.fits(l) {
		copy(b.scale, known.scale)
		b.rescale(1)
	} else if centre, err = l.approach(b, centre, 80, l.closed); err != nil {
		return nil, nil, err
	}
	centre, err = l.ascend(b, centre, most, l.closed)
	return centre, b, err
}

// place finds a plan that keeps the limits, and in a large network prices of a higher bound where that is not near enough.
func (l *limited) place(b *bundle, centre *point) (*point, error) {
	for {
		l.within.tree = l.live.snapshot()
		l.within.last = &Solution{basis: l.within.tree}
		if !l.closed(centre) {
			if err := l.within.around(b.average(len(l.groups.arcs)), 40, l.patience(), l.worth(), func() bool { return l.closed(centre) }); err != nil {
				return centre, fmt.Errorf("round within the group limits: %w", err)
			}
		}
		if l.network.arcs < large || l.near(centre) || l.tight < tightest || l.evaluations > mostEvaluations {
			return centre, nil
		}
		l.tight /= tighter
		var err error
		if centre, err = l.ascend(b, centre, mostTries, l.closed); err != nil {
			return centre, fmt.Errorf("price the group limits: %w", err)
		}
	}
}

// worstCost is what no plan that has no cycle to spare costs more than, by weight and times scale.
func (l *limited) worstCost(seen *survey) Total {
	var worst Total
	n := l.network
	for a := range n.arcs {
		c := int64(0)
		for k, w := range l.weights {
			c += w * l.scale * n.Cost(k, a)
		}
		if c != 0 {
			arc := n.Arc(a)
			if arc.Upper == Inf { // what passes over it can only come from elsewhere, but for cycles
				arc.Upper = max(arc.Lower, int64(seen.amounts))
			}
			worst = worst.add(dearer(product(c, arc.Lower), product(c, arc.Upper)))
		}
	}
	return worst
}

func dearer(t, u Total) Total {
	if t.Cmp(u) < 0 {
		return u
	}
	return t
}

// closed reports whether no plan can be cheaper than the best one, for the bound of a point, or none is left at all.
func (l *limited) closed(p *point) bool {
	if l.within.best == nil {
		return p.bound.Cmp(l.worst) > 0
	}
	return l.ceil(p.bound).Cmp(l.within.cost) >= 0
}

func (l *limited) spent() bool { return l.branches >= mostBranches || l.effort >= mostEffort }

// near reports whether the best plan is near enough to the bound of a point.
func (l *limited) near(p *point) bool {
	return l.within.best != nil && l.within.cost.minus(l.ceil(p.bound)).float() <= nearEnough*l.size
}

// patience and worth say when no more is tried to find a plan: in large networks what a try takes has to be worth a share of the cost.
func (l *limited) patience() int {
	if l.network.arcs >= large {
		return 0
	}
	return 3
}

func (l *limited) worth() Total {
	if l.network.arcs < large {
		return TotalOf(1)
	}
	return TotalOf(max(1, int64(leastWorth*l.size)))
}

const leastWorth = 2e-6

// divide looks for cheaper plans on either side of a fraction in the average.
func (l *limited) divide(b *bundle, centre *point) error {
	if l.closed(centre) {
		return nil
	}
	if l.spent() {
		l.open = true
		return nil
	}
	average := b.average(len(l.groups.arcs))
	place, farthest := -1, 1e-5
	for i, x := range average {
		if d := math.Abs(x - math.Round(x)); d > farthest && l.within.bounds[i].Lower < l.within.bounds[i].Upper {
			place, farthest = i, d
		}
	}
	if place < 0 {
		l.open = true
		return nil
	}
	bounds := l.within.bounds[place]
	// Weights that sum to 1 only nearly may put the average of large flows outside the bounds.
	down := max(bounds.Lower, min(int64(math.Floor(average[place])), bounds.Upper-1))
	lower, upper := bounds, bounds
	lower.Upper, upper.Lower = down, down+1
	sides := []Arc{lower, upper}
	if average[place]-float64(down) > 0.5 {
		sides[0], sides[1] = upper, lower
	}
	for _, side := range sides {
		if side.Lower > side.Upper {
			continue
		}
		if err := l.side(b, centre, place, side); err != nil {
			return err
		}
	}
	l.bound(place, bounds)
	return nil
}

// bound gives an arc in groups other bounds.
func (l *limited) bound(place int, to Arc) {
	l.within.bounds[place] = to
	l.network.SetArc(int(l.groups.arcs[place]), to)
	l.moved = true
}

// side solves one side of a division.
func (l *limited) side(b *bundle, centre *point, place int, bounds Arc) error {
	l.branches++
	before := l.evaluations + l.within.repairs
	l.bound(place, bounds)
	p, err := l.at(centre.prices)
	var infeasible *InfeasibleError
	if errors.As(err, &infeasible) {
		return nil
	}
	if err != nil {
		return err
	}
	fork := b.fork()
	fork.add(p.cut)
	fork.only(func(flows []ArcFlow) bool {
		x := int64(0)
		for _, f := range flows {
			if int(f.Arc) == place {
				x += f.Units
			}
		}
		return bounds.Lower <= x && x <= bounds.Upper
	})
	l.recentre(fork, p)
	p, err = l.ascend(fork, p, 60, l.closed)
	if err != nil {
		return err
	}
	if !l.closed(p) {
		if err := l.within.around(fork.average(len(l.groups.arcs)), 4, l.patience(), l.worth(), func() bool { return l.closed(p) }); err != nil {
			return err
		}
	}
	l.effort += (l.evaluations + l.within.repairs - before) * (l.network.arcs + l.network.Nodes())
	return l.divide(fork, p)
}
