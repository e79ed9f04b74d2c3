package matcher_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"labourmatch/datasets/synthetic"
	"labourmatch/matcher"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// world draws a made-up world as a market.
func world(t testing.TB, size string, order synthetic.Order, seed uint64) (*matcher.Market, matcher.Policy) {
	t.Helper()
	s, err := synthetic.SizeNamed(size)
	if err != nil {
		t.Fatal(err)
	}
	return drawn(t, s, order, seed)
}

func drawn(t testing.TB, s synthetic.Size, order synthetic.Order, seed uint64) (*matcher.Market, matcher.Policy) {
	t.Helper()
	w, err := synthetic.Draw(s, 0.4, seed)
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Directory(order)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Market(4)
	if err != nil {
		t.Fatal(err)
	}
	return m, d.Policy()
}

// layers are the numbers of people in each layer, by name.
type layers map[string]int64

func (l layers) enter(c *matcher.Cohort, p matcher.Pool, count int64) {
	l[fmt.Sprint(c.Key(), " → ", p)] += count
}

func (l layers) leave(p matcher.Pool, v *matcher.Vacancy, channel int, count int64) {
	l[fmt.Sprint(p, " → ", v.Key(), " by ", channel)] += count
}

// sum adds the plan of the pair form up onto the layers that its pairs stand for.
func (f *pairForm) sum(n *flow.Network, s *flow.Solution) layers {
	sums := layers{}
	cohort := func(node int32) int { return int(node-1) / 2 }
	firstVacancy := int32(1 + 2*len(f.m.Cohorts))
	firstGate := firstVacancy + int32(len(f.m.Vacancies))
	direct := map[[3]int32]*pair{}
	gated := map[[2]int32]*pair{} // cohort or −1 − vacancy, and the gate's node
	gates := map[string]int32{}
	next := firstGate
	for i := range f.pairs {
		p := &f.pairs[i]
		if p.channel < 0 || f.m.Channels[p.channel].Quota == nil {
			direct[[3]int32{p.cohort, p.vacancy, p.channel}] = p
			continue
		}
		v := &f.m.Vacancies[p.vacancy]
		name := fmt.Sprint(p.channel, f.m.Cohorts[p.cohort].Region, v.Region, v.Code)
		if _, open := gates[name]; !open {
			gates[name] = next
			next += 2
		}
		gated[[2]int32{p.cohort, gates[name]}] = p
		gated[[2]int32{-1 - p.vacancy, gates[name] + 1}] = p
	}
	for _, x := range s.Flows {
		a := n.Arc(int(x.Arc))
		switch {
		case a.From == 0 || a.To == 0 || a.To < firstVacancy || a.From >= firstGate && a.To >= firstGate:
		case a.To >= firstGate:
			p := gated[[2]int32{int32(cohort(a.From)), a.To}]
			sums.enter(&f.m.Cohorts[p.cohort], poolOf(f.m, p), x.Units)
		case a.From >= firstGate:
			p := gated[[2]int32{-1 - (a.To - firstVacancy), a.From}]
			sums.leave(poolOf(f.m, p), &f.m.Vacancies[p.vacancy], int(p.channel), x.Units)
		default:
			channel := int32(-1)
			if leavers := a.From%2 == 0; leavers { // a world has one channel for each corridor
				for ch := range f.m.Channels {
					if direct[[3]int32{int32(cohort(a.From)), a.To - firstVacancy, int32(ch)}] != nil {
						channel = int32(ch)
					}
				}
			}
			p := direct[[3]int32{int32(cohort(a.From)), a.To - firstVacancy, channel}]
			sums.enter(&f.m.Cohorts[p.cohort], poolOf(f.m, p), x.Units)
			sums.leave(poolOf(f.m, p), &f.m.Vacancies[p.vacancy], int(p.channel), x.Units)
		}
	}
	return sums
}

