package flow

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// simplex is a spanning tree of a network under way to an optimal one.
//
// Node ids are those of the network; root is one more, joined to every node by
// an added arc. An added arc starts in the tree and never comes back once it
// has left, so it needs no id: the link of its node says all about it.
//
// Arcs that are frozen are dropped, and the ids of the others close up, so that
// pricing always runs over a dense array.
type simplex struct {
	ctx     context.Context
	meter   meter
	options Options
	warm    *warmth // nil when it starts from nothing
	tune    tuning
	network *Network
	seen    *survey // of the network

	root int32

	// The pool: arcs that are free to move. Those outside the tree rest at a
	// bound. Arcs outside the pool rest at their lower bound, but for raised ones.
	arcs  []arc
	state []int8  // atLower, atUpper or inTree
	room  []int64 // upper − lower, Inf where there is no upper bound
	name  []int32 // index in the network

	renamed []int32 // of keep, so that it need not be made anew
	// pooled has a bit for every arc of the network: it is in the pool or raised.
	// It is nil where the pool takes in all arcs.
	pooled   []uint64
	kept     *kept     // the pool at the end of the first stage
	near     *vicinity // nil where all arcs are looked through
	raised   []ArcFlow // dropped arcs at their upper bound, by how much above the lower
	sieve    *sieve
	weights  []int64    // of the cost vectors while they are folded into one, else nil
	extra    *surcharge // on top of folded costs where group limits are priced, else nil
	costless bool       // all costs are taken for 0, to see whether there is any plan
	width    int        // of mixed costs, in bits
	done     [][]int64  // potentials of the stages before
	salt     uint64     // of the mix being minimised; 0 before the canonical stages
	offset   []int64    // potentials of nodes that hang from the root by added arcs

	// The tree. All flows in it are counted from the arcs' lower bounds.
	links  []link  // to the parent, per node
	thread thread  // with the potentials of the current stage
	pi     []int64 // the same per node, that of the root being 0, as of the last call of flatten

	price  pricing
	stages []StageStats
	pivots int64 // in all stages
	work   int   // arcs priced since ctx was last looked at
	walked int   // what the thread had walked when the block size was last set
	// effort is the work done so far, as the number of arcs that could be priced in
	// its time; unlike time, it does not depend on the machine.
	effort int64
}

// What a pivot takes, and a node that it visits, as the number of arcs that could be priced.
const (
	perPivot = 50
	perNode  = 3
)

// arc is what pricing reads, packed for the sake of the cache.
type arc struct {
	from, to int32
	cost     int64
}

// Where an arc is. The values make state × reduced cost negative for an arc
// that pays to enter the tree.
const (
	atUpper = -1
	inTree  = 0
	atLower = +1
)

// link joins a node to its parent in the tree.
type link struct {
	parent int32
	arc    int32 // added, or an index into simplex.arcs
	size   int32 // nodes in the subtree of the node
	up     bool  // the arc leaves the node for its parent
	flow   int64
	room   int64
}

// added stands for the arc between a node and the root that is not in the network.
const added = -1

// upward is how much more can be sent from the node to its parent.
func (l *link) upward() int64 {
	if l.up {
		return l.room - l.flow
	}
	return l.flow
}

// downward is how much more can be sent from the parent to the node.
func (l *link) downward() int64 {
	if l.up {
		return l.flow
	}
	return l.room - l.flow
}

// enter pivots on an arc that pays.
func (s *simplex) enter(arc int32) error {
	if err := s.pause(); err != nil {
		return err
	}
	walked := s.thread.walked
	moved := s.pivot(arc)
	s.effort += perPivot + perNode*int64(s.thread.walked-walked)
	if moved >= flowRoom {
		return &UnboundedError{Arc: int(s.name[arc])}
	}
	stage := &s.stages[len(s.stages)-1]
	if moved == 0 {
		stage.Degenerate++
	}
	stage.Pivots++
	s.pivots++
	if s.warm != nil && s.effort > s.warm.most {
		return errCold
	}
	if s.pivots%adaptEvery == 0 {
		s.price.adapt(len(s.arcs), (s.thread.walked-s.walked)/adaptEvery)
		s.walked = s.thread.walked
	}
	return nil
}

// pause looks, every thousand pivots or million priced arcs, whether to go on.
func (s *simplex) pause() error {
	if s.pivots%1024 != 0 && s.work < 1<<20 {
		return nil
	}
	return s.look()
}

// look reports progress, and an error if the context has ended.
func (s *simplex) look() error {
	s.work = 0
	s.report()
	return s.ended()
}

// ended is an error if the context has ended.
func (s *simplex) ended() error {
	if err := s.ctx.Err(); err != nil {
		return fmt.Errorf("stopped after %d pivots: %w", s.pivots, err)
	}
	return nil
}

