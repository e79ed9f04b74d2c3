package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// State is where a run is in its life: queued → running → one of the others, which are final. A queued run may also be
// cancelled.
type State string

// The states of a run.
const (
	Queued      State = "queued"
	Running     State = "running"
	Done        State = "done"
	Failed      State = "failed"
	Cancelled   State = "cancelled"
	Interrupted State = "interrupted" // the program stopped while it was running
)

// Final reports whether a run in this state will never be in another.
func (s State) Final() bool { return s != Queued && s != Running }

// Run is a market solved, or to be solved, under a policy.
type Run struct {
	ID         string
	Owner      string
	Visibility Visibility
	Title      string
	Datasets   []string   // the files of its market, in the order given
	Outdated   []Outdated // those of them that were replaced or withdrawn since
	Policy     string     // policy.yaml; "" = the default policy
	Level      int        // ISCO digits; 0 = the finest the data have
	Order      string     // of the objective; "" = the policy's
	Base       string     // of the run of a scenario: the run whose market it changes; "" otherwise
	Scenario   Scenario   // likewise; without its text, for which see [Reader.ScenariosOf]
	State      State
	Phase      string  // what it is doing, in a word; "" before it started
	Progress   float64 // share of the work done, 0 … 1
	Error      string  // why it failed, was cancelled or interrupted; a sentence to be shown
	// Epoch counts the claims. Whoever claimed the run writes to it with the epoch of the claim; a later claim, an
	// interruption or an end makes that void.
	Epoch           int64
	CancelRequested bool
	Current         bool // the run that first page and metrics show
	Created         time.Time
	Started         time.Time // zero: not yet
	Finished        time.Time // zero: not yet
}

// NewRun says what is to be run.
type NewRun struct {
	Owner      string
	Visibility Visibility // "" means private
	Title      string
	Datasets   []string // at least one
	Policy     string
	Level      int
	Order      string
}

const runColumns = `id, owner, visibility, runs.title, policy, level, objective, state, phase, progress, error, epoch,
	cancel_requested, created_at, started_at, finished_at,
	(SELECT count(*) FROM current_runs WHERE current_runs.run_id = runs.id) AS is_current,
	coalesce(base_id, '') AS base_id, coalesce(run_scenarios.name, '') AS scenario_name, coalesce(run_scenarios.title, '') AS scenario_title`

// runTables are what runColumns are of.
const runTables = `runs LEFT JOIN run_scenarios ON run_id = id`

// runRow is a row of runs.
type runRow struct {
	ID         string        `db:"id"`
	Owner      string        `db:"owner"`
	Visibility Visibility    `db:"visibility"`
	Title      string        `db:"title"`
	Policy     string        `db:"policy"`
	Level      int           `db:"level"`
	Order      string        `db:"objective"`
	State      State         `db:"state"`
	Phase      string        `db:"phase"`
	Progress   float64       `db:"progress"`
	Error      string        `db:"error"`
	Epoch      int64         `db:"epoch"`
	Cancel     int64         `db:"cancel_requested"`
	Created    int64         `db:"created_at"`
	Started    sql.NullInt64 `db:"started_at"`
	Finished   sql.NullInt64 `db:"finished_at"`
	Current    int64         `db:"is_current"`
	Base       string        `db:"base_id"`
	Name       string        `db:"scenario_name"`
	Changes    string        `db:"scenario_title"`
}

func (r runRow) run() Run {
	return Run{
		ID: r.ID, Owner: r.Owner, Visibility: r.Visibility, Title: r.Title, Datasets: []string{}, Policy: r.Policy,
		Level: r.Level, Order: r.Order, Base: r.Base, Scenario: Scenario{Name: r.Name, Title: r.Changes}, State: r.State, Phase: r.Phase, Progress: r.Progress, Error: r.Error,
		Epoch: r.Epoch, CancelRequested: r.Cancel != 0, Current: r.Current != 0,
		Created: time.UnixMicro(r.Created).UTC(), Started: moment(r.Started), Finished: moment(r.Finished),
	}
}

