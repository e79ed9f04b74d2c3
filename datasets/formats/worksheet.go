package formats

import (
	"context"
	"fmt"
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

// rows walks the rows of a worksheet until yield returns false.
func (w *workbook) rows(ctx context.Context, s worksheet, yield func(Row) bool) error {
	if err := w.readStrings(); err != nil {
		return err
	}
	x, err := w.part(ctx, s.Part)
	if err != nil {
		return err
	}
	r := sheetReader{workbook: w, xmlReader: x}
	line, count := 0, int64(0)
	for e := x.next(); e != xmlOver; e = x.next() {
		if e != xmlStart || x.name != "row" {
			continue
		}
		before := line
		line++
		if at := x.value("r"); len(at) > 0 {
			if line, err = strconv.Atoi(string(at)); err != nil || line <= before || line > 1<<20 {
				x.fail(fmt.Sprintf("row %.20q after row %d", at, before), "")
				line = before
				break
			}
		}
		if r.row(line); x.err != nil || len(r.cells) == 0 {
			continue
		}
		if count++; count > w.limits.Rows {
			x.stop(tooManyRows(line, w.limits.Rows))
		} else if !yield(Row{Line: line, Cells: r.cells}) {
			return nil
		}
	}
	return w.fault(x, s.Part, s.Name, line)
}

// sheetReader reads the cells of a worksheet.
type sheetReader struct {
	*workbook
	*xmlReader
	cells   []string
	scratch []byte
}

// row reads the cells of the row that has just opened; r.cells ends with the last that has anything in it.
func (r *sheetReader) row(line int) {
	limits := &r.workbook.limits
	r.cells = r.cells[:0]
	column, size := 0, 0
	r.each(func(name string) {
		if name != "c" {
			r.skip()
			return
		}
		if at := r.value("r"); len(at) > 0 {
			c, ok := columnOf(at)
			if !ok || c < column {
				r.fail(fmt.Sprintf("cell %.20q is out of its place", at), "")
				return
			}
			column = c
		}
		text := r.cell(column, line)
		column++
		if text == "" || r.err != nil {
			return
		}
		size += len(text)
		switch {
		case column > limits.Columns:
			r.stop(&Fault{What: fmt.Sprintf("has something in column %s; a worksheet may have %d columns", columnName(column-1), limits.Columns), Hint: "Delete columns that are not needed, or save the sheet as CSV"})
			return
		case len(text) > limits.Cell, size > limits.Row:
			r.stop(&Fault{What: fmt.Sprintf("has a cell longer than %d bytes or is longer than %d KB", limits.Cell, limits.Row>>10), Hint: "Shorten its text"})
			return
		}
		for len(r.cells) < column-1 {
			r.cells = append(r.cells, "")
		}
		r.cells = append(r.cells, text)
	})
}

// cell reads the cell that has just opened.
func (r *sheetReader) cell(column, line int) string {
	kind := r.known(r.value("t"))
	style, _ := strconv.Atoi(string(r.value("s"))) // 0 where there is none
	var valued, formula, inline bool
	r.scratch = r.scratch[:0]
	r.each(func(name string) {
		switch name {
		case "v":
			valued = true
			r.scratch = append(r.scratch[:0], r.words()...)
		case "is":
			inline = true
			r.scratch = unescapeOffice(richText(r.xmlReader, r.scratch[:0]))
		case "f":
			formula = true
			r.skip()
		default:
			r.skip()
		}
	})
	if r.err != nil {
		return ""
	}
	switch {
	case formula && !valued && !inline:
		r.stop(&Fault{
			What: fmt.Sprintf("has a formula in %s%d whose result is not stored", columnName(column), line),
			Hint: "Open the workbook in a spreadsheet program and save it there, or put values in place of formulas",
		})
		return ""
	case inline || kind == "e" || kind == "d" || len(r.scratch) == 0:
		return string(r.scratch)
	case kind == "str":
		return string(unescapeOffice(r.scratch))
	case kind == "s":
		i, err := strconv.Atoi(strings.TrimSpace(string(r.scratch)))
		if err != nil || i < 0 || i >= len(r.strings) {
			r.fail(fmt.Sprintf("in %s%d the text number %.20q, which the workbook lacks", columnName(column), line, r.scratch), "")
			return ""
		}
		return r.strings[i]
	case kind == "b":
		switch value := string(r.scratch); value {
		case "1", "true":
			return "TRUE"
		case "0", "false":
			return "FALSE"
		default:
			return value
		}
	}
	var l look
	if style >= 0 && style < len(r.looks) {
		l = r.looks[style]
	}
	return l.show(string(r.scratch), r.epoch)
}

// columnOf reads the letters of a cell's name, A1, as a number from 0.
func columnOf(cell []byte) (int, bool) {
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
