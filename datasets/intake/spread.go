package intake

import (
	"strings"

	"labourmatch/datasets"
)

// text is the text that a value stands for in the row at hand.
func (v *Value) text(r *reader) string {
	if v.Column == "" {
		return v.Constant
	}
	text := r.at(v.Column)
	if v.Cut > 0 && len(text) > v.Cut {
		text = strings.TrimSpace(text[:v.Cut])
	}
	return text
}

// period is the period of the row at hand, by which classifications may differ.
func (t *target) period() string {
	i := t.at("period")
	if i < 0 {
		return ""
	}
	for v := &t.source[i]; v != nil; v = v.Else {
		text := v.text(t.r)
		if to, ok := v.Map[text]; ok {
			return to
		}
		if text != "" {
			return text
		}
	}
	return ""
}

// spread writes a figure into the row, or the rows, that its codes belong to.
func (t *target) spread(n int64) error {
	clear(t.cells)
	t.class, t.code = "", ""
	var parts []part
	var by *Value // of the column that has several codes
	split := -1
	for i := range t.source {
		if !t.given[i] || i == t.figureAt {
			continue
		}
		v, to, f := t.cell(i, n)
		switch {
		case f != nil:
			if f.Figure == 0 {
				f.Figure = n
			}
			t.find(*f)
			return nil
		case len(to) == 1:
			t.cells[i] = to[0].code
			t.share(to[0])
		case len(to) > 1 && split >= 0:
			t.find(Finding{Severity: Refusing, Kind: Unreadable, Column: v.Column, Value: t.r.at(v.Column), Figure: n, What: "would be split, as another column of the row is", Hint: "Map one of the two by map: with single codes"})
			return nil
		case len(to) > 1:
			parts, split, by = to, i, v
		}
	}
	t.status()
	c, f := t.convert(n)
	if f != nil {
		t.find(*f)
		return nil
	}
	t.note(n)
	if t.layout.Convert != nil {
		t.convertedRows++
		t.convertedFrom += n
		t.convertedTo += c
	}
	if split < 0 {
		return t.write(c)
	}
	if c != n {
		if _, parts, f = t.cell(split, c); f != nil {
			t.find(*f)
			return nil
		}
	}
	t.find(Finding{Severity: Note, Kind: Estimated, Column: by.Column, Figure: n, What: "was split over several codes by stated shares; the rows are marked estimated"})
	for _, p := range parts {
		t.cells[split] = p.code
		t.share(p)
		if err := t.write(p.n); err != nil {
			return err
		}
	}
	return nil
}

// cell is what a column of the table has in the row at hand, with the share of the figure that each code gets: none where
// the table may do without. A finding says why the row cannot be used.
func (t *target) cell(i int, n int64) (*Value, []part, *Finding) {
	first := &t.source[i]
	for v := first; ; v = v.Else {
		to, f := t.one(i, v, n)
		if f == nil && len(to) > 0 {
			if v != first {
				t.defaulted(first, v, n)
			}
			return v, to, nil
		}
		if v.Else == nil {
			if f != nil && f.Value == "" { // nothing anywhere: the first place to look is the column itself
				f.Column, f.Value = first.Column, first.text(t.r)
			}
			return v, nil, f
		}
	}
}

// one is what one value has for a column of the table.
func (t *target) one(i int, v *Value, n int64) ([]part, *Finding) {
	column := &t.table.Columns[i]
	text := v.text(t.r)
	switch {
	case v.Column == "":
		return []part{{code: text}}, nil
	case text == "" && v.Else != nil:
		return nil, nil
	case text == "" && column.Name == "occupation" && t.counts() && len(v.classes()) > 0 && !t.given[t.at("skill")]:
		return nil, &Finding{Severity: Warning, Kind: Unmapped, Column: v.Column, What: "is empty: the row has no occupation, and cannot be used"}
	case text == "" && !column.Required && v.Map == nil:
		return nil, nil
	case v.figure(column.Name):
		x, s := t.amount(v)
		switch s {
		case stated:
			return []part{{code: decimal(x)}}, nil
		case unreadable:
			f := t.notAFigure(v.Column, text)
			return nil, &f
		}
		return nil, nil // absent or hidden: the table may do without
	}
	if column.Text {
		text = datasets.Unguard(text) // as tables of ours have it, also when a spreadsheet saved them again
	}
	to, f := t.codes(i, v, text, n)
	if f != nil {
		f.Column, f.Value = v.Column, text
	}
	return to, f
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
	if i := t.at(column); i >= 0 {
		t.cells[i] = "yes"
	}
}
