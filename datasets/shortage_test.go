package datasets

import (
	"errors"
	"maps"
	"os"
	"strings"
	"testing"

	"labourmatch/matcher"
)

const aRule = `title: A made-up rule
cut_off: 0.6
least_openings: 10
least_weight: 0.25
steps: 4
source: Made-up ministry
date: 2024
indicators:
  tightness: {weight: 1, none: 1, full: 3}
  wage_growth: {weight: 0.5, none: -0.01, full: 0.05}
`

func TestTheEmbeddedRuleIsMeantAndAllOfItAssumed(t *testing.T) {
	rule := DefaultShortageRule()
	if err := rule.Validate(); err != nil {
		t.Error(err)
	}
	if !rule.Assumed || rule.Source == "" || len(rule.Indicators) != len(matcher.Indicators()) {
		t.Errorf("%+v", rule)
	}
	d, err := Read(folder(nil))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.ShortageRule(); got.Title != rule.Title || got.CutOff != rule.CutOff {
		t.Errorf("a directory without a rule has %+v", got)
	}
}

func TestADirectorysOwnRuleReplacesTheEmbeddedOneWhole(t *testing.T) {
	d, err := Read(folder(map[string]string{ShortageFile: aRule}))
	if err != nil {
		t.Fatal(err)
	}
	rule := d.ShortageRule()
	want := []matcher.IndicatorScale{
		{Indicator: matcher.IndicatorTightness, Weight: 1, None: 1, Full: 3},
		{Indicator: matcher.IndicatorWageGrowth, Weight: 0.5, None: -0.01, Full: 0.05},
	}
	if rule.CutOff != 0.6 || rule.LeastOpenings != 10 || rule.LeastWeight != 0.25 || rule.Steps != 4 || rule.Assumed || rule.Source != "Made-up ministry" {
		t.Errorf("%+v", rule)
	}
	if len(rule.Indicators) != 2 || rule.Indicators[0] != want[0] || rule.Indicators[1] != want[1] {
		t.Errorf("%+v", rule.Indicators)
	}
	other, err := Read(folder(map[string]string{ShortageFile: strings.Replace(aRule, "0.6", "0.7", 1)}))
	if err != nil {
		t.Fatal(err)
	}
	none, err := Read(folder(nil))
	if err != nil {
		t.Fatal(err)
	}
	if d.Hash() == other.Hash() || d.Hash() == none.Hash() {
		t.Error("another rule leaves the identity of the content as it was")
	}
}

func TestEveryFaultOfARuleOrASignalHasItsMessage(t *testing.T) {
	doc, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	rule := func(old, with string) map[string]string {
		return map[string]string{ShortageFile: strings.Replace(aRule, old, with, 1)}
	}
	signal := func(row string) map[string]string {
		return map[string]string{SignalsFile: "region,occupation,period,wage_growth,vacancy_days,source,date,licence\n" + row + "\n"}
	}
	for _, m := range []struct {
		name, want, key string
		changes         map[string]string
	}{
		{"no number", `shortage.yaml, line 2, column cut_off: "much" is not a number. Write digits, with a point before decimals.`, "is not a number", rule("0.6", "much")},
		{"unknown key", `shortage.yaml, line 2: "cutoff" is not a setting. Did you mean cut_off?
shortage.yaml, column cut_off: is missing. A rule states all of title, cut_off, least_openings, least_weight, steps, indicators, source.`, "is not a setting", rule("cut_off", "cutoff")},
		{"unknown indicator", `shortage.yaml, line 9, column indicators: "tightnes" is not a setting. Did you mean tightness?`, "is not a setting", rule("tightness", "tightnes")},
		{"half an indicator", `shortage.yaml, line 9, column indicators.tightness: has not all of weight, none and full. Say what it weighs, at which figure it has no points, and at which all.`, "has not all of weight, none and full", rule(", full: 3", "")},
		{"no scale", `shortage.yaml: cannot be meant: indicators.tightness: none (3) and full (3) must be different, and at most a million.`, "cannot be meant", rule("none: 1", "none: 3")},
		{"empty", `shortage.yaml: is empty. Write a rule, or delete the file to have the default.`, "is empty", map[string]string{ShortageFile: "\n"}},
		{"near name", `shortages.yaml: is not a file of a market directory. Did you mean shortage.yaml?`, "is not a file of a market directory", map[string]string{"shortages.yaml": aRule}},
		{"signal of a region", `signals.csv, row 2, column region: "DE-BY" is a part of a country. Write the country: DE.`, "is a part of a country", signal("DE-BY,2221,2024,0.03,80,Made up,2024,CC0-1.0")},
		{"signal in per cent", `signals.csv, row 2, column wage_growth: "3%" is a percentage. Write the number itself.`, "is a percentage", signal("DE,2221,2024,3%,80,Made up,2024,CC0-1.0")},
		{"no price", `prices.csv, row 2, column price_level: "0" is not between 0.01 and 10.`, "is not between", map[string]string{PricesFile: "region,period,price_level,source,date,licence\nDE,2024,0,Made up,2024,CC0-1.0\n"}},
	} {
		_, err := Read(folder(m.changes))
		var problems *Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s: error is %v, want problems", m.name, err)
			continue
		}
		sorted := problems.Error()
		if sorted != m.want && strings.Join(reversed(strings.Split(sorted, "\n")), "\n") != m.want {
			t.Errorf("%s: got\n%s\nwant\n%s", m.name, sorted, m.want)
		}
		if !strings.Contains(string(doc), m.key) {
			t.Errorf("docs/formats.md does not explain %q", m.key)
		}
	}
}

func reversed(list []string) (out []string) {
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, list[i])
	}
	return out
}

func TestSignalsAndPriceLevelsReachTheMarket(t *testing.T) {
	files := map[string]string{
		SignalsFile: "region,occupation,period,wage_growth,vacancy_days,source,date,licence\n" +
			"DE,22,2023,-0.02,,Made up,2024,CC0-1.0\nDE,,2024,,95.5,Made up,2024,CC0-1.0\nDE,22,2025,0.9,,Made up,2024,CC0-1.0\n",
		PricesFile: "region,period,price_level,source,date,licence\nDE,2024,0.8,Made up,2024,CC0-1.0\nDE,2019,0.9,Made up,2024,CC0-1.0\n",
	}
	d, err := Read(folder(maps.Clone(files)))
	if err != nil {
		t.Fatal(err)
	}
	m := mustMarket(t, d, 2)
	if len(m.Signals) != 2 || *m.Signals[1].VacancyDays != 95.5 || m.Signals[1].WageGrowth != nil || *m.Signals[0].WageGrowth != -0.02 {
		t.Errorf("signals are %+v; want those up to 2024", m.Signals)
	}
	if len(m.Prices) != 1 || m.Prices[0].Level != 0.8 || m.Prices[0].Country != "DE" {
		t.Errorf("price levels are %+v; want the nearest year's", m.Prices)
	}
	for name := range files {
		fewer := maps.Clone(files)
		delete(fewer, name)
		without, err := Read(folder(fewer))
		if err != nil {
			t.Fatal(err)
		}
		if without.Hash() == d.Hash() {
			t.Errorf("%s is no part of the content's identity", name)
		}
	}
}
