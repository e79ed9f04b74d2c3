package api

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"net/url"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/negotiation"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

// ExportQuery asks for a form of an answer as [FormQuery] does, and for those that other programs take.
type ExportQuery struct {
	Format string `query:"format" enum:"json,csv,xlsx,sdmx-csv,sdmx-structure" doc:"The form of the answer; the Accept header decides if absent. xlsx is a workbook with a sheet of notes, sdmx-csv is SDMX-CSV 2.0, sdmx-structure its data structure definition (SDMX-ML 2.1). All but JSON have every row; CSV has a page if a cursor or limit is given."`
	accept string
	path   url.URL
}

// Resolve reads what the caller accepts, and where the next page will be.
func (in *ExportQuery) Resolve(ctx huma.Context) []error {
	in.accept, in.path = ctx.Header("Accept"), ctx.URL()
	return nil
}

// form is the query for an answer as JSON or CSV.
func (in *ExportQuery) form() *FormQuery { return &FormQuery{in.Format, in.accept, in.path} }

// export is the form wanted where it is none that comes in pages.
func (in *ExportQuery) export(page PageQuery) (form report.ExportForm, ok bool, err error) {
	form = report.ExportForm(in.Format)
	if in.Format == "" {
		forms := map[string]report.ExportForm{jsonType: "json", "text/csv": report.FormCSV}
		types := []string{jsonType, "text/csv"}
		for _, f := range wholeForms() {
			forms[f.MediaType()] = f
			types = append(types, f.MediaType())
		}
		form = forms[negotiation.SelectQValue(in.accept, types)]
	}
	if !slices.Contains(wholeForms(), form) {
		return "", false, nil
	}
	if page != (PageQuery{}) {
		return "", false, problem(slugInvalid, "As "+string(form)+" a table comes whole: leave `cursor` and `limit` out.")
	}
	return form, true, nil
}

// wholeForms lists the forms that have every row.
func wholeForms() []report.ExportForm {
	return slices.DeleteFunc(report.ExportForms(), func(f report.ExportForm) bool { return f == report.FormCSV })
}

// withExports adds the forms that other programs take to what is described of an answer.
func withExports(responses map[string]*huma.Response) map[string]*huma.Response {
	for _, f := range wholeForms() {
		responses["200"].Content[f.MediaType()] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return responses
}

// exported answers with an export.
func (s *Server) exported(ctx context.Context, x *report.Export, form report.ExportForm) *streamOutput {
	x.Prepared = s.options.Clock()
	return s.file(ctx, form.MediaType(), form.FileName(x.Name), func(w io.Writer) error { return x.Write(w, form) })
}

// exportResult answers with a table of a run's results.
func (s *Server) exportResult(ctx context.Context, run store.Run, table string, form report.ExportForm, rows iter.Seq2[[]string, error]) (*streamOutput, error) {
	document, err := s.store.Report(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	r, err := report.ReadJSON(document)
	if err != nil {
		return nil, fmt.Errorf("export the report of run %s: %w", run.ID, err)
	}
	x, err := r.Export(table, rows, report.About("run id", run.ID))
	if err != nil {
		return nil, err
	}
	if table == "placements" {
		x.Columns = report.PlacementColumns()
	}
	return s.exported(ctx, x, form), nil
}

// shown are all rows of a list, each as it is shown.
func shown[R, T any](fetch func(store.PageRequest) (store.Page[R], error), show func(R) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for row, err := range store.All(fetch) {
			if !yield(show(row), err) || err != nil {
				return
			}
		}
	}
}

type datasetRowsInput struct {
	ID     string `path:"id" maxLength:"100"`
	Format string `query:"format" enum:"csv,xlsx,sdmx-csv,sdmx-structure" doc:"The form of the answer: csv if absent; xlsx is a workbook with a sheet of notes, sdmx-csv is SDMX-CSV 2.0, sdmx-structure its data structure definition (SDMX-ML 2.1)."`
}

func (s *Server) datasetRows(ctx context.Context, in *datasetRowsInput) (*streamOutput, error) {
	d, err := s.store.Dataset(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	form := report.ExportForm(cmp.Or(in.Format, string(report.FormCSV)))
	if d.File == datasets.ShortageFile {
		if form != report.FormCSV {
			return nil, problem(slugInvalid, "This is "+d.File+", which is no table and comes as it was sent: leave `format` out.")
		}
		return s.rule(ctx, d)
	}
	table, ok := datasets.TableFor(d.File)
	if !ok {
		return nil, fmt.Errorf("dataset %s is of %s, which is no table", d.ID, d.File)
	}
	return s.exported(ctx, report.ExportOf(table, s.store.DatasetRows(ctx, d.ID),
		report.About("dataset", d.Name), report.About("dataset id", d.ID), report.About("identity", "SHA-256 of its rows, whatever their order: "+d.SHA256),
		report.About("stored", d.Created.UTC().Format(time.RFC3339)), report.About("program", "labourmatch "+s.options.Version)), form), nil
}
