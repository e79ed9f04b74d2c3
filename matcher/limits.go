package matcher

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"labourmatch/matcher/flow"
)

// Kinds of limits.
const (
	LimitQuota       = "quota"        // of a channel
	LimitOriginShare = "origin_share" // of a channel's quota, what one origin may have of it by policy
	LimitList        = RuleList       // the rest by safeguard
	LimitStay        = RuleStay
	LimitLeave       = RuleLeave
)

// Limit bounds how many people a sum of placements may carry. A network limit bounds one arc, and a group limit a sum of
// them; what one more unit of it is worth is told by the arc's reduced costs, or by the multiplier of the group.
type Limit struct {
	Kind      string `json:"kind"`
	Channel   int    `json:"channel"`   // index in Result.Market.Channels, −1 of a safeguard
	Safeguard int    `json:"safeguard"` // index in Result.Market.Safeguards, −1 of a quota
	Cohort    int    `json:"cohort"`    // index in Result.Market.Cohorts where it bounds one of them, else −1
	// Origin, Destination and Code are what the sum is over: "" sums over all. A quota for each is of regions,
	// every other sum of countries.
	Origin      string `json:"origin,omitempty"`
	Destination string `json:"destination,omitempty"`
	Code
	Most int64 `json:"most"`
	Used int64 `json:"used"`
	// Arc is the arc it bounds in the certificate's network, −1 of a group limit; Group the number of the group limit there,
	// −1 of a network limit.
	Arc   int `json:"arc"`
	Group int `json:"group"`
}

// limitKinds are the kinds by their number in a sum.
var limitKinds = [...]string{LimitQuota, LimitOriginShare, LimitList, LimitStay, LimitLeave}

const (
	quotaKind = iota
	originShareKind
	listKind
	stayKind
	leaveKind
)

// sum names what a limit is on, by numbers, −1 where it is over all: two arcs of the same sum are under the same limit.
type sum struct {
	kind                       int32
	channel, safeguard, cohort int32
	origin, destination, code  int32 // of a quota for each, a region and a place; else countries
}

// limited is a limit while the network is drawn, or once it is: a world has as many as it has corridors with a quota.
type limited struct {
	sum
	most  int64
	arc   int32 // the only one of the sum; −1 of a group
	group int32 // number among groups of a sum of several arcs, −1 of one
}

const limitedBytes = 48

// limits collects what the arcs drawn are under.
type limits struct {
	limited []limited
	groups  [][]int32 // arcs of those that have several
	at      map[sum]int32
	sole    map[sum]int32 // of a quota: the number of the only pool that it bounds, −1 where there are several
	grouped int64         // arcs in groups
}

func newLimits() limits { return limits{at: map[sum]int32{}, sole: map[sum]int32{}} }

// put puts an arc under a limit. A limit that is known to bound no more than one arc, as most quotas do, is not looked for
// among the others.
func (l *limits) put(s sum, most int64, arc int32, alone bool) {
	k, known := int32(0), false
	if !alone {
		k, known = l.at[s]
	}
	if !known {
		if !alone {
			l.at[s] = int32(len(l.limited)) //nolint:gosec // fewer than arcs
		}
		l.limited = append(l.limited, limited{s, most, arc, -1})
		return
	}
	x := &l.limited[k]
	if x.group < 0 {
		l.groups = append(l.groups, []int32{x.arc})
		x.group, x.arc = int32(len(l.groups)-1), -1 //nolint:gosec // fewer than arcs
		l.grouped++
	}
	l.groups[x.group] = append(l.groups[x.group], arc)
	l.grouped++
}

// write turns sums of one arc into its bound, and the others into group limits of the network.
func (n *network) write() {
	l := &n.limits
	slices.SortFunc(l.limited, func(a, b limited) int {
		return cmp.Or(
			cmp.Compare(a.safeguard, b.safeguard), cmp.Compare(a.channel, b.channel), cmp.Compare(a.kind, b.kind),
			cmp.Compare(a.origin, b.origin), cmp.Compare(a.destination, b.destination), cmp.Compare(a.code, b.code), cmp.Compare(a.cohort, b.cohort),
		)
	})
	for i := range l.limited {
		x := &l.limited[i]
		if x.group < 0 {
			n.bound(int(x.arc), x.most)
			continue
		}
		if !n.counting {
			slices.Sort(l.groups[x.group])
			x.group = int32(n.AddLimit(x.most, l.groups[x.group])) //nolint:gosec // fewer than arcs
		}
	}
	l.groups, l.at, l.sole = nil, nil, nil
}

