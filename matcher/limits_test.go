package matcher_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

// guarded is a market of 100 nurses at AA, ten of whom may be recruited, with three channels to as many posts.
func guarded() (*matcher.Market, matcher.Policy) {
	nurse := matcher.Code{Occupation: "222"}
	channel := func(id, kind, recruitment string) matcher.Channel {
		return matcher.Channel{
			ID: id, Kind: kind, Recruitment: recruitment, Origins: []string{"AA"}, Destinations: []string{"BB"}, InForce: "yes",
			Contract: map[string]string{"pact": matcher.CircularContract}[id], Quota: ref(int64(20)), QuotaOf: matcher.QuotaEach,
		}
	}
	p := matcher.DefaultPolicy()
	p.Order, p.Mobile.Value = matcher.ByValue, 1
	return &matcher.Market{
		Level: 3, Period: "2024",
		Cohorts:   []matcher.Cohort{{Region: "AA", Code: nurse, Count: 100, Outside: ref(int64(0))}},
		Vacancies: []matcher.Vacancy{{Region: "BB", Code: nurse, Count: 90, Wage: ref(int64(30000))}},
		Channels: []matcher.Channel{
			channel("pact", matcher.Agreement, matcher.Active), channel("points", matcher.PointsVisa, ""), channel("visa", matcher.Visa, ""),
		},
		Safeguards: []matcher.Safeguard{
			{ID: "gate", Origins: []string{"AA"}, Rule: matcher.RuleGate, Protections: []string{"no_worker_fee"}},
			{ID: "stay", Origins: []string{"AA"}, Rule: matcher.RuleStay, Amount: 0.9},
		},
	}, p
}

func TestLeaversAreCountedByTheClassTheyLeaveIn(t *testing.T) {
	m, p := guarded()
	m.Safeguards = m.Safeguards[1:]
	r := match(t, m, p)
	want := matcher.Leavers{Origin: "AA", Code: matcher.Code{Occupation: "222"}, Stock: 100, Agreement: 20, Recruited: 10, Individual: 20}
	if got := r.Leavers(); len(got) != 1 || got[0] != want || got[0].OwnRight() != 20 || got[0].Sum() != 50 {
		t.Errorf("%+v", got)
	}
	if by := r.Abroad(); by[matcher.CircularContract] != 20 || by[""] != 30 {
		t.Errorf("by contract %v", by)
	}
	if !slices.ContainsFunc(r.Notes, func(n matcher.Note) bool { return n.Topic == "recruitment" && n.Count == 2 }) {
		t.Errorf("the notes do not count channels that do not say who recruits: %v", r.Notes)
	}
}

func TestALiftShowsWhatEachKindOfLimitHoldsBack(t *testing.T) {
	m, p := guarded()
	filled := func(l matcher.Freed) int64 {
		free, policy := m.Without(p, l)
		return match(t, free, policy).Totals.Filled[matcher.ByChannel]
	}
	for lift, want := range map[matcher.Freed]int64{
		{}:                              20, // points alone
		{Gates: true}:                   50, // and the agreement, and ten by the visa
		{Safeguards: true}:              20,
		{Safeguards: true, Gates: true}: 60,
		{Quotas: true}:                  90,
	} {
		if got := filled(lift); got != want {
			t.Errorf("%+v: %d filled, want %d", lift, got, want)
		}
	}
	if len(m.Safeguards) != 2 || m.Channels[0].Quota == nil {
		t.Error("the market itself was changed")
	}
}

func TestCheckFindsALimitThatIsNotKept(t *testing.T) {
	m, p := guarded()
	m.Safeguards = m.Safeguards[1:]
	for name, change := range map[string]func(*matcher.Result){
		"use":       func(r *matcher.Result) { r.Limits[0].Used-- },
		"allowance": func(r *matcher.Result) { r.Limits[len(r.Limits)-1].Most = 1 },
		"safeguard": func(r *matcher.Result) { r.Limits[len(r.Limits)-1].Used = 0 },
		"missing":   func(r *matcher.Result) { r.Limits = r.Limits[1:] },
	} {
		r := match(t, m, p)
		change(r)
		if matcher.Check(r) == nil {
			t.Errorf("a change of %s passes", name)
		}
	}
}

func TestAnUnknownRuleOrAmountIsRefused(t *testing.T) {
	for _, s := range []matcher.Safeguard{
		{ID: "x", Rule: "never"}, {ID: "x", Rule: matcher.RuleStay, Amount: 1.5}, {ID: "x", Rule: matcher.RuleLeave, Amount: -1},
	} {
		m, p := guarded()
		m.Safeguards = []matcher.Safeguard{s}
		if _, err := matcher.Match(context.Background(), m, p, matcher.Options{}); err == nil || !strings.Contains(err.Error(), "safeguard x") {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

// Safeguards bound those recruited; what others do is theirs. So no safeguard ever lowers what is possible for them, and
// lifting one never fills less.
func TestLimitsOnlyEverHoldBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		limit(t, m, &p)
		r := match(t, m, p)
		free, policy := m.Without(p, matcher.Freed{Quotas: true, Safeguards: true, Gates: true})
		all := match(t, free, policy)
		if r.Totals.Value > all.Totals.Value && p.Equity.Value == 0 {
			t.Fatalf("%d with limits, %d without\n%s", r.Totals.Value, all.Totals.Value, describe(m))
		}
		if len(all.Limits) > 0 {
			t.Fatalf("%d limits are left", len(all.Limits))
		}
	})
}
