package formats

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// A worksheet is read for what it says and not for its looks:
//
//   - A number comes in full, with a point before decimals and nothing between thousands, in the fewest digits that mean
//     the stored value. A format of nothing but zeros (0000), which is how codes are made to keep theirs, is followed.
//   - A date comes as 2024-05-31, a point in time as 2024-05-31 14:30:00, a time of day as 14:30:00, whatever its format.
//   - A formula comes as the result that is stored with it, and one without is a fault: there is nothing to be read.
//   - An error comes as its text, #N/A; a truth as TRUE or FALSE.
//   - Merged cells have their text in the first of them only.
//   - Rows without anything in them are left out, since many are only formatted; [Row.Line] tells. Hidden rows and
//     columns are given like others; hidden sheets too, and are said to be hidden.

// worksheet is a sheet of a workbook: its name, the part that it is in, whether it is hidden.
type worksheet struct {
	Name, Part string
	Hidden     bool
}

// workbook is what has to be known before worksheets can be read.
type workbook struct {
	file    File
	parts   map[string]*zip.File
	limits  Limits
	sheets  []worksheet
	epoch   int // days from 1899-12-30 to day 0: 1,462 in workbooks of the Macintosh
	looks   []look
	strings []string
}

// workbookColumns is how many columns a worksheet may have unless more are declared.
const workbookColumns = 64

// stringsSize bounds the bytes of a workbook's shared strings, which have to be held, and stringsCount their number.
const (
	stringsSize  = 64 << 20
	stringsCount = 2 << 20
)

