package flow

import "slices"

// residual is the residual network of a plan, and how it changes while units are sent about: a step goes along an arc
// whose flow can rise or against one whose flow can fall.
type residual struct {
	leaving, entering steps // of the plan that it began with

	rises, falls bitset // per arc, now
	plan         *residualPlan
	moved        map[int32]int64   // flows that have changed
	opened       map[int32][]int32 // steps that were not open at first, by the node they leave
	openedTo     map[int32][]int32 // and by the one they enter
	isOpened     map[int32]bool    // steps in opened
}

// residualPlan is what a residual network is of.
type residualPlan struct {
	network  *Network
	solution *Solution
}

// steps lists steps by the node they leave, or enter.
type steps struct {
	first []int64 // per node, and one more
	list  []int32
}

func (s *steps) of(v int32) []int32 { return s.list[s.first[v]:s.first[v+1]] }

func (s *steps) degree(v int32) int64 { return s.first[v+1] - s.first[v] }

// A step along arc a is a, and one against it ^a.
func way(step int32) (arc int32, against bool) {
	if step < 0 {
		return ^step, true
	}
	return step, false
}

// open looks at every arc of a plan.
func (r *residual) open(n *Network, s *Solution) {
	r.plan = &residualPlan{n, s}
	r.rises, r.falls = newBitset(n.arcs), newBitset(n.arcs)
	r.clean()
	flows := s.Flows
	for a := range n.arcs {
		var x int64
		if len(flows) > 0 && int(flows[0].Arc) == a {
			x, flows = flows[0].Units, flows[1:]
		}
		b, i := n.at(a)
		r.rises.set(a, x < b.upper.at(i))
		r.falls.set(a, x > b.lower.at(i))
	}
}

// clean is for a residual network in which nothing has moved.
func (r *residual) clean() {
	r.moved, r.isOpened = map[int32]int64{}, map[int32]bool{}
	r.opened, r.openedTo = map[int32][]int32{}, map[int32][]int32{}
}

// fork makes what changes a copy, of a residual network in which nothing has moved.
func (r *residual) fork() {
	r.rises, r.falls = slices.Clone(r.rises), slices.Clone(r.falls)
	r.clean()
}

// steps lists all steps of the plan by the node they leave, or by the one they enter.
func (r *residual) steps(leaving bool) steps {
	n := r.plan.network
	s := steps{first: make([]int64, n.Nodes()+1)}
	each := func(do func(v, step int32)) {
		for a := range n.arcs {
			b, i := n.at(a)
			from, to := b.from.end(i), b.to.end(i)
			if !leaving {
				from, to = to, from
			}
			if r.rises.has(a) {
				do(from, int32(a))
			}
			if r.falls.has(a) {
				do(to, ^int32(a))
			}
		}
	}
	each(func(v, _ int32) { s.first[v+1]++ })
	for v := range n.Nodes() {
		s.first[v+1] += s.first[v]
	}
	s.list = make([]int32, s.first[n.Nodes()])
	each(func(v, step int32) {
		s.list[s.first[v]] = step
		s.first[v]++
	})
	copy(s.first[1:], s.first)
	s.first[0] = 0
	return s
}

// isOpen says whether a step can be taken now.
func (r *residual) isOpen(step int32) bool {
	if a, against := way(step); against {
		return r.falls.has(int(a))
	}
	return r.rises.has(int(step))
}

// flow is that of an arc now.
func (r *residual) flow(a int32) int64 {
	if x, changed := r.moved[a]; changed {
		return x
	}
	return r.plan.solution.Flow(int(a))
}

// move changes the flow of an arc to x.
func (r *residual) move(a int32, arc Arc, x int64) {
	r.moved[a] = x
	if x < arc.Upper && !r.rises.has(int(a)) {
		r.add(arc.From, arc.To, a)
	}
	if x > arc.Lower && !r.falls.has(int(a)) {
		r.add(arc.To, arc.From, ^a)
	}
	r.rises.set(int(a), x < arc.Upper)
	r.falls.set(int(a), x > arc.Lower)
}

// add adds a step that opens. It may be one that was open at first, closed, and is listed then.
func (r *residual) add(from, to, step int32) {
	if !r.isOpened[step] {
		r.isOpened[step] = true
		r.opened[from] = append(r.opened[from], step)
		r.openedTo[to] = append(r.openedTo[to], step)
	}
}

// restore takes all changes back.
func (r *residual) restore() {
	for a := range r.moved {
		arc := r.plan.network.Arc(int(a))
		x := r.plan.solution.Flow(int(a))
		r.rises.set(int(a), x < arc.Upper)
		r.falls.set(int(a), x > arc.Lower)
	}
	clear(r.moved)
	clear(r.opened)
	clear(r.openedTo)
	clear(r.isOpened)
}

type bitset []uint64

func newBitset(size int) bitset { return make(bitset, (size+63)/64) }

func (b bitset) has(i int) bool { return b[i>>6]>>(i&63)&1 == 1 }

func (b bitset) set(i int, on bool) {
	if on {
		b[i>>6] |= 1 << (i & 63)
	} else {
		b[i>>6] &^= 1 << (i & 63)
	}
}
