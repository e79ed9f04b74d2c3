package flow

import (
	"math"
	"slices"
)

// column is one number for each arc of a block, in the least room that holds them:
// all equal to same while narrow and wide are nil, else in the one that is not nil.
type column struct {
	same   int64
	narrow []int32
	wide   []int64
}

// narrowInf stands for Inf in a narrow column.
const narrowInf = math.MinInt32

// at is entry i.
func (c *column) at(i int) int64 {
	switch {
	case c.narrow != nil:
		if c.narrow[i] == narrowInf {
			return Inf
		}
		return int64(c.narrow[i])
	case c.wide != nil:
		return c.wide[i]
	default:
		return c.same
	}
}

// uniform reports whether all entries are known to equal same.
func (c *column) uniform() bool { return c.narrow == nil && c.wide == nil }

// put makes v entry i of a column that has entries 0 to length − 1, and i.
func (c *column) put(i, length int, v int64) {
	small := v > narrowInf && v <= math.MaxInt32 || v == Inf
	switch {
	case c.wide != nil:
	case c.narrow != nil && !small:
		c.widen()
	case c.narrow == nil && length == 0:
		c.same = v
		return
	case c.narrow == nil && c.same == v:
		return
	case c.narrow == nil:
		c.spread(small)
	}
	if c.wide != nil {
		c.wide[i] = v
		return
	}
	if v == Inf {
		v = narrowInf
	}
	c.narrow[i] = int32(v)
}

// spread turns a column of equal entries into one of room for different ones.
func (c *column) spread(small bool) {
	same := c.same
	if !small || (same <= narrowInf || same > math.MaxInt32) && same != Inf {
		c.wide = make([]int64, blockArcs)
		for j := range c.wide {
			c.wide[j] = same
		}
		return
	}
	if same == Inf {
		same = narrowInf
	}
	c.narrow = make([]int32, blockArcs)
	for j := range c.narrow {
		c.narrow[j] = int32(same)
	}
}

// widen turns a narrow column into a wide one.
func (c *column) widen() {
	wide := make([]int64, blockArcs)
	for j := range wide {
		wide[j] = c.at(j)
	}
	c.narrow, c.wide = nil, wide
}

func (c *column) clone() column {
	return column{c.same, append([]int32(nil), c.narrow...), append([]int64(nil), c.wide...)}
}

// magnitude is the largest |entry| of a column of so many entries.
func (c *column) magnitude(length int) uint64 {
	if c.uniform() {
		return magnitude(c.same)
	}
	var most uint64
	if c.narrow != nil {
		least, highest := int32(0), int32(0)
		for _, v := range c.narrow[:length] {
			least, highest = min(least, v), max(highest, v)
		}
		if least == narrowInf {
			return Inf
		}
		return max(magnitude(int64(least)), uint64(highest))
	}
	for i := range length {
		most = max(most, magnitude(c.at(i)))
	}
	return most
}

// tips is one end of each arc of a block, counted from base, in the least room that holds them all.
// Arcs are mostly written node by node, so that one byte is enough for one end of
// them, and two for the other unless nodes are many.
type tips struct {
	base  int32
	byte1 []uint8 // of the three, one is used
	byte2 []uint16
	byte4 []int32
}

func (t *tips) at(i int) int32 {
	switch {
	case t.byte1 != nil:
		return t.base + int32(t.byte1[i])
	case t.byte2 != nil:
		return t.base + int32(t.byte2[i])
	default:
		return t.byte4[i]
	}
}

func (t *tips) size() int {
	return len(t.byte1) + len(t.byte2) + len(t.byte4)
}

// put makes v entry i, which may be one after the last.
func (t *tips) put(i int, v int32) {
	length := t.size()
	if length == 0 {
		t.base = v
	}
	off := int64(v) - int64(t.base)
	switch {
	case t.byte4 != nil:
		t.byte4 = set(t.byte4, i, v)
	case t.byte2 != nil && uint64(off) <= math.MaxUint16:
		t.byte2 = set(t.byte2, i, uint16(off))
	case t.byte2 == nil && uint64(off) <= math.MaxUint8:
		t.byte1 = set(t.byte1, i, uint8(off))
	default:
		t.widen(i, v)
	}
}

// set makes v entry i of s, which may be one after the last.
func set[E any](s []E, i int, v E) []E {
	if i == len(s) {
		if i > 0 && cap(s) == i { // it is likely to be filled, and growing leaves garbage behind
			s = append(make([]E, 0, min(blockArcs, 8*i)), s...)
		}
		return append(s, v)
	}
	s[i] = v
	return s
}

// widen makes v entry i, which does not fit: in two bytes, with as much room below as above, or in four.
func (t *tips) widen(i int, v int32) {
	all := make([]int32, t.size(), blockArcs)
	for j := range all {
		all[j] = t.at(j)
	}
	all = set(all, i, v)
	least, most := v, v
	for _, v := range all {
		least, most = min(least, v), max(most, v)
	}
	*t = tips{byte4: all}
	if int64(most)-int64(least) > math.MaxUint16 || least < 0 {
		return
	}
	*t = tips{base: max(0, least-(math.MaxUint16-(most-least))/2), byte2: make([]uint16, len(all), blockArcs)}
	for j, v := range all {
		t.byte2[j] = uint16(v - t.base)
	}
}

func (t *tips) clone() tips {
	return tips{t.base, slices.Clone(t.byte1), slices.Clone(t.byte2), slices.Clone(t.byte4)}
}

// below reports whether all entries are nodes of a network with so many.
func (t *tips) below(nodes uint32) bool {
	for i := range t.size() {
		if uint32(t.at(i)) >= nodes {
			return false
		}
	}
	return true
}

// number is what tips and columns hold.
type number interface{ uint8 | uint16 | int32 | int64 }

// reduce sets reduced to cost + potential of the tail − potential of the head.
func (b *block) reduce(k int, pi, reduced []int64) {
	c := &b.costs[k]
	switch {
	case c.narrow != nil:
		for i, cost := range c.narrow[:len(reduced)] {
			reduced[i] = int64(cost)
		}
	case c.wide != nil:
		copy(reduced, c.wide)
	default:
		for i := range reduced {
			reduced[i] = c.same
		}
	}
	b.addPotentials(pi, reduced)
}

// addPotentials adds the potential of the tail of every arc, and takes that of its head away.
func (b *block) addPotentials(pi, reduced []int64) {
	switch t := &b.from; {
	case t.byte1 != nil:
		addPotentialsFrom(pi[t.base:], t.byte1, pi, &b.to, reduced)
	case t.byte2 != nil:
		addPotentialsFrom(pi[t.base:], t.byte2, pi, &b.to, reduced)
	default:
		addPotentialsFrom(pi, t.byte4, pi, &b.to, reduced)
	}
}

func addPotentialsFrom[F number](tails []int64, from []F, pi []int64, t *tips, reduced []int64) {
	switch {
	case t.byte1 != nil:
		addDifferences(tails, from, pi[t.base:], t.byte1, reduced)
	case t.byte2 != nil:
		addDifferences(tails, from, pi[t.base:], t.byte2, reduced)
	default:
		addDifferences(tails, from, pi, t.byte4, reduced)
	}
}

// addDifferences is addPotentials for ends of any width.
func addDifferences[F, T number](tails []int64, from []F, heads []int64, to []T, reduced []int64) {
	from, to = from[:len(reduced)], to[:len(reduced)]
	for i := range reduced {
		reduced[i] += tails[from[i]] - heads[to[i]]
	}
}
