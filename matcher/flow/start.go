package flow

import (
	"context"
	"math"
	"slices"
)

// newSimplex sets every arc to its lower bound and hangs all nodes from the root
// by added arcs, which carry what is then missing. The tree is strongly feasible:
// every node can send more to the root, on an unlimited arc or by taking back a
// positive flow.
func newSimplex(ctx context.Context, n *Network, seen *survey, o Options) *simplex {
	nodes := n.Nodes()
	s := &simplex{
		ctx: ctx, meter: meter{told: o.Progress}, tune: o.tune, options: o, network: n, seen: seen,
		root:   int32(nodes),
		links:  make([]link, nodes+1),
		thread: newThread(int32(nodes)+1, o.tune),
		pi:     make([]int64, nodes+1),
		offset: make([]int64, nodes),
	}
	if s.sifts() {
		s.pooled = make([]uint64, (n.arcs+63)/64)
		s.sieve = newSieve(n)
	}
	return s.begin()
}

// afresh is s as newSimplex makes it, in the memory of s, which is not to be used any more: to ask the system for
// other memory would take a tenth of the time of the solve.
func (s *simplex) afresh() *simplex {
	clear(s.pooled)
	clear(s.offset)
	again := &simplex{
		ctx: s.ctx, meter: meter{told: s.options.Progress}, tune: s.tune, options: s.options, network: s.network, seen: s.seen,
		root: s.root, links: s.links, thread: s.thread, pi: s.pi, offset: s.offset, pooled: s.pooled, sieve: s.sieve,
		arcs: s.arcs[:0], state: s.state[:0], room: s.room[:0], name: s.name[:0], renamed: s.renamed,
	}
	again.thread.walked = 0
	return again.begin()
}

// begin sets up pool and tree.
func (s *simplex) begin() *simplex {
	s.price = pricing{rule: s.options.Rule, sifted: s.pooled != nil}
	if s.pooled == nil {
		s.loadArcs()
	}
	excess := s.excess()
	for v := range s.root {
		s.links[v] = link{parent: s.root, arc: added, room: Inf}
		if excess[v] >= 0 {
			s.links[v].up, s.links[v].flow = true, excess[v]
		} else {
			s.links[v].flow = -excess[v]
		}
	}
	s.links[s.root].parent = -1
	return s
}

// poolPerNode is how many arcs a node the pool has room for from the start; it holds two to
// three in a layered market, and up to twelve in one in pairs, which has few nodes.
const poolPerNode = 4

// excess is what each node has left to send, or lacks where it is negative, when
// every arc is at its lower bound.
func (s *simplex) excess() []int64 {
	excess := append([]int64(nil), s.network.supplies...)
	for _, b := range s.network.blocks {
		if b.lower.uniform() && b.lower.base == 0 {
			continue
		}
		for i := range b.size {
			l := b.lower.at(i)
			excess[b.from.end(i)] -= l
			excess[b.to.end(i)] += l
		}
	}
	return excess
}

// loadArcs fills the pool with all arcs, except those whose bounds leave no choice.
//
// The order is that of a walk in strides of about √arcs. Networks are usually
// written node by node; without the strides a block to be priced would hold
// the arcs of few nodes, which tend to pay or not to pay together.
func (s *simplex) loadArcs() {
	all := s.network.Arcs()
	stride := max(1, int(math.Sqrt(float64(all))))
	if s.tune.inputOrder {
		stride = 1
	}
	s.reserve(all)
	for start := range stride {
		for i := start; i < all; i += stride {
			s.add(int32((i + s.tune.rotate) % all))
		}
	}
}

// addAll adds several arcs.
func (s *simplex) addAll(names []int32) {
	if most := len(s.arcs) + len(names); most > cap(s.arcs) {
		room := most + most/8
		if s.warm == nil {
			room = max(most+most/2, min(s.network.arcs, poolPerNode*int(s.root)))
		}
		s.reserve(room)
	}
	for _, name := range names {
		s.add(name)
	}
}

// reserve makes room in the pool for so many arcs.
func (s *simplex) reserve(arcs int) {
	s.arcs = slices.Grow(s.arcs, arcs-len(s.arcs))
	s.state = slices.Grow(s.state, arcs-len(s.state))
	s.room = slices.Grow(s.room, arcs-len(s.room))
	s.name = slices.Grow(s.name, arcs-len(s.name))
}

// add puts an arc of the network into the pool, at its lower bound, unless its
// bounds leave no choice.
func (s *simplex) add(name int32) {
	if a := s.network.Arc(int(name)); a.Lower != a.Upper {
		s.put(name)
	}
}

// put puts an arc into the pool, at its lower bound.
func (s *simplex) put(name int32) {
	a := s.network.Arc(int(name))
	room := int64(Inf)
	if a.Upper != Inf {
		room = a.Upper - a.Lower
	}
	s.arcs = append(s.arcs, arc{from: a.From, to: a.To, cost: s.costOf(name)})
	s.state = append(s.state, atLower)
	s.room = append(s.room, room)
	s.name = append(s.name, name)
	if s.pooled != nil {
		s.pooled[name>>6] |= 1 << (name & 63)
	}
}

// converges reports whether what many nodes send ends at few.
func (n *Network) converges() bool {
	sources, sinks := 0, 0
	for _, supply := range n.supplies {
		switch {
		case supply > 0:
			sources++
		case supply < 0:
			sinks++
		}
	}
	return 64*sinks <= sources
}

// headStart makes the first pivots: level by level from the nodes that lack
// something, against the direction of the arcs, a node enters by its cheapest
// arc to the levels before. In layered networks, where what many nodes send ends
// at few, this saves more than half of all pivots, and the dear ones; elsewhere
// it may double them. A few levels suffice, and keep its time in proportion to the arcs.
func (s *simplex) headStart() error {
	const levels = 8
	reached := make([]bool, s.root)
	for v := range s.root {
		reached[v] = !s.links[v].up
	}
	cheapest := make([]int32, s.root)
	for range levels {
		for v := range cheapest {
			cheapest[v] = -1
		}
		for i, a := range s.arcs {
			if reached[a.from] || !reached[a.to] {
				continue
			}
			if b := cheapest[a.from]; b < 0 || a.cost < s.arcs[b].cost {
				cheapest[a.from] = int32(i)
			}
		}
		found := false
		for v, i := range cheapest {
			if i < 0 {
				continue
			}
			reached[v], found = true, true
			a := s.arcs[i]
			if int64(s.state[i])*s.thread.reduced(&a) >= 0 {
				continue
			}
			if err := s.enter(i); err != nil {
				return err
			}
		}
		if !found {
			return nil
		}
	}
	return nil
}
