package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// six rounds to six decimals, so that a figure does not depend on how a machine fuses its operations.
func six(v float64) float64 { return math.Round(v*1e6) / 1e6 }

func sixOf(v *float64) *float64 {
	if v == nil {
		return nil
	}
	rounded := six(*v)
	return &rounded
}

func ratio(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return six(float64(part) / float64(whole))
}

func regionName(code string) string {
	if region, ok := codes.RegionByCode(code); ok {
		return region.Name
	}
	return code
}

func codeTitle(c matcher.Code) string {
	if c.Skill != "" {
		return skillTitle(c.Skill)
	}
	if o, ok := codes.OccupationByCode(c.Occupation); ok {
		return o.Title
	}
	return c.Occupation
}

func skillTitle(skill string) string {
	switch group, ok := codes.SkillGroupByCode(skill); {
	case ok:
		return group.Title
	case skill == matcher.UnknownSkill:
		return "not known"
	case strings.Contains(skill, "-"):
		low, high, _ := strings.Cut(skill, "-")
		return "levels " + low + " to " + high + ", not told apart"
	}
	return map[string]string{
		"1": "simple and routine tasks", "2": "operating, maintaining, handling information",
		"3": "complex technical and practical tasks", "4": "complex problem-solving and decisions",
	}[skill]
}

// addGaps lists the cells at the run's level and every coarser one, and the countries' sums at the run's level.
func (r *Report) addGaps() {
	r.Gaps = []Gap{}
	for level := 1; level <= r.Level; level++ {
		for i := range r.cells[level] {
			g := &r.cells[level][i]
			r.Gaps = append(r.Gaps, Gap{
				Level: level, Region: g.Region, RegionName: regionName(g.Region), Code: g.Code.String(), Title: codeTitle(g.Code),
				Openings: g.Openings, FilledBy: WaysOf(g.Filled), Unfilled: g.Unfilled,
				Workers: g.Workers, PlacedBy: WaysOf(g.Placed), Unplaced: g.Unplaced, Idle: g.Idle, Surplus: g.Surplus, Alone: g.Alone,
			})
		}
	}
	at := map[[2]string]int{}
	r.Occupations = []Gap{}
	for _, g := range r.Gaps {
		if g.Level != r.Level {
			continue
		}
		country := matcher.Country(g.Region)
		key := [2]string{country, g.Code}
		i, seen := at[key]
		if !seen {
			i = len(r.Occupations)
			at[key] = i
			r.Occupations = append(r.Occupations, Gap{
				Level: g.Level, Region: country, RegionName: regionName(country), Code: g.Code, Title: g.Title,
			})
		}
		r.Occupations[i].add(&g)
	}
	slices.SortFunc(r.Occupations, func(a, b Gap) int {
		return cmp.Or(strings.Compare(a.Region, b.Region), strings.Compare(a.Code, b.Code))
	})
}

// add sums another cell into this one.
func (g *Gap) add(h *Gap) {
	g.Openings += h.Openings
	g.FilledBy = g.FilledBy.plus(h.FilledBy)
	g.Unfilled += h.Unfilled
	g.Workers += h.Workers
	g.PlacedBy = g.PlacedBy.plus(h.PlacedBy)
	g.Unplaced += h.Unplaced
	g.Idle += h.Idle
	g.Surplus += h.Surplus
	g.Alone += h.Alone
}

func (w Ways) plus(x Ways) Ways {
	a, b := w.ByWay(), x.ByWay()
	for i := range a {
		a[i] += b[i]
	}
	return WaysOf(a)
}

// addOldest finds the oldest year that cohorts or vacancies are of.
func (r *Report) addOldest() {
	m := r.result.Market
	r.Oldest = m.Period
	for i := range m.Vacancies {
		r.Oldest = min(r.Oldest, m.Vacancies[i].Period)
	}
	for i := range m.Cohorts {
		r.Oldest = min(r.Oldest, m.Cohorts[i].Period)
	}
}

