package report

import (
	"context"
	"fmt"

	"labourmatch/matcher"
)

// Safeguard is what one safeguard or gate costs in vacancies and keeps at home, and who leaves in spite of it, by right.
type Safeguard struct {
	ID        string `json:"id"`
	Rule      string `json:"rule"`
	Openings  int64  `json:"openings"`  // filled only without it
	Kept      int64  `json:"kept"`      // workers who leave only without it
	OwnRight  int64  `json:"own_right"` // of its origins and occupations: who leave by free movement or by themselves
	Agreement int64  `json:"agreement"` // and under an agreement
	Source    string `json:"source,omitempty"`
	Assumed   bool   `json:"assumed,omitempty"`
}

// addSafeguards matches the market without each of its safeguards in turn.
func (r *Report) addSafeguards(ctx context.Context) error {
	if r.RunOnly {
		return nil
	}
	holds, err := r.result.Holds(ctx, matcher.Options{})
	if err != nil {
		return fmt.Errorf("find what safeguards hold back: %w", err)
	}
	for _, h := range holds {
		s := &r.result.Market.Safeguards[h.Safeguard]
		r.Safeguards = append(r.Safeguards, Safeguard{
			ID: s.ID, Rule: s.Rule, Openings: h.Openings, Kept: h.Kept, OwnRight: h.OwnRight, Agreement: h.Agreement,
			Source: s.Source, Assumed: s.Assumed,
		})
	}
	return nil
}

// setSafeguards shows them, where there are any.
func (r *Report) setSafeguards(p *page) {
	if len(r.Safeguards) == 0 {
		return
	}
	p.section("What safeguards cost, and what they keep")
	rows := make([][]string, 0, len(r.Safeguards))
	for _, s := range r.Safeguards {
		mark := ""
		if s.Assumed {
			mark = "*"
		}
		rows = append(rows, []string{mark + s.ID, s.Rule, count(s.Openings), count(s.Kept), count(s.OwnRight), count(s.Agreement)})
	}
	p.grid([]column{
		{title: "Safeguard", flex: true},
		{title: "Rule"},
		{title: "Costs", right: true},
		{title: "Keeps", right: true},
		{title: "Own right", right: true},
		{title: "Agreement", right: true},
	}, rows)
	p.prose(2, 0, "Found by matching the market without it. Costs: openings that are filled only without it. Keeps: workers of its origins and "+
		"occupations who leave only without it. Own right, agreement: those of them who leave all the same, by free movement or by "+
		"themselves, and under an agreement; no safeguard touches them.")
}
