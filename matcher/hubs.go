package matcher

import "slices"

// hub joins many pools of one code with many vacancies of one country, where every pool may go to every vacancy at the
// same cost: the other regions of a large country, or all that one channel joins. One arc from each pool and one to each
// vacancy then do for an arc for each two of them. Who of the pools went where is not determined by the model in either
// form, since any exchange between them costs nothing; [Result] has it apportioned.
//
// A hub is a ladder as a pool is. Its rungs are the different offers that somebody could lose by: whoever gives up a
// enters on the first rung of at least a.
type hub struct {
	channel, country, code, class int32 // channel −1 at home
	node                          int32 // its lowest rung
	rungs                         []int64
}

// hubKey names a hub. At home channel is −1 − class.
type hubKey struct{ channel, country, code int32 }

// hubPays is how many times fewer arcs a hub must take to be worth its nodes, and its rows the apportioning.
const hubPays = 8

// openHubs finds where hubs pay. They are numbered in the order of channels, countries and codes.
func (n *network) openHubs() {
	n.hubOf = map[hubKey]int32{}
	dearest := n.dearest()
	pays := func(pools, vacancies int) bool { return pools*vacancies > n.hubPays*(pools+vacancies) }
	add := func(channel, country, code, class int32, exits []exit, most int64) {
		if len(exits) == 0 {
			return // all of them net, or without a wage
		}
		h := hub{channel: channel, country: country, code: code, class: class}
		for _, x := range exits {
			h.rungs = append(h.rungs, min(x.offer, most))
		}
		slices.Sort(h.rungs)
		h.rungs = slices.Compact(h.rungs)
		key := hubKey{channel, country, code}
		if channel < 0 {
			key.channel = -1 - class
		}
		n.hubOf[key] = int32(len(n.hubs)) //nolint:gosec // fewer than arcs
		n.hubs = append(n.hubs, h)
	}
	var list []exit
	for country := range n.countries {
		pools := len(n.regionsOf[country])
		for code := range n.codes {
			if !pays(pools, len(n.vacancies[country*len(n.codes)+code])) {
				continue
			}
			list = n.exitsElsewhere(int32(country), int32(code), list[:0]) //nolint:gosec // fewer rows
			for _, class := range []int32{n.own, n.related} {
				add(-1, int32(country), int32(code), class, list, dearest[country*len(n.codes)+code]) //nolint:gosec // fewer rows
			}
		}
	}
	for i := range n.lanes.open {
		l := &n.lanes.open[i]
		if c := &n.Channels[l.channel]; c.Quota != nil && c.QuotaOf == QuotaEach {
			continue // a network limit bounds what one region sends to one other
		}
		origins := n.regionsIn(n.Channels[l.channel].Origins)
		if !pays(len(origins), len(n.Vacancies)) {
			continue
		}
		for _, d := range l.dests {
			pools := 0
			from := map[int32]bool{}
			for _, r := range origins {
				if n.countryOf[r] != d.country {
					pools++
					from[n.countryOf[r]] = true
				}
			}
			for code := range n.codes {
				if !pays(pools, len(n.vacancies[int(d.country)*len(n.codes)+code])) {
					continue
				}
				list = n.exitsVia(l, d, int32(code), list[:0]) //nolint:gosec // fewer rows
				if !pays(pools, len(list)) {
					continue
				}
				most := int64(0)
				for country := range from {
					most = max(most, dearest[int(country)*len(n.codes)+code])
				}
				add(l.channel, d.country, int32(code), l.class, list, most) //nolint:gosec // fewer rows
			}
		}
	}
}

// dearest is, per country and code, the most that somebody of the country who can do it gives up.
func (n *network) dearest() []int64 {
	most := make([]int64, len(n.countries)*len(n.codes))
	for r := range n.regions {
		row := most[int(n.countryOf[r])*len(n.codes):][:len(n.codes)]
		for c := n.cohorts[r][0]; c < n.cohorts[r][1]; c++ {
			if n.gives[c] == noValue {
				continue
			}
			for _, to := range n.reaches[n.Cohorts[c].Code] {
				row[to.code] = max(row[to.code], n.gives[c]+to.yearly)
			}
		}
	}
	return most
}

// exitsElsewhere appends the exits at home into a country's vacancies of a code for those who live in none of their
// regions. A net vacancy is what home could not fill, so home is closed to it.
func (n *network) exitsElsewhere(country, code int32, list []exit) []exit {
	for _, v := range n.vacancies[int(country)*len(n.codes)+int(code)] {
		if vacancy := &n.Vacancies[v]; n.offers[v] != noValue && vacancy.Kind != Net {
			list = append(list, exit{v, -1, n.offers[v] - n.yearly(n.policy.RelocationHome.Value, vacancy.Months)})
		}
	}
	return list
}

// exitsOf lists what a pool leads to: vacancies, in the order of channels and keys, and hubs.
func (n *network) exitsOf(p *pool, exits []exit, hubs []int32) ([]exit, []int32) {
	exits, hubs = exits[:0], hubs[:0]
	country := n.countryOf[p.region]
	if p.class == n.own || p.class == n.related {
		region := n.regions[p.region]
		h, shared := n.hubOf[hubKey{-1 - p.class, country, p.code}]
		if shared {
			hubs = append(hubs, h)
		} else {
			exits = n.exitsElsewhere(country, p.code, exits)
		}
		if !shared {
			for i := range exits {
				if v := exits[i].vacancy; n.Vacancies[v].Region == region {
					exits[i].offer = n.offers[v]
				}
			}
			return exits, hubs
		}
		for _, v := range n.here(p.region, p.code) {
			if n.offers[v] != noValue && n.Vacancies[v].Kind != Net {
				exits = append(exits, exit{v, -1, n.offers[v]})
			}
		}
		return exits, hubs
	}
	for _, i := range n.lanes.from[p.region] {
		l := &n.lanes.open[i]
		if l.class != p.class || len(n.guards.gates) > 0 && n.shut(&n.Channels[l.channel], n.regions[p.region], n.codes[p.code]) {
			continue
		}
		begin := len(exits)
		for _, d := range l.dests {
			if d.country == country {
				continue
			}
			if h, shared := n.hubOf[hubKey{l.channel, d.country, p.code}]; shared {
				hubs = append(hubs, h)
				continue
			}
			exits = n.exitsVia(l, d, p.code, exits)
		}
		byVacancy := func(a, b exit) int { return int(a.vacancy) - int(b.vacancy) }
		if !slices.IsSortedFunc(exits[begin:], byVacancy) {
			slices.SortFunc(exits[begin:], byVacancy)
		}
	}
	return exits, hubs
}

// here lists the vacancies of a code in a region.
func (n *network) here(region, code int32) []int32 {
	all := n.vacancies[int(n.countryOf[region])*len(n.codes)+int(code)]
	name := n.regions[region]
	from, found := slices.BinarySearchFunc(all, name, func(v int32, name string) int { return compareRegions(n.Vacancies[v].Region, name) })
	if !found {
		return nil
	}
	to := from + 1
	for to < len(all) && n.Vacancies[all[to]].Region == name {
		to++
	}
	return all[from:to]
}

// compareRegions orders regions as the keys of rows do, in which a separator follows the region.
func compareRegions(a, b string) int {
	if a == b {
		return 0
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	if len(a) < len(b) {
		return int('|') - int(b[len(a)])
	}
	return int(a[len(b)]) - int('|')
}
