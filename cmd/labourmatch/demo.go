package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/demo"
	"labourmatch/datasets/report"
)

// demoLevel is the ISCO level the demo is run at; its data have one more.
const demoLevel = 3

// shown is a market that the demo shows: its figures, the level it is run at, and a what-if.
type shown struct {
	title    string
	market   *datasets.Directory
	level    int
	scenario report.ScenarioFile
}

// theDemo is Germany and Norway, or with world also Canada and the workers of all countries, of whom a share is mobile.
func theDemo(world bool, mobile float64) (shown, error) {
	x := shown{title: demo.Title, level: demoLevel, scenario: report.ScenarioFile{Name: demo.ScenarioName, Data: demo.Scenario()}}
	files, err := demo.FS()
	if world {
		x = shown{title: demo.WorldTitle, level: demo.WorldLevel, scenario: report.ScenarioFile{Name: "balkans.yaml", Data: demo.WorldScenario()}}
		files, err = demo.World(mobile)
	}
	if err != nil {
		return x, err
	}
	if x.market, err = datasets.Read(files); err != nil {
		return x, fmt.Errorf("read the demo's figures: %w", err)
	}
	return x, nil
}

func newDemo(t *terminal) *cobra.Command {
	var f flags
	var once, world bool
	var mobile float64
	cmd := &cobra.Command{
		Use:     "demo",
		Short:   "See it all at work: published figures for Germany and Norway",
		GroupID: "start",
		Long: `Makes a database in the data directory, puts published figures for Germany 2022
(by Land) and Norway 2017 into it, places the workers in the vacancies, prints
the report, and then serves the same as a page, an API and metrics until you
stop it with Ctrl-C. With --once it only prints.

With --world Canada's approved positions of 2024 join the openings, and the
employed of all countries with figures since 2012 the workers, of whom a share
would leave: --mobile, which nobody has measured. Coarse figures are split.

The figures come with the program; nothing is fetched. Call it again and it
finds what it made the last time.

` + environmentDemo,
		Example: `  labourmatch demo
  labourmatch demo --once
  labourmatch demo --world --mobile 0.002 --once
  labourmatch demo --data ./demo --listen 127.0.0.1:8888`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := f.config(cmd)
			if err != nil {
				return err
			}
			dir := f.data
			if dir == "" {
				dir = filepath.Join(c.dataDir(), "demo")
			}
			if !world && cmd.Flags().Changed("mobile") {
				return usage(cmd, "--mobile is of the world: call %s --world --mobile %v", cmd.CommandPath(), mobile)
			}
			if mobile < 0 || mobile > 1 {
				return usage(cmd, "--mobile is %v; it is a share between 0 and 1", mobile)
			}
			x, err := theDemo(world, mobile)
			if err != nil {
				return err
			}
			return t.demo(cmd, c, x, filepath.Join(dir, "labourmatch.db"), once)
		},
	}
	f.addListen(cmd)
	cmd.Flags().StringVar(&f.data, "data", "", "`DIR` of the demo's database (default: demo in LABOURMATCH_DATA or your data directory)")
	cmd.Flags().BoolVar(&world, "world", false, "add Canada's openings and the workers of all countries")
	cmd.Flags().Float64Var(&mobile, "mobile", demo.WorldMobile, "with --world, the share of workers taken to be willing to leave")
	cmd.Flags().BoolVar(&once, "once", false, "print the report and end")
	return cmd
}

func (t *terminal) demo(cmd *cobra.Command, c config, x shown, database string, once bool) error {
	ctx := cmd.Context()
	if c.LogLevel == "info" {
		c.LogLevel = "warn" // the report is what is to be read here
	}
	log, err := c.logger(cmd, t.err)
	if err != nil {
		return err
	}
	var l *listeners
	metricsURL := ""
	if !once {
		if l, err = listen(ctx, c); err != nil {
			return err
		}
		defer l.close()
		metricsURL = urlOf(l.metrics) + "/metrics"
	}
	if err := migrate(ctx, database); err != nil {
		return fmt.Errorf("%w; another directory can be named with --data", err)
	}
	s, err := openService(ctx, database, log, metricsURL)
	if err != nil {
		return err
	}
	defer s.close()
	r, err := t.demoRun(ctx, s, x)
	if err != nil {
		return err
	}
	if err := t.print(r, "table"); err != nil {
		return err
	}
	if err := t.demoWhatIf(ctx, x); err != nil || once {
		return err
	}
	page := urlOf(l.page)
	t.say("")
	t.say("  The page   %s/", page)
	t.say("  The API    %s/docs", page)
	t.say("  Metrics    %s", metricsURL)
	t.say("  Database   %s", said(database))
	t.say("")
	t.say("Ctrl-C ends it.")
	err = s.serve(ctx, l)
	t.say("") // the terminal has written ^C
	return err
}

