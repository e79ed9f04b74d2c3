package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newCurve(t *terminal) *cobra.Command {
	var quota, limit, format string
	var run runFlags
	var price bool
	cmd := &cobra.Command{
		Use:     "curve DIR",
		Short:   "What a quota, or another limit, is worth at every size",
		GroupID: "files",
		Long: `Reads the market directory DIR, places its workers, and finds what one quota is
worth at every size: from none to where one more place is worth nothing, with
all else as it is. The breakpoints are exact, and each is solved and checked.

A quota is named CHANNEL:ORIGIN:DESTINATION:OCCUPATION, or by its channel alone
where that has only one. The report of "labourmatch match" lists the quotas of
which one more place is worth most. --limit takes the name of any limit, as
prices.csv has them:
  visa:PH:DE-BY:741      a quota; a part it is not told by stays empty
  safeguard:who:PH       a safeguard
  openings:DE-BY:741     the openings of a region in an occupation
  workers:PH:741         the workers of a region in an occupation
  mobile:PH:741          those of them who are willing to leave
With --price it says what one more is worth and one less loses, and how far that
holds, and does not look for the curve, which takes a solve for each breakpoint.

It prints a plot in 80 columns; with --format csv a table of every breakpoint:
what is filled, in all and by way, what is gained, what channels cost, and what
one more place gains from there on.`,
		Example: `  labourmatch curve my-market --quota visa:PH:DE-BY:741
  labourmatch curve my-market --quota visa --format csv
  labourmatch curve my-market --limit openings:DE-BY:741 --price`,
		Args: exactly(argument{"DIR", "the market directory"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (quota == "") == (limit == "") {
				return usage(cmd, "name one limit: --quota CHANNEL:ORIGIN:DESTINATION:OCCUPATION, or --limit with the name of any")
			}
			name := cmp.Or(quota, limit)
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
			var out interface {
				WriteCSV(w io.Writer) error
				WriteText(w io.Writer, s report.Style) error
			}
			if price {
				out, err = report.PriceOf(cmd.Context(), result, name)
			} else {
				out, err = report.CurveOf(cmd.Context(), result, name)
			}
			if err != nil {
				return err
			}
			if format == "csv" {
				return out.WriteCSV(t.out)
			}
			return out.WriteText(t.out, report.Style{Color: t.colorOut})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&quota, "quota", "", "`NAME` of the quota: CHANNEL:ORIGIN:DESTINATION:OCCUPATION")
	flags.StringVar(&limit, "limit", "", "`NAME` of any limit, as in the table of prices")
	flags.BoolVar(&price, "price", false, "say what one more and one less is worth, and look for no curve")
	run.add(cmd, "the data's own")
	flags.StringVar(&format, "format", "table", "what to print: table (the plot, or the price), csv")
	return cmd
}
