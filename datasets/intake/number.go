package intake

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// micro is one unit of a figure in millionths, in which figures are added up so that no order of rows changes a sum.
const micro = 1_000_000

// maxFigure is the largest figure read, in millionths.
const maxFigure = 1_000_000_000_000 * micro

// parse reads a figure as the layout says figures are written, in millionths; ok is false where it is written in any
// other way. Digits beyond the sixth decimal must be zero or are rounded to the nearest, halves up.
func (n Numbers) parse(s string) (v int64, ok bool) {
	s = strings.TrimSpace(s)
	negative := false
	if rest, cut := cutSign(s); cut {
		s, negative = rest, true
	}
	point := n.Decimal
	if point == "" {
		point = "."
	}
	whole, fraction, has := strings.Cut(s, point)
	if has && fraction == "" {
		return 0, false
	}
	if whole, ok = n.digits(whole); !ok {
		return 0, false
	}
	if len(whole) > 13 {
		return 0, false
	}
	if v, ok = digitsOf(whole); !ok {
		return 0, false
	}
	v *= micro
	if has {
		part, ok := fractionOf(fraction)
		if !ok {
			return 0, false
		}
		v += part
	}
	if v > maxFigure {
		return 0, false
	}
	if negative {
		v = -v
	}
	return v, true
}

// cutSign takes off a minus, of which tables have two.
func cutSign(s string) (rest string, negative bool) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, true
	}
	return strings.CutPrefix(s, "−")
}

// digits takes out what stands between thousands, and only where thousands are.
func (n Numbers) digits(whole string) (string, bool) {
	if n.Thousands == "" {
		return whole, whole != ""
	}
	between := n.Thousands
	if between == " " {
		whole = strings.Map(func(r rune) rune {
			switch r {
			case '\u00a0', '\u202f', '\u2009':
				return ' '
			}
			return r
		}, whole)
	}
	if between == "'" {
		whole = strings.ReplaceAll(whole, "’", "'")
	}
	groups := strings.Split(whole, between)
	for i, g := range groups {
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && (g == "" || len(g) > 3)) {
			return "", false
		}
	}
	whole = strings.Join(groups, "")
	return whole, whole != ""
}

func digitsOf(s string) (n int64, ok bool) {
	if s == "" {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// fractionOf is the part after the point in millionths.
func fractionOf(s string) (n int64, ok bool) {
	for i, c := range []byte(s) {
		switch {
		case c < '0' || c > '9':
			return 0, false
		case i < 6:
			n = n*10 + int64(c-'0')
		case i == 6 && c >= '5':
			n++
		}
	}
	for i := len(s); i < 6; i++ {
		n *= 10
	}
	return n, true
}

// decimal is the canonical text of a figure in millionths.
func decimal(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n/micro, 10)
	if rest := n % micro; rest != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(micro+rest, 10)[1:], "0")
	}
	return sign + s
}

// grouped is a figure for people: whole, with commas between thousands.
func grouped(n int64) string {
	s := decimal(n)
	whole, fraction, has := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if has {
		return whole + "." + fraction[:min(2, len(fraction))]
	}
	return whole
}

// shorten makes a value fit to be shown: 60 characters of valid text at most.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:59]) + "…"
}

// hint says how a figure that was not understood could be meant.
func (n Numbers) hint(s string) string {
	for _, other := range []Numbers{{".", ""}, {".", ","}, {".", " "}, {",", ""}, {",", "."}, {",", " "}, {".", "'"}} {
		if v, ok := other.parse(s); ok && other != n {
			between := map[string]string{"": "", ",": ` and thousands: ","`, ".": ` and thousands: "."`, " ": ` and thousands: " "`, "'": ` and thousands: "'"`}[other.Thousands]
			return `If it is ` + grouped(v) + `, state numbers: decimal: "` + other.Decimal + `"` + between + ` in the layout`
		}
	}
	return "If it is a mark, list it under suppressed: or missing: in the layout"
}
