package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
)

// ours proposes a layout for one of the tables of a market directory in other clothes: a spreadsheet of it, with other
// marks between columns or before decimals. It is nil where the sheet is none, that is, where a name is missing that the
// table needs, or one is there that the table does not have.
func ours(ctx context.Context, s *formats.Sheet) (*Proposal, error) {
	rows, err := sample(ctx, s)
	if err != nil || s.Columns != nil || len(rows) == 0 {
		return nil, err
	}
	head := 0
	for head < len(rows) && blank(rows[head].Cells) {
		head++
	}
	if head == len(rows) {
		return nil, nil //nolint:nilnil // no proposal is no error
	}
	names := make([]string, 0, len(rows[head].Cells))
	for _, n := range rows[head].Cells {
		names = append(names, squeeze(n))
	}
	for len(names) > 0 && names[len(names)-1] == "" { // spreadsheets leave empty columns behind
		names = names[:len(names)-1]
	}
	var fit []datasets.Table
	for _, t := range datasets.Tables() {
		if isOurs(t, names) {
			fit = append(fit, t)
		}
	}
	if len(fit) == 0 {
		return nil, nil //nolint:nilnil // no proposal is no error
	}
	t := fit[0]
	p := &Proposal{
		Layout:  &Layout{ID: strings.TrimSuffix(t.File, ".csv"), Title: "The table " + t.File + " of a market directory"},
		Reasons: []string{"The columns are those of " + t.File + "."},
	}
	l := p.Layout
	l.File.Sheet, l.Header.Row = s.Name, rows[head].Line
	if len(fit) > 1 {
		p.Doubts = append(p.Doubts, fmt.Sprintf("The columns are also those of %s: change file: in the layout if that is meant.", fit[1].File))
	}
	target := Target{File: t.File, Columns: map[string]Value{}}
	var amounts []int
	for i, n := range names {
		v := Value{Column: n}
		if n == "occupation" || t.File == datasets.FitsFile && (n == "from" || n == "to") {
			v.From = fromISCO // where codes have lost their zeros, they are put back
		}
		target.Columns[n] = v
		if figures[n] {
			amounts = append(amounts, i)
		}
	}
	l.Tables = []Target{target}
	p.commas(rows[head+1:], amounts)
	return p, nil
}

// isOurs is whether names are those of columns of a table, each once, with all that the table needs.
func isOurs(t datasets.Table, names []string) bool {
	for i, n := range names {
		if !slices.Contains(t.Names(), n) || slices.Contains(names[:i], n) {
			return false
		}
	}
	for _, c := range t.Columns {
		if c.Required && !slices.Contains(names, c.Name) {
			return false
		}
	}
	return true
}

// commas tells whether figures of one of our own tables have a comma before decimals. Our tables have nothing between
// thousands, so that a comma can be nothing else; only where every one of them has three digits behind it is there a doubt.
func (p *Proposal) commas(rows []formats.Row, amounts []int) {
	with, thousands := 0, 0
	for _, row := range rows {
		for _, i := range amounts {
			if i >= len(row.Cells) {
				continue
			}
			before, after, comma := strings.Cut(strings.TrimSpace(row.Cells[i]), ",")
			if comma {
				with++
				thousands += b2i(len(after) == 3 && before != "0" && len(before) <= 3)
			}
		}
	}
	if with == 0 {
		return
	}
	p.Layout.Numbers.Decimal = ","
	p.Reasons = append(p.Reasons, "Figures have a comma before decimals.")
	if thousands == with {
		p.Doubts = append(p.Doubts, "Every figure with a comma has three digits behind it: if thousands are meant, write numbers: {thousands: \",\"} in the layout.")
	}
}
