package flow

import (
	"context"
	"math"
	"slices"
)

// nearby are the arcs of a network that cost at most reach, reduced by the potentials pi,
// with a copy of what pricing reads of them. While no two potentials have moved by more than
// reach against each other, no other arc can pay, and the network need not be looked through: after
// a small change of a market, a few arcs a node are enough to prove that a plan is cheapest.
type nearby struct {
	arcs  []arc
	names []int32
	reach int64
	pi    []int64
	seen  *survey // arcs that have changed since are not covered
}

// nearPerNode is how many nearby arcs there are to a node, give or take.
const nearPerNode = 8

// findNear finds what is nearby at the end of the first stage, in about the time of a scan; nil if the context ends.
func (s *simplex) findNear() *vicinity {
	pi := s.done[0]
	price := func(at int, reduced []int64) { s.network.blocks[at].reduce(0, 1, pi, reduced) }
	near := &nearby{reach: s.reachOf(price), pi: pi, seen: s.seen}
	all := s.sieve.collect(s.ctx, price, near.reach)
	if s.ctx.Err() != nil {
		return nil
	}
	s.effort += int64(s.network.arcs)
	near.names = slices.Clone(all)
	near.arcs = make([]arc, len(all))
	for i, name := range all {
		b, at := s.network.at(int(name))
		near.arcs[i] = arc{b.from.end(at), b.to.end(at), b.costs[0].at(at)}
	}
	return &vicinity{nearby: near, stale: make([]bool, len(s.seen.blocks))}
}

// reachOf is the reduced cost that nearPerNode arcs a node do not exceed, as a sample of them says.
func (s *simplex) reachOf(price pricer) int64 {
	const most, stride = 64, 32
	var sample []int64
	var room [blockArcs]int64
	blocks := s.network.blocks
	for i := range min(most, len(blocks)) {
		at := i * len(blocks) / min(most, len(blocks))
		reduced := room[:blocks[at].size]
		price(at, reduced)
		for j := 0; j < len(reduced); j += stride {
			sample = append(sample, reduced[j])
		}
	}
	if len(sample) == 0 {
		return 0
	}
	slices.Sort(sample)
	share := nearPerNode * float64(s.root) / float64(s.network.arcs)
	return max(0, sample[min(len(sample)-1, int(share*float64(len(sample))))])
}

// collect returns the arcs of at most this price, in the order of the network; not all where ctx ends.
func (s *sieve) collect(ctx context.Context, price pricer, most int64) []int32 {
	s.each(ctx, func(p *pan, b int) {
		reduced := p.reduced[:s.network.blocks[b].size]
		price(b, reduced)
		for i, r := range reduced {
			if r <= most {
				a := b<<blockBits + i
				s.chosen[a>>6] |= 1 << (a & 63)
			}
		}
	})
	return s.take()
}

// vicinity is what is nearby for a network that has changed.
type vicinity struct {
	*nearby
	stale []bool // per block: it has changed
	some  []int  // the blocks that have
}

// vicinity returns the arcs nearby in the solution before, or nil where they do not help.
func (s *simplex) vicinity() *vicinity {
	near := s.warm.basis.near
	if near == nil || s.pooled == nil || s.network.vectors != 1 {
		return nil
	}
	v := &vicinity{near, make([]bool, len(s.seen.blocks)), nil}
	for i := range s.seen.blocks {
		if i >= len(near.seen.blocks) || !near.seen.blocks[i].holds(s.network.blocks[i]) {
			v.stale[i], v.some = true, append(v.some, i)
		}
	}
	if 4*len(v.some) > len(v.stale) {
		return nil
	}
	return v
}

// moved is by how much two potentials have moved against each other at most.
func (n *nearby) moved(pi []int64) int64 {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for v, before := range n.pi {
		d := pi[v] - before
		least, most = min(least, d), max(most, d)
	}
	return most - least
}

// lookNear puts arcs into the pool that pay, as fetch does, but looks only at those nearby and at those
// that have changed. It reports whether that is enough: some do, or no others can.
func (s *simplex) lookNear() (fetched int, enough bool) {
	if s.near == nil {
		return 0, false
	}
	pi := s.pi // which says what is nearby: in the stages after the first, the potentials of that one
	if len(s.done) > 0 {
		pi = s.done[0]
	}
	s.effort += int64(len(s.near.arcs) + blockArcs*len(s.near.some))
	var found []int32
	for i := range s.near.arcs {
		a := &s.near.arcs[i]
		r := a.cost + pi[a.from] - pi[a.to]
		if r > 0 || s.near.stale[s.near.names[i]>>blockBits] {
			continue
		}
		name := s.near.names[i]
		if len(s.done) > 0 {
			if r != 0 {
				continue
			}
			b, at := s.network.at(int(name))
			r = s.reduceTied(b, at, name)
		}
		if r < 0 && s.mayEnter(name) {
			found = append(found, name)
		}
	}
	var room [blockArcs]int64
	for _, at := range s.near.some {
		reduced := room[:s.network.blocks[at].size]
		s.reduceBlock(at, reduced)
		for i, r := range reduced {
			if name := int32(at<<blockBits + i); r < 0 && s.mayEnter(name) {
				found = append(found, name)
			}
		}
	}
	s.addAll(found)
	return len(found), len(found) > 0 || s.near.moved(pi) <= s.near.reach
}

// nearAcross is the arc nearby, of those that are not in the pool, that costs least of those that can send more out
// of the marked nodes, or into them; −1 if there is none.
func (s *simplex) nearAcross(inside []int32, stamp int32, outward bool) int32 {
	if s.near == nil {
		return -1
	}
	s.effort += int64(len(s.near.arcs) + blockArcs*len(s.near.some))
	least, best := int64(math.MaxInt64), int32(-1)
	consider := func(from, to, name int32, cost int64) {
		leaves, enters := inside[from] == stamp, inside[to] == stamp
		if leaves == enters || leaves != outward {
			return
		}
		if r := cost + s.pi[from] - s.pi[to]; r < least && s.mayEnter(name) {
			least, best = r, name
		}
	}
	for i := range s.near.arcs {
		if a := &s.near.arcs[i]; !s.near.stale[s.near.names[i]>>blockBits] {
			consider(a.from, a.to, s.near.names[i], a.cost)
		}
	}
	for _, at := range s.near.some {
		b := s.network.blocks[at]
		for i := range b.size {
			consider(b.from.end(i), b.to.end(i), int32(at<<blockBits+i), b.costs[0].at(i))
		}
	}
	return best
}
