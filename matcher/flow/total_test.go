package flow

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// edgy draws any int64, the extreme ones often.
func edgy() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.Int64(),
		rapid.SampledFrom([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MinInt64 + 1, 1 << 32, -1 << 32}),
	)
}

func TestTotalsAreThoseOfBigIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// At most two products, so that 128 bits suffice for the extreme ones.
		a := rapid.SliceOfN(edgy(), 0, 1).Draw(t, "a")
		b := rapid.SliceOfN(edgy(), len(a), len(a)).Draw(t, "b")
		extra := edgy().Draw(t, "extra")
		want := big.NewInt(extra)
		for i := range a {
			want.Add(want, new(big.Int).Mul(big.NewInt(a[i]), big.NewInt(b[i])))
		}
		got := dot(a, b).Plus(extra)
		if got.Big().Cmp(want) != 0 || got.String() != want.String() {
			t.Fatalf("%v, want %v", got, want)
		}
		if v, ok := got.Int64(); ok != want.IsInt64() || (ok && v != want.Int64()) {
			t.Fatalf("Int64 is %d, %t, of %v", v, ok, want)
		}
		other := TotalOf(edgy().Draw(t, "other"))
		if got.Cmp(other) != want.Cmp(other.Big()) || other.Cmp(got) != -got.Cmp(other) {
			t.Fatalf("%v compares %d to %v", got, got.Cmp(other), other)
		}
	})
}
