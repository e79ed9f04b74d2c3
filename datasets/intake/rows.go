package intake

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// row reads one row of data.
func (r *reader) row() error {
	l := r.layout
	if !r.over && len(l.Until) > 0 {
		r.over = r.footnote()
	}
	if r.over {
		r.found.add(Finding{Severity: Note, Kind: Footnotes, Row: r.line, What: "footnotes follow the data and were not read"})
		return nil
	}
	if r.layout.Wide == nil || r.cells[r.head.width] == r.layout.Wide.columns[0].value {
		r.quality.Rows++
	}
	for i := range l.Only {
		if !l.Only[i].holds(r) {
			r.leaveOut(&l.Only[i], "rows are not among those that the layout keeps", false)
			return nil
		}
	}
	if r.older() {
		r.leaveOut(&Condition{Column: l.Latest.Column}, "rows are of a period before the latest", false)
		return nil
	}
	for i := range l.Ignore {
		if l.Ignore[i].holds(r) {
			r.leaveOut(&l.Ignore[i], "is left out by the layout", true)
			return nil
		}
	}
	if first, twice := r.again(); twice {
		r.leaveOut(&Condition{Column: l.Unique}, fmt.Sprintf("is the same as in row %d, and is not counted again", first), true)
		return nil
	}
	for i := range l.Totals {
		if l.Totals[i].holds(r) {
			for _, t := range r.targets {
				t.total()
			}
			return nil
		}
	}
	for _, t := range r.targets {
		if err := t.row(); err != nil {
			return err
		}
	}
	return r.found.err
}

// footnote is whether the row at hand is the first after the data.
func (r *reader) footnote() bool {
	for _, c := range r.cells {
		if c = strings.TrimSpace(c); c != "" {
			return slices.ContainsFunc(r.layout.Until, func(start string) bool { return strings.HasPrefix(c, start) })
		}
	}
	return false
}

// maxUnique is how many names of rows are held to be told from each other.
const maxUnique = 2_000_000

// again is whether an earlier row has the name of the row at hand, and which.
func (r *reader) again() (first int, twice bool) {
	name := ""
	if r.layout.Unique != "" {
		name = r.at(r.layout.Unique)
	}
	if name == "" {
		return 0, false
	}
	sum := sha256.Sum256([]byte(name))
	key := [16]byte(sum[:16])
	if line, ok := r.names[key]; ok {
		return int(line), int(line) != r.line // of a wide row every cell has the name
	}
	if len(r.names) >= maxUnique {
		r.found.add(Finding{Severity: Warning, Kind: Duplicate, Column: r.layout.Unique, What: "has more than " + grouped(maxUnique*micro) + " names: those of later rows were not told from each other"})
		return 0, false
	}
	if r.names == nil {
		r.names = map[[16]byte]int32{}
	}
	r.names[key] = int32(r.line) //nolint:gosec // lines of a file
	return 0, false
}

// group is what rows have to agree in for the latest of them to count.
func (x *Latest) group(r *reader) string {
	var b strings.Builder
	for _, c := range x.By {
		b.WriteString(r.at(c))
		b.WriteByte(0)
	}
	return b.String()
}

// older is whether a later row of the row's group is kept instead of it.
func (r *reader) older() bool {
	x := r.layout.Latest
	return x != nil && r.at(x.Column) < r.latest[x.group(r)]
}

// leaveOut notes a row that the layout does not want, with the figures it has. Rows of a slice that is not asked for,
// such as another year, are no part of what is read; those named to be left out are.
func (r *reader) leaveOut(c *Condition, what string, named bool) {
	if c.Why != "" {
		what += ": " + c.Why
	}
	for _, t := range r.targets {
		f := Finding{Severity: Note, Kind: Ignored, Table: t.table.File, Row: r.line, Column: c.Column, What: what}
		if named && c.Column == r.layout.Unique {
			f.Severity, f.Kind, f.Value = Warning, Duplicate, r.at(c.Column)
		}
		if named && len(c.Is)+len(c.Starts) > 0 {
			f.Value = r.at(c.Column)
		}
		if n, state, _ := t.figure(); state == stated && t.counts() {
			f.Figure = n
			if named {
				t.filled.Read += n
			}
		}
		t.find(f)
	}
}

// holds is whether a condition holds for the row at hand.
func (c *Condition) holds(r *reader) bool {
	v := r.at(c.Column)
	if len(c.Is) == 0 && len(c.Starts) == 0 {
		return v != ""
	}
	return slices.Contains(c.Is, v) || slices.ContainsFunc(c.Starts, func(p string) bool { return strings.HasPrefix(v, p) })
}
