package matcher_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// beside is the pair form in which going beside the channels costs 1, and a corridor and group of it another cost.
type beside struct {
	flow.Network
	pairs []pair
	first int // the first arc of a pair
}

func newBeside(r *matcher.Result, filled, placed []int64) *beside {
	b := &beside{}
	workers, mobile := workersAndMobile(r)
	cohorts, vacancies := int32(len(r.Market.Cohorts)), int32(len(r.Market.Vacancies))
	for range 1 + 2*cohorts + vacancies {
		b.AddNode(0)
	}
	b.AddCosts()
	b.AddCosts()
	for c := range cohorts {
		b.AddArc(flow.Arc{From: 0, To: 1 + 2*c, Lower: placed[c], Upper: workers[c]})
		b.AddArc(flow.Arc{From: 1 + 2*c, To: 2 + 2*c, Upper: mobile[c]})
	}
	for v := range vacancies {
		b.AddArc(flow.Arc{From: 1 + 2*cohorts + v, To: 0, Lower: filled[v], Upper: filled[v]})
	}
	b.pairs = relaxedPairs(r, lift(matcher.QuotaFull, matcher.NoChannel)).pairs
	b.first = b.Arcs()
	for _, p := range b.pairs {
		from, cost := 2+2*p.cohort, int64(0)
		switch p.channel {
		case -1:
			from--
		case -2:
			cost = 1
		}
		b.AddArc(flow.Arc{From: from, To: 1 + 2*cohorts + p.vacancy, Upper: flow.Inf}, cost)
	}
	return b
}

// through is the fewest who go by a corridor into a group, or with cost −1 the most.
func (b *beside) through(t *rapid.T, r *matcher.Result, p matcher.Pressure, cost int64) int64 {
	t.Helper()
	for i, x := range b.pairs {
		v := &r.Market.Vacancies[x.vacancy]
		group := "skill:" + v.Skill
		if v.Occupation != "" {
			group = v.Occupation[:1]
		}
		low := slices.Contains([]string{"512", "931", "skill:1", "skill:2"}, v.Code.String())
		on := x.channel == -2 && low && group == p.Group &&
			matcher.Country(r.Market.Cohorts[x.cohort].Region) == p.Origin && matcher.Country(v.Region) == p.Destination
		b.SetCost(1, b.first+i, 0)
		if on {
			b.SetCost(1, b.first+i, cost)
		}
	}
	s, err := flowtest.Solve(context.Background(), &b.Network, flow.Options{AnyPlan: true})
	if err != nil {
		t.Fatal(err)
	}
	units, _ := s.Costs[1].Int64()
	return units * cost
}

// aroundPressure is what is filled of every vacancy after the step that opens any corridor, and what is placed of every cohort before it.
func aroundPressure(r *matcher.Result, c *matcher.Causes) (filled, placed []int64) {
	filled, placed = make([]int64, len(c.Openings)), make([]int64, len(c.Workers))
	steps := []matcher.Cause{matcher.Outbid, matcher.NotWorth, matcher.WageUnknown, matcher.QuotaFull, matcher.NoChannel}
	for v := range filled {
		filled[v] = r.Fillings[v].Filled.Sum()
		for _, cause := range steps {
			filled[v] += c.Openings[v][cause]
		}
	}
	for w := range placed {
		placed[w] = r.Placings[w].Placed.Sum()
		for _, cause := range steps[:4] {
			placed[w] += c.Workers[w][cause]
		}
	}
	return filled, placed
}

func TestPressureLiesBetweenTheFewestAndTheMostWhoCouldGoByTheCorridor(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, randomMarket(t), randomPolicy(t))
		c := causes(t, r)
		filled, placed := aroundPressure(r, c)
		if c.Totals[matcher.NoChannel] == 0 && len(c.Pressure) > 0 {
			t.Fatal("pressure where no opening lacks a channel")
		}
		b := newBeside(r, filled, placed)
		for _, p := range c.Pressure {
			if !p.Ranged {
				continue
			}
			low, high := b.through(t, r, p, 1), b.through(t, r, p, -1)
			if p.Low != low || p.High != high || p.Units < low || p.Units > high {
				t.Fatalf("%+v: pair by pair %d to %d\n%s", p, low, high, describe(r.Market))
			}
			seen++
		}
	})
	if seen == 0 {
		t.Fatal("no corridor was looked at")
	}
}
