package flow

import (
	"math"
	"slices"
)

// Inf as an Arc.Upper says that the arc has no upper bound.
const Inf = math.MaxInt64

// Arc is a directed arc with its bounds, in units of flow.
// Lower may be negative; Upper is Inf or finite and at least Lower.
type Arc struct {
	From, To     int32 // nodes, counted from 0 in the order they were added
	Lower, Upper int64
}

// Network is one problem: nodes with supplies, arcs with bounds, and one or more
// cost vectors. The zero value is empty, and as many cost vectors as the first
// arc has costs. Solvers only read it; it may be changed between solves, and
// [Resolve] then goes on from the solution before.
//
// Arcs are kept in blocks of columns, and a column of a block takes no more room
// than its numbers need: none where they are all equal, else 1, 2, 4 or 8 bytes an arc. A pair
// of a cohort and a vacancy takes 9 to 11 bytes, so that a market of 40 million pairs fits in less than half
// a gigabyte, and pricing reads little.
type Network struct {
	supplies []int64
	blocks   []*block
	arcs     int
	vectors  int
	keys     []uint64 // per arc, or nil: the index is the key
	limits   []limit
	journal  journal
	borrowed []bool // blocks that are another network's, see Fork
	lent     bool   // keys are another network's
}

// A block holds blockArcs arcs, the last one of a network perhaps fewer.
const (
	blockBits = 12
	blockArcs = 1 << blockBits
)

type block struct {
	size         int // arcs in it
	from, to     column
	lower, upper column
	costs        []column
	version      uint32 // counts its changes
}

// AddNode adds a node that gives supply units of flow, or takes them where supply
// is negative, and returns its index. Supplies must sum to 0 when the network is solved.
func (n *Network) AddNode(supply int64) int32 {
	n.supplies = append(n.supplies, supply)
	return int32(len(n.supplies) - 1)
}

// AddArc adds an arc that costs so much per unit of flow, one number for each
// cost vector in the order of their importance: the first is minimised first, the
// second among its optima, and so on. It returns the arc's index. Arcs may be
// parallel and may be self-loops. Missing costs are 0; more costs than arcs before
// had give those 0 in the new vectors.
func (n *Network) AddArc(a Arc, costs ...int64) int {
	for len(costs) > n.vectors {
		n.AddCosts()
	}
	i := n.arcs & (blockArcs - 1)
	if i == 0 {
		n.blocks = append(n.blocks, &block{costs: make([]column, n.vectors)})
	}
	n.own(n.arcs)
	b := n.blocks[len(n.blocks)-1]
	b.version++
	b.size++
	b.from.put(i, i, int64(a.From))
	b.to.put(i, i, int64(a.To))
	b.lower.put(i, i, a.Lower)
	b.upper.put(i, i, a.Upper)
	for k := range b.costs {
		c := int64(0)
		if k < len(costs) {
			c = costs[k]
		}
		b.costs[k].put(i, i, c)
	}
	if n.keys != nil {
		n.keys = append(n.keys, uint64(n.arcs))
	}
	n.arcs++
	return n.arcs - 1
}

// AddCosts adds a cost vector that is 0 for every arc, the least important so far,
// and returns its index.
func (n *Network) AddCosts() int {
	for i := range n.blocks {
		n.own(i << blockBits)
		b := n.blocks[i]
		b.costs = append(b.costs, column{})
		b.version++
	}
	n.vectors++
	n.journal.begin()
	return n.vectors - 1
}

// journal says which arcs have been changed, one after the other, since it was begun; those that were added
// are not in it. It is begun anew, under another number, when it gets long: then more has
// changed than going on by it would spare.
type journal struct {
	number int
	arcs   []int32
}

func (j *journal) begin() { *j = journal{number: j.number + 1} }

// note notes a change of an arc, in a network of so many.
func (j *journal) note(arc, of int) {
	if len(j.arcs) > 1024+of/16 {
		j.begin()
	}
	j.arcs = append(j.arcs, int32(arc))
}

// Nodes is the number of nodes.
func (n *Network) Nodes() int { return len(n.supplies) }

// Arcs is the number of arcs.
func (n *Network) Arcs() int { return n.arcs }

// Vectors is the number of cost vectors.
func (n *Network) Vectors() int { return n.vectors }

// Supply is what node v gives, or takes where it is negative.
func (n *Network) Supply(v int32) int64 { return n.supplies[v] }

// SetSupply changes what node v gives or takes.
func (n *Network) SetSupply(v int32, supply int64) { n.supplies[v] = supply }

// Arc is arc a with its bounds.
func (n *Network) Arc(a int) Arc {
	b, i := n.at(a)
	return Arc{b.from.end(i), b.to.end(i), b.lower.at(i), b.upper.at(i)}
}

