package formats_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"labourmatch/datasets/formats"
)

// these are rows of a table.
func these(rows [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// drawTable draws a table of texts and figures that a workbook is written of, and its rows. No row is empty: readers
// leave such rows out.
func drawTable(t *rapid.T, name string) (formats.WorkbookTable, [][]string) {
	texts := rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "0110", "DE-BY", "2221", "2024-05", "=1+1", "'=1+1", "@SUM(1)", "+1", "-1+1", "\t=1", " a ", "a\nb", "1e5", "TRUE", "_x0041_", "__x0041_", "_x005F_", "<&>\"'", "#N/A",
		}),
		rapid.StringMatching(`[ -~äé日€\t\n]{0,12}`),
	)
	figures := rapid.StringMatching(`|0|-?[1-9][0-9]{0,8}|-?(0|[1-9][0-9]{0,5})\.[0-9]{0,5}[1-9]`)
	table := formats.WorkbookTable{Name: name, Wrapped: rapid.Bool().Draw(t, "wrapped")}
	for i := range rapid.IntRange(1, 6).Draw(t, "columns") {
		table.Columns = append(table.Columns, formats.WorkbookColumn{
			Name: fmt.Sprintf("c%d", i), Figure: i > 0 && rapid.Bool().Draw(t, "figure"), Width: rapid.IntRange(0, 40).Draw(t, "width"),
		})
	}
	var rows [][]string
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		row := make([]string, len(table.Columns))
		for i, c := range table.Columns {
			if c.Figure {
				row[i] = figures.Draw(t, "figure")
			} else {
				row[i] = texts.Draw(t, "text")
			}
		}
		if row[0] == "" {
			row[0] = "x"
		}
		rows = append(rows, row)
	}
	table.Rows = these(rows)
	return table, rows
}

// cut is a row without the empty cells at its end, which readers leave out.
func cut(row []string) []string {
	for len(row) > 0 && row[len(row)-1] == "" {
		row = row[:len(row)-1]
	}
	return row
}

func TestAWorkbookReadsAsItWasWrittenHereAndByExcelize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(2, 14).Draw(t, "most")
		one, oneRows := drawTable(t, "one's <&>")
		two, twoRows := drawTable(t, "two")
		var b, again bytes.Buffer
		for _, w := range []io.Writer{&b, &again} {
			if err := formats.WriteWorkbookOf(w, most, []formats.WorkbookTable{one, two}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Fatal("the same tables give other bytes")
		}
		// The worksheets that there should be: those of the tables, and then those of rows that found no place.
		type want struct {
			name  string
			table formats.WorkbookTable
			rows  [][]string
		}
		var wanted, over []want
		for _, w := range []want{{"one's <&>", one, oneRows}, {"two", two, twoRows}} {
			name := w.name
			rest := w.rows
			for n := 1; n == 1 || len(rest) > 0; n++ {
				part := min(most-1, len(rest))
				w.rows, rest = rest[:part], rest[part:]
				if n == 1 {
					wanted = append(wanted, w)
					continue
				}
				w.name = fmt.Sprintf("%s %d", name, n)
				over = append(over, w)
			}
		}
		wanted = append(wanted, over...)

		doc, err := formats.Open(background, file(b.String()), formats.Options{})
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		defer theirs.Close()
		if len(doc.Sheets) != len(wanted) || len(theirs.GetSheetList()) != len(wanted) {
			t.Fatalf("%d worksheets, and %d by excelize; it should be %d", len(doc.Sheets), len(theirs.GetSheetList()), len(wanted))
		}
		for i, w := range wanted {
			var names []string
			for _, c := range w.table.Columns {
				names = append(names, c.Name)
			}
			rows, err := rowsOf(&doc.Sheets[i])
			if err != nil {
				t.Fatal(err)
			}
			shown, err := theirs.GetRows(w.name)
			if err != nil {
				t.Fatal(err)
			}
			for which, got := range map[string][][]string{"here": rows, "by excelize": shown} {
				if doc.Sheets[i].Name != w.name || len(got) != len(w.rows)+1 || !slices.Equal(got[0], names) {
					t.Fatalf("read %s, the worksheet %q has the rows %q", which, doc.Sheets[i].Name, got)
				}
				for j, row := range w.rows {
					if !slices.Equal(cut(got[j+1]), cut(row)) {
						t.Fatalf("read %s, row %d of %q is %q, was %q", which, j+1, w.name, got[j+1], row)
					}
				}
			}
		}
	})
}

