package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"labourmatch/datasets"
	"labourmatch/datasets/codes"
)

// Outliers are figures of a region and occupation whose share of the region is more than this many times the median of
// the other regions' shares, where at least minNeighbours have the occupation and the figure is at least minOutlier.
const (
	farOff        = 20
	minNeighbours = 5
	minOutlier    = 100 * micro
)

func (c *cube) outliers(t *target) {
	type group struct{ rest, period, kind, code uint32 }
	sums := map[group]int64{}
	inRegion := func(x *cubeCell) group { return group{x.rest, x.period, x.kind, x.region} }
	ofCode := func(x *cubeCell) group { return group{x.rest, x.period, x.kind, x.occupation} }
	for i := range c.cells {
		sums[inRegion(&c.cells[i])] += c.cells[i].n
	}
	share := func(x *cubeCell) float64 { return float64(x.n) / float64(sums[inRegion(x)]) }
	shares := map[group][]float64{}
	for i := range c.cells {
		if x := &c.cells[i]; x.n > 0 {
			shares[ofCode(x)] = append(shares[ofCode(x)], share(x))
		}
	}
	for _, list := range shares {
		slices.Sort(list)
	}
	for i := range c.cells {
		x := &c.cells[i]
		list := shares[ofCode(x)]
		others := len(list) - 1
		if x.n < minOutlier || others < minNeighbours {
			continue
		}
		here := share(x)
		own, _ := slices.BinarySearch(list, here)
		middle := others / 2
		if middle >= own {
			middle++
		}
		if median := list[middle]; here > farOff*median {
			t.r.found.add(Finding{
				Severity: Warning, Kind: Outlier, Table: t.table.File, Row: int(x.line), Column: "count", Value: c.name(x), Figure: x.n,
				What: fmt.Sprintf("is %s, %.2f %% of all in %s; in the middle of the %d other regions it is %.2f %%", grouped(x.n), 100*here, c.words[x.region], others, 100*median),
				Hint: "Look whether the figure belongs to this code, and whether a digit is too many",
			})
		}
	}
}

// plausible wages, in PPP dollars of each unit: beyond them a unit is wrong far more often than a wage is. The mean wages of
// ISCO-08 major groups in 571 years of countries lie between 0.19 and 84.74 an hour (ILOSTAT, average hourly earnings of
// employees by occupation in PPP dollars, 2024, CC BY 4.0).
var plausible = map[string][2]int64{
	datasets.PerYear: {200 * micro, 1_000_000 * micro}, datasets.PerMonth: {15 * micro, 80_000 * micro}, datasets.PerHour: {micro / 10, 500 * micro},
}

// farWage is how many times the middle wage of a country one of its occupations can hardly be, up or down: in the same
// publication no major group earns more than 6.5 times the middle one of its country, nor less than a fifth of it. Finer
// groups lie farther apart, so it is twice that.
const farWage = 12

// wages tells of wages that can hardly be, in themselves or beside the others of the country.
func (c *cube) wages(t *target) {
	type group struct {
		rest, period, kind uint32
		country            string
	}
	byCountry := map[group][]int64{}
	of := func(x *cubeCell) group { return group{x.rest, x.period, x.kind, codes.Country(c.words[x.region])} }
	for i := range c.cells {
		byCountry[of(&c.cells[i])] = append(byCountry[of(&c.cells[i])], c.cells[i].n)
	}
	for _, list := range byCountry {
		slices.Sort(list)
	}
	for i := range c.cells {
		x := &c.cells[i]
		f := Finding{Severity: Warning, Kind: Implausible, Table: t.table.File, Row: int(x.line), Column: "wage", Value: c.name(x), Figure: x.n}
		unit, list := c.words[x.kind], byCountry[of(x)]
		middle := list[len(list)/2]
		switch bounds, ok := plausible[unit]; {
		case ok && (x.n < bounds[0] || x.n > bounds[1]):
			f.What = fmt.Sprintf("is %s %s, where %s to %s would be usual", grouped(x.n), unit, grouped(bounds[0]), grouped(bounds[1]))
			f.Hint = "Look whether the wage is by hour, month or year, and in PPP dollars"
		case len(list) > minNeighbours && middle > 0 && (x.n > middle*farWage || x.n*farWage < middle):
			f.What = fmt.Sprintf("is %s %s; the middle of the country's %d wages is %s", grouped(x.n), unit, len(list), grouped(middle))
			f.Hint = "Look whether this row has another unit or currency than the others"
		default:
			continue
		}
		t.r.found.add(f)
	}
}

// Rows of these many years before the date of their source are old, and a share of all that a source sees of less than
// rareCoverage is more often a slip than a fact.
const (
	oldYears     = 15
	rareCoverage = micro / 100
)

