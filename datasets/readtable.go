package datasets

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of one file, so that no upload can take the memory of the program.
const (
	MaxRows   = 2_000_000 // rows of a file
	MaxRecord = 64 << 10  // bytes of one row, a quoted cell with line breaks included
	MaxCell   = 4_000     // bytes of one cell
)

// limits are MaxRows and MaxRecord, smaller in tests.
type limits struct{ rows, record int }

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
// rows in order are still handed on, so a caller keeps nothing until the error is known to be nil. Other errors are
// those of r and of each, which end the reading at once. Memory: a row, 24 bytes a row for its key and 32 for its
// hash, and at most MaxProblems problems.
//
// A byte order mark is accepted, as are Windows line ends, columns in any order and empty lines.
func ReadTable(r io.Reader, t Table, name string, each func(line int, cells []string) error) (Summary, error) {
	return readTable(r, t, name, limits{MaxRows, MaxRecord}, each)
}

func readTable(r io.Reader, t Table, name string, lim limits, each func(line int, cells []string) error) (Summary, error) {
	problems := &Problems{}
	source := &rationed{r: bufio.NewReaderSize(r, 16<<10), limit: lim.record}
	if f := alienFormat(source.r); f != nil {
		problems.add(Problem{File: name, What: f.what, Hint: f.hint})
		return Summary{}, problems
	}
	// The record limit has to hold for the reader's own buffer too, hence a reader that gets a few bytes at a time.
	in := csv.NewReader(source)
	in.FieldsPerRecord = -1
	in.ReuseRecord = true

	rows := newRowReader(t, name, problems)
	head, err := source.next(in)
	switch {
	case errors.Is(err, io.EOF):
		problems.add(Problem{File: name, What: "is empty", Hint: "Start with a line of column names: " + strings.Join(t.Names(), ",")})
		return Summary{}, problems
	case err != nil:
		return Summary{}, recordFault(err, problems, name, 1)
	}
	if !rows.header(head) {
		return Summary{}, problems
	}

	for n := 0; ; {
		record, err := source.next(in)
		if errors.Is(err, io.EOF) {
			break
		}
		var quoting *csv.ParseError
		if errors.As(err, &quoting) {
			problems.add(quotingProblem(name, quoting))
			continue
		}
		var line int
		if err == nil {
			line, _ = in.FieldPos(0)
		} else if err := recordFault(err, problems, name, rows.last+1); err != nil {
			return Summary{}, err
		} else {
			break
		}
		if blank(record) {
			continue
		}
		if n++; n > lim.rows {
			problems.add(Problem{
				File: name, Row: line, What: "is beyond the " + grouped(int64(lim.rows)) + " rows a file may have",
				Hint: "Sum rows that differ in nothing the program uses, or split the market into several",
			})
			break
		}
		cells, ok := rows.file(line, record)
		if !ok || each == nil {
			continue
		}
		if err := each(line, cells); err != nil {
			return Summary{}, fmt.Errorf("%s, row %d: %w", name, line, err)
		}
	}
	rows.points.report(rows)
	return Summary{Rows: rows.accepted, Hash: rows.hasher.Sum()}, problems.asError()
}

// errRecord says that one record is longer than the limit.
var errRecord = errors.New("record too long")

// rationed hands out a limited number of bytes for each record, because encoding/csv has no limit of its own: a quote
// that is never closed would bring the rest of the file into memory.
type rationed struct {
	r           *bufio.Reader
	limit, used int
}

func (x *rationed) Read(p []byte) (int, error) {
	if x.used > x.limit {
		return 0, errRecord
	}
	n, err := x.r.Read(p)
	x.used += n
	return n, err
}

func (x *rationed) next(in *csv.Reader) ([]string, error) {
	x.used = 0
	return in.Read()
}

// recordFault turns a record beyond the limit into a problem, and any other error into one of the reader's.
func recordFault(err error, problems *Problems, name string, line int) error {
	var quoting *csv.ParseError
	switch {
	case errors.Is(err, errRecord):
		problems.add(Problem{
			File: name, Row: line, What: "starts a row of more than 64 KB",
			Hint: `Look for a quotation mark (") that is not closed; everything after it counts as one cell`,
		})
	case errors.As(err, &quoting):
		problems.add(quotingProblem(name, quoting))
	default:
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if line == 1 {
		return problems
	}
	return nil
}

func quotingProblem(name string, err *csv.ParseError) Problem {
	p := Problem{File: name, Row: err.StartLine, What: "has a quotation mark in the wrong place"}
	p.Hint = `Put the whole cell in quotation marks and double those inside it: "the ""green"" card"`
	return p
}

// alienFormat recognises files that are no CSV at all, whose other problems would only confuse, and skips a byte order
// mark.
func alienFormat(r *bufio.Reader) *fault {
	start, _ := r.Peek(512)
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		_, _ = r.Discard(3) // what was peeked at is there
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

func blank(record []string) bool {
	for _, c := range record {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
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
