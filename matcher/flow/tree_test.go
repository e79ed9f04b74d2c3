package flow

import (
	"context"
	"math/rand/v2"
	"testing"
)

// TestEveryPivotKeepsTheTreeWhole pivots by hand on small networks, degenerate
// ones most of all, and checks every array of the tree against its definition.
func TestEveryPivotKeepsTheTreeWhole(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 0))
		nodes := 2 + r.IntN(12)
		s := newPlanned(t, r, nodes, 2, 3)
		checkTree(t, s)
		s.setPenalty(100)
		s.setPotentials()
		s.price.start(len(s.arcs), true, tuning{blockSize: 1 + r.IntN(5)})
		for pivots := 0; ; pivots++ {
			entering, _ := s.price.find(s.arcs, s.state, s.pi)
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
	// The thread is one ring, and preorder: the run from v to last[v] is the
	// subtree of v.
	place := make([]int, s.root+1)
	order := []int32{s.root}
	for v := s.next[s.root]; v != s.root && len(order) <= int(s.root); v = s.next[v] {
		place[v] = len(order)
		order = append(order, v)
	}
	if len(order) != int(s.root)+1 {
		t.Fatalf("the thread visits %d nodes of %d", len(order), s.root+1)
	}
	below := make([]int32, s.root+1)
	for _, v := range order {
		if s.prev[s.next[v]] != v {
			t.Errorf("prev[next[%d]] is %d", v, s.prev[s.next[v]])
		}
		for u := v; u >= 0; u = s.links[u].parent {
			below[u]++
			if place[v] < place[u] || place[v] > place[s.last[u]] {
				t.Errorf("node %d is below %d, and not in its run", v, u)
			}
		}
	}
	for v, size := range below {
		if s.links[v].size != size {
			t.Errorf("size[%d] is %d, want %d", v, s.links[v].size, size)
		}
		if end := place[s.last[v]]; end-place[v]+1 != int(size) {
			t.Errorf("the run of %d has %d nodes, want %d", v, end-place[v]+1, size)
		}
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
		if s.state[l.arc] != inTree || a.cost+s.pi[a.from]-s.pi[a.to] != 0 {
			t.Errorf("the arc of %d has reduced cost %d", v, a.cost+s.pi[a.from]-s.pi[a.to])
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
