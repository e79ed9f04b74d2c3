package intake

import (
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets"
)

// target fills one table.
type target struct {
	r      *reader
	layout *Target
	table  datasets.Table
	filled Filled
	check  *datasets.Checker

	figureAt int     // the column of the table that is the figure: count or wage
	source   []Value // of each column of the table; zero where there is none
	given    []bool
	repairs  []map[string]string // of each column, codes whose zeros are put back
	cells    []string

	handing int64 // the figure of the row that is being checked, until something is wrong with it

	sums   map[string]*sum // of tables that add up
	order  []*sum
	totals map[string]*totalled
	cube   cube
}

// sum is a row that several of the source add up to.
type sum struct {
	cells []string
	line  int
	n     int64
}

func newTarget(r *reader, layout *Target) *target {
	table, _ := datasets.TableFor(layout.File) // checked when the layout was read
	t := &target{
		r: r, layout: layout, table: table, filled: Filled{Table: table.File}, check: datasets.NewChecker(table, table.File),
		source: make([]Value, len(table.Columns)), given: make([]bool, len(table.Columns)), repairs: make([]map[string]string, len(table.Columns)),
		cells: make([]string, len(table.Columns)), totals: map[string]*totalled{},
	}
	constants := map[string]string{"source": r.layout.Source, "date": r.layout.Date, "licence": r.layout.Licence}
	for i, c := range table.Columns {
		if v, ok := layout.Columns[c.Name]; ok {
			t.source[i], t.given[i] = v, true
		} else if text, ok := constants[c.Name]; ok {
			t.source[i], t.given[i] = Value{Constant: text}, true
		}
		if c.Name == "count" || c.Name == "wage" && table.File == datasets.WagesFile {
			t.figureAt = i
		}
	}
	t.check.Tell(t.wrong)
	if t.sumsUp() {
		t.sums = map[string]*sum{}
	}
	return t
}

// counts is whether the table's figures are counts, which add up; wages do not.
func (t *target) counts() bool { return t.table.Columns[t.figureAt].Name == "count" }

// sumsUp is whether rows of the source may meet in one of the table: because the layout says so, or because codes of
// another classification do.
func (t *target) sumsUp() bool {
	if !t.counts() {
		return false
	}
	return t.layout.Sum || slices.ContainsFunc(t.source, func(v Value) bool { return crossed(v.From) })
}

// state is what a cell of figures holds.
type state int

const (
	stated     state = iota
	absent           // nothing, or a mark of a figure that does not exist
	hidden           // a mark of a figure that is not told
	unreadable       // anything else
)

// figure reads the figure of the row at hand, in millionths.
func (t *target) figure() (int64, state) {
	v := &t.source[t.figureAt]
	if v.Column == "" {
		n, ok := Numbers{}.parse(v.Constant)
		if !ok {
			return 0, unreadable
		}
		return n, stated
	}
	n, s := t.r.number(v.Column)
	if s != stated {
		return 0, s
	}
	if v.Minus != "" {
		m, s := t.r.number(v.Minus)
		if s != stated {
			return 0, s
		}
		n -= m
	}
	if v.Times > 0 {
		if n > maxFigure/v.Times {
			return 0, unreadable
		}
		n *= v.Times
	}
	return n, stated
}

// number reads a figure of the row at hand, with its multiplier where the message states one.
func (r *reader) number(column string) (int64, state) {
	text := r.at(column)
	switch {
	case slices.Contains(r.layout.Suppressed, text) && text != "":
		return 0, hidden
	case text == "" && r.withheld():
		return 0, hidden
	case text == "" || slices.Contains(r.layout.Missing, text):
		return 0, absent
	}
	n, ok := r.layout.Numbers.parse(text)
	if !ok && r.message {
		n, ok = parseScientific(text)
	}
	if !ok {
		return 0, unreadable
	}
	return r.multiplied(n)
}

// row reads the row at hand into the table.
func (t *target) row() error {
	for i := range t.layout.Only {
		if !t.layout.Only[i].holds(t.r) {
			return nil
		}
	}
	n, s := t.figure()
	name := t.source[t.figureAt].Column
	switch s {
	case absent:
		t.find(Finding{Severity: Note, Kind: Missing, Column: name, Value: t.r.at(name), What: "has no figure"})
		return nil
	case hidden:
		t.find(Finding{Severity: Warning, Kind: Suppressed, Column: name, Value: t.r.at(name), What: "is suppressed by the source and stays unknown: it is not zero"})
		return nil
	case unreadable:
		t.find(Finding{
			Severity: Refusing, Kind: Unreadable, Column: name, Value: t.r.at(name), What: "is not a figure as the layout says figures are written",
			Hint: t.r.layout.Numbers.hint(t.r.at(name)),
		})
		return nil
	}
	if t.counts() {
		t.filled.Read += n
	}
	if f, out := t.r.restricted(); out {
		f.Figure = n
		t.find(f)
		return nil
	}
	if n < 0 {
		t.find(Finding{Severity: Refusing, Kind: Unreadable, Column: name, Value: t.r.at(name), Figure: n, What: "is below zero", Hint: "Counts and wages never are; leave such rows out by ignore: if they are corrections"})
		return nil
	}
	t.part(n)
	return t.spread(n)
}

