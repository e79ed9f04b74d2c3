package flow

import "math/bits"

// A surcharge is what arcs in groups cost on top of their folded costs, in a network whose group limits are priced.
type surcharge struct {
	arcs    []int32  // in order
	costs   []int64  // per arc of arcs
	first   []int32  // per block, and one more: where its arcs begin
	member  []uint64 // a bit per arc of the network
	rank    []int32  // per word of member: the members before it
	dearest uint64   // that any arc is, with or without it
}

func newSurcharge(n *Network, arcs []int32, dearest uint64) *surcharge {
	e := &surcharge{
		arcs: arcs, costs: make([]int64, len(arcs)), first: make([]int32, len(n.blocks)+1), dearest: dearest,
		member: make([]uint64, (n.arcs+63)/64), rank: make([]int32, (n.arcs+63)/64),
	}
	for _, a := range arcs {
		e.member[a>>6] |= 1 << (a & 63)
		e.first[a>>blockBits+1]++
	}
	for b := range n.blocks {
		e.first[b+1] += e.first[b]
	}
	for w := 1; w < len(e.rank); w++ {
		e.rank[w] = e.rank[w-1] + int32(bits.OnesCount64(e.member[w-1]))
	}
	return e
}

// place is where an arc is among those in groups, −1 if it is in none.
func (e *surcharge) place(name int32) int32 {
	word, bit := e.member[name>>6], uint64(1)<<(name&63)
	if word&bit == 0 {
		return -1
	}
	return e.rank[name>>6] + int32(bits.OnesCount64(word&(bit-1)))
}

// of is the surcharge of an arc.
func (e *surcharge) of(name int32) int64 {
	if e == nil {
		return 0
	}
	if p := e.place(name); p >= 0 {
		return e.costs[p]
	}
	return 0
}

// addTo adds the surcharges of the arcs of a block.
func (e *surcharge) addTo(block int, reduced []int64) {
	if e == nil {
		return
	}
	for p := e.first[block]; p < e.first[block+1]; p++ {
		reduced[int(e.arcs[p])&(blockArcs-1)] += e.costs[p]
	}
}

// forbidden is more than any path costs where prices leave room for it: arcs of a pool that cannot move cost it.
const forbidden = 1 << 60

// hung is a simplex that goes on from the tree of a solution before, with costs folded by weights and with a surcharge.
// It is not yet at a cheapest plan.
func hung(s *simplex, weights []int64, extra *surcharge, before *Solution) (*simplex, error) {
	s.weights, s.extra = weights, extra
	s.warm = &warmth{Solution: before, most: 1 << 62}
	s.stages = []StageStats{{}}
	for i := range s.seen.blocks {
		s.seen.blocks[i].free = false // bounds of arcs in groups will change
	}
	s.regrow()
	s.recost()
	s.warmOffsets()
	s.setPotentials()
	return s, s.rehang()
}

// recost looks up the costs of all arcs of the pool.
func (s *simplex) recost() {
	for i, name := range s.name {
		s.arcs[i].cost = s.costOf(name)
		if s.room[i] == 0 && s.state[i] != inTree {
			s.arcs[i].cost, s.state[i] = forbidden, atLower
		}
	}
}

// reprice changes the surcharges.
func (s *simplex) reprice(costs []int64) {
	e := s.extra
	for i, name := range s.name {
		if e.member[name>>6]>>(name&63)&1 != 0 {
			p := e.place(name)
			s.arcs[i].cost += costs[p] - e.costs[p]
			if s.room[i] == 0 && s.state[i] != inTree {
				s.arcs[i].cost = forbidden
			}
		}
	}
	copy(e.costs, costs)
}

// reweigh changes the weights of the cost vectors and the surcharges.
func (s *simplex) reweigh(weights, costs []int64) {
	s.weights = weights
	copy(s.extra.costs, costs)
	s.recost()
}

// rebound looks up the bounds of the arcs in groups, and repairs flows that they do not allow any more.
func (s *simplex) rebound() error {
	for i, name := range s.name {
		if s.extra.member[name>>6]>>(name&63)&1 == 0 {
			continue
		}
		a := s.network.Arc(int(name))
		s.room[i] = Inf
		if a.Upper != Inf {
			s.room[i] = a.Upper - a.Lower
		} else if s.state[i] == atUpper {
			s.state[i] = atLower
		}
		s.arcs[i].cost = s.costOf(name)
	}
	for v := range s.root {
		if l := &s.links[v]; l.arc != added {
			l.room = s.room[l.arc]
		}
	}
	if s.pooled == nil {
		s.putMissing()
	}
	s.setPotentials()
	return s.rehang()
}

// putMissing puts arcs in groups into a pool of all arcs that were left out because their bounds left no choice when it was filled, and now do.
func (s *simplex) putMissing() {
	present := make([]bool, len(s.extra.arcs))
	for _, name := range s.name {
		if p := s.extra.place(name); p >= 0 {
			present[p] = true
		}
	}
	for p, name := range s.extra.arcs {
		if !present[p] {
			s.add(name)
		}
	}
}

