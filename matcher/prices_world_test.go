package matcher_test

import (
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"

	"labourmatch/datasets/synthetic"
	"labourmatch/matcher"
	"labourmatch/matcher/flow/flowtest"
)

// sampledOf picks limits by chance, half of them among those that bind, as far as there are so many.
func sampledOf(p *matcher.Pricer, r *rand.Rand, most int) []matcher.Bound {
	var binding, others []matcher.Bound
	for l := range p.Limits() {
		if l.Binds() && l.Size > 0 {
			binding = append(binding, l)
		} else {
			others = append(others, l)
		}
	}
	for _, list := range [][]matcher.Bound{binding, others} {
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	binding = binding[:min(len(binding), max(most/2, most-len(others)))]
	return append(binding, others[:min(len(others), most-len(binding))]...)
}

// Of made-up worlds 500 limits each are priced, and the world is solved again from nothing with a unit more and with one less.
func TestAPriceInAWorldIsWhatSolvingAgainFromNothingFinds(t *testing.T) {
	sizes, most := []string{"S"}, flowtest.Count(t, 500)
	if os.Getenv("LABOURMATCH_LONG") == "1" { // each limit of M is solved twice more, a second each under the race detector
		sizes = append(sizes, "M")
	}
	for _, size := range sizes {
		for _, order := range synthetic.Orders() {
			const seed = 1
			m, policy := world(t, size, order, seed)
			r := match(t, m, policy)
			p := pricer(t, r)
			now := termsOf(t, r.Certificate.Solution)
			kinds := map[matcher.BoundOf]int{}
			limits, up, down, apart := 0, 0, 0, 0
			for _, l := range sampledOf(p, rand.New(rand.NewPCG(20070319, seed)), most) {
				limits++
				kinds[l.Of]++
				price := priceOf(t, p, l)
				more, less := l.Arcs()
				if want := minus(reached(t, r, more, 1), now); !slices.Equal(price.More.Terms, want) {
					t.Fatalf("%s, %s: one more of %+v is worth %v, the price says %v", size, order, l, want, price.More.Terms)
				}
				if slices.ContainsFunc(price.More.Terms, func(x int64) bool { return x != 0 }) {
					up++
				}
				if l.Size == 0 {
					continue
				}
				if want := minus(now, reached(t, r, less, -1)); !slices.Equal(price.Less.Terms, want) {
					t.Fatalf("%s, %s: one less of %+v loses %v, the price says %v", size, order, l, want, price.Less.Terms)
				}
				if slices.ContainsFunc(price.Less.Terms, func(x int64) bool { return x != 0 }) {
					down++
				}
				if !slices.Equal(price.More.Terms, price.Less.Terms) {
					apart++
				}
			}
			t.Logf("%s, %s, seed %d: %d limits (%v); one more is worth something of %d, one less of %d, and they differ of %d", size, order, seed, limits, kinds, up, down, apart)
			if down == 0 {
				t.Errorf("%s, %s: nothing was worth anything", size, order)
			}
		}
	}
}

// How many cores look for prices changes none, and what they keep is what the estimate says, give or take a quarter.
func TestPricesAreTheSameOnAnyNumberOfCoresAndTakeWhatTheEstimateSays(t *testing.T) {
	m, policy := world(t, "M", synthetic.FillFirst, 1)
	r := match(t, m, policy)
	size, err := matcher.Estimate(m, policy)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	want := ""
	for _, cores := range []int{1, 4} {
		runtime.GOMAXPROCS(cores)
		before := heap()
		p := pricer(t, r)
		prices, err := p.Tightest(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		got := text(t, prices)
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("on %d cores the prices are %s, on one %s", cores, got, want)
		}
		if took := heap() - before; cores == 4 && (float64(size.Prices) < 0.75*float64(took) || float64(size.Prices) > 1.25*float64(took)) {
			t.Errorf("prices took %d bytes, estimated were %d", took, size.Prices)
		} else {
			t.Logf("%d cores: prices took %d bytes, estimated are %d on 4", cores, took, size.Prices)
		}
		runtime.KeepAlive(p)
	}
}
