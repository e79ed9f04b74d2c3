package flow_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// edges are the numbers at which a column of a network changes its width, and
// those that stand for something else in a narrow one.
var edges = []int64{
	0, 0, 0, 1, -1, 7, flow.Inf, flow.Inf - 1, math.MinInt64,
	math.MaxInt32, math.MaxInt32 + 1, math.MinInt32, math.MinInt32 + 1, math.MinInt32 - 1,
}

// TestNetworkHoldsWhatWasPutIntoIt puts numbers into a network and into plain
// slices. Solver and certifier both read a network through its columns, so
// that an error there would be certified; nothing but this looks at them from outside.
func TestNetworkHoldsWhatWasPutIntoIt(t *testing.T) {
	const seed = 20070319
	for i := range flowtest.Count(t, 1000) {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		some := edges[:1+r.IntN(len(edges))] // of few numbers, so that columns stay uniform or narrow too
		number := func() int64 { return some[r.IntN(len(some))] }
		n, p := &flow.Network{}, &flowtest.Plain{Costs: [][]int64{}}
		for range 1 + r.IntN(9) {
			p.Supplies = append(p.Supplies, number())
			n.AddNode(p.Supplies[len(p.Supplies)-1])
		}
		node := func() int32 { return int32(r.IntN(len(p.Supplies))) }
		arc := func() flow.Arc { return flow.Arc{From: node(), To: node(), Lower: number(), Upper: number()} }
		add := func() {
			costs := make([]int64, r.IntN(4))
			for k := range costs {
				costs[k] = number()
			}
			for len(costs) > len(p.Costs) {
				p.Costs = append(p.Costs, make([]int64, len(p.Arcs)))
			}
			p.Arcs, p.Keys = append(p.Arcs, arc()), append(p.Keys, uint64(len(p.Arcs)))
			for k := range p.Costs {
				c := int64(0)
				if k < len(costs) {
					c = costs[k]
				}
				p.Costs[k] = append(p.Costs[k], c)
			}
			if a := n.AddArc(p.Arcs[len(p.Arcs)-1], costs...); a != len(p.Arcs)-1 {
				t.Fatalf("network %d: arc %d is said to be %d", i, len(p.Arcs)-1, a)
			}
		}
		for range 1 + r.IntN(9000) { // blocks end every 4096 arcs
			add()
		}
		change := func() {
			a := r.IntN(len(p.Arcs))
			switch r.IntN(6) {
			case 0:
				p.Arcs[a] = arc()
				n.SetArc(a, p.Arcs[a])
			case 1:
				p.Keys[a] = r.Uint64()
				n.SetKey(a, p.Keys[a])
			case 2:
				v := node()
				p.Supplies[v] = number()
				n.SetSupply(v, p.Supplies[v])
			case 3:
				add()
			default:
				if len(p.Costs) > 0 {
					k := r.IntN(len(p.Costs))
					p.Costs[k][a] = number()
					n.SetCost(k, a, p.Costs[k][a])
				}
			}
		}
		for range 200 {
			change()
		}
		if !reflect.DeepEqual(flowtest.Open(n), p) {
			t.Fatalf("network %d, seed %d, holds something else than was put into it", i, seed)
		}
		before, clone := flowtest.Open(n), n.Clone()
		for range 200 {
			change()
		}
		if !reflect.DeepEqual(flowtest.Open(clone), before) {
			t.Fatalf("network %d, seed %d: its clone changes with it", i, seed)
		}
	}
}

func TestASolutionKnowsTheFlowOfEveryArc(t *testing.T) {
	s := &flow.Solution{Flows: []flow.ArcFlow{{Arc: 1, Units: 4}, {Arc: 2, Units: -7}, {Arc: 5, Units: 1}}}
	for a, want := range []int64{0, 4, -7, 0, 0, 1, 0} {
		if got := s.Flow(a); got != want {
			t.Errorf("arc %d carries %d, want %d", a, got, want)
		}
	}
}

func TestAForkIsChangedAsACloneIsAndLeavesItsNetworkAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := &flow.Network{}
		for range 5 {
			n.AddNode(0)
		}
		// More than a block, so that some are borrowed and some are taken over.
		for a := range 5000 {
			n.SetKey(n.AddArc(flow.Arc{From: int32(a % 5), To: int32((a + 1) % 5), Upper: int64(a)}, int64(a), 1), uint64(10_000+a))
		}
		before := flowtest.Open(n)
		fork, clone := n.Fork(), n.Clone()
		for range rapid.IntRange(0, 6).Draw(t, "changes") {
			a, v := rapid.IntRange(0, 4999).Draw(t, "arc"), rapid.Int64Range(0, 9).Draw(t, "value")
			kind := rapid.IntRange(0, 5).Draw(t, "kind")
			for _, c := range []*flow.Network{fork, clone} {
				switch kind {
				case 0:
					c.SetArc(a, flow.Arc{From: 1, To: 2, Upper: v})
				case 1:
					c.SetCost(1, a, v)
				case 2:
					c.SetKey(a, uint64(v))
				case 3:
					c.AddArc(flow.Arc{From: 0, To: c.AddNode(v), Upper: v}, v)
				case 4:
					c.SetSupply(1, v)
				default:
					c.AddCosts()
				}
			}
		}
		if !reflect.DeepEqual(flowtest.Open(fork), flowtest.Open(clone)) {
			t.Error("the fork is not what the clone is")
		}
		if !reflect.DeepEqual(flowtest.Open(n), before) {
			t.Error("the network has changed with its fork")
		}
	})
}
