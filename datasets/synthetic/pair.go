package synthetic

import (
	"errors"
	"fmt"

	"labourmatch/matcher/flow"
)

// Order is the order of a plan's aims, folded into one cost.
type Order string

// The orders. In all of them a pair is worth its value; in the first two, in addition,
//
//   - HomeFirst: 3,000,000 at home, 500,000 by free movement, 100,000 otherwise;
//   - FillFirst: 1,000,000.
const (
	HomeFirst Order = "home-first"
	FillFirst Order = "fill-first"
	Value     Order = "value"
)

// Orders are all orders, the default first.
func Orders() []Order { return []Order{HomeFirst, FillFirst, Value} }

// bonus is what a pair is worth beyond its value.
func (o Order) bonus(home, free bool) int64 {
	switch {
	case o == Value:
		return 0
	case o == FillFirst:
		return 1_000_000
	case home:
		return 3_000_000
	case free:
		return 500_000
	}
	return 100_000
}

// Pairs is the world as one arc for every pair of a cell of workers and a cell of vacancies: node 0 takes all; then the
// cells of workers, which supply them, and those of vacancies. A cell of workers has an arc to node 0, for who stays, at no
// cost, and one to every cell of vacancies in reach, at minus what a pair is worth; a cell of vacancies has one to node
// 0, which holds as many as there are vacancies.
func (w *World) Pairs(order Order) (*flow.Network, error) {
	if order != HomeFirst && order != FillFirst && order != Value {
		return nil, fmt.Errorf("there is no order %q; there are %v", order, Orders())
	}
	if most := w.MostPairs(); most > mostPairs {
		return nil, fmt.Errorf("with an arc for every pair it would have up to %d million arcs: %w", most/1_000_000, ErrTooManyPairs)
	}
	n := &flow.Network{}
	all := int64(0)
	for _, count := range w.Workers {
		all += count
	}
	n.AddNode(-all)
	workers, vacancies := w.nodes(n, w.Workers, 1), w.nodes(n, w.Vacancies, 0)
	for cell, from := range workers {
		if from < 0 {
			continue
		}
		n.AddArc(flow.Arc{From: from, To: 0, Upper: w.Workers[cell]}, 0)
		home := cell / len(w.Occupations)
		country := &w.Countries[w.Regions[home].Country]
		w.addPairs(n, order, cell, Corridor{To: country.Regions}, from, vacancies)
		for _, c := range country.Corridors {
			w.addPairs(n, order, cell, c, from, vacancies)
		}
	}
	for cell, node := range vacancies {
		if node >= 0 {
			n.AddArc(flow.Arc{From: node, To: 0, Upper: w.Vacancies[cell]}, 0)
		}
	}
	return n, nil
}

// nodes adds a node for every cell that has a count, with sign times the count as its supply.
func (w *World) nodes(n *flow.Network, counts []int64, sign int64) []int32 {
	nodes := make([]int32, len(counts))
	for cell, count := range counts {
		nodes[cell] = -1
		if count > 0 {
			nodes[cell] = n.AddNode(sign * count)
		}
	}
	return nodes
}

// addPairs adds the arcs from a cell of workers along a corridor.
func (w *World) addPairs(n *flow.Network, order Order, cell int, c Corridor, from int32, vacancies []int32) {
	home, occupation := cell/len(w.Occupations), cell%len(w.Occupations)
	outside := 0.4 * w.wage(home, occupation)
	for _, to := range c.To {
		for _, r := range w.Occupations[occupation].Related {
			there := to*len(w.Occupations) + r.To
			if vacancies[there] < 0 {
				continue
			}
			value := int64(1.5*w.wage(to, r.To) - outside - r.Training/2 - c.Cost/2)
			if value <= 0 {
				continue
			}
			n.AddArc(flow.Arc{From: from, To: vacancies[there], Upper: min(w.Workers[cell], w.Vacancies[there])},
				-value-order.bonus(w.Regions[to].Country == w.Regions[home].Country, c.Free))
		}
	}
}

// mostPairs is the number of arcs up to which a world is written as pairs.
const mostPairs = 100_000_000

// ErrTooManyPairs is matched by the error of a world that is too large for an arc for every pair.
var ErrTooManyPairs = errors.New("too many to write down; the layered form has an arc for every step instead")

// MostPairs is the number of pairs of a cell of workers and one of vacancies in its reach, whatever they are worth.
func (w *World) MostPairs() int64 {
	reach := make([]int64, len(w.Countries)) // regions that a region of the country reaches
	for i := range w.Countries {
		reach[i] = int64(len(w.Countries[i].Regions))
		for _, c := range w.Countries[i].Corridors {
			reach[i] += int64(len(c.To))
		}
	}
	pairs := int64(0)
	for cell, count := range w.Workers {
		if count > 0 {
			home, occupation := cell/len(w.Occupations), cell%len(w.Occupations)
			pairs += reach[w.Regions[home].Country] * int64(len(w.Occupations[occupation].Related))
		}
	}
	return pairs
}
