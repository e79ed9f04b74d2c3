package report

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
	"labourmatch/matcher"
)

// ruled is a small world with rules of every kind: quotas for each occupation and quotas of sums, safeguards, gates, a share
// that no origin has more of than.
func ruled(t *rapid.T) (*matcher.Market, matcher.Policy, *datasets.Directory) {
	size := synthetic.Size{Name: "tiny", Countries: 6, Regions: 6, Occupations: 5, Corridors: 3}
	ratio := rapid.SampledFrom([]float64{0.4, 1.2}).Draw(t, "ratio")
	w, err := synthetic.Draw(size, ratio, rapid.Uint64Range(1, 50).Draw(t, "seed"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Directory(rapid.SampledFrom(synthetic.Orders()).Draw(t, "order"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Market(4)
	if err != nil {
		t.Fatal(err)
	}
	policy := d.Policy()
	if rapid.Bool().Draw(t, "sums") {
		for i := range m.Channels {
			if c := &m.Channels[i]; c.Quota != nil {
				c.QuotaOf = rapid.SampledFrom([]string{
					matcher.QuotaEach, matcher.QuotaTotal, matcher.QuotaOrigin, matcher.QuotaDestination, matcher.QuotaOccupation, matcher.QuotaCorridor,
				}).Draw(t, "quota of")
			}
		}
		policy.OriginShare.Value = rapid.SampledFrom([]float64{1, 0.5}).Draw(t, "origin share")
	}
	if rapid.Bool().Draw(t, "safeguards") {
		first := m.Cohorts[0].Occupation
		m.Safeguards = []matcher.Safeguard{
			{ID: "a-list", Origins: []string{"*"}, Rule: matcher.RuleList, Shares: []matcher.Share{{Occupation: first, Share: 0.5}}},
			{ID: "b-stay", Origins: []string{"*"}, Occupations: []string{first[:1]}, Rule: matcher.RuleStay, Amount: 0.97},
			{ID: "c-leave", Origins: []string{matcher.Country(m.Cohorts[0].Region)}, Rule: matcher.RuleLeave, Amount: 40},
		}
		if rapid.Bool().Draw(t, "gate") {
			m.Safeguards = append(m.Safeguards, matcher.Safeguard{
				ID: "d-gate", Origins: []string{"*"}, Occupations: []string{first}, Rule: matcher.RuleGate, Protections: []string{"no-fee"},
			})
		}
	}
	return m, policy, d
}

// documents is all of a report that its reader sees, but for what only the run of a scenario has.
func documents(t *rapid.T, r *Report) string {
	shown := *r
	shown.WhatIf = nil
	out, err := json.Marshal([]any{&shown, r.Placements, r.Entries, r.Caused})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestTheReportOfAWhatIfIsThatOfMatchingTheChangedMarket(t *testing.T) {
	filled := 0
	rapid.Check(t, func(t *rapid.T) {
		m, policy, d := ruled(t)
		o := Options{Level: 4, RunOnly: true}
		base, err := baseRun(context.Background(), m, policy, o, d.ShortageRule(), matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		before := documents(t, base)
		for i := range rapid.IntRange(1, 2).Draw(t, "scenarios") { // from one base
			s := &matcher.Scenario{Name: fmt.Sprintf("s%d", i), Title: "Drawn"}
			for range rapid.IntRange(1, 2).Draw(t, "changes") {
				s.Changes = append(s.Changes, matcher.Change{Act: anAct(t, base.result.Market)})
			}
			if _, _, _, err := s.Apply(base.result.Market, policy); err != nil {
				continue // it would change nothing
			}
			got, err := base.changedBy(context.Background(), []*matcher.Scenario{s}, []string{s.Name}, o, matcher.Options{})
			if err != nil {
				t.Fatal(err)
			}
			changed, policy, _, err := s.Apply(m, policy)
			if err != nil {
				t.Fatal(err)
			}
			want, err := baseRun(context.Background(), changed, policy, o, d.ShortageRule(), matcher.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if a, b := documents(t, want), documents(t, got); a != b {
				t.Fatalf("the report of matching\n%s\nof the what-if\n%s", a, b)
			}
			if got.WhatIf.Difference.Totals.Filled.Change != 0 {
				filled++
			}
		}
		if documents(t, base) != before {
			t.Fatal("the base's report has changed")
		}
	})
	if filled == 0 {
		t.Error("no scenario filled more or less")
	}
}

func anAct(t *rapid.T, m *matcher.Market) matcher.Act {
	amount := rapid.SampledFrom([]matcher.Amount{
		{Kind: matcher.Plus, Value: 5}, {Kind: matcher.Times, Value: 0.5}, {Kind: matcher.Times, Value: 3}, {Kind: matcher.Exactly, Value: 0},
	}).Draw(t, "amount")
	cells := matcher.Cells{Regions: []string{rapid.SampledFrom(m.Cohorts).Draw(t, "cohort").Region}}
	channel := rapid.SampledFrom(m.Channels).Draw(t, "channel")
	switch rapid.IntRange(0, 7).Draw(t, "act") {
	case 0:
		return matcher.Scale{What: matcher.Supply, Cells: cells, Amount: amount}
	case 1:
		return matcher.Scale{What: matcher.Demand, Cells: cells, Amount: amount}
	case 2:
		return matcher.SetNumber{Name: "mobile", Value: 0.4}
	case 3:
		if len(m.Safeguards) > 0 {
			return matcher.DropSafeguard{ID: rapid.SampledFrom(m.Safeguards).Draw(t, "safeguard").ID}
		}
		return matcher.Shut{ID: channel.ID}
	case 4:
		return matcher.Scale{What: matcher.Pay, Cells: cells, Amount: matcher.Amount{Kind: matcher.Times, Value: 1.1}}
	}
	return matcher.SetQuota{ID: channel.ID, Amount: amount}
}
