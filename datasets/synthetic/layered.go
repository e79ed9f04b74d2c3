package synthetic

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets"
	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// What every row of a world says of itself.
const (
	period  = "2024"
	source  = "made up by labourmatch generate, see datasets/synthetic"
	date    = "2026"
	licence = "CC0-1.0"
)

// mobile is the share of workers willing to leave the country. It is larger than anybody has measured, so that corridors
// have something to carry and limits bind.
const mobile = 0.2

// Directory is the world as a market directory. Wages stand in wages.csv for every cell, relations in fits.csv, a channel
// for every corridor in channels.csv, since each has a cost of its own.
func (w *World) Directory(order Order) (*datasets.Directory, error) {
	d := datasets.NewDirectory()
	policy := "title: A made-up world of " + strconv.Itoa(len(w.Regions)) + " regions and " + strconv.Itoa(len(w.Occupations)) +
		" occupations\nperiod: " + period + "\norder: " + string(order) + "\n"
	for _, n := range []struct {
		name  string
		value float64
		text  string
	}{
		{"mobile", mobile, "share of the available willing to leave the country"},
		{"skill_rise", 3, "relations are drawn, and lead to any skill level"},
	} {
		policy += fmt.Sprintf("%s:\n  value: %v\n  source: %s\n  date: %s\n  assumed: yes\n  text: %s\n", n.name, n.value, source, date, n.text)
	}
	if err := d.SetPolicy([]byte(policy)); err != nil {
		return nil, fmt.Errorf("a made-up world: %w", err)
	}
	for _, t := range []struct {
		file string
		rows iter.Seq[[]string]
	}{
		{datasets.VacanciesFile, w.counts(w.Vacancies)},
		{datasets.WorkersFile, w.counts(w.Workers)},
		{datasets.ChannelsFile, w.channelRows()},
		{datasets.WagesFile, w.wageRows()},
		{datasets.FitsFile, w.fitRows()},
	} {
		if err := d.Add(t.file, func(yield func([]string, error) bool) {
			for row := range t.rows {
				if !yield(row, nil) {
					return
				}
			}
		}); err != nil {
			return nil, fmt.Errorf("a made-up world: %w", err)
		}
	}
	return d, nil
}

// row lays named cells out in a table's order, so that it does not break when a table gets a column.
func row(table datasets.Table, cells ...string) []string {
	names := table.Names()
	out := make([]string, len(names))
	for i := 0; i < len(cells); i += 2 {
		out[slices.Index(names, cells[i])] = cells[i+1]
	}
	return out
}

func tableOf(file string) datasets.Table {
	t, _ := datasets.TableFor(file)
	return t
}

func (w *World) counts(counts []int64) iter.Seq[[]string] {
	t := tableOf(datasets.WorkersFile) // vacancies have the columns used in the same places
	return func(yield func([]string) bool) {
		for cell, count := range counts {
			if count > 0 && !yield(row(t, "region", w.Regions[cell/len(w.Occupations)].Code,
				"occupation", w.Occupations[cell%len(w.Occupations)].Code, "period", period,
				"count", strconv.FormatInt(count, 10), "kind", string(matcher.Stock), "coverage", "1",
				"source", source, "date", date, "licence", licence, "assumed", "yes")) {
				return
			}
		}
	}
}

func (w *World) wageRows() iter.Seq[[]string] {
	t := tableOf(datasets.WagesFile)
	return func(yield func([]string) bool) {
		for r := range w.Regions {
			for o := range w.Occupations {
				if !yield(row(t, "region", w.Regions[r].Code, "occupation", w.Occupations[o].Code, "period", period,
					"wage", strconv.FormatFloat(w.wage(r, o), 'f', 0, 64), "unit", datasets.PerYear,
					"source", source, "date", date, "licence", licence, "assumed", "yes")) {
					return
				}
			}
		}
	}
}

// fitRows states the training of every relation in months, at the policy's cost of 20,000 a year. Relations are drawn
// without regard to licences, so one that leads to a regulated occupation states a conversion. Two decimals of a month keep
// the cost off the halves, which are rounded one way or the other by the last bit of a float.
func (w *World) fitRows() iter.Seq[[]string] {
	t := tableOf(datasets.FitsFile)
	return func(yield func([]string) bool) {
		for o := range w.Occupations {
			for _, r := range w.Occupations[o].Related {
				if r.To == o {
					continue
				}
				to, conversion := w.Occupations[r.To].Code, ""
				if codes.Regulated(to, nil) {
					conversion = datasets.Conversion
				}
				months := r.Training / 20_000 * 12
				if !yield(row(t, "from", w.Occupations[o].Code, "to", to, "fit", decimal(1-months/12, 3),
					"training_months", decimal(months, 2), "regulated", conversion, "source", source)) {
					return
				}
			}
		}
	}
}

func (w *World) channelRows() iter.Seq[[]string] {
	t := tableOf(datasets.ChannelsFile)
	return func(yield func([]string) bool) {
		for i := range w.Countries {
			from := &w.Countries[i]
			for _, c := range from.Corridors {
				to := &w.Countries[w.Regions[c.To[0]].Country]
				kind, title, quota, of := matcher.Visa, "Visa", "", ""
				switch {
				case c.Free:
					kind, title = matcher.FreeMovement, "Free movement"
				case c.Quota > 0:
					kind, title, quota, of = matcher.Agreement, "Agreement", strconv.FormatInt(c.Quota, 10), matcher.QuotaEach
				}
				destinations := make([]string, len(c.To))
				for k, r := range c.To {
					destinations[k] = w.Regions[r].Code
				}
				if !yield(row(t, "id", from.Code+"-"+to.Code, "title", title+" from "+from.Code+" to "+to.Code+" (made up)", "kind", kind,
					"origins", from.Code, "destinations", strings.Join(destinations, " "), "recruitment", "individual",
					"quota", quota, "quota_of", of, "cost_worker", strconv.FormatFloat(math.Round(c.Cost), 'f', 0, 64), "cost_employer", "0",
					"valid_from", period, "in_force", "yes", "source", source, "date", date, "licence", licence, "assumed", "yes")) {
					return
				}
			}
		}
	}
}

func decimal(x float64, digits int) string { return strconv.FormatFloat(x, 'f', digits, 64) }