func TestCodesAreTextFiguresAreNumbersAndNothingIsAFormula(t *testing.T) {
	table := formats.WorkbookTable{
		Name:    "gaps",
		Columns: []formats.WorkbookColumn{{Name: "code", Width: 12}, {Name: "openings", Figure: true}},
		Rows:    these([][]string{{"0110", "1200"}, {"'=HYPERLINK(\"x\")", "0.25"}, {"1", "123456789.1234567"}, {"\u0001\r", "-3"}}),
	}
	var b bytes.Buffer
	if err := formats.WriteWorkbook(&b, table); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]struct {
		kind   excelize.CellType
		format int
		custom string
		value  string
	}{
		"A1": {excelize.CellTypeInlineString, 49, "", "code"},
		"A2": {excelize.CellTypeInlineString, 49, "", "0110"},
		"A3": {excelize.CellTypeInlineString, 49, "", `'=HYPERLINK("x")`},
		"A4": {excelize.CellTypeInlineString, 49, "", "1"},
		"A5": {excelize.CellTypeInlineString, 49, "", "\u0001\r"},
		"B2": {excelize.CellTypeUnset, 1, "", "1200"},
		"B3": {excelize.CellTypeUnset, 0, "0.00", "0.25"},
		"B4": {excelize.CellTypeInlineString, 49, "", "123456789.1234567"}, // more digits than a number keeps
		"B5": {excelize.CellTypeUnset, 1, "", "-3"},
	} {
		kind, err := f.GetCellType("gaps", cell)
		if err != nil {
			t.Fatal(err)
		}
		value, err := f.GetCellValue("gaps", cell)
		if err != nil {
			t.Fatal(err)
		}
		at, err := f.GetCellStyle("gaps", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(at)
		if err != nil {
			t.Fatal(err)
		}
		custom := ""
		if style.CustomNumFmt != nil {
			custom = *style.CustomNumFmt
		}
		if kind != want.kind || value != want.value || custom != want.custom || want.custom == "" && style.NumFmt != want.format {
			t.Errorf("%s is of type %v, format %d %q, and says %q; it should be %+v", cell, kind, style.NumFmt, custom, value, want)
		}
		if style.Font.Bold != (cell == "A1") {
			t.Errorf("%s: bold is %t", cell, style.Font.Bold)
		}
	}
	panes, err := f.GetPanes("gaps")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header does not stay in sight: %+v, %v", panes, err)
	}
	if names := f.GetDefinedName(); len(names) != 1 || names[0].RefersTo != "'gaps'!$A$1:$B$5" {
		t.Errorf("the filter is %+v", names)
	}
	for _, part := range parts(t, b.Bytes()) {
		if regexp.MustCompile(`<f[ >]`).MatchString(part) {
			t.Errorf("there is a formula in %s", part)
		}
	}
}

// parts are the texts of the parts of a workbook.
func parts(t *testing.T, workbook []byte) (texts []string) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

func TestWhatAWorksheetCannotHoldIsNotWritten(t *testing.T) {
	broken := errors.New("broken")
	columns := []formats.WorkbookColumn{{Name: "a"}, {Name: "b", Figure: true}}
	for says, table := range map[string]formats.WorkbookTable{
		"row 2: 1 cells for 2 columns":        {Name: "x", Columns: columns, Rows: these([][]string{{"a", "1"}, {"b"}})},
		`b has the figure "1,5"`:              {Name: "x", Columns: columns, Rows: these([][]string{{"a", "1,5"}})},
		`b has the figure "1e5"`:              {Name: "x", Columns: columns, Rows: these([][]string{{"a", "1e5"}})},
		"a has a text of more than 32767":     {Name: "x", Columns: columns, Rows: these([][]string{{strings.Repeat("ä", 32768), "1"}})},
		`"a/b" cannot be the name`:            {Name: "a/b", Columns: columns, Rows: these(nil)},
		"writing a workbook: x, row 1: broke": {Name: "x", Columns: columns, Rows: func(yield func([]string, error) bool) { yield(nil, broken) }},
	} {
		if err := formats.WriteWorkbook(io.Discard, table); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error is %v, and should say %s", err, says)
		}
	}
}

// A worksheet is written as its rows come: after a hundred thousand of them as much memory is held as after a thousand.
func TestWritingAWorkbookHoldsNoRows(t *testing.T) {
	held := map[int]uint64{1000: 0, 100_000: 0}
	columns := make([]formats.WorkbookColumn, 12)
	for i := range columns {
		columns[i] = formats.WorkbookColumn{Name: fmt.Sprint(i), Figure: i%3 == 0}
	}
	err := formats.WriteWorkbook(io.Discard, formats.WorkbookTable{Name: "x", Columns: columns, Rows: func(yield func([]string, error) bool) {
		row := make([]string, len(columns))
		for n := 1; n <= 100_000; n++ {
			for i := range row {
				row[i] = fmt.Sprint(n*100 + i)
			}
			if !yield(row, nil) {
				return
			}
			if _, ok := held[n]; ok {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				held[n] = m.HeapAlloc
			}
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if held[100_000] > held[1000]+4<<20 {
		t.Errorf("after 1,000 rows %d bytes are held, after 100,000 %d", held[1000], held[100_000])
	}
}
