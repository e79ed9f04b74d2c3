package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/datasets/demo"
	"labourmatch/datasets/report"
)

func TestTheDemosReportGivesThePublishedGapAtEveryLevel(t *testing.T) {
	files, err := demo.FS()
	if err != nil {
		t.Fatal(err)
	}
	r := build(t, files, report.Options{Level: 3, Engine: "test"})

	// Openings no unemployed of the same occupation in the same Land could fill, worked out from the same publications by
	// other means; every KldB-5 code weighs the same.
	want := map[string]int64{"ISCO-2": 17_900, "ISCO-3": 33_100, "ISCO-4": 55_700}
	found := 0
	for _, level := range r.Levels {
		for _, c := range level.Countries {
			if c.Country != "DE" {
				continue
			}
			if c.Openings != 843_270 {
				t.Errorf("%s: Germany has %d openings, want 843,270", level.Name, c.Openings)
			}
			if alone, ok := want[level.Name]; ok {
				if found++; c.Alone < alone-100 || c.Alone > alone+100 {
					t.Errorf("%s: the gap is %d, want about %d", level.Name, c.Alone, alone)
				}
			}
		}
		if level.Stated {
			if found++; level.Alone < 84_900 || level.Alone > 85_100 {
				t.Errorf("the source's own level: the gap is %d, want about 85,000", level.Alone)
			}
		}
	}
	if found != 4 {
		t.Errorf("only %d of 4 levels are there", found)
	}

	var widest []report.Gap
	for _, g := range r.Occupations {
		if g.Region == "DE" {
			widest = append(widest, g)
		}
	}
	slices.SortStableFunc(widest, func(a, b report.Gap) int { return int(b.Alone - a.Alone) })
	var codes []string
	for _, g := range widest[:6] {
		codes = append(codes, g.Code)
	}
	if got := strings.Join(codes, " "); got != "741 215 226 251 325 322" {
		t.Errorf("the widest gaps are those of %s", got)
	}

	shown := textOf(t, r, report.Style{})
	for i, line := range strings.Split(shown, "\n") {
		if w := text.StringWidthWithoutEscSequences(line); w > 80 {
			t.Errorf("line %d is %d columns wide: %s", i+1, w, line)
		}
	}
	for _, s := range []string{"distance 0", "Mobile is the share", "Statistik der Bundesagentur für Arbeit", "*mobile", "no forecast"} {
		if !strings.Contains(shown, s) {
			t.Errorf("the report does not say %q", s)
		}
	}
}
