package flow

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// certifyLimits checks what a plan of n under group limits says: that it keeps every limit, and that no plan,
// whole or not, costs less than its bound, by the formula of [Limited].
func certifyLimits(n *Network, s *Solution) error {
	p := s.Limited
	fail := func(format string, args ...any) error {
		return &CertificateError{"solution", 0, fmt.Sprintf(format, args...)}
	}
	switch {
	case n.Limits() == 0 && p == nil:
		return nil
	case n.Limits() == 0:
		return fail("it has prices for group limits, and there are none")
	case p == nil:
		return fail("it has no prices for the group limits")
	case n.Vectors() != 1:
		return fail("it is one under group limits, with %d cost vectors where 1 belongs", n.Vectors())
	case p.Scale < 1:
		return fail("its scale is %d", p.Scale)
	case len(p.Multipliers) != n.Limits():
		return fail("it has %d multipliers where %d belong", len(p.Multipliers), n.Limits())
	}
	var scaled wide           // Scale · bound
	added := map[int32]wide{} // per arc in a group: the sum of the multipliers
	for i, m := range p.Multipliers {
		most, arcs := n.Limit(i)
		if m < 0 {
			return &CertificateError{"group limit", i, "its multiplier is negative"}
		}
		var sum wide
		last := int32(-1)
		for _, a := range arcs {
			if a <= last || int(a) >= n.Arcs() {
				return &CertificateError{"group limit", i, "its arcs are out of order, or not there"}
			}
			last = a
			if k, carries := slices.BinarySearchFunc(s.Flows, a, func(f ArcFlow, a int32) int { return cmp.Compare(f.Arc, a) }); carries {
				sum = sum.plusProduct(1, s.Flows[k].Units) // certifyPlan has seen that they are in order
			}
			if m != 0 {
				added[a] = added[a].plusProduct(1, m)
			}
		}
		if over := sum.plusProduct(-1, most); !over.negative() && over != (wide{}) {
			return &CertificateError{"group limit", i, "its arcs carry more than it allows"}
		}
		scaled = scaled.plusProduct(-m, most)
	}
	for v := range n.Nodes() {
		scaled = scaled.plusProduct(-s.Potentials[0][v], n.Supply(int32(v)))
	}
	for a := range n.Arcs() {
		arc := n.Arc(a)
		r := added[int32(a)].plusProduct(p.Scale, n.Cost(0, a)).
			plusProduct(1, s.Potentials[0][arc.From]).plusProduct(-1, s.Potentials[0][arc.To])
		if r == (wide{}) {
			continue
		}
		reduced, ok := r.small()
		if !ok {
			return &CertificateError{"arc", a, "its reduced cost is beyond 2^62"}
		}
		at := arc.Lower
		if reduced < 0 {
			if at = arc.Upper; at == Inf {
				return &CertificateError{"arc", a, "its reduced cost is negative and it has no upper bound, so there is no bound of the cost"}
			}
		}
		scaled = scaled.plusProduct(reduced, at)
	}
	// Scale · (bound − 1) < scaled ≤ Scale · bound, and cost = bound + distance.
	bound := wide{p.Bound.Lo, uint64(p.Bound.Hi), uint64(p.Bound.Hi >> 63)}
	short := bound.times(p.Scale).minus(scaled)
	if short.negative() || !short.plusProduct(-1, p.Scale).negative() {
		return fail("its potentials and multipliers do not prove the bound %v", p.Bound)
	}
	distance := wide{p.Distance.Lo, uint64(p.Distance.Hi), uint64(p.Distance.Hi >> 63)}
	cost := wide{s.Costs[0].Lo, uint64(s.Costs[0].Hi), uint64(s.Costs[0].Hi >> 63)}
	if cost.minus(bound) != distance {
		return fail("its distance is not what the plan costs above the bound")
	}
	return nil
}

// small is w as a number of less than 2^62 in size, if it is.
func (w wide) small() (v int64, ok bool) {
	v = int64(w[0])
	return v, v > -1<<62 && v < 1<<62 && w == wide{}.plusProduct(1, v)
}

// minus is w − u.
func (w wide) minus(u wide) wide {
	var borrow uint64
	w[0], borrow = bits.Sub64(w[0], u[0], 0)
	w[1], borrow = bits.Sub64(w[1], u[1], borrow)
	w[2], _ = bits.Sub64(w[2], u[2], borrow)
	return w
}

// times is w·m for a number m of at least 0, of the lower 128 bits of w.
func (w wide) times(m int64) wide {
	high, low := bits.Mul64(w[0], uint64(m))
	return wide{low, high, 0}.plusHigh(int64(w[1]), m)
}

// plusHigh is w + 2^64·a·b.
func (w wide) plusHigh(a, b int64) wide {
	p := wide{}.plusProduct(a, b)
	var carry uint64
	w[1], carry = bits.Add64(w[1], p[0], 0)
	w[2], _ = bits.Add64(w[2], p[1], carry)
	return w
}
