package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
)

func newCompare(t *terminal) *cobra.Command {
	var format string
	var expect []string
	cmd := &cobra.Command{
		Use:     "compare A B",
		Short:   "Hold one report directory against another",
		GroupID: "files",
		Long: `Prints what differs between the report directories A and B: totals, countries,
occupations and corridors.

Each --expect states what should be so, and is answered by a line, pass or FAIL:
  'filled >= +500'           at least 500 more are filled in B than in A
  'unfilled DE <= -10 %'     at least a tenth less is unfilled in Germany
  'filled DE-BY 2221 = 40'   so many are filled in B of region and occupation
  'corridor PH DE <= 1000'   at most so many go from one country to the other
An amount with a sign is a change from A to B, one without is the figure in B.
Figures: openings, filled, home, free, channel, unfilled, workers, placed,
leaving, unplaced, value, corridor; operators: >= <= = > <.

Exit code 0: all expectations hold. 1: one does not, or the reports cannot be
compared. 2: the command was called wrongly.`,
		Example: `  labourmatch compare my-report my-what-if
  labourmatch compare my-report my-what-if --expect 'filled >= +0'`,
		Args: exactly(argument{"A", "the report directory before"}, argument{"B", "the report directory after"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf(cmd, "--format", format, "table", "json", "csv"); err != nil {
				return err
			}
			expectations := make([]report.Expectation, len(expect))
			for i, s := range expect {
				e, err := report.ParseExpectation(s)
				if err != nil {
					return usage(cmd, "--expect %v", err)
				}
				expectations[i] = e
			}
			reports := make([]*report.Report, len(args))
			for i, dir := range args {
				if info, err := os.Stat(dir); err != nil || !info.IsDir() {
					return fmt.Errorf("there is no directory %s", dir)
				}
				r, err := report.ReadDir(os.DirFS(dir))
				if err != nil {
					return fmt.Errorf("compare: %s: %w", dir, err)
				}
				reports[i] = r
			}
			d, err := report.Compare(reports[0], reports[1])
			if err != nil {
				return fmt.Errorf("compare %s and %s: %w", args[0], args[1], err)
			}
			verdicts := report.Judge(reports[0], reports[1], expectations)
			switch format {
			case "json":
				err = d.WriteJSON(t.out, verdicts)
			case "csv":
				err = d.WriteCSV(t.out)
			default:
				err = d.WriteText(t.out, report.Style{Color: t.colorOut}, verdicts)
			}
			if err != nil {
				return err
			}
			for _, v := range verdicts {
				if !v.Pass {
					if format == "csv" {
						t.say("FAIL  %s: %s", v.Expectation, v.Says)
					}
					err = errSaid
				}
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&expect, "expect", nil, "what should be so, as in `'filled >= +500'`; may be repeated")
	flags.StringVar(&format, "format", "table", "what to print: table, json, csv (every change)")
	return cmd
}
