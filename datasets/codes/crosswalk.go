package codes

import (
	"maps"
	"slices"
	"strconv"
	"sync"

	"labourmatch/matcher"
)

// How a share of a code came about.
const (
	// HowSame is the same code of ISCO-08.
	HowSame = "same"
	// HowOne is the only target the publisher names.
	HowOne = "one"
	// HowRecommended is the target the publisher recommends out of several; it has the
	// whole of the code.
	HowRecommended = "recommended"
	// HowAlso is a further target that the publisher names but does not recommend; it has
	// no share.
	HowAlso = "also"
	// HowEqual is one of several targets, of equal shares because none are published.
	HowEqual = "equal"
	// HowSubsistence is a target among the subsistence farmers of ISCO-08 (group 63) of a
	// code that has others; it has no share, because the code counts hired workers.
	HowSubsistence = "subsistence"
	// HowChain is a target reached through other classifications, its share the product of
	// equal shares along the way: see Classification.Way.
	HowChain = "chain"
	// HowRevision is a target of the codes that the classification's last version had for
	// this one.
	HowRevision = "revision"
	// HowNearest is the unit group nearest by its title, chosen by us.
	HowNearest = "nearest"
	// HowFiner is a target of the finer codes of a coarse one, each of which counts the same.
	HowFiner = "finer"
)

// Share is the part of a code that goes to a group of ISCO-08: Weight of Of parts, where
// Of is the sum of the code's weights.
type Share struct {
	// ISCO is mostly a unit group, but a coarser group where the publisher names no finer one.
	ISCO       string
	Weight, Of int64
	How        string
}

// Crosswalk leads from the codes of a classification to ISCO-08.
type Crosswalk struct {
	from  Classification
	links map[string][]Share // by key of the finest codes; Weight in millionths
	split map[string][]Share // by key of every code, without those that have no share
}

// crosswalks are loaded each when it is first asked for, as most programs need one.
var crosswalks = sync.OnceValue(func() map[string]func() *Crosswalk {
	out := map[string]func() *Crosswalk{}
	for _, c := range classifications() {
		out[c.ID] = sync.OnceValue(func() *Crosswalk { return loadCrosswalk(c) })
	}
	return out
})

func loadCrosswalk(c Classification) *Crosswalk {
	links := map[string][]Share{}
	if c.table != "" {
		for _, r := range rows(c.table+".csv", "code,isco,per_million,how") {
			weight, err := strconv.ParseInt(r[2], 10, 64)
			if err != nil {
				panic("codes: table " + c.table + ".csv: " + err.Error())
			}
			key := c.key(r[0])
			links[key] = append(links[key], Share{ISCO: r[1], Weight: weight, Of: million, How: r[3]})
		}
	}
	return newCrosswalk(c, links)
}

// newCrosswalk works out the shares of every coarser code from the links of the finest. In
// a classification that is ISCO-08, or ISCO-08 for a country, every code without links is
// its own target at every level.
func newCrosswalk(c Classification, links map[string][]Share) *Crosswalk {
	x := &Crosswalk{from: c, links: links, split: make(map[string][]Share, 2*len(links))}
	for key, shares := range links {
		x.split[key] = positive(shares)
	}
	if c.table == "" || c.ID == "styrk08" {
		for code := range occupations().byCode {
			if links[code] == nil {
				x.split[code] = []Share{{ISCO: code, Weight: 1, Of: 1, How: HowSame}}
			}
		}
		return x
	}
	weight, of, chained := map[string]map[string]int64{}, map[string]int64{}, map[string]bool{}
	for key, shares := range links {
		for n := c.Digits[0]; n < len(key); n++ {
			group := key[:n]
			if weight[group] == nil {
				weight[group] = map[string]int64{}
			}
			for _, s := range shares {
				weight[group][s.ISCO] += s.Weight
				chained[group] = chained[group] || s.How == HowChain || s.How == HowRevision
			}
			of[group] += million
		}
	}
	for group, w := range weight {
		var shares []Share
		for _, isco := range slices.Sorted(maps.Keys(w)) {
			shares = append(shares, Share{ISCO: isco, Weight: w[isco], Of: of[group], How: HowFiner})
		}
		x.split[group] = positive(shares)
		if len(x.split[group]) == 1 && chained[group] {
			x.split[group][0].How = HowChain // all its codes go to one target, but not by one table
		}
	}
	return x
}

