package flow

// move takes the subtree of top off its parent, turns it so that child, a node
// in it, is its root, and hangs it up again by the link joined. The apex is the
// nearest common ancestor of both parents; above it no size changes. The potentials of
// the subtree are raised by shift.
//
// Apart from the thread, it takes time in proportion to the way from child to top, and to the apex.
func (s *simplex) move(top, child, apex int32, joined link, shift int64) {
	t := &s.thread
	total, run := s.links[top].size, t.ends[top]
	begin := t.ends[child].first
	above, below := s.links[top].parent, joined.parent
	for v := above; v != apex; v = s.links[v].parent {
		s.links[v].size -= total
	}
	for v := below; v != apex; v = s.links[v].parent {
		s.links[v].size += total
	}
	// A run that ended or began with that of the subtree does so no longer.
	for v := above; v >= 0 && t.ends[v].last == run.last; v = s.links[v].parent {
		t.ends[v].last = t.prev[run.first]
	}
	for v := above; v >= 0 && t.ends[v].first == run.first; v = s.links[v].parent {
		t.ends[v].first = t.next[run.last]
	}
	end := t.move(run, begin, below, total, shift)
	for v := below; v >= 0 && t.ends[v].last == below; v = s.links[v].parent {
		t.ends[v].last = end
	}

	// Reverse the links of the stem, the way from child up to top. The subtree of a stem node
	// is now what the old one of the node below it leaves of the run.
	node, reversed := child, joined
	rest, size := ends{begin, end}, total
	for {
		up, old := s.links[node], t.ends[node]
		s.links[node], s.links[node].size = reversed, size
		t.ends[node] = rest
		if node == top {
			return
		}
		rest, size = ends{t.next[old.last], end}, total-up.size
		if old.first != begin {
			rest.last = t.prev[old.first]
		}
		reversed = up
		reversed.parent, reversed.up = node, !up.up
		node = up.parent
	}
}

// order sets the ring, in preorder from the root on, and the sizes and the ends of subtrees from
// the links.
func (s *simplex) order() {
	t, nodes := &s.thread, s.root+1
	child, sibling := make([]int32, nodes), make([]int32, nodes)
	for v := range child {
		child[v] = -1
	}
	for v := s.root - 1; v >= 0; v-- {
		p := s.links[v].parent
		sibling[v], child[p] = child[p], v
	}
	sibling[s.root] = -1
	before := s.root
	for v := s.root; ; {
		t.tie(before, v)
		before, t.ends[v], s.links[v].size = v, ends{v, v}, 1
		if child[v] >= 0 {
			v = child[v]
			continue
		}
		for v != s.root {
			p := s.links[v].parent
			t.ends[p].last = t.ends[v].last
			s.links[p].size += s.links[v].size
			if sibling[v] >= 0 {
				break
			}
			v = p
		}
		if v == s.root {
			break
		}
		v = sibling[v]
	}
	t.tie(before, s.root)
}