// boundLimits sets what limits allow, in a network drawn before, to what the market at hand has.
func (n *network) boundLimits() {
	l := &n.limits
	l.limited = slices.Clone(l.limited)
	stocks := n.stocks()
	for i := range l.limited {
		x := &l.limited[i]
		x.most = n.mostOf(&x.sum, stocks)
		if x.group >= 0 {
			n.SetLimit(int(x.group), x.most)
			continue
		}
		a := n.Arc(int(x.arc))
		a.Upper = x.most
		n.SetArc(int(x.arc), a)
	}
	for i := range l.limited { // an arc may be under two
		if x := &l.limited[i]; x.group < 0 {
			n.bound(int(x.arc), x.most)
		}
	}
}

// mostOf is what a sum may carry.
func (n *network) mostOf(s *sum, stocks map[[2]string]int64) int64 {
	switch s.kind {
	case quotaKind:
		return *n.Channels[s.channel].Quota
	case originShareKind:
		return atMost(*n.Channels[s.channel].Quota, n.policy.OriginShare.Value)
	}
	safeguard := &n.Safeguards[s.safeguard]
	switch s.kind {
	case listKind:
		return atMost(n.mobile[s.cohort], 1-safeguard.share(n.Cohorts[s.cohort].Code))
	case stayKind:
		return atMost(stocks[[2]string{safeguard.ID, n.countries[s.origin]}], 1-safeguard.Amount)
	}
	return int64(safeguard.Amount)
}

// bound lowers the bound of an arc.
func (n *network) bound(arc int, most int64) {
	if n.counting {
		return
	}
	if a := n.Arc(arc); a.Upper > most {
		a.Upper = most
		n.SetArc(arc, a)
	}
}

// byOrigin says whether each sum of a channel's quota is of one origin.
func (c *Channel) byOrigin() bool {
	return c.QuotaOf == QuotaEach || c.QuotaOf == QuotaOrigin || c.QuotaOf == QuotaCorridor
}

// quotaSum names the sum of a channel's quota that placements from a region into a place of a country and a code fall under.
func (n *network) quotaSum(channel, region, place, country, code int32) sum {
	s := sum{kind: quotaKind, channel: channel, safeguard: -1, cohort: -1, origin: -1, destination: -1, code: -1}
	switch n.Channels[channel].QuotaOf {
	case QuotaEach:
		s.origin, s.destination, s.code = region, place, code
	case QuotaOrigin:
		s.origin = n.countryOf[region]
	case QuotaDestination:
		s.destination = country
	case QuotaOccupation:
		s.code = code
	case QuotaCorridor:
		s.origin, s.destination = n.countryOf[region], country
	}
	return s
}

// sumInto is the sum that the exit from a pool into a vacancy falls under.
func (n *network) sumInto(p *pool, x *exit) sum {
	return n.quotaSum(x.channel, p.region, n.placeOf[x.vacancy], n.abroad[x.vacancy], p.code)
}

// shared says whether the policy's origin_share bounds what one origin has of a channel's quota: it is open to several
// countries, each sum of it, and not a quota for each of them.
func (n *network) shared(c *Channel) bool {
	if c.Quota == nil || n.policy.OriginShare.Value == 1 || c.byOrigin() {
		return false
	}
	first := ""
	for _, place := range c.Origins {
		for _, country := range n.membersOf(place) {
			if country == "*" || first != "" && country != first {
				return true
			}
			first = country
		}
	}
	return false
}

// putOrigin puts an arc out of a pool into a country under the limits that are of origins.
func (n *network) putOrigin(channel int32, p *pool, country, arc int32) {
	c := &n.Channels[channel]
	if c.Quota == nil {
		return
	}
	s := n.quotaSum(channel, p.region, -1, country, p.code)
	if c.byOrigin() {
		n.limits.put(s, *c.Quota, arc, false)
	} else if n.shared(c) {
		s.kind, s.origin = originShareKind, n.countryOf[p.region]
		n.limits.put(s, atMost(*c.Quota, n.policy.OriginShare.Value), arc, false)
	}
}

// putHub puts an exit of a hub under the quota whose sum is not of one origin.
func (n *network) putHub(h *hub, arc int32) {
	if h.channel < 0 {
		return
	}
	if c := &n.Channels[h.channel]; c.Quota != nil && !c.byOrigin() {
		n.limits.put(n.quotaSum(h.channel, -1, -1, h.country, h.code), *c.Quota, arc, false)
	}
}

// atMost is the largest whole number that is no more than a share of a total.
func atMost(total int64, of float64) int64 { return int64(math.Floor(float64(total)*of + 1e-9)) }

