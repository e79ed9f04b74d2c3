package flowtest

import (
	"context"
	"errors"
	"fmt"

	"labourmatch/matcher/flow"
)

// Solve is flow.Solve, and nothing passes that is not certified: tests solve by it,
// so that every plan in the whole suite is proven. What fails its certificate is an
// error of type *flow.CertificateError.
func Solve(ctx context.Context, n *flow.Network, o flow.Options) (*flow.Solution, error) {
	s, err := flow.Solve(ctx, n, o)
	return certified(n, s, err)
}

// Resolve is flow.Resolve, certified as in [Solve].
func Resolve(ctx context.Context, n *flow.Network, before *flow.Solution, o flow.Options) (*flow.Solution, error) {
	s, err := flow.Resolve(ctx, n, before, o)
	return certified(n, s, err)
}

func certified(n *flow.Network, s *flow.Solution, err error) (*flow.Solution, error) {
	if err != nil {
		return nil, err
	}
	if err := flow.Certify(n, s); err != nil {
		return nil, err
	}
	return s, nil
}

// Verdict is the kind of an answer of flow.Solve or flow.Resolve: "optimal",
// "infeasible", "unbounded", "malformed" or "too large". Of an error that a
// network cannot be blamed for it is the error's text.
func Verdict(err error) string {
	var (
		infeasible *flow.InfeasibleError
		input      *flow.InputError
		bound      *flow.BoundError
	)
	switch {
	case err == nil:
		return "optimal"
	case errors.As(err, &infeasible):
		return "infeasible"
	case errors.Is(err, flow.ErrUnbounded):
		return "unbounded"
	case errors.As(err, &input):
		return "malformed"
	case errors.As(err, &bound):
		return "too large"
	default:
		return fmt.Sprintf("the error %v", err)
	}
}
