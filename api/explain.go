package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

type explainInput struct {
	RunPath
	Vacancy string `query:"vacancy" maxLength:"120" doc:"The openings of a region and code at the run's level; of skills, DE:skill:3." example:"DE:2221"`
	Workers string `query:"workers" maxLength:"120" doc:"The workers of a region and code. Give one of the two." example:"PH:2221"`
	Format  string `query:"format" enum:"json,text" doc:"The form of the answer; the Accept header decides if absent."`
	accept  string
}

// Resolve reads what the caller accepts.
func (in *explainInput) Resolve(ctx huma.Context) []error {
	in.accept = ctx.Header("Accept")
	return nil
}

func (s *Server) registerExplain() {
	register(s, Public, huma.Operation{
		OperationID: "explain-cell", Method: http.MethodGet, Path: runsPath + "/{id}/explain", Tags: []string{tagResults},
		Summary: "The story of a cell",
		Description: "What fills the openings of a region and occupation, or where its workers are placed; what binds; which way would be the next best; " +
			"what would have to change by how much; what is missing, or lies idle, in skills. In plain sentences.\n\n" +
			"The first story of a run takes solving it once more, in the background: a caller waits two seconds at most, and is then answered 503 with Retry-After. " +
			"One run is prepared at a time, and runs beyond a size are left to the command line.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The story",
			Content: map[string]*huma.MediaType{
				jsonType: {Schema: schemaOf[matcher.Story](s)}, textType: {Schema: &huma.Schema{Type: huma.TypeString}},
			},
		}},
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, s.explain)
}

func (s *Server) explain(ctx context.Context, in *explainInput) (*streamOutput, error) {
	if (in.Vacancy == "") == (in.Workers == "") {
		return nil, problem(slugInvalid, "Name one cell, as `vacancy` or as `workers`: region and code, as in DE:2221.")
	}
	region, code, ok := strings.Cut(in.Vacancy+in.Workers, ":")
	if !ok || region == "" || code == "" {
		return nil, problem(slugInvalid, shortened(in.Vacancy+in.Workers)+" is no cell; write region and code, as in DE:2221.")
	}
	run, err := s.run(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if s.options.Explainer == nil {
		return nil, problem(slugNotReady, "This server tells no stories.")
	}
	tell := s.options.Explainer.Vacancies
	if in.Workers != "" {
		tell = s.options.Explainer.Workers
	}
	story, err := tell(ctx, run, region, matcher.ParseCode(code))
	if missing, ok := errors.AsType[*matcher.NoCellError](err); ok {
		return nil, problem("not-found", missing.Error()+".")
	}
	if err != nil {
		return nil, err
	}
	if in.Format == "text" || in.Format == "" && prefers(in.accept, "text/plain") {
		return s.stream(ctx, textType, func(w io.Writer) error { return report.WriteStory(w, story, report.Style{}) }), nil
	}
	return s.jsonValue(ctx, story, ""), nil
}
