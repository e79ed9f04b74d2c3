package formats

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// A workbook is written as it is made, each worksheet from its first row to its last, so that it takes the same memory
// whatever it holds and can go straight to whoever asked for it. The same tables give the same bytes.
//
//   - Text is text (inline strings, format @), also where it looks like a number, a date or a formula: no cell is ever a
//     formula.
//   - A figure is a number whose format has as many decimals as it is written with, so that programs which save what they
//     show save all of it. One that a spreadsheet program would round, of more than 15 digits, is text.

// WorkbookTable is a table to be written as a worksheet.
type WorkbookTable struct {
	Name    string // of the worksheet: at most 28 characters, so that there is room for a number
	Columns []WorkbookColumn
	// Rows have as many cells as there are columns.
	Rows iter.Seq2[[]string, error]
	// Wrapped breaks long texts into lines, for a sheet to be read. Otherwise the sheet is one to be worked with: its header
	// stays in sight, and its columns can be filtered.
	Wrapped bool
}

// WorkbookColumn is a column of a table to be written.
type WorkbookColumn struct {
	Name   string
	Figure bool // its cells are numbers, written in digits with a point before decimals; else they are text
	Width  int  // in characters; 0 for that of its name
}

// worksheetRows is how many rows a worksheet can have, its header among them.
const worksheetRows = 1 << 20

// cellLength is how long the text of a cell can be, in units of UTF-16.
const cellLength = 32767

// exactDigits is how many digits of a number are kept by programs that calculate in binary.
const exactDigits = 15

// Styles of cells, by their places in cellXfs: styleDecimals is that of whole numbers, and those of so many decimals
// follow it.
const (
	styleHead = iota + 1
	styleText
	styleWrapped
	styleDecimals
	mostDecimals = exactDigits - 1
)

// WriteWorkbook writes tables as the worksheets of a workbook (ECMA-376, Office Open XML), in their order. A table with
// more rows than a worksheet can have goes on after the last table, in worksheets called "NAME 2" and so on, each with the
// header. It is an error if a row has not as many cells, or a text is longer than a cell can hold.
func WriteWorkbook(w io.Writer, tables ...WorkbookTable) error {
	if err := writeWorkbook(w, worksheetRows, tables); err != nil {
		return fmt.Errorf("writing a workbook: %w", err)
	}
	return nil
}

func writeWorkbook(w io.Writer, most int, tables []WorkbookTable) error {
	b := &workbookWriter{zip: zip.NewWriter(w), most: most}
	var rest []*pendingRows
	defer func() {
		for _, p := range rest {
			p.stop()
		}
	}()
	for i := range tables {
		if err := checkSheetName(tables[i].Name); err != nil {
			return err
		}
		p := &pendingRows{table: &tables[i]}
		p.next, p.stop = iter.Pull2(tables[i].Rows)
		rest = append(rest, p)
		if err := b.sheet(p, tables[i].Name); err != nil {
			return err
		}
	}
	for _, p := range rest {
		for n := 2; p.more; n++ {
			if err := b.sheet(p, fmt.Sprintf("%s %d", p.table.Name, n)); err != nil {
				return err
			}
		}
	}
	return b.close()
}

