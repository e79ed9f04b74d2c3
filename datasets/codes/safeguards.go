package codes

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// WHO2023 names the WHO health workforce support and safeguards list of 2023: 55
// countries from which health workers should not be recruited actively without an
// agreement. It binds recruiters; no worker loses the right to leave by it.
const WHO2023 = "who-2023"

// SafeguardedGroup is an ISCO-08 group with the share of it that a list is about.
type SafeguardedGroup struct {
	Occupation string
	// Share is 1 for a group of health workers; for a coarser group it is the share of
	// its workers that are in such groups.
	Share float64
	// Assumed tells that the share is not published, and How how it was formed.
	Assumed               bool
	How                   string
	Source, Date, Licence string
}

type safeguardTable struct {
	countries map[string][]string
	groups    map[string][]SafeguardedGroup
	live      map[[2]string][2]string
}

var safeguards = sync.OnceValue(func() *safeguardTable {
	t := &safeguardTable{countries: map[string][]string{}, groups: map[string][]SafeguardedGroup{}, live: map[[2]string][2]string{}}
	for _, r := range rows("safeguards.csv", "list,region,valid_from,valid_to") {
		t.countries[r[0]] = append(t.countries[r[0]], r[1])
		t.live[[2]string{r[0], r[1]}] = [2]string{r[2], r[3]}
	}
	for _, r := range rows("safeguarded.csv", "list,occupation,share,assumed,how,source,date,licence") {
		share, err := strconv.ParseFloat(r[2], 64)
		if err != nil {
			panic(fmt.Sprintf("codes: table safeguarded.csv: %v", err))
		}
		t.groups[r[0]] = append(t.groups[r[0]], SafeguardedGroup{
			Occupation: r[1], Share: share, Assumed: r[3] == "yes", How: r[4], Source: r[5], Date: r[6], Licence: r[7],
		})
	}
	return t
})

// SafeguardedCountries lists the countries of a list such as WHO2023, by code.
func SafeguardedCountries(list string) []string { return slices.Clone(safeguards().countries[list]) }

// SafeguardedGroups lists the groups a list is about and, for coarser groups, the share.
func SafeguardedGroups(list string) []SafeguardedGroup {
	return slices.Clone(safeguards().groups[list])
}

// Safeguarded tells whether a list protects a region on a day, YYYY-MM-DD.
func Safeguarded(list, region, day string) bool {
	span, ok := safeguards().live[[2]string{list, Country(region)}]
	return ok && within(span[0], span[1], day)
}

// SafeguardedShare returns the share of an ISCO-08 group, of any level, that a list is
// about: 1 for its groups and those below, the stated share for those above, else 0. The
// shares of the major and sub-major groups are those of one country and assumed elsewhere.
func SafeguardedShare(list, occupation string) float64 {
	groups := safeguards().groups[list]
	for n := len(occupation); n > 0; n-- {
		for _, g := range groups {
			if g.Occupation == occupation[:n] && (n == len(occupation) || g.Share == 1) {
				return g.Share
			}
		}
	}
	return 0
}
