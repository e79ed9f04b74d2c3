package flow

import (
	"context"
	"math"
	"slices"
)

// far is the first entry of a distance that is infinite.
const far = math.MaxInt64

// search is the state of a search for a shortest path. What is in it of a node holds from when the node is first come by.
type search struct {
	frontier
	by []int32 // per node: the step it was reached by

	asked     bool
	excluded  int32   // an arc that no path may use
	target    int32   // of the question
	cap       []int64 // labels from here on are of no interest; nil: none
	lifted    []int64 // per node and vector: potentials less what is ahead, moved by the paths found before
	known     []bool  // per node: whether lifted is
	knownList []int32
	dead      []bool // per node that is known: the target is out of reach
}

func (s *search) open(nodes, vectors int) {
	s.frontier.open(nodes, vectors)
	s.by = make([]int32, nodes)
	s.lifted = make([]int64, nodes*vectors)
	s.known, s.dead = make([]bool, nodes), make([]bool, nodes)
}

// begin begins a question: paths that end at target and do not use an arc.
func (w *Worth) begin(excluded int, target int32) {
	w.excluded, w.target = int32(excluded), target //nolint:gosec // arcs are numbered below 2³¹
}

// forget ends a question.
func (w *Worth) forget() {
	w.restore()
	w.frontier.clear()
	for _, v := range w.knownList {
		w.known[v], w.dead[v] = false, false
	}
	w.knownList, w.cap, w.asked = w.knownList[:0], nil, false
}

// ahead sets h to the most that the distances of the hub say the way from v to the target costs at least, in reduced costs. It is
// false if there is no way.
//
// As a function of v each of the three bounds falls by no more than a step costs, and so does the largest of them: reduced
// by it, costs stay ≥ 0.
func (w *Worth) ahead(v, target int32, h []int64) bool {
	clear(h)
	at, end := int(v)*w.vectors, int(target)*w.vectors
	if fromHub, toHub := w.from[at] != far, w.to[at] != far; w.vectors > 0 {
		if w.from[end] == far && fromHub || w.to[end] != far && !toHub {
			return false
		}
		if w.from[end] != far && fromHub {
			raise(h, w.from[end:end+w.vectors], w.from[at:at+w.vectors])
		}
		if w.to[end] != far && toHub {
			raise(h, w.to[at:at+w.vectors], w.to[end:end+w.vectors])
		}
	}
	return true
}

// raise sets h to a − b if that is more.
func raise(h, a, b []int64) {
	for k := range h {
		if d := a[k] - b[k]; d != h[k] {
			if d < h[k] {
				return
			}
			for ; k < len(h); k++ {
				h[k] = a[k] - b[k]
			}
			return
		}
	}
}

// potential is that of a node in the question at hand.
func (w *Worth) potential(v int32) []int64 {
	p := w.lifted[int(v)*w.vectors:][:w.vectors]
	if !w.known[v] {
		w.known[v] = true
		w.knownList = append(w.knownList, v)
		w.dead[v] = !w.ahead(v, w.target, p)
		for k := range p {
			p[k] = w.solution.Potentials[k][v] - p[k]
		}
	}
	return p
}

// lift moves the potentials of the nodes that are nearer than the target, so that reduced costs along the path are 0 and none
// is negative.
func (w *Worth) lift(target int32) {
	end := w.label(target)
	for _, v := range w.frontier.seen {
		if w.place[v] != settled {
			continue
		}
		if l := w.label(v); slices.Compare(l, end) < 0 {
			p := w.potential(v)
			for k := range p {
				p[k] += l[k] - end[k]
			}
		}
	}
}

// reach finds a shortest path from source to target.
func (w *Worth) reach(source, target int32) bool {
	w.frontier.clear()
	if w.potential(source); w.dead[source] {
		return false
	}
	w.frontier.begin(source)
	for {
		v, ok := w.frontier.next()
		switch {
		case !ok:
			return false
		case v == target:
			return true
		case v == w.hub && w.jump(target):
			return true
		}
		w.relax(v, w.leaving.of(v))
		w.relax(v, w.opened[v])
	}
}

// relax looks at steps that leave v.
func (w *Worth) relax(v int32, steps []int32) {
	n := w.network
	label, p := w.label(v), w.potential(v)
	for _, step := range steps {
		a, against := way(step)
		if !w.isOpen(step) || a == w.excluded {
			continue
		}
		b, i := n.at(int(a))
		u, sign := b.to.end(i), int64(1)
		if against {
			u, sign = b.from.end(i), -1
		}
		if w.place[u] == settled {
			continue
		}
		q := w.potential(u)
		if w.dead[u] {
			continue
		}
		for k := range w.vectors {
			w.trial[k] = label[k] + sign*b.costs[k].at(i) + p[k] - q[k]
		}
		if len(w.cap) > 0 && slices.Compare(w.trial, w.cap) >= 0 {
			continue
		}
		if w.frontier.offer(u, label) {
			w.by[u] = step
		}
	}
}

// jump goes from the hub to the target by the shortest way that is known from before, if it is still open and costs nothing:
// the hub has so many arcs that looking at them all is most of a search.
func (w *Worth) jump(target int32) bool {
	if w.from[int(target)*w.vectors] == far {
		return false
	}
	v := target
	for v != w.hub && w.place[v] != settled {
		step := w.fromBy[v]
		a, against := way(step)
		if !w.isOpen(step) || a == w.excluded {
			return false
		}
		b, i := w.network.at(int(a))
		from, sign := b.from.end(i), int64(1)
		if against {
			from, sign = b.to.end(i), -1
		}
		p, q := w.potential(from), w.potential(v)
		for k := range p {
			if sign*b.costs[k].at(i)+p[k] != q[k] {
				return false
			}
		}
		v = from
	}
	copy(w.label(target), w.label(v))
	for u := target; u != v; {
		w.by[u] = w.fromBy[u]
		a, against := way(w.by[u])
		arc := w.network.Arc(int(a))
		if u = arc.From; against {
			u = arc.To
		}
	}
	return true
}

