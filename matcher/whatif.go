package matcher

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"labourmatch/matcher/flow"
)

// WhatIf is the outcome of a scenario on top of a result: what [Match] finds for the market and policy that
// [Scenario.Apply] makes of the base's, byte for byte, but found in a fraction of the time where little changes. Beside
// it, what each change touched.
//
// The base must come from Match or WhatIf, and is not changed; several scenarios may start from one base at once.
//
// Errors: a [*ScenarioError] of changes that cannot be made, else those of Match.
func WhatIf(ctx context.Context, base *Result, s *Scenario, o Options) (*Result, []Touched, error) {
	market, policy, touched, err := s.Apply(base.Market, base.Policy)
	if err != nil {
		return nil, nil, err
	}
	r, err := Rematch(ctx, base, market, policy, o)
	return r, touched, err
}

// Rematch is [Match] for a market and policy near to those of a result, from whose solution it goes on.
//
// Counts and quotas are bounds of arcs that the base's network has already, and are changed in place in a copy of it:
// rows that agree with the base's in all but those find their arcs by number. Any other change has the network built
// anew. If that turns out with the same arcs, a wage that moved no rung say, the base's solution is still a start;
// otherwise the market is solved from nothing. Which way is taken changes the time alone, since the plan depends on data
// and keys only, see package flow.
func Rematch(ctx context.Context, base *Result, market *Market, policy Policy, o Options) (*Result, error) {
	n, err := base.drawn.redraw(market, policy)
	if err != nil {
		return nil, err
	}
	start := base.Certificate.Solution
	if !n.sameArcs(base.drawn) {
		start = nil
	}
	return n.solve(ctx, start, o)
}

// solve finds the placement of a network, going on from a solution of one with the same arcs if there is one.
func (n *network) solve(ctx context.Context, start *flow.Solution, o Options) (*Result, error) {
	options := flow.Options{}
	if o.Progress != nil {
		options.Progress = func(p flow.Progress) { o.Progress(n.progress(p)) }
	}
	var solution *flow.Solution
	var err error
	if start != nil {
		solution, err = flow.Resolve(ctx, &n.Network, start, options)
	} else {
		solution, err = flow.Solve(ctx, &n.Network, options)
	}
	if bound := (*flow.BoundError)(nil); errors.As(err, &bound) {
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	if err != nil {
		return nil, fmt.Errorf("match %d cohorts and %d vacancies: %w", len(n.Cohorts), len(n.Vacancies), err)
	}
	if err := flow.Certify(&n.Network, solution); err != nil {
		return nil, fmt.Errorf("the placement found did not pass its own check, so it is not given out: %w", err)
	}
	return n.read(solution)
}

// redraw makes the network of another market: of the arcs this one has where only their bounds differ, else from nothing.
func (n *network) redraw(market *Market, policy Policy) (*network, error) {
	policy = policy.At(market.Level)
	if !n.differsInBounds(market, &policy) {
		return build(market, &policy, n.hubPays)
	}
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	c := *n
	x := *n.index
	x.Market, x.policy = market, &policy
	c.index, c.notes, c.lanes, c.guards = &x, nil, lanes{}, guards{}
	if err := c.check(); err != nil {
		return nil, err
	}
	x.workers = x.shareOfCountries(func(i int) int64 { return market.Cohorts[i].Count }, policy.Available.Value)
	x.mobile = x.shareOfCountries(func(i int) int64 { return x.workers[i] }, policy.Mobile.Value)
	unpaid := c.value()
	c.openLanes()
	c.openGuards(false)
	c.guards.first = n.guards.first
	c.noteWages("Workers", "unplaced", unpaid)
	c.noteCitizenship()
	c.Network = *n.Fork()
	arc := 0
	bound := func(upper int64) {
		if a := c.Arc(arc); a.Upper != upper {
			a.Upper = upper
			c.SetArc(arc, a)
		}
		arc++
	}
	for i := range c.Cohorts { // the order is that of connect
		bound(c.workers[i])
		bound(c.mobile[i])
	}
	arc += len(c.guards.cohorts)
	for v := range c.Vacancies {
		for _, step := range c.steps(v) {
			bound(step.count)
		}
	}
	c.boundLimits()
	return &c, nil
}

// differsInBounds says whether a market's network is this one but for the bounds of arcs: its rows agree in all but counts and
// quotas, and the policy in all but the shares of workers who are available and mobile.
func (n *network) differsInBounds(market *Market, policy *Policy) bool {
	before := *n.policy
	after := *policy
	before.Available, before.Mobile = after.Available, after.Mobile
	if samePolicy := slices.EqualFunc(before.Numbers(), after.Numbers(), func(a, b NamedNumber) bool { return a.Value == b.Value }); !samePolicy ||
		before.Order != after.Order {
		return false
	}
	m := n.Market
	return m.Period == market.Period && m.Level == market.Level &&
		same(m.Wages, market.Wages) && same(m.Fits, market.Fits) && same(m.Blocs, market.Blocs) && same(m.Occupations, market.Occupations) &&
		same(m.Safeguards, market.Safeguards) &&
		slices.EqualFunc(m.Cohorts, market.Cohorts, func(a, b Cohort) bool {
			return a.Region == b.Region && a.Code == b.Code && a.Status == b.Status && a.Citizenship == b.Citizenship &&
				a.Period == b.Period && a.Kind == b.Kind && equal(a.Outside, b.Outside)
		}) &&
		slices.EqualFunc(m.Vacancies, market.Vacancies, func(a, b Vacancy) bool {
			return a.Region == b.Region && a.Code == b.Code && a.Contract == b.Contract && a.Months == b.Months &&
				a.Period == b.Period && a.Kind == b.Kind && equal(a.Wage, b.Wage)
		}) &&
		slices.EqualFunc(m.Channels, market.Channels, n.sameChannel)
}

// same says whether two slices are the same rows in memory, which is quicker to see than whether they are equal, and what
// scenarios leave of rows they do not change.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func equal(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

// sameChannel says whether two channels are the same but for the size of their quota.
func (n *network) sameChannel(a, b Channel) bool {
	return a.ID == b.ID && a.Kind == b.Kind && slices.Equal(a.Origins, b.Origins) && slices.Equal(a.Destinations, b.Destinations) &&
		slices.Equal(a.Occupations, b.Occupations) && a.Recruitment == b.Recruitment && a.Contract == b.Contract && a.Months == b.Months &&
		(a.Quota == nil) == (b.Quota == nil) && a.QuotaOf == b.QuotaOf && equal(a.CostWorker, b.CostWorker) && equal(a.CostEmployer, b.CostEmployer) &&
		slices.Equal(a.Protections, b.Protections) && a.Agreement == b.Agreement && a.Open(n.Day()) == b.Open(n.Day())
}

// sameArcs says whether a network has the arcs of another, in the same order, so that a solution of the one is a start for
// the other.
func (n *network) sameArcs(other *network) bool {
	if n.Nodes() != other.Nodes() || n.Arcs() != other.Arcs() || n.Vectors() != other.Vectors() {
		return false
	}
	for a := range n.Arcs() {
		if n.Key(a) != other.Key(a) {
			return false
		}
	}
	return true
}
