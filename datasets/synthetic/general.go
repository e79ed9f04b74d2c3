package synthetic

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"labourmatch/matcher/flow"
)

// Family is a kind of network that is no labour market, of those that solvers are compared on.
type Family string

// The families; the package comment has the law of each. They are large ones, to be timed; flowtest has small ones, to
// be wrong on.
const (
	Transport           Family = "transport"
	TransportCapacities Family = "transport-capacities"
	TransportDense      Family = "transport-dense"
	Grid                Family = "grid"
	AssignmentDense     Family = "assignment-dense"
	AssignmentSparse    Family = "assignment-sparse"
	Degenerate          Family = "degenerate"
	Transshipment       Family = "transshipment"
)

// Families are all families.
func Families() []Family {
	return []Family{
		Transport, TransportCapacities, TransportDense, Grid, AssignmentDense, AssignmentSparse, Degenerate, Transshipment,
	}
}

// sizesOf is how large a family is in the sizes S, M and L: sources (of which there are as many as sinks), the side of
// a grid, or nodes. M takes a network simplex about a second, L some seconds.
func (f Family) sizesOf() [3]int {
	switch f {
	case Transport, TransportCapacities, Degenerate:
		return [3]int{1 << 8, 1 << 13, 1 << 14}
	case TransportDense, AssignmentDense:
		return [3]int{40, 1_200, 2_000}
	case Grid:
		return [3]int{20, 150, 250}
	case AssignmentSparse:
		return [3]int{1 << 8, 1 << 14, 1 << 15}
	case Transshipment:
		return [3]int{1 << 9, 1 << 14, 1 << 15}
	}
	return [3]int{}
}

// General draws a network of a family in the size S, M or L. It has a feasible plan, and its costs are not negative.
func General(f Family, size string, seed uint64) (*flow.Network, error) {
	if !slices.Contains(Families(), f) {
		var known []string
		for _, k := range Families() {
			known = append(known, string(k))
		}
		return nil, fmt.Errorf("there is no family %q; there are %s", f, strings.Join(known, ", "))
	}
	at := slices.Index([]string{"S", "M", "L"}, size)
	if at < 0 {
		return nil, fmt.Errorf("general networks have no size %q; there are S, M, L", size)
	}
	g := &general{Rand: rand.New(rand.NewPCG(seed, 0x67656e6572616c)), n: &flow.Network{}}
	many := f.sizesOf()[at]
	switch f {
	case Transport:
		g.transport(many, 0)
	case TransportCapacities:
		g.transport(many, 0.5)
	case TransportDense:
		g.transportDense(many)
	case Grid:
		g.grid(many)
	case AssignmentDense:
		g.assignmentDense(many)
	case AssignmentSparse:
		g.assignment(many, 12, dearest)
	case Degenerate:
		g.assignment(many, 12, 3)
	case Transshipment:
		g.transshipment(many)
	}
	return g.n, nil
}

// general is a network that is being drawn.
type general struct {
	*rand.Rand
	n *flow.Network
}

// dearest is the highest cost of an arc, where the law names no other.
const dearest = 10_000

func (g *general) cost(most int64) int64 { return 1 + g.Int64N(most) }

func (g *general) arc(from, to int32, upper, cost int64) {
	g.n.AddArc(flow.Arc{From: from, To: to, Upper: upper}, cost)
}

// give moves an amount from the supply of a node to that of another.
func (g *general) give(from, to int32, amount int64) {
	g.n.SetSupply(from, g.n.Supply(from)+amount)
	g.n.SetSupply(to, g.n.Supply(to)-amount)
}

// nodes adds so many nodes and returns the first.
func (g *general) nodes(many int) int32 {
	first := int32(g.n.Nodes())
	for range many {
		g.n.AddNode(0)
	}
	return first
}

// transport: see the package comment. Capacities bind some of the drawn arcs, never those that make it feasible.
func (g *general) transport(many int, capacities float64) {
	const degree = 16
	sources, sinks := g.nodes(many), g.nodes(many)
	for s := range int32(many) {
		for range 2 {
			to := sinks + int32(g.IntN(many))
			amount := 1 + g.Int64N(1_000)
			g.give(sources+s, to, amount)
			g.arc(sources+s, to, flow.Inf, dearest)
		}
		for range degree {
			upper := int64(flow.Inf)
			if g.Float64() < capacities {
				upper = 1 + g.Int64N(1_000)
			}
			g.arc(sources+s, sinks+int32(g.IntN(many)), upper, g.cost(dearest))
		}
	}
}

