// Package flowtest makes networks to test and to time flow solvers with: random
// and structured ones, most of them degenerate and tied on purpose, because that
// is where solvers go wrong. A network depends on its random source alone.
package flowtest

import (
	"context"
	"math/rand/v2"
	"slices"

	"labourmatch/matcher/flow"
)

// Plain is a network laid open, to be made and changed by hand.
type Plain struct {
	Supplies []int64
	Arcs     []flow.Arc
	Costs    [][]int64 // per vector and arc
	Keys     []uint64  // nil for the indices of the arcs
}

// Clone is a copy of p that shares nothing with it.
func (p *Plain) Clone() *Plain {
	c := &Plain{Supplies: slices.Clone(p.Supplies), Arcs: slices.Clone(p.Arcs), Keys: slices.Clone(p.Keys)}
	for _, costs := range p.Costs {
		c.Costs = append(c.Costs, slices.Clone(costs))
	}
	return c
}

// Beside puts m beside p, in a network that no arc joins. The arcs of m follow
// those of p, and so do its nodes. Neither has keys, and both have as many costs.
func (p *Plain) Beside(m *Plain) {
	base := int32(len(p.Supplies))
	p.Supplies = append(p.Supplies, m.Supplies...)
	for _, arc := range m.Arcs {
		arc.From, arc.To = arc.From+base, arc.To+base
		p.Arcs = append(p.Arcs, arc)
	}
	for k := range p.Costs {
		p.Costs[k] = append(p.Costs[k], m.Costs[k]...)
	}
}

// Network is p as a network to solve.
func (p *Plain) Network() *flow.Network {
	n := &flow.Network{}
	for _, b := range p.Supplies {
		n.AddNode(b)
	}
	for range p.Costs {
		n.AddCosts()
	}
	costs := make([]int64, len(p.Costs))
	for a, arc := range p.Arcs {
		for k := range costs {
			costs[k] = p.Costs[k][a]
		}
		n.AddArc(arc, costs...)
	}
	for a, key := range p.Keys {
		n.SetKey(a, key)
	}
	return n
}

// Open is n laid open.
func Open(n *flow.Network) *Plain {
	p := &Plain{Costs: make([][]int64, n.Vectors())}
	for v := range n.Nodes() {
		p.Supplies = append(p.Supplies, n.Supply(int32(v)))
	}
	for a := range n.Arcs() {
		p.Arcs = append(p.Arcs, n.Arc(a))
		p.Keys = append(p.Keys, n.Key(a))
		for k := range p.Costs {
			p.Costs[k] = append(p.Costs[k], n.Cost(k, a))
		}
	}
	return p
}

// Plan is a solution with a flow for every arc.
type Plan struct {
	Flows      []int64
	Potentials [][]int64
	Costs      []flow.Total
	Stats      flow.Stats
}

// PlanOf is s with a flow for every one of so many arcs.
func PlanOf(s *flow.Solution, arcs int) *Plan {
	p := &Plan{make([]int64, arcs), s.Potentials, s.Costs, s.Stats}
	for _, f := range s.Flows {
		p.Flows[f.Arc] = f.Units
	}
	return p
}

// Solution is p as flow.Solve returns it.
func (p *Plan) Solution() *flow.Solution {
	s := &flow.Solution{Potentials: p.Potentials, Costs: p.Costs, Stats: p.Stats}
	for a, x := range p.Flows {
		if x != 0 {
			s.Flows = append(s.Flows, flow.ArcFlow{Arc: int32(a), Units: x})
		}
	}
	return s
}

// Solve is [Solve] for p.
func (p *Plain) Solve(ctx context.Context, o flow.Options) (*Plan, error) {
	s, err := Solve(ctx, p.Network(), o)
	if err != nil {
		return nil, err
	}
	return PlanOf(s, len(p.Arcs)), nil
}

// Certify checks a plan of p by flow.Certify.
func (p *Plain) Certify(s *Plan) error {
	return flow.Certify(p.Network(), s.Solution())
}

// Family is a kind of network.
type Family struct {
	Name string
	// Make makes a network of about size nodes, with one cost vector. Size is at least 4.
	Make func(r *rand.Rand, size int) *Plain
}

