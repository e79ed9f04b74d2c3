package matcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

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
	// OfQuota bounds the people a channel carries from one region into the vacancies of another, in one occupation.
	OfQuota BoundOf = "quota"
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
	Kind    BoundKind
	Of      BoundOf
	Channel int    // index in Result.Market.Channels; −1 unless it is a quota
	Origin  string // the region of the workers; "" for openings
	// Destination is the region of the vacancies; "" for workers and the mobile.
	Destination string
	Code               // of the vacancies, or of the cohort
	Row         string // the key of the cohort or the vacancy; "" for a quota
	Size        int64
	Used        int64

	more, less int // the arcs whose bound rises or falls with it
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
	More  Side
	Less  Side
}

// Pricer prices the limits of one result. It keeps about 5 bytes for each arc of the network, and 20 and 32 for each term
// for every node. It answers one question at a time.
type Pricer struct {
	result  *Result
	network *network
	worth   *flow.Worth
}

// NewPricer prepares to price the limits of a result of [Match]; it takes some of the time that Match took. Errors: of a
// result of another making; one that matches [ErrTooLarge]; ctx's.
func NewPricer(ctx context.Context, r *Result) (*Pricer, error) {
	if r.drawn == nil {
		return nil, errors.New("only a result of Match has prices")
	}
	worth, err := flow.NewWorth(ctx, r.Certificate.Network, r.Certificate.Solution)
	if bound := (*flow.BoundError)(nil); errors.As(err, &bound) {
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	if err != nil {
		return nil, fmt.Errorf("price the limits: %w", err)
	}
	return &Pricer{r, r.drawn, worth}, nil
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
		first := 2 * len(n.Cohorts)
		for v := range n.Vacancies {
			if wanted(OfOpenings) && !yield(p.openings(v, first+v*steps, steps)) {
				return
			}
		}
		if !wanted(OfQuota) {
			return
		}
		for a := first + steps*len(n.Vacancies); a < n.Arcs(); a++ {
			if arc := n.Arc(a); arc.Upper != flow.Inf && !yield(p.quota(a, arc)) {
				return
			}
		}
	}
}

func (p *Pricer) cohortLimit(c int, of BoundOf, arc int) Bound {
	n := p.network
	cohort := &n.Cohorts[c]
	return Bound{
		Kind: NetworkLimit, Of: of, Channel: -1, Origin: cohort.Region, Code: cohort.Code, Row: cohort.Key(),
		Size: n.Arc(arc).Upper, Used: p.flow(arc), more: arc, less: arc,
	}
}

// openings are those of a vacancy, whose arcs are its steps. Cut anew, one opening more goes to the first step of those that have fewest.
func (p *Pricer) openings(v, first, steps int) Bound {
	vacancy := &p.network.Vacancies[v]
	count := int(vacancy.Count % int64(steps))
	l := Bound{
		Kind: NetworkLimit, Of: OfOpenings, Channel: -1, Destination: vacancy.Region, Code: vacancy.Code, Row: vacancy.Key(),
		Size: vacancy.Count, more: first + count, less: first + (count+steps-1)%steps,
	}
	for k := range steps {
		l.Used += p.flow(first + k)
	}
	return l
}

// quota is the limit on an arc beyond those of rows: on an exit, or on the way to a gate, after which its exits follow.
func (p *Pricer) quota(a int, arc flow.Arc) Bound {
	n := p.network
	pool, exit := 0, a
	if arc.To >= n.gateNode {
		pool, exit = int(n.gatePool[arc.To-n.gateNode]), a+1
	} else {
		pool = n.poolAt(arc.From)
	}
	vacancy := int(n.Arc(exit).To - n.vacancyNode)
	return Bound{
		Kind: NetworkLimit, Of: OfQuota, Channel: n.channelAt(pool, vacancy, n.Key(exit)),
		Origin: n.regions[n.pools[pool].region], Destination: n.Vacancies[vacancy].Region, Code: n.codes[n.pools[pool].code],
		Size: arc.Upper, Used: p.flow(a), more: a, less: a,
	}
}

func (p *Pricer) flow(arc int) int64 { return p.result.Certificate.Solution.Flow(arc) }

// Of prices one limit, one of those that Limits yields.
func (p *Pricer) Of(l Bound) Price {
	price := Price{Bound: l, Exact: true, More: p.nothing(l.Size), Less: p.nothing(l.Size)}
	for step := range p.worth.More(l.more) {
		price.More = Side{gains(step.Costs, -1), l.reaches(l.Size + step.Units)}
		break
	}
	for step := range p.worth.Less(l.less) {
		price.Less = Side{gains(step.Costs, 1), l.reaches(l.Size - step.Units)}
		break
	}
	return price
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

// Tightest prices those limits of some sorts, of all if none is named, of which one more is worth most, at most so many. Limits of which one
// more is worth nothing are left out. Equals are in the order of Limits.
//
// It looks first at what one more of each is worth at most, which takes no search, and goes on as long as that is more than
// what it has found.
func (p *Pricer) Tightest(ctx context.Context, most int, of ...BoundOf) ([]Price, error) {
	type candidate struct {
		limit Bound
		worth []int64 // what one more changes the costs by: at most first, then just
	}
	order := func(a, b candidate) int {
		return cmp.Or(slices.Compare(a.worth, b.worth), cmp.Compare(a.limit.more, b.limit.more))
	}
	var all []candidate
	for l := range p.Limits(of...) {
		if worth := p.worth.Most(l.more); slices.ContainsFunc(worth, func(c int64) bool { return c != 0 }) {
			all = append(all, candidate{l, worth})
		}
	}
	slices.SortFunc(all, order)
	var best []candidate // sorted
	for i, c := range all {
		if i&0xff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(best) == most && (most == 0 || slices.Compare(c.worth, best[most-1].worth) > 0) {
			break
		}
		c.worth = p.worth.Unit(c.limit.more)
		if !slices.ContainsFunc(c.worth, func(c int64) bool { return c != 0 }) {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, c, order)
		if best = slices.Insert(best, at, c); len(best) > most {
			best = best[:most]
		}
	}
	prices := make([]Price, 0, len(best))
	for _, c := range best {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		prices = append(prices, p.Of(c.limit))
	}
	return prices, nil
}
