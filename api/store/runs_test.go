package store_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
)

func listDir(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func lifeOfARun(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{Clock: clock()})
	ctx := t.Context()
	// Not in the order of their ids, so that the order given is seen to be kept.
	a := add(t, s, store.NewDataset{File: datasets.WorkersFile}, rowsOf(datasets.WorkersFile, 0, 2))
	b := add(t, s, store.NewDataset{File: datasets.VacanciesFile}, rowsOf(datasets.VacanciesFile, 0, 2))
	n := store.NewRun{Owner: "ministry", Visibility: store.Released, Title: "What if?", Datasets: []string{b.ID, a.ID}, Policy: "mobile: 0.1\n", Level: 3, Order: "value"}
	run, err := s.CreateRun(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	want := store.Run{
		ID: run.ID, Owner: n.Owner, Visibility: n.Visibility, Title: n.Title, Datasets: n.Datasets, Policy: n.Policy, Level: n.Level,
		Order: n.Order, State: store.Queued, Created: run.Created,
	}
	if !reflect.DeepEqual(run, want) {
		t.Errorf("created %+v, want %+v", run, want)
	}
	claimed, ok, err := s.ClaimRun(ctx)
	if err != nil || !ok || claimed.ID != run.ID || claimed.State != store.Running || claimed.Epoch != 1 || claimed.Started.IsZero() || !slices.Equal(claimed.Datasets, n.Datasets) {
		t.Fatalf("claimed %+v, %v, %v", claimed, ok, err)
	}
	for _, share := range []struct{ given, kept float64 }{{0.25, 0.25}, {-3, 0}, {7, 1}} {
		if cancel, err := s.SetProgress(ctx, run.ID, 1, "solve", share.given); err != nil || cancel {
			t.Fatalf("progress: %v, %v", cancel, err)
		}
		if now, err := s.Run(ctx, run.ID); err != nil || now.Phase != "solve" || now.Progress != share.kept {
			t.Errorf("progress %v came back as %s %v, %v", share.given, now.Phase, now.Progress, err)
		}
	}
	o := outcome()
	if err := s.SaveOutcome(ctx, run.ID, 1, o); err != nil {
		t.Fatal(err)
	}
	done, err := s.Run(ctx, run.ID)
	if err != nil || done.State != store.Done || done.Progress != 1 || done.Error != "" || !done.Finished.After(done.Started) {
		t.Errorf("done: %+v, %v", done, err)
	}
	if report, err := s.Report(ctx, run.ID); err != nil || string(report) != string(o.Report) {
		t.Errorf("the report came back as %q, %v", report, err)
	}
	for _, level := range o.Gaps {
		page, err := s.Gaps(ctx, run.ID, store.GapQuery{Level: level.Level})
		if err != nil || len(page.Items) != len(level.Gaps) {
			t.Fatalf("gaps of level %d: %+v, %v", level.Level, page, err)
		}
		for i, g := range page.Items {
			if g.Gap != level.Gaps[i] || g.Level != level.Level {
				t.Errorf("a gap came back as %+v, stored was %+v", g, level.Gaps[i])
			}
		}
	}
	finest, err := s.Gaps(ctx, run.ID, store.GapQuery{})
	if err != nil || len(finest.Items) != 2 || finest.Items[0].Level != 2 {
		t.Errorf("gaps without a level: %+v, %v", finest, err)
	}
	groups, err := s.Skills(ctx, run.ID, store.SkillQuery{})
	if err != nil || !slices.Equal(groups.Items, o.Skills) {
		t.Errorf("skills came back as %+v, %v", groups, err)
	}
	levels, err := s.Skills(ctx, run.ID, store.SkillQuery{Reading: store.ByLevel})
	if err != nil || !slices.Equal(levels.Items, o.SkillLevels) {
		t.Errorf("skill levels came back as %+v, %v", levels, err)
	}
	placements, err := s.Placements(ctx, run.ID, store.PlacementQuery{})
	if err != nil || !slices.Equal(placements.Items, o.Placements) {
		t.Errorf("placements came back as %+v, %v", placements, err)
	}
}

func fencing(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	s := storetest.Open(t, url, store.Options{Clock: clock()})
	ctx := t.Context()
	writes := func(id string, epoch int64) []error {
		_, err := s.SetProgress(ctx, id, epoch, "x", 0.5)
		return []error{err, s.SaveOutcome(ctx, id, epoch, outcome()), s.EndRun(ctx, id, epoch, store.Failed, "no")}
	}
	refused := func(what, id string, epoch int64) {
		t.Helper()
		before, err := s.Run(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range writes(id, epoch) {
			if !errors.Is(err, store.ErrFenced) {
				t.Errorf("%s: a write was let through: %v", what, err)
			}
		}
		after, err := s.Run(ctx, id)
		if err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%s: the run changed from %+v to %+v, %v", what, before, after, err)
		}
	}
	run := claimed(t, s)
	refused("a later epoch", run.ID, run.Epoch+1)
	refused("an earlier epoch", run.ID, run.Epoch-1)
	refused("a run that is not there is nobody's to write", run.ID, 99)
	if _, err := s.MarkInterrupted(ctx); err != nil {
		t.Fatal(err)
	}
	refused("interrupted", run.ID, run.Epoch)

	// Taken over by another worker, as the distributed queue will do.
	run = claimed(t, s)
	if _, err := raw(t, db, url).Exec(`UPDATE runs SET epoch = epoch + 1 WHERE id = $1`, run.ID); err != nil {
		t.Fatal(err)
	}
	refused("taken over", run.ID, run.Epoch)
	if err := s.SaveOutcome(ctx, run.ID, run.Epoch+1, outcome()); err != nil {
		t.Errorf("who took over cannot finish: %v", err)
	}
	refused("done", run.ID, run.Epoch+1)
	if got := rowCount(t, raw(t, db, url), db)["run_reports"]; got != 1 {
		t.Errorf("%d reports were stored", got)
	}
	if err := s.EndRun(ctx, run.ID, run.Epoch+1, store.Done, ""); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a run was done without an outcome: %v", err)
	}
}

