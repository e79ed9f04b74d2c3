package main

import (
	"log/slog"
	"net"

	"github.com/spf13/cobra"
)

func newServe(t *terminal) *cobra.Command {
	var f flags
	var migrateFirst bool
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Serve the page, the API and the metrics",
		GroupID: "service",
		Long: `Keeps markets and runs in a database, executes runs in the background, and
serves the page and the API on one address, the metrics on another, until it is
stopped.

Without DATABASE_URL the database is an SQLite file in the data directory, made
and migrated when the service starts. An empty PostgreSQL database gets its
tables too; one that has some is changed only by "labourmatch migrate up", or
--migrate, since others may be using it. One service executes the runs of a
database: when it starts, what another left running counts as interrupted.

There are no identities yet: whoever reaches the address may do everything. It
listens on this machine only, unless you say otherwise.

` + environmentServe,
		Example: `  labourmatch serve
  labourmatch serve --data ./data --listen 127.0.0.1:8888
  DATABASE_URL=postgres://labourmatch@db/labourmatch labourmatch serve`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := f.config(cmd)
			if err != nil {
				return err
			}
			log, err := c.logger(cmd, t.err)
			if err != nil {
				return err
			}
			l, err := listen(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer l.close()
			database := c.databaseURL()
			ready := migrateEmpty
			if migrateFirst || !isPostgres(database) {
				ready = migrate
			}
			if err := ready(cmd.Context(), database); err != nil {
				return err
			}
			metricsURL := urlOf(l.metrics) + "/metrics"
			s, err := openService(cmd.Context(), database, log, metricsURL)
			if err != nil {
				return err
			}
			defer s.close()
			if !onlyHere(l.page) {
				log.Warn("the service checks no identities yet, and this address can be reached by others", slog.String("listen", c.Listen))
			}
			log.Info("serving", slog.String("page", urlOf(l.page)+"/"), slog.String("api", urlOf(l.page)+"/docs"),
				slog.String("metrics", metricsURL), slog.String("version", version))
			err = s.serve(cmd.Context(), l)
			log.Info("stopping")
			return err
		},
	}
	f.addDatabase(cmd)
	f.addListen(cmd)
	cmd.Flags().BoolVar(&migrateFirst, "migrate", false, "bring a PostgreSQL database that has tables up to date too before serving")
	return cmd
}

// onlyHere reports whether an address can be reached from this machine alone.
func onlyHere(l net.Listener) bool {
	a, ok := l.Addr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}