// Families are all kinds. Those that may be infeasible or unbounded say so in their names.
var Families = []Family{
	{"transport", func(r *rand.Rand, size int) *Plain {
		return Transport(r, size/2, size/2, 3, 1000)
	}},
	{"transport tied", func(r *rand.Rand, size int) *Plain {
		return Transport(r, size/2, size/2, 3, 2)
	}},
	{"grid", grid},
	{"assignment dense", func(r *rand.Rand, size int) *Plain {
		return assignment(r, size/2, size/2, 100)
	}},
	{"assignment sparse", func(r *rand.Rand, size int) *Plain {
		return assignment(r, size/2, 3, 100)
	}},
	{"assignment tied", func(r *rand.Rand, size int) *Plain {
		return assignment(r, size/2, 4, 1)
	}},
	{"layered", func(r *rand.Rand, size int) *Plain {
		return Layered(r, size/5+1, 2, 4)
	}},
	{"degenerate", func(r *rand.Rand, size int) *Plain {
		return around(r, size, shape{cost: 20, flow: 1, spare: 1, used: 0.2})
	}},
	{"equal costs", func(r *rand.Rand, size int) *Plain {
		n := around(r, size, shape{flow: 9, spare: 5, used: 0.6})
		for a := range n.Costs[0] {
			n.Costs[0][a] = 7
		}
		return n
	}},
	{"tied costs", func(r *rand.Rand, size int) *Plain {
		return around(r, size, shape{cost: 2, flow: 9, spare: 5, used: 0.6})
	}},
	{"parallel arcs", func(r *rand.Rand, size int) *Plain {
		return around(r, max(4, size/4), shape{cost: 9, flow: 9, spare: 5, used: 0.6, density: 16})
	}},
	{"lower bounds", func(r *rand.Rand, size int) *Plain {
		return around(r, size, shape{cost: 50, flow: 20, spare: 6, used: 0.7, lower: true})
	}},
	{"negative costs", func(r *rand.Rand, size int) *Plain {
		return around(r, size, shape{cost: 50, negative: true, flow: 20, spare: 6, used: 0.7, lower: true})
	}},
	{"no upper bounds", func(r *rand.Rand, size int) *Plain {
		return around(r, size, shape{cost: 50, flow: 20, used: 0.7, infinite: 1})
	}},
	{"large numbers", func(r *rand.Rand, size int) *Plain {
		return around(r, size, shape{cost: 1 << 40, negative: true, flow: 1 << 40, spare: 1 << 39, used: 0.7})
	}},
	{"disconnected", disconnected},
	{"random, may be infeasible", func(r *rand.Rand, size int) *Plain {
		n := around(r, size, shape{cost: 20, flow: 6, spare: 2, used: 0.5, infinite: 0.1})
		for range 1 + r.IntN(3) {
			amount := r.Int64N(8)
			n.Supplies[r.IntN(len(n.Supplies))] += amount
			n.Supplies[r.IntN(len(n.Supplies))] -= amount
		}
		return n
	}},
	{"negative cycles, may be unbounded", func(r *rand.Rand, size int) *Plain {
		return around(r, size, shape{cost: 20, negative: true, flow: 6, spare: 2, used: 0.5, infinite: 0.15})
	}},
}

// Transport makes a transport problem: every source is joined to degree sinks at
// random, and each source to one more, so that all can be served at some cost.
// Costs run from 0 to cost.
func Transport(r *rand.Rand, sources, sinks, degree int, cost int64) *Plain {
	n := &Plain{Supplies: make([]int64, sources+sinks), Costs: make([][]int64, 1)}
	link := func(from, to int, c int64) {
		n.Arcs = append(n.Arcs, flow.Arc{From: int32(from), To: int32(sources + to), Upper: flow.Inf})
		n.Costs[0] = append(n.Costs[0], c)
	}
	for s := range max(sources, sinks) {
		from, to := s%sources, s%sinks
		amount := 1 + r.Int64N(100)
		n.Supplies[from] += amount
		n.Supplies[sources+to] -= amount
		link(from, to, cost)
	}
	for s := range sources {
		for range degree {
			link(s, r.IntN(sinks), r.Int64N(cost+1))
		}
	}
	return n
}

// Layered makes a network of the shape that matching builds: in each of some
// occupations, cohorts go by pools to vacancies, or stay unplaced at no cost;
// a placement has a negative cost. Pools lend to the pools of other occupations.
func Layered(r *rand.Rand, regions, occupations, lending int) *Plain {
	n := &Plain{Costs: make([][]int64, 1)}
	node := func() int32 {
		n.Supplies = append(n.Supplies, 0)
		return int32(len(n.Supplies) - 1)
	}
	link := func(from, to int32, upper, cost int64) {
		n.Arcs = append(n.Arcs, flow.Arc{From: from, To: to, Upper: upper})
		n.Costs[0] = append(n.Costs[0], cost)
	}
	sink := node()
	pools := make([][]int32, regions)
	vacancies := make([][]int32, regions)
	for o := range regions {
		for range occupations {
			cohort, pool, vacancy := node(), node(), node()
			pools[o], vacancies[o] = append(pools[o], pool), append(vacancies[o], vacancy)
			available, openings := r.Int64N(500), r.Int64N(100)
			n.Supplies[cohort] += available
			n.Supplies[sink] -= available
			link(cohort, pool, flow.Inf, 0)
			link(cohort, sink, flow.Inf, 0)
			link(pool, vacancy, flow.Inf, -r.Int64N(50)*1000)
			link(vacancy, sink, openings, 0)
		}
	}
	for o := range regions {
		for k := range occupations {
			for range lending {
				link(pools[o][k], pools[o][r.IntN(occupations)], flow.Inf, r.Int64N(20)*1000)
				link(pools[o][k], vacancies[r.IntN(regions)][k], 1+r.Int64N(30), -r.Int64N(60)*1000)
			}
		}
	}
	return n
}

