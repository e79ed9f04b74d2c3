package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"labourmatch/api/store"
	"labourmatch/migrations"
)

func newMigrate(t *terminal) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "migrate",
		Short:   "Make, change or look at the schema of the database",
		GroupID: "service",
		Long: `Brings the schema of the database to what this program knows, step by step; each
step is one transaction. Two programs may try at once: one waits for the other.

` + environmentDatabase,
		Example: `  labourmatch migrate up
  labourmatch migrate status --json
  DATABASE_URL=postgres://labourmatch@db/labourmatch labourmatch migrate up`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(cmd, "there is no %q; use up, down or status", args[0])
			}
			return usage(cmd, "what shall be done? Use up, down or status")
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(newMigrateUp(t), newMigrateDown(t), newMigrateStatus(t))
	return cmd
}

// withSchema opens the schema of the configured database, and closes it.
func (f *flags) withSchema(cmd *cobra.Command, create bool, do func(context.Context, *migrations.Schema) error) (err error) {
	c, err := f.config(cmd)
	if err != nil {
		return err
	}
	schema, closeSchema, err := store.OpenSchema(cmd.Context(), c.databaseURL(), create)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeSchema()) }()
	return do(cmd.Context(), schema)
}

func newMigrateUp(t *terminal) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Apply every step the database lacks",
		Long: `Applies every step the database lacks, in order. An SQLite file that is not
there is made. Calling it again changes nothing.`,
		Example: `  labourmatch migrate up
  labourmatch migrate up --data ./data`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.withSchema(cmd, true, func(ctx context.Context, schema *migrations.Schema) error {
				steps, err := schema.Up(ctx)
				for _, s := range steps {
					fmt.Fprintf(t.out, "applied %s\n", s.Name)
				}
				if err == nil && len(steps) == 0 {
					fmt.Fprintln(t.out, "The database has every step already.")
				}
				return err
			})
		},
	}
	f.addDatabase(cmd)
	return cmd
}

func newMigrateDown(t *terminal) *cobra.Command {
	var f flags
	var yes bool
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Undo the last step, with the data it holds",
		Long: `Undoes the last step that was applied. The tables it made are dropped with all
that is in them, so it asks for --yes.`,
		Example: `  labourmatch migrate down --yes --data ./data`,
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !yes {
				return usage(cmd, "this drops tables with all that is in them; say --yes if you mean it")
			}
			return f.withSchema(cmd, false, func(ctx context.Context, schema *migrations.Schema) error {
				step, err := schema.Down(ctx)
				switch {
				case err != nil:
					return err
				case step == nil:
					fmt.Fprintln(t.out, "The database has no step to undo.")
				default:
					fmt.Fprintf(t.out, "undone %s\n", step.Name)
				}
				return nil
			})
		},
	}
	f.addDatabase(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "drop the data of the step")
	return cmd
}

func newMigrateStatus(t *terminal) *cobra.Command {
	var f flags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "List the steps, and which the database has",
		Long: `Lists every step this program knows and when the database got it. It changes
nothing.`,
		Example: `  labourmatch migrate status
  labourmatch migrate status --json`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.withSchema(cmd, false, func(ctx context.Context, schema *migrations.Schema) error {
				steps, err := schema.Status(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(t.out, steps)
				}
				for _, s := range steps {
					state := "not applied"
					if s.Applied {
						state = s.At.Format("2006-01-02 15:04:05Z07:00")
					}
					fmt.Fprintf(t.out, "%-28s %s\n", s.Name, state)
				}
				return nil
			})
		},
	}
	f.addDatabase(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return cmd
}
