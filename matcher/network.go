package matcher

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labourmatch/matcher/flow"
)

// GroupLimitError says that a market needs a limit on a sum of arcs, which the engine cannot hold exactly.
type GroupLimitError struct {
	What string // the channel or safeguard, by id
	Why  string
}

func (e *GroupLimitError) Error() string {
	return fmt.Sprintf("%s: %s; limits on such sums (group limits) are not supported yet", e.What, e.Why)
}

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

// network is the layered network of a market, and what its arcs stand for.
type network struct {
	*index
	flow.Network
	pools   []pool
	notes   []Note
	entryOf []arcEntry // the arcs that are entries, in arc order
	exitOf  []arcExit  // the arcs that are exits, in arc order
	terms   []term
	limits  map[string]int64 // places per limit
}

type arcEntry struct{ arc, pool, entry int }

type arcExit struct{ arc, pool, exit int }

// term is one cost vector of the objective: its name, and what an arc gains in it.
type term struct {
	name string
	gain func(way Way, isExit bool, value int64) int64
}

// terms spells out an order. A placement counts once, on its exit arc; value is earned on entries and exits both.
func terms(order Order) []term {
	count := func(name string, counts func(Way) bool) term {
		return term{name, func(way Way, isExit bool, _ int64) int64 {
			if isExit && counts(way) {
				return 1
			}
			return 0
		}}
	}
	value := term{"value", func(_ Way, _ bool, value int64) int64 { return value }}
	switch order {
	case FillFirst:
		return []term{count("filled", func(Way) bool { return true }), value}
	case ByValue:
		return []term{value}
	default:
		return []term{
			count("filled at home", func(w Way) bool { return w < Free }),
			count("filled by free movement", func(w Way) bool { return w == Free }),
			count("filled by channels", func(w Way) bool { return w == ByChannel }),
			value,
		}
	}
}

