package report

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"labourmatch/datasets/synthetic"
	"labourmatch/matcher"
)

// BenchmarkWhatIf takes the time of a base run, as `labourmatch match` makes it from the rows of a market in memory (other levels,
// shares and orders, causes, prices), and of single quotas changed on top of it, one after the other: from the scenario to the
// finished report with its causes, the comparison with the base and its text. What it tells is the median change as a share of the base,
// of the processor's time and of that on the clock, and as a share of the run alone with its causes. LABOURMATCH_WORLD is the size of
// the world, M unless stated, L has 5 million pairs; `layered` has 5 million arcs in its layered network, between L and W. LABOURMATCH_RATIO is that of vacancies to workers, 0.4 unless stated.
func BenchmarkWhatIf(b *testing.B) {
	name := cmp.Or(os.Getenv("LABOURMATCH_WORLD"), "M")
	size := synthetic.Size{Name: "layered", Countries: 160, Regions: 160, Occupations: 320, Corridors: 60}
	if name != size.Name {
		var err error
		if size, err = synthetic.SizeNamed(name); err != nil {
			b.Fatal(err)
		}
	}
	ratio, err := strconv.ParseFloat(cmp.Or(os.Getenv("LABOURMATCH_RATIO"), "0.4"), 64)
	if err != nil {
		b.Fatal(err)
	}
	for _, order := range synthetic.Orders() {
		b.Run(fmt.Sprintf("%s/%v/%s", name, ratio, order), func(b *testing.B) {
			w, err := synthetic.Draw(size, ratio, 1)
			if err != nil {
				b.Fatal(err)
			}
			d, err := w.Directory(order)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				base := begin()
				if _, err := Build(context.Background(), d, Options{Level: 4}); err != nil {
					b.Fatal(err)
				}
				base = base.since()
				alone := begin()
				m, err := d.Market(4)
				if err != nil {
					b.Fatal(err)
				}
				run, err := baseRun(context.Background(), m, d.Policy(), Options{Level: 4, RunOnly: true}, d.ShortageRule(), matcher.Options{})
				if err != nil {
					b.Fatal(err)
				}
				alone = alone.since()
				changes := changeQuotas(b, run)
				b.ReportMetric(float64(run.Proof.Arcs), "arcs")
				b.ReportMetric(base.processor.Seconds(), "s/base")
				b.ReportMetric(alone.processor.Seconds(), "s/run")
				b.ReportMetric(changes.processor.Seconds(), "s/what-if")
				b.ReportMetric(100*changes.processor.Seconds()/base.processor.Seconds(), "%of-base")
				b.ReportMetric(100*changes.clock.Seconds()/base.clock.Seconds(), "%of-base-clock")
				b.ReportMetric(100*changes.processor.Seconds()/alone.processor.Seconds(), "%of-run")
			}
		})
	}
}

// spent is time of the processor and on the clock.
type spent struct{ processor, clock time.Duration }

func begin() spent { return spent{processor(), time.Duration(time.Now().UnixNano())} }

func (s spent) since() spent {
	now := begin()
	return spent{now.processor - s.processor, now.clock - s.clock}
}

// processor is the time that the process has had of the processors so far.
func processor() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// changeQuotas changes the quotas of the channels that are used most, one in each what-if, and returns the medians.
func changeQuotas(b *testing.B, base *Report) spent {
	b.Helper()
	market := base.result.Market
	used := make([]int64, len(market.Channels))
	var channels []int
	for _, p := range base.result.Placements {
		if p.Channel < 0 || market.Channels[p.Channel].Quota == nil {
			continue
		}
		if used[p.Channel] == 0 {
			channels = append(channels, p.Channel)
		}
		used[p.Channel] += p.Count
	}
	slices.SortFunc(channels, func(x, y int) int { return cmp.Or(cmp.Compare(used[y], used[x]), cmp.Compare(x, y)) })
	var processors, clocks []time.Duration
	for i, amount := range []matcher.Amount{
		{Kind: matcher.Plus, Value: 5},
		{Kind: matcher.Times, Value: 0.5},
		{Kind: matcher.Times, Value: 2},
		{Kind: matcher.Exactly, Value: 0},
		{Kind: matcher.Plus, Value: 1},
	} {
		s := &matcher.Scenario{Name: "quota", Title: "One quota", Changes: []matcher.Change{{Act: matcher.SetQuota{ID: market.Channels[channels[i]].ID, Amount: amount}}}}
		began := begin()
		after, err := base.changedBy(context.Background(), []*matcher.Scenario{s}, []string{"quota"}, Options{Level: 4, RunOnly: true}, matcher.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := after.WhatIf.Difference.WriteText(io.Discard, Style{}, nil); err != nil {
			b.Fatal(err)
		}
		took := began.since()
		processors, clocks = append(processors, took.processor), append(clocks, took.clock)
	}
	slices.Sort(processors)
	slices.Sort(clocks)
	return spent{processors[len(processors)/2], clocks[len(clocks)/2]}
}
