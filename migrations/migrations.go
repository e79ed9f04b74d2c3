// Package migrations is the history of the database's schema, as SQL texts that goose applies in order.
//
// There is one text per step, not one per database. The schema of SQLite and of PostgreSQL differ in five words only:
// what a 64-bit integer, a double and bytes are called, that SQLite checks types in STRICT tables alone (and keeps rows inside
// the primary key of a table WITHOUT ROWID), and that PostgreSQL must be told to order text by its bytes, as SQLite does.
// Setting those words when a text is read keeps the two schemas from drifting apart, which two sets of files would do
// in silence.
//
// Steps that have been released are never edited; the next change is a next file.
package migrations

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

// Dialect is a kind of database.
type Dialect string

// The databases there are texts for.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

//go:embed *.sql
var texts embed.FS

// Texts returns the steps as the given database reads them.
func Texts(d Dialect) fs.FS {
	if d == PostgreSQL {
		return rendered{texts, strings.NewReplacer(
			") STRICT, WITHOUT ROWID;", ");", ") STRICT;", ");", " TEXT ", ` TEXT COLLATE "C" `, " BLOB ", " BYTEA ")}
	}
	return rendered{texts, strings.NewReplacer("BIGINT", "INTEGER", "DOUBLE PRECISION", "REAL")}
}

// rendered is the embedded texts with some words replaced.
type rendered struct {
	embed.FS
	words *strings.Replacer
}

// ReadFile returns a text with its words replaced.
func (r rendered) ReadFile(name string) ([]byte, error) {
	text, err := r.FS.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return []byte(r.words.Replace(string(text))), nil
}

// Open opens a text with its words replaced, or the directory.
func (r rendered) Open(name string) (fs.File, error) {
	file, err := r.FS.Open(name)
	if err != nil || name == "." {
		return file, err
	}
	text, err := r.ReadFile(name)
	return &textFile{file, bytes.NewReader(text)}, errors.Join(err)
}

// textFile reads from the replaced text; its name and times are those of the embedded file.
type textFile struct {
	fs.File
	text *bytes.Reader
}

func (f *textFile) Read(p []byte) (int, error) { return f.text.Read(p) }

// Step is one migration and whether the database has it.
type Step struct {
	Version int64     `json:"version"`
	Name    string    `json:"name"`
	Applied bool      `json:"applied"`
	At      time.Time `json:"at,omitzero"` // when it was applied; zero if it was not
}

// Schema is the schema of one database, to look at and to change.
type Schema struct {
	db       *sql.DB
	dialect  Dialect
	provider *goose.Provider
}

// New returns the schema of an open database. On PostgreSQL a session-level advisory lock keeps two programs from
// migrating at once; on SQLite the write lock of each step's transaction does. The caller closes db.
func New(db *sql.DB, d Dialect) (*Schema, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	dialect := database.DialectSQLite3
	switch d {
	case SQLite:
	case PostgreSQL:
		dialect = database.DialectPostgres
		// A try each second for two minutes: another program's migration is short, and one that hangs must not hang us.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120), lock.WithUnlockTimeout(1, 30))
		if err != nil {
			return nil, fmt.Errorf("prepare the lock for migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	default:
		return nil, fmt.Errorf("there are no migrations for a database of kind %q; use %q or %q", d, SQLite, PostgreSQL)
	}
	provider, err := goose.NewProvider(dialect, db, Texts(d), options...)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return &Schema{db: db, dialect: d, provider: provider}, nil
}

// Up applies every step the database does not have and returns them in the order applied. Each step is one
// transaction: one that fails leaves nothing behind, and the steps before it stay.
func (s *Schema) Up(ctx context.Context) ([]Step, error) {
	// A database of a newer program must not be touched, not even to find that there is nothing to do.
	if err := s.Check(ctx); errors.Is(err, ErrNewer) {
		return nil, err
	}
	results, err := s.provider.Up(ctx)
	if err != nil {
		return steps(results, true), fmt.Errorf("migrate up: %w", err)
	}
	return steps(results, true), nil
}

// Down undoes the last step, with the data it holds, and returns it; nil if there is none to undo.
func (s *Schema) Down(ctx context.Context) (*Step, error) {
	if err := s.Check(ctx); errors.Is(err, ErrNewer) {
		return nil, err
	}
	result, err := s.provider.Down(ctx)
	if errors.Is(err, goose.ErrNoNextVersion) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("migrate down: %w", err)
	}
	return &steps([]*goose.MigrationResult{result}, false)[0], nil
}

// Status lists every step this program knows, the first one first. It changes nothing in the database.
func (s *Schema) Status(ctx context.Context) ([]Step, error) {
	applied, err := s.applied(ctx)
	if err != nil {
		return nil, err
	}
	list := []Step{}
	for _, source := range s.provider.ListSources() {
		at, ok := applied[source.Version]
		list = append(list, Step{Version: source.Version, Name: source.Path, Applied: ok, At: at})
	}
	return list, nil
}

// ErrMissing is wrapped by the error of [Schema.Check] where steps are missing, ErrNewer where the database has steps
// this program does not know.
var (
	ErrMissing = errors.New("the database lacks migrations")
	ErrNewer   = errors.New("the database is newer than this program")
)

// Check reports whether the database has exactly the steps this program knows. It changes nothing.
func (s *Schema) Check(ctx context.Context) error {
	applied, err := s.applied(ctx)
	if err != nil {
		return err
	}
	sources := s.provider.ListSources()
	missing := []string{}
	for _, source := range sources {
		if _, ok := applied[source.Version]; !ok {
			missing = append(missing, source.Path)
		}
		delete(applied, source.Version)
	}
	for version := range applied {
		if version > sources[len(sources)-1].Version {
			return fmt.Errorf("%w: it has migration %d, and the last one known here is %d; use the program that made it, or a newer one",
				ErrNewer, version, sources[len(sources)-1].Version)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: %s; run `labourmatch migrate up` first", ErrMissing, strings.Join(missing, ", "))
	}
	return nil
}

// applied returns the steps the database has, by version. It only reads: a database that was never migrated stays empty.
func (s *Schema) applied(ctx context.Context) (map[int64]time.Time, error) {
	// Where a table is looked up differs between the databases. Steps that goose has undone are
	// deleted from it, version 0 is goose's own mark.
	query := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1`
	if s.dialect == PostgreSQL {
		query = `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1`
	}
	var tables int
	if err := s.db.QueryRowContext(ctx, query, goose.DefaultTablename).Scan(&tables); err != nil {
		return nil, fmt.Errorf("look for migrations in the database: %w", err)
	}
	applied := map[int64]time.Time{}
	if tables == 0 {
		return applied, nil
	}
	rows, err := s.db.QueryContext(ctx, `SELECT version_id, tstamp FROM `+goose.DefaultTablename+` WHERE is_applied AND version_id > 0`)
	if err != nil {
		return nil, fmt.Errorf("read the migrations the database has: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var version int64
		var at time.Time
		if err := rows.Scan(&version, &at); err != nil {
			return nil, fmt.Errorf("read the migrations the database has: %w", err)
		}
		applied[version] = at.UTC()
	}
	return applied, rows.Err()
}

func steps(results []*goose.MigrationResult, applied bool) []Step {
	list := []Step{}
	for _, r := range results {
		list = append(list, Step{Version: r.Source.Version, Name: r.Source.Path, Applied: applied})
	}
	return list
}
