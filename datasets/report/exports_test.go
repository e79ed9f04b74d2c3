package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
	"labourmatch/datasets/report"
)

// hashes differ whenever anything of a report does, and are not what is tested here.
var hashes = regexp.MustCompile(`[0-9a-f]{64}`)

var background = context.Background()

// fataler is what a test and a property have in common.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func exported(t fataler, x *report.Export, form report.ExportForm) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := x.Write(&b, form); err != nil {
		t.Fatalf("%v", err)
	}
	return b.Bytes()
}

// opened are the rows of the first sheet of a file as our own readers have them, its header first.
func opened(t fataler, data []byte) [][]string {
	t.Helper()
	doc, err := formats.Open(background, formats.File{Name: "export", Content: bytes.NewReader(data), Size: int64(len(data))}, formats.Options{})
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, data)
	}
	var rows [][]string
	if doc.Sheets[0].Columns != nil {
		rows = append(rows, doc.Sheets[0].Columns)
	}
	for row, err := range doc.Sheets[0].Rows(background) {
		if err != nil {
			t.Fatalf("%v", err)
		}
		rows = append(rows, slices.Clone(row.Cells))
	}
	return rows
}

// asCSV writes rows down, filled up to the width of the header.
func asCSV(t fataler, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		row = append(slices.Clone(row), make([]string, len(rows[0])-len(row))...)
		if err := w.Write(row); err != nil {
			t.Fatalf("%v", err)
		}
	}
	w.Flush()
	return b.Bytes()
}

// fromSDMX turns observations of a table with one measure back into the table's own columns.
func fromSDMX(x *report.Export, rows [][]string) [][]string {
	head := rows[0]
	out := [][]string{{}}
	var from []int
	for _, c := range x.Columns {
		id := strings.ToUpper(c.Name)
		switch c.Role {
		case report.Measure:
			id = "OBS_VALUE"
		case report.Time:
			id = "TIME_PERIOD"
		case report.Dimension, report.Attribute, report.Label:
		}
		out[0] = append(out[0], c.Name)
		from = append(from, slices.Index(head, id))
	}
	for _, row := range rows[1:] {
		var cells []string
		for _, i := range from {
			cell := ""
			if i >= 0 && i < len(row) && row[i] != "_Z" {
				cell = row[i]
			}
			cells = append(cells, cell)
		}
		out = append(out, cells)
	}
	return out
}

// identity is the order-free hash of the rows of a table that a market would read.
func identity(t fataler, table datasets.Table, file []byte) datasets.Summary {
	t.Helper()
	s, err := datasets.ReadTable(bytes.NewReader(file), table, table.File, func(int, []string) error { return nil })
	if err != nil {
		t.Fatalf("%v\n%.3000s", err, file)
	}
	return s
}

