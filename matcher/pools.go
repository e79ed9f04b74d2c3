package matcher

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// exit is the second half of a way: from a pool, through a channel or at home, into a vacancy.
type exit struct {
	vacancy int32
	channel int32 // -1 at home
	offer   int64 // wage + fill value − the yearly cost of the way
}

// entry is the first half: from a cohort into a pool, at the income given up plus the yearly cost of training.
type entry struct {
	cohort int32
	cost   int64
}

// pool is a Pool by the numbers of its parts. A world has half a million of them and ten times as many exits, so a pool
// holds nothing that can be found again: its entries come and go with its region, its exits are worked out when they
// are drawn.
type pool struct {
	region, code, class int32
	node                int32 // its lowest rung; the others follow
	direct              bool  // it has no node, see isDirect; node is then that of the next pool
}

// cells number what a market is made of and answer what lies together. All numbers follow the order of the names, so
// that the order of rows means nothing.
type cells struct {
	codes     []Code   // that some vacancy asks for
	regions   []string // with a cohort
	countries []string // with a cohort or a vacancy
	classes   []string // of pools

	countryOf []int32   // per region
	regionsOf [][]int32 // per country: its regions
	cohorts   [][2]int  // per region: its cohorts are those from … up to …, since they are sorted by region
	vacancies [][]int32 // per country and code, country by country
	abroad    []int32   // per vacancy: its country
	placeOf   []int32   // per vacancy: its region, among those of vacancies
	reaches   map[Code][]reached

	placeNames []string // regions with a vacancy

	offers []int64 // per vacancy: wage + fill value; noValue where its wage is not known and has no default
	gives  []int64 // per cohort: what its workers give up at home; noValue likewise

	own, related int32 // classes at home
}

// number finds the number of a name among sorted ones.
func number(names []string, name string) int32 {
	k, _ := slices.BinarySearch(names, name)
	return int32(k) //nolint:gosec // markets have fewer rows
}

func (n *network) countCells() {
	c := &n.cells
	c.codes = n.wantedCodes()
	for i := range n.Cohorts {
		if r := n.Cohorts[i].Region; len(c.regions) == 0 || c.regions[len(c.regions)-1] != r {
			c.regions = append(c.regions, r)
			c.cohorts = append(c.cohorts, [2]int{i, i})
		}
		c.cohorts[len(c.cohorts)-1][1] = i + 1
	}
	// Keys sort DE-BY before DE, names the other way round.
	order := make([]int, len(c.regions))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(c.regions[a], c.regions[b]) })
	regions, cohorts := c.regions, c.cohorts
	c.regions, c.cohorts = make([]string, len(order)), make([][2]int, len(order))
	for to, from := range order {
		c.regions[to], c.cohorts[to] = regions[from], cohorts[from]
	}
	for _, r := range c.regions {
		c.countries = append(c.countries, Country(r))
	}
	for v := range n.Vacancies {
		if r := Country(n.Vacancies[v].Region); v == 0 || r != c.countries[len(c.countries)-1] {
			c.countries = append(c.countries, r)
		}
	}
	slices.Sort(c.countries)
	c.countries = slices.Compact(c.countries)
	c.countryOf, c.regionsOf = make([]int32, len(c.regions)), make([][]int32, len(c.countries))
	for r := range c.regions {
		at := number(c.countries, Country(c.regions[r]))
		c.countryOf[r] = at
		c.regionsOf[at] = append(c.regionsOf[at], int32(r)) //nolint:gosec // markets have fewer rows
	}
	codes := make(map[Code]int32, len(c.codes))
	for j, code := range c.codes {
		codes[code] = int32(j) //nolint:gosec // a market has at most a few hundred codes
	}
	c.vacancies, c.abroad = make([][]int32, len(c.countries)*len(c.codes)), make([]int32, len(n.Vacancies))
	c.placeOf = make([]int32, len(n.Vacancies))
	for v := range n.Vacancies {
		if r := n.Vacancies[v].Region; v == 0 || r != n.Vacancies[v-1].Region {
			c.placeNames = append(c.placeNames, r)
		}
		c.placeOf[v] = int32(len(c.placeNames) - 1) //nolint:gosec // markets have fewer rows
		c.abroad[v] = number(c.countries, Country(n.Vacancies[v].Region))
		at := int(c.abroad[v])*len(c.codes) + int(codes[n.Vacancies[v].Code])
		c.vacancies[at] = append(c.vacancies[at], int32(v)) //nolint:gosec // markets have fewer rows
	}
	c.reaches = map[Code][]reached{}
	for i := range n.Cohorts {
		code := n.Cohorts[i].Code
		if _, done := c.reaches[code]; done {
			continue
		}
		found := n.reach(code, c.codes)
		if _, wanted := codes[code]; wanted && code.Occupation != "" {
			found = append(found, reached{code: codes[code], fit: 1, own: true})
			slices.SortFunc(found, func(a, b reached) int { return cmp.Compare(a.code, b.code) })
		}
		c.reaches[code] = found
	}
}

