package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/migrations"
)

// columnsByTable describes every table but the migrations': each column's name, in order, with its kind in words both
// databases share, and whether it may be NULL.
func columnsByTable(t *testing.T, d *sql.DB, db *storetest.Database) map[string][]string {
	t.Helper()
	query := `
		SELECT m.name, c.name, lower(c.type), c."notnull" FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid`
	if db.Name == "postgres" {
		query = `
			SELECT table_name, column_name, data_type, CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose%' ORDER BY table_name, ordinal_position`
	}
	rows, err := d.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	shared := map[string]string{"integer": "integer", "bigint": "integer", "real": "double", "double precision": "double", "text": "text", "blob": "bytes", "bytea": "bytes"}
	tables := map[string][]string{}
	for rows.Next() {
		var table, column, kind string
		var notNull int
		if err := rows.Scan(&table, &column, &kind, &notNull); err != nil {
			t.Fatal(err)
		}
		if shared[kind] == "" {
			t.Errorf("column %s.%s is of type %s, which the databases do not share", table, column, kind)
		}
		tables[table] = append(tables[table], column+" "+shared[kind]+map[int]string{0: " or null"}[notNull])
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return tables
}

func openSchema(t *testing.T, url string) *migrations.Schema {
	t.Helper()
	schema, closeDB, err := store.OpenSchema(t.Context(), url, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeDB() })
	return schema
}

func upDownUp(t *testing.T, db *storetest.Database) {
	ctx := t.Context()
	url := db.EmptyURL(t)
	schema := openSchema(t, url)
	past := raw(t, db, url)
	status := func(applied int) {
		t.Helper()
		steps, err := schema.Status(ctx)
		if err != nil || len(steps) < 3 {
			t.Fatalf("status %+v, %v", steps, err)
		}
		for i, step := range steps {
			if step.Applied != (i < applied) || step.At.IsZero() == step.Applied || !strings.HasPrefix(step.Name, "0000") {
				t.Errorf("with %d steps applied, step %d is %+v", applied, i, step)
			}
		}
	}
	tables := func() int {
		t.Helper()
		return len(columnsByTable(t, past, db))
	}
	status(0)
	if tables() != 0 {
		t.Error("looking at the status made tables")
	}
	if _, err := store.Open(ctx, url, store.Options{}); !errors.Is(err, migrations.ErrMissing) || !strings.Contains(err.Error(), "run `labourmatch migrate up` first") {
		t.Errorf("an empty database was opened: %v", err)
	}
	steps, err := schema.Up(ctx)
	if err != nil || len(steps) < 3 {
		t.Fatalf("up: %+v, %v", steps, err)
	}
	all := len(steps)
	full := columnsByTable(t, past, db)
	status(all)
	if steps, err := schema.Up(ctx); err != nil || len(steps) != 0 {
		t.Errorf("up a second time: %+v, %v", steps, err)
	}
	storetest.Open(t, url, store.Options{})
	for n := all - 1; n >= 0; n-- {
		step, err := schema.Down(ctx)
		if err != nil || step == nil || step.Applied || step.Version != int64(n+1) {
			t.Fatalf("down to %d: %+v, %v", n, step, err)
		}
		status(n)
		if n == all-1 {
			if _, err := store.Open(ctx, url, store.Options{}); !errors.Is(err, migrations.ErrMissing) {
				t.Errorf("a database without the last step was opened: %v", err)
			}
		}
	}
	if tables() != 0 {
		t.Errorf("tables left after the last step down: %v", columnsByTable(t, past, db))
	}
	if step, err := schema.Down(ctx); err != nil || step != nil {
		t.Errorf("down from nothing: %+v, %v", step, err)
	}
	if _, err := schema.Up(ctx); err != nil {
		t.Fatal(err)
	}
	if again := columnsByTable(t, past, db); !reflect.DeepEqual(again, full) {
		t.Errorf("up again made %v, the first time %v", again, full)
	}
}

func newerDatabase(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	past := raw(t, db, url)
	if _, err := past.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, 99, true); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), url, store.Options{})
	if !errors.Is(err, migrations.ErrNewer) || !strings.Contains(err.Error(), "the database is newer than this program: it has migration 99, and the last one known here is ") {
		t.Errorf("opened: %v", err)
	}
	schema := openSchema(t, url)
	if _, err := schema.Up(t.Context()); !errors.Is(err, migrations.ErrNewer) {
		t.Errorf("migrated up: %v", err)
	}
	if _, err := schema.Down(t.Context()); !errors.Is(err, migrations.ErrNewer) {
		t.Errorf("migrated down: %v", err)
	}
}

