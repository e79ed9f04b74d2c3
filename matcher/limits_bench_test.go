package matcher_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"labourmatch/datasets/synthetic"
	"labourmatch/matcher"
	"labourmatch/matcher/flow"
)

// limited draws the network of a made-up world without group limits, and so many limits for it: on all that channels bring to a
// country, and on the workers of a family of occupations who leave a region. Each allows three to nine tenths of what
// the best placement without them would use.
func limited(t testing.TB, size string, order synthetic.Order, seed uint64, count int) (plain, with *flow.Network) {
	t.Helper()
	m, p := world(t, size, synthetic.HomeFirst, seed)
	tiers, _, err := matcher.Build(m, p)
	if err != nil {
		t.Fatal(err)
	}
	m, p = world(t, size, order, seed)
	plain, _, err = matcher.Build(m, p)
	if err != nil {
		t.Fatal(err)
	}
	s, err := flow.Solve(t.Context(), plain, flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(20070319, seed))
	type group struct {
		name string
		arcs []int32
		used int64
	}
	groups := map[string]*group{}
	firstVacancy := int32(1 + 2*len(m.Cohorts))
	last := firstVacancy + int32(len(m.Vacancies))
	flows := s.Flows
	for a := range plain.Arcs() {
		used := int64(0)
		if len(flows) > 0 && int(flows[0].Arc) == a {
			used, flows = flows[0].Units, flows[1:]
		}
		arc := plain.Arc(a)
		var name string
		switch {
		case tiers.Cost(2, a) < 0:
			name = "to " + m.Vacancies[arc.To-firstVacancy].Region
		case arc.From > 0 && arc.From < firstVacancy && arc.From%2 == 0 && arc.To >= last:
			c := &m.Cohorts[(arc.From-1)/2]
			name = "from " + c.Region + " in " + c.Occupation[:1]
		default:
			continue
		}
		g := groups[name]
		if g == nil {
			g = &group{name: name}
			groups[name] = g
		}
		g.arcs = append(g.arcs, int32(a))
		g.used += used
	}
	var all []*group
	for _, g := range groups {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *group) int { return cmp.Or(cmp.Compare(b.used, a.used), cmp.Compare(a.name, b.name)) })
	with = plain.Clone()
	for _, g := range all[:min(count, len(all))] {
		with.AddLimit(int64(float64(g.used)*(0.3+0.6*r.Float64())), g.arcs)
	}
	return plain, with
}

// userTime is the processor time used so far, which other work on the machine changes less than that on the clock.
func userTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano())
}

// BenchmarkGroupLimits compares worlds with 200 group limits with the same without any, whose time is 1.
// LABOURMATCH_WORLD=M,L chooses the sizes.
func BenchmarkGroupLimits(b *testing.B) {
	sizes := "M"
	if s := os.Getenv("LABOURMATCH_WORLD"); s != "" {
		sizes = s
	}
	for size := range strings.SplitSeq(sizes, ",") {
		for _, order := range synthetic.Orders() {
			b.Run(size+"/"+string(order), func(b *testing.B) {
				plain, with := limited(b, size, order, 1, 200)
				var without, took time.Duration
				var s *flow.Solution
				for b.Loop() {
					began := userTime()
					if _, err := flow.Solve(b.Context(), plain, flow.Options{}); err != nil {
						b.Fatal(err)
					}
					without += userTime() - began
					began = userTime()
					var err error
					if s, err = flow.Solve(b.Context(), with, flow.Options{}); err != nil {
						b.Fatal(err)
					}
					took += userTime() - began
				}
				if err := flow.Certify(with, s); err != nil {
					b.Fatal(err)
				}
				binding := 0
				for g := range with.Limits() {
					most, arcs := with.Limit(g)
					for _, a := range arcs {
						most -= s.Flow(int(a))
					}
					if most == 0 {
						binding++
					}
				}
				b.ReportMetric(took.Seconds()/without.Seconds(), "times-plain")
				b.ReportMetric(without.Seconds()/float64(b.N), "plain-s")
				b.ReportMetric(float64(binding), "full")
				b.ReportMetric(float64(s.Limited.Evaluations), "evaluations")
				for k, term := range s.Limited.Terms {
					distance, _ := new(big.Rat).SetFrac(term.Distance.Big(), term.Bound.Big()).Float64()
					b.ReportMetric(max(0, -distance), fmt.Sprintf("distance-%d", k))
				}
			})
		}
	}
}
