package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"labourmatch/api/runs"
	"labourmatch/api/store"
	"labourmatch/datasets"
)

// Problem is how every refusal is answered: a problem document of RFC 9457, application/problem+json.
type Problem struct {
	Type   string  `json:"type" doc:"Which kind of problem this is, as a reference into the documentation; stable." example:"/docs#problem-invalid-data"`
	Title  string  `json:"title" doc:"The kind of problem in a few words; the same for every problem of the kind."`
	Status int     `json:"status" doc:"The HTTP status, once more."`
	Detail string  `json:"detail,omitempty" doc:"What is wrong this time and what to do."`
	Errors []Fault `json:"errors,omitempty" nullable:"false" doc:"Everything that is wrong, each with its place."`
	More   int     `json:"more,omitempty" doc:"How many further faults were found that are not listed."`
	retry  int     // seconds after which to ask again, said in a header; 0: nothing is said
}

// Fault is one thing that is wrong with what was sent: of a file by its row and column, of a request by its place.
type Fault struct {
	File   string `json:"file,omitempty" doc:"The file, such as vacancies.csv."`
	Row    int    `json:"row,omitempty" doc:"The line of the file; the line of column names is 1."`
	Column string `json:"column,omitempty" doc:"The column of the file."`
	Place  string `json:"place,omitempty" doc:"The place in the request, such as query.limit or body.datasets[0]."`
	Value  string `json:"value,omitempty" doc:"What was found there, shortened."`
	What   string `json:"what" doc:"What is wrong."`
	Hint   string `json:"hint,omitempty" doc:"What to do."`
}

// Error is the detail, so that a problem can be returned where an error is.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Detail
}

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders makes huma say when to ask again.
func (p *Problem) GetHeaders() http.Header {
	if p.retry == 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(p.retry)}}
}

// ContentType makes huma send a problem as what it is.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// kind is one kind of problem: what callers see of it, and which errors are of it.
type kind struct {
	slug   string
	status int
	title  string
	text   string // what a caller can do, for the documentation
	is     func(error) bool
}

