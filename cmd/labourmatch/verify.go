package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
)

func newVerify(t *terminal) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "verify DIR",
		Short:   "Work every number of a report directory out again",
		GroupID: "files",
		Long: `Reads the report directory DIR, makes the report again from its inputs/ alone,
and compares every number in every file. It also checks the stored certificate:
the flow and the potentials must prove, on a network built from the inputs, that
no placement is better.

With manifest.json it finds edited inputs too, since the manifest holds the
SHA-256 of every file. Without the manifest, inputs are taken as they are.

Exit code 0: everything holds. 1: something does not; each mismatch is printed
with file, row, field, what was found and what was expected.`,
		Example: `  labourmatch verify my-report
  labourmatch verify my-report --json`,
		Args: exactly(argument{"DIR", "the report directory"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			info, err := os.Stat(args[0])
			if err != nil || !info.IsDir() {
				return fmt.Errorf("there is no directory %s", args[0])
			}
			step, done := t.progress("verifying")
			v, err := report.Verify(cmd.Context(), os.DirFS(args[0]), report.VerifyOptions{Engine: version, Progress: step})
			done()
			var bad *report.Mismatches
			if err != nil && !errors.As(err, &bad) {
				return fmt.Errorf("verify %s: %w", args[0], err)
			}
			if asJSON {
				return t.verifiedJSON(v, bad)
			}
			if bad != nil {
				return fmt.Errorf("%s does not hold:\n%w", args[0], bad)
			}
			inputs := "There is no manifest, so the inputs were taken as they are."
			if v.Manifest {
				inputs = "No file has been edited since it was written."
			}
			if _, err := fmt.Fprintf(t.out, "%s holds: %v follow from its inputs.\n%s\nThe certificate proves the placement optimal, distance 0.\n",
				args[0], v, inputs); err != nil {
				return fmt.Errorf("say that it holds: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// verifiedJSON prints what a program reads: whether all of it holds, what was compared, what does not.
func (t *terminal) verifiedJSON(v *report.Verification, bad *report.Mismatches) error {
	answer := struct {
		OK bool `json:"ok"`
		*report.Verification
		*report.Mismatches
	}{bad == nil, v, bad}
	if err := writeJSON(t.out, answer); err != nil {
		return err
	}
	if bad != nil {
		return errSaid
	}
	return nil
}
