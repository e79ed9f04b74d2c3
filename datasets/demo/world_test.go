package demo_test

import (
	"math"
	"slices"
	"testing"

	"labourmatch/datasets"
	"labourmatch/datasets/demo"
	"labourmatch/matcher"
)

func TestTheWorldIsAMarketLikeAnyOther(t *testing.T) {
	files, err := demo.World(demo.WorldMobile)
	if err != nil {
		t.Fatal(err)
	}
	d, err := datasets.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Market(demo.WorldLevel)
	if err != nil {
		t.Fatal(err)
	}
	openings, workers, citizens := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for i := range m.Vacancies {
		openings[m.Vacancies[i].Region[:2]] += m.Vacancies[i].Count
	}
	for i := range m.Cohorts {
		workers[m.Cohorts[i].Region] += m.Cohorts[i].Count
		if c := m.Cohorts[i]; c.Region[:2] == "DE" {
			citizens[c.Citizenship] += c.Count
		}
	}
	// The table's totals: of 2,221,320.95 unemployed 711,058 are foreign nationals. Heads are rounded over all of
	// them, so either part may be a few off.
	if d := citizens[""] - 711_058; citizens["DE"]+citizens[""] != 2_221_321 || d < -5 || d > 5 || len(citizens) != 2 {
		t.Errorf("Germany's unemployed by citizenship: %v", citizens)
	}
	if openings["DE"] != 843_270 || openings["NO"] != 32_800 || len(openings) != 3 {
		t.Errorf("openings %v", openings)
	}
	// 226,445.93 approved positions in a province, times 37.4 days of 365.
	if openings["CA"] != 23_188 {
		t.Errorf("Canada has %d openings", openings["CA"])
	}
	if len(workers) < 170 || workers["PH"] < 40_000_000 || workers["CA"] != 0 || workers["CN"] != 0 {
		t.Errorf("workers of %d countries: %v", len(workers), workers)
	}
	for _, want := range []string{"split", "world-left", "canada", "canada-nowhere"} {
		if !slices.ContainsFunc(m.Notes, func(n matcher.Note) bool { return n.Topic == want }) {
			t.Errorf("no note on %s", want)
		}
	}
	for _, c := range m.Channels {
		if c.ID == "de-wb-2021" && (c.Quota == nil || *c.Quota != 25_000 || !c.Open(m.Day())) {
			t.Errorf("the Western Balkans quota is %+v", c)
		}
	}
	if len(m.Safeguards) != 1 || len(m.Safeguards[0].Origins) != 55 {
		t.Errorf("safeguards %+v", m.Safeguards)
	}
}

func TestTheWorldsShareOfTheMobileIsAShare(t *testing.T) {
	for _, share := range []float64{-0.1, 1.1, math.NaN()} {
		if _, err := demo.World(share); err == nil {
			t.Errorf("%v is taken", share)
		}
	}
}
