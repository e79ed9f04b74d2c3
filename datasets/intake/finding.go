package intake

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// Severity says what a finding means for the import.
type Severity string

// The severities.
const (
	Refusing Severity = "error"   // nothing is imported until it is mended
	Warning  Severity = "warning" // imported, but somebody should look
	Note     Severity = "note"    // for the record
)

// Kind is what a finding is about, a stable word for machines.
type Kind string

// The kinds of finding.
const (
	Unreadable   Kind = "unreadable"   // a figure, code or row that could not be read
	Unmapped     Kind = "unmapped"     // a code without a counterpart
	Suppressed   Kind = "suppressed"   // a figure the source does not tell
	Confidential Kind = "confidential" // a figure the source says is not for publication
	Missing      Kind = "missing"      // a figure the source does not have
	Ignored      Kind = "ignored"      // rows the layout leaves out
	Footnotes    Kind = "footnotes"    // rows after the data
	Totals       Kind = "totals"       // rows that are sums of others, held against them
	DoubleCount  Kind = "double"       // a total beside its parts, both to be imported
	Duplicate    Kind = "duplicate"    // two rows for the same
	Repaired     Kind = "repaired"     // codes whose lost zeros were put back
	Estimated    Kind = "estimated"    // figures split by shares
	Provisional  Kind = "provisional"  // figures the source calls provisional, forecast or a break in series
	Defaulted    Kind = "default"      // a row that had nothing, for which the layout has a default
	Converted    Kind = "converted"    // a flow turned into a stock, or the other way round
	Break        Kind = "break"        // a series whose classification changes
	Changed      Kind = "changed"      // against the source's last version, as a whole
	Gone         Kind = "gone"         // cells of the last version that are not there any more
	New          Kind = "new"          // cells that the last version did not have
	Gap          Kind = "gap"          // a cell that is missing where its neighbours are there
	Mixed        Kind = "mixed"        // several years or kinds in one file
	Outlier      Kind = "outlier"      // a figure far from what its neighbours or its past suggest
	Implausible  Kind = "implausible"  // a wage, share or length that can hardly be
)

// Finding is one thing a reader of the data should know: where, how much it is about, what it is, what to do.
type Finding struct {
	Severity Severity `json:"severity"`
	Kind     Kind     `json:"kind"`
	Table    string   `json:"table,omitempty"` // the table it concerns; empty for the source as a whole
	Row      int      `json:"row,omitempty"`   // of the source, the first of several
	Column   string   `json:"column,omitempty"`
	Value    string   `json:"value,omitempty"`
	// Figure is how much it is about, in persons, openings or dollars, in millionths; Times in how many cells or rows.
	Figure int64  `json:"-"`
	Times  int    `json:"times"`
	What   string `json:"what"`
	Hint   string `json:"hint,omitempty"`
}

// before orders findings: the gravest first, then those about most, then by place. It is negative where f comes first.
func (f *Finding) before(g *Finding) int {
	weight := map[Severity]int{Refusing: 0, Warning: 1, Note: 2}
	return cmp.Or(
		cmp.Compare(weight[f.Severity], weight[g.Severity]),
		cmp.Compare(g.Figure, f.Figure), cmp.Compare(g.Times, f.Times),
		cmp.Compare(f.Table, g.Table), cmp.Compare(f.Row, g.Row), cmp.Compare(f.Column, g.Column), cmp.Compare(f.Value, g.Value),
		cmp.Compare(f.What, g.What),
	)
}

// FindingWriter writes findings as CSV as they come, for a spreadsheet to sort.
type FindingWriter struct {
	out   *csv.Writer
	guard func(string) string
	row   []string
}

// NewFindingWriter writes the names of the columns. Guard makes text safe for spreadsheets, as datasets.Guard does.
func NewFindingWriter(w io.Writer, guard func(string) string) (*FindingWriter, error) {
	x := &FindingWriter{out: csv.NewWriter(w), guard: guard}
	if err := x.out.Write([]string{"severity", "kind", "table", "row", "column", "value", "figure", "times", "what", "hint"}); err != nil {
		return nil, fmt.Errorf("writing the findings: %w", err)
	}
	return x, nil
}

// Write writes one finding.
func (x *FindingWriter) Write(f Finding) error {
	row, figure := "", ""
	if f.Row > 0 {
		row = strconv.Itoa(f.Row)
	}
	if f.Figure != 0 {
		figure = decimal(f.Figure)
	}
	x.row = append(x.row[:0],
		string(f.Severity), string(f.Kind), f.Table, row, x.guard(f.Column), x.guard(f.Value), figure, strconv.Itoa(f.Times), x.guard(f.What), x.guard(f.Hint))
	if err := x.out.Write(x.row); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	return nil
}

// Close writes what is left.
func (x *FindingWriter) Close() error {
	x.out.Flush()
	if err := x.out.Error(); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	return nil
}
