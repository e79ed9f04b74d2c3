package matcher_test

import (
	"cmp"
	"context"
	"os"
	"testing"
	"time"

	"labourmatch/datasets/synthetic"
	"labourmatch/matcher"
)

// BenchmarkTightestLimits prices the 1,000 tightest limits of a made-up world, L unless LABOURMATCH_WORLD names another, and says how much
// of the time of the match itself that takes.
func BenchmarkTightestLimits(b *testing.B) {
	size := cmp.Or(os.Getenv("LABOURMATCH_WORLD"), "L")
	for _, order := range synthetic.Orders() {
		b.Run(size+"/"+string(order), func(b *testing.B) {
			m, policy := world(b, size, order, 1)
			begin := time.Now()
			r, err := matcher.Match(context.Background(), m, policy, matcher.Options{})
			if err != nil {
				b.Fatal(err)
			}
			matched := time.Since(begin)
			for _, of := range [][]matcher.BoundOf{nil, {matcher.OfQuota}} {
				name := "all"
				if of != nil {
					name = "quotas"
				}
				b.Run(name, func(b *testing.B) {
					var prepared time.Duration
					for b.Loop() {
						begin := time.Now()
						p, err := matcher.NewPricer(context.Background(), r)
						if err != nil {
							b.Fatal(err)
						}
						prepared += time.Since(begin)
						prices, err := p.Tightest(context.Background(), 1000, of...)
						if err != nil {
							b.Fatal(err)
						}
						b.ReportMetric(float64(len(prices)), "prices")
					}
					b.ReportMetric(prepared.Seconds()/float64(b.N), "s/preparing")
					b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/matched.Seconds(), "of_match")
				})
			}
		})
	}
}
