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
	return &vicinity{nearby: near}
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
	changed []int32 // arcs of which it says nothing, in order
}

// vicinity returns the arcs nearby in the solution before, or nil where they do not help.
func (s *simplex) vicinity() *vicinity {
	near := s.warm.basis.near
	if near == nil || s.pooled == nil || s.network.vectors != 1 {
		return nil
	}
	changed, known := near.seen.changed(s.network)
	if !known {
		return nil
	}
	return &vicinity{near, changed}
}

// each calls do with every arc nearby, and every one that has changed.
func (v *vicinity) each(n *Network, do func(name int32, a *arc)) {
	next := 0
	for i, name := range v.names {
		for next < len(v.changed) && v.changed[next] < name {
			next++
		}
		if next == len(v.changed) || v.changed[next] != name {
			do(name, &v.arcs[i])
		}
	}
	for _, name := range v.changed {
		b, at := n.at(int(name))
		do(name, &arc{b.from.end(at), b.to.end(at), b.costs[0].at(at)})
	}
}

// effort is how much is looked at.
func (v *vicinity) effort() int64 { return int64(len(v.arcs) + 10*len(v.changed)) }

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
	s.effort += s.near.effort()
	var found []int32
	s.near.each(s.network, func(name int32, a *arc) {
		r := a.cost + pi[a.from] - pi[a.to]
		if r == 0 && len(s.done) > 0 {
			b, at := s.network.at(int(name))
			r = s.reduceTied(b, at, name)
		} else if len(s.done) > 0 {
			return
		}
		if r < 0 && s.mayEnter(name) {
			found = append(found, name)
		}
	})
	s.addAll(found)
	return len(found), len(found) > 0 || s.near.moved(pi) <= s.near.reach
}

// nearAcross is the arc nearby, of those that are not in the pool, that costs least of those that can send more out
// of the marked nodes, or into them; −1 if there is none.
func (s *simplex) nearAcross(inside []int32, stamp int32, outward bool) int32 {
	if s.near == nil {
		return -1
	}
	s.effort += s.near.effort()
	least, best := int64(math.MaxInt64), int32(-1)
	s.near.each(s.network, func(name int32, a *arc) {
		leaves, enters := inside[a.from] == stamp, inside[a.to] == stamp
		if leaves == enters || leaves != outward {
			return
		}
		if r := a.cost + s.pi[a.from] - s.pi[a.to]; r < least && s.mayEnter(name) {
			least, best = r, name
		}
	})
	return best
}
