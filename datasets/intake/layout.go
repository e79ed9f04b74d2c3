package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
)

// maxLayout is the largest layout read, in bytes: the longest part is a mapping of national codes.
const maxLayout = 1 << 20

// Layout says how a source is laid out, and what its figures are. Columns are named as in the source's header; where a
// header cell has line breaks or runs of spaces, they count as one space.
type Layout struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title,omitempty"`
	// Source, URL, Date and Licence go into every row; Note is for readers of the layout.
	Source  string `yaml:"source"`
	URL     string `yaml:"url,omitempty"`
	Date    string `yaml:"date"`
	Licence string `yaml:"licence"`
	Note    string `yaml:"note,omitempty"`

	File   Packing `yaml:"file,omitempty"`
	Header Header  `yaml:"header,omitempty"`
	// Also lists other names that a column has in other editions of the source.
	Also map[string][]string `yaml:"also,omitempty"`
	// Fill names columns whose cell counts for the rows below it where those are empty, as where a sheet shows a value once.
	Fill []string `yaml:"fill,omitempty"`
	// Until ends the reading at the first row whose first cell that is not empty starts with one of these, with what
	// follows as footnotes.
	Until []string `yaml:"until,omitempty"`
	// Only keeps rows of which all conditions hold; Ignore leaves out rows of which one holds, and counts them.
	Only   []Condition `yaml:"only,omitempty"`
	Ignore []Condition `yaml:"ignore,omitempty"`
	// Unique is a column that names what a row is of, such as an advertisement: a second row with the same name is left out.
	Unique string `yaml:"unique,omitempty"`
	// Latest keeps, of rows that agree in some columns, those of the latest period.
	Latest *Latest `yaml:"latest,omitempty"`
	// Totals are rows that are sums of others: they are not imported, but held against the sums of those that are.
	Totals []Condition `yaml:"totals,omitempty"`

	Numbers Numbers `yaml:"numbers,omitempty"`
	// Suppressed are the marks of figures that exist and are not told; Missing those of figures that do not exist.
	Suppressed []string `yaml:"suppressed,omitempty"`
	Missing    []string `yaml:"missing,omitempty"`

	// Wide names columns that stand for values of one dimension, such as one column a county.
	Wide *Wide `yaml:"wide,omitempty"`

	Tables []Target `yaml:"tables"`
}

// Packing is what is declared of the bytes; anything empty is detected.
type Packing struct {
	Format    string `yaml:"format,omitempty"`
	Encoding  string `yaml:"encoding,omitempty"`
	Delimiter string `yaml:"delimiter,omitempty"` // a character, or tab
	Escape    string `yaml:"escape,omitempty"`    // what stands before a delimiter that is text, such as \
	Sheet     string `yaml:"sheet,omitempty"`     // the worksheet or member of an archive; empty: the first that has the columns
}

// Header says where the names of the columns are.
type Header struct {
	// Row is its row, from 1; 0 looks for the first row that has all columns the layout names.
	Row int `yaml:"row,omitempty"`
	// Skip is how many rows below it are no data, such as a row of units.
	Skip int `yaml:"skip,omitempty"`
}

// Latest keeps rows of the latest period each: Column has the period, and rows that agree in the columns By are held
// against each other, such as those of one country. Periods are compared as text, as 2019, 2019-Q4 and 2020 are.
type Latest struct {
	Column string   `yaml:"column"`
	By     []string `yaml:"by,omitempty"`
}

// Condition holds for a row whose cell in Column is one of Is, or has one of the prefixes Starts, or is not empty where
// neither is stated.
type Condition struct {
	Column string   `yaml:"column"`
	Is     []string `yaml:"is,omitempty"`
	Starts []string `yaml:"starts,omitempty"`
	// Why is told where rows are left out.
	Why string `yaml:"why,omitempty"`
}

// Numbers says how figures are written. The zero value is a decimal point and nothing between thousands; no other way
// is ever guessed.
type Numbers struct {
	Decimal   string `yaml:"decimal,omitempty"`   // . or ,
	Thousands string `yaml:"thousands,omitempty"` // one of , . ' and space, which stands for every kind of space
}

// Wide turns columns into rows: of each row one for each column named, with two more cells, the value the column stands
// for under the name As, and the figure under the name value.
type Wide struct {
	As      string    `yaml:"as"`
	Columns yaml.Node `yaml:"columns"` // column: value, in order

	columns []pair
}

type pair struct{ column, value string }

