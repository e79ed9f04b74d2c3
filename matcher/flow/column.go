package flow

import (
	"math"
	"slices"
)

// column is one number for each arc of a block, in the least room that holds them: none where all are
// equal to base, else 1, 2 or 4 bytes each, counted up from base, or 8. The highest
// number of 1, 2 or 4 bytes stands for Inf.
type column struct {
	base  int64
	byte1 []uint8 // of the four, at most one is used, with room for all arcs of a block
	byte2 []uint16
	byte4 []uint32
	byte8 []int64
}

// at is entry i.
func (c *column) at(i int) int64 {
	switch {
	case c.byte1 != nil:
		return whole(c.base, c.byte1[i])
	case c.byte2 != nil:
		return whole(c.base, c.byte2[i])
	case c.byte4 != nil:
		return whole(c.base, c.byte4[i])
	case c.byte8 != nil:
		return c.byte8[i]
	default:
		return c.base
	}
}

// end is entry i of a column of nodes, none of which is Inf.
func (c *column) end(i int) int32 {
	switch {
	case c.byte1 != nil:
		return int32(c.base) + int32(c.byte1[i])
	case c.byte2 != nil:
		return int32(c.base) + int32(c.byte2[i])
	case c.byte4 != nil:
		return int32(c.base + int64(c.byte4[i]))
	case c.byte8 != nil:
		return int32(c.byte8[i])
	default:
		return int32(c.base)
	}
}

// part is what an entry of a column is kept in, less its base.
type part interface{ uint8 | uint16 | uint32 }

func whole[P part](base int64, p P) int64 {
	if p == ^P(0) {
		return Inf
	}
	return base + int64(p)
}

// uniform reports whether all entries are known to equal base.
func (c *column) uniform() bool {
	return c.byte1 == nil && c.byte2 == nil && c.byte4 == nil && c.byte8 == nil
}

// put makes v entry i of a column that has entries 0 to length − 1, and i.
func (c *column) put(i, length int, v int64) {
	var fits bool
	switch {
	case c.byte1 != nil:
		fits = keep(c.byte1, i, c.base, v)
	case c.byte2 != nil:
		fits = keep(c.byte2, i, c.base, v)
	case c.byte4 != nil:
		fits = keep(c.byte4, i, c.base, v)
	case c.byte8 != nil:
		c.byte8[i] = v
		return
	case length == 0 || length == 1 && i == 0:
		c.base = v
		return
	default:
		fits = c.base == v
	}
	if !fits {
		c.widen(i, length, v)
	}
}

// keep makes v entry i if it fits.
func keep[P part](all []P, i int, base, v int64) bool {
	if v == Inf {
		all[i] = ^P(0)
		return true
	}
	p := uint64(v) - uint64(base)
	if v < base || p >= uint64(^P(0)) {
		return false
	}
	all[i] = P(p)
	return true
}

// widen makes v entry i, which does not fit, in the least room that all entries fit in then. The
// base leaves as much of it below them as above, so that the next ones are likely to fit.
func (c *column) widen(i, length int, v int64) {
	all := make([]int64, blockArcs)
	c.read(all[:length])
	all[i] = v
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for _, v := range all[:max(length, i+1)] {
		if v != Inf {
			least, most = min(least, v), max(most, v)
		}
	}
	if least > most { // Inf all of them
		least, most = 0, 0
	}
	span := uint64(most) - uint64(least)
	centred := func(highest uint64) int64 { return least - int64((highest-1-span)/2) }
	switch {
	case least < -flowRoom || most > flowRoom || span >= math.MaxUint32:
		*c = column{byte8: all}
	case span < math.MaxUint8:
		*c = column{base: centred(math.MaxUint8), byte1: make([]uint8, blockArcs)}
	case span < math.MaxUint16:
		*c = column{base: centred(math.MaxUint16), byte2: make([]uint16, blockArcs)}
	default:
		*c = column{base: centred(math.MaxUint32), byte4: make([]uint32, blockArcs)}
	}
	if c.byte8 == nil {
		for j, v := range all[:max(length, i+1)] {
			c.put(j, length, v)
		}
	}
}

// read copies the first entries.
func (c *column) read(into []int64) {
	switch {
	case c.byte1 != nil:
		readParts(c.base, c.byte1, into)
	case c.byte2 != nil:
		readParts(c.base, c.byte2, into)
	case c.byte4 != nil:
		readParts(c.base, c.byte4, into)
	case c.byte8 != nil:
		copy(into, c.byte8)
	default:
		for i := range into {
			into[i] = c.base
		}
	}
}

func readParts[P part](base int64, parts []P, into []int64) {
	for i, p := range parts[:len(into)] {
		into[i] = whole(base, p)
	}
}

// extent is what the finite entries of a column are between, their sum where it can be told, and whether there
// are others.
type extent struct {
	least, most int64 // least is above most where there is none
	sum         uint64
	summed, inf bool
}

// extent looks at the first entries, at least one.
func (c *column) extent(length int) extent {
	switch {
	case c.byte1 != nil:
		return extentOf(c.base, c.byte1[:length])
	case c.byte2 != nil:
		return extentOf(c.base, c.byte2[:length])
	case c.byte4 != nil:
		return extentOf(c.base, c.byte4[:length])
	}
	e := extent{least: math.MaxInt64, most: math.MinInt64}
	for i := range length {
		v := c.at(i)
		if v == Inf {
			e.inf = true
		} else {
			e.least, e.most = min(e.least, v), max(e.most, v)
		}
		if c.uniform() {
			e.summed = e.inf
			break
		}
	}
	return e
}

