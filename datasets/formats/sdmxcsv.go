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
		doc.Sheets = append(doc.Sheets, Sheet{
			Name: sheet.name, Columns: columns, Labels: labels,
			rows: walk(sheet.name, func(ctx context.Context, k *sink) *source {
				c := d.open(ctx, f, limits)
				sheet.read(c, k)
				return c.source
			}),
		})
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
