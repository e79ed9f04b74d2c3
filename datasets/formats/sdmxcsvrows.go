package formats

import (
	"fmt"
	"slices"
	"strings"
)

// fits says whether a record has the cells that the header names and is there to be kept.
func (l *csvLayout) fits(c *csvReader) bool {
	if len(c.cells) != l.width {
		c.refuse(fmt.Sprintf("has %d cells where the header has %d", len(c.cells), l.width),
			"If the file ends there, it is not complete: fetch it again")
		return false
	}
	if l.action >= 0 {
		switch a := c.cells[l.action]; a {
		case "", "I", "A", "R", "M", "i", "a", "r", "m":
		case "D", "d":
			c.refuse("deletes what it names (ACTION D); only data can be read here",
				"Take these rows out, or publish the dataset as it should be")
			return false
		default:
			c.refuse(fmt.Sprintf("has the ACTION %.20q, which is none of I, A, M, R and D", a), "")
			return false
		}
	}
	return true
}

// learn looks whether cells of a column are codes with labels, each code always with the same.
func (c *csvColumn) learn(s *source, cell string, subfield byte) {
	for len(cell) > 0 && c.both {
		one := cell
		if cell = ""; c.multi {
			one, cell, _ = strings.Cut(one, string(subfield))
		}
		code, label, _ := strings.Cut(one, ": ")
		known, ok := c.labels[code]
		switch {
		case one == "" || ok && known == label:
		case ok || !isID(code):
			c.both, c.labels = false, nil
		default:
			c.labels[strings.Clone(code)] = strings.Clone(label)
			c.named = c.named || label != ""
			s.charge(1, code, label)
		}
	}
}

// parts takes the cells of a column apart.
func (c *csvColumn) parts(cells []string, subfield byte) (code, label string) {
	code = cells[c.from]
	if c.label >= 0 {
		label = cells[c.label]
	}
	switch {
	case c.kind == csvMeasure:
		if len(code) == 3 && strings.EqualFold(code, "NaN") {
			code = ""
		}
	case c.both && c.multi:
		var codes, labels []string
		for one := range strings.SplitSeq(code, string(subfield)) {
			code, label, _ := strings.Cut(one, ": ")
			codes, labels = append(codes, code), append(labels, label)
		}
		code, label = joined(codes), joined(labels)
	case c.both:
		code, label, _ = strings.Cut(code, ": ")
	case c.multi && subfield != ';':
		code = strings.ReplaceAll(code, string(subfield), ";")
		label = strings.ReplaceAll(label, string(subfield), ";")
	}
	return code, label
}

// csvSheet is the rows of one structure.
type csvSheet struct {
	raw, name string // of the structure, as written and without its label
	layout    *csvLayout
	many      bool   // the file has other sheets too
	used      []bool // which columns rows of this structure fill
	partial   bool   // rows of it could attach attributes to a part of the key
	shape     shape
	places    []place // of the columns of the layout
	groups    groups
}

// surveyCSV reads a file once: which structures there are, which columns each fills, and which have labels.
func surveyCSV(c *csvReader, l *csvLayout) []*csvSheet {
	var sheets []*csvSheet
	var sheet *csvSheet
	for c.record() {
		if !l.fits(c) {
			return nil
		}
		if name := c.cells[l.structure]; sheet == nil || sheet.raw != name {
			i := slices.IndexFunc(sheets, func(s *csvSheet) bool { return s.raw == name })
			if i < 0 {
				if i = len(sheets); i == 100 {
					c.refuse("has rows of more than 100 structures", "Split it")
					return nil
				}
				sheets = append(sheets, newCSVSheet(name, l))
			}
			sheet = sheets[i]
		}
		value, attached, whole := false, false, true
		for i := range l.columns {
			col := &l.columns[i]
			cell := c.cells[col.from]
			if cell == "" {
				whole = whole && col.kind != csvDimension
				continue
			}
			sheet.used[i] = true
			value = value || col.kind == csvMeasure
			attached = attached || col.kind == csvAttribute
			if col.both {
				col.learn(c.source, cell, l.subfield)
			}
		}
		sheet.partial = sheet.partial || !value && attached && !whole
	}
	if c.row = 0; len(sheets) == 0 {
		sheets = []*csvSheet{newCSVSheet("", l)}
	}
	for _, sheet := range sheets {
		sheet.many = len(sheets) > 1
		sheet.settle()
	}
	return sheets
}

