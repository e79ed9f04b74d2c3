package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/formats"
	"labourmatch/datasets/intake"
)

// Reading is what was understood of a file, and what was found in it.
type Reading struct {
	Source   SourceRead  `json:"source"`
	Layout   *LayoutUsed `json:"layout,omitempty" doc:"The layout it was read by; absent where it has the program's own columns."`
	Tables   []TableRead `json:"tables" nullable:"false" doc:"What the tables of a market got from it."`
	Refused  bool        `json:"refused" doc:"True if an error among the findings keeps it from being stored."`
	Errors   int64       `json:"errors" doc:"How many findings keep it from being stored."`
	Warnings int64       `json:"warnings" doc:"How many findings somebody should look at."`
	Notes    int64       `json:"notes" doc:"How many findings are for the record."`
	Findings []Finding   `json:"findings" nullable:"false" doc:"The first 1,000 findings, the gravest and largest first."`
	More     int64       `json:"more,omitempty" doc:"How many findings there are beyond those."`
}

// SourceRead is how a file was read.
type SourceRead struct {
	Format    string   `json:"format" doc:"csv for delimited text of any delimiter, xlsx, sdmx-csv, sdmx-json, sdmx-ml, json-stat, openings-xml or openings-json; yaml for a rule of shortages." example:"csv"`
	Packing   []string `json:"packing,omitempty" nullable:"false" doc:"gzip, zip: what it was packed in, from the outside in."`
	Encoding  string   `json:"encoding,omitempty" doc:"Of delimited text." example:"utf-8"`
	Delimiter string   `json:"delimiter,omitempty" doc:"Of delimited text." example:";"`
	Sheets    int      `json:"sheets" doc:"How many tables it has."`
	Sheet     string   `json:"sheet,omitempty" doc:"The one that was read, where they have names."`
	Header    int      `json:"header" doc:"The row of its column names; 0 where the format names them."`
	Rows      int64    `json:"rows" doc:"Rows of data."`
	Notes     []string `json:"notes,omitempty" nullable:"false" doc:"What could have been read otherwise, and what the file says of itself."`
}

// LayoutUsed is a layout that a file was read by.
type LayoutUsed struct {
	ID      string   `json:"id"`
	Title   string   `json:"title,omitempty"`
	Ready   bool     `json:"ready" doc:"True if it comes with the program."`
	Reasons []string `json:"reasons,omitempty" nullable:"false" doc:"Why it was chosen, where none was named."`
	Doubts  []string `json:"doubts,omitempty" nullable:"false" doc:"What you have to decide before anything is stored by it."`
	Text    string   `json:"text" doc:"The layout as YAML, as it was used."`
}

// TableRead is what a table of a market got from a file.
type TableRead struct {
	File     string     `json:"file" example:"vacancies.csv"`
	Rows     int64      `json:"rows"`
	SHA256   string     `json:"sha256" doc:"Identity of the rows, whatever their order."`
	Read     float64    `json:"read" doc:"Of counts: the sum of the source's figures that belong to the table."`
	Written  float64    `json:"written" doc:"Of counts: the sum of the table's; findings say where the difference is."`
	Columns  []string   `json:"columns,omitempty" nullable:"false" doc:"The table's columns."`
	First    [][]string `json:"first,omitempty" nullable:"false" doc:"The first rows as they were understood."`
	Previous string     `json:"previous,omitempty" doc:"The dataset this is the next version of: the one to be replaced, else the newest current one of the same layout."`
}

// Finding is one thing that was found in a file.
type Finding struct {
	Severity string  `json:"severity" enum:"error,warning,note" doc:"error: nothing is stored until it is mended; warning: somebody should look; note: for the record."`
	Kind     string  `json:"kind" doc:"What it is about, a stable word." example:"suppressed"`
	Table    string  `json:"table,omitempty" doc:"The table it concerns; absent for the source as a whole." example:"vacancies.csv"`
	Row      int64   `json:"row,omitempty" doc:"The row of the source, the first of several."`
	Column   string  `json:"column,omitempty"`
	Value    string  `json:"value,omitempty"`
	Figure   float64 `json:"figure,omitempty" doc:"How much it is about, in persons, openings or dollars."`
	Times    int64   `json:"times" doc:"In how many cells or rows."`
	What     string  `json:"what"`
	Hint     string  `json:"hint,omitempty"`
}

// micro is how many of what figures are counted in make one.
const micro = 1_000_000

func findingOf(f store.Finding) Finding {
	return Finding{f.Severity, f.Kind, f.File, f.Line, f.Column, f.Value, float64(f.Figure) / micro, f.Times, f.What, f.Hint}
}

