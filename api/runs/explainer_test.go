package runs

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// done are runs of the small market that are done.
func done(t *testing.T, s *store.Store, n int) []store.Run {
	t.Helper()
	w := begin(t, s, seldom, report.Build)
	ids := upload(t, s, small)
	list := []store.Run{}
	for range n {
		create(t, s, store.NewRun{Datasets: ids})
		w.Wake()
		run := w.next(t)
		if run.State != store.Done {
			t.Fatalf("the run is %s: %s", run.State, run.Error)
		}
		list = append(list, run)
	}
	return list
}

func explaining(t *testing.T, o ExplainerOptions) *Explainer {
	t.Helper()
	e := NewExplainer(t.Context(), o)
	t.Cleanup(e.Stop)
	return e
}

func ask(e *Explainer, run store.Run) error {
	_, err := e.Vacancies(context.Background(), run, "DE-BY", matcher.ParseCode("2221"))
	return err
}

func TestARunIsSolvedAgainOnceForAllItsStoriesAndAFewStay(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	runs := done(t, s, 3)
	e := explaining(t, ExplainerOptions{Store: s, Patience: time.Minute})
	solved := []string{}
	e.again = func(ctx context.Context, run store.Run) (*matcher.Result, error) {
		solved = append(solved, run.ID)
		return e.solve(ctx, run)
	}
	for _, i := range []int{0, 0, 1, 0, 2, 0, 1} {
		if err := ask(e, runs[i]); err != nil {
			t.Fatal(err)
		}
	}
	// The third pushes out the second, which was asked for longest ago.
	if want := []string{runs[0].ID, runs[1].ID, runs[2].ID, runs[1].ID}; !slices.Equal(solved, want) {
		t.Errorf("solved again were %v, want %v", solved, want)
	}
	var missing *matcher.NoCellError
	if _, err := e.Workers(t.Context(), runs[0], "FR", matcher.ParseCode("2221")); !errors.As(err, &missing) {
		t.Errorf("of no cell: %v", err)
	}
}

func TestWhoAsksForARunThatIsBeingPreparedIsToldToAskAgain(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	runs := done(t, s, 2)
	e := explaining(t, ExplainerOptions{Store: s, Patience: time.Millisecond})
	began, let := make(chan struct{}, 10), make(chan struct{})
	e.again = func(ctx context.Context, run store.Run) (*matcher.Result, error) {
		began <- struct{}{}
		<-let
		return e.solve(ctx, run)
	}
	if err := ask(e, runs[0]); !errors.Is(err, ErrBusy) {
		t.Errorf("the first was told %v", err)
	}
	<-began
	for _, run := range runs {
		if err := ask(e, run); !errors.Is(err, ErrBusy) {
			t.Errorf("while it is prepared, of run %s was told %v", run.ID, err)
		}
	}
	if len(began) != 0 {
		t.Error("a second was prepared beside the first")
	}
	e.mu.Lock()
	first := e.current
	e.mu.Unlock()
	close(let)
	<-first.done
	if err := ask(e, runs[0]); err != nil {
		t.Errorf("when it is there: %v", err)
	}
}

func TestWhatIsBeyondTheServiceIsNotTriedAgain(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	run := done(t, s, 1)[0]
	small := explaining(t, ExplainerOptions{Store: s, Patience: time.Minute, MostArcs: 3})
	quick := explaining(t, ExplainerOptions{Store: s, Patience: time.Minute, Most: time.Nanosecond})
	for _, e := range []*Explainer{small, quick} {
		for range 2 {
			if err := ask(e, run); !errors.Is(err, ErrBeyond) {
				t.Errorf("said was %v", err)
			}
		}
		if len(e.kept) != 1 || e.kept[0].result != nil {
			t.Errorf("kept are %d", len(e.kept))
		}
	}
}

func TestWhatFailsThroughUsIsTriedAgainAndAStopEndsIt(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	run := done(t, s, 1)[0]
	e := explaining(t, ExplainerOptions{Store: s, Patience: time.Minute})
	tries := 0
	e.again = func(context.Context, store.Run) (*matcher.Result, error) {
		tries++
		return nil, errors.New("for the test")
	}
	for range 2 {
		if err := ask(e, run); err == nil {
			t.Error("nothing was said of a failure")
		}
	}
	if tries != 2 {
		t.Errorf("tried %d times", tries)
	}
	began := make(chan struct{})
	e.again = func(ctx context.Context, _ store.Run) (*matcher.Result, error) {
		close(began)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	told := make(chan error, 1)
	go func() { told <- ask(e, run) }()
	<-began
	e.Stop()
	if err := <-told; !errors.Is(err, context.Canceled) {
		t.Errorf("who waited was told %v", err)
	}
	if err := ask(e, run); !errors.Is(err, context.Canceled) {
		t.Errorf("after the stop was told %v", err)
	}
}

func TestARunThatIsNotDoneHasNoStory(t *testing.T) {
	s := storetest.SQLite().Open(t, store.Options{})
	run := create(t, s, store.NewRun{Datasets: upload(t, s, small)})
	if err := ask(explaining(t, ExplainerOptions{Store: s}), run); !errors.Is(err, store.ErrState) {
		t.Errorf("said was %v", err)
	}
}
