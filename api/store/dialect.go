package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	_ "modernc.org/sqlite" // the driver called sqlite

	"labourmatch/migrations"
)

// dialect is what differs between the databases: how one is found and opened (place), what their transactions that
// only read are called, and how many rows go in at once.
type dialect struct {
	schema   migrations.Dialect
	snapshot *sql.TxOptions
	bulk     func(ctx context.Context, tx *sqlx.Tx, table string, columns []string) (*bulk, error)
}

func sqliteDialect() dialect {
	return dialect{
		schema: migrations.SQLite,
		// In WAL a deferred transaction sees the state of its first read until it ends.
		snapshot: &sql.TxOptions{ReadOnly: true},
		bulk:     insertRows,
	}
}

func postgresDialect() dialect {
	return dialect{
		schema:   migrations.PostgreSQL,
		snapshot: &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead},
		bulk:     copyRows,
	}
}

// place is where a database is.
type place struct {
	dialect dialect
	path    string // of the SQLite file, absolute
	url     string // of the PostgreSQL database
}

// locate reads a database URL. It opens nothing.
func locate(u string) (place, error) {
	switch {
	case u == "":
		return place{}, say(ErrInvalid, "no database is named; give the path of an SQLite file, or postgres://user@host/name")
	case strings.HasPrefix(u, "postgres://"), strings.HasPrefix(u, "postgresql://"):
		return place{dialect: postgresDialect(), url: u}, nil
	}
	path := strings.TrimPrefix(strings.TrimPrefix(u, "sqlite:"), "//")
	if scheme, _, ok := strings.Cut(path, "://"); ok {
		return place{}, say(ErrInvalid, "databases of kind %q are not known; give the path of an SQLite file, or postgres://user@host/name", scheme)
	}
	if path == "" || strings.Contains(path, ":memory:") {
		return place{}, say(ErrInvalid, "an SQLite database is a file here; give its path, for example data/labourmatch.db")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return place{}, fmt.Errorf("find the database: %w", err)
	}
	return place{dialect: sqliteDialect(), path: path}, nil
}

// String names the place without a password.
func (p place) String() string {
	if p.url == "" {
		return p.path
	}
	u, err := url.Parse(p.url)
	if err != nil {
		return "postgres://…" // an address that cannot be read may have a password anywhere
	}
	query := u.Query()
	if query.Has("password") {
		query.Set("password", "xxxxx")
		u.RawQuery = query.Encode()
	}
	return u.Redacted()
}

// explain adds to an error of opening what a caller can do about it, and takes the password out of it.
func (p place) explain(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err // without the address, which this repeats
	}
	if p.url == "" {
		if _, stat := os.Stat(p.path); errors.Is(stat, os.ErrNotExist) {
			return fmt.Errorf("there is no such file; run `labourmatch migrate up` to make it")
		}
	}
	return err
}

func (p place) spoolDir() string {
	if p.url == "" {
		return filepath.Dir(p.path)
	}
	return os.TempDir()
}

// Connections that read at the same time on SQLite, and all connections on PostgreSQL, whose default limit is 100 for
// all its clients together.
const (
	sqliteReaders   = 4
	postgresClients = 16
)

// open opens the connections for writing and for reading; nothing is dialled before their first use.
func (p place) open() (write, read *sqlx.DB, err error) {
	if p.url != "" {
		db, err := sqlx.Open("postgres", p.url)
		if err != nil {
			return nil, nil, fmt.Errorf("open the database %s: %w", p, p.explain(err))
		}
		db.SetMaxOpenConns(postgresClients)
		db.SetMaxIdleConns(postgresClients / 2)
		return db, db, nil
	}
	if write, err = sqlx.Open("sqlite", p.sqliteName("rw", false)); err != nil {
		return nil, nil, fmt.Errorf("open the database %s: %w", p, err)
	}
	write.SetMaxOpenConns(1)
	if read, err = sqlx.Open("sqlite", p.sqliteName("rw", true)); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open the database %s: %w", p, err), write.Close())
	}
	read.SetMaxOpenConns(sqliteReaders)
	read.SetMaxIdleConns(sqliteReaders)
	return write, read, nil
}

