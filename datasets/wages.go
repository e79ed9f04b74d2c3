package datasets

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labourmatch/matcher"
)

// hoursPerYear turns a wage per hour into one per year: a stated assumption, about 46 weeks of 39 hours.
const hoursPerYear = 1800

// wageRow is a typed row of wages.csv.
type wageRow struct {
	line   int
	region string
	code   string // ISCO prefix; "" = all occupations
	period string
	wage   int64 // millionths of a PPP dollar a year
	hourly bool
	prov   matcher.Provenance
}

// currentWages are the wages that stand for a period, and the number of rows that do not, because the same region and
// occupation has one of a year nearer to it.
func (d *Directory) currentWages(period string) (rows []wageRow, left int) {
	s := d.tables[WagesFile]
	if s == nil {
		return nil, 0
	}
	at := s.table.index
	region, code, year := at("region"), at("occupation"), at("period")
	used := nearestYear(len(s.rows), period, func(i int) ([2]string, string) {
		row := s.rows[i]
		return [2]string{row[region], row[code]}, row[year]
	})
	for _, i := range used {
		c := s.rows[i]
		w := wageRow{
			line: int(s.lines[i]), region: c[region], code: c[code], period: c[year], wage: mustMicro(c[at("wage")]),
			prov: matcher.Provenance{Source: c[at("source")], Date: c[at("date")], Licence: c[at("licence")], Assumed: c[at("assumed")] == "yes"},
		}
		switch c[at("unit")] {
		case PerMonth:
			w.wage *= 12
		case PerHour:
			w.wage, w.hourly, w.prov.Estimated = w.wage*hoursPerYear, true, true
		}
		rows = append(rows, w)
	}
	return rows, len(s.rows) - len(used)
}

// wages are the market's wages at a level. Wages finer than the level become the mean of their group, weighted by the
// stock of the region's country where it is known, since the engine looks for the longest prefix of a code and would
// never find them; where the file has a wage of the group itself, that one counts.
func (d *Directory) wages(level int, period string, stock func(country, code string) int64, notes *noteBook) []matcher.Wage {
	rows, left := d.currentWages(period)
	notes.years(WagesFile, period, len(rows), left, func(i int) string { return rows[i].period })
	type place struct{ region, code string }
	out := []matcher.Wage{}
	stated := map[place]bool{}
	finer := map[place][]wageRow{}
	hourly, assumed := 0, 0
	for _, w := range rows {
		if w.hourly {
			hourly++
		}
		if w.prov.Assumed {
			assumed++
		}
		if len(w.code) > level {
			k := place{w.region, w.code[:level]}
			finer[k] = append(finer[k], w)
			continue
		}
		stated[place{w.region, w.code}] = true
		out = append(out, matcher.Wage{Region: w.region, Occupation: w.code, Period: w.period, Wage: nearest(w.wage), Provenance: w.prov})
	}
	for k, group := range finer {
		if !stated[k] {
			out = append(out, meanWage(k.region, k.code, period, group, stock))
		}
	}
	slices.SortFunc(out, func(a, b matcher.Wage) int {
		return cmp.Or(strings.Compare(a.Region, b.Region), strings.Compare(a.Occupation, b.Occupation))
	})
	notes.add("wages", hourly, fmt.Sprintf("%s stated per hour and taken times 1,800 hours a year, an assumption.", plural(hourly, "row", "rows")+" of wages.csv"+isAre(hourly)))
	notes.add("wages", len(finer), fmt.Sprintf("%s at ISCO level %d: the mean of finer wages, weighted by workers and openings where known.", plural(len(finer), "wage is", "wages are"), level))
	notes.assumed(WagesFile, assumed)
	return out
}

// meanWage is the mean of a group's wages. Where rows of several finer levels are given, only those of the coarsest
// count: the others are their parts.
func meanWage(region, code, period string, group []wageRow, stock func(country, code string) int64) matcher.Wage {
	digits := 5
	for _, w := range group {
		digits = min(digits, len(w.code))
	}
	var weighted, plain mean
	merged := newMerger(period)
	for _, w := range group {
		if len(w.code) != digits {
			continue
		}
		weighted.add(w.wage, stock(matcher.Country(region), w.code))
		plain.add(w.wage, 1)
		merged.add(w.period, w.prov)
	}
	v, ok := weighted.value()
	if !ok {
		v, _ = plain.value()
	}
	year, prov := merged.value()
	prov.Estimated = true
	return matcher.Wage{Region: region, Occupation: code, Period: year, Wage: nearest(v), Provenance: prov}
}
