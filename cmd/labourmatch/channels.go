package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
)

func newChannels(t *terminal) *cobra.Command {
	wanted := map[string]*string{"origins": new(string), "destinations": new(string), "kind": new(string)}
	cmd := &cobra.Command{
		Use:     "channels",
		Short:   "List published channels as rows of channels.csv",
		GroupID: "files",
		Long: `Prints the channels with a published quota that the program knows, as rows of
channels.csv: the United Kingdom's Youth Mobility Scheme of 2025, Germany's
Western Balkans regulation, and bilateral agreements with a coded quota. Paste
those you need into your market.

Of most agreements nobody has shown that they are in force: they say unknown,
and carry nobody until you change that, with your source.`,
		Example: `  labourmatch channels --destination GB
  labourmatch channels --origin PH --kind agreement > channels.csv`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			table, _ := datasets.TableFor(datasets.ChannelsFile)
			rows := slices.DeleteFunc(datasets.Published(), func(row []string) bool {
				for column, value := range wanted {
					if *value != "" && !slices.Contains(strings.Fields(row[slices.Index(table.Names(), column)]), *value) {
						return true
					}
				}
				return false
			})
			if len(rows) == 0 {
				return fmt.Errorf("no published channel is known from %q to %q of kind %q", *wanted["origins"], *wanted["destinations"], *wanted["kind"])
			}
			return datasets.WriteTable(t.out, table, slices.Values(rows))
		},
	}
	cmd.Flags().StringVar(wanted["origins"], "origin", "", "only channels from this country, such as PH")
	cmd.Flags().StringVar(wanted["destinations"], "destination", "", "only channels to this country, such as GB")
	cmd.Flags().StringVar(wanted["kind"], "kind", "", "only channels of this kind: agreement or visa")
	return cmd
}
