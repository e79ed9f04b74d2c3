package flow

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
)

// Total is a sum of costs: a 128-bit integer in two's complement.
// Its zero value is 0, and totals may be compared with ==.
type Total struct {
	Hi int64
	Lo uint64
}

// TotalOf is v as a Total.
func TotalOf(v int64) Total {
	return Total{Hi: v >> 63, Lo: uint64(v)}
}

// Plus is t + v. It wraps beyond 128 bits.
func (t Total) Plus(v int64) Total {
	return t.add(TotalOf(v))
}

// PlusProduct is t + a·b, the product formed in 128 bits.
func (t Total) PlusProduct(a, b int64) Total {
	return t.add(product(a, b))
}

// Int64 is t as an int64; ok is false if it does not fit.
func (t Total) Int64() (v int64, ok bool) {
	v = int64(t.Lo)
	return v, t.Hi == v>>63
}

// Cmp is -1 if t < u, 0 if t == u, and +1 if t > u.
func (t Total) Cmp(u Total) int {
	if c := cmp.Compare(t.Hi, u.Hi); c != 0 {
		return c
	}
	return cmp.Compare(t.Lo, u.Lo)
}

// Big is t as a new big.Int.
func (t Total) Big() *big.Int {
	v := big.NewInt(t.Hi)
	v.Lsh(v, 64)
	return v.Add(v, new(big.Int).SetUint64(t.Lo))
}

// String is t in decimal digits.
func (t Total) String() string {
	return t.Big().String()
}

func (t Total) add(u Total) Total {
	lo, carry := bits.Add64(t.Lo, u.Lo, 0)
	hi, _ := bits.Add64(uint64(t.Hi), uint64(u.Hi), carry)
	return Total{int64(hi), lo}
}

// product is a·b exactly.
func product(a, b int64) Total {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	t := Total{int64(hi), lo} // hi is below 2^63, as both magnitudes are at most 2^63
	if (a < 0) == (b < 0) {
		return t
	}
	lo, borrow := bits.Sub64(0, t.Lo, 0)
	hi, _ = bits.Sub64(0, uint64(t.Hi), borrow)
	return Total{int64(hi), lo}
}

// dot is Σ a[i]·b[i].
func dot(a, b []int64) Total {
	var t Total
	for i, v := range a {
		if v != 0 && b[i] != 0 {
			t = t.add(product(v, b[i]))
		}
	}
	return t
}

func (t Total) minus(u Total) Total {
	return t.add(Total{^u.Hi, ^u.Lo}).Plus(1)
}

// times is t·m.
func (t Total) times(m int64) Total {
	return totalOfBig(new(big.Int).Mul(t.Big(), big.NewInt(m)))
}

// float is t in floating point.
func (t Total) float() float64 {
	f, _ := new(big.Float).SetInt(t.Big()).Float64()
	return f
}

func totalOfBig(v *big.Int) Total {
	low := new(big.Int).And(v, new(big.Int).SetUint64(math.MaxUint64))
	return Total{new(big.Int).Rsh(v, 64).Int64(), low.Uint64()}
}
