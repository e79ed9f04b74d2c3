package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// helpWidth is the width of help texts: that of the narrowest terminal in use.
const helpWidth = 80

// help prints a command's help: what it does, how it is called, examples, its commands, its flags. It is cobra's help
// without what says nothing, and no wider than a terminal.
func help(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintln(w, strings.TrimSpace(cmd.Long))
	part := func(title string) { fmt.Fprintf(w, "\n%s:\n", title) }
	part("Usage")
	line := cmd.UseLine()
	if cmd.HasSubCommands() {
		line = cmd.CommandPath() + " COMMAND [flags]"
	}
	fmt.Fprintln(w, "  "+line)
	if cmd.Example != "" {
		part("Examples")
		fmt.Fprintln(w, cmd.Example)
	}
	list := func(title, group string) {
		shown := false
		for _, c := range cmd.Commands() {
			if !c.IsAvailableCommand() || c.GroupID != group {
				continue
			}
			if !shown {
				part(title)
				shown = true
			}
			fmt.Fprintf(w, "  %-9s %s\n", c.Name(), c.Short)
		}
	}
	for _, g := range cmd.Groups() {
		list(g.Title, g.ID)
	}
	list("Commands", "")
	if cmd.HasAvailableLocalFlags() {
		part("Flags")
		fmt.Fprint(w, cmd.LocalFlags().FlagUsagesWrapped(helpWidth))
	}
	if cmd.HasSubCommands() {
		fmt.Fprintf(w, "\nEach command has more to say: %s COMMAND --help\n", cmd.CommandPath())
	}
}
