package flow_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

func benchmark(b *testing.B, n *flowtest.Plain, o flow.Options) {
	b.Helper()
	b.ReportAllocs()
	network := n.Network()
	var last *flow.Solution
	for b.Loop() {
		s, err := flow.Solve(context.Background(), network, o)
		if err != nil {
			b.Fatal(err)
		}
		last = s
	}
	if err := flow.Certify(network, last); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(last.Stats.Pivots), "pivots")
}

// BenchmarkPivotRules is the reason for the default rule.
func BenchmarkPivotRules(b *testing.B) {
	r := func() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
	for _, instance := range []struct {
		name string
		n    *flowtest.Plain
	}{
		{"transport", flowtest.Transport(r(), 2000, 2000, 25, 10_000)},
		{"transport tied", flowtest.Transport(r(), 2000, 2000, 25, 10)},
		{"layered", flowtest.Layered(r(), 60, 60, 10)},
	} {
		for _, rule := range []struct {
			name string
			o    flow.Options
		}{
			{"block search", flow.Options{Rule: flow.BlockSearch}},
			{"block search of √arcs", flow.Options{}.Tuned(false, 0, 230)},
			{"block search in input order", flow.Options{}.Tuned(true, 0, 0)},
			{"candidate list", flow.Options{Rule: flow.CandidateList}},
			{"first eligible", flow.Options{Rule: flow.FirstEligible}},
			{"best eligible", flow.Options{Rule: flow.BestEligible}},
		} {
			o := rule.o
			o.AnyPlan = true
			b.Run(instance.name+"/"+rule.name, func(b *testing.B) { benchmark(b, instance.n, o) })
		}
	}
}

func BenchmarkSolve(b *testing.B) {
	r := func() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
	three := flowtest.Layered(r(), 100, 60, 10)
	three.Costs = append([][]int64{make([]int64, len(three.Arcs))}, three.Costs...)
	for a, c := range three.Costs[1] {
		if c < 0 {
			three.Costs[0][a] = -1 // most placed first
		}
	}
	for _, instance := range []struct {
		name string
		n    *flowtest.Plain
	}{
		{"transport 205k arcs", flowtest.Transport(r(), 5000, 5000, 40, 10_000)},
		{"layered 480k arcs", flowtest.Layered(r(), 200, 100, 10)},
		{"layered 144k arcs, two costs", three},
	} {
		b.Run(instance.name, func(b *testing.B) { benchmark(b, instance.n, flow.Options{}) })
	}
}

// BenchmarkCancel reports how long after its context has ended a solve of some
// seconds returns, the longest of all times; the goal is 100 ms.
func BenchmarkCancel(b *testing.B) {
	n := flowtest.Transport(rand.New(rand.NewPCG(1, 2)), 20_000, 20_000, 40, 10_000).Network()
	for _, instance := range []struct {
		name string
		o    flow.Options
	}{{"all arcs", flow.Options{}.Tuned(true, 0, 0)}, {"sifted", flow.Options{}}} {
		b.Run(instance.name, func(b *testing.B) {
			var longest time.Duration
			wait := 50 * time.Millisecond
			for b.Loop() {
				wait = wait * 5 / 4 % (2 * time.Second)
				end := time.Now().Add(wait)
				ctx, cancel := context.WithDeadline(context.Background(), end)
				_, err := flow.Solve(ctx, n, instance.o)
				cancel()
				if err == nil {
					b.Fatalf("it was through in %v", wait)
				}
				longest = max(longest, time.Since(end))
			}
			b.ReportMetric(float64(longest.Milliseconds()), "ms-late")
		})
	}
}

func BenchmarkCertify(b *testing.B) {
	n := flowtest.Layered(rand.New(rand.NewPCG(1, 2)), 200, 100, 10)
	network := n.Network()
	s, err := flow.Solve(context.Background(), network, flow.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := flow.Certify(network, s); err != nil {
			b.Fatal(err)
		}
	}
}
