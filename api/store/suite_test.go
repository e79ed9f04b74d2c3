package store_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/matcher"
)

// TestMain sets how many random cases the properties draw: 12 each by default, 1,000 with LABOURMATCH_LONG=1, and its
// share of them otherwise; from a fixed seed, which a failure prints and
// -rapid.seed replaces.
func TestMain(m *testing.M) {
	if url := os.Getenv(killURL); url != "" {
		fmt.Fprintln(os.Stderr, importUntilKilled(url))
		os.Exit(1)
	}
	checks := 12
	if share, err := strconv.ParseFloat(os.Getenv("LABOURMATCH_LONG"), 64); err == nil && share > 0 {
		checks = max(checks, int(1000*share))
	}
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range map[string]string{"rapid.checks": strconv.Itoa(checks), "rapid.seed": "2026"} {
		if given[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

// TestStore is the suite: every contract of the store, on both databases.
func TestStore(t *testing.T) {
	contracts := []struct {
		what string
		test func(*testing.T, *storetest.Database)
	}{
		{"rows come back as they were given", rowsRoundTrip},
		{"the same content is the same dataset", sameContent},
		{"an upload that fails leaves nothing behind", failureLeavesNothing},
		{"a large upload waits in a file that is gone afterwards", largeUpload},
		{"writers of the same content at once make one dataset", concurrentIdentical},
		{"writers and readers at once do not get into each other's way", concurrentWriters},
		{"reads go on while a file is imported", readsGoOn},
		{"what cannot be stored is refused with a sentence", refusals},
		{"pages show each row once while rows come in", stableCursors},
		{"a cursor of another listing is refused", foreignCursors},
		{"times come back to the microsecond and in UTC", times},
		{"a reader sees one moment while a write is under way", snapshots},
		{"a run lives from the queue to its outcome", lifeOfARun},
		{"only the holder of the last claim writes", fencing},
		{"a run is claimed once, the oldest first", claims},
		{"waiting runs are cancelled at once, running ones asked", cancelling},
		{"runs that a stop interrupted say so", interruption},
		{"exactly one run is current", publishing},
		{"whatever is done to runs, they are as a plain program would have them", anyLife},
		{"a scenario goes on from its base, and its name stands for one", scenarios},
		{"an outcome is stored whole or not at all", outcomeAllOrNothing},
		{"results are filtered, sorted and paged as a plain program would", resultsAgree},
		{"lists are filtered and paged as a plain program would", listsAgree},
		{"results of a run that is not done are refused", noResultsYet},
		{"names in queries are data", injections},
		{"the schema goes up and down and up again", upDownUp},
		{"an import comes back as it was given, and what is the same is kept once", importsRoundTrip},
		{"an import that fails leaves nothing behind", importFailureLeavesNothing},
		{"importers at once are done or refused, and leave no parts", importersAtOnce},
		{"datasets from before there were events are current", oldDatasetsAreCurrent},
		{"an import that is killed anywhere leaves all of it or nothing", killedAnywhere},
		{"a database newer than the program is refused and left alone", newerDatabase},
		{"a schema migrated by two programs at once is whole", migratedTwice},
	}
	tables := map[string]map[string][]string{}
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		t.Run("tables are those package datasets describes", func(t *testing.T) { tables[db.Name] = describedTables(t, db) })
		for _, c := range contracts {
			t.Run(c.what, func(t *testing.T) { c.test(t, db) })
		}
	})
	if len(tables) == 2 && !reflect.DeepEqual(tables["sqlite"], tables["postgres"]) {
		t.Errorf("SQLite has\n%v\nPostgreSQL has\n%v", tables["sqlite"], tables["postgres"])
	}
}

// clock is a clock that goes on by a second with each look.
func clock() func() time.Time {
	var looks atomic.Int64
	return func() time.Time {
		return time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.FixedZone("CET", 3600)).Add(time.Duration(looks.Add(1)) * time.Second)
	}
}

