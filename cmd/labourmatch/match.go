package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func newMatch(t *terminal) *cobra.Command {
	var output, order, format string
	var level int
	var runOnly bool
	cmd := &cobra.Command{
		Use:     "match DIR",
		Short:   "Place the workers of a market in its vacancies, and report the gaps",
		GroupID: "files",
		Long: `Reads the market directory DIR, places its workers in its vacancies, and prints
the report. Nothing else is needed: no database, no network.

A market directory holds CSV files. Two are required:
  vacancies.csv   region,occupation,period,count,kind,source,date,licence
  workers.csv     the same columns
and these may be there: channels.csv, wages.csv, fits.csv, safeguards.csv,
notes.csv, signals.csv, prices.csv, policy.yaml, shortage.yaml. Regions are
ISO 3166 (DE, DE-BY), occupations ISCO-08.
Everything that is wrong with the files is said at once, with file, row and
column.

A report also compares the run with other levels of detail, assumptions and
orders, ten solves in all; --run-only leaves these out. Before a large market
is solved a line says how large it is.

With -o the report is also written into a directory, with the tables, the inputs
and a certificate, which "labourmatch verify" checks.

Orders of the objective, each exactly lexicographic:
  home-first   most placed at home, then most by free movement, then most by
               channels, then most value (the default)
  fill-first   most openings filled, then most value
  value        most value`,
		Example: `  labourmatch match my-market
  labourmatch match my-market -o my-report
  labourmatch match my-market --level 2 --order fill-first --format json`,
		Args: exactly(argument{"DIR", "the market directory"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains([]string{"table", "json", "csv"}, format) {
				return usage(cmd, "--format is %q; use table, json or csv", format)
			}
			if order != "" && !slices.Contains(matcher.Orders(), matcher.Order(order)) {
				return usage(cmd, "--order is %q; use home-first, fill-first or value", order)
			}
			if level < 0 || level > 4 {
				return usage(cmd, "--level is %d; ISCO levels are 1 to 4", level)
			}
			if output != "" {
				if err := report.CheckDir(output); err != nil {
					return err
				}
			}
			market, err := openMarket(args[0])
			if err != nil {
				return err
			}
			large, err := t.sayHowLarge(market, level, matcher.Order(order))
			if err != nil {
				return fmt.Errorf("match %s: %w", args[0], err)
			}
			if large {
				defer debug.SetGCPercent(debug.SetGCPercent(largeGarbage))
			}
			step, done := t.progress("matching")
			r, err := report.Build(cmd.Context(), market, report.Options{
				Level: level, Order: matcher.Order(order), Engine: version, RunOnly: runOnly, Progress: step,
			})
			done()
			if err != nil {
				return fmt.Errorf("match %s: %w", args[0], err)
			}
			if output != "" {
				if err := report.WriteDir(output, r, os.DirFS(args[0])); err != nil {
					return err
				}
			}
			if err := t.print(r, format); err != nil {
				return err
			}
			for _, n := range r.Aside {
				t.say("Note: %s", n.Text)
			}
			if output != "" {
				t.say("Written to %s. Check it with: labourmatch verify %s", output, output)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&output, "output", "o", "", "write a report directory `DIR` too")
	flags.IntVar(&level, "level", 0, "ISCO level of the run, 1 to 4 (default: the data's own)")
	flags.StringVar(&order, "order", "", "order of the objective (default: the policy's, home-first)")
	flags.BoolVar(&runOnly, "run-only", false, "solve this run alone, without others to compare it with")
	flags.StringVar(&format, "format", "table", "what to print: table (the report), json (the same), csv (the gaps)")
	return cmd
}

// largeMarket is the number of rows of workers and vacancies from which on somebody has to wait.
const largeMarket = 20_000

// largeGarbage is how much garbage, in per cent of the memory in use, may lie about while a large market is matched. Go's
// usual 100 would double what the process takes. Collecting more often costs next to nothing here: nine tenths of the
// memory are numbers, which the collector does not look through.
const largeGarbage = 20

// sayHowLarge tells before a large market is solved what network it makes. One that the solver could not number is
// refused here, before it takes the memory.
func (t *terminal) sayHowLarge(d *datasets.Directory, level int, order matcher.Order) (large bool, err error) {
	if d.Len(datasets.VacanciesFile)+d.Len(datasets.WorkersFile) < largeMarket {
		return false, nil
	}
	market, err := d.Market(min(cmp.Or(level, d.Level()), d.Finest()))
	if err != nil {
		return false, err
	}
	policy := d.Policy()
	policy.Order = cmp.Or(order, policy.Order)
	size, err := matcher.Estimate(market, policy)
	if err != nil {
		return false, err
	}
	t.say("A large market: %s for each solve.", size)
	return true, nil
}

// openMarket reads a market directory and says kindly if there is none.
func openMarket(dir string) (*datasets.Directory, error) {
	switch info, err := os.Stat(dir); {
	case err != nil && os.IsNotExist(err):
		return nil, fmt.Errorf("there is no directory %s", dir)
	case err != nil:
		return nil, err
	case !info.IsDir():
		hint := ""
		if strings.HasSuffix(dir, ".csv") {
			hint = "; name the directory it lies in"
		}
		return nil, fmt.Errorf("%s is a file, and a market is a directory%s", dir, hint)
	}
	market, err := datasets.Read(os.DirFS(dir))
	if err == nil {
		return market, nil
	}
	end := "" // a long list ends where it is seen, with its length and where to read on
	if wrong := (*datasets.Problems)(nil); errors.As(err, &wrong) {
		if n := len(wrong.List) + wrong.More; n > 1 {
			end = fmt.Sprintf("That is %d things to mend. ", n)
		}
		end = "\n" + end + "Every file and column is described in docs/formats.md."
	}
	return nil, fmt.Errorf("%s is not ready to be matched:\n%w%s", dir, err, end)
}

// print writes a report to standard output in the format asked for.
func (t *terminal) print(r *report.Report, format string) error {
	switch format {
	case "json":
		return r.WriteJSON(t.out)
	case "csv":
		return r.WriteGaps(t.out)
	}
	return r.WriteText(t.out, report.Style{Color: t.colorOut})
}
