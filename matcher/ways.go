package matcher

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// The ways between the cell of a story and the rest of the market, as the result has left them: who is unplaced and
// willing, how many places quotas and safeguards have left, what a placement would be worth.

// storyCell is what a story is about: the openings, or the workers, of a region and code.
type storyCell struct {
	ofWorkers bool
	region    string
	code      Code
	rows      []int32
	all, left int64 // openings and those unfilled, or workers and those unplaced
}

// noun is what the cell counts, and done what becomes of those who are served.
func (c *storyCell) noun() string {
	if c.ofWorkers {
		return "worker"
	}
	return "opening"
}

func (c *storyCell) done() string {
	if c.ofWorkers {
		return "placed"
	}
	return "filled"
}

// served is how many of the cell a result of the same or a changed market fills or places.
func (c *storyCell) served(r *Result) (n int64) {
	if c.ofWorkers {
		for i := range r.Market.Cohorts {
			if row := &r.Market.Cohorts[i]; row.Region == c.region && row.Code == c.code {
				n += r.Placings[i].Placed.Sum()
			}
		}
		return n
	}
	for i := range r.Market.Vacancies {
		if row := &r.Market.Vacancies[i]; row.Region == c.region && row.Code == c.code {
			n += r.Fillings[i].Filled.Sum()
		}
	}
	return n
}

// explainer holds what is left over of a result.
type explainer struct {
	*Result
	n        *network
	cell     storyCell
	unplaced []int64          // per cohort
	willing  []int64          // per cohort: of the unplaced, those who would leave
	used     map[string]int64 // per sum of a quota
	guarded  map[int32]*Limit // per cohort: the limit of a safeguard with fewest places left
	places   []placesOf       // per channel
	codes    map[Code]int32   // of vacancies, by their numbers
}

// placesOf are the regions that a channel leads from and to.
type placesOf struct{ from, to func(region string) bool }

func (r *Result) explainer() *explainer {
	n := r.drawn
	x := &explainer{
		Result: r, n: n, unplaced: make([]int64, len(r.Placings)), willing: make([]int64, len(r.Placings)),
		used: map[string]int64{}, guarded: map[int32]*Limit{}, codes: map[Code]int32{},
	}
	for c, p := range r.Placings {
		x.unplaced[c] = p.Unplaced
		x.willing[c] = min(p.Unplaced, n.mobile[c]-p.Placed[Free]-p.Placed[ByChannel])
	}
	for _, p := range r.Placements {
		if p.Channel >= 0 {
			x.used[quotaOver(&r.Market.Channels[p.Channel], r.Pools[p.Pool].Region, &r.Market.Vacancies[p.Vacancy])] += p.Count
		}
	}
	for i := range n.Channels {
		x.places = append(x.places, placesOf{n.places(n.Channels[i].Origins), n.places(n.Channels[i].Destinations)})
	}
	for j, code := range n.codes {
		x.codes[code] = int32(j) //nolint:gosec // a few hundred codes
	}
	for _, c := range n.guards.cohorts {
		for i := range r.Limits {
			if l := &r.Limits[i]; x.guards(l, c) && (x.guarded[c] == nil || l.Most-l.Used < x.guarded[c].Most-x.guarded[c].Used) {
				x.guarded[c] = l
			}
		}
	}
	return x
}

// guards says whether a limit is one of a safeguard on those recruited of a cohort.
func (x *explainer) guards(l *Limit, cohort int32) bool {
	if l.Safeguard < 0 || l.Cohort >= 0 {
		return l.Safeguard >= 0 && l.Cohort == int(cohort)
	}
	row := &x.Market.Cohorts[cohort]
	return l.Origin == Country(row.Region) && x.Market.Safeguards[l.Safeguard].covers(row.Code) && x.n.guards.origins[l.Safeguard](row.Region)
}

// option is one way between a cohort and a vacancy, whether the law lets anybody take it or not.
type option struct {
	cohort, vacancy int32
	channel         int32  // −1 at home
	value           int64  // of one placement, below 0 where the worker would lose
	limit           string // the sum of a quota it falls under, "" for none
	shut            bool   // the channel carries nobody in the period
	gated           bool   // a gate shuts the channel
	home            bool   // a net shortage, closed to home
}

// free is how many workers an option could still bring, limits aside.
func (x *explainer) free(o *option) int64 {
	if o.channel < 0 {
		return x.unplaced[o.cohort]
	}
	return x.willing[o.cohort]
}

