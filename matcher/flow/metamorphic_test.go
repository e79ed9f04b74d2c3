package flow_test

import (
	"context"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// The tests in this file change a network in a way that says what its answer must
// become. They need no other solver, and so reach what no oracle does: several
// costs, large numbers, the canonical plan.

// draw is a network that has a plan, and how it is to be solved.
type draw struct {
	*flowtest.Plain
	r *rand.Rand
	o flow.Options
}

// drawNetwork draws a network that has a plan, with one to three cost vectors, the
// first of them now and then without any preference, and a way to solve it.
func drawNetwork(t *rapid.T) draw {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	family := rapid.SampledFrom(flowtest.Families).Draw(t, "family")
	d := draw{Plain: family.Make(r, rapid.IntRange(4, 25).Draw(t, "size")), r: r}
	for range rapid.IntRange(0, 2).Draw(t, "further costs") {
		flowtest.AddCosts(r, d.Plain, 1+r.Int64N(5))
	}
	if rapid.IntRange(0, 3).Draw(t, "free first") == 0 {
		clear(d.Costs[0])
	}
	d.o.Rule = flow.PivotRule(rapid.IntRange(0, 3).Draw(t, "rule"))
	if rapid.Bool().Draw(t, "large") {
		d.o = d.o.Large()
	}
	_, err := d.Solve(context.Background(), flow.Options{AnyPlan: true})
	switch v := flowtest.Verdict(err); v {
	case "optimal":
	case "infeasible", "unbounded":
		t.Skip(v)
	default:
		t.Fatal(v)
	}
	return d
}

func (d draw) node() int32 { return int32(d.r.IntN(len(d.Supplies))) }
func (d draw) arc() int    { return d.r.IntN(len(d.Arcs)) }

// scaled is n with all quantities times factor.
func scaled(n *flowtest.Plain, factor int64) *flowtest.Plain {
	m := n.Clone()
	for v := range m.Supplies {
		m.Supplies[v] *= factor
	}
	for a := range m.Arcs {
		m.Arcs[a].Lower *= factor
		if m.Arcs[a].Upper != flow.Inf {
			m.Arcs[a].Upper *= factor
		}
	}
	return m
}

// same fails the test unless two plans carry the same and cost the same.
func same(t rapid.TB, after, before *flowtest.Plan) {
	t.Helper()
	if !slices.Equal(after.Costs, before.Costs) {
		t.Fatalf("it costs %v, before %v", after.Costs, before.Costs)
	}
	if !slices.Equal(after.Flows, before.Flows) {
		t.Fatalf("the plan is %v, before %v", after.Flows, before.Flows)
	}
}

// multiple fails the test unless after costs factor times what before does.
func multiple(t rapid.TB, after, before []flow.Total, factor int64) {
	t.Helper()
	for k, total := range before {
		if want := new(big.Int).Mul(big.NewInt(factor), total.Big()); after[k].Big().Cmp(want) != 0 {
			t.Fatalf("total %d is %v, want %d times %v", k, after[k], factor, total)
		}
	}
}

// noDearer fails the test if after costs more than before, in the order of the vectors.
func noDearer(t rapid.TB, after, before *flowtest.Plan) {
	t.Helper()
	if slices.CompareFunc(after.Costs, before.Costs, flow.Total.Cmp) > 0 {
		t.Fatalf("it costs %v, before %v", after.Costs, before.Costs)
	}
}

func TestTheOrderOfNodesAndArcsDoesNotShowInThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		n.Keys = make([]uint64, len(n.Arcs))
		for a := range n.Keys {
			n.Keys[a] = n.r.Uint64()
		}
		m := permuted(n.r, n.Plain)
		before, after := solve(t, n.Plain, n.o), solve(t, m, n.o)
		if !slices.Equal(after.Costs, before.Costs) {
			t.Fatalf("it costs %v, before %v", after.Costs, before.Costs)
		}
		want := flowsByKey(n.Plain, before)
		for key, x := range flowsByKey(m, after) {
			if x != want[key] {
				t.Fatalf("%d units on the arc of key %d, before %d", x, key, want[key])
			}
		}
	})
}

func TestScalingCostsScalesTheTotalsAndKeepsThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		m := n.Clone()
		k, factor := n.r.IntN(len(n.Costs)), rapid.Int64Range(1, 9).Draw(t, "factor")
		for a := range m.Costs[k] {
			m.Costs[k][a] *= factor
		}
		before, after := solve(t, n.Plain, n.o), solve(t, m, n.o)
		multiple(t, after.Costs[k:k+1], before.Costs[k:k+1], factor)
		after.Costs[k] = before.Costs[k]
		same(t, after, before)
	})
}

func TestScalingQuantitiesScalesThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		factor := rapid.Int64Range(1, 9).Draw(t, "factor")
		before, after := solve(t, n.Plain, n.o), solve(t, scaled(n.Plain, factor), n.o)
		multiple(t, after.Costs, before.Costs, factor)
		for a := range n.Arcs {
			if before.Flows[a]*factor != after.Flows[a] {
				t.Fatalf("arc %d carries %d, before %d, factor %d", a, after.Flows[a], before.Flows[a], factor)
			}
		}
	})
}