// TestAWorldHasTheSamePlanInEveryLayerInEitherForm solves made-up worlds in the layered form and with an arc for every
// pair. Where several plans are equally good, both choose by one more cost, drawn for every entry and exit; then
// the pair form's plan, added up onto the layers, is the layered form's.
func TestAWorldHasTheSamePlanInEveryLayerInEitherForm(t *testing.T) {
	sizes := []string{"S"}
	if !flowtest.Quick() {
		sizes = append(sizes, "M")
	}
	for _, size := range sizes {
		for k, order := range synthetic.Orders() {
			m, p := world(t, size, order, uint64(k))
			r, err := matcher.Match(context.Background(), m, p, matcher.Options{})
			if err != nil {
				t.Fatal(err)
			}
			n, read, err := matcher.Build(m, p)
			if err != nil {
				t.Fatal(err)
			}
			matcher.AddLayerCosts(n, r)
			s, err := flow.Solve(context.Background(), n, flow.Options{AnyPlan: true})
			if err != nil {
				t.Fatal(err)
			}
			chosen, err := read(s)
			if err != nil {
				t.Fatal(err)
			}
			workers, mobile := workersAndMobile(r)
			pairs := newPairForm(r.Market, &p)
			pn := pairs.network(p.Order, workers, mobile, &layerCosts{})
			ps, err := flow.Solve(context.Background(), pn, flow.Options{AnyPlan: true})
			if err != nil {
				t.Fatal(err)
			}
			for k, term := range r.Certificate.Terms {
				if layered := r.Certificate.Solution.Costs[k]; layered.Cmp(ps.Costs[k]) != 0 {
					t.Errorf("%s, %s: %s is %s in the layered form, %s in the pair form", size, order, term, layered, ps.Costs[k])
				}
			}
			sums := layers{}
			for _, e := range chosen.Entries {
				sums.enter(&r.Market.Cohorts[e.Cohort], chosen.Pools[e.Pool], e.Count)
			}
			for _, x := range chosen.Placements {
				sums.leave(chosen.Pools[x.Pool], &r.Market.Vacancies[x.Vacancy], x.Channel, x.Count)
			}
			if inPairs := pairs.sum(pn, ps); !maps.Equal(sums, inPairs) {
				t.Errorf("%s, %s: the plans differ: %d and %d layers are in use", size, order, len(sums), len(inPairs))
			}
		}
	}
}

