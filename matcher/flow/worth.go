package flow

import (
	"context"
	"fmt"
	"iter"
	"math/bits"
	"slices"
)

// Worth answers what one unit more, or less, of an arc's upper bound is worth in a solved network, exactly and for
// all costs in their order, and how that goes on: the whole curve of the optimal cost against the bound.
//
// # Theory
//
// The optimal cost as a function of one bound is convex and piecewise linear, with whole breakpoints (parametric network flow; Ahuja,
// Magnanti, Orlin 1993, section 9.7 and chapter 11). A plan is optimal if and only if no cycle of the residual network, in which an arc may
// be gone along where its flow can rise and against where it can fall, has a negative cost. Let the bound of an arc a
// from v to w, whose flow is at it, rise by one. Only a is new in the residual network, so every negative cycle goes through a, and a
// cheapest one is a and a shortest path from w to v. If it is negative, as many units go round it as the bound and the path
// have room for. What results is optimal again: this is the invariant of successive shortest paths, in which a plan stays the cheapest
// of its amount when it is enlarged along a shortest path. With potentials moved by the distances found, all
// reduced costs stay ≥ 0, those along the path become 0, so no negative cycle has come about without a, and the next path costs
// at least as much. Where the bound falls, what a can carry no longer takes a shortest path from v to w round it in the same way.
//
// Neither the curve nor its breakpoints depend on which of several optimal plans one starts from: they are those of the
// optimal cost. The two sides of a price differ where the plan is at a breakpoint, which is where potentials alone, any number
// between the two sides, say too little.
//
// # Method
//
// A shortest path is looked for by Dijkstra's method, in reduced costs compared as vectors, until the other end is
// reached. Once for all queries the distances from one node, the hub, and to it are found: then the way of any cycle
// through the hub is known, and for all others the differences of the distances say how far an end is at least (A*
// with a landmark: Goldberg and Harrelson, Computing the shortest path: A* search meets graph theory, SODA 2005), so that a search
// stays where detours are cheap. The hub is the node with most arcs, which in a circulation is where all flow comes round.
//
// Whether a step of a curve goes on is asked from both ends at once.
//
// Memory: 8 to 9 bytes an arc, and for each node 36 and, for each cost vector, 32.
// A Worth answers one question at a time; a [Worth.Fork] of it answers another meanwhile.
type Worth struct {
	network  *Network
	solution *Solution
	vectors  int
	residual

	hub      int32
	from, to []int64 // per node and vector: the reduced cost of the shortest way from the hub, and to it; far where there is none
	fromBy   []int32 // per node: the last step of that way

	search
}

// Step is a piece of the curve of a bound: for each of so many units, one after the other, the costs change by so much.
type Step struct {
	Units int64 // [Inf] where it goes on forever
	Costs []int64
}

// The bounds that sums of reduced costs are safe under. A simple path costs at most (nodes + 1) · |cost|. Potentials in use are
// those of the solution less a bound of the distance to the target, or distances: so any two are at most max(spread, 4 · 2⁵⁸)
// apart, and a label, which is the cost of a path and one such difference, is below 2⁵⁸ + 2 · 2⁶⁰ < 2⁶².
const (
	worthCostRoom = 1 << 58
	worthSpread   = 1 << 60
)

// NewWorth prepares to answer for n, of which s is an optimal plan that [Certify] passes. Neither may change while the answers are asked
// for. It takes time as two shortest path trees over the whole network do.
//
// Errors: an *InputError for a network with group limits, which no single price of an arc is exact for; a *BoundError for
// numbers that sums along a path could overflow with, which needs (nodes + 1) · |cost| < 2⁵⁸; ctx's error.
func NewWorth(ctx context.Context, n *Network, s *Solution) (*Worth, error) {
	if len(n.limits) > 0 {
		return nil, &InputError{"network", 0, "it has group limits; what one more unit of an arc is worth is exact only without"}
	}
	if err := certifyShape(n, s); err != nil {
		return nil, err
	}
	w := &Worth{network: n, solution: s, vectors: n.vectors}
	if err := w.checkRoom(); err != nil {
		return nil, err
	}
	w.residual.open(n, s)
	w.search.open(n.Nodes(), n.vectors)
	w.leaving = w.steps(true)
	for v := range n.Nodes() {
		if w.leaving.degree(int32(v)) > w.leaving.degree(w.hub) {
			w.hub = int32(v)
		}
	}
	if n.Nodes() == 0 {
		return w, nil
	}
	w.fromBy = make([]int32, n.Nodes())
	var err error
	if w.from, err = w.distances(ctx, w.leaving, 1, w.fromBy); err != nil {
		return nil, err
	}
	w.entering = w.steps(false)
	if w.to, err = w.distances(ctx, w.entering, -1, nil); err != nil {
		return nil, err
	}
	return w, nil
}

