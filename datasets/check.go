package datasets

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// Check looks for what only shows across rows and files: required files that are missing or empty, ISCO levels that
// differ within a file, stocks beside flows, years too far apart, sums too large. The error is a [*Problems]. [Read] has
// done it already; a directory filled by Add needs it once before its first market.
func (d *Directory) Check() error {
	problems := &Problems{}
	d.check(problems, nil)
	return problems.asError()
}

// check adds the problems across rows and files. Files in faulty had problems of their own, so what is missing in them
// may only be what was refused.
func (d *Directory) check(problems *Problems, faulty map[string]bool) {
	for _, t := range tables {
		switch {
		case !t.Required || faulty[t.File]:
		case d.tables[t.File] == nil:
			problems.add(Problem{File: t.File, What: "is missing", Hint: "Add it; it counts " + t.Title})
		case t.File == VacanciesFile && d.Len(t.File) == 0:
			problems.add(Problem{File: t.File, What: "has column names but no rows", Hint: "Without openings there is nothing to match"})
		}
	}
	d.checkLevels(problems)
	d.checkBase(problems)
	d.checkYears(problems)
	d.checkTotals(problems)
	d.checkBlocs(problems)
	d.checkRights(problems)
}

// checkLevels refuses rows that stand beside finer rows of the same place, whose total they most likely are: adding both
// up would count people twice. Elsewhere rows may be as coarse as they are, see [Directory.MarketWith]; fits may not.
func (d *Directory) checkLevels(problems *Problems) {
	for _, file := range []string{VacanciesFile, WorkersFile} {
		rows := d.counts(file)
		// Of a place every code that has finer rows: those of a country count for its regions, and the other way round.
		finer := map[string]bool{}
		in := func(region string, r *countRow) string {
			return region + "|" + string(r.kind) + "|" + r.split[0] + "|"
		}
		for i := range rows {
			r := &rows[i]
			for n := 1; n < len(r.Occupation); n++ {
				finer[in(r.region, r)+r.Occupation[:n]] = true
				if c := matcher.Country(r.region); c != r.region {
					finer[in(c, r)+r.Occupation[:n]] = true
				} else {
					finer[in(c+"-", r)+r.Occupation[:n]] = true
				}
			}
		}
		levels, wrong := map[int][]int{}, false
		for i := range rows {
			r := &rows[i]
			if r.Occupation == "" {
				continue
			}
			levels[len(r.Occupation)] = append(levels[len(r.Occupation)], r.line)
			c := matcher.Country(r.region)
			wrong = wrong || finer[in(r.region, r)+r.Occupation] || c != r.region && finer[in(c+"-", r)+r.Occupation]
		}
		if wrong {
			problems.add(mixedLevels(file, levels))
		}
	}
	if levels := d.levels(FitsFile); len(levels) > 1 {
		problems.add(mixedLevels(FitsFile, levels))
	}
}

func mixedLevels(file string, levels map[int][]int) Problem {
	parts := make([]string, 0, len(levels))
	for _, digits := range slices.Backward(slices.Sorted(maps.Keys(levels))) {
		slices.Sort(levels[digits])
		parts = append(parts, plural(digits, "digit", "digits")+" in "+rowList(levels[digits]))
	}
	return Problem{
		File: file, Column: levelColumn(file), What: "mixes ISCO levels: " + strings.Join(parts, "; "),
		Hint: "Use one level in a file: add up the finer rows, or delete totals that stand beside their parts",
	}
}

func levelColumn(file string) string {
	if file == FitsFile {
		return "from"
	}
	return "occupation"
}

// rowList names up to five rows: `row 2`, `rows 2, 3 and 5`, `812 rows (2, 3, 4, 5, 6, …)`.
func rowList(lines []int) string {
	words := make([]string, 0, 5)
	for _, n := range lines[:min(5, len(lines))] {
		words = append(words, strconv.Itoa(n))
	}
	switch {
	case len(lines) == 1:
		return "row " + words[0]
	case len(lines) <= 5:
		return "rows " + strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
	}
	return grouped(int64(len(lines))) + " rows (" + strings.Join(words, ", ") + ", …)"
}

// checkBase refuses stocks beside flows. Net shortages go with either.
func (d *Directory) checkBase(problems *Problems) {
	type place struct {
		file  string
		lines []int
	}
	rows := map[matcher.Kind][]place{}
	for _, file := range []string{VacanciesFile, WorkersFile} {
		s := d.tables[file]
		if s == nil {
			continue
		}
		at := s.table.index("kind")
		lines := map[matcher.Kind][]int{}
		for i, row := range s.rows {
			kind := matcher.Kind(row[at])
			lines[kind] = append(lines[kind], int(s.lines[i]))
		}
		for kind, l := range lines {
			slices.Sort(l)
			rows[kind] = append(rows[kind], place{file, l})
		}
	}
	if len(rows[matcher.Stock]) == 0 || len(rows[matcher.Flow]) == 0 {
		return
	}
	say := func(kind matcher.Kind) string {
		var parts []string
		for _, p := range rows[kind] {
			parts = append(parts, rowList(p.lines)+" of "+p.file)
		}
		return strings.Join(parts, " and ")
	}
	first := rows[matcher.Flow][0]
	problems.add(Problem{
		File: first.file, Row: first.lines[0], Column: "kind", Value: string(matcher.Flow),
		What: "stands beside stocks: flow in " + say(matcher.Flow) + "; stock in " + say(matcher.Stock),
		Hint: "A number per year and a number at a date cannot be compared; use one of the two in both files, or convert with a sourced mean duration: convert: in the layout of an import (docs/import.md)",
	})
}

