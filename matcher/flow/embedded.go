package flow

import (
	"cmp"
	"math"
	"slices"
)

// An embedded is a simplex for the network together with its limits: the linear problem itself, whose plans need not be whole. Its basis is a tree
// and, for each limit, one column more: an arc outside the tree, or what the limit is over. A pivot sends something round several cycles of the
// tree at once, such that limits that are full stay full; what has to be inverted is a matrix with a row for each limit (primal partitioning,
// F. Glover, D. Klingman: The simplex SON algorithm for LP/embedded network problems. Mathematical Programming Study 15 (1981) 148–176).
//
// It begins at the plan of a relaxation at some prices, and with what each limit is over there. A unit over a limit costs more than its price, and one
// under it earns less, by no more than reach at first; where that turns out to stop a price it moves out (the box of R. E. Marsten, W. Hogan,
// J. Blankenship: The BOXSTEP method. Operations Research 23 (1975) 389–405). So what is right about the prices is not lost.
//
// All is in floating point: what comes out are prices, to be proven, and flows, to be rounded. An error costs time and never truth.
type embedded struct {
	s      *simplex
	groups *groups

	cost  []float64 // per arc of the pool, without prices of limits
	place []int32   // per arc of the pool: its place among those in groups, or −1
	state []int8    // per arc of the pool; columns count as inTree

	// The tree: the link of each node to its parent.
	parent []int32
	link   []int32 // an arc of the pool, or added
	up     []bool
	flow   []float64 // above the lower bound

	// The columns.
	column  []int32   // an arc of the pool, or −1−limit for what that limit is over
	value   []float64 // the flow of the arc above its lower bound, or what the limit is over, negative if it is under
	inverse []float64 // of the effects of the columns on the limits, column by column

	// The limits.
	basic     []bool // what it is over or under is a column
	above     []bool // it is over
	prices    []float64
	low, high []float64 // what a unit under it earns, and a unit over it costs
	reach     []float64 // by which these move next

	pi                    []float64 // potentials, as of the last look
	order, child, sibling []int32   // of look
	found                 []candidate
	pivots                int

	round // of the column at hand
}

// candidate is a column that pays.
type candidate struct {
	column int32
	pays   float64
}

// What is not 0 but for rounding, and what a column has to pay to enter: in costs times scale.
const (
	nothing = 1e-9
	least   = 1
)

// embed begins at a point at which the simplex of r is.
func (r *relaxation) embed(p *point, reach float64) *embedded {
	s, limits, nodes := r.live, len(r.groups.most), int(r.live.root)+1
	e := &embedded{
		s: s, groups: r.groups, state: slices.Clone(s.state),
		parent: make([]int32, nodes), link: make([]int32, nodes), up: make([]bool, nodes), flow: make([]float64, nodes),
		column: make([]int32, limits), value: make([]float64, limits), inverse: make([]float64, limits*limits),
		basic: make([]bool, limits), above: make([]bool, limits), prices: make([]float64, limits),
		low: make([]float64, limits), high: make([]float64, limits), reach: make([]float64, limits),
		pi: make([]float64, nodes), order: make([]int32, 0, nodes), child: make([]int32, nodes), sibling: make([]int32, nodes),
		round: newRound(nodes, limits),
	}
	e.enlist(0)
	for v := range s.links {
		l := &s.links[v]
		e.parent[v], e.link[v], e.up[v], e.flow[v] = l.parent, l.arc, l.up, float64(l.flow)
	}
	e.link[s.root] = added
	for g := range limits {
		e.column[g], e.basic[g], e.above[g], e.value[g] = int32(-1-g), true, p.excess[g] > 0, float64(p.excess[g])
		e.inverse[g*limits+g] = -1
		e.low[g], e.high[g], e.reach[g] = max(0, float64(p.prices[g])-reach), float64(p.prices[g])+reach, reach
		e.prices[g] = e.slope(int32(g))
	}
	return e
}

// enlist takes in the arcs of the pool from one on.
func (e *embedded) enlist(from int) {
	s := e.s
	for i := from; i < len(s.arcs); i++ {
		e.cost = append(e.cost, float64(s.arcs[i].cost-s.extra.of(s.name[i])))
		e.place = append(e.place, s.extra.place(s.name[i]))
	}
}

// slope is what a unit more costs of what a limit is over.
func (e *embedded) slope(limit int32) float64 {
	if e.above[limit] {
		return e.high[limit]
	}
	return e.low[limit]
}

// room is how much an arc of the pool may carry above its lower bound. Added arcs carry nothing any more.
func (e *embedded) room(arc int32) float64 {
	if arc == added {
		return 0
	}
	if room := e.s.room[arc]; room != Inf {
		return float64(room)
	}
	return math.Inf(1)
}

// charge are the prices of the limits of an arc.
func (e *embedded) charge(arc int32) (sum float64) {
	if arc == added || e.place[arc] < 0 {
		return 0
	}
	for _, l := range e.groups.of(int(e.place[arc])) {
		sum += e.prices[l]
	}
	return sum
}

// solve pivots until nothing pays in the network, at most so often. It reports whether it got there. What is left of limits may be
// worth off at their prices.
func (e *embedded) solve(most int, off float64) (done bool, err error) {
	list := max(300, len(e.parent)/32)
	for e.pivots < most {
		some := false
		for i, c := range e.look(list) {
			if i%64 == 0 {
				if err := e.s.ended(); err != nil {
					return false, err
				}
			}
			some = e.try(c.column) || some
		}
		if !some && !e.widen(off) && e.fetch() == 0 {
			return true, nil
		}
	}
	return false, nil
}

