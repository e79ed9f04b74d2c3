package formats

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// dialect is how a delimited text is written.
type dialect struct {
	delimiter, escape byte // escape is 0 where there is none
	returns           bool // lines end in CR alone
}

// records reads delimited text row by row.
type records struct {
	dialect
	in       io.Reader // valid UTF-8 without NUL
	limits   Limits
	buf      []byte
	from, to int   // of buf what has not been given yet
	err      error // of in, once buf is used up
	line     int   // of the row at from
	rows     int64

	cells []string
	text  []byte // of all cells of a row, without their quotes
	ends  []int  // of each cell in text
}

func newRecords(in io.Reader, d dialect, l Limits) *records {
	if d.returns {
		in = &returns{in}
	}
	return &records{dialect: d, in: in, limits: l, buf: make([]byte, 64<<10), line: 1}
}

// returns makes lines end in LF that end in CR.
type returns struct{ in io.Reader }

func (r *returns) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	for at := p[:n]; ; {
		i := bytes.IndexByte(at, '\r')
		if i < 0 {
			return n, err
		}
		at[i] = '\n'
		at = at[i+1:]
	}
}

// fill reads more behind what is in the buffer, and returns false at the end of the text, at an error and where the row
// is too long.
func (r *records) fill() bool {
	if r.err != nil {
		return false
	}
	if r.to-r.from > r.limits.Row {
		r.err = errRowTooLong
		return false
	}
	if r.from > 0 && r.to == len(r.buf) {
		r.to = copy(r.buf, r.buf[r.from:r.to])
		r.from = 0
	}
	if r.to == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	n, err := r.in.Read(r.buf[r.to:])
	r.to += n
	r.err = err
	return n > 0 || err == nil
}

var errRowTooLong = errors.New("the row is too long")

// next returns the next row, and io.EOF after the last.
func (r *records) next(ctx context.Context) (Row, error) {
	if r.rows&1023 == 0 {
		if err := ctx.Err(); err != nil {
			return Row{}, err
		}
	}
	end := 0 // of the first line, from r.from
	for {
		i := bytes.IndexByte(r.buf[r.from+end:r.to], '\n')
		if i >= 0 {
			end += i
			break
		}
		end = r.to - r.from
		if r.fill() {
			continue
		}
		// A row that breaks off may be one whose quote was never closed, which is the better thing to say.
		if !errors.Is(r.err, io.EOF) && bytes.IndexByte(r.buf[r.from:r.to], '"') < 0 {
			return Row{}, r.fault(r.line)
		}
		if end == 0 {
			return Row{}, io.EOF
		}
		break
	}
	line := r.buf[r.from : r.from+end]
	row := Row{Line: r.line}
	if n := len(line) - 1; n >= 0 && line[n] == '\r' {
		line = line[:n]
	}
	if len(line) <= r.limits.Row && (r.escape == 0 || bytes.IndexByte(line, r.escape) < 0) && r.split(string(line)) {
		r.from = min(r.from+end+1, r.to)
		r.line++
	} else if err := r.quoted(); err != nil {
		return Row{}, err
	}
	r.rows++
	if fault := r.check(row.Line); fault != nil {
		return Row{}, fault
	}
	row.Cells = r.cells
	return row, nil
}

var newline = []byte{'\n'}

// split cuts a line into its cells, and returns false where that is not all there is to it: a quote doubled in quotes, a
// line break in quotes, text behind them.
func (r *records) split(line string) bool {
	r.cells = r.cells[:0]
	if line == "" {
		return true
	}
	for {
		var cell string
		if line != "" && line[0] == '"' {
			i := strings.IndexByte(line[1:], '"')
			if i < 0 || i+2 < len(line) && line[i+2] != r.delimiter {
				return false
			}
			cell, line = line[1:i+1], line[i+2:]
			if line == "" {
				r.cells = append(r.cells, cell)
				return true
			}
			line = line[1:]
		} else {
			i := strings.IndexByte(line, r.delimiter)
			if i < 0 {
				r.cells = append(r.cells, unwrap(line))
				return true
			}
			cell, line = unwrap(line[:i]), line[i+1:]
		}
		r.cells = append(r.cells, cell)
	}
}

// quoted reads a row that has quotes or escapes in it, on as many lines as it takes. Positions are bytes from r.from,
// since reading more moves what is in the buffer.
func (r *records) quoted() error {
	r.text, r.ends = r.text[:0], r.ends[:0]
	p, line := 0, r.line
	for over := false; !over; {
		closed := false
		if c, ok := r.at(p); ok && c == '"' {
			closed = true
			var err error
			if p, line, err = r.inQuotes(p+1, line); err != nil {
				return err
			}
		}
		begin := len(r.text)
		var err error
		if p, line, over, err = r.plain(p, line); err != nil {
			return err
		}
		if n := len(r.text); over && n > begin && r.text[n-1] == '\r' {
			r.text = r.text[:n-1]
		}
		if closed && len(r.text) > begin {
			return &Fault{
				Line: line, What: fmt.Sprintf("has text after the closing quote of a cell: %.40q", r.text[begin:]),
				Hint: `Write a quote that is text twice (""), or declare the escape if it is written \"`,
			}
		}
		r.ends = append(r.ends, len(r.text))
	}
	if p > r.limits.Row {
		r.err = errRowTooLong
		return r.fault(r.line)
	}
	r.from += p
	r.line = line
	text := string(r.text)
	r.cells = r.cells[:0]
	from := 0
	for _, to := range r.ends {
		r.cells = append(r.cells, unwrap(text[from:to]))
		from = to
	}
	return nil
}