// distances are the reduced costs of the shortest ways between the hub and every node: from it along steps that leave a node (sign 1), to it along steps
// that enter one (−1). by, if not nil, is set to the last step of each way.
func (w *Worth) distances(ctx context.Context, all steps, sign int64, by []int32) ([]int64, error) {
	n := w.network
	w.frontier.begin(w.hub)
	defer w.frontier.clear()
	for count := 0; ; count++ {
		v, ok := w.frontier.next()
		if !ok {
			break
		}
		if count&0xfff == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		label := w.label(v)
		for _, step := range all.of(v) {
			a, against := way(step)
			b, i := n.at(int(a))
			from, to, along := b.from.end(i), b.to.end(i), int64(1)
			if against {
				along = -1
			}
			u := to
			if against == (sign > 0) {
				u = from
			}
			if w.place[u] == settled {
				continue
			}
			for k := range w.vectors {
				p := w.solution.Potentials[k]
				w.trial[k] = label[k] + along*(b.costs[k].at(i)+p[from]-p[to])
			}
			if w.frontier.offer(u, label) && by != nil {
				by[u] = step
			}
		}
	}
	found := slices.Clone(w.labels)
	for v := range n.Nodes() {
		if w.place[v] != settled && w.vectors > 0 {
			found[v*w.vectors] = far
		}
	}
	return found, nil
}

// frontier holds the nodes that have been reached, by their labels: a heap, and beside it a stack of those whose label is
// that of the node just settled. Ties are the rule, and the last of them found is looked at first: a search then runs through them in depth.
type frontier struct {
	vectors int
	labels  []int64 // per node and vector
	place   []int32 // per node: its place in the heap, counted from 1, or one of those below
	heap    []int32
	level   []int32
	seen    []int32 // whose place is not unseen
	trial   []int64 // a label to be offered
}

const (
	unseen   = 0
	settled  = -1
	levelled = -2 // on the stack
)

func (f *frontier) open(nodes, vectors int) {
	f.vectors, f.labels, f.place, f.trial = vectors, make([]int64, nodes*vectors), make([]int32, nodes), make([]int64, vectors)
}

func (f *frontier) label(v int32) []int64 { return f.labels[int(v)*f.vectors:][:f.vectors] }

func (f *frontier) clear() {
	for _, v := range f.seen {
		f.place[v] = unseen
	}
	f.seen, f.heap, f.level = f.seen[:0], f.heap[:0], f.level[:0]
}

// begin begins at a node, with a label of 0.
func (f *frontier) begin(v int32) {
	clear(f.label(v))
	f.place[v] = levelled
	f.seen, f.level = append(f.seen, v), append(f.level, v)
}

// next settles the node of the least label.
func (f *frontier) next() (v int32, ok bool) {
	if last := len(f.level) - 1; last >= 0 {
		v, f.level = f.level[last], f.level[:last]
		f.place[v] = settled
		return v, true
	}
	if len(f.heap) == 0 {
		return 0, false
	}
	v = f.heap[0]
	f.place[v] = settled
	last := f.heap[len(f.heap)-1]
	if f.heap = f.heap[:len(f.heap)-1]; len(f.heap) > 0 {
		f.sink(last)
	}
	return v, true
}

// offer gives v, which is not settled, the trial as its label if that is less than what it has. least is the label of the node just settled.
func (f *frontier) offer(v int32, least []int64) bool {
	switch f.place[v] {
	case levelled:
		return false
	case unseen:
		copy(f.label(v), f.trial)
		f.seen = append(f.seen, v)
		if slices.Equal(f.trial, least) {
			f.place[v] = levelled
			f.level = append(f.level, v)
			return true
		}
		f.heap = append(f.heap, v)
		f.rise(len(f.heap)-1, v)
		return true
	}
	if slices.Compare(f.trial, f.label(v)) >= 0 {
		return false
	}
	copy(f.label(v), f.trial)
	f.rise(int(f.place[v])-1, v)
	return true
}

func (f *frontier) less(v, u int32) bool { return slices.Compare(f.label(v), f.label(u)) < 0 }

func (f *frontier) put(i int, v int32) {
	f.heap[i] = v
	f.place[v] = int32(i + 1) //nolint:gosec // nodes are numbered below 2³¹
}

// rise puts v, which belongs at place i or nearer the top, in its place.
func (f *frontier) rise(i int, v int32) {
	for i > 0 {
		above := (i - 1) / 4
		if !f.less(v, f.heap[above]) {
			break
		}
		f.put(i, f.heap[above])
		i = above
	}
	f.put(i, v)
}

// sink puts v in its place from the top.
func (f *frontier) sink(v int32) {
	i := 0
	for {
		least := 4*i + 1
		if least >= len(f.heap) {
			break
		}
		for c := least + 1; c < min(4*i+5, len(f.heap)); c++ {
			if f.less(f.heap[c], f.heap[least]) {
				least = c
			}
		}
		if !f.less(f.heap[least], v) {
			break
		}
		f.put(i, f.heap[least])
		i = least
	}
	f.put(i, v)
}
