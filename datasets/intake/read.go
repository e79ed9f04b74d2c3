package intake

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
)

// Emit takes a row of a table: its cells in canonical text, in the table's column order, and the row of the source it
// comes from, the first of several. The cells are valid until it returns.
type Emit func(table string, row int, cells []string) error

// Reading is what goes on while a source is read. The zero value only looks.
type Reading struct {
	// Row is handed the rows; nil: nobody wants them.
	Row Emit
	// Found is handed every finding, also those beyond [MaxFindings]: the first tens of thousands that differ in more than
	// their place once the source is read, added up over their places and the gravest first; before them, as they come,
	// those for which there is no room, one place each. nil: the findings of the quality are enough.
	Found func(Finding) error
	// Before are the rows of the source's version before, to hold the figures against; nil: there is none. It is asked
	// for each table of counts or wages once its rows have been read.
	Before Before
	// LayoutBefore is the layout by which that version was read, where it is known: another classification breaks series.
	LayoutBefore *Layout
}

// Read turns a source into rows of the market's tables, and says what was found on the way. Rows are handed on as they
// are read, except those of tables that add up; a caller keeps none of them until the quality is known not to refuse the
// source.
//
// The source is walked twice if codes have lost zeros to be looked for. Memory: of tables that add up one entry a row of
// theirs, and what is held to be compared, which is bounded: the first 500,000 rows of each table and of its version before,
// the first 200,000 of a source that has totals, 50,000 findings. Else none that grows with the rows, see [datasets.Checker].
//
// Errors: a [*formats.Fault] where the file cannot be read, a [*datasets.Problems] where the layout does not fit it, and
// those of the reading's functions and of the context.
func (l *Layout) Read(ctx context.Context, doc *formats.Document, to Reading) (*Quality, error) {
	sheet, head, err := l.find(ctx, doc)
	if err != nil {
		return nil, err
	}
	r := &reader{layout: l, quality: &Quality{Layout: l.ID, Sheet: sheet.Name, Header: head.row}, head: head, to: to, found: gathered{to: to.Found}}
	r.message = sheet.Columns != nil
	for i := range l.Tables {
		t := newTarget(r, &l.Tables[i])
		defer t.check.Discard() //nolint:errcheck // what it could still say is of a reading that failed
		r.targets = append(r.targets, t)
	}
	if err := r.survey(ctx, sheet); err != nil {
		return nil, err
	}
	if err := r.walk(ctx, sheet, r.row); err != nil {
		return nil, err
	}
	for _, t := range r.targets {
		if err := t.close(); err != nil {
			return nil, err
		}
	}
	return r.quality, r.found.finish(r.quality)
}

// reader reads one source by one layout.
type reader struct {
	layout  *Layout
	quality *Quality
	head    heading
	to      Reading
	message bool // the format names the columns: codes of SDMX have their meaning
	targets []*target
	found   gathered

	cells  []string // of the row at hand, with two more of a wide layout
	line   int
	over   bool // the data have ended, and footnotes follow
	latest map[string]string
	names  map[[16]byte]int32 // lines of rows by what the layout says they are of
	hints  map[string]string  // for codes that are not of ISCO-08
}

// heading is where the columns are.
type heading struct {
	row   int // of the header; 0 where the format names the columns
	index map[string]int
	width int
}

