package formats

import (
	"context"
	"errors"
	"io"
	"iter"
)

// Delimited text is read as RFC 4180 has it, and as files are really written:
//
//   - A cell that begins with a quote ends with the next single one; a quote doubled inside is one quote, and delimiters
//     and line breaks inside are text. After the closing quote the cell has to be over. A quote elsewhere is text.
//   - A line ends in LF or CR LF, or in CR alone where the head of the file has no LF; then line breaks inside cells
//     come as LF. Other line breaks inside cells, and all blanks, are left as they are.
//   - All rows are given, as long as they are: titles, footnotes, an empty line as a row without cells.
//   - A first line such as sep=; is an order to spreadsheet programs: it is followed and not given.
//   - A cell ="0110", which is how codes are protected from spreadsheet programs, is given as 0110.
//   - Numbers are text here: what a comma or a point in them means is for the layout to say.

// openDelimited opens delimited text, whatever its encoding and delimiter.
func openDelimited(ctx context.Context, f File, o Options) (*Document, error) {
	head, err := headOf(f)
	if err != nil {
		return nil, err
	}
	encoding := o.Encoding
	if encoding == "" {
		if encoding, err = encodingOf(ctx, f, head); err != nil {
			return nil, err
		}
	}
	text := make([]byte, min(headSize, 3*f.Size)) // one byte of Windows-1252 can be three of UTF-8
	n, err := io.ReadFull(decode(f, encoding), text)
	var fault *Fault
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
	case errors.As(err, &fault): // reading will come to it and say the line
	default:
		return nil, err
	}
	text = text[:n]
	if control(text) {
		return nil, &Fault{File: f.Name, What: "is not text: it is full of control characters", Hint: "Save the table as CSV or as an XLSX workbook", foreign: true}
	}
	d := dialect{escape: byte(o.Escape), returns: endsInReturns(text)}
	ordered, order := orderOf(text)
	var note string
	switch {
	case o.Delimiter != 0:
		d.delimiter = byte(o.Delimiter)
	case order:
		d.delimiter = ordered
	default:
		d.delimiter, note = delimiterOf(text, n == len(text) && int64(n) != f.Size, d, o.Limits)
	}
	doc := &Document{Format: CSV, Encoding: encoding, Delimiter: rune(d.delimiter)}
	if note != "" {
		doc.Notes = []string{note}
	}
	doc.Sheets = []Sheet{{Format: CSV, Encoding: encoding, Delimiter: doc.Delimiter, rows: func(ctx context.Context) iter.Seq2[Row, error] {
		return func(yield func(Row, error) bool) {
			r := newRecords(decode(f, encoding), d, o.Limits)
			for {
				row, err := r.next(ctx)
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					yield(Row{}, placed(err, f.Name))
					return
				}
				if order && row.Line == 1 {
					continue
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}}}
	return doc, nil
}

// placed gives a fault the name of its file, if it has none.
func placed(err error, file string) error {
	var fault *Fault
	if errors.As(err, &fault) && fault.File == "" {
		fault.File = file
	}
	return err
}

// control says whether more than one character in fifty is a control character that no text has.
func control(text []byte) bool {
	n := 0
	for _, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			n++
		}
	}
	return n*50 > len(text)
}
