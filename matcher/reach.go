package matcher

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"labourmatch/matcher/flow"
)

// Reach is what one way could fill at most if it were the only one: under the law as it is, value ignored.
type Reach struct {
	Way   Way
	Kind  string // of channel; "" unless Way is ByChannel
	Units int64
	Bound int64 // more than that is proven to be impossible; it is Units where no group limit is live
}

// Exact says that no plan fills more.
func (r *Reach) Exact() bool { return r.Units == r.Bound }

// reachOfWays finds the reach of every way, and of every kind of channel that is open.
func (g *grounds) reachOfWays(ctx context.Context) ([]Reach, error) {
	n := g.network
	var list []Reach
	for _, w := range []Way{SameRegion, SameHome, RelatedHome, Free} {
		list = append(list, Reach{Way: w})
	}
	var kinds []string
	for _, l := range n.lanes.open {
		if l.way == ByChannel {
			kinds = append(kinds, n.Channels[l.channel].Kind)
		}
	}
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		list = append(list, Reach{Way: ByChannel, Kind: kind})
	}
	nameless := *n
	nameless.nameless = true
	for i := range list {
		r := &list[i]
		if i == len(g.reach) {
			x, err := nameless.only(r)
			if err != nil {
				return nil, err
			}
			g.reach = append(g.reach, &ground{relaxed: x})
		}
		most, err := g.reach[i].most(ctx, func() (*relaxed, error) { return n.only(r) })
		if err != nil {
			return nil, fmt.Errorf("find the reach of %s %s: %w", r.Way, r.Kind, err)
		}
		r.Units, r.Bound = most.units, most.bound
	}
	return list, nil
}

// only draws the network in which one way is open.
func (n *network) only(r *Reach) (*relaxed, error) {
	x := n.bare(law{}, 1, nil, nil)
	if r.Way == SameHome {
		x.connectElsewhere()
	} else {
		x.only = func(way Way, channel int32) bool {
			return way == r.Way && (way != ByChannel || n.Channels[channel].Kind == r.Kind)
		}
		if err := x.connect(); err != nil {
			return nil, err
		}
	}
	x.write()
	return x, nil
}

// connectElsewhere leads workers in their own occupation to the vacancies of their country's other regions. A hub would
// lead them to those of their own region too.
func (x *relaxed) connectElsewhere() {
	for country, regions := range x.regionsOf {
		for code := range x.codes {
			var names []string
			vacancies := x.vacancies[country*len(x.codes)+code]
			for _, v := range vacancies {
				names = append(names, x.Vacancies[v].Region)
			}
			for _, r := range regions {
				names = append(names, x.regions[r])
			}
			slices.Sort(names)
			names = slices.Compact(names)
			to := make([][]int32, len(names))
			for _, v := range vacancies {
				if x.Vacancies[v].Kind != Net {
					at := number(names, x.Vacancies[v].Region)
					to[at] = append(to[at], v)
				}
			}
			var from []place
			for _, r := range regions {
				node := int32(-1)
				for c := x.cohorts[r][0]; c < x.cohorts[r][1]; c++ {
					if x.Cohorts[c].Occupation == "" || x.Cohorts[c].Code != x.codes[code] {
						continue
					}
					if node < 0 {
						node = x.node(1)
					}
					x.arc(cohortNode(c), node, flow.Inf, mix(hash("elsewhere"), x.names.cohorts[c]), 0)
				}
				if node >= 0 {
					from = append(from, place{number(names, x.regions[r]), node})
				}
			}
			slices.SortFunc(from, func(a, b place) int { return strings.Compare(names[a.at], names[b.at]) })
			x.connectOthers("elsewhere|"+x.codes[code].String(), names, from, to, func(at, v int32, key uint64) {
				x.draw(flow.Arc{From: at, To: x.vacancyNode + v, Upper: flow.Inf}, key, SameHome, true, 0)
			})
		}
	}
}
