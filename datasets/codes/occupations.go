package codes

import (
	"strings"
	"sync"
)

// Occupation is a group of ISCO-08, the International Standard Classification of
// Occupations: a major group (level 1), sub-major group (2), minor group (3) or
// unit group (4).
type Occupation struct {
	// Code is text of one to four digits; its length is the level.
	Code, Title string
	Level       int
	// SkillLevels are the ISCO skill levels (1 to 4) of the group, ascending. All
	// groups of level 2 and finer have exactly one; the major groups 0 and 1 have
	// several.
	SkillLevels []int
}

type occupationTable struct {
	byCode   map[string]Occupation
	levels   [5][]Occupation
	children map[string][]string
}

var occupations = sync.OnceValue(loadOccupations)

func loadOccupations() *occupationTable {
	t := &occupationTable{byCode: map[string]Occupation{}, children: map[string][]string{}}
	for _, r := range rows("occupations.csv", "code,title,skill_levels") {
		o := Occupation{Code: r[0], Title: r[1], Level: len(r[0])}
		for _, digit := range strings.Fields(r[2]) {
			o.SkillLevels = append(o.SkillLevels, int(digit[0]-'0'))
		}
		t.byCode[o.Code] = o
		t.levels[o.Level] = append(t.levels[o.Level], o)
		if o.Level > 1 {
			parent := o.Code[:o.Level-1]
			t.children[parent] = append(t.children[parent], o.Code)
		}
	}
	return t
}

func (o Occupation) clone() Occupation {
	o.SkillLevels = append([]int(nil), o.SkillLevels...)
	return o
}

// OccupationByCode returns the ISCO-08 group with this code, written exactly as
// ISCO does: "0110" is found, "110" and " 0110" are not.
func OccupationByCode(code string) (Occupation, bool) {
	o, ok := occupations().byCode[code]
	return o.clone(), ok
}

// Occupations lists the groups of a level, 1 to 4, by code: 10, 43, 130 or 436 of
// them. Another level has none.
func Occupations(level int) []Occupation {
	if level < 1 || level > 4 {
		return nil
	}
	list := occupations().levels[level]
	out := make([]Occupation, len(list))
	for i, o := range list {
		out[i] = o.clone()
	}
	return out
}

// ParentOccupation returns the code of the group one level up. It is false for a
// major group and for an unknown code.
func ParentOccupation(code string) (string, bool) {
	if _, ok := occupations().byCode[code]; !ok || len(code) == 1 {
		return "", false
	}
	return code[:len(code)-1], true
}

// ChildOccupations lists the codes one level down, ascending; none for a unit
// group or an unknown code.
func ChildOccupations(code string) []string {
	return append([]string(nil), occupations().children[code]...)
}

// AtLevel returns the group of the given level that contains the code. It is
// false where the code is unknown or itself coarser than the level: a coarse
// group has no single finer one, and choosing one would invent data.
func AtLevel(code string, level int) (string, bool) {
	if _, ok := occupations().byCode[code]; !ok || level < 1 || level > len(code) {
		return "", false
	}
	return code[:level], true
}

// SumToLevel adds up amounts keyed by ISCO-08 code at a coarser level. The total
// is kept to the unit: a code that is unknown, or coarser than the level, is not
// dropped but returned in rest under its own code.
func SumToLevel(amounts map[string]int64, level int) (sums, rest map[string]int64) {
	sums, rest = map[string]int64{}, map[string]int64{}
	for code, n := range amounts {
		if at, ok := AtLevel(code, level); ok {
			sums[at] += n
		} else {
			rest[code] += n
		}
	}
	return sums, rest
}