// row is a row of the file with every cell filled in, each with a text of its own.
func row(file string, n int) []string {
	table, ok := datasets.TableFor(file)
	if file == datasets.ShortageFile {
		table, ok = datasets.ShortageTable(), true
	}
	if !ok {
		panic(file)
	}
	cells := make([]string, len(table.Columns))
	for i, name := range table.Names() {
		cells[i] = fmt.Sprintf("%s %d", name, n)
	}
	return cells
}

func rowsOf(file string, from, to int) [][]string {
	rows := [][]string{}
	for n := from; n < to; n++ {
		rows = append(rows, row(file, n))
	}
	return rows
}

// adding adds the rows.
func adding(rows [][]string) func(func([]string) error) error {
	return func(add func([]string) error) error {
		for _, cells := range rows {
			if err := add(slices.Clone(cells)); err != nil {
				return err
			}
		}
		return nil
	}
}

func add(t *testing.T, s *store.Store, n store.NewDataset, rows [][]string) store.Dataset {
	t.Helper()
	d, created, err := s.AddDataset(t.Context(), n, adding(rows))
	if err != nil || !created {
		t.Fatalf("add %s: created %v, %v", n.File, created, err)
	}
	return d
}

func read(t *testing.T, r *store.Reader, id string) [][]string {
	t.Helper()
	rows := [][]string{}
	for cells, err := range r.DatasetRows(t.Context(), id) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, cells)
	}
	return rows
}

// raw opens the database past the store.
func raw(t testing.TB, db *storetest.Database, url string) *sql.DB {
	t.Helper()
	d, err := sql.Open(db.Name, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// rowCount counts the rows of every table but the migrations'.
func rowCount(t *testing.T, d *sql.DB, db *storetest.Database) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for table := range columnsByTable(t, d, db) {
		var n int
		if err := d.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			counts[table] = n
		}
	}
	return counts
}

func rowsRoundTrip(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{Clock: clock()})
	strange := []string{"", " ", "ß€ 漢字 🙂", "a\tb\\N\nc\r\nd", `"quoted", 'too'`, `\.`, "e\u0301", strings.Repeat("long ", 700)}
	for n, table := range append(datasets.Tables(), datasets.ShortageTable()) {
		rows := rowsOf(table.File, 0, []int{5, 490, 491, 492, 990, 992, 1500, 3, 7, 1}[n]) // around what is read at once, too
		for i, text := range strange {
			cells := row(table.File, 100+i)
			for j := range cells {
				cells[j] = strange[(i+j)%len(strange)]
			}
			cells[0] += text
			rows = append(rows, cells)
		}
		d := add(t, s, store.NewDataset{File: table.File, Name: "a name", Owner: "ministry", Visibility: store.Shared}, rows)
		if got := read(t, &s.Reader, d.ID); !slices.EqualFunc(got, rows, slices.Equal) {
			t.Errorf("%s: rows came back as %q, given were %q", table.File, got, rows)
		}
		again, err := s.Dataset(t.Context(), d.ID)
		if err != nil || again != d {
			t.Errorf("%s: came back as %+v (%v), stored was %+v", table.File, again, err, d)
		}
		var hasher datasets.Hasher
		for _, cells := range rows {
			hasher.Add(table, cells)
		}
		if want, err := hasher.Sum(); err != nil || d.SHA256 != want || d.Rows != int64(len(rows)) || d.Name != "a name" || d.Owner != "ministry" || d.Visibility != store.Shared {
			t.Errorf("%s: stored as %+v, want %d rows of content %s", table.File, d, len(rows), want)
		}
	}
	empty := add(t, s, store.NewDataset{File: datasets.FitsFile}, nil)
	if got := read(t, &s.Reader, empty.ID); len(got) != 0 || empty.Name != datasets.FitsFile || empty.Visibility != store.Private {
		t.Errorf("an empty file came back with rows %q as %+v", got, empty)
	}
	// A reader that stops early lets go of the database, and one may ask something else while it reads.
	for range 20 {
		for range s.DatasetRows(t.Context(), empty.ID) {
			break
		}
	}
	for _, err := range s.DatasetRows(t.Context(), "nobody") {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("rows of a dataset that is not there: %v", err)
		}
	}
}

