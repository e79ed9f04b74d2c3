package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
	"labourmatch/datasets/intake"
)

// Intake is what an import shows before anything is stored: how the file was read, and what was found in it.
type Intake struct {
	File     string
	Document *formats.Document
	Proposal *intake.Proposal
	Quality  *intake.Quality
	// First are the first rows of each table as they were understood.
	First map[string][][]string
	// All prints every finding that is kept, and not the first few.
	All bool
}

// shownFindings is how many findings of a severity are printed.
const shownFindings = 8

// WriteText prints what was understood of a file, what is wrong with it and what to do.
func (x *Intake) WriteText(w io.Writer, s Style) error {
	p := newPage(w, s)
	p.line(p.paint(text.Bold, x.File))
	p.prose(0, 2, x.read())
	p.section("How it is read")
	l := x.Proposal.Layout
	name := "Layout " + l.ID
	if l.Title != "" {
		name += ": " + l.Title
	}
	p.prose(2, 2, name+".")
	for _, r := range x.Proposal.Reasons {
		p.prose(2, 2, r)
	}
	if l.Note != "" {
		p.prose(2, 2, "Note: "+strings.Join(strings.Fields(l.Note), " "))
	}
	if len(x.Proposal.Doubts) > 0 {
		p.section("To be decided by you")
		for _, d := range x.Proposal.Doubts {
			p.prose(2, 2, "· "+d)
		}
	}
	x.tables(p)
	x.findings(p)
	return p.Flush()
}

// read says what kind of file it is, in one sentence.
func (x *Intake) read() string {
	d := x.Document
	s := map[formats.Format]string{
		formats.CSV: "Delimited text", formats.XLSX: "An Excel workbook", formats.SDMXCSV: "An SDMX-CSV message", formats.SDMXJSON: "An SDMX-JSON message",
		formats.SDMXML: "An SDMX-ML message", formats.JSONStat: "A JSON-stat dataset", formats.OpeningXML: "Position openings in XML", formats.OpeningJSON: "Position openings in JSON",
	}[d.Format]
	if d.Delimiter != 0 {
		s += ", columns apart by " + map[rune]string{',': "commas", ';': "semicolons", '\t': "tabs", '|': "vertical bars"}[d.Delimiter]
	}
	if d.Encoding != "" {
		s += ", in " + d.Encoding
	}
	for _, packing := range d.Packing {
		s += ", packed as " + packing
	}
	if n := len(d.Sheets); n > 1 {
		s += fmt.Sprintf(", with %d sheets", n)
	}
	if x.Quality.Sheet != "" {
		s += ", of which " + x.Quality.Sheet + " is read"
	}
	return s + ", " + counted(x.Quality.Rows, "row", "rows") + " of data."
}

func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return comma(n) + " " + many
}

// counts is whether a table has figures that add up.
func counts(table string) bool {
	return table == datasets.VacanciesFile || table == datasets.WorkersFile
}

// tables shows what became of the rows.
func (x *Intake) tables(p *page) {
	for _, f := range x.Quality.Tables {
		p.section(f.Table)
		s := counted(f.Rows, "row", "rows")
		if counts(f.Table) {
			s += ", " + decimal(f.Written) + " in all"
			if f.Read != f.Written {
				s += ", of " + decimal(f.Read) + " in the source; where the rest is, is listed below"
			}
		}
		p.prose(2, 2, s+".")
		first := x.First[f.Table]
		if len(first) == 0 {
			continue
		}
		table, _ := datasets.TableFor(f.Table)
		var columns []column
		var keep []int
		for i, c := range table.Columns {
			has := slices.ContainsFunc(first, func(row []string) bool { return row[i] != "" })
			if has && !slices.Contains([]string{"source", "date", "licence"}, c.Name) {
				keep = append(keep, i)
				columns = append(columns, column{title: c.Name, right: c.Name == "count" || c.Name == "wage", most: 24})
			}
		}
		rows := make([][]string, len(first))
		for r, cells := range first {
			for _, i := range keep {
				rows[r] = append(rows[r], cells[i])
			}
		}
		p.grid(columns, rows)
	}
}

