package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// usageError is a wrong call, as opposed to trouble with the work: it ends the program with exit code 2.
type usageError struct {
	command string // whose help to read
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usage makes the error of a wrong call of a command.
func usage(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{cmd.CommandPath(), fmt.Errorf(format, args...)}
}

// argument is a positional argument of a command: its name in usage lines, and what it is.
type argument struct{ name, meaning string }

// exactly demands positional arguments, and says by name which is missing.
func exactly(wanted ...argument) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(wanted):
			missing := wanted[len(args)]
			return usage(cmd, "%s, %s, is missing; try: %s", missing.name, missing.meaning, firstExample(cmd))
		case len(args) > len(wanted) && len(wanted) == 0:
			return usage(cmd, "%s takes no arguments, and got %q", cmd.CommandPath(), args[0])
		case len(args) > len(wanted):
			return usage(cmd, "%q is one argument too many; %s takes %d", args[len(wanted)], cmd.CommandPath(), len(wanted))
		}
		return nil
	}
}

// firstExample is the first command line of a command's examples.
func firstExample(cmd *cobra.Command) string {
	for line := range strings.Lines(cmd.Example) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "labourmatch ") {
			return line
		}
	}
	return cmd.UseLine()
}

func newRoot(t *terminal) *cobra.Command {
	root := &cobra.Command{
		Use:   "labourmatch",
		Short: "Where is labour short, where is it idle, and what could be placed?",
		Long: `labourmatch matches labour supply with demand, for stocks of workers.

From counts of vacancies and of available workers, by occupation and region, and
from the legal channels between regions, it computes a placement of workers in
vacancies, and from it the gap of every region and occupation: what is filled at
home, by free movement, through a channel, and what stays empty. It shows what a
frictionless plan could fill under stated law and policy. It is no forecast of
who will move, and no recommendation of a quota.

Begin with "labourmatch demo": published figures for Germany and Norway. Then
put your own into two CSV files and call "labourmatch match".`,
		Example: `  labourmatch demo
  labourmatch match my-market -o my-report
  labourmatch verify my-report`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := ""
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = fmt.Sprintf(" Did you mean %q?", near[0])
			}
			return usage(cmd, "there is no command %q.%s", args[0], hint)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { help(t.out, cmd); return nil },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return &usageError{cmd.CommandPath(), err} })
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { help(t.out, cmd) })
	root.CompletionOptions.HiddenDefaultCmd = true
	cobra.EnableCommandSorting = false // a reader meets them in the order of use
	root.AddGroup(
		&cobra.Group{ID: "start", Title: "Start here"},
		&cobra.Group{ID: "files", Title: "With files, no database"},
		&cobra.Group{ID: "service", Title: "The service"},
		&cobra.Group{ID: "tools", Title: "Tools"})
	root.AddCommand(
		newDemo(t),
		newImport(t), newLayouts(t), newMatch(t), newVerify(t), newExport(t), newChannels(t), newCurve(t), newSheet(t),
		newAssumptions(t), newValidate(t),
		newWhatIf(t), newCompare(t), newExplain(t),
		newServe(t), newMigrate(t), newOpenAPI(t),
		newSolve(t), newGenerate(t), newVersion(t), newReadWorkbook(t),
	)
	return root
}
