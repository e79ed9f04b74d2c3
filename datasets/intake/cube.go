package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets"
)

// maxCube is how many rows are held to be compared with each other; a table with more is not, and says so.
const maxCube = 500_000

// cube is a table's figures by region, occupation and everything else in its key, to tell what only shows across rows:
// totals beside their parts, figures far from their neighbours, several years in one file.
type cube struct {
	cells []cubeCell
	words map[string]string
	over  bool
}

type cubeCell struct {
	rest, region, occupation, period, kind string
	n                                      int64
	line                                   int
}

func (c *cube) add(t *target, cells []string, line int, n int64) {
	if len(c.cells) >= maxCube {
		c.over = true
		return
	}
	if c.words == nil {
		c.words = map[string]string{}
	}
	keep := func(s string) string {
		if w, ok := c.words[s]; ok {
			return w
		}
		w := strings.Clone(s)
		c.words[w] = w
		return w
	}
	x := cubeCell{n: n, line: line}
	var rest strings.Builder
	for i, col := range t.table.Columns {
		switch {
		case col.Name == "region":
			x.region = keep(cells[i])
		case col.Name == "occupation":
			x.occupation = keep(cells[i])
		case col.Key:
			rest.WriteString(cells[i])
			rest.WriteByte(' ')
		}
		switch col.Name {
		case "period":
			x.period = keep(cells[i])
		case "kind", "unit":
			x.kind = keep(cells[i])
		}
	}
	x.rest = keep(rest.String())
	c.cells = append(c.cells, x)
}

// report tells what shows across the rows of a table.
func (c *cube) report(t *target) {
	if c.over {
		t.r.found.add(Finding{Severity: Note, Kind: Mixed, Table: t.table.File, What: "has more than " + grouped(maxCube*micro) + " rows: only the first ones were held against each other"})
	}
	c.mixed(t, "period", "years", func(x *cubeCell) string { return x.period })
	if t.counts() {
		c.mixed(t, "kind", "kinds", func(x *cubeCell) string { return x.kind })
		c.doubles(t, "occupation", func(x *cubeCell) (within, code string) { return x.rest + "\x00" + x.region, x.occupation })
		c.doubles(t, "region", func(x *cubeCell) (within, code string) { return x.rest + "\x00" + x.occupation, x.region })
		c.outliers(t)
	} else {
		c.wages(t)
	}
}

func (c *cube) mixed(t *target, column, many string, of func(*cubeCell) string) {
	rows := map[string]int{}
	for i := range c.cells {
		rows[of(&c.cells[i])]++
	}
	if len(rows) < 2 {
		return
	}
	names := sortedKeys(rows)
	shown := make([]string, 0, 6)
	for _, n := range names[:min(6, len(names))] {
		shown = append(shown, fmt.Sprintf("%s (%s)", n, plural(rows[n], "row", "rows")))
	}
	if len(names) > 6 {
		shown = append(shown, fmt.Sprintf("and %d more", len(names)-6))
	}
	t.r.found.add(Finding{
		Severity: Warning, Kind: Mixed, Table: t.table.File, Column: column, Times: len(names), What: "has several " + many + ": " + strings.Join(shown, ", "),
		Hint: "Keep one by only: in the layout, unless a series is meant",
	})
}

