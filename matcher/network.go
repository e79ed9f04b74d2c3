package matcher

import (
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
	names  rowNames // while causes are looked for
	costs  []int64  // of the arc at hand, per term

	pools   []pool // by region, code and class
	hubs    []hub
	hubOf   map[hubKey]int32
	hubPays int

	// Nodes in their order: the root, two for each cohort, one for each under a safeguard, vacancies, hubs, rungs of pools, gates.
	vacancyNode, hubNode, poolNode, gateNode int32

	gatePool []int32 // per gate: its pool

	assumed []bool // per cohort: taken for citizens of where they are

	shape    *byte // one for all networks that differ in bounds of arcs alone
	nameless bool  // arcs have no keys, since no plan is chosen
	counting bool  // only count nodes and arcs
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
	n := &network{index: newIndex(market, policy), terms: terms(policy.Order), hubPays: hubPays, shape: new(byte)}
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
	added := n.AddArc(a, n.costs...)
	if !n.nameless {
		n.SetKey(added, key)
	}
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
