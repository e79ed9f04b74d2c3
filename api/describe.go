package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/api/web"
)

// Families of operations, in the order the reference lists them.
const (
	tagDatasets = "Datasets"
	tagImports  = "Imports"
	tagRuns     = "Runs"
	tagResults  = "Results"
	tagServer   = "Server"
)

const about = "labourmatch computes, from counts of openings and of available workers, how many openings could be filled along " +
	"the legal ways between regions, and what stays empty. It holds counts, never persons.\n\n" +
	"Send tables (datasets), or files as they are published (imports); start a run of them, read its results when it is done, and publish it to make it the current one. " +
	"Where a run's identifier is asked for, `current` stands for the published run.\n\n" +
	"Lists come in pages: pass `next` back as `cursor`, with the same filters. What is refused is answered with a problem " +
	"document (RFC 9457).\n\n" +
	"Each operation says whom it is meant for (`x-access`: public, member or operator). Nothing enforces that yet: there are no " +
	"identities, so whoever reaches the server may call everything."

// config is huma's, without its pages from elsewhere, its paths and its links to schemas.
func (s *Server) config() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "labourmatch", Version: s.options.Version, Description: about, License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			},
			Tags: []*huma.Tag{
				{Name: tagDatasets, Description: "Tables of a market: openings, workers, channels, wages, fits, safeguards, notes. Their content never changes."},
				{Name: tagImports, Description: "Files as they are published, and the layouts they are read by. What was sent is kept byte for byte."},
				{Name: tagRuns, Description: "A run solves the market of some datasets under a policy, in the background."},
				{Name: tagResults, Description: "What a finished run came to. Nothing is computed while you wait."},
				{Name: tagServer, Description: "For those who run the server."},
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{asProblem},
	}
}

// schemaOf is the schema of a Go type in the document.
func schemaOf[T any](s *Server) *huma.Schema {
	t := reflect.TypeFor[T]()
	return s.huma.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
}

// document is the OpenAPI document, indented.
func (s *Server) document() ([]byte, error) {
	// huma registers its own form of an error, which no answer of ours has.
	delete(s.huma.OpenAPI().Components.Schemas.Map(), "ErrorModel")
	delete(s.huma.OpenAPI().Components.Schemas.Map(), "ErrorDetail")
	compact, err := json.Marshal(s.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", " "); err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// docs writes the reference from the OpenAPI document: plain HTML, which works everywhere and always. The interactive
// reference comes with the dashboard, from its build; where that was not built, this page stays.
func (s *Server) docs() ([]byte, error) {
	doc := s.huma.OpenAPI()
	view := web.Docs{
		Version: s.options.Version, MetricsURL: s.options.MetricsURL,
		Title: "The interface of labourmatch", Description: paragraphs(doc.Info.Description),
	}
	all := operations(doc)
	for _, tag := range doc.Tags {
		group := web.DocsGroup{Name: tag.Name, Text: tag.Description}
		for _, op := range all {
			if slices.Contains(op.Tags, tag.Name) {
				group.Operations = append(group.Operations, describeOperation(op))
			}
		}
		view.Groups = append(view.Groups, group)
	}
	for _, k := range kinds() {
		view.Problems = append(view.Problems, web.DocsProblem{Slug: k.slug, Title: k.title, Status: k.status, Text: k.text})
	}
	schemas := doc.Components.Schemas.Map()
	names := make([]string, 0, len(schemas))
	for name := range schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		view.Schemas = append(view.Schemas, web.DocsSchema{Name: name, Text: schemas[name].Description, Fields: fieldsOf(schemas[name])})
	}
	var out bytes.Buffer
	err := s.pages.Docs(&out, view)
	return out.Bytes(), err
}

func describeOperation(op *huma.Operation) web.DocsOperation {
	view := web.DocsOperation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: paragraphs(op.Description),
		Access: fmt.Sprint(op.Extensions[accessField]),
	}
	for _, p := range op.Parameters {
		text := p.Description
		if text == "" && p.Schema != nil {
			text = p.Schema.Description
		}
		view.Parameters = append(view.Parameters, web.DocsField{Name: p.Name, In: p.In, Type: typeName(p.Schema), Text: text, Required: p.Required})
	}
	if op.RequestBody != nil {
		view.Body = mediaOf(op.RequestBody.Content)
	}
	statuses := make([]string, 0, len(op.Responses))
	for status := range op.Responses {
		statuses = append(statuses, status)
	}
	slices.Sort(statuses) // digits come before letters, so default is last
	for _, status := range statuses {
		r := op.Responses[status]
		text := r.Description
		if n, err := strconv.Atoi(status); err == nil && text == "" {
			text = http.StatusText(n)
		}
		if status == "default" {
			status = "otherwise"
		}
		view.Responses = append(view.Responses, web.DocsResponse{Status: status, Text: text, Media: mediaOf(r.Content)})
	}
	return view
}

func mediaOf(content map[string]*huma.MediaType) []web.DocsMedia {
	var list []web.DocsMedia
	for name, m := range content {
		d := web.DocsMedia{Type: name}
		if m.Schema != nil {
			d.Schema = refName(m.Schema)
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b web.DocsMedia) int { return strings.Compare(a.Type, b.Type) })
	return list
}

func fieldsOf(schema *huma.Schema) []web.DocsField {
	var list []web.DocsField
	for name, p := range schema.Properties {
		list = append(list, web.DocsField{Name: name, Type: typeName(p), Text: p.Description, Required: slices.Contains(schema.Required, name)})
	}
	slices.SortFunc(list, func(a, b web.DocsField) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// typeName writes a schema in a few words.
func typeName(schema *huma.Schema) string {
	switch {
	case schema == nil:
		return ""
	case schema.Ref != "":
		return refName(schema)
	case len(schema.Enum) > 0:
		words := make([]string, len(schema.Enum))
		for i, e := range schema.Enum {
			words[i] = fmt.Sprint(e)
		}
		return strings.Join(words, " | ")
	case schema.Type == huma.TypeArray:
		return "list of " + typeName(schema.Items)
	case schema.Format != "":
		return schema.Type + " (" + schema.Format + ")"
	case schema.Type == "":
		return "any"
	}
	return schema.Type
}

func refName(schema *huma.Schema) string {
	return strings.TrimPrefix(schema.Ref, "#/components/schemas/")
}

func paragraphs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n\n")
}
