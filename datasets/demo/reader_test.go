package demo_test

import (
	"math"
	"testing"

	"labourmatch/datasets"
	"labourmatch/datasets/demo"
	"labourmatch/matcher"
)

func TestMarketReadAtEachLevelKeepsTotalsGapsAndNotes(t *testing.T) {
	market, err := made()
	if err != nil {
		t.Fatal(err)
	}
	d, err := datasets.Read(market)
	if err != nil {
		t.Fatal(err)
	}
	if d.Level() != 4 {
		t.Errorf("the finest level is %d, want 4", d.Level())
	}
	for level, want := range map[int]float64{2: 17_900, 3: 33_100, 4: 55_700} {
		m, err := d.Market(level)
		if err != nil {
			t.Fatal(err)
		}
		if m.Title != demo.Title || m.Period != demo.Period || m.Base != matcher.Stock {
			t.Errorf("the market is %q of %s, a %s", m.Title, m.Period, m.Base)
		}
		totals := map[string]int64{}
		balance := map[[2]string]int64{}
		for _, v := range m.Vacancies {
			totals["openings "+matcher.Country(v.Region)] += v.Count
			balance[[2]string{v.Region, v.Occupation}] += v.Count
		}
		for _, c := range m.Cohorts {
			totals["workers "+matcher.Country(c.Region)] += c.Count
			balance[[2]string{c.Region, c.Occupation}] -= c.Count
		}
		for what, want := range map[string]int64{
			"openings DE": 843_270, "workers DE": 2_221_321, "openings NO": 32_800, "workers NO": 120_524,
		} {
			if totals[what] != want {
				t.Errorf("ISCO-%d: %d %s, want %d", level, totals[what], what, want)
			}
		}
		var gap float64
		for at, n := range balance {
			if n > 0 && at[0] != "NO" {
				gap += float64(n)
			}
		}
		if math.Abs(gap-want) > want/100 {
			t.Errorf("ISCO-%d: %.0f openings could be filled by no unemployed of the same occupation and Land, want about %.0f", level, gap, want)
		}
		noted := map[matcher.Note]bool{}
		for _, n := range m.Notes {
			noted[n] = true
		}
		for _, n := range demo.Notes() {
			if !noted[n] {
				t.Errorf("ISCO-%d: the market does not carry the note %+v", level, n)
			}
		}
	}
}
