package datasets

import "hash/maphash"

// known remembers what the check of a column made of the cells it has seen: those of a file repeat, codes, dates and
// sources above all, and to find one again is a tenth of the work. Only cells in order are kept, so that no fault is told
// from memory. The memory is bounded: a cell has one place, and the last one to want it has it.
type known struct {
	last  knownCell
	cells []knownCell
	lost  int // cells that gave up their place since the last growth
}

type knownCell struct {
	text, canonical string
	mark            mark
}

// Bounds of what is remembered of a column.
const (
	fewKnown  = 1 << 6
	mostKnown = 1 << 12
	longKnown = 64 // bytes of a cell
)

// find returns a cell that was seen before; nil where it is not known. What is last is so often asked for again that it may
// be looked at first.
func (k *known) find(seed maphash.Seed, cell []byte) *knownCell {
	if string(cell) == k.last.text {
		return &k.last
	}
	if len(k.cells) == 0 {
		return nil
	}
	c := &k.cells[maphash.Bytes(seed, cell)&uint64(len(k.cells)-1)]
	if string(cell) != c.text {
		return nil
	}
	k.last = *c
	return c
}

// keep remembers a cell, which is not empty.
func (k *known) keep(seed maphash.Seed, text, canonical string, m mark) {
	if len(text) > longKnown || len(canonical) > longKnown {
		return
	}
	if len(k.cells) == 0 || k.lost > len(k.cells) && len(k.cells) < mostKnown {
		k.cells, k.lost = make([]knownCell, min(max(fewKnown, 8*len(k.cells)), mostKnown)), 0
	}
	c := &k.cells[maphash.String(seed, text)&uint64(len(k.cells)-1)]
	if c.text != "" {
		k.lost++
	}
	*c = knownCell{text, canonical, m}
	k.last = *c
}
