package codes

import (
	"sort"
	"sync"
)

// FitFloor is the smallest fit between two unit groups that the table keeps.
// Smaller ones are taken as 0; they are far below any sensible threshold of a
// policy, and are most of the pairs.
const FitFloor = 0.02

// Fit says which share of one occupation's skills a worker of another has.
type Fit struct {
	From, To string
	// Fit is above 0 and at most 1.
	Fit float64
	// Regulated tells that To may be exercised only with a licence, which is not a
	// skill: from another occupation there is no way in, whatever the fit, unless the
	// policy states a conversion. See RegulatedShare for coarse groups.
	Regulated bool
	// RegulatedShare is the share of To, by the weights given, that needs a licence.
	RegulatedShare float64
}

type unitFit struct {
	from, to string
	fit      float64
}

var unitFits = sync.OnceValue(loadUnitFits)

func loadUnitFits() []unitFit {
	out := make([]unitFit, 0, 48<<10)
	triples("fits.csv", "from,to,fit_per_mille", func(a, b string, n int) {
		out = append(out, unitFit{a, b, float64(n) / 1000})
	})
	return out
}

// Fits returns the fits between the groups of an ISCO-08 level, 1 to 4, sorted by
// From, then To. There is no row from an occupation to itself: the same occupation
// needs no fit.
//
// At level 4, with h(g,s) the weight of skill s in unit group g, the mean over the
// ESCO occupations of g of 1 where s is essential, ½ where it is optional, 0 else:
//
//	fit(i→j) = Σ_s min(h(i,s), h(j,s)) / Σ_s h(j,s)
//
// that is, of all that j asks for, the part that a worker of i is expected to
// bring. It is 1 from i to i, lies between 0 and 1, and is not symmetric, for the
// denominator is that of j alone. Rounded to a thousandth; below FitFloor it is 0.
//
// At a coarser level it is the mean over pairs of unit groups,
//
//	fit(I→J) = Σ_{i∈I} w_i Σ_{j∈J} w_j fit(i→j),   Σ w = 1 in I and in J,
//
// with w from weights, the stock per unit group where it is known: the fit of a
// worker drawn from I to a post drawn from J; a pair below FitFloor counts as 0 in it.
// It is a mean and not the best pair, because a placement of stocks does not know who
// of I would take what in J; nor the fit of summed profiles, which would credit one
// worker with the skills of all; nor the mean relative to that within J, which makes
// every worker fit a mixed group (nurses would fit 0.9 into 226, with its dentists
// and physiotherapists). It errs on the low side: a coarse group is close to another
// only if most of its parts are. So fits fall as groups get coarser, and a threshold
// belongs to a level: the policy has one for each. Nil weights count every unit group the same,
// and so does a group in which no weight is positive.
//
// A known weakness: ESCO gives some forty skills of research to every occupation of
// researchers, so scientists of unlike fields, and general practitioners whom it
// describes as one of them, come out closer than they are.
//
// Unit groups without an ESCO occupation (ten of 436, see Covered) have no skills
// to compare: they take no part in the means, and have no rows of their own.
// Complexity: linear in the pairs of the table.
func Fits(level int, weights map[string]float64) []Fit {
	if level < 1 || level > 4 {
		return nil
	}
	w := normalised(level, weights)
	type pair struct{ from, to string }
	sums := make(map[pair]float64)
	for _, f := range unitFits() {
		from, to := f.from[:level], f.to[:level]
		if from == to {
			continue
		}
		if v := w[f.from] * w[f.to] * f.fit; v > 0 {
			sums[pair{from, to}] += v
		}
	}
	shares := make(map[string]float64)
	out := make([]Fit, 0, len(sums))
	for p, v := range sums {
		share, ok := shares[p.to]
		if !ok {
			share = RegulatedShare(p.to, weights)
			shares[p.to] = share
		}
		out = append(out, Fit{
			From: p.from, To: p.to, Fit: min(v, 1),
			Regulated: share >= RegulatedMajority, RegulatedShare: share,
		})
	}
	sort.Slice(out, func(a, b int) bool {
		if out[a].From != out[b].From {
			return out[a].From < out[b].From
		}
		return out[a].To < out[b].To
	})
	return out
}

// Covered tells whether ESCO describes the skills of an ISCO-08 group, at any
// level: whether at least one of its unit groups has an ESCO occupation.
func Covered(code string) bool {
	if _, ok := occupations().byCode[code]; !ok {
		return false
	}
	_, ok := coverage()[code]
	return ok
}

// coverage maps every ISCO-08 code to the unit groups below it that ESCO covers,
// ascending.
var coverage = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	t := occupations()
	profiles := unitShares()
	for _, o := range t.levels[4] {
		if _, ok := profiles[o.Code]; !ok {
			continue
		}
		for level := 1; level <= 4; level++ {
			out[o.Code[:level]] = append(out[o.Code[:level]], o.Code)
		}
	}
	return out
})

// normalised returns the weight of each covered unit group within its group of the
// level: proportional to weights where any is positive, else equal.
func normalised(level int, weights map[string]float64) map[string]float64 {
	out := make(map[string]float64, len(occupations().levels[4]))
	for code, units := range coverage() {
		if len(code) != level {
			continue
		}
		total := 0.0
		for _, u := range units {
			total += max(weights[u], 0)
		}
		for _, u := range units {
			if total > 0 {
				out[u] = max(weights[u], 0) / total
			} else {
				out[u] = 1 / float64(len(units))
			}
		}
	}
	return out
}
