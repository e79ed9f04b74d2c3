package flow

import (
	"cmp"
	"errors"
	"slices"
)

// An order is that of a network whose arcs have keys, by which the same network comes out however its nodes, arcs and limits were
// put in: arcs by key, nodes as those arcs meet them, limits by their arcs. Where the best plan is found only nearly, which one
// it is depends on the way there, and the way on the order.
type order struct {
	arcs, nodes, limits []int32 // per place in the order: the index in the network
}

// orderOf finds the order of n.
func orderOf(n *Network) *order {
	o := &order{arcs: make([]int32, n.arcs)}
	for a := range o.arcs {
		o.arcs[a] = int32(a)
	}
	slices.SortFunc(o.arcs, func(a, b int32) int { return cmp.Compare(n.keys[a], n.keys[b]) })
	met := make([]bool, n.Nodes())
	meet := func(v int32) {
		if !met[v] {
			met[v] = true
			o.nodes = append(o.nodes, v)
		}
	}
	for _, a := range o.arcs {
		arc := n.Arc(int(a))
		meet(arc.From)
		meet(arc.To)
	}
	for v := range met { // those without arcs
		meet(int32(v))
	}
	places := inverse(o.arcs)
	groups := make([][]int32, len(n.limits))
	for l := range n.limits {
		groups[l] = replaced(n.limits[l].arcs, places)
		slices.Sort(groups[l])
		o.limits = append(o.limits, int32(l))
	}
	slices.SortStableFunc(o.limits, func(l, m int32) int {
		return cmp.Or(slices.Compare(groups[l], groups[m]), cmp.Compare(n.limits[l].most, n.limits[m].most))
	})
	return o
}

func inverse(of []int32) []int32 {
	to := make([]int32, len(of))
	for i, v := range of {
		to[v] = int32(i)
	}
	return to
}

func replaced(all, by []int32) []int32 {
	to := make([]int32, len(all))
	for i, v := range all {
		to[i] = by[v]
	}
	return to
}

// arranged is n in its order.
func (o *order) arranged(n *Network) *Network {
	m := &Network{}
	for _, v := range o.nodes {
		m.AddNode(n.supplies[v])
	}
	places := inverse(o.nodes)
	costs := make([]int64, n.vectors)
	for range n.vectors {
		m.AddCosts()
	}
	for _, a := range o.arcs {
		arc := n.Arc(int(a))
		arc.From, arc.To = places[arc.From], places[arc.To]
		for k := range costs {
			costs[k] = n.Cost(k, int(a))
		}
		m.SetKey(m.AddArc(arc, costs...), n.keys[a])
	}
	places = inverse(o.arcs)
	for _, l := range o.limits {
		m.AddLimit(n.limits[l].most, replaced(n.limits[l].arcs, places))
	}
	return m
}

// back is a solution of the arranged network as one of the network.
func (o *order) back(s *Solution, err error) (*Solution, error) {
	var infeasible *InfeasibleError
	var unbounded *UnboundedError
	switch {
	case errors.As(err, &infeasible):
		infeasible.Node = o.nodes[infeasible.Node]
	case errors.As(err, &unbounded):
		unbounded.Arc = int(o.arcs[unbounded.Arc])
	}
	if err != nil {
		return nil, err
	}
	for i := range s.Flows {
		s.Flows[i].Arc = o.arcs[s.Flows[i].Arc]
	}
	s.Flows = inOrder(s.Flows)
	for k, pi := range s.Potentials {
		s.Potentials[k] = restored(pi, o.nodes)
	}
	for k := range s.Limited.Terms {
		if t := &s.Limited.Terms[k]; t.Multipliers != nil {
			t.Multipliers = restored(t.Multipliers, o.limits)
		}
	}
	s.basis = nil
	return s, nil
}

// restored puts what is in the order back to the indices.
func restored(all []int64, indices []int32) []int64 {
	to := make([]int64, len(all))
	for i, v := range all {
		to[indices[i]] = v
	}
	return to
}
