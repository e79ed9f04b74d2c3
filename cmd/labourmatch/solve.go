package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/matcher/flow"
)

// solveStats is the JSON object of solve --stats.
type solveStats struct {
	Nodes        int         `json:"nodes"`
	Arcs         int         `json:"arcs"`
	Cost         json.Number `json:"cost"` // may be beyond 64 bits
	LoadSeconds  float64     `json:"load_seconds"`
	SolveSeconds float64     `json:"solve_seconds"`
	Pivots       int64       `json:"pivots"`
	PeakRSSBytes int64       `json:"peak_rss_bytes"`
	Certified    bool        `json:"certified"`
}

func newSolve(t *terminal) *cobra.Command {
	var stats, canonical bool
	cmd := &cobra.Command{
		Use:     "solve FILE.min",
		Short:   "Solve a minimum-cost flow problem in DIMACS format",
		GroupID: "tools",
		Long: `Reads a minimum-cost flow problem in DIMACS format from FILE.min, or from
standard input where the file is "-", solves it exactly, checks the solution,
and prints it as DIMACS asks:

  s COST             the least cost
  f FROM TO FLOW     a line for every arc that carries flow, in their order

This is the engine's solver without its labour market, to be compared with
others. The input, with nodes counted from 1:

  p min NODES ARCS
  n NODE SUPPLY                     negative where the node takes
  a FROM TO LOWER UPPER COST

Of several optimal flows any is printed; --canonical prints the one that does
not depend on the order of the lines, which takes longer. --stats adds one JSON
object as the last line of standard error: nodes, arcs, cost, load_seconds,
solve_seconds, pivots, peak_rss_bytes, certified.

Exit code 1: the file is malformed, its supplies do not sum to 0, or no flow is
feasible or cheapest; one line says where.`,
		Example: `  labourmatch solve network.min
  labourmatch solve network.min --stats > solution.txt
  zcat network.min.gz | labourmatch solve -`,
		Args: exactly(argument{"FILE.min", "the problem in DIMACS format"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, in, closeIn, err := t.open(args[0])
			if err != nil {
				return err
			}
			defer closeIn()
			defer debug.SetGCPercent(debug.SetGCPercent(largeGarbage)) // nearly all of the heap is the network, which stays
			began := time.Now()
			network, err := datasets.ReadDIMACS(in, name)
			if err != nil {
				return err
			}
			loaded := time.Now()
			solution, err := flow.Solve(cmd.Context(), network, flow.Options{AnyPlan: !canonical})
			if err != nil {
				return fmt.Errorf("%s: %w", name, inFile(err))
			}
			solved := time.Now()
			if err := flow.Certify(network, solution); err != nil {
				return fmt.Errorf("%s: the solution found did not pass its own check, so it is not given out: %w", name, err)
			}
			if err := datasets.WriteDIMACSSolution(t.out, network, solution); err != nil {
				return err
			}
			if !stats {
				return nil
			}
			return json.NewEncoder(t.err).Encode(solveStats{
				Nodes: network.Nodes(), Arcs: network.Arcs(), Cost: json.Number(solution.Costs[0].String()),
				LoadSeconds: loaded.Sub(began).Seconds(), SolveSeconds: solved.Sub(loaded).Seconds(),
				Pivots: solution.Stats.Pivots, PeakRSSBytes: peakRSS(), Certified: true,
			})
		},
	}
	cmd.Flags().BoolVar(&stats, "stats", false, "print one JSON object as the last line of standard error")
	cmd.Flags().BoolVar(&canonical, "canonical", false, "print the one optimal flow that depends on the problem alone")
	return cmd
}

// open opens a file to read, or standard input for "-".
func (t *terminal) open(name string) (shown string, r io.Reader, done func(), err error) {
	if name == "-" {
		return "standard input", t.in, func() {}, nil
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, nil, fmt.Errorf("there is no file %s", name)
	}
	if err != nil {
		return "", nil, nil, err
	}
	return name, f, func() { _ = f.Close() }, nil
}

// inFile says an error of the solver in the terms of the file, which counts nodes and arcs from 1.
func inFile(err error) error {
	var input *flow.InputError
	var bound *flow.BoundError
	var infeasible *flow.InfeasibleError
	var unbounded *flow.UnboundedError
	switch {
	case errors.As(err, &infeasible):
		return fmt.Errorf("infeasible: of what nodes need, %d cannot be shipped; node %d, for one, lacks some of it",
			infeasible.Amount, infeasible.Node+1)
	case errors.As(err, &unbounded):
		return fmt.Errorf("the cost is unbounded below: arc %d, in the order of the file, is on a cycle of negative cost "+
			"without a limit; give some arc of it an upper bound", unbounded.Arc+1)
	case errors.As(err, &bound) && bound.Place != "network":
		return fmt.Errorf("%s %d, in the order of the file: %s breaks the bound %s", bound.Place, bound.Index+1, bound.Value, bound.Bound)
	case errors.As(err, &input) && input.Place != "network":
		return fmt.Errorf("%s %d, in the order of the file: %s", input.Place, input.Index+1, input.Reason)
	case errors.As(err, &input):
		return errors.New(input.Reason)
	}
	return err
}
