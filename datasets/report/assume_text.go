package report

import (
	"fmt"
	"io"
	"strings"

	colours "github.com/jedib0t/go-pretty/v6/text"
)

// WriteText writes the page for people to read.
func (a *Assumptions) WriteText(w io.Writer, s Style) error {
	p := newPage(w, s)
	for _, l := range wrap("What was assumed: "+a.Title, p.width, p.width) {
		p.line(p.paint(colours.Bold, l))
	}
	p.line(p.paint(colours.Faint, strings.Repeat("─", p.width)))
	return a.set(p)
}

// WriteMarkdown writes it as a document.
func (a *Assumptions) WriteMarkdown(w io.Writer) error {
	m := newMarkdown(w)
	m.WriteString("# What was assumed\n\nWritten by `labourmatch assumptions --format markdown`. Market: " + a.Title + ".\n")
	return a.set(m)
}

func (a *Assumptions) set(p setter) error {
	t := a.Totals
	p.prose(0, 0, fmt.Sprintf("As assumed, at ISCO-%d and by order %s, %s of %s openings are filled, %s of them from abroad, and the placements "+
		"gain %s a year. Each assumption is tried otherwise, one at a time, and these are the changes; the largest come first.",
		a.Level, a.Order, comma(t.Filled), comma(t.Openings), comma(t.FilledBy.abroad()), money(t.Value)))
	var rows [][]string
	var idle []string
	for _, row := range a.List {
		if row.Filled == 0 && row.Value == 0 {
			idle = append(idle, row.Name)
			continue
		}
		for i, trial := range row.Trials {
			name, used := row.Name+": "+row.Text, row.Used
			if i > 0 {
				name, used = "", ""
			}
			rows = append(rows, []string{
				name, used, trial.Tried, withSign(trial.Filled - t.Filled), withSign(trial.FilledBy.abroad() - t.FilledBy.abroad()),
				signedMoney(trial.Totals.Value - t.Value),
			})
		}
	}
	p.grid([]column{
		{title: "Assumed", flex: true, lines: 3},
		{title: "Used", right: true},
		{title: "Tried", right: true},
		{title: "Filled", right: true},
		{title: "Abroad", right: true},
		{title: "Value/yr", right: true},
	}, rows)
	p.prose(2, 0, "Filled and abroad are openings, value is in PPP$. Numbers are tried at half and at double, within their range; 0 at half "+
		"of its range. Nothing here says how likely a trial is.")
	if len(idle) > 0 {
		p.prose(2, 0, "Without effect on this market: "+strings.Join(idle, ", ")+".")
	}
	if err := p.Flush(); err != nil {
		return fmt.Errorf("write the assumptions: %w", err)
	}
	return nil
}

// withSign writes a change, with its sign.
func withSign(n int64) string {
	if n > 0 {
		return "+" + comma(n)
	}
	return comma(n)
}

func signedMoney(n int64) string {
	if n > 0 {
		return "+" + shortMoney(n)
	}
	return shortMoney(n)
}