// checkSheetName says whether spreadsheet programs take a text as the name of a worksheet.
func checkSheetName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > 28 || strings.ContainsAny(name, `[]:*?/\`) || strings.Trim(name, "'") != name {
		return fmt.Errorf("%q cannot be the name of a worksheet", name)
	}
	return nil
}

// pendingRows are the rows of a table that have not been written yet.
type pendingRows struct {
	table *WorkbookTable
	next  func() ([]string, error, bool) //nolint:staticcheck // as iter.Pull2 has it
	stop  func()
	row   int      // number of the last one
	cells []string // of it
	more  bool     // it found no place in its worksheet
	err   error
}

// advance goes to the next row, or stays at one that found no place.
func (p *pendingRows) advance() bool {
	if p.more {
		p.more = false
		return true
	}
	cells, err, ok := p.next()
	if p.row++; err != nil {
		p.err = fmt.Errorf("%s, row %d: %w", p.table.Name, p.row, err)
	}
	p.cells = cells
	return ok && p.err == nil
}

type workbookWriter struct {
	zip    *zip.Writer
	out    *bufio.Writer // the part that is being written
	most   int           // rows of a worksheet
	sheets []writtenSheet
}

type writtenSheet struct{ name, filter string }

// part begins a part of the package. It has the time of all parts of workbooks, since what is written depends on the
// tables alone.
func (b *workbookWriter) part(name string) error {
	if b.out != nil {
		if err := b.out.Flush(); err != nil {
			return err
		}
	}
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
	b.out = bufio.NewWriterSize(w, 1<<16)
	if err == nil {
		_, err = b.out.WriteString(xmlHead)
	}
	return err
}

const (
	xmlHead       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace     = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	officeSpace   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageSpace  = "http://schemas.openxmlformats.org/package/2006/"
	sheetMLPrefix = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// sheet writes rows into a worksheet until it is full.
func (b *workbookWriter) sheet(p *pendingRows, name string) error {
	t := p.table
	if err := b.part(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.sheets)+1)); err != nil {
		return err
	}
	b.out.WriteString(`<worksheet ` + mainSpace + `><sheetViews><sheetView workbookViewId="0"`)
	if len(b.sheets) == 0 {
		b.out.WriteString(` tabSelected="1"`)
	}
	b.out.WriteString(`><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range t.Columns {
		width := c.Width
		if width == 0 {
			width = utf8.RuneCountInString(c.Name) + 3 // the arrow of the filter
		}
		fmt.Fprintf(b.out, `<col min="%d" max="%d" width="%d" style="%d" customWidth="1"/>`, i+1, i+1, width, t.style(i, ""))
	}
	b.out.WriteString(`</cols><sheetData>`)
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	if err := b.row(t, 1, names); err != nil {
		return err
	}
	line := 1
	for p.advance() {
		if line == b.most {
			p.more = true
			break
		}
		line++
		if len(p.cells) != len(t.Columns) {
			return fmt.Errorf("%s, row %d: %d cells for %d columns", t.Name, p.row, len(p.cells), len(t.Columns))
		}
		if err := b.row(t, line, p.cells); err != nil {
			return fmt.Errorf("%s, row %d: %w", t.Name, p.row, err)
		}
	}
	if p.err != nil {
		return p.err
	}
	b.out.WriteString(`</sheetData>`)
	written := writtenSheet{name: name}
	if !t.Wrapped {
		written.filter = fmt.Sprintf("$A$1:$%s$%d", columnName(len(t.Columns)-1), line)
		fmt.Fprintf(b.out, `<autoFilter ref="%s"/>`, strings.ReplaceAll(written.filter, "$", ""))
	}
	b.out.WriteString(`</worksheet>`)
	b.sheets = append(b.sheets, written)
	return nil
}

// style is that of a cell of a column with the text given.
func (t *WorkbookTable) style(column int, text string) int {
	switch _, decimals, _ := strings.Cut(text, "."); {
	case t.Columns[column].Figure:
		return styleDecimals + len(decimals)
	case t.Wrapped:
		return styleWrapped
	}
	return styleText
}

// row writes a row; the first is the header.
func (b *workbookWriter) row(t *WorkbookTable, line int, cells []string) error {
	number := strconv.Itoa(line)
	b.out.WriteString(`<row r="` + number + `">`)
	for i, text := range cells {
		if text == "" {
			continue
		}
		style, figure := styleHead, line > 1 && t.Columns[i].Figure
		if figure && !isFigure(text) {
			return fmt.Errorf("%s has the figure %q, which is none", t.Columns[i].Name, text)
		}
		if figure && digitsOf(text) > exactDigits {
			figure, style = false, styleText
		} else if line > 1 {
			style = t.style(i, text)
		}
		b.out.WriteString(`<c r="` + columnName(i) + number + `" s="` + strconv.Itoa(style))
		if figure {
			b.out.WriteString(`"><v>` + text + `</v></c>`)
			continue
		}
		if len(text) > cellLength && len(utf16.Encode([]rune(text))) > cellLength {
			return fmt.Errorf("%s has a text of more than %d characters", t.Columns[i].Name, cellLength)
		}
		b.out.WriteString(`" t="inlineStr"><is><t xml:space="preserve">`)
		b.text(text)
		b.out.WriteString(`</t></is></c>`)
	}
	_, err := b.out.WriteString(`</row>`)
	return err
}

// isFigure is whether a text is a decimal number in digits, without an exponent.
func isFigure(s string) bool { return isJSONNumber([]byte(s)) && !strings.ContainsAny(s, "eE") }

