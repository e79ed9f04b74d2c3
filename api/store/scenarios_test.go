package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
)

// finish claims runs until the one given, which it ends as done; the others it fails.
func finish(t *testing.T, s *store.Store, id string) {
	t.Helper()
	for {
		run, ok, err := s.ClaimRun(t.Context())
		if err != nil || !ok {
			t.Fatalf("claim: %v, %v", ok, err)
		}
		if run.ID == id {
			if err := s.SaveOutcome(t.Context(), id, run.Epoch, store.Outcome{Report: []byte(`{}`)}); err != nil {
				t.Fatal(err)
			}
			return
		}
		if err := s.EndRun(t.Context(), run.ID, run.Epoch, store.Failed, "for the test"); err != nil {
			t.Fatal(err)
		}
	}
}

func scenarios(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	s := storetest.Open(t, url, store.Options{Clock: clock()})
	ctx := t.Context()
	a, b := add(t, s, store.NewDataset{File: datasets.FitsFile}, nil), add(t, s, store.NewDataset{File: datasets.WagesFile}, nil)
	base, err := s.CreateRun(ctx, store.NewRun{Owner: "o", Datasets: []string{b.ID, a.ID}, Policy: "mobile: 0.1\n", Level: 2, Order: "value"})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(base, name, text string) (store.Run, bool, error) {
		return s.CreateScenario(ctx, store.NewScenario{Base: base, Owner: "o", Title: "a run", Scenario: store.Scenario{Name: name, Title: "T " + name, Text: text}})
	}
	if _, _, err := ask(base.ID, "x", "1"); !errors.Is(err, store.ErrState) {
		t.Errorf("of a run that waits: %v", err)
	}
	if _, _, err := ask("nope", "x", "1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of a run that is not there: %v", err)
	}
	finish(t, s, base.ID)
	run, created, err := ask(base.ID, "x", "1")
	if err != nil || !created || run.Base != base.ID || run.Scenario != (store.Scenario{Name: "x", Title: "T x"}) || run.State != store.Queued ||
		run.Title != "a run" || run.Policy != base.Policy || run.Level != 2 || run.Order != "value" || !slices.Equal(run.Datasets, base.Datasets) || run.Visibility != store.Private {
		t.Fatalf("the scenario's run is %+v, created %v, %v", run, created, err)
	}
	if again, created, err := ask(base.ID, "x", "1"); err != nil || created || again.ID != run.ID {
		t.Errorf("the same again is %+v, created %v, %v", again, created, err)
	}
	if _, _, err := ask(base.ID, "x", "2"); !errors.Is(err, store.ErrTaken) {
		t.Errorf("another of the same name: %v", err)
	}
	if _, created, err := s.CreateScenario(ctx, store.NewScenario{Base: base.ID, Owner: "p", Scenario: store.Scenario{Name: "x", Text: "2"}}); err != nil || !created {
		t.Errorf("somebody else's of the same name: created %v, %v", created, err)
	}
	for _, bad := range []string{"a\x00b", "a\xffb"} {
		if _, _, err := ask(base.ID, "bad", bad); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%q was stored: %v", bad, err)
		}
	}
	if _, err := s.RequestCancel(ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	if _, created, err = ask(base.ID, "x", "2"); err != nil || !created {
		t.Errorf("after the first was cancelled: created %v, %v", created, err)
	}
	if plain, err := s.Run(ctx, base.ID); err != nil || plain.Base != "" || plain.Scenario != (store.Scenario{}) {
		t.Errorf("the base is %+v, %v", plain, err)
	}

	// One upon the other, up to a limit; each knows all below it.
	want, top := []store.Scenario{}, base.ID
	for i := range store.MostScenarios {
		next := store.Scenario{Name: fmt.Sprintf("s%d", i), Title: fmt.Sprintf("T s%d", i), Text: strings.Repeat("ß\n", i+1)}
		run, _, err := ask(top, next.Name, next.Text)
		if err != nil {
			t.Fatal(err)
		}
		finish(t, s, run.ID)
		want, top = append(want, next), run.ID
		if got, err := s.ScenariosOf(ctx, top); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("the scenarios below are %+v, %v", got, err)
		}
	}
	if _, _, err := ask(top, "too-many", "1"); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("one more: %v", err)
	}
	if got, err := s.ScenariosOf(ctx, base.ID); err != nil || len(got) != 0 {
		t.Errorf("the base has scenarios %v, %v", got, err)
	}

	// Of many who ask for the same at once, each gets the same run.
	others := []*store.Store{s, storetest.Open(t, url, store.Options{})}
	ids, made := make([]string, 8), atomic.Int64{}
	parallel(t, len(ids), func(i int) error {
		run, created, err := others[i%2].CreateScenario(ctx, store.NewScenario{Base: base.ID, Owner: "o", Scenario: store.Scenario{Name: "at-once", Text: "1"}})
		ids[i] = run.ID
		if created {
			made.Add(1)
		}
		return err
	})
	if made.Load() != 1 || len(slices.Compact(ids)) != 1 {
		t.Errorf("%d runs were made: %v", made.Load(), ids)
	}
	seen := map[string]bool{}
	for run, err := range store.All(func(p store.PageRequest) (store.Page[store.Run], error) {
		p.Limit = 2
		return s.Scenarios(ctx, base.ID, p)
	}) {
		if err != nil || run.Base != base.ID || seen[run.ID] {
			t.Fatalf("listed is %+v, %v", run, err)
		}
		seen[run.ID] = true
	}
	if len(seen) != 5 {
		t.Errorf("the base has %d runs of scenarios", len(seen))
	}
	if _, err := s.Scenarios(ctx, "nope", store.PageRequest{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("scenarios of no run: %v", err)
	}
}
