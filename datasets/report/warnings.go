package report

import (
	"fmt"
	"slices"
	"strings"

	"labourmatch/matcher"
)

// addWarnings says beside the totals what a reader must know before reading any of them: that rows look like totals of
// others and so count twice, and that openings or workers are without a wage.
func (r *Report) addWarnings() {
	r.Warnings = []string{}
	m := r.result.Market
	openings, workers := tallies{}, tallies{}
	for i := range m.Vacancies {
		v := &m.Vacancies[i]
		openings.add(v.Region, v.Code.String()+" "+string(v.Kind), v.Count)
	}
	for i := range m.Cohorts {
		c := &m.Cohorts[i]
		workers.add(c.Region, c.Code.String()+" "+c.Status+" "+c.Citizenship, c.Count)
	}
	r.Warnings = append(r.Warnings, openings.doubled("openings", "vacancies.csv")...)
	r.Warnings = append(r.Warnings, workers.doubled("workers", "workers.csv")...)
	wages := false
	for _, n := range r.result.Notes {
		if n.Topic == "wages" && n.Count > 0 {
			wages = true
			r.Warnings = append(r.Warnings, fmt.Sprintf("%s: %s.", strings.TrimSuffix(n.Text, "."), comma(n.Count)))
		}
	}
	if wages {
		r.Warnings = append(r.Warnings, "Give wages in wages.csv, or a default_wage in policy.yaml.")
	}
}

// A tally is what a country's rows of one kind say of the country as a whole, and what they say of its regions.
type tally struct{ whole, parts int64 }

// tallies are by country, then by what the rows count.
type tallies map[string]map[string]*tally

func (t tallies) add(region, key string, count int64) {
	country := matcher.Country(region)
	if t[country] == nil {
		t[country] = map[string]*tally{}
	}
	if t[country][key] == nil {
		t[country][key] = &tally{}
	}
	if region == country {
		t[country][key].whole += count
	} else {
		t[country][key].parts += count
	}
}

// doubled names the countries whose rows for the whole country are likely totals of those for their regions. A row
// for the country beside rows for its regions may be right: it counts those whose region nobody knows. But these are
// few; where they are as many as all the regions have together, the row is a total.
func (t tallies) doubled(what, file string) (warnings []string) {
	for country, rows := range t {
		sum := tally{}
		for _, row := range rows {
			if row.parts > 0 && row.whole >= row.parts {
				sum.whole += row.whole
				sum.parts += row.parts
			}
		}
		if sum.parts > 0 {
			warnings = append(warnings, fmt.Sprintf("%s has %s %s for the whole country and %s for its regions, of the same "+
				"occupations. If the first are totals, they count twice: delete their rows from %s.",
				regionName(country), comma(sum.whole), what, comma(sum.parts), file))
		}
	}
	slices.Sort(warnings)
	return warnings
}
