package flow

import (
	"context"
	"errors"
	"math"
	"slices"
)

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

// Resolve solves n as [Solve] does, starting from the solution of a network that n
// was before some changes: of supplies, bounds, ends and costs of arcs, with
// nodes and arcs added at the end. To take an arc out, set its bounds to 0. The plan is the
// same as that of Solve, and so are the errors; the potentials may be others, where
// several prove it.
//
// It keeps the tree. What the changes broke is repaired first, arc by arc over
// their bounds, each by the cheapest arc across the gap (a dual simplex). After few changes of a network
// with one cost it takes time in proportion to the nodes: arcs whose reduced cost was larger than what potentials have moved
// since need no look. After others it prices all arcs a few times. After many it notices that it would take
// more than a twelfth of the effort of a solve from nothing, and starts over.
//
// What n was may have been another network, but arcs that are still in the same
// network and have not changed are not checked again.
func Resolve(ctx context.Context, n *Network, before *Solution, o Options) (*Solution, error) {
	var known *survey
	if before.basis != nil {
		known = before.basis.seen
	}
	seen, err := n.check(known)
	if err != nil {
		return nil, err
	}
	if before.basis == nil || len(before.basis.parents) > len(n.supplies) {
		return solveFrom(newSimplex(ctx, n, seen, o))
	}
	s := newSimplex(ctx, n, seen, o)
	s.warm = &warmth{Solution: before, most: max(leastEffort, before.basis.cold/12)}
	if err = s.resume(); err == nil {
		var sol *Solution
		if sol, err = solveFrom(s); err == nil {
			sol.basis.cold = before.basis.cold
			sol.Stats.Resumed = true
			return sol, nil
		}
	}
	// Whatever went wrong, a start from nothing is either quicker or says what it is.
	return solveFrom(s.afresh())
}

// leastEffort is what may always be spent on going on: about a millisecond.
const leastEffort = 1 << 20

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

// warmth is what a simplex knows that does not start from nothing.
type warmth struct {
	*Solution
	most int64 // effort after which it is better to start from nothing
}

// errCold says that going on takes longer than starting from nothing.
var errCold = errors.New("start from nothing")

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