// at is the byte at p; ok is false where the text is over.
func (r *records) at(p int) (c byte, ok bool) {
	for r.from+p >= r.to {
		if !r.fill() {
			return 0, false
		}
	}
	return r.buf[r.from+p], true
}

// inQuotes reads on from an opening quote until after the closing one.
func (r *records) inQuotes(p, line int) (int, int, error) {
	opened := line
	for {
		rest := r.buf[r.from+p : r.to]
		i := bytes.IndexByte(rest, '"')
		if r.escape != 0 {
			if i < 0 {
				i = len(rest)
			}
			if e := bytes.IndexByte(rest[:i], r.escape); e >= 0 || i == len(rest) {
				i = e
			}
		}
		if i < 0 {
			i = len(rest)
		}
		r.text = append(r.text, rest[:i]...)
		line += bytes.Count(rest[:i], newline)
		p += i
		switch {
		case i == len(rest):
			if r.fill() {
				continue
			}
			if errors.Is(r.err, io.EOF) || errors.Is(r.err, errRowTooLong) {
				return 0, 0, &Fault{
					Line: opened, What: fmt.Sprintf("opens a quote that is not closed within the file and %d KB", r.limits.Row>>10),
					Hint: `Close it, or write a quote that is text twice ("") in a cell in quotes`,
				}
			}
			return 0, 0, r.fault(line)
		case rest[i] == r.escape:
			p, line = r.escaped(p+1, line)
		default:
			p++
			if c, ok := r.at(p); !ok || c != '"' {
				return p, line, nil
			}
			r.text = append(r.text, '"')
			p++
		}
	}
}

// plain reads text without quotes until after the end of the cell; over says that it was the last of its row.
func (r *records) plain(p, line int) (next, onLine int, over bool, err error) {
	for {
		rest := r.buf[r.from+p : r.to]
		i := 0
		for i < len(rest) && rest[i] != r.delimiter && rest[i] != '\n' && (rest[i] != r.escape || r.escape == 0) {
			i++
		}
		r.text = append(r.text, rest[:i]...)
		p += i
		switch {
		case i == len(rest):
			if r.fill() {
				continue
			}
			if !errors.Is(r.err, io.EOF) {
				return 0, 0, false, r.fault(line)
			}
			return p, line, true, nil
		case rest[i] == '\n':
			return p + 1, line + 1, true, nil
		case rest[i] == r.delimiter:
			return p + 1, line, false, nil
		default:
			p, line = r.escaped(p+1, line)
		}
	}
}

// escaped reads what follows an escape: a character that would otherwise end something is text, and before any other
// the escape itself is text.
func (r *records) escaped(p, line int) (int, int) {
	c, ok := r.at(p)
	if !ok || c != r.delimiter && c != '"' && c != r.escape && c != '\n' {
		r.text = append(r.text, r.escape)
		return p, line
	}
	if c == '\n' {
		line++
	}
	r.text = append(r.text, c)
	return p + 1, line
}

// unwrap takes the text out of a formula that is nothing but text, ="0110".
func unwrap(s string) string {
	if len(s) < 3 || s[0] != '=' || s[1] != '"' || s[len(s)-1] != '"' {
		return s
	}
	inner := s[2 : len(s)-1]
	if strings.Contains(strings.ReplaceAll(inner, `""`, ""), `"`) {
		return s // a formula that only begins and ends like that
	}
	return strings.ReplaceAll(inner, `""`, `"`)
}

// check says what is wrong with the size of the row that has just been read.
func (r *records) check(line int) *Fault {
	switch {
	case r.rows > r.limits.Rows:
		return tooManyRows(line, r.limits.Rows)
	case len(r.cells) > r.limits.Columns:
		return &Fault{Line: line, What: fmt.Sprintf("has %d cells; a row may have %d", len(r.cells), r.limits.Columns), Hint: "Check the delimiter, and leave out columns that are not needed"}
	}
	for i, c := range r.cells {
		if len(c) > r.limits.Cell {
			return &Fault{Line: line, What: fmt.Sprintf("has a cell of %d bytes, its %d.; a cell may have %d", len(c), i+1, r.limits.Cell), Hint: "Check the delimiter and the quotes, and shorten the cell if it is meant so"}
		}
	}
	return nil
}

func tooManyRows(line int, limit int64) *Fault {
	return &Fault{Line: line, What: fmt.Sprintf("is beyond the %d rows that a table may have", limit), Hint: "Split the file"}
}

// fault is why the text could not be read on.
func (r *records) fault(line int) error {
	var fault *Fault
	switch {
	case errors.Is(r.err, errRowTooLong):
		return &Fault{Line: r.line, What: fmt.Sprintf("is longer than the %d KB that a row may have", r.limits.Row>>10), Hint: "Check the line ends and the quotes"}
	case errors.As(r.err, &fault):
		at := *fault
		at.Line = line
		return &at
	}
	return r.err
}
