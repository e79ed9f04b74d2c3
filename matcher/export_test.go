package matcher

import (
	"context"

	"labourmatch/matcher/flow"
)

// MatchThroughHubs is Match with a hub wherever one can be, as if every country were large.
func MatchThroughHubs(ctx context.Context, market *Market, policy Policy) (*Result, error) {
	return match(ctx, market, policy, Options{}, 0)
}

// Build draws the network of a market, which is what [Match] does before it solves.
func Build(market *Market, policy Policy) (*flow.Network, func(*flow.Solution) (*Result, error), error) {
	n, err := build(market, &policy, hubPays)
	if err != nil {
		return nil, nil, err
	}
	return &n.Network, n.read, nil
}
