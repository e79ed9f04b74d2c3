package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
)

// imported reads a file and stores it, as an upload is.
func imported(ctx context.Context, s *store.Store, file string, from io.Reader) (store.Dataset, error) {
	table, _ := datasets.TableFor(file)
	d, _, err := s.AddDataset(ctx, store.NewDataset{File: file}, func(add func([]string) error) error {
		_, err := datasets.ReadTable(from, table, file, func(_ int, cells []string) error { return add(cells) })
		return err
	})
	return d, err
}

// BenchmarkImport measures what a million rows of CSV take until they are stored, read and checked among it, beside the
// database taking the same rows, prepared beforehand, in the way that is quickest for it: PostgreSQL by COPY, SQLite by
// prepared statements of many rows in one transaction, both into the same table with the same indexes. Each in a
// new database, one after the other in each round, of which the median of the ratios of their speeds.
func BenchmarkImport(b *testing.B) {
	const rows, file = 1_000_000, datasets.WorkersFile
	from, err := synthetic.Table(file, rows)
	if err != nil {
		b.Fatal(err)
	}
	text, err := io.ReadAll(from)
	if err != nil {
		b.Fatal(err)
	}
	storetest.Each(b, func(b *testing.B, db *storetest.Database) {
		prepared := prepare(b, db, file, text)
		var bare, ratios []float64
		for b.Loop() {
			bare = append(bare, take(b, raw(b, db, db.URL(b)), prepared).Seconds())
			s := db.Open(b, store.Options{})
			runtime.GC()
			start := time.Now()
			if d, err := imported(b.Context(), s, file, bytes.NewReader(text)); err != nil || d.Rows != rows {
				b.Fatal(d, err)
			}
			ratios = append(ratios, bare[len(bare)-1]/time.Since(start).Seconds())
		}
		b.ReportMetric(median(bare), "s-bare")
		b.ReportMetric(median(ratios), "of-bare")
	})
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// preparedRows are rows as a database takes them quickest.
type preparedRows struct {
	statement string
	lines     []string // of COPY
	groups    [][]any  // of INSERT, as many rows as its statement takes
	rest      string   // the statement of the last group
}

// bareGroup is how many rows an INSERT takes at once. From 10 to 1,000 of them SQLite is about as quick; one at a time takes
// twice as long.
const bareGroup = 200

func prepare(b *testing.B, db *storetest.Database, file string, text []byte) (p preparedRows) {
	b.Helper()
	table, _ := datasets.TableFor(file)
	names := append([]string{"dataset_id", "seq"}, table.Names()...)
	head := "dataset_workers (" + strings.Join(names, ", ") + ")"
	insert := func(n int) string {
		one := "(" + strings.Repeat("?, ", len(names)-1) + "?)"
		return "INSERT INTO " + head + " VALUES " + strings.Repeat(one+", ", n-1) + one
	}
	p.statement = insert(bareGroup)
	if db.Name == "postgres" {
		p.statement = "COPY " + head + " FROM STDIN"
	}
	id, seq := any("d"), int64(0)
	var group []any
	known := map[string]any{} // so that what is prepared is little for the garbage collector to look through
	_, err := datasets.ReadTable(bytes.NewReader(text), table, file, func(_ int, cells []string) error {
		seq++
		if db.Name == "postgres" {
			p.lines = append(p.lines, strings.Join(append([]string{"d", strconv.FormatInt(seq, 10)}, cells...), "\t"))
			return nil
		}
		if group == nil {
			group = make([]any, 0, bareGroup*len(names))
		}
		group = append(group, id, seq)
		for _, c := range cells {
			if known[c] == nil {
				known[c] = c
			}
			group = append(group, known[c])
		}
		if len(group) == bareGroup*len(names) {
			p.groups, group = append(p.groups, group), nil
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if len(group) > 0 {
		p.groups, p.rest = append(p.groups, group), insert(len(group)/len(names))
	}
	return p
}

// take lets a new database take the rows, and says how long that took.
func take(b *testing.B, past *sql.DB, p preparedRows) time.Duration {
	b.Helper()
	ctx := b.Context()
	conn, err := past.Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := conn.ExecContext(ctx, `INSERT INTO datasets VALUES ('d', 'workers.csv', 'x', 'x', 'x', 'private', 0, 0, 0)`); err != nil {
		b.Fatal(err)
	}
	runtime.GC() // what went before is none of the database's time
	start := time.Now()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	if p.lines != nil {
		err = conn.Raw(func(c any) error {
			statement, err := c.(driver.ConnPrepareContext).PrepareContext(ctx, p.statement)
			if err != nil {
				return err
			}
			for _, line := range p.lines {
				if _, err := statement.(interface {
					CopyData(ctx context.Context, line string) (driver.Result, error)
				}).CopyData(ctx, line); err != nil {
					return err
				}
			}
			return statement.Close()
		})
	} else {
		var statement *sql.Stmt
		if statement, err = tx.PrepareContext(ctx, p.statement); err != nil {
			b.Fatal(err)
		}
		for i, group := range p.groups {
			if p.rest != "" && i == len(p.groups)-1 {
				_, err = tx.ExecContext(ctx, p.rest, group...)
			} else {
				_, err = statement.ExecContext(ctx, group...)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	if err := conn.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}
