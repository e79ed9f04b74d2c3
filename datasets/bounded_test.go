package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// empty fails if anything is left in a directory.
func empty(t interface{ Fatalf(string, ...any) }, dir string) {
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v, %v", left, err)
	}
}

func TestRecordsComeInOrderHoweverFewFitInMemory(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.SampledFrom([]int{8, 16, 24, 32}).Draw(t, "width")
		s := sorter{width: width, limit: rapid.SampledFrom([]int{0, 1, 100, 1000, 1 << 20}).Draw(t, "limit"), dir: dir}
		letters := rapid.SampledFrom([]int{1, 2, 255}).Draw(t, "letters") // with few, many records begin alike or are equal
		var want [][]byte
		for range rapid.IntRange(0, 600).Draw(t, "records") {
			record := make([]byte, width)
			for i := range record {
				record[i] = byte(rapid.IntRange(0, letters).Draw(t, "byte"))
			}
			want = append(want, record)
			if err := s.add(record); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(want, bytes.Compare)
		for range 2 { // reading takes nothing away
			var got [][]byte
			if err := s.each(func(record []byte) error { got = append(got, bytes.Clone(record)); return nil }); err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(got, want, bytes.Equal) {
				t.Fatalf("got %x, want %x", got, want)
			}
		}
		empty(t, dir) // even while it is open
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	})
}

// identity is the identity of rows, by its definition.
func identity(t Table, rows [][]string) string {
	var all [][]byte
	for _, cells := range rows {
		text := []byte{}
		for _, s := range append([]string{t.File}, named(t, cells)...) {
			text = append(binary.BigEndian.AppendUint32(text, uint32(len(s))), s...)
		}
		sum := sha256.Sum256(text)
		all = append(all, sum[:])
	}
	slices.SortFunc(all, bytes.Compare)
	sum := sha256.Sum256(bytes.Join(all, nil))
	return hex.EncodeToString(sum[:])
}

func named(t Table, cells []string) (out []string) {
	for i, c := range cells {
		if c != "" {
			out = append(out, t.Columns[i].Name, c)
		}
	}
	return out
}

func TestContentHasOneIdentityInAnyOrderAndHoweverLittleFitsInMemory(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SampledFrom(Tables()).Draw(t, "table")
		cell := rapid.SampledFrom([]string{"", "", "a", "DE", strings.Repeat("long ", 300)})
		var rows [][]string
		for range rapid.IntRange(0, 3000).Draw(t, "rows") / rapid.SampledFrom([]int{1, 10, 1000}).Draw(t, "fewer") {
			cells := make([]string, len(table.Columns))
			for i := range min(3, len(cells)) {
				cells[i] = cell.Draw(t, "cell")
			}
			cells[len(cells)-1] = fmt.Sprint(len(rows))
			rows = append(rows, cells)
		}
		want := identity(table, rows)
		plain := &Hasher{}
		for _, h := range []*Hasher{plain, newHasher(dir, rapid.SampledFrom([]int{1, 1000, 1 << 20}).Draw(t, "limit"))} {
			for _, cells := range rapid.Permutation(rows).Draw(t, "order") {
				h.Add(table, cells)
			}
			if got, err := h.Sum(); err != nil || got != want {
				t.Fatalf("%s, %v; want %s", got, err, want)
			}
			empty(t, dir)
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestIdentitiesStayAsTheyAre(t *testing.T) {
	table, _ := TableFor(WorkersFile)
	summary, err := ReadTable(strings.NewReader(workerHead+"\n"+goodWorker), table, table.File, nil)
	if want := "709ae47e51dc9b34fdf13621581c19c7796cef43ec8572b5f42ef810c428672d"; err != nil || summary.Hash != want {
		t.Errorf("%s, %v; want %s, which is stored in databases", summary.Hash, err, want)
	}
}

// TestRowsForTheSameAreFoundHoweverFewKeysAreKnown holds a file's duplicates against those that a plain program finds:
// every row but the first of those for the same is told, once, with the line of an earlier one, and is not counted.
func TestRowsForTheSameAreFoundHoweverFewKeysAreKnown(t *testing.T) {
	table, _ := TableFor(WorkersFile)
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		lim := usualLimits()
		lim.dir = dir
		lim.keys = rapid.SampledFrom([]int{1, 2, 10, 100}).Draw(t, "known")
		lim.held = rapid.SampledFrom([]int{1, 100, 1000, 1 << 20}).Draw(t, "held")
		text, kept := workerHead+"\n", 0
		same, first := map[string][]int{}, map[int]int{}
		bad := map[int]bool{}
		var rows [][]string
		for line := 2; line < 2+rapid.IntRange(0, 200).Draw(t, "rows"); line++ {
			year, count := fmt.Sprint(1900+rapid.IntRange(0, 100).Draw(t, "year")), rapid.SampledFrom([]string{"1", "2.5", "x"}).Draw(t, "count")
			text += "DE,2221," + year + "," + count + ",stock,,,,Made up,2024,CC0-1.0\n"
			same[year] = append(same[year], line)
			bad[line] = count == "x"
			if first[line] = same[year][0]; first[line] == line && !bad[line] {
				kept++
			}
		}
		summary, err := readTable(strings.NewReader(text), table, table.File, lim, func(_ int, cells []string) error {
			rows = append(rows, slices.Clone(cells))
			return nil
		})
		empty(t, dir)
		told := map[int]bool{}
		if problems, ok := errors.AsType[*Problems](err); ok {
			for _, p := range problems.List {
				if p.Column == "count" {
					continue
				}
				var other int
				if _, err := fmt.Sscanf(p.What, "is for the same as row %d", &other); err != nil || told[p.Row] {
					t.Fatalf("%v", p)
				}
				if other >= p.Row || first[other] != first[p.Row] {
					t.Fatalf("row %d is not for the same as row %d", p.Row, other)
				}
				told[p.Row] = true
			}
		} else if err != nil {
			t.Fatal(err)
		}
		for line, at := range first {
			if told[line] != (at != line) {
				t.Fatalf("row %d, of which row %d is the first: told %v in\n%v", line, at, told[line], err)
			}
		}
		if summary.Rows != int64(kept) {
			t.Fatalf("%d rows are counted, want %d", summary.Rows, kept)
		}
		if want := identity(table, rows); summary.Hash != want && (len(rows) == kept || summary.Hash != "") {
			t.Fatalf("%q is the identity, want %s", summary.Hash, want)
		}
	})
}

