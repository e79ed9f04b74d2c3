package report_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func textOf(t *testing.T, r *report.Report, s report.Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteText(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNoLineOfTheTextIsWiderThanEightyColumns(t *testing.T) {
	wide := *theSmallReport(t)
	wide.Title = strings.Repeat("労働市場の報告書 ", 9)
	wide.Gaps = slices.Clone(wide.Gaps)
	for i := range wide.Gaps {
		wide.Gaps[i].RegionName = strings.Repeat("長い名前", 9)
		wide.Gaps[i].Openings = 123_456_789
		wide.Gaps[i].Unfilled += 9_999_999_999
		wide.Gaps[i].Alone = 99_999_999
	}
	wide.Occupations = wide.Gaps
	wide.Totals.Openings, wide.Totals.Workers, wide.Totals.Value = 9e12, 8e12, -7e17
	wide.Countries = slices.Clone(wide.Countries)
	for range 30 {
		c := wide.Countries[0]
		c.Openings, c.Workers, c.Unfilled = 160_000_000, 170_000_000, 99_999_999
		c.FilledBy.SameRegion, c.FilledBy.Channel = 60_000_000, 10_000_001
		wide.Countries = append(wide.Countries, c)
	}
	wide.Notes = append(slices.Clone(wide.Notes), report.Note{Text: strings.Repeat("x", 300) + " " + strings.Repeat("字", 100)})
	for name, r := range map[string]*report.Report{"small": theSmallReport(t), "wide": &wide, "empty": {}} {
		for i, line := range strings.Split(textOf(t, r, report.Style{}), "\n") {
			if w := text.StringWidthWithoutEscSequences(line); w > 80 {
				t.Errorf("%s, line %d is %d columns wide: %s", name, i+1, w, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%s, line %d ends in spaces: %q", name, i+1, line)
			}
		}
	}
}

func TestColourIsOnlyThereWhenAskedForAndChangesNoWord(t *testing.T) {
	r := theSmallReport(t)
	plain, coloured := textOf(t, r, report.Style{}), textOf(t, r, report.Style{Color: true})
	if strings.Contains(plain, "\x1b") {
		t.Error("a report without colour has escape sequences")
	}
	if !strings.Contains(coloured, "\x1b[") {
		t.Error("a report with colour has none")
	}
	bare := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(coloured, "")
	bare = regexp.MustCompile(`(?m) +$`).ReplaceAllString(bare, "")
	if bare != plain {
		t.Error("colour changes the words")
	}
}

func TestTheReportOfTheSmallMarketReadsAsItDid(t *testing.T) {
	golden := filepath.Join("testdata", "small.txt")
	got := textOf(t, theSmallReport(t), report.Style{})
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the report is another; look at it, and if it is right run: go test ./datasets/report -update\n%s", got)
	}
}

func TestTheUnplacedWhoHaveWorkAreToldFromTheIdle(t *testing.T) {
	market := small()
	if said := textOf(t, build(t, market, report.Options{Engine: "test"}), report.Style{}); strings.Contains(said, "without work") {
		t.Error("where nobody has work, a row tells those without work apart")
	}
	header := "region,occupation,period,count,kind,outside,status,source,date,licence"
	rows := strings.Split(strings.TrimSpace(string(market["workers.csv"].Data)), "\n")[1:]
	for i, row := range rows {
		cells := strings.SplitN(row, ",", 7)
		rows[i] = strings.Join(append(cells[:6:6], "", cells[6]), ",")
	}
	rows = append(rows, "DE-BE,5223,2022,500,stock,60000,employed,Employment service,2023,internal")
	market["workers.csv"] = &fstest.MapFile{Data: []byte(header + "\n" + strings.Join(rows, "\n") + "\n")}
	r := build(t, market, report.Options{Engine: "test"})
	surplus := int64(0)
	for _, c := range r.Countries {
		surplus += c.Surplus
	}
	if surplus != r.Totals.Unplaced-500 {
		t.Fatalf("of %d unplaced %d are without work; want 500 fewer", r.Totals.Unplaced, surplus)
	}
	if said := textOf(t, r, report.Style{}); !regexp.MustCompile(`      without work +\d`).MatchString(said) {
		t.Errorf("the totals do not tell those without work apart:\n%s", said)
	}
}

func TestATotalBesideItsPartsIsSaidBesideTheTotals(t *testing.T) {
	for name, c := range map[string]struct {
		whole   int
		warning string
	}{
		"total": {1200, "Germany has 1,200 openings for the whole country and 1,200 for its regions, of the same occupations. " +
			"If the first are totals, they count twice: delete their rows from vacancies.csv."},
		"rest": {1199, ""}, // openings whose region nobody knows
	} {
		market := small()
		rows := string(market["vacancies.csv"].Data) + fmt.Sprintf("DE,2221,2022,%d,stock,,Employment service,2023,internal,\n", c.whole)
		market["vacancies.csv"] = &fstest.MapFile{Data: []byte(rows)}
		r := build(t, market, report.Options{Engine: "test"})
		said := slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "whole country") })
		if said != (c.warning != "") || said && !slices.Contains(r.Warnings, c.warning) {
			t.Errorf("%s: the warnings are %q, want %q", name, r.Warnings, c.warning)
		}
	}
}

