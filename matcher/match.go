package matcher

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"labourmatch/matcher/flow"
)

// Options change how a market is solved, never what comes out.
type Options struct {
	// Progress, if set, is called now and then with what is being done and the number of steps so far.
	Progress func(phase string, steps int64)
}

// ErrTooLarge is matched by the error of a market whose counts or wages are too large to calculate with exactly.
var ErrTooLarge = errors.New("the market's counts or wages are too large to calculate with exactly; check their units")

// Match places the workers of a market in its vacancies under a policy: the best placement by the policy's order, and
// of several equally good ones the canonical one.
//
// Nobody is placed at a loss, nobody outside the law the market states; being unplaced and staying unfilled are always
// allowed, so every market has a result. The result carries its proof, see [Certificate].
//
// Errors: a policy number out of range; a row there twice or a count below 0; a [GroupLimitError] where the market has a quota or safeguard over a sum of
// arcs; one that matches [ErrTooLarge] where counts or wages are too large to calculate with; ctx's error.
func Match(ctx context.Context, market *Market, policy Policy, o Options) (*Result, error) {
	n, err := build(market, &policy)
	if err != nil {
		return nil, err
	}
	options := flow.Options{}
	if o.Progress != nil {
		options.Progress = func(p flow.Progress) {
			phase := "choosing among equals"
			if p.Stage < len(n.terms) {
				phase = n.terms[p.Stage].name
			}
			o.Progress(phase, p.Pivots)
		}
	}
	solution, err := flow.Solve(ctx, &n.Network, options)
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

func (n *network) termNames() []string {
	names := make([]string, len(n.terms))
	for k, t := range n.terms {
		names[k] = t.name
	}
	return names
}

// read turns flows on arcs back into people.
func (n *network) read(s *flow.Solution) (*Result, error) {
	r := &Result{
		Market: n.Market, Policy: *n.policy,
		Fillings: make([]Filling, len(n.Vacancies)),
		Placings: make([]Placing, len(n.Cohorts)),
		Notes:    n.notes,
		Certificate: Certificate{
			Network: &n.Network, Solution: s, Terms: n.termNames(),
		},
	}
	used := make([]int, len(n.pools)) // 1 + index in r.Pools
	at := func(pool int) int {
		if used[pool] == 0 {
			r.Pools = append(r.Pools, n.pools[pool].Pool)
			used[pool] = len(r.Pools)
		}
		return used[pool] - 1
	}
	var value flow.Total
	for _, e := range n.entryOf {
		if count := s.Flow(e.arc); count > 0 {
			entry := &n.pools[e.pool].entries[e.entry]
			r.Entries = append(r.Entries, Entry{entry.cohort, at(e.pool), count, entry.fit})
			value = value.PlusProduct(count, -entry.cost)
		}
	}
	for _, e := range n.exitOf {
		if count := s.Flow(e.arc); count > 0 {
			x := &n.pools[e.pool].exits[e.exit]
			r.Placements = append(r.Placements, Placement{at(e.pool), x.vacancy, x.channel, x.way, count})
			r.Fillings[x.vacancy].Filled[x.way] += count
			value = value.PlusProduct(count, x.offer)
		}
	}
	var ok bool
	if r.Totals.Value, ok = value.Int64(); !ok {
		return nil, fmt.Errorf("%w: the placements are worth %s", ErrTooLarge, value)
	}
	for v := range r.Fillings {
		f := &r.Fillings[v]
		f.Openings = n.Vacancies[v].Count
		f.Unfilled = f.Openings - f.Filled.Sum()
		r.Totals.Openings += f.Openings
		r.Totals.Unfilled += f.Unfilled
		for w, count := range f.Filled {
			r.Totals.Filled[w] += count
		}
	}
	r.place()
	for c := range r.Placings {
		p := &r.Placings[c]
		p.Workers = n.workers[c]
		p.Unplaced = p.Workers - p.Placed.Sum()
		r.Totals.Workers += p.Workers
		r.Totals.Unplaced += p.Unplaced
	}
	return r, nil
}

// place reads the ways of each cohort's workers off the pools they entered. Only a pool of workers in their own
// occupation at home has two ways out, same region and elsewhere; its entries are apportioned between them.
func (r *Result) place() {
	ways := make([]ByWay, len(r.Pools))
	for _, p := range r.Placements {
		ways[p.Pool][p.Way] += p.Count
	}
	entries := make([][]int, len(r.Pools))
	for i, e := range r.Entries {
		entries[e.Pool] = append(entries[e.Pool], i)
	}
	for pool, members := range entries {
		counts := make([]int64, len(members))
		for k, i := range members {
			counts[k] = r.Entries[i].Count
		}
		only := slices.IndexFunc(ways[pool][:], func(n int64) bool { return n > 0 })
		here := make([]int64, len(members))
		if r.Pools[pool].Class == ClassOwn {
			here = Apportion(ways[pool][SameRegion], counts)
			only = int(SameHome)
		}
		for k, i := range members {
			placed := &r.Placings[r.Entries[i].Cohort].Placed
			placed[SameRegion] += here[k]
			placed[only] += counts[k] - here[k]
		}
	}
}
