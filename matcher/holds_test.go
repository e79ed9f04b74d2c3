package matcher_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

// What a safeguard holds is held against matching a market that never had it.
func TestWhatASafeguardHoldsIsTheDifferenceToAMarketWithoutIt(t *testing.T) {
	costs, keeps := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, p := tightMarket(t), tightPolicy(t)
		limit(t, m, &p)
		p.Order = rapid.SampledFrom(matcher.Orders()).Draw(t, "any order")
		r := match(t, m, p)
		holds, err := r.Holds(context.Background(), matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(holds) != len(r.Market.Safeguards) {
			t.Fatalf("%d safeguards, %d of them told", len(r.Market.Safeguards), len(holds))
		}
		for i, h := range holds {
			without := *m
			without.Safeguards = nil
			for _, s := range m.Safeguards {
				if s.ID != r.Market.Safeguards[i].ID {
					without.Safeguards = append(without.Safeguards, s)
				}
			}
			free := match(t, &without, p)
			if exact(r) && exact(free) && h.Openings != r.Totals.Unfilled-free.Totals.Unfilled && p.Order == matcher.FillFirst {
				t.Fatalf("%+v: %d are unfilled with it, %d without", h, r.Totals.Unfilled, free.Totals.Unfilled)
			}
			if p.Order == matcher.FillFirst && exact(r) && h.Openings < 0 || h.OwnRight < 0 || h.Agreement < 0 {
				t.Fatalf("%+v", h)
			}
			if h.Openings > 0 {
				costs++
			}
			if h.Kept > 0 {
				keeps++
			}
		}
	})
	t.Logf("%d safeguards cost something, %d keep somebody", costs, keeps)
	if costs == 0 || keeps == 0 {
		t.Error("no safeguard did anything")
	}
}

// exact says whether a placement is proven to be the best.
func exact(r *matcher.Result) bool {
	limited := r.Certificate.Solution.Limited
	return limited == nil || limited.Optimal()
}
