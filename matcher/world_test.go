package matcher_test

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
	"labourmatch/matcher"
	"labourmatch/matcher/flow"
)

func TestPhasesScratch(t *testing.T) {
	size := os.Getenv("WORLD")
	if size == "" {
		t.Skip()
	}
	last := time.Now()
	phase := func(name string) {
		var m runtime.MemStats
		el := time.Since(last)
		runtime.GC()
		runtime.ReadMemStats(&m)
		t.Logf("%-8s %6.2f s, %d MB live, sys %d", name, el.Seconds(), m.HeapAlloc>>20, m.Sys>>20)
		last = time.Now()
	}
	d, err := datasets.Read(os.DirFS("/tmp/w/" + size))
	if err != nil {
		t.Fatal(err)
	}
	phase("read")
	m, err := d.Market(4)
	if err != nil {
		t.Fatal(err)
	}
	p := d.Policy()
	phase("market")
	d = nil
	n, read, err := matcher.Build(m, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(n.Nodes(), n.Arcs())
	phase("build")
	s, err := flow.Solve(context.Background(), n, flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", s.Stats)
	phase("solve")
	if err := flow.Certify(n, s); err != nil {
		t.Fatal(err)
	}
	phase("certify")
	r, err := read(s)
	if err != nil {
		t.Fatal(err)
	}
	phase("back")
	if err := matcher.Check(r); err != nil {
		t.Fatal(err)
	}
	limited, full := 0, 0
	for _, p := range r.Placements {
		if p.Channel >= 0 && r.Market.Channels[p.Channel].Quota != nil {
			limited++
			if p.Count == *r.Market.Channels[p.Channel].Quota {
				full++
			}
		}
	}
	t.Log("limited", limited, "full", full, r.Totals, len(r.Placements))
	_ = synthetic.Value
}
