package main

import (
	"fmt"
	"io"
	"sort"
	"strconv"
)

// fit is a fit between two unit groups, in thousandths.
type fit struct {
	from, to string
	perMille int
}

// fits computes, for every ordered pair of different unit groups,
//
//	fit(i→j) = Σ_s min(h(i,s), h(j,s)) / Σ_s h(j,s)
//
// with h(g,s) the mean weight of skill s over the ESCO occupations of g, in exact
// integers: both sides are multiplied by twice the two numbers of occupations. Rounded
// half up; pairs below the floor are left out. Sorted by from, then to.
func (e *esco) fits() []fit {
	units := sortedKeys(e.units)
	index := map[string]int{}
	for i, u := range units {
		index[u] = i
	}
	type use struct{ unit, weight int }
	uses := map[string][]use{}
	need := make([]int, len(units))
	for _, u := range units {
		for s, w := range e.profile[u] {
			uses[s] = append(uses[s], use{index[u], w})
			need[index[u]] += w
		}
	}
	common := make([]int, len(units)*len(units))
	for _, list := range uses {
		for _, a := range list {
			for _, b := range list {
				na, nb := e.units[units[a.unit]], e.units[units[b.unit]]
				common[a.unit*len(units)+b.unit] += min(a.weight*nb, b.weight*na)
			}
		}
	}
	var out []fit
	for i, from := range units {
		for j, to := range units {
			if i == j {
				continue
			}
			whole := need[j] * e.units[from]
			f := (2000*common[i*len(units)+j] + whole) / (2 * whole)
			if f >= fitFloorPerMille {
				out = append(out, fit{from, to, f})
			}
		}
	}
	return out
}

func writeFits(fits []fit, out string) error {
	rows := make([][]string, len(fits))
	for i, f := range fits {
		rows[i] = []string{f.from, f.to, strconv.Itoa(f.perMille)}
	}
	return writeTable(out, "fits.csv", []string{"from", "to", "fit_per_mille"}, rows)
}

// report prints how many related occupations an occupation has at each threshold, and
// the closest pairs, for a reader to judge.
func (e *esco) report(w io.Writer, fits []fit) {
	fmt.Fprintf(w, "%d pairs of unit groups at or above %.3f\n", len(fits), float64(fitFloorPerMille)/1000)
	for t := 50; t <= 500; t += 50 {
		n := 0
		for _, f := range fits {
			if f.perMille >= t {
				n++
			}
		}
		fmt.Fprintf(w, "  fit ≥ %.2f: %5d pairs, %5.2f per occupation\n", float64(t)/1000, n, float64(n)/float64(len(e.units)))
	}
	sort.SliceStable(fits, func(a, b int) bool { return fits[a].perMille > fits[b].perMille })
	for _, f := range fits[:min(30, len(fits))] {
		fmt.Fprintf(w, "  %.3f  %s %s → %s %s\n", float64(f.perMille)/1000, f.from, e.isco[f.from], f.to, e.isco[f.to])
	}
}
