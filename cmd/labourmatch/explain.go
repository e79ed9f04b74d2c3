package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newExplain(t *terminal) *cobra.Command {
	var vacancy, workers, format string
	var run runFlags
	var trials, change int
	var scenarios []string
	cmd := &cobra.Command{
		Use:     "explain DIR",
		Short:   "Tell what fills a vacancy or places workers, and what binds",
		GroupID: "files",
		Long: `Matches the market of DIR, a market or a report directory, and tells the story
of one cell in plain sentences: what fills the openings, or where the workers
are placed; why the others are not; what binds, and what one more of it is
worth; which channel would be the next best; what would have to change by how
much; what is missing, or lies idle, in skills.

What would have to change is tried: the market is matched again with the change
made. --change 1 prints the first of these as a scenario for "what-if". It says
what it would take and is no advice. --trials sets how many matches that may
take; with 0 nothing is tried.

A cell is a region and an ISCO code at the run's level, as in DE:2221; where the
files count by skill, DE:skill:3.`,
		Example: `  labourmatch explain my-market --vacancy DE:2221
  labourmatch explain my-report --workers PH:2221 --format json
  labourmatch explain my-market --vacancy DE:2221 --change 1 > change.yaml`,
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
			if err := run.check(cmd); err != nil {
				return err
			}
			if trials < 0 || change < 0 {
				return usage(cmd, "--trials and --change are whole numbers from 0 on")
			}
			market, _, made, err := openRun(args[0], run.level, matcher.Order(run.order))
			if err != nil {
				return err
			}
			o := report.StoryOptions{Options: made, Workers: workers != "", Region: region, Code: matcher.ParseCode(code), Trials: trials}
			if trials == 0 {
				o.Trials = -1 // none
			}
			for _, name := range scenarios {
				data, err := readScenario(name)
				if err != nil {
					return err
				}
				o.Scenarios = append(o.Scenarios, report.ScenarioFile{Name: name, Data: data})
			}
			step, done := t.progress("matching")
			o.Progress = step
			story, err := report.TellStory(cmd.Context(), market, o)
			done()
			if err != nil {
				return fmt.Errorf("explain %s: %w", args[0], err)
			}
			if change > 0 {
				if change > len(story.Remedies) {
					return fmt.Errorf("the story has %d changes, so there is no change %d; leave --change out to see them", len(story.Remedies), change)
				}
				data, err := datasets.WriteScenario(story.Remedies[change-1].Scenario)
				if err != nil {
					return fmt.Errorf("explain %s: %w", args[0], err)
				}
				_, err = t.out.Write(data)
				return err
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
	flags.StringArrayVar(&scenarios, "scenario", nil, "tell the story under a scenario `FILE`; may be given several times")
	run.add(cmd, "the data's own")
	flags.IntVar(&trials, "trials", matcher.StoryTrials, "`NUMBER` of times the market may be matched again")
	flags.IntVar(&change, "change", 0, "print change `NUMBER` of the story as a scenario file, and nothing else")
	flags.StringVar(&format, "format", "table", "what to print: table (sentences), json")
	return cmd
}
