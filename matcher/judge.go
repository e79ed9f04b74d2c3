package matcher

import "math"

// judge tells apart why the law alone leaves something empty or somebody unplaced: outbid, not worth it, or not known.
//
// An opening is outbid for where a worker who would not lose by it is placed elsewhere. It is not worth it where that is
// true of nobody who is able, and known of somebody. A worker is outbid where an opening by which he would not lose is taken.
type judge struct {
	waged  []bool // per vacancy: its wage is known
	valued []bool // per cohort: what it gives up is known
	filled []bool // per vacancy: somebody is placed there
	where  []int32

	vacancy, cohort []verdict
}

// verdict of a row, each better than the ones before.
type verdict uint8

const (
	unknown verdict = iota
	loss            // known to be a loss
	gain            // and it would be none for one of them, who is placed elsewhere, or into one of them, which is taken
)

func (v verdict) cause() Cause { return [...]Cause{WageUnknown, NotWorth, Outbid}[v] }

func (j *judge) ofVacancy(v int) Cause { return j.vacancy[v].cause() }
func (j *judge) ofCohort(c int) Cause  { return j.cohort[c].cause() }

// Where a cohort's workers are placed, unless in one vacancy only.
const (
	nowhere int32 = -2
	various int32 = -1
)

// lowest are the two lowest costs of able workers who are placed, in different places: who is placed in a vacancy is not
// placed elsewhere than there.
type lowest struct {
	cost  [2]int64
	where [2]int32
	any   bool // somebody able whose cost is known, placed or not
}

func noLowest() lowest {
	return lowest{cost: [2]int64{math.MaxInt64, math.MaxInt64}, where: [2]int32{nowhere, nowhere}}
}

func (l *lowest) add(cost int64, where int32) {
	switch {
	case cost == math.MaxInt64:
	case cost < l.cost[0] && where != l.where[0]:
		l.cost[1], l.where[1] = l.cost[0], l.where[0]
		l.cost[0], l.where[0] = cost, where
	case where == l.where[0]:
		l.cost[0] = min(l.cost[0], cost)
	case cost < l.cost[1]:
		l.cost[1], l.where[1] = cost, where
	}
}

// merge adds what another has.
func (l *lowest) merge(m *lowest) {
	l.any = l.any || m.any
	for i := range m.cost {
		l.add(m.cost[i], m.where[i])
	}
}

// verdict of an offer of vacancy v to the able.
func (l *lowest) verdict(v int32, offer int64) verdict {
	for i := range l.cost {
		if l.where[i] != nowhere && l.where[i] != v && l.cost[i] <= offer {
			return gain
		}
	}
	if l.any {
		return loss
	}
	return unknown
}

// best is the best that exits offer: taken, of vacancies that somebody fills; any, whether a wage of one is known.
type best struct {
	taken int64
	any   bool
}

func (b *best) merge(c best) { b.taken, b.any = max(b.taken, c.taken), b.any || c.any }

// judge looks at every pool and hub once.
func (n *network) judge(r *Result, valued, waged []bool) *judge {
	j := &judge{
		waged: waged, valued: valued, filled: make([]bool, len(waged)), where: whereabouts(r),
		vacancy: make([]verdict, len(waged)), cohort: make([]verdict, len(valued)),
	}
	for v := range j.filled {
		j.filled[v] = r.Fillings[v].Filled.Sum() > 0
	}
	var (
		m       members
		entries []entry
		exits   []exit
		through []int32
	)
	hubs, offers := make([]lowest, len(n.hubs)), make([]best, len(n.hubs))
	for i := range hubs {
		hubs[i] = noLowest()
		exits = n.exitsOfHub(&n.hubs[i], exits)
		offers[i] = j.best(n, exits)
	}
	for region := range n.regions {
		at := int32(region) //nolint:gosec // fewer rows
		n.gather(at, &m)
		for _, class := range n.classesFrom(at, nil) {
			for code := range n.codes {
				p := pool{region: at, code: int32(code), class: class} //nolint:gosec // a few hundred codes
				if entries = n.entriesOf(&m, at, p.code, class, entries); len(entries) == 0 {
					continue
				}
				able := j.able(entries)
				exits, through = n.exitsOf(&p, exits, through)
				offered := j.best(n, exits)
				j.hear(n, &able, exits)
				for _, h := range through {
					hubs[h].merge(&able)
					offered.merge(offers[h])
				}
				j.offer(entries, offered)
			}
		}
	}
	for i := range n.hubs {
		exits = n.exitsOfHub(&n.hubs[i], exits)
		j.hear(n, &hubs[i], exits)
	}
	return j
}

func (j *judge) able(entries []entry) lowest {
	l := noLowest()
	for _, e := range entries {
		if !j.valued[e.cohort] {
			continue
		}
		l.any = true
		if at := j.where[e.cohort]; at != nowhere {
			l.add(e.cost, at)
		}
	}
	return l
}

// closed says whether an exit is through a channel that carries nobody.
func (n *network) closed(x *exit) bool {
	return x.channel >= 0 && n.Channels[x.channel].Quota != nil && *n.Channels[x.channel].Quota == 0
}

func (j *judge) best(n *network, exits []exit) best {
	b := best{taken: math.MinInt64}
	for i := range exits {
		x := &exits[i]
		if !j.waged[x.vacancy] || n.closed(x) {
			continue
		}
		b.any = true
		if j.filled[x.vacancy] {
			b.taken = max(b.taken, x.offer)
		}
	}
	return b
}

func (j *judge) hear(n *network, able *lowest, exits []exit) {
	for i := range exits {
		if x := &exits[i]; j.waged[x.vacancy] && !n.closed(x) {
			j.vacancy[x.vacancy] = max(j.vacancy[x.vacancy], able.verdict(x.vacancy, x.offer))
		}
	}
}

func (j *judge) offer(entries []entry, offered best) {
	for _, e := range entries {
		switch {
		case !j.valued[e.cohort] || !offered.any:
		case offered.taken >= e.cost:
			j.cohort[e.cohort] = gain
		default:
			j.cohort[e.cohort] = max(j.cohort[e.cohort], loss)
		}
	}
}

// whereabouts says of every cohort in which vacancy its workers are placed: one, or several, as far as pools tell.
func whereabouts(r *Result) []int32 {
	join := func(a, b int32) int32 {
		if a == nowhere || a == b {
			return b
		}
		return various
	}
	pools, cohorts := make([]int32, len(r.Pools)), make([]int32, len(r.Placings))
	for i := range pools {
		pools[i] = nowhere
	}
	for i := range cohorts {
		cohorts[i] = nowhere
	}
	for _, p := range r.Placements {
		pools[p.Pool] = join(pools[p.Pool], int32(p.Vacancy)) //nolint:gosec // fewer rows
	}
	for _, e := range r.Entries {
		cohorts[e.Cohort] = join(cohorts[e.Cohort], pools[e.Pool])
	}
	return cohorts
}
