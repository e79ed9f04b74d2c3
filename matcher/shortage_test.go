package matcher_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

func plainRule() matcher.ShortageRule {
	return matcher.ShortageRule{
		Title: "a rule", CutOff: 0.5, LeastOpenings: 5, LeastWeight: 0.5, Steps: 4,
		Indicators: []matcher.IndicatorScale{
			{Indicator: matcher.IndicatorGap, Weight: 2, None: 0, Full: 0.4},
			{Indicator: matcher.IndicatorFillRate, Weight: 1, None: 1, Full: 0.5},
			{Indicator: matcher.IndicatorTightness, Weight: 1, None: 0.5, Full: 2},
		},
	}
}

func TestWeightingsAreAllWaysToCutAWholeIntoParts(t *testing.T) {
	choose := func(n, k int) int {
		c := 1
		for i := range k {
			c = c * (n - i) / (i + 1)
		}
		return c
	}
	for n := 1; n <= 5; n++ {
		for steps := 1; steps <= matcher.MaxSteps; steps++ {
			grid := matcher.Weightings(n, steps)
			if want := choose(steps+n-1, n-1); len(grid) != want {
				t.Fatalf("%d indicators in %d steps: %d weightings, want %d", n, steps, len(grid), want)
			}
			for i, weights := range grid {
				sum := 0.0
				for _, w := range weights {
					if w < 0 {
						t.Fatal(weights)
					}
					sum += w
				}
				if math.Abs(sum-1) > 1e-12 || i > 0 && slices.Compare(grid[i-1], weights) >= 0 {
					t.Fatalf("weighting %d of %d in %d steps: %v", i, n, steps, weights)
				}
			}
		}
	}
}

// An occupation all whose indicators have more points than the cut-off is on the list whatever they weigh, one with all
// fewer never, and otherwise the corners of the simplex alone put it on some lists and not on others.
func TestRobustnessFollowsTheLowestAndTheHighestIndicator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, rule := match(t, randomMarket(t), randomPolicy(t)), plainRule()
		rule.LeastOpenings = rapid.Int64Range(1, 10).Draw(t, "least")
		rule.CutOff = rapid.SampledFrom([]float64{0.1, 0.3, 0.5, 0.7, 1}).Draw(t, "cut-off")
		shortages, err := r.Shortages(&rule)
		if err != nil {
			t.Fatal(err)
		}
		var openings, unfilled int64
		for _, s := range shortages {
			openings += s.Openings
			unfilled += s.Unfilled
			if (s.Verdict == matcher.Undetermined) != (s.Openings < rule.LeastOpenings) || (s.Score == nil) != (s.Verdict == matcher.Undetermined) {
				t.Fatalf("%+v: undetermined is what has fewer than %d openings", s, rule.LeastOpenings)
			}
			if s.Verdict == matcher.Undetermined {
				continue
			}
			low, high := math.Inf(1), math.Inf(-1)
			for _, f := range s.Figures {
				low, high = min(low, f.Points), max(high, f.Points)
			}
			if *s.Score < low-1e-9 || *s.Score > high+1e-9 || low < 0 || high > 1 || s.Weightings != 15 {
				t.Fatalf("%+v", s)
			}
			always, never := low >= rule.CutOff, high < rule.CutOff-1e-6
			if always != (s.OnList == s.Weightings) && math.Abs(low-rule.CutOff) > 1e-6 || never != (s.OnList == 0) && math.Abs(high-rule.CutOff) > 1e-6 {
				t.Fatalf("%+v: points from %v to %v at a cut-off of %v", s, low, high, rule.CutOff)
			}
			if always && s.Verdict != matcher.InShortage || never && s.Verdict != matcher.NoShortage {
				t.Fatalf("%+v", s)
			}
		}
		for i, f := range r.Fillings {
			if r.Market.Vacancies[i].Occupation != "" {
				openings -= f.Openings
				unfilled -= f.Unfilled
			}
		}
		if openings != 0 || unfilled != 0 {
			t.Fatalf("the list has %d openings and %d unfilled more than the market", openings, unfilled)
		}
	})
}

func TestSignalsCountOfTheLongestCodeAndTheLatestYearThatHasThem(t *testing.T) {
	m := &matcher.Market{
		Level: 3, Period: "2022", Base: matcher.Stock, Occupations: []matcher.Occupation{{Code: "222", SkillLevels: []int{4}}},
		Vacancies: []matcher.Vacancy{{Region: "DE-BY", Code: matcher.Code{Occupation: "222"}, Period: "2022", Kind: matcher.Stock, Count: 100}},
		Signals: []matcher.Signal{
			{Region: "DE", Occupation: "", Period: "2022", WageGrowth: ref(0.01), VacancyDays: ref(80.0)},
			{Region: "DE", Occupation: "22", Period: "2021", WageGrowth: ref(0.02)},
			{Region: "DE", Occupation: "22", Period: "2020", WageGrowth: ref(0.09)},
			{Region: "NO", Occupation: "222", Period: "2022", WageGrowth: ref(0.5)},
		},
	}
	rule := plainRule()
	rule.Indicators = []matcher.IndicatorScale{
		{Indicator: matcher.IndicatorTightness, Weight: 1, None: 0, Full: 1},
		{Indicator: matcher.IndicatorWageGrowth, Weight: 1, None: 0, Full: 0.04},
		{Indicator: matcher.IndicatorVacancyDays, Weight: 2, None: 60, Full: 160},
	}
	shortages := func() matcher.Shortage {
		list, err := match(t, m, matcher.DefaultPolicy()).Shortages(&rule)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0]
	}
	s := shortages()
	if len(s.Figures) != 3 || s.Figures[0].Figure != nil || s.Figures[0].Points != 1 || *s.Figures[1].Figure != 0.02 || *s.Figures[2].Figure != 80 {
		t.Fatalf("%+v", s.Figures)
	}
	if want := (1 + 0.5 + 2*0.2) / 4; math.Abs(*s.Score-want) > 1e-12 || s.Verdict != matcher.NoShortage {
		t.Errorf("score %v, %s; want %v and no shortage", *s.Score, s.Verdict, want)
	}
	rule.LeastWeight = 0.75
	m.Signals = m.Signals[3:]
	if s := shortages(); s.Verdict != matcher.Undetermined || s.Score != nil {
		t.Errorf("with a quarter of the weights known: %+v", s)
	}
}

func TestARuleThatCannotBeMeantIsRefused(t *testing.T) {
	for says, change := range map[string]func(*matcher.ShortageRule){
		"cut_off":                  func(r *matcher.ShortageRule) { r.CutOff = 0 },
		"least_openings":           func(r *matcher.ShortageRule) { r.LeastOpenings = 0 },
		"least_weight":             func(r *matcher.ShortageRule) { r.LeastWeight = 1.5 },
		"steps":                    func(r *matcher.ShortageRule) { r.Steps = 11 },
		"add up to nothing":        func(r *matcher.ShortageRule) { r.Indicators = nil },
		"indicators.gap: is there": func(r *matcher.ShortageRule) { r.Indicators[1].Indicator = matcher.IndicatorGap },
		"must be different":        func(r *matcher.ShortageRule) { r.Indicators[0].Full = 0 },
		"indicators.gap.weight":    func(r *matcher.ShortageRule) { r.Indicators[0].Weight = math.NaN() },
		"is none of":               func(r *matcher.ShortageRule) { r.Indicators[0].Indicator = "mood" },
	} {
		rule := plainRule()
		change(&rule)
		if err := rule.Validate(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want it to say %q", err, says)
		}
	}
}
