package flow

import "slices"

// basis is where a solution was found: the tree, and the arcs beside it that are
// not at their lower bound.
type basis struct {
	parents []int32 // per node, −1 for those under the root
	arcs    []int32 // per node, the arc to its parent
	raised  []int32 // arcs, but for those in kept
	kept    *kept   // arcs that were worth a look, where not all were
	near    *nearby // nil where it is not known
	cold    int64   // effort of the last solve from nothing
	seen    *survey // of the network
}

// kept is the pool at the end of the first stage. Links and states are those at the end of the last one.
type kept struct {
	names  []int32
	raised []bool // per arc
	// With several costs the rest is nil: their arcs have to be looked up in any case.
	arcs   []arc
	room   []int64
	places []int32 // per node, where the arc to its parent is in the pool, −1 if it is not
}

func (k *kept) keepArcs(s *simplex) {
	k.arcs, k.room, k.places = slices.Clone(s.arcs), slices.Clone(s.room), make([]int32, s.root)
	for v := range k.places {
		k.places[v] = -1
		if l := &s.links[v]; l.arc != added {
			k.places[v] = l.arc
		}
	}
}

// basis is the tree and the raised arcs at the end of a solve.
func (s *simplex) basis() *basis {
	b := &basis{parents: make([]int32, s.root), arcs: make([]int32, s.root), kept: s.kept, cold: s.effort, seen: s.seen}
	if s.near != nil {
		b.near = s.near.nearby
	}
	for v := range s.root {
		b.parents[v], b.arcs[v] = -1, -1
		if l := &s.links[v]; l.arc != added {
			b.parents[v], b.arcs[v] = l.parent, s.name[l.arc]
		}
	}
	if s.kept == nil {
		for _, f := range s.raised {
			b.raised = append(b.raised, f.Arc)
		}
		return b
	}
	for v, at := range s.kept.places {
		if at >= 0 && s.kept.names[at] != b.arcs[v] {
			s.kept.places[v] = -1
		}
	}
	clear(s.pooled) // from here on: the arcs that are raised
	for _, f := range s.raised {
		s.pooled[f.Arc>>6] |= 1 << (f.Arc & 63)
	}
	for i, name := range s.kept.names {
		bit := uint64(1) << (name & 63)
		s.kept.raised[i] = s.pooled[name>>6]&bit != 0
		s.pooled[name>>6] &^= bit
	}
	for _, f := range s.raised {
		if s.pooled[f.Arc>>6]>>(f.Arc&63)&1 != 0 {
			b.raised = append(b.raised, f.Arc)
		}
	}
	return b
}

// keepPool notes at the end of the first stage what is worth a look in the next solve.
func (s *simplex) keepPool() {
	s.kept = &kept{names: slices.Clone(s.name), raised: make([]bool, len(s.name))}
	if s.network.vectors == 1 {
		s.kept.keepArcs(s)
	}
	if s.near != nil && s.near.moved(s.pi) > s.near.reach {
		s.near = nil
	}
	// After a change too large for what was nearby, the next solve finds it anew: that change may be the only one.
	if s.near == nil && s.network.vectors == 1 && (s.warm == nil || s.warm.basis.near == nil) {
		s.near = s.findNear()
	}
}

// regrow puts back the tree of the solution before, as far as its arcs still join
// the same nodes, the arcs that were raised, and where the network is sifted the pool.
func (s *simplex) regrow() {
	b := s.warm.basis
	var at []int32 // from arc to place in the pool, where that is everything; no arc is taken twice
	if s.pooled == nil {
		at = make([]int32, s.network.arcs)
		for i, a := range s.name {
			at[a] = int32(i) + 1
		}
	}
	take := func(arc int32) int32 {
		if at != nil && at[arc] > 0 {
			return at[arc] - 1
		}
		s.put(arc)
		return int32(len(s.arcs) - 1)
	}
	raise := func(arc int32) {
		if a := s.network.Arc(int(arc)); a.Upper != Inf && a.Upper != a.Lower {
			s.state[take(arc)] = atUpper
		}
	}
	for _, arc := range b.raised {
		raise(arc)
	}
	// hang hangs v where it was by arc i of the pool, or if that is negative by the arc of the network, if it still joins them.
	hang := func(v, i int32) {
		if i < 0 {
			if !s.joins(b.arcs[v], v, b.parents[v]) {
				return
			}
			i = take(b.arcs[v])
		}
		s.state[i] = inTree
		s.links[v] = link{parent: b.parents[v], arc: i, up: s.arcs[i].from == v, room: s.room[i]}
	}
	placed := func(v int32) bool {
		return b.kept != nil && b.kept.places != nil && s.pooled != nil && b.kept.places[v] >= 0
	}
	for v := range s.root {
		s.links[v] = link{parent: s.root, arc: added, up: true}
		if int(v) < len(b.parents) && b.parents[v] >= 0 && !placed(v) {
			hang(v, -1)
		}
	}
	if b.kept == nil {
		return
	}
	if s.pooled == nil {
		for i, name := range b.kept.names {
			if b.kept.raised[i] {
				raise(name)
			}
		}
		return
	}
	moved := s.takeKept()
	for v, at := range b.kept.places {
		if at >= 0 {
			hang(int32(v), moved[at])
		}
	}
	for i, name := range b.kept.names {
		switch {
		case moved[i] >= 0 || !s.mayEnter(name):
		case b.kept.raised[i]:
			raise(name)
		default:
			s.put(name)
		}
	}
}

// joins reports whether an arc joins two nodes, in whichever direction.
func (s *simplex) joins(arc, v, w int32) bool {
	a := s.network.Arc(int(arc))
	return a.From == v && a.To == w || a.From == w && a.To == v
}

// takeKept puts those arcs of the pool kept into the pool that have not changed. It
// returns where they are in it, −1 for the others.
func (s *simplex) takeKept() []int32 {
	k := s.warm.basis.kept
	before := s.warm.basis.seen
	moved := make([]int32, len(k.names))
	for i := range moved {
		moved[i] = -1
	}
	if k.arcs == nil {
		return moved
	}
	changed, known := before.changed(s.network)
	stale := func(name int32) bool {
		if at := int(name >> blockBits); at < len(s.network.blocks) && before.blocks[at].holds(s.network.blocks[at]) {
			return false
		}
		_, found := slices.BinarySearch(changed, name)
		return found || !known
	}
	s.reserve(len(s.arcs) + len(k.arcs) + len(k.arcs)/8)
	for i, name := range k.names {
		bit := uint64(1) << (name & 63)
		if stale(name) || s.pooled[name>>6]&bit != 0 {
			continue
		}
		moved[i] = int32(len(s.arcs))
		s.pooled[name>>6] |= bit
		state := int8(atLower)
		if k.raised[i] {
			state = atUpper
		}
		s.arcs, s.state = append(s.arcs, k.arcs[i]), append(s.state, state)
		s.room, s.name = append(s.room, k.room[i]), append(s.name, name)
	}
	return moved
}
