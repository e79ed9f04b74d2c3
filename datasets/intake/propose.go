package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"labourmatch/datasets"
	"labourmatch/datasets/codes"
	"labourmatch/datasets/formats"
)

// Proposal is a layout found by looking at a file, and what made it so.
type Proposal struct {
	Layout *Layout
	// Ready is whether it is one that comes with the program.
	Ready bool
	// Reasons say what was seen, one plain sentence each; Doubts what somebody has to decide.
	Reasons, Doubts []string
}

// Text is the proposal as a layout file, with what was seen and what is to be decided as comments above it.
func (p *Proposal) Text() ([]byte, error) {
	data, err := p.Layout.Marshal()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, s := range p.Reasons {
		b.WriteString("# " + s + "\n")
	}
	for _, s := range p.Doubts {
		b.WriteString("# To decide: " + s + "\n")
	}
	return append([]byte(b.String()), data...), nil
}

// sampleRows is how many rows a proposal looks at.
const sampleRows = 2000

// Propose finds the layout of a file: a ready one whose columns it has, the one with most columns first, else one made
// from the names and the content of its columns. A proposal is to be looked at by somebody who knows the source: what
// could not be told is in its doubts. Today, a date, is what a file that does not tell its own is said to be retrieved on.
//
// Errors: those of reading, and a [*datasets.Problems] where nothing in the file looks like a table of figures.
func Propose(ctx context.Context, doc *formats.Document, today string) (*Proposal, error) {
	best := (*Layout)(nil)
	for _, l := range ready() {
		_, _, err := l.find(ctx, doc)
		if problemsOf(err) != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		if best == nil || len(l.needed()) > len(best.needed()) {
			best = l
		}
	}
	if best != nil {
		return &Proposal{
			Layout: best, Ready: true,
			Reasons: []string{fmt.Sprintf("The file has the %d columns of the ready layout %s.", len(best.needed()), best.ID)},
		}, nil
	}
	for i := range doc.Sheets {
		l, err := ours(ctx, &doc.Sheets[i])
		if l == nil && err == nil {
			l, err = look(ctx, &doc.Sheets[i], today)
		}
		if l != nil || err != nil {
			return l, err
		}
	}
	return nil, &datasets.Problems{List: []datasets.Problem{{
		File: "the file", What: "has no table with a column of figures and one of regions or occupations",
		Hint: "Write a layout by hand: labourmatch layouts shows those that are ready",
	}}}
}

// look proposes a layout for one sheet; nil where there is none.
func look(ctx context.Context, s *formats.Sheet, today string) (*Proposal, error) {
	rows, err := sample(ctx, s)
	if err != nil {
		return nil, err
	}
	head, names := 0, s.Columns
	if names == nil {
		if head = headerOf(rows); head < 0 {
			return nil, nil //nolint:nilnil // no proposal is no error
		}
		names = rows[head].Cells
	}
	body := rows
	line := 0
	if s.Columns == nil {
		body, line = rows[head+1:], rows[head].Line
	}
	cols := make([]column, 0, len(names))
	for i, n := range names {
		if n = squeeze(n); n == "" {
			continue
		}
		c := column{name: n, index: i}
		for _, r := range body {
			if i < len(r.Cells) {
				if v := strings.TrimSpace(r.Cells[i]); v != "" {
					c.cells = append(c.cells, v)
				}
			}
		}
		c.judge()
		cols = append(cols, c)
	}
	p := &Proposal{Layout: &Layout{ID: "proposed", Source: "unknown", Date: today, Licence: "unknown"}}
	l := p.Layout
	l.File.Sheet = s.Name
	if line > 0 {
		l.Header.Row = line
		p.Reasons = append(p.Reasons, fmt.Sprintf("The names of the columns are in row %d.", line))
	}
	above := titles(rows, head, s.Columns == nil)
	p.Doubts = append(p.Doubts, "The file does not tell source, date and licence of its figures: state them. The date is today's.")

	target := Target{Columns: map[string]Value{}}
	target.File = tableOf(above, cols)
	wide := p.wide(cols)
	figure := valueColumn
	if !wide {
		c := figureOf(cols)
		if c == nil {
			return nil, nil //nolint:nilnil // no proposal is no error
		}
		c.taken, figure = true, c.name
		p.figures(c)
		p.Reasons = append(p.Reasons, fmt.Sprintf("Column %q has the figures.", c.name))
	}
	amount := "count"
	if target.File == datasets.WagesFile {
		amount = "wage"
	}
	target.Columns[amount] = Value{Column: figure}
	p.codes(&target, cols)
	p.rest(&target)
	l.Tables = []Target{target}
	l.checkWide(func(_, _, _ string) {})
	return p, nil
}

func sample(ctx context.Context, s *formats.Sheet) ([]formats.Row, error) {
	var rows []formats.Row
	for row, err := range s.Rows(ctx) {
		if err != nil {
			return nil, err //nolint:wrapcheck // a fault says all
		}
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = strings.Clone(c)
		}
		if rows = append(rows, formats.Row{Line: row.Line, Cells: cells}); len(rows) >= sampleRows {
			break
		}
	}
	return rows, nil
}

