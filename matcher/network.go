package matcher

import (
	"slices"

	"labourmatch/matcher/flow"
)

// network is the layered network of a market, and what its arcs stand for. Arcs are told apart by the nodes they join,
// and the channel of an exit by its key, so nothing is kept for each arc: a world has ten million of them.
type network struct {
	*index
	cells
	lanes
	flow.Network
	guards guards
	limits limits
	terms  []term
	notes  []Note
	costs  []int64 // of the arc at hand, per term

	pools   []pool // by region, code and class
	hubs    []hub
	hubOf   map[hubKey]int32
	hubPays int

	// Nodes in their order: the root, two for each cohort, one for each under a safeguard, vacancies, hubs, rungs of pools, gates.
	vacancyNode, hubNode, poolNode, gateNode int32

	gatePool []int32 // per gate: its pool

	assumed []bool // per cohort: taken for citizens of where they are

	counting bool // only count nodes and arcs
	nodes    int64
	arcs     int64
}

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
// leavers of each cohort and one for those recruited where a safeguard bounds them, one per vacancy, the rungs of each hub's and pool's ladder, one per limit that several
// vacancies share.
func build(market *Market, policy *Policy, hubPays int) (*network, error) {
	n, err := prepare(market, policy, hubPays)
	if err != nil {
		return nil, err
	}
	return n, n.connect()
}

// prepare finds all that the network is drawn from.
func prepare(market *Market, policy *Policy, hubPays int) (*network, error) {
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	resolved := policy.At(market.Level)
	policy = &resolved
	n := &network{index: newIndex(market, policy), terms: terms(policy.Order), hubPays: hubPays}
	n.limits = newLimits()
	if err := n.check(); err != nil {
		return nil, err
	}
	n.countCells()
	unpaid := n.value()
	n.openLanes()
	n.openGuards(false)
	n.noteWages("Workers", "unplaced", unpaid)
	n.openHubs()
	return n, nil
}

// root is the node through which all flow comes round: to the cohorts, and back from the vacancies.
const root = 0

func cohortNode(c int) int32  { return int32(1 + 2*c) } //nolint:gosec // connect has counted the nodes
func leaversNode(c int) int32 { return int32(2 + 2*c) } //nolint:gosec // connect has counted the nodes

// node adds some to the network and returns the first.
func (n *network) node(number int) int32 {
	first := int32(n.nodes) //nolint:gosec // estimates refuse more before they are drawn
	n.nodes += int64(number)
	if !n.counting {
		for range number {
			n.AddNode(0)
		}
	}
	return first
}

// room refuses to draw what the solver could not number. Counting goes on, to say how much it would be.
func (n *network) room() error {
	if n.counting {
		return nil
	}
	return n.numbered()
}

// arc draws one that no placement counts on, and returns its number. Value is what a unit of its flow is worth.
func (n *network) arc(from, to int32, upper int64, key uint64, value int64) int32 {
	return n.draw(flow.Arc{From: from, To: to, Upper: upper}, key, 0, false, value)
}

func (n *network) draw(a flow.Arc, key uint64, way Way, isExit bool, value int64) int32 {
	drawn := int32(n.arcs) //nolint:gosec // room has counted the arcs
	n.arcs++
	if n.counting {
		return drawn
	}
	for k, t := range n.terms {
		n.costs[k] = -t.gain(way, isExit, value)
	}
	n.SetKey(n.AddArc(a, n.costs...), key)
	return drawn
}

// connect draws the network: root → cohort → pool → vacancy → root; at home without a pool where only one vacancy is
// behind it.
//
// Entries come before exits, and exits by tier: a column of costs that are all the same for a while takes no room, and
// all but the last term of an order are 0 on every entry and the same on every exit of a tier. For the same reason
// agreements, which tend to have limits, have a turn of their own.
func (n *network) connect() error {
	n.costs = make([]int64, len(n.terms))
	for range n.terms {
		if !n.counting {
			n.AddCosts()
		}
	}
	n.node(1) // the root
	n.node(2 * len(n.Cohorts))
	for c := range n.Cohorts {
		key := hash(n.Cohorts[c].Key())
		n.arc(root, cohortNode(c), n.workers[c], mix(key, 1), 0)
		n.arc(cohortNode(c), leaversNode(c), n.mobile[c], mix(key, 2), 0)
	}
	n.connectGuards()
	n.vacancyNode = n.node(len(n.Vacancies))
	for v := range n.Vacancies {
		key := hash(n.Vacancies[v].Key())
		for k, step := range n.steps(v) {
			n.arc(n.vacancyNode+int32(v), root, step.count, mix(key, 3+uint64(k)), -step.discount) //nolint:gosec // fewer rows
		}
	}
	n.connectHubs()
	rungs, err := n.connectEntries()
	if err != nil {
		return err
	}
	for turn := range 4 {
		if err := n.connectExits(rungs, turn); err != nil {
			return err
		}
	}
	n.write()
	return nil
}

