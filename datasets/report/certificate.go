package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"labourmatch/matcher"
	"labourmatch/matcher/flow"
)

// The certificate file is text in the manner of DIMACS, one thing a line, so that another program can check it without
// this one:
//
//	c comment
//	p labourmatch-certificate 1 NODES ARCS TERMS
//	t TERM NAME                                  a term of the objective, from 1; the first counts first
//	n NODE SUPPLY POTENTIAL...                   one potential per term
//	a FROM TO LOWER UPPER FLOW COST...           one cost per term; an UPPER of `-` is no limit
//	g MOST ARC...                                a limit on a sum: these arcs together carry at most MOST
//	m TERM SCALE BOUND PRICE...                  under such limits, the proof of a term: a price for each earlier term, then for each g line
//
// Nodes and arcs are numbered from 1. Package flow says when a flow with potentials is optimal, and [flow.LimitedTerm] what prices prove; that
// takes ten lines to check.
const certificateHead = `c Certificate of a labourmatch report: the network of the market, the flow that is its placement,
c and for every term of the objective the node potentials that prove no placement to be better.
c For every arc and term, reduced cost = cost + potential(from) - potential(to). The flow is optimal if it balances,
c keeps its bounds, and for every arc the list of reduced costs (first non-zero decides) is
c   not negative where the flow could rise, not positive where it could fall.
c t TERM NAME | n NODE SUPPLY POTENTIAL... | a FROM TO LOWER UPPER FLOW COST...
`

// limitsHead stands before limits on sums, where there are any.
const limitsHead = `c Limits on sums: g MOST ARC... | m TERM SCALE BOUND PRICE..., a price for each earlier term, then one for each g line. Of a term with prices,
c   reduced cost = SCALE cost + sum of (price of earlier term) x (its cost) + sum of prices of the arc's limits + potential(from) - potential(to), and
c   SCALE BOUND = sum of the least of reduced cost x flow within bounds - sum of (price of earlier term) x (its total) - sum of price x MOST, rounded up.
c No placement that is as good in the earlier terms is below BOUND.
`

