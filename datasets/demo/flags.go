package demo

import (
	"cmp"
	"maps"
	"slices"

	"labourmatch/datasets"
)

// german and norwegian are the countries of the market.
const (
	german    = "DE"
	norwegian = "NO"
)

// FlagLists are the published signs of shortage that the market's gaps are held against. None of them is an input of what it
// is held against: NAV's estimate is Norway's openings, so it is held against Germany alone, and what ELA reports of Norway
// is held against Norway.
func FlagLists() []datasets.FlagList {
	return []datasets.FlagList{
		eures("eures-de", german),
		eures("eures-europe", "*"),
		eures("eures-no", norwegian),
		nav(),
		australia(),
	}
}

func (s Source) said() string {
	return s.Title + ". " + s.Publisher + ", " + s.Date + ". Licence: " + s.Licence
}

// eures is the signs of one country, or of all but Germany, for the 13 unit groups of ICT.
func eures(id, country string) datasets.FlagList {
	l := datasets.FlagList{
		ID: id, Speaks: country, Period: "2025", Against: country, Level: 4, Source: sourceByID("ela-shortages").said(),
		Title: "EURES 2025, " + map[string]string{german: "Germany", norwegian: "Norway", "*": "other countries"}[country],
		Rule:  "Flagged: reported in shortage; degree: 1 in shortage, −1 in surplus, 0 neither or both",
		Note:  "Only the 13 unit groups of ICT are at hand, too few to prove much: no ranking but a nearly perfect one is beyond chance.",
	}
	if country == "*" {
		l.Against = german
		l.Rule = "Flagged: more countries report a shortage than a surplus, Germany left out; degree: the difference"
	}
	degree := map[string]float64{}
	for _, r := range rows("eures.csv", "occupation,region,sign,source") {
		degree[r[0]] += 0 // a group that others name is one this country could have named
		if r[1] != country && (country != "*" || r[1] == german) {
			continue
		}
		if r[2] == "shortage" {
			degree[r[0]]++
		} else {
			degree[r[0]]--
		}
	}
	for _, group := range slices.Sorted(maps.Keys(degree)) {
		l.Flags = append(l.Flags, datasets.Flag{Occupation: group, Short: degree[group] > 0, Degree: degree[group]})
	}
	return l
}

// nav is Norway's shortage, as people wanted and not found per jobseeker of the occupation.
func nav() datasets.FlagList {
	l := datasets.FlagList{
		Note: "NAV's estimate is Norway's openings in this market, so it cannot test Norway; Germany's gaps know nothing of it.",
		ID:   "nav-no", Title: "NAV 2017, Norway", Speaks: norwegian, Period: norwayPeriod, Against: german, Level: 3,
		Rule: "Flagged: more people wanted and not found per jobseeker than in Norway as a whole; degree: wanted ÷ (wanted + " +
			"jobseekers)",
		Source: sourceByID("nav-shortage").said() + "; " + sourceByID("nav-jobseekers").said(),
	}
	type pair struct{ wanted, seeking int64 }
	groups := map[string]pair{}
	var all pair
	for _, r := range norwayShortage() {
		g := groups[r.isco[:3]]
		g.wanted += r.count
		groups[r.isco[:3]] = g
		all.wanted += r.count
	}
	for _, r := range norwayJobseekers() {
		if r.isco == "" {
			continue
		}
		g := groups[r.isco[:3]]
		g.seeking += r.count
		groups[r.isco[:3]] = g
		all.seeking += r.count
	}
	for _, code := range slices.Sorted(maps.Keys(groups)) {
		g := groups[code]
		if g.wanted+g.seeking == 0 { // hidden by the publisher
			continue
		}
		l.Flags = append(l.Flags, datasets.Flag{
			Occupation: code, Short: g.wanted*all.seeking > all.wanted*g.seeking,
			Degree: float64(g.wanted) / float64(g.wanted+g.seeking),
		})
	}
	return l
}

// australia is the share of the occupations of a minor group that Australia's list rates in shortage.
func australia() datasets.FlagList {
	l := datasets.FlagList{
		Note: "No market is built for Australia: no publication we may carry over counts its idle by occupation. The mapping from " +
			"ANZSCO is ours (assumed).",
		ID: "osl-au", Title: "Occupation Shortage List 2024, Australia", Speaks: "AU", Period: "2024", Against: german, Level: 3,
		Rule:   "Flagged: at least half of the group's rated occupations are in shortage; degree: their share",
		Source: sourceByID("osl").said() + "; " + sourceByID("anzsco-isco").said(),
	}
	type pair struct{ rated, short int64 }
	groups := map[string]pair{}
	for _, r := range rows("australia.csv", "anzsco,rated,short,isco,assumed,source") {
		if r[3] == "" {
			continue
		}
		g := groups[r[3]]
		groups[r[3]] = pair{g.rated + integer(r[1]), g.short + integer(r[2])}
	}
	for code, g := range groups {
		l.Flags = append(l.Flags, datasets.Flag{Occupation: code, Short: 2*g.short >= g.rated, Degree: float64(g.short) / float64(g.rated)})
	}
	slices.SortFunc(l.Flags, func(a, b datasets.Flag) int { return cmp.Compare(a.Occupation, b.Occupation) })
	return l
}
