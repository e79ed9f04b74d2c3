// Package demo is one real market: Germany in 2022, by Land, beside Norway in 2017. The README, the tests and the first
// screen use it, so that what a reader sees first are published figures and not invented ones.
//
// The package keeps the publishers' figures at the publishers' own level, under tables/, each row with the id of its
// source, and maps them to ISCO-08 when asked: [FS] is a market directory like any other, made in memory, and goes
// through the same reader as a user's files. What the mapping could not place is listed by [Unmapped], what is weak in
// the sources is said by [Notes], and what the figures say before any mapping is [SourceLevel]. The command in gen
// regenerates the tables from the publishers' files.
//
// The tables are parsed when they are needed and nothing is kept: every function may be called from any goroutine, and
// what it returns is the caller's own. A table that does not parse is a fault of the program and not of its user, and a
// test reads every one: so it panics.
package demo

import (
	"cmp"
	"slices"
	"strconv"
)

// Title names the market, for reports.
const Title = "Germany 2022 and Norway 2017"

// Period is the year the market stands for; Norway's rows are of 2017 and used as of that year.
const Period = "2022"

// Source says where figures come from, in the publisher's terms.
type Source struct {
	ID, Title, Publisher string
	Date                 string // of publication, or the reference year where the publisher states none
	Licence, URL, Note   string
}

// Sources lists every source of the market, by the id that the tables name it by.
func Sources() []Source {
	var out []Source
	for _, r := range rows("sources.csv", "id,title,publisher,date,licence,url,note") {
		out = append(out, Source{r[0], r[1], r[2], r[3], r[4], r[5], r[6]})
	}
	slices.SortFunc(out, func(a, b Source) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func sourceByID(id string) Source {
	for _, s := range Sources() {
		if s.ID == id {
			return s
		}
	}
	panic("demo: no source " + id)
}

// Level is what the German figures say at the publisher's own level, before any mapping to ISCO-08. A report shows it
// beside the gaps at ISCO-2, 3 and 4, since a gap shrinks with coarser classes.
type Level struct {
	Classification string // of the occupations
	Region, Period string
	Groups         int   // occupational groups with figures
	Vacancies      int64 // registered, rounded to whole openings
	Unemployed     int64 // registered, rounded to whole persons
	// Unfillable are the openings that no unemployed of the same group in the same Land could fill: the sum of
	// vacancies − unemployed where that is positive, rounded once.
	Unfillable int64
	Widest     []GroupGap // the groups with most of Unfillable, the most first
	Source     Source
}

// GroupGap is one occupational group's share of [Level.Unfillable], summed over the Länder and rounded.
type GroupGap struct {
	Code, Title                       string
	Vacancies, Unemployed, Unfillable int64
}

// SourceLevel computes the German figures at KldB-3, the 144 occupational groups the Bundesagentur für Arbeit publishes
// by Land, with the ten widest gaps.
func SourceLevel() Level {
	l := Level{
		Classification: "KldB 2010, 3 digits", Region: "DE", Period: Period,
		Source: sourceByID("ba-stock"),
	}
	groups := map[string]*[3]int64{} // in hundredths: vacancies, unemployed, unfillable
	var total [3]int64
	for _, c := range germany() {
		g := groups[c.kldb]
		if g == nil {
			g = new([3]int64)
			groups[c.kldb] = g
		}
		for i, n := range [3]int64{c.vacancies, c.unemployed, max(0, c.vacancies-c.unemployed)} {
			g[i] += n
			total[i] += n
		}
	}
	l.Groups = len(groups)
	l.Vacancies, l.Unemployed, l.Unfillable = whole(total[0]), whole(total[1]), whole(total[2])
	for _, r := range rows("kldb.csv", "kldb,title,source") {
		if g := groups[r[0]]; g != nil && g[2] > 0 {
			l.Widest = append(l.Widest, GroupGap{r[0], r[1], whole(g[0]), whole(g[1]), whole(g[2])})
		}
	}
	slices.SortFunc(l.Widest, func(a, b GroupGap) int {
		return cmp.Or(cmp.Compare(b.Unfillable, a.Unfillable), cmp.Compare(a.Code, b.Code))
	})
	l.Widest = l.Widest[:min(10, len(l.Widest))]
	return l
}

// UnmappedMass is a number of people the publisher counts whom the market cannot place in an occupation.
type UnmappedMass struct {
	Region, Period string
	Code, Title    string // in the publisher's classification; "" where it has no code for them
	Count          int64  // persons; 0 where the publisher hides it
	Cells          int    // cells of the publisher's table this is the sum of
	Why            string
	Source         Source
}

// Unmapped lists the people left out of the market, by region and code. No vacancy is left out.
func Unmapped() []UnmappedMass {
	var out []UnmappedMass
	var inTable int64
	for _, c := range germany() {
		inTable += c.unemployed
	}
	for _, r := range rows("totals.csv", "region,period,what,count,source") {
		// The national figure is printed in thousands, so the difference is no finer.
		rest := (integer(r[3]) - whole(inTable) + 500) / 1000 * 1000
		out = append(out, UnmappedMass{
			Region: r[0], Period: r[1], Count: rest, Cells: 1, Source: sourceByID(r[4]),
			Why: "registered unemployed in the publisher's national figure who are in none of its occupational groups",
		})
	}
	hidden := UnmappedMass{Region: "NO", Period: norwayPeriod, Why: "the publisher hides the number because it is small"}
	for _, r := range norwayJobseekers() {
		switch {
		case r.hidden:
			hidden.Cells++
			hidden.Source = sourceByID(r.source)
		case r.isco == "":
			out = append(out, UnmappedMass{
				Region: "NO", Period: norwayPeriod, Code: r.styrk, Title: r.title, Count: r.count, Cells: 1,
				Why: "the publisher does not know their occupation", Source: sourceByID(r.source),
			})
		}
	}
	return append(out, hidden)
}

// whole rounds hundredths to the nearest whole number, halves up.
func whole(hundredths int64) int64 { return (hundredths + 50) / 100 }

// grouped writes a count as reports do, with commas between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
