package flow

import (
	"context"
	"errors"
	"math"
)

// Resolve solves n as [Solve] does, starting from the solution of a network that n
// was before some changes: of supplies, bounds, ends and costs of arcs, with
// nodes and arcs added at the end. To take an arc out, set its bounds to 0. The plan is the
// same as that of Solve, and so are the errors; the potentials may be others, where
// several prove it.
//
// It keeps the tree. What the changes broke is repaired first: the first few arcs over
// their bounds each by the cheapest arc across the gap (a dual simplex), the others are left for the simplex to find
// better ways for all together. After few changes of a network
// with one cost it takes time in proportion to the nodes: arcs whose reduced cost was larger than what potentials have moved
// since need no look. After others it prices all arcs a few times. Where the changes broke an eighth of the tree, or a
// sample says that more arcs pay than four to a node, it starts over at once, and it does so later if it has taken
// half the effort of a solve from nothing.
//
// A network with group limits is solved from nothing, because where the best plan is found only nearly, or is one of several, which one it is would
// depend on the way there.
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
	if len(n.limits) > 0 {
		return solveLimited(ctx, n, seen, o)
	}
	if before.basis == nil || len(before.basis.parents) > len(n.supplies) || known.arcs > n.arcs {
		return solveFrom(newSimplex(ctx, n, seen, o))
	}
	s := newSimplex(ctx, n, seen, o)
	s.warm = &warmth{Solution: before, most: max(leastEffort, before.basis.cold/2)}
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

// warmth is what a simplex knows that does not start from nothing.
type warmth struct {
	*Solution
	most int64 // effort after which it is better to start from nothing
}

// When going on is not worth trying: the share of links that are broken, and how many arcs pay to a node. At 60,000 paying
// arcs for 23,000 nodes it takes two thirds of the time of a solve from nothing, at 300,000 as long, at a million longer.
const (
	mostBroken = 8
	mostPaying = 4
)

// mostMends is how many links are repaired one by one. Each takes a look at the whole pool, and several hundred would
// take longer than the pivots by which the simplex finds better ways for what was cut.
const mostMends = 16

// errCold says that going on takes longer than starting from nothing.
var errCold = errors.New("start from nothing")

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
	if s.paying() > mostPaying*int64(s.root) {
		return errCold
	}
	s.keepOffsets()
	s.weights = nil
	return nil
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

// repair takes links that are over a bound out of the tree.
func (s *simplex) repair() error {
	broken := int64(0)
	for v := range s.root {
		if _, over := s.over(v); over > 0 {
			broken++
		}
	}
	if s.pooled != nil && broken > int64(s.root)/mostBroken {
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
	switch {
	case l.flow > l.room:
		return l.up, l.flow - l.room
	case l.flow < 0:
		return !l.up, -l.flow
	}
	return false, 0
}

// mend takes the link of v, which is over a bound, out of the tree, for the cheapest arc of the pool or nearby that can carry
// what is too much across the gap. It is the
// repair of this number; inside is marked with it for the nodes of the subtree.
func (s *simplex) mend(v int32, over int64, outward bool, inside []int32, number int32) error {
	s.pivots++
	if s.effort += perPivot + int64(s.links[v].size); s.effort > s.warm.most {
		return errCold
	}
	if err := s.pause(); err != nil {
		return err
	}
	if number > mostMends {
		s.cut(v, over, outward)
		return nil
	}
	s.effort += int64(len(s.arcs))
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
			entering = s.across(inside, number, outward)
		}
	}
	if entering < 0 {
		s.cut(v, over, outward)
		return nil
	}
	s.bridge(v, entering, over, outward)
	return nil
}

// cut takes the link of v out of the tree at its bound, and leaves what is too much to be sent by the root, over added arcs; it
// is for the stage that follows to find a better way. Looking through the network for
// each link is dear, and that stage looks for all of them at once.
func (s *simplex) cut(v int32, over int64, outward bool) {
	l := s.links[v]
	if l.arc == added {
		s.links[v].room = Inf
		if l.flow < 0 {
			s.links[v].up, s.links[v].flow = !l.up, -l.flow
		}
		return
	}
	s.state[l.arc] = atLower
	if l.flow > l.room && l.room > 0 {
		s.state[l.arc] = atUpper
	}
	sign := int64(1)
	if !outward {
		sign = -1
	}
	s.push(l.parent, s.root, -sign*over)
	s.move(v, v, s.root, link{parent: s.root, arc: added, up: outward, flow: over, room: Inf}, 0)
}

// across is the arc of the pool that costs least of those that can send more out
// of the marked nodes, or into them; −1 if there is none.
func (s *simplex) across(inside []int32, stamp int32, outward bool) int32 {
	best, entering := int64(math.MaxInt64), int32(-1)
	for i := range s.arcs {
		a := &s.arcs[i]
		leaves, enters := inside[a.from] == stamp, inside[a.to] == stamp
		if leaves == enters || s.state[i] == inTree || s.room[i] == 0 {
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
			l.up, l.room = l.up || l.flow == 0, Inf
		} else if l.upward() == 0 {
			s.state[l.arc] = atLower
			if l.flow != 0 {
				s.state[l.arc] = atUpper
			}
			*l = link{parent: s.root, arc: added, up: true, room: Inf}
		}
	}
}

// paying is about how many arcs of the network pay, as a sample of them says; arcs at their upper bound count too.
func (s *simplex) paying() int64 {
	const most, stride = 64, 16
	var room [blockArcs]int64
	blocks := s.network.blocks
	looked, pays := 0, 0
	for i := range min(most, len(blocks)) {
		at := i * len(blocks) / min(most, len(blocks))
		reduced := room[:blocks[at].size]
		s.reduceBlock(at, reduced)
		for j := 0; j < len(reduced); j += stride {
			looked++
			if reduced[j] < 0 {
				pays++
			}
		}
	}
	return int64(float64(pays) / float64(max(1, looked)) * float64(s.network.arcs))
}
