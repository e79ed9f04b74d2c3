package formats_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"labourmatch/datasets/formats"
	"labourmatch/datasets/formats/formatstest"
)

const good = "region,count\nDE-BY,5\nDE-BE,7\n"

// Every hostile file is refused, with what it should say, its place and what to do, or is read; in this process and,
// where it could be a workbook, by another; and this one never takes more memory than the bound, neither of what the
// runtime counts as in use nor of what the system counts as its own.
func TestHostileFilesAreRefusedKindlyOrReadAndTakeNoMemory(t *testing.T) {
	all := formatstest.Hostile()
	if len(all) < 330 {
		t.Errorf("the corpus has %d files", len(all))
	}
	more := formatstest.Resident(func() {
		inBoth(t, func(t *testing.T, how formats.Options) {
			for i, h := range all {
				head := make([]byte, 2)
				n, _ := h.ReadAt(head, 0)
				if packed := string(head[:n]) == "PK" || string(head[:n]) == "\x1f\x8b"; how.Child != nil && !packed {
					continue // only what is packed can be a workbook
				}
				if how.Child != nil && raceDetector && i%4 > 0 {
					continue // to start takes the process longer than to read
				}
				o := formats.Options{Format: formats.Format(h.Format), Encoding: h.Encoding, Limits: formats.Limits{Rows: h.Rows, Bytes: h.Bytes}, Child: how.Child}
				if raceDetector {
					o.Limits.Codes = 50_000 // what breaks the usual limit breaks this one too
				}
				var err error
				rows := 0
				began, up := time.Now(), formatstest.Heap(func() { rows, err = readAll(t, h.Name, h.Text, o) })
				if testing.Verbose() {
					t.Logf("%s: %v, %d MB, %v", h.Name, time.Since(began).Round(time.Millisecond), up>>20, err)
				}
				switch {
				case (err == nil) != h.Harmless:
					t.Errorf("%s: %d rows, and then %v", h.Name, rows, err)
				case err == nil:
				case h.Says == "":
					kindly(t, err)
				default:
					saysWhat(t, err, h.Says)
				}
				if up > formatstest.MemoryBound {
					t.Errorf("%s: memory in use went up by %d MB", h.Name, up>>20)
				}
			}
		})
	})
	if more > formatstest.MemoryBound {
		t.Errorf("the process has taken %d MB more", more>>20)
	} else {
		t.Logf("%d files, %d MB more", len(all), more>>20)
	}
}

// readAll opens a file and reads all rows of all its sheets, up to the first fault.
func readAll(t *testing.T, name string, text formatstest.Text, o formats.Options) (rows int, err error) {
	doc, err := formats.Open(t.Context(), formats.File{Name: name, Content: text, Size: text.Size()}, o)
	if err != nil {
		return 0, err
	}
	for i := range doc.Sheets {
		for _, err := range doc.Sheets[i].Rows(t.Context()) {
			if err != nil {
				return rows, err
			}
			rows++
		}
	}
	return rows, nil
}

// saysWhat holds an error to what should be said.
func saysWhat(t *testing.T, err error, what string) {
	t.Helper()
	var fault *formats.Fault
	switch {
	case !errors.As(err, &fault) || fault.File == "":
		t.Errorf("%v is no fault of the file", err)
	case !strings.Contains(fault.Error(), what):
		t.Errorf("says %q, should say %q", fault.Error(), what)
	case len(fault.Error()) > 600:
		t.Errorf("%s: a fault of %d bytes", fault.File, len(fault.Error()))
	}
}

func TestAFaultSaysWhere(t *testing.T) {
	for _, c := range []struct {
		content, want string
	}{
		{"a,b\n\"c,d\ne,f\n", "table, row 2: opens a quote that is not closed within the file and 256 KB. Close it, or write a quote that is text twice (\"\") in a cell in quotes."},
		{"a,b\n1,2\n\x81,1\n", "table, row 3: has the byte 0x81, which is neither UTF-8 nor Windows-1252. Save the file as UTF-8 in the program that wrote it."},
		{strings.Repeat("Köche,1\n", 9000) + "\x00,1\n", "table, row 9001: has a NUL byte, which no text has. The file is broken or is not a table; save it again as CSV or as an XLSX workbook."},
		{"a,b\n\"c\"d,e\n", "table, row 2: has text after the closing quote of a cell: \"d\". Write a quote that is text twice (\"\"), or declare the escape if it is written \\\"."},
		{formatstest.Zipped("x.csv", "a,b\n\"", "y.csv", good), "table/x.csv, row 2: opens a quote that is not closed within the file and 256 KB. Close it, or write a quote that is text twice (\"\") in a cell in quotes."},
		{formatstest.Workbook(map[string]string{"xl/worksheets/sheet1.xml": formatstest.Sheet(`<row/><row><c/><c><f>A1</f></c></row>`)}), "table, sheet Blatt 1, row 2: has a formula in B2 whose result is not stored. Open the workbook in a spreadsheet program and save it there, or put values in place of formulas."},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "table: is an old Excel workbook (.xls) or a workbook with a password. Open it in a spreadsheet program and save it as XLSX without a password."},
	} {
		doc, err := formats.Open(t.Context(), file(c.content), formats.Options{})
		if err == nil {
			_, err = rowsOf(&doc.Sheets[0])
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("the fault is  %v\nit should be %s", err, c.want)
		}
	}
}
