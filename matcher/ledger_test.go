package matcher_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

// ledgersOf are the ledgers of a market, with what the origins lost.
func ledgersOf(t rapid.TB, r *matcher.Result) []matcher.Ledger {
	t.Helper()
	ledgers, err := r.Ledgers(match(t, r.Market, r.Policy.Staying()), nil)
	if err != nil {
		t.Fatal(err)
	}
	return ledgers
}

func TestLedgersAddUpToEverybodyPlacedAbroadOnBothSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, randomMarket(t), randomPolicy(t))
		type side struct {
			country string
			code    matcher.Code
		}
		left, filled := map[side]int64{}, map[side]int64{}
		ways := matcher.ByWay{}
		for _, l := range ledgersOf(t, r) {
			if l.Origin == l.Destination || l.People <= 0 || l.People != l.Free+l.Channel {
				t.Fatalf("%s to %s: %d people, %d free and %d by channels", l.Origin, l.Destination, l.People, l.Free, l.Channel)
			}
			if s := l.Stays; s.Temporary+s.Circular+s.Permanent+s.NotStated != l.People {
				t.Fatalf("%s to %s: %d people stay %+v", l.Origin, l.Destination, l.People, s)
			}
			ways[matcher.Free] += l.Free
			ways[matcher.ByChannel] += l.Channel
			var in, out, posts int64
			for _, f := range l.Fills {
				in += f.Count
				filled[side{l.Destination, f.Code}] += f.Count
				if f.Count > f.Gap || f.Gap > f.Openings {
					t.Fatalf("%+v fills more than the gap", f)
				}
			}
			for _, x := range l.Leavers {
				out += x.Count
				posts += x.Posts
				left[side{l.Origin, x.Code}] += x.Count
				if x.Count > x.Stock || x.Posts > x.Count {
					t.Fatalf("%+v: more left than there were", x)
				}
			}
			if in != l.People || out != l.People || posts != l.Posts {
				t.Fatalf("%s to %s: %d people fill %d vacancies and %d leave", l.Origin, l.Destination, l.People, in, out)
			}
		}
		if ways[matcher.Free] != r.Totals.Filled[matcher.Free] || ways[matcher.ByChannel] != r.Totals.Filled[matcher.ByChannel] {
			t.Fatalf("ledgers hold %v, the result %v", ways, r.Totals.Filled)
		}
		for i, p := range r.Placings {
			c := &r.Market.Cohorts[i]
			left[side{matcher.Country(c.Region), c.Code}] -= p.Placed[matcher.Free] + p.Placed[matcher.ByChannel]
		}
		for i, f := range r.Fillings {
			v := &r.Market.Vacancies[i]
			filled[side{matcher.Country(v.Region), v.Code}] -= f.Filled[matcher.Free] + f.Filled[matcher.ByChannel]
		}
		for _, rest := range []map[side]int64{left, filled} {
			for at, n := range rest {
				if n != 0 {
					t.Fatalf("%s %s: the ledgers have %d more than the result", at.country, at.code, n)
				}
			}
		}
	})
}

// The money of all corridors together is known from either half alone: wages from the placements, what is given up
// from the entries.
func TestTheGainOfAllLeaversIsTheirWagesLessWhatTheyGaveUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := randomMarket(t)
		for i := range m.Vacancies { // every wage stated, so that all of them count
			m.Vacancies[i].Wage = ref(int64(20_000 + 500*i))
		}
		for i := range m.Cohorts {
			m.Cohorts[i].Outside = ref(int64(1000 * i))
		}
		r := match(t, m, randomPolicy(t))
		want, earned, worker := new(big.Int), new(big.Int), new(big.Int)
		add := func(to *big.Int, n, each int64) { to.Add(to, new(big.Int).Mul(big.NewInt(n), big.NewInt(each))) }
		for _, p := range r.Placements {
			if p.Way >= matcher.Free {
				add(want, p.Count, *r.Market.Vacancies[p.Vacancy].Wage)
				add(earned, p.Count, *r.Market.Vacancies[p.Vacancy].Wage)
				if c := r.Market.Channels[p.Channel]; c.CostWorker != nil {
					add(worker, p.Count, *c.CostWorker)
				}
			}
		}
		for _, e := range r.Entries {
			if class := r.Pools[e.Pool].Class; class != matcher.ClassOwn && class != matcher.ClassRelated {
				add(want, -e.Count, *r.Market.Cohorts[e.Cohort].Outside)
			}
		}
		var gain, wages, cost int64
		for _, l := range ledgersOf(t, r) {
			gain += *l.Money.Gain
			wages += *l.Money.Earned
			if l.Money.GainOf != l.People || l.Money.EarnedOf != l.People {
				t.Fatalf("of %d people %d have a gain", l.People, l.Money.GainOf)
			}
			if l.Money.CostWorker != nil {
				cost += *l.Money.CostWorker
			}
			if l.Money.CostWorker == nil != (l.Money.CostOf == 0) {
				t.Fatalf("a cost of %v is stated for %d people", l.Money.CostWorker, l.Money.CostOf)
			}
		}
		if want.Int64() != gain || earned.Int64() != wages || worker.Int64() != cost {
			t.Fatalf("gain %d, wages %d, cost %d; want %v, %v, %v", gain, wages, cost, want, earned, worker)
		}
	})
}

