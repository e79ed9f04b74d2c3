package matcher

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// index is a market made ready for building: rows sorted by key, so that the order of the input means nothing, and the
// lookups the value of a placement needs.
type index struct {
	*Market
	policy      *Policy
	occupations map[string]*Occupation
	wages       map[string]map[string]int64 // region → occupation prefix → wage
	fits        map[string][]Fit            // from → fits, sorted by To
	blocs       map[string]*Bloc

	workers []int64 // per cohort: the available share of its count
	mobile  []int64 // per cohort: of the workers, those willing to leave the country
}

// newIndex copies what it sorts; the market given is not changed.
func newIndex(market *Market, policy *Policy) *index {
	m := *market
	m.Cohorts = sortedBy(m.Cohorts, (*Cohort).Key)
	m.Vacancies = sortedBy(m.Vacancies, (*Vacancy).Key)
	m.Channels = sortedBy(m.Channels, func(c *Channel) string { return c.ID })
	m.Safeguards = sortedBy(m.Safeguards, func(s *Safeguard) string { return s.ID })
	m.Fits = sortedBy(m.Fits, func(f *Fit) string { return f.From + "|" + f.To })
	m.Wages = sortedBy(m.Wages, func(w *Wage) string { return w.Region + "|" + w.Occupation + "|" + w.Period })
	m.Blocs = sortedBy(m.Blocs, func(b *Bloc) string { return b.ID })
	m.Occupations = sortedBy(m.Occupations, func(o *Occupation) string { return o.Code })
	x := &index{
		Market: &m, policy: policy,
		occupations: make(map[string]*Occupation, len(m.Occupations)),
		wages:       map[string]map[string]int64{},
		fits:        map[string][]Fit{},
		blocs:       make(map[string]*Bloc, len(m.Blocs)),
	}
	for i := range m.Occupations {
		x.occupations[m.Occupations[i].Code] = &m.Occupations[i]
	}
	for i := range m.Blocs {
		x.blocs[m.Blocs[i].ID] = &m.Blocs[i]
	}
	for _, w := range m.Wages { // of several periods the latest counts: it comes last in key order
		if x.wages[w.Region] == nil {
			x.wages[w.Region] = map[string]int64{}
		}
		x.wages[w.Region][w.Occupation] = w.Wage
	}
	for _, f := range m.Fits {
		x.fits[f.From] = append(x.fits[f.From], f)
	}
	x.workers = x.shareOfCountries(func(i int) int64 { return m.Cohorts[i].Count }, policy.Available.Value)
	x.mobile = x.shareOfCountries(func(i int) int64 { return x.workers[i] }, policy.Mobile.Value)
	return x
}

// check refuses what no reader of files would let through, by key: counts below nothing, and rows there twice.
func (x *index) check() error {
	for i := range x.Cohorts {
		if c := &x.Cohorts[i]; c.Count < 0 || i > 0 && c.Key() == x.Cohorts[i-1].Key() {
			return fmt.Errorf("cohort %s is there twice or has a count below 0 (%d)", c.Key(), c.Count)
		}
	}
	for i := range x.Vacancies {
		if v := &x.Vacancies[i]; v.Count < 0 || i > 0 && v.Key() == x.Vacancies[i-1].Key() {
			return fmt.Errorf("vacancy %s is there twice or has a count below 0 (%d)", v.Key(), v.Count)
		}
	}
	for i := range x.Channels {
		if c := &x.Channels[i]; c.Quota != nil && *c.Quota < 0 || i > 0 && c.ID == x.Channels[i-1].ID {
			return fmt.Errorf("channel %s is there twice or has a quota below 0", c.ID)
		}
	}
	return x.checkSafeguards()
}

