package intake

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
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

// Filled says how a table was filled.
type Filled struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Hash  string `json:"sha256"`
	// Read is the sum of all figures of the source that belong to the table, Written that of its rows; the difference is
	// what findings list. In millionths, of counts only.
	Read, Written int64 `json:"-"`
}

// Quality is what can be said of a source before anything is stored.
type Quality struct {
	Layout string   `json:"layout"`
	Sheet  string   `json:"sheet,omitempty"`
	Header int      `json:"header"` // its row; 0 where the format names the columns
	Rows   int64    `json:"rows"`   // of data
	Tables []Filled `json:"tables"`
	// Findings are the first [MaxFindings], the gravest and largest first.
	Findings []Finding `json:"findings"`
	// More is how many findings there are beyond those.
	More int `json:"more,omitempty"`
}

// MaxFindings is how many findings are kept in full.
const MaxFindings = 1000

// Refused is whether anything keeps the source from being imported.
func (q *Quality) Refused() bool {
	return slices.ContainsFunc(q.Findings, func(f Finding) bool { return f.Severity == Refusing })
}

// Count is the number of findings of a severity, those beyond MaxFindings left out.
func (q *Quality) Count(s Severity) int {
	n := 0
	for i := range q.Findings {
		if q.Findings[i].Severity == s {
			n++
		}
	}
	return n
}

// rank orders findings: the gravest first, then those about most, then by place. It tells found of all of them, and keeps
// the first.
func (q *Quality) rank(found func(Finding) error) error {
	weight := map[Severity]int{Refusing: 0, Warning: 1, Note: 2}
	slices.SortStableFunc(q.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(weight[a.Severity], weight[b.Severity]),
			cmp.Compare(b.Figure, a.Figure), cmp.Compare(b.Times, a.Times),
			cmp.Compare(a.Table, b.Table), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Value, b.Value),
		)
	})
	if found != nil {
		for _, f := range q.Findings {
			if err := found(f); err != nil {
				return err
			}
		}
	}
	if n := len(q.Findings); n > MaxFindings {
		q.More, q.Findings = q.More+n-MaxFindings, q.Findings[:MaxFindings]
	}
	return nil
}

// WriteFindings writes findings as CSV, for a spreadsheet to sort.
func WriteFindings(w io.Writer, findings []Finding, guard func(string) string) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"severity", "kind", "table", "row", "column", "value", "figure", "times", "what", "hint"}}
	for _, f := range findings {
		row := ""
		if f.Row > 0 {
			row = strconv.Itoa(f.Row)
		}
		figure := ""
		if f.Figure != 0 {
			figure = decimal(f.Figure)
		}
		rows = append(rows, []string{
			string(f.Severity), string(f.Kind), f.Table, row, guard(f.Column), guard(f.Value), figure, strconv.Itoa(f.Times), guard(f.What), guard(f.Hint),
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	return nil
}

// gathered adds up findings that differ only in their place, and keeps the first place.
type gathered struct {
	byKey map[gatherKey]int
	list  []Finding
	more  int
}

type gatherKey struct {
	kind          Kind
	table, column string
	value, what   string
}

// maxGathered bounds how many different findings are held; the rest are counted.
const maxGathered = 100_000

// add notes a finding once for all its places.
func (g *gathered) add(f Finding) {
	f.Value = shorten(f.Value)
	key := gatherKey{f.Kind, f.Table, f.Column, f.Value, f.What}
	if i, ok := g.byKey[key]; ok {
		g.list[i].Times++
		g.list[i].Figure += f.Figure
		return
	}
	if len(g.list) >= maxGathered {
		g.more++
		return
	}
	if g.byKey == nil {
		g.byKey = map[gatherKey]int{}
	}
	g.byKey[key] = len(g.list)
	f.Times = max(f.Times, 1)
	g.list = append(g.list, f)
}
