package matcher

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"labourmatch/matcher/flow"
)

// Cause says why an opening stays empty, or a worker unplaced.
type Cause int

const (
	// Outbid: an able worker is placed elsewhere; an able worker's opening is taken by another.
	Outbid Cause = iota
	// NotWorth: everybody able would lose by it; the worker would lose by every opening within reach.
	NotWorth
	// WageUnknown: what it would be worth is not known, and the policy names no default.
	WageUnknown
	// QuotaFull: a channel leads there, and it is full.
	QuotaFull
	// NoChannel: somebody able would leave for it, and no channel leads there.
	NoChannel
	// Safeguarded: a rule that protects the origin keeps them.
	Safeguarded
	// NoSkill: nobody free can do it; nobody needs what the worker can do.
	NoSkill
	// NobodyFree: the rest. Whoever may be placed is, or is not willing to leave the country; no opening is left for the worker.
	NobodyFree
	// NumCauses is the number of causes, for arrays indexed by Cause.
	NumCauses
)

var causeNames = [NumCauses]string{
	"outbid", "not_worth_it", "wage_unknown", "quota_full", "no_channel", "safeguard", "no_skill", "nobody_free",
}

// String is the cause's name in files, metrics and the API.
func (c Cause) String() string { return causeNames[c] }

// ParseCause is the inverse of [Cause.String].
func ParseCause(name string) (Cause, bool) {
	k := slices.Index(causeNames[:], name)
	return Cause(k), k >= 0
}

// Lifts lists the causes that are found by lifting something, in the default order.
func Lifts() []Cause { return []Cause{QuotaFull, NoChannel, Safeguarded, NoSkill} }

// ByCause counts openings or workers by cause.
type ByCause [NumCauses]int64

// Sum is the number over all causes.
func (b ByCause) Sum() (n int64) {
	for _, x := range b {
		n += x
	}
	return n
}

// Lift is what comes of one step: of ignoring value and order, or of lifting something.
type Lift struct {
	Cause Cause // [Outbid] stands for all of the first step: outbid, not worth it and wage unknown
	// Units are the openings newly filled, with as many workers newly placed, when all before it is lifted already.
	Units int64
	// Alone are those filled when nothing but it is lifted, Last when all else is. Of the first step both are Units: all the others
	// stand on it.
	Alone, Last int64
	// Bound, AloneBound and LastBound are proven: more than that the lift fills in no plan. They are what Units, Alone and Last are
	// where no group limit is live; else those are at least so many.
	Bound, AloneBound, LastBound int64
}

// Exact says that the three figures are proven to be the most.
func (l *Lift) Exact() bool {
	return l.Units == l.Bound && l.Alone == l.AloneBound && l.Last == l.LastBound
}

// Causes explains a result: every opening left empty and every worker left unplaced has one cause.
type Causes struct {
	Lifts    []Lift    // the first step, then the lifts in the order of the policy
	Openings []ByCause // one per vacancy, adding up to Filling.Unfilled
	Workers  []ByCause // one per cohort, adding up to Placing.Unplaced
	Totals   ByCause   // of openings
	Idle     ByCause   // of workers
	Reach    []Reach
	// Pressure is what is left to people beside the channels; nil where the policy has skills lifted before corridors.
	Pressure []Pressure

	grounds *grounds // where they were found, if they are gone on from
}

// Causes explains what the placement leaves empty and unplaced. It starts from the placement and only adds to it: a
// sequence of networks of which each allows more than the one before, in each of which what is filled stays filled and
// who is placed stays placed. What a step newly fills had the cause that the step lifts, and so has whoever it newly
// places:
//
//  1. the law as it is, value and order ignored: outbid, not worth it, or its worth not known;
//  2. quotas lifted: quota full;
//  3. any corridor: no channel;
//  4. safeguards lifted: safeguard;
//  5. any occupation: skills.
//
// The rest has the cause that nobody is free. The share willing to leave the country binds throughout, so part of the rest is owed to
// it. Policy.CauseOrder may have the steps 2 to 5 in another order.
//
// Each step fills as many openings as can be filled. That number is a maximum flow and depends on nothing else; which
// openings they are is decided by value, and among equals by keys. So no figure depends on the order of rows or the
// search. A step that can fill nothing is not solved. Time is that of a few solves of a network like the result's, one for
// each step that fills something, and of [PressureRanges] two-sided ranges.
//
// Errors are those of [Match].
func (r *Result) Causes(ctx context.Context) (*Causes, error) {
	c, err := r.causes(ctx, nil, hubPays)
	if c != nil {
		c.grounds = nil
	}
	return c, err
}

// CausesAfter is [Result.Causes], the same to the unit, found in a fraction of the time from those of another result where one is a [WhatIf]
// of the other that changes counts and quotas alone. Before is what CausesAfter returned for that one, or nil. It keeps what they
// are found in, some times the memory of the result. Several may go on from one at once.
func (r *Result) CausesAfter(ctx context.Context, before *Causes) (*Causes, error) {
	if before == nil {
		before = &Causes{}
	}
	return r.causes(ctx, before.grounds, hubPays)
}

