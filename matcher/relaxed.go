package matcher

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"labourmatch/matcher/flow"
)

// law says what of it is lifted. The zero value is the law as it stands.
type law struct {
	quotas bool // channels carry as many as there are
	// corridors: whoever is willing to leave may be recruited for any country, with or without a channel. There is no agreement
	// about that and nothing is granted, so safeguards and gates hold them until they are lifted too.
	corridors   bool
	safeguards  bool // nothing is held back for the origin's sake
	occupations bool // everybody may do everything
}

// allLifted is the law of nobody: what then stays empty, nobody is free for.
var allLifted = law{true, true, true, true}

// with is the law with what a cause stands for lifted, or not.
func (l law) with(c Cause, lifted bool) law {
	switch c {
	case QuotaFull:
		l.quotas = lifted
	case NoChannel:
		l.corridors = lifted
	case Safeguarded:
		l.safeguards = lifted
	case NoSkill:
		l.occupations = lifted
	case Outbid, NotWorth, WageUnknown, NobodyFree:
	}
	return l
}

// binding names the laws alike under which as much can be filled in a market. Safeguards and gates hold whoever goes beside the
// channels too. Where any corridor is open and nobody is held so, a quota bounds nothing: who finds it full goes beside it.
func (n *network) binding(l law) law {
	limited := slices.ContainsFunc(n.lanes.open, func(l lane) bool { return n.Channels[l.channel].Quota != nil })
	held := len(n.guards.cohorts)+len(n.guards.gates) > 0
	l.quotas = limited && (l.quotas || l.corridors && (l.safeguards || !held))
	l.safeguards = l.safeguards && held
	return l
}

// within says whether another law allows all that l does.
func (l law) within(other law) bool {
	for _, c := range Lifts() {
		if other.with(c, true) != other && l.with(c, true) == l {
			return false
		}
	}
	return true
}

// relaxed is the network of a market under a law of which something is lifted, and in which value keeps nobody out. It has
// the layers of [network] but none of its ladders, which are there for value alone: one node a pool.
//
//	cohort ─┬─ fit ─────────────────────▶ home pool ──────── home ───────▶ vacancy
//	        ├─ any occupation ──────────▶ country ─────────────────────────▶ its vacancies
//	        └─▶ leavers ─┬─ fit ────────▶ abroad pool ── channel, quota ─▶ vacancy
//	                     ├─ fit ────────▶ country and code ─┬─ any corridor ─▶ vacancies of other countries
//	                     └─ any occupation ─▶ country ──────┘
//
// It has two costs, the first counting what is filled, the second value; arcs are in proportion to those of the layers.
type relaxed struct {
	*network
	law
	only func(Way, int32) bool // which ways are open, by channel; nil = all
	thin bool                  // ways that another one makes needless for how many are filled are left out; what they cost does not count

	vacancyArc int     // the first arc from a vacancy to the root
	gates      []gate  // of quotas over several exits
	everybody  []int32 // per country and code: the node of those who may leave for any country; −1 where there are none

	// What is kept of those who leave beside the channels, for [Pressure].
	code       int32          // of the corridors being drawn; −1: any
	departures []crossing     // arcs that they leave their country by
	arrivals   []crossing     // arcs that they come into a vacancy by
	apart      map[int32]bool // countries into which an arc leads from each other country
	pairs      []crossing     // these arcs
}

// crossing is an arc of those who go beside the channels: out of a country, into one, or both; −1 where it is not told.
type crossing struct{ arc, from, to, code int32 }

// gate is an arc that all pass who take one of the exits drawn after it.
type gate struct{ arc, exits int32 }

// rowNames are hashes of the keys of rows, of which arcs are named.
type rowNames struct{ cohorts, vacancies []uint64 }

func (n *network) nameRows() rowNames {
	var names rowNames
	for c := range n.Cohorts {
		names.cohorts = append(names.cohorts, hash(n.Cohorts[c].Key()))
	}
	for v := range n.Vacancies {
		names.vacancies = append(names.vacancies, hash(n.Vacancies[v].Key()))
	}
	return names
}

