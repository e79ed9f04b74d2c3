package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"labourmatch/matcher"
)

// Outcome is what a run came to: its report as one JSON document, kept byte for byte, and the rows of it that are asked
// for by region, occupation and level.
type Outcome struct {
	Report      []byte
	Gaps        []LevelGaps
	Skills      []matcher.SkillGap // by ESCO skill group
	SkillLevels []matcher.SkillGap // by ISCO skill level
	Placements  []Placement
	Lists       []List // what else of it is asked for row by row
}

// LevelGaps are the gaps of a run at one ISCO level.
type LevelGaps struct {
	Level int
	Gaps  []matcher.Gap
}

// Layers of a placement.
const (
	EntryLayer     = "entry"     // cohort → pool
	PlacementLayer = "placement" // pool → vacancy
)

// Placement is one half of how people were placed: from a cohort into a pool, or from a pool into a vacancy. Codes are
// written as [matcher.Code.String] does.
type Placement struct {
	Layer       string  // EntryLayer or PlacementLayer
	Origin      string  // region of the cohort and of the pool
	Worker      string  // what the cohort can do; entries only
	Status      string  // of the cohort; entries only
	Citizenship string  // of the cohort; entries only
	Pool        string  // what the pool can do
	Class       string  // of the pool
	Destination string  // region of the vacancy; placements only
	Vacancy     string  // what the vacancy asks for; placements only
	Contract    string  // of the vacancy; placements only
	Channel     string  // "" at home; placements only
	Way         string  // placements only
	Count       int64   // persons
	Fit         float64 // of the worker with what the pool does; entries only
}

// SaveOutcome stores what a run came to and ends it as done, in one transaction. Who no longer holds the run gets
// [ErrFenced], and nothing is stored.
func (s *Store) SaveOutcome(ctx context.Context, id string, epoch int64, o Outcome) error {
	if !json.Valid(o.Report) {
		return fmt.Errorf("store the outcome of run %s: its report is no JSON", id)
	}
	return s.change(ctx, func(tx *sqlx.Tx) error {
		// First, since it holds the run's row until the end: nobody can take the run over in between.
		if err := s.end(ctx, tx, id, epoch, Done, ""); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO run_reports (run_id, report) VALUES ($1, $2)`, id, string(o.Report)); err != nil {
			return fmt.Errorf("store the report of run %s: %w", id, err)
		}
		if err := s.saveGaps(ctx, tx, id, o.Gaps); err != nil {
			return fmt.Errorf("store the gaps of run %s: %w", id, err)
		}
		if err := s.saveSkills(ctx, tx, id, o); err != nil {
			return fmt.Errorf("store the skill gaps of run %s: %w", id, err)
		}
		if err := s.savePlacements(ctx, tx, id, o.Placements); err != nil {
			return fmt.Errorf("store the placements of run %s: %w", id, err)
		}
		if err := s.saveLists(ctx, tx, id, o.Lists); err != nil {
			return fmt.Errorf("store the lists of run %s: %w", id, err)
		}
		return nil
	})
}

func (s *Store) saveGaps(ctx context.Context, tx *sqlx.Tx, id string, levels []LevelGaps) error {
	into, err := s.dialect.bulk(ctx, tx, "run_gaps", []string{
		"run_id", "level", "region", "occupation", "skill", "title", "openings",
		"filled_same_region", "filled_same_elsewhere", "filled_related_home", "filled_free_movement", "filled_channel",
		"unfilled", "workers",
		"placed_same_region", "placed_same_elsewhere", "placed_related_home", "placed_free_movement", "placed_channel",
		"unplaced", "idle", "surplus", "alone",
	})
	if err != nil {
		return err
	}
	for _, level := range levels {
		for _, g := range level.Gaps {
			f, p := g.Filled, g.Placed
			err = into.add(id, int64(level.Level), g.Region, g.Occupation, g.Skill, g.Title, g.Openings,
				f[matcher.SameRegion], f[matcher.SameHome], f[matcher.RelatedHome], f[matcher.Free], f[matcher.ByChannel],
				g.Unfilled, g.Workers,
				p[matcher.SameRegion], p[matcher.SameHome], p[matcher.RelatedHome], p[matcher.Free], p[matcher.ByChannel],
				g.Unplaced, g.Idle, g.Surplus, g.Alone)
			if err != nil {
				return errors.Join(err, into.done())
			}
		}
	}
	return into.done()
}

func (s *Store) saveSkills(ctx context.Context, tx *sqlx.Tx, id string, o Outcome) error {
	into, err := s.dialect.bulk(ctx, tx, "run_skills",
		[]string{
			"run_id", "reading", "region", "skill", "openings",
			"filled_same_region", "filled_same_elsewhere", "filled_related_home", "filled_free_movement", "filled_channel",
			"gap", "workers", "surplus",
		})
	if err != nil {
		return err
	}
	add := func(reading string, gaps []matcher.SkillGap) error {
		for _, g := range gaps {
			f := g.Filled
			err := into.add(id, reading, g.Region, g.Skill, g.Openings,
				f[matcher.SameRegion], f[matcher.SameHome], f[matcher.RelatedHome], f[matcher.Free], f[matcher.ByChannel],
				g.Gap, g.Workers, g.Surplus)
			if err != nil {
				return err
			}
		}
		return nil
	}
	return errors.Join(add(ByGroup, o.Skills), add(ByLevel, o.SkillLevels), into.done())
}

func (s *Store) savePlacements(ctx context.Context, tx *sqlx.Tx, id string, placements []Placement) error {
	into, err := s.dialect.bulk(ctx, tx, "run_placements", []string{
		"run_id", "seq", "layer", "origin", "worker", "status", "citizenship", "pool", "class",
		"destination", "vacancy", "contract", "channel", "way", "count", "fit",
	})
	if err != nil {
		return err
	}
	for i, p := range placements {
		err = into.add(id, int64(i+1), p.Layer, p.Origin, p.Worker, p.Status, p.Citizenship, p.Pool, p.Class,
			p.Destination, p.Vacancy, p.Contract, p.Channel, p.Way, p.Count, p.Fit)
		if err != nil {
			return errors.Join(err, into.done())
		}
	}
	return into.done()
}

// Report returns the report of a run that is done, byte for byte as it was stored.
func (r *Reader) Report(ctx context.Context, id string) ([]byte, error) {
	if err := r.HasOutcome(ctx, id); err != nil {
		return nil, err
	}
	var report string
	err := sqlx.GetContext(ctx, r.q, &report, `SELECT report FROM run_reports WHERE run_id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read the report of run %s: it is done, but has none", id)
	}
	if err != nil {
		return nil, fmt.Errorf("read the report of run %s: %w", id, err)
	}
	return []byte(report), nil
}

// HasOutcome is nil for a run that is there and done.
func (r *Reader) HasOutcome(ctx context.Context, id string) error {
	run, err := r.Run(ctx, id)
	if err == nil && run.State != Done {
		err = say(ErrState, "run %s is %s; it has no results%s", id, run.State, map[bool]string{false: " yet"}[run.State.Final()])
	}
	return err
}
