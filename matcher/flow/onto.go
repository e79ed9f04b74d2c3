package flow

// Onto is a solution of one network as a start for [Resolve] in another that has most of its arcs, by their keys, and perhaps
// more nodes: the tree as far as its arcs are there, the arcs at their upper bound, and the potentials. A new node gets the least
// that comes to it, so that no arc into it pays. Networks with group limits are not gone on from so.
//
// It takes time in proportion to the arcs.
func (s *Solution) Onto(from, n *Network) *Solution {
	b := s.basis
	if b == nil || n.vectors != from.vectors {
		return s
	}
	arcs := make(map[uint64]int32, 4*len(b.arcs)) // by key: those wanted, and where they are
	want := func(arc int32) {
		if arc >= 0 {
			arcs[from.Key(int(arc))] = -1
		}
	}
	for _, arc := range b.arcs {
		want(arc)
	}
	for _, arc := range b.raised {
		want(arc)
	}
	if b.kept != nil {
		for _, arc := range b.kept.names {
			want(arc)
		}
	}
	for a := range n.arcs {
		key := n.Key(a)
		if _, wanted := arcs[key]; wanted {
			arcs[key] = int32(a)
		}
	}
	// What going on spares is a solve of the larger network, which takes about twice as long.
	const larger = 2
	there := func(arc int32) int32 { return arcs[from.Key(int(arc))] }
	onto := &basis{parents: make([]int32, n.Nodes()), arcs: make([]int32, n.Nodes()), cold: larger * b.cold, seen: &survey{}}
	to := &Solution{basis: onto}
	nodes := make([]int32, from.Nodes()) // of n
	for v := range nodes {
		nodes[v] = -1
	}
	for v := range onto.parents {
		onto.parents[v], onto.arcs[v] = -1, -1
	}
	trees := newForest(n.Nodes())
	for v, arc := range b.arcs {
		if arc < 0 {
			continue
		}
		at := there(arc)
		if at < 0 {
			continue
		}
		was, is := from.Arc(int(arc)), n.Arc(int(at))
		nodes[was.From], nodes[was.To] = is.From, is.To
		child, parent := is.From, is.To
		if was.From != int32(v) {
			child, parent = parent, child
		}
		// Nodes that have become one may leave two links to choose from, or a cycle.
		if onto.parents[child] < 0 && trees.join(child, parent) {
			onto.parents[child], onto.arcs[child] = parent, at
		}
	}
	for _, arc := range b.raised {
		if at := there(arc); at >= 0 {
			onto.raised = append(onto.raised, at)
		}
	}
	if b.kept != nil {
		k := &kept{}
		for i, arc := range b.kept.names {
			if at := there(arc); at >= 0 {
				k.names, k.raised = append(k.names, at), append(k.raised, b.kept.raised[i])
			}
		}
		onto.kept = k
	}
	s.carryPotentials(to, n, nodes)
	return to
}

// carryPotentials gives nodes the potentials they had, and new ones the least of what comes to them.
func (s *Solution) carryPotentials(to *Solution, n *Network, nodes []int32) {
	to.Potentials = make([][]int64, len(s.Potentials))
	known := make([]bool, n.Nodes())
	for k := range to.Potentials {
		to.Potentials[k] = make([]int64, n.Nodes())
		for v, at := range nodes {
			if at >= 0 {
				to.Potentials[k][at], known[at] = s.Potentials[k][v], true
			}
		}
	}
	var into []int32 // new nodes
	for a := range n.arcs {
		if !known[n.Arc(a).To] {
			into = append(into, int32(a))
		}
	}
	// Arcs are mostly drawn in the order in which they are gone along, so few rounds find nearly all.
	const rounds = 4
	set := make([]bool, n.Nodes())
	for range rounds {
		for _, a := range into {
			arc := n.Arc(int(a))
			if !known[arc.From] && !set[arc.From] {
				continue
			}
			if !set[arc.To] || to.nearer(n, a, arc) {
				for k := range to.Potentials {
					to.Potentials[k][arc.To] = to.Potentials[k][arc.From] + n.Cost(k, int(a))
				}
				set[arc.To] = true
			}
		}
	}
}

// nearer says whether the head of an arc has more of a potential than comes along it.
func (s *Solution) nearer(n *Network, a int32, arc Arc) bool {
	for k := range s.Potentials {
		if reduced := n.Cost(k, int(a)) + s.Potentials[k][arc.From] - s.Potentials[k][arc.To]; reduced != 0 {
			return reduced < 0
		}
	}
	return false
}

// forest says which nodes are of one tree.
type forest []int32

func newForest(nodes int) forest {
	f := make(forest, nodes)
	for v := range f {
		f[v] = int32(v)
	}
	return f
}

// join joins the trees of two nodes, unless they are one.
func (f forest) join(v, w int32) bool {
	v, w = f.top(v), f.top(w)
	f[v] = w
	return v != w
}

func (f forest) top(v int32) int32 {
	for f[v] != v {
		f[v] = f[f[v]]
		v = f[v]
	}
	return v
}
