package matcher

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Gap is one cell of the outcome: a region and an occupation (or skill), both sides of it.
// Openings = Filled + Unfilled, Workers = Placed + Unplaced. Workers includes people who have work and would take
// better; Idle and Surplus leave them out.
type Gap struct {
	Region string `json:"region"`
	Code
	Title    string `json:"title"`
	Openings int64  `json:"openings"`
	Filled   ByWay  `json:"filled"`
	Unfilled int64  `json:"unfilled"` // the gap
	Workers  int64  `json:"workers"`
	Placed   ByWay  `json:"placed"`
	Unplaced int64  `json:"unplaced"`
	Idle     int64  `json:"idle"`    // workers without work
	Surplus  int64  `json:"surplus"` // of the idle, those left unplaced
	// Alone is the gap before anything moves: openings beyond the idle of the same code in the same region. Net
	// openings, which home could not fill, are alone all of them.
	Alone int64 `json:"alone"`

	net int64 // of the openings, which are net
}

// SkillGap reads the gap and surplus of a region in one skill: the sum over occupations of gap times the share of the
// skill group in the occupation's essential skills, rounded by largest remainder so that the rows of a region add up
// to its gap to the unit.
type SkillGap struct {
	Region   string `json:"region"`
	Skill    string `json:"skill"` // an ESCO skill group, or `unknown`
	Openings int64  `json:"openings"`
	Filled   ByWay  `json:"filled"`
	Gap      int64  `json:"gap"`
	Workers  int64  `json:"workers"` // without work
	Surplus  int64  `json:"surplus"`
}

// UnknownSkill is the skill under which gaps are read whose occupation's skills are not known.
const UnknownSkill = "unknown"

// Gaps lists every cell of the result that has an opening or a worker, occupations summed to an ISCO level not finer
// than the market's; sorted by region and code. Skill-coded rows stay as they are.
func (r *Result) Gaps(level int) []Gap { return r.Coarser(r.cells(), level) }

// cells lists every cell at the market's level.
func (r *Result) cells() []Gap {
	// Rows are sorted by key, so those of a cell follow each other, nearly always: a cell is begun where the row before was of
	// another, and cells begun twice are added up at the end.
	var cells []Gap
	at := func(region string, code Code) *Gap {
		if k := len(cells) - 1; k < 0 || cells[k].Region != region || cells[k].Code != code {
			cells = append(cells, Gap{Region: region, Code: code})
		}
		return &cells[len(cells)-1]
	}
	for i, f := range r.Fillings {
		v := &r.Market.Vacancies[i]
		g := at(v.Region, v.Code)
		g.Openings += f.Openings
		g.Unfilled += f.Unfilled
		if v.Kind == Net {
			g.net += f.Openings
		}
		for w, n := range f.Filled {
			g.Filled[w] += n
		}
	}
	for i, p := range r.Placings {
		c := &r.Market.Cohorts[i]
		g := at(c.Region, c.Code)
		g.Workers += p.Workers
		g.Unplaced += p.Unplaced
		if c.Status != Employed {
			g.Idle += p.Workers
			g.Surplus += p.Unplaced
		}
		for w, n := range p.Placed {
			g.Placed[w] += n
		}
	}
	order := make([]int, len(cells))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(cells[a].Region, cells[b].Region), compareCodes(cells[a].Code, cells[b].Code), a-b)
	})
	sorted := make([]Gap, len(cells))
	for to, from := range order {
		sorted[to] = cells[from]
	}
	return sorted
}

// Coarser sums cells of the result to an ISCO level no finer than theirs, as [Result.Gaps] lists them. Those of several levels are
// had from one list, the finest.
func (r *Result) Coarser(cells []Gap, level int) []Gap {
	titles := make(map[string]string, len(r.Market.Occupations))
	for _, o := range r.Market.Occupations {
		titles[o.Code] = o.Title
	}
	gaps := make([]Gap, 0, len(cells))
	for i := range cells {
		g := &cells[i]
		code := g.Code
		code.Occupation = code.Occupation[:min(level, len(code.Occupation))]
		if k := len(gaps) - 1; k >= 0 && gaps[k].Region == g.Region && gaps[k].Code == code {
			gaps[k].add(g)
			continue
		}
		gaps = append(gaps, *g)
		of := &gaps[len(gaps)-1]
		of.Code, of.Title = code, titles[code.Occupation]
	}
	for i := range gaps {
		g := &gaps[i]
		g.Alone = g.net + max(0, g.Openings-g.net-g.Idle)
	}
	return gaps
}

