package codes

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEveryTableHasASourceWithVersionDateAndLicence(t *testing.T) {
	named := map[string]bool{}
	for _, s := range Sources() {
		named[s.Table] = true
		if s.Title == "" || s.Publisher == "" || s.Version == "" || s.Date == "" || s.Licence == "" {
			t.Errorf("source of %s is incomplete: %+v", s.Table, s)
		}
	}
	files, err := tables.ReadDir("tables")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		table := strings.TrimSuffix(f.Name(), ".csv")
		if table != "sources" && !named[table] {
			t.Errorf("table %s has no row in sources.csv", table)
		}
		raw, err := tables.ReadFile("tables/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(raw) || strings.ContainsAny(string(raw), "\r\ufffd") {
			t.Errorf("table %s is not clean UTF-8 with bare line feeds", table)
		}
		delete(named, table)
	}
	for table := range named {
		t.Errorf("sources.csv names %s, which is no table", table)
	}
}

func TestISCOHasItsPublishedCountsAndEveryParentExists(t *testing.T) {
	for level, want := range map[int]int{0: 0, 1: 10, 2: 43, 3: 130, 4: 436, 5: 0} {
		if got := len(Occupations(level)); got != want {
			t.Errorf("level %d has %d groups, want %d", level, got, want)
		}
	}
	for level := 1; level <= 4; level++ {
		previous := ""
		for _, o := range Occupations(level) {
			if o.Code <= previous {
				t.Errorf("%s does not come after %s", o.Code, previous)
			}
			previous = o.Code
			if o.Title == "" || len(o.Code) != level || o.Level != level {
				t.Errorf("%+v is malformed", o)
			}
			parent, ok := ParentOccupation(o.Code)
			if ok != (level > 1) {
				t.Errorf("%s: has a parent: %v", o.Code, ok)
			}
			if ok && !slices.Contains(ChildOccupations(parent), o.Code) {
				t.Errorf("%s is not among the children of %s", o.Code, parent)
			}
			if level < 4 && len(ChildOccupations(o.Code)) == 0 {
				t.Errorf("%s has no children", o.Code)
			}
			if level > 1 && len(o.SkillLevels) != 1 {
				t.Errorf("%s has skill levels %v, want one", o.Code, o.SkillLevels)
			}
		}
	}
}

func TestSkillLevelsAreThoseOfISCOVolumeI(t *testing.T) {
	for code, want := range map[string][]int{
		"0": {1, 2, 4}, "01": {4}, "0210": {2}, "03": {1}, "1": {3, 4}, "1112": {4}, "13": {4}, "1411": {3},
		"2221": {4}, "3221": {3}, "4": {2}, "5": {2}, "61": {2}, "7411": {2}, "8332": {2}, "9": {1},
	} {
		o, ok := OccupationByCode(code)
		if !ok || !slices.Equal(o.SkillLevels, want) {
			t.Errorf("%s: skill levels %v, want %v", code, o.SkillLevels, want)
		}
	}
	// A group's levels are those of its children together.
	for level := 1; level < 4; level++ {
		for _, o := range Occupations(level) {
			var all []int
			for _, c := range ChildOccupations(o.Code) {
				child, _ := OccupationByCode(c)
				all = append(all, child.SkillLevels...)
			}
			slices.Sort(all)
			if all = slices.Compact(all); !slices.Equal(all, o.SkillLevels) {
				t.Errorf("%s: skill levels %v, those of its children %v", o.Code, o.SkillLevels, all)
			}
		}
	}
}

func TestLeadingZerosSurvive(t *testing.T) {
	if o, ok := OccupationByCode("0110"); !ok || o.Title != "Commissioned armed forces officers" {
		t.Errorf("0110: %+v, %v", o, ok)
	}
	if _, ok := OccupationByCode("110"); ok {
		t.Error("110 is taken for an ISCO code")
	}
	if at, ok := AtLevel("0110", 2); !ok || at != "01" {
		t.Errorf("0110 at level 2 is %q, %v", at, ok)
	}
	if hint := SuggestOccupation("110"); !strings.Contains(hint, "0110") {
		t.Errorf("hint for 110: %q", hint)
	}
}

