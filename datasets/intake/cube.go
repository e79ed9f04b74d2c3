package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// maxCube is how many rows are held to be compared with each other; a table with more is not, and says so.
const maxCube = 500_000

// cube is a table's figures by region, occupation, period and everything else in its key, to tell what only shows across
// rows: totals beside their parts, figures far from their neighbours or their past, several years in one file.
type cube struct {
	*lexicon
	cells []cubeCell
	over  bool

	region, occupation, period, kind int // columns; kind is that of counts, the unit of wages
	rest                             []int
	key                              []byte
}

// cubeCell is a row: numbers of words, its figure in millionths and its line.
type cubeCell struct {
	rest, region, occupation, period, kind uint32
	line                                   int32
	n                                      int64
}

// lexicon numbers words, of which a table has few.
type lexicon struct {
	words []string
	ids   map[string]uint32
}

func (x *lexicon) id(s []byte) uint32 {
	if id, ok := x.ids[string(s)]; ok {
		return id
	}
	id := uint32(len(x.words)) //nolint:gosec // at most five a row of maxCube
	x.words = append(x.words, string(s))
	x.ids[x.words[id]] = id
	return id
}

func newCube(t datasets.Table) *cube {
	c := &cube{lexicon: &lexicon{ids: map[string]uint32{}}}
	for i, col := range t.Columns {
		switch {
		case col.Name == "region":
			c.region = i
		case col.Name == "occupation":
			c.occupation = i
		case col.Name == "period":
			c.period = i
		case col.Name == "kind", col.Name == "unit":
			c.kind = i
		case col.Key:
			c.rest = append(c.rest, i)
		}
	}
	return c
}

// like is an empty cube of the same table with the same words.
func (c *cube) like() *cube {
	d := *c
	d.cells, d.over, d.key = nil, false, nil
	return &d
}

func (c *cube) add(cells []string, line int, n int64) {
	if len(c.cells) >= maxCube {
		c.over = true
		return
	}
	word := func(i int) uint32 {
		c.key = append(c.key[:0], cells[i]...)
		return c.id(c.key)
	}
	x := cubeCell{
		region: word(c.region), occupation: word(c.occupation), period: word(c.period), kind: word(c.kind),
		n: n, line: int32(line), //nolint:gosec // lines of a file
	}
	c.key = c.key[:0]
	for _, i := range c.rest {
		c.key = append(append(c.key, cells[i]...), 0)
	}
	x.rest = c.id(c.key)
	c.cells = append(c.cells, x)
}

// name is the region and occupation of a cell.
func (c *cube) name(x *cubeCell) string {
	return strings.TrimSpace(c.words[x.region] + " " + c.words[x.occupation])
}

// report tells what shows across the rows of a table.
func (c *cube) report(t *target) {
	if c.over {
		t.r.found.add(Finding{Severity: Note, Kind: Mixed, Table: t.table.File, What: "has more than " + grouped(maxCube*micro) + " rows: only the first ones were held against each other"})
	}
	c.mixed(t, "period", "years", func(x *cubeCell) uint32 { return x.period })
	if !t.counts() {
		c.wages(t)
		return
	}
	c.mixed(t, "kind", "kinds", func(x *cubeCell) uint32 { return x.kind })
	c.doubles(t, "occupation", func(x *cubeCell) ([4]uint32, uint32) {
		return [4]uint32{x.rest, x.period, x.kind, x.region}, x.occupation
	},
		func(code string) string { return code })
	c.doubles(t, "region", func(x *cubeCell) ([4]uint32, uint32) {
		return [4]uint32{x.rest, x.period, x.kind, x.occupation}, x.region
	}, func(code string) string { path, _ := regionPath(code); return path })
	c.outliers(t)
	c.gaps(t)
}

func (c *cube) mixed(t *target, column, many string, of func(*cubeCell) uint32) {
	rows := map[string]int{}
	for i := range c.cells {
		rows[c.words[of(&c.cells[i])]]++
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
	f := Finding{
		Severity: Warning, Kind: Mixed, Table: t.table.File, Column: column, Times: len(names), What: "has several " + many + ": " + strings.Join(shown, ", "),
		Hint: "Keep one by only: in the layout, unless a series is meant",
	}
	if rows[string(matcher.Stock)] > 0 && rows[string(matcher.Flow)] > 0 {
		f.Hint = "A number at a date and a number per year cannot be added up: keep one by only:, or convert with a sourced duration by convert: in the layout"
	}
	t.r.found.add(f)
}

// doubles finds codes that stand beside finer codes of the same kind: to import both is to count people twice. What is
// inside a code has a path that begins with that of the code.
func (c *cube) doubles(t *target, column string, of func(*cubeCell) (within [4]uint32, code uint32), path func(code string) string) {
	paths := map[uint32]string{}
	for i := range c.cells {
		if _, code := of(&c.cells[i]); paths[code] == "" {
			paths[code] = path(c.words[code])
		}
	}
	order := make([]int, len(c.cells))
	for i := range order {
		order[i] = i
	}
	at := func(i int) ([4]uint32, string) {
		within, code := of(&c.cells[i])
		return within, paths[code]
	}
	slices.SortFunc(order, func(a, b int) int {
		wa, pa := at(a)
		wb, pb := at(b)
		return cmp.Or(slices.Compare(wa[:], wb[:]), cmp.Compare(pa, pb), cmp.Compare(c.cells[a].line, c.cells[b].line))
	})
	var total, parts int64
	rows, first, example := 0, int32(0), ""
	for i, k := range order {
		within, code := at(k)
		if code == "" {
			continue
		}
		// What is sorted behind a code with it as its beginning is finer; only the next finer codes are its parts.
		var sum int64
		last := ""
		for _, next := range order[i+1:] {
			w, finer := at(next)
			if w != within || !strings.HasPrefix(finer, code) || finer == code {
				break // of two rows for the same, which are told as such, the last has the parts
			}
			if last != "" && strings.HasPrefix(finer, last) {
				continue
			}
			last = finer
			sum += c.cells[next].n
		}
		if last == "" {
			continue
		}
		x := &c.cells[k]
		rows++
		total += x.n
		parts += sum
		if first == 0 || x.line < first {
			_, word := of(x)
			first, example = x.line, fmt.Sprintf("%s has %s, its parts %s", c.words[word], grouped(x.n), grouped(sum))
		}
	}
	if rows == 0 {
		return
	}
	f := Finding{
		Severity: Refusing, Kind: DoubleCount, Table: t.table.File, Row: int(first), Column: column, Times: rows, Figure: total,
		What: fmt.Sprintf("stands beside its own parts in %s, which would be counted twice: %s in the totals, %s in the parts; for one, %s",
			plural(rows, "row", "rows"), grouped(total), grouped(parts), example),
		Hint: "Name the totals under totals: in the layout; they are then held against the sums of their parts",
	}
	if t.layout.Disjoint {
		f.Severity, f.Hint = Note, ""
		f.What = fmt.Sprintf("stands beside finer codes in %s; the layout says that it is no total of them: %s of which no more is known, %s in finer codes",
			plural(rows, "row", "rows"), grouped(total), grouped(parts))
	}
	t.r.found.add(f)
}