// connectHubs draws the ladders of hubs.
func (n *network) connectHubs() {
	n.hubNode = int32(n.nodes) //nolint:gosec // as in node
	for i := range n.hubs {
		h := &n.hubs[i]
		h.node = n.node(len(h.rungs))
		key := n.hubName(h)
		for r := 1; r < len(h.rungs); r++ {
			n.arc(h.node+int32(r)-1, h.node+int32(r), flow.Inf, mix(key, uint64(r)), 0) //nolint:gosec // as in node
		}
	}
}

func (n *network) hubName(h *hub) uint64 {
	name := "hub|" + n.countries[h.country] + "|" + n.codes[h.code].String() + "|" + n.classes[h.class]
	if h.channel >= 0 {
		name += "|" + n.Channels[h.channel].ID
	}
	return hash(name)
}

func (n *network) poolName(p *pool) uint64 {
	return hash(n.regions[p.region] + "|" + n.codes[p.code].String() + "|" + n.classes[p.class])
}

// connectEntries finds every pool that somebody can enter and that leads to a vacancy, and draws its ladder and its
// entries. It returns the highest cost of every rung, in the order of their nodes.
func (n *network) connectEntries() (costs []int64, err error) {
	n.poolNode = int32(n.nodes) //nolint:gosec // as in node
	keys := make([]uint64, len(n.Cohorts))
	for c := range n.Cohorts {
		keys[c] = hash(n.Cohorts[c].Key())
	}
	var (
		m            members
		entries      []entry
		exits        []exit
		hubs         []int32
		give, offers []int64
		rungs        []int64
		classes      []int32
	)
	n.assumed = make([]bool, len(n.Cohorts))
	for region := range n.regions {
		r := int32(region) //nolint:gosec // fewer rows
		n.gather(r, &m)
		classes = append(classes[:0], n.own, n.related)
		for _, l := range n.lanes.from[region] {
			classes = append(classes, n.lanes.open[l].class)
		}
		slices.Sort(classes)
		classes = slices.Compact(classes)
		for code := range n.codes {
			if m.starts[code] == m.starts[code+1] {
				continue
			}
			for _, class := range classes {
				p := pool{region: r, code: int32(code), class: class} //nolint:gosec // a few hundred codes
				if entries = n.entriesOf(&m, p.region, p.code, class, entries); len(entries) == 0 {
					continue
				}
				if exits, hubs = n.exitsOf(&p, exits, hubs); len(exits)+len(hubs) == 0 {
					continue
				}
				_, free := n.citizens[class]
				give, offers = give[:0], offers[:0]
				for _, e := range entries {
					give = append(give, e.cost)
					if free && n.Cohorts[e.cohort].Citizenship == "" {
						n.assumed[e.cohort] = true
					}
				}
				for _, x := range exits {
					offers = append(offers, x.offer)
				}
				for _, h := range hubs {
					offers = append(offers, n.hubs[h].rungs...)
				}
				if rungs = rungsOf(give, offers, rungs); len(rungs) == 0 {
					continue
				}
				if err := n.room(); err != nil {
					return nil, err
				}
				if p.direct = n.isDirect(&p, exits, hubs); p.direct {
					p.node = int32(n.nodes) //nolint:gosec // as in node
					n.pools = append(n.pools, p)
					continue
				}
				n.noteSums(int32(len(n.pools)), &p, exits, hubs) //nolint:gosec // fewer than nodes
				p.node = n.node(len(rungs))
				costs = append(costs, rungs...)
				n.pools = append(n.pools, p)
				n.connectLadder(&p, rungs, entries, keys)
			}
		}
	}
	n.noteCitizenship()
	n.gateNode = int32(n.nodes) //nolint:gosec // as in node
	return costs, nil
}

// noteCitizenship counts the leavers whose citizenship is taken to be that of where they are.
func (n *network) noteCitizenship() {
	var unknown int64
	for c, a := range n.assumed {
		if a {
			unknown += n.mobile[c]
		}
	}
	if unknown > 0 {
		n.notes = append(n.notes, Note{"citizenship", "Leavers of unknown citizenship are taken for citizens of the country they are in.", unknown})
	}
}

// isDirect says whether a pool needs no node: at home it leads to one vacancy, as all do in a country of one region. Whoever
// enters then takes one arc to where he goes.
func (n *network) isDirect(p *pool, exits []exit, hubs []int32) bool {
	return (p.class == n.own || p.class == n.related) && len(exits) == 1 && len(hubs) == 0
}

