package matcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"labourmatch/matcher/flow"
)

// Options change how a market is solved, never what comes out.
type Options struct {
	// Progress, if set, is called now and then while the placement is looked for.
	Progress func(Progress)
}

// ErrTooLarge is matched by the error of a market whose counts or wages are too large to calculate with exactly.
var ErrTooLarge = errors.New("the market's counts or wages are too large to calculate with exactly; check their units")

// Match places the workers of a market in its vacancies under a policy: the best placement by the policy's order, and
// of several equally good ones the canonical one.
//
// Nobody is placed at a loss, nobody outside the law the market states; being unplaced and staying unfilled are always
// allowed, so every market has a result. The result carries its proof, see [Certificate].
//
// Errors: a policy number out of range; a row there twice or a count below 0; one that matches [ErrTooLarge] where counts or wages are too large to calculate with; ctx's error.
func Match(ctx context.Context, market *Market, policy Policy, o Options) (*Result, error) {
	return match(ctx, market, policy, o, hubPays)
}

func match(ctx context.Context, market *Market, policy Policy, o Options, hubPays int) (*Result, error) {
	n, err := build(market, &policy, hubPays)
	if err != nil {
		return nil, err
	}
	return n.solve(ctx, nil, o)
}

// Progress says how far a match has come.
type Progress struct {
	Phase string  // what is being done: a term of the objective, or choosing among equals
	Steps int64   // of the solver so far
	Done  float64 // share of the whole that is done, from 0 to 1; a guess
	// Gap bounds what the phase can still gain, in units of its term; +Inf while that is not known.
	Gap float64
}

// firstShare is the share of the time that goes by, roughly, until the first phase has ended; with several terms it
// looks at all of them together, and little is left to the others.
const firstShare = 0.8

// progress says in the words of the market what the solver says in those of the network.
func (n *network) progress(p flow.Progress) Progress {
	out := Progress{Phase: "all terms together", Steps: p.Pivots, Done: p.Done * firstShare, Gap: p.Gap}
	switch {
	case p.Vector < 0:
		return out
	case p.Vector < len(n.terms):
		out.Phase = n.terms[p.Vector].name
	default:
		out.Phase = "choosing among equals"
	}
	if p.Stage > 0 {
		out.Done = firstShare + (1-firstShare)*min(1, (float64(p.Vector)+p.Done)/float64(len(n.terms)+1))
	}
	return out
}

func (n *network) termNames() []string {
	names := make([]string, len(n.terms))
	for k, t := range n.terms {
		names[k] = t.name
	}
	return names
}

// read turns flows on arcs back into people.
func (n *network) read(s *flow.Solution) (*Result, error) {
	r := &Result{
		Market: n.Market, Policy: *n.policy,
		Fillings: make([]Filling, len(n.Vacancies)),
		Placings: make([]Placing, len(n.Cohorts)),
		Notes:    n.notes,
		Certificate: Certificate{
			Network: &n.Network, Solution: s, Terms: n.termNames(),
		},
		drawn: n,
	}
	through := make([]throughHub, len(n.hubs))
	var value flow.Total
	last := len(n.terms) - 1
	for _, f := range s.Flows {
		arc := n.Arc(int(f.Arc))
		switch {
		case arc.From < n.vacancyNode && arc.From != root && arc.To >= n.poolNode: // an entry
			cohort, pool := n.cohortAt(arc.From), n.poolAt(arc.To)
			r.Entries = append(r.Entries, Entry{cohort, pool, f.Units, n.fitOf(cohort, pool)})
		case arc.From < n.vacancyNode && arc.From != root && arc.To >= n.vacancyNode: // an entry and an exit in one
			cohort, vacancy := int(arc.From-1)/2, int(arc.To-n.vacancyNode)
			pool := n.homePoolOf(cohort, vacancy)
			r.Entries = append(r.Entries, Entry{cohort, pool, f.Units, n.fitOf(cohort, pool)})
			r.Placements = append(r.Placements, Placement{pool, vacancy, -1, n.way(&n.pools[pool], int32(vacancy)), f.Units}) //nolint:gosec // fewer rows
		case arc.From >= n.hubNode && arc.To >= n.vacancyNode && arc.To < n.hubNode: // an exit
			vacancy := int(arc.To - n.vacancyNode)
			if arc.From >= n.hubNode && arc.From < n.poolNode {
				h := n.hubAt(arc.From)
				through[h].out = append(through[h].out, part{vacancy, int(arc.From - n.hubs[h].node), f.Units})
				break
			}
			pool := n.poolAt(arc.From)
			if arc.From >= n.gateNode {
				pool = int(n.gatePool[arc.From-n.gateNode])
			}
			channel := n.channelAt(pool, vacancy, n.Key(int(f.Arc)))
			r.Placements = append(r.Placements, Placement{pool, vacancy, channel, n.way(&n.pools[pool], int32(vacancy)), f.Units}) //nolint:gosec // fewer rows
		case arc.From >= n.poolNode && arc.To >= n.hubNode && arc.To < n.poolNode: // on to a hub
			h := n.hubAt(arc.To)
			through[h].in = append(through[h].in, part{n.poolAt(arc.From), int(arc.To - n.hubs[h].node), f.Units})
			continue
		default:
			continue
		}
		value = value.PlusProduct(f.Units, -n.Cost(last, int(f.Arc)))
	}
	for h := range through {
		r.Placements = n.apportionHub(&n.hubs[h], &through[h], r.Placements)
	}
	r.Placements = inOrder(r.Placements)
	n.numberPools(r)
	r.Limits = n.readLimits(s)
	for i := range r.Placements {
		p := &r.Placements[i]
		r.Fillings[p.Vacancy].Filled[p.Way] += p.Count
	}
	var ok bool
	if r.Totals.Value, ok = value.Int64(); !ok {
		return nil, fmt.Errorf("%w: the placements are worth %s", ErrTooLarge, value)
	}
	for v := range r.Fillings {
		f := &r.Fillings[v]
		f.Openings = n.Vacancies[v].Count
		f.Unfilled = f.Openings - f.Filled.Sum()
		r.Totals.Openings += f.Openings
		r.Totals.Unfilled += f.Unfilled
		for w, count := range f.Filled {
			r.Totals.Filled[w] += count
		}
	}
	r.place()
	for c := range r.Placings {
		p := &r.Placings[c]
		p.Workers = n.workers[c]
		p.Unplaced = p.Workers - p.Placed.Sum()
		r.Totals.Workers += p.Workers
		r.Totals.Unplaced += p.Unplaced
	}
	return r, nil
}

