package formatstest

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// Writing is a way to write a table down.
type Writing struct {
	Delimiter rune
	Encoding  string // as package formats names it
	Mark      bool   // a byte order mark
	End       string // of lines
	All       bool   // quotes everywhere
	Open      bool   // no end after the last line
}

// String says which.
func (w Writing) String() string {
	return fmt.Sprintf("%q %s mark=%v end=%q all=%v open=%v", w.Delimiter, w.Encoding, w.Mark, w.End, w.All, w.Open)
}

// Write writes a table by the rules of RFC 4180, independently of what reads it.
func (w Writing) Write(rows [][]string) string {
	var b strings.Builder
	if w.Mark {
		b.WriteRune('\ufeff')
	}
	for i, row := range rows {
		for j, cell := range row {
			if j > 0 {
				b.WriteRune(w.Delimiter)
			}
			if w.All || strings.ContainsAny(cell, "\"\r\n"+string(w.Delimiter)) || len(row) == 1 && cell == "" {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		if i < len(rows)-1 || !w.Open {
			b.WriteString(w.End)
		}
	}
	return w.Encode(b.String())
}

// Encode writes text in the encoding, without a mark of its own.
func (w Writing) Encode(text string) string {
	var out []byte
	switch w.Encoding {
	case "utf-16le":
		for _, u := range utf16.Encode([]rune(text)) {
			out = binary.LittleEndian.AppendUint16(out, u)
		}
	case "utf-16be":
		for _, u := range utf16.Encode([]rune(text)) {
			out = binary.BigEndian.AppendUint16(out, u)
		}
	case "windows-1252":
		s, err := charmap.Windows1252.NewEncoder().String(text)
		if err != nil {
			panic(err)
		}
		return s
	default:
		return text
	}
	return string(out)
}

// The ways in which offices write, and which are told apart.
var (
	encodings = []struct {
		name string
		mark bool
	}{
		{"utf-8", false},
		{"utf-8", true},
		{"utf-16le", false},
		{"utf-16le", true},
		{"utf-16be", false},
		{"utf-16be", true},
		{"windows-1252", false},
	}
	delimiters = []rune{',', ';', '\t', '|'}
	lineEnds   = []string{"\n", "\r\n", "\r"}
)

// Case is a table written down, and what has to be read of it with nothing declared.
type Case struct {
	Name string
	Writing
	Data string
	Want [][]string
}

// Reader reads it from its beginning to its end.
func (c Case) Reader() io.Reader { return strings.NewReader(c.Data) }

// Encodings is what a statistics office publishes, as the offices of five countries would write its numbers, in every
// way of writing it down.
func Encodings() []Case {
	var all []Case
	for _, numbers := range [][]string{
		{"Canada in English", "1,234.5", "0.25", "12,000"},
		{"Germany", "1.234,5", "0,25", "12.000"},
		{"Norway and France", "1\u00a0234,5", "0,25", "12\u00a0000"},
		{"Switzerland", "1’234.5", "0.25", "12’000"},
		{"nowhere", "1234.5", ".25", "12000"},
	} {
		rows := [][]string{
			{"Arbeitslose nach Beruf und Land, 2022"},
			{},
			{"Land", "Code", "Beruf", "Bestand", "Anteil", "Größe"},
		}
		for i := range 30 {
			rows = append(rows, []string{"Thüringen", fmt.Sprintf("%04d", i*37), "Köche, \"Küchenhilfen\"; andere", numbers[1], numbers[2], numbers[3]})
			rows = append(rows, []string{"Østfold", fmt.Sprintf("%04d", i*41), "Sykepleiere | vernepleiere", "*", "", numbers[3]})
		}
		rows = append(rows, []string{"Quelle: Statistik", "", "", "", "", ""}, []string{"1) gerundet auf 5 €"})
		for w := range Writings {
			w.Open = len(all)%3 == 0
			all = append(all, Case{fmt.Sprintf("numbers as in %s, %v", numbers[0], w), w, w.Write(rows), rows})
		}
	}
	return all
}

// Writings calls yield with every way of writing down.
func Writings(yield func(Writing) bool) {
	for _, e := range encodings {
		for _, d := range delimiters {
			for _, end := range lineEnds {
				for _, all := range []bool{false, true} {
					if !yield(Writing{Delimiter: d, Encoding: e.name, Mark: e.mark, End: end, All: all}) {
						return
					}
				}
			}
		}
	}
}
