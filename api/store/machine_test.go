package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
)

// lived is what a plain program knows of a run.
type lived struct {
	id        string
	state     store.State
	epoch     int64
	cancelled bool // asked to stop
	progress  float64
}

// anyLife lets many hands do anything to runs at any time, with epochs of any claim, and holds each answer and each
// state against a plain program's.
func anyLife(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{Clock: clock()})
	ctx := t.Context()
	d := add(t, s, store.NewDataset{File: datasets.FitsFile}, nil)
	current := ""
	rapid.Check(t, func(t *rapid.T) {
		runs := []*lived{} // the oldest first
		// What an earlier case left in the queue would be claimed first.
		for {
			if _, ok, err := s.ClaimRun(ctx); err != nil {
				t.Fatal(err)
			} else if !ok {
				break
			}
		}
		if _, err := s.MarkInterrupted(ctx); err != nil {
			t.Fatal(err)
		}
		pick := func(t *rapid.T) *lived {
			if len(runs) == 0 {
				t.Skip("there is no run yet")
			}
			return runs[rapid.IntRange(0, len(runs)-1).Draw(t, "run")]
		}
		// held picks a run and an epoch, and says whether that is the run's holder.
		held := func(t *rapid.T) (r *lived, epoch int64, holds bool) {
			r = pick(t)
			epoch = r.epoch - rapid.SampledFrom([]int64{0, 0, 0, 1, -1}).Draw(t, "behind")
			return r, epoch, r.state == store.Running && epoch == r.epoch
		}
		expect := func(t *rapid.T, what string, err, kind error) {
			if (kind == nil) != (err == nil) || !errors.Is(err, kind) {
				t.Fatalf("%s: %v, want %v", what, err, kind)
			}
		}
		fencedUnless := func(holds bool) error {
			if holds {
				return nil
			}
			return store.ErrFenced
		}
		t.Repeat(map[string]func(*rapid.T){
			"create": func(t *rapid.T) {
				run, err := s.CreateRun(ctx, store.NewRun{Datasets: []string{d.ID}})
				expect(t, "create", err, nil)
				runs = append(runs, &lived{id: run.ID, state: store.Queued})
			},
			"claim": func(t *rapid.T) {
				run, ok, err := s.ClaimRun(ctx)
				expect(t, "claim", err, nil)
				i := slices.IndexFunc(runs, func(r *lived) bool { return r.state == store.Queued })
				if ok != (i >= 0) {
					t.Fatalf("claimed %v, but the oldest that waits is number %d", ok, i)
				}
				if ok {
					r := runs[i]
					r.state, r.epoch = store.Running, r.epoch+1
					if run.ID != r.id || run.Epoch != r.epoch {
						t.Fatalf("claimed %s epoch %d, the oldest is %s epoch %d", run.ID, run.Epoch, r.id, r.epoch)
					}
				}
			},
			"progress": func(t *rapid.T) {
				r, epoch, holds := held(t)
				share := float64(rapid.IntRange(0, 8).Draw(t, "eighths")) / 8
				cancel, err := s.SetProgress(ctx, r.id, epoch, "x", share)
				expect(t, "progress", err, fencedUnless(holds))
				if holds {
					r.progress = share
				}
				if cancel != (holds && r.cancelled) {
					t.Fatalf("told to stop: %v", cancel)
				}
			},
			"finish": func(t *rapid.T) {
				r, epoch, holds := held(t)
				expect(t, "finish", s.SaveOutcome(ctx, r.id, epoch, outcome()), fencedUnless(holds))
				if holds {
					r.state, r.progress = store.Done, 1
				}
			},
			"fail": func(t *rapid.T) {
				r, epoch, holds := held(t)
				state := rapid.SampledFrom([]store.State{store.Failed, store.Cancelled, store.Interrupted}).Draw(t, "as")
				expect(t, "fail", s.EndRun(ctx, r.id, epoch, state, "why"), fencedUnless(holds))
				if holds {
					r.state = state
				}
			},
			"cancel": func(t *rapid.T) {
				r := pick(t)
				_, err := s.RequestCancel(ctx, r.id)
				switch r.state {
				case store.Queued:
					expect(t, "cancel", err, nil)
					r.state = store.Cancelled
				case store.Running:
					expect(t, "cancel", err, nil)
					r.cancelled = true
				default:
					expect(t, "cancel", err, store.ErrState)
				}
			},
			"restart": func(t *rapid.T) {
				n, err := s.MarkInterrupted(ctx)
				expect(t, "restart", err, nil)
				for _, r := range runs {
					if r.state == store.Running {
						n--
						r.state, r.epoch = store.Interrupted, r.epoch+1
					}
				}
				if n != 0 {
					t.Fatalf("%d runs more were interrupted than ran", n)
				}
			},
			"publish": func(t *rapid.T) {
				r := pick(t)
				_, err := s.PublishRun(ctx, r.id)
				if r.state == store.Done {
					expect(t, "publish", err, nil)
					current = r.id
				} else {
					expect(t, "publish", err, store.ErrState)
				}
			},
			"": func(t *rapid.T) { // holds after each step
				for _, r := range runs {
					now, err := s.Run(ctx, r.id)
					expect(t, "read", err, nil)
					got := fmt.Sprint(now.State, now.Epoch, now.CancelRequested, now.Progress, now.Current, now.Finished.IsZero())
					want := fmt.Sprint(r.state, r.epoch, r.cancelled, r.progress, r.id == current, !r.state.Final())
					if got != want {
						t.Fatalf("run %s is %s, want %s", r.id, got, want)
					}
					_, err = s.Report(ctx, r.id)
					expect(t, "report", err, map[bool]error{false: store.ErrState}[r.state == store.Done])
				}
			},
		})
	})
}
