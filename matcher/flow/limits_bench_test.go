package flow_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// used is the processor time used so far, which other work on the machine does not change.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano())
}

// BenchmarkLimits compares with the network without its limits, whose time is 1.
func BenchmarkLimits(b *testing.B) {
	for _, size := range []struct {
		regions, occupations, lending, limits int
		deep                                  float64
	}{
		{30, 20, 5, 20, 1}, {60, 40, 8, 50, 1}, {100, 50, 10, 100, 1}, {100, 100, 10, 200, 1}, {200, 100, 10, 200, 1.5},
	} {
		l := market(b, rand.New(rand.NewPCG(1, 2)), size.regions, size.occupations, size.lending, size.limits, size.deep)
		n, plain := l.network(), l.Plain.Network()
		b.Run(fmt.Sprintf("%d limits, %d arcs", size.limits, n.Arcs()), func(b *testing.B) {
			var s *flow.Solution
			var with, without time.Duration
			for b.Loop() {
				start := used()
				if _, err := flow.Solve(b.Context(), plain, flow.Options{}); err != nil {
					b.Fatal(err)
				}
				without += (used() - start)
				start = used()
				var err error
				if s, err = flowtest.Solve(b.Context(), n, flow.Options{}); err != nil {
					b.Fatal(err)
				}
				with += (used() - start)
			}
			binding := 0
			for _, m := range s.Limited.Terms[0].Multipliers {
				if m > 0 {
					binding++
				}
			}
			distance, _ := new(big.Rat).SetFrac(s.Limited.Terms[0].Distance.Big(), s.Limited.Terms[0].Bound.Big()).Float64()
			b.ReportMetric(float64(with)/float64(without), "times-plain")
			b.ReportMetric(without.Seconds()/float64(b.N), "plain-s")
			b.ReportMetric(float64(binding), "binding")
			b.ReportMetric(-distance, "distance")
			b.ReportMetric(float64(s.Limited.Evaluations), "evaluations")
			b.ReportMetric(float64(s.Limited.Repairs), "repairs")
			b.ReportMetric(float64(s.Limited.Branches), "branches")
		})
	}
}