// transportDense ships from every source to some sinks; every sink is in reach of every source, so any plan will do.
func (g *general) transportDense(many int) {
	sources, sinks := g.nodes(many), g.nodes(many)
	for s := range int32(many) {
		for range 4 {
			g.give(sources+s, sinks+int32(g.IntN(many)), 1+g.Int64N(1_000))
		}
		for t := range int32(many) {
			g.arc(sources+s, sinks+t, flow.Inf, g.cost(dearest))
		}
	}
}

// grid: the arcs of a serpentine through all nodes have no capacity, so that there is a plan, and long cycles to cancel.
func (g *general) grid(side int) {
	first := g.nodes(side * side)
	at := func(x, y int) int32 { return first + int32(y*side+x) }
	both := func(v, w int32, free bool) {
		for _, ends := range [2][2]int32{{v, w}, {w, v}} {
			upper, cost := 1+g.Int64N(1_000), g.cost(dearest)
			if free {
				upper = flow.Inf
			}
			g.arc(ends[0], ends[1], upper, cost)
		}
	}
	for y := range side {
		for x := range side {
			if x+1 < side {
				both(at(x, y), at(x+1, y), true)
			}
			if y+1 < side {
				turn := y%2 == 0 && x == side-1 || y%2 == 1 && x == 0
				both(at(x, y), at(x, y+1), turn)
			}
		}
	}
	for range 4 * side {
		from, to := int32(g.IntN(side*side)), int32(g.IntN(side*side))
		g.give(first+from, first+to, 1+g.Int64N(1_000))
	}
}

// assignmentDense has as many workers as posts, and all can have all.
func (g *general) assignmentDense(many int) {
	workers, posts := g.nodes(many), g.nodes(many)
	for w := range int32(many) {
		g.give(workers+w, posts+w, 1)
		for p := range int32(many) {
			g.arc(workers+w, posts+p, 1, g.cost(dearest))
		}
	}
}

// assignment: all can keep the post of their own number, at the highest cost.
func (g *general) assignment(many, degree int, most int64) {
	workers, posts := g.nodes(many), g.nodes(many)
	for w := range int32(many) {
		g.give(workers+w, posts+w, 1)
		g.arc(workers+w, posts+w, 1, most)
		for range degree {
			g.arc(workers+w, posts+int32(g.IntN(many)), 1, g.cost(most))
		}
	}
}

// transshipment follows NETGEN: chains from the sources through all other nodes carry a plan to the sinks, and arcs
// between any two nodes are thrown in.
func (g *general) transshipment(many int) {
	const density = 8
	first := g.nodes(many)
	ends := many / 32 // sources, the first nodes; as many sinks, the last ones
	type delivery struct {
		to     int32
		amount int64
	}
	chains, deliveries := make([]int32, ends), make([][]delivery, ends)
	for s := range chains {
		chains[s] = first + int32(s)
		for range 3 {
			d := delivery{first + int32(many-1-g.IntN(ends)), 1 + g.Int64N(1_000)}
			g.give(chains[s], d.to, d.amount)
			deliveries[s] = append(deliveries[s], d)
		}
	}
	link := func(s int, to int32, upper int64) {
		cost := int64(dearest)
		if g.IntN(2) == 0 {
			cost = g.cost(dearest)
		}
		g.arc(chains[s], to, upper, cost)
	}
	for v := ends; v < many-ends; v++ {
		s, to := g.IntN(ends), first+int32(v)
		link(s, to, g.n.Supply(first+int32(s)))
		chains[s] = to
	}
	for s, list := range deliveries {
		for _, d := range list {
			link(s, d.to, d.amount)
		}
	}
	for g.n.Arcs() < density*many {
		upper := int64(flow.Inf)
		if g.IntN(2) == 0 {
			upper = 1 + g.Int64N(1_000)
		}
		g.arc(first+int32(g.IntN(many)), first+int32(g.IntN(many)), upper, g.cost(dearest))
	}
}
