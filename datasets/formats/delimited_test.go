package formats_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"labourmatch/datasets/formats"
	"labourmatch/datasets/formats/formatstest"
)

// file is bytes as a file.
func file(content string) formats.File {
	return formats.File{Name: "table", Content: strings.NewReader(content), Size: int64(len(content))}
}

// table is all rows of the only sheet of a file.
func table(t interface {
	Helper()
	Fatalf(string, ...any)
}, content string, o formats.Options,
) (*formats.Document, [][]string) {
	t.Helper()
	doc, err := formats.Open(background, file(content), o)
	if err != nil {
		t.Fatalf("open: %v\n%.300q", err, content)
	}
	if len(doc.Sheets) != 1 {
		t.Fatalf("%d sheets, not one", len(doc.Sheets))
	}
	rows, err := rowsOf(&doc.Sheets[0])
	if err != nil {
		t.Fatalf("read: %v\n%.300q", err, content)
	}
	return doc, rows
}

// rowsOf is all rows of a sheet, those before a fault too.
func rowsOf(s *formats.Sheet) ([][]string, error) {
	var rows [][]string
	for r, err := range s.Rows(background) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, slices.Clone(r.Cells))
	}
	return rows, nil
}

var delimiters = []rune{',', ';', '\t', '|'}

// The corpus of encodings and locales: nothing is declared, and all of it is read as it was written.
func TestWhatAnOfficePublishesIsReadAsWrittenWhateverTheWayOfWriting(t *testing.T) {
	all := formatstest.Encodings()
	for _, c := range all {
		doc, got := table(t, c.Data, formats.Options{})
		if doc.Encoding != c.Encoding || doc.Delimiter != c.Delimiter || len(doc.Notes) > 0 {
			t.Errorf("%s: found %s, %q, %v", c.Name, doc.Encoding, doc.Delimiter, doc.Notes)
		}
		if !slices.EqualFunc(got, c.Want, slices.Equal[[]string]) {
			t.Errorf("%s: read as %q", c.Name, got)
		}
	}
	if len(all) < 800 {
		t.Errorf("the corpus has %d files", len(all))
	}
}

// cellText draws text that is hard to write down, in letters that the encoding has.
func cellText(w formatstest.Writing) *rapid.Generator[string] {
	letters := []rune{'a', 'B', '0', '7', ' ', ',', ';', '|', '\t', '"', '\'', '=', '.', '-', 'é', 'Ø', '€', '”'}
	if w.End != "\r" {
		letters = append(letters, '\n') // there a line break inside a cell comes as another
	}
	if w.Encoding != "windows-1252" {
		letters = append(letters, 'Ж', '中', '😀', '\u2028', '\ufeff')
	}
	return rapid.Custom(func(t *rapid.T) string {
		s := rapid.StringOfN(rapid.SampledFrom(letters), 0, 12, -1).Draw(t, "cell")
		if strings.HasPrefix(s, `="`) {
			return "x" + s
		}
		return s
	})
}

func TestWhatWasWrittenIsWhatIsRead(t *testing.T) {
	writings := slices.Collect(formatstest.Writings)
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom(writings).Draw(t, "writing")
		w.Open = rapid.Bool().Draw(t, "open")
		rows := rapid.SliceOfN(rapid.SliceOfN(cellText(w), 1, 6), 2, 20).Draw(t, "rows")
		for i := range rows { // a mark at the beginning would be one, and CR alone needs a line to be seen
			rows[i][0] = "x" + rows[i][0]
		}
		_, got := table(t, w.Write(rows), formats.Options{Encoding: w.Encoding, Delimiter: w.Delimiter})
		if !slices.EqualFunc(got, rows, slices.Equal[[]string]) {
			t.Fatalf("%v: %q was read as %q", w, rows, got)
		}
	})
}

func TestEscapesAreTakenOffWhereTheyAreDeclared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom([]rune(`aB7 ;,"\`+"\n")), 0, 8, -1), 2, 5), 1, 10).Draw(t, "rows")
		quoted := rapid.Bool().Draw(t, "quoted")
		var b strings.Builder
		for _, row := range rows {
			for i, cell := range row {
				if i > 0 {
					b.WriteByte(';')
				}
				text := strings.NewReplacer(`\`, `\\`, `;`, `\;`, `"`, `\"`, "\n", "\\\n").Replace(cell)
				if quoted {
					text = `"` + text + `"`
				}
				b.WriteString(text)
			}
			b.WriteByte('\n')
		}
		_, got := table(t, b.String(), formats.Options{Encoding: "utf-8", Delimiter: ';', Escape: '\\'})
		if !slices.EqualFunc(got, rows, slices.Equal[[]string]) {
			t.Fatalf("%q was read as %q", rows, got)
		}
	})
}

