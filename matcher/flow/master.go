package flow

import (
	"math"
	"slices"
)

// A bundle models a concave function q of prices μ ≥ 0 by cuts, planes that are above it and touch it:
//
//	q(μ) ≤ cost + excess·μ
//
// The next prices to try maximise the lowest cut less a penalty for being far from the best prices so far, the
// centre: Σ (μ − centre)² / (2·step·scale). Without the penalty (Kelley) prices jump about for long. In floating point: what it
// suggests is tried exactly, so an error costs time and never truth. Products are
// rounded before they are added, so that machines that could do both at once get the same numbers.
//
// C. Lemaréchal: Nonsmooth optimization and descent methods. IIASA 1978; K. C. Kiwiel: Proximity control in
// bundle methods for convex nondifferentiable minimization. Mathematical Programming 46 (1990) 105–122.
type bundle struct {
	cuts    []*cut
	centre  []float64
	scale   []float64 // per price
	step    float64
	typical float64 // what a unit is worth in the last vector, give or take

	// Of the last call of next.
	excess []float64 // weighted sum of the cuts
	prices []float64
	model  float64 // the lowest cut at prices
	error  float64 // the weighted cuts at the centre
}

// cut is one plane, of a plan of the network.
type cut struct {
	cost    float64 // above that of the first plan
	excess  []float64
	flows   []ArcFlow // of arcs in groups
	weight  float64
	idle    int
	atPrice float64 // value at prices
	number  int
	gram    []float64 // per cut by number, up to its own: scaled product of the excesses
}

func (c *cut) at(prices []float64) float64 { return c.cost + product64(c.excess, prices) }

func product64(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		if v != 0 {
			sum += float64(v * b[i])
		}
	}
	return sum
}

// add adds a cut, and drops those that have been without weight for long.
func (b *bundle) add(c *cut) {
	if len(b.cuts) == 0 {
		c.weight = 1
	}
	for _, d := range b.cuts {
		d.idle++
		if d.weight > 0 {
			d.idle = 0
		}
	}
	if len(b.cuts) > 2*len(b.centre)+40 {
		b.leave(func(d *cut) bool { return d.idle > 20 })
	}
	b.enlist(c)
}

// enlist gives a cut a number, and the products with those that have one.
func (b *bundle) enlist(c *cut) {
	scaled := make([]float64, len(c.excess))
	for g, e := range c.excess {
		scaled[g] = float64(b.scale[g] * e)
	}
	b.cuts = append(b.cuts, c)
	c.gram = make([]float64, 0, len(b.cuts))
	for i, d := range b.cuts {
		d.number = i
		c.gram = append(c.gram, product64(scaled, d.excess))
	}
}

// rescale keeps the last cuts, and takes in new scales.
func (b *bundle) rescale(last int) {
	cuts := b.cuts[max(0, len(b.cuts)-last):]
	b.cuts = nil
	for i, c := range cuts {
		c.weight = 0
		if i == len(cuts)-1 {
			c.weight = 1
		}
		b.enlist(c)
	}
}

// leave drops cuts.
func (b *bundle) leave(gone func(*cut) bool) {
	var stay []int
	kept := b.cuts[:0]
	for i, c := range b.cuts {
		if gone(c) {
			continue
		}
		stay, kept = append(stay, i), append(kept, c)
		for k, j := range stay {
			c.gram[k] = c.gram[j]
		}
		c.gram, c.number = c.gram[:len(stay)], len(stay)-1
	}
	clear(b.cuts[len(kept):])
	b.cuts = kept
}

// only drops the cuts of plans that are no longer allowed, and reports whether any are left.
func (b *bundle) only(allowed func(flows []ArcFlow) bool) {
	b.leave(func(c *cut) bool { return !allowed(c.flows) })
	sum := 0.0
	for _, c := range b.cuts {
		sum += c.weight
	}
	for i, c := range b.cuts {
		switch {
		case sum > 1e-9:
			c.weight /= sum
		case i == 0:
			c.weight = 1
		default:
			c.weight = 0
		}
	}
}

// weighted sets excess to the sum of the cuts by weight, and prices to what follows from it.
func (b *bundle) weighted() {
	clear(b.excess)
	for _, c := range b.cuts {
		if c.weight == 0 {
			continue
		}
		for g, e := range c.excess {
			b.excess[g] += float64(c.weight * e)
		}
	}
	for g := range b.prices {
		b.prices[g] = b.price(g, b.excess[g])
	}
}

func (b *bundle) price(g int, excess float64) float64 {
	return max(0, b.centre[g]+float64(float64(b.step*b.scale[g])*excess))
}

// mostLevels is how often next moves the weights at most: prices that are not quite those sought do as well.
const mostLevels = 80

// next finds the prices to try. It solves the dual: the weights of the cuts, which sum to 1, such that no cut with a
// weight is above the lowest at the prices that follow from them. From one set of weights it goes to those at which all
// cuts with a weight are level, as far as none becomes negative (an active-set method).
func (b *bundle) next(tolerance float64) {
	if b.excess == nil {
		b.excess, b.prices = make([]float64, len(b.centre)), make([]float64, len(b.centre))
	}
	for range mostLevels {
		b.weighted()
		low, mean, size := math.Inf(1), 0.0, 0.0
		var lowest *cut
		for _, c := range b.cuts {
			c.atPrice = c.at(b.prices)
			if c.atPrice < low {
				low, lowest = c.atPrice, c
			}
			mean += float64(c.weight * c.atPrice)
			size = max(size, float64(c.weight*math.Abs(c.atPrice)))
		}
		if mean-low <= max(tolerance, 1e-11*(1+size)) {
			break
		}
		if !b.level(lowest) {
			break
		}
	}
	b.weighted()
	b.model, b.error = math.Inf(1), 0
	for _, c := range b.cuts {
		b.model = min(b.model, c.at(b.prices))
		if c.weight > 0 {
			b.error += float64(c.weight * c.at(b.centre))
		}
	}
}

