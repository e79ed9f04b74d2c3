package flow

import "math"

// Progress says how far a solve has come.
type Progress struct {
	Stage int // index into Stats.Stages
	// Vector is the cost vector that is minimised: −1 while several are together, and their
	// number while the canonical plan is chosen.
	Vector int
	Pivots int64 // in all stages so far
	// Gap bounds what is still to be gained: the plan at hand costs at most so much
	// more than the cheapest, if there is one, in units of the cost of the stage. It is infinite
	// while the plan is not feasible. The stages that choose among equals have none, it is 0.
	// Forming it takes a twentieth of the time, and only where Progress is asked for.
	Gap float64
	// Done is the share of the stage that is done, from 0 to 1. It never falls, but it is a guess: every halving
	// of the gap is taken to need the same work.
	Done float64
}

// meter is what progress is measured by in the stage at hand.
type meter struct {
	told   func(Progress)
	due    int64   // effort at which the gap is formed again
	widest float64 // the first finite gap of the stage
	last   Progress
}

// gapEvery is how many times the effort of forming the gap goes by before it is formed again.
const gapEvery = 20

// report tells how far the solve has come.
func (s *simplex) report() {
	m := &s.meter
	if m.told == nil {
		return
	}
	stage := max(0, len(s.stages)-1)
	if stage != m.last.Stage {
		m.due, m.widest, m.last = 0, 0, Progress{Stage: stage}
	}
	m.last.Vector = min(len(s.done), s.network.vectors)
	if s.weights != nil {
		m.last.Vector = -1
	}
	m.last.Pivots = s.pivots
	if s.effort >= m.due {
		m.due = s.effort + gapEvery*int64(len(s.arcs))
		if s.pooled != nil {
			m.due += gapEvery * int64(s.network.arcs)
		}
		m.last.Gap = s.gap()
		if !math.IsInf(m.last.Gap, 1) {
			m.widest = max(m.widest, m.last.Gap)
			m.last.Done = max(m.last.Done, 1-math.Log1p(m.last.Gap)/math.Log1p(max(1, m.widest)))
		}
	}
	m.told(m.last)
}

// gap is how far the plan at hand can be from the cheapest in the stage. For another feasible
// plan y costs differ by Σ r(a)·(y(a) − x(a)), and an arc adds at least its reduced
// cost r times its room where it pays, and else at least nothing.
func (s *simplex) gap() float64 {
	if s.salt != 0 {
		return 0
	}
	if len(s.done) == 0 {
		for v := range s.root {
			if l := &s.links[v]; l.arc == added && l.flow != 0 {
				return math.Inf(1)
			}
		}
	}
	s.flatten()
	sum := 0.0
	pays := func(r, room int64) {
		switch {
		case r >= 0:
		case room == Inf: // an arc of a tree carries no more than all amounts together
			sum -= float64(r) * float64(s.seen.amounts)
		default:
			sum -= float64(r) * float64(room)
		}
	}
	for i := range s.arcs {
		a := &s.arcs[i]
		pays(int64(s.state[i])*(a.cost+s.pi[a.from]-s.pi[a.to]), s.room[i])
	}
	if s.pooled == nil {
		return sum
	}
	var room [blockArcs]int64
	for at, b := range s.network.blocks {
		reduced := room[:b.size]
		s.reduceBlock(at, reduced)
		for i, r := range reduced {
			if r < 0 && s.mayEnter(int32(at<<blockBits+i)) {
				room := b.upper.at(i)
				if room != Inf {
					room -= b.lower.at(i)
				}
				pays(r, room)
			}
		}
	}
	return sum
}
