package matcher

import (
	"cmp"
	"slices"
	"strings"
)

// lanes are the channels that are open from every region, and where they lead.
type lanes struct {
	open     []lane
	from     [][]int32                 // per region: numbers in open, by class and then in the order of channels
	citizens map[int32]map[string]bool // class of free movement → countries whose citizens it is open to
}

// lane is an open channel.
type lane struct {
	channel int32
	class   int32
	way     Way
	dests   []dest
	to      func(region string) bool
}

// dest is a country that a channel leads to; whole where it leads to all its regions.
type dest struct {
	country int32
	whole   bool
}

// openLanes finds the channels that carry somebody in the period.
//
// A pool belongs to one class of channel, since what later rules need to know of a leaver is by which class he left.
// Free movement is a right of citizens: a cohort of known citizenship enters only the classes whose countries it names.
func (n *network) openLanes() {
	var closed, finer, unstated int64
	var open []int
	n.classes = []string{ClassOwn, ClassRelated}
	for c := range n.Channels {
		channel := &n.Channels[c]
		if !channel.Open(n.Day()) {
			closed++
			continue
		}
		if channel.Recruitment == "" && channel.Kind != FreeMovement {
			unstated++
		}
		if slices.ContainsFunc(channel.Occupations, func(prefix string) bool { return len(prefix) > n.Level }) {
			finer++
		}
		open = append(open, c)
		n.classes = append(n.classes, channel.Class())
	}
	slices.Sort(n.classes)
	n.classes = slices.Compact(n.classes)
	n.own, n.related = number(n.classes, ClassOwn), number(n.classes, ClassRelated)
	n.citizens = map[int32]map[string]bool{}
	n.lanes.from = make([][]int32, len(n.regions))
	for _, c := range open {
		channel := &n.Channels[c]
		l := lane{
			channel: int32(c), class: number(n.classes, channel.Class()), way: channel.way(), //nolint:gosec // fewer rows
			dests: n.destinations(channel.Destinations), to: n.places(channel.Destinations),
		}
		if channel.Kind == FreeMovement {
			if n.citizens[l.class] == nil {
				n.citizens[l.class] = map[string]bool{}
			}
			for _, o := range channel.Origins {
				for _, country := range n.membersOf(o) {
					n.citizens[l.class][country] = true
				}
			}
		}
		for _, r := range n.regionsIn(channel.Origins) {
			n.lanes.from[r] = append(n.lanes.from[r], int32(len(n.lanes.open))) //nolint:gosec // fewer rows
		}
		n.lanes.open = append(n.lanes.open, l)
	}
	for _, from := range n.lanes.from {
		slices.SortStableFunc(from, func(a, b int32) int { return cmp.Compare(n.lanes.open[a].class, n.lanes.open[b].class) })
	}
	if closed > 0 {
		n.notes = append(n.notes, Note{"channels", "Channels that are not shown to be in force, or not valid on " + n.Day() + ", carry nobody.", closed})
	}
	if unstated > 0 {
		n.notes = append(n.notes, Note{"recruitment", "Channels do not say who recruits: points visas and humanitarian channels are taken as individual, the others as active.", unstated})
	}
	if finer > 0 {
		n.notes = append(n.notes, Note{"channels", "Channels for occupations finer than this level carry nobody in them: which part of a coarser vacancy they could fill is not known.", finer})
	}
}

