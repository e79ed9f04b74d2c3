package flow

// move takes the subtree of top off its parent, turns it so that child, a node
// in it, is its root, and hangs it up again by the link joined. The apex is the
// nearest common ancestor of both parents; above it no size changes.
//
// It takes time in proportion to the way from child to top, and to the apex.
func (s *simplex) move(top, child, apex int32, joined link) {
	total, end := s.links[top].size, s.last[top]

	// Take the run of the subtree out of the thread.
	before, after := s.prev[top], s.next[end]
	s.next[before], s.prev[after] = after, before
	above := s.links[top].parent
	for v := above; v != apex; v = s.links[v].parent {
		s.links[v].size -= total
	}
	for v := above; v >= 0 && s.last[v] == end; v = s.links[v].parent {
		s.last[v] = before
	}

	end = s.turn(top, child, joined)

	// Put the turned run back as the first child of its new parent.
	below := joined.parent
	for v := below; v != apex; v = s.links[v].parent {
		s.links[v].size += total
	}
	for v, leaf := below, below; v >= 0 && s.last[v] == leaf; v = s.links[v].parent {
		s.last[v] = end
	}
	after = s.next[below]
	s.next[below], s.prev[child] = child, below
	s.next[end], s.prev[after] = after, end
}

// turn reverses the links on the stem, the way from child up to top, gives child
// the link joined, and orders the run of the subtree for its new root. It
// returns the last node of the run; the ends of the run are left dangling.
//
// Without the run of the stem node below it, the run of a stem node is a piece of the new
// order: the new run is the piece of child, then that of its old parent, and so on up.
func (s *simplex) turn(top, child int32, joined link) (end int32) {
	total := s.links[top].size
	node, reversed := child, joined
	// Of the stem node below: its run in the old order, what bordered it, its size.
	var oldLast, oldBefore, oldAfter, oldSize int32
	for {
		up, size, last, before := s.links[node], s.links[node].size, s.last[node], s.prev[node]
		after := oldAfter
		if node == child || last != oldLast {
			after = s.next[last]
		}
		if node == child {
			end = last
		} else {
			s.next[end], s.prev[node] = node, end
			// Close the gap that the run of the stem node below left.
			end = oldBefore
			if last != oldLast {
				s.next[oldBefore], s.prev[oldAfter] = oldAfter, oldBefore
				end = last
			}
		}
		s.links[node], s.links[node].size = reversed, total-oldSize
		if node == top {
			break
		}
		oldLast, oldBefore, oldAfter, oldSize = last, before, after, size
		reversed = up
		reversed.parent, reversed.up = node, !up.up
		node = up.parent
	}
	for v := top; v != joined.parent; v = s.links[v].parent {
		s.last[v] = end
	}
	return end
}