// connectLadder draws the rungs of a pool and who enters on which.
func (n *network) connectLadder(p *pool, rungs []int64, entries []entry, keys []uint64) {
	key := n.poolName(p)
	for r := 1; r < len(rungs); r++ {
		n.arc(p.node+int32(r)-1, p.node+int32(r), flow.Inf, mix(key, uint64(r)), 0) //nolint:gosec // as in node
	}
	for _, e := range entries {
		if r := lowestAbove(rungs, e.cost); r >= 0 {
			from := leaversNode(int(e.cohort))
			switch {
			case p.class == n.own || p.class == n.related:
				from = cohortNode(int(e.cohort))
			case n.classes[p.class] == ClassRecruited:
				from = n.recruitedNode(e.cohort)
			}
			n.arc(from, p.node+int32(r), flow.Inf, mix(key, keys[e.cohort]), -e.cost) //nolint:gosec // as in node
		}
	}
}

// turnOf is when the exits of a class of pool are drawn.
func (n *network) turnOf(class int32) int {
	_, free := n.citizens[class]
	switch {
	case class == n.own || class == n.related:
		return 0
	case free:
		return 1
	case n.classes[class] == ClassAgreement:
		return 2
	}
	return 3
}

// connectExits draws the exits whose turn it is.
func (n *network) connectExits(costs []int64, turn int) error {
	keys := make([]uint64, len(n.Vacancies))
	for v := range n.Vacancies {
		keys[v] = hash(n.Vacancies[v].Key())
	}
	var exits []exit
	var hubs []int32
	direct := directs{region: -1}
	for i := range n.pools {
		p := &n.pools[i]
		if n.turnOf(p.class) != turn {
			continue
		}
		if err := n.room(); err != nil {
			return err
		}
		if p.direct {
			n.connectDirectly(p, &direct, keys)
			continue
		}
		end := int(n.gateNode)
		if i+1 < len(n.pools) {
			end = int(n.pools[i+1].node)
		}
		rungs := costs[p.node-n.poolNode : end-int(n.poolNode)]
		exits, hubs = n.exitsOf(p, exits, hubs)
		name := n.poolName(p)
		for _, h := range hubs {
			n.connectPoolToHub(p, rungs, &n.hubs[h], name)
		}
		n.connectPoolExits(i, rungs, exits, keys, name)
	}
	for i := range n.hubs {
		h := &n.hubs[i]
		if n.turnOf(h.class) != turn {
			continue
		}
		name := n.hubName(h)
		exits = n.exitsOfHub(h, exits)
		for _, x := range exits {
			arc := n.exit(h.node+int32(highestWithin(h.rungs, x.offer)), x, n.hubWay(h), flow.Inf, name, keys) //nolint:gosec // as in node
			n.putHub(h, arc)
		}
	}
	return nil
}

// directs holds what is used again from pool to pool of a region.
type directs struct {
	region  int32
	members members
	entries []entry
	exits   []exit
	hubs    []int32
}

// connectDirectly draws the arcs of a pool without a node.
func (n *network) connectDirectly(p *pool, d *directs, keys []uint64) {
	if d.region != p.region {
		d.region = p.region
		n.gather(p.region, &d.members)
	}
	d.entries = n.entriesOf(&d.members, p.region, p.code, p.class, d.entries)
	d.exits, d.hubs = n.exitsOf(p, d.exits, d.hubs)
	x, name := d.exits[0], n.poolName(p)
	way := n.way(p, x.vacancy)
	for _, e := range d.entries {
		if x.offer >= e.cost {
			key := mix(mix(name, hash(n.Cohorts[e.cohort].Key())), keys[x.vacancy])
			n.draw(flow.Arc{From: cohortNode(int(e.cohort)), To: n.vacancyNode + x.vacancy, Upper: flow.Inf}, key, way, true, x.offer-e.cost)
		}
	}
}

func (n *network) exitsOfHub(h *hub, exits []exit) []exit {
	exits = exits[:0]
	if h.channel < 0 {
		return n.exitsElsewhere(h.country, h.code, exits)
	}
	k := slices.IndexFunc(n.lanes.open, func(l lane) bool { return l.channel == h.channel })
	l := &n.lanes.open[k]
	d := slices.IndexFunc(l.dests, func(d dest) bool { return d.country == h.country })
	return n.exitsVia(l, l.dests[d], h.code, exits)
}

// connectPoolToHub leads from every rung of a pool to the first rung of the hub whose offers it may take. A rung has no
// arc of its own where the next one leads to the same.
func (n *network) connectPoolToHub(p *pool, rungs []int64, h *hub, name uint64) {
	above := -1
	for r := len(rungs) - 1; r >= 0; r-- {
		to := lowestAbove(h.rungs, rungs[r])
		if to < 0 || to == above {
			continue
		}
		above = to
		arc := n.arc(p.node+int32(r), h.node+int32(to), flow.Inf, mix(mix(name, n.hubName(h)), uint64(r)), 0) //nolint:gosec // as in node
		if h.channel >= 0 {
			n.putOrigin(h.channel, p, h.country, arc)
		}
	}
}

