package matcher

import (
	"context"

	"labourmatch/matcher/flow"
)

// grounds are the networks that causes were found in. Those of a market that differs in bounds alone are found in the same ones,
// with other bounds on some arcs, from where the search ended.
type grounds struct {
	shape         *byte    // of the result's network
	network       *network // what they were drawn from
	valued, waged []bool   // see relax
	steps         map[law]*ground
	totals        map[law]*ground
	reach         []*ground
}

// ground is a relaxed network and what was found in it: a plan, or the most that goes round.
type ground struct {
	*relaxed
	plan  *flow.Solution
	round *flow.Round
}

// grounds makes ready what relaxed networks of a result are drawn from, and takes over those of before that differ from them in
// bounds alone.
func (r *Result) grounds(before *grounds, hubPays int) (*grounds, error) {
	g := &grounds{shape: r.drawn.shape, steps: map[law]*ground{}, totals: map[law]*ground{}}
	if before == nil || before.shape != g.shape {
		var err error
		g.network, g.valued, g.waged, err = relax(r, hubPays)
		return g, err
	}
	n, x := *before.network, *before.network.index
	x.Market, x.policy, x.workers, x.mobile = r.Market, &r.Policy, r.drawn.workers, r.drawn.mobile
	n.index, g.network, g.valued, g.waged = &x, &n, before.valued, before.waged
	for l, step := range before.steps {
		g.steps[l] = step.over(&n) // bound when it is stepped on
	}
	for l, total := range before.totals {
		g.totals[l] = total.over(&n)
		g.totals[l].bound(nil, nil)
	}
	for _, reach := range before.reach {
		on := reach.over(&n)
		on.bound(nil, nil)
		g.reach = append(g.reach, on)
	}
	return g, nil
}

// over is a ground on which a market's counts and quotas are laid, in a copy that shares the arcs that stay as they are.
func (g *ground) over(n *network) *ground {
	x, own := *g.relaxed, *g.network
	own.index, own.Network = n.index, *g.Fork()
	x.network = &own
	own.boundLimits()
	return &ground{&x, g.plan, g.round}
}

// bound sets the bounds of cohorts and vacancies.
func (x *relaxed) bound(filled, placed []int64) {
	set := func(arc int, lower, upper int64) {
		a := x.Arc(arc)
		a.Lower, a.Upper = lower, upper
		x.SetArc(arc, a)
	}
	for c := range x.Cohorts {
		set(2*c, at(placed, c), x.workers[c])
		set(2*c+1, 0, x.mobile[c])
	}
	for v := range x.Vacancies {
		set(x.vacancyArc+v, at(filled, v), x.Vacancies[v].Count)
	}
}

// most finds how many can be filled, whatever that is worth. What cannot be told by a flow, since a group limit is live, is told by
// the network that again draws, in which arcs have their names and none is left out.
func (g *ground) most(ctx context.Context, again func() (*relaxed, error)) (total, error) {
	if g.Limits() == 0 {
		round, err := flow.Most(ctx, &g.Network, root, g.round)
		if err != nil {
			return total{}, err
		}
		g.round = round
		return total{round.Units, round.Units}, nil
	}
	x, err := again()
	if err != nil {
		return total{}, err
	}
	plan, err := x.solve(ctx, flow.Options{AnyPlan: true})
	if err != nil {
		return total{}, err
	}
	return totalOf(plan)
}

// units are the flows of arcs by their keys.
type units map[uint64]int64

// units are what the placement puts on the arcs of relaxed networks.
func (n *network) units(r *Result) units {
	on := units{}
	for c := range r.Placings {
		on[mix(n.names.cohorts[c], 1)] = r.Placings[c].Placed.Sum()
	}
	for v := range r.Fillings {
		on[mix(n.names.vacancies[v], 3)] = r.Fillings[v].Filled.Sum()
	}
	pools := make([]pool, len(r.Pools))
	names := make([]uint64, len(r.Pools))
	for i, p := range r.Pools {
		pools[i] = pool{region: number(n.regions, p.Region), class: number(n.classes, p.Class)}
		for pools[i].code = 0; n.codes[pools[i].code] != p.Code; pools[i].code++ { //nolint:revive // it is there
		}
		names[i] = n.poolName(&pools[i])
	}
	for _, e := range r.Entries {
		cohort := n.names.cohorts[e.Cohort]
		on[mix(names[e.Pool], cohort)] += e.Count
		class := pools[e.Pool].class
		if class == n.own || class == n.related {
			continue
		}
		on[mix(cohort, 2)] += e.Count
		if n.classes[class] == ClassRecruited {
			on[mix(cohort, 13)] += e.Count
		}
	}
	for _, p := range r.Placements {
		from, v := &pools[p.Pool], p.Vacancy
		at := hubKey{int32(p.Channel), n.abroad[v], from.code} //nolint:gosec // fewer rows
		if p.Channel < 0 {
			at.channel = -1 - from.class
		}
		if h, shared := n.hubOf[at]; shared && (p.Channel >= 0 || n.Vacancies[v].Region != n.regions[from.region]) {
			hub := n.hubName(&n.hubs[h])
			on[mix(names[p.Pool], hub)] += p.Count
			on[mix(hub, n.names.vacancies[v])] += p.Count
			continue
		}
		key := mix(names[p.Pool], n.names.vacancies[v])
		if p.Channel >= 0 {
			key = mix(key, hash(n.Channels[p.Channel].ID))
		}
		on[key] += p.Count
	}
	return on
}

// units are the flows of a plan.
func (g *ground) units() units {
	on := make(units, len(g.plan.Flows))
	for _, f := range g.plan.Flows {
		on[g.Key(int(f.Arc))] = f.Units
	}
	return on
}

// carry is what arcs of these keys carry in the network, by arc, if it allows all that the network of the keys does. An arc
// to a gate carries what leaves the gate: where quotas are lifted there are none.
func (x *relaxed) carry(on units) []flow.ArcFlow {
	var flows []flow.ArcFlow
	next := 0
	for a := range x.Arcs() {
		if next < len(x.gates) && int(x.gates[next].arc) == a {
			sum := int64(0)
			for e := range int(x.gates[next].exits) {
				sum += on[x.Key(a+1+e)]
			}
			next++
			if sum > 0 {
				flows = append(flows, flow.ArcFlow{Arc: int32(a), Units: sum}) //nolint:gosec // as room checks
			}
			continue
		}
		if units := on[x.Key(a)]; units > 0 {
			flows = append(flows, flow.ArcFlow{Arc: int32(a), Units: units}) //nolint:gosec // as room checks
		}
	}
	return flows
}
