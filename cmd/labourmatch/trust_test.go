package main_test

import (
	"strings"
	"testing"
)

func TestTheValidationPageIsWhatTheCommandPrintsToday(t *testing.T) {
	p := newPlace(t)
	keep(t, "docs/validation.md", p.must(t, "validate", "--format", "markdown").out)
	narrow(t, p.must(t, "validate").out)
}

func TestThePageOfAssumptionsIsWhatTheCommandPrintsToday(t *testing.T) {
	p := newPlace(t)
	keep(t, "docs/assumptions.md", p.must(t, "assumptions", "--format", "markdown").out)
}

func TestAMarketOfOnesOwnHasItsPageOfAssumptions(t *testing.T) {
	p := newPlace(t)
	p.readmesMarket(t)
	text := p.must(t, "assumptions", "my-market").out
	narrow(t, text)
	if !strings.Contains(text, "mobile") || !strings.Contains(text, "coverage of vacancies.csv") {
		t.Errorf("the page leaves assumptions out:\n%s", text)
	}
	if r := p.run(t, "assumptions", "my-market", "--format", "pdf"); r.code != 2 {
		t.Errorf("an unknown format ends with exit code %d, want 2", r.code)
	}
}

// narrow fails where a line is wider than a terminal of 80 columns.
func narrow(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("a line has %d columns, more than 80: %s", n, line)
		}
	}
}
