package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// DatasetState says whether a dataset is to be used. Its last event decides it.
type DatasetState string

// The states of a dataset.
const (
	DatasetCurrent   DatasetState = "current"
	DatasetReplaced  DatasetState = "replaced"  // there is a newer version of it
	DatasetWithdrawn DatasetState = "withdrawn" // its owner says it is wrong: no new run may use it
)

// EventKind is what can become of a dataset.
type EventKind string

// The kinds of event.
const (
	EventStored    EventKind = "stored"
	EventRestored  EventKind = "restored" // its content was sent again
	EventReplaced  EventKind = "replaced"
	EventWithdrawn EventKind = "withdrawn"
)

// state is the state after an event.
func (k EventKind) state() DatasetState {
	switch k {
	case EventReplaced:
		return DatasetReplaced
	case EventWithdrawn:
		return DatasetWithdrawn
	}
	return DatasetCurrent
}

// Event is one thing that became of a dataset. Events are added and never changed.
type Event struct {
	Dataset string
	Kind    EventKind
	Other   string // of replaced: the dataset that replaced it
	Import  string // the import it came with; "" where it came without one
	Reason  string // of withdrawn: why
	Actor   string // whose doing it was
	At      time.Time
}

// eventRow is a row of dataset_events.
type eventRow struct {
	Dataset string         `db:"dataset_id"`
	Seq     int64          `db:"seq"`
	Kind    EventKind      `db:"kind"`
	Other   sql.NullString `db:"other_id"`
	Import  sql.NullString `db:"import_id"`
	Reason  string         `db:"reason"`
	Actor   string         `db:"actor"`
	At      int64          `db:"at"`
}

func (e eventRow) event() Event {
	return Event{e.Dataset, e.Kind, e.Other.String, e.Import.String, e.Reason, e.Actor, time.UnixMicro(e.At).UTC()}
}

// hold keeps others from changing the state of the datasets until the transaction ends. It changes nothing; the order
// keeps two who hold several from waiting for each other.
func hold(ctx context.Context, tx *sqlx.Tx, ids ...string) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for _, id := range ids {
		if !plain(id) {
			continue // nothing is called that
		}
		if _, err := tx.ExecContext(ctx, `UPDATE datasets SET name = name WHERE id = $1`, id); err != nil {
			return fmt.Errorf("hold dataset %s: %w", id, err)
		}
	}
	return nil
}

// record adds an event to a dataset that is held or was not there before.
func record(ctx context.Context, tx *sqlx.Tx, e Event) error {
	var last int64
	err := sqlx.GetContext(ctx, tx, &last, `SELECT coalesce(max(seq), 0) FROM dataset_events WHERE dataset_id = $1`, e.Dataset)
	if err == nil {
		_, err = tx.ExecContext(ctx, `
			INSERT INTO dataset_events (dataset_id, seq, kind, other_id, import_id, reason, actor, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			e.Dataset, last+1, e.Kind, orNull(e.Other), orNull(e.Import), e.Reason, e.Actor, e.At.UnixMicro())
	}
	if err != nil {
		return fmt.Errorf("note what became of dataset %s: %w", e.Dataset, err)
	}
	return nil
}

func orNull(id string) sql.NullString { return sql.NullString{String: id, Valid: id != ""} }

// inserted is whether an INSERT that does nothing on a conflict did something.
func inserted(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// replace records that a dataset is the next version of another, which was held. The same content is no new version, and
// saying the same twice is no event.
func replace(ctx context.Context, tx *sqlx.Tx, event Event, old, next Dataset) error {
	switch {
	case old.ID == next.ID, old.State == DatasetReplaced && old.ReplacedBy == next.ID && next.State == DatasetCurrent:
		return nil
	case old.Owner != next.Owner:
		return say(ErrInvalid, "dataset %s is another owner's; only the owner replaces it", old.ID)
	case old.State == DatasetReplaced:
		return say(ErrState, "dataset %s was replaced by %s already; replace that one", old.ID, old.ReplacedBy)
	case old.State == DatasetWithdrawn:
		return say(ErrState, "dataset %s was withdrawn (%s), so there is nothing to replace; send this without replacing it", old.ID, old.Reason)
	}
	if next.State == DatasetReplaced {
		again := event
		again.Dataset, again.Kind = next.ID, EventRestored
		if err := record(ctx, tx, again); err != nil {
			return err
		}
	}
	event.Dataset, event.Kind, event.Other = old.ID, EventReplaced, next.ID
	return record(ctx, tx, event)
}

// Withdraw says that a dataset is not to be used any more, and why. Nothing is deleted: runs that used it stay as they
// are. One that is withdrawn already is [ErrState].
func (s *Store) Withdraw(ctx context.Context, id, reason, actor string) (Dataset, error) {
	why, err := titled("reason", reason)
	if err != nil {
		return Dataset{}, err
	}
	if why == "" {
		return Dataset{}, say(ErrInvalid, "it is not said why dataset %s is withdrawn; say it in a sentence, for those who used it", id)
	}
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		if err := hold(ctx, tx, id); err != nil {
			return err
		}
		d, err := (&Reader{tx}).Dataset(ctx, id)
		if err != nil {
			return err
		}
		if d.State == DatasetWithdrawn {
			return say(ErrState, "dataset %s was withdrawn already: %s", id, d.Reason)
		}
		return record(ctx, tx, Event{Dataset: id, Kind: EventWithdrawn, Reason: why, Actor: actor, At: time.UnixMicro(s.now())})
	})
	if err != nil {
		return Dataset{}, err
	}
	return s.Dataset(ctx, id)
}

// Events lists what became of a dataset, and which others it replaced, the newest first.
func (r *Reader) Events(ctx context.Context, dataset string, request PageRequest) (Page[Event], error) {
	if _, err := r.Dataset(ctx, dataset); err != nil {
		return Page[Event]{}, err
	}
	name := listing("events", dataset)
	limit, err := request.limit()
	if err != nil {
		return Page[Event]{}, err
	}
	after, err := request.after(name, 2, 1)
	if err != nil {
		return Page[Event]{}, err
	}
	q := newQuery(`SELECT dataset_id, seq, kind, other_id, import_id, reason, actor, at FROM dataset_events WHERE (1 = 1)`)
	q.and(`(dataset_id = ? OR other_id = ?)`, dataset, dataset)
	if after != nil {
		q.and(`(at, seq, dataset_id) < (?, ?, ?)`, after.Numbers[0], after.Numbers[1], after.Texts[0])
	}
	var rows []eventRow
	if err := q.all(ctx, r.q, &rows, `at DESC, seq DESC, dataset_id DESC`, limit); err != nil {
		return Page[Event]{}, fmt.Errorf("list the events of dataset %s: %w", dataset, err)
	}
	return paged(rows, limit, eventRow.event, func(e eventRow) position {
		return position{Listing: name, Numbers: []int64{e.At, e.Seq}, Texts: []string{e.Dataset}}
	}), nil
}

// unusable says why no new run may use a dataset; nil where one may.
func unusable(d Dataset) error {
	if d.State != DatasetWithdrawn {
		return nil
	}
	return say(ErrState, "dataset %s, %s, was withdrawn: %s; leave it out, or name another of the same file", d.ID, d.File, d.Reason)
}

// Outdated is a dataset of a run that is not current any more.
type Outdated struct {
	ID         string
	State      DatasetState
	ReplacedBy string
	Reason     string
	At         time.Time
}
