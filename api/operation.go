package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Access says whom an operation is meant for. It is written into the OpenAPI document as x-access. Nothing enforces it
// yet: there are no identities, so whoever reaches the listener may call everything.
type Access string

// Whom operations are meant for.
const (
	Public   Access = "public"   // anybody: what is published
	Member   Access = "member"   // somebody of the organisation the data belong to
	Operator Access = "operator" // who runs the server
)

// accessField is the name of the declaration in the OpenAPI document.
const accessField = "x-access"

// register adds an operation. Its errors go through the one table of problem.go, and those that are ours are logged here
// and nowhere else.
func register[I, O any](s *Server, access Access, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	if op.Extensions == nil {
		op.Extensions = map[string]any{}
	}
	op.Extensions[accessField] = string(access)
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses["default"] = &huma.Response{
		Description: "A problem",
		Content:     map[string]*huma.MediaType{problemType: {Schema: schemaOf[Problem](s)}},
	}
	for _, status := range op.Errors {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{problemType: {Schema: schemaOf[Problem](s)}},
		}
	}
	op.Errors = nil // huma would describe them in its own form
	op.SkipValidateParams = false
	op.RejectUnknownQueryParameters = true
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.refuse(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

// refuse turns an error into a problem, and logs it if it is ours.
func (s *Server) refuse(ctx context.Context, doing string, err error) *Problem {
	p, ours := problemOf(err)
	if ours {
		s.log.ErrorContext(ctx, "request failed", slog.String("operation", doing), slog.Any("error", err))
	}
	return p
}

// operations lists every operation of the OpenAPI document in the order of their paths.
func operations(doc *huma.OpenAPI) []*huma.Operation {
	var list []*huma.Operation
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				list = append(list, op)
			}
		}
	}
	slices.SortFunc(list, func(a, b *huma.Operation) int {
		if a.Path != b.Path {
			if a.Path < b.Path {
				return -1
			}
			return 1
		}
		if a.Method < b.Method {
			return -1
		}
		return 1
	})
	return list
}