// relax makes ready what relaxed networks of a result are drawn from. A row whose value is not known takes part at 0, so
// that value decides nothing for it; valued and waged say which are known.
func relax(r *Result, hubPays int) (n *network, valued, waged []bool, err error) {
	n, err = prepare(r.Market, &r.Policy, hubPays)
	if err != nil {
		return nil, nil, nil, err
	}
	known := func(amounts []int64) []bool {
		are := make([]bool, len(amounts))
		for i, a := range amounts {
			if are[i] = a != noValue; !are[i] {
				amounts[i] = 0
			}
		}
		return are
	}
	valued, waged = known(n.gives), known(n.offers)
	n.guards = guards{}
	n.openGuards(true) // whoever goes beside the channels is recruited too
	n.hubs = nil
	n.openHubs() // once more, with the rows that count now
	n.names = n.nameRows()
	return n, valued, waged, nil
}

// relaxed draws the network under a law. What is filled and placed already stays so: these are lower bounds. With terms 1
// value has no cost.
func (n *network) relaxed(l law, terms int, filled, placed []int64) (*relaxed, error) {
	x := n.bare(l, terms, filled, placed)
	if err := x.connect(); err != nil {
		return nil, err
	}
	x.write()
	return x, nil
}

// bare draws cohorts and vacancies, and nothing between them.
func (n *network) bare(l law, terms int, filled, placed []int64) *relaxed {
	own := *n // the lookups are shared, the arcs are not
	own.Network, own.nodes, own.arcs, own.limits = flow.Network{}, 0, 0, newLimits()
	if l.safeguards {
		own.guards = guards{}
	}
	own.terms = fillTerms()[:terms]
	x := &relaxed{network: &own, law: l}
	own.costs = make([]int64, terms)
	for range terms {
		own.AddCosts()
	}
	own.node(1) // the root
	own.node(2 * len(n.Cohorts))
	for c := range n.Cohorts {
		key := n.names.cohorts[c]
		own.draw(flow.Arc{From: root, To: cohortNode(c), Lower: at(placed, c), Upper: n.workers[c]}, mix(key, 1), 0, false, 0)
		own.arc(cohortNode(c), leaversNode(c), n.mobile[c], mix(key, 2), 0)
	}
	own.vacancyNode = own.node(len(n.Vacancies))
	x.vacancyArc = own.Arcs()
	for v := range n.Vacancies {
		out := flow.Arc{From: own.vacancyNode + int32(v), To: root, Lower: at(filled, v), Upper: n.Vacancies[v].Count} //nolint:gosec // fewer rows
		own.draw(out, mix(n.names.vacancies[v], 3), 0, false, 0)
	}
	own.connectGuards()
	return x
}

func fillTerms() []term { return terms(FillFirst) }

// at is the i-th bound, 0 where there are none.
func at(bounds []int64, i int) int64 {
	if bounds == nil {
		return 0
	}
	return bounds[i]
}

// arcs beyond those of cohorts and vacancies.
func (x *relaxed) connect() error {
	hubs := make([]int32, len(x.hubs)) // own nodes: the hubs themselves are shared
	for i := range x.hubs {
		hubs[i] = x.node(1)
	}
	x.everybody = slices.Repeat([]int32{-1}, len(x.countries)*len(x.codes))
	var m members
	for region := range x.regions {
		if err := x.room(); err != nil {
			return err
		}
		r := int32(region) //nolint:gosec // fewer rows
		x.gather(r, &m)
		x.connectPools(r, &m, hubs)
		if x.corridors && !x.anywhere() {
			x.gatherLeavers(r, &m)
		}
	}
	if err := x.room(); err != nil {
		return err
	}
	x.connectHubExits(hubs)
	if x.occupations {
		x.connectAnyOccupation()
	}
	if x.corridors {
		x.connectCorridors()
	}
	return x.room()
}

