package flow_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// change makes one random change to a network: a cost, all costs into a node, a
// bound, a supply, an end of an arc, an arc turned round, an arc out, a new arc or
// a new node.
func change(r *rand.Rand, n *flow.Network) {
	node := func() int32 { return int32(r.IntN(n.Nodes())) }
	costs := make([]int64, n.Vectors())
	for k := range costs {
		costs[k] = r.Int64N(41) - 10
	}
	a := r.IntN(n.Arcs())
	arc := n.Arc(a)
	switch r.IntN(14) {
	case 0, 1:
		n.SetCost(r.IntN(n.Vectors()), a, costs[0])
	case 2, 3:
		arc.Upper = arc.Lower + r.Int64N(20)
		n.SetArc(a, arc)
	case 4:
		v, w, amount := node(), node(), r.Int64N(9)
		n.SetSupply(v, n.Supply(v)+amount)
		n.SetSupply(w, n.Supply(w)-amount)
	case 5:
		n.SetArc(a, flow.Arc{From: arc.From, To: node(), Lower: arc.Lower, Upper: arc.Upper})
	case 6:
		n.SetArc(a, flow.Arc{From: arc.From, To: arc.To})
	case 7:
		n.AddArc(flow.Arc{From: node(), To: node(), Upper: r.Int64N(30)}, costs...)
	case 8:
		v := n.AddNode(0)
		n.AddArc(flow.Arc{From: node(), To: v, Upper: 9}, costs...)
		n.AddArc(flow.Arc{From: v, To: node(), Upper: 9}, costs...)
	case 9:
		arc.Lower -= r.Int64N(6) - 2
		arc.Upper = max(arc.Lower, arc.Upper)
		n.SetArc(a, arc)
	case 10:
		arc.Upper = flow.Inf
		n.SetArc(a, arc)
	case 11:
		n.SetArc(a, flow.Arc{From: arc.To, To: arc.From, Lower: arc.Lower, Upper: arc.Upper})
	case 12:
		n.SetCost(r.IntN(n.Vectors()), a, costs[0]<<r.IntN(40))
	case 13:
		k, to := r.IntN(n.Vectors()), arc.To
		for b := range n.Arcs() {
			if n.Arc(b).To == to {
				n.SetCost(k, b, n.Cost(k, b)+costs[0])
			}
		}
	}
}

// journey changes a network step by step and goes on from solution to solution.
type journey struct {
	n                  *flow.Network
	last               *flow.Solution
	warm, over, failed int
}

// step resolves the network as it now is, and fails the test unless it ends where a
// solve from nothing does: at the same cost, at the canonical plan, or at the same
// kind of error. It reports whether there was a plan; if not, the solution before stays.
func (j *journey) step(t testing.TB, o flow.Options, label string, number int) bool {
	t.Helper()
	s, err := flowtest.Resolve(context.Background(), j.n, j.last, o)
	cold, want := flowtest.Solve(context.Background(), j.n, o)
	if flowtest.Verdict(want) != flowtest.Verdict(err) {
		t.Fatalf("%s, step %d: %v, from nothing %v", label, number, err, want)
	}
	if err != nil {
		j.failed++
		return false
	}
	if !slices.Equal(s.Costs, cold.Costs) || !o.AnyPlan && !slices.Equal(s.Flows, cold.Flows) {
		t.Fatalf("%s, step %d: costs %v flows %v, from nothing %v %v", label, number, s.Costs, s.Flows, cold.Costs, cold.Flows)
	}
	if s.Stats.Resumed {
		j.warm++
	} else {
		j.over++
	}
	j.last = s
	return true
}

// TestResolveEndsWhereSolveDoes changes networks step by step: whatever the
// changes, going on from the solution before gives the cost, the canonical plan and the
// kind of error that starting from nothing gives.
func TestResolveEndsWhereSolveDoes(t *testing.T) {
	warm, over, failed := 0, 0, 0
	flowtest.Each(t, flowtest.Count(t, 5_000), 60, func(t *testing.T, r *rand.Rand, p *flowtest.Plain, label string) {
		for range r.IntN(3) {
			flowtest.AddCosts(r, p, 1+r.Int64N(4))
		}
		o := flow.Options{}
		if r.IntN(2) == 0 {
			o = o.Large()
		}
		j := begin(t, p.Network(), o)
		if j == nil {
			return
		}
		for step := range 20 {
			before := j.n.Clone()
			for range 1 + r.IntN(3) {
				change(r, j.n)
			}
			if !j.step(t, o, label, step) {
				j.n = before
			}
		}
		warm, over, failed = warm+j.warm, over+j.over, failed+j.failed
	})
	t.Logf("%d times resolved, %d times started over, %d times there was no plan", warm, over, failed)
	if warm < 4*over {
		t.Error("starting over is the rule, so that going on is not tested")
	}
}

// begin solves n, and returns nil where it has no arc or no plan.
func begin(t testing.TB, n *flow.Network, o flow.Options) *journey {
	t.Helper()
	if n.Arcs() == 0 {
		return nil
	}
	s, err := flowtest.Solve(context.Background(), n, o)
	switch v := flowtest.Verdict(err); v {
	case "optimal":
		return &journey{n: n, last: s}
	case "infeasible", "unbounded":
		return nil
	default:
		t.Fatal(v)
		return nil
	}
}

// tape is a random source that reads what it draws from bytes, and goes on with
// random numbers where they end. A byte fills all eight of a number, so that
// it decides a draw from few, whichever bits the draw looks at.
type tape struct {
	bytes []byte
	rest  *rand.PCG
}

func (t *tape) Uint64() uint64 {
	if len(t.bytes) == 0 {
		return t.rest.Uint64()
	}
	b := t.bytes[0]
	t.bytes = t.bytes[1:]
	return uint64(b) * 0x0101_0101_0101_0101
}

// FuzzResolve reads a small network and a sequence of changes from bytes, with
// the ways to solve it in between. Networks that have lost their plan go on
// as they are or as they were before. Most inputs are new to the fuzzer, which
// would spend a minute on making each smaller: give it -fuzzminimizetime 20x.
func FuzzResolve(f *testing.F) {
	for i := range flowtest.Families {
		r := rand.New(rand.NewPCG(20070319, uint64(i)))
		text := []byte{byte(i)}
		for range 200 + r.IntN(400) {
			text = append(text, byte(r.Uint32()))
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) < 3 {
			return
		}
		source := &tape{text[3:], rand.NewPCG(20070319, 0)}
		r := rand.New(source)
		family := flowtest.Families[int(text[0])%len(flowtest.Families)]
		p := family.Make(r, 4+int(text[1])%8)
		for range text[2] % 3 {
			flowtest.AddCosts(r, p, 3)
		}
		option := func() flow.Options {
			o := flow.Options{Rule: flow.PivotRule(r.IntN(4)), AnyPlan: r.IntN(4) == 0}
			if r.IntN(2) == 0 {
				o = o.Large()
			}
			return o
		}
		j := begin(t, p.Network(), option())
		for step := 0; j != nil && step < 20 && len(source.bytes) > 0; step++ {
			before := j.n.Clone()
			for range 1 + r.IntN(3) {
				change(r, j.n)
			}
			if !j.step(t, option(), family.Name, step) && r.IntN(4) > 0 {
				j.n = before
			}
		}
	})
}
