package datasets

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

func worker(region, code, count, source string) string {
	return strings.Join([]string{region, code, "2024", count, "stock", "", "", "", source, "2024", "CC0-1.0"}, ",")
}

func cohortCounts(m *matcher.Market, region string) map[string]int64 {
	out := map[string]int64{}
	for i := range m.Cohorts {
		if c := &m.Cohorts[i]; c.Region == region && c.Count > 0 {
			out[c.Code.String()] = c.Count
		}
	}
	return out
}

// A group of nurses and midwives that one row counts together is split by whoever is nearest and has counted them apart.
func TestCoarseRowsAreSplitByTheNearestThatHasFinerOnes(t *testing.T) {
	coarse := worker("FR", "222", "100", "Alpha")
	elsewhere := []string{worker("FR-ARA", "2221", "30", "Alpha"), worker("FR-ARA", "2222", "10", "Alpha")}
	country := []string{worker("FR-IDF", "2221", "10", "Beta"), worker("FR-IDF", "2222", "10", "Beta")}
	norway := []string{worker("NO", "2221", "9", "Gamma"), worker("NO", "2222", "1", "Gamma")}
	world := []string{worker("PL", "2221", "1", "Delta"), worker("PL", "2222", "9", "Delta")}
	for name, x := range map[string]struct {
		rows   []string
		policy string
		want   map[string]int64
		by     string
	}{
		"the file":             {slices.Concat(norway, world), "", map[string]int64{"2221": 50, "2222": 50}, "by the shares of all finer rows of the file"},
		"the country named":    {slices.Concat(norway, world), "split_like: NO", map[string]int64{"2221": 90, "2222": 10}, "by the shares of finer rows of NO"},
		"nobody":               {nil, "", map[string]int64{"2221": 50, "2222": 50}, "into equal parts, which is assumed, for want of finer rows"},
		"nobody named":         {nil, "split_like: NO", map[string]int64{"2221": 50, "2222": 50}, "into equal parts, which is assumed, for want of finer rows"},
		"the country":          {slices.Concat(norway, country), "", map[string]int64{"2221": 50, "2222": 50}, "by the shares of finer rows of the same country"},
		"the source elsewhere": {slices.Concat(norway, country, elsewhere), "split_like: NO", map[string]int64{"2221": 75, "2222": 25}, "by the shares of finer rows of the same source"},
	} {
		t.Run(name, func(t *testing.T) {
			rows := x.rows
			if slices.ContainsFunc(rows, func(r string) bool { return strings.HasPrefix(r, "FR") }) {
				coarse = worker("FR-BRE", "222", "100", "Alpha")
			} else {
				coarse = worker("FR", "222", "100", "Alpha")
			}
			region, _, _ := strings.Cut(coarse, ",")
			m := mustMarket(t, directory(t, mapsOf(workers(slices.Concat(rows, []string{coarse})...), vacancies(goodVacancy), policyFile(x.policy))), 4)
			if got := cohortCounts(m, region); !maps.Equal(got, x.want) {
				t.Errorf("%v, want %v", got, x.want)
			}
			if !slices.ContainsFunc(m.Notes, func(n matcher.Note) bool { return n.Topic == "split" && strings.Contains(n.Text, x.by) && n.Count == 1 }) {
				t.Errorf("no note that says %q among %+v", x.by, m.Notes)
			}
			for i := range m.Cohorts {
				if c := &m.Cohorts[i]; c.Region == region && !c.Estimated {
					t.Errorf("%s is not marked estimated", c.Key())
				}
			}
		})
	}
}

func TestSplittingGainsAndLosesNobodyAndNeverLooksAtTheOtherSide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		regions := []string{"DE", "NO", "PL", "PH"}
		var rows []string
		totals := map[string]int64{}
		for _, region := range regions {
			digits := rapid.IntRange(1, 4).Draw(t, "digits")
			for _, code := range codes.Occupations(digits) {
				if !rapid.Bool().Draw(t, "there") || len(rows) > 60 {
					continue
				}
				n := rapid.Int64Range(0, 2_000_000_000).Draw(t, "count")
				totals[region] += n
				rows = append(rows, worker(region, code.Code, formatMicro(n), "Alpha"))
			}
		}
		if len(rows) == 0 {
			return
		}
		read := func(openings string) *matcher.Market {
			d, err := Read(folder(mapsOf(workers(rows...), vacancies(openings))))
			if err != nil {
				t.Fatal(err)
			}
			m, err := d.Market(rapid.IntRange(1, 4).Draw(t, "level"))
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		m := read("DE,2221,,2024,10,stock,,,,,Alpha,2024,CC0-1.0,")
		sums := map[string]int64{}
		for i := range m.Cohorts {
			sums[m.Cohorts[i].Region] += m.Cohorts[i].Count
		}
		for region, n := range totals {
			if sums[region] != nearest(n) {
				t.Fatalf("%s has %d persons of %s", region, sums[region], formatMicro(n))
			}
		}
	})
	rows := []string{worker("DE", "222", "100", "Alpha"), worker("NO", "2221", "3", "Alpha"), worker("NO", "2222", "1", "Alpha")}
	var before map[string]int64
	for _, code := range []string{"2221", "2222", "7115"} {
		m := mustMarket(t, directory(t, mapsOf(workers(rows...), vacancies(fmt.Sprintf("DE,%s,,2024,1000,stock,,,,,Alpha,2024,CC0-1.0,", code)))), 4)
		got := cohortCounts(m, "DE")
		if before != nil && !maps.Equal(before, got) {
			t.Errorf("workers are split into %v where %s is wanted, else into %v", got, code, before)
		}
		before = got
	}
}

func TestACoarseRowMayGoWholeOrStayAsItIs(t *testing.T) {
	d := directory(t, mapsOf(workers(worker("DE", "222", "100", "Alpha"), worker("NO", "2221", "3", "Alpha")), vacancies(goodVacancy)))
	market := func(to string) *matcher.Market {
		m, err := d.MarketWith(4, func(file, region, code string) string {
			if file != WorkersFile || region != "DE" || code != "222" {
				t.Errorf("asked for %s %s %s", file, region, code)
			}
			return to
		})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if got := cohortCounts(market("2222"), "DE"); !maps.Equal(got, map[string]int64{"2222": 100}) {
		t.Errorf("%v", got)
	}
	m := market("222")
	if got := cohortCounts(m, "DE"); !maps.Equal(got, map[string]int64{"222": 100}) {
		t.Errorf("%v", got)
	}
	if !slices.ContainsFunc(m.Fits, func(f matcher.Fit) bool { return f.From == "222" && f.To == "2221" && f.Fit == 1 && f.Conversion }) {
		t.Error("a worker of the group cannot do its parts")
	}
}
