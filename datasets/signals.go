package datasets

import (
	"slices"
	"strconv"
	"strings"

	"labourmatch/matcher"
)

// nation is a region that is a country: signals and price levels are not known below.
func nation(s string) (string, *fault) {
	canonical, f := region(s)
	if f == nil && matcher.Country(canonical) != canonical {
		return wrong("is a part of a country", "Write the country: "+matcher.Country(canonical))
	}
	return canonical, f
}

// signals are the rows of signals.csv up to the market's period.
func (d *Directory) signals(period string) (out []matcher.Signal) {
	s := d.tables[SignalsFile]
	if s == nil {
		return nil
	}
	at := s.table.index
	for _, c := range s.rows {
		if c[at("period")] <= period {
			out = append(out, matcher.Signal{
				Region: c[at("region")], Occupation: c[at("occupation")], Period: c[at("period")],
				WageGrowth: figure(c[at("wage_growth")]), VacancyDays: figure(c[at("vacancy_days")]), Provenance: provenance(s.table, c),
			})
		}
	}
	slices.SortFunc(out, func(a, b matcher.Signal) int {
		return strings.Compare(a.Region+"|"+a.Occupation+"|"+a.Period, b.Region+"|"+b.Occupation+"|"+b.Period)
	})
	return out
}

// prices are the rows of prices.csv, of each country that of the year nearest to the period.
func (d *Directory) prices(period string) (out []matcher.PriceLevel) {
	s := d.tables[PricesFile]
	if s == nil {
		return nil
	}
	at := s.table.index
	used := nearestYear(len(s.rows), period, func(i int) ([2]string, string) {
		return [2]string{s.rows[i][at("region")]}, s.rows[i][at("period")]
	})
	for _, i := range used {
		c := s.rows[i]
		out = append(out, matcher.PriceLevel{
			Country: c[at("region")], Period: c[at("period")], Level: *figure(c[at("price_level")]), Provenance: provenance(s.table, c),
		})
	}
	slices.SortFunc(out, func(a, b matcher.PriceLevel) int { return strings.Compare(a.Country, b.Country) })
	return out
}

func provenance(t Table, c []string) matcher.Provenance {
	return matcher.Provenance{
		Source: c[t.index("source")], Date: c[t.index("date")], Licence: c[t.index("licence")], Assumed: c[t.index("assumed")] == "yes",
	}
}

// figure is a number that may be missing.
func figure(s string) *float64 {
	if s == "" {
		return nil
	}
	x, _ := strconv.ParseFloat(s, 64) // checked when read
	return &x
}
