package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newExplain(t *terminal) *cobra.Command {
	var vacancy, workers, order, format string
	var level int
	cmd := &cobra.Command{
		Use:     "explain DIR",
		Short:   "Tell what fills a vacancy or places workers, and what binds",
		GroupID: "files",
		Long: `Matches the market of DIR, a market or a report directory, and tells the story
of one cell in plain sentences: what fills the openings, or where the workers
are placed; what binds; which way would be the next best; what would have to
change by how much; what is missing, or lies idle, in skills.

A cell is a region and an ISCO code at the run's level, as in DE:2221; where the
files count by skill, DE:skill:3.`,
		Example: `  labourmatch explain my-market --vacancy DE:2221
  labourmatch explain my-report --workers PH:2221 --format json`,
		Args: exactly(argument{"DIR", "the market or report directory"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf(cmd, "--format", format, "table", "json"); err != nil {
				return err
			}
			if (vacancy == "") == (workers == "") {
				return usage(cmd, "name one cell after --vacancy or --workers; try: %s", firstExample(cmd))
			}
			region, code, ok := strings.Cut(vacancy+workers, ":")
			if !ok || region == "" || code == "" {
				return usage(cmd, "%q is no cell; write region and code, as in DE:2221", vacancy+workers)
			}
			market, _, o, err := openRun(args[0], level, matcher.Order(order))
			if err != nil {
				return err
			}
			m, err := market.Market(o.Level)
			if err != nil {
				return fmt.Errorf("explain %s: %w", args[0], err)
			}
			policy := market.Policy()
			if o.Order != "" {
				policy.Order = o.Order
			}
			step, done := t.progress("matching")
			r, err := matcher.Match(cmd.Context(), m, policy, matcher.Options{Progress: func(p matcher.Progress) { step(p.Phase, p.Done) }})
			done()
			if err != nil {
				return fmt.Errorf("explain %s: %w", args[0], err)
			}
			tell := r.ExplainVacancy
			if workers != "" {
				tell = r.ExplainWorkers
			}
			story, err := tell(region, matcher.ParseCode(code))
			if err != nil {
				return fmt.Errorf("explain %s: %w", args[0], err)
			}
			if format == "json" {
				return writeJSON(t.out, story)
			}
			return report.WriteStory(t.out, story, report.Style{Color: t.colorOut})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&vacancy, "vacancy", "", "the openings of `REGION:CODE`")
	flags.StringVar(&workers, "workers", "", "the workers of `REGION:CODE`")
	flags.IntVar(&level, "level", 0, "ISCO level of the run, 1 to 4 (default: the data's own)")
	flags.StringVar(&order, "order", "", "order of the objective (default: the policy's, home-first)")
	flags.StringVar(&format, "format", "table", "what to print: table (sentences), json")
	return cmd
}
