package datasets

import (
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// pair is a country whose citizens move and one that they move to.
type pair struct{ from, to string }

// blocPairs are the pairs of countries that a channel joins of which one is there as a member of a bloc on a day. Who names
// two countries answers for the law between them; who names a bloc says that the bloc's law grants it.
func blocPairs(origins, destinations []string, day string) []pair {
	countries := func(list []string) (all []string, byBloc map[string]bool) {
		byBloc = map[string]bool{}
		for _, place := range list {
			if b, ok := codes.BlocByID(place); ok {
				for _, m := range b.On(day) {
					all = append(all, m)
					byBloc[m] = true
				}
				continue
			}
			if place == "*" {
				for _, r := range codes.Countries() {
					all = append(all, r.Code)
				}
				continue
			}
			all = append(all, codes.Country(place))
		}
		slices.Sort(all)
		return slices.Compact(all), byBloc
	}
	from, fromBloc := countries(origins)
	to, toBloc := countries(destinations)
	var out []pair
	for _, o := range from {
		for _, d := range to {
			if o != d && (fromBloc[o] || toBloc[d]) {
				out = append(out, pair{o, d})
			}
		}
	}
	return out
}

// ungranted are the pairs between which no instrument known grants free movement in all of the occupations on a day.
func ungranted(pairs []pair, occupations []string, day string) []pair {
	if len(occupations) == 0 {
		occupations = []string{""}
	}
	return slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool {
		return !slices.ContainsFunc(occupations, func(o string) bool { return !codes.Frees(p.from, p.to, o, day) })
	})
}

// checkRights refuses a row of free movement over a bloc that does not grant it to workers, or not in these occupations,
// or not at this time, or not between most of the countries. A row that is not in force carries nobody and claims nothing.
func (d *Directory) checkRights(problems *Problems) {
	s, period := d.tables[ChannelsFile], d.Period()
	if s == nil || period == "" {
		return
	}
	at, day := s.table.index, midYear(period)
	for i, row := range s.rows {
		origins, destinations, occupations := strings.Fields(row[at("origins")]), strings.Fields(row[at("destinations")]), strings.Fields(row[at("occupations")])
		c := matcher.Channel{InForce: row[at("in_force")], ValidFrom: row[at("valid_from")], ValidTo: row[at("valid_to")]}
		if row[at("kind")] != matcher.FreeMovement || !c.Open(day) {
			continue
		}
		pairs := blocPairs(origins, destinations, day)
		most := 2*len(ungranted(pairs, occupations, day)) > len(pairs)
		told := map[string]bool{}
		for k, place := range slices.Concat(origins, destinations) {
			if _, ok := codes.BlocByID(place); !ok || told[place] || len(pairs) == 0 || !most && grants(place, pairs, occupations, day) {
				continue
			}
			told[place] = true
			column := "origins"
			if k >= len(origins) {
				column = "destinations"
			}
			problems.add(refused(place, column, pairs, day, Problem{File: ChannelsFile, Row: int(s.lines[i])}))
		}
	}
}

// grants tells whether a bloc itself grants free movement in all of the occupations on a day, between some two countries.
func grants(id string, pairs []pair, occupations []string, day string) bool {
	if len(occupations) == 0 {
		occupations = []string{""}
	}
	rights := codes.Rights(id)
	return !slices.ContainsFunc(occupations, func(o string) bool {
		return !slices.ContainsFunc(rights, func(r codes.Right) bool {
			return r.Kind == codes.FreeMovement && r.Live(day) && r.Covers(o) &&
				slices.ContainsFunc(pairs, func(p pair) bool { return r.Joins(p.from, p.to, day) })
		})
	})
}

// refused says what a bloc grants where that is not what a row says.
func refused(id, column string, pairs []pair, day string, at Problem) Problem {
	b, _ := codes.BlocByID(id)
	law := b.Grants + " See " + strings.Join(slices.DeleteFunc([]string{b.Article, b.Source}, func(s string) bool { return s == "" }), "; ")
	var some []string
	other, free := "", false
	for _, r := range codes.Rights(id) {
		switch {
		case !r.Live(day):
		case r.Kind == codes.FreeMovement && slices.ContainsFunc(pairs, func(p pair) bool { return r.Joins(p.from, p.to, day) }):
			some, free = append(some, r.Occupations...), true
		case r.Employs() && other == "":
			other = r.Kind
		}
	}
	at.Column, at.Value = column, id
	if free {
		slices.Sort(some)
		some = slices.CompactFunc(some, func(kept, next string) bool { return strings.HasPrefix(next, kept) })
		if len(some) > 12 {
			some = append(some[:12:12], "…")
		}
		at.What = fmt.Sprintf("grants free movement on %s in some occupations or between some countries only. %s", day, law)
		at.Hint = "Name the countries"
		if len(some) > 0 {
			at.Hint = "Name the occupations, " + strings.Join(some, " ") + ", or the countries"
		}
		return at
	}
	at.What = fmt.Sprintf("grants no free movement of workers on %s. %s", day, law)
	at.Hint = "Delete the row, or name the countries and the law that lets their workers move"
	if other != "" {
		at.Hint = "Write kind " + other + ", with the occupations and conditions of the instrument"
	}
	return at
}

// noteRights counts the pairs of countries that a row of free movement joins and no instrument known does.
func (b *noteBook) noteRights(c *matcher.Channel, day string) {
	if c.Kind != matcher.FreeMovement || !c.Open(day) {
		return
	}
	pairs := blocPairs(c.Origins, c.Destinations, day)
	if none := ungranted(pairs, c.Occupations, day); len(none) > 0 {
		b.add("rights", len(none), fmt.Sprintf("Channel %s joins %s of countries, such as %s to %s, between which no right known to the program lets workers move freely on %s.",
			c.ID, plural(len(none), "pair", "pairs"), none[0].from, none[0].to, day))
	}
}
