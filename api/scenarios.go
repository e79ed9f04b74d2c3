package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/api/store"
	"labourmatch/datasets"
)

// scenarioFile is what problems call the body of a scenario.
const scenarioFile = "scenario"

// RunScenario names what the run of a scenario changes.
type RunScenario struct {
	Name  string `json:"name" doc:"What the scenario calls itself; of one base no two differ that have the same."`
	Title string `json:"title" doc:"The same for readers."`
}

// ScenarioRequest describes a scenario file as JSON. Its changes are read, and everything wrong with them told, by package
// datasets.
type ScenarioRequest struct {
	Name    string           `json:"name" example:"sign"`
	Title   string           `json:"title" example:"An agreement for nurses"`
	Changes []map[string]any `json:"changes" nullable:"false" minItems:"1" doc:"Each an object with one of the verbs open, close, quota, train, supply, demand, wages, displace, idle, drop, set, order, and what goes with it; see docs/formats.md."`
}

const scenarioExample = `name: sign
title: An agreement for nurses
changes:
  - open:
      id: nurses
      kind: agreement
      origins: PH
      destinations: DE
      occupations: [2221]
      quota: 500
  - demand: +10 %
    region: DE
    occupation: 2221
`

type scenarioInput struct {
	RunPath
	RawBody []byte `contentType:"application/yaml"`
}

// Resolve refuses a body that says it is no scenario.
func (in *scenarioInput) Resolve(ctx huma.Context) []error {
	return isOf(ctx, "A scenario is sent as application/yaml or application/json, in UTF-8.", yamlType, jsonType)
}

type scenarioOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     Run
}

type scenariosInput struct {
	RunPath
	PageQuery
}

func (s *Server) registerScenarios() {
	answer := func(description string) *huma.Response {
		return &huma.Response{
			Description: description,
			Content:     map[string]*huma.MediaType{jsonType: {Schema: schemaOf[Run](s)}},
			Headers:     map[string]*huma.Param{"Location": {Description: "Where the run is.", Schema: &huma.Schema{Type: huma.TypeString}}},
		}
	}
	body := &huma.RequestBody{Required: true, Description: "The scenario.", Content: map[string]*huma.MediaType{}}
	register(s, Member, huma.Operation{
		OperationID: "start-scenario", Method: http.MethodPost, Path: runsPath + "/{id}/scenarios", Tags: []string{tagRuns},
		Summary: "Run a scenario",
		Description: "Puts a new run into the queue: the market and policy of a finished run, changed by the scenario, and what that changes. " +
			"Everything wrong with the scenario is told at once, each thing with its line. Whether each change touches anything of this " +
			"market shows when the run begins; where one does not, the run fails and says which line.\n\n" +
			"A scenario of a scenario's run adds to it, up to 9 on top of each other. " +
			"The same scenario again answers 200 with the run that is there; another of the same name is refused, unless the run with that name came to nothing.",
		RequestBody: body, DefaultStatus: http.StatusAccepted, MaxBodyBytes: min(s.options.MaxBody, datasets.MaxScenario), BodyReadTimeout: s.options.Timeout,
		Responses: map[string]*huma.Response{"202": answer("Queued"), "200": answer("The same scenario has a run already")},
		Errors: []int{
			http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge,
			http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		},
	}, s.startScenario)
	// Only now: what huma knows of JSON it reads itself, and would tell one fault without its line.
	body.Content[yamlType].Example = scenarioExample
	body.Content[jsonType] = &huma.MediaType{Schema: schemaOf[ScenarioRequest](s)}

	type listOutput struct{ Body RunPage }
	register(s, Public, huma.Operation{
		OperationID: "list-scenarios", Method: http.MethodGet, Path: runsPath + "/{id}/scenarios", Tags: []string{tagRuns},
		Summary: "List a run's scenarios", Description: "The runs that go on from it, the newest first; those that go on from one of these are listed there.",
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *scenariosInput) (*listOutput, error) {
		base, err := s.run(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		list, err := s.store.Scenarios(ctx, base.ID, in.request())
		if err != nil {
			return nil, err
		}
		return &listOutput{RunPage{mapped(list.Items, runOf), list.Next}}, nil
	})

	register(s, Public, huma.Operation{
		OperationID: "get-scenario", Method: http.MethodGet, Path: runsPath + "/{id}/scenario", Tags: []string{tagRuns},
		Summary: "Take a run's scenario", Description: "The file as it was sent, without those of its base.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The scenario", Content: map[string]*huma.MediaType{yamlType: {Schema: &huma.Schema{Type: huma.TypeString}}},
		}},
		Errors: []int{http.StatusNotFound},
	}, s.scenario)
}

func (s *Server) startScenario(ctx context.Context, in *scenarioInput) (*scenarioOutput, error) {
	base, err := s.run(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	// The year says who is in a bloc, and nothing about what is wrong; the worker reads the scenario for the market's own.
	read, err := datasets.ReadScenario(in.RawBody, scenarioFile, strconv.Itoa(s.options.Clock().Year()))
	if err != nil {
		return nil, err
	}
	n := store.NewScenario{
		Base: base.ID, Owner: s.options.Owner, Scenario: store.Scenario{Name: read.Name, Title: read.Title, Text: string(in.RawBody)},
	}
	if base.Title != "" {
		var ok bool
		if n.Title, ok = datasets.Title(base.Title + ": " + read.Title); !ok {
			n.Title = read.Title
		}
	}
	run, created, err := s.store.CreateScenario(ctx, n)
	if err != nil {
		return nil, err
	}
	out := &scenarioOutput{Status: http.StatusOK, Location: runsPath + "/" + run.ID, Body: runOf(run)}
	if created {
		out.Status = http.StatusAccepted
		s.wake()
	}
	return out, nil
}

func (s *Server) scenario(ctx context.Context, in *RunPath) (*streamOutput, error) {
	run, err := s.run(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.store.ScenariosOf(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, problem("not-found", "Run "+run.ID+" is of no scenario: it is its market as it is.")
	}
	own := list[len(list)-1]
	return s.file(ctx, yamlType, own.Name+".yaml", func(w io.Writer) error {
		if _, err := io.WriteString(w, own.Text); err != nil {
			return fmt.Errorf("write the scenario: %w", err)
		}
		return nil
	}), nil
}
