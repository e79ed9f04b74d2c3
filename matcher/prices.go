package matcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"labourmatch/matcher/flow"
)

// BoundKind says how a limit bounds, and so how exact its price is.
type BoundKind string

const (
	// NetworkLimit bounds a single arc of the network, and its price is exact.
	NetworkLimit BoundKind = "network"
	// GroupLimit bounds a sum of arcs, and its price is a slope of the proven bound.
	GroupLimit BoundKind = "group"
)

// BoundOf is what a limit bounds.
type BoundOf string

const (
	// OfQuota bounds the people a channel carries: from one region into the vacancies of another, in one occupation, or a sum of these.
	OfQuota BoundOf = "quota"
	// OfSafeguard bounds the people recruited from cohorts of a country.
	OfSafeguard BoundOf = "safeguard"
	// OfOpenings bounds the people that a vacancy takes.
	OfOpenings BoundOf = "openings"
	// OfMobile bounds the workers of a cohort who leave the country.
	OfMobile BoundOf = "mobile"
	// OfWorkers bounds the workers of a cohort who are placed.
	OfWorkers BoundOf = "workers"
)

// Bound is a limit of a solved market: what it bounds, in the words of the market, how large it is, and how much of it
// the placement uses.
type Bound struct {
	Kind      BoundKind
	Of        BoundOf
	Channel   int    // index in Result.Market.Channels; −1 unless it is a quota
	Safeguard int    // index in Result.Market.Safeguards; −1 unless it is one
	Origin    string // the region or country of the workers; "" for openings, and where it is over all
	// Destination is the region or country of the vacancies; "" for workers and the mobile, and where it is over all.
	Destination string
	Code               // of the vacancies, or of the cohort; empty where it is over all
	Row         string // the key of the cohort or the vacancy; "" for a quota
	Size        int64
	Used        int64

	more, less int // the arcs whose bound rises or falls with it; −1 for a sum of arcs
	group      int // the group limit of the network; −1 for a single arc
}

// Binds says whether all of the limit is used.
func (l *Bound) Binds() bool { return l.Used == l.Size }

// Side is one side of a price: what a unit is worth in every term of the objective, and how far.
type Side struct {
	// Terms are, in the order of Certificate.Terms, what the objective gains with a unit more, or loses with a unit less. They
	// are lexicographically not negative; a later term may well fall where an earlier one rises.
	Terms []int64
	// Until is the size of the limit up to which, or down to which, every further unit is worth that. It is the size
	// itself where one more is worth nothing, or there is no less.
	Until int64
}

// Price is the value of one more unit of a limit, and of one less: both are the difference of two optima, so they are what solving
// again would find, to the dollar. They differ where the placement is at a breakpoint of the limit's curve, as it often is.
//
// It is a price of the limit, under the policy's order, with everything else as it is. It is none of a worker, and prices
// of several limits do not add up.
type Price struct {
	Bound
	Exact bool // false where it is a slope of a bound
	More  Side // 0 where it is not exact
	Less  Side
	// Slopes are, where group limits are live, by how much the proven bound of each term rises with a unit more while the terms before it
	// keep what they reached. In a market small enough More and Less are exact beside them.
	Slopes []float64
}

// Pricer prices the limits of one result. What it keeps for that is [Size.Prices]: of a world it is less than what solving took. It answers
// one question at a time; Tightest, which asks many, has all cores answer.
type Pricer struct {
	result  *Result
	network *network
	worth   *flow.Worth       // nil where group limits are live
	forks   []*flow.Worth     // of it, one for each further core
	groups  map[int32][]int32 // then: the groups of every arc that is in some
}

