package flow

// A thread holds the nodes of the tree in a ring, in which each of the two sides of any
// link of the tree is one run: the order in which a walk round the tree meets
// the nodes, each taken at one of the times that it is met. Unlike a preorder, it can be
// begun anywhere. So a subtree that is hung up by another of its nodes
// keeps its order, only turned, however long the way between the two nodes is
// (an Euler tour, with one entry a node; Tarjan keeps one in search trees).
//
// The ring is cut into pieces of about the same size. A piece has one offset that counts
// for the potentials of all its nodes. To shift the potentials of a subtree, its
// run is cut out of the pieces at both ends, and the offsets of whole
// pieces change; where it is small, its nodes are handed to the piece they come to instead, one by one.
//
// Sums of potentials and offsets may wrap; that cancels in every difference.
type thread struct {
	base       []int64  // per node: its potential less the offset of its piece
	at         []uint16 // per node: its piece
	next, prev []int32  // around the ring
	ends       []ends   // of the run of the subtree, per node
	pieces     []piece
	offset     []int64 // per piece
	spare      []int32 // pieces out of use
	size       int32   // nodes to a piece
	few        int32   // nodes of a subtree that is moved node by node
	walked     int     // nodes and pieces visited so far
}

// ends are the first and the last node of a run.
type ends struct{ first, last int32 }

// piece is a run of nodes, in the ring of pieces.
type piece struct {
	ends
	size       int32
	next, prev int32
}

// Nodes to a piece at least, and pieces of a large tree, whose offsets then stay in the fastest cache. A pivot on a
// large subtree visits some of the nodes of four pieces, and then one piece after the other.
const (
	leastPiece = 64
	mostPieces = 1 << 12 // about; eight times as many at worst, see tidy, and 16 bits number them
)

func newThread(nodes int32, t tuning) thread {
	k := thread{
		base: make([]int64, nodes), at: make([]uint16, nodes), ends: make([]ends, nodes),
		next: make([]int32, nodes), prev: make([]int32, nodes),
		size: max(leastPiece, nodes/mostPieces),
	}
	k.few = 2 * k.size
	if t.large { // in a small network
		k.size, k.few = max(3, 4*nodes/mostPieces), 2
	}
	return k
}

// pieceOf is the piece of a node.
func (t *thread) pieceOf(v int32) int32 { return int32(t.at[v]) }

// potential is that of a node, counted from any origin.
func (t *thread) potential(v int32) int64 {
	return t.base[v] + t.offset[t.at[v]]
}

// reduced is the reduced cost of an arc.
func (t *thread) reduced(a *arc) int64 {
	return a.cost + t.potential(a.from) - t.potential(a.to)
}

// lay makes the ring from the order that next has, beginning at the node first, and
// takes the potentials pi over.
func (t *thread) lay(first int32, pi []int64) {
	t.pieces, t.offset, t.spare = t.pieces[:0], t.offset[:0], t.spare[:0]
	v := first
	for {
		p := int32(len(t.pieces))
		begin := v
		size := int32(0)
		for {
			t.base[v], t.at[v] = pi[v], uint16(p)
			size++
			w := t.next[v]
			if w == first || size == t.size {
				break
			}
			v = w
		}
		t.pieces = append(t.pieces, piece{ends{begin, v}, size, p + 1, p - 1})
		t.offset = append(t.offset, 0)
		if v = t.next[v]; v == first {
			break
		}
	}
	last := int32(len(t.pieces)) - 1
	t.pieces[0].prev, t.pieces[last].next = last, 0
}

// move moves the run of a subtree behind the node below, which is not in it, and turns it
// so that it begins with the node begin. The potentials of its size nodes are raised by
// shift against those of the others. It returns the last node of the turned run.
func (t *thread) move(run ends, begin, below, size int32, shift int64) (end int32) {
	before, after := t.prev[run.first], t.next[run.last]
	if size <= t.few {
		to := t.pieceOf(below)
		t.hand(run, to, shift)
		end = t.splice(run, begin, below)
		p := &t.pieces[to]
		p.size += size
		if p.last == below {
			p.last = end
		}
		t.halve(to)
		t.tidy(before)
		t.tidy(after)
		return end
	}
	t.cut(run.first)
	t.cut(after)
	t.cut(begin)
	t.cut(t.next[below])
	first, last := t.pieceOf(run.first), t.pieceOf(run.last)
	t.chain(t.pieces[first].prev, t.pieces[last].next)
	t.chain(last, first)
	from, at := t.pieceOf(begin), t.pieceOf(below)
	finish, to := t.pieces[from].prev, t.pieces[at].next
	t.chain(at, from)
	t.chain(finish, to)
	if 2*int(size) > len(t.next) { // the others are fewer
		from, to, shift = to, from, -shift
	}
	for p := from; p != to; p = t.pieces[p].next {
		t.offset[p] += shift
		t.walked++
	}
	end = t.splice(run, begin, below)
	t.join(before)
	t.join(below)
	t.join(end)
	if begin != run.first {
		t.join(run.last)
	}
	return end
}

