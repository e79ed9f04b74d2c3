package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// MostScenarios is how many scenarios one run may have on top of each other.
const MostScenarios = 9

// Scenario is what the run of a scenario changes in the market of its base.
type Scenario struct {
	Name  string
	Title string
	Text  string // the scenario file, byte for byte
}

// NewScenario says which scenario of which run is to be run.
type NewScenario struct {
	Base  string // a run that is done
	Owner string
	Title string // of the run; "" is the market's and the scenarios' own
	Scenario
}

// CreateScenario puts the run of a scenario into the queue. It has the datasets, policy, level and order of its base, which
// nothing changes any more, since a run's never change.
//
// A name stands for one scenario of a base and owner: the same text again is the run that is there, and created is false;
// another text is [ErrTaken]. Runs that came to nothing hold no name.
func (s *Store) CreateScenario(ctx context.Context, n NewScenario) (_ Run, created bool, err error) {
	title, err := titled("title", n.Title)
	if err != nil {
		return Run{}, false, err
	}
	if !plain(n.Name + n.Scenario.Title + n.Text) {
		return Run{}, false, say(ErrInvalid, "the scenario is not UTF-8 text")
	}
	if _, err := s.Run(ctx, n.Base); err != nil {
		return Run{}, false, err
	}
	id := ""
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		// It changes nothing, but holds the base's row: of two with the same name at once, the second waits and finds the first.
		if _, err := tx.ExecContext(ctx, `UPDATE runs SET epoch = epoch WHERE id = $1`, n.Base); err != nil {
			return fmt.Errorf("hold run %s: %w", n.Base, err)
		}
		within := Reader{tx}
		base, err := within.Run(ctx, n.Base)
		if err != nil {
			return err
		}
		if id, err = within.sameScenario(ctx, &n); err != nil || id != "" {
			return err
		}
		if base.State != Done {
			return say(ErrState, "run %s is %s; only a run that is done can be changed by a scenario", base.ID, base.State)
		}
		below, err := within.ScenariosOf(ctx, base.ID)
		if err != nil {
			return err
		}
		if len(below) >= MostScenarios {
			return say(ErrInvalid, "run %s has %d scenarios on top of each other already, the most there may be; write the changes of some into one", base.ID, len(below))
		}
		id, created = s.options.NewID(), true
		if err := s.insertRun(ctx, tx, id, NewRun{
			Owner: n.Owner, Visibility: Private, Title: title, Datasets: base.Datasets, Policy: base.Policy, Level: base.Level, Order: base.Order,
		}); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO run_scenarios (run_id, base_id, name, title, scenario) VALUES ($1, $2, $3, $4, $5)`,
			id, base.ID, n.Name, n.Scenario.Title, n.Text)
		if err != nil {
			return fmt.Errorf("store the scenario: %w", err)
		}
		return nil
	})
	if err != nil {
		return Run{}, false, err
	}
	run, err := s.Run(ctx, id)
	return run, created, err
}

// sameScenario finds the run that has the scenario's name, "" where there is none.
func (r *Reader) sameScenario(ctx context.Context, n *NewScenario) (id string, err error) {
	var row struct {
		ID   string `db:"run_id"`
		Text string `db:"scenario"`
	}
	err = sqlx.GetContext(ctx, r.q, &row, `
		SELECT run_id, scenario FROM run_scenarios JOIN runs ON runs.id = run_id
		WHERE base_id = $1 AND name = $2 AND owner = $3 AND state IN ('queued', 'running', 'done')`, n.Base, n.Name, n.Owner)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look for scenario %s: %w", n.Name, err)
	case row.Text != n.Text:
		return "", say(ErrTaken, "run %s is of another scenario that is called %q; give this one a name of its own", row.ID, n.Name)
	}
	return row.ID, nil
}

// ScenariosOf returns the scenarios of a run in the order they are applied: its base's, and its own last. A run that is of
// no scenario has none.
func (r *Reader) ScenariosOf(ctx context.Context, run string) ([]Scenario, error) {
	var list []Scenario
	for range MostScenarios {
		var row struct {
			Base  string `db:"base_id"`
			Name  string `db:"name"`
			Title string `db:"title"`
			Text  string `db:"scenario"`
		}
		err := sqlx.GetContext(ctx, r.q, &row, `SELECT base_id, name, title, scenario FROM run_scenarios WHERE run_id = $1`, run)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the scenarios of run %s: %w", run, err)
		}
		list = append([]Scenario{{row.Name, row.Title, row.Text}}, list...)
		run = row.Base
	}
	return list, nil
}

// Scenarios lists the runs of the scenarios of a run, the newest first; those of its scenarios' scenarios are theirs.
func (r *Reader) Scenarios(ctx context.Context, base string, request PageRequest) (Page[Run], error) {
	if _, err := r.Run(ctx, base); err != nil {
		return Page[Run]{}, err
	}
	return r.runs(ctx, request, listing("scenarios", base), func(q *query) { q.and(`base_id = ?`, base) })
}
