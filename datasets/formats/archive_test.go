package formats_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"labourmatch/datasets/formats"
	"labourmatch/datasets/formats/formatstest"
)

func TestWhatIsPackedIsReadAsWhatItIs(t *testing.T) {
	for _, c := range []struct {
		name, content string
		packing       []string
	}{
		{"gzip", formatstest.Gzipped(good), []string{"gzip"}},
		{"zip", formatstest.Zipped("a.csv", good), []string{"zip"}},
		{"zip of a folder with litter", formatstest.Zipped("t/", "", "t/a.csv", good, "__MACOSX/t/._a.csv", "x"), []string{"zip"}},
		{"zip in gzip", formatstest.Gzipped(formatstest.Zipped("a.csv", good)), []string{"gzip", "zip"}},
		{"gzip in zip", formatstest.Zipped("a.csv.gz", formatstest.Gzipped(good)), []string{"zip", "gzip"}},
		{"zip in zip", formatstest.Zipped("a.zip", formatstest.Zipped("a.csv", good)), []string{"zip", "zip"}},
	} {
		doc, rows := table(t, c.content, formats.Options{})
		if got := fmt.Sprintf("%q", rows); got != `[["region" "count"] ["DE-BY" "5"] ["DE-BE" "7"]]` {
			t.Errorf("%s is read as %s", c.name, got)
		}
		if !slices.Equal(doc.Packing, c.packing) || doc.Sheets[0].Name != "" || doc.Format != formats.CSV || len(doc.Notes) > 0 {
			t.Errorf("%s: %+v", c.name, doc)
		}
	}
}

func TestEachMemberOfAnArchiveIsASheetAndWhatIsNoTableIsLeftOutAndSaid(t *testing.T) {
	content := formatstest.Zipped("a.csv", good, "b.txt", formatstest.Writing{Encoding: "utf-16be", Mark: true}.Encode("\ufeffx;y\n1;2\n"), "c.xlsx", formatstest.Workbook(nil), "read me.pdf", "%PDF-1.7", "empty.csv", "")
	doc, err := formats.Open(t.Context(), file(content), formats.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range doc.Sheets {
		rows, err := rowsOf(&s)
		got = append(got, fmt.Sprintf("%s %s %s %q %v %v", s.Name, s.Format, s.Encoding, s.Delimiter, len(rows), err))
	}
	want := []string{`a.csv csv utf-8 ',' 3 <nil>`, `b.txt csv utf-16be ';' 2 <nil>`, `c.xlsx/Blatt 1 xlsx  '\x00' 1 <nil>`}
	if !slices.Equal(got, want) {
		t.Errorf("the sheets are %q", got)
	}
	if notes := strings.Join(doc.Notes, "\n"); notes != "read me.pdf is left out: it is a PDF document, which has no tables but only their looks.\nempty.csv is left out: it is empty." {
		t.Errorf("the notes are %s", notes)
	}
}

func TestAPackedTableIsReadByManyAtOnce(t *testing.T) {
	var b strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&b, "DE-BY;%d;%d\n", i, i*7)
	}
	doc, err := formats.Open(t.Context(), file(formatstest.Zipped("a.csv", b.String())), formats.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			i := 0
			for r, err := range doc.Sheets[0].Rows(background) {
				if err != nil || r.Cells[1] != fmt.Sprint(i) {
					t.Errorf("row %d is %q, %v", i, r.Cells, err)
					return
				}
				i++
			}
			if i != 50_000 {
				t.Errorf("%d rows", i)
			}
		})
	}
	all.Wait()
}

// failing is a file whose medium breaks in the middle.
type failing struct{ at int64 }

var errMedium = errors.New("the medium is broken")

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.at {
		return 0, errMedium
	}
	for i := range p {
		p[i] = "1,2\n"[(off+int64(i))%4]
	}
	return len(p), nil
}

func TestABrokenMediumIsNoFaultOfTheFile(t *testing.T) {
	for _, at := range []int64{0, 1 << 16, 1 << 20} {
		_, err := formats.Open(t.Context(), formats.File{Name: "a", Content: failing{at}, Size: 2 << 20}, formats.Options{})
		var fault *formats.Fault
		if !errors.Is(err, errMedium) || errors.As(err, &fault) {
			t.Errorf("at %d the error is %v", at, err)
		}
	}
}

func TestWhatIsDeclaredWrongIsTheCallersMistake(t *testing.T) {
	for _, o := range []formats.Options{{Format: "xls"}, {Encoding: "latin1"}, {Delimiter: ':'}, {Escape: '"'}, {Escape: 'é'}} {
		_, err := formats.Open(t.Context(), file(good), o)
		var fault *formats.Fault
		if err == nil || errors.As(err, &fault) {
			t.Errorf("%+v: the error is %v", o, err)
		}
	}
}

// endless gives the same rows for ever, packed into nothing: what is read must be a stream.
type endless struct{}

func (endless) ReadAt(p []byte, off int64) (int, error) {
	const row = "DE-BY,2221,2022,120,stock,some text of a row as it is\n"
	for i := range p {
		p[i] = row[(off+int64(i))%int64(len(row))]
	}
	return len(p), nil
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if raceDetector {
		return // its own memory would be measured
	}
	const size = 300 << 20
	rows := 0
	more := formatstest.Resident(func() {
		doc, err := formats.Open(t.Context(), formats.File{Name: "a", Content: io.NewSectionReader(endless{}, 0, size), Size: size}, formats.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range doc.Sheets[0].Rows(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			rows++
		}
	})
	if more > 64<<20 || rows < 5_000_000 {
		t.Errorf("%d rows took %d MB more", rows, more>>20)
	}
}

// FuzzArchive: whatever the bytes behind the marks of an archive, opening and reading end in rows or in a fault.
func FuzzArchive(f *testing.F) {
	for _, s := range []string{formatstest.Zipped("a.csv", good), formatstest.Gzipped(good), formatstest.Archive(formatstest.Entry{Name: "a.csv", Data: good}, formatstest.Entry{Name: "b.csv", Data: good, At: 1}), formatstest.Zipped("a.zip", formatstest.Zipped("b.csv", good)), formatstest.Workbook(nil), formatstest.Gzipped(formatstest.Zipped("a.csv", good))} {
		f.Add([]byte(s))
	}
	f.Fuzz(readsOrRefuses)
}

// FuzzDetect: whatever the bytes are and whatever is declared of them, opening and reading end in rows or in a fault.
func FuzzDetect(f *testing.F) {
	for _, h := range formatstest.Hostile() {
		if h.Size() < 4096 {
			f.Add([]byte(h.String()))
		}
	}
	f.Fuzz(readsOrRefuses)
}

func readsOrRefuses(t *testing.T, content []byte) {
	limits := formats.Limits{Bytes: 8 << 20, Ratio: 200, Entries: 50}
	doc, err := formats.Open(background, file(string(content)), formats.Options{Limits: limits})
	if err != nil {
		kindly(t, err)
		return
	}
	for i := range doc.Sheets {
		s := &doc.Sheets[i]
		var first []string
		rows, err := rowsOf(s)
		if err != nil {
			kindly(t, err)
		}
		for _, r := range rows {
			first = append(first, strings.Join(r, "\x00"))
		}
		again, _ := rowsOf(s)
		if len(again) != len(first) {
			t.Fatalf("%d rows, and again %d", len(first), len(again))
		}
	}
}