// drawRows draws rows of a market's table in canonical text, with sources that a spreadsheet would run as formulas.
func drawRows(t *rapid.T, table datasets.Table) [][]string {
	values := map[string][]string{
		"region": {"DE", "DE-BY", "NO-03", "PH"}, "occupation": {"0110", "2221", "5321", "9211"}, "from": {"0110", "2221"}, "to": {"5321", "0310"},
		"period": {"2023", "2024"}, "count": {"0", "1", "1400", "0.5", "400000000", "3.141593", "12.25", "0.000001"}, "kind": {"stock"},
		"wage": {"", "52000", "41000.5"}, "contract": {"", "permanent", "seasonal"}, "months": {"", "6", "24"}, "coverage": {"", "0.5", "1"},
		"date": {"2024", "2024-05", "2024-05-31"}, "assumed": {"", "yes", "no"}, "estimated": {"", "yes"}, "status": {"", "unemployed", "graduate"},
		"citizenship": {"", "DE", "PH"}, "outside": {"", "21000"}, "unit": {"PPP$ per year", "PPP$ per hour"}, "fit": {"0.8", "0.123456"},
		"training_months": {"", "2", "1.5"}, "regulated": {"", "conversion"}, "id": {"a", "b-1", "c.2"}, "topic": {"t1", "t2"},
	}
	switch table.File {
	case datasets.WagesFile:
		values["wage"] = []string{"52000", "0.01", "41000.5"}
	case datasets.NotesFile:
		values["count"] = []string{"", "0", "310"}
	}
	texts := rapid.OneOf(
		rapid.SampledFrom([]string{"=1+1", "'=1+1", "''=x", `=HYPERLINK("http://x","y")`, "@SUM(1)", "+1", "-1+1", "|x", "%x", "Made-up, \"quoted\"", "Ärzte und Pflege", "O'Neil", "'quoted'", "_x0041_", "0110", "2024-05"}),
		rapid.StringMatching(`[!-~äé日][ -~äé日]{0,10}[!-~]`),
	)
	keys := map[string]bool{}
	var rows [][]string
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		row := make([]string, len(table.Columns))
		key := ""
		for i, c := range table.Columns {
			switch {
			case c.Text:
				row[i] = strings.TrimSpace(strings.Join(strings.Fields(texts.Draw(t, c.Name)), " "))
			case values[c.Name] != nil:
				row[i] = rapid.SampledFrom(values[c.Name]).Draw(t, c.Name)
			}
			if c.Key {
				key += row[i] + "|"
			}
		}
		if !keys[key] {
			keys[key] = true
			rows = append(rows, row)
		}
	}
	return rows
}

