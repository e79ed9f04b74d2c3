package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newCurve(t *terminal) *cobra.Command {
	var quota, format string
	var run runFlags
	cmd := &cobra.Command{
		Use:     "curve DIR",
		Short:   "What a quota is worth at every size",
		GroupID: "files",
		Long: `Reads the market directory DIR, places its workers, and finds what one quota is
worth at every size: from none to where one more place is worth nothing, with
all else as it is. The breakpoints are exact, and each is solved and checked.

A quota is named CHANNEL:ORIGIN:DESTINATION:OCCUPATION, or by its channel alone
where that has only one. The report of "labourmatch match" lists the quotas of
which one more place is worth most.

It prints a plot in 80 columns; with --format csv a table of every breakpoint:
what is filled, in all and by way, what is gained, what channels cost, and what
one more place gains from there on.`,
		Example: `  labourmatch curve my-market --quota visa:PH:DE-BY:741
  labourmatch curve my-market --quota visa --format csv`,
		Args: exactly(argument{"DIR", "the market directory"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if quota == "" {
				return usage(cmd, "--quota is missing; name a quota as CHANNEL:ORIGIN:DESTINATION:OCCUPATION")
			}
			if err := oneOf(cmd, "--format", format, "table", "csv"); err != nil {
				return err
			}
			if err := run.check(cmd); err != nil {
				return err
			}
			directory, err := openMarket(args[0])
			if err != nil {
				return err
			}
			step, done := t.progress("matching")
			result, err := report.Match(cmd.Context(), directory, report.Options{Level: run.level, Order: matcher.Order(run.order), Progress: step})
			done()
			if err != nil {
				return fmt.Errorf("match %s: %w", args[0], err)
			}
			curve, err := report.CurveOf(cmd.Context(), result, quota)
			if err != nil {
				return err
			}
			if format == "csv" {
				return curve.WriteCSV(t.out)
			}
			return curve.WriteText(t.out, report.Style{Color: t.colorOut})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&quota, "quota", "", "`NAME` of the quota: CHANNEL:ORIGIN:DESTINATION:OCCUPATION")
	run.add(cmd, "the data's own")
	flags.StringVar(&format, "format", "table", "what to print: table (the plot), csv")
	return cmd
}
