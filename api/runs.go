package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/api/store"
	"labourmatch/datasets"
)

const runsPath = "/v1/runs"

// currentRun stands, where a run's identifier is asked for, for the run that is published.
const currentRun = "current"

// Run is a market solved, or to be solved, under a policy.
type Run struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Datasets   []string          `json:"datasets" nullable:"false" doc:"The tables of its market."`
	Outdated   []OutdatedDataset `json:"outdated,omitempty" nullable:"false" doc:"Those of its tables that were replaced or withdrawn since; its results stay as they are."`
	Level      int               `json:"level" doc:"ISCO digits it was asked to be solved at; 0 is the finest level the data have."`
	Order      string            `json:"order,omitempty" doc:"The objective's order it was asked for; absent is the policy's."`
	Policy     string            `json:"policy,omitempty" doc:"The policy it was given, as policy.yaml or JSON; absent is the default policy."`
	Base       string            `json:"base,omitempty" doc:"Of the run of a scenario: the run whose market it changes. Datasets, policy, level and order are that run's."`
	Scenario   *RunScenario      `json:"scenario,omitempty" doc:"What the run of a scenario is called."`
	State      string            `json:"state" enum:"queued,running,done,failed,cancelled,interrupted" doc:"queued, running, and then one of the others, which are final."`
	Phase      string            `json:"phase,omitempty" doc:"What it is doing."`
	Progress   float64           `json:"progress" minimum:"0" maximum:"1" doc:"The share of the work that is done."`
	Error      string            `json:"error,omitempty" doc:"Why it failed, was cancelled or interrupted."`
	Cancelling bool              `json:"cancelling,omitempty" doc:"True if it was asked to stop and has not yet."`
	Current    bool              `json:"current" doc:"True for the published run, which the first page and the metrics show."`
	Owner      string            `json:"owner"`
	Visibility string            `json:"visibility" enum:"private,shared,released" doc:"Who besides the owner is meant to see it; not enforced yet."`
	Created    time.Time         `json:"created"`
	Started    *time.Time        `json:"started,omitempty"`
	Finished   *time.Time        `json:"finished,omitempty"`
}

// OutdatedDataset is a table of a run that is not current any more.
type OutdatedDataset struct {
	ID         string    `json:"id"`
	State      string    `json:"state" enum:"replaced,withdrawn"`
	ReplacedBy string    `json:"replaced_by,omitempty" doc:"The dataset that replaced it."`
	Reason     string    `json:"reason,omitempty" doc:"Why it was withdrawn."`
	At         time.Time `json:"at"`
}

func runOf(r store.Run) Run {
	moment := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	var scenario *RunScenario
	if r.Base != "" {
		scenario = &RunScenario{r.Scenario.Name, r.Scenario.Title}
	}
	return Run{
		ID: r.ID, Base: r.Base, Scenario: scenario, Title: r.Title, Datasets: append([]string{}, r.Datasets...),
		Outdated: mapped(r.Outdated, func(o store.Outdated) OutdatedDataset {
			return OutdatedDataset{o.ID, string(o.State), o.ReplacedBy, o.Reason, o.At}
		}),
		Level: r.Level, Order: r.Order, Policy: r.Policy,
		State: string(r.State), Phase: r.Phase, Progress: r.Progress, Error: r.Error,
		Cancelling: r.CancelRequested && !r.State.Final(), Current: r.Current, Owner: r.Owner, Visibility: string(r.Visibility),
		Created: r.Created, Started: moment(r.Started), Finished: moment(r.Finished),
	}
}

// RunRequest says what is to be run.
type RunRequest struct {
	_        struct{}       `additionalProperties:"false"`
	Datasets []string       `json:"datasets" nullable:"false" minItems:"1" maxItems:"50" uniqueItems:"true" doc:"Identifiers of the market's tables; vacancies and workers must be among them."`
	Title    string         `json:"title,omitempty" maxLength:"200" doc:"What to call the run; the market's own title if absent."`
	Level    int            `json:"level,omitempty" minimum:"0" maximum:"4" doc:"ISCO digits to solve at; 0 or absent is the finest level the data have."`
	Order    string         `json:"order,omitempty" enum:"home-first,fill-first,value" doc:"Which term of the objective comes first; the policy's if absent."`
	Policy   map[string]any `json:"policy,omitempty" doc:"Numbers of the policy by their names in policy.yaml, each a number, or an object with value, unit, source and date."`
}