// classesFrom lists the classes of pools a region has.
func (n *network) classesFrom(region int32, classes []int32) []int32 {
	classes = append(classes[:0], n.own, n.related)
	for _, l := range n.lanes.from[region] {
		classes = append(classes, n.lanes.open[l].class)
	}
	slices.Sort(classes)
	return slices.Compact(classes)
}

// connectPools draws the pools of a region. Where everybody may do everything, a pool abroad is entered by all leavers of its
// class, from one node; at home it needs no pool, see connectAnyOccupation.
func (x *relaxed) connectPools(region int32, m *members, hubs []int32) {
	var (
		entries []entry
		exits   []exit
		through []int32
	)
	for _, class := range x.classesFrom(region, nil) {
		home := class == x.own || class == x.related
		if x.needless(home) {
			continue
		}
		anything := int32(-1)
		if x.occupations && !home {
			anything = x.leaversOf(region, class)
		}
		for code := range x.codes {
			p := pool{region: region, code: int32(code), class: class} //nolint:gosec // a few hundred codes
			if x.thin && anything >= 0 {
				entries = entries[:0]
			} else if entries = x.entriesOf(m, region, p.code, class, entries); len(entries) == 0 && anything < 0 {
				continue
			}
			exits, through = x.exitsOf(&p, exits, through)
			exits, through = x.open(&p, exits, through)
			if len(exits)+len(through) == 0 {
				continue
			}
			p.node = x.node(1)
			name := x.nameOf(&p)
			for _, e := range entries {
				from := leaversNode(int(e.cohort))
				switch {
				case home:
					from = cohortNode(int(e.cohort))
				case x.classes[class] == ClassRecruited:
					from = x.recruitedNode(e.cohort)
				}
				x.arc(from, p.node, flow.Inf, mix(name, x.names.cohorts[e.cohort]), -e.cost)
			}
			if anything >= 0 {
				x.arc(anything, p.node, flow.Inf, mix(name, 1), 0)
			}
			for _, h := range through {
				arc := x.arc(p.node, hubs[h], flow.Inf, mix(name, x.hubName(&x.hubs[h])), 0)
				if channel := x.hubs[h].channel; channel >= 0 && !x.quotas {
					x.putOrigin(channel, &p, x.hubs[h].country, arc)
				}
			}
			x.connectExits(&p, exits, name)
		}
	}
}

// needless says whether pools at home, or abroad, fill nothing that those of any occupation, or in any corridor, do not fill.
func (x *relaxed) needless(home bool) bool {
	if home {
		return x.thin && x.occupations
	}
	return x.thin && x.corridors && len(x.guards.cohorts)+len(x.guards.gates) == 0
}

// nameOf is the name of a pool, where names count.
func (x *relaxed) nameOf(p *pool) uint64 {
	if x.nameless {
		return 0
	}
	return x.poolName(p)
}

// open keeps the exits and hubs whose way is open.
func (x *relaxed) open(p *pool, exits []exit, through []int32) ([]exit, []int32) {
	if x.only == nil {
		return exits, through
	}
	exits = slices.DeleteFunc(exits, func(e exit) bool { return !x.only(x.way(p, e.vacancy), e.channel) })
	through = slices.DeleteFunc(through, func(h int32) bool { return !x.only(x.hubWay(&x.hubs[h]), x.hubs[h].channel) })
	return exits, through
}