func TestTheSameRowsInAnyOrderGiveTheSameBytes(t *testing.T) {
	dirs := [2]fstest.MapFS{}
	for i := range dirs {
		market := small()
		if i == 1 {
			for name, file := range market {
				lines := strings.Split(strings.TrimSpace(string(file.Data)), "\n")
				slices.Reverse(lines[1:])
				market[name] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
			}
		}
		r := build(t, market, report.Options{Level: 3, Order: matcher.FillFirst, Engine: "test"})
		dir := t.TempDir()
		if err := report.WriteDir(dir, r, market); err != nil {
			t.Fatal(err)
		}
		dirs[i] = inMemory(t, dir)
	}
	for name, file := range dirs[0] {
		if strings.HasPrefix(name, "inputs/") || name == "manifest.json" {
			continue // these are the bytes given
		}
		if !bytes.Equal(file.Data, dirs[1][name].Data) {
			t.Errorf("%s depends on the order of the rows", name)
		}
	}
}

func TestEveryFigureOfTheReportAddsUp(t *testing.T) {
	for _, order := range matcher.Orders() {
		for level := 1; level <= 4; level++ {
			r := build(t, small(), report.Options{Level: level, Order: order})
			name := fmt.Sprintf("%s, ISCO-%d", order, level)
			check := func(what string, ok bool) {
				t.Helper()
				if !ok {
					t.Errorf("%s: %s do not add up", name, what)
				}
			}
			total := r.Totals
			check("openings", total.Openings == total.Filled+total.Unfilled && total.Filled == total.FilledBy.Sum())
			check("workers", total.Workers == total.Placed+total.Unplaced && total.Placed == total.Filled)
			var countries, occupations, skills, levels, flows, rows, entries report.Totals
			for _, c := range r.Countries {
				countries.Openings += c.Openings
				countries.Unfilled += c.Unfilled
				countries.Workers += c.Workers
				countries.Alone += c.Alone
			}
			for _, g := range r.Occupations {
				occupations.Openings += g.Openings
				occupations.Unfilled += g.Unfilled
				occupations.Workers += g.Workers
				occupations.Alone += g.Alone
				check("cells", g.Openings == g.FilledBy.Sum()+g.Unfilled && g.Workers == g.PlacedBy.Sum()+g.Unplaced)
			}
			for _, s := range r.Skills {
				sum := &skills
				if s.Scheme == report.SchemeLevel {
					sum = &levels
				}
				sum.Openings += s.Openings
				sum.Unfilled += s.Gap
				sum.Workers += s.Workers
			}
			for _, f := range r.Flows {
				flows.Filled += f.Count
			}
			for _, p := range r.Placements {
				rows.Filled += p.Count
			}
			for _, e := range r.Entries {
				entries.Filled += e.Count
			}
			check("countries", countries.Openings == total.Openings && countries.Unfilled == total.Unfilled && countries.Workers == total.Workers && countries.Alone == total.Alone)
			check("occupations", occupations.Openings == total.Openings && occupations.Unfilled == total.Unfilled && occupations.Workers == total.Workers && occupations.Alone == total.Alone)
			check("skills", skills.Openings == total.Openings && skills.Unfilled == total.Unfilled && skills.Workers == total.Workers)
			check("skill levels", levels.Openings == total.Openings && levels.Unfilled == total.Unfilled && levels.Workers == total.Workers)
			check("flows, placements and entries", flows.Filled == total.Filled && rows.Filled == total.Filled && entries.Filled == total.Filled)
			check("levels", len(r.Levels) == 5 && r.Levels[level-1].Run && r.Levels[level-1].Alone == total.Alone && r.Levels[4].Stated)
			check("cases and orders", r.Cases[0].Totals == total && r.Orders[0].Totals == total && len(r.Orders) == 3 && len(r.Cases) == 4)
			check("the proof", r.Proof.Certified && r.Proof.Distance == 0)
			for _, term := range r.Proof.Terms {
				check("term "+term.Name, term.Reached == term.Bound)
			}
		}
	}
}

