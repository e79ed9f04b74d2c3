package report_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

const nurses = `name: nurses
title: A thousand places for nurses, and fewer machinery jobs
changes:
  - quota: triple-win
    to: 1000
  - demand: -50 %
    occupation: 7212
`

// whatIf is the report of the small market under a scenario.
func whatIf(t *testing.T, scenario string) *report.Report {
	t.Helper()
	return build(t, small(), report.Options{Engine: "test", Scenarios: []report.ScenarioFile{{Name: "s.yaml", Data: []byte(scenario)}}})
}

func TestTheDifferenceOfAScenarioIsThatOfTwoReports(t *testing.T) {
	after := whatIf(t, nurses)
	before := build(t, small(), report.Options{Engine: "test", RunOnly: true})
	d, err := report.Compare(before, after)
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	if err := errors.Join(d.WriteJSON(&a, nil), after.WhatIf.Difference.WriteJSON(&b, nil)); err != nil {
		t.Fatal(err)
	}
	if a.String() != b.String() {
		t.Errorf("two reports\n%s\nthe scenario\n%s", &a, &b)
	}
	// What each list says adds up to the totals, and the totals are the reports' own.
	sum := func(list []report.Change, figure func(*report.Change) int64) (n int64) {
		for i := range list {
			n += figure(&list[i])
		}
		return n
	}
	for name, figure := range map[string]func(*report.Change) int64{
		"openings": func(c *report.Change) int64 { return c.Openings.Change }, "filled": func(c *report.Change) int64 { return c.Filled.Change },
		"unfilled": func(c *report.Change) int64 { return c.Unfilled.Change }, "placed": func(c *report.Change) int64 { return c.Placed.Change },
		"leaving": func(c *report.Change) int64 { return c.Leaving.Change }, "unplaced": func(c *report.Change) int64 { return c.Unplaced.Change },
	} {
		total := figure(&d.Totals)
		if sum(d.Countries, figure) != total || sum(d.Cells, figure) != total {
			t.Errorf("%s: countries change by %d, cells by %d, all by %d", name, sum(d.Countries, figure), sum(d.Cells, figure), total)
		}
	}
	if d.Totals.Filled.Before != before.Totals.Filled || d.Totals.Filled.After != after.Totals.Filled || d.Totals.Value.Change != after.Totals.Value-before.Totals.Value {
		t.Errorf("totals are %+v", d.Totals)
	}
	var moved int64
	for _, c := range d.Corridors {
		moved += c.Placed.Change
	}
	if moved != d.Totals.Leaving.Change || moved == 0 {
		t.Errorf("corridors change by %d, leavers by %d", moved, d.Totals.Leaving.Change)
	}
	same, err := report.Compare(after, after)
	if err != nil || len(same.Countries)+len(same.Cells)+len(same.Corridors) != 0 {
		t.Errorf("a report against itself: %v, %+v", err, same)
	}
}

func TestAScenariosReportVerifiesAndItsScenarioIsAmongTheInputs(t *testing.T) {
	dir := t.TempDir()
	if err := report.WriteDir(dir, whatIf(t, nurses), small()); err != nil {
		t.Fatal(err)
	}
	files := inMemory(t, dir)
	if string(files["inputs/scenario-1.yaml"].Data) != nurses {
		t.Error("the scenario is not among the inputs")
	}
	if bad := mismatches(t, files); len(bad) > 0 {
		t.Error(bad)
	}
	for name, edited := range map[string][]byte{
		"difference.csv":         bytes.Replace(files["difference.csv"].Data, []byte(","), []byte(",1"), 60),
		"inputs/scenario-1.yaml": nil,
	} {
		changed := with(with(files, "manifest.json", nil), name, edited)
		if bad := mismatches(t, changed); len(bad) == 0 {
			t.Errorf("%s was changed and nothing is found", name)
		}
	}
	// A report of the market as it is takes the place of the scenario's, and leaves nothing of it.
	if err := report.WriteDir(dir, theSmallReport(t), small()); err != nil {
		t.Fatal(err)
	}
	if files := inMemory(t, dir); files["difference.csv"] != nil || files["inputs/scenario-1.yaml"] != nil {
		t.Error("the scenario is still there")
	}
}

