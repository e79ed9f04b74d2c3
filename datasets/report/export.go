package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
)

// ExportForm is a form in which a table leaves the program.
type ExportForm string

// The forms of an export.
const (
	FormCSV       ExportForm = "csv"            // as in a market or report directory
	FormWorkbook  ExportForm = "xlsx"           // with a sheet of notes
	FormSDMXCSV   ExportForm = "sdmx-csv"       // SDMX-CSV 2.0
	FormStructure ExportForm = "sdmx-structure" // the data structure definition of the SDMX-CSV, as SDMX-ML 2.1
)

// ExportForms lists the forms.
func ExportForms() []ExportForm {
	return []ExportForm{FormCSV, FormWorkbook, FormSDMXCSV, FormStructure}
}

// MediaType is what the form is called on the web.
func (f ExportForm) MediaType() string {
	switch f {
	case FormWorkbook:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case FormSDMXCSV:
		return "application/vnd.sdmx.data+csv;version=2.0.0"
	case FormStructure:
		return "application/vnd.sdmx.structure+xml;version=2.1"
	}
	return "text/csv; charset=utf-8"
}

// FileName is what a file of the form is called that holds the table.
func (f ExportForm) FileName(table string) string {
	return table + map[ExportForm]string{FormCSV: ".csv", FormWorkbook: ".xlsx", FormSDMXCSV: ".sdmx.csv", FormStructure: ".structure.xml"}[f]
}

// Export is a table on its way out of the program, with all that a reader needs who sees nothing else of it. It is written
// row by row, so its size is of no matter; only placements and entries are held while they become SDMX.
type Export struct {
	Name  string // of the table: gaps
	Title string // what a row is
	// Period is the year of figures whose rows have none.
	Period  string
	Columns []ExportColumn
	// Rows are in the text that CSV files have: figures with a point, free text guarded by [datasets.Guard]. They are
	// walked more than once where SDMX needs their codes.
	Rows iter.Seq2[[]string, error]
	// Notes are what has to be known of the table, for the sheet of notes.
	Notes []ExportNote
	// Prepared is when it was made, which SDMX wants to know.
	Prepared time.Time

	sources bool // rows name theirs, which go into the notes
	summed  bool // in SDMX rows that are alike but for their count become one
}

// ExportColumn is a column of an export.
type ExportColumn struct {
	Name, Meaning string
	Kind          ExportKind
	// List is the codelist that its cells are from: REGION, OCCUPATION; "" where there is none.
	List string
	// Unit is what a measure counts.
	Unit string
	Role ExportRole
}

// ExportKind says what cells hold.
type ExportKind int

// Kinds of cells. Codes and words are text wherever they go.
const (
	Words ExportKind = iota
	Code
	Figure
	Year
)

// ExportRole is what a column is in SDMX.
type ExportRole int

// Roles of columns. A table with more than one measure goes out in long form: one observation for each of them, told
// apart by the dimension INDICATOR.
const (
	Attribute ExportRole = iota
	Dimension
	Time
	Measure
	Label // the name of a code; it is in the codelist
)

// ExportNote is one thing to know: the part of the notes it is in, what it is about, and what it says.
type ExportNote struct{ Part, Name, Text string }

// Write writes the export in a form. What a spreadsheet would run as a formula comes out as text with an apostrophe
// before it in every form but the structure, where no spreadsheet looks; reading a table into a market takes it off.
func (x *Export) Write(w io.Writer, form ExportForm) error {
	var err error
	switch form {
	case FormCSV:
		err = x.writeCSV(w)
	case FormWorkbook:
		err = x.writeWorkbook(w)
	case FormSDMXCSV:
		err = x.writeSDMXCSV(w)
	case FormStructure:
		err = x.writeStructure(w)
	default:
		err = fmt.Errorf("there is no form %q", form)
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", x.Name, err)
	}
	return nil
}

func (x *Export) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	names := make([]string, len(x.Columns))
	for i, c := range x.Columns {
		names[i] = c.Name
	}
	if err := out.Write(names); err != nil {
		return err
	}
	for row, err := range x.Rows {
		if err != nil {
			return err
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// notesSheet is the name of the worksheet of notes.
const notesSheet = "Notes"

func (x *Export) writeWorkbook(w io.Writer) error {
	table := formats.WorkbookTable{Name: x.Name, Rows: x.Rows}
	if strings.EqualFold(x.Name, notesSheet) { // two worksheets of one name
		table.Name = "Table"
	}
	for _, c := range x.Columns {
		column := formats.WorkbookColumn{Name: c.Name, Figure: c.Kind == Figure || c.Kind == Year, Width: max(len(c.Name)+3, 12)}
		if c.Kind == Words {
			column.Width = 36
		}
		table.Columns = append(table.Columns, column)
	}
	return formats.WriteWorkbook(w, table, formats.WorkbookTable{
		Name: notesSheet, Wrapped: true,
		Columns: []formats.WorkbookColumn{{Name: "part", Width: 16}, {Name: "of", Width: 36}, {Name: "note", Width: 100}},
		Rows: func(yield func([]string, error) bool) {
			for n, err := range x.notes() {
				if !yield([]string{datasets.Guard(n.Part), datasets.Guard(n.Name), datasets.Guard(n.Text)}, err) {
					return
				}
			}
		},
	})
}