// numberPools lists the pools that somebody entered, and has entries and placements name them by their places in the
// list. Entries are brought into the order of pools and cohorts.
func (n *network) numberPools(r *Result) {
	slices.SortFunc(r.Entries, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Pool, b.Pool), cmp.Compare(a.Cohort, b.Cohort)) })
	numbers := make([]int32, len(n.pools)) // index in r.Pools
	last := -1
	for i := range r.Entries {
		e := &r.Entries[i]
		if e.Pool != last {
			last = e.Pool
			numbers[last] = int32(len(r.Pools)) //nolint:gosec // fewer than nodes
			r.Pools = append(r.Pools, n.poolNamed(last))
		}
		e.Pool = len(r.Pools) - 1
	}
	for i := range r.Placements {
		r.Placements[i].Pool = int(numbers[r.Placements[i].Pool])
	}
}

// poolAt is the pool that a rung belongs to: the last that begins there or before, since a pool without a node is said to
// begin where the next does.
func (n *network) poolAt(node int32) int {
	k, _ := slices.BinarySearchFunc(n.pools, node+1, func(p pool, node int32) int { return cmp.Compare(p.node, node) })
	return k - 1
}

// homePoolOf is the pool by which a cohort fills a vacancy at home.
func (n *network) homePoolOf(cohort, vacancy int) int {
	c := &n.Cohorts[cohort]
	want := pool{region: number(n.regions, c.Region), class: n.related}
	for _, r := range n.reaches[c.Code] {
		if n.codes[r.code] == n.Vacancies[vacancy].Code {
			want.code = r.code
			if r.own {
				want.class = n.own
			}
			break
		}
	}
	k, found := slices.BinarySearchFunc(n.pools, want, func(p, want pool) int {
		return cmp.Or(cmp.Compare(p.region, want.region), cmp.Compare(p.code, want.code), cmp.Compare(p.class, want.class))
	})
	if !found {
		panic("matcher: a placement from no pool")
	}
	return k
}

// channelAt is the channel of an exit from a pool into a vacancy, −1 at home. Several channels may join the two; the
// arc's key tells them apart.
func (n *network) channelAt(at, vacancy int, key uint64) int {
	p := &n.pools[at]
	if p.class == n.own || p.class == n.related {
		return -1
	}
	name := mix(n.poolName(p), hash(n.Vacancies[vacancy].Key()))
	for _, i := range n.lanes.from[p.region] {
		if l := &n.lanes.open[i]; l.class == p.class && mix(name, hash(n.Channels[l.channel].ID)) == key {
			return int(l.channel)
		}
	}
	panic("matcher: an exit through no channel of its pool")
}

// hubAt is the hub that a rung belongs to.
func (n *network) hubAt(node int32) int {
	k, found := slices.BinarySearchFunc(n.hubs, node, func(h hub, node int32) int { return cmp.Compare(h.node, node) })
	if !found {
		k--
	}
	return k
}

