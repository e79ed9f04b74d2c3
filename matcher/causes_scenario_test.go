package matcher_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// A scenario of causes is a market directory, a sentence that says why something stays empty, and causes.txt, what the
// engine says to that: for every cause one inside the limit, one at it and one beyond.
func TestCausesAreThoseTheScenariosSentenceNames(t *testing.T) {
	files, err := filepath.Glob("testdata/causes/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			market, want := fstest.MapFS{}, -1
			for i, f := range archive.Files {
				if f.Name == "causes.txt" {
					want = i
					continue
				}
				market[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			d, err := datasets.Read(market)
			if err != nil {
				t.Fatal(err)
			}
			m, err := d.Market(d.Level())
			if err != nil {
				t.Fatal(err)
			}
			r := match(t, m, d.Policy())
			got := said(r, causes(t, r))
			kept(t, file, archive, want, got)
		})
	}
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
