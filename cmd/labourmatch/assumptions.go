package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newAssumptions(t *terminal) *cobra.Command {
	var order, format string
	var level int
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
			if !slices.Contains([]string{"table", "json", "markdown"}, format) {
				return usage(cmd, "--format is %q; use table, json or markdown", format)
			}
			if order != "" && !slices.Contains(matcher.Orders(), matcher.Order(order)) {
				return usage(cmd, "--order is %q; use home-first, fill-first or value", order)
			}
			if level < 0 || level > 4 {
				return usage(cmd, "--level is %d; ISCO levels are 1 to 4", level)
			}
			var market *datasets.Directory
			var err error
			if len(args) == 1 {
				market, err = openMarket(args[0])
			} else {
				market, err = demoMarket()
				if level == 0 {
					level = demoLevel
				}
			}
			if err != nil {
				return err
			}
			step, done := t.progress("trying")
			a, err := report.Assess(cmd.Context(), market, report.Options{
				Level: level, Order: matcher.Order(order), Engine: version, Progress: step,
			})
			done()
			if err != nil {
				return fmt.Errorf("assumptions: %w", err)
			}
			switch format {
			case "json":
				out := json.NewEncoder(t.out)
				out.SetIndent("", "  ")
				return out.Encode(a)
			case "markdown":
				return a.WriteMarkdown(t.out)
			}
			return a.WriteText(t.out, report.Style{Color: t.colorOut})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&level, "level", 0, "ISCO level of the run, 1 to 4 (default: the data's own; of the demo 3)")
	flags.StringVar(&order, "order", "", "order of the objective (default: the policy's, home-first)")
	flags.StringVar(&format, "format", "table", "what to print: table, json, markdown")
	return cmd
}