func (n *network) poolNamed(i int) Pool {
	p := &n.pools[i]
	return Pool{n.regions[p.region], n.codes[p.code], n.classes[p.class]}
}

// fitOf is the fit with which a cohort enters a pool.
func (n *network) fitOf(cohort, pool int) float64 {
	for _, r := range n.reaches[n.Cohorts[cohort].Code] {
		if r.code == n.pools[pool].code {
			return r.fit
		}
	}
	return 0
}

// inOrder sorts placements by pool, channel and vacancy, and adds up those that agree in all three.
func inOrder(list []Placement) []Placement {
	slices.SortFunc(list, func(a, b Placement) int {
		return cmp.Or(cmp.Compare(a.Pool, b.Pool), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Vacancy, b.Vacancy))
	})
	kept := list[:0]
	for _, p := range list {
		if k := len(kept) - 1; k >= 0 && kept[k].Pool == p.Pool && kept[k].Channel == p.Channel && kept[k].Vacancy == p.Vacancy {
			kept[k].Count += p.Count
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// throughHub is what a hub's pools send into it and what goes from it into vacancies.
type throughHub struct{ in, out []part }

// part is a part of what goes through a hub: of a pool or vacancy, on a rung.
type part struct {
	at    int
	rung  int
	count int64
}

// apportionHub appends placements for what goes through a hub. The model does not determine who of the pools went where:
// exchanging two of them changes neither value nor limit. They are paired off in the order of keys, rung by rung, lowest first, since
// an exit takes in those of its own rung and below. Pairing takes a row for each pool and vacancy, where shares in
// proportion would take one for each two of them.
//
// At home, who could as well be placed in his own region is: where moving costs nothing the network has both ways.
func (n *network) apportionHub(h *hub, t *throughHub, placed []Placement) []Placement {
	byRung := func(a, b part) int { return cmp.Or(cmp.Compare(a.rung, b.rung), cmp.Compare(a.at, b.at)) }
	slices.SortFunc(t.in, byRung)
	slices.SortFunc(t.out, byRung)
	in := t.in
	var waiting []part
	pair := func(from, to *part) {
		count := min(from.count, to.count)
		if count == 0 {
			return
		}
		from.count -= count
		to.count -= count
		way := n.hubWay(h)
		if way == SameHome {
			way = n.way(&n.pools[from.at], int32(to.at)) //nolint:gosec // fewer rows
		}
		placed = append(placed, Placement{from.at, to.at, int(h.channel), way, count})
	}
	for out := t.out; len(out) > 0; {
		rung, same := out[0].rung, 1
		for same < len(out) && out[same].rung == rung {
			same++
		}
		now := out[:same]
		out = out[same:]
		for len(in) > 0 && in[0].rung <= rung {
			waiting, in = append(waiting, in[0]), in[1:]
		}
		slices.SortStableFunc(waiting, func(a, b part) int { return cmp.Compare(a.at, b.at) })
		if h.channel < 0 {
			for i := range waiting {
				for k := range now {
					if n.Vacancies[now[k].at].Region == n.regions[n.pools[waiting[i].at].region] {
						pair(&waiting[i], &now[k])
					}
				}
			}
		}
		first := 0
		for k := range now {
			for now[k].count > 0 {
				for waiting[first].count == 0 {
					first++
				}
				pair(&waiting[first], &now[k])
			}
		}
		waiting = slices.DeleteFunc(waiting, func(s part) bool { return s.count == 0 })
	}
	return placed
}

// place reads the ways of each cohort's workers off the pools they entered. Only a pool of workers in their own
// occupation at home has two ways out, same region and elsewhere; its entries are apportioned between them.
func (r *Result) place() {
	ways := make([]ByWay, len(r.Pools))
	for _, p := range r.Placements {
		ways[p.Pool][p.Way] += p.Count
	}
	entries := make([][]int, len(r.Pools))
	for i, e := range r.Entries {
		entries[e.Pool] = append(entries[e.Pool], i)
	}
	for pool, members := range entries {
		counts := make([]int64, len(members))
		for k, i := range members {
			counts[k] = r.Entries[i].Count
		}
		only := slices.IndexFunc(ways[pool][:], func(n int64) bool { return n > 0 })
		here := make([]int64, len(members))
		if r.Pools[pool].Class == ClassOwn {
			here = Apportion(ways[pool][SameRegion], counts)
			only = int(SameHome)
		}
		for k, i := range members {
			placed := &r.Placings[r.Entries[i].Cohort].Placed
			placed[SameRegion] += here[k]
			placed[only] += counts[k] - here[k]
		}
	}
}