func positive(links []Share) []Share {
	var out []Share
	for _, s := range links {
		if s.Weight > 0 {
			out = append(out, s)
		}
	}
	return out
}

// million is what the weights of one finest code sum to.
const million = 1_000_000

// CrosswalkFrom returns the crosswalk from the classification with this id. It is false
// for an unknown one: its file has to say itself how its codes map.
func CrosswalkFrom(id string) (*Crosswalk, bool) {
	load, ok := crosswalks()[id]
	if !ok {
		return nil, false
	}
	return load(), true
}

// From is the classification the crosswalk leads from.
func (x *Crosswalk) From() Classification { return x.from.clone() }

// Equally returns the crosswalk in which every target the publisher names has an equal
// share of its code, the recommended one and those left out too. What comes out the same
// under both does not hang on the choice.
func (x *Crosswalk) Equally() *Crosswalk {
	equal := make(map[string][]Share, len(x.links))
	for key, links := range x.links {
		ones := make([]int64, len(links))
		for i := range ones {
			ones[i] = 1
		}
		shares := slices.Clone(links)
		for i, w := range matcher.Apportion(million, ones) {
			shares[i].Weight = w
			if shares[i].How == HowRecommended || shares[i].How == HowAlso || shares[i].How == HowSubsistence {
				shares[i].How = HowEqual
			}
		}
		equal[key] = shares
	}
	return newCrosswalk(x.from, equal)
}

// key finds a code in the links: an occupation of O*NET is part of the SOC code it begins
// with, and no other code has links that are coarser than itself.
func (x *Crosswalk) key(code string) string {
	key := x.from.key(code)
	if x.from.soc && len(key) == 8 {
		key = key[:6]
	}
	return key
}

// Known says whether the crosswalk leads from this code, at any level of its
// classification.
func (x *Crosswalk) Known(code string) bool { return x.shares(code) != nil }

// Links returns everything the publishers name for one of the finest codes, by ISCO-08
// code, with the targets that have no share. It is nil for a coarser or unknown code.
func (x *Crosswalk) Links(code string) []Share {
	if x.from.Level(code) == 0 {
		return nil
	}
	return slices.Clone(x.links[x.key(code)])
}

// To returns the shares of a code, at any level of its classification, by ISCO-08 code.
// Their weights are positive and sum to Of. A code that has no links of its own is split
// over its finer codes, each of which counts the same, as nothing says how many people
// each has. A code of ISCO-08 stays the group it is. It is nil for an unknown code.
func (x *Crosswalk) To(code string) []Share { return slices.Clone(x.shares(code)) }

func (x *Crosswalk) shares(code string) []Share {
	if x.from.Level(code) == 0 {
		return nil
	}
	return x.split[x.key(code)]
}

// Part is what a code's mass puts in one group of ISCO-08.
type Part struct {
	Code, ISCO, How string
	Mass            int64
	// Estimated says that the mass was shared out, or came by more than one table or by our
	// choice; Assumed says that no publisher states the shares or the target.
	Estimated, Assumed bool
}

// Split shares out the mass of a code, in any unit, over ISCO-08 by largest remainder: the
// parts are positive and sum to the mass exactly. It is false, and nothing is split, for
// an unknown code and for a negative mass.
func (x *Crosswalk) Split(code string, mass int64) ([]Part, bool) {
	shares := x.shares(code)
	if len(shares) == 0 || mass < 0 {
		return nil, false
	}
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = s.Weight
	}
	var out []Part
	for i, n := range matcher.Apportion(mass, weights) {
		if n == 0 {
			continue
		}
		how := shares[i].How
		out = append(out, Part{
			Code: code, ISCO: shares[i].ISCO, How: how, Mass: n,
			Estimated: len(shares) > 1 || how == HowChain || how == HowRevision || how == HowNearest,
			Assumed:   len(shares) > 1 || how == HowNearest,
		})
	}
	return out, true
}

// SplitAll splits amounts keyed by code and adds nothing up: the parts are by code and
// ISCO-08 code. What Split refuses is in rest under its own code, so that the masses of
// both together are those that went in.
func (x *Crosswalk) SplitAll(amounts map[string]int64) (parts []Part, rest map[string]int64) {
	rest = map[string]int64{}
	for _, code := range slices.Sorted(maps.Keys(amounts)) {
		split, ok := x.Split(code, amounts[code])
		if !ok {
			rest[code] = amounts[code]
			continue
		}
		parts = append(parts, split...)
	}
	return parts, rest
}
