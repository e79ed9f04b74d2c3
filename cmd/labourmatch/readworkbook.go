package main

import (
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