// findings prints what was found, the gravest first.
func (x *Intake) findings(p *page) {
	titles := []struct {
		severity intake.Severity
		title    string
		colour   text.Color
	}{
		{intake.Refusing, "Wrong: nothing is stored until this is mended", text.FgRed},
		{intake.Warning, "Look at this", text.FgYellow},
		{intake.Note, "For the record", text.FgCyan},
	}
	for _, t := range titles {
		var list []intake.Finding
		for _, f := range x.Quality.Findings {
			if f.Severity == t.severity {
				list = append(list, f)
			}
		}
		if len(list) == 0 {
			continue
		}
		p.section(fmt.Sprintf("%s (%s)", t.title, comma(int64(x.Quality.Count(t.severity)))))
		for i, f := range list {
			if i >= shownFindings && !x.All {
				p.prose(2, 2, fmt.Sprintf("… and %d more; --all prints them, --findings FILE writes them as CSV.", len(list)-i))
				break
			}
			p.prose(2, 4, p.paint(t.colour, "·")+" "+sentenceOf(&f))
		}
	}
	if x.Quality.More > 0 {
		p.prose(2, 2, fmt.Sprintf("Of %s findings the first %s are kept; --findings FILE writes all of them as CSV.", comma(int64(x.Quality.More+len(x.Quality.Findings))), comma(int64(len(x.Quality.Findings)))))
	}
}

// saying are the kinds of findings that say themselves how much they are about.
var saying = []intake.Kind{
	intake.Totals, intake.DoubleCount, intake.Mixed, intake.Repaired, intake.Outlier, intake.Changed, intake.Gone, intake.New, intake.Gap, intake.Break,
	intake.Converted,
}

// sentenceOf is a finding as one paragraph: place, what it is, how much it is about, what to do.
func sentenceOf(f *intake.Finding) string {
	var b strings.Builder
	b.WriteString(f.Table)
	if f.Row > 0 {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "row %d", f.Row)
	}
	if f.Column != "" {
		fmt.Fprintf(&b, ", %s", f.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if f.Value != "" {
		fmt.Fprintf(&b, "%q ", f.Value)
	}
	b.WriteString(f.What)
	if f.Times > 1 && !slices.Contains(saying, f.Kind) {
		fmt.Fprintf(&b, ", %s times", comma(int64(f.Times)))
	}
	if f.Figure != 0 && counts(f.Table) && !slices.Contains(saying, f.Kind) {
		fmt.Fprintf(&b, ", %s in all", decimal(f.Figure))
	}
	b.WriteByte('.')
	if f.Hint != "" {
		b.WriteString(" " + strings.TrimSuffix(f.Hint, ".") + ".")
	}
	return b.String()
}

// decimal is a figure in millionths, with commas between thousands and two decimals where it is not whole.
func decimal(micro int64) string {
	s := comma(micro / 1_000_000)
	if rest := (micro % 1_000_000) / 10_000; rest != 0 {
		s += fmt.Sprintf(".%02d", max(rest, -rest))
	}
	return s
}

// WriteLayouts prints the layouts that are ready.
func WriteLayouts(w io.Writer, s Style, layouts []*intake.Layout) error {
	p := newPage(w, s)
	rows := make([][]string, len(layouts))
	for i, l := range layouts {
		var tables []string
		for _, t := range l.Tables {
			tables = append(tables, strings.TrimSuffix(t.File, ".csv"))
		}
		rows[i] = []string{l.ID, l.Title, strings.Join(tables, ", ")}
	}
	p.grid([]column{{title: "layout"}, {title: "what it reads", flex: true, lines: 2}, {title: "fills"}}, rows)
	return p.Flush()
}