func TestCellsAreReadAsTheyAreMeant(t *testing.T) {
	for _, c := range []struct {
		text string
		o    formats.Options
		want string
	}{
		{"a,b\n=\"13-2011\",\"=\"\"0110\"\"\"\n", formats.Options{}, `[["a" "b"] ["13-2011" "0110"]]`},
		{"a,b\n=1+1,\"=\"\"a\"\"&\"\"b\"\"\"\n", formats.Options{}, `[["a" "b"] ["=1+1" "=\"a\"&\"b\""]]`},
		{"sep=;\r\na;b\r\n1,5;2,5\r\n", formats.Options{}, `[["a" "b"] ["1,5" "2,5"]]`},
		{"sep=;\r\na;b\r\n", formats.Options{Delimiter: ','}, `[["a;b"]]`},
		{"5\" pipe,it's \"so\"\nx,y\n", formats.Options{}, `[["5\" pipe" "it's \"so\""] ["x" "y"]]`},
		{"a,b\n\n , \nc\n,,\n", formats.Options{}, `[["a" "b"] [] [" " " "] ["c"] ["" "" ""]]`},
		{"a\rb,c\nd,e\n", formats.Options{}, `[["a\rb" "c"] ["d" "e"]]`},
		{"a;\"b\r\nc\"\r\n", formats.Options{}, `[["a" "b\r\nc"]]`},
		{`a;b\;c;d\x` + "\n", formats.Options{Escape: '\\'}, `[["a" "b;c" "d\\x"]]`},
		{`a;b\;c` + "\n", formats.Options{Delimiter: ';'}, `[["a" "b\\" "c"]]`},
		{"Kode;Antall\n0110;1 400\n", formats.Options{}, `[["Kode" "Antall"] ["0110" "1 400"]]`},
	} {
		_, rows := table(t, c.text, c.o)
		if got := fmt.Sprintf("%q", rows); got != c.want {
			t.Errorf("%q is read as %s, not %s", c.text, got, c.want)
		}
	}
}

func TestADelimiterThatRowsDoNotDecideIsReported(t *testing.T) {
	for _, c := range []struct {
		text, note string
		delimiter  rune
	}{
		{"1,5;2,5\n3,5;4,5\n", "Cells are taken to be separated by ;, though , would do about as well.", ';'},
		{"Berufe\nKöche\nMaurer\n", "No delimiter was found: every line is one cell.", 0},
		{"a title, in words\nmore of it\nand, more, of it\nand still\nmore\nstill\nmore\n", "Cells are taken to be separated by ,, which gives rows of many lengths.", ','},
		{"Land;Bestand\nBayern;1,5\nBerlin;2,5\nHessen;3,5\n", "", ';'},
		{"land,list\nBayern,a;b\nBerlin,c;d\nHessen,e;f\n", "", ','},
		{"Year\tText\n2022\ta, b, c\n2022\td, e, f\n", "", '\t'},
	} {
		doc, _ := table(t, c.text, formats.Options{})
		note := strings.Join(doc.Notes, " ")
		if c.delimiter != 0 && doc.Delimiter != c.delimiter || !strings.HasPrefix(note, c.note) || c.note == "" && note != "" {
			t.Errorf("%q: taken for %q, with the note %q", c.text, doc.Delimiter, note)
		}
	}
}

func TestLinesAreThoseOfTheFile(t *testing.T) {
	doc, err := formats.Open(background, file("title\n\na,\"b\nc\"\r\nd,e\n"), formats.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []int
	for r, err := range doc.Sheets[0].Rows(background) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, r.Line)
	}
	if want := []int{1, 2, 3, 5}; !slices.Equal(lines, want) {
		t.Errorf("the lines are %v, not %v", lines, want)
	}
}