func TestACoarseCodeIsNotMadeFiner(t *testing.T) {
	for _, c := range []struct {
		code  string
		level int
	}{{"22", 3}, {"2", 4}, {"9999", 1}, {"2221", 0}, {"2221", 5}, {"", 1}} {
		if at, ok := AtLevel(c.code, c.level); ok {
			t.Errorf("AtLevel(%q, %d) = %q", c.code, c.level, at)
		}
	}
}

func TestSummingToACoarserLevelConservesMass(t *testing.T) {
	var all []string
	for level := 1; level <= 4; level++ {
		for _, o := range Occupations(level) {
			all = append(all, o.Code)
		}
	}
	all = append(all, "110", "X", "")
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.MapOf(rapid.SampledFrom(all), rapid.Int64Range(0, 1e9)).Draw(t, "amounts")
		level := rapid.IntRange(1, 4).Draw(t, "level")
		sums, rest := SumToLevel(amounts, level)
		var before, after int64
		for _, n := range amounts {
			before += n
		}
		for code, n := range sums {
			if len(code) != level {
				t.Fatalf("%q is not of level %d", code, level)
			}
			after += n
		}
		for _, n := range rest {
			after += n
		}
		if before != after {
			t.Fatalf("%d went in, %d came out", before, after)
		}
	})
}

func TestISO3166HasItsCountriesAndEverySubdivisionAParent(t *testing.T) {
	if n := len(Countries()); n != 249 {
		t.Errorf("%d countries, want 249", n)
	}
	for _, c := range Countries() {
		three, ok := Alpha3(c.Code)
		back, ok2 := Alpha2(three)
		if !ok || !ok2 || back != c.Code || len(c.Code) != 2 || len(three) != 3 || c.Name == "" || c.Parent != "" {
			t.Errorf("%+v, alpha-3 %q, back %q", c, three, back)
		}
	}
	n := 0
	for code, r := range regions().byCode {
		if r.Parent == "" {
			continue
		}
		n++
		country, ok := RegionByCode(Country(code))
		if !ok || country.Parent != "" {
			t.Errorf("%s has no country", code)
		}
		if parent, ok := RegionByCode(r.Parent); !ok || Country(parent.Code) != country.Code {
			t.Errorf("%s: parent %q does not exist in %s", code, r.Parent, country.Code)
		}
		if r.Name == "" || strings.TrimSpace(r.Name) != r.Name || strings.ToUpper(code) != code {
			t.Errorf("%+v is malformed", r)
		}
		for up, steps := r, 0; up.Parent != ""; steps++ {
			if steps > 3 {
				t.Errorf("%s never arrives at its country", code)
				break
			}
			up, _ = RegionByCode(up.Parent)
		}
	}
	if n < 5000 {
		t.Errorf("only %d subdivisions", n)
	}
}

func TestGermanyHasItsSixteenLaender(t *testing.T) {
	var got []string
	for _, s := range Subdivisions("DE") {
		got = append(got, strings.TrimPrefix(s.Code, "DE-"))
	}
	if want := "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH"; strings.Join(got, " ") != want {
		t.Errorf("Länder are %v, want %s", got, want)
	}
	if r, _ := RegionByCode("DE-BW"); r.Name != "Baden-Württemberg" {
		t.Errorf("DE-BW is %q", r.Name)
	}
}

func TestNorwayHasTheFifteenCountiesOf2024AndKnowsTheOlderOnes(t *testing.T) {
	var got []string
	for _, s := range Subdivisions("NO") {
		got = append(got, strings.TrimPrefix(s.Code, "NO-"))
	}
	// 21 and 22 are Svalbard and Jan Mayen, which are no counties.
	if want := "03 11 15 18 21 22 31 32 33 34 39 40 42 46 50 55 56"; strings.Join(got, " ") != want {
		t.Errorf("subdivisions are %v, want %s", got, want)
	}
	for code, until := range map[string]string{"NO-01": "2019-12-31", "NO-16": "2017-12-31", "NO-30": "2023-12-31", "NO-31": ""} {
		if r, ok := RegionByCode(code); !ok || r.Until != until {
			t.Errorf("%s: %+v, want until %q", code, r, until)
		}
	}
}