// level moves the weights towards those at which the cuts with a weight and the lowest are level. It reports
// whether it got anywhere.
func (b *bundle) level(lowest *cut) bool {
	var active []*cut
	for _, c := range b.cuts {
		if c.weight > 0 || c == lowest {
			active = append(active, c)
		}
	}
	for first := true; ; first = false {
		to := b.levelled(active)
		// A weight that is 0 and would fall leaves.
		if i := slices.IndexFunc(active, func(c *cut) bool { return c.weight == 0 && c != lowest }); i >= 0 && to != nil && to[i] < 0 {
			active = slices.Delete(active, i, i+1)
			continue
		}
		if to == nil || slices.Index(active, lowest) >= 0 && to[slices.Index(active, lowest)] <= 0 && lowest.weight == 0 {
			return b.swap(lowest)
		}
		room, most := 1.0, -1
		for i, c := range active {
			if to[i] < c.weight && to[i] < 0 {
				if s := c.weight / (c.weight - to[i]); s < room {
					room, most = s, i
				}
			}
		}
		length := b.search(active, to, room)
		if length <= 1e-14 {
			return first && b.swap(lowest) || !first
		}
		for i, c := range active {
			c.weight = max(0, c.weight+float64(length*(to[i]-c.weight)))
		}
		if most < 0 || length < room {
			return true
		}
		active[most].weight = 0
		active = slices.Delete(active, most, most+1)
	}
}

// search is how far to go from the weights of the active cuts towards others, at most room: to where the dual is lowest.
func (b *bundle) search(active []*cut, to []float64, room float64) float64 {
	b.weighted()
	move, slope := make([]float64, len(b.centre)), 0.0
	for i, c := range active {
		d := to[i] - c.weight
		slope += float64(d * c.cost)
		for g, e := range c.excess {
			move[g] += float64(d * e)
		}
	}
	at := func(s float64) float64 {
		sum := slope
		for g, m := range move {
			if m != 0 {
				sum += float64(m * b.price(g, b.excess[g]+float64(s*m)))
			}
		}
		return sum
	}
	if at(0) >= 0 {
		return 0
	}
	if at(room) <= 0 {
		return room
	}
	low, high := 0.0, room
	for range 50 {
		mid := (low + high) / 2
		if at(mid) <= 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// swap moves weight from the highest cut that has any to the lowest.
func (b *bundle) swap(lowest *cut) bool {
	var highest *cut
	for _, c := range b.cuts {
		if c.weight > 0 && (highest == nil || c.atPrice > highest.atPrice) {
			highest = c
		}
	}
	if highest == nil || highest == lowest {
		return false
	}
	pair := []*cut{highest, lowest}
	length := b.search(pair, []float64{0, lowest.weight + highest.weight}, 1)
	moved := float64(length * highest.weight)
	if moved <= 1e-15 {
		return false
	}
	highest.weight -= moved
	lowest.weight += moved
	return true
}

// levelled are weights that sum to 1 and at which all active cuts are level, if the same prices are 0 as now;
// nil if the equations do not tell.
func (b *bundle) levelled(active []*cut) []float64 {
	b.weighted()
	var nought []int // prices that stay 0
	for g, p := range b.prices {
		if p == 0 {
			nought = append(nought, g)
		}
	}
	n := len(active)
	rows := make([][]float64, n+1)
	last := make([]float64, n+2)
	largest := 0.0
	for i, c := range active {
		row := make([]float64, n+2)
		fixed := c.at(b.centre)
		for _, g := range nought {
			fixed -= float64(c.excess[g] * b.centre[g])
		}
		for j, d := range active[:i+1] {
			if c.number > d.number {
				row[j] = c.gram[d.number]
			} else {
				row[j] = d.gram[c.number]
			}
			for _, g := range nought {
				row[j] -= float64(float64(b.scale[g]*c.excess[g]) * d.excess[g])
			}
			row[j] *= b.step
			if j < i {
				rows[j][i] = row[j]
			}
		}
		largest = max(largest, row[i])
		row[n], row[n+1], last[i] = -1, -fixed, 1
		rows[i] = row
	}
	last[n+1], rows[n] = 1, last
	for i := range n {
		rows[i][i] += float64(1e-13 * (largest + 1e-300))
	}
	return eliminate(rows)
}

// eliminate solves linear equations, each row with its right-hand side at the end, nil if they are singular.
func eliminate(rows [][]float64) []float64 {
	n := len(rows)
	for k := range n {
		best := k
		for i := k + 1; i < n; i++ {
			if math.Abs(rows[i][k]) > math.Abs(rows[best][k]) {
				best = i
			}
		}
		rows[k], rows[best] = rows[best], rows[k]
		pivot := rows[k][k]
		if math.Abs(pivot) < 1e-290 {
			return nil
		}
		for i := k + 1; i < n; i++ {
			f := rows[i][k] / pivot
			if f == 0 {
				continue
			}
			to, from := rows[i], rows[k]
			for j := k + 1; j <= n; j++ {
				to[j] -= float64(f * from[j])
			}
		}
	}
	x := make([]float64, n)
	for k := n - 1; k >= 0; k-- {
		sum := rows[k][n]
		for j := k + 1; j < n; j++ {
			sum -= float64(rows[k][j] * x[j])
		}
		x[k] = sum / rows[k][k]
		if math.IsNaN(x[k]) || math.IsInf(x[k], 0) {
			return nil
		}
	}
	return x[:n-1]
}
