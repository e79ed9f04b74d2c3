package matcher_test

import (
	"math"

	"labourmatch/matcher"
)

// paths is a graph with room on its arcs; arc i and i^1 are each other's reverse.
type paths struct {
	to    []int
	room  []int64
	from  map[int][]int
	nodes map[any]int
}

const source, sink = "source", "sink"

func newPaths(r *matcher.Result, pairs []pair, workers, mobile []int64, l lifted) *paths {
	g := &paths{from: map[int][]int{}, nodes: map[any]int{}}
	type side struct {
		what string
		row  int32
	}
	type gate struct {
		in                              bool
		channel                         int32
		origin, destination, occupation string
	}
	form := &pairForm{m: r.Market}
	for c := range r.Market.Cohorts {
		cohort := &r.Market.Cohorts[c]
		g.add(source, side{"cohort", int32(c)}, workers[c])
		g.add(side{"cohort", int32(c)}, side{"leavers", int32(c)}, mobile[c])
		recruited := mobile[c]
		for _, s := range r.Market.Safeguards {
			for _, x := range s.Shares {
				if x.Occupation == cohort.Occupation && form.within(cohort.Region, s.Origins) && !l[matcher.Safeguarded] {
					recruited = min(recruited, int64(float64(mobile[c])*(1-x.Share)+1e-9))
				}
			}
		}
		g.add(side{"leavers", int32(c)}, side{"recruited", int32(c)}, recruited)
	}
	for v := range r.Market.Vacancies {
		g.add(side{"vacancy", int32(v)}, sink, r.Market.Vacancies[v].Count)
	}
	drawn := map[any]bool{}
	for _, p := range pairs {
		from, to := side{"leavers", p.cohort}, side{"vacancy", p.vacancy}
		switch {
		case p.channel == -1:
			from.what = "cohort"
		case p.channel == -2 || classOf(&r.Market.Channels[p.channel]) == matcher.ClassRecruited:
			from.what = "recruited"
		}
		if p.channel < 0 || l[matcher.QuotaFull] || r.Market.Channels[p.channel].Quota == nil {
			g.add(from, to, math.MaxInt64)
			continue
		}
		v := &r.Market.Vacancies[p.vacancy]
		in := gate{true, p.channel, r.Market.Cohorts[p.cohort].Region, v.Region, v.Code.String()}
		out := in
		out.in = false
		if !drawn[in] {
			drawn[in] = true
			g.add(in, out, *r.Market.Channels[p.channel].Quota)
		}
		g.add(from, in, math.MaxInt64)
		g.add(out, to, math.MaxInt64)
	}
	return g
}

func (g *paths) node(name any) int {
	if _, known := g.nodes[name]; !known {
		g.nodes[name] = len(g.nodes)
	}
	return g.nodes[name]
}

func (g *paths) add(from, to any, room int64) {
	a, b := g.node(from), g.node(to)
	g.from[a] = append(g.from[a], len(g.to))
	g.to, g.room = append(g.to, b), append(g.room, room)
	g.from[b] = append(g.from[b], len(g.to))
	g.to, g.room = append(g.to, a), append(g.room, 0)
}

func (g *paths) most() (flow int64) {
	for {
		by := map[int]int{} // the arc that reached a node
		queue := []int{g.node(source)}
		for len(queue) > 0 {
			v := queue[0]
			queue = queue[1:]
			for _, a := range g.from[v] {
				if _, seen := by[g.to[a]]; g.room[a] > 0 && !seen && g.to[a] != g.node(source) {
					by[g.to[a]] = a
					queue = append(queue, g.to[a])
				}
			}
		}
		if _, found := by[g.node(sink)]; !found {
			return flow
		}
		least := int64(math.MaxInt64)
		for v := g.node(sink); v != g.node(source); v = g.to[by[v]^1] {
			least = min(least, g.room[by[v]])
		}
		for v := g.node(sink); v != g.node(source); v = g.to[by[v]^1] {
			g.room[by[v]] -= least
			g.room[by[v]^1] = min(g.room[by[v]^1], math.MaxInt64-least) + least
		}
		flow += least
	}
}