// writeCertificate writes the certificate file of a result. It streams; its size is a line per node and arc.
func writeCertificate(w io.Writer, c *matcher.Certificate) error {
	out := bufio.NewWriterSize(w, 1<<16)
	network, solution := c.Network, c.Solution
	out.WriteString(certificateHead)
	fmt.Fprintf(out, "p labourmatch-certificate 1 %d %d %d\n", network.Nodes(), network.Arcs(), network.Vectors())
	for k, name := range c.Terms {
		fmt.Fprintf(out, "t %d %s\n", k+1, name)
	}
	var line []byte
	add := func(v int64) { line = strconv.AppendInt(append(line, ' '), v, 10) }
	for v := range network.Nodes() {
		line = append(line[:0], 'n')
		add(int64(v) + 1)
		add(network.Supply(int32(v)))
		for k := range network.Vectors() {
			add(solution.Potentials[k][v])
		}
		out.Write(append(line, '\n'))
	}
	flows := solution.Flows
	for a := range network.Arcs() {
		arc := network.Arc(a)
		line = append(line[:0], 'a')
		add(int64(arc.From) + 1)
		add(int64(arc.To) + 1)
		add(arc.Lower)
		if arc.Upper == flow.Inf {
			line = append(line, " -"...)
		} else {
			add(arc.Upper)
		}
		if len(flows) > 0 && int(flows[0].Arc) == a {
			add(flows[0].Units)
			flows = flows[1:]
		} else {
			add(0)
		}
		for k := range network.Vectors() {
			add(network.Cost(k, a))
		}
		out.Write(append(line, '\n'))
	}
	if solution.Limited != nil {
		out.WriteString(limitsHead)
	}
	for g := range network.Limits() {
		most, arcs := network.Limit(g)
		line = append(line[:0], 'g')
		add(most)
		for _, a := range arcs {
			add(int64(a) + 1)
		}
		out.Write(append(line, '\n'))
	}
	if solution.Limited != nil {
		for k := range solution.Limited.Terms {
			t := &solution.Limited.Terms[k]
			line = append(line[:0], 'm')
			add(int64(k) + 1)
			add(t.Scale)
			line = append(append(line, ' '), t.Bound.String()...)
			for _, price := range slices.Concat(t.Earlier, t.Multipliers) {
				add(price)
			}
			out.Write(append(line, '\n'))
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the certificate: %w", err)
	}
	return nil
}

// readCertificate reads flows and potentials of a certificate file for a network built from the inputs. It takes
// nothing else from the file: whether the file tells of the same network is for the caller to compare. The error names
// the first line that is no part of a certificate of this network.
func readCertificate(data []byte, network *flow.Network) (*flow.Solution, error) {
	nodes, arcs, terms := network.Nodes(), network.Arcs(), network.Vectors()
	s := &flow.Solution{Potentials: make([][]int64, terms)}
	row, arc := 0, 0
	for line := range strings.Lines(string(data)) {
		row++
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		switch fields[0] {
		case "c", "p", "t", "g":
		case "m":
			if s.Limited == nil {
				s.Limited = &flow.Limited{}
			}
			if err := readProof(fields, s.Limited, network.Limits()); err != nil {
				return nil, fmt.Errorf("line %d: %w", row, err)
			}
		case "n":
			if len(fields) != 3+terms || len(s.Potentials[0]) == nodes {
				return nil, fmt.Errorf("line %d: a node line too many, or not one with %d potentials", row, terms)
			}
			for k := range terms {
				v, err := strconv.ParseInt(fields[3+k], 10, 64)
				if err != nil {
					return nil, fmt.Errorf("line %d: potential %q is no whole number of 64 bits", row, fields[3+k])
				}
				s.Potentials[k] = append(s.Potentials[k], v)
			}
		case "a":
			if len(fields) != 6+terms || arc == arcs {
				return nil, fmt.Errorf("line %d: an arc line too many, or not one with %d costs", row, terms)
			}
			v, err := strconv.ParseInt(fields[5], 10, 64)
			if err != nil {
				return nil, fmt.Errorf("line %d: flow %q is no whole number of 64 bits", row, fields[5])
			}
			if v != 0 {
				s.Flows = append(s.Flows, flow.ArcFlow{Arc: int32(arc), Units: v})
			}
			arc++
		default:
			return nil, fmt.Errorf("line %d: begins with %q; a certificate has lines c, p, t, n, a, g and m", row, fields[0])
		}
	}
	if arc != arcs || len(s.Potentials[0]) != nodes {
		return nil, fmt.Errorf("it has %d nodes and %d arcs; the market has %d and %d",
			len(s.Potentials[0]), arc, nodes, arcs)
	}
	return s, nil
}

// readProof reads the prices of a term, the next one.
func readProof(fields []string, limited *flow.Limited, limits int) error {
	k := len(limited.Terms)
	if len(fields) < 4 || fields[1] != strconv.Itoa(k+1) || len(fields) != 4 && len(fields) != 4+k+limits {
		return fmt.Errorf("a proof of term %d belongs here, with a scale, a bound, and no prices or %d", k+1, k+limits)
	}
	bound, ok := new(big.Int).SetString(fields[3], 10)
	if !ok {
		return fmt.Errorf("bound %q is no whole number", fields[3])
	}
	numbers := make([]int64, 0, len(fields))
	for _, f := range slices.Concat(fields[2:3], fields[4:]) {
		v, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no whole number of 64 bits", f)
		}
		numbers = append(numbers, v)
	}
	t := flow.LimitedTerm{Scale: numbers[0], Bound: totalOf(bound)}
	if prices := numbers[1:]; len(prices) > 0 {
		t.Earlier, t.Multipliers = prices[:k], prices[k:]
	} else if limited.Free++; limited.Free != k+1 {
		return fmt.Errorf("term %d has no prices, and one before it has", k+1)
	}
	limited.Terms = append(limited.Terms, t)
	return nil
}

// certify checks the plan and the potentials of a solution on a network. The totals are summed anew, so they are
// nothing anybody has to trust.
func certify(network *flow.Network, s *flow.Solution) error {
	for k := range network.Vectors() {
		sum := sumCosts(network, k, s.Flows)
		s.Costs = append(s.Costs, totalOf(sum))
		if s.Limited != nil && k < len(s.Limited.Terms) {
			t := &s.Limited.Terms[k]
			t.Distance = totalOf(sum.Sub(sum, t.Bound.Big()))
		}
	}
	return flow.Certify(network, s)
}