// openWorkbook reads what a workbook says of itself, and not yet the shared strings. The limits are filled.
func openWorkbook(f File, l Limits) (*workbook, error) {
	n := nest{Options: Options{Limits: l}, bytes: l.Bytes, entries: l.Entries}
	members, err := n.directory(f)
	if err != nil {
		return nil, err
	}
	w := &workbook{file: f, parts: make(map[string]*zip.File, len(members)), limits: l}
	for _, m := range members {
		w.parts[m.Name] = m
	}
	targets := map[string]string{}
	var shared, styles string
	err = w.elements("xl/_rels/workbook.xml.rels", func(m *markup) error {
		if !m.is(openTag, "Relationship") {
			return nil
		}
		target := m.attr("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/xl", target)
		}
		target = strings.TrimPrefix(path.Clean(target), "/")
		kind := m.attr("Type")
		switch kind[strings.LastIndexByte(kind, '/')+1:] {
		case "worksheet":
			targets[m.attr("Id")] = target
		case "sharedStrings":
			shared = target
		case "styles":
			styles = target
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = w.elements("xl/workbook.xml", func(m *markup) error {
		switch {
		case m.is(openTag, "workbookPr"):
			if date := m.attr("date1904"); date == "1" || date == "true" {
				w.epoch = 1462
			}
		case m.is(openTag, "sheet"):
			part, ok := targets[m.attr("id")]
			if !ok {
				return nil // a chart or a dialogue
			}
			state := m.attr("state")
			w.sheets = append(w.sheets, worksheet{printable(m.attr("name")), part, state == "hidden" || state == "veryHidden"})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(w.sheets) == 0 {
		return nil, &Fault{File: f.Name, What: "is a workbook without a worksheet", Hint: "Put the table on a worksheet"}
	}
	if styles != "" {
		if w.looks, err = readLooks(w, styles); err != nil {
			return nil, err
		}
	}
	if shared != "" {
		w.parts["shared strings"] = w.parts[shared]
	}
	return w, nil
}

// part opens a part of the workbook as XML.
func (w *workbook) part(name string) (*markup, error) {
	p := w.parts[name]
	if p == nil {
		return nil, &Fault{File: w.file.Name, What: "is a workbook that lacks its part " + printable(name), Hint: "Open it in a spreadsheet program and save it again"}
	}
	in, err := p.Open()
	if err != nil {
		return nil, broken(w.file, err)
	}
	return newMarkup(&sound{w.file, in}, w.limits.Depth), nil
}

// elements hands every piece of a part to each.
func (w *workbook) elements(name string, each func(*markup) error) error {
	m, err := w.part(name)
	if err != nil {
		return err
	}
	for {
		if err := m.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return w.fault(name, "", 0, err)
		}
		if err := each(m); err != nil {
			return w.fault(name, "", 0, err)
		}
	}
}

// fault turns what is wrong with the XML of a part into a fault.
func (w *workbook) fault(part, sheet string, line int, err error) error {
	var bad wrongMarkup
	if errors.As(err, &bad) {
		return &Fault{
			File: w.file.Name, Sheet: sheet, Line: line, What: "has a broken part: " + printable(part) + " " + string(bad),
			Hint: "Open the workbook in a spreadsheet program and save it again",
		}
	}
	return err
}

// readStrings reads the shared strings, once.
func (w *workbook) readStrings() error {
	const name = "shared strings"
	if w.strings != nil || w.parts[name] == nil {
		return nil
	}
	w.strings = []string{}
	size := 0
	return w.elements(name, func(m *markup) error {
		if !m.is(openTag, "si") {
			return nil
		}
		text, err := richText(m)
		if err != nil {
			return err
		}
		size += len(text)
		if size > stringsSize || len(w.strings) == stringsCount {
			return &Fault{
				File: w.file.Name, What: fmt.Sprintf("has more than %d MB of different texts", stringsSize>>20),
				Hint: "Save the sheet as CSV",
			}
		}
		w.strings = append(w.strings, string(text))
		return nil
	})
}

// richText reads the text of the element that has just opened: of its t and of those in its runs, but not how it is
// pronounced.
func richText(m *markup) ([]byte, error) {
	var text []byte
	for depth := len(m.opens); len(m.opens) >= depth; {
		if err := m.next(); err != nil {
			return nil, cutShort(err)
		}
		var err error
		switch {
		case m.is(openTag, "t"):
			text, err = m.inner(text)
		case m.is(openTag, "rPh"):
			err = m.skip()
		}
		if err != nil {
			return nil, err
		}
		if len(text) > longest {
			return nil, wrongMarkup("has a text that is too long")
		}
	}
	return unescapeOffice(text), nil
}

// unescapeOffice replaces characters that XML cannot hold and that Office writes as _x000D_.
func unescapeOffice(text []byte) []byte {
	if !strings.Contains(string(text), "_x") {
		return text
	}
	out := text[:0:0]
	for len(text) > 0 {
		if len(text) >= 7 && text[0] == '_' && text[1] == 'x' && text[6] == '_' {
			if n, err := strconv.ParseUint(string(text[2:6]), 16, 16); err == nil && n != 0 && (n < 0xd800 || n > 0xdfff) {
				out = append(out, string(rune(n))...)
				text = text[7:]
				continue
			}
		}
		out = append(out, text[0])
		text = text[1:]
	}
	return out
}

// rows walks the rows of a worksheet until yield returns false.
func (w *workbook) rows(ctx context.Context, s worksheet, yield func(Row) bool) error {
	if err := w.readStrings(); err != nil {
		return err
	}
	m, err := w.part(s.Part)
	if err != nil {
		return err
	}
	r := sheetReader{workbook: w, m: m}
	line := 0
	for {
		err := m.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && m.is(openTag, "row") {
			before := line
			line++
			if at := m.attr("r"); at != "" {
				if line, err = strconv.Atoi(at); err != nil || line <= before || line > 1<<20 {
					return w.fault(s.Part, s.Name, before, wrongMarkup(fmt.Sprintf("has row %.20q after row %d", at, before)))
				}
			}
			if line&1023 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			err = r.row(line)
			var fault *Fault
			if errors.As(err, &fault) {
				fault.Sheet, fault.Line = s.Name, line
			}
			if err == nil && len(r.cells) > 0 {
				if r.count++; r.count > w.limits.Rows {
					fault := tooManyRows(line, w.limits.Rows)
					fault.File, fault.Sheet = w.file.Name, s.Name
					return fault
				}
				if !yield(Row{Line: line, Cells: r.cells}) {
					return nil
				}
			}
		}
		if err != nil {
			return w.fault(s.Part, s.Name, line, cutShort(err))
		}
	}
}

// sheetReader reads the cells of a worksheet.
type sheetReader struct {
	*workbook
	m       *markup
	cells   []string
	scratch []byte
	count   int64
}

// row reads the cells of the row that has just opened; r.cells ends with the last that has anything in it.
func (r *sheetReader) row(line int) error {
	m := r.m
	r.cells = r.cells[:0]
	column, size := 0, 0
	for depth := len(m.opens); len(m.opens) >= depth; {
		if err := m.next(); err != nil {
			return cutShort(err)
		}
		if !m.is(openTag, "c") {
			if m.kind == openTag {
				if err := m.skip(); err != nil {
					return err
				}
			}
			continue
		}
		at := m.attr("r")
		if at != "" {
			c, ok := columnOf(at)
			if !ok || c < column {
				return wrongMarkup(fmt.Sprintf("has cell %.20q out of its place", at))
			}
			column = c
		}
		text, err := r.cell(column, line)
		if err != nil {
			return err
		}
		column++
		if text == "" {
			continue
		}
		size += len(text)
		switch {
		case column > r.limits.Columns:
			return &Fault{File: r.file.Name, What: fmt.Sprintf("has something in column %s; a worksheet may have %d columns", columnName(column-1), r.limits.Columns), Hint: "Delete columns that are not needed, or save the sheet as CSV"}
		case len(text) > r.limits.Cell, size > r.limits.Row:
			return &Fault{File: r.file.Name, What: fmt.Sprintf("has a cell longer than %d bytes or is longer than %d KB", r.limits.Cell, r.limits.Row>>10), Hint: "Shorten its text"}
		}
		for len(r.cells) < column-1 {
			r.cells = append(r.cells, "")
		}
		r.cells = append(r.cells, text)
	}
	return nil
}

// cell reads the cell that has just opened.
func (r *sheetReader) cell(column, line int) (string, error) {
	m := r.m
	kind, style := m.attr("t"), m.attr("s")
	var valued, formula, inline bool
	r.scratch = r.scratch[:0]
	for depth := len(m.opens); len(m.opens) >= depth; {
		if err := m.next(); err != nil {
			return "", cutShort(err)
		}
		if m.kind != openTag {
			continue
		}
		var err error
		switch string(m.name) {
		case "v":
			valued = true
			r.scratch, err = m.inner(r.scratch[:0])
		case "is":
			inline = true
			r.scratch, err = richText(m)
		case "f":
			formula = true
			err = m.skip()
		default:
			err = m.skip()
		}
		if err != nil {
			return "", err
		}
	}
	value := string(r.scratch)
	switch {
	case formula && !valued && !inline:
		return "", &Fault{
			File: r.file.Name, What: fmt.Sprintf("has a formula in %s%d whose result is not stored", columnName(column), line),
			Hint: "Open the workbook in a spreadsheet program and save it there, or put values in place of formulas",
		}
	case inline || kind == "e" || kind == "d":
		return value, nil
	case kind == "str":
		return string(unescapeOffice(r.scratch)), nil
	case kind == "s":
		if value == "" {
			return "", nil
		}
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || i < 0 || i >= len(r.strings) {
			return "", wrongMarkup(fmt.Sprintf("has in %s%d the text number %.20q, which the workbook lacks", columnName(column), line, value))
		}
		return r.strings[i], nil
	case kind == "b":
		switch value {
		case "1", "true":
			return "TRUE", nil
		case "0", "false":
			return "FALSE", nil
		}
		return value, nil
	}
	if value == "" {
		return "", nil
	}
	i, _ := strconv.Atoi(style) // 0 where there is none
	var l look
	if i >= 0 && i < len(r.looks) {
		l = r.looks[i]
	}
	return l.show(value, r.epoch), nil
}

// columnOf reads the letters of a cell's name, A1, as a number from 0.
func columnOf(cell string) (int, bool) {
	n, i := 0, 0
	for ; i < len(cell) && i < 4; i++ {
		c := cell[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1, n > 0 && n <= 16384 && i < len(cell)
}

// columnName is the letters of a column counted from 0.
func columnName(n int) string {
	if n < 0 {
		return ""
	}
	return columnName(n/26-1) + string(rune('A'+n%26))
}