func sameContent(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{Clock: clock()})
	rows := rowsOf(datasets.WagesFile, 0, 20)
	first := add(t, s, store.NewDataset{File: datasets.WagesFile, Name: "one", Owner: "a"}, rows)
	shuffled := slices.Clone(rows)
	slices.Reverse(shuffled)
	for _, again := range [][][]string{rows, shuffled} {
		d, created, err := s.AddDataset(t.Context(), store.NewDataset{File: datasets.WagesFile, Name: "two", Owner: "a"}, adding(again))
		if err != nil || created || d != first {
			t.Errorf("the same content again: %+v, created %v, %v; want %+v", d, created, err, first)
		}
	}
	others := []store.Dataset{
		add(t, s, store.NewDataset{File: datasets.WagesFile, Owner: "b"}, rows), // what a has must not tell b anything
		add(t, s, store.NewDataset{File: datasets.WagesFile, Owner: "a"}, rows[1:]),
		add(t, s, store.NewDataset{File: datasets.WagesFile, Owner: "a"}, nil),
		add(t, s, store.NewDataset{File: datasets.FitsFile, Owner: "a"}, nil),
	}
	seen := map[string]bool{first.ID: true}
	for _, d := range others {
		if seen[d.ID] {
			t.Errorf("%+v has the id of another dataset", d)
		}
		seen[d.ID] = true
	}
}

func failureLeavesNothing(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	s := storetest.Open(t, url, store.Options{})
	past := raw(t, db, url)
	wrong := errors.New("row 7 is wrong")
	_, _, err := s.AddDataset(t.Context(), store.NewDataset{File: datasets.WagesFile}, func(add func([]string) error) error {
		return errors.Join(adding(rowsOf(datasets.WagesFile, 0, 6))(add), wrong)
	})
	if !errors.Is(err, wrong) {
		t.Errorf("the writer's error came back as %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, _, err = s.AddDataset(ctx, store.NewDataset{File: datasets.WagesFile}, func(add func([]string) error) error {
		defer cancel()
		return adding(rowsOf(datasets.WagesFile, 0, 6))(add)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("stored although its context had ended: %v", err)
	}
	// The database itself fails half way: a row of the same key is there already.
	if _, err := past.Exec(`INSERT INTO datasets VALUES ('taken', 'x', 'x', 'x', 'x', 'private', 0, 0, 0)`); err != nil {
		t.Fatal(err)
	}
	clumsy := storetest.Open(t, url, store.Options{NewID: func() string { return "taken" }})
	_, created, err := clumsy.AddDataset(t.Context(), store.NewDataset{File: datasets.WagesFile}, adding(rowsOf(datasets.WagesFile, 0, 6)))
	if err == nil || created {
		t.Errorf("a dataset was stored under an id that is taken")
	}
	if got := rowCount(t, past, db); len(got) != 1 || got["datasets"] != 1 {
		t.Errorf("failures left rows behind: %v", got)
	}
	// And the connection is as good as new.
	add(t, s, store.NewDataset{File: datasets.WagesFile}, rowsOf(datasets.WagesFile, 0, 6))
}

func largeUpload(t *testing.T, db *storetest.Database) {
	dir := t.TempDir()
	s := db.Open(t, store.Options{SpoolDir: dir})
	wide := strings.Repeat("x", 4000)
	rows := rowsOf(datasets.NotesFile, 0, 2500) // 10 MB: more than is held in memory
	for _, cells := range rows {
		cells[1] += wide
	}
	d := add(t, s, store.NewDataset{File: datasets.NotesFile}, rows)
	if got := read(t, &s.Reader, d.ID); !slices.EqualFunc(got, rows, slices.Equal) {
		t.Errorf("%d rows came back otherwise than the %d given", len(got), len(rows))
	}
	left, err := listDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("the upload left %v behind, %v", left, err)
	}
}

