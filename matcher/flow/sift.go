package flow

import (
	"context"
	"math"
	"math/bits"
	"runtime"
	"slices"
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

// pan is what one core has found: the best arcs out of every node and into it.
type pan struct {
	out, in best
	reduced []int64 // of the block at hand
	touched bool
}

// best is perNode arcs for each node, in as many layers of all nodes: the reduced cost of each
// and its index, worst first among those of a node. The index −1 and the highest cost stand for none.
type best struct {
	nodes int
	cost  []int64
	arc   []int32
}

func newBest(nodes, perNode int) best {
	b := best{nodes, make([]int64, nodes*perNode), make([]int32, nodes*perNode)}
	for i := range b.arc {
		b.empty(i)
	}
	return b
}

func (b *best) empty(i int) { b.cost[i], b.arc[i] = math.MaxInt64, -1 }

// takes reports whether an arc is better than one of node v: it pays more, or is the first
// in the network among equals.
func (b *best) takes(v int, cost int64, arc int32) bool {
	return cost < b.cost[v] || cost == b.cost[v] && arc < b.arc[v]
}

// put puts an arc in its place among the best of node v, and drops the worst.
func (b *best) put(v int, cost int64, arc int32) {
	if !b.takes(v, cost, arc) {
		return
	}
	for ; v+b.nodes < len(b.arc) && b.takes(v+b.nodes, cost, arc); v += b.nodes {
		b.cost[v], b.arc[v] = b.cost[v+b.nodes], b.arc[v+b.nodes]
	}
	b.cost[v], b.arc[v] = cost, arc
}

func newSieve(n *Network) *sieve {
	perNode := 3
	if n.arcs < manyArcs*len(n.supplies) {
		perNode = 1
	}
	s := &sieve{network: n, cores: runtime.GOMAXPROCS(0), perNode: perNode}
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
	for c := range s.pans {
		if p := &s.pans[c]; p.out.nodes == 0 {
			p.out, p.in = newBest(s.network.Nodes(), s.perNode), newBest(s.network.Nodes(), s.perNode)
		}
	}
	s.each(ctx, func(p *pan, b int) { s.scanBlock(p, b, price, threshold, keep) })
	return s.gather()
}

// each does something with every block, on all cores, with a pan for each, until ctx ends.
func (s *sieve) each(ctx context.Context, do func(p *pan, b int)) {
	if s.chosen == nil {
		s.chosen = make([]uint64, (s.network.arcs+63)/64)
	}
	for c := range s.pans {
		if s.pans[c].reduced == nil {
			s.pans[c].reduced = make([]int64, blockArcs)
		}
	}
	onAllCores(len(s.network.blocks), s.cores, func(c, b int) bool {
		do(&s.pans[c], b)
		return b%stride != 0 || ctx.Err() == nil
	})
}

// stride is how many blocks of arcs a core takes at a time.
const stride = 16

// onAllCores does something with each of so many blocks, and tells it the core. It ends early, at any
// block, where that returns false.
func onAllCores(blocks, cores int, do func(core, block int) bool) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for c := range cores {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for {
				begin := int(next.Add(stride)) - stride
				if begin >= blocks {
					return
				}
				for b := begin; b < min(begin+stride, blocks); b++ {
					if !do(c, b) {
						next.Add(int64(blocks))
						return
					}
				}
			}
		}()
	}
	wait.Wait()
}

func (s *sieve) scanBlock(p *pan, b int, price pricer, threshold int64, keep func(arc int32) bool) {
	blk := s.network.blocks[b]
	reduced := p.reduced[:blk.size]
	price(b, reduced)
	base := int32(b << blockBits)
	for i, r := range reduced {
		if r >= -threshold {
			continue
		}
		arc, from, to := base+int32(i), int(blk.from.end(i)), int(blk.to.end(i))
		if !p.out.takes(from, r, arc) && !p.in.takes(to, r, arc) || !keep(arc) {
			continue
		}
		p.out.put(from, r, arc)
		p.in.put(to, r, arc)
		p.touched = true
	}
}

// merge takes what from has found, and empties it.
func (b *best) merge(from *best) {
	for i, a := range from.arc {
		if a >= 0 {
			b.put(i%b.nodes, from.cost[i], a)
			from.empty(i)
		}
	}
}

// gather merges and empties the pans.
func (s *sieve) gather() []int32 {
	first := &s.pans[0]
	for c := 1; c < len(s.pans); c++ {
		p := &s.pans[c]
		if !p.touched {
			continue
		}
		first.out.merge(&p.out)
		first.in.merge(&p.in)
		p.touched, first.touched = false, true
	}
	if !first.touched {
		return nil
	}
	// Many arcs are chosen by both of their ends; a bit for each puts them in order, each once.
	for _, side := range []*best{&first.out, &first.in} {
		for i, a := range side.arc {
			if a >= 0 {
				s.chosen[a>>6] |= 1 << (a & 63)
				side.empty(i)
			}
		}
	}
	first.touched = false
	return s.take()
}

// take returns the arcs that are chosen, in order, and unchooses them.
func (s *sieve) take() []int32 {
	all := s.found[:0]
	for i, word := range s.chosen {
		for ; word != 0; word &= word - 1 {
			all = append(all, int32(i<<6+bits.TrailingZeros64(word)))
		}
		s.chosen[i] = 0
	}
	s.found = all
	return all
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
	s.flatten()
	found, enough := s.lookNear()
	if !enough {
		found = s.addFound(s.reduceBlock, s.price.threshold)
	}
	return found, s.ended()
}

// addFound puts arcs into the pool that pay more than threshold at this price, the few
// best of every node, and returns how many.
func (s *simplex) addFound(price pricer, threshold int64) int {
	s.effort += int64(s.network.arcs)
	all := s.sieve.scan(s.ctx, price, threshold, s.mayEnter)
	s.addAll(all)
	return len(all)
}

// mayEnter reports whether an arc is outside the pool and its bounds leave a choice.
func (s *simplex) mayEnter(name int32) bool {
	if s.pooled[name>>6]>>(name&63)&1 != 0 {
		return false
	}
	if s.seen.blocks[name>>blockBits].free {
		return true
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
			b.setDifferences(s.pi, reduced)
			return
		}
		b.reduce(0, 1, s.pi, reduced)
		return
	}
	b.reduce(0, 1, s.done[0], reduced)
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
	from, to := b.from.end(i), b.to.end(i)
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
	first := slices.IndexFunc(s.weights, func(w int64) bool { return w != 0 })
	b.reduce(first, s.weights[first], s.pi, reduced)
	for k := first + 1; k < len(s.weights); k++ {
		if w := s.weights[k]; w != 0 {
			b.costs[k].addCosts(w, reduced)
		}
	}
	s.extra.addTo(at, reduced)
}
