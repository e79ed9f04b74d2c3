package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"labourmatch/api/store"
	"labourmatch/datasets"
)

const datasetsPath = "/v1/datasets"

// Dataset is a stored table of a market.
type Dataset struct {
	ID         string    `json:"id" doc:"What runs name it by."`
	File       string    `json:"file" doc:"Which table of a market it is." example:"vacancies.csv"`
	Name       string    `json:"name" doc:"What its owner calls it."`
	Rows       int64     `json:"rows" doc:"How many rows it has."`
	Bytes      int64     `json:"bytes" doc:"How much its rows take, as stored."`
	SHA256     string    `json:"sha256" doc:"Of its rows, cell by cell in canonical text."`
	Owner      string    `json:"owner"`
	Visibility string    `json:"visibility" enum:"private,shared,released" doc:"Who besides the owner is meant to see it; not enforced yet."`
	Created    time.Time `json:"created"`
	State      string    `json:"state" enum:"current,replaced,withdrawn" doc:"current; replaced by a newer version; or withdrawn, so that no new run may use it."`
	ReplacedBy string    `json:"replaced_by,omitempty" doc:"The dataset that replaced it."`
	Reason     string    `json:"reason,omitempty" doc:"Why it was withdrawn."`
}

func datasetOf(d store.Dataset) Dataset {
	return Dataset{
		d.ID, d.File, d.Name, d.Rows, d.Bytes, d.SHA256, d.Owner, string(d.Visibility), d.Created, string(d.State), d.ReplacedBy, d.Reason,
	}
}

// Upload is the answer to a table that was sent.
type Upload struct {
	DryRun  bool     `json:"dry_run" doc:"True if nothing was stored because the request said so."`
	Created bool     `json:"created" doc:"True if the dataset is new; false if the same rows were there already, or for a dry run."`
	Quality Quality  `json:"quality"`
	Dataset *Dataset `json:"dataset,omitempty" doc:"What was stored; absent for a dry run."`
	Import  string   `json:"import,omitempty" doc:"The import that keeps what was sent, byte for byte; absent for a dry run."`
}

// Quality sums up what was read of a table in which nothing is wrong.
type Quality struct {
	File    string   `json:"file"`
	Rows    int64    `json:"rows" doc:"Rows accepted."`
	SHA256  string   `json:"sha256" doc:"Identity of the rows, whatever their order."`
	Columns []Column `json:"columns" nullable:"false" doc:"How the table's columns are filled."`
}

// Column says how a column of a table is filled.
type Column struct {
	Name     string `json:"name"`
	Meaning  string `json:"meaning"`
	Required bool   `json:"required"`
	Filled   int64  `json:"filled" doc:"Rows with something in it."`
	Empty    int64  `json:"empty" doc:"Rows with nothing in it."`
}

