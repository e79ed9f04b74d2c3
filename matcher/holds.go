package matcher

import (
	"context"
	"fmt"
	"slices"
)

// Hold is what one safeguard or gate does: what it costs where vacancies are, and what it keeps where workers are. It is found by matching
// the market without it, with all else as it is; so what several hold together is more than what each holds.
type Hold struct {
	Safeguard int // index in Result.Market.Safeguards
	// Openings are filled only without it; below 0 where without it fewer are, which an order that counts by ways may prefer.
	Openings int64
	// Kept are workers of its origins and occupations who leave only without it.
	Kept int64
	// OwnRight leave by their own right, by free movement or by themselves, and Agreement under one: of its origins and occupations, as things are.
	OwnRight, Agreement int64
}

// Holds tells what each safeguard and gate of the market does. It takes a solve for each. Errors are those of [Match].
func (r *Result) Holds(ctx context.Context, o Options) ([]Hold, error) {
	holds := make([]Hold, 0, len(r.Market.Safeguards))
	for i := range r.Market.Safeguards {
		s := &r.Market.Safeguards[i]
		without := *r.Market
		without.Safeguards = slices.Delete(slices.Clone(r.Market.Safeguards), i, i+1)
		free, err := Rematch(ctx, r, &without, r.Policy, o)
		if err != nil {
			return nil, fmt.Errorf("match the market without safeguard %s: %w", s.ID, err)
		}
		with, then := r.leaversUnder(s), free.leaversUnder(s)
		holds = append(holds, Hold{
			Safeguard: i, Openings: r.Totals.Unfilled - free.Totals.Unfilled, Kept: then.Sum() - with.Sum(),
			OwnRight: with.OwnRight(), Agreement: with.Agreement,
		})
	}
	return holds, nil
}

// leaversUnder adds up those who leave of a safeguard's origins and occupations.
func (r *Result) leaversUnder(s *Safeguard) Leavers {
	var sum Leavers
	within := r.drawn.places(s.Origins)
	for _, e := range r.Entries {
		if c := &r.Market.Cohorts[e.Cohort]; within(c.Region) && s.covers(c.Code) {
			sum.add(r.Pools[e.Pool].Class, e.Count)
		}
	}
	return sum
}
