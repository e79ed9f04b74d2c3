package flow

// A level search looks for a path that costs nothing in reduced costs, from both ends at once. It is asked most often where
// there is none, when a step of a curve is over: one end is then shut in, mostly in a corner, while from the other a large part of
// the network ties.

// side is one end of a level search.
type side struct {
	sign    int64 // 1 from the source on, −1 from the target back
	mark    int32
	all     *steps
	opened  map[int32][]int32
	waiting []int32 // nodes to be looked at
	hub     bool    // the hub is to be looked at, last of all, since it has most arcs
	work    int     // steps looked at
}

// What frontier.place says of the nodes of a level search.
const (
	onward = -3
	back   = -4
)

// level finds a path from source to target of reduced cost 0. It leaves w.by as reach does.
func (w *Worth) level(source, target int32) bool {
	w.frontier.clear()
	if w.potential(source); w.dead[source] {
		return false
	}
	if source == target {
		return true
	}
	sides := [2]*side{
		{sign: 1, mark: onward, all: &w.leaving, opened: w.opened},
		{sign: -1, mark: back, all: &w.entering, opened: w.openedTo},
	}
	w.arrive(sides[0], source)
	w.arrive(sides[1], target)
	for {
		s := sides[0]
		if sides[1].work < s.work {
			s = sides[1]
		}
		v := w.hub
		switch last := len(s.waiting) - 1; {
		case last >= 0:
			v, s.waiting = s.waiting[last], s.waiting[:last]
		case s.hub:
			s.hub = false
		default:
			return false
		}
		if w.look(s, v, s.all.of(v), target) || w.look(s, v, s.opened[v], target) {
			return true
		}
	}
}

func (w *Worth) arrive(s *side, v int32) {
	w.place[v] = s.mark
	w.seen = append(w.seen, v)
	if v == w.hub {
		s.hub = true
	} else {
		s.waiting = append(s.waiting, v)
	}
}

// look looks at steps between v and what is beyond it, and reports whether one of them joins the two sides.
func (w *Worth) look(s *side, v int32, steps []int32, target int32) bool {
	s.work += len(steps) + 1
	p := w.potential(v)
	for _, step := range steps {
		a, against := way(step)
		if !w.isOpen(step) || a == w.excluded {
			continue
		}
		b, i := w.network.at(int(a))
		sign := int64(1)
		u := b.to.end(i)
		if against {
			sign = -1
		}
		if against == (s.sign > 0) {
			u = b.from.end(i)
		}
		if w.place[u] == s.mark {
			continue
		}
		q := w.potential(u)
		if w.dead[u] {
			continue
		}
		level := true
		for k := 0; k < w.vectors && level; k++ {
			level = sign*b.costs[k].at(i)+s.sign*(p[k]-q[k]) == 0
		}
		switch {
		case !level:
		case w.place[u] == unseen:
			w.by[u] = step
			w.arrive(s, u)
		case s.sign > 0:
			w.join(step, u, target)
			return true
		default:
			w.join(step, v, target)
			return true
		}
	}
	return false
}

// join turns the steps about by which the nodes from v to the target were reached from there: step is the one that leads to v.
func (w *Worth) join(step, v, target int32) {
	for {
		next := w.by[v]
		w.by[v] = step
		if v == target {
			return
		}
		step = next
		a, against := way(step)
		arc := w.network.Arc(int(a))
		if v = arc.To; against {
			v = arc.From
		}
	}
}