// DatasetPage is one page of a list.
type DatasetPage struct {
	Items []Dataset `json:"items" nullable:"false"`
	Next  string    `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

// uploadInput takes the body as a stream: a table may be larger than memory should be.
type uploadInput struct {
	File     string `query:"file" required:"true" enum:"vacancies.csv,workers.csv,channels.csv,wages.csv,fits.csv,safeguards.csv,notes.csv,signals.csv,prices.csv,shortage.yaml" doc:"Which table of a market this is."`
	Name     string `query:"name" maxLength:"200" doc:"What to call it; the file's name if absent."`
	DryRun   bool   `query:"dry_run" doc:"Only read and check: answer what would be stored, and store nothing."`
	Replaces string `query:"replaces" maxLength:"100" doc:"The dataset that what is sent is the next version of. It stays, as replaced."`
	body     io.Reader
}

// Resolve takes the body's stream, if it says it is of the file's kind or says nothing.
func (in *uploadInput) Resolve(ctx huma.Context) []error {
	in.body = upload{humagin.Unwrap(ctx).Request.Body}
	if in.File == datasets.ShortageFile {
		return isOf(ctx, "The rule of shortages is sent as application/yaml, in UTF-8.", yamlType)
	}
	return isOf(ctx, "A table is sent as text/csv, in UTF-8.", "text/csv", "application/csv")
}

// isOf refuses a body that says it is of another kind than those given, or in another encoding than UTF-8.
func isOf(ctx huma.Context, says string, kinds ...string) []error {
	given := ctx.Header("Content-Type")
	kind, params, err := mime.ParseMediaType(given)
	switch {
	case given == "":
	case err != nil, !slices.Contains(kinds, kind):
		return []error{problem(slugMediaType, says)}
	case params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8"):
		return []error{problem(slugMediaType, "The body is said to be in "+shortened(params["charset"])+"; send it in UTF-8.")}
	}
	return nil
}

// upload tells errors of a caller's connection from errors of the database's.
type upload struct{ io.Reader }

func (r upload) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &bodyError{err}
	}
	return n, err
}

// bodyError says that a body did not come to its end.
type bodyError struct{ err error }

func (e *bodyError) Error() string { return "receiving the body: " + e.err.Error() }
func (e *bodyError) Unwrap() error { return e.err }

type uploadOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     Upload
}

// PageQuery asks for one page of a list.
type PageQuery struct {
	Cursor string `query:"cursor" maxLength:"2000" doc:"The next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" doc:"The most items wanted; 100 if absent."`
}

func (in PageQuery) request() store.PageRequest {
	return store.PageRequest{Cursor: in.Cursor, Limit: in.Limit}
}

type datasetsInput struct {
	PageQuery
	State string `query:"state" enum:"current,replaced,withdrawn,all" doc:"Those in one state, or all; current if absent."`
}

type idInput struct {
	ID string `path:"id" maxLength:"100"`
}

func (s *Server) registerDatasets() {
	answer := func(description string) *huma.Response {
		return &huma.Response{
			Description: description,
			Content:     map[string]*huma.MediaType{"application/json": {Schema: schemaOf[Upload](s)}},
			Headers:     map[string]*huma.Param{"Location": {Schema: &huma.Schema{Type: huma.TypeString}}},
		}
	}
	register(s, Member, huma.Operation{
		OperationID: "upload-dataset", Method: http.MethodPost, Path: datasetsPath, Tags: []string{tagDatasets},
		Summary: "Send a table",
		Description: "The body is CSV in UTF-8 with a line of column names; of shortage.yaml it is YAML. Everything wrong with it comes back at once, each thing with row, column and what to do, and nothing is stored.\n\n" +
			"Content is stored once: sending the same rows again answers 200 with the dataset that is there; one that was withdrawn is current again. " +
			"What was sent is kept byte for byte, as an import.",
		RequestBody: &huma.RequestBody{
			Required: true, Description: "The table.",
			Content: map[string]*huma.MediaType{
				"text/csv": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
				yamlType:   {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
			},
		},
		DefaultStatus: http.StatusCreated,
		Responses: map[string]*huma.Response{
			"201": answer("Stored"),
			"200": answer("The same rows were there already, or the request asked for a dry run"),
		},
		Errors: []int{
			http.StatusRequestTimeout, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		},
	}, s.upload)

	type listOutput struct{ Body DatasetPage }
	register(s, Member, huma.Operation{
		OperationID: "list-datasets", Method: http.MethodGet, Path: datasetsPath, Tags: []string{tagDatasets},
		Summary: "List datasets", Description: "The newest first; those that were replaced or withdrawn only if asked for.", Errors: []int{http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *datasetsInput) (*listOutput, error) {
		state := store.DatasetState(cmp.Or(in.State, string(store.DatasetCurrent)))
		if in.State == "all" {
			state = ""
		}
		list, err := s.store.Datasets(ctx, state, in.request())
		if err != nil {
			return nil, err
		}
		return &listOutput{DatasetPage{mapped(list.Items, datasetOf), list.Next}}, nil
	})

	type oneOutput struct{ Body Dataset }
	register(s, Member, huma.Operation{
		OperationID: "get-dataset", Method: http.MethodGet, Path: datasetsPath + "/{id}", Tags: []string{tagDatasets},
		Summary: "See a dataset", Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *idInput) (*oneOutput, error) {
		d, err := s.store.Dataset(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &oneOutput{datasetOf(d)}, nil
	})

	s.registerEvents()

	register(s, Member, huma.Operation{
		OperationID: "get-dataset-rows", Method: http.MethodGet, Path: datasetsPath + "/{id}/rows", Tags: []string{tagDatasets},
		Summary: "Take a dataset's rows", Description: "As CSV that can be sent again, as a workbook or as SDMX; of shortage.yaml the file as it was sent. Text that a spreadsheet would run as a formula has an apostrophe before it, which sending takes off again.",
		Responses: withExports(map[string]*huma.Response{"200": {Description: "The table", Content: map[string]*huma.MediaType{
			csvType: {Schema: &huma.Schema{Type: huma.TypeString}}, yamlType: {Schema: &huma.Schema{Type: huma.TypeString}},
		}}}),
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity},
	}, s.datasetRows)
}

func (s *Server) upload(ctx context.Context, in *uploadInput) (*uploadOutput, error) {
	table, ok := datasets.TableFor(in.File)
	from := datasets.ReadTable
	if in.File == datasets.ShortageFile {
		table, from, ok = datasets.ShortageTable(), datasets.ReadShortageTable, true
	}
	if !ok {
		return nil, fmt.Errorf("the interface offers %s, which is no table", in.File)
	}
	start := s.options.Clock()
	quality := Quality{File: in.File, Columns: make([]Column, len(table.Columns))}
	for i, c := range table.Columns {
		quality.Columns[i] = Column{Name: c.Name, Meaning: c.Meaning, Required: c.Required}
	}
	read := func(body io.Reader, add func([]string) error) error {
		summary, err := from(body, table, in.File, func(_ int, cells []string) error {
			for i, cell := range cells {
				if cell != "" {
					quality.Columns[i].Filled++
				} else {
					quality.Columns[i].Empty++
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			return add(cells)
		})
		quality.Rows, quality.SHA256 = summary.Rows, summary.Hash
		return err
	}

	out := &uploadOutput{Status: http.StatusOK, Body: Upload{DryRun: in.DryRun}}
	var err error
	if in.DryRun {
		err = read(in.body, func([]string) error { return nil })
	} else {
		err = s.keep(ctx, in, &out.Body, &quality, read)
	}
	problems, bad := errors.AsType[*datasets.Problems](err)
	count := 0
	if bad {
		count = problems.Count()
	}
	rows := quality.Rows
	if in.DryRun || err != nil {
		rows = 0
	}
	s.options.Metrics.ingested(in.File, rows, count, s.options.Clock().Sub(start))
	if err != nil {
		return nil, err
	}
	out.Body.Quality = quality
	if d := out.Body.Dataset; d != nil {
		out.Location = datasetsPath + "/" + d.ID
	}
	if out.Body.Created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// keep stores a table as an import by the program's own columns: its bytes as they come, and its rows.
func (s *Server) keep(ctx context.Context, in *uploadInput, out *Upload, quality *Quality, read func(io.Reader, func([]string) error) error) (err error) {
	if _, err := s.replaced(ctx, in.Replaces); err != nil {
		return err
	}
	raw, err := s.store.NewRaw()
	if err != nil {
		return err
	}
	taken := s.store.NewIncoming()
	defer func() { err = errors.Join(err, taken.Close(), raw.Close()) }()
	if err := taken.Table(in.File); err != nil {
		return err
	}
	body := io.TeeReader(in.body, raw)
	if err := read(body, func(cells []string) error { return taken.Row(in.File, cells) }); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, body); err != nil { // what comes after the last row was sent too
		return err
	}
	format := "csv"
	if in.File == datasets.ShortageFile {
		format = "yaml"
	}
	account, err := (&Reading{
		Source: SourceRead{Format: format, Sheets: 1, Header: 1, Rows: quality.Rows}, Findings: []Finding{},
		Tables: []TableRead{{File: in.File, Rows: quality.Rows, SHA256: quality.SHA256}},
	}).account()
	if err != nil {
		return err
	}
	made, created, err := s.store.AddImport(ctx, store.NewImport{
		Owner: s.options.Owner, Name: in.Name, FileName: in.File, Raw: raw, Account: account, Replaces: in.Replaces,
	}, taken)
	if err != nil {
		return err
	}
	d := datasetOf(made.Datasets[0])
	out.Dataset, out.Created, out.Import = &d, created, made.ID
	return nil
}

// rule answers with the text of a shortage.yaml.
func (s *Server) rule(ctx context.Context, d store.Dataset) (*streamOutput, error) {
	for cells, err := range s.store.DatasetRows(ctx, d.ID) {
		if err != nil {
			return nil, err
		}
		return s.file(ctx, yamlType, d.File, func(w io.Writer) error {
			_, err := io.WriteString(w, cells[0])
			return err
		}), nil
	}
	return nil, fmt.Errorf("dataset %s is a %s without a text", d.ID, d.File)
}

// mapped is the list of what f makes of each item; never nil, so that it is written as [] when empty.
func mapped[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}