// SetArc changes ends and bounds of arc a. To take an arc out, set both bounds to 0.
func (n *Network) SetArc(a int, to Arc) {
	if n.Arc(a) == to {
		return
	}
	n.own(a)
	b, i := n.at(a)
	b.version++
	n.journal.note(a, n.arcs)
	b.from.put(i, b.size, int64(to.From))
	b.to.put(i, b.size, int64(to.To))
	b.lower.put(i, b.size, to.Lower)
	b.upper.put(i, b.size, to.Upper)
}

// Cost is what a unit of flow on arc a costs in vector k.
func (n *Network) Cost(k, a int) int64 {
	b, i := n.at(a)
	return b.costs[k].at(i)
}

// SetCost changes what a unit of flow on arc a costs in vector k.
func (n *Network) SetCost(k, a int, cost int64) {
	if n.Cost(k, a) == cost {
		return
	}
	n.own(a)
	b, i := n.at(a)
	b.version++
	n.journal.note(a, n.arcs)
	b.costs[k].put(i, b.size, cost)
}

// Key names arc a: the keys decide which of several optimal plans is the
// canonical one. It is the arc's index unless another was set.
func (n *Network) Key(a int) uint64 {
	if n.keys == nil {
		return uint64(a)
	}
	return n.keys[a]
}

// SetKey names arc a independently of its index. Keys must be distinct.
func (n *Network) SetKey(a int, key uint64) {
	if n.keys == nil {
		n.keys = make([]uint64, n.arcs, cap(n.blocks)*blockArcs)
		for i := range n.keys {
			n.keys[i] = uint64(i)
		}
	}
	if n.lent {
		n.keys, n.lent = slices.Clone(n.keys), false
	}
	n.keys[a] = key
}

// limit is a group limit: the flows of its arcs, which are in order and distinct, sum to at most so much.
type limit struct {
	most int64
	arcs []int32
}

// AddLimit adds a group limit and returns its index: the flows of the arcs together are at most most. An arc
// that is named twice counts once, and an arc may be in several groups.
//
// A network with a group limit is no network any more in the sense that its cheapest plan is whole by itself: two
// workers who may take two posts under a quota for one and a half of them could each go for three quarters. [Solve] therefore
// returns the best whole plan that it finds, which keeps every limit, and in Solution.Limited a bound that no plan
// can beat, whole or not, with its proof. Where the two meet the plan is optimal.
//
// With several cost vectors the second is minimised among plans that cost no more in the first than was reached there, and so on, and each has a
// bound of its own.
func (n *Network) AddLimit(most int64, arcs []int32) int {
	arcs = slices.Clone(arcs)
	slices.Sort(arcs)
	n.limits = append(n.limits, limit{most, slices.Compact(arcs)})
	return len(n.limits) - 1
}

// Limits is the number of group limits.
func (n *Network) Limits() int { return len(n.limits) }

// Limit is group limit i: what its arcs, which are not to be changed, may carry together.
func (n *Network) Limit(i int) (most int64, arcs []int32) { return n.limits[i].most, n.limits[i].arcs }

// SetLimit changes what the arcs of group limit i may carry together.
func (n *Network) SetLimit(i int, most int64) { n.limits[i].most = most }

// Clone is a copy of n that shares nothing with it.
func (n *Network) Clone() *Network {
	c := &Network{
		supplies: append([]int64(nil), n.supplies...),
		blocks:   make([]*block, len(n.blocks)),
		arcs:     n.arcs,
		vectors:  n.vectors,
	}
	if n.keys != nil {
		c.keys = append([]uint64(nil), n.keys...)
	}
	for _, l := range n.limits {
		c.AddLimit(l.most, l.arcs)
	}
	for i, b := range n.blocks {
		c.blocks[i] = b.clone()
	}
	return c
}

// Fork is a copy of n that shares its arcs, and takes a block of them over only when one is changed: after a few changes
// it takes little time and memory beyond those of n, and [Resolve] need not check what it shares. While it is in use
// n must not change.
func (n *Network) Fork() *Network {
	c := *n
	c.supplies = slices.Clone(n.supplies)
	c.blocks = slices.Clone(n.blocks)
	c.borrowed = make([]bool, len(n.blocks))
	for i := range c.borrowed {
		c.borrowed[i] = true
	}
	c.keys = slices.Clip(n.keys)
	c.lent = true
	c.limits = slices.Clone(n.limits)
	c.journal = journal{number: n.journal.number + 1}
	return &c
}

// own makes the block of arc a, if it is borrowed, the network's own.
func (n *Network) own(a int) {
	if at := a >> blockBits; at < len(n.borrowed) && n.borrowed[at] {
		n.blocks[at], n.borrowed[at] = n.blocks[at].clone(), false
	}
}

func (b *block) clone() *block {
	d := &block{
		size: b.size, from: b.from.clone(), to: b.to.clone(),
		lower: b.lower.clone(), upper: b.upper.clone(), costs: make([]column, len(b.costs)), version: b.version,
	}
	for k := range b.costs {
		d.costs[k] = b.costs[k].clone()
	}
	return d
}

// at is where arc a is stored.
func (n *Network) at(a int) (b *block, i int) {
	return n.blocks[a>>blockBits], a & (blockArcs - 1)
}
