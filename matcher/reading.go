package matcher

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// reading reads what is left of the cell the other way: of an occupation its skill level, of a skill the occupations that it reaches,
// with how many of them are on the other side of the gap.
func (x *explainer) reading() []string {
	code, what := x.cell.code, "empty openings"
	if x.cell.ofWorkers {
		what = "unplaced workers"
	}
	if code.Occupation != "" {
		o := x.n.occupations[code.Occupation]
		if o == nil || len(o.SkillLevels) == 0 {
			return nil
		}
		return []string{fmt.Sprintf("The %s are of ISCO skill level %s.", what, SkillLevelName(o.SkillLevels))}
	}
	type row struct {
		code Code
		left int64
	}
	left := map[Code]int64{}
	if x.cell.ofWorkers {
		for v := range x.Market.Vacancies {
			left[x.Market.Vacancies[v].Code] += x.Fillings[v].Unfilled
		}
	} else {
		for c := range x.Market.Cohorts {
			left[x.Market.Cohorts[c].Code] += x.unplaced[c]
		}
	}
	var rows []row
	for other, n := range left {
		from, to := other, code
		if x.cell.ofWorkers {
			from, to = code, other
		}
		if _, _, able := x.n.fit(from, to, x.n.fits[from.Occupation]); able && n > 0 && other.Occupation != "" {
			rows = append(rows, row{other, n})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(b.left, a.left), compareCodes(a.code, b.code)) })
	other := "unplaced workers who can fill them"
	if x.cell.ofWorkers {
		other = "empty openings they can fill"
	}
	if len(rows) == 0 {
		return []string{fmt.Sprintf("There are no %s, in any country.", other)}
	}
	var list []string
	for _, r := range rows[:min(mostSaid, len(rows))] {
		list = append(list, thousands(r.left)+" of "+x.named(r.code))
	}
	more := ""
	if len(rows) > mostSaid {
		more = fmt.Sprintf(", and %s more", some(int64(len(rows)-mostSaid), "occupation"))
	}
	return []string{fmt.Sprintf("The %s are, in all countries: %s%s.", other, strings.Join(list, "; "), more)}
}

// inSkills reads what is left of the cell in ESCO skill groups, by the shares of the occupation's essential skills; the largest first.
func (x *explainer) inSkills() []StorySkill {
	o := x.n.occupations[x.cell.code.Occupation]
	if o == nil || len(o.Skills) == 0 {
		return nil
	}
	skills := make([]string, 0, len(o.Skills))
	for s := range o.Skills {
		skills = append(skills, s)
	}
	slices.SortFunc(skills, func(a, b string) int { return cmp.Or(cmp.Compare(o.Skills[b], o.Skills[a]), strings.Compare(a, b)) })
	weights := make([]float64, len(skills))
	for i, s := range skills {
		weights[i] = o.Skills[s]
	}
	var out []StorySkill
	for i, n := range apportionReal(x.cell.left, weights) {
		if n > 0 {
			out = append(out, StorySkill{skills[i], n})
		}
	}
	return out
}