func TestBlocsHaveTheirMembersOnTheDay(t *testing.T) {
	for _, b := range Blocs() {
		if b.Title == "" || b.FreeMovement == "" || b.Article == "" || b.Source == "" || b.AsOf == "" || len(b.Members) == 0 {
			t.Errorf("bloc %s is incomplete", b.ID)
		}
		for _, m := range b.Members {
			if r, ok := RegionByCode(m.Region); !ok || r.Parent != "" {
				t.Errorf("%s: member %q is no country", b.ID, m.Region)
			}
			if len(m.From) != 10 || m.Until != "" && m.Until <= m.From {
				t.Errorf("%s: dates of %s: %q to %q", b.ID, m.Region, m.From, m.Until)
			}
		}
	}
	for _, c := range []struct {
		bloc, day string
		members   int
	}{
		{"EU", "1957-12-31", 0},
		{"EU", "1958-01-01", 6},
		{"EU", "1973-01-01", 9},
		{"EU", "1995-01-01", 15},
		{"EU", "2004-05-01", 25},
		{"EU", "2013-07-01", 28},
		{"EU", "2020-01-31", 28},
		{"EU", "2020-02-01", 27},
		{"EEA+CH", "1993-12-31", 0},
		{"EEA+CH", "1994-01-01", 17},
		{"EEA+CH", "2020-12-31", 32},
		{"EEA+CH", "2022-07-01", 31},
	} {
		b, ok := BlocByID(c.bloc)
		if got := len(b.On(c.day)); !ok || got != c.members {
			t.Errorf("%s on %s has %d members, want %d", c.bloc, c.day, got, c.members)
		}
	}
	area, _ := BlocByID("EEA+CH")
	eu, _ := BlocByID("EU")
	if !area.Has("NO-03", "2022-07-01") || !area.Has("CH", "2022-07-01") || eu.Has("NO", "2022-07-01") || area.Has("GB", "2021-01-01") {
		t.Error("Norway and Switzerland belong to the area and not to the Union; the United Kingdom to neither in 2021")
	}
	for _, c := range eu.On("2022-07-01") {
		if !area.Has(c, "2022-07-01") {
			t.Errorf("%s is in the Union and not in the area", c)
		}
	}
}

func TestFitsAreSharesOfOneSideAndNotSymmetric(t *testing.T) {
	by := map[[2]string]float64{}
	asymmetric, previous := 0, [2]string{}
	for _, f := range Fits(4, nil) {
		k := [2]string{f.From, f.To}
		by[k] = f.Fit
		if f.Fit < FitFloor || f.Fit > 1 || f.From == f.To || !Covered(f.From) || !Covered(f.To) {
			t.Errorf("%+v is out of range", f)
		}
		if slices.Compare(k[:], previous[:]) <= 0 {
			t.Errorf("%v does not come after %v", k, previous)
		}
		previous = k
		if f.Regulated != Regulated(f.To, nil) {
			t.Errorf("%+v: regulated is %v", f, !f.Regulated)
		}
	}
	for k, v := range by {
		if math.Abs(v-by[[2]string{k[1], k[0]}]) > 0.05 {
			asymmetric++
		}
	}
	if asymmetric < 1000 {
		t.Errorf("only %d of %d pairs are asymmetric", asymmetric, len(by))
	}
	// Looked up in ESCO by hand: what every reader would expect to be close is, and
	// farther the other way round where one asks for more.
	for _, c := range []struct {
		from, to string
		least    float64
	}{{"2512", "2514", 0.5}, {"7411", "7412", 0.25}, {"2341", "2342", 0.7}, {"2221", "5321", 0.6}} {
		if got := by[[2]string{c.from, c.to}]; got < c.least {
			t.Errorf("fit %s→%s is %.3f, want at least %.2f", c.from, c.to, got, c.least)
		}
	}
	if by[[2]string{"2221", "5321"}] <= by[[2]string{"5321", "2221"}] {
		t.Error("a nurse brings no more to a care assistant's post than the reverse")
	}
	if by[[2]string{"2512", "7115"}] != 0 {
		t.Error("software developers fit carpentry")
	}
}

