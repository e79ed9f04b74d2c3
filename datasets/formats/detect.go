package formats

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// delimiters are those that are looked for, those first that hardly ever stand in text or numbers by chance.
const delimiters = "\t;|,"

// named says a delimiter so that it can be seen.
func named(d byte) string {
	if d == '\t' {
		return "a tab"
	}
	return string(d)
}

// endsInReturns says whether lines end in CR alone.
func endsInReturns(text []byte) bool {
	i := bytes.IndexByte(text, '\r')
	return i >= 0 && i < len(text)-1 && bytes.IndexByte(text, '\n') < 0
}

// orderOf reads a first line such as sep=; which tells spreadsheet programs what the delimiter is.
func orderOf(text []byte) (delimiter byte, ok bool) {
	if len(text) < 6 || !strings.EqualFold(string(text[:4]), "sep=") || strings.IndexByte(delimiters, text[4]) < 0 {
		return 0, false
	}
	return text[4], text[5] == '\n' || text[5] == '\r'
}

// width is what a delimiter would make of the head of a text.
type width struct {
	delimiter byte
	rows      int // that have anything in them
	alike     int // rows of the most frequent number of cells from two on
	first     int // the first of these
	faulty    bool
}

// share of the rows that are of one length.
func (w width) share() float64 { return float64(w.alike) / float64(max(1, w.rows)) }

// The rule of [delimiterOf]: candidates whose share is at most near below the best compete; below guess the winner is
// said to be one, and below single there is no delimiter.
const (
	near   = 0.1
	guess  = 0.5
	single = 0.05
	sample = 200 // rows that are looked at
)

// delimiterOf tells the delimiter of a text from its first rows. Each candidate reads them, quotes and all, and counts
// the rows that have the same number of cells, two or more. The largest share of all rows wins; among shares within a
// tenth of it the delimiter with which such rows begin earlier, because a header has the delimiter and hardly ever a
// decimal comma; then the larger share; then tab, semicolon, bar, comma in this order. A delimiter with which quotes do
// not close where cells end is out. The note says so where the rows do not decide. cut says that the text goes on.
func delimiterOf(text []byte, cut bool, d dialect, l Limits) (delimiter byte, note string) {
	var all []width
	sound := false
	for _, c := range []byte(delimiters) {
		d.delimiter = c
		w := widthOf(text, cut, d, l)
		all = append(all, w)
		sound = sound || !w.faulty
	}
	top := 0.0
	for _, w := range all {
		if !w.faulty || !sound {
			top = max(top, w.share())
		}
	}
	if top < single {
		best := all[0]
		for _, w := range all {
			if w.alike < best.alike && !w.faulty || best.faulty && !w.faulty {
				best = w
			}
		}
		if best.rows < 2 {
			return best.delimiter, ""
		}
		return best.delimiter, "No delimiter was found: every line is one cell. Declare the delimiter if that is wrong."
	}
	var best, rival *width
	for i := range all {
		w := &all[i]
		switch {
		case w.faulty && sound || w.alike == 0 || w.share() < top-near:
		case best == nil:
			best = w
		case w.first < best.first || w.first == best.first && w.share() > best.share():
			best, rival = w, best
		case rival == nil || w.first < rival.first:
			rival = w
		}
	}
	switch {
	case rival != nil && rival.first == best.first:
		note = fmt.Sprintf("Cells are taken to be separated by %s, though %s would do about as well. Declare the delimiter if that is wrong.", named(best.delimiter), named(rival.delimiter))
	case best.share() < guess:
		note = fmt.Sprintf("Cells are taken to be separated by %s, which gives rows of many lengths. Declare the delimiter if that is wrong.", named(best.delimiter))
	}
	return best.delimiter, note
}

// widthOf counts the lengths of the first rows under a delimiter.
func widthOf(text []byte, cut bool, d dialect, l Limits) width {
	w := width{delimiter: d.delimiter}
	l.Columns, l.Cell = len(text)+1, len(text)+1 // too long a row says nothing against the delimiter
	r := newRecords(bytes.NewReader(text), d, l)
	var lengths, firsts []int // by number of cells: how many rows, and which was the first
	count := func(cells []string) {
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			return
		}
		for len(lengths) <= len(cells) {
			lengths, firsts = append(lengths, 0), append(firsts, w.rows)
		}
		if lengths[len(cells)] == 0 {
			firsts[len(cells)] = w.rows
		}
		lengths[len(cells)]++
		w.rows++
	}
	var held []string // the last row read, which may have been cut
	for r.rows < sample {
		row, err := r.next(context.Background())
		if err != nil {
			w.faulty = !errors.Is(err, io.EOF) && !cut
			var fault *Fault
			if cut && errors.As(err, &fault) { // a quote that closes behind the head is no fault of the delimiter
				w.faulty = !strings.HasPrefix(fault.What, "opens a quote")
			}
			break
		}
		count(held)
		held = append(held[:0], row.Cells...)
	}
	if !cut || w.rows == 0 || r.rows == sample {
		count(held)
	}
	for n := len(lengths) - 1; n >= 2; n-- {
		if lengths[n] > w.alike {
			w.alike, w.first = lengths[n], firsts[n]
		}
	}
	return w
}
