package datasets

import (
	"cmp"
	"slices"
	"strconv"

	"labourmatch/matcher"
)

// countRow is a typed row of vacancies.csv or workers.csv; the two differ in the meaning of split and money only.
type countRow struct {
	line   int
	region string
	matcher.Code
	period  string
	kind    matcher.Kind
	split   [2]string // contract and months, or status and citizenship
	count   int64     // millionths of the true number: already divided by the coverage
	money   int64     // millionths of a PPP dollar a year: wage or outside; -1 = not stated
	covered int       // 0 coverage not stated, 1 stated as all, 2 the count was divided by it
	prov    matcher.Provenance
}

// counts are the typed rows of a table, in no particular order.
func (d *Directory) counts(file string) []countRow {
	s := d.tables[file]
	if s == nil {
		return nil
	}
	splits, money := [2]string{"contract", "months"}, "wage"
	if file == WorkersFile {
		splits, money = [2]string{"status", "citizenship"}, "outside"
	}
	at := s.table.index
	region, occupation, skill, period, count, kind := at("region"), at("occupation"), at("skill"), at("period"), at("count"), at("kind")
	split0, split1, pay, cover := at(splits[0]), at(splits[1]), at(money), at("coverage")
	source, date, licence, assumed, estimated := at("source"), at("date"), at("licence"), at("assumed"), at("estimated")
	out := make([]countRow, len(s.rows))
	for i, c := range s.rows {
		r := countRow{
			line: int(s.lines[i]), region: c[region], Code: matcher.Code{Occupation: c[occupation], Skill: c[skill]},
			period: c[period], kind: matcher.Kind(c[kind]), split: [2]string{c[split0], c[split1]},
			count: mustMicro(c[count]), money: -1,
			prov: matcher.Provenance{
				Source: c[source], Date: c[date], Licence: c[licence], Assumed: c[assumed] == "yes", Estimated: c[estimated] == "yes",
			},
		}
		if c[pay] != "" {
			r.money = mustMicro(c[pay])
		}
		if c[cover] != "" {
			r.covered = 1
			if share := mustMicro(c[cover]); share != micro {
				r.covered, r.count, r.prov.Estimated = 2, divide(r.count, share), true
			}
		}
		out[i] = r
	}
	return out
}

// nearestYear picks the rows that stand for a market's period: of rows that differ in their year only, the one nearest
// to it, the later of two equally near. Without this, a file with two years would count its workers twice.
func nearestYear[K comparable](n int, period string, keyOf func(i int) (key K, year string)) (used []int) {
	want, _ := strconv.Atoi(period) // checked when read
	best := make(map[K]int, n)
	apart := func(i int) (distance int, year string) {
		_, year = keyOf(i)
		y, _ := strconv.Atoi(year) // checked when read
		return max(want-y, y-want), year
	}
	for i := range n {
		k, _ := keyOf(i)
		j, ok := best[k]
		if ok {
			di, yi := apart(i)
			dj, yj := apart(j)
			if di > dj || di == dj && yi < yj {
				continue
			}
		}
		best[k] = i
	}
	used = make([]int, 0, len(best))
	for i := range n {
		if k, _ := keyOf(i); best[k] == i {
			used = append(used, i)
		}
	}
	return used
}

// currentCounts are the rows of a table that stand for the period, and the number of those that do not.
func (d *Directory) currentCounts(file, period string) (rows []countRow, left int) {
	type cell struct {
		region string
		matcher.Code
		kind  matcher.Kind
		split [2]string
	}
	all := d.counts(file)
	used := nearestYear(len(all), period, func(i int) (cell, string) {
		r := &all[i]
		return cell{r.region, r.Code, r.kind, r.split}, r.period
	})
	rows = make([]countRow, len(used))
	for i, j := range used {
		rows[i] = all[j]
	}
	return rows, len(all) - len(used)
}

// Period is the year the market stands for: that of policy.yaml, or else the most frequent one among vacancies, the
// latest of equally frequent ones. It is empty without either.
func (d *Directory) Period() string {
	if d.settings.Period != "" {
		return d.settings.Period
	}
	number := map[string]int{}
	s := d.tables[VacanciesFile]
	if s == nil {
		return ""
	}
	at := s.table.index("period")
	for _, row := range s.rows {
		number[row[at]]++
	}
	best := ""
	for year, n := range number {
		if n > number[best] || n == number[best] && year > best {
			best = year
		}
	}
	return best
}

// Level is the finest ISCO level all occupation-coded rows have, in digits: the level of the coarsest of vacancies,
// workers and fits. Wages, channels and safeguards do not count, since their codes are prefixes. It is 1 where no row
// has an occupation.
func (d *Directory) Level() int {
	level := 5
	for _, file := range []string{VacanciesFile, WorkersFile, FitsFile} {
		for digits := range d.levels(file) {
			level = min(level, digits)
		}
	}
	if level == 5 {
		return 1
	}
	return level
}

// Finest is the finest ISCO level a run can have, in digits: that of the finest row of vacancies and workers, but no finer
// than fits.csv, which cannot be split.
func (d *Directory) Finest() int {
	level := 1
	for _, file := range []string{VacanciesFile, WorkersFile} {
		for digits := range d.levels(file) {
			level = max(level, digits)
		}
	}
	for digits := range d.levels(FitsFile) {
		level = min(level, digits)
	}
	return level
}

// levels are the lines of a table's rows by the number of digits of their occupations.
func (d *Directory) levels(file string) map[int][]int {
	s := d.tables[file]
	if s == nil {
		return nil
	}
	columns := []int{}
	if file == FitsFile {
		columns = append(columns, s.table.index("from"), s.table.index("to"))
	} else {
		columns = append(columns, s.table.index("occupation"))
	}
	out := map[int][]int{}
	for i, row := range s.rows {
		for _, at := range columns {
			n, line := len(row[at]), int(s.lines[i])
			if n > 0 && (len(out[n]) == 0 || out[n][len(out[n])-1] != line) {
				out[n] = append(out[n], line)
			}
		}
	}
	for _, lines := range out {
		slices.SortFunc(lines, cmp.Compare[int])
	}
	return out
}
