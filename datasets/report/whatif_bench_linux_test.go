package report

import (
	"context"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
	"labourmatch/matcher"
)

// BenchmarkWhatIf takes the time of a base run, from the rows of a market to its report, and of one quota changed on top of it,
// from the scenario to the report and the comparison of both, in turn. What it tells is the ratio, and of the second what share
// goes where: of the processor, since machines do other things too. LABOURMATCH_WORLD is the size of the world, M unless stated; L has 5 million pairs.
func BenchmarkWhatIf(b *testing.B) {
	name := os.Getenv("LABOURMATCH_WORLD")
	if name == "" {
		name = "M"
	}
	size, err := synthetic.SizeNamed(name)
	if err != nil {
		b.Fatal(err)
	}
	for _, order := range synthetic.Orders() {
		b.Run(fmt.Sprintf("%s/%s", name, order), func(b *testing.B) {
			w, err := synthetic.Draw(size, 0.4, 1)
			if err != nil {
				b.Fatal(err)
			}
			d, err := w.Directory(order)
			if err != nil {
				b.Fatal(err)
			}
			spent := map[string]time.Duration{}
			var base, changed time.Duration
			for b.Loop() {
				began := processor()
				before, r := baseRun(b, d)
				base += processor() - began
				began = processor()
				last := began
				lap := func(what string) {
					now := processor()
					spent[what] += now - last
					last = now
				}
				after := changedRun(b, r, lap)
				comparison, err := Compare(before, after)
				if err != nil {
					b.Fatal(err)
				}
				if err := comparison.WriteText(io.Discard, Style{}, nil); err != nil {
					b.Fatal(err)
				}
				lap("compare")
				changed += processor() - began
			}
			b.ReportMetric(base.Seconds()/float64(b.N), "s/base")
			b.ReportMetric(100*changed.Seconds()/base.Seconds(), "%of-base")
			for what, of := range spent {
				b.ReportMetric(100*of.Seconds()/changed.Seconds(), "%"+what)
			}
		})
	}
}

// processor is the time that the process has had of the processors so far.
func processor() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// baseRun makes the report of a market, from its rows on.
func baseRun(b *testing.B, d *datasets.Directory) (*Report, *matcher.Result) {
	b.Helper()
	m, err := d.Market(4)
	if err != nil {
		b.Fatal(err)
	}
	r, err := matcher.Match(context.Background(), m, d.Policy(), matcher.Options{})
	if err != nil {
		b.Fatal(err)
	}
	report, err := finish(context.Background(), r, Options{Level: 4, RunOnly: true}, matcher.ShortageRule{})
	if err != nil {
		b.Fatal(err)
	}
	return report, r
}

// changedRun changes the quota of the channel that is used most, and makes the report.
func changedRun(b *testing.B, base *matcher.Result, lap func(string)) *Report {
	b.Helper()
	used := make([]int64, len(base.Market.Channels))
	most := -1
	for _, p := range base.Placements {
		if p.Channel < 0 || base.Market.Channels[p.Channel].Quota == nil {
			continue
		}
		if used[p.Channel] += p.Count; most < 0 || used[p.Channel] > used[most] {
			most = p.Channel
		}
	}
	s := &matcher.Scenario{Name: "quota", Title: "One quota", Changes: []matcher.Change{{Act: matcher.SetQuota{
		ID: base.Market.Channels[most].ID, Amount: matcher.Amount{Kind: matcher.Plus, Value: 5},
	}}}}
	market, policy, _, err := s.Apply(base.Market, base.Policy)
	if err != nil {
		b.Fatal(err)
	}
	lap("apply")
	r, err := matcher.Rematch(context.Background(), base, market, policy, matcher.Options{})
	if err != nil {
		b.Fatal(err)
	}
	lap("rematch")
	report, err := finish(context.Background(), r, Options{Level: 4, RunOnly: true}, matcher.ShortageRule{})
	if err != nil {
		b.Fatal(err)
	}
	lap("report")
	return report
}
