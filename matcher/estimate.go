package matcher

import (
	"fmt"
)

// Size is how large the network of a market is, and the memory that building and solving it takes beyond the market.
type Size struct {
	Nodes, Arcs int64
	// Network is what the built network keeps, Work what solving it takes beside it, both in bytes, give or take a quarter.
	// A Go program's resident memory is larger by what its garbage collector has not yet given back, by default
	// up to as much again as is in use.
	Network, Work int64
	// Prices is what a [Pricer] takes beside the network once it is solved, where no group limit is live.
	Prices int64
}

// Bytes is the memory in use at most, while it is solved or priced.
func (s Size) Bytes() int64 { return s.Network + max(s.Work, s.Prices) }

// String says the size in words: `about 1.2 million arcs, about 70 MB`.
func (s Size) String() string {
	arcs := fmt.Sprintf("about %d thousand arcs", (s.Arcs+500)/1000)
	switch {
	case s.Arcs < 10_000:
		arcs = fmt.Sprintf("%d arcs", s.Arcs)
	case s.Arcs >= 950_000:
		arcs = fmt.Sprintf("about %.1f million arcs", float64(s.Arcs)/1e6)
	}
	if s.Bytes() >= 950<<20 {
		return fmt.Sprintf("%s, about %.1f GB", arcs, float64(s.Bytes())/(1<<30))
	}
	return fmt.Sprintf("%s, about %d MB", arcs, max(1, (s.Bytes()+1<<19)>>20))
}

// What an arc and a node take, in bytes; package flow has the structures. In the network an arc has two ends and
// a value of 1 to 4 each, a key of 8 with an eighth for its slice to grow into, and 1 to 4 for its channel or its bound where it has one;
// of the counts only the last blocks of a tier take room. A node has a supply, and a rung or a row its part of the index.
//
// The solver keeps the arcs that may still move, 29 bytes each. In a network of sifted arcs or more it takes in a pool
// of them only, some four times the nodes at first and seldom more, and looks through the others with 24 bytes a node and core, of
// which two are taken here. A node is in the tree with 74 bytes, in the solution and its basis with 20, and has 8 for the
// potentials of every stage.
const (
	networkPerArc  = 19
	networkPerNode = 40
	workPerArc     = 29
	workPerNode    = 94
	workPerTerm    = 8
	stages         = 2 // beside the terms: folded first, canonical last
	sifted         = 1 << 16
	poolPerNode    = 4
	sievePerNode   = 48
)

// A price is looked for in lists of the ways out of each node and into it, 4 bytes each for the arcs and as many again as are in use,
// which in a tree are as many as nodes. The ways between each node and the hub have a distance each, for every term, and the last step of one. Each
// core that looks has labels and potentials by term, what a search has reached, and two bits an arc.
const (
	pricesPerArc      = 8
	pricesPerNode     = 28
	pricesPerTerm     = 16
	pricingPerNode    = 22
	pricingPerTerm    = 16
	pricingArcsPerBit = 4
)

// Under group limits the solver works on a copy of the network with wider costs, and keeps the arcs in groups with
// the limits of each; the network has the arcs of each group.
const (
	groupedBytes      = 4
	relaxedPerArc     = networkPerArc + 8
	relaxedPerGrouped = 32
)

// idRoom is the least sum of nodes and arcs that package flow cannot number.
const idRoom = 1 << 31

// SizeError says that a market's network would be larger than the solver can number.
type SizeError struct{ Size }

func (e *SizeError) Error() string {
	return fmt.Sprintf("the market makes a network of %d nodes and %d arcs, and the solver numbers %d of both together; "+
		"take a coarser level, or fewer regions or corridors", e.Nodes, e.Arcs, idRoom)
}

// Estimate counts the network of a market under a policy without building it: nodes and arcs exactly, bytes give or take
// a quarter. It takes about as long as building, and the memory of the index only.
//
// Errors are those of [Match] that do not need a solver, and [SizeError] for a network the solver could not number.
func Estimate(market *Market, policy Policy) (Size, error) {
	n, err := prepare(market, &policy, hubPays)
	if err != nil {
		return Size{}, err
	}
	n.counting = true
	if err := n.connect(); err != nil {
		return Size{}, err
	}
	return n.size(), n.numbered()
}

// size is what the nodes and arcs counted so far take.
func (n *network) size() Size {
	vectors := int64(len(n.terms))
	pool, perNode := n.arcs, workPerNode+workPerTerm*(vectors+stages)
	if n.arcs >= sifted {
		pool = min(pool, poolPerNode*n.nodes)
		perNode += sievePerNode
	}
	relaxed := int64(0)
	if n.limits.grouped > 0 {
		relaxed = relaxedPerArc*n.arcs + relaxedPerGrouped*n.limits.grouped
	}
	return Size{
		Nodes: n.nodes, Arcs: n.arcs,
		Network: networkPerArc*n.arcs + networkPerNode*n.nodes + limitedBytes*int64(len(n.limits.limited)) + groupedBytes*n.limits.grouped,
		Work:    workPerArc*pool + perNode*n.nodes + relaxed,
		Prices: pricesPerArc*n.arcs + (pricesPerNode+pricesPerTerm*vectors)*n.nodes +
			pricingCores*((pricingPerNode+pricingPerTerm*vectors)*n.nodes+n.arcs/pricingArcsPerBit),
	}
}

// numbered refuses a network that package flow cannot number.
func (n *network) numbered() error {
	if n.nodes+n.arcs >= idRoom {
		return &SizeError{n.size()}
	}
	return nil
}
