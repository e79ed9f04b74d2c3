package formats

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"os/exec"
	"strings"
)

// Format is a way of writing tables down.
type Format string

// The formats that are read.
const (
	CSV         Format = "csv"       // delimited text of any delimiter
	XLSX        Format = "xlsx"      // Office Open XML workbook
	SDMXCSV     Format = "sdmx-csv"  // 1.0 and 2.0, ids, labels or both
	SDMXJSON    Format = "sdmx-json" // 1.0 and 2.0
	SDMXML      Format = "sdmx-ml"   // 2.1, generic and structure-specific, series and flat
	JSONStat    Format = "json-stat" // 2, and the datasets of 1
	OpeningXML  Format = "openings-xml"
	OpeningJSON Format = "openings-json"
)

// File is what is to be read. Content is read more than once, and in no particular order.
type File struct {
	Name    string // for messages only
	Content io.ReaderAt
	Size    int64
}

// Options are what is declared of a file; the zero value has everything detected.
type Options struct {
	Format    Format
	Encoding  string // utf-8, utf-16le, utf-16be or windows-1252; of delimited text only
	Delimiter rune   // , ; | or tab; of delimited text only
	// Escape stands before a delimiter, a quote, a line end or itself where that is text: the backslash of \;. Of
	// delimited text only; it is never detected, since a backslash is also an ordinary character.
	Escape rune
	Limits Limits
	// Child starts the program again as a process that reads a workbook from its standard input and writes its rows to
	// its standard output, see [ReadWorkbook]; nil reads it in this process.
	Child func(ctx context.Context) *exec.Cmd
}

// Check says what is wrong with what is declared, which is the caller's mistake and not the file's.
func (o Options) Check() error {
	switch o.Format {
	case "", CSV, XLSX, SDMXCSV, SDMXJSON, SDMXML, JSONStat, OpeningXML, OpeningJSON:
	default:
		return fmt.Errorf("the format %q is not known; use csv, xlsx, sdmx-csv, sdmx-json, sdmx-ml, json-stat, openings-xml or openings-json", o.Format)
	}
	switch o.Encoding {
	case "", utf8Encoding, utf16LE, utf16BE, windows1252:
	default:
		return fmt.Errorf("the encoding %q is not known; use utf-8, utf-16le, utf-16be or windows-1252", o.Encoding)
	}
	if o.Delimiter != 0 && !strings.ContainsRune(delimiters, o.Delimiter) {
		return fmt.Errorf("the delimiter %q is not known; use a comma, a semicolon, a tab or |", o.Delimiter)
	}
	if o.Escape != 0 && (o.Escape <= ' ' || o.Escape > '~' || o.Escape == '"' || strings.ContainsRune(delimiters, o.Escape)) {
		return fmt.Errorf("%q cannot be an escape; use a character such as \\", o.Escape)
	}
	return nil
}

// Limits bound what one file may cost. A field that is zero has the default in brackets.
type Limits struct {
	Bytes   int64 // after unpacking, of the whole file [8 GB]
	Ratio   int64 // unpacked to packed, of one member of an archive [200], above the first megabyte
	Entries int   // members of an archive [1,000]
	Rows    int64 // of one sheet [20,000,000]
	Columns int   // of one sheet [1,024; of a workbook 64]
	Cell    int   // bytes of one cell [16,384]
	Row     int   // bytes of one row [262,144]
	Depth   int   // of nested elements [64]
	Codes   int   // distinct codes of all dimensions of a message, which have to be held [1,000,000]
}

// filled returns the limits with the defaults in place of zeros.
func (l Limits) filled() Limits {
	l.Bytes = cmp.Or(l.Bytes, 8<<30)
	l.Ratio = cmp.Or(l.Ratio, 200)
	l.Entries = cmp.Or(l.Entries, 1000)
	l.Rows = cmp.Or(l.Rows, 20_000_000)
	l.Columns = cmp.Or(l.Columns, 1024)
	l.Cell = cmp.Or(l.Cell, 16<<10)
	l.Row = cmp.Or(l.Row, 256<<10)
	l.Depth = cmp.Or(l.Depth, 64)
	l.Codes = cmp.Or(l.Codes, 1_000_000)
	return l
}

// Document is an opened file. Where an archive holds several tables, format, encoding and delimiter are those of the
// first sheet, and each sheet says its own.
type Document struct {
	Format   Format
	Packing  []string // gzip, zip: from the outside in
	Encoding string   // of delimited text
	// Delimiter is that of delimited text, 0 otherwise.
	Delimiter rune
	// Notes are what was decided on the way and could have been decided otherwise, what was left out, and what a message
	// says of itself that its reader should know, in sentences.
	Notes  []string
	Sheets []Sheet
}

// Sheet is one table of a document.
type Sheet struct {
	// Name is that of the worksheet, of the archive's member or of the message's dataset; "" where the file is the table.
	Name string
	// Columns are named where the format itself names them, and are nil where a header is among the rows. Columns of a
	// message are the ids of its dimensions, then its time and OBS_VALUE, then the ids of its attributes.
	Columns []string
	// Labels names the column of each column's labels where the format has them beside the codes: "" where it has none.
	Labels []string

	Format    Format
	Encoding  string
	Delimiter rune
	Hidden    bool // a worksheet that its workbook does not show

	rows func(ctx context.Context) iter.Seq2[Row, error]
}

// Row is one row of a sheet.
type Row struct {
	// Line is its line in the file or its row in the worksheet, from 1; of messages the number of the observation.
	Line int
	// Cells are as many as the row has, or as Columns: none for an empty line. The slice is used again for the next row,
	// its strings may be kept.
	Cells []string
}

// Rows walks the rows of a sheet, as often as wanted. After an error, which is a [*Fault] if the file is to blame, the
// walk is over.
func (s *Sheet) Rows(ctx context.Context) iter.Seq2[Row, error] { return s.rows(ctx) }

// Fault is what is wrong with a file.
type Fault struct {
	File, Sheet string
	Line        int // 0 where the file as a whole is meant
	What        string
	Hint        string

	// foreign marks a file of a kind that is not read at all; beside tables in an archive it is left out with a note.
	foreign bool
}

// Error is the fault in one line: place, what is wrong, what to do.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Sheet != "" {
		fmt.Fprintf(&b, ", sheet %s", f.Sheet)
	}
	if f.Line > 0 {
		fmt.Fprintf(&b, ", row %d", f.Line)
	}
	fmt.Fprintf(&b, ": %s.", f.What)
	if f.Hint != "" {
		fmt.Fprintf(&b, " %s.", f.Hint)
	}
	return b.String()
}
