// Package store is every line of SQL of the service: datasets, runs and what came out of them, in SQLite or PostgreSQL.
//
// One SQL text serves both databases. That works because the schema keeps to what they share (64-bit integers, text,
// doubles, bytes; times are microseconds UTC in an integer; text is ordered by its bytes) and because both drivers take $1
// placeholders. What really differs, five small things, is in dialect.go and nowhere else; package storetest runs one
// suite over both.
//
// Reading is a [Reader]: the [Store] is one that sees the newest state with each call, and [Store.Snapshot] lends one
// that sees a single moment. Writing is methods of the Store alone, each one transaction, all or nothing.
//
// Every dataset and run has an owner and a visibility. Nothing is filtered by them yet: every caller sees every row.
// When that changes, it changes in one place, readable in visible.go, which every listing and look-up goes through.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"labourmatch/migrations"
)

// Options of a store. The zero value is safe.
type Options struct {
	// Clock tells the time; nil means time.Now. What is stored is in UTC and cut to the microsecond.
	Clock func() time.Time
	// NewID makes the identifier of a new dataset or run: unique, printable, safe in a URL. nil means UUIDs of version 7.
	NewID func() string
	// SpoolDir is where an upload too large for memory waits until it is complete; "" means the directory of temporary
	// files on PostgreSQL and the database's own directory on SQLite.
	SpoolDir string
	// Logger is told of what no caller can be told of; nil means nobody is.
	Logger *slog.Logger
}

// What went wrong, for errors.Is. The errors that wrap these are sentences fit to be shown to the caller; any other
// error is the database's and is not.
var (
	// ErrNotFound: there is no such dataset or run.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: what was given cannot be stored or asked for, a cursor that is not one of ours among it.
	ErrInvalid = errors.New("not valid")
	// ErrState: the run is in a state that does not allow this.
	ErrState = errors.New("not possible in this state")
	// ErrTaken: something else has that name.
	ErrTaken = errors.New("the name is taken")
	// ErrFenced: the run was claimed again, interrupted or ended since; who asks no longer holds it and must stop.
	ErrFenced = errors.New("the run is no longer held")
)

// sentence is an error whose text is its own and which is of one of the kinds above.
type sentence struct {
	kind error
	text string
}

func (e *sentence) Error() string { return e.text }
func (e *sentence) Unwrap() error { return e.kind }

func say(kind error, format string, args ...any) error {
	return &sentence{kind, fmt.Sprintf(format, args...)}
}

// doing says what was being done when something went wrong; a sentence for the caller is left as it is.
func doing(what string, err error) error {
	if _, ok := errors.AsType[*sentence](err); ok {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

// Store is an open database. It is safe for use by many goroutines.
type Store struct {
	Reader
	// On SQLite write is one connection, so that writers queue in Go, where waiting ends with the context, and read a
	// few that cannot write. On PostgreSQL they are the same.
	write *sqlx.DB
	read  *sqlx.DB

	dialect dialect
	options Options
}

// Reader reads from the database: from a [Store] its newest state, within [Store.Snapshot] the state of one moment.
type Reader struct {
	q sqlx.QueryerContext
}

// Open opens the database at url: `postgres://…`, or the path of an SQLite file, with or without `sqlite:` before it.
// A database that lacks migrations, or has ones this program does not know, is refused with a sentence that says so,
// and so is a file that is not there; see [OpenSchema] for making one.
func Open(ctx context.Context, url string, o Options) (_ *Store, err error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.NewID == nil {
		o.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	place, err := locate(url)
	if err != nil {
		return nil, err
	}
	if o.SpoolDir == "" {
		o.SpoolDir = place.spoolDir()
	}
	s := &Store{dialect: place.dialect, options: o}
	if s.write, s.read, err = place.open(); err != nil {
		return nil, err
	}
	s.Reader = Reader{s.read}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if err := s.write.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("open the database %s: %w", place, place.explain(err))
	}
	schema, err := migrations.New(s.write.DB, place.dialect.schema)
	if err != nil {
		return nil, err
	}
	if err := schema.Check(ctx); err != nil {
		return nil, fmt.Errorf("open the database %s: %w", place, err)
	}
	return s, nil
}

// OpenSchema opens the schema of the database at url, to migrate it or to see its status. With create, an SQLite file
// that is not there is made, empty, with the directory it is in. The second result closes the database.
func OpenSchema(ctx context.Context, url string, create bool) (*migrations.Schema, func() error, error) {
	place, err := locate(url)
	if err != nil {
		return nil, nil, err
	}
	db, err := place.openSchema(create)
	if err != nil {
		return nil, nil, err
	}
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, nil, fmt.Errorf("open the database %s: %w", place, place.explain(err))
	}
	schema, err := migrations.New(db, place.dialect.schema)
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return schema, db.Close, nil
}

// Close closes every connection, after the queries under way.
func (s *Store) Close() error {
	var err error
	if s.read != nil && s.read != s.write {
		err = s.read.Close()
	}
	if s.write != nil {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := sqlx.GetContext(ctx, s.q, &one, `SELECT 1`); err != nil {
		return fmt.Errorf("ask the database: %w", err)
	}
	return nil
}

// Kind names the database: `sqlite` or `postgres`.
func (s *Store) Kind() string { return string(s.dialect.schema) }

// Snapshot calls read with a reader that sees the database as it was at one moment, whatever is written meanwhile. The
// reader must not be used after read returns, nor by two goroutines.
func (s *Store) Snapshot(ctx context.Context, read func(*Reader) error) error {
	tx, err := s.read.BeginTxx(ctx, s.dialect.snapshot)
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	// Nothing was written, so there is nothing a commit could add.
	defer func() { _ = tx.Rollback() }()
	return read(&Reader{tx})
}

// change runs a writing transaction: all of what do writes, or nothing.
func (s *Store) change(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // says ErrTxDone after a commit
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// now is the time as the database keeps it.
func (s *Store) now() int64 { return s.options.Clock().UnixMicro() }

// moment is the time of a column; the zero time where it is NULL.
func moment(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return time.UnixMicro(us.Int64).UTC()
}

// share brings a progress into 0 … 1.
func share(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return min(max(x, 0), 1)
}
