package flow

import "math"

// release lets a column go, at the bound where it is.
func (e *embedded) release(column int32, value float64) {
	switch {
	case column < 0:
		e.basic[-1-column] = false
	case value > e.room(column)/2:
		e.state[column] = atUpper
	default:
		e.state[column] = atLower
	}
}

// replace puts a column, of which a unit costs so much, in the place of another one; moves are those of a unit.
func (e *embedded) replace(j int, column int32, value, cost float64) {
	n := len(e.column)
	row := e.inverse[j*n : j*n+n]
	for i := range row {
		row[i] /= e.moves[j]
	}
	for k, u := range e.moves {
		if u == 0 || k == j {
			continue
		}
		to := e.inverse[k*n : k*n+n]
		for i, y := range row {
			if y != 0 {
				to[i] -= float64(u * y)
			}
		}
	}
	e.raise(j, -cost)
	e.column[j], e.value[j] = column, value
	if column >= 0 {
		e.state[column] = inTree
	} else {
		e.basic[-1-column] = true
	}
}

// exchange takes the link of a node out of the tree for the entering column if its cycle crosses that link. Else the cycles of columns do: then one
// of them takes its place in the tree, and the entering one takes that of the column.
func (e *embedded) exchange(column int32, value, cost float64, node int32) {
	own, crossing := e.crossing(column, node)
	if own == 0 {
		j := -1
		for k, x := range crossing {
			if x != 0 && (j < 0 || math.Abs(e.moves[k]) > math.Abs(e.moves[j])) {
				j = k
			}
		}
		other, carried := e.column[j], e.value[j]
		e.replace(j, column, value, cost)
		e.untouch()
		cost = e.cycle(other)
		e.solved(1)
		own, crossing[j] = crossing[j], 0
		column, value = other, carried
	}
	e.hang(column, value, node)
	e.divert(own, cost, crossing)
}

// divert takes in that cycles which crossed a link go round by the arc that has taken its place, whose own cycle crosses it too and costs so
// much; moves are those of a unit of it.
func (e *embedded) divert(own, cost float64, crossing []float64) {
	n := len(e.column)
	total, sum := own, make([]float64, n)
	for k, x := range crossing {
		if x != 0 {
			total -= float64(x * e.moves[k])
			for i, y := range e.inverse[k*n : k*n+n] {
				sum[i] += float64(x * y)
			}
		}
	}
	for k, u := range e.moves {
		if u == 0 {
			continue
		}
		f := u / total
		to := e.inverse[k*n : k*n+n]
		for i, y := range sum {
			if y != 0 {
				to[i] += float64(f * y)
			}
		}
	}
	for k, x := range crossing {
		if x != 0 {
			e.raise(k, float64(float64(own*cost)*x))
		}
	}
}

// crossing is how the cycles of a column and of those in the basis cross the link of a node: +1 upwards, −1 downwards.
func (e *embedded) crossing(column, node int32) (own float64, crossing []float64) {
	e.stamp += 2
	e.seen[len(e.seen)-1], e.seen[node] = e.stamp, e.stamp+1
	crosses := func(column int32) (x float64) {
		if column < 0 {
			return 0
		}
		a := &e.s.arcs[column]
		if e.below(a.to) {
			x++
		}
		if e.below(a.from) {
			x--
		}
		return x
	}
	crossing = make([]float64, len(e.column))
	for k, c := range e.column {
		crossing[k] = crosses(c)
	}
	return crosses(column), crossing
}

// below reports whether a node is below that which is marked with more than stamp; the root is marked with stamp.
func (e *embedded) below(v int32) bool {
	end := v
	for e.seen[end] < e.stamp {
		end = e.parent[end]
	}
	mark := e.seen[end]
	for ; v != end; v = e.parent[v] {
		e.seen[v] = mark
	}
	return mark > e.stamp
}

// hang puts an arc into the tree in place of the link of a node.
func (e *embedded) hang(arc int32, value float64, node int32) {
	a := &e.s.arcs[arc]
	child, parent := a.to, a.from
	for v := a.from; v >= 0; v = e.parent[v] {
		if v == node {
			child, parent = parent, child
			break
		}
	}
	if out := e.link[node]; out != added {
		e.release(out, e.flow[node])
	}
	e.state[arc] = inTree
	link, up, flow := arc, child == a.from, value
	for v := child; ; {
		next, l, u, f := e.parent[v], e.link[v], e.up[v], e.flow[v]
		e.parent[v], e.link[v], e.up[v], e.flow[v] = parent, link, up, flow
		if v == node {
			return
		}
		parent, link, up, flow = v, l, !u, f
		v = next
	}
}