// RunPage is one page of a list.
type RunPage struct {
	Items []Run  `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

type runOutput struct{ Body Run }

type startInput struct{ Body RunRequest }

type startOutput struct {
	Location string `header:"Location"`
	Body     Run
}

// RunPath names a run.
type RunPath struct {
	ID string `path:"id" maxLength:"100" doc:"The run; current stands for the published one."`
}

func (s *Server) registerRuns() {
	register(s, Member, huma.Operation{
		OperationID: "start-run", Method: http.MethodPost, Path: runsPath, Tags: []string{tagRuns},
		Summary:       "Start a run",
		Description:   "The run is put into the queue and solved in the background; look at it under the Location given. What is wrong with the request is told before it is queued.",
		DefaultStatus: http.StatusAccepted, MaxBodyBytes: s.options.MaxBody, BodyReadTimeout: s.options.Timeout,
		Errors: []int{http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity},
	}, s.start)

	type listOutput struct{ Body RunPage }
	register(s, Public, huma.Operation{
		OperationID: "list-runs", Method: http.MethodGet, Path: runsPath, Tags: []string{tagRuns},
		Summary: "List runs", Description: "The newest first.", Errors: []int{http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *PageQuery) (*listOutput, error) {
		list, err := s.store.Runs(ctx, in.request())
		if err != nil {
			return nil, err
		}
		return &listOutput{RunPage{mapped(list.Items, runOf), list.Next}}, nil
	})

	register(s, Public, huma.Operation{
		OperationID: "get-run", Method: http.MethodGet, Path: runsPath + "/{id}", Tags: []string{tagRuns},
		Summary: "See a run", Description: "Its state, and how far it is.", Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *RunPath) (*runOutput, error) {
		run, err := s.run(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &runOutput{runOf(run)}, nil
	})

	register(s, Member, huma.Operation{
		OperationID: "publish-run", Method: http.MethodPost, Path: runsPath + "/{id}/publish", Tags: []string{tagRuns},
		Summary: "Publish a run", Description: "Makes a finished run the current one, which the first page and the metrics show, in place of the one before.",
		Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *idInput) (*runOutput, error) {
		run, err := s.store.PublishRun(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &runOutput{runOf(run)}, s.Refresh(ctx)
	})

	register(s, Member, huma.Operation{
		OperationID: "cancel-run", Method: http.MethodPost, Path: runsPath + "/{id}/cancel", Tags: []string{tagRuns},
		Summary: "Cancel a run", Description: "One that waits is cancelled at once; one that runs stops at its next step.",
		DefaultStatus: http.StatusAccepted, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *idInput) (*runOutput, error) {
		run, err := s.store.RequestCancel(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		s.wake()
		return &runOutput{runOf(run)}, nil
	})
}

// run finds a run by its identifier, or the published one.
func (s *Server) run(ctx context.Context, id string) (store.Run, error) {
	if id == currentRun {
		return s.store.CurrentRun(ctx)
	}
	return s.store.Run(ctx, id)
}

func (s *Server) wake() {
	if s.options.Wake != nil {
		s.options.Wake()
	}
}

func (s *Server) start(ctx context.Context, in *startInput) (*startOutput, error) {
	request := in.Body
	if err := s.checkDatasets(ctx, request.Datasets); err != nil {
		return nil, err
	}
	policy, err := policyText(request.Policy)
	if err != nil {
		return nil, err
	}
	run, err := s.store.CreateRun(ctx, store.NewRun{
		Owner: s.options.Owner, Title: request.Title, Datasets: request.Datasets,
		Policy: policy, Level: request.Level, Order: request.Order,
	})
	if err != nil {
		return nil, err
	}
	s.wake()
	return &startOutput{Location: runsPath + "/" + run.ID, Body: runOf(run)}, nil
}

// checkDatasets finds everything wrong with the tables named for a run.
func (s *Server) checkDatasets(ctx context.Context, ids []string) error {
	var faults []Fault
	have := map[string]bool{}
	for i, id := range ids {
		d, err := s.store.Dataset(ctx, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			faults = append(faults, Fault{
				Place: fmt.Sprintf("body.datasets[%d]", i), Value: shortened(id), What: "There is no such dataset.",
				Hint: "Use the id that sending the table gave, or one that GET /v1/datasets lists.",
			})
		case err != nil:
			return err
		default:
			if d.File == datasets.ShortageFile && have[d.File] {
				faults = append(faults, Fault{
					Place: fmt.Sprintf("body.datasets[%d]", i), Value: shortened(id), What: "It is a second rule of shortages.",
					Hint: "A market has one; leave one of the two out.",
				})
			}
			have[d.File] = true
		}
	}
	for _, t := range datasets.Tables() {
		if t.Required && !have[t.File] && len(faults) == 0 {
			faults = append(faults, Fault{
				Place: "body.datasets", What: "No dataset of " + t.File + " is among them.",
				Hint: "Send one with POST /v1/datasets?file=" + t.File + " and name its id here.",
			})
		}
	}
	if len(faults) > 0 {
		return problem(slugInvalid, "The run cannot be made of these datasets; see `errors`.", faults...)
	}
	return nil
}

// policyText checks the numbers of a policy and gives them as the text a run keeps; JSON is YAML too.
func policyText(numbers map[string]any) (string, error) {
	if len(numbers) == 0 {
		return "", nil
	}
	text, err := json.Marshal(numbers)
	if err != nil {
		return "", fmt.Errorf("write the policy: %w", err)
	}
	if _, err := datasets.ReadPolicy(text, "policy"); err != nil {
		return "", err
	}
	return string(text), nil
}