// Target is a table that the source fills.
type Target struct {
	File string `yaml:"file"`
	// Sum adds up rows that agree in their key; without it they are duplicates.
	Sum bool `yaml:"sum,omitempty"`
	// Disjoint says that rows of a coarse region or occupation are no totals of finer ones but stand beside them, as where
	// single advertisements are counted, of which some say more than others.
	Disjoint bool `yaml:"disjoint,omitempty"`
	// Convert turns rows that are a flow into a stock, or the other way round.
	Convert *Conversion `yaml:"convert,omitempty"`
	// Only keeps rows of which all conditions hold.
	Only []Condition `yaml:"only,omitempty"`
	// Columns say where each column of the table comes from.
	Columns map[string]Value `yaml:"columns"`
}

// ReadLayout reads a layout. It is strict: a key it does not know, a table or column that does not exist, a
// classification it has no table of are problems; all are told at once, as a [*datasets.Problems] under the name given.
func ReadLayout(data []byte, name string) (*Layout, error) {
	problems := &datasets.Problems{}
	report := func(place, what, hint string) {
		problems.List = append(problems.List, datasets.Problem{File: name, Column: place, What: what, Hint: hint})
	}
	if len(data) > maxLayout {
		report("", "is larger than 1 MB", "A layout is a few dozen lines; was another file given this name?")
		return nil, problems
	}
	l := &Layout{}
	in := yaml.NewDecoder(bytes.NewReader(data))
	in.KnownFields(true)
	var typed *yaml.TypeError
	switch err := in.Decode(l); {
	case errors.As(err, &typed):
		for _, e := range typed.Errors {
			report("", "is not a layout ("+strings.ReplaceAll(fmt.Sprint(e), "in type intake.", "in a layout's ")+")", "Compare with a ready one")
		}
		return nil, problems
	case errors.Is(err, io.EOF):
		report("", "is empty", "Let labourmatch import propose a layout")
		return nil, problems
	case err != nil:
		report("", "cannot be read as YAML ("+strings.TrimPrefix(err.Error(), "yaml: ")+")", "Write one setting a line, with spaces and not tabs before it")
		return nil, problems
	}
	l.check(report)
	if err := l.Declared(formats.Options{}).Check(); err != nil {
		report("file", "cannot be declared like that: "+err.Error(), "")
	}
	if len(problems.List) > 0 {
		return nil, problems
	}
	return l, nil
}

// decimal is the mark before decimals.
func (l *Layout) decimal() string {
	if l.Numbers.Decimal == "" {
		return "."
	}
	return l.Numbers.Decimal
}

// Declared are options with what the layout declares of the bytes.
func (l *Layout) Declared(o formats.Options) formats.Options {
	if l.File.Format != "" {
		o.Format = formats.Format(l.File.Format)
	}
	if l.File.Encoding != "" {
		o.Encoding = l.File.Encoding
	}
	if l.File.Escape != "" {
		o.Escape = rune(l.File.Escape[0])
	}
	switch d := l.File.Delimiter; d {
	case "":
	case "tab":
		o.Delimiter = '\t'
	default:
		o.Delimiter = rune(d[0])
	}
	return o
}

// Marshal writes a layout as YAML that [ReadLayout] reads back.
func (l *Layout) Marshal() ([]byte, error) {
	var b bytes.Buffer
	out := yaml.NewEncoder(&b)
	out.SetIndent(2)
	if err := out.Encode(l); err != nil {
		return nil, fmt.Errorf("writing a layout: %w", err)
	}
	return b.Bytes(), nil
}

// needed are the columns of the source that a layout names, each once, in order of their names.
func (l *Layout) needed() []string {
	var out []string
	add := func(name string) {
		if name != "" && (l.Wide == nil || name != l.Wide.As && name != "value") {
			out = append(out, squeeze(name))
		}
	}
	conditions := slices.Concat(l.Only, l.Ignore, l.Totals)
	for i := range l.Tables {
		conditions = append(conditions, l.Tables[i].Only...)
		for _, v := range l.Tables[i].Columns {
			for at := &v; at != nil; at = at.Else {
				add(at.Column)
				add(at.Minus)
			}
		}
	}
	for _, c := range conditions {
		add(c.Column)
	}
	for _, name := range l.Fill {
		add(name)
	}
	add(l.Unique)
	if l.Latest != nil {
		add(l.Latest.Column)
		for _, name := range l.Latest.By {
			add(name)
		}
	}
	if l.Wide != nil {
		for _, p := range l.Wide.columns {
			out = append(out, p.column)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// squeeze makes runs of white space one space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
