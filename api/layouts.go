package api

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/intake"
)

const (
	layoutsPath = "/v1/layouts"
	maxLayout   = 1 << 20 // bytes, as many as package intake reads
)

// LayoutEntry is a layout that files can be read by.
type LayoutEntry struct {
	ID      string     `json:"id" doc:"What imports name it by."`
	Title   string     `json:"title,omitempty"`
	Ready   bool       `json:"ready" doc:"True if it comes with the program."`
	Owner   string     `json:"owner,omitempty" doc:"Who keeps it; absent of those that come with the program."`
	Created *time.Time `json:"created,omitempty"`
}

// LayoutPage is one page of the layouts that are kept, and those that come with the program.
type LayoutPage struct {
	Ready []LayoutEntry `json:"ready" nullable:"false" doc:"Those that come with the program, on every page."`
	Items []LayoutEntry `json:"items" nullable:"false" doc:"Those you keep."`
	Next  string        `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

func layoutOf(l store.Layout) LayoutEntry {
	return LayoutEntry{ID: l.ID, Title: l.Title, Owner: l.Owner, Created: &l.Created}
}

const layoutExample = `id: nurses
source: Made up
date: "2024-05-31"
licence: CC0-1.0
numbers: {decimal: ",", thousands: "."}
tables:
  - file: vacancies.csv
    columns:
      region: {column: Land, map: {Bavaria: DE-BY, Berlin: DE-BE}}
      occupation: {column: Occupation, from: isco08, inside: true}
      period: "2024"
      kind: stock
      count: {column: Open posts}
`

type layoutInput struct {
	RawBody []byte `contentType:"application/yaml"`
}

// Resolve refuses a body that says it is no layout.
func (in *layoutInput) Resolve(ctx huma.Context) []error {
	return isOf(ctx, "A layout is sent as application/yaml, in UTF-8.", yamlType)
}

type layoutOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     LayoutEntry
}

func (s *Server) registerLayouts() {
	answer := func(description string) *huma.Response {
		return &huma.Response{
			Description: description,
			Content:     map[string]*huma.MediaType{jsonType: {Schema: schemaOf[LayoutEntry](s)}},
			Headers:     map[string]*huma.Param{"Location": {Schema: &huma.Schema{Type: huma.TypeString}}},
		}
	}
	register(s, Member, huma.Operation{
		OperationID: "keep-layout", Method: http.MethodPost, Path: layoutsPath, Tags: []string{tagImports},
		Summary: "Keep a layout",
		Description: "The body is a layout as YAML, as docs/import.md describes it. Everything wrong with it comes back at once.\n\n" +
			"A layout that is kept never changes, since imports rest on it: the same text again answers 200, another text of the same id is refused. Give it a new id.",
		RequestBody: &huma.RequestBody{
			Required: true, Description: "The layout.", Content: map[string]*huma.MediaType{yamlType: {Example: layoutExample}},
		},
		DefaultStatus: http.StatusCreated, MaxBodyBytes: min(s.options.MaxBody, maxLayout), BodyReadTimeout: s.options.Timeout,
		Responses: map[string]*huma.Response{"201": answer("Kept"), "200": answer("The same layout is kept already")},
		Errors: []int{
			http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		},
	}, s.keepLayout)

	type listOutput struct{ Body LayoutPage }
	register(s, Member, huma.Operation{
		OperationID: "list-layouts", Method: http.MethodGet, Path: layoutsPath, Tags: []string{tagImports},
		Summary: "List layouts", Description: "Those that come with the program and those you keep, by their ids.", Errors: []int{http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *PageQuery) (*listOutput, error) {
		list, err := s.store.Layouts(ctx, s.options.Owner, in.request())
		if err != nil {
			return nil, err
		}
		ready := mapped(intake.Ready(), func(l *intake.Layout) LayoutEntry { return LayoutEntry{ID: l.ID, Title: l.Title, Ready: true} })
		return &listOutput{LayoutPage{ready, mapped(list.Items, layoutOf), list.Next}}, nil
	})

	register(s, Member, huma.Operation{
		OperationID: "get-layout", Method: http.MethodGet, Path: layoutsPath + "/{id}", Tags: []string{tagImports},
		Summary: "Take a layout", Description: "As YAML, to start one of your own from.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The layout", Content: map[string]*huma.MediaType{yamlType: {Schema: &huma.Schema{Type: huma.TypeString}}},
		}},
		Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *idInput) (*streamOutput, error) {
		text, ready := intake.ReadyText(in.ID)
		if !ready {
			l, err := s.store.Layout(ctx, s.options.Owner, in.ID)
			if err != nil {
				return nil, err
			}
			text = []byte(l.Text)
		}
		return s.file(ctx, yamlType, in.ID+".yaml", func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		}), nil
	})
}

// layoutID is what an id of a layout looks like that is kept: it is part of addresses and of names of files.
var layoutID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,98}$`)

func (s *Server) keepLayout(ctx context.Context, in *layoutInput) (*layoutOutput, error) {
	l, err := intake.ReadLayout(in.RawBody, "layout")
	if err != nil {
		return nil, err
	}
	if !layoutID.MatchString(l.ID) {
		return nil, &datasets.Problems{List: []datasets.Problem{{
			File: "layout", Column: "id", Value: l.ID, What: "cannot be part of an address", Hint: "Use small letters, digits and hyphens, such as my-layout-2024",
		}}}
	}
	if _, ready := intake.ReadyByID(l.ID); ready {
		return nil, problem("name-taken", "A layout that comes with the program is called "+l.ID+"; give this one an id of its own, such as my-"+l.ID+".")
	}
	kept, created, err := s.store.KeepLayout(ctx, store.Layout{ID: l.ID, Title: l.Title, Text: string(in.RawBody), Owner: s.options.Owner})
	if err != nil {
		return nil, err
	}
	out := &layoutOutput{Status: http.StatusOK, Location: layoutsPath + "/" + kept.ID, Body: layoutOf(kept)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}