// digitsOf is how many digits of a number carry something, and at least those after its point.
func digitsOf(s string) int {
	digits := strings.Replace(strings.TrimPrefix(s, "-"), ".", "", 1)
	_, decimals, _ := strings.Cut(s, ".")
	return max(len(strings.TrimLeft(digits, "0")), len(decimals)+1)
}

// text writes a text into XML. What XML cannot hold, or would change, is written as Office does: _x000D_; and what looks
// like that gets its first character so.
func (b *workbookWriter) text(s string) {
	for i, c := range s {
		switch {
		case c == '&':
			b.out.WriteString("&amp;")
		case c == '<':
			b.out.WriteString("&lt;")
		case c == '>':
			b.out.WriteString("&gt;")
		case c < ' ' && c != '\t' && c != '\n', c == 0xFFFE, c == 0xFFFF, c == '_' && escapedOffice(s[i:]):
			fmt.Fprintf(b.out, "_x%04X_", c)
		default:
			b.out.WriteRune(c)
		}
	}
}

// escapedOffice is whether a text begins like a character that Office has escaped.
func escapedOffice(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// close writes the parts that say what the worksheets are.
func (b *workbookWriter) close() error {
	var kinds, sheets, relations, filters strings.Builder
	for i, s := range b.sheets {
		fmt.Fprintf(&kinds, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i+1, sheetMLPrefix)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+2, officeSpace, i+1)
		name := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s.name)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, i+1, i+2)
		if s.filter != "" {
			fmt.Fprintf(&filters, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">'%s'!%s</definedName>`,
				i, strings.ReplaceAll(name, "'", "''"), s.filter)
		}
	}
	names := ""
	if filters.Len() > 0 {
		names = `<definedNames>` + filters.String() + `</definedNames>`
	}
	for _, part := range [][2]string{
		{"xl/styles.xml", workbookStyles()},
		{"xl/workbook.xml", `<workbook ` + mainSpace + ` xmlns:r="` + officeSpace + `"><sheets>` + sheets.String() + `</sheets>` + names + `</workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageSpace + `relationships"><Relationship Id="rId1" Type="` + officeSpace +
			`/styles" Target="styles.xml"/>` + relations.String() + `</Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + packageSpace + `relationships"><Relationship Id="rId1" Type="` + officeSpace +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + packageSpace + `content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + sheetMLPrefix + `sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + sheetMLPrefix + `styles+xml"/>` + kinds.String() + `</Types>`},
	} {
		if err := b.part(part[0]); err != nil {
			return err
		}
		b.out.WriteString(part[1])
	}
	if err := b.out.Flush(); err != nil {
		return err
	}
	return b.zip.Close()
}

// workbookStyles is the part that says how cells look; see styleHead and its neighbours.
func workbookStyles() string {
	const (
		wholeNumbers, asText = 1, 49 // formats that every program has
		ownFormats           = 164   // from here on they are the workbook's own
	)
	var formats, cells strings.Builder
	cell := func(font, format int, alignment string) {
		fmt.Fprintf(&cells, `<xf numFmtId="%d" fontId="%d" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"`, format, font)
		if alignment != "" {
			cells.WriteString(` applyAlignment="1"><alignment ` + alignment + `/></xf>`)
		} else {
			cells.WriteString(`/>`)
		}
	}
	cell(0, 0, "")
	cell(1, asText, "")
	cell(0, asText, "")
	cell(0, asText, `vertical="top" wrapText="1"`)
	cell(0, wholeNumbers, "")
	for decimals := 1; decimals <= mostDecimals; decimals++ {
		fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="0.%s"/>`, ownFormats+decimals, strings.Repeat("0", decimals))
		cell(0, ownFormats+decimals, "")
	}
	font := func(bold string) string {
		return `<font>` + bold + `<sz val="11"/><name val="Calibri"/><family val="2"/></font>`
	}
	return `<styleSheet ` + mainSpace + `>` +
		fmt.Sprintf(`<numFmts count="%d">%s</numFmts>`, mostDecimals, formats.String()) +
		`<fonts count="2">` + font("") + font("<b/>") + `</fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		fmt.Sprintf(`<cellXfs count="%d">%s</cellXfs>`, styleDecimals+mostDecimals+1, cells.String()) +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}
