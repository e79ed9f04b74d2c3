package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets"
)

// sum is a row that several of the source add up to.
type sum struct {
	cells []string
	line  int
	n     int64
}

// write adds a figure to a row of the table, or hands the row on.
func (t *target) write(n int64) error {
	if t.sums == nil {
		return t.hand(t.cells, t.r.line, n)
	}
	var key strings.Builder
	for i, c := range t.table.Columns {
		if c.Key {
			key.WriteString(t.cells[i])
			key.WriteByte(0)
		}
	}
	s := t.sums[key.String()]
	if s == nil {
		s = &sum{cells: slices.Clone(t.cells), line: t.r.line}
		t.sums[key.String()] = s
		t.order = append(t.order, s)
	}
	s.n += n
	for i := range t.table.Columns {
		if i != t.figureAt && t.cells[i] != s.cells[i] {
			s.cells[i] = t.joined(i, s.cells[i], t.cells[i])
		}
	}
	return nil
}

// joined is the cell of a row that two of the source add up to, where they differ in it, whichever of them came first: one
// part that is estimated or assumed makes the sum so, its date is the latest, and what they do not agree in is left empty.
func (t *target) joined(i int, a, b string) string {
	c := &t.table.Columns[i]
	switch {
	case c.Name == "estimated" || c.Name == "assumed":
		return cmp.Or(a, b)
	case c.Name == "date":
		return max(a, b)
	case c.Required:
		return min(a, b)
	}
	if t.differ == nil {
		t.differ = map[int]int{}
	}
	t.differ[i]++
	return unlike
}

// unlike stands in a cell in which rows that add up are not the same: no text of a table has it.
const unlike = "\x00"

// hand checks a row of the table and hands it on.
func (t *target) hand(cells []string, line int, n int64) error {
	if t.figureAt >= 0 {
		cells[t.figureAt] = decimal(n)
	}
	t.handing = n
	checked, ok := t.check.Row(line, cells)
	t.handing = 0
	if !ok {
		return nil // the checker has said why
	}
	t.filled.Written += n
	if t.cube != nil {
		t.cube.add(checked, line, n)
		t.plausible(checked, line)
	}
	if t.fits != nil {
		t.fits.add(checked, line, n)
	}
	if t.r.to.Row == nil {
		return nil
	}
	return t.r.to.Row(t.table.File, line, checked)
}

// close hands on what was added up, and tells what shows in the table as a whole.
func (t *target) close() error {
	for _, s := range t.order {
		for i, c := range s.cells {
			if c == unlike {
				s.cells[i] = ""
			}
		}
		if err := t.hand(s.cells, s.line, s.n); err != nil {
			return err
		}
	}
	for i, c := range t.table.Columns {
		if n := t.differ[i]; n > 0 {
			t.r.found.add(Finding{Severity: Note, Kind: Mixed, Table: t.table.File, Column: c.Name, Times: n, What: "differs between rows that add up, and is left empty"})
		}
	}
	summary, err := t.check.Close()
	if err != nil {
		return fmt.Errorf("checking %s: %w", t.table.File, err)
	}
	t.filled.Rows, t.filled.Hash = summary.Rows, summary.Hash
	t.conversion()
	t.series.report(t)
	if t.cube != nil {
		t.cube.report(t)
		if err := t.comparePast(); err != nil {
			return err
		}
	}
	if t.fits != nil {
		t.fits.report(t)
	}
	t.totals.report(t)
	t.r.quality.Tables = append(t.r.quality.Tables, t.filled)
	return nil
}

// wrong notes what the checker of rows has to say.
func (t *target) wrong(x datasets.Problem) {
	f := Finding{Severity: Refusing, Kind: Unreadable, Table: t.table.File, Row: x.Row, Column: x.Column, Value: x.Value, What: x.What, Hint: x.Hint}
	switch {
	case strings.HasPrefix(x.What, "is for the same as row"):
		f.Kind = Duplicate
	case (x.Column == "coverage" || x.Column == "fit") && strings.HasPrefix(x.What, "is not between"):
		f.Kind = Implausible
	}
	if t.counts() {
		f.Figure, t.handing = t.handing, 0
	}
	t.r.found.add(f)
}
