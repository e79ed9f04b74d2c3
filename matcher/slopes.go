package matcher

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"labourmatch/matcher/flow"
)

// smallEnough is the most arcs of a network of which the exact value of one more is found by solving it again.
const smallEnough = 4096

// slope prices a limit where group limits are live: by the multipliers and potentials that prove the bounds, and where the market is
// small enough by solving again with one unit more and less.
func (p *Pricer) slope(ctx context.Context, l Bound) (Price, error) {
	price := Price{Bound: l, More: p.nothing(l.Size), Less: p.nothing(l.Size), Slopes: p.slopes(&l)}
	s := p.result.Certificate.Solution
	if p.network.Arcs() > smallEnough || !s.Limited.Optimal() || l.more != l.less {
		return price, nil
	}
	now, err := gainsOf(s)
	if err != nil {
		return price, err
	}
	for _, side := range []struct {
		of   *Side
		unit int64
	}{{&price.More, 1}, {&price.Less, -1}} {
		size := l.Size + side.unit
		if size < 0 {
			continue
		}
		s, err := p.resized(ctx, l, size)
		if err != nil {
			return price, err
		}
		if s.Limited != nil && !s.Limited.Optimal() {
			return price, nil // the other side stays 0, as where nothing is exact
		}
		then, err := gainsOf(s)
		if err != nil {
			return price, err
		}
		*side.of = Side{Terms: make([]int64, len(now)), Until: size}
		for k := range now {
			side.of.Terms[k] = (then[k] - now[k]) * side.unit
		}
		if side.unit > 0 && !slices.ContainsFunc(side.of.Terms, func(x int64) bool { return x != 0 }) {
			side.of.Until = l.Size
		}
	}
	price.Exact = true
	return price, nil
}

// resized solves the network with another size of one limit.
func (p *Pricer) resized(ctx context.Context, l Bound, size int64) (*flow.Solution, error) {
	n := p.network.Network.Clone()
	if l.group >= 0 {
		n.SetLimit(l.group, size)
	} else {
		arc := n.Arc(l.more)
		arc.Upper = size
		n.SetArc(l.more, arc)
	}
	s, err := flow.Resolve(ctx, n, p.result.Certificate.Solution, flow.Options{})
	if err != nil {
		return nil, fmt.Errorf("solve the market at size %d of the limit: %w", size, err)
	}
	if err := flow.Certify(n, s); err != nil {
		return nil, fmt.Errorf("the placement at size %d of the limit did not pass its check, so it is not given out: %w", size, err)
	}
	return s, nil
}

// gainsOf is what a solution reaches of each term.
func gainsOf(s *flow.Solution) ([]int64, error) {
	terms := make([]int64, 0, len(s.Costs))
	for _, total := range s.Costs {
		reached, ok := total.Int64()
		if !ok {
			return nil, fmt.Errorf("%w: a term reaches %s", ErrTooLarge, total)
		}
		terms = append(terms, -reached)
	}
	return terms, nil
}

// slopes are by how much the bound of each term rises with a unit more: the multiplier of a group, or what the reduced cost of an
// arc falls short of 0, as [flow.LimitedTerm] has them.
func (p *Pricer) slopes(l *Bound) []float64 {
	s := p.result.Certificate.Solution
	out := make([]float64, len(s.Potentials))
	for k := range s.Limited.Terms {
		t := &s.Limited.Terms[k]
		if l.group >= 0 {
			if k >= s.Limited.Free {
				out[k] = float64(t.Multipliers[l.group]) / float64(t.Scale)
			}
			continue
		}
		arc := p.network.Arc(l.more)
		reduced := float64(t.Scale)*float64(p.network.Cost(k, l.more)) + float64(s.Potentials[k][arc.From]) - float64(s.Potentials[k][arc.To])
		if k >= s.Limited.Free {
			for j := range k {
				reduced += float64(t.Earlier[j]) * float64(p.network.Cost(j, l.more))
			}
			for _, g := range p.groups[int32(l.more)] { //nolint:gosec // fewer arcs
				reduced += float64(t.Multipliers[g])
			}
		}
		if reduced < 0 && arc.Upper == l.Size {
			out[k] = -reduced / float64(t.Scale)
		}
	}
	return out
}

// steepest prices those limits of which the bounds rise most, at most so many; limits with slopes of 0 are left out.
func (p *Pricer) steepest(ctx context.Context, most int, of ...BoundOf) ([]Price, error) {
	type candidate struct {
		limit  Bound
		slopes []float64
	}
	var all []candidate
	for l := range p.Limits(of...) {
		if slopes := p.slopes(&l); slices.Max(slopes) > 0 {
			all = append(all, candidate{l, slopes})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return slices.Compare(b.slopes, a.slopes) })
	prices := make([]Price, 0, min(most, len(all)))
	for _, c := range all[:min(most, len(all))] {
		price, err := p.slope(ctx, c.limit)
		if err != nil {
			return nil, err
		}
		prices = append(prices, price)
	}
	return prices, nil
}

// found solves a limit at some sizes from nothing to twice what it is: where group limits are live there are no exact
// breakpoints, but plans and the bounds no plan can beat.
func (p *Pricer) found(ctx context.Context, l Bound) (*Curve, error) {
	const parts = 4
	if l.more != l.less {
		return nil, errors.New("the openings of a vacancy cut in steps by equity have no single curve")
	}
	c := &Curve{Bound: l, Exact: true, Terms: p.network.termNames()}
	var sizes []int64
	for k := range int64(2*parts + 1) {
		sizes = append(sizes, l.Size*k/parts)
	}
	for _, size := range slices.Compact(sizes) {
		s, err := p.resized(ctx, l, size)
		if err != nil {
			return nil, err
		}
		at := CurvePoint{Size: size}
		if err := p.fill(&at, l, s); err != nil {
			return nil, err
		}
		at.Bounds = slices.Clone(at.Terms)
		if s.Limited != nil {
			c.Exact = c.Exact && s.Limited.Optimal()
			for k, t := range s.Limited.Terms {
				bound, ok := t.Bound.Int64()
				if !ok {
					return nil, fmt.Errorf("%w: a bound is %s", ErrTooLarge, t.Bound)
				}
				at.Bounds[k] = -bound
			}
		}
		c.Points = append(c.Points, at)
	}
	return c, nil
}