func migratedTwice(t *testing.T, db *storetest.Database) {
	url := db.EmptyURL(t)
	schemas := []*migrations.Schema{openSchema(t, url), openSchema(t, url)}
	failed := make([]error, len(schemas))
	parallel(t, len(schemas), func(i int) error {
		_, failed[i] = schemas[i].Up(t.Context())
		return nil
	})
	// PostgreSQL has a lock for the whole of it. SQLite has one for each step: one of two may find a step done
	// meanwhile and say so, but never half.
	if db.Name == "postgres" && errors.Join(failed...) != nil {
		t.Errorf("one failed: %v", failed)
	}
	if failed[0] != nil && failed[1] != nil {
		t.Errorf("both failed: %v", failed)
	}
	storetest.Open(t, url, store.Options{})
}

// describedTables checks the columns against package datasets, and returns them.
func describedTables(t *testing.T, db *storetest.Database) map[string][]string {
	d := raw(t, db, db.URL(t))
	found := columnsByTable(t, d, db)
	for _, table := range append(datasets.Tables(), datasets.ShortageTable()) {
		want := []string{"dataset_id text", "seq integer"}
		for _, name := range table.Names() {
			want = append(want, name+" text")
		}
		name := "dataset_" + strings.TrimSuffix(table.File, filepath.Ext(table.File))
		// A column that came later stands last in the database, wherever the file has it.
		if got := found[name]; !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
			t.Errorf("table %s has columns\n%v, the file %s has\n%v", name, got, table.File, want)
		}
	}
	query := `SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`
	if db.Name == "postgres" {
		query = `SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`
	}
	var loose int
	if err := d.QueryRow(query).Scan(&loose); err != nil || loose != 0 {
		t.Errorf("%d tables are not strict, or columns not ordered by bytes; %v", loose, err)
	}
	return found
}

func TestSQLiteIsOpenedSafely(t *testing.T) {
	url := storetest.SQLite().URL(t)
	s := storetest.Open(t, url, store.Options{})
	if s.Kind() != "sqlite" {
		t.Errorf("the kind is %s", s.Kind())
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	var mode string
	if err := raw(t, storetest.SQLite(), url).QueryRow(`PRAGMA journal_mode`).Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("the journal mode is %s, %v", mode, err)
	}
	for _, spelling := range []string{"sqlite:" + url, "sqlite://" + url} {
		storetest.Open(t, spelling, store.Options{})
	}
	odd := filepath.Join(t.TempDir(), "a b?c%20d#e&mode=memory", "ü.db")
	openSchemaAt(t, odd)
	if names, err := listDir(filepath.Dir(odd)); err != nil || !slices.Contains(names, "ü.db") {
		t.Errorf("a database with an odd name is not where it should be: %v, %v", names, err)
	}
}

func openSchemaAt(t *testing.T, url string) {
	t.Helper()
	if _, err := openSchema(t, url).Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.Open(t, url, store.Options{})
}

func TestWhatCannotBeOpenedIsSaidPlainly(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "none", "x.db")
	for url, want := range map[string]string{
		"":                  "no database is named; give the path of an SQLite file, or postgres://user@host/name",
		"sqlite:":           "an SQLite database is a file here; give its path, for example data/labourmatch.db",
		":memory:":          "an SQLite database is a file here; give its path, for example data/labourmatch.db",
		"mysql://root@host": `databases of kind "mysql" are not known; give the path of an SQLite file, or postgres://user@host/name`,
		nowhere:             "open the database " + nowhere + ": there is no such file; run `labourmatch migrate up` to make it",
	} {
		_, err := store.Open(t.Context(), url, store.Options{})
		if err == nil || err.Error() != want {
			t.Errorf("%q: said %q, want %q", url, err, want)
		}
	}
	if names, err := listDir(filepath.Dir(filepath.Dir(nowhere))); err != nil || len(names) != 0 {
		t.Errorf("looking for a database made %v, %v", names, err)
	}
	for _, url := range []string{
		"postgres://me:hunter2@127.0.0.1:1/x?sslmode=disable", "postgres://127.0.0.1:1/x?sslmode=disable&user=me&password=hunter2",
		"postgres://me:hunter2@[::1/x", "postgres://me:hunter2%zz@host/x",
	} {
		_, err := store.Open(t.Context(), url, store.Options{})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("said %v", err)
		}
	}
	notOurs := filepath.Join(t.TempDir(), "text.db")
	if err := writeFile(notOurs, strings.Repeat("this is no database\n", 100)); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), notOurs, store.Options{}); err == nil || !strings.Contains(err.Error(), notOurs) {
		t.Errorf("a text was opened as a database: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Open(ended, storetest.SQLite().URL(t), store.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("opened although the context had ended: %v", err)
	}
}
