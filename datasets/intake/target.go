package intake

import (
	"slices"

	"labourmatch/datasets"
)

// target fills one table.
type target struct {
	r      *reader
	layout *Target
	table  datasets.Table
	filled Filled
	check  *datasets.Checker

	figureAt int     // the column of the table that is the figure, such as count or wage; -1 where it has none
	source   []Value // of each column of the table; zero where there is none
	given    []bool
	repairs  []map[string]map[string]string // of each column and classification, codes whose zeros are put back
	cells    []string
	class    string // the classification that the occupation of the row at hand is of; "" where it is none
	code     string // its code in that classification

	handing int64 // the figure of the row that is being checked, until something is wrong with it

	sums   map[string]*sum // of tables that add up
	order  []*sum
	differ map[int]int // columns in which rows that add up were not the same, and how often

	convertedRows              int
	convertedFrom, convertedTo int64

	totals hierarchy
	series series
	cube   *cube // nil of tables without regions and years
	fits   *fitCheck
}

// mainFigures are the figures of tables, by which rows are read; tables without one have their rows as they are.
var mainFigures = map[string]string{
	datasets.VacanciesFile: "count", datasets.WorkersFile: "count", datasets.WagesFile: "wage", datasets.FitsFile: "fit", datasets.PricesFile: "price_level",
}

func newTarget(r *reader, layout *Target) *target {
	table, _ := datasets.TableFor(layout.File) // checked when the layout was read
	t := &target{
		r: r, layout: layout, table: table, filled: Filled{Table: table.File}, check: datasets.NewChecker(table, table.File),
		source: make([]Value, len(table.Columns)), given: make([]bool, len(table.Columns)),
		repairs: make([]map[string]map[string]string, len(table.Columns)), cells: make([]string, len(table.Columns)),
	}
	constants := map[string]string{"source": r.layout.Source, "date": r.layout.Date, "licence": r.layout.Licence}
	for i, c := range table.Columns {
		if v, ok := layout.Columns[c.Name]; ok {
			t.source[i], t.given[i] = v, true
		} else if text, ok := constants[c.Name]; ok {
			t.source[i], t.given[i] = Value{Constant: text}, true
		}
	}
	t.figureAt = t.at(mainFigures[table.File])
	t.check.Tell(t.wrong)
	switch table.File {
	case datasets.VacanciesFile, datasets.WorkersFile, datasets.WagesFile:
		t.cube = newCube(t.table)
	case datasets.FitsFile:
		t.fits = &fitCheck{}
	}
	if t.sumsUp() {
		t.sums = map[string]*sum{}
	}
	return t
}

// at is where the table has a column; -1 where it has none of that name.
func (t *target) at(name string) int {
	return slices.IndexFunc(t.table.Columns, func(c datasets.Column) bool { return c.Name == name })
}

// counts is whether the table's figures are counts, which add up; wages do not.
func (t *target) counts() bool {
	return t.figureAt >= 0 && t.table.Columns[t.figureAt].Name == "count"
}

// sumsUp is whether rows of the source may meet in one of the table: because the layout says so, or because codes of
// another classification do.
func (t *target) sumsUp() bool {
	if !t.counts() {
		return false
	}
	return t.layout.Sum || slices.ContainsFunc(t.source, func(v Value) bool { return slices.ContainsFunc(v.classes(), crossed) })
}

// state is what a cell of figures holds.
type state int

const (
	stated     state = iota
	absent           // nothing, or a mark of a figure that does not exist
	hidden           // a mark of a figure that is not told
	unreadable       // anything else
)

// figure reads the figure of the row at hand, in millionths, and says where it was taken from.
func (t *target) figure() (int64, state, *Value) {
	if t.figureAt < 0 {
		return 0, stated, &Value{}
	}
	v := &t.source[t.figureAt]
	for {
		n, s := t.amount(v)
		if s != absent || v.Else == nil {
			return n, s, v
		}
		v = v.Else
	}
}

// amount is the figure that a value stands for in the row at hand.
func (t *target) amount(v *Value) (int64, state) {
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
		if n > maxFigure/v.Times || n < -maxFigure/v.Times {
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
	n, s, from := t.figure()
	name := from.Column
	switch s {
	case absent:
		t.find(Finding{Severity: Note, Kind: Missing, Column: name, Value: t.r.at(name), What: "has no figure"})
		return nil
	case hidden:
		t.find(Finding{Severity: Warning, Kind: Suppressed, Column: name, Value: t.r.at(name), What: "is suppressed by the source and stays unknown: it is not zero"})
		return nil
	case unreadable:
		t.find(t.notAFigure(name, t.r.at(name)))
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
	if n < 0 && t.figureAt >= 0 {
		t.find(Finding{Severity: Refusing, Kind: Unreadable, Column: name, Value: t.r.at(name), Figure: n, What: "is below zero", Hint: "Counts and wages never are; leave such rows out by ignore: if they are corrections"})
		return nil
	}
	if t.figureAt >= 0 && from != &t.source[t.figureAt] {
		t.defaulted(&t.source[t.figureAt], from, n)
	}
	t.part(n)
	return t.spread(n)
}

func (t *target) notAFigure(column, text string) Finding {
	return Finding{
		Severity: Refusing, Kind: Unreadable, Column: column, Value: text, What: "is not a figure as the layout says figures are written",
		Hint: t.r.layout.Numbers.hint(text),
	}
}

// defaulted tells that a row had nothing that is known in a column, and what the layout has in its place.
func (t *target) defaulted(v, from *Value, n int64) {
	what := "says nothing that is known; the layout has " + from.Constant + " for it"
	if from.Column != "" {
		what = "says nothing that is known; the layout goes by " + from.Column + " then"
	}
	t.find(Finding{Severity: Note, Kind: Defaulted, Column: v.Column, Value: t.r.at(v.Column), Figure: n, What: what})
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