// plausible tells of what can hardly be in a row by itself: a period far from the date of its source, a wage that no
// worker has, a share that is nearly nothing.
func (t *target) plausible(cells []string, line int) {
	find := func(column, value, what, hint string) {
		f := Finding{Severity: Warning, Kind: Implausible, Table: t.table.File, Row: line, Column: column, Value: value, What: what, Hint: hint}
		if t.counts() {
			f.Figure, _ = Numbers{}.parse(cells[t.figureAt])
		}
		t.r.found.add(f)
	}
	period, date := cells[t.at("period")], cells[t.at("date")]
	year, err1 := strconv.Atoi(period)
	published, err2 := strconv.Atoi(date[:min(4, len(date))])
	switch {
	case err1 != nil || err2 != nil:
	case year > published:
		find("period", period, "is after "+date+", the date of its source", "A count of what has not been yet is a forecast: say so in the layout's note; else look at the two dates")
	case published-year > oldYears:
		find("period", period, fmt.Sprintf("is more than %d years before %s, the date of its source", oldYears, date), "Look whether a later edition is there, or a later period in this one")
	}
	if !t.counts() {
		return
	}
	for _, column := range []string{"wage", "outside"} {
		if i := t.at(column); i >= 0 && cells[i] != "" {
			bounds := plausible[datasets.PerYear]
			if n, ok := (Numbers{}).parse(cells[i]); ok && (n > bounds[1] || n < bounds[0] && n > 0) {
				find(column, cells[i], fmt.Sprintf("is a wage a year, where %s to %s PPP dollars would be usual", grouped(bounds[0]), grouped(bounds[1])),
					"Look whether the wage is by hour, month or year, and in PPP dollars")
			}
		}
	}
	if i := t.at("coverage"); i >= 0 && cells[i] != "" {
		if n, ok := (Numbers{}).parse(cells[i]); ok && n < rareCoverage {
			find("coverage", cells[i], fmt.Sprintf("makes each one counted stand for %s", grouped(micro*micro/max(n, 1))), "Coverage is the share of the true number that the source sees: write 0.85 for 85 %")
		}
	}
}

// fitCheck holds the fits of a table against each other and against those that ESCO's skills give. A fit is what takes the
// place of a distance between occupations: 1 − fit.
type fitCheck struct {
	rows []fitRow
	over bool
}

type fitRow struct {
	from, to string
	fit      int64
	line     int
}

func (c *fitCheck) add(cells []string, line int, fit int64) {
	if len(c.rows) >= maxCube {
		c.over = true
		return
	}
	c.rows = append(c.rows, fitRow{cells[0], cells[1], fit, line})
}

// Bounds of fits, by the 90,000 pairs of unit groups in our table of ESCO's skills: the fit between groups two skill
// levels apart is 0.3 or less for 999 pairs in 1,000 and 0.78 at most; the two directions of a pair are never 0.5 apart.
const (
	steepFit   = 800_000
	oneSided   = 500_000
	farFromOur = 500_000
)

// report tells of fits that nothing supports.
func (c *fitCheck) report(t *target) {
	if c.over {
		t.r.found.add(Finding{Severity: Note, Kind: Mixed, Table: t.table.File, What: "has more than " + grouped(maxCube*micro) + " rows: only the first ones were held against each other"})
	}
	slices.SortFunc(c.rows, func(a, b fitRow) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	stated := make(map[[2]string]int64, len(c.rows))
	for _, x := range c.rows {
		stated[[2]string{x.from, x.to}] = x.fit
	}
	ours := map[[2]string]int64{}
	for _, f := range codes.Fits(unitDigits, nil) {
		ours[[2]string{f.From, f.To}] = int64(f.Fit*1000+0.5) * (micro / 1000)
	}
	for _, x := range c.rows {
		find := func(what, hint string) {
			t.r.found.add(Finding{Severity: Warning, Kind: Implausible, Table: t.table.File, Row: x.line, Column: "fit", Value: x.from + " to " + x.to, What: what, Hint: hint})
		}
		if apart := levelsApart(x.from, x.to); apart >= 2 && x.fit >= steepFit {
			find(fmt.Sprintf("is %s, between occupations %d skill levels apart", decimal(x.fit), apart), "Look whether the two codes are what is meant; nobody is placed more than one skill level up")
		}
		if back, ok := stated[[2]string{x.to, x.from}]; ok && x.fit-back > oneSided {
			find(fmt.Sprintf("is %s, and %s the other way round", decimal(x.fit), decimal(back)), "Fits need not be the same both ways, but skills that are nearly all there one way are seldom all missing the other")
		}
		if near := ours[[2]string{x.from, x.to}]; len(x.from) == unitDigits && len(x.to) == unitDigits && codes.Covered(x.from) && codes.Covered(x.to) &&
			max(x.fit-near, near-x.fit) > farFromOur {
			find(fmt.Sprintf("is %s; by the skills that ESCO lists for both it is %s", decimal(x.fit), decimal(near)), "Say in source what the fit rests on")
		}
	}
}

// levelsApart is how many ISCO skill levels lie between two occupations at least.
func levelsApart(a, b string) int {
	x, okX := codes.OccupationByCode(a)
	y, okY := codes.OccupationByCode(b)
	if !okX || !okY || len(x.SkillLevels) == 0 || len(y.SkillLevels) == 0 {
		return 0
	}
	return max(slices.Min(y.SkillLevels)-slices.Max(x.SkillLevels), slices.Min(x.SkillLevels)-slices.Max(y.SkillLevels), 0)
}
