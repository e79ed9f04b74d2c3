package store

import (
	"context"
	"fmt"

	"labourmatch/matcher"
)

// Sort is the order of a listing of results.
type Sort string

// The orders of results.
const (
	ByKey  Sort = "key"    // region, then code; placements as the report has them
	Widest Sort = "widest" // the widest gap, or the most people, first; then by key
)

func (s *Sort) check() error {
	switch *s {
	case "":
		*s = ByKey
	case ByKey, Widest:
	default:
		return say(ErrInvalid, "the order is %q; use key or widest", *s)
	}
	return nil
}

// GapQuery asks for gaps of a run. Filters that are "" keep every row.
type GapQuery struct {
	PageRequest
	Level      int    // ISCO digits; 0 = the finest the run has
	Region     string // a country has its subdivisions with it
	Occupation string // the beginning of an ISCO code
	Skill      string // of rows coded by skill
	Sort       Sort   // "" = ByKey
}

// GapRow is a gap with its level.
type GapRow struct {
	Level int `json:"level"`
	matcher.Gap
}

type gapRow struct {
	Level      int    `db:"level"`
	Region     string `db:"region"`
	Occupation string `db:"occupation"`
	Skill      string `db:"skill"`
	Title      string `db:"title"`
	Openings   int64  `db:"openings"`
	filled
	Unfilled int64 `db:"unfilled"`
	Workers  int64 `db:"workers"`
	placed
	Unplaced int64 `db:"unplaced"`
	Idle     int64 `db:"idle"`
	Surplus  int64 `db:"surplus"`
	Alone    int64 `db:"alone"`
}

// filled and placed are the columns that count by way.
type filled struct {
	SameRegion  int64 `db:"filled_same_region"`
	SameHome    int64 `db:"filled_same_elsewhere"`
	RelatedHome int64 `db:"filled_related_home"`
	Free        int64 `db:"filled_free_movement"`
	ByChannel   int64 `db:"filled_channel"`
}

func (f filled) ways() matcher.ByWay {
	return matcher.ByWay{
		matcher.SameRegion: f.SameRegion, matcher.SameHome: f.SameHome, matcher.RelatedHome: f.RelatedHome,
		matcher.Free: f.Free, matcher.ByChannel: f.ByChannel,
	}
}

type placed struct {
	SameRegion  int64 `db:"placed_same_region"`
	SameHome    int64 `db:"placed_same_elsewhere"`
	RelatedHome int64 `db:"placed_related_home"`
	Free        int64 `db:"placed_free_movement"`
	ByChannel   int64 `db:"placed_channel"`
}

func (p placed) ways() matcher.ByWay { return filled(p).ways() }

func (r gapRow) gap() GapRow {
	return GapRow{r.Level, matcher.Gap{
		Region: r.Region, Code: matcher.Code{Occupation: r.Occupation, Skill: r.Skill}, Title: r.Title,
		Openings: r.Openings, Filled: r.filled.ways(), Unfilled: r.Unfilled,
		Workers: r.Workers, Placed: r.placed.ways(), Unplaced: r.Unplaced,
		Idle: r.Idle, Surplus: r.Surplus, Alone: r.Alone,
	}}
}

