package matcher_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// causes explains a result; a third of the markets go through hubs.
func causes(t rapid.TB, r *matcher.Result) *matcher.Causes {
	t.Helper()
	find := r.Causes
	if (len(r.Market.Cohorts)+len(r.Market.Vacancies))%3 == 0 {
		find = func(ctx context.Context) (*matcher.Causes, error) { return matcher.CausesThroughHubs(ctx, r) }
	}
	c, err := find(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lifted is a set of lifts.
type lifted map[matcher.Cause]bool

func lift(causes ...matcher.Cause) lifted {
	l := lifted{}
	for _, c := range causes {
		l[c] = true
	}
	return l
}

// beside is the set without one lift.
func (l lifted) beside(c matcher.Cause) lifted {
	rest := lifted{}
	for k := range l {
		if k != c {
			rest[k] = true
		}
	}
	return rest
}

// relaxedPairs lists who may fill what under a law of which something is lifted, with none of the engine's lookups: the
// legal pairs, and those that any corridor adds (channel −2).
func relaxedPairs(r *matcher.Result, l lifted) *pairForm {
	p := r.Policy
	m := *r.Market
	if l[matcher.Safeguarded] {
		m.Safeguards = nil
	}
	f := newRelaxedPairs(&m, &p, true, l[matcher.NoSkill])
	if !l[matcher.NoChannel] {
		return f
	}
	for c := range r.Market.Cohorts {
		for v := range r.Market.Vacancies {
			cohort, vacancy := &r.Market.Cohorts[c], &r.Market.Vacancies[v]
			training, able := f.trainingFor(cohort.Code, vacancy.Code)
			if able && matcher.Country(cohort.Region) != matcher.Country(vacancy.Region) && !f.gated(cohort, vacancy, &matcher.Channel{Kind: matcher.Visa}) {
				wage := f.wage[v].amount
				cost := f.perYear(p.ChannelCost.Value, vacancy.Months, 0)
				offer := wage + round(float64(wage)*p.FillShare.Value) - round(cost)
				f.pairs = append(f.pairs, pair{int32(c), int32(v), -2, matcher.ByChannel, offer, f.outside[c].amount + training})
			}
		}
	}
	return f
}

// mostFilled is a maximum flow by augmenting paths (Edmonds and Karp) over the pairs: the number of openings that can be
// filled at most.
func mostFilled(r *matcher.Result, l lifted) int64 {
	workers, mobile := workersAndMobile(r)
	return newPaths(r, relaxedPairs(r, l).pairs, workers, mobile, l).most()
}

// protect adds gates, and the list, to a random market: what bounds cohorts one by one, so that no group limit comes of it.
func protect(t *rapid.T, m *matcher.Market) {
	for i := range m.Channels {
		if rapid.Bool().Draw(t, "protected") {
			m.Channels[i].Protections = []string{"no_worker_fee"}
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "safeguards") {
		s := matcher.Safeguard{
			ID: fmt.Sprint("safeguard-", i), Origins: []string{rapid.SampledFrom([]string{"*", "UNION", "CC", "CC-2", "AA"}).Draw(t, "origins")},
			Rule: rapid.SampledFrom([]string{matcher.RuleList, matcher.RuleGate}).Draw(t, "rule"),
		}
		if s.Rule == matcher.RuleList {
			s.Shares = []matcher.Share{{Occupation: "221", Share: 1}, {Occupation: "222", Share: 0.4}}
		} else {
			s.Protections = []string{"no_worker_fee"}
			s.Occupations = rapid.SampledFrom([][]string{nil, {"2"}, {"512"}}).Draw(t, "prefixes")
		}
		m.Safeguards = append(m.Safeguards, s)
	}
}

func randomCauseOrder(t *rapid.T) []matcher.Cause {
	return rapid.SampledFrom([][]matcher.Cause{
		nil, nil, nil,
		{matcher.NoChannel, matcher.QuotaFull, matcher.Safeguarded, matcher.NoSkill},
		{matcher.NoSkill, matcher.Safeguarded, matcher.QuotaFull, matcher.NoChannel},
		{matcher.Safeguarded, matcher.NoSkill, matcher.NoChannel, matcher.QuotaFull},
	}).Draw(t, "cause order")
}

func TestEveryUnfilledOpeningAndUnplacedWorkerHasOneCause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		p.CauseOrder = randomCauseOrder(t)
		r := match(t, m, p)
		c := causes(t, r)
		var openings, workers matcher.ByCause
		for v, o := range c.Openings {
			if o.Sum() != r.Fillings[v].Unfilled || slices.Min(o[:]) < 0 {
				t.Fatalf("%s: %d unfilled, causes %v", r.Market.Vacancies[v].Key(), r.Fillings[v].Unfilled, o)
			}
			for k, n := range o {
				openings[k] += n
			}
		}
		for w, o := range c.Workers {
			if o.Sum() != r.Placings[w].Unplaced || slices.Min(o[:]) < 0 {
				t.Fatalf("%s: %d unplaced, causes %v", r.Market.Cohorts[w].Key(), r.Placings[w].Unplaced, o)
			}
			for k, n := range o {
				workers[k] += n
			}
		}
		if openings != c.Totals || workers != c.Idle {
			t.Fatalf("totals %v and %v, sums %v and %v", c.Totals, c.Idle, openings, workers)
		}
	})
}