func TestALargeCountryHasTheSameOptimumThroughItsHubs(t *testing.T) {
	for k, order := range synthetic.Orders() {
		m, p := drawn(t, synthetic.Size{Regions: 240, Occupations: 2, Corridors: 2, Reach: 10}, order, uint64(k))
		r, err := matcher.Match(context.Background(), m, p, matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := matcher.Check(r); err != nil {
			t.Fatal(err)
		}
		workers, mobile := workersAndMobile(r)
		pn := newPairForm(r.Market, &p).network(p.Order, workers, mobile, nil)
		ps, err := flow.Solve(context.Background(), pn, flow.Options{AnyPlan: true})
		if err != nil {
			t.Fatal(err)
		}
		if layered := r.Certificate.Network.Arcs(); 10*layered > pn.Arcs() {
			t.Errorf("%s: %d arcs through hubs, %d in pairs", order, layered, pn.Arcs())
		}
		for k, term := range r.Certificate.Terms {
			if through := r.Certificate.Solution.Costs[k]; through.Cmp(ps.Costs[k]) != 0 {
				t.Errorf("%s: %s is %s through hubs, %s in the pair form", order, term, through, ps.Costs[k])
			}
		}
	}
}

func TestQuotasOfAWorldBind(t *testing.T) {
	m, p := world(t, "M", synthetic.HomeFirst, 1)
	r, err := matcher.Match(context.Background(), m, p, matcher.Options{})
	if err != nil {
		t.Fatal(err)
	}
	limited, full := 0, 0
	for _, x := range r.Placements {
		if x.Channel >= 0 && r.Market.Channels[x.Channel].Quota != nil {
			limited++
			if x.Count == *r.Market.Channels[x.Channel].Quota {
				full++
			}
		}
	}
	if full < 10 || full < limited/3 {
		t.Errorf("of %d placements under a quota %d fill it", limited, full)
	}
}

// TestAnEstimateIsTheSizeOfTheNetwork holds nodes and arcs to the unit, the memory of the network to a quarter of what
// it takes on the heap.
func TestAnEstimateIsTheSizeOfTheNetwork(t *testing.T) {
	for _, size := range []string{"S", "M", "L"} {
		m, p := world(t, size, synthetic.HomeFirst, 1)
		e, err := matcher.Estimate(m, p)
		if err != nil {
			t.Fatal(err)
		}
		before := heap()
		n, read, err := matcher.Build(m, p)
		if err != nil {
			t.Fatal(err)
		}
		took := heap() - before
		t.Logf("%s: %s; %d nodes, %d arcs, network %.1f MB, estimated %.1f MB", size, e, e.Nodes, e.Arcs, float64(took)/1e6, float64(e.Network)/1e6)
		if e.Nodes != int64(n.Nodes()) || e.Arcs != int64(n.Arcs()) {
			t.Errorf("%s: estimated %d nodes and %d arcs, built %d and %d", size, e.Nodes, e.Arcs, n.Nodes(), n.Arcs())
		}
		if r := float64(e.Network) / float64(took); size != "S" && (r < 0.75 || r > 1.25) { // S is less than the heap's own noise
			t.Errorf("%s: estimated %d bytes of network, took %d", size, e.Network, took)
		}
		runtime.KeepAlive(read)
	}
}

// heap is what is in use once the garbage is gone.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkWorld is the layered form of a made-up world against an arc for every pair of it: pair/layered is how many
// times longer the pair form takes to build and solve. LABOURMATCH_WORLD=L,W chooses the sizes.
func BenchmarkWorld(b *testing.B) {
	sizes := "M"
	if s := os.Getenv("LABOURMATCH_WORLD"); s != "" {
		sizes = s
	}
	for size := range strings.SplitSeq(sizes, ",") {
		for _, order := range synthetic.Orders() {
			b.Run(size+"/"+string(order), func(b *testing.B) {
				m, p := world(b, size, order, 1)
				for b.Loop() {
					benchmarkForms(b, m, p)
				}
			})
		}
	}
}

func benchmarkForms(b *testing.B, m *matcher.Market, p matcher.Policy) {
	began := time.Now()
	n, read, err := matcher.Build(m, p)
	if err != nil {
		b.Fatal(err)
	}
	built := time.Since(began)
	began = time.Now()
	s, err := flow.Solve(context.Background(), n, flow.Options{})
	if err != nil {
		b.Fatal(err)
	}
	solved := time.Since(began)
	began = time.Now()
	r, err := read(s)
	if err != nil {
		b.Fatal(err)
	}
	back := time.Since(began)
	workers, mobile := workersAndMobile(r)

	began = time.Now()
	pn := newPairForm(r.Market, &p).network(p.Order, workers, mobile, nil)
	pairBuilt := time.Since(began)
	began = time.Now()
	ps, err := flow.Solve(context.Background(), pn, flow.Options{})
	if err != nil {
		b.Fatal(err)
	}
	pairSolved := time.Since(began)
	for k := range s.Costs {
		if s.Costs[k].Cmp(ps.Costs[k]) != 0 {
			b.Fatalf("term %d is %s in the layered form, %s in the pair form", k, s.Costs[k], ps.Costs[k])
		}
	}
	b.ReportMetric(float64(n.Arcs()), "arcs")
	b.ReportMetric(float64(pn.Arcs()), "pair-arcs")
	b.ReportMetric(built.Seconds(), "build-s")
	b.ReportMetric(solved.Seconds(), "solve-s")
	b.ReportMetric(back.Seconds(), "read-back-s")
	b.ReportMetric(pairSolved.Seconds(), "pair-solve-s")
	b.ReportMetric((built+solved+back).Seconds()/(pairBuilt+pairSolved).Seconds(), "layered/pair")
	b.ReportMetric(solved.Seconds()/pairSolved.Seconds(), "layered/pair-solve")
}

// BenchmarkGrowth solves world L whole, and with half its regions, occupations or corridors.
func BenchmarkGrowth(b *testing.B) {
	whole, err := synthetic.SizeNamed("L")
	if err != nil {
		b.Fatal(err)
	}
	half := func(name string, halve func(*synthetic.Size)) synthetic.Size {
		s := whole
		s.Name = name
		halve(&s)
		return s
	}
	for _, s := range []synthetic.Size{
		whole,
		half("half the regions", func(s *synthetic.Size) {
			s.Countries, s.Regions, s.Corridors = s.Countries/2, s.Regions/2, s.Corridors/2
		}),
		half("half the occupations", func(s *synthetic.Size) { s.Occupations /= 2 }),
		half("half the corridors", func(s *synthetic.Size) { s.Corridors /= 2 }),
	} {
		b.Run(s.Name, func(b *testing.B) {
			m, p := drawn(b, s, synthetic.HomeFirst, 1)
			e, err := matcher.Estimate(m, p)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := matcher.Match(context.Background(), m, p, matcher.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(e.Nodes), "nodes")
			b.ReportMetric(float64(e.Arcs), "arcs")
			b.ReportMetric(float64(e.Bytes())/(1<<20), "MB")
		})
	}
}