// kept is a finding as the store takes it.
func kept(f intake.Finding) store.Finding {
	return store.Finding{
		Severity: string(f.Severity), Kind: string(f.Kind), File: f.Table, Line: int64(f.Row), Column: f.Column, Value: f.Value,
		Figure: f.Figure, Times: int64(f.Times), What: f.What, Hint: f.Hint,
	}
}

// found is a finding as it was found.
func found(f store.Finding) intake.Finding {
	return intake.Finding{
		Severity: intake.Severity(f.Severity), Kind: intake.Kind(f.Kind), Table: f.File, Row: int(f.Line), Column: f.Column, Value: f.Value,
		Figure: f.Figure, Times: int(f.Times), What: f.What, Hint: f.Hint,
	}
}

// writeFindings writes findings as CSV that is safe to open in a spreadsheet.
func writeFindings(w io.Writer, findings iter.Seq2[store.Finding, error]) error {
	out, err := intake.NewFindingWriter(w, datasets.Guard)
	if err != nil {
		return err
	}
	for f, err := range findings {
		if err == nil {
			err = out.Write(found(f))
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

// previewRows is how many rows of each table an import shows.
const previewRows = 5

// previous is, for each table that the layout fills, the dataset that this edition of the source is the next version of:
// the one it replaces, else the newest current one that was read by the layout.
func (s *Server) previous(ctx context.Context, l *intake.Layout, replaces *store.Dataset) (map[string]store.Dataset, error) {
	list := map[string]store.Dataset{}
	for _, t := range l.Tables {
		if replaces != nil && replaces.File == t.File {
			list[t.File] = *replaces
			continue
		}
		d, ok, err := s.store.LastVersion(ctx, s.options.Owner, l.ID, t.File)
		if err != nil {
			return nil, err
		}
		if ok {
			list[t.File] = d
		}
	}
	return list, nil
}

// layoutBefore is the layout by which the last version of what is read was read itself; nil where it is not known.
func (s *Server) layoutBefore(ctx context.Context, previous map[string]store.Dataset) (*intake.Layout, error) {
	for _, file := range slices.Sorted(maps.Keys(previous)) {
		text, err := s.store.LayoutOf(ctx, previous[file].ID)
		if err != nil {
			return nil, err
		}
		if text == "" {
			continue
		}
		l, err := intake.ReadLayout([]byte(text), "the layout of "+previous[file].ID)
		if err != nil {
			return nil, nil //nolint:nilerr,nilnil // a program of other days wrote it: what it cannot tell is left untold
		}
		return l, nil
	}
	return nil, nil //nolint:nilnil // there may be none
}

// openFile opens a file by the layout that is named, or by one found by looking.
func (s *Server) openFile(ctx context.Context, source formats.File, named string) (*intake.Proposal, string, *formats.Document, error) {
	options := formats.Options{Child: s.options.WorkbookChild}
	if named != "" {
		p, text, err := s.layoutCalled(ctx, named)
		if err != nil {
			return nil, "", nil, err
		}
		doc, err := formats.Open(ctx, source, p.Layout.Declared(options))
		return p, text, doc, err
	}
	doc, err := formats.Open(ctx, source, options)
	if err != nil {
		return nil, "", nil, err
	}
	p, err := intake.Propose(ctx, doc, s.options.Clock().UTC().Format(time.DateOnly))
	if err != nil {
		return nil, "", nil, err
	}
	data, ready := intake.ReadyText(p.Layout.ID)
	if !p.Ready || !ready {
		if data, err = p.Text(); err != nil {
			return nil, "", nil, err
		}
	}
	// What the layout declares of the bytes wins over what was detected.
	doc, err = formats.Open(ctx, source, p.Layout.Declared(options))
	return p, string(data), doc, err
}

// layoutCalled is a layout that is ready or kept, with its text.
func (s *Server) layoutCalled(ctx context.Context, id string) (*intake.Proposal, string, error) {
	if l, ok := intake.ReadyByID(id); ok {
		text, _ := intake.ReadyText(id)
		return &intake.Proposal{Layout: l, Ready: true}, string(text), nil
	}
	found, err := s.store.Layout(ctx, s.options.Owner, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, "", problem(slugInvalid, "There is no layout "+strconv.Quote(shortened(id))+".", Fault{
			Place: "query.layout", Value: shortened(id), What: "No layout is called that.",
			Hint: "GET /v1/layouts lists those there are; leave it out to have one proposed.",
		})
	}
	if err != nil {
		return nil, "", err
	}
	l, err := intake.ReadLayout([]byte(found.Text), id)
	if err != nil {
		return nil, "", fmt.Errorf("read layout %s as it is kept: %w", id, hidden{err})
	}
	return &intake.Proposal{Layout: l}, found.Text, nil
}

// hidden keeps an error's kind from being known: it is ours, though it is about data.
type hidden struct{ err error }

func (h hidden) Error() string { return h.err.Error() }

// readBy reads a file by a layout into what is to be stored, and says what was understood.
func (s *Server) readBy(ctx context.Context, p *intake.Proposal, text string, doc *formats.Document, replaces *store.Dataset, into *store.Incoming) (*Reading, error) {
	x := &Reading{
		Source: SourceRead{Format: string(doc.Format), Packing: doc.Packing, Encoding: doc.Encoding, Sheets: len(doc.Sheets), Notes: doc.Notes},
		Layout: &LayoutUsed{ID: p.Layout.ID, Title: p.Layout.Title, Ready: p.Ready, Reasons: p.Reasons, Doubts: p.Doubts, Text: text},
		Tables: []TableRead{}, Findings: []Finding{},
	}
	if doc.Delimiter != 0 {
		x.Source.Delimiter = string(doc.Delimiter)
	}
	previous, err := s.previous(ctx, p.Layout, replaces)
	if err != nil {
		return nil, err
	}
	layoutBefore, err := s.layoutBefore(ctx, previous)
	if err != nil {
		return nil, err
	}
	first := map[string][][]string{}
	all := int64(0)
	quality, err := p.Layout.Read(ctx, doc, intake.Reading{
		Row: func(file string, _ int, cells []string) error {
			if len(first[file]) < previewRows {
				first[file] = append(first[file], slices.Clone(cells))
			}
			return into.Row(file, cells)
		},
		Before: func(file string) iter.Seq2[[]string, error] {
			if d, ok := previous[file]; ok {
				return s.store.DatasetRows(ctx, d.ID)
			}
			return nil
		},
		LayoutBefore: layoutBefore,
		Found: func(f intake.Finding) error {
			switch f.Severity {
			case intake.Refusing:
				x.Errors++
			case intake.Warning:
				x.Warnings++
			default:
				x.Notes++
			}
			all++
			return into.Find(kept(f))
		},
	})
	if err != nil {
		return nil, err
	}
	x.Source.Sheet, x.Source.Header, x.Source.Rows = quality.Sheet, quality.Header, quality.Rows
	x.Refused = quality.Refused()
	for i := range quality.Findings {
		x.Findings = append(x.Findings, findingOf(kept(quality.Findings[i])))
	}
	x.More = max(int64(quality.More), all-int64(len(quality.Findings)))
	for _, t := range quality.Tables {
		table, _ := datasets.TableFor(t.Table)
		x.Tables = append(x.Tables, TableRead{
			File: t.Table, Rows: t.Rows, SHA256: t.Hash, Read: float64(t.Read) / micro, Written: float64(t.Written) / micro,
			Columns: table.Names(), First: first[t.Table], Previous: previous[t.Table].ID,
		})
	}
	return x, nil
}

// told turns what is wrong with a file, or with how a layout fits it, into problems of the data.
func told(err error) error {
	fault, ok := errors.AsType[*formats.Fault](err)
	if !ok {
		return err
	}
	what := fault.What
	if fault.Sheet != "" {
		what = "in sheet " + fault.Sheet + ": " + what
	}
	return &datasets.Problems{List: []datasets.Problem{{File: fault.File, Row: fault.Line, What: what, Hint: fault.Hint}}}
}

// refusing are the findings that keep a file from being stored, as problems of its data.
func (x *Reading) refusing(name string) error {
	problems := &datasets.Problems{}
	for _, f := range x.Findings {
		if f.Severity != string(intake.Refusing) {
			continue
		}
		what := f.What
		if f.Table != "" {
			what = strings.TrimSuffix(f.Table, ".csv") + ": " + what
		}
		problems.List = append(problems.List, datasets.Problem{File: name, Row: int(f.Row), Column: f.Column, Value: f.Value, What: what, Hint: f.Hint})
	}
	problems.More = int(x.Errors) - len(problems.List)
	return problems
}

// undecided refuses to store by a layout that was proposed and leaves something to be decided.
func undecided(p *intake.Proposal) error {
	var faults []Fault
	for _, doubt := range p.Doubts {
		faults = append(faults, Fault{Place: "query.layout", What: doubt})
	}
	return problem(slugUndecided, "No layout was named and none that is ready fits. One was proposed, which leaves open what `errors` says: take it from "+
		"a dry run, decide, keep it by POST /v1/layouts, and name it as `layout`.", faults...)
}
