package matcher

import (
	"slices"
	"strings"
)

// exitsAbroad leads from pools of leavers through channels into vacancies of other countries. The function it returns
// says whether a cohort may enter a class.
//
// A pool belongs to one class of channel, since what later rules need to know of a leaver is by which class he left.
// Free movement is a right of citizens: a cohort of known citizenship enters only the classes whose countries it names.
func (n *network) exitsAbroad(d draft, origins map[string]bool) (eligible func(class string, c *Cohort) bool) {
	citizens := map[string]map[string]bool{} // class of free movement → countries whose citizens it is open to
	abroad := make([]string, 0, len(origins))
	for o := range origins {
		abroad = append(abroad, o)
	}
	slices.Sort(abroad)
	vacancies := map[string][]int{} // by country
	for v := range n.Vacancies {
		c := Country(n.Vacancies[v].Region)
		vacancies[c] = append(vacancies[c], v)
	}
	var closed, finer int64
	for c := range n.Channels {
		channel := &n.Channels[c]
		if !channel.open(n.Period) {
			closed++
			continue
		}
		if slices.ContainsFunc(channel.Occupations, func(prefix string) bool { return len(prefix) > n.Level }) {
			finer++
		}
		class := channel.class()
		from, to := n.places(channel.Origins), n.places(channel.Destinations)
		if channel.Kind == FreeMovement {
			if citizens[class] == nil {
				citizens[class] = map[string]bool{}
			}
			for _, o := range channel.Origins {
				for _, country := range n.countries(o) {
					citizens[class][country] = true
				}
			}
		}
		for country, there := range vacancies {
			for _, v := range there {
				vacancy := &n.Vacancies[v]
				if !to(vacancy.Region) || !channel.serves(vacancy) {
					continue
				}
				wage, fill, known := n.offer(vacancy)
				if n.unvalued(known) {
					continue // counted at home
				}
				offer := wage + fill - n.costOf(channel, vacancy)
				for _, o := range abroad {
					if Country(o) == country || !from(o) {
						continue
					}
					p := d.at(Pool{o, vacancy.Code, class})
					p.exits = append(p.exits, exit{v, c, channel.way(), offer, channel.limit(o, vacancy)})
				}
			}
		}
	}
	for _, p := range d { // map order of countries must not show
		slices.SortStableFunc(p.exits, func(a, b exit) int {
			if a.channel != b.channel {
				return a.channel - b.channel
			}
			return a.vacancy - b.vacancy
		})
	}
	if closed > 0 {
		n.notes = append(n.notes, Note{"channels", "Channels that are not shown to be in force, or not valid in the period, carry nobody.", closed})
	}
	if finer > 0 {
		n.notes = append(n.notes, Note{"channels", "Channels for occupations finer than this level carry nobody in them: which part of a coarser vacancy they could fill is not known.", finer})
	}
	return func(class string, c *Cohort) bool {
		members, free := citizens[class]
		if !free {
			return true
		}
		citizenship := c.Citizenship
		if citizenship == "" {
			citizenship = Country(c.Region)
		}
		return members[citizenship] || members["*"]
	}
}

// open says whether the channel is shown to be in force, and valid in at least a part of the year. What is unknown is
// not agreement.
func (c *Channel) open(year string) bool {
	inForce := c.InForce == "yes" || c.InForce == "law" || c.InForce == "practice"
	begun := c.ValidFrom == "" || yearOf(c.ValidFrom) <= yearOf(year)
	ended := c.ValidTo != "" && yearOf(c.ValidTo) < yearOf(year)
	return inForce && begun && !ended
}

// yearOf is the year of a date written YYYY, YYYY-MM or YYYY-MM-DD.
func yearOf(date string) string { return date[:min(4, len(date))] }

// class is the class of leavers a channel takes.
func (c *Channel) class() string {
	switch {
	case c.Kind == FreeMovement:
		return "free:" + strings.Join(c.Origins, " ")
	case c.Agreement != "" || c.Kind == Agreement:
		return ClassAgreement
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

// serves says whether the channel can carry somebody into a vacancy: occupation, contract and length agree.
func (c *Channel) serves(v *Vacancy) bool {
	occupation := len(c.Occupations) == 0 || slices.ContainsFunc(c.Occupations, func(prefix string) bool {
		return v.Occupation != "" && strings.HasPrefix(v.Occupation, prefix)
	})
	contract := c.Contract == "" || v.Contract == "" || c.Contract == v.Contract
	length := c.Months == 0 || v.Months == 0 || v.Months <= c.Months
	return occupation && contract && length
}

// limit names the limit a placement from a region into a vacancy falls under.
func (c *Channel) limit(origin string, v *Vacancy) string {
	if c.Quota == nil {
		return ""
	}
	var sum []string
	switch c.QuotaOf {
	case QuotaEach:
		sum = []string{origin, v.Region, v.Code.String()}
	case QuotaOrigin:
		sum = []string{Country(origin)}
	case QuotaDestination:
		sum = []string{Country(v.Region)}
	case QuotaOccupation:
		sum = []string{v.Code.String()}
	case QuotaCorridor:
		sum = []string{Country(origin), Country(v.Region)}
	}
	return c.ID + "|" + strings.Join(sum, "|")
}

// costOf is the yearly cost of a channel for one placement: fees and travel of worker and employer over the stay.
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
	return n.yearly(standard, v.Months, c.Months)
}

// countries resolves one entry of a channel's origins or destinations: a bloc, a country or region, or `*`.
func (n *network) countries(place string) []string {
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
