package matcher

import (
	"fmt"

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

// network is the layered network of a market, and what its arcs stand for.
type network struct {
	*index
	flow.Network
	pools   []pool
	notes   []Note
	entryOf []arcEntry // the arcs that are entries, in arc order
	exitOf  []arcExit  // the arcs that are exits, in arc order
	terms   []term
	costs   []int64          // of the arc at hand, per term
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
	if err := n.check(); err != nil {
		return nil, err
	}
	n.openPools()
	if err := n.checkLimits(); err != nil {
		return nil, err
	}
	return n, n.connect()
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

// root is the node through which all flow comes round: to the cohorts, and back from the vacancies.
const root = 0

// node adds one to the network.
func (n *network) node() int32 {
	return n.AddNode(0)
}

// arc draws one that no placement counts on, and returns its index. Value is what a unit of its flow is worth.
func (n *network) arc(from, to int32, upper int64, key uint64, value int64) int {
	return n.draw(flow.Arc{From: from, To: to, Upper: upper}, key, 0, false, value)
}

func (n *network) draw(a flow.Arc, key uint64, way Way, isExit bool, value int64) int {
	for k, t := range n.terms {
		n.costs[k] = -t.gain(way, isExit, value)
	}
	index := n.AddArc(a, n.costs...)
	n.SetKey(index, key)
	return index
}

// connect draws the network: root → cohort → pool → vacancy → root.
func (n *network) connect() error {
	n.costs = make([]int64, len(n.terms))
	for range n.terms {
		n.AddCosts()
	}
	n.node() // the root
	cohorts, leavers, vacancies := make([]int32, len(n.Cohorts)), make([]int32, len(n.Cohorts)), make([]int32, len(n.Vacancies))
	for c := range n.Cohorts {
		key := hash(n.Cohorts[c].Key())
		cohorts[c], leavers[c] = n.node(), n.node()
		n.arc(root, cohorts[c], n.workers[c], mix(key, 1), 0)
		n.arc(cohorts[c], leavers[c], n.mobile[c], mix(key, 2), 0)
	}
	for v := range n.Vacancies {
		vacancies[v] = n.node()
		key := hash(n.Vacancies[v].Key())
		for k, step := range n.steps(v) {
			n.arc(vacancies[v], root, step.count, mix(key, 3+uint64(k)), -step.discount)
		}
	}
	for i := range n.pools {
		from := cohorts
		if c := n.pools[i].Class; c != ClassOwn && c != ClassRelated {
			from = leavers
		}
		if err := n.connectPool(i, from, vacancies); err != nil {
			return err
		}
	}
	return nil
}

// connectPool draws a pool's ladder, its entries and its exits. Exits under one limit pass a gate, a node that the
// limit bounds the way to; they must leave from one rung, or the gate would let those in who would lose by it.
func (n *network) connectPool(i int, from, to []int32) error {
	p := &n.pools[i]
	key := hash(p.Region + "|" + p.Code.String() + "|" + p.Class)
	count, entryRung, exitRung := ladder(p.entries, p.exits)
	rungs := make([]int32, count)
	for r := range rungs {
		rungs[r] = n.node()
		if r > 0 {
			n.arc(rungs[r-1], rungs[r], flow.Inf, mix(key, uint64(r)), 0)
		}
	}
	for e, entry := range p.entries {
		if entryRung[e] >= 0 {
			a := n.arc(from[entry.cohort], rungs[entryRung[e]], flow.Inf, mix(key, hash(n.Cohorts[entry.cohort].Key())), -entry.cost)
			n.entryOf = append(n.entryOf, arcEntry{a, i, e})
		}
	}
	type gate struct {
		node int32
		rung int
	}
	gates := map[string]gate{}
	for e, x := range p.exits {
		if exitRung[e] < 0 {
			continue
		}
		start := rungs[exitRung[e]]
		if x.limit != "" {
			g, open := gates[x.limit]
			if !open {
				g = gate{n.node(), exitRung[e]}
				gates[x.limit] = g
				n.arc(start, g.node, n.limits[x.limit], mix(key, hash(x.limit)), 0)
			}
			if g.rung != exitRung[e] {
				return &GroupLimitError{
					"channel " + n.Channels[x.channel].ID,
					"its quota is one sum over vacancies of different wage, not all of which are worth taking for everybody",
				}
			}
			start = g.node
		}
		exitKey := mix(key, hash(n.Vacancies[x.vacancy].Key()))
		if x.channel >= 0 {
			exitKey = mix(exitKey, hash(n.Channels[x.channel].ID))
		}
		a := n.draw(flow.Arc{From: start, To: to[x.vacancy], Upper: flow.Inf}, exitKey, x.way, true, x.offer)
		n.exitOf = append(n.exitOf, arcExit{a, i, e})
	}
	return nil
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