// totalOf is sum as a total; beyond 128 bits it wraps, and then no certificate agrees with it.
func totalOf(sum *big.Int) flow.Total {
	var low, high big.Int
	low.And(sum, new(big.Int).SetUint64(1<<64-1))
	high.Rsh(sum, 64)
	return flow.Total{Hi: high.Int64(), Lo: low.Uint64()}
}

// sumCosts is Σ cost × flow in term k, exactly.
func sumCosts(n *flow.Network, k int, flows []flow.ArcFlow) *big.Int {
	var sum, product, factor big.Int
	for _, f := range flows {
		sum.Add(&sum, product.Mul(product.SetInt64(n.Cost(k, int(f.Arc))), factor.SetInt64(f.Units)))
	}
	return &sum
}

// bounds derives, from the potentials alone, the vector of totals that no placement is lexicographically below: every
// arc is taken at the end of its range that its reduced costs favour, whatever the flow says. A later term alone may well
// go lower, at the price of an earlier one. With the reached totals equal to the bound, the distance is 0. ok is false where an unlimited arc makes the bound minus infinity.
func bounds(n *flow.Network, potentials [][]int64) (bound []*big.Int, ok bool) {
	bound = make([]*big.Int, n.Vectors())
	var term, factor big.Int
	for k := range bound { // cost = Σ reduced × flow − Σ potential × supply, for every flow that balances
		bound[k] = new(big.Int)
		for v, potential := range potentials[k] {
			bound[k].Sub(bound[k], term.Mul(term.SetInt64(potential), factor.SetInt64(n.Supply(int32(v)))))
		}
	}
	for a := range n.Arcs() {
		arc := n.Arc(a)
		sign := 0
		for k := 0; k < len(bound) && sign == 0; k++ {
			sign = signOf(n.Cost(k, a), potentials[k][arc.From], potentials[k][arc.To])
		}
		at := arc.Lower
		if sign < 0 {
			if at = arc.Upper; at == flow.Inf {
				return nil, false
			}
		}
		if sign == 0 || at == 0 {
			continue
		}
		for k := range bound {
			factor.SetInt64(n.Cost(k, a))
			factor.Add(&factor, term.SetInt64(potentials[k][arc.From]))
			factor.Sub(&factor, term.SetInt64(potentials[k][arc.To]))
			bound[k].Add(bound[k], term.Mul(term.SetInt64(at), &factor))
		}
	}
	return bound, true
}

// signOf is the sign of cost + from − to, which may be too large for an int64.
func signOf(cost, from, to int64) int {
	const room = 1 << 61 // three of less than it fit
	if max(cost, from, to) < room && min(cost, from, to) > -room {
		return cmp.Compare(cost+from-to, 0)
	}
	sum := new(big.Int).Add(big.NewInt(cost), big.NewInt(from))
	return sum.Cmp(big.NewInt(to))
}

// prove summarises a certificate. Distance counts the terms in which reached and bound differ; without limits on sums it is 0 for everything
// that [flow.Certify] accepts.
func prove(c *matcher.Certificate) Proof {
	p := Proof{Nodes: c.Network.Nodes(), Arcs: c.Network.Arcs(), Limits: c.Network.Limits(), Certified: true}
	if limited := c.Solution.Limited; limited != nil { // which flow.Certify has checked
		for k, name := range c.Terms {
			if limited.Terms[k].Distance != (flow.Total{}) {
				p.Distance++
			}
			p.Terms = append(p.Terms, Term{Name: name, Reached: c.Solution.Costs[k].String(), Bound: limited.Terms[k].Bound.String()})
		}
		return p
	}
	bound, ok := bounds(c.Network, c.Solution.Potentials)
	for k, name := range c.Terms {
		reached := sumCosts(c.Network, k, c.Solution.Flows)
		term := Term{Name: name, Reached: reached.String(), Bound: "none"}
		if ok {
			term.Bound = bound[k].String()
		}
		if !ok || reached.Cmp(bound[k]) != 0 {
			p.Distance++
			p.Certified = false
		}
		p.Terms = append(p.Terms, term)
	}
	return p
}
