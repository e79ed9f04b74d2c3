package flow

import (
	"context"
	"errors"
)

// Most is the most flow that can go round through a node: out of it, through the network and back into it, with no more
// than its upper bound on any arc. Costs, supplies, group limits and lower bounds, which must not be above 0, play no
// part. It is exact, and proven before it is given out: a set of arcs is found that all flow must pass, and that carries no more.
//
// The method is Dinic's: shortest augmenting paths, all of one length at a time. A network of few layers needs few
// lengths; a phase takes time in proportion to the arcs, and memory is some 40 bytes an arc. Arcs into the node must be bounded.
func Most(ctx context.Context, n *Network, node int32) (int64, error) {
	m := newMost(n, node)
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if !m.layer() {
			break
		}
		copy(m.next, m.first)
		m.push()
	}
	if m.cut() != m.total {
		return 0, errors.New("the most that can flow did not pass its own check, so it is not given out")
	}
	return m.total, nil
}

// most is a network cut open at a node: what leaves it leaves the source, what enters it enters the sink. Every arc has
// two ends, 2a and 2a+1, with what can still be sent from the one and from the other.
type most struct {
	source, sink int32
	to           []int32 // per end: the node at the other end
	room, upper  []int64 // per end; upper is the room at first
	first, next  []int32 // per node, and one more: its ends in order, and the one to try next
	order        []int32
	level        []int32 // per node: its distance from the source; −1 where it is out of reach
	queue        []int32
	total        int64
}

func newMost(n *Network, node int32) *most {
	nodes, arcs := n.Nodes(), n.Arcs()
	m := &most{
		source: node, sink: int32(nodes), //nolint:gosec // Network numbers them so
		to: make([]int32, 2*arcs), room: make([]int64, 2*arcs),
		first: make([]int32, nodes+2), next: make([]int32, nodes+2), order: make([]int32, 2*arcs), level: make([]int32, nodes+1),
	}
	for a := range arcs {
		arc := n.Arc(a)
		if arc.To == node {
			arc.To = m.sink
		}
		m.to[2*a], m.to[2*a+1], m.room[2*a] = arc.To, arc.From, arc.Upper
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
	m.upper = append([]int64(nil), m.room...)
	return m
}

// layer finds every node's distance from the source, and says whether the sink is in reach.
func (m *most) layer() bool {
	for v := range m.level {
		m.level[v] = -1
	}
	m.level[m.source] = 0
	m.queue = append(m.queue[:0], m.source)
	for i := 0; i < len(m.queue); i++ {
		v := m.queue[i]
		for _, e := range m.order[m.first[v]:m.first[v+1]] {
			if w := m.to[e]; m.room[e] > 0 && m.level[w] < 0 {
				m.level[w] = m.level[v] + 1
				m.queue = append(m.queue, w)
			}
		}
	}
	return m.level[m.sink] >= 0
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
				if m.room[e] != Inf {
					m.room[e] -= least
				}
				if m.room[e^1] != Inf {
					m.room[e^1] += least
				}
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
			if w := m.to[e]; m.room[e] > 0 && m.level[w] == m.level[v]+1 {
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

// cut is what the arcs carry at most that lead out of the reach of the source, after the last layering.
func (m *most) cut() (sum int64) {
	for e := 0; e < len(m.to); e += 2 {
		if m.level[m.to[e^1]] >= 0 && m.level[m.to[e]] < 0 {
			sum += m.upper[e]
		}
	}
	return sum
}
