package intake

import (
	"fmt"
	"strings"
)

// totalled is the figure of a row that the layout calls a total, and the sum of the rows it stands for: those that
// agree with it in all coded columns but the one that makes it a total.
type totalled struct {
	line       int
	total, sum int64
	parts      int
	stated     bool
	name       string
}

// total notes the figure of a row that is a total.
func (t *target) total() {
	n, s := t.figure()
	if s != stated {
		return
	}
	x := t.group()
	x.line, x.stated = t.r.line, true
	x.total += n
}

// part notes a figure as a part of its total, if the layout has totals.
func (t *target) part(n int64) {
	if len(t.r.layout.Totals) == 0 {
		return
	}
	x := t.group()
	x.sum += n
	x.parts++
}

// group is the total that the row at hand is, or is a part of.
func (t *target) group() *totalled {
	var key, name strings.Builder
	for i, c := range t.table.Columns {
		v := &t.source[i]
		if !c.Key || v.Column == "" || t.makesTotal(v.Column) {
			continue
		}
		text := t.r.at(v.Column)
		key.WriteString(text)
		key.WriteByte(0)
		if name.Len() > 0 {
			name.WriteString(", ")
		}
		name.WriteString(text)
	}
	x := t.totals[key.String()]
	if x == nil {
		x = &totalled{name: name.String()}
		t.totals[key.String()] = x
	}
	return x
}

// makesTotal is whether a column tells totals from their parts.
func (t *target) makesTotal(column string) bool {
	for _, c := range t.r.layout.Totals {
		if squeeze(c.Column) == squeeze(column) {
			return true
		}
	}
	return false
}

// compareTotals tells how far the source's totals are from the sums of their parts.
func (r *reader) compareTotals() {
	for _, t := range r.targets {
		var total, sum, gap, most int64
		rows, apart := 0, 0
		worst := (*totalled)(nil)
		for _, key := range sortedKeys(t.totals) {
			x := t.totals[key]
			if !x.stated {
				continue
			}
			rows++
			total += x.total
			sum += x.sum
			if d := max(x.total-x.sum, x.sum-x.total); d > 0 {
				apart++
				gap += d
				if d > most {
					most, worst = d, x
				}
			}
		}
		if rows == 0 {
			continue
		}
		f := Finding{Severity: Note, Kind: Totals, Table: t.table.File, Times: rows, What: fmt.Sprintf(
			"%s of the source were held against the sums of their parts, and agree: %s", plural(rows, "total", "totals"), grouped(total))}
		if apart > 0 {
			f.Severity, f.Row, f.Figure = Warning, worst.line, gap
			f.What = fmt.Sprintf("totals of the source come to %s, the sums of their parts to %s; %s of %s, most %s (%s against %s)",
				grouped(total), grouped(sum), plural(apart, "differs", "differ"), plural(rows, "total", "totals"), worst.name, grouped(worst.total), grouped(worst.sum))
			f.Hint = "The parts are imported. Look whether the source rounds or leaves out small figures, and say so in its note"
		}
		r.found.add(f)
	}
}
