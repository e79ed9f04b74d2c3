package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// hierarchy holds the totals of a source against the sums of their parts: over regions, over occupations, over whatever
// else tells totals from parts, and over several levels, each total against the rows one level below it that are there,
// be they totals themselves. It works on the source's own codes, so that what is compared is what was published.
type hierarchy struct {
	entries []entry
	words   map[string]string
	over    bool
}

// maxEntries is how many rows of a source are held to be compared with its totals.
const maxEntries = 200_000

// one is a text that rows share, once.
func (h *hierarchy) one(s string) string {
	if w, ok := h.words[s]; ok {
		return w
	}
	if h.words == nil {
		h.words = map[string]string{}
	}
	s = strings.Clone(s)
	h.words[s] = s
	return s
}

// entry is a row of the source by its place in the three hierarchies, as paths: what is inside begins with what it is
// inside of, and "" is the whole.
type entry struct {
	rest  string
	path  [dimensions]string
	name  string
	n     int64
	line  int
	total bool
}

const (
	byRegion = iota
	byOccupation
	byOther
	dimensions
)

var dimensionNames = [dimensions]string{"regions", "occupations", "all that else tells totals from their parts"}

// total notes the figure of a row that is a total.
func (t *target) total() {
	if n, s, _ := t.figure(); s == stated {
		t.totals.add(t, n, true)
	}
}

// part notes a figure as a part of its total, if the layout has totals.
func (t *target) part(n int64) {
	if len(t.r.layout.Totals) > 0 {
		t.totals.add(t, n, false)
	}
}

func (h *hierarchy) add(t *target, n int64, total bool) {
	if !t.counts() {
		return
	}
	if len(h.entries) >= maxEntries {
		h.over = true
		return
	}
	e := entry{n: n, line: t.r.line, total: total}
	var rest, name []string
	for i, c := range t.table.Columns {
		v := &t.source[i]
		if !c.Key || v.Column == "" {
			continue
		}
		text := v.text(t.r)
		tells := total && t.tellsTotal(v.Column)
		word := text
		switch {
		case c.Name == "region":
			e.path[byRegion] = v.regionPath(text, tells)
		case c.Name == "occupation":
			e.path[byOccupation] = v.occupationPath(t, text, tells)
			if v.Inside {
				word, _, _ = strings.Cut(text, " ")
			}
		case t.mayTellTotal(v.Column):
			if !tells {
				e.path[byOther] += "\x01" + text + "\x02"
			}
		default:
			rest = append(rest, text)
		}
		if word != "" {
			name = append(name, word)
		}
	}
	e.rest, e.name = h.one(strings.Join(rest, "\x00")), shorten(strings.Join(name, ", "))
	for d := range e.path {
		e.path[d] = h.one(e.path[d])
	}
	h.entries = append(h.entries, e)
}

// tellsTotal is whether the row at hand is a total because of this column.
func (t *target) tellsTotal(column string) bool {
	return slices.ContainsFunc(t.r.layout.Totals, func(c Condition) bool { return squeeze(c.Column) == squeeze(column) && c.holds(t.r) })
}

// mayTellTotal is whether a column tells totals from their parts in some rows.
func (t *target) mayTellTotal(column string) bool {
	return slices.ContainsFunc(t.r.layout.Totals, func(c Condition) bool { return squeeze(c.Column) == squeeze(column) })
}

// sumUp makes one entry of those that are alike.
func (h *hierarchy) sumUp() {
	slices.SortStableFunc(h.entries, func(a, b entry) int { return cmp.Or(a.compare(&b, -1), compareBool(a.total, b.total)) })
	out := h.entries[:0]
	for _, e := range h.entries {
		if n := len(out); n > 0 && out[n-1].compare(&e, -1) == 0 && out[n-1].total == e.total {
			out[n-1].n += e.n
			out[n-1].line = min(out[n-1].line, e.line)
			continue
		}
		out = append(out, e)
	}
	h.entries = out
}

// compare orders entries by everything but one dimension, and by that last.
func (e *entry) compare(f *entry, last int) int {
	c := cmp.Compare(e.rest, f.rest)
	for d := range dimensions {
		if d != last && c == 0 {
			c = cmp.Compare(e.path[d], f.path[d])
		}
	}
	if last >= 0 && c == 0 {
		c = cmp.Compare(e.path[last], f.path[last])
	}
	return c
}

// alike is whether two entries agree in everything but one dimension.
func (e *entry) alike(f *entry, but int) bool {
	for d := range dimensions {
		if d != but && e.path[d] != f.path[d] {
			return false
		}
	}
	return e.rest == f.rest
}

func compareBool(a, b bool) int { return cmp.Compare(b2i(a), b2i(b)) }

// held is what became of the totals of one level in one dimension.
type held struct {
	rows, apart     int
	total, sum, gap int64
	worst           *entry
	worstSum        int64
	most            int64
	each            []Finding // of the totals that differ
}