// base is the market's time base: that of its rows, and stock where all of them are net.
func (d *Directory) base() matcher.Kind {
	for _, file := range []string{VacanciesFile, WorkersFile} {
		if s := d.tables[file]; s != nil {
			at := s.table.index("kind")
			for _, row := range s.rows {
				if row[at] == string(matcher.Flow) {
					return matcher.Flow
				}
			}
		}
	}
	return matcher.Stock
}

// checkYears refuses rows too far from the market's period, one problem for each file and year.
func (d *Directory) checkYears(problems *Problems) {
	period := d.Period()
	if period == "" {
		return
	}
	want, _ := strconv.Atoi(period) // checked when read
	tell := func(file string, lines map[string][]int) {
		for _, year := range slices.Sorted(maps.Keys(lines)) {
			y, _ := strconv.Atoi(year) // checked when read
			apart := max(want-y, y-want)
			if apart <= d.settings.AsOfYears {
				continue
			}
			slices.Sort(lines[year])
			problems.add(Problem{
				File: file, Row: lines[year][0], Column: "period", Value: year,
				What: fmt.Sprintf("is %d years from the market's period %s, in %s; %s at most", apart, period, rowList(lines[year]), plural(d.settings.AsOfYears, "year is allowed", "years are allowed")),
				Hint: fmt.Sprintf("Leave such rows out, set `period` in policy.yaml to another year, or consent with `as_of_years: %d` there", apart),
			})
		}
	}
	for _, file := range []string{VacanciesFile, WorkersFile} {
		rows, _ := d.currentCounts(file, period)
		lines := map[string][]int{}
		for i := range rows {
			lines[rows[i].period] = append(lines[rows[i].period], rows[i].line)
		}
		tell(file, lines)
	}
	wages, _ := d.currentWages(period)
	lines := map[string][]int{}
	for i := range wages {
		lines[wages[i].period] = append(lines[wages[i].period], wages[i].line)
	}
	tell(WagesFile, lines)
}

// checkTotals refuses sums that the engine's integers are not made for.
func (d *Directory) checkTotals(problems *Problems) {
	for _, file := range []string{VacanciesFile, WorkersFile} {
		var total int64
		rows := d.counts(file)
		for i := range rows {
			total += rows[i].count
			if total > maxTotal*micro {
				problems.add(Problem{
					File: file, Column: "count", What: "adds up to more than 1,000,000,000,000",
					Hint: "Check the unit: counts are single persons or openings",
				})
				break
			}
		}
	}
}

// checkBlocs refuses blocs that have no member in the market's period.
func (d *Directory) checkBlocs(problems *Problems) {
	period := d.Period()
	if period == "" {
		return
	}
	for _, file := range []string{ChannelsFile, SafeguardsFile} {
		s := d.tables[file]
		if s == nil {
			continue
		}
		for _, column := range []string{"origins", "destinations"} {
			at := slices.Index(s.table.Names(), column)
			if at < 0 {
				continue
			}
			for i, row := range s.rows {
				for _, id := range strings.Fields(row[at]) {
					if b, ok := codes.BlocByID(id); ok && len(b.On(midYear(period))) == 0 {
						problems.add(Problem{
							File: file, Row: int(s.lines[i]), Column: column, Value: id, What: "is a bloc that has no member in " + period,
							Hint: "Name the countries, or set `period` in policy.yaml to another year",
						})
					}
				}
			}
		}
	}
}

// midYear is the day on which a bloc's members are taken: a period's count is an annual mean, or at some date within
// the year, and the middle is nearest to both.
func midYear(period string) string { return period + "-07-01" }

// checkLevel refuses a run at a level finer than fits.csv, which cannot be split.
func (d *Directory) checkLevel(level int) error {
	problems := &Problems{}
	var coarse []int
	example, digits := "", 5
	s := d.tables[FitsFile]
	for n, lines := range d.levels(FitsFile) {
		if n < level {
			coarse = append(coarse, lines...)
			digits = min(digits, n)
		}
	}
	if len(coarse) == 0 {
		return nil
	}
	slices.Sort(coarse)
	coarse = slices.Compact(coarse)
	for i, line := range s.lines {
		if int(line) == coarse[0] {
			example = s.rows[i][s.table.index(levelColumn(FitsFile))]
		}
	}
	problems.add(Problem{
		File: FitsFile, Row: coarse[0], Column: levelColumn(FitsFile), Value: example,
		What: fmt.Sprintf("is too coarse for a run at ISCO level %d: %s", level, rowList(coarse)),
		Hint: fmt.Sprintf("Run at level %d or coarser; finer rows are then added up", digits),
	})
	return problems.asError()
}
