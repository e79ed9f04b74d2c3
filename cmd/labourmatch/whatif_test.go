package main_test

import (
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
)

// signScenario fits the tiny market: its one channel gets 30 more places, the most that anybody uses.
const signScenario = `name: sign
title: More places for nurses
changes:
  - quota: ph-de-nurses
    to: 80
`

func TestAWhatIfIsPrintedWrittenVerifiedAndCompared(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "market")
	p.write(t, "sign.yaml", signScenario)
	p.must(t, "match", "market", "-o", "before")
	r := p.must(t, "what-if", "market", "--scenario", "sign.yaml", "-o", "after")
	keep(t, filepath.Join("cmd", "labourmatch", "testdata", "what-if.txt"), r.out)
	for line := range strings.Lines(r.out) {
		if text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")) > 80 || strings.Contains(line, "\x1b") {
			t.Errorf("wider than 80 columns, or coloured: %s", line)
		}
	}
	if again := p.must(t, "what-if", "before", "--scenario", "sign.yaml"); again.out != r.out {
		t.Errorf("from the report directory it is another:\n%s", again.out)
	}
	if r := p.must(t, "verify", "after"); !strings.Contains(r.out, "after holds") {
		t.Errorf("verify says %q", r.out)
	}
	p.write(t, "after/inputs/scenario-1.yaml", strings.Replace(signScenario, "80", "79", 1))
	if r := p.run(t, "verify", "after"); r.code != 1 || !strings.Contains(r.errors, "found filled                               205             235") || !strings.Contains(r.errors, "inputs/scenario-1.yaml, edited") {
		t.Errorf("an edited scenario: exit code %d, said %q", r.code, r.errors)
	}
	if r := p.run(t, "what-if", "after", "--scenario", "sign.yaml"); r.code != 1 || !strings.Contains(r.errors, "it is the run of a scenario already") {
		t.Errorf("a scenario on top of a run of one: exit code %d, said %q", r.code, r.errors)
	}
	r = p.must(t, "compare", "before", "after", "--expect", "filled >= +30", "--expect", "unfilled DE <= -50 %", "--expect", "corridor PH DE = 80")
	keep(t, filepath.Join("cmd", "labourmatch", "testdata", "compare.txt"), r.out)
	r = p.run(t, "compare", "before", "after", "--expect", "filled > +30", "--expect", "filled DE 22 >= 110")
	if r.code != 1 || !strings.Contains(r.out, "FAIL  filled > +30") || !strings.Contains(r.out, "pass  filled DE 22 >= 110") || r.errors != "" {
		t.Errorf("an expectation that fails: exit code %d, printed\n%s%s", r.code, r.out, r.errors)
	}
	var document struct {
		Totals       struct{ Filled struct{ Change int } }
		Expectations []struct{ Pass bool }
	}
	r = p.run(t, "compare", "before", "after", "--format", "json", "--expect", "filled > +30")
	if err := json.Unmarshal([]byte(r.out), &document); err != nil || r.code != 1 || document.Totals.Filled.Change != 30 || len(document.Expectations) != 1 || document.Expectations[0].Pass {
		t.Errorf("as JSON: exit code %d, %v, %+v", r.code, err, document)
	}
	rows, err := csv.NewReader(strings.NewReader(p.must(t, "compare", "before", "after", "--format", "csv").out)).ReadAll()
	if err != nil || len(rows) != 1+1+2+2+1 { // head, total, two countries, two cells, one corridor
		t.Errorf("as CSV: %v, %d rows", err, len(rows))
	}
}

