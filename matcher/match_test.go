package matcher_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// match also checks the result; a third of the markets go through hubs.
func match(t rapid.TB, m *matcher.Market, p matcher.Policy) *matcher.Result {
	t.Helper()
	solve := func(m *matcher.Market) (*matcher.Result, error) {
		if (len(m.Cohorts)+len(m.Vacancies))%3 == 0 { // a hub is one more way to draw the same market
			return matcher.MatchThroughHubs(context.Background(), m, p)
		}
		return matcher.Match(context.Background(), m, p, matcher.Options{})
	}
	r, err := solve(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := matcher.Check(r); err != nil {
		t.Fatal(err)
	}
	return r
}

// workersAndMobile takes the policy's shares of the cohorts a second time: each country's total is rounded once, halves
// up, and apportioned over its cohorts in key order.
func workersAndMobile(r *matcher.Result) (workers, mobile []int64) {
	take := func(of []int64, share float64) []int64 {
		taken := make([]int64, len(of))
		done := map[string]bool{}
		for i := range r.Market.Cohorts {
			country := matcher.Country(r.Market.Cohorts[i].Region)
			if done[country] {
				continue
			}
			done[country] = true
			weights, sum := make([]int64, len(of)), int64(0)
			for j := range r.Market.Cohorts {
				if matcher.Country(r.Market.Cohorts[j].Region) == country {
					weights[j] = of[j]
					sum += of[j]
				}
			}
			for j, part := range matcher.Apportion(round(float64(sum)*share), weights) {
				taken[j] += part
			}
		}
		return taken
	}
	counts := make([]int64, len(r.Market.Cohorts))
	for i := range counts {
		counts[i] = r.Market.Cohorts[i].Count
	}
	workers = take(counts, r.Policy.Available.Value)
	return workers, take(workers, r.Policy.Mobile.Value)
}

func TestLayeredAndPairFormHaveTheSameOptimumInEveryOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		r := match(t, m, p)
		workers, mobile := workersAndMobile(r)
		pairs := newPairForm(r.Market, &p)
		s, err := flowtest.Solve(context.Background(), pairs.network(p.Order, workers, mobile, nil), flow.Options{AnyPlan: true})
		if err != nil {
			t.Fatal(err)
		}
		for k, term := range r.Certificate.Terms {
			if layered := r.Certificate.Solution.Costs[k]; layered.Cmp(s.Costs[k]) != 0 {
				t.Fatalf("%s: %s in the layered form, %s in the pair form\n%s", term, layered, s.Costs[k], describe(m))
			}
		}
	})
}

func TestHomeFirstLeavesNobodyUnplacedWhileALaterTierHoldsAVacancyTheyCanFill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		p.Order = matcher.HomeFirst
		r := match(t, m, p)
		for _, x := range newPairForm(r.Market, &p).pairs {
			f := r.Fillings[x.vacancy]
			if x.channel < 0 && r.Placings[x.cohort].Unplaced > 0 && f.Unfilled+f.Filled[matcher.Free]+f.Filled[matcher.ByChannel] > 0 {
				t.Fatalf("%s has unplaced workers while %s is %v filled, %d empty\n%s",
					r.Market.Cohorts[x.cohort].Key(), r.Market.Vacancies[x.vacancy].Key(), f.Filled, f.Unfilled, describe(m))
			}
		}
	})
}

func TestNoLimitIsExceededAndNobodyIsPlacedAtALoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		r := match(t, m, p)
		worth := map[[3]int]bool{} // cohort, vacancy, channel
		for _, x := range newPairForm(r.Market, &p).pairs {
			worth[[3]int{int(x.cohort), int(x.vacancy), int(x.channel)}] = true
		}
		into := map[int][]int{}
		leavers := map[int]int64{}
		for _, e := range r.Entries {
			into[e.Pool] = append(into[e.Pool], e.Cohort)
			if c := r.Pools[e.Pool].Class; c != matcher.ClassOwn && c != matcher.ClassRelated {
				leavers[e.Cohort] += e.Count
			}
		}
		_, mobile := workersAndMobile(r)
		for c, n := range leavers {
			if n > mobile[c] {
				t.Fatalf("%d leave of %s, %d are mobile", n, r.Market.Cohorts[c].Key(), mobile[c])
			}
		}
		used := map[[3]any]int64{}
		for _, x := range r.Placements {
			possible := false
			for _, c := range into[x.Pool] {
				possible = possible || worth[[3]int{c, x.Vacancy, x.Channel}]
			}
			if !possible {
				t.Fatalf("nobody in pool %v may fill %s", r.Pools[x.Pool], r.Market.Vacancies[x.Vacancy].Key())
			}
			if x.Channel >= 0 && r.Market.Channels[x.Channel].Quota != nil {
				v := &r.Market.Vacancies[x.Vacancy]
				key := [3]any{x.Channel, r.Pools[x.Pool].Region, v.Region + v.Code.String()}
				if used[key] += x.Count; used[key] > *r.Market.Channels[x.Channel].Quota {
					t.Fatalf("channel %s carries %d on %v", r.Market.Channels[x.Channel].ID, used[key], key)
				}
			}
		}
	})
}

