// Package storetest gives tests real databases: an SQLite file and a PostgreSQL server of their own, each with the
// schema of today.
//
// A test that touches the store runs on both, since what works on one may not on the other:
//
//	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
//		s := db.Open(t, store.Options{})
//		…
//	})
//
// The PostgreSQL server is started from installed programs and lives as long as the call of Each, which takes about a
// second: put several subtests into one Each rather than one Each into several tests.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver of the server's own database

	"labourmatch/api/store"
)

// patience is how long anything a test waits for may take. It is reached only when something is broken.
const patience = 2 * time.Minute

// Database makes databases of one kind.
type Database struct {
	Name string // `sqlite` or `postgres`

	server *server
	once   sync.Once // makes template
	broken error
}

// runner is a test or benchmark that can have others in it.
type runner[T any] interface {
	testing.TB
	Run(name string, f func(T)) bool
}

// Each runs a test, or a benchmark, on every kind of database. Where PostgreSQL is not installed, its half is skipped, with a sentence
// that says how to install it; with LABOURMATCH_REQUIRE=1 it fails instead.
func Each[T runner[T]](t T, test func(t T, db *Database)) {
	t.Helper()
	t.Run("sqlite", func(t T) { test(t, SQLite()) })
	t.Run("postgres", func(t T) { test(t, PostgreSQL(t)) })
}

// SQLite makes databases in files of their own, for tests of what is the same in both.
func SQLite() *Database { return &Database{Name: "sqlite"} }

// PostgreSQL makes databases in a server that lives until the end of the test.
func PostgreSQL(t testing.TB) *Database {
	t.Helper()
	return &Database{Name: "postgres", server: start(t)}
}

// EmptyURL is the address of a new database without a schema. The file of an SQLite database is not there yet.
func (db *Database) EmptyURL(t testing.TB) string {
	t.Helper()
	if db.server == nil {
		return filepath.Join(t.TempDir(), "labourmatch.db")
	}
	return db.server.create(t, "template0")
}

// URL is the address of a new, empty database with the schema of today.
func (db *Database) URL(t testing.TB) string {
	t.Helper()
	if db.server == nil {
		url := db.EmptyURL(t)
		if err := migrate(url); err != nil {
			t.Fatal(err)
		}
		return url
	}
	// Copying a database that has the schema is quicker than making the schema again.
	db.once.Do(func() {
		if _, db.broken = db.server.admin.Exec(`CREATE DATABASE template_labourmatch`); db.broken == nil {
			db.broken = migrate(db.server.url("template_labourmatch"))
		}
	})
	if db.broken != nil {
		t.Fatal(db.broken)
	}
	return db.server.create(t, "template_labourmatch")
}

// Open opens a new, empty database, and closes it at the end of the test.
func (db *Database) Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	return Open(t, db.URL(t), o)
}

// Open opens the database at url, and closes it at the end of the test.
func Open(t testing.TB, url string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// migrate gives a database the schema of today.
func migrate(url string) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	schema, closeDB, err := store.OpenSchema(ctx, url, true)
	if err != nil {
		return err
	}
	if _, err := schema.Up(ctx); err != nil {
		_ = closeDB()
		return err
	}
	return closeDB()
}

// create makes a database and returns its address.
func (s *server) create(t testing.TB, template string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", s.number.Add(1))
	if _, err := s.admin.ExecContext(t.Context(), `CREATE DATABASE `+name+` TEMPLATE `+template); err != nil {
		t.Fatalf("make a database: %v", err)
	}
	return s.url(name)
}

// openAdmin opens the database that every server has.
func (s *server) openAdmin() (*sql.DB, error) {
	db, err := sql.Open("postgres", s.url("postgres"))
	if err != nil {
		return nil, err
	}
	return db, db.Ping()
}