func concurrentIdentical(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	rows := rowsOf(datasets.FitsFile, 0, 200)
	const writers = 8
	stores := []*store.Store{storetest.Open(t, url, store.Options{}), storetest.Open(t, url, store.Options{})} // as two programs would
	var created atomic.Int64
	ids := make([]string, writers)
	parallel(t, writers, func(i int) error {
		d, isNew, err := stores[i%2].AddDataset(t.Context(), store.NewDataset{File: datasets.FitsFile}, adding(rows))
		if isNew {
			created.Add(1)
		}
		ids[i] = d.ID
		return err
	})
	if created.Load() != 1 || len(slices.Compact(ids)) != 1 {
		t.Errorf("%d datasets were created, with ids %v", created.Load(), ids)
	}
	if got := read(t, &stores[0].Reader, ids[0]); !slices.EqualFunc(got, rows, slices.Equal) {
		t.Errorf("%d rows came back otherwise than the %d given", len(got), len(rows))
	}
}

func concurrentWriters(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	stores := []*store.Store{storetest.Open(t, url, store.Options{}), storetest.Open(t, url, store.Options{})}
	parallel(t, 12, func(i int) error {
		s := stores[i%2]
		rows := rowsOf(datasets.VacanciesFile, i*100, i*100+50)
		d, created, err := s.AddDataset(t.Context(), store.NewDataset{File: datasets.VacanciesFile}, adding(rows))
		if err != nil || !created {
			return fmt.Errorf("created %v: %w", created, err)
		}
		n := 0
		for _, err := range s.DatasetRows(t.Context(), d.ID) {
			if err != nil {
				return err
			}
			if _, err := s.Dataset(t.Context(), d.ID); err != nil {
				return err
			}
			n++
		}
		run, err := s.CreateRun(t.Context(), store.NewRun{Datasets: []string{d.ID}})
		if err != nil {
			return err
		}
		if _, err := s.Runs(t.Context(), store.PageRequest{}); err != nil {
			return err
		}
		if n != len(rows) || run.State != store.Queued {
			return fmt.Errorf("%d rows, run %s", n, run.State)
		}
		return nil
	})
	page, err := stores[0].Datasets(t.Context(), "", store.PageRequest{})
	if err != nil || len(page.Items) != 12 {
		t.Errorf("%d datasets, %v", len(page.Items), err)
	}
}

// parallel calls do from n goroutines at once.
func parallel(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-begin
			if err := do(i); err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	close(begin)
	all.Wait()
}