func (r *Report) addCountries() {
	at := map[string]int{}
	r.Countries = []Country{}
	last := ""
	for _, g := range r.Gaps {
		if g.Level != r.Level {
			continue
		}
		code := matcher.Country(g.Region)
		i, seen := at[code]
		if !seen {
			i = len(r.Countries)
			at[code] = i
			r.Countries = append(r.Countries, Country{Country: code, Name: regionName(code)})
		}
		c := &r.Countries[i]
		if g.Region != last { // cells are sorted by region
			c.Regions++
			last = g.Region
		}
		c.Openings += g.Openings
		c.FilledBy = c.FilledBy.plus(g.FilledBy)
		c.Unfilled += g.Unfilled
		c.Alone += g.Alone
		c.Workers += g.Workers
		c.PlacedBy = c.PlacedBy.plus(g.PlacedBy)
		c.Unplaced += g.Unplaced
		c.Idle += g.Idle
		c.Surplus += g.Surplus
	}
	for i := range r.Countries {
		c := &r.Countries[i]
		c.Filled, c.Placed = c.FilledBy.Sum(), c.PlacedBy.Sum()
		if c.Idle > 0 {
			tightness := ratio(c.Openings, c.Idle)
			c.Tightness = &tightness
		}
	}
	slices.SortFunc(r.Countries, func(a, b Country) int { return strings.Compare(a.Country, b.Country) })
}

func (r *Report) addSkills() {
	r.Skills = []SkillGap{}
	for _, s := range []struct {
		scheme string
		gaps   []matcher.SkillGap
	}{{SchemeESCO, r.result.SkillGaps(r.cells[r.Level])}, {SchemeLevel, r.result.SkillLevelGaps(r.cells[r.Level])}} {
		for _, g := range s.gaps {
			r.Skills = append(r.Skills, SkillGap{
				Scheme: s.scheme, Region: g.Region, RegionName: regionName(g.Region), Skill: g.Skill, Title: skillTitle(g.Skill),
				Openings: g.Openings, FilledBy: WaysOf(g.Filled), Gap: g.Gap, Workers: g.Workers, Surplus: g.Surplus,
			})
		}
	}
}

// addPlacements lists both halves of the placements, and sums the second into flows.
func (r *Report) addPlacements() {
	base, m := r.result, r.result.Market
	r.Entries, r.Placements, r.Flows = []Entry{}, []Placement{}, []Flow{}
	for _, e := range base.Entries {
		c, pool := &m.Cohorts[e.Cohort], &base.Pools[e.Pool]
		r.Entries = append(r.Entries, Entry{
			Region: c.Region, Code: c.Code.String(), Status: c.Status, Citizenship: c.Citizenship, Period: c.Period,
			Class: pool.Class, PoolCode: pool.Code.String(), Fit: six(e.Fit), Count: e.Count,
		})
	}
	flows := map[Flow]int64{}
	for _, p := range base.Placements {
		pool, v := &base.Pools[p.Pool], &m.Vacancies[p.Vacancy]
		channel, title := "", ""
		if p.Channel >= 0 {
			channel, title = m.Channels[p.Channel].ID, m.Channels[p.Channel].Title
		}
		r.Placements = append(r.Placements, Placement{
			From: pool.Region, Class: pool.Class, To: v.Region, Code: v.Code.String(), Title: codeTitle(v.Code),
			Contract: v.Contract, Months: v.Months, Period: v.Period, Way: p.Way.String(), Channel: channel, Count: p.Count,
		})
		flows[Flow{
			From: pool.Region, FromName: regionName(pool.Region), To: v.Region, ToName: regionName(v.Region),
			Way: p.Way.String(), Channel: channel, Title: title,
		}] += p.Count
	}
	for f, count := range flows {
		f.Count = count
		r.Flows = append(r.Flows, f)
	}
	slices.SortFunc(r.Flows, func(a, b Flow) int {
		return cmp.Or(
			strings.Compare(a.From, b.From), strings.Compare(a.To, b.To),
			strings.Compare(a.Way, b.Way), strings.Compare(a.Channel, b.Channel))
	})
	slices.SortStableFunc(r.Entries, func(a, b Entry) int {
		return cmp.Or(
			strings.Compare(a.Region, b.Region), strings.Compare(a.Code, b.Code), strings.Compare(a.Status, b.Status),
			strings.Compare(a.Citizenship, b.Citizenship), strings.Compare(a.Period, b.Period),
			strings.Compare(a.Class, b.Class), strings.Compare(a.PoolCode, b.PoolCode))
	})
	slices.SortStableFunc(r.Placements, func(a, b Placement) int {
		return cmp.Or(
			strings.Compare(a.From, b.From), strings.Compare(a.Class, b.Class), strings.Compare(a.To, b.To),
			strings.Compare(a.Code, b.Code), strings.Compare(a.Contract, b.Contract), cmp.Compare(a.Months, b.Months),
			strings.Compare(a.Period, b.Period), strings.Compare(a.Way, b.Way), strings.Compare(a.Channel, b.Channel))
	})
}

