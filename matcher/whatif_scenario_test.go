package matcher_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// A file of testdata/what-if has a scenario, and want-scenario.txt: what each change touched and what comes out, or why the scenario is
// refused.
func TestWhatIfsEndAsTheirSentenceSays(t *testing.T) {
	names := scenarioFiles(t, "what-if/*.txtar", "want-scenario.txt", func(t *testing.T, f *scenarioFile) {
		f.says(t, "want-scenario.txt", whatIf(t, f))
	})
	kinds := map[string]int{}
	for _, name := range names {
		kind, _, _ := strings.Cut(name, "_")
		kinds[kind]++
	}
	for _, kind := range []string{"open", "close", "quota", "train", "supply", "demand", "wages", "displace", "idle", "drop", "set", "order"} {
		if kinds[kind] < 3 {
			t.Errorf("of %s there are %d scenarios, and a rule has three at least: inside, at and beyond its limit", kind, kinds[kind])
		}
	}
}

// whatIf applies a scenario to a market directory and writes what it touched and what came out, going on from the base where
// that can be matched.
func whatIf(t *testing.T, f *scenarioFile) string {
	t.Helper()
	m, as := f.market(t)
	s, err := datasets.ReadScenario([]byte(f.part("scenario.yaml")), "scenario.yaml", m.Period)
	if err != nil {
		t.Fatal(err)
	}
	changed, policy, touched, err := datasets.ApplyScenarios(m, as, []*matcher.Scenario{s}, []string{"scenario.yaml"})
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
	if before, err := matcher.Match(context.Background(), m, as, matcher.Options{}); err == nil {
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
