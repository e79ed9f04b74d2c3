package flow

import "math"

// A round is what a column would change: effects on limits, of other columns and of links of the tree.
type round struct {
	effect  []float64 // per limit, of a unit of the column itself
	has     []bool
	touched []int32 // limits with an effect

	moves []float64 // per column: what it does for each unit

	change  []float64 // per node: what more goes up its link
	where   []bool    // the node is in changed
	waits   []int32   // for so many nodes below it
	changed []int32

	seen  []int32 // per node: a mark
	stamp int32
}

func newRound(nodes, limits int) round {
	return round{
		effect: make([]float64, limits), has: make([]bool, limits), moves: make([]float64, limits),
		change: make([]float64, nodes), where: make([]bool, nodes), waits: make([]int32, nodes), seen: make([]int32, nodes),
	}
}

func (r *round) touch(limit int32, by float64) {
	if !r.has[limit] {
		r.has[limit] = true
		r.touched = append(r.touched, limit)
	}
	r.effect[limit] += by
}

// untouch forgets the effects, and forget the rest too.
func (r *round) untouch() {
	for _, l := range r.touched {
		r.effect[l], r.has[l] = 0, false
	}
	r.touched = r.touched[:0]
}

func (r *round) forget() {
	r.untouch()
	for _, v := range r.changed {
		r.change[v], r.where[v], r.waits[v] = 0, false, 0
	}
	r.changed = r.changed[:0]
}

// linkCost is the cost of the link of a node, without prices.
func (e *embedded) linkCost(v int32) float64 {
	switch a := e.link[v]; {
	case a != added:
		return e.cost[a]
	case e.up[v]:
		return -float64(e.s.offset[v])
	default:
		return float64(e.s.offset[v])
	}
}

// affects notes the effect on limits of so much more of an arc.
func (e *embedded) affects(arc int32, by float64) {
	if arc != added && e.place[arc] >= 0 {
		for _, l := range e.groups.of(int(e.place[arc])) {
			e.touch(l, by)
		}
	}
}

// apex is where the ways up from v and w meet.
func (e *embedded) apex(v, w int32) int32 {
	e.stamp += 2
	for fromV, fromW := e.stamp, e.stamp+1; ; {
		if v >= 0 {
			if e.seen[v] == fromW {
				return v
			}
			e.seen[v] = fromV
			v = e.parent[v]
		}
		if w >= 0 {
			if e.seen[w] == fromV {
				return w
			}
			e.seen[w] = fromW
			w = e.parent[w]
		}
	}
}

// cycle notes the effects of the cycle that an arc closes with the tree, and returns what a unit costs.
func (e *embedded) cycle(arc int32) (cost float64) {
	a := &e.s.arcs[arc]
	top := e.apex(a.from, a.to)
	e.affects(arc, 1)
	cost = e.cost[arc]
	for _, side := range [...]struct {
		end  int32
		sign float64
	}{{a.to, 1}, {a.from, -1}} {
		for v := side.end; v != top; v = e.parent[v] {
			sign := side.sign
			if !e.up[v] {
				sign = -sign
			}
			cost += float64(sign * e.linkCost(v))
			e.affects(e.link[v], sign)
		}
	}
	for _, l := range e.touched {
		cost += float64(e.prices[l] * e.effect[l])
	}
	return cost
}

// try pivots on a column if it pays. It reports whether it did.
func (e *embedded) try(column int32) bool {
	defer e.forget()
	var cost, sign float64 // of a unit more, and whether it is more
	if column >= 0 {
		if e.state[column] == inTree {
			return false
		}
		cost, sign = e.cycle(column), float64(e.state[column])
	} else {
		g := -1 - column
		if e.basic[g] {
			return false
		}
		e.touch(g, -1)
		if sign = 1; e.prices[g] < e.low[g] {
			sign = -1
		}
		e.above[g] = sign > 0
		cost = e.slope(g) - e.prices[g]
	}
	return float64(sign*cost) < -least && e.enter(column, sign, cost)
}

// solved sets moves to by times what the columns have to do for the effects at hand.
func (e *embedded) solved(by float64) {
	n := len(e.column)
	clear(e.moves)
	for _, l := range e.touched {
		if f := float64(by * e.effect[l]); f != 0 {
			for k := range n {
				if v := e.inverse[k*n+int(l)]; v != 0 {
					e.moves[k] += float64(v * f)
				}
			}
		}
	}
	for k, m := range e.moves {
		if math.Abs(m) < nothing {
			e.moves[k] = 0
		}
	}
}

