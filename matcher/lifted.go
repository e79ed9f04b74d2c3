package matcher

import "labourmatch/matcher/flow"

// This file draws what of the law is lifted beyond quotas: any occupation, and any corridor.

// connectAnyOccupation draws a node a country, by which its workers reach all its vacancies but the net ones, and before
// it one a region, from which those of the region are reached without moving.
func (x *relaxed) connectAnyOccupation() {
	var exits []exit
	for country, regions := range x.regionsOf {
		node := x.node(1)
		name := hash("anything|" + x.countries[country])
		for _, r := range regions {
			here := x.node(1)
			at := mix(name, hash(x.regions[r]))
			x.arc(here, node, flow.Inf, at, 0)
			for c := x.cohorts[r][0]; c < x.cohorts[r][1]; c++ {
				x.arc(cohortNode(c), here, flow.Inf, mix(at, x.names.cohorts[c]), -x.gives[c]-x.fullTraining())
			}
			for code := range x.codes {
				for _, v := range x.here(r, int32(code)) { //nolint:gosec // a few hundred codes
					if x.Vacancies[v].Kind != Net {
						x.draw(flow.Arc{From: here, To: x.vacancyNode + v, Upper: flow.Inf}, mix(at, x.names.vacancies[v]), RelatedHome, true, x.offers[v])
					}
				}
			}
		}
		for code := range x.codes {
			exits = x.exitsElsewhere(int32(country), int32(code), exits[:0]) //nolint:gosec // fewer rows
			for _, e := range exits {
				x.draw(flow.Arc{From: node, To: x.vacancyNode + e.vacancy, Upper: flow.Inf}, mix(name, x.names.vacancies[e.vacancy]), RelatedHome, true, e.offer)
			}
		}
	}
}

// gatherLeavers draws the entries of those who may leave for any country, by country and code.
func (x *relaxed) gatherLeavers(region int32, m *members) {
	country := x.countryOf[region]
	for code := range x.codes {
		if x.held(region, int32(code)) { //nolint:gosec // a few hundred codes
			continue
		}
		for _, e := range m.entries[m.starts[code]:m.starts[code+1]] {
			node := x.everybodyOf(country, code)
			name := hash("anywhere|" + x.countries[country] + "|" + x.codes[code].String())
			x.arc(x.recruitedNode(e.cohort), node, flow.Inf, mix(name, x.names.cohorts[e.cohort]), -e.cost)
		}
	}
}

// anywhere says whether the ways of those who do one thing in any country may be left out, since whoever has one may do anything.
func (x *relaxed) anywhere() bool { return x.thin && x.occupations && len(x.guards.gates) == 0 }

// everybodyOf is the node of those of a country who may leave for any other to do one thing.
func (x *relaxed) everybodyOf(country int32, code int) int32 {
	node := &x.everybody[int(country)*len(x.codes)+code]
	if *node < 0 {
		*node = x.node(1)
	}
	return *node
}

// connectCorridors leads those who may leave for any country to the vacancies of all others: code by code, and where
// everybody may do everything, once more for all codes.
func (x *relaxed) connectCorridors() {
	var anything []place
	if x.occupations {
		anything = x.gatherAnything()
	}
	for code := range x.codes {
		if x.anywhere() {
			break
		}
		x.code = int32(code) //nolint:gosec // a few hundred codes
		var from []place
		to := make([][]int32, len(x.countries))
		for country := range x.countries {
			k := country*len(x.codes) + code
			if x.everybody[k] >= 0 {
				from = append(from, place{int32(country), x.everybody[k]}) //nolint:gosec // fewer rows
			}
			to[country] = x.vacancies[k]
		}
		x.connectOthers("anywhere|"+x.codes[code].String(), x.countries, from, to, x.leave)
	}
	x.code = -1
	to := make([][]int32, len(x.countries))
	for country := range x.countries {
		for code := range x.codes {
			to[country] = append(to[country], x.vacancies[country*len(x.codes)+code]...)
		}
	}
	x.connectOthers("anything anywhere", x.countries, anything, to, x.leave)
}

