package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
)

// imported reads a file and stores it with its bytes, as the service does with an upload.
func imported(ctx context.Context, s *store.Store, file string, from io.Reader) (_ store.Dataset, err error) {
	table, _ := datasets.TableFor(file)
	raw, err := s.NewRaw()
	if err != nil {
		return store.Dataset{}, err
	}
	in := s.NewIncoming()
	defer func() { err = errors.Join(err, in.Close(), raw.Close()) }()
	_, err = datasets.ReadTable(io.TeeReader(from, raw), table, file, func(_ int, cells []string) error { return in.Row(file, cells) })
	if err != nil {
		return store.Dataset{}, err
	}
	made, _, err := s.AddImport(ctx, store.NewImport{Raw: raw, Account: "{}"}, in)
	if err != nil {
		return store.Dataset{}, err
	}
	return made.Datasets[0], nil
}

// BenchmarkImport measures what a million rows of CSV take until they are stored with the bytes they came as, read and checked
// among it, beside the
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

// importRows is the variable that makes TestImportsTakeLittleMemory the process that imports so many rows.
const importRows = "LABOURMATCH_TEST_IMPORT_ROWS"

// TestImportsTakeLittleMemory imports a file that is made up as it is read, by a process of its own, and looks at the most
// memory that it ever had. 200 MiB are the goal for any number of rows: 10 million with LABOURMATCH_LONG=1, which takes
// minutes; else so many that keys are forgotten, and a table of them in memory would show.
func TestImportsTakeLittleMemory(t *testing.T) {
	if rows, err := strconv.ParseInt(os.Getenv(importRows), 10, 64); err == nil {
		from, err := synthetic.Table(datasets.WorkersFile, rows)
		if err != nil {
			t.Fatal(err)
		}
		s := storetest.SQLite().Open(t, store.Options{})
		if d, err := imported(t.Context(), s, datasets.WorkersFile, from); err != nil || d.Rows != rows {
			t.Fatal(d, err)
		}
		return
	}
	const goal = 200 << 10 // KiB
	built, _ := debug.ReadBuildInfo()
	raced := slices.Contains(built.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) // takes memory of its own
	counts := []int{120_000}
	if os.Getenv("LABOURMATCH_LONG") == "1" {
		counts = []int{1_000_000, 10_000_000}
	}
	for _, rows := range counts {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=40m")
		child.Env = append(os.Environ(), importRows+"="+strconv.Itoa(rows))
		start := time.Now()
		if said, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		used, ok := child.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			t.Fatal("the system does not say how much memory a process had")
		}
		t.Logf("%d rows: %d MiB, %.0f s", rows, used.Maxrss>>10, time.Since(start).Seconds())
		if used.Maxrss > goal && !raced {
			t.Errorf("%d rows took %d MiB", rows, used.Maxrss>>10)
		}
	}
}

// readers asks all that a dashboard does of a small dataset and a run, again and again until the function it returns is
// called, which gives the seconds that asking took, of each thing asked.
func readers(t testing.TB, s *store.Store, dataset, run string) (stop func() [][]float64) {
	t.Helper()
	ctx := t.Context()
	questions := []func() error{
		func() error { _, err := s.Runs(ctx, store.PageRequest{}); return err },
		func() error { _, err := s.Dataset(ctx, dataset); return err },
		func() error { _, err := s.Gaps(ctx, run, store.GapQuery{Sort: store.Widest}); return err },
		func() error {
			n := 0
			for _, err := range s.DatasetRows(ctx, dataset) {
				if err != nil {
					return err
				}
				n++
			}
			if n != smallDataset {
				return fmt.Errorf("%d rows", n)
			}
			return nil
		},
	}
	took := make([][]float64, len(questions))
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			for i, ask := range questions {
				start := time.Now()
				if err := ask(); err != nil {
					t.Errorf("question %d: %v", i, err)
					return
				}
				took[i] = append(took[i], time.Since(start).Seconds())
			}
			select {
			case <-end:
				return
			case <-time.After(2 * time.Millisecond): // readers look, and do not make the machine busy by themselves
			}
		}
	}()
	return func() [][]float64 {
		close(end)
		<-ended
		return took
	}
}

const smallDataset = 2000

// importsAndReads imports a file while others read and, as another program would, write. It returns the seconds that
// each question took before and meanwhile, and the most that a write had to wait.
func importsAndReads(t testing.TB, db *storetest.Database, rows int64) (idle, meanwhile [][]float64, wait time.Duration) {
	t.Helper()
	url := db.URL(t)
	s, other := storetest.Open(t, url, store.Options{}), storetest.Open(t, url, store.Options{})
	d, _, err := s.AddDataset(t.Context(), store.NewDataset{File: datasets.WagesFile}, adding(rowsOf(datasets.WagesFile, 0, smallDataset)))
	if err != nil {
		t.Fatal(err)
	}
	id := finished(t, s, outcome()).ID
	stop := readers(t, s, d.ID, id)
	<-time.After(min(2*time.Second, time.Duration(rows)*time.Microsecond))
	idle = stop()
	from, err := synthetic.Table(datasets.WorkersFile, rows)
	if err != nil {
		t.Fatal(err)
	}
	var writing sync.WaitGroup
	end := make(chan struct{})
	writing.Go(func() {
		for {
			start := time.Now()
			if _, err := other.CreateRun(t.Context(), store.NewRun{Datasets: []string{d.ID}}); err != nil {
				t.Errorf("write meanwhile: %v", err)
			}
			wait = max(wait, time.Since(start))
			select {
			case <-end:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	stop = readers(t, s, d.ID, id)
	big, err := imported(t.Context(), s, datasets.WorkersFile, from)
	meanwhile = stop()
	close(end)
	if writing.Wait(); err != nil || big.Rows != rows {
		t.Fatal(big, err)
	}
	if db.Name == "sqlite" {
		for range 2 { // the first write after the readers puts the log into the database, the second begins it anew
			if _, err := s.CreateRun(t.Context(), store.NewRun{Datasets: []string{d.ID}}); err != nil {
				t.Fatal(err)
			}
		}
		if log, err := os.Stat(url + "-wal"); err == nil {
			t.Logf("the log has %d MB", log.Size()>>20)
		}
	}
	return idle, meanwhile, wait
}

// readsGoOn is a contract of [TestStore]: nothing is asked or written in vain while a file is imported.
func readsGoOn(t *testing.T, db *storetest.Database) {
	idle, meanwhile, _ := importsAndReads(t, db, 20_000)
	for i := range idle {
		if len(idle[i]) == 0 || len(meanwhile[i]) == 0 {
			t.Errorf("question %d was answered %d times before, %d meanwhile", i, len(idle[i]), len(meanwhile[i]))
		}
	}
}

// BenchmarkReadsDuringImport measures how much longer reading takes while a million rows are imported: of the medians
// of each question the worst ratio.
func BenchmarkReadsDuringImport(b *testing.B) {
	storetest.Each(b, func(b *testing.B, db *storetest.Database) {
		var worst []float64
		for b.Loop() {
			idle, meanwhile, wait := importsAndReads(b, db, 1_000_000)
			most := 0.0
			for i := range idle {
				before, now := median(idle[i]), median(meanwhile[i])
				b.Logf("question %d: %.2f ms, meanwhile %.2f ms and at most %.0f ms", i, 1000*before, 1000*now, 1000*slices.Max(meanwhile[i]))
				most = max(most, now/before)
			}
			b.Logf("a write waited for %.1f s at most", wait.Seconds())
			worst = append(worst, most)
		}
		b.ReportMetric(median(worst), "of-idle")
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
		defer statement.Close()
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
