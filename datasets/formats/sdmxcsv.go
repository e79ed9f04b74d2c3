package formats

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// csvReader reads the records of SDMX-CSV: delimited text, whose empty lines are nothing. Its source is there for faults
// and for counting only.
type csvReader struct {
	*source
	records *records
	cells   []string
	line    int
}

// csvDialect is how a file of SDMX-CSV is written.
type csvDialect struct {
	dialect
	encoding string
}

func (d csvDialect) open(ctx context.Context, f File, l Limits) *csvReader {
	s := &source{ctx: ctx, file: f, limits: l}
	l.Columns *= 2 // of the file: names may stand beside ids
	return &csvReader{source: s, records: newRecords(decode(f, d.encoding), d.dialect, l)}
}

func (c *csvReader) record() bool {
	for c.err == nil {
		row, err := c.records.next(c.ctx)
		switch {
		case errors.Is(err, io.EOF):
			return false
		case err != nil:
			c.stop(placed(err, c.file.Name))
			return false
		case len(row.Cells) > 0:
			c.cells, c.line, c.row = row.Cells, row.Line, row.Line
			return true
		}
	}
	return false
}

// separatorOf finds the separator of SDMX-CSV: it comes after the first name of the header, STRUCTURE or DATAFLOW.
func separatorOf(head []byte) (separator byte, ok bool) {
	head = bytes.TrimPrefix(bytes.TrimPrefix(head, []byte("\uFEFF")), []byte(`"`))
	for _, name := range []string{"STRUCTURE", "DATAFLOW"} {
		rest, ok := bytes.CutPrefix(head, []byte(name))
		if !ok || len(rest) == 0 {
			continue
		}
		if rest[0] == '[' {
			i := bytes.IndexByte(rest, ']')
			if i < 0 || i > 8 {
				return 0, false
			}
			rest = rest[i+1:]
		}
		if rest = bytes.TrimPrefix(rest, []byte(`"`)); len(rest) > 0 && strings.IndexByte(",;\t|", rest[0]) >= 0 {
			return rest[0], true
		}
		if rest, ok = bytes.CutPrefix(rest, []byte(": ")); ok { // of 1.0 with labels
			if i := bytes.IndexAny(rest, ",;\t|"); i >= 0 {
				return rest[i], true
			}
		}
	}
	return 0, false
}