// rehang gives the tree its flows, repairs those that are over a bound, and makes it strongly feasible.
func (s *simplex) rehang() error {
	s.carry()
	s.warm.most = s.effort + 1000*int64(len(s.arcs))
	if err := s.repair(); err != nil {
		return err
	}
	s.warm.most = 1 << 62
	s.strengthen()
	s.flatten()
	s.keepOffsets()
	s.setPenalty(s.dearest())     // of what was cut
	for i, name := range s.name { // of those that cannot move, none may enter
		if s.room[i] == 0 && s.state[i] != inTree && s.extra.place(name) >= 0 {
			s.arcs[i].cost, s.state[i] = forbidden, atLower
		}
	}
	return nil
}

// again goes on to a cheapest plan after costs or bounds have changed. Between two sets of prices that are near each other few
// pivots lie, and tree and pool stay as they are; starting a simplex anew, even from its last tree, would take most of the time.
func (s *simplex) again() error {
	s.setPotentials()
	s.price.start(len(s.arcs), true, s.tune)
	for {
		if err := s.settle(); err != nil {
			return err
		}
		fetched, err := s.fetch()
		if err != nil {
			return err
		}
		if fetched == 0 {
			s.flatten()
			if s.feasible() != nil { // what hangs from the root at its potential may be cheaper there than by a way that there is
				return errCold
			}
			return nil
		}
		s.price.start(len(s.arcs), true, s.tune)
	}
}

// rebase is told which arcs in groups, by place, are about to get their flow for a lower bound.
func (s *simplex) rebase(raised func(place int32) bool) {
	for i, name := range s.name {
		if s.state[i] == atUpper {
			if p := s.extra.place(name); p >= 0 && raised(p) {
				s.state[i] = atLower
			}
		}
	}
}

// tally is what the cheapest plan costs at the costs at hand, by its potentials.
func (s *simplex) tally() Total {
	var sum Total
	for i := range s.arcs {
		if s.state[i] == atUpper && s.room[i] != 0 {
			a := &s.arcs[i]
			sum = sum.PlusProduct(a.cost+s.pi[a.from]-s.pi[a.to], s.room[i])
		}
	}
	for v, supply := range s.network.supplies {
		if supply != 0 {
			sum = sum.PlusProduct(-s.pi[v], supply)
		}
	}
	s.lower(func(name int32, low int64) {
		b, i := s.network.at(int(name))
		sum = sum.PlusProduct(s.costOf(name)+s.pi[b.from.end(i)]-s.pi[b.to.end(i)], low)
	})
	return sum
}

// lower calls do with every arc whose lower bound is not 0.
func (s *simplex) lower(do func(name int32, low int64)) {
	for at, b := range s.network.blocks {
		if b.lower.uniform() && b.lower.base == 0 {
			continue
		}
		for i := range b.size {
			if low := b.lower.at(i); low != 0 {
				do(int32(at<<blockBits+i), low)
			}
		}
	}
}

// carried calls do with the arcs that carry something above their lower bounds, in no particular order, each once.
func (s *simplex) carried(do func(pool int32, above int64)) {
	for i := range s.arcs {
		if s.state[i] == atUpper && s.room[i] != 0 {
			do(int32(i), s.room[i])
		}
	}
	for v := range s.root {
		if l := &s.links[v]; l.arc != added && l.flow != 0 {
			do(l.arc, l.flow)
		}
	}
}

// grouped are the flows of the arcs in groups, by place, in no particular order; those of one arc are to be added up.
func (s *simplex) grouped() []ArcFlow {
	var x []ArcFlow
	s.carried(func(i int32, above int64) {
		if p := s.extra.place(s.name[i]); p >= 0 {
			x = append(x, ArcFlow{p, above})
		}
	})
	s.lower(func(name int32, low int64) {
		if p := s.extra.place(name); p >= 0 {
			x = append(x, ArcFlow{p, low})
		}
	})
	return x
}

// plan are the flows of s, which can go on afterwards.
func (s *simplex) plan() []ArcFlow {
	raised := s.raised
	flows := s.flows()
	s.raised = raised
	return flows
}

// snapshot is a basis that a simplex can be hung from, while s goes on.
func (s *simplex) snapshot() *basis {
	b := &basis{parents: make([]int32, s.root), arcs: make([]int32, s.root), cold: s.effort, seen: s.seen}
	for v := range s.root {
		b.parents[v], b.arcs[v] = -1, -1
		if l := &s.links[v]; l.arc != added {
			b.parents[v], b.arcs[v] = l.parent, s.name[l.arc]
		}
	}
	if s.pooled == nil {
		for i, state := range s.state {
			if state == atUpper {
				b.raised = append(b.raised, s.name[i])
			}
		}
		return b
	}
	b.kept = &kept{names: append([]int32(nil), s.name...), raised: make([]bool, len(s.name))}
	for i, state := range s.state {
		b.kept.raised[i] = state == atUpper
	}
	return b
}
