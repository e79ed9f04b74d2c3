package flow_test

import (
	"math/big"
	"slices"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// oracle solves n in the plainest way, by cancelling negative cycles with costs
// as vectors compared lexicographically, for small numbers and few nodes.
// It returns the totals of an optimal plan, or why there is none.
func oracle(n *flowtest.Plain) (totals []int64, feasible, bounded bool) {
	const unlimited = 1 << 50
	type residual struct {
		from, to, twin int
		room           int64
		cost           []int64
	}
	var arcs []residual
	link := func(from, to int, there, back int64, cost []int64) {
		minus := make([]int64, len(cost))
		for k, c := range cost {
			minus[k] = -c
		}
		arcs = append(
			arcs,
			residual{from, to, len(arcs) + 1, there, cost},
			residual{to, from, len(arcs), back, minus},
		)
	}
	width := len(n.Costs) + 1 // the first entry counts what is not shipped
	nodes := len(n.Supplies)
	excess := slices.Clone(n.Supplies)
	for a, arc := range n.Arcs {
		cost := make([]int64, width)
		for k := range n.Costs {
			cost[k+1] = n.Costs[k][a]
		}
		room := int64(unlimited)
		if arc.Upper != flow.Inf {
			room = arc.Upper - arc.Lower
		}
		excess[arc.From] -= arc.Lower
		excess[arc.To] += arc.Lower
		link(int(arc.From), int(arc.To), room, 0, cost)
	}
	missing := make([]int64, width)
	missing[0] = 1
	for v, e := range excess {
		if e >= 0 {
			link(v, nodes, unlimited-e, e, missing)
		} else {
			link(nodes, v, unlimited+e, -e, missing)
		}
	}
	for {
		// Bellman and Ford from everywhere at once.
		dist := make([][]int64, nodes+1)
		by := make([]int, nodes+1)
		for v := range dist {
			dist[v], by[v] = make([]int64, width), -1
		}
		changed := -1
		for range nodes + 1 {
			changed = -1
			for i, a := range arcs {
				if a.room == 0 {
					continue
				}
				d := make([]int64, width)
				for k := range d {
					d[k] = dist[a.from][k] + a.cost[k]
				}
				if slices.Compare(d, dist[a.to]) < 0 {
					dist[a.to], by[a.to], changed = d, i, a.to
				}
			}
		}
		if changed < 0 {
			break
		}
		for range nodes + 1 {
			changed = arcs[by[changed]].from
		}
		amount := int64(unlimited)
		var cycle []int
		for v := changed; len(cycle) == 0 || v != changed; v = arcs[by[v]].from {
			cycle = append(cycle, by[v])
			amount = min(amount, arcs[by[v]].room)
		}
		if amount >= unlimited/2 {
			// Whether it is feasible is another question: ask it without costs.
			bare := *n
			bare.Costs = [][]int64{make([]int64, len(n.Arcs))}
			_, feasible, _ = oracle(&bare)
			return nil, feasible, false
		}
		for _, i := range cycle {
			arcs[i].room -= amount
			arcs[arcs[i].twin].room += amount
		}
	}
	totals = make([]int64, len(n.Costs))
	for a := range n.Arcs {
		x := n.Arcs[a].Lower + arcs[2*a+1].room
		for k := range totals {
			totals[k] += n.Costs[k][a] * x
		}
	}
	for i := 2 * len(n.Arcs); i < len(arcs); i += 2 {
		if arcs[i+1].room > 0 {
			return nil, false, true
		}
	}
	return totals, true, true
}

// bigTotals is what a plan costs, in big integers.
func bigTotals(n *flowtest.Plain, flows []int64) []*big.Int {
	var totals []*big.Int
	for _, costs := range n.Costs {
		sum := new(big.Int)
		for a, x := range flows {
			sum.Add(sum, new(big.Int).Mul(big.NewInt(costs[a]), big.NewInt(x)))
		}
		totals = append(totals, sum)
	}
	return totals
}

// bigFeasible reports whether flows keep the bounds and the supplies of n.
func bigFeasible(n *flowtest.Plain, flows []int64) bool {
	rest := make([]*big.Int, len(n.Supplies))
	for v, b := range n.Supplies {
		rest[v] = big.NewInt(b)
	}
	for a, arc := range n.Arcs {
		if flows[a] < arc.Lower || (arc.Upper != flow.Inf && flows[a] > arc.Upper) {
			return false
		}
		x := big.NewInt(flows[a])
		rest[arc.From].Sub(rest[arc.From], x)
		rest[arc.To].Add(rest[arc.To], x)
	}
	return !slices.ContainsFunc(rest, func(r *big.Int) bool { return r.Sign() != 0 })
}
