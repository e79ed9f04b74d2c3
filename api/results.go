package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/codes"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// GapPage is one page of a run's gaps.
type GapPage struct {
	Items []report.Gap `json:"items" nullable:"false"`
	Next  string       `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

// SkillPage is one page of a run's gaps read in skills.
type SkillPage struct {
	Items []report.SkillGap `json:"items" nullable:"false"`
	Next  string            `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

// Placement is one half of how people were placed. Who of a pool took which opening is not determined, so no row joins
// the two.
type Placement struct {
	Layer       string  `json:"layer" enum:"entry,placement" doc:"entry: from a cohort into a pool of people who can do this; placement: from the pool into openings."`
	Origin      string  `json:"origin" doc:"Region of the cohort and of the pool."`
	Worker      string  `json:"worker,omitempty" doc:"What the cohort can do; of entries."`
	Status      string  `json:"status,omitempty" doc:"Of the cohort; of entries."`
	Citizenship string  `json:"citizenship,omitempty" doc:"Of the cohort; of entries."`
	Pool        string  `json:"pool" doc:"What people of the pool are placed as."`
	Class       string  `json:"class" doc:"How people of the pool may be placed."`
	Destination string  `json:"destination,omitempty" doc:"Region of the openings; of placements."`
	Vacancy     string  `json:"vacancy,omitempty" doc:"What the openings ask for; of placements."`
	Contract    string  `json:"contract,omitempty" doc:"Of the openings; of placements."`
	Channel     string  `json:"channel,omitempty" doc:"The channel's id; absent at home."`
	Way         string  `json:"way,omitempty" doc:"How the openings are filled; of placements."`
	Count       int64   `json:"count" doc:"Persons."`
	Fit         float64 `json:"fit,omitempty" doc:"Share of the skills of what the pool does that the workers have; of entries."`
}

// PlacementPage is one page of a run's placements.
type PlacementPage struct {
	Items []Placement `json:"items" nullable:"false"`
	Next  string      `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

type gapsInput struct {
	RunPath
	PageQuery
	ExportQuery
	Region     string `query:"region" maxLength:"10" doc:"A region with everything in it: DE has DE-BY in it." example:"DE-BY"`
	Occupation string `query:"occupation" maxLength:"4" pattern:"^[0-9]*$" doc:"The beginning of an ISCO-08 code." example:"741"`
	Skill      string `query:"skill" maxLength:"100" doc:"The skill of rows whose files carry one instead of an occupation."`
	Level      int    `query:"level" minimum:"1" maximum:"4" doc:"ISCO digits of the rows; the finest of the run if absent."`
	Sort       string `query:"sort" enum:"key,widest" doc:"By region and code, or the widest gap first; key if absent."`
}

type skillsInput struct {
	RunPath
	PageQuery
	FormQuery
	Scheme string `query:"scheme" enum:"esco,isco_level" doc:"ESCO skill groups, or ISCO skill levels; esco if absent."`
	Region string `query:"region" maxLength:"10" doc:"A region with everything in it." example:"DE"`
	Skill  string `query:"skill" maxLength:"100" doc:"One skill."`
	Sort   string `query:"sort" enum:"key,widest" doc:"By region and skill, or the widest gap first; key if absent."`
}

type placementsInput struct {
	RunPath
	PageQuery
	ExportQuery
	Layer       string `query:"layer" enum:"entry,placement" doc:"One of the two halves; both if absent."`
	Region      string `query:"region" maxLength:"10" doc:"Short for destination." example:"DE-BY"`
	Origin      string `query:"origin" maxLength:"10" doc:"Where people come from: a region with everything in it."`
	Destination string `query:"destination" maxLength:"10" doc:"Where the openings are: a region with everything in it. Leaves entries out."`
	Occupation  string `query:"occupation" maxLength:"4" pattern:"^[0-9]*$" doc:"The beginning of the ISCO-08 code people are placed as."`
	Channel     string `query:"channel" maxLength:"100" doc:"A channel's id. Leaves entries out."`
	Way         string `query:"way" enum:"same_region,same_elsewhere,related_home,free_movement,channel" doc:"How openings are filled. Leaves entries out."`
	Sort        string `query:"sort" enum:"key,widest" doc:"As the run has them, or most people first; key if absent."`
}

type reportInput struct {
	RunPath
	Format string `query:"format" enum:"json,text" doc:"The form of the answer; the Accept header decides if absent."`
	accept string
}

// Resolve reads what the caller accepts.
func (in *reportInput) Resolve(ctx huma.Context) []error {
	in.accept = ctx.Header("Accept")
	return nil
}

func (s *Server) registerResults() {
	refusals := []int{http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}
	register(s, Public, huma.Operation{
		OperationID: "get-gaps", Method: http.MethodGet, Path: runsPath + "/{id}/gaps", Tags: []string{tagResults},
		Summary: "Gaps and surpluses", Description: "One row for each region and occupation (or skill, where the files carry one), at one level of detail: what fills its openings, what stays empty, who finds no place.",
		Responses: withExports(tabular[GapPage](s)), Errors: refusals,
	}, s.gaps)
	register(s, Public, huma.Operation{
		OperationID: "get-skills", Method: http.MethodGet, Path: runsPath + "/{id}/skills", Tags: []string{tagResults},
		Summary: "Gaps read in skills", Description: "One row for each region and skill. The rows of a region add up to its gap, to the unit.",
		Responses: tabular[SkillPage](s), Errors: refusals,
	}, s.skills)
	register(s, Public, huma.Operation{
		OperationID: "get-placements", Method: http.MethodGet, Path: runsPath + "/{id}/placements", Tags: []string{tagResults},
		Summary: "Placements", Description: "In two halves: entries, from cohorts into pools of people who can do the same, and placements, from pools into openings. Who of a pool took which opening is not determined. Rows are at the run's own level.",
		Responses: withExports(tabular[PlacementPage](s)), Errors: refusals,
	}, s.placements)
	register(s, Public, huma.Operation{
		OperationID: "get-report", Method: http.MethodGet, Path: runsPath + "/{id}/report", Tags: []string{tagResults},
		Summary: "The whole report", Description: "Totals, gaps, flows, levels, sensitivities, assumptions, notes, sources: as JSON, or as text of 80 columns.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The report",
			Content: map[string]*huma.MediaType{
				jsonType: {Schema: schemaOf[report.Report](s)},
				textType: {Schema: &huma.Schema{Type: huma.TypeString}},
			},
		}},
		Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, s.report)
}

func (s *Server) gaps(ctx context.Context, in *gapsInput) (*streamOutput, error) {
	run, err := s.run(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	query := store.GapQuery{Level: in.Level, Region: in.Region, Occupation: in.Occupation, Skill: in.Skill, Sort: store.Sort(in.Sort)}
	fetch := func(p store.PageRequest) (store.Page[store.GapRow], error) {
		query.PageRequest = p
		return s.store.Gaps(ctx, run.ID, query)
	}
	if form, ok, err := in.export(in.PageQuery); err != nil {
		return nil, err
	} else if ok {
		return s.exportResult(ctx, run, "gaps", form, report.GapRows(shown(fetch, gapOf)))
	}
	return answer(ctx, s, in.PageQuery, in.form(), "gaps.csv", fetch, gapOf,
		func(items []report.Gap, next string) any { return GapPage{items, next} },
		func(w io.Writer, items []report.Gap) error { return (&report.Report{Gaps: items}).WriteGaps(w) })
}

func (s *Server) skills(ctx context.Context, in *skillsInput) (*streamOutput, error) {
	run, err := s.run(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	scheme, reading := report.SchemeESCO, store.ByGroup
	if in.Scheme == report.SchemeLevel {
		scheme, reading = report.SchemeLevel, store.ByLevel
	}
	query := store.SkillQuery{Reading: reading, Region: in.Region, Skill: in.Skill, Sort: store.Sort(in.Sort)}
	fetch := func(p store.PageRequest) (store.Page[matcher.SkillGap], error) {
		query.PageRequest = p
		return s.store.Skills(ctx, run.ID, query)
	}
	words, err := s.titlesOf(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	show := func(g matcher.SkillGap) report.SkillGap {
		return report.SkillGap{
			Scheme: scheme, Region: g.Region, RegionName: regionName(g.Region), Skill: g.Skill, Title: words[[2]string{scheme, g.Skill}],
			Openings: g.Openings, FilledBy: report.WaysOf(g.Filled), Gap: g.Gap, Workers: g.Workers, Surplus: g.Surplus,
		}
	}
	return answer(ctx, s, in.PageQuery, &in.FormQuery, "skills.csv", fetch, show,
		func(items []report.SkillGap, next string) any { return SkillPage{items, next} },
		func(w io.Writer, items []report.SkillGap) error {
			return (&report.Report{Skills: items}).WriteSkills(w)
		})
}

func (s *Server) placements(ctx context.Context, in *placementsInput) (*streamOutput, error) {
	if in.Destination == "" {
		in.Destination = in.Region
	} else if in.Region != "" && in.Region != in.Destination {
		return nil, problem(slugInvalid, "`region` is short for `destination`; give one of the two.")
	}
	run, err := s.run(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	query := store.PlacementQuery{
		Layer: in.Layer, Origin: in.Origin, Destination: in.Destination, Occupation: in.Occupation,
		Channel: in.Channel, Way: in.Way, Sort: store.Sort(in.Sort),
	}
	fetch := func(p store.PageRequest) (store.Page[store.Placement], error) {
		query.PageRequest = p
		return s.store.Placements(ctx, run.ID, query)
	}
	show := func(p store.Placement) Placement { return Placement(p) }
	if form, ok, err := in.export(in.PageQuery); err != nil {
		return nil, err
	} else if ok {
		return s.exportResult(ctx, run, "placements", form, cellsOf(shown(fetch, show)))
	}
	return answer(ctx, s, in.PageQuery, in.form(), "placements.csv", fetch, show,
		func(items []Placement, next string) any { return PlacementPage{items, next} }, writePlacements)
}

// answer is a page of rows as JSON or CSV, or every row as CSV. R is a row as stored, T as shown.
func answer[R, T any](
	ctx context.Context, s *Server, page PageQuery, form *FormQuery, name string,
	fetch func(store.PageRequest) (store.Page[R], error), show func(R) T,
	document func([]T, string) any, table func(io.Writer, []T) error,
) (*streamOutput, error) {
	if form.csv() && page == (PageQuery{}) {
		var rows []T
		for row, err := range store.All(fetch) {
			if err != nil {
				return nil, err
			}
			rows = append(rows, show(row))
		}
		return s.csvFile(ctx, name, func(w io.Writer) error { return table(w, rows) }), nil
	}
	rows, err := fetch(page.request())
	if err != nil {
		return nil, err
	}
	link, items := form.next(rows.Next), mapped(rows.Items, show)
	if !form.csv() {
		return s.jsonValue(ctx, document(items, rows.Next), link), nil
	}
	out := s.csvFile(ctx, name, func(w io.Writer) error { return table(w, items) })
	out.Link = link
	return out, nil
}

func (s *Server) report(ctx context.Context, in *reportInput) (*streamOutput, error) {
	run, err := s.run(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	document, err := s.store.Report(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	if in.Format != "text" && (in.Format != "" || !prefers(in.accept, "text/plain")) {
		return s.stream(ctx, jsonType, func(w io.Writer) error {
			_, err := w.Write(document)
			return err
		}), nil
	}
	r, err := report.ReadJSON(document)
	if err != nil {
		return nil, fmt.Errorf("show the report of run %s: %w", run.ID, err)
	}
	return s.stream(ctx, textType, func(w io.Writer) error { return r.WriteText(w, report.Style{}) }), nil
}

// gapOf is a stored gap as reports show it.
func gapOf(g store.GapRow) report.Gap {
	return report.Gap{
		Level: g.Level, Region: g.Region, RegionName: regionName(g.Region), Code: g.String(), Title: g.Title,
		Openings: g.Openings, FilledBy: report.WaysOf(g.Filled), Unfilled: g.Unfilled,
		Workers: g.Workers, PlacedBy: report.WaysOf(g.Placed), Unplaced: g.Unplaced, Idle: g.Idle, Surplus: g.Surplus, Alone: g.Alone,
	}
}

// titlesOf gives the words of a run's report for its skills, by scheme and skill. The last run asked for is kept: a run
// that is done does not change.
func (s *Server) titlesOf(ctx context.Context, run string) (map[[2]string]string, error) {
	s.mu.Lock()
	kept := s.titles
	s.mu.Unlock()
	if kept.run == run {
		return kept.titles, nil
	}
	document, err := s.store.Report(ctx, run)
	if err != nil {
		return nil, err
	}
	var part struct {
		Skills []report.SkillGap `json:"skills"`
	}
	if err := json.Unmarshal(document, &part); err != nil {
		return nil, fmt.Errorf("read the report of run %s: %w", run, err)
	}
	kept = titles{run, map[[2]string]string{}}
	for _, g := range part.Skills {
		kept.titles[[2]string{g.Scheme, g.Skill}] = g.Title
	}
	s.mu.Lock()
	s.titles = kept
	s.mu.Unlock()
	return kept.titles, nil
}

// titles are what a run calls its skills.
type titles struct {
	run    string
	titles map[[2]string]string
}

func regionName(code string) string {
	if r, ok := codes.RegionByCode(code); ok {
		return r.Name
	}
	return code
}

func writePlacements(w io.Writer, rows []Placement) error {
	var columns []string
	for _, c := range report.PlacementColumns() {
		columns = append(columns, c.Name)
	}
	return writeRows(w, columns, func(yield func([]string) bool) {
		for i := range rows {
			if !yield(placementCells(&rows[i])) {
				return
			}
		}
	})
}

// cellsOf are placements as rows of their table.
func cellsOf(rows iter.Seq2[Placement, error]) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for p, err := range rows {
			if !yield(placementCells(&p), err) || err != nil {
				return
			}
		}
	}
}

func placementCells(p *Placement) []string {
	fit := ""
	if p.Layer == store.EntryLayer {
		fit = strconv.FormatFloat(p.Fit, 'f', -1, 64)
	}
	cells := []string{
		p.Layer, p.Origin, p.Worker, p.Status, p.Citizenship, p.Pool, p.Class, p.Destination, p.Vacancy, p.Contract,
		p.Channel, p.Way, strconv.FormatInt(p.Count, 10), fit,
	}
	for i := range cells[:12] {
		cells[i] = datasets.Guard(cells[i])
	}
	return cells
}
