package matcher_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

func pricer(t rapid.TB, r *matcher.Result) *matcher.Pricer {
	t.Helper()
	p, err := matcher.NewPricer(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// priceOf prices a limit.
func priceOf(t rapid.TB, p *matcher.Pricer, l matcher.Bound) matcher.Price {
	t.Helper()
	price, err := p.Of(context.Background(), l)
	if err != nil {
		t.Fatal(err)
	}
	return price
}

// summed says whether group limits are live in a result; its prices are slopes then.
func summed(r *matcher.Result) bool { return r.Certificate.Network.Limits() > 0 }

// reached solves the network of a result from nothing, with the bound of an arc changed by so much, and returns what each term
// reaches.
func reached(t rapid.TB, r *matcher.Result, arc int, by int64) []int64 {
	t.Helper()
	n := r.Certificate.Network.Clone()
	a := n.Arc(arc)
	a.Upper += by
	n.SetArc(arc, a)
	s, err := flow.Solve(context.Background(), n, flow.Options{AnyPlan: true})
	if err != nil {
		t.Fatal(err)
	}
	return termsOf(t, s)
}

func termsOf(t rapid.TB, s *flow.Solution) []int64 {
	t.Helper()
	var terms []int64
	for _, c := range s.Costs {
		v, ok := c.Int64()
		if !ok {
			t.Fatal("a term is no int64")
		}
		terms = append(terms, -v)
	}
	return terms
}

func minus(a, b []int64) []int64 {
	d := make([]int64, len(a))
	for k := range a {
		d[k] = a[k] - b[k]
	}
	return d
}

// tightMarket is a random market in which places are few: two more channels lead everywhere, with small quotas, and most of the rows have somebody.
func tightMarket(t *rapid.T) *matcher.Market {
	m := randomMarket(t)
	for _, id := range []string{"tight-agreement", "tight-visa"} {
		c := matcher.Channel{
			ID: id, Kind: matcher.Visa, Origins: []string{"*"}, Destinations: []string{"*"}, InForce: "yes", QuotaOf: matcher.QuotaEach,
			Quota: ref(rapid.Int64Range(0, 4).Draw(t, "quota")), CostWorker: ref(rapid.SampledFrom([]int64{0, 1000, 4000}).Draw(t, "cost")),
		}
		if id == "tight-agreement" {
			c.Kind, c.Occupations = matcher.Agreement, []string{"2", "5"}
		}
		m.Channels = append(m.Channels, c)
	}
	for i := range m.Cohorts {
		m.Cohorts[i].Count += rapid.Int64Range(0, 6).Draw(t, "more workers")
	}
	for i := range m.Vacancies {
		m.Vacancies[i].Count += rapid.Int64Range(0, 6).Draw(t, "more openings")
	}
	return m
}

// tightPolicy lets most workers leave, and places those without a known wage.
func tightPolicy(t *rapid.T) matcher.Policy {
	p := randomPolicy(t)
	p.Mobile.Value = rapid.SampledFrom([]float64{0.3, 1}).Draw(t, "more mobile")
	p.DefaultWage.Value = 15000
	return p
}

// sampled picks at most so many limits, always the same ones of a market.
func sampled(p *matcher.Pricer, most int) []matcher.Bound {
	limits := slices.Collect(p.Limits())
	r := rand.New(rand.NewPCG(7, uint64(len(limits))))
	r.Shuffle(len(limits), func(i, j int) { limits[i], limits[j] = limits[j], limits[i] })
	return limits[:min(most, len(limits))]
}

func TestAPriceIsWhatSolvingAgainWithOneUnitMoreAndLessFinds(t *testing.T) {
	var priced, up, down int
	most := flowtest.Count(t, 500)
	rapid.Check(t, func(t *rapid.T) {
		m, policy := tightMarket(t), tightPolicy(t)
		policy.Order = matcher.Orders()[len(m.Vacancies)%3]
		r := match(t, m, policy)
		if summed(r) {
			return
		}
		p := pricer(t, r)
		now := termsOf(t, r.Certificate.Solution)
		for _, l := range sampled(p, most) {
			price := priceOf(t, p, l)
			more, less := l.Arcs()
			if want := minus(reached(t, r, more, 1), now); !slices.Equal(price.More.Terms, want) {
				t.Fatalf("one more of %+v is worth %v, the price says %v", l, want, price.More.Terms)
			}
			if priced++; slices.Max(price.More.Terms) > 0 {
				up++
			}
			if r.Certificate.Network.Arc(less).Upper > 0 {
				want := minus(now, reached(t, r, less, -1))
				if !slices.Equal(price.Less.Terms, want) {
					t.Fatalf("one less of %+v loses %v, the price says %v", l, want, price.Less.Terms)
				}
				if slices.Max(want) > 0 {
					down++
				}
			}
			if l.Size == 0 {
				continue
			}
			if more == less && slices.Compare(price.More.Terms, price.Less.Terms) > 0 {
				t.Fatalf("%+v: one more is worth %v, more than the %v that one less loses", l, price.More.Terms, price.Less.Terms)
			}
		}
	})
	t.Logf("%d limits priced, one more worth something for %d, one less for %d", priced, up, down)
	if up == 0 || down == 0 {
		t.Error("no limit was worth anything")
	}
}

// A market of one quota or one vacancy more is another market, with other rows and steps; its terms are what the price says.
func TestAPriceIsWhatTheMarketWithOnePlaceOrOpeningMoreReaches(t *testing.T) {
	var quotas, openings int
	rapid.Check(t, func(t *rapid.T) {
		m, policy := tightMarket(t), tightPolicy(t)
		r, err := matcher.Match(context.Background(), m, policy, matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if summed(r) {
			return
		}
		p := pricer(t, r)
		now := termsOf(t, r.Certificate.Solution)
		limitsOf := map[int]int{}
		for l := range p.Limits(matcher.OfQuota) {
			limitsOf[l.Channel]++
		}
		limits := slices.Collect(p.Limits(matcher.OfQuota, matcher.OfOpenings))
		for k, l := range limits {
			if l.Of == matcher.OfQuota && limitsOf[l.Channel] != 1 || l.Of == matcher.OfOpenings && k%4 != 0 {
				continue
			}
			price := priceOf(t, p, l)
			for _, by := range []int64{1, -1} {
				if l.Size+by < 0 {
					continue
				}
				changed := *r.Market
				if l.Of == matcher.OfQuota {
					quotas++
					changed.Channels = slices.Clone(changed.Channels)
					changed.Channels[l.Channel].Quota = ref(l.Size + by)
				} else {
					openings++
					changed.Vacancies = slices.Clone(changed.Vacancies)
					at := slices.IndexFunc(changed.Vacancies, func(v matcher.Vacancy) bool { return v.Key() == l.Row })
					changed.Vacancies[at].Count += by
				}
				other, err := matcher.Match(context.Background(), &changed, policy, matcher.Options{})
				if err != nil {
					t.Fatal(err)
				}
				want, got := minus(termsOf(t, other.Certificate.Solution), now), price.More.Terms
				if by < 0 {
					want, got = minus(now, termsOf(t, other.Certificate.Solution)), price.Less.Terms
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%+v changed by %d: the market gains or loses %v, the price says %v", l, by, want, got)
				}
			}
		}
	})
	t.Logf("%d quotas and %d vacancies changed", quotas, openings)
	if quotas == 0 || openings == 0 {
		t.Error("nothing was changed")
	}
}

// Who uses a limit can be counted on the rows of the result, without any arc.
func TestEveryLimitIsUsedByWhomItsWordsName(t *testing.T) {
	quotas := 0
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, tightMarket(t), tightPolicy(t))
		each := func(channel int) bool { return r.Market.Channels[channel].QuotaOf == matcher.QuotaEach }
		used, leaving := map[string]int64{}, map[int]int64{}
		for _, x := range r.Placements {
			pool, v := r.Pools[x.Pool], &r.Market.Vacancies[x.Vacancy]
			if x.Channel >= 0 {
				used[quotaName(x.Channel, pool.Region, v.Region, pool.Code)] += x.Count
			}
		}
		for _, e := range r.Entries {
			if class := r.Pools[e.Pool].Class; class != matcher.ClassOwn && class != matcher.ClassRelated {
				leaving[e.Cohort] += e.Count
			}
		}
		seen := map[string]bool{}
		cohorts, vacancies := 0, 0
		for l := range pricer(t, r).Limits() {
			var want, size int64
			switch l.Of {
			case matcher.OfQuota:
				if !each(l.Channel) {
					continue // its words name a sum
				}
				quotas++
				name := quotaName(l.Channel, l.Origin, l.Destination, l.Code)
				if seen[name] {
					t.Fatalf("the quota %s is there twice", name)
				}
				seen[name] = true
				want, size = used[name], *r.Market.Channels[l.Channel].Quota
			case matcher.OfMobile:
				want, size = leaving[cohorts], l.Size
				cohorts++
			case matcher.OfWorkers:
				want, size = r.Placings[cohorts].Placed.Sum(), r.Placings[cohorts].Workers
			case matcher.OfOpenings:
				want, size = r.Fillings[vacancies].Filled.Sum(), r.Fillings[vacancies].Openings
				vacancies++
			}
			if l.Used != want || l.Size != size {
				t.Fatalf("%+v: used %d of %d", l, want, size)
			}
		}
		for name, count := range used {
			var channel int
			if err := json.Unmarshal([]byte(name[:1]), &channel); err != nil {
				t.Fatal(err)
			}
			if r.Market.Channels[channel].Quota != nil && each(channel) && !seen[name] {
				t.Fatalf("%d people come by a quota that is not listed: %s", count, name)
			}
		}
	})
	if quotas == 0 {
		t.Error("no market had a quota")
	}
}

