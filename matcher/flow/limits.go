package flow

import (
	"fmt"
	"math/bits"
	"slices"
)

// Limited proves how good a plan under group limits is, in each cost vector among the plans that are as good in the vectors before it.
//
// Of the first Free vectors the plan is one that is cheapest without the limits too: the potentials of the solution prove that as
// those of any network do. Relaxing the limits at prices μ ≥ 0 for each unit above them gives a network whose cheapest plan costs no more than any plan that keeps
// them (Lagrange), and its potentials prove that in turn. What the plan reached in the vectors before is one more such limit each.
type Limited struct {
	Free  int
	Terms []LimitedTerm // per cost vector

	Evaluations int // networks solved to find the bounds
	Repairs     int // networks solved to find the plan
	Branches    int // subproblems looked at to close the distance
}

// Optimal reports whether no plan that keeps the limits is better: nothing is left between the plan and any bound.
func (l *Limited) Optimal() bool {
	return !slices.ContainsFunc(l.Terms, func(t LimitedTerm) bool { return t.Distance != Total{} })
}

// LimitedTerm is the proof of one cost vector k. Prices are whole multiples of 1/Scale, so that all of it is exact:
//
//	r(a)          = Scale·cₖ(a) + Σ Earlier[j]·cⱼ(a) over j < k + Σ Multipliers[g] over groups g of a + π(v) − π(w)     for an arc a from v to w
//	Scale · bound = Σ min(r(a)·l(a), r(a)·u(a)) over arcs − Σ π(v)·b(v) over nodes
//	                − Σ Multipliers[g]·most(g) over groups − Σ Earlier[j]·Costs[j] over j < k
//
// where π are the Potentials[k] of the solution, which are multiples of 1/Scale too. Of the first [Limited].Free vectors Scale is 1 and there are no prices.
type LimitedTerm struct {
	Scale       int64
	Multipliers []int64 // per limit, ≥ 0: what one more unit is worth, times Scale; a slope of the bound
	Earlier     []int64 // per vector before, ≥ 0: what one unit given up in it is worth, times Scale
	// Bound is that bound, rounded up because all costs are whole: no plan that costs as little in the vectors before costs less.
	Bound Total
	// Distance is what the plan costs above Bound.
	Distance Total
}

// LimitError says that no plan within the group limits was found. Where Proven is set there is none.
type LimitError struct {
	Proven bool
}

func (e *LimitError) Error() string {
	if e.Proven {
		return "infeasible: no plan keeps the group limits"
	}
	return "no plan was found that keeps the group limits, nor proof that there is none; raise a limit or a bound"
}

// checkLimits refuses limits that are malformed, or of numbers that could overflow.
func (n *Network) checkLimits(seen *survey) error {
	// A tree arc carries at most seen.amounts, and the others do so together.
	if hi, lo := bits.Mul64(uint64(len(n.supplies))+2, seen.amounts); hi != 0 || lo >= flowRoom {
		return &BoundError{"network", 0, "(nodes + 2) * (" + flowBound[:len(flowBound)-7] + ") < 2^62 where there are group limits", fmt.Sprint(seen.amounts)}
	}
	for i, l := range n.limits {
		switch {
		case len(l.arcs) > 0 && (l.arcs[0] < 0 || int(l.arcs[len(l.arcs)-1]) >= n.arcs):
			return &InputError{"group limit", i, fmt.Sprintf("it names an arc that is not among 0 to %d", n.arcs-1)}
		case magnitude(l.most) >= flowRoom:
			return &BoundError{"group limit", i, "|limit| < 2^62", fmt.Sprint(l.most)}
		}
	}
	return nil
}

// groups are the arcs under group limits, each once, and the limits of each.
type groups struct {
	arcs   []int32 // in order
	first  []int32 // per arc of arcs, and one more: where its limits begin
	limits []int32
	most   []int64 // per limit
	deep   int     // limits of an arc at most
}

func (n *Network) groups() *groups {
	g := &groups{}
	var pairs []uint64 // of arc and limit
	for i, l := range n.limits {
		g.most = append(g.most, l.most)
		for _, a := range l.arcs {
			pairs = append(pairs, uint64(a)<<32|uint64(i))
		}
	}
	slices.Sort(pairs)
	for i, p := range pairs {
		if a := int32(p >> 32); i == 0 || a != g.arcs[len(g.arcs)-1] {
			g.arcs, g.first = append(g.arcs, a), append(g.first, int32(i))
		}
		g.limits = append(g.limits, int32(uint32(p)))
	}
	g.first = append(g.first, int32(len(pairs)))
	for i := range g.arcs {
		g.deep = max(g.deep, len(g.of(i)))
	}
	return g
}

// of are the limits of arc i of the groups.
func (g *groups) of(i int) []int32 { return g.limits[g.first[i]:g.first[i+1]] }

// grouped picks the flows of arcs in groups; their arcs are places among them.
func (g *groups) grouped(flows []ArcFlow) []ArcFlow {
	var picked []ArcFlow
	i := 0
	for _, f := range flows {
		for i < len(g.arcs) && g.arcs[i] < f.Arc {
			i++
		}
		if i < len(g.arcs) && g.arcs[i] == f.Arc {
			picked = append(picked, ArcFlow{int32(i), f.Units})
		}
	}
	return picked
}

// excess is by how much grouped flows are above each limit.
func (g *groups) excess(grouped []ArcFlow) []int64 {
	above := make([]int64, len(g.most))
	for l, most := range g.most {
		above[l] = -most
	}
	for _, f := range grouped {
		for _, l := range g.of(int(f.Arc)) {
			above[l] += f.Units
		}
	}
	return above
}

// keeps reports whether no limit is exceeded.
func keeps(excess []int64) bool {
	return !slices.ContainsFunc(excess, func(e int64) bool { return e > 0 })
}
