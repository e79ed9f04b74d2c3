package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/matcher"
)

// ExplainerOptions of an explainer. Store is required; everything else may be left at its zero value.
type ExplainerOptions struct {
	Store *store.Store
	// Logger is told of what went wrong on our side; nil: nobody is.
	Logger *slog.Logger
	// MostArcs is how large a network may be that is solved again for a story; 0 means 500,000.
	MostArcs int
	// Kept is how many solved runs stay in memory; 0 means 2.
	Kept int
	// Patience is how long somebody who asks is let wait; 0 means 2 seconds.
	Patience time.Duration
	// Most is how long solving again may take; 0 means 2 minutes.
	Most time.Duration
}

// Why an explainer tells no story.
var (
	// ErrBusy: the run is being solved again, or another one is. Asking again in a few seconds helps.
	ErrBusy = errors.New("being prepared")
	// ErrBeyond: solving the run again would take more memory or time than the service spends on it.
	ErrBeyond = errors.New("beyond what the service explains")
)

// Explainer tells stories of the cells of runs that are done. A story needs the solved network, which is not stored. So the
// run is solved again, from the datasets, policy and scenarios it has, which gives the same plan to the last unit, and
// stays in memory for the next question; see docs/decisions/0009.
//
// What that may cost is bounded: one run is solved at a time, of a limited size, for a limited time, and a few stay. Who
// asks meanwhile is told to ask again. It is safe for use by several goroutines.
type Explainer struct {
	options ExplainerOptions
	// again solves a run; tests put others in its place to see who waits for what.
	again   func(context.Context, store.Run) (*matcher.Result, error)
	ctx     context.Context //nolint:containedctx // of the goroutine it starts, which outlives every request
	end     context.CancelFunc
	working sync.WaitGroup

	mu      sync.Mutex
	kept    []*prepared // the last asked for first
	current *prepared   // the one being prepared; nil: none
	telling sync.Mutex  // a result is read by one story at a time
}

// prepared is a run solved again, or why it is not. Its result and err are set before done is closed.
type prepared struct {
	run    string
	done   chan struct{}
	result *matcher.Result
	err    error
}

// NewExplainer makes an explainer. Values of ctx are kept, its end is not; see [Explainer.Stop].
func NewExplainer(ctx context.Context, o ExplainerOptions) *Explainer {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MostArcs == 0 {
		o.MostArcs = 500_000
	}
	if o.Kept == 0 {
		o.Kept = 2
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Second
	}
	if o.Most == 0 {
		o.Most = 2 * time.Minute
	}
	e := &Explainer{options: o}
	e.again = e.solve
	e.ctx, e.end = context.WithCancel(context.WithoutCancel(ctx))
	return e
}

// Stop breaks off what is being prepared and lets go of what is kept. When it returns, no goroutine is left.
func (e *Explainer) Stop() {
	e.end()
	e.working.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.kept = nil
}

// Vacancies tells the story of the openings of a region and code of a run; see [matcher.Result.ExplainVacancy]. A run that
// is not done is [store.ErrState]. Otherwise errors are [ErrBusy], [ErrBeyond], a *[matcher.NoCellError], or ours.
func (e *Explainer) Vacancies(ctx context.Context, run store.Run, region string, code matcher.Code) (*matcher.Story, error) {
	return e.tell(ctx, run, func(r *matcher.Result) (*matcher.Story, error) { return r.ExplainVacancy(region, code) })
}

// Workers tells the story of the workers of a region and code of a run, as Vacancies does of openings.
func (e *Explainer) Workers(ctx context.Context, run store.Run, region string, code matcher.Code) (*matcher.Story, error) {
	return e.tell(ctx, run, func(r *matcher.Result) (*matcher.Story, error) { return r.ExplainWorkers(region, code) })
}

func (e *Explainer) tell(ctx context.Context, run store.Run, story func(*matcher.Result) (*matcher.Story, error)) (*matcher.Story, error) {
	if err := e.options.Store.HasOutcome(ctx, run.ID); err != nil {
		return nil, err
	}
	p, err := e.ask(run)
	if err != nil {
		return nil, err
	}
	wait := time.NewTimer(e.options.Patience)
	defer wait.Stop()
	select {
	case <-p.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-wait.C:
		return nil, fmt.Errorf("run %s is %w: it is being solved again for its stories; ask again in a few seconds", run.ID, ErrBusy)
	}
	if p.err != nil {
		return nil, p.err
	}
	e.telling.Lock()
	defer e.telling.Unlock()
	return story(p.result)
}

