package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of one file, so that no upload can take the memory of the program, or all of the disk.
const (
	MaxRows   = 20_000_000 // rows of a file that is read as a stream
	MaxLoaded = 2_000_000  // rows of a file that is held in memory, see [Directory]
	MaxRecord = 64 << 10   // bytes of one row, a quoted cell with line breaks included
	MaxCell   = 4_000      // bytes of one cell
)

// limits are MaxRows and MaxRecord, and what is held in memory of keys and of the hashes of rows before the rest waits in
// files of a directory; smaller in tests.
type limits struct {
	rows, record int
	keys, held   int // keys that are known at a time, and bytes of sorted records
	dir          string
}

func usualLimits() limits { return limits{MaxRows, MaxRecord, keysKnown, heldInMemory, ""} }

// Summary is what [ReadTable] can say of a file as a whole.
type Summary struct {
	Rows int64  // rows accepted
	Hash string // identity of the accepted rows, see [Hasher]
}

// ReadTable reads one CSV file of a market directory as a stream. Each row that is in order is handed to each, with
// its line (the header is 1) and its cells in canonical text and in the order of the table's columns, whatever order
// the file has them in; an absent optional column is "". The slice is used again for the next row; its strings may be
// kept. Each may be nil, to check a file only.
//
// If anything is wrong with the data, the error is a [*Problems] with everything that is, under the file name given;
// rows in order are still handed on, so a caller keeps nothing until the error is known to be nil. Among them may be rows
// for the same as an earlier one, which in a file of more than 65,536 rows may show at the end alone; Summary does
// not count them. Other errors are those of r and of each, which end the reading at once, and those of the
// files without a name, among temporary files, in which keys and hashes wait that do not fit in memory.
//
// Memory does not grow with the rows: some 60 MB at most, and at most MaxProblems problems.
//
// A byte order mark is accepted, as are Windows line ends, columns in any order and empty lines.
func ReadTable(r io.Reader, t Table, name string, each func(line int, cells []string) error) (Summary, error) {
	return readTable(r, t, name, usualLimits(), each)
}

func readTable(r io.Reader, t Table, name string, lim limits, each func(line int, cells []string) error) (_ Summary, err error) {
	problems := &Problems{}
	in := newRecords(r, lim.record)
	if f := alienFormat(in); f != nil {
		problems.add(Problem{File: name, What: f.what, Hint: f.hint})
		return Summary{}, problems
	}
	rows := newRowReader(t, name, problems, lim)
	defer func() { err = closing(err, rows.close) }()
	first, line, err := in.next()
	switch {
	case errors.Is(err, io.EOF):
		problems.add(Problem{File: name, What: "is empty", Hint: "Start with a line of column names: " + strings.Join(t.Names(), ",")})
		return Summary{}, problems
	case err != nil:
		if err := recordFault(err, problems, name, line); err != nil {
			return Summary{}, err
		}
		return Summary{}, problems
	}
	head := make([]string, len(first.cells))
	for i := range head {
		head[i] = string(first.cell(i))
	}
	if !rows.header(head) {
		return Summary{}, problems
	}

	for n := 0; ; {
		record, line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if err := recordFault(err, problems, name, line); err != nil {
				return Summary{}, err
			}
			if errors.Is(err, errQuote) {
				continue
			}
			break
		}
		if record.blank() {
			continue
		}
		if n++; n > lim.rows {
			problems.add(tooMany(name, line, lim.rows))
			break
		}
		cells, ok := rows.file(line, record)
		if rows.failed != nil {
			break
		}
		if !ok || each == nil {
			continue
		}
		if err := each(line, cells); err != nil {
			return Summary{}, fmt.Errorf("%s, row %d: %w", name, line, err)
		}
	}
	rows.points.report(rows)
	return rows.sum()
}

// closing is the error of what was done, and of letting go of it afterwards.
func closing(err error, closed func() error) error {
	if failed := closed(); failed != nil {
		return errors.Join(err, failed)
	}
	return err
}

func tooMany(name string, line, most int) Problem {
	return Problem{
		File: name, Row: line, What: "is beyond the " + grouped(int64(most)) + " rows a file may have",
		Hint: "Sum rows that differ in nothing the program uses, or split the market into several",
	}
}

// recordFault turns what is wrong with a record into a problem, and returns any other error as one of the reader's.
func recordFault(err error, problems *Problems, name string, line int) error {
	switch {
	case errors.Is(err, errRecord):
		problems.add(Problem{
			File: name, Row: line, What: "starts a row of more than 64 KB",
			Hint: `Look for a quotation mark (") that is not closed; everything after it counts as one cell`,
		})
	case errors.Is(err, errQuote):
		problems.add(Problem{
			File: name, Row: line, What: "has a quotation mark in the wrong place",
			Hint: `Put the whole cell in quotation marks and double those inside it: "the ""green"" card"`,
		})
	default:
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

// alienFormat recognises files that are no CSV at all, whose other problems would only confuse, and skips a byte order
// mark.
func alienFormat(r *records) *fault {
	start := r.peek(512)
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		r.at += 3
		return nil
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")):
		return &fault{what: "is a spreadsheet and not a CSV file", hint: "Save it from your spreadsheet program as CSV UTF-8, with commas"}
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return &fault{what: "is in UTF-16", hint: "Save it as CSV UTF-8"}
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return &fault{what: "is compressed", hint: "Unpack it first"}
	}
	return nil
}

// validText is whether a cell is text at all; the hint of a file in another encoding is the same for every cell.
func validText(s string) *fault {
	if !utf8.ValidString(s) {
		return &fault{what: "is not UTF-8 text", hint: "Save the file as CSV UTF-8; it is probably in Windows-1252 or Latin-1"}
	}
	if len(s) > MaxCell {
		return &fault{what: "is longer than 4,000 characters", hint: "Shorten it"}
	}
	return nil
}
