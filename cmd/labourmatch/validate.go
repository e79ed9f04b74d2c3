package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/demo"
	"labourmatch/datasets/report"
)

func newValidate(t *terminal) *cobra.Command {
	var page pageFlag
	cmd := &cobra.Command{
		Use:     "validate",
		Short:   "Hold the demo's gaps against published lists of shortages",
		GroupID: "files",
		Long: `Solves the demo's countries one by one and holds their gaps against published
lists of occupations in shortage that were never an input of them: the signs
reported by EURES countries (13 groups of ICT), Norway's survey of employers
(NAV) and Australia's Occupation Shortage List. It prints how the rankings
agree, with the probability that chance does as well, and for every miss and
false alarm what the figures say of it.

docs/validation.md is what --format markdown prints.`,
		Example: `  labourmatch validate
  labourmatch validate --format markdown > docs/validation.md`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(cmd); err != nil {
				return err
			}
			market, err := demoMarket()
			if err != nil {
				return err
			}
			v, err := report.Validate(cmd.Context(), market, demo.FlagLists(), version)
			if err != nil {
				return fmt.Errorf("validate: %w", err)
			}
			return page.write(t, v)
		},
	}
	page.add(cmd)
	return cmd
}

// demoMarket reads the market that comes with the program.
func demoMarket() (*datasets.Directory, error) {
	files, err := demo.FS()
	if err != nil {
		return nil, err
	}
	market, err := datasets.Read(files)
	if err != nil {
		return nil, fmt.Errorf("read the demo's figures: %w", err)
	}
	return market, nil
}
