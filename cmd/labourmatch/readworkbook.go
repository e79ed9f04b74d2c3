package main

import (
	"context"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"labourmatch/datasets/formats"
)

// newReadWorkbook is the process that reads a workbook for an import. It is started by the program itself, with limits
// on memory and processor time of its own, and is no command for people: it talks in frames.
func newReadWorkbook(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:    "read-workbook",
		Short:  "read a workbook from standard input within limits; the program starts this itself",
		Hidden: true,
		Args:   exactly(),
		RunE:   func(*cobra.Command, []string) error { return formats.ReadWorkbook(t.in, t.out) },
	}
}

// workbookChild starts this program again as the process that reads a workbook.
func workbookChild() func(context.Context) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		return nil // read here, within the limits of the reader alone
	}
	return func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, self, "read-workbook") } //nolint:gosec // this program
}
