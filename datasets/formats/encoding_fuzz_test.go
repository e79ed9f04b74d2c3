package formats

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// FuzzEncoding: text in a declared encoding that is read is what another decoder makes of it, and that reads alike; and
// what that decoder has to replace is refused.
func FuzzEncoding(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "a\x00,\x00b\x00\n\x00", "\x00a\x00,\x00b\x00\n", "\xff\xfea\x00", "\xd8\x3d\xde\x00", "\xdc\x00", "a", "\xe9\x81", ""} {
		for which := range 3 {
			f.Add([]byte(text), byte(which))
		}
	}
	declared := []string{utf16LE, utf16BE, windows1252}
	decoders := []encoding.Encoding{unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), charmap.Windows1252}
	read := func(b []byte, encoding string) ([]string, error) {
		o := Options{Format: CSV, Encoding: encoding, Delimiter: ','}
		d, err := Open(context.Background(), File{Name: "fuzz", Content: bytes.NewReader(b), Size: int64(len(b))}, o)
		if err != nil {
			return nil, err
		}
		var rows []string
		for r, err := range d.Sheets[0].Rows(context.Background()) {
			if err != nil {
				return nil, err
			}
			rows = append(rows, fmt.Sprintf("%d %q", r.Line, r.Cells))
		}
		return rows, nil
	}
	f.Fuzz(func(t *testing.T, b []byte, which byte) {
		n := int(which) % len(declared)
		got, err := read(b, declared[n])
		var fault *Fault
		if err != nil && !errors.As(err, &fault) {
			t.Fatalf("%v is no fault", err)
		}
		if what, _ := otherKind(b); what != "" || bytes.HasPrefix(b, []byte("PK")) || bytes.HasPrefix(b, []byte("\x1f\x8b")) {
			return
		}
		text, _ := decoders[n].NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(text, '\ufffd') {
			if err == nil && !bytes.Contains(b, []byte{0xfd}) { // which could be a replacement as it stands
				t.Fatalf("%q is read as %q, and is no %s", b, got, declared[n])
			}
			return
		}
		want, err := read(text, utf8Encoding)
		if err != nil && len(text) == 0 || len(text) > 0 && (bytes.HasPrefix(text, []byte(utf8Mark+utf8Mark)) || string(text) == utf8Mark) {
			return
		}
		if what, _ := otherKind(text); what != "" || bytes.HasPrefix(text, []byte("PK")) || bytes.HasPrefix(text, []byte("\x1f\x8b")) {
			return
		}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s %q is read as %q; as %q (%v) once it is decoded", declared[n], b, got, want, err)
		}
	})
}

// FuzzAnswer: whatever a process answers that has read a workbook, it is rows or it is refused; no length is believed.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte("R\x06\x01\x02\x01a\x01bE\x00"))
	f.Add([]byte("R\x05\x01\xff\xff\xff\x7fE\x00"))
	f.Add([]byte("F\x0b{\"What\":\"x\"}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		in := bufio.NewReader(bytes.NewReader(b))
		var payload []byte
		var cells []string
		for {
			kind, next, err := readFrame(in, payload, Limits{}.filled())
			if err != nil {
				return
			}
			payload = next
			switch kind {
			case frameRow:
				row, err := rowOf(payload, cells[:0])
				if err == nil && (row.Line < 1 || len(strings.Join(row.Cells, "")) > len(payload)) {
					t.Fatalf("%q is row %+v", payload, row)
				}
			case frameFault:
				if faultOf(payload) == nil {
					t.Fatalf("%q is no error", payload)
				}
			}
		}
	})
}