// add sums another part of the cell into this one.
func (g *Gap) add(h *Gap) {
	g.Openings += h.Openings
	g.Unfilled += h.Unfilled
	g.Workers += h.Workers
	g.Unplaced += h.Unplaced
	g.Idle += h.Idle
	g.Surplus += h.Surplus
	g.net += h.net
	for w := range g.Filled {
		g.Filled[w] += h.Filled[w]
		g.Placed[w] += h.Placed[w]
	}
}

// compareCodes orders codes as they are written.
func compareCodes(a, b Code) int {
	if a.Skill == "" && b.Skill == "" {
		return strings.Compare(a.Occupation, b.Occupation)
	}
	return strings.Compare(a.String(), b.String())
}

// SkillGaps reads every region's gap and surplus in ESCO skill groups; sorted by region and skill. A cell coded by a
// skill group counts there whole; one whose skills are not known counts as [UnknownSkill]. The cells are the result's, at the market's level.
func (r *Result) SkillGaps(cells []Gap) []SkillGap {
	skills := map[string]map[string]float64{}
	for _, o := range r.Market.Occupations {
		skills[o.Code] = o.Skills
	}
	return inSkills(cells, func(c Code) map[string]float64 {
		switch s := skills[c.Occupation]; {
		case c.Skill != "" && levels(c.Skill) == nil:
			return map[string]float64{c.Skill: 1}
		case c.Skill == "" && len(s) > 0:
			return s
		}
		return map[string]float64{UnknownSkill: 1}
	})
}

// SkillLevelGaps reads every region's gap and surplus in ISCO skill levels. A code that spans several levels is listed
// under the range (`3-4`): nothing says how many of it are which. The cells are as in [Result.SkillGaps].
func (r *Result) SkillLevelGaps(cells []Gap) []SkillGap {
	of := map[string]string{}
	for _, o := range r.Market.Occupations {
		of[o.Code] = SkillLevelName(o.SkillLevels)
	}
	return inSkills(cells, func(c Code) map[string]float64 {
		level := of[c.Occupation]
		if levels(c.Skill) != nil {
			level = c.Skill
		}
		return map[string]float64{cmp.Or(level, UnknownSkill): 1}
	})
}

// SkillLevelName writes ISCO skill levels as files do: `2`, or `3-4` for a code that spans several; "" for none.
func SkillLevelName(levels []int) string {
	if len(levels) == 0 {
		return ""
	}
	low, high := slices.Min(levels), slices.Max(levels)
	if low == high {
		return strconv.Itoa(low)
	}
	return strconv.Itoa(low) + "-" + strconv.Itoa(high)
}

// inSkills spreads the counts of every cell over skills by the shares given, then rounds per region.
func inSkills(gaps []Gap, shares func(Code) map[string]float64) []SkillGap {
	known := map[Code]map[string]float64{}
	of := func(c Code) map[string]float64 {
		if known[c] == nil {
			known[c] = shares(c)
		}
		return known[c]
	}
	var rows []SkillGap
	for len(gaps) > 0 {
		region, n := gaps[0].Region, 0
		for n < len(gaps) && gaps[n].Region == region {
			n++
		}
		rows = append(rows, regionInSkills(region, gaps[:n], of)...)
		gaps = gaps[n:]
	}
	return rows
}

// inColumns are the counts of a cell, or of a skill, that are spread: openings, gap, idle, surplus, and openings filled by way.
type inColumns [4 + NumWays]int64

func (g *Gap) columns() (c inColumns) {
	c[0], c[1], c[2], c[3] = g.Openings, g.Unfilled, g.Idle, g.Surplus
	copy(c[4:], g.Filled[:])
	return c
}

func regionInSkills(region string, gaps []Gap, shares func(Code) map[string]float64) []SkillGap {
	weights := map[string]*[len(inColumns{})]float64{}
	var totals inColumns
	for i := range gaps {
		columns := gaps[i].columns()
		for skill, share := range shares(gaps[i].Code) {
			of := weights[skill]
			if of == nil {
				of = new([len(inColumns{})]float64)
				weights[skill] = of
			}
			for k, n := range columns {
				of[k] += float64(float64(n) * share) // not fused: see share
			}
		}
		for k, n := range columns {
			totals[k] += n
		}
	}
	names := slices.Sorted(maps.Keys(weights))
	spread := make([]inColumns, len(names))
	parts := make([]float64, len(names))
	for k := range totals {
		for i, name := range names {
			parts[i] = weights[name][k]
		}
		for i, n := range apportionReal(totals[k], parts) {
			spread[i][k] = n
		}
	}
	rows := make([]SkillGap, len(names))
	for i, name := range names {
		c := &spread[i]
		rows[i] = SkillGap{Region: region, Skill: name, Openings: c[0], Gap: c[1], Workers: c[2], Surplus: c[3], Filled: ByWay(c[4:])}
	}
	return rows
}
