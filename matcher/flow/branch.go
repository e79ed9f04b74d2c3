package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
)

// limited is a solve under group limits.
type limited struct {
	*relaxation
	within *within
	flows  []float64 // of the arcs in groups, of a best plan that need not be whole; nil where none was found

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

// large reports whether the network is solved in the order it comes in, and not to the last fraction.
func (r *relaxation) large() bool { return r.network.arcs >= large || r.options.tune.large }

// pivots is how many the simplex at hand has made.
func (r *relaxation) pivots() int64 {
	if r.live == nil {
		return 0
	}
	return r.live.pivots
}

// solveLimited first solves the network without its limits, which is all if the plan keeps them. Else it prices the limits: all prices at
// once (see approach), then the best of them (see bundle). It looks for a plan that keeps the limits near the average of those plans
// that the best prices tie (see within), and in small networks, where a distance is left, divides the problem until
// there is none (branch and bound). Last it proves the bound of every vector.
//
// Small networks are solved in an order that follows from the keys of their arcs. None is solved from a solution before, so that what was solved
// before makes no difference.
func solveLimited(ctx context.Context, n *Network, seen *survey, o Options) (*Solution, error) {
	if err := n.checkLimits(seen); err != nil {
		return nil, err
	}
	if n.keys == nil || n.arcs >= large {
		return solveArranged(ctx, n, o)
	}
	order := orderOf(n)
	return order.back(solveArranged(ctx, order.arranged(n), o))
}

// solveArranged is solveLimited in the order that n has.
func solveArranged(ctx context.Context, n *Network, o Options) (*Solution, error) {
	g := n.groups()
	free := n.Clone()
	free.limits = nil
	seen, err := free.check(nil)
	if err != nil {
		return nil, err
	}
	plain, err := solveFrom(newSimplex(ctx, free, seen, o))
	if err != nil {
		return nil, fmt.Errorf("solve without the group limits: %w", err)
	}
	if keeps(g.excess(g.grouped(plain.Flows))) {
		plain.Limited = &Limited{Free: n.vectors, Terms: make([]LimitedTerm, n.vectors), Evaluations: 1}
		for k := range plain.Limited.Terms {
			plain.Limited.Terms[k] = LimitedTerm{Scale: 1, Bound: plain.Costs[k]}
		}
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
	centre, b, err := l.price()
	if err != nil {
		return nil, fmt.Errorf("price the group limits: %w", err)
	}
	if centre, err = l.place(b, centre); err != nil {
		return nil, err
	}
	if !l.large() && !l.closed(centre) { // flows of a vertex may round better than averages
		if centre, err = l.settle(b, centre); err == nil && l.flows != nil {
			centre, err = l.place(b, centre)
		}
		if err != nil {
			return nil, err
		}
	}
	root := *centre
	if !l.closed(&root) && n.arcs+n.Nodes() < small && !l.large() {
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
	s.Limited.Evaluations, s.Limited.Repairs, s.Limited.Branches = l.evaluations, l.within.repairs, l.branches
	return s, nil
}

// price finds prices of a high bound.
func (l *limited) price() (*point, *bundle, error) {
	centre, err := l.at(make([]int64, len(l.groups.most)))
	if err != nil {
		return nil, nil, err
	}
	b := l.bundle(centre)
	if centre, err = l.approach(b, centre, 80, l.closed); err != nil {
		return nil, nil, err
	}
	most := 400
	if l.large() {
		if centre, err = l.settle(b, centre); err != nil || l.flows != nil {
			return centre, b, err
		}
		most = mostTries
	}
	centre, err = l.ascend(b, centre, most, l.closed)
	return centre, b, err
}

// How long the embedded simplex may take: pivots for each limit. And how many prices the bundle tries first, where all prices have gone all the way together.
const (
	mostSettling = 1000
	firstTries   = 20
)

// settle goes on from prices to the best ones by an embedded simplex, and keeps the flows that it ends with. If it does not get there, prices stay
// what they are.
func (l *limited) settle(b *bundle, centre *point) (*point, error) {
	tries := firstTries
	if l.coarse || !l.large() {
		tries = 0
	}
	centre, err := l.ascend(b, centre, tries, l.closed)
	if err != nil {
		return nil, err
	}
	if centre, err = l.at(centre.prices); err != nil { // the simplex is elsewhere
		return nil, err
	}
	e := l.embed(centre, max(1, l.drift))
	done, err := e.solve(mostSettling*len(l.groups.most), l.tight*l.size*float64(l.scale))
	if err != nil {
		return nil, err
	}
	prices := make([]int64, len(e.prices))
	for g, p := range e.prices {
		prices[g] = max(0, min(int64(math.Round(min(p, float64(l.most[g])))), l.most[g]))
	}
	p, err := l.at(prices)
	if err != nil {
		return nil, err
	}
	if done && p.bound.Cmp(centre.bound) >= 0 {
		centre, l.flows = p, e.average()
		l.recentre(b, p)
	}
	return centre, nil
}

// place finds a plan that keeps the limits, and in a large network where no flows are settled prices of a higher bound if that is not near enough.
func (l *limited) place(b *bundle, centre *point) (*point, error) {
	for {
		l.within.last = &Solution{basis: l.live.snapshot()}
		if !l.closed(centre) {
			flows := l.flows
			if flows == nil {
				flows = b.average(len(l.groups.arcs))
			}
			if err := l.within.around(flows, 40, l.patience(), l.worth(), func() bool { return l.closed(centre) }); err != nil {
				return centre, fmt.Errorf("round within the group limits: %w", err)
			}
		}
		if !l.large() || l.flows != nil || l.near(centre) || l.tight < tightest || l.evaluations > mostEvaluations {
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
	if l.large() {
		return 0
	}
	return 3
}

func (l *limited) worth() Total {
	if !l.large() {
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
