package matcher_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

// tinyMarket is one of which every plan can be listed: three cohorts and vacancies of up to two, with all kinds of limits.
func tinyMarket(t *rapid.T) (*matcher.Market, matcher.Policy) {
	m, p := randomMarket(t), randomPolicy(t)
	limit(t, m, &p)
	m.Cohorts, m.Vacancies = m.Cohorts[:min(3, len(m.Cohorts))], m.Vacancies[:min(3, len(m.Vacancies))]
	m.Channels = m.Channels[:min(1, len(m.Channels))]
	for i := range m.Cohorts {
		m.Cohorts[i].Count = min(m.Cohorts[i].Count, 2)
	}
	for i := range m.Vacancies {
		m.Vacancies[i].Count = min(m.Vacancies[i].Count, 2)
	}
	for i := range m.Channels {
		if m.Channels[i].Quota != nil {
			m.Channels[i].Quota = ref(*m.Channels[i].Quota % 3)
		}
	}
	p.Order, p.CauseOrder = rapid.SampledFrom(matcher.Orders()).Draw(t, "order again"), randomCauseOrder(t)
	return m, p
}

// plans lists every plan under a law of which something is lifted, pair by pair: who goes where, by which way.
type plans struct {
	form            *pairForm
	sums            []*pairSum
	workers, mobile []int64
}

func newPlans(r *matcher.Result, l lifted) *plans {
	workers, mobile := workersAndMobile(r)
	f := relaxedPairs(r, l)
	return &plans{f, f.sums(mobile, l[matcher.QuotaFull]), workers, mobile}
}

// each calls do with the units of every pair, of every plan that fills and places at least so many of each row and keeps every
// limit.
func (p *plans) each(filled, placed []int64, do func(units []int64, filled, placed []int64)) {
	pairs := p.form.pairs
	units := make([]int64, len(pairs))
	workers, mobile := slices.Clone(p.workers), slices.Clone(p.mobile)
	open := make([]int64, len(p.form.m.Vacancies))
	for v := range open {
		open[v] = p.form.m.Vacancies[v].Count
	}
	under := make([][]int, len(pairs)) // sums by pair
	room := make([]int64, len(p.sums))
	for s, x := range p.sums {
		room[s] = x.most
		for _, i := range x.pairs {
			under[i] = append(under[i], s)
		}
	}
	nowFilled, nowPlaced := make([]int64, len(open)), make([]int64, len(workers))
	var from func(i int)
	from = func(i int) {
		if i == len(pairs) {
			for v := range filled {
				if nowFilled[v] < filled[v] {
					return
				}
			}
			for c := range placed {
				if nowPlaced[c] < placed[c] {
					return
				}
			}
			do(units, nowFilled, nowPlaced)
			return
		}
		x := &pairs[i]
		most := min(open[x.vacancy], workers[x.cohort])
		abroad := int64(0)
		if x.channel != -1 {
			most, abroad = min(most, mobile[x.cohort]), 1
		}
		for _, s := range under[i] {
			most = min(most, room[s])
		}
		take := func(n int64) {
			units[i] += n
			nowFilled[x.vacancy] += n
			nowPlaced[x.cohort] += n
			open[x.vacancy] -= n
			workers[x.cohort] -= n
			mobile[x.cohort] -= n * abroad
			for _, s := range under[i] {
				room[s] -= n
			}
		}
		for range most + 1 {
			from(i + 1)
			take(1)
		}
		take(-most - 1)
	}
	from(0)
}

// span is the least and the most over some plans.
type span struct{ low, high int64 }

func spans(of []int64) []span {
	list := make([]span, len(of))
	for i, n := range of {
		list[i] = span{n, n}
	}
	return list
}

func widen(list []span, by []int64) {
	for i, n := range by {
		list[i] = span{min(list[i].low, n), max(list[i].high, n)}
	}
}

// most is how many openings any plan fills that keeps what is filled and placed, and the least and the most of each row that
// those plans have that do.
func (p *plans) most(filled, placed []int64) (most int64, ofFilled, ofPlaced []span) {
	most = -1
	p.each(filled, placed, func(_ []int64, f, w []int64) {
		switch n := total(f); {
		case n > most:
			most, ofFilled, ofPlaced = n, spans(f), spans(w)
		case n == most:
			widen(ofFilled, f)
			widen(ofPlaced, w)
		}
	})
	return most, ofFilled, ofPlaced
}

func total(of []int64) (n int64) {
	for _, x := range of {
		n += x
	}
	return n
}