func TestWhatEachLiftFillsIsTheMaximumFlowOfAnotherAlgorithm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		protect(t, m)
		p.CauseOrder = randomCauseOrder(t)
		r := match(t, m, p)
		c := causes(t, r)
		want := func(what string, cause matcher.Cause, got, want int64) {
			if got != want {
				t.Fatalf("%s, %s: %d, by augmenting paths %d\n%s", cause, what, got, want, describe(r.Market))
			}
		}
		all := lift(matcher.Lifts()...)
		now := lift()
		law := mostFilled(r, now)
		reached := law
		want("in its turn", c.Lifts[0].Cause, c.Lifts[0].Units, law-r.Totals.Filled.Sum())
		for _, l := range c.Lifts[1:] {
			now[l.Cause] = true
			most := mostFilled(r, now)
			want("in its turn", l.Cause, l.Units, most-reached)
			want("alone", l.Cause, l.Alone, mostFilled(r, lift(l.Cause))-law)
			want("last", l.Cause, l.Last, mostFilled(r, all)-mostFilled(r, all.beside(l.Cause)))
			if !l.Exact() {
				t.Fatalf("%s is not exact", l.Cause)
			}
			reached = most
		}
		want("the rest", matcher.NobodyFree, c.Totals[matcher.NobodyFree], r.Totals.Openings-reached)
	})
}

// The cells that a step fills are held against the pair form, which is solved once for the most openings and then the most value,
// and once more with the cells as the step has them: they must reach as much of both.
func TestTheOpeningsAStepFillsAreWorthAsMuchAsCanBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		r := match(t, m, p)
		c := causes(t, r)
		filled, placed := make([]int64, len(c.Openings)), make([]int64, len(c.Workers))
		for v, f := range r.Fillings {
			filled[v] = f.Filled.Sum()
		}
		for w, q := range r.Placings {
			placed[w] = q.Placed.Sum()
		}
		steps := [][]matcher.Cause{{matcher.Outbid, matcher.NotWorth, matcher.WageUnknown}}
		for _, l := range c.Lifts[1:] {
			steps = append(steps, []matcher.Cause{l.Cause})
		}
		now := lift()
		for _, step := range steps {
			now[step[0]] = true
			before, beforePlaced := slices.Clone(filled), slices.Clone(placed)
			units := int64(0)
			for _, cause := range step {
				for v := range filled {
					filled[v] += c.Openings[v][cause]
					units += c.Openings[v][cause]
				}
				for w := range placed {
					placed[w] += c.Workers[w][cause]
				}
			}
			if units == 0 {
				continue
			}
			best := solvePairs(t, r, now, before, beforePlaced, false)
			got := solvePairs(t, r, now, filled, placed, true)
			for k := range best {
				if best[k].Cmp(got[k]) != 0 {
					t.Fatalf("%s: the cells it fills reach %s of term %d, %s can be reached\n%s", step[0], got[k], k, best[k], describe(r.Market))
				}
			}
		}
	})
}

// solvePairs gives the most that can be filled and its value with so many filled and placed: at least, or exactly.
func solvePairs(t *rapid.T, r *matcher.Result, l lifted, filled, placed []int64, exactly bool) []flow.Total {
	workers, mobile := workersAndMobile(r)
	f := relaxedPairs(r, l)
	m := *r.Market
	if l[matcher.QuotaFull] {
		m.Channels = slices.Clone(m.Channels)
		for i := range m.Channels {
			m.Channels[i].Quota = nil
		}
	}
	f.m = &m
	for i := range f.pairs {
		if f.pairs[i].channel == -2 { // a channel of its own, to leave by
			f.pairs[i].channel = int32(len(m.Channels))
		}
	}
	m.Channels = append(slices.Clone(m.Channels), matcher.Channel{ID: "any corridor"})
	policy := r.Policy
	policy.Equity.Value = 0
	f.p = &policy
	n := f.network(matcher.FillFirst, workers, mobile, nil)
	for a := range n.Arcs() {
		arc := n.Arc(a)
		first := int32(1 + 2*len(m.Cohorts))
		switch {
		case arc.From == 0 && arc.To < first && arc.To%2 == 1:
			arc.Lower = placed[(arc.To-1)/2]
		case arc.To == 0:
			arc.Lower = filled[arc.From-first]
		default:
			continue
		}
		if exactly {
			arc.Upper = arc.Lower
		}
		n.SetArc(a, arc)
	}
	s, err := flowtest.Solve(context.Background(), n, flow.Options{AnyPlan: true})
	if err != nil {
		t.Fatal(err)
	}
	return s.Costs
}