func wraps(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func as[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// The kinds that are answered without an error of another package behind them.
const (
	slugInternal  = "internal"
	slugUndecided = "layout-undecided"
	slugNoRoute   = "no-route"
	slugNoMethod  = "no-method"
	slugInvalid   = "invalid-request"
	slugMediaType = "unsupported-media-type"
	slugNotReady  = "not-ready"
)

// kinds is the one table from errors to statuses: an error is of the first kind that knows it, and of the last if none
// does. Only the sentences of errors listed here reach a caller.
func kinds() []kind {
	return []kind{
		{
			"invalid-data", http.StatusUnprocessableEntity, "The data have problems",
			"Correct what `errors` lists, each with file, row, column, what is wrong and what to do, and send the file again.", as[*datasets.Problems],
		},
		{
			"too-large", http.StatusRequestEntityTooLarge, "The request is too large",
			"Send less at once: sum rows that differ in nothing the program uses.", as[*http.MaxBytesError],
		},
		{
			"not-found", http.StatusNotFound, "There is no such thing",
			"Look at the list for what there is; identifiers are case-sensitive.", wraps(store.ErrNotFound),
		},
		{
			"wrong-state", http.StatusConflict, "Not possible in this state",
			"Look at the `state`: results and publishing need a finished run, cancelling an unfinished one; a new run needs datasets that are not withdrawn.", wraps(store.ErrState),
		},
		{
			"name-taken", http.StatusConflict, "The name is taken",
			"Take another name, or look at what has it; what came to nothing holds no name.", wraps(store.ErrTaken),
		},
		{
			slugInvalid, http.StatusUnprocessableEntity, "The request is not valid",
			"Correct what `errors` or `detail` says. A cursor belongs to one listing and its filters.", wraps(store.ErrInvalid),
		},
		{
			"being-prepared", http.StatusServiceUnavailable, "Being prepared",
			"Ask again after the seconds that the header Retry-After says.", wraps(runs.ErrBusy),
		},
		{
			"beyond-service", http.StatusUnprocessableEntity, "Too large for the service",
			"Take the run's datasets (GET /v1/datasets/{id}/rows) and use the command line on a machine of your own.", wraps(runs.ErrBeyond),
		},
		{
			"slow-body", http.StatusRequestTimeout, "The body came too slowly",
			"Send it again over a faster connection, or in smaller files.",
			func(err error) bool { return as[*bodyError](err) && errors.Is(err, os.ErrDeadlineExceeded) },
		},
		{
			"broken-body", http.StatusBadRequest, "The body broke off",
			"Send it again.", as[*bodyError],
		},
		{
			"timeout", http.StatusServiceUnavailable, "The answer took too long",
			"Try again later, or ask for less: a smaller page, a narrower filter.", wraps(context.DeadlineExceeded),
		},
		{
			"stopped", http.StatusServiceUnavailable, "The request was stopped",
			"The caller went away or the server is stopping; try again.", wraps(context.Canceled),
		},
		{
			slugUndecided, http.StatusUnprocessableEntity, "The layout is not decided",
			"Take the layout from a dry run, decide what `errors` lists, keep it by POST /v1/layouts, and name it.", nil,
		},
		{"malformed", http.StatusBadRequest, "The request cannot be read", "Send a body in the form the operation names.", nil},
		{slugNoRoute, http.StatusNotFound, "There is nothing at this path", "See the operations of this reference.", nil},
		{slugNoMethod, http.StatusMethodNotAllowed, "Not with this method", "Use one of the methods the Allow header names.", nil},
		{"not-acceptable", http.StatusNotAcceptable, "No such form of the answer", "Accept application/json, or text/csv where an operation offers it.", nil},
		{slugMediaType, http.StatusUnsupportedMediaType, "Not this kind of body", "Send the Content-Type that the operation names.", nil},
		{slugNotReady, http.StatusServiceUnavailable, "Not ready", "Try again in a moment.", nil},
		{slugInternal, http.StatusInternalServerError, "Something went wrong on our side", "Try again; the operator finds the cause in the server's log.", nil},
	}
}

// retryAfter is in how many seconds to ask again for what is being prepared.
const retryAfter = 3

// problemOf turns an error into what its caller is told. Whether it is ours to log is the second result: then nothing
// of the error is in the problem.
func problemOf(err error) (_ *Problem, ours bool) {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p, false
	}
	for _, k := range kinds() {
		if k.is == nil || !k.is(err) {
			continue
		}
		p := problem(k.slug, "")
		switch k.slug {
		case "invalid-data":
			data, _ := errors.AsType[*datasets.Problems](err)
			p.Detail, p.Errors, p.More = dataDetail(data), faultsOf(data), data.More
		case "too-large":
			limit, _ := errors.AsType[*http.MaxBytesError](err)
			p.Detail = fmt.Sprintf("The most that can be sent at once is %d bytes.", limit.Limit)
		case "being-prepared":
			p.Detail, p.retry = err.Error(), retryAfter
		case "slow-body", "broken-body", "stopped":
			p.Detail = k.text
		case "timeout":
			p.Detail = k.text
			return p, true
		default:
			p.Detail = err.Error()
		}
		return p, false
	}
	return problem(slugInternal, "The cause is in the server's log; trying again may help."), true
}

// problem makes a problem of the kind with the slug.
func problem(slug, detail string, faults ...Fault) *Problem {
	for _, k := range kinds() {
		if k.slug == slug {
			return &Problem{Type: "/docs#problem-" + slug, Title: k.title, Status: k.status, Detail: detail, Errors: faults}
		}
	}
	panic("api: there is no kind of problem " + slug)
}

func dataDetail(p *datasets.Problems) string {
	if p.Count() == 1 {
		return "One thing in the data is wrong; `errors` says where and what to do."
	}
	return fmt.Sprintf("%d things in the data are wrong; `errors` says where and what to do.", p.Count())
}

func faultsOf(p *datasets.Problems) []Fault {
	faults := make([]Fault, len(p.List))
	for i, x := range p.List {
		faults[i] = Fault{File: x.File, Row: x.Row, Column: x.Column, Value: x.Value, What: x.What, Hint: x.Hint}
	}
	return faults
}

// asProblem is huma's last word on what it writes: the errors it finds itself, in the form of ours.
func asProblem(_ huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	slug := slugOf(model.Status)
	p := problem(slug, "")
	p.Status = model.Status
	if slug == slugInternal {
		p.Detail = "The cause is in the server's log; trying again may help."
		return p, nil
	}
	for _, e := range model.Errors {
		f := Fault{Place: e.Location, What: e.Message}
		if e.Value != nil && e.Location != "body" { // a whole body is not repeated to who sent it
			f.Value = shortened(fmt.Sprint(e.Value))
		}
		p.Errors = append(p.Errors, f)
	}
	p.Detail = model.Detail
	if len(p.Errors) > 0 {
		p.Detail = "See `errors` for each thing that is wrong."
	}
	return p, nil
}

// slugOf is the kind of what huma refuses itself, which it tells by the status alone.
func slugOf(status int) string {
	if status == http.StatusUnprocessableEntity {
		return slugInvalid
	}
	slug := slugInternal
	for _, k := range kinds() {
		if k.status == status && (slug == slugInternal || k.is == nil) {
			slug = k.slug
		}
	}
	return slug
}

func shortened(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// send answers a request outside huma with a problem.
func send(c *gin.Context, p *Problem) {
	c.Header("Content-Type", problemType)
	c.Status(p.Status)
	// The status is out: there is nothing left to tell a caller who does not take the body.
	_ = json.NewEncoder(c.Writer).Encode(p)
	c.Abort()
}
