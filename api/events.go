package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/api/store"
)

// Event is one thing that became of a dataset.
type Event struct {
	Dataset    string    `json:"dataset"`
	Kind       string    `json:"kind" enum:"stored,restored,replaced,withdrawn" doc:"stored: it is new; restored: what was withdrawn or replaced was sent again; replaced: there is a newer version; withdrawn: its owner says it is wrong."`
	ReplacedBy string    `json:"replaced_by,omitempty" doc:"The newer version."`
	Import     string    `json:"import,omitempty" doc:"The import it came with."`
	Reason     string    `json:"reason,omitempty" doc:"Why it was withdrawn."`
	Actor      string    `json:"actor" doc:"Whose doing it was."`
	At         time.Time `json:"at"`
}

func eventOf(e store.Event) Event {
	return Event{e.Dataset, string(e.Kind), e.Other, e.Import, e.Reason, e.Actor, e.At}
}

// EventPage is one page of a list.
type EventPage struct {
	Items []Event `json:"items" nullable:"false"`
	Next  string  `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

// Withdrawal says why a dataset is not to be used any more.
type Withdrawal struct {
	_      struct{} `additionalProperties:"false"`
	Reason string   `json:"reason" minLength:"1" maxLength:"1000" doc:"Why, in a sentence, for those who used it." example:"The source corrected its figures on 3 May."`
}

type withdrawInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body Withdrawal
}

type eventsInput struct {
	ID string `path:"id" maxLength:"100"`
	PageQuery
}

func (s *Server) registerEvents() {
	type oneOutput struct{ Body Dataset }
	register(s, Member, huma.Operation{
		OperationID: "withdraw-dataset", Method: http.MethodPost, Path: datasetsPath + "/{id}/withdraw", Tags: []string{tagDatasets},
		Summary: "Withdraw a dataset",
		Description: "No new run may use it. Nothing is deleted: runs that used it stay, and say that it was withdrawn. " +
			"Sending the same content again makes it current again.",
		MaxBodyBytes: s.options.MaxBody, BodyReadTimeout: s.options.Timeout,
		Errors: []int{
			http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
			http.StatusUnprocessableEntity,
		},
	}, func(ctx context.Context, in *withdrawInput) (*oneOutput, error) {
		d, err := s.store.Withdraw(ctx, in.ID, in.Body.Reason, s.options.Owner)
		if err != nil {
			return nil, err
		}
		return &oneOutput{datasetOf(d)}, nil
	})

	type listOutput struct{ Body EventPage }
	register(s, Member, huma.Operation{
		OperationID: "list-dataset-events", Method: http.MethodGet, Path: datasetsPath + "/{id}/events", Tags: []string{tagDatasets},
		Summary: "List what became of a dataset", Description: "And which others it replaced; the newest first.",
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *eventsInput) (*listOutput, error) {
		list, err := s.store.Events(ctx, in.ID, in.request())
		if err != nil {
			return nil, err
		}
		return &listOutput{EventPage{mapped(list.Items, eventOf), list.Next}}, nil
	})
}