// gatherAnything draws the node of all of a country who may leave for any other, whatever they can do. Those of a region in which a gate
// shuts some occupations do the others one by one.
func (x *relaxed) gatherAnything() []place {
	var from []place
	for country, regions := range x.regionsOf {
		all := int32(-1)
		for _, r := range regions {
			var open []int
			for code := range x.codes {
				if !x.held(r, int32(code)) { //nolint:gosec // a few hundred codes
					open = append(open, code)
				}
			}
			name, node := hash("anything anywhere|"+x.countries[country]), all
			if len(open) < len(x.codes) {
				name, node = hash("anything anywhere|"+x.regions[r]), x.node(1)
				for _, code := range open {
					x.arc(node, x.everybodyOf(int32(country), code), flow.Inf, mix(name, hash(x.codes[code].String())), 0) //nolint:gosec // fewer rows
				}
			} else if node < 0 {
				node = x.node(1)
				all = node
				from = append(from, place{int32(country), node}) //nolint:gosec // fewer rows
			}
			for c := x.cohorts[r][0]; c < x.cohorts[r][1]; c++ {
				x.arc(x.recruitedNode(int32(c)), node, flow.Inf, mix(name, x.names.cohorts[c]), -x.gives[c]-x.fullTraining()) //nolint:gosec // fewer rows
			}
		}
	}
	return from
}

// leave draws the arc of those who come beside the channels into a vacancy.
func (x *relaxed) leave(from, v int32, key uint64) {
	worth := x.offers[v] - x.yearly(x.policy.ChannelCost.Value, x.Vacancies[v].Months)
	x.arrivals = append(x.arrivals, crossing{x.next(), -1, x.abroad[v], x.code})
	x.draw(flow.Arc{From: from, To: x.vacancyNode + v, Upper: flow.Inf}, key, ByChannel, true, worth)
}

// next is the number of the arc drawn next.
func (x *relaxed) next() int32 { return int32(x.Arcs()) } //nolint:gosec // as room checks

// place is a node of a country, or of a region, by its number.
type place struct{ at, node int32 }

// connectOthers leads from every place to the vacancies of all other places, in arcs proportional to places and
// vacancies; to lists these by place, and arrive draws the arc into one. One hub for all would let those who leave come home again, to a net vacancy that is closed to them. So places
// are strung up in both directions, and a vacancy takes from all before its own and all behind it.
func (x *relaxed) connectOthers(name string, names []string, from []place, to [][]int32, arrive func(from, v int32, key uint64)) {
	if len(from) == 0 {
		return
	}
	number := int32(len(from)) //nolint:gosec // fewer rows
	before, behind := x.node(len(from)), x.node(len(from))
	key := hash(name)
	for i := range number {
		own := mix(key, hash(names[from[i].at]))
		x.departures = append(x.departures, crossing{x.next(), from[i].at, -1, x.code}, crossing{x.next() + 1, from[i].at, -1, x.code})
		x.arc(from[i].node, before+i, flow.Inf, mix(own, 1), 0)
		x.arc(from[i].node, behind+i, flow.Inf, mix(own, 2), 0)
		if i > 0 {
			x.arc(before+i-1, before+i, flow.Inf, mix(own, 3), 0)
			x.arc(behind+i, behind+i-1, flow.Inf, mix(own, 4), 0)
		}
	}
	next := int32(0) // the first place that is not before
	for at, vacancies := range to {
		for next < number && int(from[next].at) < at {
			next++
		}
		after := next
		if after < number && int(from[after].at) == at {
			after++
		}
		if len(vacancies) == 0 || next == 0 && after == number {
			continue
		}
		node := x.node(1)
		own := mix(key, hash(names[at]))
		if x.apart[int32(at)] { //nolint:gosec // fewer rows
			for _, f := range from {
				if int(f.at) != at {
					x.pairs = append(x.pairs, crossing{x.next(), f.at, int32(at), x.code}) //nolint:gosec // fewer rows
					x.arc(f.node, node, flow.Inf, mix(own, hash(names[f.at])), 0)
				}
			}
		} else if next > 0 {
			x.arc(before+next-1, node, flow.Inf, mix(own, 5), 0)
		}
		if after < number && !x.apart[int32(at)] { //nolint:gosec // fewer rows
			x.arc(behind+after, node, flow.Inf, mix(own, 6), 0)
		}
		for _, v := range vacancies {
			arrive(node, v, mix(own, x.names.vacancies[v]))
		}
	}
}