// What leaves a node less what enters it is its supply, so a price at every node,
// paid by all arcs that leave it and paid back by all that enter it, costs every
// plan the same: price times supply.
func TestPricesAtTheNodesMoveTheCostByWhatTheSuppliesPayAndKeepThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		m := n.Clone()
		before := solve(t, n.Plain, n.o)
		want := slices.Clone(before.Costs)
		for k := range m.Costs {
			most := rapid.SampledFrom([]int64{0, 1, 100, 1 << 40}).Draw(t, "most")
			for v, supply := range n.Supplies {
				price := n.r.Int64N(2*most+1) - most
				want[k] = want[k].PlusProduct(price, supply)
				for a, arc := range m.Arcs {
					if int(arc.From) == v {
						m.Costs[k][a] += price
					}
					if int(arc.To) == v {
						m.Costs[k][a] -= price
					}
				}
			}
		}
		after := solve(t, m, n.o)
		before.Costs = want
		same(t, after, before)
	})
}

func TestAFurtherArcNeverMakesThePlanDearer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		m := n.Clone()
		m.Arcs = append(m.Arcs, flow.Arc{From: n.node(), To: n.node(), Upper: n.r.Int64N(20)})
		for k := range m.Costs {
			m.Costs[k] = append(m.Costs[k], n.r.Int64N(40)-20)
		}
		noDearer(t, solve(t, m, n.o), solve(t, n.Plain, n.o))
	})
}

func TestMoreRoomOnArcsNeverMakesThePlanDearer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		m := n.Clone()
		for range rapid.IntRange(1, 5).Draw(t, "arcs") {
			a := &m.Arcs[n.arc()]
			if a.Upper != flow.Inf {
				a.Upper += n.r.Int64N(9)
			}
			a.Lower -= n.r.Int64N(3)
		}
		noDearer(t, solve(t, m, n.o), solve(t, n.Plain, n.o))
	})
}

// TestNetworksSideBySideAreSolvedEachAsIfAlone holds for the canonical plan too,
// because a key's part in a mix is the key's alone: with the keys that its arcs
// have beside the other, a network has the plan that it has there.
func TestNetworksSideBySideAreSolvedEachAsIfAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := drawNetwork(t), drawNetwork(t)
		for len(m.Costs) < len(n.Costs) {
			flowtest.AddCosts(m.r, m.Plain, 3)
			if _, err := m.Solve(context.Background(), m.o); err != nil {
				t.Skip(err) // it was bounded without them
			}
		}
		m.Costs = m.Costs[:len(n.Costs)]
		m.Keys = make([]uint64, len(m.Arcs))
		for a := range m.Keys {
			m.Keys[a] = uint64(len(n.Arcs) + a)
		}
		both := n.Clone()
		both.Beside(m.Plain)
		one, other, after := solve(t, n.Plain, n.o), solve(t, m.Plain, m.o), solve(t, both, n.o)
		if want := append(one.Flows, other.Flows...); !slices.Equal(after.Flows, want) {
			t.Fatalf("the plan is %v, each alone %v", after.Flows, want)
		}
		for k, total := range after.Costs {
			if want := new(big.Int).Add(one.Costs[k].Big(), other.Costs[k].Big()); total.Big().Cmp(want) != 0 {
				t.Fatalf("total %d is %v, each alone %v and %v", k, total, one.Costs[k], other.Costs[k])
			}
		}
	})
}

// TestSplittingANodeChangesNoCost splits a node in two that have the same arcs, and
// shares its supply and the bounds of its arcs between them. So that the shares are
// whole, there is then of everything as much as shares in all. What goes through
// the node can be shared likewise, and what goes through the two can be added up.
func TestSplittingANodeChangesNoCost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		one, other := rapid.Int64Range(0, 4).Draw(t, "one"), rapid.Int64Range(1, 4).Draw(t, "other")
		m := scaled(n.Plain, one+other)
		node, twin := n.node(), int32(len(n.Supplies))
		m.Supplies[node] = one * n.Supplies[node]
		m.Supplies = append(m.Supplies, other*n.Supplies[node])
		for a, arc := range n.Arcs {
			if arc.From != node && arc.To != node {
				continue
			}
			share := func(s int64) flow.Arc {
				shared := flow.Arc{From: arc.From, To: arc.To, Lower: s * arc.Lower, Upper: flow.Inf}
				if arc.Upper != flow.Inf {
					shared.Upper = s * arc.Upper
				}
				return shared
			}
			m.Arcs[a] = share(one)
			second := share(other)
			if second.From == node {
				second.From = twin
			}
			if second.To == node {
				second.To = twin
			}
			m.Arcs = append(m.Arcs, second)
			for k := range m.Costs {
				m.Costs[k] = append(m.Costs[k], n.Costs[k][a])
			}
		}
		multiple(t, solve(t, m, n.o).Costs, solve(t, n.Plain, n.o).Costs, one+other)
	})
}

func TestSplittingArcsIntoParallelOnesChangesNoCost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		m := n.Clone()
		before := solve(t, n.Plain, n.o)
		for a := range n.Arcs {
			if n.r.IntN(3) > 0 {
				continue
			}
			arc := &m.Arcs[a]
			second := flow.Arc{From: arc.From, To: arc.To, Upper: flow.Inf}
			if arc.Upper != flow.Inf {
				second.Upper = n.r.Int64N(arc.Upper - arc.Lower + 1)
				arc.Upper -= second.Upper
			}
			m.Arcs = append(m.Arcs, second)
			for k := range m.Costs {
				m.Costs[k] = append(m.Costs[k], n.Costs[k][a])
			}
		}
		multiple(t, solve(t, m, n.o).Costs, before.Costs, 1)
	})
}
