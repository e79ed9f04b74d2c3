package flow

import (
	"context"
	"errors"
	"slices"
)

// Round is flow that goes round through a node, and the proof that no more can: nodes that every unit has to leave by an arc that
// carries all it may.
type Round struct {
	Units int64
	Flows []ArcFlow // of the arcs whose flow is not 0, by arc

	beyond []uint64 // a bit per node: it can still send to the node that the flow comes back to
}

// ErrNotConserved is the error of flow to go on from that does not leave every node it comes to.
var ErrNotConserved = errors.New("flow to go on from is not conserved")

// Most is the most flow that can go round through a node: out of it, through the network and back into it, with no more
// than its upper bound on any arc. Costs, supplies, group limits and lower bounds, which must not be above 0, play no
// part. It is exact, and proven before it is given out: a set of arcs is found that all flow must pass, and that carries no more.
//
// Before is flow to go on from, nil for none: that of the same network before some bounds were changed, or any other that is
// conserved at every node. Where it still is within its bounds, and what proved it still does, nothing is looked for.
//
// The method is Dinic's: shortest augmenting paths, all of one length at a time. A network of few layers needs few
// lengths; a phase takes time in proportion to the arcs, and memory is some 40 bytes an arc. Arcs into the node must be bounded.
func Most(ctx context.Context, n *Network, node int32, before *Round) (*Round, error) {
	if before != nil && before.holds(n, node) {
		return before, nil
	}
	m, err := newMost(n, node, before)
	if err != nil {
		return nil, err
	}
	for m.layer() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		copy(m.next, m.first)
		m.push()
	}
	return m.round()
}

// Rises says whether more can go round through a node than a flow that does, or else proves that it is the most.
func Rises(n *Network, node int32, flows []ArcFlow) (most *Round, rises bool, err error) {
	m, err := newMost(n, node, &Round{Flows: flows})
	if err != nil || m.layer() {
		return nil, true, err
	}
	most, err = m.round()
	return most, false, err
}

// Bound is what can go round at most through the node, in the network that the proof is of, whatever bounds of arcs have become of
// it: what the arcs may carry that all flow has to pass.
func (r *Round) Bound(n *Network, node int32) (units int64) {
	for i := range n.arcs {
		a := n.Arc(i)
		// Seen from the source the node is not beyond; seen from the sink it is.
		if !r.isBeyond(a.From, node, false) && r.isBeyond(a.To, node, true) {
			if a.Upper == Inf {
				return Inf
			}
			units += a.Upper
		}
	}
	return units
}

func (r *Round) isBeyond(v, node int32, into bool) bool {
	if v == node {
		return into
	}
	return r.beyond[v>>6]>>(v&63)&1 != 0
}

// holds says whether the flow still is the most.
func (r *Round) holds(n *Network, node int32) bool {
	if r.beyond == nil {
		return false
	}
	for _, f := range r.Flows {
		if f.Units > n.Arc(int(f.Arc)).Upper {
			return false
		}
	}
	return r.Bound(n, node) == r.Units
}

// most is a network cut open at a node: what leaves it leaves the source, what enters it enters the sink. Every arc has
// two ends, 2a and 2a+1, with what can still be sent from the one and from the other.
type most struct {
	source, sink int32
	to           []int32 // per end: the node at the other end
	room         []int64 // per end
	upper        []int64 // per arc
	first, next  []int32 // per node, and one more: its ends in order, and the one to try next
	order        []int32
	level        []int32 // per node: its distance from the sink; −1 where it is out of reach
	queue        []int32
	total        int64
}

func newMost(n *Network, node int32, before *Round) (*most, error) {
	nodes, arcs := n.Nodes(), n.Arcs()
	m := &most{
		source: node, sink: int32(nodes), //nolint:gosec // Network numbers them so
		to: make([]int32, 2*arcs), room: make([]int64, 2*arcs), upper: make([]int64, arcs),
		first: make([]int32, nodes+2), next: make([]int32, nodes+2), order: make([]int32, 2*arcs), level: make([]int32, nodes+1),
	}
	for a := range arcs {
		arc := n.Arc(a)
		if arc.To == node {
			arc.To = m.sink
		}
		m.to[2*a], m.to[2*a+1], m.room[2*a], m.upper[a] = arc.To, arc.From, arc.Upper, arc.Upper
		m.first[arc.From+1]++
		m.first[arc.To+1]++
	}
	for v := range nodes + 1 {
		m.first[v+1] += m.first[v]
	}
	copy(m.next, m.first)
	for e := range m.to {
		from := m.to[e^1]
		m.order[m.next[from]] = int32(e) //nolint:gosec // fewer than arcs
		m.next[from]++
	}
	if before == nil {
		return m, nil
	}
	return m, m.carry(before.Flows)
}

