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

	branches int
	effort   int  // arcs looked at, give or take, in branches
	open     bool // some subproblem was given up
}

// What closing the distance may take: subproblems, and arcs looked at in them. Small markets need far less; in
// large ones rounding loses next to nothing.
const (
	mostBranches = 100
	mostEffort   = 1 << 18
	small        = 1 << 12 // nodes and arcs up to which a problem is divided
)

// solveLimited finds a bound by prices for the group limits (see bundle), a plan that keeps them near the average of those plans
// that the best prices tie (see within), and in small networks, where a distance is left, divides the problem until
// there is none (branch and bound).
func solveLimited(ctx context.Context, n *Network, seen *survey, o Options) (*Solution, error) {
	if err := n.checkLimits(seen); err != nil {
		return nil, err
	}
	g := n.groups()
	l := &limited{relaxation: relax(ctx, n, seen, g, o), within: newWithin(ctx, n, g, o)}
	scale := l.scale
	l.seen = func(at *simplex, scaled Total) {
		cost := totalOfBig(scaled.Big().Quo(scaled.Big(), big.NewInt(scale)))
		if l.within.best == nil || cost.Cmp(l.within.cost) < 0 {
			l.within.take(&Solution{Flows: at.plan()}, cost)
		}
	}
	centre, err := l.at(make([]int64, len(g.most)))
	if err != nil {
		return nil, fmt.Errorf("solve without the group limits: %w", err)
	}
	b := l.bundle(centre)
	centre, err = l.ascend(b, centre, 400, l.closed)
	if err != nil {
		return nil, fmt.Errorf("price the group limits: %w", err)
	}
	root, pivots := *centre, l.live.pivots
	if !l.closed(&root) {
		if err := l.within.around(b.average(len(g.arcs)), 40); err != nil {
			return nil, fmt.Errorf("round within the group limits: %w", err)
		}
	}
	if !l.closed(&root) && n.arcs+n.Nodes() < small {
		if err := l.divide(b, centre); err != nil {
			return nil, fmt.Errorf("divide to close the distance: %w", err)
		}
	}
	if l.within.best == nil {
		return nil, &LimitError{Proven: l.closed(&root) || n.arcs+n.Nodes() < small && !l.open}
	}
	bound := l.ceil(root.bound)
	return &Solution{
		Flows: l.within.best.Flows, Potentials: [][]int64{root.potentials}, Costs: []Total{l.within.cost},
		Stats: Stats{Nodes: n.Nodes(), Arcs: n.Arcs(), Pivots: pivots},
		Limited: &Limited{
			Scale: l.scale, Multipliers: root.prices, Bound: bound, Distance: l.within.cost.minus(bound),
			Evaluations: l.evaluations, Repairs: l.within.repairs, Branches: l.branches,
		},
	}, nil
}

// closed reports whether no plan can be cheaper than the best one, for the bound of a point, or none is left at all.
func (l *limited) closed(p *point) bool {
	if l.within.best == nil {
		return p.bound.Cmp(l.worst) > 0
	}
	return l.ceil(p.bound).Cmp(l.within.cost) >= 0
}

func (l *limited) spent() bool { return l.branches >= mostBranches || l.effort >= mostEffort }

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
	l.live = nil
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
				x = f.Units
			}
		}
		return bounds.Lower <= x && x <= bounds.Upper
	})
	for i := range fork.centre {
		fork.centre[i] = float64(p.prices[i]) / float64(l.scale)
	}
	p, err = l.ascend(fork, p, 60, l.closed)
	if err != nil {
		return err
	}
	if !l.closed(p) {
		if err := l.within.around(fork.average(len(l.groups.arcs)), 4); err != nil {
			return err
		}
	}
	l.effort += (l.evaluations + l.within.repairs - before) * (l.network.arcs + l.network.Nodes())
	return l.divide(fork, p)
}
