package matcher_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
	"labourmatch/matcher/flow"
)

// resized solves a result's network from nothing with another size of a group limit.
func resized(t rapid.TB, r *matcher.Result, group int, size int64) *flow.Solution {
	t.Helper()
	n := r.Certificate.Network.Clone()
	n.SetLimit(group, size)
	s, err := flow.Solve(context.Background(), n, flow.Options{AnyPlan: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The bound of the first term is concave in a limit, so no plan with one unit more exceeds the bound at hand by more than the slope; and
// what is called exact is what solving again from nothing finds.
func TestTheSlopeOfAGroupLimitIsNeverExceededAndAnExactPriceIsFoundAgain(t *testing.T) {
	slopes, exact, worth := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		limit(t, m, &p)
		p.Order = rapid.SampledFrom(matcher.Orders()).Draw(t, "any order")
		r := match(t, m, p)
		if !summed(r) {
			return
		}
		pr := pricer(t, r)
		now := termsOf(t, r.Certificate.Solution)
		bound, _ := r.Certificate.Solution.Limited.Terms[0].Bound.Int64()
		for l := range pr.Limits(matcher.OfQuota, matcher.OfSafeguard) {
			if l.Kind != matcher.GroupLimit {
				continue
			}
			price := priceOf(t, pr, l)
			slopes++
			more := resized(t, r, l.Group(), l.Size+1)
			if got := termsOf(t, more)[0]; float64(got) > float64(-bound)+price.Slopes[0]+1e-6 {
				t.Fatalf("%+v: a unit more reaches %d, the bound was %d and its slope is %v", l, got, -bound, price.Slopes)
			}
			if !price.Exact || more.Limited != nil && !more.Limited.Optimal() {
				continue
			}
			exact++
			want := minus(termsOf(t, more), now)
			if !slices.Equal(want, price.More.Terms) {
				t.Fatalf("%+v: one more is worth %v, the price says %v", l, want, price.More.Terms)
			}
			if slices.Compare(want, make([]int64, len(want))) > 0 {
				worth++
			}
		}
	})
	t.Logf("%d group limits, %d with exact prices, %d of which one more is worth something", slopes, exact, worth)
	if slopes == 0 || exact == 0 {
		t.Error("no group limit was priced")
	}
}

// Where prices do not change at known sizes a curve is found at some: what it reaches lies within its bounds, and neither falls
// as the limit grows.
func TestTheCurveOfAGroupLimitLiesWithinItsBounds(t *testing.T) {
	curves := 0
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		limit(t, m, &p)
		r := match(t, m, p)
		if !summed(r) {
			return
		}
		pr := pricer(t, r)
		for l := range pr.Limits(matcher.OfQuota) {
			if l.Kind != matcher.GroupLimit {
				continue
			}
			c, err := pr.Curve(context.Background(), l)
			if err != nil {
				t.Fatal(err)
			}
			curves++
			for i, at := range c.Points {
				if at.Used > at.Size || at.Terms[0] > at.Bounds[0] || c.Exact && !slices.Equal(at.Terms, at.Bounds) {
					t.Fatalf("%+v: at %d of %d it reaches %v of %v", l, at.Used, at.Size, at.Terms, at.Bounds)
				}
				if i > 0 && (at.Bounds[0] < c.Points[i-1].Bounds[0] || c.Exact && slices.Compare(at.Terms, c.Points[i-1].Terms) < 0) {
					t.Fatalf("%+v: at %d it reaches less (%v) than at %d (%v)", l, at.Size, at.Terms, c.Points[i-1].Size, c.Points[i-1].Terms)
				}
			}
			break
		}
	})
	if curves == 0 {
		t.Error("no curve")
	}
}