// TopicSourceLevel is the topic of a note of the data that states the gap before anything moves at the level of the
// source's own classification: its count is that gap. The level table shows it beside the levels computed.
const TopicSourceLevel = "source-level"

const levelsWhy = "Coarser classes hide mismatch: a welder and a toolmaker are one class at ISCO-2, so an idle one seems to " +
	"fill a post for the other. The gap is therefore never given without its level. Alone is before anything moves, left " +
	"is after placement; each level is a placement of its own, with the fits known at it, and at ISCO-1 no occupation is " +
	"near enough to another to fill for it. A net shortage is alone all of it."

func (r *Report) addLevels(solves []*solved) {
	r.LevelsWhy = levelsWhy
	finest := 0
	for i := range r.result.Market.Channels {
		for _, code := range r.result.Market.Channels[i].Occupations {
			finest = max(finest, len(code))
		}
	}
	if finest > 1 {
		r.LevelsWhy += fmt.Sprintf(" A channel of this market is for occupations of %d digits; it carries nobody at a coarser level.", finest)
	}
	for _, s := range solves {
		if s.part != partRun && s.part != partLevel {
			continue
		}
		seen := map[string]bool{}
		for i := range s.cells {
			seen[s.cells[i].Code.String()] = true
		}
		row := LevelRow{
			Level: s.level, Name: fmt.Sprintf("ISCO-%d", s.level), Codes: len(seen),
			Openings: s.totals.Openings, Alone: s.totals.Alone, Share: ratio(s.totals.Alone, s.totals.Openings),
			Unfilled: s.totals.Unfilled, Run: s.part == partRun,
		}
		indices := s.result.IndicesOf(s.cells, s.level)
		row.Mismatch = sixOf(indices("").Mismatch)
		if len(r.Countries) > 1 {
			row.Countries = levelCountries(s.cells, indices)
		}
		r.Levels = append(r.Levels, row)
	}
	slices.SortFunc(r.Levels, func(a, b LevelRow) int { return cmp.Compare(a.Level, b.Level) })
	for _, n := range r.result.Market.Notes {
		if n.Topic == TopicSourceLevel {
			r.Levels = append(r.Levels, LevelRow{Name: "the source's own", Alone: n.Count, Stated: true, Statement: n.Text})
		}
	}
}

// levelCountries splits the gap of a level over the countries that have openings.
func levelCountries(gaps []matcher.Gap, indices func(country string) matcher.Indices) []LevelCountry {
	rows := []LevelCountry{}
	for _, g := range gaps { // sorted by region, so countries come one after the other
		country := matcher.Country(g.Region)
		if len(rows) == 0 || rows[len(rows)-1].Country != country {
			rows = append(rows, LevelCountry{Country: country, Name: regionName(country)})
		}
		c := &rows[len(rows)-1]
		c.Openings += g.Openings
		c.Alone += g.Alone
		c.Unfilled += g.Unfilled
	}
	rows = slices.DeleteFunc(rows, func(c LevelCountry) bool { return c.Openings == 0 })
	for i := range rows {
		c := &rows[i]
		c.Share = ratio(c.Alone, c.Openings)
		c.Mismatch = sixOf(indices(c.Country).Mismatch)
	}
	return rows
}