// Fork is another Worth of the same solution. Both may be asked at once, of which each has the memory of its searches: 24 bytes
// a node, 16 for each node and cost vector, and a quarter of one for each arc. It may not be called while w is answering.
func (w *Worth) Fork() *Worth {
	f := *w
	f.residual.fork()
	f.search = search{}
	f.search.open(f.network.Nodes(), f.vectors)
	return &f
}

func (w *Worth) checkRoom() error {
	nodes := uint64(w.network.Nodes()) + 1
	for k := range w.vectors {
		var dearest uint64
		for _, b := range w.network.blocks {
			dearest = max(dearest, b.costs[k].magnitude(b.size))
		}
		if hi, lo := bits.Mul64(nodes, dearest); hi != 0 || lo >= worthCostRoom {
			return &BoundError{"cost vector", k, "(nodes + 1) * |cost| < 2^58, which prices need", fmt.Sprintf("%d * %d", nodes, dearest)}
		}
		if p := w.solution.Potentials[k]; len(p) > 0 {
			if spread := uint64(slices.Max(p)) - uint64(slices.Min(p)); spread >= worthSpread {
				return &BoundError{"cost vector", k, "largest less least potential < 2^60, which prices need", fmt.Sprint(spread)}
			}
		}
	}
	return nil
}

// More yields how the optimal costs change as the upper bound of arc a rises, unit by unit, each step with another change
// than the one before, until more is worth nothing: every change is lexicographically negative, and each larger than the one before.
// It yields nothing where the first unit is worth nothing.
func (w *Worth) More(a int) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		arc := w.network.Arc(a)
		if w.solution.Flow(a) < arc.Upper {
			return
		}
		w.walk(question{a, arc.To, arc.From, Inf, 1}, Step{}, yield)
	}
}

// Less yields how the optimal costs change as the upper bound of arc a falls, unit by unit, down to its lower bound
// or as far as there is a plan. The first step, where the bound is above the flow, costs nothing; changes never fall.
// An arc without upper bound has no curve, and yields nothing.
func (w *Worth) Less(a int) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		arc := w.network.Arc(a)
		x := w.solution.Flow(a)
		if arc.Upper != Inf {
			w.walk(question{a, arc.From, arc.To, x - arc.Lower, -1}, Step{arc.Upper - x, make([]int64, w.vectors)}, yield)
		}
	}
}

// Most is what one unit more of arc a changes the costs by at most: the change that More begins with is no less, and often just that. It
// takes no search. It is 0, and not more, where the first unit is worth nothing for certain.
func (w *Worth) Most(a int) (change []int64) {
	change = make([]int64, w.vectors)
	arc := w.network.Arc(a)
	if w.solution.Flow(a) < arc.Upper {
		return change
	}
	bound := make([]int64, w.vectors)
	if !w.ahead(arc.To, arc.From, bound) {
		return change
	}
	for k := range bound {
		p := w.solution.Potentials[k]
		bound[k] += w.network.Cost(k, a) + p[arc.From] - p[arc.To]
	}
	if slices.Compare(bound, change) < 0 {
		return bound
	}
	return change
}