// Gaps lists gaps of a run that is done.
func (r *Reader) Gaps(ctx context.Context, run string, g GapQuery) (Page[GapRow], error) {
	none := Page[GapRow]{}
	if err := g.Sort.check(); err != nil {
		return none, err
	}
	limit, err := g.limit()
	if err != nil {
		return none, err
	}
	request := g.PageRequest
	g.PageRequest = PageRequest{}
	name := listing("gaps", []any{run, g})
	after, err := request.after(name, 1, 3)
	if err != nil {
		return none, err
	}
	if err := r.HasOutcome(ctx, run); err != nil {
		return none, err
	}
	q := newQuery(`SELECT level, region, occupation, skill, title, openings, filled_same_region, filled_same_elsewhere,
		filled_related_home, filled_free_movement, filled_channel, unfilled, workers, placed_same_region,
		placed_same_elsewhere, placed_related_home, placed_free_movement, placed_channel, unplaced, idle, surplus, alone
		FROM run_gaps WHERE (1 = 1)`)
	q.and(`run_id = ?`, run)
	if g.Level != 0 {
		q.and(`level = ?`, g.Level)
	} else {
		q.and(`level = (SELECT max(level) FROM run_gaps WHERE run_id = ?)`, run)
	}
	q.under("region", g.Region)
	q.prefixed("occupation", g.Occupation)
	if g.Skill != "" {
		q.and(`skill = ?`, g.Skill)
	}
	order := `region, occupation, skill`
	if g.Sort == Widest {
		order = `unfilled DESC, region, occupation, skill`
	}
	if after != nil {
		key := []any{after.Texts[0], after.Texts[1], after.Texts[2]}
		if g.Sort == Widest {
			q.and(`(unfilled < ? OR (unfilled = ? AND (region, occupation, skill) > (?, ?, ?)))`,
				append([]any{after.Numbers[0], after.Numbers[0]}, key...)...)
		} else {
			q.and(`(region, occupation, skill) > (?, ?, ?)`, key...)
		}
	}
	var rows []gapRow
	if err := q.all(ctx, r.q, &rows, order, limit); err != nil {
		return none, fmt.Errorf("list the gaps of run %s: %w", run, err)
	}
	return paged(rows, limit, gapRow.gap, func(g gapRow) position {
		return position{Listing: name, Numbers: []int64{g.Unfilled}, Texts: []string{g.Region, g.Occupation, g.Skill}}
	}), nil
}

// Readings of skill.
const (
	ByGroup = "group" // ESCO skill groups
	ByLevel = "level" // ISCO skill levels
)

// SkillQuery asks for a run's gaps read in skills. Filters that are "" keep every row.
type SkillQuery struct {
	PageRequest
	Reading string // "" = ByGroup
	Region  string // a country has its subdivisions with it
	Skill   string
	Sort    Sort // "" = ByKey
}

type skillRow struct {
	Region   string `db:"region"`
	Skill    string `db:"skill"`
	Openings int64  `db:"openings"`
	filled
	Gap     int64 `db:"gap"`
	Workers int64 `db:"workers"`
	Surplus int64 `db:"surplus"`
}

// Skills lists the gaps of a run that is done, read in skills.
func (r *Reader) Skills(ctx context.Context, run string, g SkillQuery) (Page[matcher.SkillGap], error) {
	none := Page[matcher.SkillGap]{}
	if err := g.Sort.check(); err != nil {
		return none, err
	}
	switch g.Reading {
	case "":
		g.Reading = ByGroup
	case ByGroup, ByLevel:
	default:
		return none, say(ErrInvalid, "skills cannot be read by %q; use group or level", g.Reading)
	}
	limit, err := g.limit()
	if err != nil {
		return none, err
	}
	request := g.PageRequest
	g.PageRequest = PageRequest{}
	name := listing("skills", []any{run, g})
	after, err := request.after(name, 1, 2)
	if err != nil {
		return none, err
	}
	if err := r.HasOutcome(ctx, run); err != nil {
		return none, err
	}
	q := newQuery(`SELECT region, skill, openings, filled_same_region, filled_same_elsewhere, filled_related_home,
		filled_free_movement, filled_channel, gap, workers, surplus FROM run_skills WHERE (1 = 1)`)
	q.and(`run_id = ?`, run)
	q.and(`reading = ?`, g.Reading)
	q.under("region", g.Region)
	if g.Skill != "" {
		q.and(`skill = ?`, g.Skill)
	}
	order := `region, skill`
	if g.Sort == Widest {
		order = `gap DESC, region, skill`
	}
	if after != nil {
		n, region, skill := after.Numbers[0], after.Texts[0], after.Texts[1]
		if g.Sort == Widest {
			q.and(`(gap < ? OR (gap = ? AND (region, skill) > (?, ?)))`, n, n, region, skill)
		} else {
			q.and(`(region, skill) > (?, ?)`, region, skill)
		}
	}
	var rows []skillRow
	if err := q.all(ctx, r.q, &rows, order, limit); err != nil {
		return none, fmt.Errorf("list the skill gaps of run %s: %w", run, err)
	}
	return paged(rows, limit, func(s skillRow) matcher.SkillGap {
		return matcher.SkillGap{
			Region: s.Region, Skill: s.Skill, Openings: s.Openings, Filled: s.ways(), Gap: s.Gap, Workers: s.Workers, Surplus: s.Surplus,
		}
	}, func(s skillRow) position {
		return position{Listing: name, Numbers: []int64{s.Gap}, Texts: []string{s.Region, s.Skill}}
	}), nil
}