// CreateRun puts a run into the queue.
func (s *Store) CreateRun(ctx context.Context, n NewRun) (Run, error) {
	if err := n.Visibility.check(); err != nil {
		return Run{}, err
	}
	if n.Level < 0 || n.Level > 4 {
		return Run{}, say(ErrInvalid, "the level is %d; ISCO-08 has levels 1 to 4, and 0 means the finest the data have", n.Level)
	}
	if len(n.Datasets) == 0 {
		return Run{}, say(ErrInvalid, "the run names no datasets; give at least vacancies and workers")
	}
	var err error
	if n.Title, err = titled("title", n.Title); err != nil {
		return Run{}, err
	}
	if !plain(n.Policy) {
		return Run{}, say(ErrInvalid, "the policy is not UTF-8 text")
	}
	id := s.options.NewID()
	if err := s.change(ctx, func(tx *sqlx.Tx) error { return s.insertRun(ctx, tx, id, n) }); err != nil {
		return Run{}, err
	}
	return s.Run(ctx, id)
}

func (s *Store) insertRun(ctx context.Context, tx *sqlx.Tx, id string, n NewRun) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO runs (id, owner, visibility, title, policy, level, objective, state, phase, progress, error, epoch, cancel_requested, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', '', 0, '', 0, 0, $8)`,
		id, n.Owner, n.Visibility, n.Title, n.Policy, n.Level, n.Order, s.now())
	if err != nil {
		return fmt.Errorf("store the run: %w", err)
	}
	within := Reader{tx}
	for i, dataset := range n.Datasets {
		d, err := within.Dataset(ctx, dataset)
		if err == nil {
			err = unusable(d)
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO run_datasets (run_id, seq, dataset_id) VALUES ($1, $2, $3)`, id, i+1, dataset)
		if err != nil {
			return fmt.Errorf("store the run's datasets: %w", err)
		}
	}
	return nil
}

// Run returns a run.
func (r *Reader) Run(ctx context.Context, id string) (Run, error) {
	none := say(ErrNotFound, "there is no run %q", id)
	if !plain(id) {
		return Run{}, none
	}
	return r.oneRun(ctx, none, `id = $1`, id)
}

// CurrentRun returns the run that first page and metrics show; [ErrNotFound] before one was published.
func (r *Reader) CurrentRun(ctx context.Context) (Run, error) {
	return r.oneRun(ctx, say(ErrNotFound, "no run is published yet"),
		`id = (SELECT run_id FROM current_runs WHERE slot = 'all')`)
}

func (r *Reader) oneRun(ctx context.Context, none error, where string, args ...any) (Run, error) {
	var row runRow
	err := sqlx.GetContext(ctx, r.q, &row, `SELECT `+runColumns+` FROM `+runTables+` WHERE `+where+` AND `+readable("runs"), args...)
	if errors.Is(err, sql.ErrNoRows) {
		return Run{}, none
	}
	if err != nil {
		return Run{}, fmt.Errorf("read a run: %w", err)
	}
	runs := []Run{row.run()}
	err = r.addDatasets(ctx, runs)
	return runs[0], err
}

// addDatasets fills in which datasets the runs use.
func (r *Reader) addDatasets(ctx context.Context, runs []Run) error {
	if len(runs) == 0 {
		return nil
	}
	byID := map[string]*Run{}
	ids := make([]string, len(runs))
	for i := range runs {
		ids[i] = runs[i].ID
		byID[ids[i]] = &runs[i]
	}
	text, args, err := sqlx.In(`run_id IN (?)`, ids)
	if err != nil {
		return fmt.Errorf("read the datasets of the runs: %w", err)
	}
	q := newQuery(`SELECT run_id, run_datasets.dataset_id, kind, other_id, reason, at FROM run_datasets JOIN dataset_events latest
		ON latest.dataset_id = run_datasets.dataset_id
		AND latest.seq = (SELECT max(seq) FROM dataset_events WHERE dataset_events.dataset_id = run_datasets.dataset_id) WHERE (1 = 1)`)
	q.and(text, args...)
	rows, err := r.q.QueryxContext(ctx, q.text.String()+` ORDER BY run_id, run_datasets.seq`, q.args...)
	if err != nil {
		return fmt.Errorf("read the datasets of the runs: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var run string
		var e eventRow
		if err := rows.Scan(&run, &e.Dataset, &e.Kind, &e.Other, &e.Reason, &e.At); err != nil {
			return fmt.Errorf("read the datasets of the runs: %w", err)
		}
		byID[run].Datasets = append(byID[run].Datasets, e.Dataset)
		if last := e.event(); last.Kind.state() != DatasetCurrent {
			byID[run].Outdated = append(byID[run].Outdated, Outdated{last.Dataset, last.Kind.state(), last.Other, last.Reason, last.At})
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the datasets of the runs: %w", err)
	}
	return nil
}

// Runs lists the runs, the newest first.
func (r *Reader) Runs(ctx context.Context, request PageRequest) (Page[Run], error) {
	return r.runs(ctx, request, listing("runs", nil), func(*query) {})
}

// runs lists the runs that narrow leaves, under the name of their listing.
func (r *Reader) runs(ctx context.Context, request PageRequest, name string, narrow func(*query)) (Page[Run], error) {
	limit, err := request.limit()
	if err != nil {
		return Page[Run]{}, err
	}
	after, err := request.after(name, 1, 1)
	if err != nil {
		return Page[Run]{}, err
	}
	q := newQuery(`SELECT ` + runColumns + ` FROM ` + runTables + ` WHERE ` + readable("runs"))
	narrow(q)
	if after != nil {
		q.and(`(created_at, id) < (?, ?)`, after.Numbers[0], after.Texts[0])
	}
	var rows []runRow
	if err := q.all(ctx, r.q, &rows, `created_at DESC, id DESC`, limit); err != nil {
		return Page[Run]{}, fmt.Errorf("list the runs: %w", err)
	}
	page := paged(rows, limit, runRow.run, func(run runRow) position {
		return position{Listing: name, Numbers: []int64{run.Created}, Texts: []string{run.ID}}
	})
	return page, r.addDatasets(ctx, page.Items)
}

// PublishRun makes a run that is done the current one, in place of the one before.
func (s *Store) PublishRun(ctx context.Context, id string) (Run, error) {
	run, err := s.Run(ctx, id)
	if err != nil {
		return Run{}, err
	}
	if run.State != Done {
		return Run{}, say(ErrState, "run %s is %s; only a run that is done can be published", id, run.State)
	}
	// A run that is done stays so, hence nothing can come between.
	_, err = s.write.ExecContext(ctx, `
		INSERT INTO current_runs (slot, run_id, published_at) VALUES ('all', $1, $2)
		ON CONFLICT (slot) DO UPDATE SET run_id = excluded.run_id, published_at = excluded.published_at`, id, s.now())
	if err != nil {
		return Run{}, fmt.Errorf("publish run %s: %w", id, err)
	}
	return s.Run(ctx, id)
}

// ClaimRun takes the run that has waited longest out of the queue and gives it to the caller, who alone may write to it
// with the epoch of the result. ok is false where nothing waits.
func (s *Store) ClaimRun(ctx context.Context) (_ Run, ok bool, err error) {
	for {
		var id string
		err := sqlx.GetContext(ctx, s.q, &id, `SELECT id FROM runs WHERE state = 'queued' ORDER BY created_at, id LIMIT 1`)
		if errors.Is(err, sql.ErrNoRows) {
			return Run{}, false, nil
		}
		if err != nil {
			return Run{}, false, fmt.Errorf("look into the queue: %w", err)
		}
		n, err := s.update(ctx, `
			UPDATE runs SET state = 'running', epoch = epoch + 1, phase = '', progress = 0, started_at = $2
			WHERE id = $1 AND state = 'queued'`, id, s.now())
		if err != nil {
			return Run{}, false, fmt.Errorf("claim run %s: %w", id, err)
		}
		if n == 1 {
			// The epoch read is the one just made: only a run in the queue can be claimed, and no run returns to it.
			run, err := s.Run(ctx, id)
			return run, err == nil, err
		}
		// Somebody else was quicker, or it was cancelled; the next one in the queue is another.
	}
}

// SetProgress says how far the run is. cancel is whether somebody asked for it to stop.
func (s *Store) SetProgress(ctx context.Context, id string, epoch int64, phase string, done float64) (cancel bool, err error) {
	var requested int64
	err = s.write.QueryRowxContext(ctx, `
		UPDATE runs SET phase = $3, progress = $4 WHERE id = $1 AND epoch = $2 AND state = 'running'
		RETURNING cancel_requested`, id, epoch, phase, share(done)).Scan(&requested)
	if errors.Is(err, sql.ErrNoRows) {
		return false, fenced(id)
	}
	if err != nil {
		return false, fmt.Errorf("store the progress of run %s: %w", id, err)
	}
	return requested != 0, nil
}

// EndRun ends a run that came to nothing, with the sentence that says why: failed, cancelled or interrupted.
func (s *Store) EndRun(ctx context.Context, id string, epoch int64, state State, why string) error {
	if state != Failed && state != Cancelled && state != Interrupted {
		return say(ErrInvalid, "a run does not end as %q without an outcome", state)
	}
	return s.end(ctx, s.write, id, epoch, state, why)
}

// end moves a run the caller holds to a final state.
func (s *Store) end(ctx context.Context, db sqlx.ExecerContext, id string, epoch int64, state State, why string) error {
	text := `UPDATE runs SET state = $3, error = $4, finished_at = $5 WHERE id = $1 AND epoch = $2 AND state = 'running'`
	if state == Done {
		text = `UPDATE runs SET state = $3, error = $4, finished_at = $5, progress = 1 WHERE id = $1 AND epoch = $2 AND state = 'running'`
	}
	result, err := db.ExecContext(ctx, text, id, epoch, state, why, s.now())
	if err != nil {
		return fmt.Errorf("end run %s: %w", id, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("end run %s: %w", id, err)
	}
	if n == 0 {
		return fenced(id)
	}
	return nil
}

func fenced(id string) error {
	return say(ErrFenced, "run %s was ended or taken over by somebody else meanwhile", id)
}

// RequestCancel cancels a run that waits, at once, and asks one that runs to stop; its worker learns of it with its next
// SetProgress. A run that has ended is [ErrState].
func (s *Store) RequestCancel(ctx context.Context, id string) (Run, error) {
	if _, err := s.Run(ctx, id); err != nil {
		return Run{}, err
	}
	n, err := s.update(ctx, `
		UPDATE runs SET state = 'cancelled', error = 'cancelled before it started', finished_at = $2
		WHERE id = $1 AND state = 'queued'`, id, s.now())
	if err == nil && n == 0 {
		n, err = s.update(ctx, `UPDATE runs SET cancel_requested = 1 WHERE id = $1 AND state = 'running'`, id)
	}
	if err != nil {
		return Run{}, fmt.Errorf("cancel run %s: %w", id, err)
	}
	run, err := s.Run(ctx, id)
	if err == nil && n == 0 {
		err = say(ErrState, "run %s is %s already; there is nothing to cancel", id, run.State)
	}
	return run, err
}

// InterruptedText is what a run says that was running when the program stopped.
const InterruptedText = "interrupted by a stop; start it again"

// MarkInterrupted ends every run that is marked as running, and returns how many there were. It is for the start of the
// one program that executes runs: whatever was running then has nobody who goes on with it. If somebody does after all,
// the epoch, which this raises, keeps them from writing.
func (s *Store) MarkInterrupted(ctx context.Context) (int, error) {
	n, err := s.update(ctx, `
		UPDATE runs SET state = 'interrupted', epoch = epoch + 1, error = $1, finished_at = $2 WHERE state = 'running'`,
		InterruptedText, s.now())
	if err != nil {
		return 0, fmt.Errorf("mark the runs that were interrupted: %w", err)
	}
	return int(n), nil
}

// update runs one writing statement and returns how many rows it changed.
func (s *Store) update(ctx context.Context, text string, args ...any) (int64, error) {
	result, err := s.write.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
