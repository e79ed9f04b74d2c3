package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
)

func newGenerate(t *terminal) *cobra.Command {
	var size, form, order, family string
	var ratio float64
	var seed uint64
	cmd := &cobra.Command{
		Use:     "generate",
		Short:   "Make a labour market up, up to the size of the world",
		GroupID: "tools",
		Long: `Draws a labour market from a law with a seed, to measure solvers on, and
prints it as a minimum-cost flow problem in DIMACS format, with an arc for
every pair of workers and vacancies (--form pair). All its figures are made
up: heavy-tailed counts, corridors by income and distance, related
occupations, tied wages; docs/performance.md has the law. The same options
give the same bytes.

  --size  countries × occupations    arcs, about
  S             20 × 12                    8,000
  M             60 × 45                  290,000
  L            100 × 130               3,100,000
  W            200 × 436              30,000,000

` + familiesHelp,
		Example: `  labourmatch generate --size M > market.min
  labourmatch generate --size S --order value --ratio 1.2 | labourmatch solve -
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
			if form != "pair" {
				return usage(cmd, "--form: there is no form %q; there is pair", form)
			}
			if !slices.Contains(synthetic.Orders(), synthetic.Order(order)) {
				return usage(cmd, "--order: there is no order %q; there are %s", order, orderNames())
			}
			world, err := synthetic.Draw(s, ratio, seed)
			if err != nil {
				return usage(cmd, "--ratio: %w", err)
			}
			network, err := world.Pairs(synthetic.Order(order))
			if err != nil {
				return fmt.Errorf("generate: %w", err)
			}
			return datasets.WriteDIMACS(t.out, network)
		},
	}
	cmd.Flags().StringVar(&size, "size", "S", "how large: S, M, L or W")
	cmd.Flags().StringVar(&form, "form", "pair", "as what: pair")
	cmd.Flags().StringVar(&order, "order", string(synthetic.HomeFirst), "what comes first: "+orderNames())
	cmd.Flags().Float64Var(&ratio, "ratio", 0.4, "vacancies per worker")
	cmd.Flags().StringVar(&family, "family", "", "no market but a general network, of this family")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "where the draw starts")
	return cmd
}

func orderNames() string {
	var names []string
	for _, o := range synthetic.Orders() {
		names = append(names, string(o))
	}
	return strings.Join(names, ", ")
}
