package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// runFlags are the flags that say how a market is solved.
type runFlags struct {
	level int
	order string
}

// add declares them; own says what level is taken where none is given.
func (f *runFlags) add(cmd *cobra.Command, own string) {
	cmd.Flags().IntVar(&f.level, "level", 0, "ISCO level of the run, 1 to 4 (default: "+own+")")
	cmd.Flags().StringVar(&f.order, "order", "", "order of the objective (default: the policy's, home-first)")
}

// check refuses what they cannot be.
func (f *runFlags) check(cmd *cobra.Command) error {
	if f.order != "" {
		if err := oneOf(cmd, "--order", f.order, string(matcher.HomeFirst), string(matcher.FillFirst), string(matcher.ByValue)); err != nil {
			return err
		}
	}
	if f.level < 0 || f.level > 4 {
		return usage(cmd, "--level is %d; ISCO levels are 1 to 4", f.level)
	}
	return nil
}

// pageFlag is the flag of commands that print one page of findings.
type pageFlag struct{ format string }

func (f *pageFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.format, "format", "table", "what to print: table, json, markdown")
}

func (f *pageFlag) check(cmd *cobra.Command) error {
	return oneOf(cmd, "--format", f.format, "table", "json", "markdown")
}

// write prints a page as the flag has it.
func (f *pageFlag) write(t *terminal, page interface {
	WriteMarkdown(w io.Writer) error
	WriteText(w io.Writer, s report.Style) error
},
) error {
	switch f.format {
	case "json":
		out := json.NewEncoder(t.out)
		out.SetIndent("", "  ")
		return out.Encode(page)
	case "markdown":
		return page.WriteMarkdown(t.out)
	}
	return page.WriteText(t.out, report.Style{Color: t.colorOut})
}
