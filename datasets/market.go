package datasets

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// Market builds the market at an ISCO level, 1 to 4, or at the directory's own for 0. The order of rows has no part in
// it: everything is sorted by key.
//
// Counts are divided by their coverage, finer occupations are added up, and the sums become whole people once: by
// largest remainder within each file, country and kind, so that every country's total is at most half a unit from
// that of its rows, at every level. Rows of another year stand for the market's period; rows that then agree in
// everything coded become one, which keeps its year if all its parts have the same. A wage or outside income of such
// a row is the mean weighted by counts if all parts state one, and else not stated.
//
// Occupations come with titles, skill levels, skill shares and licences from package codes, fits from fits.csv or else
// from package codes; both are weighted by the market's own stocks where its rows are finer than the level.
//
// Rows coarser than the level are split, see [Directory.MarketWith].
//
// The error is a [*Problems] if fits.csv is too coarse for the level. The directory must have passed [Directory.Check].
func (d *Directory) Market(level int) (*matcher.Market, error) { return d.MarketWith(level, nil) }

// MarketWith is [Directory.Market] with a say in where rows go that are coarser than the level: all to one of their
// parts, or nowhere, able to be any part. Where whole is nil or says nothing they are split by shares of the same side of
// the market: those of finer rows of the same source and country, else of the same country, else of the country that
// policy.yaml names as split_like, else of the whole file, else equal ones. No person or opening is gained or lost, the
// rows are marked estimated, and a note says how many were split by what.
func (d *Directory) MarketWith(level int, whole Whole) (*matcher.Market, error) {
	if level == 0 {
		level = d.Level()
	}
	if level < 1 || level > 4 {
		return nil, fmt.Errorf("ISCO level %d: there are levels 1 to 4", level)
	}
	if err := d.checkLevel(level); err != nil {
		return nil, err
	}
	period := d.Period()
	m := &matcher.Market{Period: period, Level: level, Base: d.base()}
	notes := &noteBook{}
	d.ownNotes(notes)

	vacancies, left := d.currentCounts(VacanciesFile, period)
	notes.years(VacanciesFile, period, len(vacancies), left, func(i int) string { return vacancies[i].period })
	notes.counts(VacanciesFile, vacancies)
	workers, left := d.currentCounts(WorkersFile, period)
	notes.years(WorkersFile, period, len(workers), left, func(i int) string { return workers[i].period })
	notes.counts(WorkersFile, workers)
	vacancies = d.splitDown(vacancies, level, whole, VacanciesFile, notes)
	workers = d.splitDown(workers, level, whole, WorkersFile, notes)

	m.Vacancies = toVacancies(merge(vacancies, level, period, notes, VacanciesFile, "wage"))
	m.Cohorts = toCohorts(merge(workers, level, period, notes, WorkersFile, "outside"))

	stocks := newStocks(vacancies, workers)
	m.Wages = d.wages(level, period, stocks.of, notes)
	m.Channels = d.channels(level, notes)
	weights := stocks.unitWeights(level)
	m.Occupations = occupations(level, weights)
	m.Safeguards = d.safeguards(m, notes)
	m.Blocs = d.blocs(m)
	m.Fits = d.fits(m, weights, stocks, notes)
	if whole != nil {
		coarseParts(m)
	}
	m.Signals, m.Prices = d.signals(period), d.prices(period)
	m.Title = d.title(m)
	m.Notes = notes.sorted()
	return m, nil
}

// sum is one merged row before it is rounded.
type sum struct {
	countRow
	merger *merger
	money  mean // weighted by counts
	plain  mean // each row the same, for sums of zero
	silent int  // rows that state no money
	rows   int
}

// merge adds up rows that agree in everything coded at the level, and rounds the sums.
func merge(rows []countRow, level int, period string, notes *noteBook, file, column string) []sum {
	type cell struct {
		region string
		matcher.Code
		kind  matcher.Kind
		split [2]string
	}
	sums := map[cell]*sum{}
	for i := range rows {
		r := rows[i]
		if len(r.Occupation) > level {
			r.Occupation = r.Occupation[:level]
		}
		k := cell{r.region, r.Code, r.kind, r.split}
		s := sums[k]
		if s == nil {
			s = &sum{countRow: r, merger: newMerger(period)}
			s.count = 0
			sums[k] = s
		}
		s.count += r.count
		s.rows++
		s.merger.add(r.period, r.prov)
		if r.money < 0 {
			s.silent++
			continue
		}
		s.money.add(r.money, r.count)
		s.plain.add(r.money, 1)
	}
	out := make([]sum, 0, len(sums))
	lost := 0
	for _, s := range sums {
		s.period, s.prov = s.merger.value()
		s.countRow.money = -1
		if s.silent == 0 {
			v, ok := s.money.value()
			if !ok {
				v, _ = s.plain.value()
			}
			s.countRow.money = nearest(v)
		} else if s.silent < s.rows {
			lost++
		}
		out = append(out, *s)
	}
	notes.add(column+"s", lost, fmt.Sprintf("%s of %s added up from rows of which only some state %s; it is taken as not stated.",
		plural(lost, "figure", "figures"), file+isAre(lost), column))
	slices.SortFunc(out, func(a, b sum) int {
		return cmp.Or(
			strings.Compare(a.region, b.region), strings.Compare(a.Code.String(), b.Code.String()),
			strings.Compare(string(a.kind), string(b.kind)), strings.Compare(a.split[0], b.split[0]), strings.Compare(a.split[1], b.split[1]),
		)
	})
	roundByCountry(out)
	return out
}

