package matcher

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"labourmatch/matcher/flow"
)

// Pressure is a corridor's part of what lifting "no channel" newly fills, in work of ISCO skill levels 1 and 2: people who
// are able, wanted and willing, and have no legal way. It is told by country and ISCO major group only.
//
// Which corridors people would take is decided by no term of the objective. Of all plans that fill the openings that the lift
// fills, those count that have the fewest go beside the channels. Among these, Low and High are the least and the most who go by
// the corridor; Units are apportioned: those who arrive over those who leave, by occupation, so they are of one of these plans.
type Pressure struct {
	Origin, Destination string // countries
	Group               string // an ISCO major group, or `skill:` and a level
	Units               int64
	Ranged              bool // Low and High are known: they are for the largest corridors, where no group limit is live
	Low, High           int64
}

// PressureRanges is for how many corridors and groups, the largest, the range is found. Each takes two solves, which go on
// from each other.
const PressureRanges = 10

// pressed is a corridor and group by number.
type pressed struct {
	from, to int32
	group    string
}

// pressure finds what goes beside the channels under a law in which any corridor is open, when so many openings are filled
// in all and at least so many workers placed.
func (n *network) pressure(ctx context.Context, l law, filled, placed []int64) ([]Pressure, error) {
	x, err := n.beside(l, filled, placed, nil)
	if err != nil {
		return nil, err
	}
	plan, err := x.solve(ctx, flow.Options{})
	if err != nil {
		return nil, fmt.Errorf("find who would go beside the channels: %w", err)
	}
	shares := x.apportionCrossings(plan)
	keys := make([]pressed, 0, len(shares))
	for k := range shares {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b pressed) int {
		return cmp.Or(cmp.Compare(shares[b], shares[a]), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.group, b.group))
	})
	list := make([]Pressure, len(keys))
	for i, k := range keys {
		list[i] = Pressure{Origin: n.countries[k.from], Destination: n.countries[k.to], Group: k.group, Units: shares[k]}
	}
	return list, n.ranges(ctx, l, filled, placed, keys, list)
}

// ranges fills in the least and the most of the first.
func (n *network) ranges(ctx context.Context, l law, filled, placed []int64, keys []pressed, list []Pressure) error {
	keys = keys[:min(PressureRanges, len(keys))]
	apart := map[int32]bool{}
	for _, k := range keys {
		apart[k.to] = true
	}
	if len(keys) == 0 {
		return nil
	}
	x, err := n.beside(l, filled, placed, apart)
	if err != nil {
		return err
	}
	if x.Limits() > 0 { // package flow holds them for one cost only
		return nil
	}
	vector := x.AddCosts()
	var plan *flow.Solution
	count := func(k pressed, cost int64) (units int64, err error) {
		var arcs []int
		for _, c := range x.pairs {
			if k == (pressed{c.from, c.to, n.group(c.code)}) {
				arcs = append(arcs, int(c.arc))
				x.SetCost(vector, int(c.arc), cost)
			}
		}
		if plan == nil {
			plan, err = x.solve(ctx, flow.Options{AnyPlan: true})
		} else if plan, err = flow.Resolve(ctx, &x.Network, plan, flow.Options{AnyPlan: true}); err == nil {
			err = flow.Certify(&x.Network, plan)
		}
		if err != nil {
			return 0, fmt.Errorf("find the range of who would go beside the channels: %w", err)
		}
		for _, a := range arcs {
			units += plan.Flow(a)
			x.SetCost(vector, a, 0)
		}
		return units, nil
	}
	for i, k := range keys {
		p := &list[i]
		if p.Low, err = count(k, 1); err != nil {
			return err
		}
		if p.High, err = count(k, -1); err != nil {
			return err
		}
		p.Ranged = true
	}
	return nil
}

// beside draws the network in which going beside the channels is what costs.
func (n *network) beside(l law, filled, placed []int64, apart map[int32]bool) (*relaxed, error) {
	x := n.bare(l, 1, filled, placed)
	x.apart = apart
	for v, units := range filled {
		a := x.vacancyArc + v
		arc := x.Arc(a)
		arc.Upper = units
		x.SetArc(a, arc)
	}
	if err := x.connect(); err != nil {
		return nil, err
	}
	x.write()
	for _, c := range x.arrivals { // every other exit costs −1, and how many are filled is fixed
		x.SetCost(0, int(c.arc), 0)
	}
	return x, nil
}

// group is the ISCO major group of a code, where all of it is work of skill level 1 or 2; else "".
func (n *network) group(code int32) string {
	c := n.codes[code]
	of := levels(c.Skill)
	if o := n.occupations[c.Occupation]; o != nil {
		of = o.SkillLevels
	}
	switch {
	case len(of) == 0 || slices.Max(of) > 2:
		return ""
	case c.Occupation == "":
		return c.String()
	}
	return c.Occupation[:1]
}

// apportionCrossings gives those who arrive in a country over to the countries that people of the same code leave, so that of each country as
// many leave as do in the plan. Nobody arrives where he left.
func (x *relaxed) apportionCrossings(plan *flow.Solution) map[pressed]int64 {
	width := len(x.countries)
	leave, arrive := make([][]int64, len(x.codes)), make([][]int64, len(x.codes))
	sum := func(all [][]int64, code, country, arc int32) {
		if units := plan.Flow(int(arc)); units > 0 && code >= 0 {
			if all[code] == nil {
				all[code] = make([]int64, width)
			}
			all[code][country] += units
		}
	}
	for _, c := range x.departures {
		sum(leave, c.code, c.from, c.arc)
	}
	for _, c := range x.arrivals {
		sum(arrive, c.code, c.to, c.arc)
	}
	shares := map[pressed]int64{}
	for code := range x.codes {
		group := x.group(int32(code)) //nolint:gosec // a few hundred codes
		if group == "" || arrive[code] == nil {
			continue
		}
		for to, from := range pairOff(leave[code], arrive[code]) {
			for country, units := range from {
				if units > 0 {
					shares[pressed{int32(country), int32(to), group}] += units //nolint:gosec // fewer rows
				}
			}
		}
	}
	return shares
}

// pairOff tells who arrives in a country by where they left, in proportion to those who left and are not told yet. As many leave as arrive, and
// nobody arrives where he left: that can be kept to as long as in no country more leave or arrive than there are in all, so of those
// who could not be told later without it some are told first. It uses leave up.
func pairOff(leave, arrive []int64) [][]int64 {
	table := make([][]int64, len(arrive))
	rest := sumOf(arrive)
	for to, units := range arrive {
		if units == 0 {
			continue
		}
		rest -= units
		must, weights := make([]int64, len(leave)), make([]int64, len(leave))
		for from, n := range leave {
			if from == to {
				continue
			}
			later := int64(0)
			if from > to {
				later = arrive[from]
			}
			must[from] = max(0, n+later-rest)
			weights[from] = n - must[from]
			units -= must[from]
		}
		for from, n := range Apportion(units, weights) {
			must[from] += n
			leave[from] -= must[from]
		}
		table[to] = must
	}
	return table
}