func TestAReportReadBackFromItsDocumentReadsTheSame(t *testing.T) {
	r := theSmallReport(t)
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	again, err := report.ReadJSON(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if textOf(t, again, report.Style{}) != textOf(t, r, report.Style{}) {
		t.Error("the text of a report read back from its document is another")
	}
	if err := again.WriteCertificate(&b); err == nil {
		t.Error("a report read back has no certificate, and wrote one")
	}
	if _, err := report.ReadJSON([]byte(`{"format": "something/9"}`)); err == nil {
		t.Error("a document of another format is read")
	}
}

func TestCellsThatLookLikeFormulasAreTextInEveryTable(t *testing.T) {
	r := *theSmallReport(t)
	evil := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|cmd", "%x"}
	r.Placements = slices.Clone(r.Placements)
	for i := range r.Placements {
		r.Placements[i].Title = evil[i%len(evil)]
	}
	r.Gaps = []report.Gap{{Title: "=HYPERLINK(1)", RegionName: "-2", Code: "@x"}}
	r.Skills = []report.SkillGap{{Title: "+3", RegionName: "=4", Skill: "%5"}}
	for _, write := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return r.WriteGaps(b) },
		func(b *bytes.Buffer) error { return r.WriteSkills(b) },
		func(b *bytes.Buffer) error { return r.WritePlacements(b) },
		func(b *bytes.Buffer) error { return r.WriteEntries(b) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records {
			for _, cell := range record {
				if cell != "" && strings.ContainsRune("=+-@\t\r|%", rune(cell[0])) {
					t.Errorf("the cell %q would be taken for a formula", cell)
				}
			}
		}
	}
}

func TestMissingWagesAreSaidBesideTheTotals(t *testing.T) {
	bare := func(count string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("region,occupation,period,count,kind,source,date,licence\nDE-BY,2221,2022," + count + ",stock,us,2023,internal\n")}
	}
	for policy, says := range map[string][]string{
		"default_wage: 0":     {"stay unfilled: 1,200.", "stay unplaced: 300.", "wages.csv"},
		"default_wage: 15000": {"Openings without a known wage are taken at the policy's", "1,200.", "Workers without", "300.", "wages.csv"},
	} {
		r := build(t, fstest.MapFS{"vacancies.csv": bare("1200"), "workers.csv": bare("300"), "policy.yaml": {Data: []byte(policy)}}, report.Options{})
		totals, _, _ := strings.Cut(textOf(t, r, report.Style{}), "COUNTRIES")
		for _, s := range says {
			if !strings.Contains(totals, s) {
				t.Errorf("the totals of a market without wages, %s, do not say %q:\n%s", policy, s, totals)
			}
		}
	}
	if small := theSmallReport(t); slices.ContainsFunc(small.Warnings, func(w string) bool { return strings.Contains(w, "unfilled") }) {
		t.Errorf("a market whose openings all have wages is warned: %v", small.Warnings)
	}
}

func TestALevelTheDataDoNotHaveIsRefused(t *testing.T) {
	for _, level := range []int{-1, 5} {
		if _, err := report.Build(t.Context(), read(t, small()), report.Options{Level: level}); !errors.Is(err, report.ErrLevel) {
			t.Errorf("level %d: %v", level, err)
		}
	}
}

func TestADirectoryWithOtherFilesIsLeftAloneAndAReportIsReplaced(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "thesis.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := report.WriteDir(dir, theSmallReport(t), small()); err == nil || !strings.Contains(err.Error(), "left alone") {
		t.Errorf("writing among other files: %v", err)
	}
	if found, _ := os.ReadDir(dir); len(found) != 1 {
		t.Errorf("there are now %d files", len(found))
	}
	out := filepath.Join(t.TempDir(), "new", "report")
	for range 2 {
		if err := report.WriteDir(out, theSmallReport(t), small()); err != nil {
			t.Fatal(err)
		}
		if bad := mismatches(t, os.DirFS(out)); len(bad) > 0 {
			t.Errorf("the report does not hold: %v", bad)
		}
	}
}

func TestProgressRisesToOne(t *testing.T) {
	last := 0.0
	build(t, small(), report.Options{Progress: func(what string, share float64) {
		if what == "" || share <= last || share > 1 {
			t.Errorf("progress %q %v after %v", what, share, last)
		}
		last = share
	}})
	if last != 1 {
		t.Errorf("progress ended at %v", last)
	}
}

func TestAPanicWhileSolvingReachesTheCallersGoroutine(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "told too much") {
			t.Errorf("recovered %s", got)
		}
	}()
	_, _ = report.Build(t.Context(), read(t, small()), report.Options{Progress: func(string, float64) { panic("told too much") }})
	t.Error("nothing was recovered")
}
