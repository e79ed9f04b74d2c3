package matcher

import (
	"context"
	"slices"

	"labourmatch/matcher/flow"
)

// MatchThroughHubs is Match with a hub wherever one can be, as if every country were large.
func MatchThroughHubs(ctx context.Context, market *Market, policy Policy) (*Result, error) {
	return match(ctx, market, policy, Options{}, 0)
}

// Build draws the network of a market, as [Match] does before it solves. The function it returns reads a solution back.
func Build(market *Market, policy Policy) (*flow.Network, func(*flow.Solution) (*Result, error), error) {
	n, err := build(market, &policy, hubPays)
	if err != nil {
		return nil, nil, err
	}
	return &n.Network, n.read, nil
}

// AddLayerCosts gives every entry and every exit of a network that Build drew a cost of its own, the least important:
// so that of several optimal placements one is the cheapest, in whatever form the market is drawn.
func AddLayerCosts(network *flow.Network, r *Result) {
	k := network.AddCosts()
	first := int32(1 + 2*len(r.Market.Cohorts)) // as connect numbers the nodes
	last := first + int32(len(r.Market.Vacancies))
	for a := range network.Arcs() {
		arc := network.Arc(a)
		entry := arc.From != root && arc.From < first && arc.To >= last
		exit := arc.From >= last && arc.To >= first && arc.To < last
		if entry || exit {
			network.SetCost(k, a, layerCost(network.Key(a)))
		}
		if arc.From != root && arc.From < first && arc.To >= first && arc.To < last && arc.From%2 == 1 { // both in one, at home
			c, v := &r.Market.Cohorts[(arc.From-1)/2], &r.Market.Vacancies[arc.To-first]
			p := Pool{c.Region, v.Code, ClassRelated}
			if c.Code == v.Code && c.Occupation != "" {
				p.Class = ClassOwn
			}
			network.SetCost(k, a, EntryCost(p, c)+ExitCost(p, v, ""))
		}
	}
}

// EntryCost is what AddLayerCosts makes of the entry of a cohort into a pool.
func EntryCost(p Pool, c *Cohort) int64 { return layerCost(mix(nameOf(p), hash(c.Key()))) }

// ExitCost is what AddLayerCosts makes of the exit from a pool into a vacancy, through a channel unless it is "".
func ExitCost(p Pool, v *Vacancy, channel string) int64 {
	key := mix(nameOf(p), hash(v.Key()))
	if channel != "" {
		key = mix(key, hash(channel))
	}
	return layerCost(key)
}

func nameOf(p Pool) uint64 { return hash(p.Region + "|" + p.Code.String() + "|" + p.Class) }

func layerCost(key uint64) int64 { return int64(key >> 36) } //nolint:gosec // 28 bits

// CausesThroughHubs is Result.Causes with a hub wherever one can be.
func CausesThroughHubs(ctx context.Context, r *Result) (*Causes, error) { return r.causes(ctx, nil, 0) }

// Freed says what a market is freed from, to see what it holds back.
type Freed struct {
	Quotas     bool // of channels, and the policy's origin_share
	Safeguards bool // but for gates
	Gates      bool
}

// Without is a market and policy freed from limits. Rows keep their places, so a placement of the one is told in rows of the other.
func (m *Market) Without(policy Policy, l Freed) (*Market, Policy) {
	free := *m
	if l.Quotas {
		free.Channels = slices.Clone(m.Channels)
		for i := range free.Channels {
			free.Channels[i].Quota = nil
		}
		policy.OriginShare.Value = 1
	}
	free.Safeguards = slices.DeleteFunc(slices.Clone(m.Safeguards), func(s Safeguard) bool {
		return l.Gates && s.Rule == RuleGate || l.Safeguards && s.Rule != RuleGate
	})
	return &free, policy
}

// Arcs are the arcs of the network whose bounds rise and fall with the limit.
func (l *Bound) Arcs() (more, less int) { return l.more, l.less }

// Group is the number of the group limit of the network that the bound is; −1 for none.
func (l *Bound) Group() int { return l.group }

// InPlace says whether the network of a what-if is its base's with other bounds, and not one built anew.
func InPlace(base, r *Result) bool {
	return same(base.drawn.pools, r.drawn.pools) && same(base.drawn.assumed, r.drawn.assumed)
}