func refusals(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{})
	ctx := t.Context()
	d := add(t, s, store.NewDataset{File: datasets.FitsFile}, nil)
	adds := func(n store.NewDataset, rows ...[]string) error {
		_, _, err := s.AddDataset(ctx, n, adding(rows))
		return err
	}
	bad := row(datasets.FitsFile, 1)
	bad[2] = "a\x00b"
	broken := row(datasets.FitsFile, 1)
	broken[5] = "\xff"
	creates := func(n store.NewRun) error { _, err := s.CreateRun(ctx, n); return err }
	lists := func(limit int) error { _, err := s.Runs(ctx, store.PageRequest{Limit: limit}); return err }
	gone := func(_ any, err error) error { return err }
	for _, c := range []struct {
		err  error
		kind error
		says string
	}{
		{adds(store.NewDataset{File: "jobs.csv"}), store.ErrInvalid, `no rows are kept of a file called "jobs.csv"; use one of vacancies.csv, workers.csv, channels.csv, wages.csv, fits.csv, safeguards.csv, notes.csv, signals.csv, prices.csv, shortage.yaml`},
		{adds(store.NewDataset{File: datasets.FitsFile, Visibility: "secret"}), store.ErrInvalid, `the visibility is "secret"; use private, shared or released`},
		{adds(store.NewDataset{File: datasets.FitsFile}, bad), store.ErrInvalid, `row 1 has a cell that is not UTF-8 text: "a\x00b"`},
		{adds(store.NewDataset{File: datasets.FitsFile}, row(datasets.FitsFile, 0), broken), store.ErrInvalid, `row 2 has a cell that is not UTF-8 text: "\xff"`},
		{creates(store.NewRun{}), store.ErrInvalid, "the run names no datasets; give at least vacancies and workers"},
		{creates(store.NewRun{Datasets: []string{d.ID}, Level: 5}), store.ErrInvalid, "the level is 5; ISCO-08 has levels 1 to 4, and 0 means the finest the data have"},
		{creates(store.NewRun{Datasets: []string{d.ID, "other"}}), store.ErrNotFound, `there is no dataset "other"`},
		{gone(s.Dataset(ctx, "x")), store.ErrNotFound, `there is no dataset "x"`},
		{gone(s.Run(ctx, "x")), store.ErrNotFound, `there is no run "x"`},
		{gone(s.Report(ctx, "x")), store.ErrNotFound, `there is no run "x"`},
		{gone(s.PublishRun(ctx, "x")), store.ErrNotFound, `there is no run "x"`},
		{gone(s.RequestCancel(ctx, "x")), store.ErrNotFound, `there is no run "x"`},
		{gone(s.CurrentRun(ctx)), store.ErrNotFound, "no run is published yet"},
		{adds(store.NewDataset{File: datasets.FitsFile, Name: "a\x1b[31mb"}), store.ErrInvalid, `the name has characters that cannot be seen, or is too long: "a\x1b[31mb"; type it again`},
		{creates(store.NewRun{Datasets: []string{d.ID}, Title: "a\x00b"}), store.ErrInvalid, `the title has characters that cannot be seen, or is too long: "a\x00b"; type it again`},
		{creates(store.NewRun{Datasets: []string{d.ID}, Policy: "\xff"}), store.ErrInvalid, "the policy is not UTF-8 text"},
		// PostgreSQL refuses to compare with what it cannot store, and must not be asked to.
		{creates(store.NewRun{Datasets: []string{d.ID, "a\x00b"}}), store.ErrNotFound, `there is no dataset "a\x00b"`},
		{gone(s.Dataset(ctx, "\xff")), store.ErrNotFound, `there is no dataset "\xff"`},
		{gone(s.Run(ctx, "\x00")), store.ErrNotFound, `there is no run "\x00"`},
		{gone(s.PublishRun(ctx, "\x00")), store.ErrNotFound, `there is no run "\x00"`},
		{gone(s.RequestCancel(ctx, "\x00")), store.ErrNotFound, `there is no run "\x00"`},
		{lists(-1), store.ErrInvalid, "the limit is -1; give a number from 1 to 1000"},
		{gone(s.Runs(ctx, store.PageRequest{Cursor: "%"})), store.ErrInvalid, "this is no cursor of ours; leave it out to begin at the first page"},
	} {
		if c.err == nil || !errors.Is(c.err, c.kind) || c.err.Error() != c.says {
			t.Errorf("said %q, want %q", c.err, c.says)
		}
	}
	if err := adds(store.NewDataset{File: datasets.FitsFile}, []string{"too", "few"}); err == nil {
		t.Error("a row with too few cells was taken")
	}
	runs, err := s.Runs(ctx, store.PageRequest{})
	if err != nil || len(runs.Items) != 0 {
		t.Errorf("a run that was refused is there: %+v, %v", runs, err)
	}
}

func times(t *testing.T, db *storetest.Database) {
	for _, now := range []time.Time{
		time.Date(2026, 10, 25, 2, 30, 0, 123456789, time.FixedZone("CEST", 7200)),
		time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Unix(0, 0),
	} {
		s := db.Open(t, store.Options{Clock: func() time.Time { return now }})
		d := add(t, s, store.NewDataset{File: datasets.FitsFile}, nil)
		again, err := s.Dataset(t.Context(), d.ID)
		if want := now.Truncate(time.Microsecond); err != nil || !again.Created.Equal(want) || again.Created.Location() != time.UTC || again != d {
			t.Errorf("%v came back as %v, %v", now, again.Created, err)
		}
		run, err := s.CreateRun(t.Context(), store.NewRun{Datasets: []string{d.ID}})
		if err != nil || !run.Started.IsZero() || !run.Finished.IsZero() {
			t.Errorf("a run that waits has started %v, finished %v, %v", run.Started, run.Finished, err)
		}
		claimed, ok, err := s.ClaimRun(t.Context())
		if err != nil || !ok || !claimed.Started.Equal(now.Truncate(time.Microsecond)) {
			t.Errorf("started %v, %v", claimed.Started, err)
		}
	}
}