func TestFitsOfGroupsAreMeansByTheWeightsGiven(t *testing.T) {
	unit := map[[2]string]float64{}
	for _, f := range Fits(4, nil) {
		unit[[2]string{f.From, f.To}] = f.Fit
	}
	units := map[string][]string{}
	for _, o := range Occupations(4) {
		if Covered(o.Code) {
			for level := 1; level < 4; level++ {
				units[o.Code[:level]] = append(units[o.Code[:level]], o.Code)
			}
		}
	}
	groups := slices.Sorted(maps.Keys(units))
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.IntRange(1, 3).Draw(t, "level")
		of := slices.DeleteFunc(slices.Clone(groups), func(g string) bool { return len(g) != level })
		from := rapid.SampledFrom(of).Draw(t, "from")
		to := rapid.SampledFrom(of).Draw(t, "to")
		weights := map[string]float64{}
		for _, u := range append(slices.Clone(units[from]), units[to]...) {
			weights[u] = float64(rapid.IntRange(0, 1000).Draw(t, u))
		}
		share := func(g, u string) float64 {
			total := 0.0
			for _, x := range units[g] {
				total += weights[x]
			}
			if total == 0 {
				return 1 / float64(len(units[g]))
			}
			return weights[u] / total
		}
		want := 0.0
		for _, i := range units[from] {
			for _, j := range units[to] {
				want += share(from, i) * share(to, j) * unit[[2]string{i, j}]
			}
		}
		if from == to {
			want = 0
		}
		got := 0.0
		for _, f := range Fits(level, weights) {
			if f.From == from && f.To == to {
				got = f.Fit
			}
		}
		if math.Abs(got-want) > 1e-9 {
			t.Fatalf("fit %s→%s is %v, the mean is %v", from, to, got, want)
		}
	})
}

func TestAThresholdLeavesAboutFourRelatedOccupations(t *testing.T) {
	for level, want := range map[int]float64{2: 3.9, 3: 3.7, 4: 4.1} {
		covered, related := 0, 0
		for _, o := range Occupations(level) {
			if Covered(o.Code) {
				covered++
			}
		}
		for _, f := range Fits(level, nil) {
			if f.Fit >= FitThreshold(level) {
				related++
			}
		}
		if got := float64(related) / float64(covered); math.Abs(got-want) > 0.05 {
			t.Errorf("level %d: %.2f related occupations at fit %.3f, the comment says %.1f", level, got, FitThreshold(level), want)
		}
	}
	for _, f := range Fits(1, nil) {
		if f.Fit >= 0.05 {
			t.Errorf("%+v: the comment says that fits between major groups stay below 0.05", f)
		}
	}
}

func TestSkillSharesSumToOneForEveryCoveredOccupation(t *testing.T) {
	groups := map[string]bool{}
	for _, g := range SkillGroups() {
		groups[g.Code] = true
		if again, ok := SkillGroupByCode(g.Code); !ok || again != g || g.Title == "" {
			t.Errorf("%+v", g)
		}
	}
	for unit, shares := range unitShares() {
		total := 0
		for g, n := range shares {
			if !groups[g] || n <= 0 {
				t.Errorf("%s: share %d of %q", unit, n, g)
			}
			total += n
		}
		if _, ok := OccupationByCode(unit); !ok || total != 1_000_000 {
			t.Errorf("%s: shares sum to %d millionths", unit, total)
		}
	}
	stock := map[string]float64{"2221": 900, "2222": 100, "7411": 5}
	for level := 1; level <= 4; level++ {
		for _, weights := range []map[string]float64{nil, stock} {
			shares := SkillShares(level, weights)
			for _, o := range Occupations(level) {
				total := 0.0
				for _, s := range shares[o.Code] {
					total += s
				}
				if Covered(o.Code) && math.Abs(total-1) > 1e-9 || !Covered(o.Code) && shares[o.Code] != nil {
					t.Errorf("%s: shares sum to %v, covered %v", o.Code, total, Covered(o.Code))
				}
			}
		}
	}
	fine, coarse := SkillShares(4, nil), SkillShares(3, stock)
	if got, want := coarse["222"]["S3"], 0.9*fine["2221"]["S3"]+0.1*fine["2222"]["S3"]; math.Abs(got-want) > 1e-9 {
		t.Errorf("222 has %v of S3, the weighted mean is %v", got, want)
	}
}

