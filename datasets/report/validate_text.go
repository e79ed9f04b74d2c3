package report

import (
	"fmt"
	"io"
	"strings"

	colours "github.com/jedib0t/go-pretty/v6/text"
)

// judgedShown is how many misses and alarms of a list the text shows, the tightest first; the document has them all.
const judgedShown = 6

// WriteText writes the validation for people to read.
func (v *Validation) WriteText(w io.Writer, s Style) error {
	p := newPage(w, s)
	p.line(p.paint(colours.Bold, "Held against published lists: "+v.Title))
	p.line(p.paint(colours.Faint, strings.Repeat("─", p.width)))
	return v.set(p, judgedShown)
}

// WriteMarkdown writes it as a document.
func (v *Validation) WriteMarkdown(w io.Writer) error {
	m := newMarkdown(w)
	m.WriteString("# Validation\n\nWritten by `labourmatch validate --format markdown`; a test keeps it so. Market: " + v.Title + ".\n")
	return v.set(m, 0)
}

const validationSays = "Published lists say which occupations are short. None of those below was an input of what it is held " +
	"against: every country is solved alone, and its gaps are compared with the list. Flagged groups ought to rank above the " +
	"others."

// set sets the whole; at most shown misses and alarms of each list, 0 for all.
func (v *Validation) set(p setter, shown int) error {
	p.prose(0, 0, validationSays)
	p.section("Agreement by tightness")
	var rows [][]string
	for i := range v.Lists {
		t := &v.Lists[i]
		a := t.Agreement[0]
		rows = append(rows, []string{
			t.Title, t.Against, fmt.Sprintf("ISCO-%d", t.Level), comma(int64(t.Groups)), comma(int64(t.Flagged)),
			decimals(a.Above, "%.2f"), said(a.Chance), decimals(a.Tau, "%.2f"),
		})
	}
	p.grid([]column{
		{title: "List", flex: true, lines: 2},
		{title: "Held to"},
		{title: "Level"},
		{title: "Groups", right: true},
		{title: "Flagged", right: true},
		{title: "Above", right: true},
		{title: "Chance", right: true},
		{title: "τ-b", right: true},
	}, rows)
	p.prose(2, 0, "Above is the probability that a flagged group ranks above an unflagged one: 0.50 is blind, 1 perfect. Chance is the "+
		"probability that as many flags dealt at random rank as high, by the exact test of Mann and Whitney with ties. τ-b is "+
		"Kendall's rank correlation with the list's own degree. Shares are ranked to the hundredth: what is finer is rounding.")
	for i := range v.Lists {
		v.Lists[i].set(p, shown)
	}
	p.section("What this does not show")
	for _, s := range limits(v.Period) {
		p.prose(2, 2, "· "+s)
	}
	if err := p.Flush(); err != nil {
		return fmt.Errorf("write the validation: %w", err)
	}
	return nil
}

// said writes a probability as reports do.
func said(p *float64) string {
	if p != nil && *p < 0.001 {
		return "<0.001"
	}
	return decimals(p, "%.3f")
}

var measureTitles = map[string]string{
	measureTight: "tightness: openings ÷ (openings + idle)",
	measureAlone: "alone: beyond the idle of occupation and region",
	measureLeft:  "left: unfilled after placement",
}

func (t *Tested) set(p setter, shown int) {
	p.section(t.Title + ", held to " + regionName(t.Against))
	say := fmt.Sprintf("Groups at ISCO-%d: %s, flagged %s. %s.", t.Level, comma(int64(t.Groups)), comma(int64(t.Flagged)), t.Rule)
	if t.Absent > 0 {
		say += fmt.Sprintf(" Not in the market: %d more.", t.Absent)
	}
	if t.Estimated > 0 {
		say += fmt.Sprintf(" In the market %d of them have figures that are mostly shares of wider classes of its source.", t.Estimated)
	}
	if t.Note != "" {
		say += " " + t.Note
	}
	p.prose(2, 0, say)
	p.prose(2, 0, "Source: "+strings.TrimSuffix(t.Source, ".")+".")
	var rows [][]string
	for _, a := range t.Agreement {
		rows = append(rows, []string{measureTitles[a.Measure], decimals(a.Above, "%.2f"), said(a.Chance), decimals(a.Tau, "%.2f")})
	}
	p.grid([]column{
		{title: "Our gap, as share of openings", flex: true},
		{title: "Above", right: true},
		{title: "Chance", right: true},
		{title: "τ-b", right: true},
	}, rows)
	hits := make([]string, 0, len(t.Hits))
	for _, g := range t.Hits {
		hits = append(hits, g.Code)
	}
	p.prose(2, 0, fmt.Sprintf("Hits, flagged and among the %d tightest: %s.", t.Flagged, listed(hits)))
	setJudged(p, "Misses, flagged and not among them", t.Misses, shown)
	setJudged(p, "False alarms, among them and not flagged", t.Alarms, shown)
}

// listed joins what there is, or says that there is nothing.
func listed(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, " ")
}

func setJudged(p setter, title string, groups []Judged, shown int) {
	if len(groups) == 0 {
		p.prose(2, 0, title+": none.")
		return
	}
	p.prose(2, 0, fmt.Sprintf("%s: %d.", title, len(groups)))
	var rows [][]string
	for i, g := range groups {
		if shown > 0 && i == shown {
			break
		}
		rows = append(rows, []string{g.Code + " " + g.Title, count(g.Openings), count(g.Idle), comma(int64(g.Rank)), g.Why})
	}
	p.grid([]column{
		{title: "Occupation", most: 24},
		{title: "Open", right: true},
		{title: "Idle", right: true},
		{title: "Rank", right: true},
		{title: "Why", flex: true, lines: 6},
	}, rows)
	if more := len(groups) - shown; shown > 0 && more > 0 {
		p.prose(2, 0, fmt.Sprintf("and %d more; --format markdown has them all.", more))
	}
}

// limits say what a reader must not take from agreement or the lack of it.
func limits(period string) []string {
	return []string{
		"The lists are of other years than the market's (" + period + "), so a miss may be a change.",
		"A list of another country tests whether the same occupations are short in both, not whether the gap is right.",
		"Lists flag what employers find hard to fill; reasons such as pay, hours or place do not show in counts.",
		"After placement almost nothing is left unfilled in a country with many idle: left can hardly rank occupations there, and is " +
			"no sign of shortage. Tightness and alone are.",
	}
}