// NewPricer prepares to price the limits of a result of [Match]; it takes some of the time that Match took. Errors: of a
// result of another making; one that matches [ErrTooLarge]; ctx's.
func NewPricer(ctx context.Context, r *Result) (*Pricer, error) {
	if r.drawn == nil {
		return nil, errors.New("only a result of Match has prices")
	}
	if r.drawn.Network.Limits() > 0 {
		p := &Pricer{result: r, network: r.drawn, groups: map[int32][]int32{}}
		for g := range r.drawn.Network.Limits() {
			_, arcs := r.drawn.Limit(g)
			for _, a := range arcs {
				p.groups[a] = append(p.groups[a], int32(g)) //nolint:gosec // fewer than arcs
			}
		}
		return p, nil
	}
	worth, err := flow.NewWorth(ctx, r.Certificate.Network, r.Certificate.Solution)
	if bound := (*flow.BoundError)(nil); errors.As(err, &bound) {
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	if err != nil {
		return nil, fmt.Errorf("price the limits: %w", err)
	}
	return &Pricer{result: r, network: r.drawn, worth: worth}, nil
}

// Limits yields every limit of some sorts, of all if none is named: workers and the mobile by cohort, then openings by vacancy, then
// quotas by origin, occupation, channel and destination. Their order depends on keys alone.
func (p *Pricer) Limits(of ...BoundOf) iter.Seq[Bound] {
	n := p.network
	wanted := func(o BoundOf) bool { return len(of) == 0 || slices.Contains(of, o) }
	return func(yield func(Bound) bool) {
		for c := range n.Cohorts {
			for k, o := range []BoundOf{OfWorkers, OfMobile} {
				if wanted(o) && !yield(p.cohortLimit(c, o, 2*c+k)) {
					return
				}
			}
		}
		steps := 1
		if n.policy.Equity.Value > 0 {
			steps = equitySteps
		}
		first := 2*len(n.Cohorts) + len(n.guards.cohorts)
		for v := range n.Vacancies {
			if wanted(OfOpenings) && !yield(p.openings(v, first+v*steps, steps)) {
				return
			}
		}
		for i := range p.result.Limits {
			if b := p.ofLimit(&p.result.Limits[i]); wanted(b.Of) && !yield(b) {
				return
			}
		}
	}
}

func (p *Pricer) cohortLimit(c int, of BoundOf, arc int) Bound {
	n := p.network
	cohort := &n.Cohorts[c]
	return Bound{
		Kind: NetworkLimit, Of: of, Channel: -1, Safeguard: -1, group: -1, Origin: cohort.Region, Code: cohort.Code, Row: cohort.Key(),
		Size: n.Arc(arc).Upper, Used: p.flow(arc), more: arc, less: arc,
	}
}

// openings are those of a vacancy, whose arcs are its steps. Cut anew, one opening more goes to the first step of those that have fewest.
func (p *Pricer) openings(v, first, steps int) Bound {
	vacancy := &p.network.Vacancies[v]
	count := int(vacancy.Count % int64(steps))
	l := Bound{
		Kind: NetworkLimit, Of: OfOpenings, Channel: -1, Safeguard: -1, group: -1, Destination: vacancy.Region, Code: vacancy.Code, Row: vacancy.Key(),
		Size: vacancy.Count, more: first + count, less: first + (count+steps-1)%steps,
	}
	for k := range steps {
		l.Used += p.flow(first + k)
	}
	return l
}

// ofLimit is a quota or a safeguard as a bound. What bounds one arc together with something tighter does not bind.
func (p *Pricer) ofLimit(l *Limit) Bound {
	b := Bound{
		Kind: NetworkLimit, Of: OfQuota, Channel: l.Channel, Safeguard: l.Safeguard, Origin: l.Origin, Destination: l.Destination, Code: l.Code,
		Size: l.Most, Used: l.Used, more: l.Arc, less: l.Arc, group: l.Group,
	}
	if l.Safeguard >= 0 {
		b.Of = OfSafeguard
	}
	if l.Cohort >= 0 {
		b.Row, b.Origin = p.network.Cohorts[l.Cohort].Key(), p.network.Cohorts[l.Cohort].Region
	}
	if l.Group >= 0 {
		b.Kind = GroupLimit
	}
	return b
}

func (p *Pricer) flow(arc int) int64 { return p.result.Certificate.Solution.Flow(arc) }

// Of prices one limit, one of those that Limits yields.
func (p *Pricer) Of(ctx context.Context, l Bound) (Price, error) {
	if p.worth == nil {
		return p.slope(ctx, l)
	}
	return p.exactly(p.worth, l), nil
}

// exactly is the exact price of a limit.
func (p *Pricer) exactly(worth *flow.Worth, l Bound) Price {
	price := Price{Bound: l, Exact: true, More: p.nothing(l.Size), Less: p.nothing(l.Size)}
	for step := range worth.More(l.more) {
		price.More = Side{gains(step.Costs, -1), l.reaches(l.Size + step.Units)}
		break
	}
	for step := range worth.Less(l.less) {
		price.Less = Side{gains(step.Costs, 1), l.reaches(l.Size - step.Units)}
		break
	}
	return price
}

// pricingCores is how many questions are asked at once at most, since each takes memory like the nodes.
const pricingCores = 4

// onAllCores asks so many questions, each by number, as many at once as there are cores, up to pricingCores. The answers do not depend on who is asked.
func (p *Pricer) onAllCores(ctx context.Context, questions int, ask func(worth *flow.Worth, i int)) error {
	for len(p.forks) < min(questions, runtime.GOMAXPROCS(0), pricingCores)-1 {
		p.forks = append(p.forks, p.worth.Fork())
	}
	var next atomic.Int64
	answer := func(worth *flow.Worth) {
		for i := int(next.Add(1)) - 1; i < questions && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
			ask(worth, i)
		}
	}
	var others sync.WaitGroup
	for _, fork := range p.forks {
		others.Go(func() { answer(fork) })
	}
	answer(p.worth)
	others.Wait()
	return ctx.Err()
}