func TestScenariosAreAppliedInTheirOrderAndRefusedWithTheirLines(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "market")
	p.write(t, "sign.yaml", signScenario)
	p.write(t, "half.yaml", "name: half\ntitle: Half the places\nchanges:\n  - quota: ph-de-nurses\n    to: x0.5\n")
	for order, line := range map[string]string{"sign.yaml half.yaml": "80 to 40", "half.yaml sign.yaml": "25 to 80"} {
		first, second, _ := strings.Cut(order, " ")
		if r := p.must(t, "what-if", "market", "--scenario", first, "--scenario", second); !strings.Contains(r.out, line) {
			t.Errorf("%s: printed\n%s", order, r.out)
		}
	}
	p.write(t, "slip.yaml", "name: slip\ntitle: A slip\nchanges:\n  - quota: ph-de-nurse\n    to: 5\n  - supply: +10\n    region: NO\n")
	r := p.run(t, "what-if", "market", "--scenario", "slip.yaml")
	for _, says := range []string{
		"slip.yaml, line 4: there is no channel ph-de-nurse. The channels are ph-de-nurses.",
		"slip.yaml, line 6: it meets no workers in NO. There are some in DE and PH.",
	} {
		if r.code != 1 || r.out != "" || !strings.Contains(r.errors, says) {
			t.Errorf("a slip: exit code %d, said %q, not %q", r.code, r.errors, says)
		}
	}
	if r := p.run(t, "what-if", "market", "--scenario", "none.yaml"); r.code != 1 || !strings.Contains(r.errors, "there is no scenario none.yaml") {
		t.Errorf("no file: exit code %d, said %q", r.code, r.errors)
	}
}

func TestExplainTellsTheStoryOfEitherSide(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "market")
	keep(t, filepath.Join("cmd", "labourmatch", "testdata", "explain-vacancy.txt"), p.must(t, "explain", "market", "--vacancy", "DE:2221").out)
	keep(t, filepath.Join("cmd", "labourmatch", "testdata", "explain-workers.txt"), p.must(t, "explain", "market", "--workers", "PH:2221").out)
	change := p.must(t, "explain", "market", "--vacancy", "DE:2221", "--change", "1").out
	p.write(t, "change.yaml", change)
	if r := p.must(t, "what-if", "market", "--scenario", "change.yaml"); !strings.Contains(r.out, "What would have to change") && !strings.Contains(r.out, "Totals") && !strings.Contains(r.out, "TOTALS") {
		t.Errorf("the change\n%s\nmade prints\n%s", change, r.out)
	}
	if r := p.run(t, "explain", "market", "--vacancy", "DE:2221", "--change", "99"); r.code != 1 || !strings.Contains(r.errors, "so there is no change 99") {
		t.Errorf("a change that is not there: exit code %d, said %q", r.code, r.errors)
	}
	if r := p.must(t, "explain", "market", "--vacancy", "DE:2221", "--trials", "0"); strings.Contains(r.out, "WHAT WOULD HAVE TO CHANGE") {
		t.Errorf("nothing is to be tried, and the story is\n%s", r.out)
	}
	if r := p.run(t, "explain", "market", "--vacancy", "DE:2222"); r.code != 1 || !strings.Contains(r.errors, "there are no vacancies DE:2222; there are DE:2221, DE:5321 and DE:7411") {
		t.Errorf("a cell that is not there: exit code %d, said %q", r.code, r.errors)
	}
	for args, says := range map[string]string{
		"explain market":                              "name one cell after --vacancy or --workers",
		"explain market --vacancy DE":                 `"DE" is no cell; write region and code, as in DE:2221`,
		"explain market --vacancy DE:1 --format csv":  `--format is "csv"; use table or json`,
		"what-if market":                              "name one to nine files after --scenario",
		"what-if market --scenario x --format xml":    `--format is "xml"; use table, json or csv`,
		"compare market":                              "B, the report directory after, is missing",
		"compare market market --expect filed>=1":     `there is no figure "filed"; there are openings, filled`,
		"compare market market --expect unfilled<10%": "a percentage is of A's figure and needs a sign",
		"compare market market --expect corridor>=1":  "a corridor has two countries",
	} {
		if r := p.run(t, strings.Fields(args)...); r.code != 2 || r.out != "" || !strings.Contains(r.errors, says) || !strings.Contains(r.errors, "--help") {
			t.Errorf("labourmatch %s: exit code %d, said %q; want 2 and %q", args, r.code, r.errors, says)
		}
	}
}