func TestShufflingInputRowsChangesNoByteOfTheResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		first, err := json.Marshal(match(t, m, p))
		if err != nil {
			t.Fatal(err)
		}
		seed := rapid.Uint64().Draw(t, "seed")
		random := rand.New(rand.NewPCG(seed, 1))
		shuffled := *m
		shuffled.Cohorts = shuffle(random, m.Cohorts)
		shuffled.Vacancies = shuffle(random, m.Vacancies)
		shuffled.Channels = shuffle(random, m.Channels)
		shuffled.Fits = shuffle(random, m.Fits)
		shuffled.Wages = shuffle(random, m.Wages)
		shuffled.Occupations = shuffle(random, m.Occupations)
		second, err := json.Marshal(match(t, &shuffled, p))
		if err != nil {
			t.Fatal(err)
		}
		if string(first) != string(second) {
			t.Fatalf("shuffled rows give another result:\n%s\n%s", first, second)
		}
	})
}

func shuffle[T any](random *rand.Rand, rows []T) []T {
	s := append([]T(nil), rows...)
	random.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
	return s
}

func TestGapsAddUpAtEveryLevelAndInSkills(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, randomMarket(t), randomPolicy(t))
		byRegion := map[string]matcher.SkillGap{}
		for level := 1; level <= 3; level++ {
			var sum matcher.Totals
			for _, g := range r.Gaps(level) {
				if g.Openings != g.Filled.Sum()+g.Unfilled || g.Workers != g.Placed.Sum()+g.Unplaced {
					t.Fatalf("%+v does not add up", g)
				}
				sum.Openings += g.Openings
				sum.Unfilled += g.Unfilled
				sum.Workers += g.Workers
				sum.Unplaced += g.Unplaced
				for w, n := range g.Filled {
					sum.Filled[w] += n
				}
				if level == 3 {
					s := byRegion[g.Region]
					s.Openings += g.Openings
					s.Gap += g.Unfilled
					s.Workers += g.Idle
					s.Surplus += g.Surplus
					byRegion[g.Region] = s
				}
			}
			if sum.Value = r.Totals.Value; sum != r.Totals {
				t.Fatalf("level %d adds up to %+v, totals are %+v", level, sum, r.Totals)
			}
		}
		for _, reading := range [][]matcher.SkillGap{r.SkillGaps(r.Gaps(r.Market.Level)), r.SkillLevelGaps(r.Gaps(r.Market.Level))} {
			sum := map[string]matcher.SkillGap{}
			for _, g := range reading {
				s := sum[g.Region]
				s.Openings += g.Openings
				s.Gap += g.Gap
				s.Workers += g.Workers
				s.Surplus += g.Surplus
				sum[g.Region] = s
			}
			for region, s := range byRegion {
				if sum[region] != s {
					t.Fatalf("%s read in skills adds up to %+v, it is %+v", region, sum[region], s)
				}
			}
		}
	})
}

func TestEquityNeverPlacesFewerAndCertifies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		p.Order, p.Equity.Value = matcher.FillFirst, 0
		plain := match(t, m, p)
		p.Equity.Value = rapid.SampledFrom([]float64{0.3, 1}).Draw(t, "equity")
		equal := match(t, m, p)
		if equal.Totals.Unfilled != plain.Totals.Unfilled {
			t.Fatalf("equity changes what is filled: %d unfilled, %d without", equal.Totals.Unfilled, plain.Totals.Unfilled)
		}
		if equal.Totals.Value > plain.Totals.Value {
			t.Fatalf("equity gains value: %d, %d without", equal.Totals.Value, plain.Totals.Value)
		}
	})
}

