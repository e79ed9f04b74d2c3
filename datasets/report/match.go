package report

import (
	"cmp"
	"context"
	"fmt"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// Match solves a market directory alone, at the level and order of the options and under their scenarios, and makes no report of it. Errors: one
// that matches [ErrLevel]; *datasets.Problems where the data make no market or a scenario cannot be applied; those of [matcher.Match].
func Match(ctx context.Context, d *datasets.Directory, o Options) (*matcher.Result, error) {
	market, policy, err := marketOf(d, o)
	if err != nil {
		return nil, err
	}
	var scenarios []*matcher.Scenario
	var files []string
	for _, f := range o.Scenarios {
		s, err := datasets.ReadScenario(f.Data, f.Name, market.Period)
		if err != nil {
			return nil, err
		}
		scenarios, files = append(scenarios, s), append(files, f.Name)
	}
	if market, policy, _, err = datasets.ApplyScenarios(market, policy, scenarios, files); err != nil {
		return nil, err
	}
	run := matcher.Options{}
	if o.Progress != nil {
		run.Progress = func(p matcher.Progress) { o.Progress(p.Phase, p.Done) }
	}
	return matcher.Match(ctx, market, policy, run)
}

// marketOf makes the market of a directory at the level asked for, and the policy with the order asked for.
func marketOf(d *datasets.Directory, o Options) (*matcher.Market, matcher.Policy, error) {
	policy, finest := d.Policy(), d.Finest()
	policy.Order = cmp.Or(o.Order, policy.Order)
	level := cmp.Or(o.Level, d.Level())
	if level < 1 || level > finest {
		return nil, policy, fmt.Errorf("ISCO-%d was asked for, and %w: their finest is ISCO-%d", level, ErrLevel, finest)
	}
	m, err := d.Market(level)
	if err != nil {
		return nil, policy, fmt.Errorf("make the market at ISCO-%d: %w", level, err)
	}
	return m, policy, nil
}