// splice moves a run in the ring of nodes and returns its last node.
func (t *thread) splice(run ends, begin, below int32) (end int32) {
	t.tie(t.prev[run.first], t.next[run.last])
	t.tie(run.last, run.first)
	end = t.prev[begin]
	after := t.next[below]
	t.tie(below, begin)
	t.tie(end, after)
	return end
}

// tie makes w the node after v.
func (t *thread) tie(v, w int32) { t.next[v], t.prev[w] = w, v }

// chain makes q the piece after p.
func (t *thread) chain(p, q int32) { t.pieces[p].next, t.pieces[q].prev = q, p }

// hand takes the nodes of a run out of their pieces and gives them to piece to, with their
// potentials raised by shift.
func (t *thread) hand(run ends, to int32, shift int64) {
	shift -= t.offset[to]
	for u := run.first; ; u = t.next[u] {
		p := t.pieceOf(u)
		from := &t.pieces[p]
		begin, change, count := u, shift+t.offset[p], int32(1)
		t.base[u], t.at[u] = t.base[u]+change, uint16(to)
		for ; u != run.last && u != from.last; count++ {
			u = t.next[u]
			t.base[u], t.at[u] = t.base[u]+change, uint16(to)
		}
		t.walked += int(count)
		if from.size -= count; from.size == 0 {
			t.drop(p)
		} else if begin == from.first {
			from.first = t.next[u]
		} else if u == from.last {
			from.last = t.prev[begin]
		}
		if u == run.last {
			return
		}
	}
}

// create returns a new piece.
func (t *thread) create() int32 {
	if n := len(t.spare); n > 0 {
		p := t.spare[n-1]
		t.spare = t.spare[:n-1]
		return p
	}
	t.pieces, t.offset = append(t.pieces, piece{}), append(t.offset, 0)
	return int32(len(t.pieces)) - 1
}

// drop takes a piece out of the ring of pieces.
func (t *thread) drop(p int32) {
	t.chain(t.pieces[p].prev, t.pieces[p].next)
	t.spare = append(t.spare, p)
}

// cut makes v the first node of a piece, and relabels the smaller part of the one it is in.
func (t *thread) cut(v int32) {
	p := t.pieceOf(v)
	e := t.pieces[p].ends
	if e.first == v {
		return
	}
	w := t.prev[v]
	onward, back, count := v, w, int32(1)
	for onward != e.last && back != e.first {
		onward, back = t.next[onward], t.prev[back]
		count++
	}
	if onward == e.last {
		t.divide(p, ends{v, e.last}, count, false)
	} else {
		t.divide(p, ends{e.first, w}, count, true)
	}
}

// divide makes a new piece of the size nodes of a run at one end of p, in front of the rest or behind it.
func (t *thread) divide(p int32, e ends, size int32, front bool) {
	q := t.create()
	for u := e.first; ; u = t.next[u] {
		t.at[u] = uint16(q)
		if u == e.last {
			break
		}
	}
	t.walked += 2 * int(size)
	t.offset[q] = t.offset[p]
	rest, part := &t.pieces[p], &t.pieces[q]
	rest.size -= size
	part.ends, part.size = e, size
	if front {
		rest.first = t.next[e.last]
		t.chain(rest.prev, q)
		t.chain(q, p)
	} else {
		rest.last = t.prev[e.first]
		t.chain(q, rest.next)
		t.chain(p, q)
	}
}

// halve cuts a piece in two that has become too large.
func (t *thread) halve(p int32) {
	if t.pieces[p].size <= 2*t.size {
		return
	}
	half := t.pieces[p].size / 2
	v := t.pieces[p].first
	for range half - 1 {
		v = t.next[v]
	}
	t.divide(p, ends{t.pieces[p].first, v}, half, true)
}

// tidy makes one piece of that of v, if it has become small, and the next, if that is not too large. So two
// neighbours never have less than a quarter of size between them.
func (t *thread) tidy(v int32) {
	if p := &t.pieces[t.at[v]]; 4*p.size < t.size {
		t.join(p.last)
	}
}

// join makes one piece of that of v, which is its last node, and the next, if it is not too large.
func (t *thread) join(v int32) {
	p := t.pieceOf(v)
	q := t.pieces[p].next
	if t.pieces[p].last != v || p == q || t.pieces[p].size+t.pieces[q].size > t.size {
		return
	}
	whole := ends{t.pieces[p].first, t.pieces[q].last}
	size := t.pieces[p].size + t.pieces[q].size
	if t.pieces[p].size > t.pieces[q].size {
		t.merge(q, p)
		q = p
	} else {
		t.merge(p, q)
	}
	t.pieces[q].ends, t.pieces[q].size = whole, size
}

// merge gives the nodes of p to q.
func (t *thread) merge(p, q int32) {
	e, change := t.pieces[p].ends, t.offset[p]-t.offset[q]
	for u := e.first; ; u = t.next[u] {
		t.base[u], t.at[u] = t.base[u]+change, uint16(q)
		if u == e.last {
			break
		}
	}
	t.walked += int(t.pieces[p].size)
	t.drop(p)
}