// look sets the potentials, and returns so many of the columns that pay most, the best ones first.
func (e *embedded) look(most int) []candidate {
	e.setPotentials()
	e.found = e.found[:0]
	for i := range e.s.arcs {
		state := e.state[i]
		if state == inTree || e.s.room[i] == 0 {
			continue
		}
		a := &e.s.arcs[i]
		if pays := float64(state) * (e.cost[i] + e.charge(int32(i)) + e.pi[a.from] - e.pi[a.to]); pays < -least {
			e.found = append(e.found, candidate{int32(i), pays})
		}
	}
	for g, p := range e.prices {
		if pays := min(e.high[g]-p, p-e.low[g]); !e.basic[g] && pays < -least {
			e.found = append(e.found, candidate{int32(-1 - g), pays})
		}
	}
	e.found = largest(e.found, most)
	slices.SortFunc(e.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.pays, b.pays), cmp.Compare(a.column, b.column))
	})
	return e.found[:min(most, len(e.found))]
}

// largest are at least so many of the candidates that pay most, if there are as many, and not many more. To sort all would take longer than to look.
func largest(of []candidate, most int) []candidate {
	if len(of) <= most {
		return of
	}
	size := func(c candidate) int { return int(math.Float64bits(-c.pays) >> 51) } // exponent and half
	var counts [1 << 12]int
	for _, c := range of {
		counts[size(c)]++
	}
	from := len(counts) - 1
	for count := counts[from]; count < most; count += counts[from] {
		from--
	}
	return slices.DeleteFunc(of, func(c candidate) bool { return size(c) < from })
}

// setPotentials makes the links of the tree cost nothing.
func (e *embedded) setPotentials() {
	for v := range e.child {
		e.child[v] = -1
	}
	root := int32(len(e.parent) - 1)
	for v := root - 1; v >= 0; v-- {
		p := e.parent[v]
		e.sibling[v], e.child[p] = e.child[p], v
	}
	e.order = append(e.order[:0], root)
	for i := 0; i < len(e.order); i++ {
		p := e.order[i]
		for v := e.child[p]; v >= 0; v = e.sibling[v] {
			e.order = append(e.order, v)
			cost := e.linkCost(v) + e.charge(e.link[v])
			if e.up[v] {
				cost = -cost
			}
			e.pi[v] = e.pi[p] + cost
		}
	}
}

// widen moves out the ends of the box that stop a price, unless no limit is over, and what is left of those that have a price is worth no more than
// off. It reports whether there are any.
func (e *embedded) widen(off float64) (some bool) {
	wasted := 0.0
	for k, c := range e.column {
		switch {
		case c < 0 && e.value[k] > speck:
			wasted = math.Inf(1)
		case c < 0:
			wasted -= float64(e.value[k] * e.prices[-1-c])
		}
	}
	if wasted <= off {
		return false
	}
	for k, c := range e.column {
		if c >= 0 {
			continue
		}
		g, v := -1-c, e.value[k]
		before := e.slope(g)
		switch {
		case v > speck && e.high[g] < costRoom:
			e.high[g] += e.reach[g]
		case v < -speck && e.low[g] > 0:
			e.low[g] = max(0, e.low[g]-e.reach[g])
		default:
			continue
		}
		some = true
		e.reach[g] *= 4
		e.raise(k, before-e.slope(g))
	}
	return some
}

// raise changes the prices such that column k costs so much less, and the others nothing.
func (e *embedded) raise(k int, by float64) {
	n := len(e.column)
	for i, y := range e.inverse[k*n : k*n+n] {
		if y != 0 {
			e.prices[i] += float64(by * y)
		}
	}
}

// fetch takes arcs that pay into the pool, and returns how many.
func (e *embedded) fetch() int {
	s := e.s
	if s.pooled == nil {
		return 0
	}
	costs := make([]int64, len(e.groups.arcs))
	for p := range costs {
		sum := 0.0
		for _, l := range e.groups.of(p) {
			sum += e.prices[l]
		}
		costs[p] = int64(math.Round(sum))
	}
	s.reprice(costs)
	for v, p := range e.pi {
		s.pi[v] = int64(math.Round(p))
	}
	before := len(s.arcs)
	s.addFound(s.reduceBlock, 2*least)
	e.enlist(before)
	for range len(s.arcs) - before {
		e.state = append(e.state, atLower)
	}
	return len(s.arcs) - before
}

// average are the flows of the arcs in groups.
func (e *embedded) average() []float64 {
	x := make([]float64, len(e.groups.arcs))
	for p, a := range e.groups.arcs {
		x[p] = float64(e.s.network.Arc(int(a)).Lower)
	}
	add := func(arc int32, units float64) {
		if arc != added && e.place[arc] >= 0 {
			x[e.place[arc]] += units
		}
	}
	for i, state := range e.state {
		if state == atUpper && e.s.room[i] != 0 {
			add(int32(i), e.room(int32(i)))
		}
	}
	for v, a := range e.link {
		add(a, e.flow[v])
	}
	for k, c := range e.column {
		if c >= 0 {
			add(c, e.value[k])
		}
	}
	return x
}