// reaches is how far a price holds. The next opening of a vacancy that is cut in steps belongs to another one.
func (l *Bound) reaches(size int64) int64 {
	if l.more != l.less {
		return min(max(size, l.Size-1), l.Size+1)
	}
	return size
}

func (p *Pricer) nothing(size int64) Side { return Side{make([]int64, len(p.network.terms)), size} }

// gains are costs with the sign of what is gained, or lost.
func gains(costs []int64, sign int64) []int64 {
	terms := make([]int64, len(costs))
	for k, c := range costs {
		terms[k] = sign * c
	}
	return terms
}

// asked is how many limits are looked at before what is found is compared.
const asked = 64

// Tightest prices those limits of some sorts, of all if none is named, of which one more is worth most, at most so many. Limits of which one
// more is worth nothing are left out. Equals are in the order of Limits.
//
// It looks first at what one more of each is worth at most, which takes no search, and goes on as long as that is more than
// what it has found. All cores look.
func (p *Pricer) Tightest(ctx context.Context, most int, of ...BoundOf) ([]Price, error) {
	if p.worth == nil {
		return p.steepest(ctx, most, of...)
	}
	type candidate struct {
		limit Bound
		place int     // among Limits
		worth []int64 // what one more changes the costs by: at most first, then just
	}
	order := func(a, b candidate) int {
		return cmp.Or(slices.Compare(a.worth, b.worth), cmp.Compare(a.place, b.place))
	}
	var all []candidate
	place := 0
	for l := range p.Limits(of...) {
		place++
		if worth := p.worth.Most(l.more); slices.ContainsFunc(worth, func(c int64) bool { return c != 0 }) {
			all = append(all, candidate{l, place, worth})
		}
	}
	slices.SortFunc(all, order)
	var best []candidate // sorted
	for len(all) > 0 && most > 0 {
		if len(best) == most && slices.Compare(all[0].worth, best[most-1].worth) > 0 {
			break
		}
		some := all[:min(asked, len(all))]
		all = all[len(some):]
		err := p.onAllCores(ctx, len(some), func(worth *flow.Worth, i int) { some[i].worth = worth.Unit(some[i].limit.more) })
		if err != nil {
			return nil, err
		}
		for _, c := range some {
			if !slices.ContainsFunc(c.worth, func(c int64) bool { return c != 0 }) {
				continue
			}
			at, _ := slices.BinarySearchFunc(best, c, order)
			if best = slices.Insert(best, at, c); len(best) > most {
				best = best[:most]
			}
		}
	}
	prices := make([]Price, len(best))
	err := p.onAllCores(ctx, len(best), func(worth *flow.Worth, i int) { prices[i] = p.exactly(worth, best[i].limit) })
	return prices, err
}
