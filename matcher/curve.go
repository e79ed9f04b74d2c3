package matcher

import (
	"context"
	"fmt"
	"slices"

	"labourmatch/matcher/flow"
)

// Curve is what a limit is worth at every size: between two points every term of the objective is a straight line, so
// the points, which are where a price changes, say all of it.
type Curve struct {
	Bound
	Exact  bool
	Terms  []string     // of the objective, first counts first
	Points []CurvePoint // by size, the first at 0; where group limits are live some sizes, and not where prices change
}

// CurvePoint is the best placement under one size of the limit.
type CurvePoint struct {
	Size   int64
	Used   int64
	Terms  []int64 // what the placement reaches of each term of the objective
	Filled ByWay   // in the whole market
	Value  int64   // whole PPP dollars a year the placements gain
	// Cost is what channels cost those who come by them and those who take them on, fees and travel, in whole PPP dollars a year. It is
	// a part of Value already.
	Cost int64
	// Next is what one unit more gains of each term from here on; nil at the last point, from which on more is worth nothing.
	Next []int64
	// Bounds are, where group limits are live, what no placement can exceed in each term; nil where Terms are exact.
	Bounds []int64
}

// Curve finds the whole curve of a limit: from 0 to where one more is worth nothing, with the present size as a point too. Every
// point is solved, certified, and held against the price that led to it. Filled and Cost are those of the canonical placement at the
// size; under an order that does not count by ways they need not be straight in between.
//
// It takes as long as one change of the market does, for each point.
func (p *Pricer) Curve(ctx context.Context, l Bound) (*Curve, error) {
	if p.worth == nil {
		return p.found(ctx, l)
	}
	if l.more != l.less {
		return nil, fmt.Errorf("the openings of %s are cut in steps by equity, and have no single curve", l.Row)
	}
	c := &Curve{Bound: l, Exact: true, Terms: p.network.termNames()}
	var down []flow.Step
	for step := range p.worth.Less(l.less) {
		down = append(down, step)
	}
	slices.Reverse(down)
	size := int64(0)
	for _, step := range down {
		c.Points = append(c.Points, CurvePoint{Size: size, Next: gains(step.Costs, 1)})
		size += step.Units
	}
	for step := range p.worth.More(l.more) {
		c.Points = append(c.Points, CurvePoint{Size: size, Next: gains(step.Costs, -1)})
		size += step.Units
	}
	c.Points = append(c.Points, CurvePoint{Size: size})
	changed, before := p.network.Network.Clone(), p.result.Certificate.Solution
	for i := range c.Points {
		at := &c.Points[i]
		arc := changed.Arc(l.more)
		arc.Upper = at.Size
		changed.SetArc(l.more, arc)
		s, err := flow.Resolve(ctx, changed, before, flow.Options{})
		if err != nil {
			return nil, fmt.Errorf("solve the market at size %d of the limit: %w", at.Size, err)
		}
		if err := flow.Certify(changed, s); err != nil {
			return nil, fmt.Errorf("the placement at size %d of the limit did not pass its check, so it is not given out: %w", at.Size, err)
		}
		if err := p.fill(at, l, s); err != nil {
			return nil, err
		}
		before = s
	}
	return c, c.check()
}

// fill reads a solved point.
func (p *Pricer) fill(at *CurvePoint, l Bound, s *flow.Solution) error {
	r, err := p.network.read(s)
	if err != nil {
		return err
	}
	at.Filled, at.Value = r.Totals.Filled, r.Totals.Value
	if l.group < 0 {
		at.Used = s.Flow(l.more)
	} else {
		_, arcs := p.network.Limit(l.group)
		for _, a := range arcs {
			at.Used += s.Flow(int(a))
		}
	}
	if at.Terms, err = gainsOf(s); err != nil {
		return err
	}
	for _, x := range r.Placements {
		if x.Channel >= 0 {
			at.Cost += x.Count * p.network.costOf(&p.network.Channels[x.Channel], &p.network.Vacancies[x.Vacancy])
		}
	}
	return nil
}

// check holds the points, which were solved one by one, against the prices between them, which were found without.
func (c *Curve) check() error {
	for i := range len(c.Points) - 1 {
		a, b := &c.Points[i], &c.Points[i+1]
		for k, next := range a.Next {
			if b.Terms[k]-a.Terms[k] != next*(b.Size-a.Size) {
				return fmt.Errorf("between sizes %d and %d the prices and the placements do not agree, so neither is given out", a.Size, b.Size)
			}
		}
	}
	return nil
}