// ask finds the run among those kept, or begins to prepare it, or says that another one is at work.
func (e *Explainer) ask(run store.Run) (*prepared, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if i := slices.IndexFunc(e.kept, func(p *prepared) bool { return p.run == run.ID }); i >= 0 {
		p := e.kept[i]
		e.kept = slices.Insert(slices.Delete(e.kept, i, i+1), 0, p)
		return p, nil
	}
	if p := e.current; p != nil {
		if p.run == run.ID {
			return p, nil
		}
		return nil, fmt.Errorf("another run is %w, and there is one at a time; ask again in a few seconds", ErrBusy)
	}
	if err := e.ctx.Err(); err != nil {
		return nil, err
	}
	p := &prepared{run: run.ID, done: make(chan struct{})}
	e.current = p
	// One at a time: room is made before the next is drawn, so that there are never more than are kept.
	e.kept = e.kept[:min(len(e.kept), e.options.Kept-1)]
	e.working.Go(func() { e.prepare(p, run) })
	return p, nil
}

// prepare solves the run again. What failed through us is not kept, so that the next who asks tries again.
func (e *Explainer) prepare(p *prepared, run store.Run) {
	ctx, cancel := context.WithTimeout(e.ctx, e.options.Most)
	defer cancel()
	p.result, p.err = e.again(ctx, run)
	if errors.Is(p.err, context.DeadlineExceeded) {
		p.err = e.beyond(run)
	}
	if p.err != nil && !errors.Is(p.err, ErrBeyond) && e.ctx.Err() == nil {
		e.options.Logger.ErrorContext(ctx, "a run could not be solved again", slog.String("run", run.ID), slog.Any("error", p.err))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = nil
	if p.err == nil || errors.Is(p.err, ErrBeyond) {
		e.kept = append([]*prepared{p}, e.kept...)
	}
	close(p.done)
}

func (e *Explainer) beyond(run store.Run) error {
	return fmt.Errorf("run %s is %w: its network has more than %d arcs, or takes more than %v to solve; take its datasets and use `labourmatch explain` on a machine of your own",
		run.ID, ErrBeyond, e.options.MostArcs, e.options.Most)
}

func (e *Explainer) solve(ctx context.Context, run store.Run) (_ *matcher.Result, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicked{value, debug.Stack()}
		}
	}()
	document, err := e.options.Store.Report(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	var size struct {
		Level int `json:"level"`
		Proof struct {
			Arcs int `json:"arcs"`
		} `json:"certificate"`
	}
	if err := json.Unmarshal(document, &size); err != nil {
		return nil, fmt.Errorf("read the report of run %s: %w", run.ID, err)
	}
	if size.Proof.Arcs > e.options.MostArcs {
		return nil, e.beyond(run)
	}
	market, policy, err := marketOf(ctx, e.options.Store, run, size.Level)
	if err != nil {
		return nil, err
	}
	return matcher.Match(ctx, market, policy, matcher.Options{})
}

// marketOf is the market and policy of a run at a level, its scenarios applied.
func marketOf(ctx context.Context, s *store.Store, run store.Run, level int) (*matcher.Market, matcher.Policy, error) {
	directory, err := directoryOf(ctx, s, run)
	if err != nil {
		return nil, matcher.Policy{}, err
	}
	market, err := directory.Market(level)
	if err != nil {
		return nil, matcher.Policy{}, fmt.Errorf("make the market at ISCO-%d: %w", level, err)
	}
	policy := directory.Policy()
	if run.Order != "" {
		policy.Order = matcher.Order(run.Order)
	}
	texts, err := s.ScenariosOf(ctx, run.ID)
	if err != nil {
		return nil, matcher.Policy{}, err
	}
	var scenarios []*matcher.Scenario
	var names []string
	for _, f := range filesOf(texts) {
		one, err := datasets.ReadScenario(f.Data, f.Name, market.Period)
		if err != nil {
			return nil, matcher.Policy{}, err
		}
		scenarios, names = append(scenarios, one), append(names, f.Name)
	}
	market, policy, _, err = datasets.ApplyScenarios(market, policy, scenarios, names)
	return market, policy, err
}
