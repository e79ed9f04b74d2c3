// Package runs executes runs in the background: one worker takes them out of the queue, one after the other, and sees
// each through to its end.
//
//	queued ──claim──▶ running ──▶ done          the outcome is stored
//	   │                 ├──────▶ failed        the data, the policy or the program are at fault; it says which
//	   │                 ├──────▶ interrupted   the program stopped; start it again
//	   └────────────────▶┴──────▶ cancelled     somebody asked for it
//
// The queue is the database: a run that was accepted survives a stop. Who puts one in wakes the worker with
// [Worker.Wake]; it also looks by itself now and then, since another program may share the database. One worker is
// enough, because a run's solves already use every core.
//
// A run is claimed by an epoch, and everything the worker writes carries it, so a worker that lost its run (the database
// was away, somebody else took over) cannot overwrite what came after. The worker therefore need not be right about
// whether it still holds the run; the store is.
package runs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

// Options of a worker. Store is required; everything else may be left at its zero value.
type Options struct {
	Store *store.Store
	// Logger is told of each run's end and of what went wrong on our side; nil: nobody is.
	Logger *slog.Logger
	// Engine is the version of the program, printed in reports.
	Engine string
	// Look is how often the worker looks into the queue, and whether its run was cancelled, without having been woken;
	// 0 means every 5 seconds.
	Look time.Duration
	// Ended, if set, is told of each run that ended here, after it is stored. It must not take long.
	Ended func(store.Run)
}

// grace is how long what has to be written at a stop may take.
const grace = 5 * time.Second

// Worker executes runs. Make one with [Start].
type Worker struct {
	options Options
	store   *store.Store
	log     *slog.Logger
	// build makes a report; tests put others in its place to see what the worker does with what comes out.
	build func(context.Context, *datasets.Directory, report.Options) (*report.Report, error)

	wake chan struct{}           // holds one signal: a second says nothing new
	quit chan struct{}           // closed: take no more runs
	end  context.CancelCauseFunc // stops the run under way, too
	done chan struct{}           // closed: the worker is gone
	once sync.Once
}

// Why a run under way is stopped.
var (
	errStopped   = errors.New("the program stops")
	errCancelled = errors.New("somebody asked for it")
)

// Start marks the runs that a stop of the program interrupted as such, and starts a worker. It executes what waits in
// the queue until [Worker.Stop]. Values of ctx are kept, its end is not: a worker is stopped, not dropped.
func Start(ctx context.Context, o Options) (*Worker, error) {
	return start(ctx, o, report.Build)
}

func start(
	ctx context.Context, o Options, build func(context.Context, *datasets.Directory, report.Options) (*report.Report, error),
) (*Worker, error) {
	if o.Store == nil {
		return nil, errors.New("start the worker: no store was given")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Look <= 0 {
		o.Look = 5 * time.Second
	}
	interrupted, err := o.Store.MarkInterrupted(ctx)
	if err != nil {
		return nil, err
	}
	if interrupted > 0 {
		o.Logger.WarnContext(ctx, "runs were interrupted by the last stop", slog.Int("runs", interrupted))
	}
	w := &Worker{
		options: o, store: o.Store, log: o.Logger, build: build,
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	ctx, w.end = context.WithCancelCause(context.WithoutCancel(ctx))
	go func() {
		defer close(w.done)
		w.work(ctx)
	}()
	return w, nil
}

// Wake says that the queue has a run more, or that a run was asked to stop. It never waits.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Stop takes no more runs out of the queue and waits for the one under way until ctx ends; then it stops that run, which
// says that it was interrupted. When Stop returns, the worker is gone. Runs that wait stay in the queue.
func (w *Worker) Stop(ctx context.Context) {
	w.once.Do(func() { close(w.quit) })
	select {
	case <-w.done:
	case <-ctx.Done():
	}
	w.end(errStopped)
	<-w.done
}

// work executes runs until the worker is stopped.
func (w *Worker) work(ctx context.Context) {
	look := time.NewTicker(w.options.Look)
	defer look.Stop()
	told := false // of a database that does not answer: once, not every few seconds
	for {
		select {
		case <-w.quit:
			return
		default:
		}
		run, ok, err := w.store.ClaimRun(ctx)
		switch {
		case err == nil && ok:
			told = false
			w.execute(ctx, run)
			continue // there may be another one
		case err != nil && ctx.Err() == nil && !told:
			told = true
			w.log.ErrorContext(ctx, "cannot look for runs; will try again", slog.Any("error", err))
		case err == nil && told:
			told = false
			w.log.InfoContext(ctx, "can look for runs again")
		}
		select {
		case <-w.quit:
			return
		case <-w.wake:
		case <-look.C:
		}
	}
}

// watch stops the run when somebody asks for that, or when it is no longer ours, until ctx ends. A signal meant for the
// queue may come here; nothing is lost by that, since the worker looks into the queue after each run.
func (w *Worker) watch(ctx context.Context, run store.Run, stop context.CancelCauseFunc) {
	look := time.NewTicker(w.options.Look)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		case <-look.C:
		}
		now, err := w.store.Run(ctx, run.ID)
		switch {
		case err != nil: // a database that does not answer is no reason to stop solving
		case now.Epoch != run.Epoch || now.State != store.Running:
			stop(store.ErrFenced)
		case now.CancelRequested:
			stop(errCancelled)
		}
	}
}