// at is the cell of a column in the row at hand; "" where the row is short.
func (r *reader) at(column string) string {
	i, ok := r.head.index[squeeze(column)]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// find is the sheet and the header that a layout is for.
func (l *Layout) find(ctx context.Context, doc *formats.Document) (*formats.Sheet, heading, error) {
	needed := l.needed()
	best, lacking := "", needed
	for i := range doc.Sheets {
		s := &doc.Sheets[i]
		if l.File.Sheet != "" && s.Name != l.File.Sheet {
			continue
		}
		head, missing, err := l.header(ctx, s, needed)
		if err != nil {
			return nil, heading{}, err
		}
		if len(missing) == 0 {
			return s, head, nil
		}
		if len(missing) < len(lacking) {
			best, lacking = s.Name, missing
		}
	}
	p := datasets.Problem{File: l.ID, What: "is not the layout of this file, which has no column " + strings.Join(lacking, ", ")}
	p.Hint = "Choose another layout, or let labourmatch import propose one"
	if best != "" {
		p.What += " in sheet " + best
	}
	if len(doc.Sheets) == 0 {
		p.What, p.Hint = "cannot be used: the file has no table", "Check that it is the file you meant"
	}
	if l.File.Sheet != "" && !slices.ContainsFunc(doc.Sheets, func(s formats.Sheet) bool { return s.Name == l.File.Sheet }) {
		p.What, p.Hint = "is of a sheet that the file does not have: "+l.File.Sheet, "Its sheets are "+sheetNames(doc)
	}
	return nil, heading{}, &datasets.Problems{List: []datasets.Problem{p}}
}

func sheetNames(doc *formats.Document) string {
	names := make([]string, len(doc.Sheets))
	for i, s := range doc.Sheets {
		names[i] = s.Name
	}
	return strings.Join(names, ", ")
}

// maxPreamble is how many rows may stand above a header.
const maxPreamble = 200

// header finds the columns needed in a sheet, or says which are missing at best.
func (l *Layout) header(ctx context.Context, s *formats.Sheet, needed []string) (heading, []string, error) {
	if s.Columns != nil {
		head := l.headingOf(0, slices.Concat(s.Columns, s.Labels))
		return head, head.lacks(needed), nil
	}
	best := needed
	seen := 0
	for row, err := range s.Rows(ctx) {
		if err != nil {
			return heading{}, nil, err //nolint:wrapcheck // a fault says all
		}
		if l.Header.Row > 0 && row.Line < l.Header.Row {
			continue
		}
		head := l.headingOf(row.Line, row.Cells)
		missing := head.lacks(needed)
		if len(missing) == 0 || l.Header.Row > 0 {
			return head, missing, nil
		}
		if len(missing) < len(best) {
			best = missing
		}
		if seen++; seen >= maxPreamble {
			break
		}
	}
	return heading{}, best, nil
}

// headingOf is the heading of a row of names. Of two columns of one name the first counts.
func (l *Layout) headingOf(row int, names []string) heading {
	h := heading{row: row, index: map[string]int{}, width: len(names)}
	for i, n := range names {
		n = squeeze(n)
		if _, twice := h.index[n]; !twice && n != "" {
			h.index[n] = i
		}
	}
	for name, others := range l.Also {
		for _, other := range others {
			if i, ok := h.index[squeeze(other)]; ok {
				if _, have := h.index[squeeze(name)]; !have {
					h.index[squeeze(name)] = i
				}
			}
		}
	}
	return h
}

func (h heading) lacks(needed []string) []string {
	var out []string
	for _, n := range needed {
		if _, ok := h.index[n]; !ok {
			out = append(out, n)
		}
	}
	return out
}

// data walks the rows of data of a sheet: those below the header and above the footnotes.
func (r *reader) data(ctx context.Context, s *formats.Sheet) iter.Seq2[formats.Row, error] {
	return func(yield func(formats.Row, error) bool) {
		first := r.head.row + 1 + r.layout.Header.Skip
		if r.head.row == 0 {
			first = 1
		}
		for row, err := range s.Rows(ctx) {
			if err == nil && (row.Line < first || blank(row.Cells)) {
				continue
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// walk hands on each row of data, spread out where the layout is wide: each sees r.cells, r.line and r.at.
func (r *reader) walk(ctx context.Context, s *formats.Sheet, each func() error) error {
	r.over = false
	wide := r.layout.Wide
	width := r.head.width
	above := make([]string, len(r.layout.Fill))
	if wide != nil {
		r.head.index[wide.As], r.head.index[valueColumn] = width, width+1
	}
	for row, err := range r.data(ctx, s) {
		if err != nil {
			return err //nolint:wrapcheck // a fault says all
		}
		r.line, r.cells = row.Line, row.Cells
		r.fill(above)
		if wide == nil {
			if err := each(); err != nil {
				return err
			}
			continue
		}
		r.cells = append(append(slices.Clip(r.cells), make([]string, max(0, width-len(r.cells)))...), "", "")
		for _, c := range wide.columns {
			r.cells[width], r.cells[width+1] = c.value, r.cells[r.head.index[c.column]]
			if err := each(); err != nil {
				return err
			}
		}
	}
	return nil
}

// fill puts what stands above into empty cells of the layout's columns for that, and keeps what is to be put below. A
// row without any cell of its own to the right of them is no row of data, and stays as it is.
func (r *reader) fill(above []string) {
	for i, name := range r.layout.Fill {
		at := r.head.index[squeeze(name)]
		if at >= len(r.cells) {
			continue
		}
		if c := strings.TrimSpace(r.cells[at]); c != "" {
			above[i] = strings.Clone(c)
			for j := i + 1; j < len(above); j++ {
				above[j] = "" // an outer value ends those inside it
			}
		} else {
			r.cells[at] = above[i]
		}
	}
}

// valueColumn is the column of a wide layout's figures.
const valueColumn = "value"

// problemsOf are the problems of an error, nil where it is another.
func problemsOf(err error) *datasets.Problems {
	p := (*datasets.Problems)(nil)
	if errors.As(err, &p) {
		return p
	}
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)*micro) + " " + many
}