// connectExits draws a pool's own exits. Several under one quota pass a gate.
func (x *relaxed) connectExits(p *pool, exits []exit, name uint64) {
	for len(exits) > 0 {
		e := exits[0]
		same, limited := 1, e.channel >= 0 && x.Channels[e.channel].Quota != nil && !x.quotas
		var under sum
		if limited {
			under = x.sumInto(p, &e)
			for same < len(exits) && exits[same].channel == e.channel && x.sumInto(p, &exits[same]) == under {
				same++
			}
		}
		from := p.node
		if same > 1 {
			from = x.node(1)
			x.gates = append(x.gates, gate{x.next(), int32(same)}) //nolint:gosec // fewer than arcs
			x.quota(under, x.arc(p.node, from, flow.Inf, mix(mix(name, hash(x.Channels[e.channel].ID)), x.names.vacancies[e.vacancy]), 0))
		}
		for _, e := range exits[:same] {
			key := mix(name, x.names.vacancies[e.vacancy])
			if e.channel >= 0 {
				key = mix(key, hash(x.Channels[e.channel].ID))
			}
			arc := x.draw(flow.Arc{From: from, To: x.vacancyNode + e.vacancy, Upper: flow.Inf}, key, x.way(p, e.vacancy), true, e.offer)
			if !limited {
				continue
			}
			if same == 1 {
				x.quota(under, arc)
			}
			if x.shared(&x.Channels[e.channel]) {
				x.putOrigin(e.channel, p, x.abroad[e.vacancy], arc)
			}
		}
		exits = exits[same:]
	}
}

// quota puts an arc under a quota.
func (x *relaxed) quota(under sum, arc int32) {
	c := &x.Channels[under.channel]
	x.limits.put(under, *c.Quota, arc, c.QuotaOf == QuotaEach)
}

func (x *relaxed) connectHubExits(hubs []int32) {
	var exits []exit
	for i := range x.hubs {
		h := &x.hubs[i]
		exits = x.exitsOfHub(h, exits)
		name, way := x.hubName(h), x.hubWay(h)
		for _, e := range exits {
			arc := x.draw(flow.Arc{From: hubs[i], To: x.vacancyNode + e.vacancy, Upper: flow.Inf}, mix(name, x.names.vacancies[e.vacancy]), way, true, e.offer)
			if !x.quotas {
				x.putHub(h, arc)
			}
		}
	}
}

// leaversOf draws the node of all leavers of a region who may go by a class of channel, whatever they can do.
func (x *relaxed) leaversOf(region, class int32) int32 {
	node := x.node(1)
	name := hash("anything|" + x.regions[region] + "|" + x.classes[class])
	citizens, free := x.citizens[class]
	recruited := x.classes[class] == ClassRecruited
	for c := x.cohorts[region][0]; c < x.cohorts[region][1]; c++ {
		if free && !citizens["*"] && !citizens[x.citizenship(c)] {
			continue
		}
		from := leaversNode(c)
		if recruited {
			from = x.recruitedNode(int32(c)) //nolint:gosec // fewer rows
		}
		x.arc(from, node, flow.Inf, mix(name, x.names.cohorts[c]), -x.gives[c]-x.fullTraining())
	}
	return node
}

// citizenship is what a cohort's is taken for.
func (n *network) citizenship(c int) string {
	if s := n.Cohorts[c].Citizenship; s != "" {
		return s
	}
	return Country(n.Cohorts[c].Region)
}

// fullTraining is what it costs a year to learn an occupation from nothing.
func (n *network) fullTraining() int64 {
	return share(1, n.policy.TrainingYear.Value/n.policy.Years.Value)
}

// solve finds the best plan and checks it.
func (x *relaxed) solve(ctx context.Context, o flow.Options) (*flow.Solution, error) {
	s, err := flow.Solve(ctx, &x.Network, o)
	if bound := (*flow.BoundError)(nil); errors.As(err, &bound) {
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	if err != nil {
		return nil, err
	}
	return s, flow.Certify(&x.Network, s)
}

// read says what a plan fills of every vacancy and places of every cohort.
func (x *relaxed) read(s *flow.Solution) (filled, placed []int64) {
	filled, placed = make([]int64, len(x.Vacancies)), make([]int64, len(x.Cohorts))
	for _, f := range s.Flows {
		switch a := int(f.Arc); {
		case a < x.vacancyArc && a%2 == 0:
			placed[a/2] = f.Units
		case a >= x.vacancyArc && a < x.vacancyArc+len(filled):
			filled[a-x.vacancyArc] = f.Units
		case a >= x.vacancyArc+len(filled):
			return filled, placed
		}
	}
	return filled, placed
}