func TestTenUnitGroupsHaveNoESCOOccupation(t *testing.T) {
	var without []string
	for _, o := range Occupations(4) {
		if !Covered(o.Code) {
			without = append(without, o.Code)
		}
	}
	if got := strings.Join(without, " "); got != "1113 2240 3221 4414 6310 6320 6330 6340 7549 9624" {
		t.Errorf("not covered: %s", got)
	}
	if !Covered("322") || Covered("631") || Covered("110") {
		t.Error("322 is covered by 3222; 631 and what is no code are not")
	}
}

func TestRegulatedOccupationsCarryTheLawAndGroupsGoByMajority(t *testing.T) {
	for _, r := range Regulations() {
		if o, ok := OccupationByCode(r.Code); !ok || o.Level != 4 || r.Profession == "" || r.Law == "" || r.Assumed && r.Note == "" {
			t.Errorf("%+v", r)
		}
		if RegulatedShare(r.Code, nil) != 1 || !Regulated(r.Code, nil) {
			t.Errorf("%s is listed and not regulated", r.Code)
		}
	}
	for code, want := range map[string]float64{"221": 1, "222": 1, "322": 1, "225": 1, "226": 2. / 8, "22": 7. / 15, "7411": 0, "110": 0} {
		if got := RegulatedShare(code, nil); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: share %v, want %v", code, got, want)
		}
		if got := Regulated(code, nil); got != (want >= RegulatedMajority) {
			t.Errorf("%s: regulated %v at share %v", code, got, want)
		}
	}
	if !Regulated("226", map[string]float64{"2261": 60, "2264": 40}) || Regulated("226", map[string]float64{"2261": 40, "2264": 60}) {
		t.Error("with stocks, the majority is that of the stock")
	}
}

func TestWhatIsReturnedBelongsToTheCaller(t *testing.T) {
	Occupations(1)[0].SkillLevels[0] = 9
	ChildOccupations("22")[0] = "?"
	Blocs()[0].Members[0].Region = "?"
	Countries()[0].Code = "?"
	Sources()[0].Table = "?"
	SkillGroups()[0].Code = "?"
	Regulations()[0].Code = "?"
	SkillShares(4, nil)["2221"]["S3"] = 2
	if Occupations(1)[0].SkillLevels[0] == 9 || ChildOccupations("22")[0] == "?" || Blocs()[0].Members[0].Region == "?" ||
		Countries()[0].Code == "?" || Sources()[0].Table == "?" || SkillGroups()[0].Code == "?" || Regulations()[0].Code == "?" ||
		SkillShares(4, nil)["2221"]["S3"] == 2 {
		t.Error("a caller's change is seen by the next one")
	}
}

func BenchmarkLoadOccupationsAndRegions(b *testing.B) {
	for b.Loop() {
		loadOccupations()
		loadRegions()
	}
}

func BenchmarkLoadFits(b *testing.B) {
	for b.Loop() {
		loadUnitFits()
	}
}

func BenchmarkLoadSkillShares(b *testing.B) {
	for b.Loop() {
		loadUnitShares()
	}
}

func BenchmarkFitsAtLevel3(b *testing.B) {
	for b.Loop() {
		Fits(3, nil)
	}
}
