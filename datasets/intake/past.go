package intake

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
)

// Before hands out the rows that a table had in the source's version before, in canonical text and the table's column
// order; nil where there is none. A row is valid until the next one.
type Before func(table string) iter.Seq2[[]string, error]

// Figures are held against those of the last version one by one. That small ones move more than large ones is the rule,
// so the change of a cell is taken as
//
//	z = ln((after + 10) / (before + 10))        for counts;  z = ln(after / before)  for wages
//
// and it is far off where it differs from the median of all cells' changes by more than five times their usual spread
// (1.4826 × the median distance from that median, as the standard deviation of a normal distribution would be) and by
// more than a factor of three for counts, of 1.5 for wages. Of fewer than seven cells the median says nothing: it is taken
// as no change.
const (
	smallCount   = 10 * micro
	countFactor  = 3
	wageFactor   = 1.5
	spreads      = 5
	fewCells     = 7
	normalSpread = 1.4826
	// totalFactor is how much the sum of all figures may change without a warning.
	totalFactor = 1.5
)

// changedCell is a cell that both versions have.
type changedCell struct {
	before, after *cubeCell
	z             float64
}

// comparePast holds the table against the source's version before, if there is one.
func (t *target) comparePast() error {
	if t.r.to.Before == nil {
		return nil
	}
	rows := t.r.to.Before(t.table.File)
	if rows == nil {
		return nil
	}
	past := t.cube.like()
	past.over = t.cube.over
	some := false
	for cells, err := range rows {
		if some = true; past.over && err == nil {
			break // the two cannot be compared
		}
		if err != nil {
			return fmt.Errorf("the version before: %w", err)
		}
		if len(cells) != len(t.table.Columns) {
			return fmt.Errorf("the version before: a row of %s has %s and not %d", t.table.File, plural(len(cells), "cell", "cells"), len(t.table.Columns))
		}
		if n, ok := (Numbers{}).parse(cells[t.figureAt]); ok {
			past.add(cells, 0, n)
		}
	}
	if !some || len(t.cube.cells) == 0 {
		return nil
	}
	if past.over {
		t.r.found.add(Finding{
			Severity: Note, Kind: Changed, Table: t.table.File,
			What: "was not held against the version before: one of the two has more than " + grouped(maxCube*micro) + " rows",
		})
		return nil
	}
	if len(past.cells) > 0 {
		newComparison(t, past).report()
	}
	return nil
}

// comparison is of a table with its version before.
type comparison struct {
	t             *target
	before, after *cube
	same          []string // periods that both have; none where the latest of each are compared
	from, to      string   // what is compared, in words
	pairs         []changedCell
	gone, fresh   []*cubeCell
}

// cellKey names a cell in both versions; of versions that share no period it has none.
type cellKey struct{ rest, region, occupation, period, kind uint32 }

func newComparison(t *target, past *cube) *comparison {
	c := &comparison{t: t, before: past, after: t.cube}
	were, are := past.periods(), t.cube.periods()
	for _, p := range are {
		if slices.Contains(were, p) {
			c.same = append(c.same, p)
		}
	}
	wanted := func(x *cube, y *cubeCell, latest string) bool {
		if len(c.same) > 0 {
			return slices.Contains(c.same, x.words[y.period])
		}
		return x.words[y.period] == latest
	}
	key := func(x *cubeCell) cellKey {
		k := cellKey{x.rest, x.region, x.occupation, x.period, x.kind}
		if len(c.same) == 0 {
			k.period = 0
		}
		return k
	}
	lastWas, lastIs := were[len(were)-1], are[len(are)-1]
	c.from, c.to = "the version before", "this one"
	if len(c.same) == 0 {
		c.from, c.to = lastWas+" in the version before", lastIs
	}
	index := map[cellKey]*cubeCell{}
	for i := range past.cells {
		if x := &past.cells[i]; wanted(past, x, lastWas) {
			index[key(x)] = x
		}
	}
	for i := range t.cube.cells {
		x := &t.cube.cells[i]
		if !wanted(t.cube, x, lastIs) {
			continue
		}
		if y, ok := index[key(x)]; ok {
			c.pairs = append(c.pairs, changedCell{before: y, after: x})
			delete(index, key(x))
		} else {
			c.fresh = append(c.fresh, x)
		}
	}
	for i := range past.cells {
		if x := &past.cells[i]; index[key(x)] == x {
			c.gone = append(c.gone, x)
		}
	}
	return c
}

// periods are the periods of a cube, in order.
func (c *cube) periods() []string {
	seen := map[uint32]bool{}
	var out []string
	for i := range c.cells {
		if p := c.cells[i].period; !seen[p] {
			seen[p] = true
			out = append(out, c.words[p])
		}
	}
	slices.Sort(out)
	return out
}

