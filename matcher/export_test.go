package matcher

import "context"

// MatchThroughHubs is Match with a hub wherever one can be, as if every country were large.
func MatchThroughHubs(ctx context.Context, market *Market, policy Policy) (*Result, error) {
	return match(ctx, market, policy, Options{}, 0)
}