// FuzzDelimited: whatever the bytes, reading ends, in rows or in a fault; and what encoding/csv reads without complaint
// is read alike, but for what is documented: empty lines, line breaks inside cells and ="text".
func FuzzDelimited(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "\"a\"\"b\",c\r\n\"x\ny\",z", "a;b\\;c\n", "\"open", "a\rb\rc", "=\"1\",2\n", "\xff\xfea\x00,\x00b\x00", "é\xe9", "sep=;\na;b\n"} {
		f.Add(text, byte(','), false)
	}
	f.Fuzz(func(t *testing.T, text string, d byte, escape bool) {
		o := formats.Options{Format: formats.CSV, Delimiter: delimiters[int(d)%len(delimiters)]}
		if escape {
			o.Escape = '\\'
		}
		doc, err := formats.Open(background, file(text), o)
		if err != nil {
			kindly(t, err)
			return
		}
		got, err := rowsOf(&doc.Sheets[0])
		if err != nil {
			kindly(t, err)
		}
		if escape || doc.Encoding != "utf-8" || !utf8.ValidString(text) || strings.Contains(text, "\r") && !strings.Contains(text, "\n") || strings.HasPrefix(strings.ToLower(text), "sep=") || len(doc.Packing) > 0 {
			return
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
		r.Comma, r.FieldsPerRecord = o.Delimiter, -1
		want, wrong := r.ReadAll()
		if wrong != nil || strings.Contains(text, "\x00") {
			return
		}
		if err != nil {
			t.Fatalf("%q is refused (%v) and is read as %q by encoding/csv", text, err, want)
		}
		got = slices.DeleteFunc(got, func(r []string) bool { return len(r) == 0 })
		if !slices.EqualFunc(got, want, func(a, b []string) bool {
			return slices.EqualFunc(a, b, func(a, b string) bool {
				return strings.ReplaceAll(a, "\r\n", "\n") == b || strings.HasPrefix(b, `="`)
			})
		}) {
			t.Fatalf("%q is read as %q, and as %q by encoding/csv", text, got, want)
		}
	})
}

// kindly holds an error to what an official can use: a fault with what is wrong in words.
func kindly(t testing.TB, err error) {
	t.Helper()
	var fault *formats.Fault
	switch {
	case !errors.As(err, &fault):
		t.Errorf("%v is no fault of the file", err)
	case fault.File == "" || fault.What == "" || fault.Hint == "":
		t.Errorf("%#v lacks the file, what is wrong or what to do", fault)
	case len(fault.Error()) > 600 || !utf8.ValidString(fault.Error()):
		t.Errorf("%q is too long, or is no text", fault.Error())
	}
}

// BenchmarkDelimited reads the same text with detection and all, and with encoding/csv alone; the ratio of their speeds
// is of one run.
func BenchmarkDelimited(b *testing.B) {
	var plain, quoted bytes.Buffer
	for i := range 400_000 {
		fmt.Fprintf(&plain, "DE-BY,%04d,%d,stock,%d.5,Statistik der Bundesagentur,2022,CC-BY-4.0\n", i%9999, 2000+i%25, i)
		fmt.Fprintf(&quoted, "\"DE-TH\",\"%04d\",\"Köche, Küchenhilfen\",\"%d\",\"1,%03d.5\",\"stock\"\n", i%9999, 2000+i%25, i%1000)
	}
	utf16le := formatstest.Writing{Encoding: "utf-16le", Mark: true}.Encode("\ufeff" + plain.String())
	for _, c := range []struct{ name, text, alone string }{
		{"plain", plain.String(), plain.String()}, {"quoted", quoted.String(), quoted.String()}, {"utf-16", utf16le, plain.String()},
	} {
		b.Run(c.name, func(b *testing.B) {
			var ours, alone time.Duration
			for b.Loop() {
				begun := time.Now()
				r := csv.NewReader(strings.NewReader(c.alone))
				r.ReuseRecord = true
				rows := 0
				for {
					if _, err := r.Read(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
					rows++
				}
				alone += time.Since(begun)

				begun = time.Now()
				doc, err := formats.Open(background, file(c.text), formats.Options{})
				if err != nil {
					b.Fatal(err)
				}
				for _, err := range doc.Sheets[0].Rows(background) {
					if err != nil {
						b.Fatal(err)
					}
					rows--
				}
				ours += time.Since(begun)
				if rows != 0 {
					b.Fatal("the rows differ")
				}
			}
			b.ReportMetric(alone.Seconds()/ours.Seconds(), "×csv")
			b.ReportMetric(float64(len(c.text))*float64(b.N)/ours.Seconds()/1e6, "MB/s")
		})
	}
}