func TestEquitySpreadsAShortageOverVacanciesOfOneWage(t *testing.T) {
	m := &matcher.Market{
		Level: 3, Period: "2022",
		Cohorts: []matcher.Cohort{{Region: "AA-1", Code: matcher.Code{Occupation: "512"}, Count: 10, Outside: ref(int64(0))}},
		Vacancies: []matcher.Vacancy{
			{Region: "AA-1", Code: matcher.Code{Occupation: "512"}, Contract: "permanent", Count: 10, Wage: ref(int64(10000))},
			{Region: "AA-1", Code: matcher.Code{Occupation: "512"}, Contract: "temporary", Count: 10, Wage: ref(int64(10000))},
		},
	}
	p := matcher.DefaultPolicy()
	p.Equity.Value = 1
	r := match(t, m, p)
	for i, f := range r.Fillings {
		if f.Filled.Sum() != 5 {
			t.Errorf("%s gets %d of 10 workers, want 5", r.Market.Vacancies[i].Key(), f.Filled.Sum())
		}
	}
}

func TestASumOverSeveralCorridorsIsAGroupLimitAndOneOverASingleArcItsBound(t *testing.T) {
	code := matcher.Code{Occupation: "512"}
	m := &matcher.Market{
		Level: 3, Period: "2022",
		Cohorts: []matcher.Cohort{
			{Region: "AA", Code: code, Count: 100, Outside: ref(int64(0))},
			{Region: "BB", Code: code, Count: 100, Outside: ref(int64(0))},
		},
		Vacancies: []matcher.Vacancy{
			{Region: "CC", Code: code, Count: 50, Wage: ref(int64(30000))},
			{Region: "CC", Code: matcher.Code{Occupation: "931"}, Count: 50, Wage: ref(int64(30000))}, // for which nobody is free
			{Region: "CC", Code: matcher.Code{Occupation: "932"}, Count: 50, Wage: ref(int64(30000))},
		},
		Channels: []matcher.Channel{{
			ID: "visa", Kind: matcher.Visa, Origins: []string{"*"}, Destinations: []string{"CC"}, InForce: "yes",
			Quota: ref(int64(7)), QuotaOf: matcher.QuotaTotal,
		}},
	}
	p := matcher.DefaultPolicy()
	p.Mobile.Value, p.Order = 1, matcher.ByValue
	fills := func(want int64, limits ...matcher.Limit) {
		t.Helper()
		r := match(t, m, p)
		if got := r.Totals.Filled[matcher.ByChannel]; got != want {
			t.Errorf("%d are filled, want %d", got, want)
		}
		for i, l := range r.Limits {
			if l.Used != limits[i].Used || l.Most != limits[i].Most || (l.Group >= 0) != (limits[i].Group >= 0) || l.Origin != limits[i].Origin || l.Kind != limits[i].Kind {
				t.Errorf("limit %d is %s from %q, %d of %d, group %d", i, l.Kind, l.Origin, l.Used, l.Most, l.Group)
			}
		}
		if len(r.Limits) != len(limits) {
			t.Errorf("there are %d limits", len(r.Limits))
		}
	}
	fills(7, matcher.Limit{Kind: "quota", Most: 7, Used: 7, Group: 0})
	m.Channels[0].QuotaOf = matcher.QuotaEach
	fills(14, matcher.Limit{Kind: "quota", Origin: "AA", Most: 7, Used: 7, Group: -1}, matcher.Limit{Kind: "quota", Origin: "BB", Most: 7, Used: 7, Group: -1})
	m.Channels[0].QuotaOf, m.Cohorts = matcher.QuotaTotal, m.Cohorts[:1]
	fills(7, matcher.Limit{Kind: "quota", Most: 7, Used: 7, Group: -1})

	m.Vacancies[0].Count = 3
	fills(3, matcher.Limit{Kind: "quota", Most: 7, Used: 3, Group: -1})
}