func quotaName(channel int, origin, destination string, code matcher.Code) string {
	name, _ := json.Marshal([]any{origin, destination, code}) //nolint:errchkjson // strings
	return string(rune('0'+channel)) + string(name)
}

func TestEveryBreakpointOfACurveIsOneAndThereIsNoOther(t *testing.T) {
	var points int
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, tightMarket(t), tightPolicy(t))
		if summed(r) {
			return
		}
		p := pricer(t, r)
		for l := range p.Limits(matcher.OfQuota) {
			c, err := p.Curve(context.Background(), l)
			if err != nil {
				t.Fatal(err)
			}
			at := func(size int64) []int64 {
				more, _ := l.Arcs()
				return reached(t, r, more, size-l.Size)
			}
			for i, point := range c.Points {
				points++
				if i > 0 && point.Size <= c.Points[i-1].Size || i == 0 && point.Size != 0 {
					t.Fatalf("point %d is at size %d", i, point.Size)
				}
				if got := at(point.Size); !slices.Equal(got, point.Terms) {
					t.Fatalf("%+v at %d reaches %v, the curve says %v", l, point.Size, got, point.Terms)
				}
				next := point.Next
				if i == len(c.Points)-1 {
					next = make([]int64, len(point.Terms))
				}
				if got := minus(at(point.Size+1), point.Terms); !slices.Equal(got, next) {
					t.Fatalf("%+v at %d: one more gains %v, the curve says %v", l, point.Size, got, next)
				}
				if i > 0 {
					if got := minus(point.Terms, at(point.Size-1)); !slices.Equal(got, c.Points[i-1].Next) {
						t.Fatalf("%+v at %d: one less loses %v, the curve says %v", l, point.Size, got, c.Points[i-1].Next)
					}
				}
			}
		}
	})
	if points == 0 {
		t.Error("no curve")
	}
	t.Logf("%d points", points)
}