func (r *Report) addCases(solves []*solved) {
	for _, s := range solves {
		if s.part == partLevel || s.part == partStay {
			continue
		}
		c := Case{
			Name: s.name, Order: s.policy.Order, Available: s.policy.Available.Value, Mobile: s.policy.Mobile.Value,
			Run: s.part == partRun, Totals: s.totals,
		}
		if s.part != partOrder {
			r.Cases = append(r.Cases, c)
		}
		if s.part == partRun {
			c.Name = string(s.policy.Order)
		}
		if s.part != partCase {
			r.Orders = append(r.Orders, c)
		}
	}
	r.OrdersSay = []string{}
	for _, other := range r.Orders[1:] {
		r.OrdersSay = append(r.OrdersSay, against(&r.Orders[0], &other))
	}
}

// against says in a sentence what the order of the run costs against another.
func against(run, other *Case) string {
	home := func(c *Case) int64 { return c.FilledBy.SameRegion + c.FilledBy.SameElsewhere + c.FilledBy.RelatedHome }
	more := func(n int64, unit func(int64) string, more, less, same string) string {
		switch {
		case n > 0:
			return unit(n) + " " + more
		case n < 0:
			return unit(-n) + " " + less
		}
		return same
	}
	return fmt.Sprintf("Against %s, %s fills %s, places %s, and gains %s.",
		other.Name, run.Name,
		more(run.Filled-other.Filled, comma, "openings more", "openings fewer", "as many openings"),
		more(home(run)-home(other), comma, "more at home", "fewer at home", "as many at home"),
		more(run.Value-other.Value, money, "a year more", "a year less", "as much"))
}

func (r *Report) addIndices() {
	add := func(x matcher.Indices, country, name string, level int) {
		r.Indices = append(r.Indices, Index{
			Level: level, Region: cmp.Or(country, "*"), Name: name, Openings: x.Openings, Workers: x.Workers,
			Tightness: sixOf(x.Tightness), VacancyRate: sixOf(x.VacancyRate), UnemploymentRate: sixOf(x.UnemploymentRate),
			Mismatch: sixOf(x.Mismatch),
		})
	}
	for level := 1; level <= r.Level; level++ {
		indices := r.result.IndicesOf(r.cells[level], level)
		add(indices(""), "", "all", level)
		for _, c := range r.Countries {
			add(indices(c.Country), c.Country, c.Name, level)
		}
	}
}

func (r *Report) addPolicy() {
	policy := r.result.Policy
	for _, n := range policy.Numbers() {
		r.Policy = append(r.Policy, PolicyNumber{Name: n.Name, Number: *n.Number})
	}
}

// addSources counts the market's rows by where they come from.
func (r *Report) addSources() {
	m := r.result.Market
	counts := map[Source]*Source{}
	count := func(p matcher.Provenance) {
		key := Source{Source: p.Source, Date: p.Date, Licence: p.Licence}
		s := counts[key]
		if s == nil {
			s = &Source{Source: p.Source, Date: p.Date, Licence: p.Licence}
			counts[key] = s
		}
		s.Rows++
		if p.Assumed {
			s.Assumed++
		}
		if p.Estimated {
			s.Estimated++
		}
	}
	for i := range m.Vacancies {
		count(m.Vacancies[i].Provenance)
	}
	for i := range m.Cohorts {
		count(m.Cohorts[i].Provenance)
	}
	for i := range m.Channels {
		count(m.Channels[i].Provenance)
	}
	for i := range m.Wages {
		count(m.Wages[i].Provenance)
	}
	for i := range m.Signals {
		count(m.Signals[i].Provenance)
	}
	for i := range m.Prices {
		count(m.Prices[i].Provenance)
	}
	r.Sources = []Source{}
	for _, s := range counts {
		r.Sources = append(r.Sources, *s)
	}
	slices.SortFunc(r.Sources, func(a, b Source) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Date, b.Date), strings.Compare(a.Licence, b.Licence))
	})
}
