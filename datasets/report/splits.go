package report

import (
	"context"
	"fmt"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// SplitRow is what is filled and what stays empty if rows coarser than the run's level are split in one way.
type SplitRow struct {
	Split    string `json:"split"`
	Filled   int64  `json:"filled"`
	Unfilled int64  `json:"unfilled"`
	Run      bool   `json:"run,omitempty"` // the split of the run
	Meaning  string `json:"meaning"`
}

// addSplits solves the market again under the most and the least favourable split of its coarse rows, so that nobody
// takes a gap for measured that depends on a share: nothing is added where no row was split.
//
// The most favourable leaves every coarse row whole and able to be any of its parts, which no split can do better than
// in what workers and openings can do. The worst split is not known to be found by any quick method; the least favourable
// is one that is surely bad: all of a coarse row of openings is of the part with the largest share left empty in the run,
// all of one of workers of the part with the largest share left over.
func (r *Report) addSplits(ctx context.Context, d *datasets.Directory, policy matcher.Policy) error {
	if !d.Coarse(r.Level) {
		return nil
	}
	r.Splits = []SplitRow{{
		Split: "in proportion", Filled: r.Totals.Filled, Unfilled: r.Totals.Unfilled, Run: true,
		Meaning: "by the shares of finer rows of the same side",
	}}
	worst := r.worstParts()
	for _, s := range []struct {
		name, meaning string
		whole         datasets.Whole
	}{
		{"most favourable", "a coarse row is whatever part is needed", func(_, _, code string) string { return code }},
		{"least favourable", "a coarse row is the part that is needed least", worst},
	} {
		m, err := d.MarketWith(r.Level, s.whole)
		if err != nil {
			return fmt.Errorf("make the market under the %s split: %w", s.name, err)
		}
		result, err := matcher.Match(ctx, m, policy, matcher.Options{})
		if err != nil {
			return fmt.Errorf("the %s split: %w", s.name, err)
		}
		r.Splits = append(r.Splits, SplitRow{
			Split: s.name, Filled: result.Totals.Openings - result.Totals.Unfilled, Unfilled: result.Totals.Unfilled, Meaning: s.meaning,
		})
	}
	return nil
}

// worstParts says of each coarse row which of its parts takes it worst, by what the run leaves empty or idle of the part
// in the row's region.
func (r *Report) worstParts() datasets.Whole {
	type cell struct{ region, code string }
	empty, idle := map[cell]float64{}, map[cell]float64{}
	for _, g := range r.result.Gaps(r.Level) {
		c := cell{g.Region, g.Code.String()}
		empty[c], idle[c] = ratio(g.Unfilled, g.Openings), ratio(g.Surplus, g.Idle)
	}
	return func(file, region, code string) string {
		shares := empty
		if file == datasets.WorkersFile {
			shares = idle
		}
		worst, most := "", -1.0
		for _, o := range r.result.Market.Occupations {
			if len(o.Code) == r.Level && strings.HasPrefix(o.Code, code) {
				if s := shares[cell{region, o.Code}]; s > most {
					worst, most = o.Code, s
				}
			}
		}
		return worst
	}
}

// setSplits sets the three splits side by side.
func (r *Report) setSplits(p *page) {
	if len(r.Splits) == 0 {
		return
	}
	p.section(fmt.Sprintf("If coarse rows are split in another way, ISCO-%d", r.Level))
	var rows [][]string
	for _, s := range r.Splits {
		mark := ""
		if s.Run {
			mark = " ◂"
		}
		rows = append(rows, []string{s.Split + mark, count(s.Filled), count(s.Unfilled), s.Meaning})
	}
	p.grid([]column{{title: "Split"}, {title: "filled", right: true}, {title: "unfilled", right: true}, {title: "what it takes for granted", flex: true, lines: 2}}, rows)
	p.prose(2, 0, "Some rows are coarser than the run's level; which finer occupations they are of is not known. A gap between the two ends is what the data can tell.")
}