// headerOf is the row of names: the one with most different words that are no figures, and below it mostly rows that fill a
// quarter of as many columns, for many a table is sparse; -1 where there is none.
func headerOf(rows []formats.Row) int {
	best, most := -1, 1
	for i := range rows[:min(len(rows), maxPreamble)] {
		words := map[string]bool{}
		for _, c := range rows[i].Cells {
			c = squeeze(c)
			if _, number := (Numbers{}).parse(c); c != "" && (!number || isYear(c)) {
				words[c] = true
			}
		}
		below := 0
		for _, r := range rows[i+1 : min(len(rows), i+21)] {
			if filled(r.Cells)*4 >= len(words) {
				below++
			}
		}
		if len(words) > most && below*2 >= min(20, len(rows)-i-1) && below > 0 {
			best, most = i, len(words)
		}
	}
	return best
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// titles is the text above a header, in lower case.
func titles(rows []formats.Row, head int, has bool) string {
	if !has {
		return ""
	}
	var b strings.Builder
	for _, r := range rows[:head+1] {
		b.WriteString(strings.ToLower(strings.Join(r.Cells, " ")))
		b.WriteByte(' ')
	}
	return b.String()
}

// figures takes over how the figures are written.
func (p *Proposal) figures(c *column) {
	l := p.Layout
	l.Numbers = c.numbers
	if c.numbers != (Numbers{}) {
		p.Reasons = append(p.Reasons, fmt.Sprintf("Figures have %q before decimals and %q between thousands.", l.decimal(), c.numbers.Thousands))
	}
	for _, m := range c.marks {
		if slices.Contains(hiddenMarks, m) && !slices.Contains(l.Suppressed, m) {
			l.Suppressed = append(l.Suppressed, m)
		} else if !slices.Contains(hiddenMarks, m) && !slices.Contains(l.Missing, m) {
			l.Missing = append(l.Missing, m)
		}
	}
	if len(c.marks) > 0 {
		p.Doubts = append(p.Doubts, fmt.Sprintf("Some figures are %s: a mark of a figure that is kept back is suppressed, of one that does not exist missing.", strings.Join(c.marks, " ")))
	}
}

// wide proposes to turn columns into rows where three or more of them are named like regions or years.
func (p *Proposal) wide(cols []column) bool {
	for _, as := range []string{"region", "period"} {
		is := func(s string) (string, bool) { return s, isYear(s) }
		if as == "region" {
			is = func(s string) (string, bool) { return codes.FindRegion(strings.ReplaceAll(s, "_", " ")) }
		}
		var found []*column
		w := &Wide{As: as, Columns: yaml.Node{Kind: yaml.MappingNode}}
		for i := range cols {
			if value, ok := is(cols[i].name); ok && cols[i].numeric {
				found = append(found, &cols[i])
				w.Columns.Content = append(w.Columns.Content,
					&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: cols[i].name}, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value})
			}
		}
		if len(found) < 3 {
			continue
		}
		for _, c := range found {
			c.taken = true
			p.figures(c)
		}
		p.Layout.Wide = w
		p.Reasons = append(p.Reasons, fmt.Sprintf("%d columns stand for one %s each.", len(found), as))
		return true
	}
	return false
}

// codes finds where regions, occupations and periods come from.
func (p *Proposal) codes(t *Target, cols []column) {
	pick := func(is func(*column) bool, words []string) *column {
		var fit []*column
		for i := range cols {
			if c := &cols[i]; !c.taken && is(c) {
				fit = append(fit, c)
			}
		}
		slices.SortStableFunc(fit, func(a, b *column) int {
			return cmp.Compare(b2i(hasAny(strings.ToLower(b.name), words)), b2i(hasAny(strings.ToLower(a.name), words)))
		})
		if len(fit) == 0 {
			return nil
		}
		fit[0].taken = true
		return fit[0]
	}
	wide := ""
	if p.Layout.Wide != nil {
		wide = p.Layout.Wide.As
		t.Columns[wide] = Value{Column: wide}
	}
	if wide != "period" {
		if c := pick(func(c *column) bool { return c.year }, []string{"year", "time", "period", "jahr", "aar"}); c != nil {
			t.Columns["period"] = Value{Column: c.name, Cut: 4}
			p.Reasons = append(p.Reasons, fmt.Sprintf("Column %q has years.", c.name))
		}
	}
	if c := pick(func(c *column) bool { return c.from != "" }, occupationWords); c != nil {
		t.Columns["occupation"] = Value{Column: c.name, From: c.from, Inside: c.inside}
		t.Sum = crossed(c.from) || c.inside
		p.Reasons = append(p.Reasons, fmt.Sprintf("Column %q has codes of %s.", c.name, c.from))
	}
	if wide != "region" {
		if c := pick(func(c *column) bool { return c.region }, regionWords); c != nil {
			t.Columns["region"] = Value{Column: c.name, From: fromRegion}
			p.Reasons = append(p.Reasons, fmt.Sprintf("Column %q has regions.", c.name))
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rest fills in what the table needs and the file does not seem to have.
func (p *Proposal) rest(t *Target) {
	table, _ := datasets.TableFor(t.File)
	for _, c := range table.Columns {
		if _, have := t.Columns[c.Name]; have || c.Name == "source" || c.Name == "date" || c.Name == "licence" {
			continue
		}
		switch {
		case c.Name == "kind":
			t.Columns["kind"] = Value{Constant: "stock"}
			p.Doubts = append(p.Doubts, "The counts are taken as a stock, at a date or as an annual mean; a number per year is a flow.")
		case c.Name == "unit":
			t.Columns["unit"] = Value{Constant: datasets.PerYear}
			p.Doubts = append(p.Doubts, "The wages are taken as PPP dollars a year.")
		case c.Required || c.Name == "occupation":
			t.Columns[c.Name] = Value{Constant: ""}
			p.Doubts = append(p.Doubts, fmt.Sprintf("No column was found for %s: %s.", c.Name, lowerFirst(c.Meaning)))
		}
	}
}

// lowerFirst writes a sentence's first letter small, unless it begins a word of capitals.
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 1 && unicode.IsUpper(r[0]) && unicode.IsLower(r[1]) {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}