// doubles finds codes that stand beside finer codes of the same kind: to import both is to count people twice.
func (c *cube) doubles(t *target, column string, of func(*cubeCell) (within, code string)) {
	order := make([]int, len(c.cells))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		wa, ca := of(&c.cells[a])
		wb, cb := of(&c.cells[b])
		return cmp.Or(cmp.Compare(wa, wb), cmp.Compare(ca, cb))
	})
	var total, parts, mass int64
	rows, first, example := 0, 0, ""
	for i, at := range order {
		within, code := of(&c.cells[at])
		if code == "" {
			continue
		}
		// What is sorted behind a code with it as its beginning is finer; only the next finer codes are its parts.
		var sum int64
		last := ""
		for _, next := range order[i+1:] {
			w, finer := of(&c.cells[next])
			if w != within || !strings.HasPrefix(finer, code) {
				break
			}
			if finer == code || last != "" && strings.HasPrefix(finer, last) {
				continue
			}
			last = finer
			sum += c.cells[next].n
		}
		if last == "" {
			continue
		}
		rows++
		total += c.cells[at].n
		parts += sum
		mass += c.cells[at].n
		if first == 0 || c.cells[at].line < first {
			first, example = c.cells[at].line, fmt.Sprintf("%s has %s, its parts %s", code, grouped(c.cells[at].n), grouped(sum))
		}
	}
	if rows == 0 {
		return
	}
	t.r.found.add(Finding{
		Severity: Refusing, Kind: DoubleCount, Table: t.table.File, Row: first, Column: column, Times: rows, Figure: mass,
		What: fmt.Sprintf("stands beside its own parts in %s, which would be counted twice: %s in the totals, %s in the parts; for one, %s",
			plural(rows, "row", "rows"), grouped(total), grouped(parts), example),
		Hint: "Name the totals under totals: in the layout; they are then held against the sums of their parts",
	})
}

// Outliers are figures of a region and occupation whose share of the region is more than this many times the median of
// the other regions' shares, where at least minNeighbours have the occupation and the figure is at least minOutlier.
const (
	farOff        = 20
	minNeighbours = 5
	minOutlier    = 100 * micro
)

func (c *cube) outliers(t *target) {
	type group struct{ rest, code string }
	sums, byOccupation := map[group]int64{}, map[group][]int{}
	for i := range c.cells {
		x := &c.cells[i]
		sums[group{x.rest, x.region}] += x.n
		byOccupation[group{x.rest, x.occupation}] = append(byOccupation[group{x.rest, x.occupation}], i)
	}
	for i := range c.cells {
		x := &c.cells[i]
		others := byOccupation[group{x.rest, x.occupation}]
		if x.n < minOutlier || len(others) <= minNeighbours {
			continue
		}
		share := func(y *cubeCell) float64 { return float64(y.n) / float64(sums[group{y.rest, y.region}]) }
		var shares []float64
		for _, o := range others {
			if y := &c.cells[o]; o != i && y.n > 0 {
				shares = append(shares, share(y))
			}
		}
		if len(shares) < minNeighbours {
			continue
		}
		slices.Sort(shares)
		median := shares[len(shares)/2]
		if here := share(x); here > farOff*median {
			t.r.found.add(Finding{
				Severity: Warning, Kind: Outlier, Table: t.table.File, Row: x.line, Column: "count", Value: x.region + " " + x.occupation, Figure: x.n,
				What: fmt.Sprintf("is %s, %.2f %% of all in %s; in the middle of the %d other regions it is %.2f %%", grouped(x.n), 100*here, x.region, len(shares), 100*median),
				Hint: "Look whether the figure belongs to this code, and whether a digit is too many",
			})
		}
	}
}

// plausible wages, in PPP dollars of each unit: beyond them a unit is wrong far more often than a wage is.
var plausible = map[string][2]int64{
	datasets.PerYear: {200 * micro, 1_000_000 * micro}, datasets.PerMonth: {15 * micro, 80_000 * micro}, datasets.PerHour: {micro / 10, 500 * micro},
}

func (c *cube) wages(t *target) {
	for i := range c.cells {
		x := &c.cells[i]
		bounds, ok := plausible[x.kind]
		if !ok || x.n >= bounds[0] && x.n <= bounds[1] {
			continue
		}
		t.r.found.add(Finding{
			Severity: Warning, Kind: Implausible, Table: t.table.File, Row: x.line, Column: "wage", Value: x.region + " " + x.occupation, Figure: x.n,
			What: fmt.Sprintf("is %s %s, where %s to %s would be usual", grouped(x.n), x.kind, grouped(bounds[0]), grouped(bounds[1])),
			Hint: "Look whether the wage is by hour, month or year, and in PPP dollars",
		})
	}
}
