package flow

import (
	"fmt"
	"math/bits"
	"runtime"
	"slices"
)

// The bounds that the package comment states and proves sufficient.
const (
	costRoom = 1 << 61 // (nodes + 1) · max |cost| stays below it
	flowRoom = 1 << 62 // Σ |supply| + Σ |finite bound| stays below it
	idRoom   = 1 << 31 // nodes + arcs stays below it
)

// A survey is what was seen of a network when it was checked, so that blocks of arcs that
// have not changed since need not be looked at again: after one change to a
// market that would take longer than all the rest.
type survey struct {
	nodes   int
	network *Network
	arcs    int
	journal journal // the network's, as far as it went
	blocks  []surveyed
	dearest []uint64 // largest |cost| per vector
	amounts uint64   // Σ |supply| + Σ |finite bound|, which no arc of a cheapest tree can carry more than
}

// changed returns the arcs of n, in order, that have been changed or added since it was surveyed, and whether
// that is known.
func (s *survey) changed(n *Network) (arcs []int32, known bool) {
	if s.network != n || s.journal.number != n.journal.number {
		return nil, false
	}
	arcs = slices.Clone(n.journal.arcs[len(s.journal.arcs):])
	for a := s.arcs; a < n.arcs; a++ {
		arcs = append(arcs, int32(a))
	}
	slices.Sort(arcs)
	return slices.Compact(arcs), true
}

type surveyed struct {
	block   *block
	version uint32
	free    bool     // the bounds of every arc leave a choice, for all that is known
	bounds  uint64   // Σ |finite bound|
	dearest []uint64 // per vector
}

// holds reports whether b is the block that was surveyed and has not changed since.
func (s *surveyed) holds(b *block) bool { return s.block == b && s.version == b.version }

// check refuses malformed networks with an *InputError and numbers that could
// overflow later with a *BoundError. What it sees it adds to what it knows of
// the network from before; known may be nil.
func (n *Network) check(known *survey) (*survey, error) {
	nodes, arcs := n.Nodes(), n.Arcs()
	if int64(nodes)+int64(arcs) >= idRoom {
		return nil, &BoundError{"network", 0, "nodes + arcs < 2^31", fmt.Sprintf("%d + %d", nodes, arcs)}
	}
	used, err := n.checkSupplies()
	if err != nil {
		return nil, err
	}
	if n.vectors == 0 && arcs > 0 {
		return nil, &InputError{"network", 0, "it has no cost vector; give one, all zero if any plan will do"}
	}
	if known != nil && known.nodes > nodes {
		known = nil // what ends there may be missing here
	}
	seen := &survey{
		nodes: nodes, network: n, arcs: arcs, journal: n.journal,
		blocks: make([]surveyed, len(n.blocks)), dearest: make([]uint64, n.vectors),
	}
	room := make([]uint64, n.vectors*len(n.blocks))
	looks := n.look(known, room)
	for i, b := range n.blocks {
		s := &seen.blocks[i]
		if known != nil && i < len(known.blocks) && known.blocks[i].holds(b) && known.blocks[i].bounds < flowRoom-used {
			*s = known.blocks[i]
			used += s.bounds
			continue
		}
		before := used
		free, err := b.checkArcs(&looks[i], i<<blockBits, nodes, &used)
		if err != nil {
			return nil, err
		}
		*s = surveyed{b, b.version, free, used - before, room[i*n.vectors : (i+1)*n.vectors]}
	}
	seen.amounts = used
	for k := range n.vectors {
		for i := range seen.blocks {
			most := seen.blocks[i].dearest[k]
			seen.dearest[k] = max(seen.dearest[k], most)
			if hi, lo := bits.Mul64(uint64(nodes)+1, most); hi != 0 || lo >= costRoom {
				return nil, n.blocks[i].tooDear(k, i<<blockBits, nodes)
			}
		}
	}
	if n.keys != nil && arcs < manyKeys {
		return seen, n.checkKeys()
	}
	return seen, nil
}

// tooDear names the first arc of a block, whose first arc is base, with a cost in vector k beyond the bound.
func (b *block) tooDear(k, base, nodes int) error {
	for i := range b.size {
		v := b.costs[k].at(i)
		if hi, lo := bits.Mul64(uint64(nodes)+1, magnitude(v)); hi != 0 || lo >= costRoom {
			return &BoundError{
				"arc", base + i, "(nodes + 1) * |cost| < 2^61",
				fmt.Sprintf("cost %d in vector %d with %d nodes", v, k, nodes),
			}
		}
	}
	return nil
}

