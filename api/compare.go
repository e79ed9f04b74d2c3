package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

// Comparison is one run held against another, and whether what was expected of it holds.
type Comparison struct {
	report.Difference
	Expectations []report.Verdict `json:"expectations,omitempty" nullable:"false" doc:"One for each that was asked, in order."`
}

// Verdicts say of each expectation whether it holds.
type Verdicts struct {
	Items []report.Verdict `json:"items" nullable:"false" doc:"In the order asked."`
	Pass  bool             `json:"pass" doc:"True if all of them hold."`
}

// PairPath names two runs.
type PairPath struct {
	RunPath
	Other string `path:"other" maxLength:"100" doc:"The run after; current stands for the published one."`
}

type compareInput struct {
	PairPath
	Expect []string `query:"expect,explode" maxItems:"50" doc:"What should be so; may be repeated. A figure (openings, filled, home, free, channel, unfilled, workers, placed, leaving, unplaced, value, corridor), of what (DE, DE-BY 2221, PH DE), an operator (>= <= = > <) and an amount: with a sign a change, without one the figure after." example:"[\"filled >= +500\"]"`
	Format string   `query:"format" enum:"json,csv,text" doc:"The form of the answer; the Accept header decides if absent. Text is 80 columns wide and shows the largest changes."`
	accept string
}

// Resolve reads what the caller accepts.
func (in *compareInput) Resolve(ctx huma.Context) []error {
	in.accept = ctx.Header("Accept")
	return nil
}

type expectInput struct {
	PairPath
	FormQuery
	Expect []string `query:"expect,explode" required:"true" minItems:"1" maxItems:"50" doc:"What should be so, as of the comparison; may be repeated." example:"[\"filled >= +500\"]"`
}

func (s *Server) registerCompare() {
	refusals := []int{http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}
	text := &huma.Schema{Type: huma.TypeString}
	register(s, Public, huma.Operation{
		OperationID: "compare-runs", Method: http.MethodGet, Path: runsPath + "/{id}/compare/{other}", Tags: []string{tagResults},
		Summary: "Hold a run against another",
		Description: "What differs between a run and another of the same level: totals, countries, cells and corridors, and a line, pass or fail, " +
			"for each expectation. CSV has the differences; whether expectations hold has a table of its own.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The comparison",
			Content:     map[string]*huma.MediaType{jsonType: {Schema: schemaOf[Comparison](s)}, csvType: {Schema: text}, textType: {Schema: text}},
		}},
		Errors: refusals,
	}, s.compare)
	register(s, Public, huma.Operation{
		OperationID: "judge-runs", Method: http.MethodGet, Path: runsPath + "/{id}/compare/{other}/expectations", Tags: []string{tagResults},
		Summary: "Judge a run by expectations", Description: "Whether what is expected of a run, held against another, is so: a line for each.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The verdicts",
			Content:     map[string]*huma.MediaType{jsonType: {Schema: schemaOf[Verdicts](s)}, csvType: {Schema: text}},
		}},
		Errors: refusals,
	}, s.judge)
}

// pair reads the two runs' reports, holds one against the other, and judges.
func (s *Server) pair(ctx context.Context, path PairPath, expect []string) (*report.Difference, []report.Verdict, error) {
	var list []report.Expectation
	var faults []Fault
	for i, text := range expect {
		e, err := report.ParseExpectation(text)
		if err != nil {
			faults = append(faults, Fault{Place: "query.expect[" + strconv.Itoa(i) + "]", Value: shortened(text), What: err.Error()})
		}
		list = append(list, e)
	}
	if len(faults) > 0 {
		return nil, nil, problem(slugInvalid, "Not everything that is expected can be read; see `errors`.", faults...)
	}
	reports := make([]*report.Report, 2)
	for i, id := range []string{path.ID, path.Other} {
		run, err := s.run(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		if reports[i], err = s.readReport(ctx, run.ID); err != nil {
			return nil, nil, err
		}
	}
	d, err := report.Compare(reports[0], reports[1])
	if err != nil {
		return nil, nil, problem(slugInvalid, "The two runs cannot be compared: "+err.Error()+".")
	}
	return d, report.Judge(reports[0], reports[1], list), nil
}

// readReport reads the document of a run that is done.
func (s *Server) readReport(ctx context.Context, run string) (*report.Report, error) {
	document, err := s.store.Report(ctx, run)
	if err != nil {
		return nil, err
	}
	r, err := report.ReadJSON(document)
	if err != nil {
		return nil, fmt.Errorf("read the report of run %s: %w", run, err)
	}
	return r, nil
}

func (s *Server) compare(ctx context.Context, in *compareInput) (*streamOutput, error) {
	form := in.Format
	for _, kind := range [][2]string{{"csv", "text/csv"}, {"text", "text/plain"}} {
		if form == "" && prefers(in.accept, kind[1]) {
			form = kind[0]
		}
	}
	if form == "csv" && len(in.Expect) > 0 {
		return nil, problem(slugInvalid, "A table of differences has no room for expectations: ask for them at `…/compare/"+shortened(in.Other)+"/expectations`, or for JSON.")
	}
	d, verdicts, err := s.pair(ctx, in.PairPath, in.Expect)
	if err != nil {
		return nil, err
	}
	switch form {
	case "csv":
		return s.csvFile(ctx, "difference.csv", d.WriteCSV), nil
	case "text":
		return s.stream(ctx, textType, func(w io.Writer) error { return d.WriteText(w, report.Style{}, verdicts) }), nil
	}
	return s.stream(ctx, jsonType, func(w io.Writer) error { return d.WriteJSON(w, verdicts) }), nil
}

func (s *Server) judge(ctx context.Context, in *expectInput) (*streamOutput, error) {
	_, verdicts, err := s.pair(ctx, in.PairPath, in.Expect)
	if err != nil {
		return nil, err
	}
	out := Verdicts{Items: verdicts, Pass: true}
	for _, v := range verdicts {
		out.Pass = out.Pass && v.Pass
	}
	if !in.csv() {
		return s.jsonValue(ctx, out, ""), nil
	}
	return s.csvFile(ctx, "expectations.csv", func(w io.Writer) error {
		return writeRows(w, []string{"expectation", "pass", "before", "after", "says"}, func(yield func([]string) bool) {
			for _, v := range verdicts {
				pass := map[bool]string{true: "pass", false: "fail"}[v.Pass]
				if !yield([]string{datasets.Guard(v.Expectation), pass, strconv.FormatInt(v.Before, 10), strconv.FormatInt(v.After, 10), datasets.Guard(v.Says)}) {
					return
				}
			}
		})
	}), nil
}
