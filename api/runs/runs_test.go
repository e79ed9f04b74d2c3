package runs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// seldom is a Look that never comes within a test: what happens then happens by signals.
const seldom = time.Hour

// small is a market: two countries, one of them with too few nurses, and free movement between them.
var small = map[string]string{
	datasets.VacanciesFile: `region,occupation,period,count,kind,source,date,licence,assumed
DE-BY,2221,2022,100,stock,a test,2022,CC0-1.0,yes
DE-BY,7411,2022,40,stock,a test,2022,CC0-1.0,yes
NO-03,7411,2022,10,stock,a test,2022,CC0-1.0,yes
`,
	datasets.WorkersFile: `region,occupation,period,count,kind,status,source,date,licence,assumed
DE-BY,2221,2022,60,stock,unemployed,a test,2022,CC0-1.0,yes
DE-BY,7411,2022,70,stock,unemployed,a test,2022,CC0-1.0,yes
NO-03,2221,2022,80,stock,unemployed,a test,2022,CC0-1.0,yes
`,
	datasets.WagesFile: `region,occupation,period,wage,unit,source,date
DE,,2022,50000,PPP$ per year,a test,2022
NO,,2022,60000,PPP$ per year,a test,2022
`,
	datasets.ChannelsFile: `id,title,kind,origins,destinations,in_force,source,date
eea,Free movement,free_movement,EEA+CH,EEA+CH,law,a test,2022
`,
}

