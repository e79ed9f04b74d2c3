package datasets

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// stocks are the workers and openings, in millionths: by country and occupation, finer ones included, and by occupation
// as the rows have it.
type stocks struct {
	byCountry map[[2]string]int64
	byCode    map[string]int64
}

func newStocks(files ...[]countRow) stocks {
	s := stocks{map[[2]string]int64{}, map[string]int64{}}
	for _, rows := range files {
		for i := range rows {
			r := &rows[i]
			if r.Occupation != "" {
				for digits := range len(r.Occupation) + 1 {
					s.byCountry[[2]string{matcher.Country(r.region), r.Occupation[:digits]}] += r.count
				}
				s.byCode[r.Occupation] += r.count
			}
		}
	}
	return s
}

// of is the stock of a country in an occupation, finer ones included.
func (s stocks) of(country, code string) int64 { return s.byCountry[[2]string{country, code}] }

// unitWeights are the stocks by ISCO unit group, as package codes weighs with, from rows finer than the level; the
// stock of a coarser group is shared equally among its unit groups. It is nil, for equal weights, where no row is finer.
func (s stocks) unitWeights(level int) map[string]float64 {
	weights := map[string]float64{}
	units := codes.Occupations(4)
	for _, digits := range []int{2, 3, 4} {
		if digits <= level {
			continue
		}
		size := map[string]float64{}
		for _, u := range units {
			size[u.Code[:digits]]++
		}
		for _, u := range units {
			if n := s.byCode[u.Code[:digits]]; n > 0 {
				weights[u.Code] += float64(n) / micro / size[u.Code[:digits]]
			}
		}
	}
	if len(weights) == 0 {
		return nil
	}
	return weights
}

// occupations are all ISCO groups of a level with what the engine has to know of them.
func occupations(level int, weights map[string]float64) []matcher.Occupation {
	shares := codes.SkillShares(level, weights)
	list := codes.Occupations(level)
	out := make([]matcher.Occupation, len(list))
	for i, o := range list {
		out[i] = matcher.Occupation{
			Code: o.Code, Title: o.Title, SkillLevels: o.SkillLevels, Skills: shares[o.Code], Regulated: codes.Regulated(o.Code, weights),
		}
	}
	slices.SortFunc(out, func(a, b matcher.Occupation) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// fitSource names the publication behind the fits of package codes.
var fitSource = sync.OnceValue(func() string {
	for _, s := range codes.Sources() {
		if s.Table == "fits" {
			return strings.TrimSpace(s.Title + ", " + s.Version)
		}
	}
	return "labourmatch code lists"
})

// fits are the fits from an occupation some worker of the market has to one some opening asks for: those of fits.csv if
// the directory has it, and else those of package codes.
func (d *Directory) fits(m *matcher.Market, weights map[string]float64, s stocks, notes *noteBook) []matcher.Fit {
	from, to := map[string]bool{}, map[string]bool{}
	for i := range m.Cohorts {
		from[m.Cohorts[i].Occupation] = true
	}
	for i := range m.Vacancies {
		to[m.Vacancies[i].Occupation] = true
	}
	out := []matcher.Fit{}
	if d.Len(FitsFile) > 0 {
		for _, f := range d.ownFits(m.Level, s, notes) {
			if from[f.From] && to[f.To] {
				out = append(out, f)
			}
		}
		return out
	}
	for _, f := range codes.Fits(m.Level, weights) {
		if from[f.From] && to[f.To] {
			out = append(out, matcher.Fit{From: f.From, To: f.To, Fit: f.Fit, Source: fitSource()})
		}
	}
	return out
}

// ownFits are those of fits.csv at a level. Finer fits become the mean over pairs, as in package codes: each
// occupation counts by the market's stock, or the same as the others of its group where there is none, and a pair
// without a row counts as no fit. Training and conversion are those of the pairs with a row: the mean, and whether
// at least half of their weight states a conversion.
func (d *Directory) ownFits(level int, s stocks, notes *noteBook) []matcher.Fit {
	set := d.tables[FitsFile]
	at := set.table.index
	type total struct {
		fit, weight, training, trained, conversion float64
		sources                                    names
	}
	rows := slices.Clone(set.rows)
	slices.SortFunc(rows, func(a, b []string) int { // sums of floats depend on the order
		return cmp.Or(strings.Compare(a[at("from")], b[at("from")]), strings.Compare(a[at("to")], b[at("to")]))
	})
	weight := weightsInGroup(rows[0][at("from")], level, s)
	totals := map[[2]string]*total{}
	for _, c := range rows {
		i, j := c[at("from")], c[at("to")]
		k := [2]string{i[:level], j[:level]}
		if k[0] == k[1] {
			continue // within a group nobody moves
		}
		t := totals[k]
		if t == nil {
			t = &total{}
			totals[k] = t
		}
		w := weight(i) * weight(j)
		t.fit += w * float64(mustMicro(c[at("fit")])) / micro
		t.weight += w
		t.sources.add(c[at("source")])
		if months := c[at("training_months")]; months != "" {
			t.training += w * float64(mustMicro(months)) / micro
			t.trained += w
		}
		if c[at("regulated")] == Conversion {
			t.conversion += w
		}
	}
	out := make([]matcher.Fit, 0, len(totals))
	for k, t := range totals {
		f := matcher.Fit{
			From: k[0], To: k[1], Fit: min(t.fit, 1), Source: t.sources.joined(),
			Conversion: t.conversion > 0 && 2*t.conversion >= t.weight,
		}
		if t.trained > 0 {
			months := t.training / t.trained
			f.TrainingMonths = &months
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b matcher.Fit) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	notes.add("fits", len(rows), fmt.Sprintf("Fits between occupations are the %s of fits.csv; those of the program are not used.", plural(len(rows), "row", "rows")))
	return out
}

// weightsInGroup returns the weight of an occupation within its group of the level, for occupations with as many digits
// as the example: 1 at the level itself.
func weightsInGroup(example string, level int, s stocks) func(code string) float64 {
	digits := len(example)
	if digits <= level {
		return func(string) float64 { return 1 }
	}
	amount, sums, sizes := map[string]int64{}, map[string]int64{}, map[string]float64{}
	for code, n := range s.byCode {
		if len(code) >= digits {
			amount[code[:digits]] += n
		}
	}
	for _, o := range codes.Occupations(digits) {
		sums[o.Code[:level]] += amount[o.Code]
		sizes[o.Code[:level]]++
	}
	return func(code string) float64 {
		if total := sums[code[:level]]; total > 0 {
			return float64(amount[code]) / float64(total)
		}
		return 1 / sizes[code[:level]]
	}
}