// regionsIn lists the regions with workers that a channel's origins name, each once.
func (n *network) regionsIn(list []string) []int32 {
	var found []int32
	country := func(name string) {
		if k, ok := slices.BinarySearch(n.countries, name); ok {
			found = append(found, n.regionsOf[k]...)
		}
	}
	for _, place := range list {
		switch b := n.blocs[place]; {
		case b != nil:
			for _, m := range b.Members {
				country(m)
			}
		case place == "*":
			for r := range n.regions {
				found = append(found, int32(r)) //nolint:gosec // fewer rows
			}
		case Country(place) == place:
			country(place)
		default:
			if k, ok := slices.BinarySearch(n.regions, place); ok {
				found = append(found, int32(k)) //nolint:gosec // fewer rows
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// destinations lists the countries that a channel's destinations name, or name regions of.
func (n *network) destinations(list []string) []dest {
	var found []dest
	add := func(country string, whole bool) {
		if k, ok := slices.BinarySearch(n.countries, country); ok {
			found = append(found, dest{int32(k), whole}) //nolint:gosec // fewer rows
		}
	}
	for _, place := range list {
		switch b := n.blocs[place]; {
		case b != nil:
			for _, m := range b.Members {
				add(m, true)
			}
		case place == "*":
			for _, c := range n.countries {
				add(c, true)
			}
		default:
			add(Country(place), Country(place) == place)
		}
	}
	slices.SortFunc(found, func(a, b dest) int {
		if a.country == b.country && a.whole != b.whole { // the whole country first: it is the one kept
			if a.whole {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.country, b.country)
	})
	return slices.CompactFunc(found, func(a, b dest) bool { return a.country == b.country })
}

// exitsVia appends the exits of a lane into the vacancies of one destination and code.
func (n *network) exitsVia(l *lane, d dest, code int32, list []exit) []exit {
	channel := &n.Channels[l.channel]
	for _, v := range n.vacancies[int(d.country)*len(n.codes)+int(code)] {
		vacancy := &n.Vacancies[v]
		if n.offers[v] == noValue || !d.whole && !l.to(vacancy.Region) || !channel.Serves(vacancy) {
			continue
		}
		list = append(list, exit{v, l.channel, n.offers[v] - n.costOf(channel, vacancy)})
	}
	return list
}

// Open says whether the channel carries somebody on a day, YYYY-MM-DD: it is shown to be in force, in law or in
// practice, and valid. What is unknown is not agreement. A date without day or month stands for all of its days.
func (c *Channel) Open(day string) bool {
	inForce := c.InForce == "yes" || c.InForce == "law" || c.InForce == "practice"
	begun := c.ValidFrom == "" || c.ValidFrom[:min(len(day), len(c.ValidFrom))] <= day
	ended := c.ValidTo != "" && c.ValidTo < day[:min(len(day), len(c.ValidTo))]
	return inForce && begun && !ended
}

// Class is the class of leavers a channel takes: by free movement; covered by an agreement; recruited without one; or by
// themselves, in their own right. Where recruitment is not stated a points visa and a humanitarian channel, for which the
// person applies, are individual, and the others active, so that a safeguard is not evaded by an empty cell.
func (c *Channel) Class() string {
	switch {
	case c.Kind == FreeMovement:
		return "free:" + strings.Join(c.Origins, " ")
	case c.Agreement != "" || c.Kind == Agreement:
		return ClassAgreement
	case c.Recruitment == Individual, c.Recruitment == "" && (c.Kind == PointsVisa || c.Kind == Humanitarian):
		return ClassIndividual
	default:
		return ClassRecruited
	}
}

func (c *Channel) way() Way {
	if c.Kind == FreeMovement {
		return Free
	}
	return ByChannel
}

// Serves says whether the channel can carry somebody into a vacancy: occupation, contract and length agree.
//
// What is not stated agrees with everything. A permanent channel serves permanent posts only, and a temporary or circular
// one every post that ends, a season's too; a seasonal one seasonal posts. A longest stay must be as long as the contract; a
// permanent post has no end.
func (c *Channel) Serves(v *Vacancy) bool {
	occupation := len(c.Occupations) == 0 || slices.ContainsFunc(c.Occupations, func(prefix string) bool {
		return v.Occupation != "" && strings.HasPrefix(v.Occupation, prefix)
	})
	contract := c.Contract == "" || v.Contract == "" || c.Contract == v.Contract ||
		(c.Contract == TemporaryContract || c.Contract == CircularContract) && v.Contract != PermanentContract
	length := c.Months == 0 || v.Contract != PermanentContract && v.Months <= c.Months
	return occupation && contract && length
}

// costOf is the yearly cost of a channel for one placement: fees and travel of worker and employer over the stay, and what
// keeping its protections costs.
func (n *network) costOf(c *Channel, v *Vacancy) int64 {
	standard := n.policy.ChannelCost.Value
	if c.Kind == FreeMovement {
		standard = n.policy.RelocationFree.Value
	}
	if c.CostWorker != nil || c.CostEmployer != nil {
		standard = 0
		for _, cost := range []*int64{c.CostWorker, c.CostEmployer} {
			if cost != nil {
				standard += float64(*cost)
			}
		}
	}
	protections := float64(n.policy.ProtectionCost.Value * float64(len(c.Protections)))
	return n.yearly(standard, v.Months, c.Months) + share(1, protections)
}

// membersOf resolves one entry of a channel's origins or destinations: a bloc, a country or region, or `*`.
func (n *network) membersOf(place string) []string {
	if b := n.blocs[place]; b != nil {
		return b.Members
	}
	return []string{Country(place)}
}

// places is the set of regions a channel's origins or destinations name.
func (n *network) places(list []string) func(region string) bool {
	set := map[string]bool{}
	for _, place := range list {
		if b := n.blocs[place]; b != nil {
			for _, m := range b.Members {
				set[m] = true
			}
			continue
		}
		set[place] = true
	}
	return func(region string) bool { return set["*"] || set[region] || set[Country(region)] }
}
