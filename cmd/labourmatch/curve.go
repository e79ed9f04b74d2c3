package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newCurve(t *terminal) *cobra.Command {
	var quota, limit, order, format string
	var level int
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
			if !slices.Contains([]string{"table", "csv"}, format) {
				return usage(cmd, "--format is %q; use table or csv", format)
			}
			if order != "" && !slices.Contains(matcher.Orders(), matcher.Order(order)) {
				return usage(cmd, "--order is %q; use home-first, fill-first or value", order)
			}
			if level < 0 || level > 4 {
				return usage(cmd, "--level is %d; ISCO levels are 1 to 4", level)
			}
			directory, err := openMarket(args[0])
			if err != nil {
				return err
			}
			if finest := directory.Level(); level > finest {
				return fmt.Errorf("ISCO-%d was asked for, and %w: their finest is ISCO-%d", level, report.ErrLevel, finest)
			}
			market, err := directory.Market(cmp.Or(level, directory.Level()))
			if err != nil {
				return fmt.Errorf("read %s: %w", args[0], err)
			}
			policy := directory.Policy()
			policy.Order = cmp.Or(matcher.Order(order), policy.Order)
			result, err := matcher.Match(cmd.Context(), market, policy, matcher.Options{})
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
	flags.IntVar(&level, "level", 0, "ISCO level of the run, 1 to 4 (default: the data's own)")
	flags.StringVar(&order, "order", "", "order of the objective (default: the policy's, home-first)")
	flags.StringVar(&format, "format", "table", "what to print: table (the plot, or the price), csv")
	return cmd
}