// What an origin lost is found again by solving its homes alone: every country without any channel.
func TestWhatLeavingEmptiesIsWhatHomesAloneWouldFill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, randomMarket(t), randomPolicy(t))
		closed := *r.Market
		closed.Channels = nil
		alone := match(t, &closed, r.Policy)
		home := func(r *matcher.Result, country string) (filled int64) {
			for i, f := range r.Fillings {
				if matcher.Country(r.Market.Vacancies[i].Region) == country {
					filled += f.Filled.Home()
				}
			}
			return filled
		}
		lost, emptied, leavers, backfill := map[string]int64{}, map[string]int64{}, map[string]int64{}, int64(0)
		for _, l := range ledgersOf(t, r) {
			leavers[l.Origin] += l.People
			var sum int64
			for _, x := range l.Lost {
				lost[l.Origin] += x.Count
				sum += x.Emptied
				if x.Emptied > x.Count {
					t.Fatalf("%+v: more stay empty than were lost", x)
				}
			}
			emptied[l.Origin] += sum
			if *l.Emptied != sum || *l.Backfill != sum+l.Posts {
				t.Fatalf("%s to %s: %d emptied, %d posts, %d to fill anew", l.Origin, l.Destination, *l.Emptied, l.Posts, *l.Backfill)
			}
			backfill += *l.Backfill
		}
		for origin, n := range leavers {
			if want := max(0, min(n, home(alone, origin)-home(r, origin))); lost[origin] != want {
				t.Fatalf("%s lost %d vacancies, want %d", origin, lost[origin], want)
			}
			if r.Policy.Order == matcher.HomeFirst && lost[origin] != 0 {
				t.Fatalf("under home-first %s lost %d vacancies to leavers", origin, lost[origin])
			}
			var unfilled int64
			for i, f := range r.Fillings {
				if matcher.Country(r.Market.Vacancies[i].Region) == origin {
					unfilled += f.Unfilled
				}
			}
			if emptied[origin] > unfilled {
				t.Fatalf("%s: leaving emptied %d of %d unfilled", origin, emptied[origin], unfilled)
			}
		}
	})
}

func TestTheLedgersOfTwoHalvesOfTheChannelsMakeTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, randomMarket(t), randomPolicy(t))
		even := func(c *matcher.Channel) bool { return strings.HasSuffix(c.ID, "0") || strings.HasSuffix(c.ID, "2") }
		odd := func(c *matcher.Channel) bool { return !even(c) }
		people := map[[2]string]int64{}
		for _, half := range []func(*matcher.Channel) bool{even, odd} {
			ledgers, err := r.Ledgers(nil, half)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range ledgers {
				people[[2]string{l.Origin, l.Destination}] += l.People
				if l.Emptied != nil || l.Backfill != nil || l.Lost != nil {
					t.Fatal("without a market in which nobody leaves, what was lost is not known")
				}
			}
		}
		whole := ledgersOf(t, r)
		if len(whole) != len(people) {
			t.Fatalf("%d corridors, in halves %d", len(whole), len(people))
		}
		for _, l := range whole {
			if people[[2]string{l.Origin, l.Destination}] != l.People {
				t.Fatalf("%s to %s: %d people, in halves %d", l.Origin, l.Destination, l.People, people[[2]string{l.Origin, l.Destination}])
			}
		}
	})
}

