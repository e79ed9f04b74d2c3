package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"labourmatch/api"
	"labourmatch/api/runs"
	"labourmatch/api/store"
	"labourmatch/migrations"
)

// listeners are the two addresses of the service, taken before anything else is done: a port that somebody else has
// is then said at once and not after the work.
type listeners struct{ page, metrics net.Listener }

func listen(ctx context.Context, c config) (_ *listeners, err error) {
	var l listeners
	if l.page, err = listenOn(ctx, c.Listen, "--listen", "LABOURMATCH_LISTEN"); err != nil {
		return nil, err
	}
	if l.metrics, err = listenOn(ctx, c.MetricsListen, "--metrics-listen", "LABOURMATCH_METRICS_LISTEN"); err != nil {
		return nil, errors.Join(err, l.page.Close())
	}
	return &l, nil
}

// listenOn takes an address, or says what to do about it.
func listenOn(ctx context.Context, address, flag, variable string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		host, _, _ := net.SplitHostPort(address)
		return nil, fmt.Errorf("%s is taken by another program, perhaps by this one in another window; end that one, or take "+
			"any free port with %s %s (or %s)", address, flag, net.JoinHostPort(host, "0"), variable)
	}
	return nil, fmt.Errorf("cannot listen on %s: %w; name another address with %s (or %s)", address, err, flag, variable)
}

func (l *listeners) close() {
	_ = l.page.Close()
	_ = l.metrics.Close()
}

// urlOf is the address of a listener as a browser on this machine reaches it.
func urlOf(l net.Listener) string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// service is an open database with a worker and the interface on top of it.
type service struct {
	store   *store.Store
	worker  *runs.Worker
	tells   *runs.Explainer
	metrics *api.Metrics
	server  *api.Server
	log     *slog.Logger
	ended   chan store.Run // the last run that ended here; holds one, newer ones push older ones out
}

// openService opens them from the bottom up. close closes them in reverse.
func openService(ctx context.Context, database string, log *slog.Logger, metricsURL string) (_ *service, err error) {
	s := &service{log: log, ended: make(chan store.Run, 1)}
	s.metrics = api.NewMetrics(time.Now, version)
	if s.store, err = store.Open(ctx, database, store.Options{Logger: log}); err != nil {
		return nil, err
	}
	s.worker, err = runs.Start(ctx, runs.Options{Store: s.store, Logger: log, Engine: version, Ended: s.runEnded})
	if err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	s.tells = runs.NewExplainer(ctx, runs.ExplainerOptions{Store: s.store, Logger: log})
	s.server, err = api.New(api.Options{
		Store: s.store, Wake: s.worker.Wake, Explainer: s.tells, Logger: log, Version: version, Metrics: s.metrics, MetricsURL: metricsURL,
		WorkbookChild: workbookChild(),
	})
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *service) runEnded(run store.Run) {
	s.metrics.RunEnded(run)
	for {
		select {
		case s.ended <- run:
			return
		default:
		}
		select {
		case <-s.ended:
		default:
		}
	}
}

// How long a stop waits for requests and for the run under way.
const (
	drainTime = 10 * time.Second
	runTime   = 10 * time.Second
)

func (s *service) close() {
	ctx, cancel := context.WithTimeout(context.Background(), runTime)
	defer cancel()
	s.tells.Stop()
	s.worker.Stop(ctx)
	if err := s.store.Close(); err != nil {
		s.log.Error("the database could not be closed", slog.Any("error", err))
	}
}

// refreshEvery is how often the page looks whether another process has published a run.
const refreshEvery = 15 * time.Second

// serve answers on both listeners until ctx ends, then lets requests under way finish. It closes the listeners.
func (s *service) serve(ctx context.Context, l *listeners) error {
	defer l.close()
	// A run that cannot be shown, say of another version of the program, is no reason to keep the rest from being served.
	s.refresh(ctx)
	metrics := http.NewServeMux()
	metrics.Handle("GET /metrics", s.metrics.Handler())
	metrics.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "The metrics are at /metrics.")
	})
	servers := []*http.Server{api.HTTPServer(s.server, s.log), api.HTTPServer(metrics, s.log)}
	failed := make(chan error, len(servers))
	for i, listener := range []net.Listener{l.page, l.metrics} {
		go func() { failed <- servers[i].Serve(listener) }()
	}
	refresh := time.NewTicker(refreshEvery)
	defer refresh.Stop()
	var err error
	for ctx.Err() == nil && err == nil {
		select {
		case <-ctx.Done():
		case err = <-failed:
		case <-refresh.C:
			s.refresh(ctx)
		}
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	for _, server := range servers {
		if shut := server.Shutdown(drain); shut != nil {
			s.log.Warn("some requests were cut off", slog.Any("error", shut))
			_ = server.Close()
		}
	}
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// refresh looks for the current run; what keeps it from being shown is logged, and tried again.
func (s *service) refresh(ctx context.Context) {
	if err := s.server.Refresh(ctx); err != nil && ctx.Err() == nil {
		s.log.Warn("cannot show the current run; will try again", slog.Any("error", err))
	}
}

// isPostgres tells a database server from a file of our own.
func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// migrateEmpty migrates a database that has no step yet, in which there is nothing a migration could change.
func migrateEmpty(ctx context.Context, url string) error {
	schema, closeSchema, err := store.OpenSchema(ctx, url, false)
	if err != nil {
		return err
	}
	steps, err := schema.Status(ctx)
	if err := errors.Join(err, closeSchema()); err != nil {
		return err
	}
	if slices.ContainsFunc(steps, func(s migrations.Step) bool { return s.Applied }) {
		return nil
	}
	return migrate(ctx, url)
}

// migrate brings a database to the schema of this program; a file that is not there is made.
func migrate(ctx context.Context, url string) error {
	schema, closeSchema, err := store.OpenSchema(ctx, url, true)
	if err != nil {
		return err
	}
	_, err = schema.Up(ctx)
	return errors.Join(err, closeSchema())
}
