package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/formats"
)

const (
	importsPath = "/v1/imports"
	rawType     = "application/octet-stream"
)

// Import is a file that was taken in.
type Import struct {
	ID       string    `json:"id"`
	FileName string    `json:"file_name,omitempty" doc:"What its sender calls it."`
	Bytes    int64     `json:"bytes" doc:"How many bytes were sent."`
	SHA256   string    `json:"sha256" doc:"Of the bytes."`
	Layout   string    `json:"layout,omitempty" doc:"The layout it was read by; absent where it has the program's own columns."`
	Findings int64     `json:"findings" doc:"How many things were found while it was read."`
	Owner    string    `json:"owner"`
	Created  time.Time `json:"created"`
	Datasets []Dataset `json:"datasets" nullable:"false" doc:"What came of it."`
}

func importOf(i store.Import) Import {
	return Import{i.ID, i.FileName, i.Bytes, i.SHA256, i.Layout, i.Findings, i.Owner, i.Created, mapped(i.Datasets, datasetOf)}
}

// ImportResult is the answer to a file that was sent.
type ImportResult struct {
	DryRun  bool    `json:"dry_run" doc:"True if nothing was stored because the request said so."`
	Created bool    `json:"created" doc:"True if a dataset is new; false if all the rows were there already, or for a dry run."`
	Reading Reading `json:"reading"`
	Import  *Import `json:"import,omitempty" doc:"What was stored; absent for a dry run."`
}

// ImportRead is an import with how it was read.
type ImportRead struct {
	Import
	Reading Reading `json:"reading"`
}