// left is how many places the quota of an option has left, and false where it has none.
func (x *explainer) left(o *option) (int64, bool) {
	if o.limit == "" {
		return 0, false
	}
	return *x.Market.Channels[o.channel].Quota - x.used[o.limit], true
}

// recruited says whether an option is one of active recruitment without an agreement, which safeguards bound.
func (x *explainer) recruited(o *option) bool {
	return o.channel >= 0 && x.Market.Channels[o.channel].Class() == ClassRecruited
}

// options lists the ways between the cell and the other side of the market.
func (x *explainer) options() []option {
	var out []option
	if x.cell.ofWorkers {
		for _, c := range x.cell.rows {
			row := &x.n.Cohorts[c]
			channels := x.channelsBy(func(i int) bool { return x.places[i].from(row.Region) })
			for v := range x.n.Vacancies {
				out = x.optionsBetween(c, int32(v), channels, out) //nolint:gosec // fewer rows
			}
		}
		return out
	}
	for _, v := range x.cell.rows {
		row := &x.n.Vacancies[v]
		channels := x.channelsBy(func(i int) bool { return x.places[i].to(row.Region) && x.n.Channels[i].Serves(row) })
		for c := range x.n.Cohorts {
			out = x.optionsBetween(int32(c), v, channels, out) //nolint:gosec // fewer rows
		}
	}
	return out
}

func (x *explainer) channelsBy(which func(int) bool) []int32 {
	var out []int32
	for i := range x.n.Channels {
		if which(i) {
			out = append(out, int32(i)) //nolint:gosec // fewer rows
		}
	}
	return out
}

// able says how a cohort's workers reach the code of a vacancy, if they do and the values of both are known.
func (x *explainer) able(c, v int32) (reached, bool) {
	n := x.n
	if n.gives[c] == noValue || n.offers[v] == noValue {
		return reached{}, false
	}
	list := n.reaches[n.Cohorts[c].Code]
	at, able := slices.BinarySearchFunc(list, x.codes[n.Vacancies[v].Code], func(r reached, code int32) int { return cmp.Compare(r.code, code) })
	if !able {
		return reached{}, false
	}
	return list[at], true
}

func (x *explainer) optionsBetween(c, v int32, channels []int32, out []option) []option {
	n := x.n
	cohort, vacancy := &n.Cohorts[c], &n.Vacancies[v]
	r, able := x.able(c, v)
	if !able {
		return out
	}
	o := option{cohort: c, vacancy: v, channel: -1, value: n.offers[v] - n.gives[c] - r.yearly}
	if Country(cohort.Region) == Country(vacancy.Region) {
		if cohort.Region != vacancy.Region || !r.own {
			o.value -= n.yearly(n.policy.RelocationHome.Value, vacancy.Months)
		}
		o.home = vacancy.Kind == Net
		return append(out, o)
	}
	for _, i := range channels {
		channel := &n.Channels[i]
		if !channel.Serves(vacancy) || !x.places[i].from(cohort.Region) || !x.places[i].to(vacancy.Region) || !n.admits(channel, cohort) {
			continue
		}
		o.channel, o.shut, o.gated = i, !channel.Open(n.Day()), n.shut(channel, cohort.Region, vacancy.Code)
		o.value = n.offers[v] - n.costOf(channel, vacancy) - n.gives[c] - r.yearly
		o.limit = quotaOver(channel, cohort.Region, vacancy)
		out = append(out, o)
	}
	return out
}

// admits says whether a channel takes a cohort's citizens.
func (n *network) admits(c *Channel, cohort *Cohort) bool {
	citizen := cmp.Or(cohort.Citizenship, Country(cohort.Region))
	return c.Kind != FreeMovement || slices.ContainsFunc(c.Origins, func(o string) bool {
		return o == "*" || slices.Contains(n.membersOf(o), citizen)
	})
}

// quotaOver names what a placement by a channel from a region counts in of the channel's quota; "" where it has none.
func quotaOver(c *Channel, origin string, v *Vacancy) string {
	if c.Quota == nil {
		return ""
	}
	var over []string
	switch c.QuotaOf {
	case QuotaEach:
		over = []string{origin, v.Region, v.Code.String()}
	case QuotaOrigin:
		over = []string{Country(origin)}
	case QuotaDestination:
		over = []string{Country(v.Region)}
	case QuotaOccupation:
		over = []string{v.Code.String()}
	case QuotaCorridor:
		over = []string{Country(origin), Country(v.Region)}
	}
	return c.ID + "|" + strings.Join(over, "|")
}