// upload stores the files and returns their ids.
func upload(t *testing.T, s *store.Store, files map[string]string) []string {
	t.Helper()
	ids := []string{}
	for _, table := range datasets.Tables() {
		text, ok := files[table.File]
		if !ok {
			continue
		}
		d, _, err := s.AddDataset(t.Context(), store.NewDataset{File: table.File}, func(add func([]string) error) error {
			_, err := datasets.ReadTable(strings.NewReader(text), table, table.File, func(_ int, cells []string) error { return add(cells) })
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, d.ID)
	}
	return ids
}

func create(t *testing.T, s *store.Store, n store.NewRun) store.Run {
	t.Helper()
	run, err := s.CreateRun(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// logs are the lines of a logger.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// working is a worker with what it says.
type working struct {
	*Worker
	ended chan store.Run
	logs  *logs
}

type builder = func(context.Context, *datasets.Directory, report.Options) (*report.Report, error)

// begin starts a worker and stops it at the end of the test.
func begin(t *testing.T, s *store.Store, look time.Duration, build builder) working {
	t.Helper()
	w := working{ended: make(chan store.Run, 100), logs: &logs{}}
	var err error
	w.Worker, err = start(t.Context(), Options{
		Store: s, Logger: slog.New(slog.NewTextHandler(w.logs, nil)), Engine: "test", Look: look,
		Ended: func(run store.Run) { w.ended <- run },
	}, build)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Stop(context.Background()) })
	return w
}

// next waits for the next run to end.
func (w working) next(t *testing.T) store.Run {
	t.Helper()
	select {
	case run := <-w.ended:
		return run
	case <-time.After(2 * time.Minute):
		t.Fatal("no run ended")
		return store.Run{}
	}
}

// blocked is a builder that tells when it is at work, and works until its context ends.
func blocked() (builder, chan struct{}) {
	began := make(chan struct{}, 100)
	return func(ctx context.Context, _ *datasets.Directory, _ report.Options) (*report.Report, error) {
		began <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}, began
}

func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestARunComesOutOfTheDatabaseAsItWouldOutOfFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		s := db.Open(t, store.Options{})
		w := begin(t, s, seldom, report.Build)
		run := create(t, s, store.NewRun{Title: "A test", Datasets: upload(t, s, small), Policy: `{"mobile": 0.5}`, Order: "fill-first", Level: 2})
		w.Wake()
		done := w.next(t)
		if done.ID != run.ID || done.State != store.Done || done.Error != "" || done.Progress != 1 {
			t.Fatalf("ended as %+v\n%s", done, w.logs)
		}

		d := datasets.NewDirectory()
		for _, table := range datasets.Tables() {
			rows := [][]string{}
			if text, ok := small[table.File]; ok {
				if _, err := datasets.ReadTable(strings.NewReader(text), table, table.File, func(_ int, cells []string) error {
					rows = append(rows, append([]string{}, cells...))
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				if err := d.Add(table.File, func(yield func([]string, error) bool) {
					for _, cells := range rows {
						if !yield(cells, nil) {
							return
						}
					}
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := d.SetPolicy([]byte("mobile: 0.5\n")); err != nil {
			t.Fatal(err)
		}
		want, err := report.Build(t.Context(), d, report.Options{Level: 2, Order: matcher.FillFirst, Title: "A test", Engine: "test"})
		if err != nil {
			t.Fatal(err)
		}
		var document bytes.Buffer
		if err := want.WriteJSON(&document); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Report(t.Context(), run.ID); err != nil || !bytes.Equal(got, document.Bytes()) {
			t.Errorf("the report stored is\n%s\nof the files it is\n%s\n%v", got, &document, err)
		}
		// And the rows say what the report says.
		openings, cells := int64(0), 0
		for level := 1; level <= 2; level++ {
			page, err := s.Gaps(t.Context(), run.ID, store.GapQuery{Level: level})
			if err != nil || len(page.Items) == 0 || page.Next != "" {
				t.Fatalf("gaps at level %d: %+v, %v", level, page, err)
			}
			cells += len(page.Items)
			if level == 2 {
				for _, g := range page.Items {
					openings += g.Openings
				}
			}
		}
		if openings != want.Totals.Openings || cells != len(want.Gaps) || openings != 150 {
			t.Errorf("%d openings in %d cells; the report has %d in %d", openings, cells, want.Totals.Openings, len(want.Gaps))
		}
		placed := map[string]int64{}
		page, err := s.Placements(t.Context(), run.ID, store.PlacementQuery{})
		if err != nil || len(page.Items) != len(want.Entries)+len(want.Placements) {
			t.Fatalf("placements: %+v, %v", page, err)
		}
		for _, p := range page.Items {
			placed[p.Layer] += p.Count
		}
		if placed[store.EntryLayer] != want.Totals.Placed || placed[store.PlacementLayer] != want.Totals.Filled || want.Totals.FilledBy.FreeMovement == 0 {
			t.Errorf("placed by layer %v, the report has %d; by free movement %d", placed, want.Totals.Placed, want.Totals.FilledBy.FreeMovement)
		}
		skills, err := s.Skills(t.Context(), run.ID, store.SkillQuery{})
		levels, err2 := s.Skills(t.Context(), run.ID, store.SkillQuery{Reading: store.ByLevel})
		if err := errors.Join(err, err2); err != nil || len(skills.Items)+len(levels.Items) != len(want.Skills) || len(levels.Items) == 0 {
			t.Errorf("%d skills and %d levels, the report has %d together, %v", len(skills.Items), len(levels.Items), len(want.Skills), err)
		}
	})
}

// header is the first line of a file of the small market.
func header(file string) string {
	line, _, _ := strings.Cut(small[file], "\n")
	return line + "\n"
}

func TestDataAtFaultAreSaidInTheRun(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	w := begin(t, s, seldom, report.Build)
	twice := upload(t, s, map[string]string{datasets.VacanciesFile: small[datasets.VacanciesFile] + "NO-11,2221,2022,3,stock,a test,2022,CC0-1.0,yes\n"})
	base := upload(t, s, small)
	for _, c := range []struct {
		run  store.NewRun
		says string
	}{
		{store.NewRun{Datasets: base[:1]}, "workers.csv: is missing."},
		{store.NewRun{Datasets: append(twice, base...)}, "vacancies.csv, row 6"}, // the same row in two datasets
		{store.NewRun{Datasets: base, Policy: "mobil: 1"}, "policy.yaml, line 1"},
		{store.NewRun{Datasets: base, Policy: "mobile: 7"}, "policy.yaml"},
		{store.NewRun{Datasets: upload(t, s, map[string]string{
			datasets.VacanciesFile: header(datasets.VacanciesFile) + "DE-BY,222,2022,1,stock,a test,2022,CC0-1.0,yes\n",
			datasets.WorkersFile:   header(datasets.WorkersFile) + "DE-BY,222,2022,1,stock,unemployed,a test,2022,CC0-1.0,yes\n",
		}), Level: 4}, "ISCO-4 was asked for"},
	} {
		create(t, s, c.run)
		w.Wake()
		run := w.next(t)
		if run.State != store.Failed || !strings.Contains(run.Error, c.says) || strings.Contains(run.Error, "server's log") {
			t.Errorf("ended %s, saying\n%s\nwant %q", run.State, run.Error, c.says)
		}
	}
	if strings.Contains(w.logs.String(), "level=ERROR") {
		t.Errorf("a caller's mistake was logged as ours:\n%s", w.logs)
	}
}

func TestManyProblemsAreCutShort(t *testing.T) {
	problems := &datasets.Problems{More: 7}
	for range 30 {
		problems.List = append(problems.List, datasets.Problem{File: "wages.csv", What: "is wrong"})
	}
	lines := strings.Split(explain(problems), "\n")
	if len(lines) != problemsShown+1 || lines[problemsShown] != "… and 17 more" {
		t.Errorf("said %q", lines)
	}
}

func TestAPanicFailsItsRunAndNoOther(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	times := 0
	w := begin(t, s, seldom, func(ctx context.Context, d *datasets.Directory, o report.Options) (*report.Report, error) {
		times++
		switch times {
		case 1:
			panic("secret figure 4711")
		case 2:
			return nil, errors.New("disk 4711 is full")
		}
		return report.Build(ctx, d, o)
	})
	ids := upload(t, s, small)
	for range 3 {
		create(t, s, store.NewRun{Datasets: ids})
	}
	w.Wake()
	for i, want := range []store.Run{{State: store.Failed, Error: mistakeText}, {State: store.Failed, Error: troubleText}, {State: store.Done}} {
		if run := w.next(t); run.State != want.State || run.Error != want.Error {
			t.Errorf("run %d ended %s, saying %q", i, run.State, run.Error)
		}
	}
	log := w.logs.String()
	if strings.Count(log, "level=ERROR") != 2 || !strings.Contains(log, "secret figure 4711") || !strings.Contains(log, "runs_test.go") || !strings.Contains(log, "disk 4711 is full") {
		t.Errorf("logged\n%s", log)
	}
}

func TestARunUnderWayStopsWhenAsked(t *testing.T) {
	for name, look := range map[string]time.Duration{"woken": seldom, "by looking": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			s := storetest.SQLite().Open(t, store.Options{})
			build, began := blocked()
			w := begin(t, s, look, build)
			run := create(t, s, store.NewRun{Datasets: upload(t, s, small)})
			if look == seldom {
				w.Wake()
			}
			<-began
			if _, err := s.RequestCancel(t.Context(), run.ID); err != nil {
				t.Fatal(err)
			}
			if look == seldom {
				w.Wake()
			}
			if run := w.next(t); run.State != store.Cancelled || run.Error != cancelledText {
				t.Errorf("ended %s, saying %q", run.State, run.Error)
			}
		})
	}
}

func TestARunLearnsWithItsProgressThatItWasAskedToStop(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	var w working
	var run store.Run
	w = begin(t, s, seldom, func(ctx context.Context, _ *datasets.Directory, o report.Options) (*report.Report, error) {
		if _, err := s.RequestCancel(ctx, run.ID); err != nil {
			return nil, err
		}
		o.Progress("half", 0.5)
		now, err := s.Run(context.WithoutCancel(ctx), run.ID)
		if err != nil || now.Phase != "half" || now.Progress != readShare+(solveShare-readShare)/2 {
			t.Errorf("half way the run says %s %v, %v", now.Phase, now.Progress, err)
		}
		<-ctx.Done()
		return nil, ctx.Err()
	})
	run = create(t, s, store.NewRun{Datasets: upload(t, s, small)})
	w.Wake()
	if ended := w.next(t); ended.State != store.Cancelled {
		t.Errorf("ended %s, saying %q", ended.State, ended.Error)
	}
}

func TestAStopWaitsForTheRunUnderWayAndLeavesTheQueue(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	began, goOn := make(chan struct{}), make(chan struct{})
	w := begin(t, s, seldom, func(ctx context.Context, d *datasets.Directory, o report.Options) (*report.Report, error) {
		close(began)
		<-goOn
		return report.Build(ctx, d, o)
	})
	ids := upload(t, s, small)
	first, second := create(t, s, store.NewRun{Datasets: ids}), create(t, s, store.NewRun{Datasets: ids})
	w.Wake()
	<-began
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		w.Stop(t.Context())
	}()
	<-w.quit
	close(goOn)
	<-stopped
	states(t, s, map[string]store.State{first.ID: store.Done, second.ID: store.Queued})

	// The next start goes on with what waits.
	again := begin(t, s, seldom, report.Build)
	if run := again.next(t); run.ID != second.ID || run.State != store.Done {
		t.Errorf("then ended %+v", run)
	}
}

func TestAStopThatCannotWaitInterrupts(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	build, began := blocked()
	w := begin(t, s, seldom, build)
	run := create(t, s, store.NewRun{Datasets: upload(t, s, small)})
	w.Wake()
	<-began
	w.Stop(ended())
	states(t, s, map[string]store.State{run.ID: store.Interrupted})
	if now, err := s.Run(t.Context(), run.ID); err != nil || now.Error != "interrupted by a stop; start it again" {
		t.Errorf("it says %q, %v", now.Error, err)
	}
	w.Stop(ended()) // a second time does nothing
}

func TestAStartMarksWhatACrashLeftRunning(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	run := create(t, s, store.NewRun{Datasets: upload(t, s, small)})
	if _, ok, err := s.ClaimRun(t.Context()); !ok || err != nil {
		t.Fatal(ok, err)
	}
	w := begin(t, s, seldom, report.Build)
	states(t, s, map[string]store.State{run.ID: store.Interrupted})
	if !strings.Contains(w.logs.String(), "runs were interrupted by the last stop") {
		t.Errorf("logged\n%s", w.logs)
	}
}

func TestAWorkerThatLostItsRunWritesNothing(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	build, began := blocked()
	w := begin(t, s, seldom, build)
	ids := upload(t, s, small)
	lost := create(t, s, store.NewRun{Datasets: ids})
	w.Wake()
	<-began
	if n, err := s.MarkInterrupted(t.Context()); n != 1 || err != nil { // as another program's start would
		t.Fatal(n, err)
	}
	before, err := s.Run(t.Context(), lost.ID)
	if err != nil {
		t.Fatal(err)
	}
	// It goes on with the next run, which shows that it has let go of this one.
	next := create(t, s, store.NewRun{Datasets: ids})
	w.Wake()
	<-began
	if _, err := s.RequestCancel(t.Context(), next.ID); err != nil {
		t.Fatal(err)
	}
	w.Wake()
	if run := w.next(t); run.ID != next.ID {
		t.Errorf("the run that was lost ended here too: %+v", run)
	}
	if after, err := s.Run(t.Context(), lost.ID); err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("it changed from %+v to %+v, %v", before, after, err)
	}
}

func TestARunNobodyToldOfIsFound(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	w := begin(t, s, time.Millisecond, report.Build)
	run := create(t, s, store.NewRun{Datasets: upload(t, s, small)})
	if ended := w.next(t); ended.ID != run.ID || ended.State != store.Done {
		t.Errorf("ended %+v", ended)
	}
}

func TestAWorkerNeedsAStore(t *testing.T) {
	if _, err := Start(t.Context(), Options{}); err == nil || err.Error() != "start the worker: no store was given" {
		t.Errorf("said %v", err)
	}
}

func states(t *testing.T, s *store.Store, want map[string]store.State) {
	t.Helper()
	for id, state := range want {
		if run, err := s.Run(t.Context(), id); err != nil || run.State != state {
			t.Errorf("run is %s, want %s, %v", run.State, state, err)
		}
	}
}