// Unit is how the optimal costs change with one unit more of arc a: what More begins with, or 0. Where the distances of the
// hub leave no doubt it takes no search.
func (w *Worth) Unit(a int) (change []int64) {
	change = w.Most(a)
	arc := w.network.Arc(a)
	from, to := int(arc.To)*w.vectors, int(arc.From)*w.vectors
	if isZero(change) {
		return change
	}
	if w.to[from] != far && w.from[to] != far {
		certain := true
		for k := range change { // round by the hub
			p := w.solution.Potentials[k]
			round := w.to[from+k] + w.from[to+k] + w.network.Cost(k, a) + p[arc.From] - p[arc.To]
			certain = certain && round == change[k]
		}
		if certain {
			return change
		}
	}
	clear(change)
	w.walk(question{a, arc.To, arc.From, 1, 1}, Step{}, func(s Step) bool {
		copy(change, s.Costs)
		return false
	})
	return change
}

func isZero(v []int64) bool { return !slices.ContainsFunc(v, func(x int64) bool { return x != 0 }) }

// question asks for units, at most so many, to be sent from source to target beside an arc. With sign 1 they come back through the arc, as
// far as that gains; with −1 they are what it no longer carries.
type question struct {
	arc            int
	source, target int32
	most, sign     int64
}

// walk sends units by ever dearer paths, and yields what they change the costs by, after last.
func (w *Worth) walk(q question, last Step, yield func(Step) bool) {
	if w.asked {
		panic("flow: a Worth answers one question at a time")
	}
	w.asked = true
	defer w.forget()
	w.begin(q.arc, q.target)
	through := make([]int64, w.vectors)
	for k := range through {
		through[k] = q.sign * w.network.Cost(k, q.arc)
	}
	for sent := false; q.most > 0; {
		// Potentials have been moved so that another path at the price of the last costs 0. Where there is none the step is
		// over, and whoever does not ask for the next need not wait for it.
		same := sent && w.level(q.source, q.target)
		if sent && !same {
			if !yield(last) {
				return
			}
			last = Step{}
		}
		if !same && (!w.pays(q, through) || !w.reach(q.source, q.target)) {
			break
		}
		if !same {
			w.lift(q.target)
		}
		sent = true
		step := w.send(q.source, q.target, q.most)
		for k, c := range through {
			step.Costs[k] += c
		}
		if q.most != Inf {
			q.most -= step.Units
		}
		if last.Units > 0 && !slices.Equal(last.Costs, step.Costs) {
			if !yield(last) {
				return
			}
			last = Step{}
		}
		if step.Units == Inf {
			last = step
			break
		}
		last = Step{last.Units + step.Units, step.Costs}
	}
	if last.Units > 0 {
		yield(last)
	}
}

// pays sets the cap, where units come back through the arc: what costs as much as they bring is worth nothing. It is false where
// nothing would pay.
func (w *Worth) pays(q question, through []int64) bool {
	w.cap = w.cap[:0]
	if q.sign < 0 {
		return true
	}
	source, target := w.potential(q.source), w.potential(q.target)
	for k, c := range through {
		w.cap = append(w.cap, source[k]-target[k]-c)
	}
	return slices.Compare(w.cap, make([]int64, w.vectors)) > 0
}

// send sends as many units as there is room for, at most so many, along the path that has been found.
func (w *Worth) send(source, target int32, most int64) Step {
	n := w.network
	step := Step{most, make([]int64, w.vectors)}
	for v := target; v != source; {
		a, against := way(w.by[v])
		arc := n.Arc(int(a))
		x := w.flow(a)
		room, from, sign := arc.Upper, arc.From, int64(1)
		if against {
			room, from, sign = x-arc.Lower, arc.To, -1
		} else if room != Inf {
			room -= x
		}
		step.Units = min(step.Units, room)
		for k := range step.Costs {
			step.Costs[k] += sign * n.Cost(k, int(a))
		}
		v = from
	}
	if step.Units != Inf {
		for v := target; v != source; {
			a, against := way(w.by[v])
			arc := n.Arc(int(a))
			if against {
				w.move(a, arc, w.flow(a)-step.Units)
				v = arc.To
			} else {
				w.move(a, arc, w.flow(a)+step.Units)
				v = arc.From
			}
		}
	}
	return step
}