func TestAScenarioAtFaultIsToldWithItsLinesBeforeAnythingIsSolved(t *testing.T) {
	for scenario, want := range map[string]string{
		strings.Replace(nurses, "triple-win", "triple", 1): "s.yaml, line 4: there is no channel triple. The channels are eea and triple-win.",
		strings.Replace(nurses, "7212", "9", 1):            "s.yaml, line 6: it meets no openings everywhere (occupation 9). Occupations there are 2212, 2221, 2512, 5223 and 7212.",
		strings.Replace(nurses, "demand", "wanted", 1):     "s.yaml, line 6, column changes: \"wanted\" is not a change.",
	} {
		_, err := report.Build(t.Context(), read(t, small()), report.Options{
			Scenarios: []report.ScenarioFile{{Name: "s.yaml", Data: []byte(scenario)}},
			Progress:  func(string, float64) { t.Error("something is solved") },
		})
		var problems *datasets.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), want) {
			t.Errorf("said %v, want %s", err, want)
		}
	}
}

func TestComparisonsStayWithinEightyColumnsAndTheirVerdictsStandLast(t *testing.T) {
	before, after := build(t, small(), report.Options{Engine: "test", RunOnly: true}), whatIf(t, nurses)
	d, err := report.Compare(before, after)
	if err != nil {
		t.Fatal(err)
	}
	e, err := report.ParseExpectation("filled DE-BY 2221 >= +10")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := d.WriteText(&b, report.Style{}, report.Judge(before, after, []report.Expectation{e})); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")) > 80 {
			t.Errorf("wider than 80 columns: %s", line)
		}
	}
	if !strings.HasSuffix(b.String(), "1 of 1 expectations hold.\n") {
		t.Errorf("it ends %q", b.String()[b.Len()-100:])
	}
}

func TestExpectationsAreJudgedByTheirGrammar(t *testing.T) {
	before, after := build(t, small(), report.Options{RunOnly: true}), whatIf(t, nurses)
	of := func(r *report.Report, region, code string) (unfilled int64) {
		for _, g := range r.Gaps {
			if g.Level == r.Level && strings.HasPrefix(g.Region, region) && strings.HasPrefix(g.Code, code) {
				unfilled += g.Unfilled
			}
		}
		return unfilled
	}
	for _, c := range []struct {
		text          string
		before, after int64
		pass          bool
	}{
		{"unfilled <= -1", before.Totals.Unfilled, after.Totals.Unfilled, true},
		{"unfilled < 0", before.Totals.Unfilled, after.Totals.Unfilled, false},
		{"openings >= +0", before.Totals.Openings, after.Totals.Openings, false},
		{"openings <= -5 %", before.Totals.Openings, after.Totals.Openings, true},
		{"unfilled DE", 0, 0, false},
		{"unfilled DE 2221 > -1200", of(before, "DE", "2221"), of(after, "DE", "2221"), true},
		{"unfilled DE-BY 22 = 0", of(before, "DE-BY", "22"), of(after, "DE-BY", "22"), of(after, "DE-BY", "22") == 0},
		{"corridor  PH DE >= +1", 150, 400, true},
		{"value = +0", before.Totals.Value, after.Totals.Value, false},
	} {
		e, err := report.ParseExpectation(c.text)
		if c.text == "unfilled DE" {
			if err == nil {
				t.Error("an expectation without an amount is taken")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		v := report.Judge(before, after, []report.Expectation{e})[0]
		if v.Pass != c.pass || v.Before != c.before || v.After != c.after {
			t.Errorf("%s: %+v, want %+v", c.text, v, c)
		}
	}
	for _, wrong := range []string{"", "filled", "filled >= ten", "filled de >= 1", "filled DE AT > 1", "filled 22 31 > 1", "filled => 1", "corridor DE > 1", "corridor DE-BY PH > 1", "value DE > 1", "filled > 5 %", "sold > 1"} {
		if _, err := report.ParseExpectation(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

func TestRunsOfAnotherLevelAreNotCompared(t *testing.T) {
	a := build(t, small(), report.Options{RunOnly: true})
	b := build(t, small(), report.Options{RunOnly: true, Level: 2})
	if _, err := report.Compare(a, b); err == nil || !strings.Contains(err.Error(), "one run is at ISCO-4 and the other at ISCO-2") {
		t.Errorf("said %v", err)
	}
}

func TestWhatCannotBeBuiltOnIsSaid(t *testing.T) {
	if _, _, is, err := report.Inputs(fstest.MapFS{}); is || err != nil {
		t.Errorf("an empty directory: %v, %v", is, err)
	}
	dir := t.TempDir()
	if err := report.WriteDir(dir, whatIf(t, nurses), small()); err != nil {
		t.Fatal(err)
	}
	if _, _, is, err := report.Inputs(inMemory(t, dir)); !is || err == nil {
		t.Errorf("the run of a scenario: %v, %v", is, err)
	}
}
