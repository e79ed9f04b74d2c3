package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
)

// familiesHelp is what generate --help says of --family.
const familiesHelp = `--family draws a network that is no labour market instead, of the kinds that
solvers are compared on, in the size S, M or L (M and L take a network simplex
0.2 to 5 seconds); --form, --order and --ratio are then left out:

  transport             as many sources as sinks, 18 arcs a source
  transport-capacities  the same; half of the arcs have a capacity
  transport-dense       few sources and sinks, an arc for every pair
  grid                  a square, arcs both ways, long cycles
  assignment-dense      workers and posts, an arc for every pair
  assignment-sparse     workers and posts, 13 arcs a worker
  degenerate            the same, with costs of 1, 2 or 3 only
  transshipment         chains from sources to sinks, and 8 arcs a node`

// generateGeneral prints a general network.
func generateGeneral(t *terminal, cmd *cobra.Command, family, size string, seed uint64) error {
	for _, flag := range []string{"form", "order", "ratio"} {
		if cmd.Flags().Changed(flag) {
			return usage(cmd, "--%s: only markets have it; leave it out with --family", flag)
		}
	}
	network, err := synthetic.General(synthetic.Family(family), size, seed)
	if err != nil {
		return usage(cmd, "--family: %w", err)
	}
	if err := datasets.WriteDIMACS(t.out, network); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return nil
}
