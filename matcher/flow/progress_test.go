package flow

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// TestTheGapBoundsWhatIsStillToBeGained compares it, pivot by pivot, with what is gained in the end.
func TestTheGapBoundsWhatIsStillToBeGained(t *testing.T) {
	compared := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		s := newPlanned(t, r, 4+r.IntN(20), 4, 9)
		s.setPenalty(s.dearest())
		for i, name := range s.name {
			s.arcs[i].cost = s.costOf(name)
		}
		s.setPotentials()
		s.price.start(len(s.arcs), true, tuning{blockSize: 3})
		var costs, gaps []float64
		for {
			costs, gaps = append(costs, s.costSoFar()), append(gaps, s.gap())
			entering, _ := s.price.find(s.arcs, s.state, &s.thread)
			if entering < 0 {
				break
			}
			s.pivot(entering)
		}
		least := costs[len(costs)-1]
		if last := gaps[len(gaps)-1]; last != 0 {
			t.Fatalf("seed %d: the gap of an optimal plan is %v", seed, last)
		}
		for i, gap := range gaps {
			if math.IsInf(gap, 1) {
				continue
			}
			compared++
			if costs[i]-least > gap {
				t.Fatalf("seed %d, pivot %d: the plan costs %v, the cheapest %v, and the gap is %v", seed, i, costs[i], least, gap)
			}
		}
	}
	t.Logf("%d plans compared", compared)
	if compared < 1000 {
		t.Error("hardly any plan was compared")
	}
}

// costSoFar is what the plan at hand costs in the network's arcs.
func (s *simplex) costSoFar() float64 {
	sum := 0.0
	for i := range s.arcs {
		if s.state[i] == atUpper {
			sum += float64(s.arcs[i].cost) * float64(s.room[i])
		}
	}
	for v := range s.root {
		if l := &s.links[v]; l.arc != added {
			sum += float64(s.arcs[l.arc].cost) * float64(l.flow)
		}
	}
	return sum
}

// TestProgressNeverFallsInAStage watches a solve on all arcs and a sifted one.
func TestProgressNeverFallsInAStage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	n := &Network{}
	for range 4000 {
		n.AddNode(0)
	}
	for v := range int32(2000) {
		for range 20 {
			n.AddArc(Arc{From: v, To: 2000 + int32(r.IntN(2000)), Upper: 10}, -r.Int64N(1000), -r.Int64N(7))
		}
		n.SetSupply(v, 20)
		n.SetSupply(2000+v, -20)
		n.AddArc(Arc{From: v, To: 2000 + v, Upper: Inf}, 2000, 1)
	}
	for _, large := range []bool{false, true} {
		var last Progress
		reports, finite := 0, 0
		_, err := Solve(context.Background(), n, Options{tune: tuning{large: large}, Progress: func(p Progress) {
			reports++
			if !math.IsInf(p.Gap, 1) {
				finite++
			}
			if p.Done < 0 || p.Done > 1 || p.Gap < 0 || p.Stage < last.Stage || p.Pivots < last.Pivots || p.Stage == last.Stage && p.Done < last.Done {
				t.Errorf("large %v: after %+v comes %+v", large, last, p)
			}
			last = p
		}})
		if err != nil {
			t.Fatal(err)
		}
		if finite < 2 {
			t.Errorf("large %v: %d of %d reports knew a gap", large, finite, reports)
		}
	}
}