// recogniseSDMXCSV tells by the header: STRUCTURE and STRUCTURE_ID of 2.0, or DATAFLOW and OBS_VALUE of 1.0.
func recogniseSDMXCSV(head []byte) bool {
	separator, ok := separatorOf(head)
	if !ok {
		return false
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	for _, name := range strings.Split(string(line), string(separator)) {
		name, _, _ = strings.Cut(strings.Trim(name, "\"\r "), ": ")
		if name == "STRUCTURE_ID" || name == obsValue {
			return true
		}
	}
	return false
}

// csvColumn is where a column of a sheet is in the records of the file.
type csvColumn struct {
	id     string
	from   int // cell of the code, or code and label
	label  int // cell of the label, -1 if there is none
	both   bool
	multi  bool
	kind   csvKind
	labels map[string]string // of both: of each code
	named  bool              // one of these is not empty
}

type csvKind int

const (
	csvDimension csvKind = iota
	csvMeasure
	csvAttribute
)

// csvLayout is what the header of a file says.
type csvLayout struct {
	width             int
	columns           []csvColumn
	structure, action int // cells; action -1 if there is none
	subfield          byte
}

// openSDMXCSV opens SDMX-CSV 1.0 and 2.0 (data messages), with ids, ids and labels in one cell ("A: Annual"), or names in
// columns beside those of the ids. There is a sheet for each structure that rows name. Columns before OBS_VALUE are
// dimensions and those after it attributes, since the format does not say; custom columns are attributes. A row without
// OBS_VALUE in which dimensions are empty attaches its attributes to all observations that have its other dimensions, as
// 2.0 has it. Rows that delete (ACTION D) are refused: there is nothing here yet that they could delete from.
func openSDMXCSV(ctx context.Context, f File, o Options) (*Document, error) {
	limits := o.Limits.filled()
	d := csvDialect{dialect{delimiter: ',', escape: byte(o.Escape)}, o.Encoding}
	head, err := headOf(f)
	if err != nil {
		return nil, err
	}
	if d.encoding == "" {
		if d.encoding, err = encodingOf(ctx, f, head); err != nil {
			return nil, err
		}
	}
	head = inUTF8(f, head)
	if got, ok := separatorOf(head); ok {
		d.delimiter = got
	}
	if o.Delimiter != 0 {
		d.delimiter = byte(o.Delimiter)
	}
	d.returns = endsInReturns(head)
	c := d.open(ctx, f, limits)
	if !c.record() && c.err == nil {
		c.refuse("is empty", "")
	}
	var sheets []*csvSheet
	if c.err == nil {
		if l := readCSVHeader(c); c.err == nil {
			sheets = surveyCSV(c, l)
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	doc := &Document{Format: SDMXCSV, Encoding: d.encoding, Delimiter: rune(d.delimiter)}
	for _, sheet := range sheets {
		columns, labels, _ := sheet.shape.columns()
		if !c.checkColumns(columns) {
			return nil, c.err
		}
		doc.Sheets = append(doc.Sheets, Sheet{Name: sheet.name, Columns: columns, Labels: labels,
			rows: walk(sheet.name, func(ctx context.Context, k *sink) *source {
				c := d.open(ctx, f, limits)
				sheet.read(c, k)
				return c.source
			})})
	}
	for _, sheet := range sheets {
		if sheet.partial {
			attachments := d.open(ctx, f, limits)
			if sheet.attach(attachments); attachments.err != nil {
				return nil, attachments.err
			}
		}
	}
	return doc, nil
}

// readCSVHeader says which column is what.
func readCSVHeader(c *csvReader) *csvLayout {
	head := slices.Clone(c.cells)
	l := &csvLayout{width: len(head), action: -1, subfield: ';'}
	var first int
	names := false
	value := slices.IndexFunc(head, func(h string) bool { return h == obsValue || strings.HasPrefix(h, obsValue+": ") })
	special := map[string]bool{"STRUCTURE_ID": true, "STRUCTURE_NAME": true, "ACTION": true, "SERIES_KEY": true, "OBS_KEY": true}
	switch name, rest, _ := strings.Cut(head[0], "["); {
	case name == "STRUCTURE":
		if sub, ok := strings.CutSuffix(rest, "]"); ok && len(sub) > 0 {
			l.subfield = sub[0]
		}
		if l.structure = slices.Index(head, "STRUCTURE_ID"); l.structure < 0 {
			c.refuse("has a column STRUCTURE, but none called STRUCTURE_ID", "SDMX-CSV 2.0 needs both")
			return nil
		}
		first = 1
		for first < len(head) && special[head[first]] {
			switch head[first] {
			case "STRUCTURE_NAME":
				names = true
			case "ACTION":
				l.action = first
			}
			first++
		}
	case name == "DATAFLOW" || strings.HasPrefix(name, "DATAFLOW: "):
		for first = 1; first < len(head) && (head[first] == "KEY" || special[head[first]]); first++ {
			continue
		}
		if value < 0 {
			c.refuse("has no column OBS_VALUE", "SDMX-CSV 1.0 needs one")
			return nil
		}
	default:
		c.refuse(fmt.Sprintf("does not begin with the column STRUCTURE or DATAFLOW, but with %q", head[0]),
			"If this is an ordinary table, declare it as csv")
		return nil
	}
	labels := slices.ContainsFunc(head[first:], func(h string) bool { return strings.Contains(h, ": ") })
	// Names beside ids come in pairs; columns of the publisher's own after them have none.
	for i := first; i < len(head); i++ {
		id, _, _ := strings.Cut(head[i], ": ")
		col := csvColumn{id: id, from: i, label: -1, both: labels, labels: map[string]string{}}
		switch {
		case col.id == obsValue || value < 0 && col.id == obsValue+"[]":
			col.kind = csvMeasure
		case value >= 0 && i > value || !isID(strings.TrimSuffix(id, "[]")):
			col.kind = csvAttribute
		}
		if id, ok := strings.CutSuffix(col.id, "[]"); ok {
			col.id, col.multi, col.kind = id, true, csvAttribute
		}
		if names && i+1 < len(head) {
			i++
			if col.kind != csvMeasure && col.id != timePeriod {
				col.label = i
			}
		}
		if col.kind == csvMeasure || col.id == timePeriod {
			col.both = false
		}
		l.columns = append(l.columns, col)
	}
	return l
}

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