func (r *Result) causes(ctx context.Context, before *grounds, hubPays int) (*Causes, error) {
	g, err := r.grounds(before, hubPays)
	if err != nil {
		return nil, err
	}
	n := g.network
	s := &steps{ctx: ctx, network: n, grounds: g, reached: map[law]total{}}
	c := &Causes{grounds: g, Openings: make([]ByCause, len(r.Fillings)), Workers: make([]ByCause, len(r.Placings))}
	for _, f := range r.Fillings {
		s.filled = append(s.filled, f.Filled.Sum())
	}
	for _, p := range r.Placings {
		s.placed = append(s.placed, p.Placed.Sum())
	}
	s.now = sumOf(s.filled)
	s.least, s.most = s.now, min(r.Totals.Openings, r.Totals.Workers)
	s.present = func() units { return n.units(r) }

	filled, placed, bound, err := s.step(law{})
	if err != nil {
		return nil, err
	}
	units := sumOf(filled)
	c.Lifts = append(c.Lifts, Lift{
		Cause: Outbid, Units: units, Alone: units, Last: units, Bound: bound, AloneBound: bound, LastBound: bound,
	})
	j := n.judge(r, g.valued, g.waged)
	for v, units := range filled {
		c.Openings[v][j.ofVacancy(v)] = units
	}
	for w, units := range placed {
		c.Workers[w][j.ofCohort(w)] = units
	}
	at := law{}
	for _, cause := range r.Policy.causeOrder() {
		at = at.with(cause, true)
		before := s.placed
		filled, placed, bound, err := s.step(at)
		if err != nil {
			return nil, err
		}
		if cause == NoChannel && !at.occupations && sumOf(filled) > 0 {
			if c.Pressure, err = n.pressure(ctx, at, s.filled, before); err != nil {
				return nil, err
			}
		}
		lift := Lift{Cause: cause, Units: sumOf(filled), Bound: bound}
		if err := s.beside(&lift); err != nil {
			return nil, err
		}
		c.Lifts = append(c.Lifts, lift)
		for v, units := range filled {
			c.Openings[v][cause] = units
		}
		for w, units := range placed {
			c.Workers[w][cause] = units
		}
	}
	c.rest(r)
	c.Reach, err = g.reachOfWays(ctx)
	return c, err
}

// rest gives what no step fills its cause, and adds up.
func (c *Causes) rest(r *Result) {
	for v := range c.Openings {
		o := &c.Openings[v]
		o[NobodyFree] = r.Fillings[v].Unfilled - o.Sum()
		for k, n := range o {
			c.Totals[k] += n
		}
	}
	for w := range c.Workers {
		o := &c.Workers[w]
		o[NobodyFree] = r.Placings[w].Unplaced - o.Sum()
		for k, n := range o {
			c.Idle[k] += n
		}
	}
}

func sumOf(list []int64) (n int64) {
	for _, x := range list {
		n += x
	}
	return n
}

// causeOrder is the order of the lifts.
func (p *Policy) causeOrder() []Cause {
	if len(p.CauseOrder) == 0 {
		return Lifts()
	}
	return p.CauseOrder
}

// validateCauses reports an order that does not name every lift once.
func (p *Policy) validateCauses() error {
	order := slices.Sorted(slices.Values(p.causeOrder()))
	if !slices.Equal(order, slices.Sorted(slices.Values(Lifts()))) {
		return fmt.Errorf("policy: cause_order must name each of %v once", Lifts())
	}
	return nil
}

// total is how much can be filled: so many have been found, and more than the bound is proven to be impossible.
type total struct{ units, bound int64 }

// steps goes from one law to the next.
type steps struct {
	ctx context.Context //nolint:containedctx // of one call
	*network
	grounds        *grounds
	filled, placed []int64      // so far
	present        func() units // what fills and places them, on arcs
	last           *ground      // with the plan of that, nil where it is the placement
	now            int64        // how many that are
	least, most    int64        // every law allows as much, and none more
	reached        map[law]total
}