func extentOf[P part](base int64, parts []P) extent {
	least, most, sum, infinite := ^P(0), P(0), uint64(0), uint64(0)
	for _, p := range parts {
		sum += uint64(p)
		least = min(least, p)
		if p == ^P(0) {
			infinite++
		} else {
			most = max(most, p)
		}
	}
	finite := uint64(len(parts)) - infinite
	if finite == 0 {
		return extent{least: math.MaxInt64, most: math.MinInt64, summed: true, inf: true}
	}
	sum += finite*uint64(base) - infinite*uint64(^P(0))
	return extent{base + int64(least), base + int64(most), sum, true, infinite > 0}
}

// magnitude is the largest |entry| of so many.
func (c *column) magnitude(length int) uint64 {
	e := c.extent(length)
	switch {
	case e.inf:
		return Inf
	default:
		return max(magnitude(e.least), magnitude(e.most))
	}
}

func (c *column) clone() column {
	return column{c.base, slices.Clone(c.byte1), slices.Clone(c.byte2), slices.Clone(c.byte4), slices.Clone(c.byte8)}
}

// addCosts adds weight times each entry, all of them below Inf, to reduced.
func (c *column) addCosts(weight int64, reduced []int64) {
	switch {
	case c.byte1 != nil:
		addParts(weight, c.base, c.byte1, reduced)
	case c.byte2 != nil:
		addParts(weight, c.base, c.byte2, reduced)
	case c.byte4 != nil:
		addParts(weight, c.base, c.byte4, reduced)
	case c.byte8 != nil:
		for i, v := range c.byte8[:len(reduced)] {
			reduced[i] += weight * v
		}
	case c.base != 0:
		for i := range reduced {
			reduced[i] += weight * c.base
		}
	}
}

func addParts[P part](weight, base int64, costs []P, reduced []int64) {
	base *= weight
	for i, p := range costs[:len(reduced)] {
		reduced[i] += base + weight*int64(p)
	}
}

// reduce sets reduced to weight · cost k + potential of the tail − potential of the head.
// Costs are below Inf, which is checked at the door, and sums may wrap on the way.
func (b *block) reduce(k int, weight int64, pi, reduced []int64) {
	p := priced{b, weight, 0, pi, reduced}
	switch c := &b.costs[k]; {
	case c.byte1 != nil:
		reduceCosts(p.based(c.base), c.byte1)
	case c.byte2 != nil:
		reduceCosts(p.based(c.base), c.byte2)
	case c.byte4 != nil:
		reduceCosts(p.based(c.base), c.byte4)
	default:
		p.plainly()
		c.addCosts(weight, reduced)
	}
}

// setDifferences sets reduced to the potential of the tail of every arc less that of its head.
func (b *block) setDifferences(pi, reduced []int64) {
	priced{b, 0, 0, pi, reduced}.plainly()
}

// priced is a block being priced. The three columns that are read can each be of three
// widths; the functions that follow take them one after the other, so that the last one is made
// by the compiler for every combination.
type priced struct {
	*block
	weight, base int64 // what an arc of cost part 0 costs
	pi, reduced  []int64
}

func (p priced) based(base int64) priced {
	p.base = p.weight * base
	return p
}

// plainly prices columns of any kind without their costs.
func (p priced) plainly() {
	for i := range p.reduced {
		p.reduced[i] = p.pi[p.from.end(i)] - p.pi[p.to.end(i)]
	}
}

func reduceCosts[C part](p priced, costs []C) {
	switch from := &p.from; {
	case from.byte1 != nil:
		reduceTails(p, costs, from.byte1)
	case from.byte2 != nil:
		reduceTails(p, costs, from.byte2)
	case from.byte4 != nil:
		reduceTails(p, costs, from.byte4)
	default:
		reducePlainly(p, costs)
	}
}

func reduceTails[C, F part](p priced, costs []C, from []F) {
	switch to := &p.to; {
	case to.byte1 != nil:
		reduceHeads(p, costs, from, to.byte1)
	case to.byte2 != nil:
		reduceHeads(p, costs, from, to.byte2)
	case to.byte4 != nil:
		reduceHeads(p, costs, from, to.byte4)
	default:
		reducePlainly(p, costs)
	}
}

func reduceHeads[C, F, T part](p priced, costs []C, from []F, to []T) {
	weight, base, pi, reduced := p.weight, p.base, p.pi, p.reduced
	tails, heads := int(p.from.base), int(p.to.base)
	costs, from, to = costs[:len(reduced)], from[:len(reduced)], to[:len(reduced)]
	for i := range reduced {
		reduced[i] = base + weight*int64(costs[i]) + pi[tails+int(from[i])] - pi[heads+int(to[i])]
	}
}

// reducePlainly is reduceHeads where all arcs share an end.
func reducePlainly[C part](p priced, costs []C) {
	p.plainly()
	for i, c := range costs[:len(p.reduced)] {
		p.reduced[i] += p.base + p.weight*int64(c)
	}
}
