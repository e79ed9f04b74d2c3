package api

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/negotiation"
)

const (
	jsonType = "application/json"
	csvType  = "text/csv; charset=utf-8"
	textType = "text/plain; charset=utf-8"
	yamlType = "application/yaml"
)

// FormQuery asks for a form of the answer: by name, which a link can carry, or by the Accept header.
type FormQuery struct {
	Format string `query:"format" enum:"json,csv" doc:"The form of the answer; the Accept header decides if absent. CSV without a cursor or limit has every row."`
	accept string
	path   url.URL
}

// Resolve reads what the caller accepts, and where the next page will be.
func (in *FormQuery) Resolve(ctx huma.Context) []error {
	in.accept, in.path = ctx.Header("Accept"), ctx.URL()
	return nil
}

// csv is whether the caller wants CSV.
func (in *FormQuery) csv() bool {
	return in.Format == "csv" || in.Format == "" && prefers(in.accept, "text/csv")
}

// prefers is whether an Accept header likes the form better than JSON, which is what a caller gets who likes anything.
func prefers(accept, form string) bool {
	return negotiation.SelectQValue(accept, []string{jsonType, form}) == form
}

// next is the Link header that leads to the next page.
func (in *FormQuery) next(cursor string) string {
	if cursor == "" {
		return ""
	}
	query := in.path.Query()
	query.Set("cursor", cursor)
	return fmt.Sprintf(`<%s?%s>; rel="next"`, in.path.EscapedPath(), query.Encode())
}

// streamOutput is an answer written as it is made.
type streamOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Link        string `header:"Link"`
	Body        func(huma.Context)
}

// stream answers with what write writes. The status is out before the first byte, so when something goes wrong half way
// it is logged, and the connection is cut: a caller must not take half a table for a whole one.
func (s *Server) stream(ctx context.Context, contentType string, write func(io.Writer) error) *streamOutput {
	return &streamOutput{ContentType: contentType, Body: s.written(ctx, http.StatusOK, write)}
}

// written is the body of such an answer.
func (s *Server) written(ctx context.Context, status int, write func(io.Writer) error) func(huma.Context) {
	return func(c huma.Context) {
		c.SetStatus(status)
		if err := write(c.BodyWriter()); err != nil {
			if ctx.Err() == nil {
				s.log.ErrorContext(ctx, "answer broken off", slog.String("operation", c.Operation().OperationID), slog.Any("error", err))
			}
			panic(http.ErrAbortHandler)
		}
	}
}

func (s *Server) csvFile(ctx context.Context, name string, write func(io.Writer) error) *streamOutput {
	return s.file(ctx, csvType, name, write)
}

// file answers with a file that a browser keeps under the name.
func (s *Server) file(ctx context.Context, contentType, name string, write func(io.Writer) error) *streamOutput {
	out := s.stream(ctx, contentType, write)
	out.Disposition = `attachment; filename="` + name + `"`
	return out
}

func (s *Server) jsonValue(ctx context.Context, v any, link string) *streamOutput {
	out := s.stream(ctx, jsonType, func(w io.Writer) error { return writeJSON(w, v) })
	out.Link = link
	return out
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// tabular describes an answer that comes as JSON or as CSV.
func tabular[T any](s *Server) map[string]*huma.Response {
	text := &huma.Schema{Type: huma.TypeString}
	return map[string]*huma.Response{"200": {
		Description: "A page of rows; as CSV, every row unless a cursor or limit is given",
		Content:     map[string]*huma.MediaType{jsonType: {Schema: schemaOf[T](s)}, csvType: {Schema: text}},
		Headers:     map[string]*huma.Param{"Link": {Description: "Where the next page is, as rel=\"next\".", Schema: text}},
	}}
}

// writeRows writes a table as CSV.
func writeRows(w io.Writer, columns []string, rows func(yield func([]string) bool)) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	for row := range rows {
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}