// pivot sends as much as possible around the cycle that the entering arc closes
// with the tree, and returns how much: flowRoom or more if there is no limit, and
// then nothing is changed.
//
// The flow runs along the entering arc from its tail to its head, up the tree to
// the apex of the cycle, and down again to the tail. Of the arcs that stop it,
// the last one in that order, seen from the apex, leaves. This keeps the tree
// strongly feasible, which rules out endless degenerate pivots (Cunningham).
func (s *simplex) pivot(entering int32) int64 {
	a := &s.arcs[entering]
	tail, head := a.from, a.to
	if s.state[entering] == atUpper {
		tail, head = head, tail
	}

	// Climb from both ends to the apex. A node whose subtree is smaller than
	// the other's is no ancestor of the other, so it may step up.
	var leavingDown, leavingUp int32
	down, up := int64(math.MaxInt64), int64(math.MaxInt64)
	v, w := tail, head
	for v != w {
		s.thread.walked++
		if s.links[v].size < s.links[w].size {
			if d := s.links[v].downward(); d < down {
				down, leavingDown = d, v
			}
			v = s.links[v].parent
		} else {
			if d := s.links[w].upward(); d <= up {
				up, leavingUp = d, w
			}
			w = s.links[w].parent
		}
	}
	apex := v

	// In the order from the apex: down to the tail, the entering arc, up from the head.
	amount, leaving := s.room[entering], int32(-1)
	if down < amount {
		amount, leaving = down, leavingDown
	}
	above := up <= amount
	if above {
		amount, leaving = up, leavingUp
	}
	if amount >= flowRoom {
		return amount
	}
	if amount > 0 {
		s.push(tail, apex, -amount)
		s.push(head, apex, amount)
	}
	if leaving < 0 {
		s.state[entering] = -s.state[entering]
		return amount
	}

	joined := link{arc: entering, room: s.room[entering], flow: amount}
	if s.state[entering] == atUpper {
		joined.flow = joined.room - amount
	}
	s.state[entering] = inTree
	if out := s.links[leaving]; out.arc != added {
		s.state[out.arc] = atLower
		if out.flow != 0 {
			s.state[out.arc] = atUpper
		}
	}
	// The subtree below the leaving arc moves to the other end of the entering arc.
	child, parent := tail, head
	if above {
		child, parent = head, tail
	}
	joined.parent, joined.up = parent, child == a.from
	shift := s.thread.reduced(a)
	if joined.up {
		shift = -shift
	}
	s.move(leaving, child, apex, joined, shift)
	return amount
}

// push sends amount from v up to the apex, or down if it is negative.
func (s *simplex) push(v, apex int32, amount int64) {
	for v != apex {
		l := &s.links[v]
		if l.up {
			l.flow += amount
		} else {
			l.flow -= amount
		}
		v = l.parent
	}
}

// flatten sets pi to the potentials, that of the root being 0.
func (s *simplex) flatten() {
	root := s.thread.potential(s.root)
	for v := range s.pi {
		s.pi[v] = s.thread.potential(int32(v)) - root
	}
}

// feasible reports, after the first stage, an *InfeasibleError if added arcs
// still carry flow.
func (s *simplex) feasible() error {
	failure := &InfeasibleError{Node: -1}
	for v := range s.root {
		l := &s.links[v]
		if l.arc != added || l.up || l.flow == 0 {
			continue
		}
		failure.Amount += l.flow
		if failure.Node < 0 {
			failure.Node = v
		}
	}
	if failure.Node < 0 {
		return nil
	}
	return failure
}

// settled reports whether no arc outside the tree is free to move.
func (s *simplex) settled() bool {
	for _, state := range s.state {
		if state != inTree {
			return false
		}
	}
	return true
}

// inOrder returns flows by arc. Sorting numbers takes a third of the time of comparing.
func inOrder(flows []ArcFlow) []ArcFlow {
	keys := make([]uint64, len(flows))
	for i, f := range flows {
		keys[i] = uint64(f.Arc)<<32 | uint64(i)
	}
	slices.Sort(keys)
	sorted := make([]ArcFlow, len(flows))
	for i, k := range keys {
		sorted[i] = flows[uint32(k)]
	}
	return sorted
}

// flows ends the work of s and returns the flows that are not 0, by arc.
func (s *simplex) flows() []ArcFlow {
	for i := range s.arcs {
		s.rest(int32(i))
	}
	above := make([]ArcFlow, 0, len(s.raised)+int(s.root))
	above = append(above, s.raised...) // the basis wants them as they are
	for v := range s.root {
		if l := &s.links[v]; l.arc != added && l.flow != 0 {
			above = append(above, ArcFlow{s.name[l.arc], l.flow})
		}
	}
	above = inOrder(above)
	flows := make([]ArcFlow, 0, len(above)) // about
	next := 0
	for b, blk := range s.network.blocks {
		base := int32(b << blockBits)
		if blk.lower.uniform() && blk.lower.base == 0 {
			for ; next < len(above) && above[next].Arc < base+int32(blk.size); next++ {
				if above[next].Units != 0 {
					flows = append(flows, above[next])
				}
			}
			continue
		}
		for i := range blk.size {
			f := ArcFlow{base + int32(i), blk.lower.at(i)}
			if next < len(above) && above[next].Arc == f.Arc {
				f.Units += above[next].Units
				next++
			}
			if f.Units != 0 {
				flows = append(flows, f)
			}
		}
	}
	return flows
}
