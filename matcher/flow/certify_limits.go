package flow

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// certifyProof checks that the proof of a plan of n under group limits is all there, so that indexing is safe, and returns how many vectors
// are proven without the limits.
func certifyProof(n *Network, s *Solution) (free int, err error) {
	p := s.Limited
	fail := func(format string, args ...any) (int, error) {
		return 0, &CertificateError{"solution", 0, fmt.Sprintf(format, args...)}
	}
	switch {
	case n.Limits() == 0 && p == nil:
		return n.Vectors(), nil
	case n.Limits() == 0:
		return fail("it has prices for group limits, and there are none")
	case p == nil:
		return fail("it has no prices for the group limits")
	case len(p.Terms) != n.Vectors():
		return fail("it has bounds of %d cost vectors where %d belong", len(p.Terms), n.Vectors())
	case p.Free < 0 || p.Free > n.Vectors():
		return fail("it has %d cost vectors, and %d are said to be proven without the limits", n.Vectors(), p.Free)
	}
	for k, t := range p.Terms {
		multipliers, earlier := n.Limits(), k
		if k < p.Free {
			multipliers, earlier = 0, 0
		}
		switch {
		case t.Scale < 1:
			return fail("its scale in cost vector %d is %d", k, t.Scale)
		case len(t.Multipliers) != multipliers:
			return fail("it has %d multipliers in cost vector %d where %d belong", len(t.Multipliers), k, multipliers)
		case len(t.Earlier) != earlier:
			return fail("it has prices of %d vectors before cost vector %d where %d belong", len(t.Earlier), k, earlier)
		}
	}
	return p.Free, nil
}

// certifyLimits checks what a plan of n under group limits says: that it keeps every limit, and that no plan,
// whole or not, costs less than its bounds, by the formula of [LimitedTerm] or in the first vectors as in any network.
func certifyLimits(n *Network, s *Solution, free int) error {
	if n.Limits() == 0 {
		return nil
	}
	for i := range n.Limits() {
		most, arcs := n.Limit(i)
		var sum wide
		last := int32(-1)
		for _, a := range arcs {
			if a <= last || int(a) >= n.Arcs() {
				return &CertificateError{"group limit", i, "its arcs are out of order, or not there"}
			}
			last = a
			if k, carries := slices.BinarySearchFunc(s.Flows, a, func(f ArcFlow, a int32) int { return cmp.Compare(f.Arc, a) }); carries {
				sum = sum.plusProduct(1, s.Flows[k].Units) // certifyShape has seen that they are in order
			}
		}
		if over := sum.plusProduct(-1, most); !over.negative() && over != (wide{}) {
			return &CertificateError{"group limit", i, "its arcs carry more than it allows"}
		}
	}
	for k, t := range s.Limited.Terms {
		scaled := wideOf(t.Bound).times(t.Scale)
		if k >= free {
			var err error
			if scaled, err = certifyTerm(n, s, k); err != nil {
				return err
			}
		} else if t.Bound != s.Costs[k] { // certifyPlan has seen that it is the least
			return &CertificateError{"cost vector", k, fmt.Sprintf("its bound %v is not the cost that is proven", t.Bound)}
		}
		// Scale · (bound − 1) < scaled ≤ Scale · bound, and cost = bound + distance.
		bound := wideOf(t.Bound)
		short := bound.times(t.Scale).minus(scaled)
		if short.negative() || !short.plusProduct(-1, t.Scale).negative() {
			return &CertificateError{"cost vector", k, fmt.Sprintf("potentials and multipliers do not prove the bound %v", t.Bound)}
		}
		if wideOf(s.Costs[k]).minus(bound) != wideOf(t.Distance) {
			return &CertificateError{"cost vector", k, "its distance is not what the plan costs above the bound"}
		}
	}
	return nil
}

// certifyTerm is what the proof of cost vector k proves, times its scale.
func certifyTerm(n *Network, s *Solution, k int) (scaled wide, err error) {
	t, potentials := s.Limited.Terms[k], s.Potentials[k]
	added := map[int32]wide{} // per arc in a group: the sum of the multipliers
	for i, m := range t.Multipliers {
		if m < 0 {
			return wide{}, &CertificateError{"group limit", i, "its multiplier is negative"}
		}
		most, arcs := n.Limit(i)
		if m != 0 {
			for _, a := range arcs {
				added[a] = added[a].plusProduct(1, m)
			}
		}
		scaled = scaled.plusProduct(-m, most)
	}
	for j, m := range t.Earlier {
		if m < 0 {
			return wide{}, &CertificateError{"cost vector", j, "its price in a later one is negative"}
		}
		scaled = scaled.minus(wideOf(s.Costs[j]).times(m))
	}
	for v := range n.Nodes() {
		scaled = scaled.plusProduct(-potentials[v], n.Supply(int32(v)))
	}
	for a := range n.Arcs() {
		arc := n.Arc(a)
		r := added[int32(a)].plusProduct(t.Scale, n.Cost(k, a)).plusProduct(1, potentials[arc.From]).plusProduct(-1, potentials[arc.To])
		for j, m := range t.Earlier {
			if m != 0 {
				r = r.plusProduct(m, n.Cost(j, a))
			}
		}
		if r == (wide{}) {
			continue
		}
		reduced, ok := r.small()
		if !ok {
			return wide{}, &CertificateError{"arc", a, "its reduced cost is beyond 2^62"}
		}
		at := arc.Lower
		if reduced < 0 {
			if at = arc.Upper; at == Inf {
				return wide{}, &CertificateError{"arc", a, "its reduced cost is negative and it has no upper bound, so there is no bound of the cost"}
			}
		}
		scaled = scaled.plusProduct(reduced, at)
	}
	return scaled, nil
}

// wideOf is t as a wide.
func wideOf(t Total) wide { return wide{t.Lo, uint64(t.Hi), uint64(t.Hi >> 63)} }

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
