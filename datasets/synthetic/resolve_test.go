package synthetic_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"labourmatch/datasets/synthetic"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// market is a world's network of pairs that can be changed by what its arcs mean.
type market struct {
	n         *flow.Network
	regions   int
	region    []int            // per node, −1 for node 0
	workers   int              // nodes 1 to workers are cells of workers
	stay      []int            // per node, the arc to node 0
	into      [][]int          // per region, the arcs of pairs into it
	corridors map[[2]int][]int // from region to region, the arcs of pairs
	bounds    []int64          // upper ones at the start
}

func marketOf(t *testing.T, size string, ratio float64, order synthetic.Order, seed uint64) *market {
	t.Helper()
	w := draw(t, size, ratio, seed)
	m := &market{
		n: pairs(t, w, order), regions: len(w.Regions), region: []int{-1},
		into: make([][]int, len(w.Regions)), corridors: map[[2]int][]int{},
	}
	for side, counts := range [][]int64{w.Workers, w.Vacancies} {
		for cell, count := range counts {
			if count > 0 {
				m.region = append(m.region, cell/len(w.Occupations))
			}
		}
		if side == 0 {
			m.workers = len(m.region) - 1
		}
	}
	m.stay = make([]int, len(m.region))
	for a := range m.n.Arcs() {
		arc := m.n.Arc(a)
		m.bounds = append(m.bounds, arc.Upper)
		if arc.To == 0 {
			m.stay[arc.From] = a
			continue
		}
		from, to := m.region[arc.From], m.region[arc.To]
		m.into[to] = append(m.into[to], a)
		m.corridors[[2]int{from, to}] = append(m.corridors[[2]int{from, to}], a)
	}
	return m
}

func (m *market) bound(a int, upper int64) {
	arc := m.n.Arc(a)
	arc.Upper = upper
	m.n.SetArc(a, arc)
}

// The kinds of change that somebody who tries policies makes. All leave a plan, as
// whoever is not placed can stay.
var changes = []struct {
	name string
	make func(m *market, r *rand.Rand)
}{
	{"a quota", func(m *market, r *rand.Rand) {
		a := r.IntN(m.n.Arcs())
		if v := m.n.Arc(a).From; m.n.Arc(a).To == 0 && int(v) <= m.workers {
			return // those who stay have none
		}
		m.bound(a, m.bounds[a]*r.Int64N(4)/2)
	}},
	{"the vacancies of a cell", func(m *market, r *rand.Rand) {
		a := m.stay[m.workers+1+r.IntN(len(m.region)-m.workers-1)]
		m.bound(a, m.bounds[a]*r.Int64N(4)/2)
	}},
	{"the workers of a cell", func(m *market, r *rand.Rand) {
		v := int32(1 + r.IntN(m.workers))
		before := m.n.Supply(v)
		after := r.Int64N(2*before + 2)
		m.n.SetSupply(v, after)
		m.n.SetSupply(0, m.n.Supply(0)+before-after)
		m.bound(m.stay[v], after)
	}},
	{"a channel, closed or opened", func(m *market, r *rand.Rand) {
		from, to := r.IntN(m.regions), r.IntN(m.regions)
		for len(m.corridors[[2]int{from, to}]) == 0 || from == to {
			from, to = r.IntN(m.regions), r.IntN(m.regions)
		}
		arcs := m.corridors[[2]int{from, to}]
		open := m.n.Arc(arcs[0]).Upper > 0
		for _, a := range arcs {
			if open {
				m.bound(a, 0)
			} else {
				m.bound(a, m.bounds[a])
			}
		}
	}},
	{"the wages of a country", func(m *market, r *rand.Rand) {
		percent := 80 + r.Int64N(41)
		for _, a := range m.into[r.IntN(m.regions)] {
			m.n.SetCost(0, a, m.n.Cost(0, a)*percent/100)
		}
	}},
}

// TestResolveGoesThroughSequencesOfPoliciesToTheColdPlan changes worlds as somebody does who
// tries policies, and goes on from plan to plan. On small worlds every plan is held
// against that of a solve from nothing, on large ones the last of each sequence.
// Certified are all.
func TestResolveGoesThroughSequencesOfPoliciesToTheColdPlan(t *testing.T) {
	const seed, steps = 20070319, 20
	for _, c := range []struct {
		size      string
		sequences int
		each      bool
	}{
		{"S", share(t, 900), true},
		{"M", share(t, 100), false},
		{"L", share(t, 20), false},
		{"W", share(t, 3), false},
	} {
		if c.sequences == 0 {
			continue
		}
		t.Run(c.size, func(t *testing.T) {
			warm := 0
			for i := range c.sequences {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				kinds := len(changes) + 1
				order := synthetic.Orders()[i/kinds%3]
				m := marketOf(t, c.size, []float64{0.4, 1.2}[i/kinds/3%2], order, uint64(i))
				last := solved(t, m.n)
				for step := range steps {
					label := fmt.Sprintf("world %s, %s, sequence %d, step %d", c.size, order, i, step)
					// One kind all along, or all of them.
					kind := i % kinds
					times := 1
					if kind == len(changes) {
						times = 1 + r.IntN(3)
					}
					for range times {
						of := kind
						if kind == len(changes) {
							of = r.IntN(kind)
						}
						changes[of].make(m, r)
						label += ", " + changes[of].name
					}
					s, err := flowtest.Resolve(context.Background(), m.n, last, flow.Options{})
					if err != nil {
						t.Fatalf("%s: %v", label, err)
					}
					if s.Stats.Resumed {
						warm++
					}
					last = s
					if !c.each && step < steps-1 {
						continue
					}
					cold := solved(t, m.n)
					if !slices.Equal(s.Costs, cold.Costs) {
						t.Fatalf("%s: it costs %v, from nothing %v", label, s.Costs, cold.Costs)
					}
					if !slices.Equal(s.Flows, cold.Flows) {
						t.Fatalf("%s: the plan is not the canonical one", label)
					}
				}
			}
			t.Logf("%d sequences of %d changes, seed %d: %d times went on, %d times started over",
				c.sequences, steps, seed, warm, steps*c.sequences-warm)
		})
	}
}

// share is flowtest.Count of full, oneIn of it, and none where even one is more than that.
func share(t *testing.T, full int) int {
	t.Helper()
	return flowtest.Count(t, 1000*full) / 1000 / oneIn
}

func solved(t *testing.T, n *flow.Network) *flow.Solution {
	t.Helper()
	s, err := flowtest.Solve(context.Background(), n, flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
