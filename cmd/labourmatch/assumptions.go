package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newAssumptions(t *terminal) *cobra.Command {
	var run runFlags
	var page pageFlag
	cmd := &cobra.Command{
		Use:     "assumptions [DIR]",
		Short:   "What a market's totals rest on, sorted by effect",
		GroupID: "files",
		Long: `Solves the market directory DIR again and again, each time with one assumption
changed, and prints one page of what that does to the totals, the largest change
first: every assumed number of the policy at half and at double, assumed rows by
source, counts split by shares at other levels of detail, a source that is taken
to see everybody seeing half, and the other orders of the objective. Without DIR
it is the demo's market.

It takes some thirty solves; docs/assumptions.md is the demo's page.`,
		Example: `  labourmatch assumptions
  labourmatch assumptions my-market --level 2
  labourmatch assumptions --format markdown > docs/assumptions.md`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "%q is one argument too many; %s takes one market directory, or none for the demo", args[1], cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(page.check(cmd), run.check(cmd)); err != nil {
				return err
			}
			var market *datasets.Directory
			var err error
			if len(args) == 1 {
				market, err = openMarket(args[0])
			} else {
				market, err = demoMarket()
				if run.level == 0 {
					run.level = demoLevel
				}
			}
			if err != nil {
				return err
			}
			step, done := t.progress("trying")
			a, err := report.Assess(cmd.Context(), market, report.Options{
				Level: run.level, Order: matcher.Order(run.order), Engine: version, Progress: step,
			})
			done()
			if err != nil {
				return fmt.Errorf("assumptions: %w", err)
			}
			return page.write(t, a)
		},
	}
	run.add(cmd, "the data's own; of the demo 3")
	page.add(cmd)
	return cmd
}