func claims(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	stores := []*store.Store{storetest.Open(t, url, store.Options{Clock: clock()}), storetest.Open(t, url, store.Options{Clock: clock()})}
	s := stores[0]
	ctx := t.Context()
	if _, ok, err := s.ClaimRun(ctx); ok || err != nil {
		t.Errorf("something was claimed of an empty queue: %v, %v", ok, err)
	}
	d := add(t, s, store.NewDataset{File: datasets.FitsFile}, nil)
	created := []string{}
	for range 20 {
		run, err := s.CreateRun(ctx, store.NewRun{Datasets: []string{d.ID}})
		if err != nil {
			t.Fatal(err)
		}
		created = append(created, run.ID)
	}
	for i := range 4 {
		run, ok, err := s.ClaimRun(ctx)
		if err != nil || !ok || run.ID != created[i] {
			t.Errorf("claim %d got %s, %v, %v; the oldest is %s", i, run.ID, ok, err, created[i])
		}
	}
	var mu sync.Mutex
	got := []string{}
	parallel(t, 6, func(i int) error {
		for {
			run, ok, err := stores[i%2].ClaimRun(ctx)
			if err != nil || !ok {
				return err
			}
			if run.Epoch != 1 || run.State != store.Running {
				return fmt.Errorf("claimed %+v", run)
			}
			mu.Lock()
			got = append(got, run.ID)
			mu.Unlock()
		}
	})
	want := slices.Sorted(slices.Values(created[4:]))
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("claimed at once were %v, waiting were %v", got, want)
	}
}