// What the channels of an agreement emptied is what home would fill if they were closed, of at most as many as left by them.
func TestAnAgreementsLedgerCountsWhatLeavingByItEmptied(t *testing.T) {
	emptied := 0
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, tightMarket(t), tightPolicy(t))
		pact := func(c *matcher.Channel) bool { return c.ID == "tight-agreement" || c.ID == "channel-0" }
		closed := *r.Market
		closed.Channels = slices.DeleteFunc(slices.Clone(closed.Channels), func(c matcher.Channel) bool { return pact(&c) })
		without := match(t, &closed, r.Policy)
		same, err := r.WithoutChannels(context.Background(), pact, matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ledgers, err := r.Ledgers(same, pact)
		if err != nil {
			t.Fatal(err)
		}
		more, left, lost := map[string]int64{}, map[string]int64{}, map[string]int64{}
		for v := range r.Fillings {
			more[matcher.Country(r.Market.Vacancies[v].Region)] += without.Fillings[v].Filled.Home() - r.Fillings[v].Filled.Home()
		}
		for _, l := range ledgers {
			left[l.Origin] += l.People
			for _, x := range l.Lost {
				lost[l.Origin] += x.Count
				emptied += int(x.Emptied)
				if x.Emptied > x.Count {
					t.Errorf("%s to %s: %d empty of %d", l.Origin, l.Destination, x.Emptied, x.Count)
				}
			}
		}
		for origin, people := range left {
			if want := max(0, min(more[origin], people)); lost[origin] != want {
				t.Errorf("%s lost %d; without the agreement its homes fill %d more, and %d left by it", origin, lost[origin], more[origin], people)
			}
		}
	})
	if emptied == 0 {
		t.Error("no agreement emptied anything")
	}
}

func TestAResultOfAnotherMarketIsNoComparison(t *testing.T) {
	r := match(t, &matcher.Market{Level: 3, Period: "2022", Base: matcher.Stock}, matcher.DefaultPolicy())
	other := *r
	other.Fillings = make([]matcher.Filling, 1)
	if _, err := r.Ledgers(&other, nil); !errors.Is(err, matcher.ErrOtherMarket) {
		t.Error(err)
	}
}

func TestRemittancesAreWorthMoreWhereLifeIsCheaper(t *testing.T) {
	m := &matcher.Market{
		Level: 3, Period: "2022", Base: matcher.Stock,
		Cohorts:     []matcher.Cohort{{Region: "PH", Code: matcher.Code{Occupation: "222"}, Period: "2022", Kind: matcher.Stock, Count: 10, Outside: ref(int64(10_000))}},
		Vacancies:   []matcher.Vacancy{{Region: "DE", Code: matcher.Code{Occupation: "222"}, Period: "2022", Kind: matcher.Stock, Count: 10, Wage: ref(int64(60_000))}},
		Channels:    []matcher.Channel{{ID: "tw", Kind: matcher.Agreement, Origins: []string{"PH"}, Destinations: []string{"DE"}, InForce: "yes", CostWorker: ref(int64(2500))}},
		Occupations: []matcher.Occupation{{Code: "222", SkillLevels: []int{4}}},
	}
	p := matcher.DefaultPolicy()
	p.Mobile.Value = 1
	one := func() matcher.LedgerMoney {
		ledgers := ledgersOf(t, match(t, m, p))
		if len(ledgers) != 1 {
			t.Fatal(ledgers)
		}
		return ledgers[0].Money
	}
	y := one()
	if *y.Sent != 67_500 || y.Received != nil { // 0.15 × 0.75 × 600,000
		t.Errorf("sent %d, received %v; want 67500 and not known", *y.Sent, y.Received)
	}
	if *y.CostMonths != 0.5 || y.CostEmployer != nil {
		t.Errorf("the worker pays %v months, the employer %v; want half a month and not known", *y.CostMonths, y.CostEmployer)
	}
	m.Prices = []matcher.PriceLevel{{Country: "DE", Period: "2022", Level: 0.8}, {Country: "PH", Period: "2021", Level: 0.1}, {Country: "PH", Period: "2022", Level: 0.4}}
	if y := one(); *y.Received != 125_550 { // × 0.93 × 0.8 / 0.4
		t.Errorf("received %d, want 125550", *y.Received)
	}
}

