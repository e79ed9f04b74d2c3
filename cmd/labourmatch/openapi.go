package main

import (
	"github.com/spf13/cobra"

	"labourmatch/api"
)

func newOpenAPI(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:     "openapi",
		Short:   "Print the OpenAPI document of the service",
		GroupID: "service",
		Long: `Prints the OpenAPI 3.1 document of the service, the same that it serves at
/openapi.json. It needs neither a database nor a running service.`,
		Example: `  labourmatch openapi > openapi.json`,
		Args:    exactly(),
		RunE: func(*cobra.Command, []string) error {
			document, err := api.OpenAPI(version)
			if err != nil {
				return err
			}
			_, err = t.out.Write(document)
			return err
		},
	}
}
