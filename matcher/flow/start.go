package flow

import (
	"context"
	"math"
)

// newSimplex sets every arc to its lower bound and hangs all nodes from the root
// by added arcs, which carry what is then missing. The tree is strongly feasible:
// every node can send more to the root, on an unlimited arc or by taking back a
// positive flow.
func newSimplex(ctx context.Context, n *Network, o Options) *simplex {
	nodes := len(n.Supplies)
	s := &simplex{
		ctx: ctx, progress: o.Progress, tune: o.tune, network: n,
		root:   int32(nodes),
		links:  make([]link, nodes+1),
		pi:     make([]int64, nodes+1),
		next:   make([]int32, nodes+1),
		prev:   make([]int32, nodes+1),
		last:   make([]int32, nodes+1),
		size:   make([]int32, nodes+1),
		frozen: make([]int64, len(n.Arcs)),
		price:  pricing{rule: o.Rule},
	}
	s.loadArcs()

	excess := make([]int64, nodes)
	copy(excess, n.Supplies)
	for _, a := range n.Arcs {
		excess[a.From] -= a.Lower
		excess[a.To] += a.Lower
	}
	for v := range s.root {
		s.links[v] = link{parent: s.root, arc: added, room: Inf}
		if excess[v] >= 0 {
			s.links[v].up, s.links[v].flow = true, excess[v]
		} else {
			s.links[v].flow = -excess[v]
		}
		s.size[v], s.last[v] = 1, v
	}
	s.links[s.root].parent = -1
	s.size[s.root] = int32(nodes) + 1
	// The ring: root, 0, 1, …, root − 1, and round again.
	for v := range s.root + 1 {
		w := (v + 1) % (s.root + 1)
		s.next[v], s.prev[w] = w, v
	}
	s.last[s.root] = s.prev[s.root]
	return s
}

// loadArcs fills the arcs, except those whose bounds leave no choice.
//
// The order is that of a walk in strides of about √arcs. Networks are usually
// written node by node; without the strides a block to be priced would hold
// the arcs of few nodes, which tend to pay or not to pay together.
func (s *simplex) loadArcs() {
	all := s.network.Arcs
	stride := max(1, int(math.Sqrt(float64(len(all)))))
	if s.tune.inputOrder {
		stride = 1
	}
	s.arcs = make([]arc, 0, len(all))
	s.state = make([]int8, 0, len(all))
	s.room = make([]int64, 0, len(all))
	s.name = make([]int32, 0, len(all))
	for start := range stride {
		for i := start; i < len(all); i += stride {
			at := (i + s.tune.rotate) % len(all)
			a := all[at]
			s.frozen[at] = a.Lower
			if a.Lower == a.Upper {
				continue
			}
			room := int64(Inf)
			if a.Upper != Inf {
				room = a.Upper - a.Lower
			}
			s.arcs = append(s.arcs, arc{from: a.From, to: a.To})
			s.state = append(s.state, atLower)
			s.room = append(s.room, room)
			s.name = append(s.name, int32(at))
		}
	}
}

// headStart makes the first pivots: level by level from the nodes that lack
// something, against the direction of the arcs, a node enters by its cheapest
// arc to the levels before. In layered networks, where what many nodes send ends
// at few, this saves more than half of all pivots, and the dear ones; elsewhere
// it saves a few. A few levels suffice, and keep its time in proportion to the arcs.
func (s *simplex) headStart() error {
	const levels = 8
	reached := make([]bool, s.root)
	for v := range s.root {
		reached[v] = !s.links[v].up
	}
	cheapest := make([]int32, s.root)
	for range levels {
		for v := range cheapest {
			cheapest[v] = -1
		}
		for i, a := range s.arcs {
			if reached[a.from] || !reached[a.to] {
				continue
			}
			if b := cheapest[a.from]; b < 0 || a.cost < s.arcs[b].cost {
				cheapest[a.from] = int32(i)
			}
		}
		found := false
		for v, i := range cheapest {
			if i < 0 {
				continue
			}
			reached[v], found = true, true
			a := s.arcs[i]
			if int64(s.state[i])*(a.cost+s.pi[a.from]-s.pi[a.to]) >= 0 {
				continue
			}
			if err := s.enter(i); err != nil {
				return err
			}
		}
		if !found {
			return nil
		}
	}
	return nil
}
