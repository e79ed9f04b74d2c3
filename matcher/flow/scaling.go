package flow

import "math"

// scaler is a flow on some arcs of a network, on the way to one that is nearly
// cheapest: push and relabel under a tolerance ε that falls (Goldberg, Tarjan;
// Goldberg 1997), in the shape of partial augmentation along admissible paths
// (Goldberg 2008, as in LEMON), with global updates of the prices.
//
// It is not what a solution is proved by, only where the simplex starts: its
// prices are kept inside safe bounds, and what it cannot ship it leaves behind.
type scaler struct {
	nodes  int32
	first  []int32    // per node, where its residual arcs begin
	arcs   []residual // by tail
	place  []int32    // per pool arc, its forward residual arc
	excess []int64
	price  []int64
	next   []int32 // per node, the residual arc to look at next
	queue  []int32 // active nodes, first in first out
	queued []bool
	floor  int64   // no price falls below it
	rank   []int32 // of global updates
	bucket []int32
	after  []int32
	before []int32
	work   int64 // residual arcs looked at
}

// residual is an arc of the residual network and finds its reverse.
type residual struct {
	head, reverse int32
	room          int64
	cost          int64 // scaled
}

// load sets the residual network of arcs with the given rooms, flows and costs.
func (s *scaler) load(arcs []arc, rooms, flows []int64, scale int64) {
	n := s.nodes
	if s.first == nil {
		s.first = make([]int32, n+1)
		s.next = make([]int32, n)
		s.queued = make([]bool, n)
		s.rank = make([]int32, n)
		s.after = make([]int32, n)
		s.before = make([]int32, n)
	}
	clear(s.first)
	for _, a := range arcs {
		s.first[a.from]++
		s.first[a.to]++
	}
	sum := int32(0)
	for v := range s.first {
		sum += s.first[v]
		s.first[v] = sum
	}
	if cap(s.arcs) < 2*len(arcs) {
		s.arcs = make([]residual, 2*len(arcs)+len(arcs)/2)
	}
	s.arcs = s.arcs[:2*len(arcs)]
	if cap(s.place) < len(arcs) {
		s.place = make([]int32, len(arcs)+len(arcs)/4)
	}
	s.place = s.place[:len(arcs)]
	for i := len(arcs) - 1; i >= 0; i-- {
		a := &arcs[i]
		s.first[a.from]--
		f := s.first[a.from]
		s.first[a.to]--
		r := s.first[a.to]
		s.arcs[f] = residual{a.to, r, rooms[i] - flows[i], a.cost * scale}
		s.arcs[r] = residual{a.from, f, flows[i], -a.cost * scale}
		s.place[i] = f
	}
	copy(s.next, s.first[:n])
}

// flow is the flow of a pool arc.
func (s *scaler) flow(i int) int64 {
	return s.arcs[s.arcs[s.place[i]].reverse].room
}

// refine makes the flow ε-optimal: no residual arc has a reduced cost below −ε.
// It reports false where stop says so, or an excess has nowhere to go.
func (s *scaler) refine(epsilon int64, stop func(work int64) bool) bool {
	for v := range s.nodes {
		s.saturate(v)
	}
	s.queue = s.queue[:0]
	for v := range s.nodes {
		s.next[v] = s.first[v]
		s.queued[v] = s.excess[v] > 0
		if s.queued[v] {
			s.queue = append(s.queue, v)
		}
	}
	s.update(epsilon)
	const longest = 4
	var path [longest]int32
	relabels, limit := 0, int(s.nodes)
	for head := 0; head < len(s.queue); {
		start := s.queue[head]
		if s.excess[start] <= 0 {
			s.queued[start] = false
			head++
			if head > 1<<16 && head > len(s.queue)/2 {
				s.queue = s.queue[:copy(s.queue, s.queue[head:])]
				head = 0
			}
			continue
		}
		// Walk admissible arcs, relabel where there is none, until the path is
		// long enough or ends where flow is wanted.
		length, tip := 0, start
		for length < longest && s.excess[tip] >= 0 {
			a := s.admissible(tip)
			if a >= 0 {
				path[length] = a
				length++
				tip = s.arcs[a].head
				if tip == start {
					break
				}
				continue
			}
			relabels++
			back := int32(-1)
			if length > 0 {
				back = s.arcs[path[length-1]].reverse
			}
			if !s.relabel(tip, epsilon, back) {
				return false
			}
			if length > 0 {
				length--
				tip = s.arcs[back].head
			}
		}
		v := start
		for _, a := range path[:length] {
			r := &s.arcs[a]
			amount := min(s.excess[v], r.room)
			if amount <= 0 {
				break
			}
			r.room -= amount
			s.arcs[r.reverse].room += amount
			s.excess[v] -= amount
			v = r.head
			was := s.excess[v]
			s.excess[v] += amount
			if s.excess[v] > 0 && was <= 0 && !s.queued[v] {
				s.queued[v] = true
				s.queue = append(s.queue, v)
			}
		}
		if relabels >= limit {
			relabels = 0
			s.queue = s.queue[:copy(s.queue, s.queue[head:])]
			head = 0
			s.update(epsilon)
			if stop(s.work) {
				return false
			}
		}
	}
	return true
}

