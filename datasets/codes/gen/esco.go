package main

import (
	"archive/zip"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Weights of a skill in an ESCO occupation. An optional skill is one that the job may
// ask for, depending on employer and country: half.
const (
	essential = 1.0
	optional  = 0.5
)

// fitFloorPerMille is the smallest fit kept, in thousandths (codes.FitFloor).
const fitFloorPerMille = 20

// esco is what the fits and the skill shares are computed from.
type esco struct {
	units map[string]int // unit group → ESCO occupations
	// profile is h(g,s) × occupations of g, in halves, so that it is exact: an
	// essential skill adds 2, an optional one 1.
	profile map[string]map[string]int
	// essentials[g][k] is the number of essential skills of g's occupations in skill
	// group k, each occupation's skills counted as one whole.
	essentials map[string]map[string]float64
	titles     map[string]string // skill group code → title
	isco       map[string]string // ISCO-08 code → title
	relations  int
	skipped    int // relations of occupations that the package does not describe
}

func (e *esco) summary() string {
	n := 0
	for _, k := range e.units {
		n += k
	}
	return fmt.Sprintf("ESCO: %d occupations in %d unit groups, %d relations used, %d skipped (occupation not in the package)",
		n, len(e.units), e.relations, e.skipped)
}

func zipped(path, name string, cols []string, f func([]string) error) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	defer z.Close()
	for _, member := range z.File {
		if filepath.Base(member.Name) != name {
			continue
		}
		var in io.ReadCloser
		if in, err = member.Open(); err != nil {
			return fmt.Errorf("%s: %s: %w", filepath.Base(path), name, err)
		}
		defer in.Close()
		return columns(filepath.Base(path)+": "+name, in, cols, f)
	}
	return fmt.Errorf("%s: no %s inside", filepath.Base(path), name)
}

var topGroup = regexp.MustCompile(`^([STL][1-9]|K[0-9][0-9])$`)

func readESCO(english, relations string) (*esco, error) {
	e := &esco{
		units: map[string]int{}, profile: map[string]map[string]int{},
		essentials: map[string]map[string]float64{}, titles: map[string]string{}, isco: map[string]string{},
	}
	unitOf := map[string]string{} // occupation URI → unit group
	err := zipped(english, "occupations_en.csv", []string{"conceptUri", "iscoGroup"}, func(c []string) error {
		if len(c[1]) != 4 {
			return fmt.Errorf("occupation %s has no unit group: %q", c[0], c[1])
		}
		unitOf[c[0]] = c[1]
		e.units[c[1]]++
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = zipped(english, "ISCOGroups_en.csv", []string{"code", "preferredLabel"}, func(c []string) error {
		e.isco[c[0]] = c[1]
		return nil
	})
	if err != nil {
		return nil, err
	}
	top := map[string]string{} // URI of a first-level skill group → our code
	err = zipped(english, "skillGroups_en.csv", []string{"conceptUri", "code", "preferredLabel"}, func(c []string) error {
		code := c[1]
		if _, field, ok := strings.Cut(c[0], "/isced-f/"); ok {
			code = "K" + field
		}
		if topGroup.MatchString(code) {
			top[c[0]] = code
			e.titles[code] = c[2]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	broader := map[string][]string{}
	err = zipped(relations, "broaderRelationsSkillPillar.csv", []string{"conceptUri", "broaderUri"}, func(c []string) error {
		broader[c[0]] = append(broader[c[0]], c[1])
		return nil
	})
	if err != nil {
		return nil, err
	}
	groups := groupsOf(top, broader)
	essentialSkills := map[string][]string{} // occupation URI → skills
	err = zipped(relations, "occupationSkillRelations.csv", []string{"occupationUri", "relationType", "skillUri"}, func(c []string) error {
		unit, ok := unitOf[c[0]]
		if !ok {
			e.skipped++
			return nil
		}
		e.relations++
		if e.profile[unit] == nil {
			e.profile[unit] = map[string]int{}
		}
		switch c[1] {
		case "essential":
			e.profile[unit][c[2]] += 2 * essential
			essentialSkills[c[0]] = append(essentialSkills[c[0]], c[2])
		case "optional":
			e.profile[unit][c[2]] += 2 * optional
		default:
			return fmt.Errorf("relation %q is neither essential nor optional", c[1])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return e, e.countEssentials(unitOf, essentialSkills, groups)
}

// groupsOf returns a function from a skill to the first-level groups it lies in, sorted:
// more than one where ESCO gives it several broader concepts.
func groupsOf(top map[string]string, broader map[string][]string) func(string) []string {
	memo := map[string][]string{}
	var find func(string) []string
	find = func(uri string) []string {
		if code, ok := top[uri]; ok {
			return []string{code}
		}
		if g, ok := memo[uri]; ok {
			return g
		}
		memo[uri] = nil // a cycle would end here
		set := map[string]bool{}
		for _, b := range broader[uri] {
			for _, g := range find(b) {
				set[g] = true
			}
		}
		memo[uri] = sortedKeys(set)
		return memo[uri]
	}
	return find
}

func (e *esco) countEssentials(unitOf map[string]string, skills map[string][]string, groups func(string) []string) error {
	for _, occupation := range sortedKeys(skills) {
		unit := unitOf[occupation]
		if e.essentials[unit] == nil {
			e.essentials[unit] = map[string]float64{}
		}
		list := skills[occupation]
		for _, s := range list {
			in := groups(s)
			if len(in) == 0 {
				return fmt.Errorf("skill %s lies in no group", s)
			}
			for _, g := range in {
				e.essentials[unit][g] += 1 / float64(len(list)) / float64(len(in))
			}
		}
	}
	for unit := range e.units {
		if len(e.essentials[unit]) == 0 {
			return fmt.Errorf("unit group %s has no essential skill", unit)
		}
	}
	return nil
}

func (e *esco) writeGroups(out string) error {
	var rows [][]string
	for _, code := range sortedKeys(e.titles) {
		rows = append(rows, []string{code, e.titles[code]})
	}
	return writeTable(out, "skillgroups.csv", []string{"code", "title"}, rows)
}

// writeShares writes whole millionths that sum to a million for every unit group, by
// largest remainder, then code.
func (e *esco) writeShares(out string) error {
	var rows [][]string
	for _, unit := range sortedKeys(e.essentials) {
		groups := sortedKeys(e.essentials[unit])
		total := 0.0
		for _, g := range groups {
			total += e.essentials[unit][g]
		}
		n := make([]int, len(groups))
		rest := make([]float64, len(groups))
		left := 1_000_000
		for i, g := range groups {
			exact := e.essentials[unit][g] / total * 1e6
			n[i] = int(math.Floor(exact))
			rest[i] = exact - math.Floor(exact)
			left -= n[i]
		}
		order := make([]int, len(groups))
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(a, b int) bool { return rest[order[a]] > rest[order[b]]+1e-9 })
		for _, i := range order[:left] {
			n[i]++
		}
		for i, g := range groups {
			if n[i] > 0 {
				rows = append(rows, []string{unit, g, strconv.Itoa(n[i])})
			}
		}
	}
	return writeTable(out, "skillshares.csv", []string{"occupation", "group", "per_million"}, rows)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