// shape describes a random network that is made around a random plan, and is
// feasible for that reason.
type shape struct {
	cost     int64 // largest
	negative bool  // costs run down to −cost too
	flow     int64 // largest flow of the plan on an arc
	spare    int64 // largest distance of a bound from the plan
	used     float64
	infinite float64 // share of arcs without upper bound
	lower    bool    // lower bounds other than 0, negative ones too
	density  int     // arcs per node; 0 is 3
}

func around(r *rand.Rand, nodes int, s shape) *Plain {
	n := &Plain{Supplies: make([]int64, nodes), Costs: make([][]int64, 1)}
	if s.density == 0 {
		s.density = 3
	}
	for range nodes * s.density {
		a := flow.Arc{From: int32(r.IntN(nodes)), To: int32(r.IntN(nodes))}
		var x int64
		if r.Float64() < s.used {
			x = r.Int64N(s.flow + 1)
		}
		a.Upper = x + r.Int64N(s.spare+1)
		if s.lower {
			a.Lower = x - r.Int64N(s.spare+1)
		}
		if r.Float64() < s.infinite {
			a.Upper = flow.Inf
		}
		n.Supplies[a.From] += x
		n.Supplies[a.To] -= x
		c := r.Int64N(s.cost + 1)
		if s.negative && r.IntN(2) == 0 {
			c = -c
		}
		n.Arcs = append(n.Arcs, a)
		n.Costs[0] = append(n.Costs[0], c)
	}
	return n
}

// grid joins the nodes of a square to their neighbours, both ways, and sends
// from one corner to the other.
func grid(r *rand.Rand, size int) *Plain {
	side := 2
	for (side+1)*(side+1) <= size {
		side++
	}
	n := &Plain{Supplies: make([]int64, side*side), Costs: make([][]int64, 1)}
	amount := int64(1 + r.IntN(10))
	n.Supplies[0], n.Supplies[side*side-1] = amount, -amount
	link := func(v, w int) {
		for _, ends := range [][2]int{{v, w}, {w, v}} {
			n.Arcs = append(n.Arcs, flow.Arc{From: int32(ends[0]), To: int32(ends[1]), Upper: amount/2 + 1 + r.Int64N(amount)})
			n.Costs[0] = append(n.Costs[0], r.Int64N(5))
		}
	}
	for y := range side {
		for x := range side {
			if x+1 < side {
				link(y*side+x, y*side+x+1)
			}
			if y+1 < side {
				link(y*side+x, (y+1)*side+x)
			}
		}
	}
	return n
}

// assignment gives every one of size workers one of size posts; all can keep
// the post of their own number, at the highest cost.
func assignment(r *rand.Rand, size, degree int, cost int64) *Plain {
	n := &Plain{Supplies: make([]int64, 2*size), Costs: make([][]int64, 1)}
	for w := range size {
		n.Supplies[w], n.Supplies[size+w] = 1, -1
		n.Arcs = append(n.Arcs, flow.Arc{From: int32(w), To: int32(size + w), Upper: 1})
		n.Costs[0] = append(n.Costs[0], cost)
		for range degree {
			n.Arcs = append(n.Arcs, flow.Arc{From: int32(w), To: int32(size + r.IntN(size)), Upper: 1})
			n.Costs[0] = append(n.Costs[0], r.Int64N(cost+1))
		}
	}
	return n
}

// disconnected puts two networks and some lone nodes side by side.
func disconnected(r *rand.Rand, size int) *Plain {
	n := around(r, max(2, size/2), shape{cost: 20, flow: 6, spare: 2, used: 0.5})
	m := around(r, max(2, size/2), shape{cost: 3, negative: true, flow: 6, spare: 2, used: 0.5})
	n.Beside(m)
	n.Supplies = append(n.Supplies, 0, 0)
	return n
}