// step adds what a law allows beyond what is filled. It says what is new, and more than how many cannot be. It looks whether anything can
// be added before it looks for the plan that adds what is worth most, which takes longer.
func (s *steps) step(l law) (filled, placed []int64, bound int64, err error) {
	filled, placed = make([]int64, len(s.filled)), make([]int64, len(s.placed))
	before := s.now
	if t, known := s.known(l); known && t.bound == before {
		return filled, placed, 0, nil
	}
	g := s.grounds.steps[l]
	if g == nil {
		x, err := s.relaxed(l, len(fillTerms()), s.filled, s.placed)
		if err != nil {
			return nil, nil, 0, err
		}
		g = &ground{relaxed: x}
		s.grounds.steps[l] = g
	} else {
		g.bound(s.filled, s.placed)
	}
	allowed := total{before, s.most} // from nothing
	if g.Limits() > 0 {
		if allowed, err = s.total(l); err != nil {
			return nil, nil, 0, err
		}
	} else if g.plan == nil {
		rises, err := s.rises(g)
		if err != nil {
			return nil, nil, 0, err
		}
		if !rises {
			allowed.bound = before
		}
	}
	if allowed.bound == before {
		s.reached[s.binding(l)] = allowed
		return filled, placed, 0, nil
	}
	if err := s.fill(g); err != nil {
		return nil, nil, 0, err
	}
	nowFilled, nowPlaced := g.read(g.plan)
	for v := range filled {
		filled[v] = nowFilled[v] - s.filled[v]
	}
	for c := range placed {
		placed[c] = nowPlaced[c] - s.placed[c]
	}
	s.filled, s.placed, s.now, s.last, s.present = nowFilled, nowPlaced, sumOf(nowFilled), g, g.units
	of, err := totalOf(g.plan)
	if err != nil {
		return nil, nil, 0, err
	}
	// What is filled stays so: without group limits that loses nothing, under them it may.
	if g.Limits() == 0 {
		allowed = of
	}
	s.reached[s.binding(l)] = total{max(s.now, allowed.units), allowed.bound}
	return filled, placed, min(of.bound, allowed.bound) - before, nil
}

// rises says whether more can be filled under a law than is.
func (s *steps) rises(g *ground) (rises bool, err error) {
	if g.round != nil && g.round.Bound(&g.Network, root) == s.now {
		return false, nil
	}
	g.round, rises, err = flow.Rises(&g.Network, root, g.carry(s.present()))
	if errors.Is(err, flow.ErrNotConserved) {
		// Gates hold people in ways that are drawn otherwise once they are lifted: what fills now is not told by arcs then.
		if g.round, err = flow.Most(s.ctx, &g.Network, root, nil); err == nil {
			rises = g.round.Units > s.now
		}
	}
	if err != nil {
		return false, fmt.Errorf("look for causes: %w", err)
	}
	return rises, nil
}

// fill finds the plan that fills the most, from that of a market that differs little, or of the law before.
func (s *steps) fill(g *ground) (err error) {
	start := g.plan
	if start == nil && s.last != nil && g.Limits() == 0 {
		start = s.last.plan.Onto(&s.last.Network, &g.Network)
	}
	if start == nil {
		g.plan, err = g.solve(s.ctx, flow.Options{})
	} else if g.plan, err = flow.Resolve(s.ctx, &g.Network, start, flow.Options{}); err == nil {
		err = flow.Certify(&g.Network, g.plan)
	}
	if err != nil {
		return fmt.Errorf("look for causes: %w", err)
	}
	return nil
}

// known is how much can be filled under a law, where that follows from what laws that allow less and more came to.
func (s *steps) known(l law) (total, bool) {
	l = s.binding(l)
	if t, done := s.reached[l]; done {
		return t, true
	}
	low, high := s.least, s.most
	for other, t := range s.reached {
		if other.within(l) {
			low = max(low, t.units)
		}
		if l.within(other) {
			high = min(high, t.bound)
		}
	}
	return total{high, high}, low >= high
}

// totalOf is what a plan fills, and what none can exceed.
func totalOf(s *flow.Solution) (t total, err error) {
	cost, ok := s.Costs[0].Int64()
	bound := cost
	if s.Limited != nil && ok {
		bound, ok = s.Limited.Terms[0].Bound.Int64()
	}
	if !ok {
		return t, fmt.Errorf("%w: the openings filled cannot be counted", ErrTooLarge)
	}
	return total{-cost, -bound}, nil
}

// beside fills in what a lift does alone and last: at least from what is found with it to what is proven without, at most the
// other way round.
func (s *steps) beside(l *Lift) error {
	of := [4]total{}
	for i, law := range []law{{}, law{}.with(l.Cause, true), allLifted.with(l.Cause, false), allLifted} {
		var err error
		if of[i], err = s.total(law); err != nil {
			return err
		}
	}
	l.Alone, l.AloneBound = max(0, of[1].units-of[0].bound), of[1].bound-of[0].units
	l.Last, l.LastBound = max(0, of[3].units-of[2].bound), of[3].bound-of[2].units
	return nil
}

// total is the most that can be filled under a law, from nothing. Where no group limit is live a plan can be added to until it fills the
// most, so what is filled before makes no difference.
func (s *steps) total(l law) (total, error) {
	if t, known := s.known(l); known {
		return t, nil
	}
	g := s.grounds.totals[l]
	if g == nil {
		counting := *s.network
		counting.nameless = true
		x := counting.bare(l, 1, nil, nil)
		x.thin = true
		if err := x.connect(); err != nil {
			return total{}, err
		}
		x.write()
		g = &ground{relaxed: x}
		s.grounds.totals[l] = g
	}
	t, err := g.most(s.ctx, func() (*relaxed, error) { return s.relaxed(l, 1, nil, nil) })
	if err != nil {
		return total{}, fmt.Errorf("look for causes: %w", err)
	}
	s.reached[s.binding(l)] = t
	return t, nil
}
