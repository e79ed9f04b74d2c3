package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"

	"labourmatch/datasets"
)

// sheet is one CSV table of a report: its file, its columns and its rows in canonical text.
type sheet struct {
	file    string
	columns []string
	rows    func(*Report) iter.Seq[[]string]
}

// sheets lists the tables of a report directory.
func sheets() []sheet {
	way := func(prefix string) []string {
		return []string{
			prefix + "_same_region", prefix + "_same_elsewhere", prefix + "_related_home",
			prefix + "_free_movement", prefix + "_channel",
		}
	}
	gapColumns := []string{"level", "region", "region_name", "code", "title", "openings"}
	gapColumns = append(gapColumns, way("filled")...)
	gapColumns = append(gapColumns, "unfilled", "workers")
	gapColumns = append(gapColumns, way("placed")...)
	skillColumns := []string{"scheme", "region", "region_name", "skill", "title", "openings"}
	skillColumns = append(skillColumns, way("filled")...)
	skillColumns = append(skillColumns, "gap", "workers", "surplus")
	gapColumns = append(gapColumns, "unplaced", "idle", "surplus", "alone")
	return []sheet{
		{"gaps.csv", gapColumns, func(r *Report) iter.Seq[[]string] { return each(r.Gaps, gapCells) }},
		{
			"skills.csv",
			skillColumns,
			func(r *Report) iter.Seq[[]string] { return each(r.Skills, skillCells) },
		},
		{
			"placements.csv",
			[]string{"from", "class", "to", "code", "title", "contract", "months", "period", "way", "channel", "count"},
			func(r *Report) iter.Seq[[]string] { return each(r.Placements, placementCells) },
		},
		{
			"entries.csv",
			[]string{"region", "code", "status", "citizenship", "period", "class", "pool_code", "fit", "count"},
			func(r *Report) iter.Seq[[]string] { return each(r.Entries, entryCells) },
		},
		{"causes.csv", causeColumns, causedRows},
		{"prices.csv", priceColumns, func(r *Report) iter.Seq[[]string] { return each(r.Prices, priceCells) }},
		{"ledger.csv", ledgerColumns, ledgerRows},
		{"balance.csv", balanceColumns, func(r *Report) iter.Seq[[]string] { return each(r.Balances, balanceCells) }},
		{"lifts.csv", liftColumns, liftRows},
		{"shortages.csv", shortageColumns(), func(r *Report) iter.Seq[[]string] { return each(r.Shortages, shortageCells) }},
	}
}

func each[T any](list []T, cells func(*T) []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for i := range list {
			if !yield(cells(&list[i])) {
				return
			}
		}
	}
}

func gapCells(g *Gap) []string {
	row := []string{strconv.Itoa(g.Level), datasets.Guard(g.Region), datasets.Guard(g.RegionName), datasets.Guard(g.Code), datasets.Guard(g.Title), number(g.Openings)}
	row = append(row, wayCells(g.FilledBy)...)
	row = append(row, number(g.Unfilled), number(g.Workers))
	row = append(row, wayCells(g.PlacedBy)...)
	return append(row, number(g.Unplaced), number(g.Idle), number(g.Surplus), number(g.Alone))
}

func wayCells(w Ways) []string {
	var cells []string
	for _, n := range w.ByWay() {
		cells = append(cells, number(n))
	}
	return cells
}

func skillCells(g *SkillGap) []string {
	row := []string{g.Scheme, datasets.Guard(g.Region), datasets.Guard(g.RegionName), datasets.Guard(g.Skill), datasets.Guard(g.Title), number(g.Openings)}
	row = append(row, wayCells(g.FilledBy)...)
	return append(row, number(g.Gap), number(g.Workers), number(g.Surplus))
}

func placementCells(p *Placement) []string {
	months := ""
	if p.Months != 0 {
		months = strconv.Itoa(p.Months)
	}
	return []string{
		datasets.Guard(p.From), datasets.Guard(p.Class), datasets.Guard(p.To), datasets.Guard(p.Code), datasets.Guard(p.Title), datasets.Guard(p.Contract), months, datasets.Guard(p.Period),
		p.Way, datasets.Guard(p.Channel), number(p.Count),
	}
}

func entryCells(e *Entry) []string {
	return []string{
		datasets.Guard(e.Region), datasets.Guard(e.Code), datasets.Guard(e.Status), datasets.Guard(e.Citizenship), datasets.Guard(e.Period), datasets.Guard(e.Class),
		datasets.Guard(e.PoolCode), strconv.FormatFloat(e.Fit, 'f', -1, 64), number(e.Count),
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// write streams the sheet as CSV: a header, commas, LF, quotes where needed. The same report gives the same bytes.
func (s sheet) write(w io.Writer, r *Report) error {
	out := csv.NewWriter(w)
	if err := out.Write(s.columns); err != nil {
		return fmt.Errorf("write %s: %w", s.file, err)
	}
	for row := range s.rows(r) {
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write %s: %w", s.file, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write %s: %w", s.file, err)
	}
	return nil
}

// WriteTable writes the table that a report directory has under the name of a file, such as prices.csv.
func (r *Report) WriteTable(w io.Writer, file string) error {
	for _, s := range sheets() {
		if s.file == file {
			return s.write(w, r)
		}
	}
	return fmt.Errorf("write %s: a report has no such table", file)
}

// WriteGaps writes one row per level, region and code: both sides of it, by way.
func (r *Report) WriteGaps(w io.Writer) error { return sheets()[0].write(w, r) }

// WriteSkills writes the gaps read in ESCO skill groups and in ISCO skill levels.
func (r *Report) WriteSkills(w io.Writer) error { return sheets()[1].write(w, r) }

// WritePlacements writes the rows pool → vacancy.
func (r *Report) WritePlacements(w io.Writer) error { return sheets()[2].write(w, r) }

// WriteEntries writes the rows cohort → pool.
func (r *Report) WriteEntries(w io.Writer) error { return sheets()[3].write(w, r) }

// WriteCauses writes one row per side, region, code and cause.
func (r *Report) WriteCauses(w io.Writer) error { return sheets()[4].write(w, r) }
