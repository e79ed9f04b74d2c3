package demo

import (
	"testing"
)

func TestEveryTableNamesASourceThatSaysEnough(t *testing.T) {
	known := map[string]bool{}
	for _, s := range Sources() {
		if s.ID == "" || s.Title == "" || s.Publisher == "" || s.Date == "" || s.Licence == "" {
			t.Errorf("source %+v leaves something out", s)
		}
		known[s.ID] = true
	}
	for name, header := range map[string]string{
		"germany.csv":           "region,kldb,vacancies,unemployed,foreigners,source",
		"kldb.csv":              "kldb,title,source",
		"norway_shortage.csv":   "styrk,title,isco,count,counties,assumed,source",
		"norway_jobseekers.csv": "styrk,title,isco,count,assumed,source",
		"totals.csv":            "region,period,what,count,source",
		"wages.csv":             "region,occupation,period,wage,unit,assumed,source",
		"eures.csv":             "occupation,region,sign,source",
		"australia.csv":         "anzsco,rated,short,isco,assumed,source",
	} {
		for i, r := range rows(name, header) {
			if id := r[len(r)-1]; !known[id] {
				t.Errorf("%s, row %d: no source %q", name, i+2, id)
			}
		}
	}
}

func TestEveryGermanGroupHasATitleAndACrosswalk(t *testing.T) {
	titled := map[string]bool{}
	for _, r := range rows("kldb.csv", "kldb,title,source") {
		titled[r[0]] = r[1] != "" && kldbToISCO().Known(r[0])
	}
	for _, c := range germany() {
		if !titled[c.kldb] {
			t.Errorf("KldB %s has no title or no crosswalk", c.kldb)
		}
	}
	if len(titled) != 144 {
		t.Errorf("%d KldB-3 groups, want 144", len(titled))
	}
}

func TestEveryGermanFigureIsSplitWithoutLoss(t *testing.T) {
	for name, figure := range map[string]func(germanCell) int64{
		"vacancies":  func(c germanCell) int64 { return c.vacancies },
		"unemployed": func(c germanCell) int64 { return c.unemployed },
	} {
		left := map[string]int64{}
		for _, c := range germany() {
			left[c.region] += figure(c) * (micro / 100)
		}
		for at, a := range toISCO(figure) {
			left[at.region] -= a.count
		}
		for region, n := range left {
			if n != 0 {
				t.Errorf("%s of %s: %d millionths lost", name, region, n)
			}
		}
	}
}

func TestSoldiersKeepTheirMass(t *testing.T) {
	var german, mapped int64
	for _, c := range germany() {
		if c.kldb[0] == '0' {
			german += c.vacancies * (micro / 100)
		}
	}
	for at, a := range toISCO(func(c germanCell) int64 { return c.vacancies }) {
		if at.isco[0] == '0' {
			mapped += a.count
		}
	}
	if german != mapped || german == 0 {
		t.Errorf("%d millionths of soldiers by KldB, %d by ISCO-08", german, mapped)
	}
}
