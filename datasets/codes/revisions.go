package codes

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// What became of a code when its classification was revised.
const (
	// KindSame is the same code with the same content.
	KindSame = "same"
	// KindRenumbered is the same content under another code.
	KindRenumbered = "renumbered"
	// KindSplit is a code whose content several codes share, or a coarser one has.
	KindSplit = "split"
	// KindMerged is a code that is now part of one that others went to as well.
	KindMerged = "merged"
	// KindMixed is a code that was split, with parts merged into codes of others.
	KindMixed = "mixed"
)

// Change is what became of a code when its classification was revised.
type Change struct {
	Code string
	// To are the codes its content went to.
	To   []string
	Kind string
	// Reused says that the later version has the same digits for something else, wholly or
	// in part: a series by this code breaks without a sign.
	Reused bool
}

// revisions are the links between versions: version → later version → code → codes.
var revisions = sync.OnceValue(func() map[[2]string]map[string][]string {
	out := map[[2]string]map[string][]string{}
	link := func(from, code, to, target string) {
		pair := [2]string{from, to}
		if out[pair] == nil {
			out[pair] = map[string][]string{}
		}
		out[pair][code] = append(out[pair][code], target)
	}
	for _, r := range rows("revisions.csv", "from,code,to,target") {
		link(r[0], r[1], r[2], r[3])
	}
	for _, r := range rows("isco88.csv", "code,isco,per_million,how") {
		link("isco88", r[0], "isco08", r[1])
	}
	for _, r := range rows("soc2010.csv", "code,isco,per_million,how") {
		// A code of the SOC that the table does not name stayed what it was.
		if pair := [2]string{"soc2010", "soc2018"}; out[pair][r[0]] == nil {
			link("soc2010", r[0], "soc2018", r[0])
		}
	}
	return out
})

// revisedLevels are the lengths of codes that mean the same level in both versions.
// NOC 2021 has a level more than NOC 2016, and only the first and the last go together.
var revisedLevels = map[[2]string]map[int]int{
	{"isco88", "isco08"}:   {1: 1, 2: 2, 3: 3, 4: 4},
	{"noc2016", "noc2021"}: {1: 1, 4: 5},
	{"soc2010", "soc2018"}: {2: 2, 6: 6},
}

// Break lists, by code, what became of every code of a level, given in digits, when one
// version of a classification followed another. It is false where the two or the level
// are not compared: known are isco88 to isco08 (1 to 4 digits), noc2016 to noc2021 (1
// and 4) and soc2010 to soc2018 (2 and 6).
//
// A series that goes over the change is whole only for codes of kind same, and under its
// new code for those renumbered. For ISCO-88 the table names one target a unit group,
// the main one: what was split is found only where that is a coarser group.
func Break(from, to string, digits int) ([]Change, bool) {
	pair := [2]string{from, to}
	later, ok := revisedLevels[pair][digits]
	if !ok {
		return nil, false
	}
	old, _ := ClassificationByID(from)
	next, _ := CrosswalkFrom(to)
	targets, sources := map[string]map[string]bool{}, map[string]map[string]bool{}
	for code, list := range revisions()[pair] {
		was := old.cutTo(code, digits)
		for _, target := range list {
			is := next.from.cutTo(target, later)
			add(targets, was, is)
			add(sources, is, was)
		}
	}
	var out []Change
	for _, code := range slices.Sorted(maps.Keys(targets)) {
		c := Change{Code: code, To: slices.Sorted(maps.Keys(targets[code])), Kind: KindRenumbered}
		shared, coarse := false, false
		for _, is := range c.To {
			shared = shared || len(sources[is]) > 1
			coarse = coarse || next.from.Level(is) != later
		}
		split := len(c.To) > 1 || coarse
		switch {
		case split && shared:
			c.Kind = KindMixed
		case split:
			c.Kind = KindSplit
		case shared:
			c.Kind = KindMerged
		case c.To[0] == code:
			c.Kind = KindSame
		}
		c.Reused = c.Kind != KindSame && next.from.Level(code) == later && next.Known(code)
		out = append(out, c)
	}
	return out, true
}

func add(m map[string]map[string]bool, key, value string) {
	if m[key] == nil {
		m[key] = map[string]bool{}
	}
	m[key][value] = true
}

// cutTo returns the group of a level, given in digits, that a code belongs to; a code
// coarser than the level stays as it is.
func (c Classification) cutTo(code string, digits int) string {
	if !c.soc {
		return code[:min(len(code), digits)]
	}
	if digits >= c.finest() {
		return code
	}
	return code[:2] + "-" + strings.Repeat("0", 4)
}
