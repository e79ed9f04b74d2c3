package matcher

import (
	"slices"

	"labourmatch/matcher/flow"
)

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