// checkSupplies checks the supplies, and returns the sum of their amounts.
func (n *Network) checkSupplies() (used uint64, err error) {
	var sum Total // used stays below flowRoom, so that adding to it cannot overflow
	for v, b := range n.supplies {
		sum = sum.Plus(b)
		if magnitude(b) >= flowRoom-used {
			return 0, &BoundError{"node", v, flowBound, fmt.Sprintf("supply %d on top of %d so far", b, used)}
		}
		used += magnitude(b)
	}
	if sum != (Total{}) {
		return 0, &InputError{"network", 0, fmt.Sprintf("supplies sum to %v and must sum to 0", sum)}
	}
	return used, nil
}

// look is what columns of a block hold.
type look struct{ from, to, upper extent }

// look looks at the blocks that are not known, on all cores, and notes the largest |cost| of each in dearest.
func (n *Network) look(known *survey, dearest []uint64) []look {
	looks := make([]look, len(n.blocks))
	onAllCores(len(n.blocks), runtime.GOMAXPROCS(0), func(_, i int) bool {
		b := n.blocks[i]
		if known == nil || i >= len(known.blocks) || !known.blocks[i].holds(b) {
			looks[i] = look{b.from.extent(b.size), b.to.extent(b.size), b.upper.extent(b.size)}
			for k := range b.costs {
				dearest[i*n.vectors+k] = b.costs[k].magnitude(b.size)
			}
		}
		return true
	})
	return looks
}

// checkArcs checks ends and bounds of a block whose first arc is base, and adds
// the bounds to used. It may report that the bounds of all arcs leave a choice.
func (b *block) checkArcs(l *look, base, nodes int, used *uint64) (free bool, err error) {
	least, most := min(l.from.least, l.to.least), max(l.from.most, l.to.most)
	plain := b.lower.uniform() && b.lower.base == 0 && l.upper.least >= 0 && l.upper.summed && l.upper.sum < flowRoom-*used
	if plain && least >= 0 && most < int64(nodes) {
		*used += l.upper.sum
		return l.upper.least > 0, nil
	}
	for i := range b.size {
		a, arc := base+i, Arc{b.from.end(i), b.to.end(i), b.lower.at(i), b.upper.at(i)}
		switch {
		case uint32(arc.From) >= uint32(nodes):
			return false, &InputError{"arc", a, fmt.Sprintf("it leaves node %d, and there are nodes 0 to %d", arc.From, nodes-1)}
		case uint32(arc.To) >= uint32(nodes):
			return false, &InputError{"arc", a, fmt.Sprintf("it enters node %d, and there are nodes 0 to %d", arc.To, nodes-1)}
		case arc.Lower > arc.Upper:
			return false, &InputError{"arc", a, fmt.Sprintf("lower bound %d is above upper bound %d", arc.Lower, arc.Upper)}
		}
		for _, bound := range [2]int64{arc.Lower, arc.Upper} {
			if bound == Inf {
				continue
			}
			if magnitude(bound) >= flowRoom-*used {
				return false, &BoundError{"arc", a, flowBound, fmt.Sprintf("bound %d on top of %d so far", bound, *used)}
			}
			*used += magnitude(bound)
		}
	}
	return false, nil
}

// manyKeys is the number of keys from which on they are compared only where plans
// seem to tie in them, for the time that sorting them takes.
const manyKeys = 1 << 16

const flowBound = "sum of |supplies| and |finite bounds| < 2^62"

// checkKeys checks that keys, where given, tell the arcs apart.
func (n *Network) checkKeys() error {
	sorted := slices.Clone(n.keys)
	slices.Sort(sorted)
	if !repeats(sorted) {
		return nil
	}
	first := make(map[uint64]int, len(n.keys))
	for a, key := range n.keys {
		if b, seen := first[key]; seen {
			return &InputError{"arc", a, fmt.Sprintf("its key %d is that of arc %d too; keys must be distinct", key, b)}
		}
		first[key] = a
	}
	return nil
}

// repeats reports whether two neighbours in keys are equal.
func repeats(keys []uint64) bool {
	for i := 1; i < len(keys); i++ {
		if keys[i] == keys[i-1] {
			return true
		}
	}
	return false
}

// magnitude is |v|, which for the least int64 is no int64.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