// saturate sends as much as it can over every residual arc of v that pays.
func (s *scaler) saturate(v int32) {
	pi := s.price[v]
	for i := s.first[v]; i < s.first[v+1]; i++ {
		a := &s.arcs[i]
		if a.room > 0 && a.cost+pi-s.price[a.head] < 0 {
			s.excess[v] -= a.room
			s.excess[a.head] += a.room
			s.arcs[a.reverse].room += a.room
			a.room = 0
		}
	}
}

// admissible is the next residual arc out of v with room and negative reduced cost, or −1.
func (s *scaler) admissible(v int32) int32 {
	pi := s.price[v]
	end := s.first[v+1]
	i := s.next[v]
	for ; i < end; i++ {
		if a := &s.arcs[i]; a.room > 0 && a.cost+pi < s.price[a.head] {
			s.work += int64(i - s.next[v])
			s.next[v] = i
			return i
		}
	}
	s.work += int64(i - s.next[v])
	s.next[v] = i
	return -1
}

// relabel lowers the price of v by as much as makes an arc admissible by ε, be it
// only the arc back to where a path came from (or −1). It reports false where v has no
// residual arc, or its price is at the floor.
func (s *scaler) relabel(v int32, epsilon int64, back int32) bool {
	best := int64(math.MaxInt64)
	if back >= 0 {
		best = s.arcs[back].cost - s.price[s.arcs[back].head]
	}
	for i := s.first[v]; i < s.first[v+1]; i++ {
		if a := &s.arcs[i]; a.room > 0 {
			if r := a.cost - s.price[a.head]; r < best {
				best = r
			}
		}
	}
	s.work += int64(s.first[v+1] - s.first[v])
	s.next[v] = s.first[v]
	if best == math.MaxInt64 || -best-epsilon < s.floor {
		return false
	}
	s.price[v] = -best - epsilon
	return true
}

// mostRanks bounds the distances, in units of ε, that a global update tells apart.
const mostRanks = 1 << 18

// update lowers prices by the distance to the nearest node that lacks flow, in
// units of ε (Dial's buckets), so that excess walks there without detours.
func (s *scaler) update(epsilon int64) {
	if s.bucket == nil {
		s.bucket = make([]int32, mostRanks)
		for i := range s.bucket {
			s.bucket[i] = -1
		}
	}
	left := int64(0)
	top := int32(-1)
	put := func(v, r int32) {
		w := s.bucket[r]
		s.after[v], s.before[v] = w, -1
		if w >= 0 {
			s.before[w] = v
		}
		s.bucket[r] = v
		s.rank[v] = r
		top = max(top, r)
	}
	for v := range s.nodes {
		s.rank[v] = mostRanks
		if s.excess[v] < 0 {
			put(v, 0)
		} else {
			left += s.excess[v]
		}
	}
	if left == 0 || top < 0 {
		for r := int32(0); r <= top; r++ {
			s.bucket[r] = -1
		}
		return
	}
	reached := int32(0)
	for r := int32(0); r <= top && left > 0; r++ {
		reached = r
		for s.bucket[r] >= 0 {
			v := s.bucket[r]
			s.bucket[r] = s.after[v]
			if w := s.after[v]; w >= 0 {
				s.before[w] = -1
			}
			pi := s.price[v]
			for i := s.first[v]; i < s.first[v+1]; i++ {
				a := &s.arcs[i]
				back := &s.arcs[a.reverse]
				u := a.head
				if back.room == 0 || s.rank[u] <= r {
					continue
				}
				d := int64(r)
				if c := back.cost + s.price[u] - pi; c >= 0 {
					d += 1 + c/epsilon
				}
				if d >= int64(s.rank[u]) || d >= mostRanks {
					continue
				}
				if s.rank[u] < mostRanks {
					if b := s.before[u]; b >= 0 {
						s.after[b] = s.after[u]
					} else {
						s.bucket[s.rank[u]] = s.after[u]
					}
					if w := s.after[u]; w >= 0 {
						s.before[w] = s.before[u]
					}
				}
				put(u, int32(d))
			}
			s.work += int64(s.first[v+1] - s.first[v])
			if s.excess[v] > 0 {
				if left -= s.excess[v]; left <= 0 {
					break
				}
			}
		}
	}
	for r := range top + 1 {
		s.bucket[r] = -1
	}
	for v := range s.nodes {
		k := min(s.rank[v], reached)
		if k > 0 {
			p := s.price[v] - int64(k)*epsilon
			if p < s.floor {
				continue
			}
			s.price[v] = p
			s.next[v] = s.first[v]
		}
	}
}