// PlacementQuery asks for a run's placements. Filters that are "" keep every row; those that a layer knows nothing of
// leave that layer out.
type PlacementQuery struct {
	PageRequest
	Layer       string // EntryLayer, PlacementLayer
	Origin      string // a country has its subdivisions with it
	Destination string // likewise
	Occupation  string // the beginning of the ISCO code of what the pool does
	Channel     string
	Way         string
	Sort        Sort // "" = ByKey
}

type placementRow struct {
	Seq         int64   `db:"seq"`
	Layer       string  `db:"layer"`
	Origin      string  `db:"origin"`
	Worker      string  `db:"worker"`
	Status      string  `db:"status"`
	Citizenship string  `db:"citizenship"`
	Pool        string  `db:"pool"`
	Class       string  `db:"class"`
	Destination string  `db:"destination"`
	Vacancy     string  `db:"vacancy"`
	Contract    string  `db:"contract"`
	Channel     string  `db:"channel"`
	Way         string  `db:"way"`
	Count       int64   `db:"count"`
	Fit         float64 `db:"fit"`
}

func (p placementRow) placement() Placement {
	return Placement{
		p.Layer, p.Origin, p.Worker, p.Status, p.Citizenship, p.Pool, p.Class, p.Destination, p.Vacancy, p.Contract,
		p.Channel, p.Way, p.Count, p.Fit,
	}
}

// Placements lists placements of a run that is done.
func (r *Reader) Placements(ctx context.Context, run string, g PlacementQuery) (Page[Placement], error) {
	none := Page[Placement]{}
	if err := g.Sort.check(); err != nil {
		return none, err
	}
	switch g.Layer {
	case "", EntryLayer, PlacementLayer:
	default:
		return none, say(ErrInvalid, "placements have no layer %q; use entry (cohort to pool) or placement (pool to vacancy)", g.Layer)
	}
	limit, err := g.limit()
	if err != nil {
		return none, err
	}
	request := g.PageRequest
	g.PageRequest = PageRequest{}
	name := listing("placements", []any{run, g})
	after, err := request.after(name, 2, 0)
	if err != nil {
		return none, err
	}
	if err := r.HasOutcome(ctx, run); err != nil {
		return none, err
	}
	q := newQuery(`SELECT seq, layer, origin, worker, status, citizenship, pool, class, destination, vacancy, contract,
		channel, way, count, fit FROM run_placements WHERE (1 = 1)`)
	q.and(`run_id = ?`, run)
	for _, filter := range [][2]string{{"layer", g.Layer}, {"channel", g.Channel}, {"way", g.Way}} {
		if filter[1] != "" {
			q.and(filter[0]+` = ?`, filter[1])
		}
	}
	q.under("origin", g.Origin)
	q.under("destination", g.Destination)
	q.prefixed("pool", g.Occupation)
	order := `seq`
	if g.Sort == Widest {
		order = `count DESC, seq`
	}
	if after != nil {
		count, seq := after.Numbers[0], after.Numbers[1]
		if g.Sort == Widest {
			q.and(`(count < ? OR (count = ? AND seq > ?))`, count, count, seq)
		} else {
			q.and(`seq > ?`, seq)
		}
	}
	var rows []placementRow
	if err := q.all(ctx, r.q, &rows, order, limit); err != nil {
		return none, fmt.Errorf("list the placements of run %s: %w", run, err)
	}
	return paged(rows, limit, placementRow.placement, func(p placementRow) position {
		return position{Listing: name, Numbers: []int64{p.Count, p.Seq}}
	}), nil
}