// carry puts flow on the arcs, and takes back what has become too much for one of them.
func (m *most) carry(flows []ArcFlow) error {
	left := make([]int64, m.sink+1)
	for _, f := range flows {
		if f.Units < 0 {
			return errors.New("flow to go on from is below 0")
		}
		left[m.to[2*f.Arc+1]] -= f.Units
		left[m.to[2*f.Arc]] += f.Units
		m.send(2*f.Arc, f.Units)
	}
	m.total = left[m.sink]
	left[m.source], left[m.sink] = 0, 0
	if slices.ContainsFunc(left, func(units int64) bool { return units != 0 }) {
		return ErrNotConserved
	}
	for _, f := range flows {
		if over := -m.room[2*f.Arc]; over > 0 {
			m.send(2*f.Arc+1, over)
			m.takeBack(m.to[2*f.Arc+1], over, 1)
			m.takeBack(m.to[2*f.Arc], over, 0)
			m.total -= over
		}
	}
	return nil
}

// send sends units from an end of an arc to the other.
func (m *most) send(e int32, units int64) {
	if m.room[e] != Inf {
		m.room[e] -= units
	}
	if m.room[e^1] != Inf {
		m.room[e^1] += units
	}
}

// takeBack takes units of the flow into a node back to the source, or where side is 0 of the flow out of it back from the sink.
func (m *most) takeBack(v int32, units int64, side int32) {
	type rest struct {
		at    int32
		units int64
	}
	for todo := []rest{{v, units}}; len(todo) > 0; {
		last := len(todo) - 1
		at := todo[last]
		todo = todo[:last]
		if at.at == m.source || at.at == m.sink {
			continue
		}
		for _, e := range m.order[m.first[at.at]:m.first[at.at+1]] {
			if at.units == 0 {
				break
			}
			carries := m.room[e|1] // what is on an arc is what can be sent back from its head
			if e&1 != side || carries <= 0 {
				continue
			}
			part := min(at.units, carries)
			m.send(e|1, part)
			at.units -= part
			todo = append(todo, rest{m.to[e], part})
		}
	}
}

// layer finds how far from the sink every node is that is no farther than the source, and says whether that is in reach.
func (m *most) layer() bool {
	for v := range m.level {
		m.level[v] = -1
	}
	m.level[m.sink] = 0
	m.queue = append(m.queue[:0], m.sink)
	for i := 0; i < len(m.queue); i++ {
		v := m.queue[i]
		if m.level[m.source] >= 0 && m.level[v] >= m.level[m.source] {
			break
		}
		for _, e := range m.order[m.first[v]:m.first[v+1]] {
			if w := m.to[e]; m.room[e^1] > 0 && m.level[w] < 0 {
				m.level[w] = m.level[v] + 1
				m.queue = append(m.queue, w)
			}
		}
	}
	return m.level[m.source] >= 0
}

// push sends what it can along paths on which every step leads one layer on.
func (m *most) push() {
	var path []int32 // ends
	v := m.source
	for {
		if v == m.sink {
			least := int64(Inf)
			for _, e := range path {
				least = min(least, m.room[e])
			}
			back := len(path)
			for i := len(path) - 1; i >= 0; i-- {
				e := path[i]
				m.send(e, least)
				if m.room[e] == 0 {
					back = i
				}
			}
			m.total += least
			path = path[:back]
			v = m.source
			if back > 0 {
				v = m.to[path[back-1]]
			}
			continue
		}
		if m.next[v] < m.first[v+1] {
			e := m.order[m.next[v]]
			if w := m.to[e]; m.room[e] > 0 && m.level[w] >= 0 && m.level[w] == m.level[v]-1 {
				path = append(path, e)
				v = w
				continue
			}
			m.next[v]++
			continue
		}
		if v == m.source {
			return
		}
		last := path[len(path)-1] // a dead end
		path = path[:len(path)-1]
		v = m.to[last^1]
		m.next[v]++
	}
}

// round ends the work of m, after the last layering, once the flow is proven to be the most: the arcs that lead into the reach of
// the sink carry no more.
func (m *most) round() (*Round, error) {
	r := &Round{Units: m.total, beyond: make([]uint64, (len(m.level)+63)/64)}
	for v, level := range m.level {
		if level >= 0 {
			r.beyond[v>>6] |= 1 << (v & 63)
		}
	}
	cut := int64(0)
	for a, upper := range m.upper {
		if m.level[m.to[2*a+1]] < 0 && m.level[m.to[2*a]] >= 0 {
			cut += upper
		}
		if units := m.room[2*a+1]; units != 0 {
			r.Flows = append(r.Flows, ArcFlow{int32(a), units}) //nolint:gosec // fewer than arcs
		}
	}
	if cut != m.total {
		return nil, errors.New("the most that can flow did not pass its own check, so it is not given out")
	}
	return r, nil
}