func cancelling(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{Clock: clock()})
	ctx := t.Context()
	d := add(t, s, store.NewDataset{File: datasets.FitsFile}, nil)
	waiting, err := s.CreateRun(ctx, store.NewRun{Datasets: []string{d.ID}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.RequestCancel(ctx, waiting.ID)
	if err != nil || run.State != store.Cancelled || run.Error != "cancelled before it started" || run.Finished.IsZero() {
		t.Errorf("a waiting run was cancelled to %+v, %v", run, err)
	}
	if _, ok, err := s.ClaimRun(ctx); ok || err != nil {
		t.Errorf("a cancelled run was claimed: %v, %v", ok, err)
	}
	_, err = s.RequestCancel(ctx, waiting.ID)
	if want := "run " + waiting.ID + " is cancelled already; there is nothing to cancel"; !errors.Is(err, store.ErrState) || err.Error() != want {
		t.Errorf("cancelled twice: %v", err)
	}

	running := claimed(t, s)
	if cancel, err := s.SetProgress(ctx, running.ID, 1, "solve", 0); err != nil || cancel {
		t.Errorf("asked to stop without a request: %v, %v", cancel, err)
	}
	for range 2 {
		if run, err := s.RequestCancel(ctx, running.ID); err != nil || run.State != store.Running || !run.CancelRequested {
			t.Errorf("a running run was asked to stop: %+v, %v", run, err)
		}
	}
	if cancel, err := s.SetProgress(ctx, running.ID, 1, "solve", 0.5); err != nil || !cancel {
		t.Errorf("the worker did not learn of the request: %v, %v", cancel, err)
	}
	if err := s.EndRun(ctx, running.ID, 1, store.Cancelled, "cancelled on request"); err != nil {
		t.Fatal(err)
	}
	if run, err := s.Run(ctx, running.ID); err != nil || run.State != store.Cancelled || run.Error != "cancelled on request" {
		t.Errorf("ended as %+v, %v", run, err)
	}
}

func interruption(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{Clock: clock()})
	ctx := t.Context()
	done := finished(t, s, outcome())
	running := []store.Run{claimed(t, s), claimed(t, s)}
	d, _, err := s.AddDataset(ctx, store.NewDataset{File: datasets.FitsFile}, adding(nil))
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := s.CreateRun(ctx, store.NewRun{Datasets: []string{d.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.MarkInterrupted(ctx); err != nil || n != 2 {
		t.Errorf("%d runs were interrupted, %v", n, err)
	}
	if n, err := s.MarkInterrupted(ctx); err != nil || n != 0 {
		t.Errorf("%d runs were interrupted the second time, %v", n, err)
	}
	want := map[string]store.State{done.ID: store.Done, waiting.ID: store.Queued, running[0].ID: store.Interrupted, running[1].ID: store.Interrupted}
	page, err := s.Runs(ctx, store.PageRequest{})
	if err != nil || len(page.Items) != len(want) {
		t.Fatalf("%+v, %v", page, err)
	}
	for _, run := range page.Items {
		if run.State != want[run.ID] {
			t.Errorf("run is %s, want %s", run.State, want[run.ID])
		}
		if run.State == store.Interrupted && (run.Error != "interrupted by a stop; start it again" || run.Finished.IsZero()) {
			t.Errorf("interrupted, but says %q, finished %v", run.Error, run.Finished)
		}
	}
}

func publishing(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	s := storetest.Open(t, url, store.Options{Clock: clock()})
	other := storetest.Open(t, url, store.Options{Clock: clock()})
	ctx := t.Context()
	if _, err := s.PublishRun(ctx, claimed(t, s).ID); !errors.Is(err, store.ErrState) || !strings.HasSuffix(err.Error(), " is running; only a run that is done can be published") {
		t.Errorf("published while running: %v", err)
	}
	runs := []store.Run{}
	for range 6 {
		runs = append(runs, finished(t, s, outcome()))
	}
	check := func(want string) {
		t.Helper()
		current, err := s.CurrentRun(ctx)
		if err != nil || !current.Current || (want != "" && current.ID != want) {
			t.Errorf("current is %+v, %v; want %s", current, err, want)
		}
		page, err := s.Runs(ctx, store.PageRequest{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, run := range page.Items {
			if run.Current {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d runs are current", n)
		}
	}
	for _, i := range []int{0, 1, 1, 0} {
		if run, err := s.PublishRun(ctx, runs[i].ID); err != nil || !run.Current {
			t.Errorf("published: %+v, %v", run, err)
		}
		check(runs[i].ID)
	}
	parallel(t, 6, func(i int) error {
		_, err := []*store.Store{s, other}[i%2].PublishRun(ctx, runs[i].ID)
		return err
	})
	check("")
}

func outcomeAllOrNothing(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	s := storetest.Open(t, url, store.Options{})
	run := claimed(t, s)
	before := rowCount(t, raw(t, db, url), db)
	doubled := outcome()
	doubled.Gaps = append(doubled.Gaps, doubled.Gaps[0]) // a key twice
	layerless := outcome()
	layerless.Placements = append(layerless.Placements, store.Placement{Layer: "nowhere"})
	noReport := outcome()
	noReport.Report = []byte("{")
	for _, o := range []store.Outcome{doubled, layerless, noReport} {
		if err := s.SaveOutcome(t.Context(), run.ID, run.Epoch, o); err == nil {
			t.Error("an outcome that cannot be stored was stored")
		}
		if after := rowCount(t, raw(t, db, url), db); !reflect.DeepEqual(before, after) {
			t.Errorf("a failure left rows behind: %v, before %v", after, before)
		}
		if now, err := s.Run(t.Context(), run.ID); err != nil || now.State != store.Running {
			t.Errorf("the run is %s after a failure, %v", now.State, err)
		}
	}
	if err := s.SaveOutcome(t.Context(), run.ID, run.Epoch, outcome()); err != nil {
		t.Errorf("a good outcome after bad ones: %v", err)
	}
}

func noResultsYet(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{})
	run := claimed(t, s)
	asks := func() []error {
		_, report := s.Report(t.Context(), run.ID)
		_, gaps := s.Gaps(t.Context(), run.ID, store.GapQuery{})
		_, skills := s.Skills(t.Context(), run.ID, store.SkillQuery{})
		_, placements := s.Placements(t.Context(), run.ID, store.PlacementQuery{})
		return []error{report, gaps, skills, placements}
	}
	for _, err := range asks() {
		if want := "run " + run.ID + " is running; it has no results yet"; !errors.Is(err, store.ErrState) || err.Error() != want {
			t.Errorf("said %q, want %q", err, want)
		}
	}
	if err := s.EndRun(t.Context(), run.ID, run.Epoch, store.Failed, "no"); err != nil {
		t.Fatal(err)
	}
	for _, err := range asks() {
		if want := "run " + run.ID + " is failed; it has no results"; !errors.Is(err, store.ErrState) || err.Error() != want {
			t.Errorf("said %q, want %q", err, want)
		}
	}
}

func writeFile(name, text string) error { return os.WriteFile(name, []byte(text), 0o600) }
