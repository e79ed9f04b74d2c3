package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	colours "github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// ScenarioFile is the text of a scenario and the name it is told by in problems.
type ScenarioFile struct {
	Name string
	Data []byte
}

// maxScenarios is how many scenarios one run may have on top of each other.
const maxScenarios = 9

// WhatIf is the part of a report that only the run of a scenario has: what was changed, and what came of it.
type WhatIf struct {
	Scenarios  []Scenario        `json:"scenarios"`
	Changes    []matcher.Touched `json:"changes"`
	Difference *Difference       `json:"difference"` // from the market as it is to the scenario
}

// Scenario names one of the scenarios.
type Scenario struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// scenarioName is what the n-th scenario is called among the inputs of a report directory, counted from 0.
func scenarioName(n int) string { return fmt.Sprintf("scenario-%d.yaml", n+1) }

// buildWhatIf makes the report of a market under scenarios. It solves the market as it is, goes on from its solution to the
// scenario's, and compares the two; neither is solved at other levels, shares or orders.
func buildWhatIf(ctx context.Context, d *datasets.Directory, policy matcher.Policy, o Options) (*Report, error) {
	market, err := d.Market(o.Level)
	if err != nil {
		return nil, fmt.Errorf("make the market at ISCO-%d: %w", o.Level, err)
	}
	w := &WhatIf{}
	var scenarios []*matcher.Scenario
	var files, titles []string
	for _, f := range o.Scenarios {
		s, err := datasets.ReadScenario(f.Data, f.Name, market.Period)
		if err != nil {
			return nil, err
		}
		scenarios, files, titles = append(scenarios, s), append(files, f.Name), append(titles, s.Title)
		w.Scenarios = append(w.Scenarios, Scenario{s.Name, s.Title})
	}
	// A slip in a scenario is told before anything is solved.
	if _, _, _, err := datasets.ApplyScenarios(market, policy, scenarios, files); err != nil {
		return nil, err
	}
	tell := func(what string, from, to float64) matcher.Options {
		if o.Progress == nil {
			return matcher.Options{}
		}
		return matcher.Options{Progress: func(p matcher.Progress) { o.Progress(what, from+(to-from)*p.Done) }}
	}
	const asItIs = 0.7 // the share of the time that the base takes, roughly
	o.RunOnly = true
	before, err := baseRun(ctx, market, policy, o, d.ShortageRule(), tell("the market as it is", 0, asItIs))
	if err != nil {
		return nil, err
	}
	before.Title = market.Title
	if o.Title == "" {
		o.Title = market.Title + ": " + strings.Join(titles, "; ")
	}
	after, err := before.changedBy(ctx, scenarios, files, o, tell("the scenario", asItIs, 1))
	if err != nil {
		return nil, err
	}
	w.Difference, w.Changes = after.WhatIf.Difference, after.WhatIf.Changes
	after.WhatIf, after.scenarios = w, o.Scenarios
	if o.Progress != nil {
		o.Progress("the scenario", 1)
	}
	return after, nil
}

// baseRun makes the report of a market as it is, which those of scenarios go on from.
func baseRun(ctx context.Context, market *matcher.Market, policy matcher.Policy, o Options, rule matcher.ShortageRule, solving matcher.Options) (*Report, error) {
	base, err := matcher.Match(ctx, market, policy, solving)
	if err != nil {
		return nil, fmt.Errorf("the market as it is: %w", err)
	}
	return finish(ctx, base, nil, o, rule)
}

// changedBy makes the report of what scenarios make of a run, and compares the two.
func (r *Report) changedBy(ctx context.Context, scenarios []*matcher.Scenario, files []string, o Options, solving matcher.Options) (*Report, error) {
	market, policy, touched, err := datasets.ApplyScenarios(r.result.Market, r.result.Policy, scenarios, files)
	if err != nil {
		return nil, err
	}
	result, err := matcher.Rematch(ctx, r.result, market, policy, solving)
	if err != nil {
		return nil, fmt.Errorf("the scenario: %w", err)
	}
	after, err := finish(ctx, result, r.causes, o, r.ShortageRule)
	if err != nil {
		return nil, err
	}
	difference, err := Compare(r, after)
	if err != nil {
		return nil, err
	}
	after.WhatIf = &WhatIf{Changes: touched, Difference: difference}
	return after, nil
}

