package runs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// What a run says that ended without an outcome through nobody's data.
const (
	cancelledText = "cancelled on request"
	mistakeText   = "the program made a mistake while it worked on this run; what happened is in the server's log"
	troubleText   = "the run could not be finished because of trouble on the server; what happened is in the server's log, and it may help to start it again"
)

// execute sees a claimed run through to its end.
func (w *Worker) execute(ctx context.Context, run store.Run) {
	log := w.log.With(slog.String("run", run.ID), slog.Int64("epoch", run.Epoch))
	working, stop := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		w.watch(working, run, stop)
	}()
	outcome, err := w.solve(working, run, stop)
	if err == nil {
		err = w.save(working, run, outcome)
	}
	why := context.Cause(working)
	stop(nil)
	<-watched

	// From here on a stop must not keep the end from being written.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	state, text := store.Done, ""
	switch {
	case err == nil:
	case errors.Is(err, store.ErrFenced), errors.Is(why, store.ErrFenced):
		log.WarnContext(ctx, "the run was taken over or ended by somebody else; its outcome is dropped")
		return
	case errors.Is(why, errCancelled):
		state, text = store.Cancelled, cancelledText
	case errors.Is(why, errStopped):
		state, text = store.Interrupted, store.InterruptedText
	default:
		state = store.Failed
		text = explain(err)
		if text == mistakeText || text == troubleText {
			log.ErrorContext(ctx, "the run failed", slog.Any("error", err))
		}
	}
	if state != store.Done {
		if err := w.store.EndRun(ctx, run.ID, run.Epoch, state, text); err != nil {
			// At the next start it will be found running, and marked as interrupted.
			log.ErrorContext(ctx, "the end of the run could not be stored", slog.String("state", string(state)), slog.Any("error", err))
			return
		}
	}
	log.InfoContext(ctx, "the run ended", slog.String("state", string(state)))
	if w.options.Ended == nil {
		return
	}
	ended, err := w.store.Run(ctx, run.ID)
	if err != nil {
		log.ErrorContext(ctx, "the run that ended cannot be read", slog.Any("error", err))
		return
	}
	w.options.Ended(ended)
}

// save stores the outcome. A stop that comes meanwhile gives it grace to end: the work is done, and it would be a pity.
func (w *Worker) save(ctx context.Context, run store.Run, outcome store.Outcome) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	saving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	return w.store.SaveOutcome(saving, run.ID, run.Epoch, outcome)
}

// panicked is a panic as an error.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// Shares of a run's progress that reading and solving end at; what is left is for storing.
const (
	readShare  = 0.05
	solveShare = 0.95
)

// solve reads what the run is made of, and solves it. A panic in here is an error of this run and of no other.
func (w *Worker) solve(ctx context.Context, run store.Run, stop context.CancelCauseFunc) (_ store.Outcome, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicked{value, debug.Stack()}
		}
	}()
	progress := func(phase string, share float64) {
		switch cancel, err := w.store.SetProgress(ctx, run.ID, run.Epoch, phase, share); {
		case errors.Is(err, store.ErrFenced):
			stop(store.ErrFenced)
		case err == nil && cancel:
			stop(errCancelled)
		}
		// Progress that cannot be stored is no reason to stop: if the database stays away, storing the outcome will say so.
	}
	progress("reading the datasets", 0)
	directory, err := directoryOf(ctx, w.store, run)
	if err != nil {
		return store.Outcome{}, err
	}
	scenarios, err := w.store.ScenariosOf(ctx, run.ID)
	if err != nil {
		return store.Outcome{}, err
	}
	progress("solving", readShare)
	made, err := w.build(ctx, directory, report.Options{
		Level: run.Level, Order: matcher.Order(run.Order), Title: run.Title, Engine: w.options.Engine, Scenarios: filesOf(scenarios),
		Progress: func(what string, share float64) { progress(what, readShare+share*(solveShare-readShare)) },
	})
	if err != nil {
		return store.Outcome{}, err
	}
	progress("storing the outcome", solveShare)
	return OutcomeOf(made)
}

// filesOf are scenarios as files, each under its own name, by which problems tell which of them is meant.
func filesOf(scenarios []store.Scenario) []report.ScenarioFile {
	var files []report.ScenarioFile
	for _, s := range scenarios {
		files = append(files, report.ScenarioFile{Name: s.Name + ".yaml", Data: []byte(s.Text)})
	}
	return files
}

