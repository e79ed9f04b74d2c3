package matcher

import (
	"slices"

	"labourmatch/matcher/flow"
)

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
