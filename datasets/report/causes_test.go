package report_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func TestCausesAddUpToWhatIsUnfilledAndUnplaced(t *testing.T) {
	for level := 1; level <= 4; level++ {
		r := build(t, small(), report.Options{Level: level, RunOnly: true})
		var openings, workers int64
		for _, c := range r.Causes.Rows {
			openings += c.Openings
			workers += c.Workers
		}
		if openings != r.Totals.Unfilled || workers != r.Totals.Unplaced {
			t.Errorf("ISCO-%d: causes of %d openings and %d workers, %d and %d are left", level, openings, workers, r.Totals.Unfilled, r.Totals.Unplaced)
		}
		type cell struct{ side, region, code string }
		sums, rows := map[cell]int64{}, map[string]int64{}
		for _, c := range r.Caused {
			sums[cell{c.Side, c.Region, c.Code}] += c.Units
			rows[c.Side+c.Cause] += c.Units
		}
		for _, g := range r.Gaps {
			if g.Level != level {
				continue
			}
			if a, b := sums[cell{report.SideOpenings, g.Region, g.Code}], sums[cell{report.SideWorkers, g.Region, g.Code}]; a != g.Unfilled || b != g.Unplaced {
				t.Errorf("%s %s: causes of %d openings and %d workers, %d and %d are left", g.Region, g.Code, a, b, g.Unfilled, g.Unplaced)
			}
		}
		for _, c := range r.Causes.Rows {
			if rows[report.SideOpenings+c.Cause] != c.Openings || rows[report.SideWorkers+c.Cause] != c.Workers {
				t.Errorf("%s: the cells do not add up to the row", c.Cause)
			}
		}
	}
}

// A market in which Mexicans would fill American farm work and no channel leads there.
func beside() fstest.MapFS {
	return fstest.MapFS{
		"vacancies.csv": {Data: []byte("region,occupation,period,count,kind,source,date,licence\nUS,921,2022,500,stock,Made up,2023,CC0-1.0\nUS,221,2022,50,stock,Made up,2023,CC0-1.0\n")},
		"workers.csv":   {Data: []byte("region,occupation,period,count,kind,source,date,licence\nMX,921,2022,10000,stock,Made up,2023,CC0-1.0\nMX,221,2022,10000,stock,Made up,2023,CC0-1.0\nGT,921,2022,20000,stock,Made up,2023,CC0-1.0\n")},
	}
}

func TestPressureIsToldByCountryAndMajorGroupWithItsRangeAndWhatLiesBetween(t *testing.T) {
	r := build(t, beside(), report.Options{RunOnly: true})
	list := r.Causes.Pressure
	if len(list) != 2 {
		t.Fatalf("%d corridors: %+v", len(list), list)
	}
	sum := int64(0)
	for _, p := range list {
		sum += p.Units
		if p.Destination != "US" || p.Group != "9" || p.Low == nil || *p.Low > p.Units || *p.High < p.Units {
			t.Errorf("%+v", p)
		}
		if p.Origin == "MX" && (p.Border == nil || !*p.Border || p.Compatriots == nil || *p.Compatriots < 10_000_000) {
			t.Errorf("Mexico is not beside the United States: %+v", p)
		}
	}
	// Of those who would leave 200 are Mexican farm workers and 400 Guatemalan ones; 500 are wanted.
	if sum != 500 {
		t.Errorf("%d in all, 500 openings have no other cause", sum)
	}
	said := strings.Join(strings.Fields(textOf(t, r, report.Style{})), " ")
	for _, s := range []string{"PRESSURE BESIDE THE CHANNELS", "Mexico → United States", "no forecast, no count of persons", "no ranking of nationalities"} {
		if !strings.Contains(said, s) {
			t.Errorf("the report does not say %q", s)
		}
	}
	if got := r.Causes.Rows[len(r.Causes.Rows)-1]; got.Cause != matcher.NobodyFree.String() {
		t.Errorf("the last row is %s", got.Cause)
	}
}
