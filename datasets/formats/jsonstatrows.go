package formats

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// settle checks that sizes, categories and values agree, and lays out the columns.
func (t *statDataset) settle(s *source) {
	wrong := func(what string, args ...any) {
		if t.name != "" {
			what = fmt.Sprintf("dataset %.60q: ", t.name) + what
		}
		s.refuse(fmt.Sprintf(what, args...), "The message contradicts itself: ask its publisher")
	}
	if len(t.ids) == 0 || len(t.ids) != len(t.sizes) {
		wrong("%d dimensions (id), but %d sizes (size)", len(t.ids), len(t.sizes))
		return
	}
	t.cells = 1
	var sh shape
	for i, id := range t.ids {
		d := t.dimensions[id]
		if d == nil {
			wrong("nothing said of the dimension %.60q", id)
			return
		}
		if !d.listed && len(d.labels) == 1 { // the one there is needs no index
			for code := range d.labels {
				d.codes = []string{code}
			}
		}
		if int64(len(d.codes)) != t.sizes[i] {
			wrong("dimension %.60q has %d categories, but its size is %d", id, len(d.codes), t.sizes[i])
			return
		}
		if t.sizes[i] > 0 && t.cells > math.MaxInt64/2/t.sizes[i] {
			wrong("more cells than anybody can count")
			return
		}
		t.cells *= t.sizes[i]
		c := component{id: id}
		for _, code := range d.codes {
			c.labelled = c.labelled || d.labels[code] != "" && d.labels[code] != code
		}
		if slices.Contains(t.time, id) && sh.time == "" {
			sh.time, c.labelled = id, false
		}
		if sh.dimensions = append(sh.dimensions, c); d.units != nil {
			t.unitsOf = id
		}
	}
	if l := t.value; !l.object && l.count != t.cells {
		wrong("%d values, but sizes that multiply to %d", l.count, t.cells)
		return
	}
	if l := t.status; l.at >= 0 && !l.object && l.count != 1 && l.count != t.cells && l.count != 0 {
		wrong("%d statuses, but sizes that multiply to %d", l.count, t.cells)
		return
	}
	for _, l := range []statList{t.value, t.status} {
		if l.object && l.count > 0 && l.top >= t.cells {
			wrong("a value or status of number %d, but sizes that multiply to %d", l.top, t.cells)
			return
		}
	}
	sh.measures = []string{obsValue}
	if t.status.at >= 0 || t.status.all != "" {
		sh.attributes = append(sh.attributes, component{id: obsStatus})
	}
	if t.unitsOf != "" {
		for i, id := range []string{unitMeasure, unitMult, decimals} {
			for _, u := range t.dimensions[t.unitsOf].units {
				if u[i] != "" {
					sh.attributes = append(sh.attributes, component{id: id})
					break
				}
			}
		}
	}
	t.columns, t.labels, t.at = sh.columns()
	s.checkColumns(t.columns)
}

// statCursor goes through values or statuses by their number.
type statCursor struct {
	*jsonReader
	list   statList
	number int64 // of the current, cells of the dataset if there is no more
	text   string
	beyond int64
	held   []statEntry // of an object that is not in order, in order
}

type statEntry struct {
	number int64
	text   string
}

func newStatCursor(ctx context.Context, f File, limits Limits, l statList, cells int64) *statCursor {
	c := &statCursor{list: l, number: -1, beyond: cells}
	at := l.at
	if at < 0 || l.count == 0 || l.all != "" {
		c.number = cells
		at = 1
	}
	c.jsonReader = newJSONReader(newSource(ctx, f, limits, at))
	if c.number == cells {
		return c
	}
	if !l.object {
		c.array()
		c.next()
		return c
	}
	if c.object(); !l.sorted {
		for c.jsonReader.more() {
			if n, ok := c.keyed(); ok {
				e := statEntry{n, c.jsonReader.text()}
				c.charge(1, e.text)
				c.held = append(c.held, e)
			}
		}
		slices.SortStableFunc(c.held, func(a, b statEntry) int { return cmp.Compare(a.number, b.number) })
		for i := 1; i < len(c.held); i++ {
			if c.held[i].number == c.held[i-1].number {
				c.refuse(fmt.Sprintf("has two values or statuses of number %d", c.held[i].number), "")
			}
		}
	}
	c.next()
	return c
}

func (c *statCursor) keyed() (int64, bool) {
	n, ok := digits(c.key, c.beyond-1)
	if !ok {
		c.fail(fmt.Sprintf("%.60q where the number of one of %d values should be", c.key, c.beyond), "")
	}
	return n, ok
}

// next goes on. What is not there (null) is the empty text.
func (c *statCursor) next() {
	switch {
	case c.held != nil:
		if len(c.held) == 1 && c.number == c.held[0].number || c.err != nil {
			c.number = c.beyond
			return
		}
		if c.number >= 0 {
			c.held = c.held[1:]
		}
		c.number, c.text = c.held[0].number, c.held[0].text
	case !c.jsonReader.more():
		c.number = c.beyond
	case c.list.object:
		c.number, _ = c.keyed()
		c.text = observed(c.scalar())
	default:
		c.number++
		c.text = observed(c.scalar())
	}
}

// read walks the observations.
func (t *statDataset) read(ctx context.Context, f File, limits Limits, k *sink) *source {
	values := newStatCursor(ctx, f, limits, t.value, t.cells)
	statuses := newStatCursor(ctx, f, limits, t.status, t.cells)
	cells := make([]string, len(t.columns))
	statusAt, hasStatus := t.at[obsStatus]
	for values.err == nil && statuses.err == nil {
		n := min(values.number, statuses.number)
		if n >= t.cells {
			break
		}
		rest := n
		for i := len(t.ids) - 1; i >= 0; i-- {
			d := t.dimensions[t.ids[i]]
			code := d.codes[rest%t.sizes[i]]
			rest /= t.sizes[i]
			at := t.at[t.ids[i]]
			if cells[at] = code; t.labels[at] != "" {
				cells[t.at[t.labels[at]]] = d.labels[code]
			}
			if t.ids[i] == t.unitsOf {
				for u, id := range []string{unitMeasure, unitMult, decimals} {
					if at, ok := t.at[id]; ok {
						cells[at] = d.units[code][u]
					}
				}
			}
		}
		value, status := "", t.status.all
		if values.number == n {
			value = values.text
			values.next()
		}
		if statuses.number == n {
			status = statuses.text
			statuses.next()
		}
		if cells[t.at[obsValue]] = value; hasStatus {
			cells[statusAt] = status
		}
		if !k.put(values.source, k.count+1, cells) {
			break
		}
	}
	if values.err == nil {
		values.err = statuses.err
	}
	return values.source
}