// ImportPage is one page of a list.
type ImportPage struct {
	Items []Import `json:"items" nullable:"false"`
	Next  string   `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

// importInput takes the body as a stream, whatever it says it is: what it is, its content tells.
type importInput struct {
	Layout   string `query:"layout" maxLength:"100" doc:"The layout to read it by, one that is ready or that you keep; absent: one is proposed, and nothing is stored by one that leaves something to be decided." example:"no-nav-shortage"`
	FileName string `query:"file_name" maxLength:"200" doc:"What the file is called."`
	Name     string `query:"name" maxLength:"200" doc:"What to call the datasets; the file's name if absent."`
	DryRun   bool   `query:"dry_run" doc:"Only read and check: answer what would be stored, and store nothing."`
	Replaces string `query:"replaces" maxLength:"100" doc:"The dataset that what is sent is the next version of. It stays, as replaced."`
	Format   string `query:"format" enum:"json,csv" doc:"csv, of a dry run only: all findings as a file, and nothing else."`
	body     io.Reader
}

// Resolve takes the body's stream.
func (in *importInput) Resolve(ctx huma.Context) []error {
	in.body = upload{humagin.Unwrap(ctx).Request.Body}
	if in.Format == "csv" && !in.DryRun {
		return []error{problem(slugInvalid, "The findings come as CSV of a dry run only; of what is stored take them from its import's findings.")}
	}
	return nil
}

type importOutput struct {
	Status      int
	Location    string `header:"Location"`
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        func(huma.Context)
}

type findingsInput struct {
	ID string `path:"id" maxLength:"100"`
	PageQuery
	FormQuery
	Severity string `query:"severity" enum:"error,warning,note" doc:"One severity; all if absent."`
	Kind     string `query:"kind" maxLength:"40" doc:"One kind; all if absent." example:"suppressed"`
}

type rawOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Length      int64  `header:"Content-Length"`
	Body        func(huma.Context)
}

func (s *Server) registerImports() {
	answer := func(description string) *huma.Response {
		return &huma.Response{
			Description: description,
			Content:     map[string]*huma.MediaType{jsonType: {Schema: schemaOf[ImportResult](s)}},
			Headers:     map[string]*huma.Param{"Location": {Schema: &huma.Schema{Type: huma.TypeString}}},
		}
	}
	same := answer("All the rows were there already, or the request asked for a dry run: then as CSV too, with all findings")
	same.Content[csvType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	register(s, Member, huma.Operation{
		OperationID: "import-file", Method: http.MethodPost, Path: importsPath, Tags: []string{tagImports},
		Summary: "Import a file as it was published",
		Description: "The body is the file: delimited text, a workbook, SDMX, JSON-stat, position openings, also packed by gzip or zip. What it is, is told by its content. " +
			"It is read by a layout into tables of a market, and the answer says what was understood, and everything that was found.\n\n" +
			"All of it is stored or nothing: the bytes, the datasets, the findings. Errors among the findings come back as problems, and nothing is stored. " +
			"Content is stored once: sending the same again answers 200 with what is there; a dataset that was withdrawn is current again.",
		RequestBody: &huma.RequestBody{
			Required: true, Description: "The file.",
			Content: map[string]*huma.MediaType{rawType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		},
		DefaultStatus: http.StatusCreated,
		Responses:     map[string]*huma.Response{"201": answer("Stored"), "200": same},
		Errors: []int{
			http.StatusBadRequest, http.StatusRequestTimeout, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity,
		},
	}, s.importFile)

	type listOutput struct{ Body ImportPage }
	register(s, Member, huma.Operation{
		OperationID: "list-imports", Method: http.MethodGet, Path: importsPath, Tags: []string{tagImports},
		Summary: "List imports", Description: "The newest first, tables that were sent as such among them.", Errors: []int{http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *PageQuery) (*listOutput, error) {
		list, err := s.store.Imports(ctx, in.request())
		if err != nil {
			return nil, err
		}
		return &listOutput{ImportPage{mapped(list.Items, importOf), list.Next}}, nil
	})

	type oneOutput struct{ Body ImportRead }
	register(s, Member, huma.Operation{
		OperationID: "get-import", Method: http.MethodGet, Path: importsPath + "/{id}", Tags: []string{tagImports},
		Summary: "See an import", Description: "What was understood when it was read, by which layout, and what came of it.", Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *idInput) (*oneOutput, error) {
		i, err := s.store.Import(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out := &oneOutput{ImportRead{Import: importOf(i)}}
		if err := json.Unmarshal([]byte(i.Account), &out.Body.Reading); err != nil {
			return nil, fmt.Errorf("read how import %s was read: %w", i.ID, err)
		}
		if l := out.Body.Reading.Layout; l != nil {
			l.Text = i.LayoutText
		}
		return out, nil
	})

	register(s, Member, huma.Operation{
		OperationID: "get-import-raw", Method: http.MethodGet, Path: importsPath + "/{id}/raw", Tags: []string{tagImports},
		Summary: "Take the file an import was made of", Description: "Byte for byte as it was sent.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The file", Content: map[string]*huma.MediaType{rawType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		}},
		Errors: []int{http.StatusNotFound},
	}, s.importRaw)

	responses := tabular[ListPage[Finding]](s)
	responses["200"].Description = "A page of findings; as CSV, every one unless a cursor or limit is given"
	register(s, Member, huma.Operation{
		OperationID: "list-import-findings", Method: http.MethodGet, Path: importsPath + "/{id}/findings", Tags: []string{tagImports},
		Summary: "List what was found in an import", Description: "Every finding. The import itself shows the first 1,000, the gravest and largest first.",
		Responses: responses, Errors: []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusUnprocessableEntity},
	}, s.findings)
}

func (s *Server) importFile(ctx context.Context, in *importInput) (*importOutput, error) {
	start := s.options.Clock()
	raw, err := s.store.NewRaw()
	if err != nil {
		return nil, err
	}
	taken := s.store.NewIncoming()
	letGo := func() error { return errors.Join(taken.Close(), raw.Close()) }
	result, err := s.takeIn(ctx, in, raw, taken)
	s.imported(&result, err, s.options.Clock().Sub(start))
	if err != nil {
		return nil, errors.Join(told(err), letGo())
	}
	out := &importOutput{Status: http.StatusOK, ContentType: jsonType}
	if in.Format == "csv" {
		out.ContentType, out.Disposition = csvType, attachment("findings.csv")
		out.Body = s.written(ctx, out.Status, func(w io.Writer) error { return errors.Join(writeFindings(w, taken.Findings()), letGo()) })
		return out, nil
	}
	if err := letGo(); err != nil {
		return nil, err
	}
	if result.Created {
		out.Status = http.StatusCreated
	}
	if result.Import != nil {
		out.Location = importsPath + "/" + result.Import.ID
	}
	out.Body = s.written(ctx, out.Status, func(w io.Writer) error { return writeJSON(w, result) })
	return out, nil
}

// mostReaders is how many files are read at once; others wait. Each may take a process, and memory for what it has to
// remember of its rows.
const mostReaders = 4

// takeIn receives a file, reads it, and stores it unless the request says not to. The result has what was understood as far
// as that came.
func (s *Server) takeIn(ctx context.Context, in *importInput, raw *store.Raw, taken *store.Incoming) (result ImportResult, err error) {
	result.DryRun = in.DryRun
	if _, err := io.Copy(raw, in.body); err != nil {
		return result, err
	}
	select {
	case s.readers <- struct{}{}:
		defer func() { <-s.readers }()
	case <-ctx.Done():
		return result, ctx.Err()
	}
	replaces, err := s.replaced(ctx, in.Replaces)
	if err != nil {
		return result, err
	}
	name := cmp.Or(in.FileName, "the file")
	p, text, doc, err := s.openFile(ctx, formats.File{Name: name, Content: raw, Size: raw.Size()}, in.Layout)
	if err != nil {
		return result, err
	}
	if len(p.Doubts) > 0 && !in.DryRun {
		return result, undecided(p)
	}
	x, err := s.readBy(ctx, p, text, doc, replaces, taken)
	if err != nil {
		return result, err
	}
	if result.Reading = *x; in.DryRun {
		return result, nil
	}
	if x.Refused {
		return result, x.refusing(name)
	}
	if taken.Rows() == 0 {
		return result, &datasets.Problems{List: []datasets.Problem{{
			File: name, What: "has no row to store", Hint: "A dry run says what became of each of its rows",
		}}}
	}
	account, err := x.account()
	if err != nil {
		return result, err
	}
	made, created, err := s.store.AddImport(ctx, store.NewImport{
		Owner: s.options.Owner, Name: cmp.Or(in.Name, in.FileName), FileName: in.FileName, Raw: raw,
		Layout: p.Layout.ID, LayoutText: text, Account: account, Replaces: in.Replaces,
	}, taken)
	if err != nil {
		return result, err
	}
	shown := importOf(made)
	result.Import, result.Created = &shown, created
	return result, nil
}

// account is a reading as it is kept with its import; the layout's text is kept beside it.
func (x *Reading) account() (string, error) {
	short := *x
	if x.Layout != nil {
		layout := *x.Layout
		layout.Text = ""
		short.Layout = &layout
	}
	text, err := json.Marshal(short)
	if err != nil {
		return "", fmt.Errorf("write how a file was read: %w", err)
	}
	return string(text), nil
}

// replaced is the dataset that is to be replaced; nil if none is named.
func (s *Server) replaced(ctx context.Context, id string) (*store.Dataset, error) {
	if id == "" {
		return nil, nil //nolint:nilnil // none is asked for
	}
	d, err := s.store.Dataset(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, problem(slugInvalid, "There is nothing to replace.", Fault{
			Place: "query.replaces", Value: shortened(id), What: "There is no such dataset.", Hint: "Use an id that GET /v1/datasets lists.",
		})
	}
	return &d, err
}

// imported measures an import, by the tables it has.
func (s *Server) imported(result *ImportResult, err error, took time.Duration) {
	for _, t := range result.Reading.Tables {
		rows, bad := t.Rows, 0
		if err != nil || result.DryRun {
			rows = 0
		}
		for _, f := range result.Reading.Findings {
			if f.Table == t.File && f.Severity == "error" {
				bad++
			}
		}
		s.options.Metrics.ingested(t.File, rows, bad, took)
	}
	if len(result.Reading.Tables) == 0 {
		s.options.Metrics.ingested("none", 0, 1, took) // it was not even read
	}
}

func (s *Server) importRaw(ctx context.Context, in *idInput) (*rawOutput, error) {
	i, err := s.store.Import(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &rawOutput{
		rawType, attachment(cmp.Or(i.FileName, i.ID)), i.Bytes,
		s.written(ctx, http.StatusOK, func(w io.Writer) error { return s.store.WriteRaw(ctx, w, i) }),
	}, nil
}

// attachment makes a browser keep what comes as a file of that name, in whatever letters it is.
func attachment(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

func (s *Server) findings(ctx context.Context, in *findingsInput) (*streamOutput, error) {
	i, err := s.store.Import(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	fetch := func(p store.PageRequest) (store.Page[store.Finding], error) {
		return s.store.Findings(ctx, i.ID, store.FindingQuery{Severity: in.Severity, Kind: in.Kind}, p)
	}
	if in.csv() && in.PageQuery == (PageQuery{}) {
		return s.csvFile(ctx, "findings.csv", func(w io.Writer) error { return writeFindings(w, store.All(fetch)) }), nil
	}
	return answer(ctx, s, in.PageQuery, &in.FormQuery, "findings.csv", fetch,
		func(f store.Finding) store.Finding { return f },
		func(items []store.Finding, next string) any { return ListPage[Finding]{mapped(items, findingOf), next} },
		func(w io.Writer, items []store.Finding) error {
			return writeFindings(w, func(yield func(store.Finding, error) bool) {
				for _, f := range items {
					if !yield(f, nil) {
						return
					}
				}
			})
		})
}