func TestConcentrationIsOneWithOnePartnerAndAnNthWithNEqualOnes(t *testing.T) {
	for n := range 7 {
		var ledgers []matcher.Ledger
		for i := range n + 1 {
			ledgers = append(ledgers, matcher.Ledger{Origin: string(rune('A' + i)), Destination: "Z", People: 30})
		}
		balances := matcher.Balances(ledgers, matcher.DefaultPolicy())
		if len(balances) != n+2 {
			t.Fatal(balances)
		}
		b := balances[0]
		if b.Side != matcher.SideDestination || b.Country != "Z" || b.Largest != "A" || b.Partners != n+1 {
			t.Errorf("%+v", b)
		}
		if want := 1 / float64(n+1); math.Abs(b.HHI-want) > 1e-12 || math.Abs(b.Share-want) > 1e-12 {
			t.Errorf("%d equal partners: %+v", n+1, b)
		}
		// 4 partners are 120 people; their HHI is at the threshold of a quarter and not above it.
		if b.Alarm {
			t.Errorf("%d partners, %d people: an alarm", n+1, b.People)
		}
	}
	ledgers := []matcher.Ledger{{Origin: "A", Destination: "Z", People: 51}, {Origin: "B", Destination: "Z", People: 49}}
	if b := matcher.Balances(ledgers, matcher.DefaultPolicy()); !b[0].Alarm || b[1].Alarm || b[2].Alarm {
		t.Errorf("51 of 100 from one origin are an alarm, 51 people leaving are none: %+v", b)
	}
}

func TestBalancesAgreeWithTheirCorridors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ledgers := ledgersOf(t, match(t, randomMarket(t), randomPolicy(t)))
		p := matcher.DefaultPolicy()
		p.AlarmPeople.Value = 0
		for _, b := range matcher.Balances(ledgers, p) {
			var people, largest int64
			squares := 0.0
			for _, l := range ledgers {
				if b.Side == matcher.SideOrigin && l.Origin == b.Country || b.Side == matcher.SideDestination && l.Destination == b.Country {
					people += l.People
					largest = max(largest, l.People)
					squares += float64(l.People) * float64(l.People)
				}
			}
			if people != b.People || math.Abs(b.Share*float64(people)-float64(largest)) > 1e-6 || math.Abs(b.HHI*float64(people)*float64(people)-squares) > 1e-6 {
				t.Fatalf("%+v; want %d people, the largest %d", b, people, largest)
			}
			if b.HHI > b.Share+1e-12 || b.HHI < b.Share*b.Share-1e-12 || b.Alarm != (b.Share > 0.5 || b.HHI > 0.25) {
				t.Fatalf("%+v cannot be", b)
			}
		}
	})
}

func TestSafeguardsAreTouchedByLeaversOfTheirOriginsAndOccupations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := randomMarket(t)
		m.Channels = slices.DeleteFunc(m.Channels, func(c matcher.Channel) bool {
			return c.Kind == matcher.FreeMovement || c.Class() == matcher.ClassRecruited
		})
		r := match(t, m, randomPolicy(t))
		r.Market.Safeguards = []matcher.Safeguard{{ID: "health", Origins: []string{"UNION", "CC-1"}, Occupations: []string{"22"}}, {ID: "all", Origins: []string{"*"}}}
		var health, all, people int64
		ledgers, err := r.Ledgers(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range ledgers {
			people += l.People
			for _, s := range l.Touched {
				if s.Recruited != 0 {
					t.Fatalf("%+v: no channel recruits actively", s)
				}
				if s.Safeguard == "health" {
					health += s.Count
				} else {
					all += s.Count
				}
			}
		}
		var want int64
		for i, p := range r.Placings {
			c := &r.Market.Cohorts[i]
			if strings.HasPrefix(c.Occupation, "22") && (c.Region == "AA" || matcher.Country(c.Region) == "BB" || c.Region == "CC-1") {
				want += p.Placed[matcher.ByChannel]
			}
		}
		if health != want || all != people {
			t.Fatalf("%d and %d touch the safeguards, want %d and %d", health, all, want, people)
		}
	})
}
