package report

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// rankable draws few different values, so that ties are common.
func rankable(t *rapid.T, n int, name string) []float64 {
	out := make([]float64, n)
	for i, v := range rapid.SliceOfN(rapid.IntRange(0, 5), n, n).Draw(t, name) {
		out[i] = float64(v) / 4
	}
	return out
}

func TestKendallOfKnownRankings(t *testing.T) {
	for _, c := range []struct {
		x, y []float64
		want float64
	}{
		{[]float64{1, 2, 3, 4}, []float64{10, 20, 30, 40}, 1},
		{[]float64{1, 2, 3, 4}, []float64{9, 7, 5, 3}, -1},
		{[]float64{1, 2, 3}, []float64{1, 3, 2}, 1.0 / 3},
		// scipy.stats.kendalltau's own example: 12 2 1 12 2 against 1 4 7 1 0.
		{[]float64{12, 2, 1, 12, 2}, []float64{1, 4, 7, 1, 0}, -0.47140452079103173},
		{[]float64{1, 1, 2}, []float64{1, 1, 2}, 1},
	} {
		if got := kendall(c.x, c.y); got == nil || math.Abs(*got-c.want) > 1e-6 {
			t.Errorf("τ-b of %v and %v is %v, want %v", c.x, c.y, got, c.want)
		}
	}
	if got := kendall([]float64{1, 1, 1}, []float64{1, 2, 3}); got != nil {
		t.Errorf("τ-b of a list that ranks nothing is %v", *got)
	}
}

func TestKendallIsBoundedSymmetricAndTurnsItsSignWithTheRanking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 20).Draw(t, "n")
		x, y := rankable(t, n, "x"), rankable(t, n, "y")
		xy, yx := kendall(x, y), kendall(y, x)
		if xy == nil || yx == nil {
			if xy != yx {
				t.Fatalf("%v one way, %v the other", xy, yx)
			}
			return
		}
		turned, grown := make([]float64, n), make([]float64, n)
		for i, v := range x {
			turned[i], grown[i] = -v, math.Exp(3*v)
		}
		self := kendall(x, x)
		if *xy != *yx || math.Abs(*xy) > 1 || *kendall(turned, y) != -*xy || *kendall(grown, y) != *xy || *self != 1 {
			t.Fatalf("τ-b of %v and %v: %v and %v, turned %v, grown %v, of x with itself %v", x, y, *xy, *yx, *kendall(turned, y), *kendall(grown, y), *self)
		}
	})
}

func TestShareAboveIsThatOfCountedPairsAndOfItsMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 20).Draw(t, "n")
		x := rankable(t, n, "x")
		flagged := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "flagged")
		var wins, ties, pairs float64
		var in, out []float64
		others := make([]bool, n)
		for i, f := range flagged {
			others[i] = !f
			if f {
				in = append(in, x[i])
			} else {
				out = append(out, x[i])
			}
		}
		for _, a := range in {
			for _, b := range out {
				pairs++
				if a > b {
					wins++
				}
				if a == b {
					ties++
				}
			}
		}
		got, mirror := above(x, flagged), above(x, others)
		if pairs == 0 {
			if got != nil || mirror != nil {
				t.Fatalf("with no pair to compare the share is %v", got)
			}
			return
		}
		if want := (wins + ties/2) / pairs; math.Abs(*got-want) > 1e-6 || math.Abs(*got+*mirror-1) > 2e-6 {
			t.Fatalf("the share is %v, want %v; its mirror is %v", *got, want, *mirror)
		}
	})
}

func TestChanceIsTheShareOfAllDealsThatRankAsHigh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "n")
		x := rankable(t, n, "x")
		flagged := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "flagged")
		m := 0
		for _, f := range flagged {
			if f {
				m++
			}
		}
		if m == 0 || m == n {
			return
		}
		seen := *above(x, flagged)
		all, high := 0, 0
		for deal := range 1 << n {
			dealt, k := make([]bool, n), 0
			for i := range n {
				if deal>>i&1 == 1 {
					dealt[i] = true
					k++
				}
			}
			if k != m {
				continue
			}
			all++
			if *above(x, dealt) >= seen {
				high++
			}
		}
		if got, want := chance(x, flagged), float64(high)/float64(all); math.Abs(got-want) > 1e-6 {
			t.Fatalf("%v flagged %v: chance %v, want %d of %d", x, flagged, got, high, all)
		}
	})
}
