package demo

import (
	"testing"

	"pgregory.net/rapid"
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
		"kldb_isco.csv":         "kldb,isco,codes,of,assumed,source",
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

func TestCrosswalkSharesAddUpAndSayWhichAreAssumed(t *testing.T) {
	sum, of := map[string]int64{}, map[string]int64{}
	for _, r := range rows("kldb_isco.csv", "kldb,isco,codes,of,assumed,source") {
		codes := integer(r[2])
		sum[r[0]] += codes
		of[r[0]] = integer(r[3])
		if whole := codes == of[r[0]]; whole != (r[4] == no) {
			t.Errorf("%s to %s: %d of %d codes, assumed %s", r[0], r[1], codes, of[r[0]], r[4])
		}
	}
	for _, c := range germany() {
		if sum[c.kldb] == 0 || sum[c.kldb] != of[c.kldb] {
			t.Errorf("the shares of KldB %s are %d of %d", c.kldb, sum[c.kldb], of[c.kldb])
		}
	}
	if len(sum) != 144 {
		t.Errorf("%d KldB-3 groups, want 144", len(sum))
	}
}

func TestPartsAddUpToTheFigureAndLieWithinOneOfTheirShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var split []share
		var of int64
		for _, n := range rapid.SliceOfN(rapid.Int64Range(1, 40), 1, 12).Draw(t, "codes") {
			split = append(split, share{codes: n})
			of += n
		}
		total := rapid.Int64Range(0, 1e12).Draw(t, "total")
		var sum int64
		for i, part := range apportion(total, split) {
			sum += part
			if d := part*of - total*split[i].codes; part < 0 || d <= -of || d >= of {
				t.Fatalf("part %d of %d is %d, its share %d/%d", i, total, part, split[i].codes, of)
			}
		}
		if sum != total {
			t.Fatalf("the parts of %d add up to %d", total, sum)
		}
	})
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
