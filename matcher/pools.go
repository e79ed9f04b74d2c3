package matcher

import (
	"cmp"
	"slices"
	"strings"
)

// exit is the second half of a way: from a pool, through a channel or at home, into a vacancy.
type exit struct {
	vacancy int
	channel int // -1 at home
	way     Way
	offer   int64  // wage + fill value − the yearly cost of the way
	limit   string // names the limit the exit falls under, "" = none
}

// entry is the first half: from a cohort into a pool, at the income given up plus the yearly cost of training.
type entry struct {
	cohort int
	cost   int64
	fit    float64
}

// pool is a Pool with everything that leads in and out of it.
type pool struct {
	Pool
	entries []entry
	exits   []exit
}

// draft collects pools while exits and entries are found, in any order; openPools sorts them.
type draft map[Pool]*pool

func (d draft) at(p Pool) *pool {
	if d[p] == nil {
		d[p] = &pool{Pool: p}
	}
	return d[p]
}

// openPools finds every pool that somebody can enter and that leads to a vacancy.
func (n *network) openPools() {
	wanted := n.wantedCodes()
	reach := map[Code][]reached{}
	origins := map[string]bool{}
	for i := range n.Cohorts {
		code := n.Cohorts[i].Code
		if _, done := reach[code]; !done {
			reach[code] = n.reach(code, wanted)
		}
		origins[n.Cohorts[i].Region] = true
	}
	d := draft{}
	n.exitsAtHome(d, origins)
	eligible := n.exitsAbroad(d, origins)
	n.enter(d, reach, eligible)

	for _, p := range d {
		if len(p.entries) > 0 && len(p.exits) > 0 {
			n.pools = append(n.pools, *p)
		}
	}
	slices.SortFunc(n.pools, func(a, b pool) int {
		return cmp.Or(strings.Compare(a.Region, b.Region), strings.Compare(a.Code.String(), b.Code.String()), strings.Compare(a.Class, b.Class))
	})
}

// wantedCodes lists the codes some vacancy asks for, sorted.
func (n *network) wantedCodes() []Code {
	var codes []Code
	for i := range n.Vacancies {
		codes = append(codes, n.Vacancies[i].Code)
	}
	slices.SortFunc(codes, func(a, b Code) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(codes)
}

// yearly spreads a one-off cost over the length of a stay, or where none is stated over the policy's years.
func (n *network) yearly(cost float64, months ...int) int64 {
	for _, m := range months {
		if m > 0 {
			return share(1, cost*12/float64(m))
		}
	}
	return share(1, cost/n.policy.Years.Value)
}

// exitsAtHome leads from every pool of a country into every vacancy of the same country and code. A net vacancy is
// what home could not fill, so home is closed to it.
func (n *network) exitsAtHome(d draft, origins map[string]bool) {
	regions := map[string][]string{}
	for o := range origins {
		regions[Country(o)] = append(regions[Country(o)], o)
	}
	var unknown, net int64
	for v := range n.Vacancies {
		vacancy := &n.Vacancies[v]
		wage, fill, known := n.offer(vacancy)
		if !known {
			unknown += vacancy.Count
		}
		if n.unvalued(known) {
			continue
		}
		if vacancy.Kind == Net {
			net += vacancy.Count
			continue
		}
		for _, o := range regions[Country(vacancy.Region)] {
			offer, own := wage+fill, SameRegion
			if o != vacancy.Region {
				offer, own = offer-n.yearly(n.policy.RelocationHome.Value, vacancy.Months), SameHome
			}
			p := d.at(Pool{o, vacancy.Code, ClassOwn})
			p.exits = append(p.exits, exit{v, -1, own, offer, ""})
			p = d.at(Pool{o, vacancy.Code, ClassRelated})
			p.exits = append(p.exits, exit{v, -1, RelatedHome, offer, ""})
		}
	}
	n.noteWages("Openings", "unfilled", unknown)
	if net > 0 {
		n.notes = append(n.notes, Note{"net", "These openings are a shortage net of what home could fill: held against all the idle, tightness and mismatch come out low for them.", net})
	}
}

// noteWages counts those whose wage is not known and says what became of them.
func (n *network) noteWages(who, otherwise string, count int64) {
	text := who + " without a known wage are taken at the policy's default_wage."
	if n.policy.DefaultWage.Value == 0 {
		text = who + " without a known wage stay " + otherwise + "."
	}
	if count > 0 {
		n.notes = append(n.notes, Note{"wages", text, count})
	}
}

// enter leads the workers of every cohort into the pools that lead somewhere: at home in their own code and in codes
// they reach, abroad in either.
func (n *network) enter(d draft, reach map[Code][]reached, eligible func(class string, c *Cohort) bool) {
	classes := map[string][]string{} // by region and code: abroad classes with a pool
	for p := range d {
		if p.Class != ClassOwn && p.Class != ClassRelated {
			key := p.Region + "|" + p.Code.String()
			classes[key] = append(classes[key], p.Class)
		}
	}
	var unpaid, unknown int64
	for c := range n.Cohorts {
		cohort := &n.Cohorts[c]
		outside, known := n.outside(cohort)
		if !known {
			unpaid += n.workers[c]
		}
		if n.unvalued(known) {
			continue
		}
		assumedCitizen := false
		enter := func(home string, r reached) {
			e := entry{c, outside + r.yearly, r.fit}
			if p := d[Pool{cohort.Region, r.code, home}]; p != nil {
				p.entries = append(p.entries, e)
			}
			for _, class := range classes[cohort.Region+"|"+r.code.String()] {
				if eligible(class, cohort) {
					p := d[Pool{cohort.Region, r.code, class}]
					p.entries = append(p.entries, e)
					assumedCitizen = assumedCitizen || cohort.Citizenship == "" && strings.HasPrefix(class, "free:")
				}
			}
		}
		if cohort.Occupation != "" {
			enter(ClassOwn, reached{code: cohort.Code, fit: 1})
		}
		for _, r := range reach[cohort.Code] {
			enter(ClassRelated, r)
		}
		if assumedCitizen {
			unknown += n.mobile[c]
		}
	}
	n.noteWages("Workers", "unplaced", unpaid)
	if unknown > 0 {
		n.notes = append(n.notes, Note{"citizenship", "Leavers of unknown citizenship are taken for citizens of the country they are in.", unknown})
	}
}