func snapshots(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{Clock: clock()})
	add(t, s, store.NewDataset{File: datasets.FitsFile}, nil)
	count := func(r *store.Reader) int {
		page, err := r.Datasets(t.Context(), "", store.PageRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Items)
	}
	err := s.Snapshot(t.Context(), func(r *store.Reader) error {
		if n := count(r); n != 1 {
			t.Errorf("%d datasets before", n)
		}
		second := add(t, s, store.NewDataset{File: datasets.WagesFile}, rowsOf(datasets.WagesFile, 0, 10)) // a writer waits for no reader
		if n := count(r); n != 1 {
			t.Errorf("the snapshot sees %d datasets, one of them written after it began", n)
		}
		if n := count(&s.Reader); n != 2 {
			t.Errorf("a reader outside sees %d datasets", n)
		}
		for _, err := range r.DatasetRows(t.Context(), second.ID) {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the snapshot sees rows written after it began: %v", err)
			}
		}
		// While a write is under way, readers see nothing of it and do not wait.
		_, _, err := s.AddDataset(t.Context(), store.NewDataset{File: datasets.NotesFile}, func(add func([]string) error) error {
			if n := count(&s.Reader); n != 2 {
				t.Errorf("%d datasets seen while the third is being written", n)
			}
			return add(row(datasets.NotesFile, 1))
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(&s.Reader); n != 3 {
		t.Errorf("%d datasets after", n)
	}
	stop := errors.New("stop")
	if err := s.Snapshot(t.Context(), func(*store.Reader) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the reader's error came back as %v", err)
	}
}

func outcome() store.Outcome {
	return store.Outcome{
		Report: []byte(`{"title": "a \u0000 <b> ä", "totals" : {}}` + "\n"),
		Gaps: []store.LevelGaps{
			{Level: 1, Gaps: []matcher.Gap{{Region: "DE-BY", Code: matcher.Code{Occupation: "2"}, Title: "Professionals", Openings: 5, Unfilled: 2}}},
			{Level: 2, Gaps: []matcher.Gap{
				{Region: "DE-BY", Code: matcher.Code{Occupation: "21"}, Title: "Engineers", Openings: 21, Filled: matcher.ByWay{1, 2, 3, 4, 5}, Unfilled: 6, Workers: 50, Placed: matcher.ByWay{6, 7, 8, 9, 10}, Unplaced: 10, Alone: 3},
				{Region: "NO", Code: matcher.Code{Skill: "4"}, Openings: 1, Unfilled: 1},
			}},
		},
		Skills:      []matcher.SkillGap{{Region: "DE-BY", Skill: "S1", Openings: 5, Gap: 2, Workers: 3, Surplus: 1}},
		SkillLevels: []matcher.SkillGap{{Region: "DE-BY", Skill: "4", Openings: 5, Gap: 2, Workers: 3, Surplus: 1}},
		Placements: []store.Placement{
			{Layer: store.EntryLayer, Origin: "DE-BY", Worker: "skill:4", Status: "unemployed", Citizenship: "DE", Pool: "21", Class: "related", Count: 4, Fit: 1.0 / 3},
			{Layer: store.PlacementLayer, Origin: "DE-BY", Pool: "21", Class: "free:EU", Destination: "NO", Vacancy: "21", Contract: "seasonal", Channel: "eea", Way: "free_movement", Count: 9},
		},
	}
}

// claimed makes a run and claims it.
func claimed(t testing.TB, s *store.Store) store.Run {
	t.Helper()
	d, _, err := s.AddDataset(t.Context(), store.NewDataset{File: datasets.FitsFile}, adding(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateRun(t.Context(), store.NewRun{Datasets: []string{d.ID}}); err != nil {
		t.Fatal(err)
	}
	run, ok, err := s.ClaimRun(t.Context())
	if err != nil || !ok {
		t.Fatalf("claim: %v, %v", ok, err)
	}
	return run
}

// finished makes a run with the outcome.
func finished(t testing.TB, s *store.Store, o store.Outcome) store.Run {
	t.Helper()
	run := claimed(t, s)
	if err := s.SaveOutcome(t.Context(), run.ID, run.Epoch, o); err != nil {
		t.Fatal(err)
	}
	return run
}