// resume sets up the tree and the flows of the solution before, and repairs what
// has become of them.
func (s *simplex) resume() error {
	if err := s.ended(); err != nil {
		return err
	}
	s.weights = []int64{1}
	if s.network.vectors != 1 {
		if s.weights = s.network.fold(s.seen.dearest); s.weights == nil {
			return errCold
		}
	}
	s.near = s.vicinity()
	s.regrow()
	if s.network.vectors != 1 { // they are put at the cost of the first
		for i, name := range s.name {
			s.arcs[i].cost = s.costOf(name)
		}
	}
	s.warmOffsets()
	s.setPotentials()
	s.carry()
	if err := s.repair(); err != nil {
		return err
	}
	s.strengthen()
	s.flatten()
	s.keepOffsets()
	s.weights = nil
	return nil
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
		s.links[v] = link{parent: s.root, arc: added, up: true, room: Inf}
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

// warmOffsets sets the potentials of nodes under the root to those of the solution
// before, at the weights of the stage at hand.
func (s *simplex) warmOffsets() {
	clear(s.offset)
	if s.warm == nil {
		return
	}
	limit := s.mostPotential()
	for v := range s.offset {
		sum, sound := int64(0), true
		for k := range s.network.vectors {
			weight := int64(0)
			switch {
			case s.weights != nil:
				weight = s.weights[k]
			case k == len(s.done):
				weight = 1
			}
			if weight == 0 || k >= len(s.warm.Potentials) || v >= len(s.warm.Potentials[k]) {
				continue
			}
			p := s.warm.Potentials[k][v]
			sound = sound && magnitude(p) <= uint64(limit/weight)
			sum += weight * p
		}
		if sound && magnitude(sum) <= uint64(limit) {
			s.offset[v] = sum
		}
	}
}

// keepOffsets makes the potentials of all nodes what they keep when they are hung
// from the root.
func (s *simplex) keepOffsets() {
	limit := s.mostPotential()
	for v := range s.offset {
		s.offset[v] = 0
		if magnitude(s.pi[v]) <= uint64(limit) {
			s.offset[v] = s.pi[v]
		}
	}
}

// mostPotential is how far from 0 a potential under the root may be, so that the proof in
// the package comment holds.
func (s *simplex) mostPotential() int64 {
	return int64(s.root)*int64(s.dearest()) + 1
}

// carry gives the tree the flows that the supplies and the arcs outside it ask for,
// whatever the bounds.
func (s *simplex) carry() {
	rest := append(s.excess(), 0)
	for i := range s.arcs {
		if s.state[i] == atUpper {
			rest[s.arcs[i].from] -= s.room[i]
			rest[s.arcs[i].to] += s.room[i]
		}
	}
	for v := s.thread.prev[s.root]; v != s.root; v = s.thread.prev[v] { // children first
		l := &s.links[v]
		l.flow = rest[v]
		if !l.up {
			l.flow = -rest[v]
		}
		rest[l.parent] += rest[v]
	}
}

// repair takes links that are over a bound out of the tree, each for the cheapest
// arc that can carry what is too much across the gap.
func (s *simplex) repair() error {
	broken := int64(0)
	for v := range s.root {
		if _, over := s.over(v); over > 0 {
			broken++
		}
	}
	if broken*int64(len(s.arcs)) > s.warm.most {
		return errCold
	}
	inside := make([]int32, s.root+1)
	repairs := int32(0)
	for again := broken > 0; again; {
		again = false
		for v := int32(0); v < s.root; v++ {
			for outward, over := s.over(v); over > 0; outward, over = s.over(v) {
				again = true
				repairs++
				if err := s.mend(v, over, outward, inside, repairs); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// over is by how much the link of v is over a bound, and whether what is too much
// leaves the subtree of v.
func (s *simplex) over(v int32) (outward bool, amount int64) {
	l := &s.links[v]
	room := l.room
	if l.arc == added {
		room = 0
	}
	switch {
	case l.flow > room:
		return l.up, l.flow - room
	case l.flow < 0:
		return !l.up, -l.flow
	}
	return false, 0
}

// mend takes the link of v, which is over a bound, out of the tree. It is the
// repair of this number; inside is marked with it for the nodes of the subtree.
func (s *simplex) mend(v int32, over int64, outward bool, inside []int32, number int32) error {
	s.pivots++
	if s.effort += int64(len(s.arcs)) + int64(s.links[v].size); s.effort > s.warm.most {
		return errCold
	}
	if err := s.pause(); err != nil {
		return err
	}
	for u, last := s.thread.ends[v].first, s.thread.ends[v].last; ; u = s.thread.next[u] {
		inside[u] = number
		if u == last {
			break
		}
	}
	entering := s.across(inside, number, outward)
	if entering < 0 && s.pooled != nil {
		s.flatten()
		if name := s.nearAcross(inside, number, outward); name >= 0 {
			s.put(name)
		} else {
			s.fetchAcross(inside, number, outward)
		}
		entering = s.across(inside, number, outward)
	}
	if entering < 0 {
		return errCold
	}
	s.bridge(v, entering, over, outward)
	return nil
}

// across is the arc of the pool that costs least of those that can send more out
// of the marked nodes, or into them; −1 if there is none.
func (s *simplex) across(inside []int32, stamp int32, outward bool) int32 {
	best, entering := int64(math.MaxInt64), int32(-1)
	for i := range s.arcs {
		a := &s.arcs[i]
		leaves, enters := inside[a.from] == stamp, inside[a.to] == stamp
		if leaves == enters || s.state[i] == inTree {
			continue
		}
		if (leaves == outward) != (s.state[i] == atLower) {
			continue
		}
		r := int64(s.state[i]) * s.thread.reduced(a)
		if r < best {
			best, entering = r, int32(i)
		}
	}
	return entering
}

// fetchAcross puts arcs into the pool that can send more across, the cheapest of
// every node.
func (s *simplex) fetchAcross(inside []int32, stamp int32, outward bool) {
	price := func(at int, reduced []int64) {
		s.reduceBlock(at, reduced)
		b := s.network.blocks[at]
		for i := range reduced {
			leaves, enters := inside[b.from.end(i)] == stamp, inside[b.to.end(i)] == stamp
			if leaves == enters || leaves != outward {
				reduced[i] = math.MaxInt64
			}
		}
	}
	s.addFound(price, math.MinInt64/2)
}

// bridge sends amount over the entering arc instead of the link of v, which
// leaves the tree for it. Where the arc can take less, that is all it does.
func (s *simplex) bridge(v, entering int32, amount int64, outward bool) {
	a := &s.arcs[entering]
	// The end of the arc in the subtree of v, and that outside.
	child, parent := a.from, a.to
	sign := int64(1) // of the flow up the link of v that is taken away
	if (s.state[entering] == atLower) != outward {
		child, parent = parent, child
	}
	if !outward {
		sign = -1
	}
	apex := s.meet(child, parent)
	short := s.room[entering] < amount
	amount = min(amount, s.room[entering])
	s.push(child, apex, -sign*amount)
	s.push(parent, apex, sign*amount)
	if short {
		s.state[entering] = -s.state[entering]
		return
	}
	joined := link{arc: entering, parent: parent, up: child == a.from, room: s.room[entering], flow: amount}
	if s.state[entering] == atUpper {
		joined.flow = joined.room - amount
	}
	s.state[entering] = inTree
	if out := s.links[v]; out.arc != added {
		s.state[out.arc] = atLower
		if out.flow != 0 {
			s.state[out.arc] = atUpper
		}
	}
	shift := s.thread.reduced(a)
	if joined.up {
		shift = -shift
	}
	s.move(v, child, apex, joined, shift)
}

// meet is the nearest common ancestor of two nodes.
func (s *simplex) meet(v, w int32) int32 {
	for v != w {
		if s.links[v].size < s.links[w].size {
			v = s.links[v].parent
		} else {
			w = s.links[w].parent
		}
	}
	return v
}

// strengthen hangs from the root what hangs from links that can send nothing up, at
// the potentials it has, so that the tree is strongly feasible.
func (s *simplex) strengthen() {
	for v := range s.root {
		l := &s.links[v]
		if l.arc == added {
			l.up, l.flow, l.room = true, 0, Inf
		} else if l.upward() == 0 {
			s.state[l.arc] = atLower
			if l.flow != 0 {
				s.state[l.arc] = atUpper
			}
			*l = link{parent: s.root, arc: added, up: true, room: Inf}
		}
	}
}