// sortedBy returns rows by key: the rows given where they are in order, as those of package datasets are, since a world has
// enough of them for a copy to matter.
func sortedBy[T any](rows []T, key func(*T) string) []T {
	sorted, last := true, ""
	for i := range rows {
		k := key(&rows[i])
		if sorted = last <= k; !sorted {
			break
		}
		last = k
	}
	if sorted {
		return rows
	}
	type keyed struct {
		key string
		row T
	}
	pairs := make([]keyed, len(rows))
	for i := range rows {
		pairs[i] = keyed{key(&rows[i]), rows[i]}
	}
	slices.SortStableFunc(pairs, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	out := make([]T, len(rows))
	for i := range pairs {
		out[i] = pairs[i].row
	}
	return out
}

// shareOfCountries takes a share of a count of every cohort, in whole persons. The total of each country is rounded
// once and apportioned, since a small share of many small cohorts rounded one by one would vanish.
func (x *index) shareOfCountries(count func(int) int64, of float64) []int64 {
	taken := make([]int64, len(x.Cohorts))
	for _, members := range x.byCountry() {
		weights := make([]int64, len(members))
		var sum int64
		for k, i := range members {
			weights[k] = count(i)
			sum += weights[k]
		}
		for k, part := range Apportion(share(sum, of), weights) {
			taken[members[k]] = part
		}
	}
	return taken
}

// byCountry lists the cohorts of each country in key order.
func (x *index) byCountry() map[string][]int {
	countries := map[string][]int{}
	for i := range x.Cohorts {
		c := Country(x.Cohorts[i].Region)
		countries[c] = append(countries[c], i)
	}
	return countries
}

// wage is a year's pay of a code in a region: of the occupation or else its longest prefix known, and for that of the
// region or else its country. A skill has no wage of its own and takes the one of all occupations. Where none is known it is the
// policy's default, and known is false.
func (x *index) wage(region string, code Code) (wage int64, known bool) {
	for n := len(code.Occupation); n >= 0; n-- {
		for _, r := range []string{region, Country(region)} {
			if w, ok := x.wages[r][code.Occupation[:n]]; ok {
				return w, true
			}
		}
	}
	return int64(x.policy.DefaultWage.Value), false
}

// offer is what a vacancy pays, and what its emptiness costs beyond that.
func (x *index) offer(v *Vacancy) (wage, fill int64, known bool) {
	if v.Wage != nil {
		wage, known = *v.Wage, true
	} else {
		wage, known = x.wage(v.Region, v.Code)
	}
	return wage, share(wage, x.policy.FillShare.Value), known
}

// outside is the income a cohort's workers have without a placement: what is stated, else the wage of those who have
// work, else the policy's share of it.
func (x *index) outside(c *Cohort) (income int64, known bool) {
	if c.Outside != nil {
		return *c.Outside, true
	}
	wage, known := x.wage(c.Region, c.Code)
	if c.Status == Employed {
		return wage, known
	}
	return share(wage, x.policy.OutsideShare.Value), known
}

// unvalued says whether a row has no value: its wage is not known, and the policy names no default.
func (x *index) unvalued(known bool) bool { return !known && x.policy.DefaultWage.Value == 0 }

// reached is a code that workers of another code can fill, and what training that takes.
type reached struct {
	code   int32 // number among the codes wanted
	own    bool  // it is the workers' own occupation
	fit    float64
	yearly int64 // cost of training, spread over the policy's years
}

// reach lists the wanted codes that workers of a code can fill, their own occupation excepted, in the order of wanted.
func (x *index) reach(from Code, wanted []Code) []reached {
	var found []reached
	fits := x.fits[from.Occupation]
	for j, to := range wanted {
		if to == from && from.Skill == "" {
			continue
		}
		fit, months, ok := x.fit(from, to, fits)
		if !ok {
			continue
		}
		cost := x.policy.TrainingYear.Value * months / 12 / x.policy.Years.Value
		found = append(found, reached{code: int32(j), fit: fit, yearly: share(1, cost)}) //nolint:gosec // a few hundred codes
	}
	return found
}

// fit says how much of `to` a worker of `from` can do and how many months of training the rest takes.
func (x *index) fit(from, to Code, fits []Fit) (fit, months float64, ok bool) {
	switch {
	case from.Occupation != "" && to.Occupation != "":
		i, found := slices.BinarySearchFunc(fits, to.Occupation, func(f Fit, to string) int { return cmp.Compare(f.To, to) })
		if !found {
			return 0, 0, false
		}
		f := fits[i]
		if f.Fit < x.policy.FitThreshold.Value || x.regulated(to) && !f.Conversion || x.risesTooFar(from, to) {
			return 0, 0, false
		}
		if f.TrainingMonths != nil {
			return f.Fit, *f.TrainingMonths, true
		}
		fit = f.Fit
	case to.Skill != "" && from.Skill != "": // the same group, or levels that overlap, such as 3 and 3-4
		switch {
		case overlap(levels(from.Skill), levels(to.Skill)):
			fit = x.policy.LevelFit.Value
		case from == to:
			fit = 1
		default:
			return 0, 0, false
		}
	default: // one side an occupation, the other a skill
		occupation, skill := x.occupations[from.Occupation], to.Skill
		if to.Skill == "" {
			occupation, skill = x.occupations[to.Occupation], from.Skill
			if x.regulated(to) {
				return 0, 0, false
			}
		}
		if occupation == nil {
			return 0, 0, false
		}
		if l := levels(skill); l != nil {
			if !overlap(l, occupation.SkillLevels) {
				return 0, 0, false
			}
			fit = x.policy.LevelFit.Value
		} else if fit = occupation.Skills[skill]; fit < x.policy.SkillThreshold.Value || fit == 0 {
			return 0, 0, false
		}
	}
	return fit, (1 - fit) * 12, true
}

func (x *index) regulated(c Code) bool {
	o := x.occupations[c.Occupation]
	return o != nil && o.Regulated
}

// risesTooFar compares the highest skill level of the one with the lowest of the other, so that a coarse code that
// spans several levels is not refused for one of them.
func (x *index) risesTooFar(from, to Code) bool {
	f, t := x.occupations[from.Occupation], x.occupations[to.Occupation]
	if f == nil || t == nil || len(f.SkillLevels) == 0 || len(t.SkillLevels) == 0 {
		return false
	}
	return float64(slices.Min(t.SkillLevels)-slices.Max(f.SkillLevels)) > x.policy.SkillRise.Value
}

// levels reads an ISCO skill level or a range of them; nil means the skill is a skill group.
func levels(skill string) []int {
	low, high, ranged := strings.Cut(skill, "-")
	if !ranged {
		high = low
	}
	if len(low) != 1 || len(high) != 1 || low[0] < '1' || low[0] > '4' || high[0] < low[0] || high[0] > '4' {
		return nil
	}
	var span []int
	for l := low[0]; l <= high[0]; l++ {
		span = append(span, int(l-'0'))
	}
	return span
}

func overlap(a, b []int) bool {
	return slices.ContainsFunc(a, func(l int) bool { return slices.Contains(b, l) })
}
