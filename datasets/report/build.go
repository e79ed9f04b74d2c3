package report

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// Options say how a report is made. The zero value asks for the directory's own level and order.
type Options struct {
	// Level is the ISCO level of the run, 1 to 4; 0 is the directory's own.
	Level int
	// Order of the objective; empty is the order of the directory's policy.
	Order matcher.Order
	// Title of the report; empty is the market's own.
	Title string
	// Engine is the version of the program, printed in the report.
	Engine string
	// RunOnly leaves out the other levels, shares and orders, and what one more of a limit is worth: the run alone is solved, which
	// takes a tenth of the time. The report then compares it with nothing.
	RunOnly bool
	// Scenarios are applied to the market, one after the other; the report then has the difference they make, and nothing else
	// to compare the run with.
	Scenarios []ScenarioFile
	// Progress, if set, is told what has just been done and what share of the whole is done, from 0 to 1. Calls do not
	// overlap.
	Progress func(what string, share float64)
}

// Lower is the share of workers taken to be available beside the policy's own, so that no headline stands alone.
const Lower = 0.5

// Build makes the report of a market directory. It solves the market at the level asked for, and then again
//
//   - at every other level the directory has, coarser and finer, for the gap by level;
//   - at a lower share of available workers, and at half and double the mobile share;
//   - under the other orders of the objective;
//   - with nobody leaving, for what leaving costs the origins;
//   - under the most and the least favourable split, where rows are coarser than the level.
//
// What the run itself leaves empty is explained, see [matcher.Result.Causes].
//
// Solves run side by side on as many cores as there are; what comes out does not depend on how many. It takes about
// ten times as long as the slowest of them on one core. Errors: *datasets.Problems where the data do not make a
// market, the errors of [matcher.Match], or ctx's.
func Build(ctx context.Context, d *datasets.Directory, o Options) (*Report, error) {
	policy := d.Policy()
	if o.Order != "" {
		policy.Order = o.Order
	}
	finest := d.Level()
	if o.Level == 0 {
		o.Level = finest
	}
	if most := d.Finest(); o.Level < 1 || o.Level > most {
		return nil, fmt.Errorf("ISCO-%d was asked for, and %w: their finest is ISCO-%d", o.Level, ErrLevel, most)
	}
	finest = max(finest, o.Level)
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	if len(o.Scenarios) > 0 {
		return buildWhatIf(ctx, d, policy, o)
	}
	markets := make([]*matcher.Market, finest+1)
	for level := 1; level <= finest; level++ {
		if o.RunOnly && level != o.Level {
			continue
		}
		m, err := d.Market(level)
		if err != nil {
			return nil, fmt.Errorf("make the market at ISCO-%d: %w", level, err)
		}
		markets[level] = m
	}
	solves := plan(policy, o.Level, finest)
	if o.RunOnly {
		solves = solves[:1] // what leaving costs the origins stays open
	}
	if err := solve(ctx, markets, solves, o.Progress); err != nil {
		return nil, err
	}
	if run := solves[0]; explains(run.result, o.RunOnly) {
		var err error
		if run.causes, err = run.result.Causes(ctx); err != nil {
			return nil, fmt.Errorf("look for causes: %w", err)
		}
	}
	r, err := assemble(solves, o, d.ShortageRule())
	if err != nil {
		return nil, err
	}
	if err := r.addPrices(ctx); err != nil {
		return nil, err
	}
	if !o.RunOnly {
		if err := r.addSplits(ctx, d, policy); err != nil {
			return nil, err
		}
	}
	if err := r.addSafeguards(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

// topicFiles is the topic of notes about files that were not read.
const topicFiles = "files"

// ErrLevel is matched by the error of a level the data do not have.
var ErrLevel = errors.New("the data do not have that level")

// A solved is one market under one policy and what came of it.
type solved struct {
	part   part
	name   string
	level  int
	policy matcher.Policy
	result *matcher.Result // only of the base run and of levels; the others keep totals alone
	cells  []matcher.Gap   // of the result at its level
	totals Totals
	causes *matcher.Causes // of the base run
}

// part is the table of the report a solve is for.
type part int

const (
	partRun part = iota
	partLevel
	partCase
	partOrder
	partStay
)

// plan lists the solves of a report, the run itself first.
func plan(policy matcher.Policy, level, finest int) []*solved {
	solves := []*solved{
		{part: partRun, name: "this run", level: level, policy: policy},
		{part: partStay, name: "nobody leaves", level: level, policy: policy.Staying()},
	}
	for l := finest; l >= 1; l-- { // the finest takes longest, so it starts first
		if l != level {
			solves = append(solves, &solved{part: partLevel, level: l, policy: policy})
		}
	}
	vary := func(name string, number func(*matcher.Policy) *matcher.Number, value float64) {
		changed := policy
		number(&changed).Value = value
		solves = append(solves, &solved{part: partCase, name: name, level: level, policy: changed})
	}
	available := func(p *matcher.Policy) *matcher.Number { return &p.Available }
	mobile := func(p *matcher.Policy) *matcher.Number { return &p.Mobile }
	share, leave := policy.Available.Value, policy.Mobile.Value
	if share != 1 {
		vary("available 1, the upper bound", available, 1)
	}
	assumed := func(n matcher.Number) string {
		if n.Assumed {
			return " of what is assumed"
		}
		return " of the policy's"
	}
	vary("available "+plain(min(Lower, share/2)), available, min(Lower, share/2))
	vary("mobile "+plain(leave/2)+", half"+assumed(policy.Mobile), mobile, leave/2)
	vary("mobile "+plain(min(1, 2*leave))+", double"+assumed(policy.Mobile), mobile, min(1, 2*leave))
	for _, order := range matcher.Orders() {
		if order != policy.Order {
			changed := policy
			changed.Order = order
			solves = append(solves, &solved{part: partOrder, name: string(order), level: level, policy: changed})
		}
	}
	return solves
}

// leastStep is the share of the whole by which progress rises before it is told again, unless a solve has ended.
const leastStep = 0.05

// solve fills in the results, several at a time.
func solve(ctx context.Context, markets []*matcher.Market, solves []*solved, progress func(string, float64)) error {
	var told sync.Mutex
	shares, most := make([]float64, len(solves)), 0.0 // what is done of each, and what was told last
	tell := func(i int, what string, share float64) {
		told.Lock()
		defer told.Unlock()
		shares[i] = max(shares[i], share)
		sum := 0.0
		for _, s := range shares {
			sum += s
		}
		sum /= float64(len(solves))
		if progress != nil && (share == 1 || sum >= most+leastStep) {
			most = max(most, sum)
			progress(what, most)
		}
	}
	failed := make([]error, len(solves))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, runtime.GOMAXPROCS(0)))
	for i, s := range solves {
		group.Go(func() (err error) {
			defer func() {
				if value := recover(); value != nil {
					err = &panicked{value, debug.Stack()}
				}
				failed[i] = err
			}()
			options := matcher.Options{}
			if progress != nil {
				options.Progress = func(p matcher.Progress) { tell(i, s.title(), p.Done*(1-leastStep)) }
			}
			result, err := matcher.Match(ctx, markets[s.level], s.policy, options)
			if err != nil {
				return fmt.Errorf("%s: %w", s.title(), err)
			}
			cells := result.Gaps(result.Market.Level)
			s.totals = totalsOf(result, cells)
			if s.part == partRun {
				if err := matcher.Check(result); err != nil {
					return fmt.Errorf("the result does not pass its own check, so it is not given out: %w", err)
				}
			}
			if s.part == partRun || s.part == partLevel || s.part == partStay {
				s.result, s.cells = result, cells
			}
			tell(i, s.title(), 1)
			return nil
		})
	}
	err := group.Wait()
	// Which of several failed first is chance; the first in order is told. Those that were only stopped say nothing.
	for _, f := range failed {
		if f != nil && !errors.Is(f, context.Canceled) {
			err = f
			break
		}
	}
	// A panic is the caller's to catch, and he can only in his own goroutine.
	if p := (*panicked)(nil); errors.As(err, &p) {
		panic(p)
	}
	return err
}