func TestAChannelFinerThanTheLevelIsNotedAndCarriesNobody(t *testing.T) {
	m := &matcher.Market{
		Level: 2, Period: "2022",
		Cohorts:   []matcher.Cohort{{Region: "AA", Code: matcher.Code{Occupation: "22"}, Count: 9, Outside: ref(int64(0))}},
		Vacancies: []matcher.Vacancy{{Region: "BB", Code: matcher.Code{Occupation: "22"}, Count: 9, Wage: ref(int64(30000))}},
		Channels: []matcher.Channel{{
			ID: "nurses", Kind: matcher.Visa, Recruitment: matcher.Active, Origins: []string{"AA"}, Destinations: []string{"BB"}, Occupations: []string{"2221"}, InForce: "yes",
		}},
	}
	p := matcher.DefaultPolicy()
	p.Mobile.Value = 1
	r := match(t, m, p)
	if r.Totals.Filled.Sum() != 0 || len(r.Notes) != 1 || r.Notes[0].Topic != "channels" {
		t.Errorf("%+v, notes %v", r.Totals, r.Notes)
	}
}

func TestMismatchIndexAgreesWithThePaper(t *testing.T) {
	cases := []struct {
		name    string
		u, v, f []float64
		alpha   float64
		want    float64
	}{
		{"two cells", []float64{.6, .4}, []float64{.3, .7}, nil, .5, 0.046586},
		{"two cells, efficiency 1 and 2", []float64{.6, .4}, []float64{.3, .7}, []float64{1, 2}, .5, 0.157960},
		{"even tightness", []float64{10, 30}, []float64{5, 15}, nil, .5, 0},
		{"US industries, June 2006", juneU, juneV, nil, .5, 0.0380607},
		{"US industries, June 2006", juneU, juneV, nil, .4, 0.0373455},
		{"US industries, June 2006", juneU, juneV, nil, .6, 0.0358307},
	}
	for _, c := range cases {
		got, err := matcher.Mismatch(c.u, c.v, c.f, c.alpha)
		if err != nil || math.Abs(got-c.want) > 5e-7 {
			t.Errorf("%s at %v: %.7f, want %.7f (%v)", c.name, c.alpha, got, c.want, err)
		}
	}
	for _, bad := range [][2][]float64{{{1}, {1, 2}}, {{0}, {1}}, {{1}, {0}}, {{-1, 2}, {1, 1}}, {{math.NaN()}, {1}}} {
		if _, err := matcher.Mismatch(bad[0], bad[1], nil, .5); err == nil {
			t.Errorf("u=%v v=%v is accepted", bad[0], bad[1])
		}
	}
}

// US unemployed (CPS, not seasonally adjusted, thousands) and job openings (JOLTS, seasonally adjusted, thousands) in
// June 2006 by 17 industries; U.S. Bureau of Labor Statistics, public domain.
var (
	juneU = []float64{803, 140, 761, 569, 480, 205, 458, 118, 383, 254, 31, 265, 577, 94, 943, 226, 142}
	juneV = []float64{473, 66, 919, 170, 49, 262, 670, 128, 220, 123, 20, 163, 413, 113, 540, 138, 148}
)

func TestSkillCodedWorkersReachOccupationsOfTheirLevelOnly(t *testing.T) {
	// Unemployed of the Philippines by skill level of the previous occupation, 2023, persons (ILOSTAT
	// UNE_TUNE_SEX_OCU_NB, CC BY 4.0); the source does not tell levels 3 and 4 apart.
	m := &matcher.Market{
		Level: 3, Period: "2023",
		Cohorts: []matcher.Cohort{
			{Region: "PH", Code: matcher.Code{Skill: "1"}, Count: 270127},
			{Region: "PH", Code: matcher.Code{Skill: "2"}, Count: 496091},
			{Region: "PH", Code: matcher.Code{Skill: "3-4"}, Count: 70687},
		},
		Vacancies: []matcher.Vacancy{
			{Region: "PH", Code: matcher.Code{Occupation: "931"}, Count: 300000},
			{Region: "PH", Code: matcher.Code{Occupation: "512"}, Count: 100000},
			{Region: "PH", Code: matcher.Code{Occupation: "221"}, Count: 50000},
			{Region: "PH", Code: matcher.Code{Occupation: "222"}, Count: 40000},
		},
		Wages: []matcher.Wage{{Region: "PH", Wage: 9000}},
	}
	for _, code := range occupations {
		m.Occupations = append(m.Occupations, matcher.Occupation{Code: code, SkillLevels: skillLevels[code], Regulated: code == "222"})
	}
	r := match(t, m, matcher.DefaultPolicy())
	want := map[string][2]int64{ // filled, unfilled
		"931": {270127, 300000 - 270127}, "512": {100000, 0}, "221": {50000, 0}, "222": {0, 40000},
	}
	for i, f := range r.Fillings {
		code := r.Market.Vacancies[i].Occupation
		if got := [2]int64{f.Filled[matcher.RelatedHome], f.Unfilled}; got != want[code] {
			t.Errorf("%s: %v filled and unfilled, want %v", code, got, want[code])
		}
	}
	surplus := map[string]int64{}
	for _, g := range r.SkillLevelGaps(r.Gaps(r.Market.Level)) {
		surplus[g.Skill] += g.Surplus
	}
	if surplus["1"] != 0 || surplus["2"] != 396091 || surplus["3-4"] != 20687 {
		t.Errorf("surplus by skill level is %v", surplus)
	}
}

func TestApportionGivesTheTotalToTheUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<50), 1, 20).Draw(t, "weights")
		total := rapid.Int64Range(0, 1<<60).Draw(t, "total")
		var sum, given int64
		for _, w := range weights {
			sum += w
		}
		for i, part := range matcher.Apportion(total, weights) {
			given += part
			if exact := float64(total) * float64(weights[i]) / float64(max(sum, 1)); math.Abs(float64(part)-exact) > 1+exact*1e-12 {
				t.Fatalf("part %d is %d, its exact share %f", i, part, exact)
			}
		}
		if sum > 0 && given != total {
			t.Fatalf("%d given out of %d", given, total)
		}
	})
}

func TestCheckRejectsEveryChangedFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := randomPolicy(t)
		p.Equity.Value = 0 // with it the value is held only from below
		r := match(t, randomMarket(t), p)
		var figures []*int64
		for i := range r.Entries {
			figures = append(figures, &r.Entries[i].Count)
		}
		for i := range r.Placements {
			figures = append(figures, &r.Placements[i].Count)
		}
		for i := range r.Fillings {
			figures = append(figures, &r.Fillings[i].Openings, &r.Fillings[i].Unfilled)
			for w := range r.Fillings[i].Filled {
				figures = append(figures, &r.Fillings[i].Filled[w])
			}
		}
		for i := range r.Placings {
			figures = append(figures, &r.Placings[i].Workers, &r.Placings[i].Unplaced)
			for w := range r.Placings[i].Placed {
				figures = append(figures, &r.Placings[i].Placed[w])
			}
		}
		for w := range r.Totals.Filled {
			figures = append(figures, &r.Totals.Filled[w])
		}
		figures = append(figures, &r.Totals.Openings, &r.Totals.Workers, &r.Totals.Unfilled, &r.Totals.Unplaced, &r.Totals.Value)
		f := rapid.SampledFrom(figures).Draw(t, "figure")
		*f += rapid.SampledFrom([]int64{-1, 1, 1000}).Draw(t, "change")
		if matcher.Check(r) == nil {
			t.Fatalf("a changed figure passes the check")
		}
	})
}

func TestEveryOrderIsBestInItsOwnFirstTerm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		p.Equity.Value = 0 // else value is not what the order by value maximises
		of := map[matcher.Order]matcher.Totals{}
		for _, p.Order = range matcher.Orders() {
			of[p.Order] = match(t, m, p).Totals
		}
		home := func(x matcher.Totals) int64 {
			return x.Filled[matcher.SameRegion] + x.Filled[matcher.SameHome] + x.Filled[matcher.RelatedHome]
		}
		for o, x := range of {
			if home(x) > home(of[matcher.HomeFirst]) {
				t.Fatalf("%s places more at home than home-first", o)
			}
			if x.Unfilled < of[matcher.FillFirst].Unfilled {
				t.Fatalf("%s fills more than fill-first", o)
			}
			if x.Value > of[matcher.ByValue].Value {
				t.Fatalf("%s is worth more than value", o)
			}
		}
	})
}

func TestMatchStopsWhenItsContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := matcher.Match(ctx, country(5, 20), matcher.DefaultPolicy(), matcher.Options{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestAPolicyOutOfRangeIsRefusedByName(t *testing.T) {
	p := matcher.DefaultPolicy()
	for i, n := range p.Numbers() {
		bad := matcher.DefaultPolicy()
		for _, v := range []float64{-1, math.NaN(), 1e9} {
			bad.Numbers()[i].Value = v
			if _, err := matcher.Match(context.Background(), &matcher.Market{Level: 3}, bad, matcher.Options{}); err == nil || !strings.Contains(err.Error(), n.Name) {
				t.Errorf("%s = %v: %v", n.Name, v, err)
			}
		}
	}
	p.Order = "random"
	if err := p.Validate(); err == nil {
		t.Error("an unknown order is accepted")
	}
}

func TestAMarketWithARowTwiceOrACountBelowNothingIsRefusedByItsKey(t *testing.T) {
	c := matcher.Cohort{Region: "AA", Code: matcher.Code{Occupation: "512"}, Count: 1}
	v := matcher.Vacancy{Region: "AA", Code: matcher.Code{Occupation: "931"}, Count: 1}
	below := v
	below.Count = -1
	for want, m := range map[string]*matcher.Market{
		"AA|512": {Level: 3, Cohorts: []matcher.Cohort{c, c}},
		"AA|931": {Level: 3, Vacancies: []matcher.Vacancy{v, v}},
		"(-1)":   {Level: 3, Vacancies: []matcher.Vacancy{below}},
		"visa":   {Level: 3, Channels: []matcher.Channel{{ID: "visa", Quota: ref(int64(-5))}}},
	} {
		if _, err := matcher.Match(context.Background(), m, matcher.DefaultPolicy(), matcher.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error that names %s, got %v", want, err)
		}
	}
}

func TestTheEmployedGiveUpTheirWageAndAreNotIdle(t *testing.T) {
	code := matcher.Code{Occupation: "512"}
	m := &matcher.Market{
		Level: 3, Period: "2022",
		Cohorts: []matcher.Cohort{
			{Region: "AA", Code: code, Status: matcher.Employed, Count: 100},
			{Region: "AA", Code: code, Status: "unemployed", Count: 4},
		},
		Vacancies: []matcher.Vacancy{{Region: "AA", Code: code, Count: 10, Wage: ref(int64(12000))}},
		Wages:     []matcher.Wage{{Region: "AA", Wage: 20000}},
	}
	r := match(t, m, matcher.DefaultPolicy()) // the post is worth 18,000 in all: too little for who earns 20,000
	if r.Totals.Filled.Sum() != 4 {
		t.Errorf("%d posts are filled, want 4, from the unemployed", r.Totals.Filled.Sum())
	}
	g := r.Gaps(3)[0]
	if g.Idle != 4 || g.Surplus != 0 || g.Alone != 6 || g.Unplaced != 100 {
		t.Errorf("%d idle, %d surplus, %d alone, %d unplaced; want 4, 0, 6, 100", g.Idle, g.Surplus, g.Alone, g.Unplaced)
	}
	if x := r.Indices("AA", 3); x.Workers != 4 || *x.Tightness != 2.5 || *x.VacancyRate != 10.0/110 {
		t.Errorf("%+v", x)
	}
}

func TestAMarketTooLargeToCalculateWithIsRefusedAsThat(t *testing.T) {
	m := &matcher.Market{
		Level: 3, Period: "2022",
		Cohorts:   []matcher.Cohort{{Region: "AA", Code: matcher.Code{Occupation: "512"}, Count: 1 << 61, Outside: ref(int64(0))}},
		Vacancies: []matcher.Vacancy{{Region: "AA", Code: matcher.Code{Occupation: "512"}, Count: 1 << 61, Wage: ref(int64(1 << 59))}},
	}
	if _, err := matcher.Match(context.Background(), m, matcher.DefaultPolicy(), matcher.Options{}); !errors.Is(err, matcher.ErrTooLarge) {
		t.Fatalf("got %v", err)
	}
}

// TestProgressNamesTheTermsAndRises watches a match from the outside.
func TestProgressNamesTheTermsAndRises(t *testing.T) {
	phases, last := map[string]bool{}, 0.0
	_, err := matcher.Match(context.Background(), country(17, 40), matcher.DefaultPolicy(), matcher.Options{Progress: func(p matcher.Progress) {
		phases[p.Phase] = true
		if p.Done < last || p.Done > 1 || p.Gap < 0 {
			t.Errorf("after %v of the work comes %+v", last, p)
		}
		last = p.Done
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, phase := range []string{"all terms together", "choosing among equals"} {
		if !phases[phase] {
			t.Errorf("nothing is heard of %q, only of %v", phase, phases)
		}
	}
}