// send notes at both ends that so much more goes over an arc, and spread what then has to go up each link.
func (e *embedded) send(arc int32, units float64) {
	a := &e.s.arcs[arc]
	e.bring(a.to, units)
	e.bring(a.from, -units)
}

func (e *embedded) bring(v int32, units float64) {
	e.change[v] += units
	for !e.where[v] {
		e.where[v] = true
		e.changed = append(e.changed, v)
		if v = e.parent[v]; v < 0 {
			return
		}
		e.waits[v]++
	}
}

func (e *embedded) spread() {
	for _, v := range e.changed {
		for e.waits[v] == 0 {
			e.waits[v] = -1
			p := e.parent[v]
			if p < 0 {
				break
			}
			e.change[p] += e.change[v]
			e.waits[p]--
			v = p
		}
	}
	e.change[len(e.change)-1] = 0
}

// A stop is what ends a pivot: a column, the link of a node, or where both are −1 the entering column itself.
type stop struct {
	column, node int32
	step         float64
}

// enter pivots on a column, of which a unit more costs so much; sign is −1 where it falls. It reports whether anything stopped it.
func (e *embedded) enter(column int32, sign, cost float64) bool {
	e.solved(-sign)
	own := math.Inf(1)
	if column >= 0 {
		e.send(column, sign)
		own = e.room(column)
	}
	for k, m := range e.moves {
		if m != 0 && e.column[k] >= 0 {
			e.send(e.column[k], m)
		}
	}
	e.spread()
	at := e.stopped(own)
	if math.IsInf(at.step, 1) {
		return false
	}
	e.pivots++
	for k, m := range e.moves {
		e.value[k] += float64(m * at.step)
		e.moves[k] *= -sign // from here on: of a unit of the column
	}
	for _, v := range e.changed {
		e.flow[v] += float64(e.along(v) * at.step)
	}
	value := float64(sign * at.step)
	if column >= 0 && e.state[column] == atUpper {
		value += e.room(column)
	}
	switch {
	case at.column >= 0:
		e.release(e.column[at.column], e.value[at.column])
		e.replace(int(at.column), column, value, cost)
	case at.node >= 0:
		e.exchange(column, value, cost, at.node)
	default:
		e.state[column] = -e.state[column]
	}
	return true
}

// along is what more goes over the arc of the link of a node, in its direction.
func (e *embedded) along(v int32) float64 {
	if e.up[v] {
		return e.change[v]
	}
	return -e.change[v]
}

// left is how far a flow may go in a direction.
func left(flow, room, direction float64) float64 {
	if direction > 0 {
		return max(0, room-flow)
	}
	return max(0, flow)
}

// columnLeft is how far a column may go in a direction. What a limit is over or under may grow without end, and fall to 0.
func (e *embedded) columnLeft(k int, direction float64) float64 {
	c := e.column[k]
	switch {
	case c >= 0:
		return left(e.value[k], e.room(c), direction)
	case e.above[-1-c] && direction < 0:
		return max(0, e.value[k])
	case !e.above[-1-c] && direction > 0:
		return max(0, -e.value[k])
	}
	return math.Inf(1)
}

// stopped finds what stops the column at hand, which itself has room for own. Of all that stop it at about the same step, the one is taken that moves
// most, for the sake of the inverse (P. M. J. Harris, Mathematical Programming 5 (1973) 1–28).
func (e *embedded) stopped(own float64) stop {
	const about = 1e-7
	farthest := own
	for k, m := range e.moves {
		if m != 0 {
			farthest = min(farthest, (e.columnLeft(k, m)+about)/math.Abs(m))
		}
	}
	for _, v := range e.changed {
		if m := e.along(v); math.Abs(m) > nothing {
			farthest = min(farthest, (left(e.flow[v], e.room(e.link[v]), m)+about)/math.Abs(m))
		}
	}
	at, most := stop{-1, -1, own}, 0.0
	for k, m := range e.moves {
		if size := math.Abs(m); size > most {
			if step := e.columnLeft(k, m) / size; step <= farthest {
				at, most = stop{int32(k), -1, step}, size
			}
		}
	}
	for _, v := range e.changed {
		m := e.along(v)
		if size := math.Abs(m); size > max(most, nothing) {
			if step := left(e.flow[v], e.room(e.link[v]), m) / size; step <= farthest {
				at, most = stop{-1, v, step}, size
			}
		}
	}
	if own <= at.step {
		return stop{-1, -1, own}
	}
	return at
}
