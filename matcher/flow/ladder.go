package flow

import (
	"math"
	"slices"
)

// A ladder is where prices of limits may be if some cost vectors count more than others: so many units of those are a rung, and on top of it, or below, is
// what a unit is worth in the last vector, which stays within reach. Nothing is to be found in between, where a search would lose itself, so that
// places leave it out: they go along the reach of one rung after the other. With one cost vector a place is a price.
type ladder struct {
	rungs []float64 // in order, the first is 0; times scale, as all of it
	reach float64
}

// reachOf is the reach of a rung, for what a unit is typically worth.
const reachOf = 4

// ladder is that of the weights at hand. A rung is a unit of a vector more or less, or none. In small networks, where the bundle
// goes on and not the embedded simplex, it ends nearer to the best prices without.
func (r *relaxation) ladder(typical float64) *ladder {
	last := len(r.weights) - 1
	if last == 0 || r.weights[last] == 0 || !r.large() {
		return &ladder{reach: math.Inf(1)}
	}
	sums := []float64{0}
	for _, w := range r.weights[:last] {
		unit := float64(w * r.scale)
		for _, sum := range sums {
			sums = append(sums, sum+unit, sum-unit)
		}
	}
	l := &ladder{rungs: []float64{0}, reach: reachOf * typical * float64(r.scale)}
	slices.Sort(sums)
	for _, sum := range sums {
		if sum > l.rungs[len(l.rungs)-1]+2*l.reach {
			l.rungs = append(l.rungs, sum)
		}
	}
	return l
}

// price is the price at a place.
func (l *ladder) price(place float64) float64 {
	if len(l.rungs) < 2 {
		return place
	}
	i := max(0, min(int((place+l.reach)/(2*l.reach)), len(l.rungs)-1))
	return l.rungs[i] + place - 2*l.reach*float64(i)
}

// place is where a price is, the nearest place if it is between rungs.
func (l *ladder) place(price float64) float64 {
	if len(l.rungs) < 2 {
		return price
	}
	i := 0
	for i+1 < len(l.rungs) && l.rungs[i+1]-l.reach <= price {
		i++
	}
	return 2*l.reach*float64(i) + min(price-l.rungs[i], l.reach)
}