func TestThatThereIsNoRoomInTheFileSystemIsTheReadersErrorAndNoProblemOfTheData(t *testing.T) {
	table, _ := TableFor(WorkersFile)
	lim := usualLimits()
	lim.dir, lim.keys, lim.held = filepath.Join(t.TempDir(), "nowhere"), 2, 48
	text := workerHead + "\n"
	for year := range 50 {
		text += fmt.Sprintf("DE,2221,%d,1,stock,,,,Made up,2024,CC0-1.0\n", 1950+year)
	}
	summary, err := readTable(strings.NewReader(text), table, table.File, lim, nil)
	if _, data := errors.AsType[*Problems](err); !errors.Is(err, os.ErrNotExist) || data || summary != (Summary{}) {
		t.Errorf("%+v, %v", summary, err)
	}
}

func TestADecimalIsPlainIfItIsItsCanonicalText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,10}(\.[0-9]{1,6})?`).Draw(t, "decimal")
		if n, ok := parseMicro(text); !ok || plain(text) != (formatMicro(n) == text) {
			t.Fatalf("%q is plain: %v; it is %q", text, plain(text), formatMicro(n))
		}
	})
}

// FuzzRecords holds the reader of records against encoding/csv.
func FuzzRecords(f *testing.F) {
	for _, text := range []string{
		"", "\n", "a,b\n", "a,b", "a,b\r\n\r\n,\n\r", "\"a\",\"b\"\n", "\"a\"\"b\",c\n\"d\ne\r\nf\"\n", "a\"b\nc\n", "\"a\"b\nc,d", "\"a", "\"a\n\nb", "\"\"", "a,\"b\"\r", "\"a\"\r\n",
		"a,,,,,,,,,,,,b,cdefgh,ijklmnop,,\n-,\x00,\n", "a\rb,c\r\r\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, from := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
			want := csv.NewReader(strings.NewReader(text))
			want.FieldsPerRecord = -1
			got := newRecords(from, 1<<16)
			for {
				cells, wantErr := want.Read()
				record, line, err := got.next()
				if errors.Is(err, errRecord) {
					return // encoding/csv has no limit
				}
				if (err == nil) != (wantErr == nil) || errors.Is(err, io.EOF) != errors.Is(wantErr, io.EOF) {
					t.Fatalf("%v, want %v", err, wantErr)
				}
				if errors.Is(err, io.EOF) {
					break
				}
				if wrong, ok := errors.AsType[*csv.ParseError](wantErr); ok {
					if !errors.Is(err, errQuote) || line != wrong.StartLine {
						t.Fatalf("%v in line %d, want %v", err, line, wantErr)
					}
					continue
				}
				var texts []string
				for i := range record.cells {
					texts = append(texts, string(record.cell(i)))
				}
				if wantLine, _ := want.FieldPos(0); !slices.Equal(texts, cells) || line != wantLine {
					t.Fatalf("%q in line %d, want %q in line %d", texts, line, cells, wantLine)
				}
			}
		}
	})
}

// What a row leaves empty, in whatever way, is not what the row before had there.
func TestEmptyCellsOfAKeyAreAlike(t *testing.T) {
	table, _ := TableFor(WorkersFile)
	text := "region,occupation,period,count,kind,status,source,date,licence\n"
	for _, status := range []string{"", "unemployed", " ", "unemployed", "employed", "\t"} {
		text += "DE,2221,2022,1,stock," + status + ",us,2023,CC0-1.0\n"
	}
	_, err := ReadTable(strings.NewReader(text), table, WorkersFile, nil)
	var problems *Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	var twice []string
	for _, p := range problems.List {
		twice = append(twice, fmt.Sprint(p.Row, " ", p.What[:len("is for the same as row 2")]))
	}
	if want := []string{"4 is for the same as row 2", "5 is for the same as row 3", "7 is for the same as row 2"}; !slices.Equal(twice, want) {
		t.Errorf("%q, want %q", twice, want)
	}
}