// openSchema opens the connections for migrating.
func (p place) openSchema(create bool) (*sql.DB, error) {
	if p.url != "" {
		db, err := sql.Open("postgres", p.url)
		if err != nil {
			return nil, fmt.Errorf("open the database %s: %w", p, p.explain(err))
		}
		return db, nil
	}
	mode := "rw"
	if create {
		mode = "rwc"
		if err := os.MkdirAll(filepath.Dir(p.path), 0o750); err != nil {
			return nil, fmt.Errorf("make the directory of the database: %w", err)
		}
	}
	db, err := sql.Open("sqlite", p.sqliteName(mode, false))
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", p, err)
	}
	return db, nil
}

// sqliteName is the driver's name for the file. Writers begin with the write lock, so that two never find out half way
// that only one can go on; they wait for it for longer than an import of some million rows by another program holds it
// (within one program they queue in Go). A commit is on the disk when it returns. What a large import leaves of the log is
// given back to the file system once it is in the database. A misspelt name in double quotes is an error and not a text.
func (p place) sqliteName(mode string, readOnly bool) string {
	query := url.Values{}
	query.Set("mode", mode)
	query.Set("_foreign_keys", "on")
	query.Set("_dqs", "0")
	if readOnly {
		query.Set("_busy_timeout", "10000")
		query.Set("_query_only", "on")
	} else {
		query.Set("_busy_timeout", "120000")
		query.Set("_pragma", "journal_size_limit(67108864)")
		query.Set("_journal_mode", "WAL")
		query.Set("_synchronous", "FULL")
		query.Set("_txlock", "immediate")
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(p.path), RawQuery: query.Encode()}).String()
}

// bulk takes the rows of one table. While it is open, nothing else may be done in its transaction.
type bulk struct {
	add  func(values ...any) error
	done func() error // no row is sure to be in before it
}

// copyRows fills a table of PostgreSQL by COPY.
func copyRows(ctx context.Context, tx *sqlx.Tx, table string, columns []string) (*bulk, error) {
	statement, err := tx.PrepareContext(ctx, `COPY `+quoted(table)+` (`+quoted(columns...)+`) FROM STDIN`)
	if err != nil {
		return nil, fmt.Errorf("fill %s: %w", table, err)
	}
	add := func(values ...any) error {
		_, err := statement.ExecContext(ctx, values...)
		return err
	}
	done := func() error {
		_, err := statement.ExecContext(ctx)
		return errors.Join(err, statement.Close())
	}
	return &bulk{add, done}, nil
}

// valuesAtOnce is how many values go into SQLite with one statement; it takes 32,766 at most. A statement for each row
// takes twice to three times as long; from ten rows to a statement on there is little difference.
const valuesAtOnce = 4000

// insertRows fills a table of SQLite by statements of many rows.
func insertRows(ctx context.Context, tx *sqlx.Tx, table string, columns []string) (*bulk, error) {
	one := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	insert := func(rows int) string {
		return `INSERT INTO ` + quoted(table) + ` (` + quoted(columns...) + `) VALUES ` + strings.Repeat(one+", ", rows-1) + one
	}
	var many *sqlx.Stmt // for whole groups of rows, once there is one
	group := make([]any, 0, max(1, valuesAtOnce/len(columns))*len(columns))
	failed := false
	add := func(values ...any) (err error) {
		if group = append(group, values...); len(group) < cap(group) {
			return nil
		}
		if many == nil {
			many, err = tx.PreparexContext(ctx, insert(len(group)/len(columns))) //nolint:sqlclosecheck // done closes it
		}
		if err == nil {
			_, err = many.ExecContext(ctx, group...)
		}
		group, failed = group[:0], failed || err != nil
		return err
	}
	done := func() (err error) {
		if len(group) > 0 && !failed {
			_, err = tx.ExecContext(ctx, insert(len(group)/len(columns)), group...)
		}
		if many != nil {
			err = errors.Join(err, many.Close())
		}
		return err
	}
	return &bulk{add, done}, nil
}

// quoted lists names as SQL does, so that no word of theirs can be taken for SQL's own.
func quoted(names ...string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = pq.QuoteIdentifier(name)
	}
	return strings.Join(list, ", ")
}
