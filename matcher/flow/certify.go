package flow

import (
	"cmp"
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
// Where n has group limits it checks that the plan keeps them, and for every vector after the first Limited.Free the bound and the distance of
// [LimitedTerm] instead.
// It does not check that the plan is the canonical one, nor the statistics.
//
// It trusts nothing: n need not have passed Solve, and sums are formed in 192
// bits, so no input can make them overflow. It shares no code with the
// solver, except that it reads n by the exported methods of [Network]. It takes time
// in proportion to arcs × cost vectors. The error is a *CertificateError.
func Certify(n *Network, s *Solution) error {
	if err := certifyShape(n, s); err != nil {
		return err
	}
	free, err := certifyProof(n, s)
	if err != nil {
		return err
	}
	if err := certifyPlan(n, s, free); err != nil {
		return err
	}
	if err := certifyLimits(n, s, free); err != nil {
		return err
	}
	for k := range n.Vectors() {
		var sum wide
		for _, f := range s.Flows {
			sum = sum.plusProduct(n.Cost(k, int(f.Arc)), f.Units)
		}
		if sum != wideOf(s.Costs[k]) {
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
	vectors := n.Vectors()
	switch {
	case len(s.Potentials) != vectors:
		return fail("vectors of potentials", len(s.Potentials), vectors)
	case len(s.Costs) != vectors:
		return fail("totals", len(s.Costs), vectors)
	}
	for k := range vectors {
		if len(s.Potentials[k]) != n.Nodes() {
			return fail("potentials in a vector", len(s.Potentials[k]), n.Nodes())
		}
	}
	last := -1
	for _, f := range s.Flows {
		switch {
		case int(f.Arc) <= last:
			return &CertificateError{"arc", int(f.Arc), "its flow is out of order"}
		case int(f.Arc) >= n.Arcs():
			return &CertificateError{"arc", int(f.Arc), "a flow is stated for it, and there is no such arc"}
		}
		last = int(f.Arc)
	}
	return nil
}

// certifyPlan checks bounds, balance, and for so many vectors the optimality condition of every arc.
func certifyPlan(n *Network, s *Solution, vectors int) error {
	missing := make([]wide, n.Nodes()) // that a node has yet to send
	for v := range missing {
		missing[v] = wide{}.plusProduct(1, n.Supply(int32(v)))
	}
	flows := s.Flows
	var unproven error // told only of plans that are feasible
	for a := range n.Arcs() {
		arc := n.Arc(a)
		if min(arc.From, arc.To) < 0 || int(max(arc.From, arc.To)) >= n.Nodes() {
			return &CertificateError{"arc", a, "an end of it is no node"}
		}
		var x int64
		if len(flows) > 0 && int(flows[0].Arc) == a {
			x, flows = flows[0].Units, flows[1:]
		}
		if x < arc.Lower || x > arc.Upper {
			return &CertificateError{"arc", a, fmt.Sprintf("flow %d is outside its bounds", x)}
		}
		if x != 0 {
			missing[arc.From] = missing[arc.From].plusProduct(-1, x)
			missing[arc.To] = missing[arc.To].plusProduct(1, x)
		}
		if unproven == nil {
			unproven = certifyArc(n, s, vectors, a, arc, x)
		}
	}
	for v, rest := range missing {
		if rest != (wide{}) {
			return &CertificateError{"node", v, "what leaves less what enters is not its supply"}
		}
	}
	return unproven
}

// certifyArc checks the optimality condition of an arc with flow x: the first
// non-zero entry of its vector of reduced costs decides the sign of the vector.
func certifyArc(n *Network, s *Solution, vectors, a int, arc Arc, x int64) error {
	for k := range vectors {
		sign := reducedSign(n.Cost(k, a), s.Potentials[k][arc.From], s.Potentials[k][arc.To])
		switch {
		case sign == 0:
			continue
		case sign < 0 && (x < arc.Upper || arc.Upper == Inf):
			return &CertificateError{"arc", a, fmt.Sprintf("its reduced cost %d is negative and its flow can rise", k)}
		case sign > 0 && x > arc.Lower:
			return &CertificateError{"arc", a, fmt.Sprintf("its reduced cost %d is positive and its flow can fall", k)}
		}
		return nil
	}
	return nil
}

// reducedSign is the sign of cost + tail − head. Numbers below 2^61, which is what
// a sound solution has, are summed as they are, others in 192 bits.
func reducedSign(cost, tail, head int64) int {
	const safe = 1 << 61
	if max(cost, tail, head) < safe && min(cost, tail, head) > -safe {
		return cmp.Compare(cost+tail, head)
	}
	r := wide{}.plusProduct(1, cost).plusProduct(1, tail).plusProduct(-1, head)
	switch {
	case r == wide{}:
		return 0
	case r.negative():
		return -1
	default:
		return 1
	}
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