// spread writes a figure into the row, or the rows, that its codes belong to.
func (t *target) spread(n int64) error {
	clear(t.cells)
	parts, split := []part(nil), -1
	for i := range t.source {
		v := &t.source[i]
		if !t.given[i] || i == t.figureAt {
			continue
		}
		if v.Column == "" {
			t.cells[i] = v.Constant
			continue
		}
		text := t.r.at(v.Column)
		if v.Cut > 0 && len(text) > v.Cut {
			text = strings.TrimSpace(text[:v.Cut])
		}
		if text == "" && !t.table.Columns[i].Required && v.Map == nil {
			continue
		}
		if v.figure(t.table.Columns[i].Name) {
			x, s := t.r.number(v.Column)
			switch s {
			case stated:
				if v.Times > 0 && x <= maxFigure/v.Times {
					x *= v.Times
				}
				t.cells[i] = decimal(x)
			case absent, hidden: // the table may do without
			case unreadable:
				t.find(Finding{Severity: Refusing, Kind: Unreadable, Column: v.Column, Value: text, What: "is not a figure as the layout says figures are written", Hint: t.r.layout.Numbers.hint(text)})
				return nil
			}
			continue
		}
		to, f := v.codes(text, t.repairs[i], n, t.counts())
		if f != nil {
			f.Column, f.Value, f.Figure = v.Column, text, n
			if f.What == notISCO {
				f.Hint = t.r.suggest(text)
			}
			t.find(*f)
			return nil
		}
		if len(to) == 1 {
			t.cells[i] = to[0].code
			t.share(to[0])
		} else if split >= 0 {
			t.find(Finding{Severity: Refusing, Kind: Unreadable, Column: v.Column, Value: text, What: "would be split, as another column of the row is", Hint: "Map one of the two by map: with single codes"})
			return nil
		} else {
			parts, split = to, i
		}
	}
	t.status()
	if split < 0 {
		return t.write(n)
	}
	t.find(Finding{Severity: Note, Kind: Estimated, Column: t.source[split].Column, Figure: n, What: "was split over several codes by stated shares; the rows are marked estimated"})
	for _, p := range parts {
		t.cells[split] = p.code
		t.share(p)
		if err := t.write(p.n); err != nil {
			return err
		}
	}
	return nil
}

// share marks how a share of the row came about.
func (t *target) share(p part) {
	if p.estimated {
		t.mark("estimated")
	}
	if p.assumed {
		t.mark("assumed")
	}
}

// status marks what the message says of its observation.
func (t *target) status() {
	f, estimated := t.r.observed()
	if f != nil {
		t.find(*f)
	}
	if estimated {
		t.mark("estimated")
	}
}

// mark says yes in a column that the table may have.
func (t *target) mark(column string) {
	if i := slices.IndexFunc(t.table.Columns, func(c datasets.Column) bool { return c.Name == column }); i >= 0 {
		t.cells[i] = "yes"
	}
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
	for i, c := range t.table.Columns { // one part that is estimated or assumed makes the sum so
		if (c.Name == "estimated" || c.Name == "assumed") && t.cells[i] == "yes" {
			s.cells[i] = "yes"
		}
	}
	return nil
}

// hand checks a row of the table and hands it on.
func (t *target) hand(cells []string, line int, n int64) error {
	cells[t.figureAt] = decimal(n)
	t.handing = n
	checked, ok := t.check.Row(line, cells)
	t.handing = 0
	if !ok {
		return nil // the checker has said why
	}
	t.filled.Written += n
	t.cube.add(t, checked, line, n)
	if t.r.to.Row == nil {
		return nil
	}
	return t.r.to.Row(t.table.File, line, checked)
}

// wrong notes what the checker of rows has to say.
func (t *target) wrong(x datasets.Problem) {
	f := Finding{Severity: Refusing, Kind: Unreadable, Table: t.table.File, Row: x.Row, Column: x.Column, Value: x.Value, What: x.What, Hint: x.Hint}
	if strings.HasPrefix(x.What, "is for the same as row") {
		f.Kind = Duplicate
	}
	if t.counts() {
		f.Figure, t.handing = t.handing, 0
	}
	t.r.found.add(f)
}

// close hands on what was added up, and tells what shows in the table as a whole.
func (t *target) close() error {
	for _, s := range t.order {
		if err := t.hand(s.cells, s.line, s.n); err != nil {
			return err
		}
	}
	summary, err := t.check.Close()
	if err != nil {
		return fmt.Errorf("checking %s: %w", t.table.File, err)
	}
	t.filled.Rows, t.filled.Hash = summary.Rows, summary.Hash
	t.cube.report(t)
	t.r.quality.Tables = append(t.r.quality.Tables, t.filled)
	return nil
}

// find notes a finding of the row at hand.
func (t *target) find(f Finding) {
	f.Table = t.table.File
	if !t.counts() {
		f.Figure = 0 // wages do not add up
	}
	if f.Row == 0 {
		f.Row = t.r.line
	}
	t.r.found.add(f)
}
