package flow

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestEveryPivotKeepsTheTreeWhole pivots by hand on small networks, degenerate
// ones most of all, and checks every array of the tree against its definition.
func TestEveryPivotKeepsTheTreeWhole(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 0))
		nodes := 2 + r.IntN(40)
		s := newPlanned(t, r, nodes, 2, 3)
		s.thread.size = 1 + r.Int32N(8)
		s.thread.few = r.Int32N(s.thread.size + 1)
		s.setPenalty(100)
		s.setPotentials()
		checkTree(t, s)
		s.price.start(len(s.arcs), true, tuning{blockSize: 1 + r.IntN(5)})
		for pivots := 0; ; pivots++ {
			entering, _ := s.price.find(s.arcs, s.state, &s.thread)
			if entering < 0 {
				break
			}
			s.pivot(entering)
			checkTree(t, s)
			if t.Failed() {
				t.Fatalf("seed %d, after %d pivots", seed, pivots+1)
			}
		}
	}
}

// newPlanned is a simplex at the start of a random network that has a plan, with upper bounds up
// to most and costs from −cost to cost.
func newPlanned(t *testing.T, r *rand.Rand, nodes int, most, cost int64) *simplex {
	t.Helper()
	n := &Network{}
	for range nodes {
		n.AddNode(0)
	}
	for range 3 * nodes {
		a := Arc{From: int32(r.IntN(nodes)), To: int32(r.IntN(nodes)), Upper: r.Int64N(most + 1)}
		x := r.Int64N(a.Upper + 1)
		n.SetSupply(a.From, n.Supply(a.From)+x)
		n.SetSupply(a.To, n.Supply(a.To)-x)
		n.AddArc(a, r.Int64N(2*cost+1)-cost)
	}
	seen, err := n.check(nil)
	if err != nil {
		t.Fatal(err)
	}
	return newSimplex(context.Background(), n, seen, Options{})
}

func checkTree(t *testing.T, s *simplex) {
	t.Helper()
	// The thread is one ring, and the subtree of every node is a run of it, of which ends are the ends.
	k := &s.thread
	ring := []int32{s.root}
	for v := k.next[s.root]; v != s.root && len(ring) <= int(s.root); v = k.next[v] {
		ring = append(ring, v)
	}
	if len(ring) != int(s.root)+1 {
		t.Fatalf("the thread visits %d nodes of %d", len(ring), s.root+1)
	}
	above := make([][]int32, s.root+1) // per node: itself and its ancestors
	below := make([]int32, s.root+1)
	for _, v := range ring {
		if k.prev[k.next[v]] != v {
			t.Errorf("prev[next[%d]] is %d", v, k.prev[k.next[v]])
		}
		for u := v; u >= 0; u = s.links[u].parent {
			above[v] = append(above[v], u)
			below[u]++
		}
	}
	for v, size := range below {
		if s.links[v].size != size {
			t.Errorf("size[%d] is %d, want %d", v, s.links[v].size, size)
		}
		run := k.ends[v]
		for u := run.first; ; u = k.next[u] {
			if !slices.Contains(above[u], int32(v)) {
				t.Errorf("node %d is in the run of %d, and not below it", u, v)
				break
			}
			if size--; u == run.last || size < 0 {
				break
			}
		}
		if size != 0 {
			t.Errorf("the run of %d has %d nodes less than its subtree", v, size)
		}
	}
	// The pieces are the ring once more, none of them empty or much too large.
	first := k.pieceOf(s.root)
	counted := 0
	for p := first; ; {
		q := k.pieces[p]
		if q.size < 1 || q.size > 2*k.size {
			t.Errorf("piece %d has %d nodes", p, q.size)
		}
		v := q.first
		for i := range q.size {
			if k.pieceOf(v) != p {
				t.Errorf("node %d says it is in piece %d, and is in %d", v, k.pieceOf(v), p)
			}
			if i < q.size-1 {
				v = k.next[v]
			}
		}
		if v != q.last || k.next[v] != k.pieces[q.next].first || k.pieces[q.next].prev != p {
			t.Errorf("piece %d does not lead to the next", p)
		}
		if counted++; counted > len(k.pieces) {
			t.Fatal("the pieces are no ring")
		}
		if p = q.next; p == first {
			break
		}
	}
	if most := 2 + 8*int(s.root)/int(k.size); counted > most {
		t.Errorf("there are %d pieces, and may be %d", counted, most)
	}
	if counted+len(k.spare) != len(k.pieces) {
		t.Errorf("%d pieces in the ring and %d to spare are not %d", counted, len(k.spare), len(k.pieces))
	}
	// Flows keep bounds and supplies, and every node can send more to the root.
	rest := make([]int64, s.root+1)
	copy(rest, s.network.supplies)
	send := func(from, to int32, x int64) { rest[from] -= x; rest[to] += x }
	for v := range s.root {
		l := &s.links[v]
		if l.flow < 0 || l.flow > l.room {
			t.Errorf("the link of %d carries %d of %d", v, l.flow, l.room)
		}
		if l.upward() <= 0 {
			t.Errorf("node %d cannot send to its parent: the tree is not strongly feasible", v)
		}
		if l.up {
			send(v, l.parent, l.flow)
		} else {
			send(l.parent, v, l.flow)
		}
		if l.arc == added {
			continue
		}
		a := s.arcs[l.arc]
		if from, to := v, l.parent; (l.up && (a != arc{from, to, a.cost})) || (!l.up && (a != arc{to, from, a.cost})) {
			t.Errorf("the link of %d is not its arc", v)
		}
		if s.state[l.arc] != inTree || k.reduced(&a) != 0 {
			t.Errorf("the arc of %d has reduced cost %d", v, k.reduced(&a))
		}
	}
	for i, a := range s.arcs {
		if s.state[i] == atUpper {
			send(a.from, a.to, s.room[i])
		}
	}
	for v, x := range rest {
		if x != 0 {
			t.Errorf("node %d is %d out of balance", v, x)
		}
	}
}
