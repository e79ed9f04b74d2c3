package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// countryCode is what --from and --to have to look like.
var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

func newSheet(t *terminal) *cobra.Command {
	var from, to, agreement, format string
	cmd := &cobra.Command{
		Use:     "sheet DIR",
		Short:   "Print a corridor's negotiation sheet: both sides on two pages",
		GroupID: "files",
		Long: `Reads a market directory or a report directory DIR and prints the negotiation
sheet of one corridor: what the destination's vacancies gain, what the origin
loses and gets back, and the money, each figure with how it is reckoned, its
source, and whether it is assumed; and what is missing.

A report directory is taken by its inputs, level and order. The market is solved
twice: as it is, and with nobody leaving.

With --agreement the sheet is narrowed to one channel, by its id, or to the
channels that an agreement covers, by its title.`,
		Example: `  labourmatch sheet my-report --from PH --to DE
  labourmatch sheet my-market --from PH --to DE --format html > sheet.html`,
		Args: exactly(argument{"DIR", "the market or report directory"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains([]string{"markdown", "html"}, format) {
				return usage(cmd, "--format is %q; use markdown or html", format)
			}
			for _, given := range [][2]string{{"--from", from}, {"--to", to}} {
				if !countryCode.MatchString(given[1]) {
					return usage(cmd, "%s is %q; give a country as ISO 3166-1 code, such as DE", given[0], given[1])
				}
			}
			o := report.SheetOptions{From: from, To: to, Agreement: agreement}
			dir, err := t.reported(args[0], &o.Options)
			if err != nil {
				return err
			}
			market, err := openMarket(dir)
			if err != nil {
				return err
			}
			o.Engine = version
			step, done := t.progress("matching")
			o.Progress = step
			sheet, err := report.BuildSheet(cmd.Context(), market, o)
			done()
			if err != nil {
				return fmt.Errorf("sheet of %s: %w", args[0], err)
			}
			if format == "html" {
				return sheet.WriteHTML(t.out)
			}
			return sheet.WriteMarkdown(t.out)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "the origin, an ISO 3166-1 `COUNTRY` code")
	flags.StringVar(&to, "to", "", "the destination, an ISO 3166-1 `COUNTRY` code")
	flags.StringVar(&agreement, "agreement", "", "only the channel with this `ID`, or those covered by the agreement of this title")
	flags.StringVar(&format, "format", "markdown", "what to print: markdown or html")
	return cmd
}

// reported is the market directory to read: a report's inputs, with its level and order, or the directory itself.
func (t *terminal) reported(dir string, o *report.Options) (string, error) {
	inputs, document := filepath.Join(dir, "inputs"), filepath.Join(dir, "report.json")
	for _, part := range []string{inputs, document} {
		if _, err := os.Stat(part); errors.Is(err, os.ErrNotExist) {
			return dir, nil // it is a market
		}
	}
	data, err := os.ReadFile(document) //nolint:gosec // the user names it
	if err != nil {
		return "", fmt.Errorf("read the report in %s: %w", dir, err)
	}
	var run struct {
		Title string        `json:"title"`
		Level int           `json:"level"`
		Order matcher.Order `json:"order"`
	}
	if err := json.Unmarshal(data, &run); err != nil {
		return "", fmt.Errorf("read the report in %s: %w; labourmatch verify %s says what is wrong with it", dir, err, dir)
	}
	o.Title, o.Level, o.Order = run.Title, run.Level, run.Order
	return inputs, nil
}
