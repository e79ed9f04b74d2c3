package flow

import (
	"fmt"
	"math/bits"
)

// CertificateError says where a solution fails its check.
type CertificateError struct {
	Place  string // "arc", "node", "cost vector" or "solution"
	Index  int
	Reason string
}

func (e *CertificateError) Error() string {
	if e.Place == "solution" {
		return "not certified: " + e.Reason
	}
	return fmt.Sprintf("not certified: %s %d: %s", e.Place, e.Index, e.Reason)
}

// Certify checks that s is a lexicographically optimal plan of n and that it
// costs what it says: flows within bounds, balance at every node, the optimality
// condition of the package comment for the potentials of s, and the totals.
// It does not check that the plan is the canonical one, nor the statistics.
//
// It trusts nothing: n need not have passed Solve, and sums are formed in 192
// bits, so no input can make them overflow. It shares no code with the
// solver. It takes time in proportion to arcs × cost vectors. The error is a
// *CertificateError.
func Certify(n *Network, s *Solution) error {
	if err := certifyShape(n, s); err != nil {
		return err
	}
	if err := certifyPlan(n, s.Flows); err != nil {
		return err
	}
	for a := range n.Arcs {
		if err := certifyArc(n, s, a); err != nil {
			return err
		}
	}
	for k, costs := range n.Costs {
		var sum wide
		for a, c := range costs {
			sum = sum.plusProduct(c, s.Flows[a])
		}
		stated := wide{s.Costs[k].Lo, uint64(s.Costs[k].Hi), uint64(s.Costs[k].Hi >> 63)}
		if sum != stated {
			return &CertificateError{"cost vector", k, fmt.Sprintf("the flows do not cost %v, which is stated as the total", s.Costs[k])}
		}
	}
	return nil
}

// certifyShape checks that everything is there, once, so that indexing is safe.
func certifyShape(n *Network, s *Solution) error {
	fail := func(what string, got, want int) error {
		return &CertificateError{"solution", 0, fmt.Sprintf("it has %d %s where %d belong", got, what, want)}
	}
	vectors := len(n.Costs)
	switch {
	case len(s.Flows) != len(n.Arcs):
		return fail("flows", len(s.Flows), len(n.Arcs))
	case len(s.Potentials) != vectors:
		return fail("vectors of potentials", len(s.Potentials), vectors)
	case len(s.Costs) != vectors:
		return fail("totals", len(s.Costs), vectors)
	}
	for k := range n.Costs {
		if len(n.Costs[k]) != len(n.Arcs) {
			return fail("costs in a vector", len(n.Costs[k]), len(n.Arcs))
		}
		if len(s.Potentials[k]) != len(n.Supplies) {
			return fail("potentials in a vector", len(s.Potentials[k]), len(n.Supplies))
		}
	}
	for a, arc := range n.Arcs {
		if min(arc.From, arc.To) < 0 || int(max(arc.From, arc.To)) >= len(n.Supplies) {
			return &CertificateError{"arc", a, "an end of it is no node"}
		}
	}
	return nil
}

// certifyPlan checks bounds and balance.
func certifyPlan(n *Network, flows []int64) error {
	missing := make([]wide, len(n.Supplies)) // that a node has yet to send
	for v, b := range n.Supplies {
		missing[v] = wide{}.plusProduct(1, b)
	}
	for a, arc := range n.Arcs {
		x := flows[a]
		if x < arc.Lower || x > arc.Upper {
			return &CertificateError{"arc", a, fmt.Sprintf("flow %d is outside its bounds", x)}
		}
		missing[arc.From] = missing[arc.From].plusProduct(-1, x)
		missing[arc.To] = missing[arc.To].plusProduct(1, x)
	}
	for v, rest := range missing {
		if rest != (wide{}) {
			return &CertificateError{"node", v, "what leaves less what enters is not its supply"}
		}
	}
	return nil
}

// certifyArc checks the optimality condition of one arc: the first non-zero
// entry of its vector of reduced costs decides the sign of the vector.
func certifyArc(n *Network, s *Solution, a int) error {
	arc := n.Arcs[a]
	for k := range n.Costs {
		pi := s.Potentials[k]
		r := wide{}.plusProduct(1, n.Costs[k][a]).plusProduct(1, pi[arc.From]).plusProduct(-1, pi[arc.To])
		switch {
		case r == wide{}:
			continue
		case r.negative() && (s.Flows[a] < arc.Upper || arc.Upper == Inf):
			return &CertificateError{"arc", a, fmt.Sprintf("its reduced cost %d is negative and its flow can rise", k)}
		case !r.negative() && s.Flows[a] > arc.Lower:
			return &CertificateError{"arc", a, fmt.Sprintf("its reduced cost %d is positive and its flow can fall", k)}
		}
		return nil
	}
	return nil
}

// wide is a 192-bit integer in two's complement, least word first. A product of
// two int64 is below 2^127, so 2^63 of them can be summed.
type wide [3]uint64

func (w wide) negative() bool { return w[2]>>63 == 1 }

// plusProduct is w + a·b.
func (w wide) plusProduct(a, b int64) wide {
	// As unsigned words, a stands for a + 2^64 where a is negative; what that
	// adds to the high word of the product is taken off again.
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if a < 0 {
		hi -= uint64(b)
	}
	if b < 0 {
		hi -= uint64(a)
	}
	sign := uint64(int64(hi) >> 63)
	var carry uint64
	w[0], carry = bits.Add64(w[0], lo, 0)
	w[1], carry = bits.Add64(w[1], hi, carry)
	w[2], _ = bits.Add64(w[2], sign, carry)
	return w
}