func sequence(rows [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestEveryFormOfAMarketsTableReadsBackAsTheSameRows(t *testing.T) {
	for _, file := range []string{datasets.VacanciesFile, datasets.WorkersFile, datasets.WagesFile, datasets.FitsFile, datasets.NotesFile} {
		t.Run(file, func(t *testing.T) {
			table, _ := datasets.TableFor(file)
			rapid.Check(t, func(t *rapid.T) {
				rows := drawRows(t, table)
				var plain bytes.Buffer
				if err := datasets.WriteTable(&plain, table, slices.Values(rows)); err != nil {
					t.Fatalf("%v", err)
				}
				want := identity(t, table, plain.Bytes())
				x := report.ExportOf(table, sequence(rows))
				if got := exported(t, x, report.FormCSV); !bytes.Equal(got, plain.Bytes()) {
					t.Fatalf("the CSV is not that of a market directory:\n%s\n%s", got, plain.Bytes())
				}
				if got := identity(t, table, asCSV(t, opened(t, exported(t, x, report.FormWorkbook)))); got != want {
					t.Fatalf("the workbook has other rows")
				}
				if len(rows) == 0 {
					return // a message without observations names no structure
				}
				if got := identity(t, table, asCSV(t, fromSDMX(x, opened(t, exported(t, x, report.FormSDMXCSV))))); got != want {
					t.Fatalf("the SDMX-CSV has other rows:\n%s", exported(t, x, report.FormSDMXCSV))
				}
				agree(t, exported(t, x, report.FormStructure), opened(t, exported(t, x, report.FormSDMXCSV)))
			})
		})
	}
}

// directory writes the report of the small market, and its directory.
func directory(t *testing.T) (string, *report.Report) {
	t.Helper()
	dir, r := filepath.Join(t.TempDir(), "report"), theSmallReport(t)
	if err := report.WriteDir(dir, r, small()); err != nil {
		t.Fatal(err)
	}
	return dir, r
}

func readExport(t *testing.T, dir, table string) *report.Export {
	t.Helper()
	x, err := report.ReadExport(os.DirFS(dir), table)
	if err != nil {
		t.Fatal(err)
	}
	x.Prepared = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return x
}

func TestResultsReadBackFromEveryForm(t *testing.T) {
	dir, r := directory(t)
	for _, table := range []string{"gaps", "skills", "placements", "entries"} {
		x := readExport(t, dir, table)
		file, err := os.ReadFile(filepath.Join(dir, table+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(exported(t, x, report.FormCSV), file) {
			t.Errorf("%s: the CSV is not that of the directory", table)
		}
		if got := asCSV(t, opened(t, exported(t, x, report.FormWorkbook))); !bytes.Equal(got, file) {
			t.Errorf("%s: the workbook has\n%s\nand the table is\n%s", table, got, file)
		}
		observations := opened(t, exported(t, x, report.FormSDMXCSV))
		agree(t, exported(t, x, report.FormStructure), observations)
		records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := figures(x, observations), tableFigures(x, r, records); !maps.Equal(got, want) {
			t.Errorf("%s: SDMX has %d figures, the table %d, or others:\n%v\n%v", table, len(got), len(want), got, want)
		}
	}
}

func TestTheNotesOfAWorkbookSayWhatItsFiguresRestOn(t *testing.T) {
	dir, r := directory(t)
	f, err := excelize.OpenReader(bytes.NewReader(exported(t, readExport(t, dir, "gaps"), report.FormWorkbook)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); !slices.Equal(got, []string{"gaps", "Notes"}) {
		t.Errorf("the worksheets are %q", got)
	}
	rows, err := f.GetRows("Notes")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, row := range rows {
		text.WriteString(strings.Join(row, " | ") + "\n")
	}
	for _, n := range r.Policy {
		if !strings.Contains(text.String(), "policy | "+n.Name+" | ") {
			t.Errorf("the notes do not say %s", n.Name)
		}
	}
	for _, s := range r.Sources {
		if !strings.Contains(text.String(), "sources | "+datasets.Guard(s.Source)+" | ") {
			t.Errorf("the notes do not name %s", s.Source)
		}
	}
	golden(t, filepath.Join("testdata", "export-notes.txt"), hashes.ReplaceAll([]byte(text.String()), []byte("…")))
}

func TestSmallExportsReadAsTheyDid(t *testing.T) {
	dir, _ := directory(t)
	golden(t, filepath.Join("testdata", "export-placements.sdmx.csv"), exported(t, readExport(t, dir, "placements"), report.FormSDMXCSV))
	golden(t, filepath.Join("testdata", "export-placements.structure.xml"), exported(t, readExport(t, dir, "placements"), report.FormStructure))
	golden(t, filepath.Join("testdata", "export-workers.sdmx.csv"), exported(t, readExport(t, dir, "workers"), report.FormSDMXCSV))
}

func TestAnExportOfWhatIsNotThereIsRefused(t *testing.T) {
	dir, _ := directory(t)
	broken := fstest.MapFS{}
	for name, text := range map[string]string{"vacancies.csv": "region\n", "report.json": "{"} {
		broken[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for _, c := range []struct {
		dir   any
		table string
		says  string
	}{
		{small(), "gaps", "only those have results"},
		{small(), "jobs", "there are gaps, skills, placements, entries, vacancies"},
		{small(), "signals", "has no signals.csv"},
		{dir, "jobs", "there are gaps"},
		{broken, "vacancies", "export vacancies"},
	} {
		fsys, ok := c.dir.(fstest.MapFS)
		var err error
		if ok {
			_, err = report.ReadExport(fsys, c.table)
		} else {
			_, err = report.ReadExport(os.DirFS(dir), c.table)
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: the error is %v, and should say %q", c.table, err, c.says)
		}
	}
	// What is wrong with the rows of a market is said when they are read, with its place.
	delete(broken, "report.json")
	x, err := report.ReadExport(broken, "vacancies")
	if err != nil {
		t.Fatal(err)
	}
	var problems *datasets.Problems
	if err := x.Write(io.Discard, report.FormWorkbook); !errors.As(err, &problems) {
		t.Errorf("the error is %v", err)
	}
}

// Every column of a market says what it holds, so that one that is added is not exported as something else.
func TestEveryFigureOfAMarketIsExportedAsAFigure(t *testing.T) {
	for _, table := range datasets.Tables() {
		x := report.ExportOf(table, sequence(nil))
		measures := 0
		for i, c := range x.Columns {
			if c.Role == report.Measure {
				measures++
			}
			if text := table.Columns[i].Text; text != (c.Kind == report.Words) {
				t.Errorf("%s of %s is free text: %t", c.Name, table.File, text)
			}
		}
		if measures == 0 {
			t.Errorf("%s has no measure", table.File)
		}
	}
}