func TestTheTightestLimitsAreThoseOfWhichOneMoreIsWorthMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := tightMarket(t)
		r := match(t, m, tightPolicy(t))
		if summed(r) {
			return
		}
		p := pricer(t, r)
		most := rapid.IntRange(0, 9).Draw(t, "most")
		got, err := p.Tightest(context.Background(), most)
		if err != nil {
			t.Fatal(err)
		}
		all := []matcher.Price{}
		for l := range p.Limits() {
			if price := priceOf(t, p, l); slices.ContainsFunc(price.More.Terms, func(x int64) bool { return x != 0 }) {
				all = append(all, price)
			}
		}
		slices.SortStableFunc(all, func(a, b matcher.Price) int { return slices.Compare(b.More.Terms, a.More.Terms) })
		all = all[:min(most, len(all))]
		if text(t, got) != text(t, all) {
			t.Fatalf("the tightest are %s, not %s", text(t, all), text(t, got))
		}

		shuffled := *m
		shuffled.Cohorts = rapid.Permutation(m.Cohorts).Draw(t, "cohorts")
		shuffled.Vacancies = rapid.Permutation(m.Vacancies).Draw(t, "vacancies")
		again, err := pricer(t, match(t, &shuffled, r.Policy)).Tightest(context.Background(), most)
		if err != nil {
			t.Fatal(err)
		}
		if text(t, again) != text(t, got) {
			t.Fatalf("of the same rows in another order the tightest are %s, not %s", text(t, again), text(t, got))
		}
	})
}

func text(t rapid.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
