package matcher

import (
	"math"
	"math/bits"
	"slices"
)

// Apportion splits a total over weights in proportion, in whole units that add up to the total exactly: everybody gets
// the floor of the exact share, and what is left goes to the largest remainders, the first in order among equals. All
// arithmetic is in 128 bits, so the result is exact. Weights must not be negative; where all are zero the result is too.
func Apportion(total int64, weights []int64) []int64 {
	parts := make([]int64, len(weights))
	var sum uint64
	for _, w := range weights {
		sum += uint64(w) //nolint:gosec // weights are not negative
	}
	if sum == 0 || total <= 0 {
		return parts
	}
	remainders := make([]uint64, len(weights))
	left := total
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(total), uint64(w)) //nolint:gosec // both are not negative
		q, r := bits.Div64(hi, lo, sum)
		parts[i], remainders[i] = int64(q), r //nolint:gosec // at most the total
		left -= parts[i]
	}
	giveOut(parts, left, func(a, b int) int {
		switch {
		case remainders[a] > remainders[b]:
			return -1
		case remainders[a] < remainders[b]:
			return 1
		}
		return a - b
	})
	return parts
}

// apportionReal is [Apportion] for real weights. The weights are summed in the order given, so equal input gives equal
// bytes on every machine.
func apportionReal(total int64, weights []float64) []int64 {
	parts := make([]int64, len(weights))
	var sum float64
	for _, w := range weights {
		sum += w
	}
	if sum <= 0 || total <= 0 {
		return parts
	}
	remainders := make([]float64, len(weights))
	left := total
	for i, w := range weights {
		exact := float64(total) * (w / sum)
		floor := math.Floor(exact + 1e-9) // a share that is whole but for rounding is whole
		parts[i], remainders[i] = int64(floor), exact-floor
		left -= parts[i]
	}
	giveOut(parts, left, func(a, b int) int {
		switch {
		case remainders[a] > remainders[b]+1e-9:
			return -1
		case remainders[b] > remainders[a]+1e-9:
			return 1
		}
		return a - b
	})
	return parts
}

// giveOut hands the units that are left, one each, to the first indices in the order given.
func giveOut(parts []int64, left int64, order func(a, b int) int) {
	if left <= 0 {
		return
	}
	index := make([]int, len(parts))
	for i := range index {
		index[i] = i
	}
	slices.SortFunc(index, order)
	for _, i := range index[:min(int(left), len(index))] {
		parts[i]++
	}
}

// share is the whole number nearest to a share of a total, halves up. The product is rounded by itself (the conversion
// forbids to fuse it with the sum), so that all machines get the same.
func share(total int64, of float64) int64 {
	if of == 1 {
		return total
	}
	return int64(math.Floor(float64(float64(total)*of) + 0.5))
}