// Every step is held against the list of all plans that keep what is filled and placed before it: it fills as many openings as the
// best of them where it says that it is exact, and else as many as its bound allows at most; its cells lie between the least and the most
// that the best have. Alone and last are held against all plans there are.
func TestEveryStepIsAmongTheLargestOfAllPlansThereAre(t *testing.T) {
	inexact, steps, loose := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, p := tinyMarket(t)
		r := match(t, m, p)
		c := causes(t, r)
		filled, placed := make([]int64, len(c.Openings)), make([]int64, len(c.Workers))
		for v, f := range r.Fillings {
			filled[v] = f.Filled.Sum()
		}
		for w, q := range r.Placings {
			placed[w] = q.Placed.Sum()
		}
		now, all := lift(), lift(matcher.Lifts()...)
		f := func(l lifted) int64 { most, _, _ := newPlans(r, l).most(nil, nil); return most }
		for k := range c.Lifts {
			l := &c.Lifts[k]
			causes := []matcher.Cause{l.Cause}
			if k == 0 {
				causes = append(causes, matcher.NotWorth, matcher.WageUnknown)
			} else {
				now[l.Cause] = true
			}
			before := total(filled)
			most, ofFilled, ofPlaced := newPlans(r, now).most(filled, placed)
			for v := range filled {
				for _, cause := range causes {
					filled[v] += c.Openings[v][cause]
				}
			}
			for w := range placed {
				for _, cause := range causes {
					placed[w] += c.Workers[w][cause]
				}
			}
			steps++
			if l.Units != total(filled)-before || l.Units > most-before || l.Bound < most-before {
				t.Fatalf("%s: %d to %d, of all plans the largest fills %d\n%s", l.Cause, l.Units, l.Bound, most-before, describe(r.Market))
			}
			if k > 0 {
				alone, last := f(lift(l.Cause))-f(lift()), f(all)-f(all.beside(l.Cause))
				if alone < l.Alone || alone > l.AloneBound || last < l.Last || last > l.LastBound {
					t.Fatalf("%s: alone %d to %d, last %d to %d, of all plans %d and %d\n%s", l.Cause, l.Alone, l.AloneBound, l.Last, l.LastBound, alone, last, describe(r.Market))
				}
			}
			if !l.Exact() {
				inexact++
			}
			if l.Units < most-before {
				continue // what it fills is not the most, so it is no cell of the most
			}
			for v, x := range ofFilled {
				if loose += int(x.high - x.low); filled[v] < x.low || filled[v] > x.high {
					t.Fatalf("%s: %d filled of %s, the largest plans have %d to %d", l.Cause, filled[v], r.Market.Vacancies[v].Key(), x.low, x.high)
				}
			}
			for w, x := range ofPlaced {
				if placed[w] < x.low || placed[w] > x.high {
					t.Fatalf("%s: %d placed of %s, the largest plans have %d to %d", l.Cause, placed[w], r.Market.Cohorts[w].Key(), x.low, x.high)
				}
			}
		}
	})
	t.Logf("%d steps, %d not exact, %d units of cells not decided by how many are filled", steps, inexact, loose)
	if loose == 0 {
		t.Error("no market had a tie")
	}
}

// Of all plans that fill what the step fills those count that have the fewest go beside the channels: what they have the least and the
// most of on a corridor is what is printed.
func TestPressureIsPrintedFromTheLeastToTheMostOfAllPlansThereAre(t *testing.T) {
	ranged, wide := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, p := tinyMarket(t)
		m.Safeguards, p.CauseOrder = nil, nil
		for i := range m.Vacancies { // of low skill, in more than one country
			m.Vacancies[i].Code, m.Vacancies[i].Kind = matcher.Code{Occupation: []string{"512", "931"}[i%2]}, matcher.Net
		}
		for i := range m.Cohorts {
			m.Cohorts[i].Code = matcher.Code{Occupation: []string{"512", "931"}[i%2]}
		}
		m.Vacancies = slices.CompactFunc(m.Vacancies, func(a, b matcher.Vacancy) bool { return a.Key() == b.Key() })
		m.Cohorts = slices.CompactFunc(m.Cohorts, func(a, b matcher.Cohort) bool { return a.Key() == b.Key() })
		r, err := matcher.Match(t.Context(), m, p, matcher.Options{})
		if err != nil {
			return // two rows of one key
		}
		c := causes(t, r)
		filled, placed := aroundPressure(r, c)
		all := newPlans(r, lift(matcher.QuotaFull, matcher.NoChannel))
		fewest, on := int64(-1), map[string]span{}
		through := func(i int) string {
			x := &all.form.pairs[i]
			v := &r.Market.Vacancies[x.vacancy]
			return fmt.Sprint(matcher.Country(r.Market.Cohorts[x.cohort].Region), matcher.Country(v.Region), v.Occupation[:1])
		}
		all.each(filled, placed, func(units []int64, f, _ []int64) {
			if !slices.Equal(f, filled) {
				return
			}
			beside, here := int64(0), map[string]int64{}
			for i, n := range units {
				if all.form.pairs[i].channel == -2 {
					beside += n
					here[through(i)] += n
				}
			}
			if fewest < 0 || beside < fewest {
				fewest = beside
				clear(on)
				for i := range units {
					on[through(i)] = span{here[through(i)], here[through(i)]}
				}
			} else if beside == fewest {
				for k, x := range on {
					on[k] = span{min(x.low, here[k]), max(x.high, here[k])}
				}
			}
		})
		if c.Totals[matcher.NoChannel] == 0 {
			return
		}
		sum := int64(0)
		for _, x := range c.Pressure {
			sum += x.Units
			got, want := span{x.Low, x.High}, on[x.Origin+x.Destination+x.Group]
			if x.Ranged && got != want || x.Units < want.low || x.Units > want.high {
				t.Fatalf("%+v: over all plans %+v\n%s", x, want, describe(r.Market))
			}
			if x.Ranged {
				ranged++
				wide += int(want.high - want.low)
			}
		}
		if sum != fewest {
			t.Fatalf("%d beside the channels, of all plans the fewest are %d: %+v, causes %+v\n%s", sum, fewest, c.Pressure, c.Openings, describe(r.Market))
		}
	})
	t.Logf("%d corridors, %d units of them not decided", ranged, wide)
	if ranged == 0 || wide == 0 {
		t.Error("no corridor was in doubt")
	}
}
