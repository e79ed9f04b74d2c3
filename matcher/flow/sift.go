package flow

import (
	"context"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// A sieve prices the arcs of a network that are not in the pool of the simplex,
// block by block on all cores, and keeps for every node the few that pay most.
// What it finds does not depend on how many cores look.
type sieve struct {
	network *Network
	cores   int
	perNode int
	pans    []pan    // one per core
	chosen  []uint64 // a bit per arc, 0 between scans
	found   []int32  // what scan returned last
}

// found is an arc that pays, by how much.
type found struct {
	arc  int32
	cost int64 // reduced, negative
}

// pan is what one core has found: per node the best arcs out of it and into it,
// perNode of each, worst first among equals of a node; arc −1 stands for none.
type pan struct {
	out, in []found
	reduced []int64 // of the block at hand
	touched bool
}

func newSieve(n *Network) *sieve {
	perNode := 3
	if n.arcs < manyArcs*len(n.supplies) {
		perNode = 1
	}
	s := &sieve{network: n, cores: runtime.GOMAXPROCS(0), perNode: perNode, chosen: make([]uint64, (n.arcs+63)/64)}
	s.pans = make([]pan, s.cores)
	return s
}

// pricer sets the reduced cost of every arc of block b; arcs that may not enter
// are given 0.
type pricer func(b int, reduced []int64)

// scan returns the arcs that pay by more than threshold, the few best of every
// node, in the order of the network. keep says which arcs may enter. What it returns
// is overwritten by the next scan, and is not all where ctx ends.
func (s *sieve) scan(ctx context.Context, price pricer, threshold int64, keep func(arc int32) bool) []int32 {
	n := s.network
	slots := s.perNode * len(n.supplies)
	var next atomic.Int64
	var wait sync.WaitGroup
	for c := range s.cores {
		wait.Add(1)
		go func() {
			defer wait.Done()
			p := &s.pans[c]
			if p.out == nil {
				p.out, p.in = make([]found, slots), make([]found, slots)
				p.reduced = make([]int64, blockArcs)
				for i := range p.out {
					p.out[i].arc, p.in[i].arc = -1, -1
				}
			}
			const stride = 16
			for {
				begin := int(next.Add(stride)) - stride
				if begin >= len(n.blocks) || ctx.Err() != nil {
					return
				}
				for b := begin; b < min(begin+stride, len(n.blocks)); b++ {
					s.scanBlock(p, b, price, threshold, keep)
				}
			}
		}()
	}
	wait.Wait()
	return s.gather()
}

func (s *sieve) scanBlock(p *pan, b int, price pricer, threshold int64, keep func(arc int32) bool) {
	blk := s.network.blocks[b]
	reduced := p.reduced[:len(blk.from)]
	price(b, reduced)
	base := int32(b << blockBits)
	for i, r := range reduced {
		if r >= -threshold {
			continue
		}
		k := s.perNode
		out := p.out[int(blk.from[i])*k : int(blk.from[i])*k+k]
		in := p.in[int(blk.to[i])*k : int(blk.to[i])*k+k]
		f := found{base + int32(i), r}
		if !f.beats(out[0]) && !f.beats(in[0]) || !keep(f.arc) {
			continue
		}
		f.into(out)
		f.into(in)
		p.touched = true
	}
}

// beats says which of two arcs of a node is kept: the one that pays more, the
// first one in the network among equals.
func (f found) beats(g found) bool {
	return g.arc < 0 || f.cost < g.cost || f.cost == g.cost && f.arc < g.arc
}

// into puts f in its place among the best of a node, and drops the worst.
func (f found) into(best []found) {
	if !f.beats(best[0]) {
		return
	}
	i := 0
	for ; i+1 < len(best) && f.beats(best[i+1]); i++ {
		best[i] = best[i+1]
	}
	best[i] = f
}

// gather merges and empties the pans.
func (s *sieve) gather() []int32 {
	all := s.found[:0]
	defer func() { s.found = all }()
	first := &s.pans[0]
	for c := 1; c < len(s.pans); c++ {
		p := &s.pans[c]
		if !p.touched {
			continue
		}
		for v := range s.network.supplies {
			at := v * s.perNode
			for i := at; i < at+s.perNode; i++ {
				if p.out[i].arc >= 0 {
					p.out[i].into(first.out[at : at+s.perNode])
				}
				if p.in[i].arc >= 0 {
					p.in[i].into(first.in[at : at+s.perNode])
				}
				p.out[i].arc, p.in[i].arc = -1, -1
			}
		}
		p.touched, first.touched = false, true
	}
	if !first.touched {
		return nil
	}
	// Many arcs are chosen by both of their ends; a bit for each puts them in order, each once.
	for _, side := range [][]found{first.out, first.in} {
		for i := range side {
			if a := side[i].arc; a >= 0 {
				s.chosen[a>>6] |= 1 << (a & 63)
				side[i].arc = -1
			}
		}
	}
	first.touched = false
	for i, word := range s.chosen {
		for ; word != 0; word &= word - 1 {
			all = append(all, int32(i<<6+bits.TrailingZeros64(word)))
		}
		s.chosen[i] = 0
	}
	return all
}

// reduce sets reduced to cost + potential of the tail − potential of the head.
func (b *block) reduce(k int, pi, reduced []int64) {
	from, to := b.from[:len(reduced)], b.to[:len(reduced)]
	c := &b.costs[k]
	switch {
	case c.narrow != nil:
		costs := c.narrow[:len(reduced)]
		for i := range reduced {
			reduced[i] = int64(costs[i]) + pi[from[i]] - pi[to[i]]
		}
	case c.wide != nil:
		costs := c.wide[:len(reduced)]
		for i := range reduced {
			reduced[i] = costs[i] + pi[from[i]] - pi[to[i]]
		}
	default:
		same := c.same
		for i := range reduced {
			reduced[i] = same + pi[from[i]] - pi[to[i]]
		}
	}
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

// Arcs for each node from which a network is sifted in any case, and from which it is
// where flows converge. With fewer than many, the best arc of a node is enough of them
// at a time: a layered market takes three quarters of the time that three take, and the sieve a third of the memory.
const (
	manyArcs = 32
	fewArcs  = 4
)

// sifts reports whether the simplex works on a pool of arcs that grows as needed,
// not on all of them: where arcs are many for the nodes they join, few can ever
// matter, and most of the time would go into pricing the rest. With ten arcs to a node, as in
// sparse transport networks, all are worth a look, and sifting takes five times as long.
// Where flows converge a few arcs to a node are enough: there a falling threshold
// spares the simplex most of its degenerate pivots, the dear ones. Layered markets of a million
// arcs take an eighth of the time, filled first, a quarter by value, and three quarters home first.
func (s *simplex) sifts() bool {
	perNode := manyArcs
	if s.network.converges() {
		perNode = fewArcs
	}
	arcs := s.network.arcs
	return s.tune.large || !s.tune.inputOrder && arcs >= 1<<16 && arcs >= perNode*len(s.network.supplies)
}

// fetch puts arcs into the pool that pay in the stage at hand and may move in it,
// and returns how many. In a canonical stage arcs whose reduced cost is 0 are
// fetched too: until they are gone from the face, the plan may not be alone on it.
func (s *simplex) fetch() (int, error) {
	if s.pooled == nil {
		return 0, nil
	}
	if err := s.look(); err != nil {
		return 0, err
	}
	found := s.addFound(s.reduceBlock, s.price.threshold)
	return found, s.ended()
}

// addFound puts arcs into the pool that pay more than threshold at this price, the few
// best of every node, and returns how many.
func (s *simplex) addFound(price pricer, threshold int64) int {
	s.effort += int64(s.network.arcs)
	s.flatten()
	all := s.sieve.scan(s.ctx, price, threshold, s.mayEnter)
	s.addAll(all)
	return len(all)
}

// mayEnter reports whether an arc is outside the pool and its bounds leave a choice.
func (s *simplex) mayEnter(name int32) bool {
	if s.pooled[name>>6]>>(name&63)&1 != 0 {
		return false
	}
	b, i := s.network.at(int(name))
	return b.lower.at(i) != b.upper.at(i)
}

// reduceBlock gives the arcs of a block their reduced costs in the stage at hand,
// those 1 that are frozen.
func (s *simplex) reduceBlock(at int, reduced []int64) {
	b := s.network.blocks[at]
	if s.weights != nil {
		s.reduceFolded(at, reduced)
		return
	}
	if len(s.done) == 0 {
		if s.costless {
			for i := range reduced {
				reduced[i] = s.pi[b.from[i]] - s.pi[b.to[i]]
			}
			return
		}
		b.reduce(0, s.pi, reduced)
		return
	}
	b.reduce(0, s.done[0], reduced)
	for i, r := range reduced {
		if r != 0 {
			reduced[i] = 1
		} else {
			reduced[i] = s.reduceTied(b, i, int32(at<<blockBits+i))
		}
	}
}

// reduceTied is the reduced cost of an arc that the first stage left free.
func (s *simplex) reduceTied(b *block, i int, name int32) int64 {
	from, to := b.from[i], b.to[i]
	for j := 1; ; j++ {
		pi := s.pi
		if j < len(s.done) {
			pi = s.done[j]
		}
		r := pi[from] - pi[to]
		mixes := j - s.network.vectors
		if mixes < 0 {
			r += b.costs[j].at(i)
		} else {
			r += s.mixed(uint64(mixes)+1, name)
		}
		switch {
		case j == len(s.done) && mixes >= 0:
			return 2*r - 1
		case j == len(s.done):
			return r
		case r != 0:
			return 1
		}
	}
}

// reduceFolded is reduceBlock for the folded costs.
func (s *simplex) reduceFolded(at int, reduced []int64) {
	b := s.network.blocks[at]
	for i := range reduced {
		reduced[i] = s.pi[b.from[i]] - s.pi[b.to[i]]
	}
	for k, w := range s.weights {
		c := &b.costs[k]
		switch {
		case w == 0:
		case c.narrow != nil:
			costs := c.narrow[:len(reduced)]
			for i := range reduced {
				reduced[i] += w * int64(costs[i])
			}
		default:
			for i := range reduced {
				reduced[i] += w * c.at(i)
			}
		}
	}
}
