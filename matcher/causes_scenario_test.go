package matcher_test

import (
	"fmt"
	"strings"
	"testing"

	"labourmatch/matcher"
)

// A scenario of causes has in causes.txt what the engine says of why something stays empty: for every cause one inside the limit, one
// at it and one beyond.
func TestCausesAreThoseTheScenariosSentenceNames(t *testing.T) {
	scenarioFiles(t, "causes/*.txtar", "causes.txt", func(t *testing.T, f *scenarioFile) {
		m, p := f.market(t)
		r := match(t, m, p)
		f.says(t, "causes.txt", said(r, causes(t, r)))
	})
}

// said writes causes as a reader would say them: a line for each row, and one for each lift that fills something.
func said(r *matcher.Result, c *matcher.Causes) string {
	var b strings.Builder
	row := func(region string, code matcher.Code, rest int64, name string, by matcher.ByCause) {
		var parts []string
		for k, n := range by {
			if n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, matcher.Cause(k)))
			}
		}
		fmt.Fprintf(&b, "%s %s: %d %s", region, code, rest, name)
		if len(parts) > 0 {
			b.WriteString(" = " + strings.Join(parts, " + "))
		}
		b.WriteString("\n")
	}
	for v, by := range c.Openings {
		row(r.Market.Vacancies[v].Region, r.Market.Vacancies[v].Code, r.Fillings[v].Unfilled, "unfilled", by)
	}
	for w, by := range c.Workers {
		row(r.Market.Cohorts[w].Region, r.Market.Cohorts[w].Code, r.Placings[w].Unplaced, "unplaced", by)
	}
	for _, l := range c.Lifts[1:] {
		if l.Units+l.Alone+l.Last > 0 {
			fmt.Fprintf(&b, "lift %s: %d, alone %d, last %d\n", l.Cause, l.Units, l.Alone, l.Last)
		}
	}
	for _, p := range c.Pressure {
		fmt.Fprintf(&b, "beside the channels from %s to %s, major group %s: %d", p.Origin, p.Destination, p.Group, p.Units)
		if p.Ranged {
			fmt.Fprintf(&b, " (%d–%d)", p.Low, p.High)
		}
		b.WriteString("\n")
	}
	return b.String()
}
