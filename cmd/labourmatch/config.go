package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/caarlos0/env/v11"
	"github.com/spf13/cobra"
)

// config is what the commands with a database take from the environment. A flag of the same meaning comes first. None
// of it is a default of a flag, since help prints those and an address may hold a password.
type config struct {
	Database      string `env:"DATABASE_URL"`
	Data          string `env:"LABOURMATCH_DATA"`
	Listen        string `env:"LABOURMATCH_LISTEN" envDefault:"127.0.0.1:8080"`
	MetricsListen string `env:"LABOURMATCH_METRICS_LISTEN" envDefault:"127.0.0.1:9090"`
	LogFormat     string `env:"LABOURMATCH_LOG" envDefault:"text"`
	LogLevel      string `env:"LABOURMATCH_LOG_LEVEL" envDefault:"info"`
}

// What the environment means is said in the help of the commands it matters to.
const (
	environmentDatabase = `Environment, where no flag is given:
  DATABASE_URL                 the database: postgres://user@host/name, or the
                               path of an SQLite file
  LABOURMATCH_DATA             directory of the embedded database`
	environmentDemo = `Environment, where no flag is given:
  LABOURMATCH_DATA             the demo's database is in demo in this directory
` + environmentListen
	environmentServe  = environmentDatabase + "\n" + environmentListen
	environmentListen = `  LABOURMATCH_LISTEN           address of page and API    (127.0.0.1:8080)
  LABOURMATCH_METRICS_LISTEN   address of the metrics     (127.0.0.1:9090)
  LABOURMATCH_LOG              text or json               (text)
  LABOURMATCH_LOG_LEVEL        debug, info, warn, error   (info)`
)

// flags are the flags that stand for parts of the config.
type flags struct{ database, data, listen, metrics string }

func (f *flags) addDatabase(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.database, "database", "", "`URL` of the database (default: DATABASE_URL, else SQLite in the data directory)")
	cmd.Flags().StringVar(&f.data, "data", "", "`DIR` of the embedded database (default: LABOURMATCH_DATA, else your data directory)")
}

func (f *flags) addListen(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.listen, "listen", "", "`ADDR` of page and API (default: LABOURMATCH_LISTEN, else 127.0.0.1:8080)")
	cmd.Flags().StringVar(&f.metrics, "metrics-listen", "", "`ADDR` of the metrics (default: LABOURMATCH_METRICS_LISTEN, else 127.0.0.1:9090)")
}

// config is the environment with the flags over it.
func (f *flags) config(cmd *cobra.Command) (config, error) {
	c, err := env.ParseAs[config]()
	if err != nil {
		return c, usage(cmd, "read the environment: %w", err)
	}
	for _, set := range []struct {
		to   *string
		flag string
	}{{&c.Database, f.database}, {&c.Data, f.data}, {&c.Listen, f.listen}, {&c.MetricsListen, f.metrics}} {
		if set.flag != "" {
			*set.to = set.flag
		}
	}
	if f.data != "" && f.database == "" {
		c.Database = "" // a directory named on the command line is meant, whatever the environment says
	}
	return c, nil
}

// dataDir is where the embedded database lies: where the user said, else where the system keeps a user's data, else
// here.
func (c *config) dataDir() string {
	if c.Data != "" {
		return c.Data
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "labourmatch")
	}
	if home, err := os.UserHomeDir(); err == nil && filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "share", "labourmatch")
	}
	return "labourmatch-data"
}

// databaseURL is the database to open.
func (c *config) databaseURL() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.dataDir(), "labourmatch.db")
}

// logger writes to w what the program says while it serves.
func (c *config) logger(cmd *cobra.Command, w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, usage(cmd, "LABOURMATCH_LOG_LEVEL is %q; use debug, info, warn or error", c.LogLevel)
	}
	options := &slog.HandlerOptions{Level: level}
	switch c.LogFormat {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, usage(cmd, "LABOURMATCH_LOG is %q; use text or json", c.LogFormat)
}

// said is a path as a person would type it after cd.
func said(path string) string {
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return fmt.Sprint(path)
}
