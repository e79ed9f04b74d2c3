package codes

import (
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
		if b.Title == "" || b.Grants == "" || b.Article == "" || b.Source == "" || b.AsOf == "" || len(b.Members) == 0 {
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

func TestWhatIsReturnedBelongsToTheCaller(t *testing.T) {
	Occupations(1)[0].SkillLevels[0] = 9
	ChildOccupations("22")[0] = "?"
	Blocs()[0].Members[0].Region = "?"
	Countries()[0].Code = "?"
	Sources()[0].Table = "?"
	SkillGroups()[0].Code = "?"
	Regulations()[0].Code = "?"
	SkillShares(4, nil)["2221"]["S3"] = 2
	Rights("EU")[1].Origins[0] = "?"
	Channels()[0].Origins[0] = "?"
	Restrictions()[0].Origins[0] = "?"
	Professions("tn")[0].Occupations[0] = "?"
	SafeguardedCountries(WHO2023)[0] = "?"
	if Occupations(1)[0].SkillLevels[0] == 9 || ChildOccupations("22")[0] == "?" || Blocs()[0].Members[0].Region == "?" ||
		Countries()[0].Code == "?" || Sources()[0].Table == "?" || SkillGroups()[0].Code == "?" || Regulations()[0].Code == "?" ||
		SkillShares(4, nil)["2221"]["S3"] == 2 || Rights("EU")[1].Origins[0] == "?" || Channels()[0].Origins[0] == "?" ||
		Restrictions()[0].Origins[0] == "?" || Professions("tn")[0].Occupations[0] == "?" || SafeguardedCountries(WHO2023)[0] == "?" {
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
