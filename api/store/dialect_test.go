package store

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestSQLiteConnectionsAreWhatTheirUseAsksFor(t *testing.T) {
	place, err := locate(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := place.openSchema(true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := made.Exec(`CREATE TABLE a (x INTEGER) STRICT`); err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	write, read, err := place.open()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	defer read.Close()
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "120000", "query_only": "0", "journal_size_limit": "67108864"} {
		var got string
		if err := write.Get(&got, `PRAGMA `+pragma); err != nil || got != want {
			t.Errorf("writing, %s is %s, want %s, %v", pragma, got, want, err)
		}
	}
	if _, err := read.Exec(`INSERT INTO a VALUES (1)`); err == nil {
		t.Error("a connection for reading wrote")
	}
	if _, err := write.Exec(`SELECT "misspelt" FROM a`); err == nil || !strings.Contains(err.Error(), "misspelt") {
		t.Errorf("a misspelt name was taken for a text: %v", err)
	}
	if n := write.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d connections may write", n)
	}
	// Two that begin to write: the second waits at once, and is not refused half way.
	first, err := write.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Rollback()
	var locked int
	other, err := place.openSchema(false)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), `PRAGMA busy_timeout = 0`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.BeginTx(t.Context(), nil); err == nil {
		t.Error("two hold the write lock")
	}
	if err := read.Get(&locked, `SELECT count(*) FROM a`); err != nil || locked != 0 {
		t.Errorf("a reader waits for a writer: %v", err)
	}
}