// wantedCodes lists the codes some vacancy asks for, sorted.
func (n *network) wantedCodes() []Code {
	seen := map[Code]bool{}
	var codes []Code
	for i := range n.Vacancies {
		if code := n.Vacancies[i].Code; !seen[code] {
			seen[code] = true
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, func(a, b Code) int { return strings.Compare(a.String(), b.String()) })
	return codes
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

// noValue stands for what is not known and has no default.
const noValue = math.MinInt64

// value finds what every vacancy offers and every cohort gives up, and notes the openings of which it is not known. It
// returns the number of workers of whom it is not.
func (n *network) value() (unpaid int64) {
	n.offers, n.gives = make([]int64, len(n.Vacancies)), make([]int64, len(n.Cohorts))
	var unknown, net int64
	for v := range n.Vacancies {
		vacancy := &n.Vacancies[v]
		wage, fill, known := n.offer(vacancy)
		n.offers[v] = wage + fill
		if !known {
			unknown += vacancy.Count
		}
		if n.unvalued(known) {
			n.offers[v] = noValue
		} else if vacancy.Kind == Net {
			net += vacancy.Count
		}
	}
	for c := range n.Cohorts {
		outside, known := n.outside(&n.Cohorts[c])
		n.gives[c] = outside
		if !known {
			unpaid += n.workers[c]
		}
		if n.unvalued(known) {
			n.gives[c] = noValue
		}
	}
	n.noteWages("Openings", "unfilled", unknown)
	if net > 0 {
		n.notes = append(n.notes, Note{"net", "These openings are a shortage net of what home could fill: held against all the idle, tightness and mismatch come out low for them.", net})
	}
	return unpaid
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

// members are the entries into the pools of a region, by code and within a code by cohort. A cohort enters a pool once:
// in its own code, or in one that it reaches.
type members struct {
	entries []entry
	own     []bool // in the cohort's own occupation
	starts  []int  // per code, and one more
}

// gather finds the entries of a region.
func (n *network) gather(region int32, m *members) {
	m.starts = slices.Grow(m.starts[:0], len(n.codes)+1)[:len(n.codes)+1]
	clear(m.starts)
	from, to := n.cohorts[region][0], n.cohorts[region][1]
	for c := from; c < to; c++ {
		if n.gives[c] == noValue {
			continue
		}
		for _, r := range n.reaches[n.Cohorts[c].Code] {
			m.starts[r.code+1]++
		}
	}
	for j := range n.codes {
		m.starts[j+1] += m.starts[j]
	}
	all := m.starts[len(n.codes)]
	m.entries = slices.Grow(m.entries[:0], all)[:all]
	m.own = slices.Grow(m.own[:0], all)[:all]
	for c := from; c < to; c++ {
		if n.gives[c] == noValue {
			continue
		}
		for _, r := range n.reaches[n.Cohorts[c].Code] {
			at := m.starts[r.code]
			m.entries[at], m.own[at] = entry{int32(c), n.gives[c] + r.yearly}, r.own //nolint:gosec // markets have fewer rows
			m.starts[r.code]++
		}
	}
	copy(m.starts[1:], m.starts)
	m.starts[0] = 0
}

// of lists the entries of a code that may enter a pool of the class, in the memory of list.
func (n *network) entriesOf(m *members, region, code, class int32, list []entry) []entry {
	list = list[:0]
	home := class == n.own || class == n.related
	citizens, free := n.citizens[class]
	for i := m.starts[code]; i < m.starts[code+1]; i++ {
		if home && m.own[i] != (class == n.own) {
			continue
		}
		if free {
			citizenship := cmp.Or(n.Cohorts[m.entries[i].cohort].Citizenship, n.countries[n.countryOf[region]])
			if !citizens[citizenship] && !citizens["*"] {
				continue
			}
		}
		list = append(list, m.entries[i])
	}
	return list
}
