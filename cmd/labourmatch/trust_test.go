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

// narrow fails where a line is wider than a terminal of 80 columns.
func narrow(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("a line has %d columns, more than 80: %s", n, line)
		}
	}
}