// demoWhatIf prints what one scenario changes of the demo.
func (t *terminal) demoWhatIf(ctx context.Context, x shown) error {
	r, err := report.Build(ctx, x.market, report.Options{Level: x.level, Engine: version, Scenarios: []report.ScenarioFile{x.scenario}})
	if err != nil {
		return fmt.Errorf("what if, in the demo: %w", err)
	}
	return r.WhatIf.WriteText(t.out, report.Style{Color: t.colorOut})
}

// demoRun sees to it that the demo is in the database, run by this version and published, and returns its report.
func (t *terminal) demoRun(ctx context.Context, s *service, x shown) (*report.Report, error) {
	wanted := store.NewRun{
		Owner: "local", Visibility: store.Released, Title: x.title, Policy: string(x.market.PolicyYAML()), Level: x.level,
	}
	for _, table := range datasets.Tables() {
		if x.market.Len(table.File) == 0 {
			continue
		}
		d, _, err := s.store.AddDataset(ctx, store.NewDataset{
			File: table.File, Name: x.title, Owner: wanted.Owner, Visibility: wanted.Visibility,
		}, func(add func([]string) error) error {
			for _, cells := range x.market.Rows(table.File) {
				if err := add(cells); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		wanted.Datasets = append(wanted.Datasets, d.ID)
	}
	if r, err := s.demoDone(ctx, wanted); r != nil || err != nil {
		return r, err
	}
	run, err := s.store.CreateRun(ctx, wanted)
	if err != nil {
		return nil, err
	}
	s.worker.Wake()
	if run, err = t.await(ctx, s, run); err != nil {
		return nil, err
	}
	if run.State != store.Done {
		return nil, fmt.Errorf("the demo's run ended as %s: %s", run.State, run.Error)
	}
	return s.publish(ctx, run)
}

// demoDone looks for a run of the same figures by this version, among those the database has.
func (s *service) demoDone(ctx context.Context, wanted store.NewRun) (*report.Report, error) {
	list := func(p store.PageRequest) (store.Page[store.Run], error) { return s.store.Runs(ctx, p) }
	for run, err := range store.All(list) {
		if err != nil {
			return nil, err
		}
		if run.State != store.Done || run.Level != wanted.Level || run.Policy != wanted.Policy || run.Order != wanted.Order {
			continue
		}
		if !slices.Equal(run.Datasets, wanted.Datasets) {
			continue
		}
		r, err := s.report(ctx, run)
		if err != nil || r.Engine != version {
			continue // of another version; it is made anew
		}
		return s.publish(ctx, run)
	}
	return nil, nil
}

// publish makes a run the current one and returns its report.
func (s *service) publish(ctx context.Context, run store.Run) (*report.Report, error) {
	if !run.Current {
		if _, err := s.store.PublishRun(ctx, run.ID); err != nil {
			return nil, err
		}
	}
	return s.report(ctx, run)
}

// report reads a run's report from the database.
func (s *service) report(ctx context.Context, run store.Run) (*report.Report, error) {
	document, err := s.store.Report(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	return report.ReadJSON(document)
}

// lookEvery is how often the progress of a run is looked at.
const lookEvery = 100 * time.Millisecond

// await shows the progress of a run until it has ended.
func (t *terminal) await(ctx context.Context, s *service, run store.Run) (store.Run, error) {
	step, done := t.progress("matching")
	defer done()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	shown := run.Progress
	for {
		select {
		case <-ctx.Done():
			return run, errors.Join(context.Canceled, ctx.Err())
		case ended := <-s.ended:
			if ended.ID == run.ID {
				return ended, nil
			}
		case <-look.C:
			now, err := s.store.Run(ctx, run.ID)
			if err != nil {
				return run, err
			}
			if now.State.Final() { // told here too: another program on the same database may have ended it
				return now, nil
			}
			if now.Progress > shown {
				shown = now.Progress
				step(now.Phase, shown)
			}
		}
	}
}