// directoryOf reads the run's datasets and policy, as a folder of files would be read.
func directoryOf(ctx context.Context, s *store.Store, run store.Run) (*datasets.Directory, error) {
	ids := map[string][]string{}
	files := []string{}
	for _, id := range run.Datasets {
		d, err := s.Dataset(ctx, id)
		if err != nil {
			return nil, err
		}
		if ids[d.File] == nil {
			files = append(files, d.File)
		}
		ids[d.File] = append(ids[d.File], id)
	}
	directory := datasets.NewDirectory()
	for _, file := range files {
		if file == datasets.ShortageFile {
			for cells, err := range rowsOf(ctx, s, ids[file]) {
				if err == nil {
					err = directory.SetShortageRule([]byte(cells[0]))
				}
				if err != nil {
					return nil, err
				}
			}
			continue
		}
		// Datasets of one file are read as one, so that rows they both have are found.
		if err := directory.Add(file, rowsOf(ctx, s, ids[file])); err != nil {
			return nil, err
		}
	}
	if run.Policy != "" {
		if err := directory.SetPolicy([]byte(run.Policy)); err != nil {
			return nil, err
		}
	}
	return directory, directory.Check()
}

// rowsOf yields the rows of the datasets, one dataset after the other.
func rowsOf(ctx context.Context, s *store.Store, ids []string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, id := range ids {
			for cells, err := range s.DatasetRows(ctx, id) {
				if !yield(cells, err) || err != nil {
					return
				}
			}
		}
	}
}

// OutcomeOf takes a report apart into what the store keeps of a run that is done.
func OutcomeOf(r *report.Report) (store.Outcome, error) {
	var document bytes.Buffer
	if err := r.WriteJSON(&document); err != nil {
		return store.Outcome{}, err
	}
	lists, err := listsOf(r)
	if err != nil {
		return store.Outcome{}, err
	}
	o := store.Outcome{Report: document.Bytes(), Lists: lists}
	for _, g := range r.Gaps {
		if n := len(o.Gaps); n == 0 || o.Gaps[n-1].Level != g.Level {
			o.Gaps = append(o.Gaps, store.LevelGaps{Level: g.Level})
		}
		level := &o.Gaps[len(o.Gaps)-1]
		level.Gaps = append(level.Gaps, matcher.Gap{
			Region: g.Region, Code: matcher.ParseCode(g.Code), Title: g.Title,
			Openings: g.Openings, Filled: g.FilledBy.ByWay(), Unfilled: g.Unfilled,
			Workers: g.Workers, Placed: g.PlacedBy.ByWay(), Unplaced: g.Unplaced, Idle: g.Idle, Surplus: g.Surplus, Alone: g.Alone,
		})
	}
	for _, s := range r.Skills {
		gap := matcher.SkillGap{
			Region: s.Region, Skill: s.Skill, Openings: s.Openings, Filled: s.FilledBy.ByWay(), Gap: s.Gap, Workers: s.Workers, Surplus: s.Surplus,
		}
		if s.Scheme == report.SchemeLevel {
			o.SkillLevels = append(o.SkillLevels, gap)
		} else {
			o.Skills = append(o.Skills, gap)
		}
	}
	for _, e := range r.Entries {
		o.Placements = append(o.Placements, store.Placement{
			Layer: store.EntryLayer, Origin: e.Region, Worker: e.Code, Status: e.Status, Citizenship: e.Citizenship,
			Pool: e.PoolCode, Class: e.Class, Count: e.Count, Fit: e.Fit,
		})
	}
	for _, p := range r.Placements {
		o.Placements = append(o.Placements, store.Placement{
			Layer: store.PlacementLayer, Origin: p.From, Pool: p.Code, Class: p.Class, Destination: p.To, Vacancy: p.Code,
			Contract: p.Contract, Channel: p.Channel, Way: p.Way, Count: p.Count,
		})
	}
	return o, nil
}

// problemsShown is how many problems of the data a run's error has; whoever wants all checks the upload.
const problemsShown = 20

// explain says why a run failed, to who asked for it. Trouble of ours is not told in its own words.
func explain(err error) string {
	var problems *datasets.Problems
	var mistake *panicked
	switch {
	case errors.As(err, &problems):
		lines := []string{}
		for i, p := range problems.List {
			if i == problemsShown {
				lines = append(lines, fmt.Sprintf("… and %d more", problems.Count()-i))
				break
			}
			lines = append(lines, p.String())
		}
		return strings.Join(lines, "\n")
	case errors.Is(err, report.ErrLevel), errors.Is(err, store.ErrNotFound):
		return err.Error()
	case errors.Is(err, matcher.ErrTooLarge):
		return matcher.ErrTooLarge.Error()
	case errors.As(err, &mistake):
		return mistakeText
	}
	return troubleText
}
