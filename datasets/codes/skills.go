package codes

import (
	"sync"
)

// SkillGroup is a group of the first level of ESCO's skills pillar.
type SkillGroup struct {
	// Code is ESCO's: S1 to S8 (skills), T1 to T6 (transversal skills), L1 and L2
	// (languages). For the fields of knowledge, which ESCO takes over from ISCED-F
	// 2013 with two digits and no letter, it is K with those digits, K00 to K10: a bare
	// "01" would lose its zero in a spreadsheet and be read as ISCO skill level 1.
	Code, Title string
}

type skillGroupTable struct {
	list   []SkillGroup
	byCode map[string]SkillGroup
}

var skillGroups = sync.OnceValue(func() *skillGroupTable {
	t := &skillGroupTable{byCode: map[string]SkillGroup{}}
	for _, r := range rows("skillgroups.csv", "code,title") {
		g := SkillGroup{r[0], r[1]}
		t.list = append(t.list, g)
		t.byCode[g.Code] = g
	}
	return t
})

// SkillGroups lists the groups, by code.
func SkillGroups() []SkillGroup {
	return append([]SkillGroup(nil), skillGroups().list...)
}

// SkillGroupByCode returns the group with this code.
func SkillGroupByCode(code string) (SkillGroup, bool) {
	g, ok := skillGroups().byCode[code]
	return g, ok
}

// millionths of one unit group's essential skills that lie in each skill group.
var unitShares = sync.OnceValue(loadUnitShares)

func loadUnitShares() map[string]map[string]int {
	out := map[string]map[string]int{}
	triples("skillshares.csv", "occupation,group,per_million", func(a, b string, n int) {
		m := out[a]
		if m == nil {
			m = make(map[string]int, 24)
			out[a] = m
		}
		m[b] = n
	})
	return out
}

// SkillShares returns, for each ISCO-08 group of a level, 1 to 4, the share of its
// essential skills that lies in each skill group: occupation → group → share. The
// shares of an occupation sum to 1; groups without a share are left out.
//
// At level 4 every ESCO occupation of the unit group counts the same, and so does
// each of its essential skills; a skill that ESCO places in several groups is
// divided equally among them. Shares are stored in whole millionths that sum to a
// million. At a coarser level the shares are the mean over the unit groups, by the
// weights (the stock per unit group) where any is positive, else equal. Occupations
// that ESCO does not cover are absent: see Covered.
func SkillShares(level int, weights map[string]float64) map[string]map[string]float64 {
	if level < 1 || level > 4 {
		return nil
	}
	w := normalised(level, weights)
	out := map[string]map[string]float64{}
	for code, units := range coverage() {
		if len(code) != level {
			continue
		}
		m := map[string]float64{}
		for _, u := range units {
			if w[u] == 0 {
				continue
			}
			for group, n := range unitShares()[u] {
				m[group] += w[u] * float64(n) / 1e6
			}
		}
		out[code] = m
	}
	return out
}