func (c *comparison) report() {
	factor := float64(wageFactor)
	floor := int64(0)
	if c.t.counts() {
		factor, floor = countFactor, smallCount
	}
	usual := c.far(floor, factor)
	if c.t.counts() {
		c.total(usual)
		c.list(Gone, c.before, c.gone, "in the version before and not here any more")
		c.list(New, c.after, c.fresh, "here and not in the version before")
	}
}

// far tells of figures that changed far more than the others, and returns how the middle one changed, in words; "" where
// there are too few to say.
func (c *comparison) far(floor int64, factor float64) (usual string) {
	var all []float64
	for i := range c.pairs {
		x := &c.pairs[i]
		if a, b := x.after.n+floor, x.before.n+floor; a > 0 && b > 0 {
			x.z = math.Log(float64(a) / float64(b))
			all = append(all, x.z)
		}
	}
	middle, spread := 0.0, 0.0
	if len(all) >= fewCells {
		middle = median(all)
		usual = ", in the middle " + factorOf(math.Exp(middle))
		for i, z := range all {
			all[i] = math.Abs(z - middle)
		}
		spread = normalSpread * median(all)
	}
	limit := max(math.Log(factor), spreads*spread)
	for i := range c.pairs {
		x := &c.pairs[i]
		if math.Abs(x.z-middle) <= limit {
			continue
		}
		c.t.r.found.add(Finding{
			Severity: Warning, Kind: Outlier, Table: c.t.table.File, Row: int(x.after.line), Column: c.t.table.Columns[c.t.figureAt].Name,
			Value: c.after.name(x.after), Figure: max(x.after.n-x.before.n, x.before.n-x.after.n),
			What: fmt.Sprintf("was %s in %s and is %s in %s, %s; %s in both%s",
				grouped(x.before.n), c.from, grouped(x.after.n), c.to, times(x.before.n, x.after.n), plural(len(all), "cell is", "cells are"), usual),
			Hint: "Look whether a digit, a unit or a definition changed; if the figure is right, nothing is to be done",
		})
	}
	return usual
}

// times is one figure over another in words.
func times(before, after int64) string {
	if before == 0 {
		return "from nothing"
	}
	return factorOf(float64(after) / float64(before))
}

func factorOf(x float64) string {
	if x >= 100 {
		return "× " + grouped(int64(math.Round(x))*micro)
	}
	return fmt.Sprintf("× %.2f", x)
}

func median(list []float64) float64 {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}

// total tells how the sum changed.
func (c *comparison) total(usual string) {
	var was, is int64
	for i := range c.pairs {
		was += c.pairs[i].before.n
		is += c.pairs[i].after.n
	}
	for _, x := range c.gone {
		was += x.n
	}
	for _, x := range c.fresh {
		is += x.n
	}
	f := Finding{
		Severity: Note, Kind: Changed, Table: c.t.table.File, Times: len(c.pairs), Figure: max(is-was, was-is),
		What: fmt.Sprintf("all figures came to %s and come to %s, %s; %s in both%s", grouped(was), grouped(is), times(was, is),
			plural(len(c.pairs), "cell is", "cells are"), usual),
	}
	if len(c.same) == 0 {
		f.What += fmt.Sprintf(" (%s against %s: the two have no period in common)", c.to, c.from)
	}
	if float64(is) > totalFactor*float64(was) || float64(was) > totalFactor*float64(is) {
		f.Severity, f.Hint = Warning, "Look whether the source changed its unit, its coverage or its definition"
	}
	c.t.r.found.add(f)
}

// list tells of cells that only one of the versions has, the largest of them by name.
func (c *comparison) list(kind Kind, in *cube, cells []*cubeCell, where string) {
	if len(cells) == 0 {
		return
	}
	slices.SortFunc(cells, func(a, b *cubeCell) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(in.name(a), in.name(b))) })
	var mass int64
	var names []string
	for i, x := range cells {
		mass += x.n
		if i < 3 {
			names = append(names, fmt.Sprintf("%s (%s)", in.name(x), grouped(x.n)))
		}
	}
	if len(cells) > 3 {
		names = append(names, "…")
	}
	f := Finding{
		Severity: Warning, Kind: kind, Table: c.t.table.File, Times: len(cells), Figure: mass,
		What: fmt.Sprintf("%s %s, %s in all: %s", plural(len(cells), "cell is", "cells are"), where, grouped(mass), strings.Join(names, ", ")),
	}
	if kind == Gone {
		f.Hint = "Look whether the source dropped them, renamed them, or reads them as suppressed now"
	} else {
		f.Severity = Note
	}
	c.t.r.found.add(f)
}
