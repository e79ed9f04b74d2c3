package datasets

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// Whole says where a row goes that is coarser than the market's level, if not in proportion: the code among its parts
// that takes all of it, its own code to leave it as it is, able to be any of its parts, or "" for in proportion. Rows
// are those of a file, by region and ISCO code.
type Whole func(file, region, code string) string

// Coarse tells whether rows have to be split for a market of a level: some are coarser than it.
func (d *Directory) Coarse(level int) bool {
	for _, file := range []string{VacanciesFile, WorkersFile} {
		for digits := range d.levels(file) {
			if digits < level {
				return true
			}
		}
	}
	return false
}

// profiles are the shares by which coarse rows of a file are split: sums of its finer rows, by where they are from.
// They are of the same side of the market always, openings or workers: with the shape of the other side, the gap that is
// to be measured would vanish.
type profiles struct {
	level     int
	neighbour string
	byWhom    map[profileKey]int64
}

type profileKey struct {
	whom profile
	name string // of the source and country, the country, …
	code string
}

// profile is whose shares split a row, the nearest first.
type profile int

const (
	sameSource  profile = iota // the same source and country, other regions or years
	sameCountry                // the same country, whatever the source
	likeOther                  // the country that policy.yaml names
	everybody                  // all rows of the file
	nobody                     // equal shares
	profilesNumber
)

func newProfiles(rows []countRow, level int, neighbour string) *profiles {
	p := &profiles{level, neighbour, map[profileKey]int64{}}
	for i := range rows {
		r := &rows[i]
		if len(r.Occupation) < level {
			continue
		}
		code, country := r.Occupation[:level], matcher.Country(r.region)
		p.byWhom[profileKey{sameSource, country + "|" + r.prov.Source, code}] += r.count
		p.byWhom[profileKey{sameCountry, country, code}] += r.count
		p.byWhom[profileKey{everybody, "", code}] += r.count
	}
	return p
}

// of is the shares for a row over the codes of the level below its own: weights, and whose they are.
func (p *profiles) of(r *countRow, children []string) ([]int64, profile) {
	country := matcher.Country(r.region)
	weights := make([]int64, len(children))
	for _, key := range []profileKey{
		{sameSource, country + "|" + r.prov.Source, ""}, {sameCountry, country, ""}, {likeOther, p.neighbour, ""}, {everybody, "", ""},
	} {
		whom := key.whom
		if whom == likeOther {
			if p.neighbour == "" {
				continue
			}
			key.whom = sameCountry
		}
		sum := int64(0)
		for i, c := range children {
			key.code = c
			weights[i] = p.byWhom[key]
			sum += weights[i]
		}
		if sum > 0 {
			return weights, whom
		}
	}
	for i := range weights {
		weights[i] = 1
	}
	return weights, nobody
}

// below are the codes of a level below a coarser one, in order.
func below(code string, level int) []string {
	list := []string{code}
	for len(list) > 0 && len(list[0]) < level {
		var finer []string
		for _, c := range list {
			finer = append(finer, codes.ChildOccupations(c)...)
		}
		list = finer
	}
	return list
}

// splitDown splits the rows of a file that are coarser than a level: by shares of the same side, to the millionth, or
// as whole says. Rows that are split are estimated, and their source says whose shares split them.
func (d *Directory) splitDown(rows []countRow, level int, whole Whole, file string, notes *noteBook) []countRow {
	p := newProfiles(rows, level, d.settings.SplitLike)
	out := make([]countRow, 0, len(rows))
	var number [profilesNumber]int
	var mass [profilesNumber]int64
	for i := range rows {
		r := rows[i]
		if r.Occupation == "" || len(r.Occupation) >= level {
			out = append(out, r)
			continue
		}
		children := below(r.Occupation, level)
		if len(children) == 1 { // a group with one part is that part
			r.Occupation = children[0]
			out = append(out, r)
			continue
		}
		r.prov.Estimated = true
		if whole != nil {
			if to := whole(file, r.region, r.Occupation); to != "" {
				r.Occupation = to
				out = append(out, r)
				continue
			}
		}
		weights, whom := p.of(&r, children)
		number[whom]++
		mass[whom] += r.count
		r.prov.Assumed = r.prov.Assumed || whom == nobody
		for j, n := range matcher.Apportion(r.count, weights) {
			if n > 0 || r.count == 0 && j == 0 {
				part := r
				part.Occupation, part.count = children[j], n
				out = append(out, part)
			}
		}
	}
	for whom, n := range number {
		by := []string{
			"by the shares of finer rows of the same source", "by the shares of finer rows of the same country", "by the shares of finer rows of " + p.neighbour,
			"by the shares of all finer rows of the file", "into equal parts, which is assumed, for want of finer rows",
		}[whom]
		notes.add("split", n, fmt.Sprintf("%s of %s coarser than ISCO level %d, %s in all, %s split %s.",
			plural(n, "row", "rows"), file+isAre(n), level, grouped(nearest(mass[whom])), wasWere(n), by))
	}
	return out
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// coarseParts adds to a market what its engine has to know of codes that were left coarser than its level: workers of a
// coarse code can fill what one of its parts can, and coarse openings take whom one of their parts does.
func coarseParts(m *matcher.Market) {
	coarse := map[string]bool{}
	for i := range m.Cohorts {
		coarse[m.Cohorts[i].Occupation] = len(m.Cohorts[i].Occupation) < m.Level
	}
	for i := range m.Vacancies {
		coarse[m.Vacancies[i].Occupation] = len(m.Vacancies[i].Occupation) < m.Level
	}
	parts := map[string][]string{} // of each code the coarse ones it is a part of
	byCode := map[string]*matcher.Occupation{}
	for i := range m.Occupations {
		byCode[m.Occupations[i].Code] = &m.Occupations[i]
	}
	var added []matcher.Occupation
	for _, code := range slices.Sorted(maps.Keys(coarse)) {
		if !coarse[code] || code == "" {
			continue
		}
		o := matcher.Occupation{Code: code}
		for _, c := range below(code, m.Level) {
			parts[c] = append(parts[c], code)
			if p := byCode[c]; p != nil {
				o.SkillLevels = append(o.SkillLevels, p.SkillLevels...)
			}
		}
		slices.Sort(o.SkillLevels)
		o.SkillLevels = slices.Compact(o.SkillLevels)
		if named, ok := codes.OccupationByCode(code); ok {
			o.Title = named.Title
		}
		added = append(added, o)
	}
	m.Occupations = append(m.Occupations, added...)
	slices.SortFunc(m.Occupations, func(a, b matcher.Occupation) int { return strings.Compare(a.Code, b.Code) })

	best := map[[2]string]matcher.Fit{}
	put := func(from, to string, f matcher.Fit) {
		if from == to {
			return
		}
		f.From, f.To = from, to
		if old, ok := best[[2]string{from, to}]; !ok || f.Fit > old.Fit {
			best[[2]string{from, to}] = f
		}
	}
	for c, wider := range parts { // a part and its whole are the same work
		same := matcher.Fit{Fit: 1, Conversion: true, Source: "a part of the group"}
		for _, w := range wider {
			put(c, w, same)
			put(w, c, same)
		}
	}
	for _, f := range m.Fits {
		for _, from := range append([]string{f.From}, parts[f.From]...) {
			for _, to := range append([]string{f.To}, parts[f.To]...) {
				put(from, to, f)
			}
		}
	}
	m.Fits = m.Fits[:0:0]
	for _, f := range best {
		m.Fits = append(m.Fits, f)
	}
	slices.SortFunc(m.Fits, func(a, b matcher.Fit) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
}