func newCSVSheet(name string, l *csvLayout) *csvSheet {
	name = strings.Clone(name)
	id, _, _ := strings.Cut(name, ": ")
	return &csvSheet{raw: name, name: id, layout: l, used: make([]bool, len(l.columns))}
}

// settle lays out the columns, now that the file has been seen. Among several structures, each has those that it fills.
func (t *csvSheet) settle() {
	t.shape.time = timePeriod
	for i, c := range t.layout.columns {
		col := component{id: c.id, labelled: c.both && c.named || c.label >= 0}
		switch {
		case t.many && !t.used[i] && c.kind != csvMeasure:
		case c.kind == csvDimension:
			t.shape.dimensions = append(t.shape.dimensions, col)
		case c.kind == csvMeasure:
			t.shape.measures = append(t.shape.measures, c.id)
		default:
			t.shape.attributes = append(t.shape.attributes, col)
		}
	}
	_, labels, at := t.shape.columns()
	for i, c := range t.layout.columns {
		p := place{-1, -1}
		if !t.many || t.used[i] || c.kind == csvMeasure {
			p.code = at[c.id]
			if name := labels[p.code]; name != "" {
				p.label = at[name]
			}
		}
		t.places = append(t.places, p)
	}
}

// attaches says whether a record attaches attributes to a part of the key: it has no value, and not every dimension.
func (t *csvSheet) attaches(cells []string) bool {
	part, something := false, false
	for i := range t.layout.columns {
		switch c := &t.layout.columns[i]; {
		case !t.used[i]:
		case c.kind == csvMeasure && cells[c.from] != "":
			return false
		case c.kind == csvDimension && cells[c.from] == "":
			part = true
		case c.kind == csvAttribute && cells[c.from] != "":
			something = true
		}
	}
	return part && something
}

// attach reads what is attached to parts of the key.
func (t *csvSheet) attach(c *csvReader) {
	c.record()
	for c.record() {
		if t.many && c.cells[t.layout.structure] != t.raw || !t.attaches(c.cells) {
			continue
		}
		var key, attributes []pair
		for i := range t.layout.columns {
			col, place := &t.layout.columns[i], t.places[i]
			code, label := col.parts(c.cells, t.layout.subfield)
			switch {
			case code == "":
			case col.kind == csvDimension:
				key = append(key, pair{place.code, code})
			default:
				attributes = append(attributes, pair{place.code, code})
				if place.label >= 0 {
					attributes = append(attributes, pair{place.label, label})
				}
			}
		}
		t.groups.add(c.source, key, attributes)
	}
}

// read walks the rows.
func (t *csvSheet) read(c *csvReader, k *sink) {
	columns, _, _ := t.shape.columns()
	cells := make([]string, len(columns))
	var key []byte
	c.record()
	for c.record() {
		if !t.layout.fits(c) {
			return
		}
		if t.many && c.cells[t.layout.structure] != t.raw || t.partial && t.attaches(c.cells) {
			continue
		}
		for i := range t.layout.columns {
			place := t.places[i]
			if place.code < 0 {
				continue
			}
			code, label := t.layout.columns[i].parts(c.cells, t.layout.subfield)
			if cells[place.code] = code; place.label >= 0 {
				cells[place.label] = label
			}
		}
		key = t.groups.apply(cells, key)
		if !k.put(c.source, c.line, cells) {
			return
		}
	}
}