// panicked carries a panic from one goroutine to another, with the stack it began on.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

func (s *solved) title() string {
	switch s.part {
	case partLevel:
		return fmt.Sprintf("the market at ISCO-%d", s.level)
	case partOrder:
		return "order " + s.name
	case partRun, partCase, partStay:
	}
	return s.name
}

func totalsOf(r *matcher.Result, cells []matcher.Gap) Totals {
	t := Totals{
		Openings: r.Totals.Openings, FilledBy: WaysOf(r.Totals.Filled), Unfilled: r.Totals.Unfilled,
		Workers: r.Totals.Workers, Unplaced: r.Totals.Unplaced, Value: r.Totals.Value,
	}
	t.Filled = t.Openings - t.Unfilled
	t.Placed = t.Workers - t.Unplaced
	for i := range cells {
		t.Alone += cells[i].Alone
	}
	return t
}

// assemble writes the document of the solves.
func assemble(solves []*solved, o Options, rule matcher.ShortageRule) (*Report, error) {
	run := solves[0]
	base := run.result
	m := base.Market
	r := &Report{
		Format: Format, Engine: o.Engine, Title: m.Title, Period: m.Period, Base: m.Base, Level: m.Level,
		Order: base.Policy.Order, Disclaimer: Disclaimer, Totals: run.totals, RunOnly: o.RunOnly, result: base,
	}
	if o.Title != "" {
		r.Title = o.Title
	}
	r.cells = make([][]matcher.Gap, r.Level+1)
	for level := r.Level; level >= 1; level-- {
		r.cells[level] = run.cells
		if level < r.Level {
			r.cells[level] = base.Coarser(r.cells[level+1], level)
		}
	}
	r.addGaps()
	r.addOldest()
	r.addCountries()
	r.addSkills()
	r.addPlacements()
	r.addCauses(run.causes)
	r.addLevels(solves)
	r.addCases(solves)
	r.addIndices()
	r.addPolicy()
	if err := r.addLedgers(solves); err != nil {
		return nil, err
	}
	if err := r.addShortages(rule); err != nil {
		return nil, err
	}
	r.addSources()
	r.Notes = []Note{}
	for _, n := range append(slices.Clone(m.Notes), base.Notes...) {
		if n.Topic == topicFiles {
			r.Aside = append(r.Aside, n)
		} else {
			r.Notes = append(r.Notes, n)
		}
	}
	r.addWarnings()
	r.cells = nil
	r.Proof = prove(&base.Certificate)
	if !r.Proof.Certified {
		return nil, errors.New("the bound derived from the certificate is not what the placement reaches, so it is not given out")
	}
	return r, nil
}
