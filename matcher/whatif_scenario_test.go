package matcher_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// A file of testdata/what-if is a market directory, a scenario, a sentence that says what must happen and why, and
// want-scenario.txt: what each change touched and what comes out, or why the scenario is refused.
func TestWhatIfsEndAsTheirSentenceSays(t *testing.T) {
	files, err := filepath.Glob("testdata/what-if/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	kinds := map[string]int{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		kind, _, _ := strings.Cut(name, "_")
		kinds[kind]++
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			market, want, text := fstest.MapFS{}, -1, []byte(nil)
			for i, f := range archive.Files {
				switch f.Name {
				case "want-scenario.txt":
					want = i
				case "scenario.yaml":
					text = f.Data
				default:
					market[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			got := whatIf(t, market, text)
			kept(t, file, archive, want, got)
		})
	}
	for _, kind := range []string{"open", "close", "quota", "train", "supply", "demand", "wages", "displace", "idle", "drop", "set", "order"} {
		if kinds[kind] < 3 {
			t.Errorf("of %s there are %d scenarios, and a rule has three at least: inside, at and beyond its limit", kind, kinds[kind])
		}
	}
}

// whatIf applies a scenario to a market directory and writes what it touched and what came out, going on from the base where
// that can be matched.
func whatIf(t *testing.T, market fstest.MapFS, text []byte) string {
	t.Helper()
	d, err := datasets.Read(market)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Market(d.Level())
	if err != nil {
		t.Fatal(err)
	}
	s, err := datasets.ReadScenario(text, "scenario.yaml", m.Period)
	if err != nil {
		t.Fatal(err)
	}
	changed, policy, touched, err := datasets.ApplyScenarios(m, d.Policy(), []*matcher.Scenario{s}, []string{"scenario.yaml"})
	var problems *datasets.Problems
	if errors.As(err, &problems) {
		return problems.Error() + "\n"
	}
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, c := range touched {
		fmt.Fprintf(&b, "line %d: %s (rows %d, persons %+d)\n", c.Line, c.Text, c.Rows, c.Persons)
	}
	after := match(t, changed, policy)
	if before, err := matcher.Match(context.Background(), m, d.Policy(), matcher.Options{}); err == nil {
		again, _, err := matcher.WhatIf(context.Background(), before, s, matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if outcome(again) != outcome(after) {
			t.Errorf("going on from the base gives\n%s", outcome(again))
		}
		fmt.Fprintf(&b, "as it is\n%s", outcome(before))
	}
	return b.String() + "what if\n" + outcome(after)
}