// finish checks a result, explains it and makes its report. Unlike that of a run alone it has its causes whatever the size of the
// market: what a change does to them is part of what is asked.
func finish(ctx context.Context, result *matcher.Result, before *matcher.Causes, o Options, rule matcher.ShortageRule) (*Report, error) {
	if err := matcher.Check(result); err != nil {
		return nil, fmt.Errorf("the result does not pass its own check, so it is not given out: %w", err)
	}
	run := &solved{part: partRun, name: "this run", level: o.Level, policy: result.Policy, result: result, cells: result.Gaps(result.Market.Level)}
	run.totals = totalsOf(result, run.cells)
	var err error
	if run.causes, err = result.CausesAfter(ctx, before); err != nil {
		return nil, fmt.Errorf("look for causes: %w", err)
	}
	r, err := assemble([]*solved{run}, o, rule)
	if r != nil {
		r.causes = run.causes
	}
	return r, err
}

// scenariosIn reads the scenarios of a report directory's inputs.
func scenariosIn(inputs fs.FS) ([]ScenarioFile, error) {
	var files []ScenarioFile
	for i := range maxScenarios {
		data, err := fs.ReadFile(inputs, scenarioName(i))
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the scenario: %w", err)
		}
		files = append(files, ScenarioFile{scenarioName(i), data})
	}
	return files, nil
}

// ReadDir reads the document of a report directory.
func ReadDir(dir fs.FS) (*Report, error) {
	data, err := fs.ReadFile(dir, jsonFile)
	if err != nil {
		return nil, fmt.Errorf("this is no report directory: it has no %s", jsonFile)
	}
	return ReadJSON(data)
}

// Inputs opens the inputs of a report directory, and says how its run was made. It reports false where the directory is none, and
// an error where it is one that nothing can be built on: the run of a scenario.
func Inputs(dir fs.FS) (inputs fs.FS, o Options, ok bool, err error) {
	switch _, err := fs.Stat(dir, path.Join(inputsDir, datasets.VacanciesFile)); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, Options{}, false, nil
	case err != nil:
		return nil, Options{}, false, fmt.Errorf("open the inputs: %w", err)
	}
	var bad Mismatches
	kept, err := readManifest(dir, &bad)
	if err != nil {
		return nil, Options{}, true, err
	}
	run, err := claimed(dir, kept)
	if err != nil {
		return nil, Options{}, true, err
	}
	if inputs, err = fs.Sub(dir, inputsDir); err != nil {
		return nil, Options{}, true, fmt.Errorf("open the inputs: %w", err)
	}
	if files, err := scenariosIn(inputs); err != nil || len(files) > 0 {
		return nil, Options{}, true, errors.Join(err, errors.New("it is the run of a scenario already; name the market directory, and both scenarios in order"))
	}
	return inputs, Options{Level: run.Level, Order: run.Order}, true, nil
}

// WriteText writes what a scenario changed and what came of it, for people to read.
func (w *WhatIf) WriteText(out io.Writer, s Style) error {
	p := newPage(out, s)
	d := w.Difference
	for _, line := range wrap(d.After.Title, p.width, p.width) {
		p.line(p.paint(colours.Bold, line))
	}
	p.prose(0, 2, fmt.Sprintf("%s · ISCO-%d · order %s · labourmatch %s", d.After.Period, d.After.Level, d.After.Order, d.After.Engine))
	p.line(p.paint(colours.Faint, strings.Repeat("─", p.width)))
	p.prose(0, 0, Disclaimer)
	w.set(p)
	return flushed(p, "the scenario")
}

func (w *WhatIf) set(p *page) {
	p.section("What if")
	for _, s := range w.Scenarios {
		p.prose(2, 2, p.paint(colours.Bold, s.Title))
		for _, c := range w.Changes {
			if c.Scenario == s.Name {
				p.prose(4, 2, "· "+c.Text)
			}
		}
	}
	w.Difference.set(p, "as it is", "what if")
}

func (r *Report) setWhatIf(p *page) {
	if r.WhatIf != nil {
		r.WhatIf.set(p)
	}
}

// WriteJSON writes the scenario's part of the report as a document of its own.
func (w *WhatIf) WriteJSON(out io.Writer) error {
	e := json.NewEncoder(out)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	if err := e.Encode(w); err != nil {
		return fmt.Errorf("write the scenario as JSON: %w", err)
	}
	return nil
}