// roundByCountry turns the sums' counts from millionths into whole people, within each country and kind.
func roundByCountry(sums []sum) {
	type group struct {
		country string
		kind    matcher.Kind
	}
	members := map[group][]int{}
	for i := range sums {
		g := group{matcher.Country(sums[i].region), sums[i].kind}
		members[g] = append(members[g], i)
	}
	for _, index := range members {
		counts := make([]int64, len(index))
		for j, i := range index {
			counts[j] = sums[i].count
		}
		for j, n := range wholes(counts) {
			sums[index[j]].count = n
		}
	}
}

func toVacancies(sums []sum) []matcher.Vacancy {
	out := make([]matcher.Vacancy, len(sums))
	for i := range sums {
		s := &sums[i]
		months, _ := strconv.Atoi(s.split[1]) // checked when read; "" is 0, not stated
		out[i] = matcher.Vacancy{
			Region: s.region, Code: s.Code, Contract: s.split[0], Months: months, Period: s.period, Kind: s.kind,
			Count: s.count, Wage: optional(s.countRow.money), Provenance: s.prov,
		}
	}
	return byKey(out, func(v *matcher.Vacancy) string { return v.Key() })
}

func toCohorts(sums []sum) []matcher.Cohort {
	out := make([]matcher.Cohort, len(sums))
	for i := range sums {
		s := &sums[i]
		out[i] = matcher.Cohort{
			Region: s.region, Code: s.Code, Status: s.split[0], Citizenship: s.split[1], Period: s.period, Kind: s.kind,
			Count: s.count, Outside: optional(s.countRow.money), Provenance: s.prov,
		}
	}
	return byKey(out, func(c *matcher.Cohort) string { return c.Key() })
}

// byKey sorts by key, asking each for its key once: keys are put together anew each time.
func byKey[T any](list []T, key func(*T) string) []T {
	type keyed struct {
		key string
		at  int
	}
	order := make([]keyed, len(list))
	for i := range list {
		order[i] = keyed{key(&list[i]), i}
	}
	slices.SortFunc(order, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	out := make([]T, len(list))
	for i, k := range order {
		out[i] = list[k.at]
	}
	return out
}

func optional(n int64) *int64 {
	if n < 0 {
		return nil
	}
	return &n
}

// counts notes what the rows of a file say about themselves.
func (b *noteBook) counts(file string, rows []countRow) {
	var covered [3]int
	assumed, estimated := 0, 0
	for i := range rows {
		covered[rows[i].covered]++
		if rows[i].prov.Assumed {
			assumed++
		}
		if rows[i].prov.Estimated && rows[i].covered != 2 {
			estimated++
		}
	}
	b.add("coverage", covered[0], fmt.Sprintf("%s of %s without a coverage: the source is taken to see everybody, which makes the figure a lower bound.",
		plural(covered[0], "row", "rows"), file+isAre(covered[0])))
	b.add("coverage", covered[2], fmt.Sprintf("%s of %s divided by the share of the true number that the source sees.",
		plural(covered[2], "row", "rows"), file+isAre(covered[2])))
	b.add("estimated", estimated, fmt.Sprintf("%s of %s estimated: derived from published figures by stated shares.",
		plural(estimated, "row", "rows"), file+isAre(estimated)))
	b.assumed(file, assumed)
}

// ownNotes are those of notes.csv, and of files that were not read.
func (d *Directory) ownNotes(notes *noteBook) {
	for _, c := range d.Rows(NotesFile) {
		n, _ := strconv.ParseInt(c[2], 10, 64) // checked when read; "" is 0, not stated
		notes.list = append(notes.list, matcher.Note{Topic: c[0], Text: c[1], Count: n})
	}
	notes.add("files", len(d.ignored), "Not read, because no file of a market directory has this name: "+strings.Join(d.ignored, ", ")+".")
}

// title is the market's name: that of policy.yaml, or its countries and period.
func (d *Directory) title(m *matcher.Market) string {
	if d.settings.Title != "" {
		return d.settings.Title
	}
	seen := map[string]bool{}
	var names []string
	add := func(region string) {
		c := matcher.Country(region)
		if seen[c] {
			return
		}
		seen[c] = true
		if r, ok := codes.RegionByCode(c); ok {
			c = r.Name
		}
		names = append(names, c)
	}
	for i := range m.Vacancies {
		add(m.Vacancies[i].Region)
	}
	for i := range m.Cohorts {
		add(m.Cohorts[i].Region)
	}
	slices.Sort(names)
	switch {
	case len(names) > 3:
		return fmt.Sprintf("%d countries, %s", len(names), m.Period)
	case len(names) > 1:
		names = []string{strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]}
	}
	return strings.Join(append(names, m.Period), ", ")
}
