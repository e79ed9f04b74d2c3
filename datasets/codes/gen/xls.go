package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"unicode/utf16"
)

// readXLS returns the cells of the sheets of an Excel 97 workbook as text: sheet → row →
// column. It reads just what the crosswalk of the Bureau of Labor Statistics has, which
// is published in no other form: texts and numbers, no formulas, no formats. A file that
// is cut short is an error and never a panic.
func readXLS(path string) (sheets [][][]string, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		// Every offset below comes from the file itself. One that points outside is the
		// same fault wherever it is met, so it is caught once.
		if r := recover(); r != nil {
			sheets, err = nil, fmt.Errorf("%s: not an Excel 97 workbook, or cut short: %v", path, r)
		}
	}()
	book, err := workbook(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var texts []string
	var begins []int
	for _, r := range records(book, 0) {
		switch r.kind {
		case 0x0085:
			begins = append(begins, int(binary.LittleEndian.Uint32(r.parts[0])))
		case 0x00fc:
			texts = sharedTexts(r.parts)
		}
	}
	for _, at := range begins {
		sheets = append(sheets, cellsOf(records(book, at), texts))
	}
	return sheets, nil
}

// workbook returns the stream of that name from the compound file (Microsoft's
// [MS-CFB]): sectors chained through a table, listed in a directory.
func workbook(raw []byte) ([]byte, error) {
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(raw[at:]) }
	if len(raw) < 512 || u32(0) != 0xe011cfd0 {
		return nil, errors.New("not a compound file")
	}
	size := 1 << binary.LittleEndian.Uint16(raw[30:])
	sector := func(n uint32) []byte { return raw[(int(n)+1)*size : (int(n)+2)*size] }
	var next []uint32
	for i := range min(109, int(u32(44))) {
		for s := sector(u32(76 + 4*i)); len(s) > 0; s = s[4:] {
			next = append(next, binary.LittleEndian.Uint32(s))
		}
	}
	stream := func(at uint32) []byte {
		var out []byte
		for steps := 0; at < 0xfffffffa && steps <= len(next); steps++ {
			out = append(out, sector(at)...)
			at = next[at]
		}
		return out
	}
	for dir := stream(u32(48)); len(dir) >= 128; dir = dir[128:] {
		name := wide(dir[:max(0, int(binary.LittleEndian.Uint16(dir[64:]))-2)])
		if name == "Workbook" {
			return stream(binary.LittleEndian.Uint32(dir[116:]))[:binary.LittleEndian.Uint32(dir[120:])], nil
		}
	}
	return nil, errors.New("no workbook inside")
}

// record is one record of the workbook stream; parts are its own bytes and those of the
// records that continue it.
type record struct {
	kind  uint16
	parts [][]byte
}

// records lists the records from an offset to the end of that sheet.
func records(book []byte, at int) []record {
	var out []record
	for at+4 <= len(book) {
		kind, n := binary.LittleEndian.Uint16(book[at:]), int(binary.LittleEndian.Uint16(book[at+2:]))
		body := book[at+4 : at+4+n]
		at += 4 + n
		switch {
		case kind == 0x000a:
			return out
		case kind == 0x003c && len(out) > 0:
			out[len(out)-1].parts = append(out[len(out)-1].parts, body)
		default:
			out = append(out, record{kind, [][]byte{body}})
		}
	}
	return out
}

// sharedTexts reads the table of texts. Where a text goes on in the next part, that part
// begins by saying anew whether a character takes one byte or two.
func sharedTexts(parts [][]byte) []string {
	total := binary.LittleEndian.Uint32(parts[0][4:])
	now, rest := parts[0][8:], parts[1:]
	more := func() {
		if len(now) == 0 {
			now, rest = rest[0], rest[1:]
		}
	}
	skip := func(n int) {
		for n > 0 {
			more()
			step := min(n, len(now))
			now, n = now[step:], n-step
		}
	}
	var out []string
	for range total {
		more()
		left, flags := int(binary.LittleEndian.Uint16(now)), now[2]
		now = now[3:]
		after := 0
		if flags&8 != 0 {
			after = 4 * int(binary.LittleEndian.Uint16(now))
			now = now[2:]
		}
		if flags&4 != 0 {
			after += int(binary.LittleEndian.Uint32(now))
			now = now[4:]
		}
		text := ""
		for {
			width := 1 + int(flags&1)
			n := min(left, len(now)/width)
			text += characters(now[:n*width], width)
			now, left = now[n*width:], left-n
			if left == 0 {
				break
			}
			now, rest = rest[0], rest[1:]
			flags, now = now[0], now[1:]
		}
		skip(after)
		out = append(out, text)
	}
	return out
}

func characters(b []byte, width int) string {
	if width == 2 {
		return wide(b)
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

func wide(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// cellsOf places the texts and numbers of a sheet's records in rows and columns.
func cellsOf(list []record, texts []string) [][]string {
	var rows [][]string
	put := func(row, column int, text string) {
		for len(rows) <= row {
			rows = append(rows, nil)
		}
		for len(rows[row]) <= column {
			rows[row] = append(rows[row], "")
		}
		rows[row][column] = text
	}
	for _, r := range list {
		b := r.parts[0]
		u16 := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
		switch r.kind {
		case 0x00fd:
			put(u16(0), u16(2), texts[binary.LittleEndian.Uint32(b[6:])])
		case 0x0203:
			put(u16(0), u16(2), number(math.Float64frombits(binary.LittleEndian.Uint64(b[6:]))))
		case 0x027e:
			put(u16(0), u16(2), number(packed(binary.LittleEndian.Uint32(b[6:]))))
		case 0x00bd:
			for i := 0; 4+6*i+6 <= len(b)-2; i++ {
				put(u16(0), u16(2)+i, number(packed(binary.LittleEndian.Uint32(b[4+6*i+2:]))))
			}
		}
	}
	return rows
}

// packed undoes Excel's short form of a number: a whole number or the upper half of a
// real one, divided by a hundred or not.
func packed(v uint32) float64 {
	x := math.Float64frombits(uint64(v&^3) << 32)
	if v&2 != 0 {
		x = float64(int32(v) >> 2) //nolint:gosec // the sign is the file's
	}
	if v&1 != 0 {
		x /= 100
	}
	return x
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