// build makes the layered network. Nodes: a root through which everything circulates, one per cohort, one for the
// leavers of each cohort, the rungs of each pool's ladder, one per limit that several vacancies share, one per vacancy.
func build(market *Market, policy *Policy) (*network, error) {
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	if len(market.Safeguards) > 0 {
		return nil, &GroupLimitError{"safeguard " + market.Safeguards[0].ID, "a safeguard bounds a sum over occupations and destinations"}
	}
	resolved := policy.At(market.Level)
	policy = &resolved
	n := &network{index: newIndex(market, policy), terms: terms(policy.Order), limits: map[string]int64{}}
	n.openPools()
	if err := n.checkLimits(); err != nil {
		return nil, err
	}
	return n, n.connect()
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
	var unpaid int64
	for v := range n.Vacancies {
		vacancy := &n.Vacancies[v]
		wage, fill, ok := n.offer(vacancy)
		if !ok {
			unpaid += vacancy.Count
			continue
		}
		if vacancy.Kind == Net {
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
	if unpaid > 0 {
		n.notes = append(n.notes, Note{"wages", "Openings without any known wage have no value and stay unfilled.", unpaid})
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
		outside, ok := n.outside(cohort)
		if !ok {
			unpaid += n.workers[c]
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
		enter(ClassOwn, reached{code: cohort.Code, fit: 1})
		for _, r := range reach[cohort.Code] {
			enter(ClassRelated, r)
		}
		if assumedCitizen {
			unknown += n.mobile[c]
		}
	}
	if unpaid > 0 {
		n.notes = append(n.notes, Note{"wages", "Workers whose wage at home is unknown have no value and stay unplaced.", unpaid})
	}
	if unknown > 0 {
		n.notes = append(n.notes, Note{"citizenship", "Leavers of unknown citizenship are taken for citizens of the country they are in.", unknown})
	}
}

// checkLimits turns every channel's quota into places per limit, and refuses a quota whose sum runs over more than one
// corridor and occupation.
func (n *network) checkLimits() error {
	arcs := map[string]map[string]bool{} // limit → the network limits it sums over
	for _, p := range n.pools {
		for _, e := range p.exits {
			if e.limit == "" {
				continue
			}
			v := &n.Vacancies[e.vacancy]
			if arcs[e.limit] == nil {
				arcs[e.limit] = map[string]bool{}
			}
			arcs[e.limit][p.Region+" → "+v.Region+" "+v.Code.String()] = true
			n.limits[e.limit] = *n.Channels[e.channel].Quota
			if len(arcs[e.limit]) > 1 {
				return &GroupLimitError{
					"channel " + n.Channels[e.channel].ID,
					"its quota is one sum over several corridors or occupations; state it for each (quota_of: each) or leave the channel out",
				}
			}
		}
	}
	return nil
}

// connect numbers the nodes and draws the arcs: root → cohort → pool → vacancy → root.
func (n *network) connect() error {
	const root = 0
	nodes := int32(1)
	node := func() int32 { nodes++; return nodes - 1 }
	n.Costs = make([][]int64, len(n.terms))
	arc := func(from, to int32, upper int64, key uint64, way Way, isExit bool, value int64) int {
		n.Arcs = append(n.Arcs, flow.Arc{From: from, To: to, Upper: upper})
		n.Keys = append(n.Keys, key)
		for k, t := range n.terms {
			n.Costs[k] = append(n.Costs[k], -t.gain(way, isExit, value))
		}
		return len(n.Arcs) - 1
	}
	plain := func(from, to int32, upper int64, key uint64) int { return arc(from, to, upper, key, 0, false, 0) }

	cohorts, leavers := make([]int32, len(n.Cohorts)), make([]int32, len(n.Cohorts))
	for c := range n.Cohorts {
		key := hash(n.Cohorts[c].Key())
		cohorts[c], leavers[c] = node(), node()
		plain(root, cohorts[c], n.workers[c], mix(key, 1))
		plain(cohorts[c], leavers[c], n.mobile[c], mix(key, 2))
	}
	vacancies := make([]int32, len(n.Vacancies))
	for v := range n.Vacancies {
		vacancies[v] = node()
		key := hash(n.Vacancies[v].Key())
		for k, step := range n.steps(v) {
			arc(vacancies[v], root, step.count, mix(key, 3+uint64(k)), 0, false, -step.discount) //nolint:gosec // ten steps
		}
	}
	for i := range n.pools {
		p := &n.pools[i]
		key := hash(p.Region + "|" + p.Code.String() + "|" + p.Class)
		rungs, entryRung, exitRung := ladder(p.entries, p.exits)
		first := nodes
		nodes += int32(rungs) //nolint:gosec // at most the number of entries
		for r := 1; r < rungs; r++ {
			plain(first+int32(r)-1, first+int32(r), flow.Inf, mix(key, uint64(r))) //nolint:gosec // see above
		}
		for e, entry := range p.entries {
			if entryRung[e] < 0 {
				continue
			}
			from := leavers[entry.cohort]
			if p.Class == ClassOwn || p.Class == ClassRelated {
				from = cohorts[entry.cohort]
			}
			a := arc(from, first+int32(entryRung[e]), flow.Inf, mix(key, hash(n.Cohorts[entry.cohort].Key())), 0, false, -entry.cost) //nolint:gosec // see above
			n.entryOf = append(n.entryOf, arcEntry{a, i, e})
		}
		gates := map[string]gate{}
		for e, x := range p.exits {
			if exitRung[e] < 0 {
				continue
			}
			from, upper := first+int32(exitRung[e]), int64(flow.Inf) //nolint:gosec // see above
			if x.limit != "" {
				g, open := gates[x.limit]
				if !open {
					g = gate{node: node(), rung: exitRung[e]}
					gates[x.limit] = g
					plain(from, g.node, n.limits[x.limit], mix(key, hash(x.limit)))
				}
				if g.rung != exitRung[e] {
					return &GroupLimitError{
						"channel " + n.Channels[x.channel].ID,
						"its quota is one sum over vacancies of different wage, not all of which are worth taking for everybody",
					}
				}
				from = g.node
			}
			exitKey := mix(key, hash(n.Vacancies[x.vacancy].Key()))
			if x.channel >= 0 {
				exitKey = mix(exitKey, hash(n.Channels[x.channel].ID))
			}
			a := arc(from, vacancies[x.vacancy], upper, exitKey, x.way, true, x.offer)
			n.exitOf = append(n.exitOf, arcExit{a, i, e})
		}
	}
	n.Supplies = make([]int64, nodes)
	return nil
}

// gate is the node all exits under one limit pass.
type gate struct {
	node int32
	rung int
}

// step is a part of a vacancy and what filling it is worth less than filling the first.
type step struct{ count, discount int64 }

// steps cuts a vacancy in ten of falling fill value where the policy asks for equity, else leaves it whole. Equity
// weighs the filling in the objective; it is no cost, so a result's value does not have it.
func (n *network) steps(v int) []step {
	e, vacancy := n.policy.Equity.Value, &n.Vacancies[v]
	if e == 0 {
		return []step{{vacancy.Count, 0}}
	}
	_, fill, _ := n.offer(vacancy)
	steps := make([]step, 10)
	for k, count := range Apportion(vacancy.Count, []int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}) {
		steps[k] = step{count, share(fill, e*float64(k)/10)}
	}
	return steps
}

// hash is 64-bit FNV-1a: a name for a row that depends on its key alone.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix names an arc after what it joins (the finaliser of splitmix64 over both).
func mix(a, b uint64) uint64 {
	z := a*0x9e3779b97f4a7c15 + b + 0x632be59bd9b4e019
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
