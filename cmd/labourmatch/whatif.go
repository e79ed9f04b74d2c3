package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newWhatIf(t *terminal) *cobra.Command {
	var output, order, format string
	var level int
	var scenarios []string
	cmd := &cobra.Command{
		Use:     "what-if DIR --scenario FILE",
		Short:   "Change a market by a scenario, and report what comes of it",
		GroupID: "files",
		Long: `Matches the market of DIR as it is and as a scenario makes it, and prints what
changes: totals, countries, occupations, corridors. DIR is a market directory,
or a report directory, whose inputs are then taken at its level and order.

A scenario is a small YAML file, which docs/formats.md describes:
  name: sign
  title: An agreement for nurses
  changes:
    - quota: visa
      to: 500
    - demand: +10 %
      region: DE
      occupation: 2221
A change that would touch nothing is refused, so a slip does not pass for a
result. With several --scenario each is applied to what the one before has made.

With -o the scenario's report is written into a directory, with the scenario
among its inputs, so that "labourmatch verify" works it out again.`,
		Example: `  labourmatch what-if my-market --scenario sign.yaml
  labourmatch what-if my-report --scenario sign.yaml -o my-what-if`,
		Args: exactly(argument{"DIR", "the market or report directory"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf(cmd, "--format", format, "table", "json", "csv"); err != nil {
				return err
			}
			if order != "" && !slices.Contains(matcher.Orders(), matcher.Order(order)) {
				return usage(cmd, "--order is %q; use home-first, fill-first or value", order)
			}
			if level < 0 || level > 4 {
				return usage(cmd, "--level is %d; ISCO levels are 1 to 4", level)
			}
			if len(scenarios) == 0 || len(scenarios) > 9 {
				return usage(cmd, "name one to nine files after --scenario; try: %s", firstExample(cmd))
			}
			if output != "" {
				if err := report.CheckDir(output); err != nil {
					return err
				}
			}
			market, files, o, err := openRun(args[0], level, matcher.Order(order))
			if err != nil {
				return err
			}
			for _, name := range scenarios {
				data, err := readScenario(name)
				if err != nil {
					return err
				}
				o.Scenarios = append(o.Scenarios, report.ScenarioFile{Name: name, Data: data})
			}
			step, done := t.progress("what if")
			o.Engine, o.Progress = version, step
			r, err := report.Build(cmd.Context(), market, o)
			done()
			var wrong *datasets.Problems
			if errors.As(err, &wrong) {
				return fmt.Errorf("the scenario cannot be applied to %s:\n%w\nEvery change is described in docs/formats.md", args[0], err)
			}
			if err != nil {
				return fmt.Errorf("what if in %s: %w", args[0], err)
			}
			if output != "" {
				if err := report.WriteDir(output, r, files); err != nil {
					return err
				}
			}
			switch format {
			case "json":
				err = r.WhatIf.WriteJSON(t.out)
			case "csv":
				err = r.WhatIf.Difference.WriteCSV(t.out)
			default:
				err = r.WhatIf.WriteText(t.out, report.Style{Color: t.colorOut})
			}
			if err != nil {
				return err
			}
			if output != "" {
				t.say("Written to %s. Check it with: labourmatch verify %s", output, output)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&scenarios, "scenario", nil, "a scenario `FILE`; may be given several times")
	flags.StringVarP(&output, "output", "o", "", "write a report directory `DIR` too")
	flags.IntVar(&level, "level", 0, "ISCO level of the run, 1 to 4 (default: the data's own)")
	flags.StringVar(&order, "order", "", "order of the objective (default: the policy's, home-first)")
	flags.StringVar(&format, "format", "table", "what to print: table, json, csv (every change)")
	return cmd
}

// oneOf refuses a flag that is none of the words it may be.
func oneOf(cmd *cobra.Command, flag, value string, words ...string) error {
	if slices.Contains(words, value) {
		return nil
	}
	list := words[0]
	for i, w := range words[1:] {
		if i == len(words)-2 {
			list += " or " + w
		} else {
			list += ", " + w
		}
	}
	return usage(cmd, "%s is %q; use %s", flag, value, list)
}

// openRun opens a market directory, or the inputs of a report directory with the level and order of its run.
func openRun(dir string, level int, order matcher.Order) (*datasets.Directory, fs.FS, report.Options, error) {
	files := os.DirFS(dir)
	o := report.Options{}
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		inputs, made, isReport, err := report.Inputs(files)
		if err != nil {
			return nil, nil, o, fmt.Errorf("%s: %w", dir, err)
		}
		if isReport {
			files, o = inputs, made
			dir += "/inputs"
		}
	}
	market, err := openMarket(dir)
	if err != nil {
		return nil, nil, o, err
	}
	if level != 0 {
		o.Level = level
	}
	if order != "" {
		o.Order = order
	}
	return market, files, o, nil
}

// readScenario reads a scenario file, but not much more of one that is something else than a scenario may have.
func readScenario(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the user names it
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no scenario %s", name)
		}
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	const enough = 1 << 20
	data, err := io.ReadAll(io.LimitReader(f, enough))
	if err != nil {
		return nil, fmt.Errorf("read the scenario: %w", err)
	}
	return data, nil
}