func TestShufflingInputRowsChangesNoCause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		r := match(t, m, p)
		want, err := json.Marshal(causes(t, r))
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		shuffled := *m
		shuffled.Cohorts = shuffle(random, m.Cohorts)
		shuffled.Vacancies = shuffle(random, m.Vacancies)
		shuffled.Channels = shuffle(random, m.Channels)
		shuffled.Fits = shuffle(random, m.Fits)
		shuffled.Wages = shuffle(random, m.Wages)
		got, err := json.Marshal(causes(t, match(t, &shuffled, p)))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("shuffled: %s\nas it was: %s", got, want)
		}
	})
}

// Which hubs a market is drawn with may decide between equals, never how many.
func TestHubsChangeNoTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, randomMarket(t), randomPolicy(t))
		plain, err := r.Causes(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		through, err := matcher.CausesThroughHubs(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(plain.Lifts, through.Lifts) {
			t.Fatalf("%+v, through hubs %+v", plain.Lifts, through.Lifts)
		}
	})
}

func TestOutbidIsWhereAnAbleWorkerWhoWouldNotLoseIsPlacedElsewhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		r := match(t, m, p)
		c := causes(t, r)
		pools, where := map[int][]int{}, map[int]map[int]bool{} // vacancies of a pool, of a cohort
		for _, x := range r.Placements {
			pools[x.Pool] = append(pools[x.Pool], x.Vacancy)
		}
		for _, e := range r.Entries {
			if where[e.Cohort] == nil {
				where[e.Cohort] = map[int]bool{}
			}
			for _, v := range pools[e.Pool] {
				where[e.Cohort][v] = true
			}
		}
		vacancies, cohorts := make([]matcher.Cause, len(c.Openings)), make([]matcher.Cause, len(c.Workers))
		rank := []matcher.Cause{matcher.WageUnknown, matcher.NotWorth, matcher.Outbid}
		raise := func(of []matcher.Cause, i int32, to matcher.Cause) {
			of[i] = rank[max(slices.Index(rank, of[i]), slices.Index(rank, to))]
		}
		for i := range vacancies {
			vacancies[i] = matcher.WageUnknown
		}
		for i := range cohorts {
			cohorts[i] = matcher.WageUnknown
		}
		f := newRelaxedPairs(r.Market, &r.Policy, true, false)
		for _, x := range f.pairs {
			if !f.wage[x.vacancy].known || !f.outside[x.cohort].known {
				continue
			}
			if x.channel >= 0 && r.Market.Channels[x.channel].Quota != nil && *r.Market.Channels[x.channel].Quota == 0 {
				continue
			}
			raise(vacancies, x.vacancy, matcher.NotWorth)
			raise(cohorts, x.cohort, matcher.NotWorth)
			if x.offer < x.cost {
				continue
			}
			at := where[int(x.cohort)]
			if len(at) > 1 || len(at) == 1 && !at[int(x.vacancy)] {
				raise(vacancies, x.vacancy, matcher.Outbid)
			}
			if r.Fillings[x.vacancy].Filled.Sum() > 0 {
				raise(cohorts, x.cohort, matcher.Outbid)
			}
		}
		for v, o := range c.Openings {
			for _, cause := range rank {
				if o[cause] > 0 && cause != vacancies[v] {
					t.Fatalf("%s is empty because of %s, pair by pair because of %s\n%s", r.Market.Vacancies[v].Key(), cause, vacancies[v], describe(r.Market))
				}
			}
		}
		for w, o := range c.Workers {
			for _, cause := range rank {
				if o[cause] > 0 && cause != cohorts[w] {
					t.Fatalf("%s is unplaced because of %s, pair by pair because of %s\n%s", r.Market.Cohorts[w].Key(), cause, cohorts[w], describe(r.Market))
				}
			}
		}
	})
}