// noteSums remembers whether a quota bounds the exits of one pool only: then it can be a network limit.
func (n *network) noteSums(number int32, p *pool, exits []exit, hubs []int32) {
	for _, h := range hubs {
		if c := n.hubs[h].channel; c >= 0 && n.Channels[c].Quota != nil {
			n.limits.sole[n.quotaSum(c, p.region, -1, n.hubs[h].country, p.code)] = -1
		}
	}
	for i := range exits {
		x := &exits[i]
		if x.channel < 0 || n.Channels[x.channel].Quota == nil || n.Channels[x.channel].QuotaOf == QuotaEach {
			continue
		}
		s := n.sumInto(p, x)
		if other, known := n.limits.sole[s]; !known {
			n.limits.sole[s] = number
		} else if other != number {
			n.limits.sole[s] = -1
		}
	}
}

// readLimits tells what each limit is on, and what it carries.
func (n *network) readLimits(s *flow.Solution) []Limit {
	list := make([]Limit, len(n.limits.limited))
	for i := range list {
		x := &n.limits.limited[i]
		l := &list[i]
		*l = Limit{
			Kind: limitKinds[x.kind], Channel: int(x.channel), Safeguard: int(x.safeguard), Cohort: int(x.cohort),
			Most: x.most, Arc: int(x.arc), Group: int(x.group),
		}
		each := x.kind == quotaKind && n.Channels[x.channel].QuotaOf == QuotaEach
		if x.origin >= 0 && each {
			l.Origin, l.Destination = n.regions[x.origin], n.placeNames[x.destination]
		} else if x.origin >= 0 {
			l.Origin = n.countries[x.origin]
		}
		if x.destination >= 0 && !each {
			l.Destination = n.countries[x.destination]
		}
		if x.code >= 0 {
			l.Code = n.codes[x.code]
		}
		if x.cohort >= 0 {
			l.Code = n.Cohorts[x.cohort].Code
		}
		if x.group < 0 {
			l.Used = s.Flow(int(x.arc))
			continue
		}
		_, arcs := n.Limit(l.Group)
		for _, a := range arcs {
			l.Used += s.Flow(int(a))
		}
	}
	return list
}

// checkLimits derives what each limit carries again, from placements and entries, and holds it against what the limit
// says and allows. Beside that no placement through a channel with a quota may be under none.
func (r *Result) checkLimits() error {
	type over struct { // what a limit is on
		kind                string
		channel, cohort     int
		origin, destination string
		code                Code
	}
	used, at := make([]int64, len(r.Limits)), make(map[over]int, len(r.Limits))
	var safeguards []int
	for i := range r.Limits {
		l := &r.Limits[i]
		if l.Safeguard >= 0 {
			safeguards = append(safeguards, i)
			continue
		}
		at[over{l.Kind, l.Channel, l.Cohort, l.Origin, l.Destination, l.Code}] = i
	}
	for _, p := range r.Placements {
		if p.Channel < 0 || r.Market.Channels[p.Channel].Quota == nil {
			continue
		}
		v, from := &r.Market.Vacancies[p.Vacancy], r.Pools[p.Pool].Region
		o := over{LimitQuota, p.Channel, -1, "", "", Code{}}
		switch r.Market.Channels[p.Channel].QuotaOf {
		case QuotaEach:
			o.origin, o.destination, o.code = from, v.Region, v.Code
		case QuotaOrigin:
			o.origin = Country(from)
		case QuotaDestination:
			o.destination = Country(v.Region)
		case QuotaOccupation:
			o.code = v.Code
		case QuotaCorridor:
			o.origin, o.destination = Country(from), Country(v.Region)
		}
		i, found := at[o]
		if !found {
			return fmt.Errorf("channel %s carries %d from %s to %s %s under no limit, and it has a quota", r.Market.Channels[p.Channel].ID, p.Count, from, v.Region, v.Code)
		}
		used[i] += p.Count
		o.kind, o.origin = LimitOriginShare, Country(from)
		if i, found := at[o]; found {
			used[i] += p.Count
		}
	}
	for _, e := range r.Entries {
		if r.Pools[e.Pool].Class != ClassRecruited {
			continue
		}
		c := &r.Market.Cohorts[e.Cohort]
		for _, i := range safeguards {
			if l := &r.Limits[i]; l.Cohort == e.Cohort || l.Cohort < 0 && l.Origin == Country(c.Region) && r.Market.Safeguards[l.Safeguard].covers(c.Code) {
				used[i] += e.Count
			}
		}
	}
	for i := range r.Limits {
		if l := &r.Limits[i]; used[i] != l.Used || l.Used > l.Most {
			return fmt.Errorf("limit %d (%s from %q to %q): %d used of %d, the rows add up to %d", i, l.Kind, l.Origin, l.Destination, l.Used, l.Most, used[i])
		}
	}
	return nil
}