// obstacle is what keeps a way from bringing more.
type obstacle int

const (
	closedHome obstacle = iota // a net shortage, closed to home
	nobodyAble                 // nobody who could is left, or nothing that they could do
	notInForce                 // the channel is shut
	gateShut                   // by a gate
	aLoss                      // each would lose by it
	notWilling                 // none of those who would gain is taken to be willing
	guardFull                  // a safeguard lets no more be recruited
	quotaFull                  // no place is left
	betterUse                  // nothing but the order of the objective
)

// wayOf sums the options through one channel, or at home, between the cell and the unplaced, or unfilled, on the other side.
type wayOf struct {
	obstacle
	channel     int32  // −1 at home
	able        int64  // of the cell, those whom somebody on the other side could serve, whatever keeps them apart
	gaining     int64  // of those: the worker would gain by it and is willing
	value       int64  // the most that one placement would gain; below 0 where each would lose
	best        option // of that value
	held        option // one that a gate shuts and somebody would gain by
	used, quota int64  // places of the sums concerned
	guard       *Limit
}

// tally adds up the two sides of some options, each row once: no more than the fewer of the two can be served.
type tally struct{ cohorts, vacancies map[int32]int64 }

func newTally() tally { return tally{map[int32]int64{}, map[int32]int64{}} }

func (t *tally) add(o *option, workers, openings int64) {
	if workers == 0 || openings == 0 {
		return
	}
	t.cohorts[o.cohort] = max(t.cohorts[o.cohort], workers)
	t.vacancies[o.vacancy] = max(t.vacancies[o.vacancy], openings)
}

func (t *tally) most() int64 {
	var workers, openings int64
	for _, n := range t.cohorts {
		workers += n
	}
	for _, n := range t.vacancies {
		openings += n
	}
	return min(workers, openings)
}

// waysOf sums options by channel, the best value first.
func (x *explainer) waysOf(options []option) []wayOf {
	by := map[int32][]option{}
	for _, o := range options {
		by[o.channel] = append(by[o.channel], o)
	}
	out := make([]wayOf, 0, len(by))
	for channel, list := range by {
		out = append(out, x.wayOf(channel, list))
	}
	slices.SortFunc(out, func(a, b wayOf) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.channel, b.channel))
	})
	return out
}

func (x *explainer) wayOf(channel int32, options []option) wayOf {
	w := wayOf{channel: channel, value: math.MinInt64}
	able, gaining, let, placed := newTally(), newTally(), newTally(), newTally()
	limits := map[string]bool{}
	net := true
	for i := range options {
		o := &options[i]
		open := x.Fillings[o.vacancy].Unfilled
		able.add(o, x.unplaced[o.cohort], open)
		net = net && o.home
		if x.unplaced[o.cohort] == 0 || open == 0 {
			continue
		}
		if o.value > w.value {
			w.value, w.best = o.value, *o
		}
		if o.value < 0 {
			continue
		}
		gaining.add(o, x.free(o), open)
		left, limited := x.left(o)
		if limited && !limits[o.limit] {
			limits[o.limit] = true
			w.quota += *x.Market.Channels[channel].Quota
			w.used += x.used[o.limit]
		}
		if o.gated {
			w.held = *o
		}
		if x.free(o) == 0 || o.gated {
			continue
		}
		if guard := x.guarded[o.cohort]; guard != nil && x.recruited(o) {
			if guard.Used >= guard.Most {
				w.guard = guard
				continue
			}
		}
		let.add(o, x.free(o), open)
		if !limited || left > 0 {
			placed.add(o, x.free(o), open)
		}
	}
	w.able, w.gaining = able.most(), gaining.most()
	w.obstacle = betterUse
	for _, reason := range []struct {
		is       bool
		obstacle obstacle
	}{
		{net, closedHome},
		{w.able == 0, nobodyAble},
		{channel >= 0 && !x.Market.Channels[max(channel, 0)].Open(x.n.Day()), notInForce},
		{w.value < 0, aLoss},
		{w.gaining == 0, notWilling},
		{let.most() == 0 && w.guard != nil, guardFull},
		{let.most() == 0, gateShut},
		{placed.most() == 0, quotaFull},
	} {
		if reason.is {
			w.obstacle = reason.obstacle
			break
		}
	}
	return w
}
