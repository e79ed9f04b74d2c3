package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
)

func newGenerate(t *terminal) *cobra.Command {
	var size, form, order, output, family string
	var ratio float64
	var seed uint64
	cmd := &cobra.Command{
		Use:     "generate",
		Short:   "Make a labour market up, up to the size of the world",
		GroupID: "tools",
		Long: `Draws a labour market from a law with a seed, to measure solvers on. All its
figures are made up: heavy-tailed counts, corridors by income and distance,
related occupations, tied wages; docs/performance.md has the law. The same
options give the same bytes.

Forms:
  pair      prints a minimum-cost flow problem in DIMACS format, with an arc for
            every pair of workers and vacancies, for "labourmatch solve"
  layered   writes a market directory, with quotas on some corridors, for
            "labourmatch match"; -o says where

  --size  regions × occupations      pairs, about
  S            20 × 12                    10,000
  M            60 × 45                   460,000
  L           100 × 130                5,000,000
  W           200 × 436               39,000,000
  N         2,000 × 130              800,000,000   (layered only)

In N the regions are parts of countries, joined to each other at home.

` + familiesHelp,
		Example: `  labourmatch generate --size M > market.min
  labourmatch generate --size S --order value --ratio 1.2 | labourmatch solve -
  labourmatch generate --size S --form layered -o made-up-market
  labourmatch generate --family grid --size L > grid.min`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if family != "" {
				return generateGeneral(t, cmd, family, size, seed)
			}
			s, err := synthetic.SizeNamed(size)
			if err != nil {
				return usage(cmd, "--size: %w", err)
			}
			if form != "pair" && form != "layered" {
				return usage(cmd, "--form: there is no form %q; there are pair, layered", form)
			}
			if !slices.Contains(synthetic.Orders(), synthetic.Order(order)) {
				return usage(cmd, "--order: there is no order %q; there are %s", order, orderNames())
			}
			if form == "layered" && output == "" {
				return usage(cmd, "the layered form is a directory; say where with -o DIR")
			}
			if form == "pair" && output != "" {
				return usage(cmd, "-o is for the layered form; the pair form is printed, so redirect it: > market.min")
			}
			world, err := synthetic.Draw(s, ratio, seed)
			if err != nil {
				return usage(cmd, "--ratio: %w", err)
			}
			if form == "layered" {
				return writeWorld(world, synthetic.Order(order), output)
			}
			network, err := world.Pairs(synthetic.Order(order))
			if errors.Is(err, synthetic.ErrTooManyPairs) {
				return usage(cmd, "--size %s: %w; use --form layered", size, err)
			}
			if err != nil {
				return fmt.Errorf("generate: %w", err)
			}
			return datasets.WriteDIMACS(t.out, network)
		},
	}
	cmd.Flags().StringVar(&size, "size", "S", "how large: S, M, L, W or N")
	cmd.Flags().StringVar(&form, "form", "pair", "as what: pair, layered")
	cmd.Flags().StringVar(&order, "order", string(synthetic.HomeFirst), "what comes first: "+orderNames())
	cmd.Flags().Float64Var(&ratio, "ratio", 0.4, "vacancies per worker")
	cmd.Flags().StringVar(&family, "family", "", "no market but a general network, of this family")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "where the draw starts")
	cmd.Flags().StringVarP(&output, "output", "o", "", "the market directory `DIR` to write, layered form")
	return cmd
}

// writeWorld writes a market directory where there was nothing before.
func writeWorld(world *synthetic.World, order synthetic.Order, dir string) error {
	found, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("generate: %w", err)
	}
	if len(found) > 0 {
		return fmt.Errorf("generate: %s holds other files and is left alone; name a new or an empty directory", dir)
	}
	market, err := world.Directory(order)
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return market.Write(dir)
}

func orderNames() string {
	var names []string
	for _, o := range synthetic.Orders() {
		names = append(names, string(o))
	}
	return strings.Join(names, ", ")
}