// connectPoolExits draws a pool's own exits. A quota that bounds a single exit is its bound. One that bounds no more than several exits of this
// pool, all from one rung, has a gate: a node that the quota bounds the way to. Every other quota is left to
// be a limit on a sum of exits; through a gate behind several rungs those would come who lose by it.
func (n *network) connectPoolExits(i int, rungs []int64, exits []exit, keys []uint64, name uint64) {
	p := &n.pools[i]
	for len(exits) > 0 {
		x := exits[0]
		if x.channel < 0 || n.Channels[x.channel].Quota == nil {
			exits = exits[1:]
			if k := highestWithin(rungs, x.offer); k >= 0 {
				n.exit(p.node+int32(k), x, n.way(p, x.vacancy), flow.Inf, name, keys) //nolint:gosec // as in node
			}
			continue
		}
		c := &n.Channels[x.channel]
		under := n.sumInto(p, &x)
		same := 1 // exits under the quota of the first: they follow each other, since they are sorted by channel and region
		for same < len(exits) && exits[same].channel == x.channel && n.sumInto(p, &exits[same]) == under {
			same++
		}
		rung, worth, flat := -1, 0, true
		for _, x := range exits[:same] {
			if k := highestWithin(rungs, x.offer); k >= 0 {
				flat = flat && (worth == 0 || k == rung)
				rung = k
				worth++
			}
		}
		own := c.QuotaOf == QuotaEach || n.limits.sole[under] == int32(i) //nolint:gosec // fewer than nodes
		gated, upper := own && flat && worth > 1, int64(flow.Inf)
		if own && worth == 1 {
			upper = *c.Quota
		}
		var gate int32
		if gated {
			gate = n.node(1)
			n.gatePool = append(n.gatePool, int32(i)) //nolint:gosec // as in node
			key := hash(c.ID + "|" + n.regions[p.region] + "|" + n.Vacancies[x.vacancy].Region + "|" + n.codes[p.code].String())
			arc := n.arc(p.node+int32(rung), gate, *c.Quota, mix(name, key), 0) //nolint:gosec // as in node
			n.limits.put(under, *c.Quota, arc, true)
		}
		for _, x := range exits[:same] {
			k := highestWithin(rungs, x.offer)
			if k < 0 {
				continue
			}
			from := p.node + int32(k) //nolint:gosec // as in node
			if gated {
				from = gate
			}
			arc := n.exit(from, x, n.way(p, x.vacancy), upper, name, keys)
			if !gated {
				n.limits.put(under, *c.Quota, arc, own && worth == 1)
			}
			if n.shared(c) {
				n.putOrigin(x.channel, p, n.abroad[x.vacancy], arc)
			}
		}
		exits = exits[same:]
	}
}

// exit draws the arc into a vacancy, and returns its number.
func (n *network) exit(from int32, x exit, way Way, upper int64, name uint64, keys []uint64) int32 {
	key := mix(name, keys[x.vacancy])
	if x.channel >= 0 {
		key = mix(key, hash(n.Channels[x.channel].ID))
	}
	return n.draw(flow.Arc{From: from, To: n.vacancyNode + x.vacancy, Upper: upper}, key, way, true, x.offer)
}

// way is how a vacancy is filled from a pool.
func (n *network) way(p *pool, vacancy int32) Way {
	switch {
	case p.class == n.related:
		return RelatedHome
	case p.class == n.own && n.regions[p.region] == n.Vacancies[vacancy].Region:
		return SameRegion
	case p.class == n.own:
		return SameHome
	}
	if _, free := n.citizens[p.class]; free {
		return Free
	}
	return ByChannel
}

// hubWay is how vacancies are filled from a hub.
func (n *network) hubWay(h *hub) Way {
	if h.class == n.own {
		return SameHome
	}
	return n.way(&pool{class: h.class}, 0)
}

// step is a part of a vacancy and what filling it is worth less than filling the first.
type step struct{ count, discount int64 }

// equitySteps is in how many steps equity cuts a vacancy.
const equitySteps = 10

// steps cuts a vacancy in ten of falling fill value where the policy asks for equity, else leaves it whole. Equity
// weighs the filling in the objective; it is no cost, so a result's value does not have it.
func (n *network) steps(v int) []step {
	e, vacancy := n.policy.Equity.Value, &n.Vacancies[v]
	if e == 0 {
		return []step{{vacancy.Count, 0}}
	}
	_, fill, _ := n.offer(vacancy)
	steps := make([]step, equitySteps)
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
