package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"labourmatch/datasets/synthetic"
)

//go:embed scaling.cc
var scalingSource []byte

// general makes the table of general networks.
func (b *bench) general(ctx context.Context) error {
	scaling, err := b.buildScaling(ctx)
	if err != nil {
		return err
	}
	b.line("| family, size (seed %d) | nodes | arcs | labourmatch | LEMON, simplex | LEMON, scaling | ratio to the better |", b.seed)
	b.line("|---|---|---|---|---|---|---|")
	var ratios []float64
	file := filepath.Join(b.dir, "general.min")
	for _, family := range synthetic.Families() {
		for _, size := range b.sizes {
			if size == "W" {
				continue // general networks have none
			}
			name := fmt.Sprintf("%s, %s", family, size)
			nodes, arcs, err := b.generate(ctx, file, "--family", string(family), "--size", size)
			if err != nil {
				return err
			}
			all, err := b.turns(name, size, func() (outcome, error) { return b.labourmatch(ctx, file) },
				func() (outcome, error) { return lemon(ctx, file) },
				func() (outcome, error) {
					text, peak, err := run(ctx, scaling, file)
					if err != nil {
						return outcome{}, err
					}
					return said(text, peak)
				})
			if err != nil {
				return err
			}
			ours, simplex, scaled := median(all[0], seconds), median(all[1], seconds), median(all[2], seconds)
			ratio := ours / min(simplex, scaled)
			ratios = append(ratios, ratio)
			b.line("| %s | %d | %d | %.3g s | %.3g s | %.3g s | %.2f |", name, nodes, arcs, ours, simplex, scaled, ratio)
		}
	}
	if len(ratios) == 0 {
		return nil
	}
	middle, worst := median(ratios, func(r float64) float64 { return r }), slices.Max(ratios)
	b.machine(fmt.Sprintf("The ratio in the median: %.2f (%s); the highest: %.2f (%s).", middle, against(middle, 1), worst, against(worst, 2)))
	return nil
}

// buildScaling builds the program that runs LEMON's cost scaling.
func (b *bench) buildScaling(ctx context.Context) (string, error) {
	source, program := filepath.Join(b.dir, "scaling.cc"), filepath.Join(b.dir, "scaling")
	if err := os.WriteFile(source, scalingSource, 0o600); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "g++", "-O2", "-DNDEBUG", "-o", program, source) //nolint:gosec // files of ours, in a directory of ours
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %w (apt-get install g++ liblemon-dev)\n%s", cmd.Args, err, out)
	}
	return program, nil
}