// report tells how far the source's totals are from the sums of their parts.
func (h *hierarchy) report(t *target) {
	if len(h.entries) == 0 {
		return
	}
	if h.over {
		t.r.found.add(Finding{Severity: Note, Kind: Totals, Table: t.table.File, What: "has more than " + grouped(maxEntries*micro) + " rows: only the first ones were held against their totals"})
	}
	h.sumUp()
	compared := map[int]bool{} // totals that had parts
	for d := range dimensions {
		slices.SortStableFunc(h.entries, func(a, b entry) int { return cmp.Or(a.compare(&b, d), compareBool(a.total, b.total)) })
		levels := map[int]*held{}
		for i := range h.entries {
			e := &h.entries[i]
			if !e.total {
				continue
			}
			sum, parts := int64(0), 0
			last := ""
			for j := i + 1; j < len(h.entries); j++ {
				f := &h.entries[j]
				if !e.alike(f, d) || !strings.HasPrefix(f.path[d], e.path[d]) {
					break
				}
				if f.path[d] == e.path[d] || last != "" && strings.HasPrefix(f.path[d], last) {
					continue
				}
				last = f.path[d]
				sum += f.n
				parts++
			}
			if parts == 0 {
				continue
			}
			compared[e.line] = true
			h.hold(t, levels, pathLevel(d, e.path[d]), e, sum, partsOver(parts, " over "+dimensionNames[d]))
		}
		h.tell(t, levels, d)
	}
	h.rest(t, compared)
}

// maxLoose is how many totals without parts one level below are held against everything inside them.
const maxLoose = 1000

// rest holds totals that have no parts in one dimension alone, such as one over all regions and occupations, against all
// parts inside them.
func (h *hierarchy) rest(t *target, compared map[int]bool) {
	levels := map[int]*held{}
	loose := 0
	for i := range h.entries {
		e := &h.entries[i]
		if !e.total || compared[e.line] {
			continue
		}
		if loose++; loose > maxLoose {
			break
		}
		sum, parts := int64(0), 0
		for j := range h.entries {
			f := &h.entries[j]
			inside := !f.total && f.rest == e.rest
			for d := range dimensions {
				inside = inside && strings.HasPrefix(f.path[d], e.path[d])
			}
			if inside {
				sum += f.n
				parts++
			}
		}
		h.hold(t, levels, 0, e, sum, partsOver(parts, ""))
	}
	h.tell(t, levels, dimensions)
}

// partsOver says what is held against a total.
func partsOver(n int, over string) string {
	if n == 1 {
		return "its only part" + over + " comes"
	}
	return "its " + plural(n, "part", "parts") + over + " come"
}

// hold notes one total and the sum of its parts.
func (h *hierarchy) hold(t *target, levels map[int]*held, level int, e *entry, sum int64, parts string) {
	x := levels[level]
	if x == nil {
		x = &held{}
		levels[level] = x
	}
	x.rows++
	x.total += e.n
	x.sum += sum
	d := max(e.n-sum, sum-e.n)
	if d == 0 {
		return
	}
	x.apart++
	x.gap += d
	if d > x.most {
		x.most, x.worst, x.worstSum = d, e, sum
	}
	x.each = append(x.each, Finding{
		Severity: Note, Kind: Totals, Table: t.table.File, Row: e.line, Value: e.name, Figure: d,
		What: fmt.Sprintf("is a total of %s, and %s to %s", grouped(e.n), parts, grouped(sum)),
	})
}

// tell sums up what was found of the totals of each level.
func (h *hierarchy) tell(t *target, levels map[int]*held, dimension int) {
	for _, level := range sortedNumbers(levels) {
		x := levels[level]
		over := "inside them"
		if dimension < dimensions {
			over = "over " + dimensionNames[dimension]
		}
		whose := levelName(dimension, level)
		f := Finding{Severity: Note, Kind: Totals, Table: t.table.File, Times: x.rows, What: fmt.Sprintf(
			"%s %s were held against the sums of their parts %s, and agree: %s", plural(x.rows, "total", "totals"), whose, over, grouped(x.total))}
		if x.apart > 0 {
			f.Severity, f.Row, f.Figure = Warning, x.worst.line, x.gap
			f.What = fmt.Sprintf("totals %s come to %s, the sums of their parts %s to %s; %s of %s, most %s (%s against %s)",
				whose, grouped(x.total), over, grouped(x.sum), plural(x.apart, "differs", "differ"), plural(x.rows, "total", "totals"), x.worst.name, grouped(x.worst.n), grouped(x.worstSum))
			f.Hint = "The parts are imported. Look whether the source rounds or leaves out small figures, and say so in its note"
		}
		t.r.found.add(f)
		if x.apart > 1 { // else all has been said
			for _, f := range x.each {
				t.r.found.add(f)
			}
		}
	}
}

// pathLevel is how deep in its hierarchy a path is.
func pathLevel(dimension int, path string) int {
	if dimension == byRegion {
		return strings.Count(path, "|")
	}
	return len(path)
}

// levelName says of what the totals of a level are.
func levelName(dimension, level int) string {
	switch {
	case dimension == byRegion && level == 0:
		return "of all regions"
	case dimension == byRegion && level == 1:
		return "of countries"
	case dimension == byRegion:
		return "of parts of countries"
	case dimension == byOccupation && level == 0:
		return "of all occupations"
	case dimension == byOccupation:
		return "of groups of " + plural(level, "digit", "digits")
	}
	return "of the source"
}

func sortedNumbers[V any](m map[int]V) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
