package datasets

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// micro is one unit in the fixed point of counts: figures are held as whole millionths, so that adding them up in any
// order gives the same sum, which floating point does not promise.
const micro = 1_000_000

// maxCount is the largest count a row may state.
const maxCount = 1_000_000_000

// maxTotal is the largest sum a file's counts may have; below it, sums in millionths stay far from the end of int64.
const maxTotal = 1_000_000_000_000

// parseMicro reads a plain decimal of at most nine digits before and six after the point; ok is false for anything
// else. Faults are told apart by numberFault, which only has to look at text this function refused.
func parseMicro(s string) (n int64, ok bool) {
	whole, fraction, point := strings.Cut(s, ".")
	if whole == "" || len(whole) > 10 || point && fraction == "" || len(fraction) > 6 {
		return 0, false
	}
	for _, c := range []byte(whole) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	scale := int64(micro)
	n *= micro
	for _, c := range []byte(fraction) {
		if c < '0' || c > '9' {
			return 0, false
		}
		scale /= 10
		n += int64(c-'0') * scale
	}
	return n, true
}

// formatMicro is the canonical text of a decimal: no leading or trailing zeros, no point where it is whole.
func formatMicro(n int64) string {
	s := strconv.FormatInt(n/micro, 10)
	if rest := n % micro; rest != 0 {
		digits := strconv.FormatInt(micro+rest, 10)[1:]
		s += "." + strings.TrimRight(digits, "0")
	}
	return s
}

// plain is whether a decimal that was read is in canonical text already, as most are.
func plain(s string) bool {
	return (s[0] != '0' || len(s) == 1 || s[1] == '.') && (s[len(s)-1] != '0' || strings.IndexByte(s, '.') < 0)
}

// mustMicro reads canonical text, which has been checked before.
func mustMicro(s string) int64 {
	n, _ := parseMicro(s)
	return n
}

// divide is a/b in millionths, rounded to the nearest, halves up; for the true number behind a coverage.
// It needs a ≥ 0, b > 0 and a quotient below 2⁶³.
func divide(a, b int64) int64 {
	hi, lo := bits.Mul64(uint64(a), micro)
	q, r := bits.Div64(hi, lo, uint64(b))
	if r >= uint64(b)-r {
		q++
	}
	return int64(q)
}

// mean accumulates a weighted mean in 128 bits, so that the order of rows cannot change its last digit.
type mean struct {
	hi, lo, weight uint64
}

func (m *mean) add(value, weight int64) {
	hi, lo := bits.Mul64(uint64(value), uint64(weight))
	var carry uint64
	m.lo, carry = bits.Add64(m.lo, lo, 0)
	m.hi, _ = bits.Add64(m.hi, hi, carry)
	m.weight += uint64(weight)
}

// value is the mean rounded to the nearest, halves up; ok is false without weight.
func (m *mean) value() (v int64, ok bool) {
	if m.weight == 0 {
		return 0, false
	}
	q, r := bits.Div64(m.hi, m.lo, m.weight)
	if r >= m.weight-r {
		q++
	}
	return int64(q), true
}

// wholes turns decimal counts, in millionths, into whole numbers whose sum is the sum of the counts rounded to the
// nearest, halves up: each gets its floor, and what is left goes to the largest remainders, the first in order among
// equals. A whole count is never changed, which apportioning the rounded total anew would not promise.
func wholes(counts []int64) []int64 {
	out := make([]int64, len(counts))
	index := make([]int, len(counts))
	var rest int64
	for i, n := range counts {
		out[i], index[i] = n/micro, i
		rest += n % micro
	}
	slices.SortFunc(index, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b]%micro, counts[a]%micro), cmp.Compare(a, b))
	})
	for _, i := range index[:(rest+micro/2)/micro] {
		out[i]++
	}
	return out
}

// nearest rounds millionths to whole units, halves up.
func nearest(n int64) int64 { return (n + micro/2) / micro }
