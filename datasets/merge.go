package datasets

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"labourmatch/matcher"
)

// merger joins the provenance of rows that are added up.
type merger struct {
	period    string // of the market
	periods   map[string]bool
	sources   map[string]bool
	licences  map[string]bool
	oldest    string
	assumed   bool
	estimated bool
}

func newMerger(period string) *merger {
	return &merger{period: period, periods: map[string]bool{}, sources: map[string]bool{}, licences: map[string]bool{}}
}

func (m *merger) add(period string, p matcher.Provenance) {
	m.periods[period], m.sources[p.Source] = true, true
	if p.Licence != "" {
		m.licences[p.Licence] = true
	}
	if m.oldest == "" || p.Date < m.oldest {
		m.oldest = p.Date
	}
	m.assumed = m.assumed || p.Assumed
	m.estimated = m.estimated || p.Estimated
}

// value is the year and provenance of the sum. Its year is that of its rows where they agree, so that a reader sees how
// old a figure is, and else the market's. Its date is the oldest: a sum is no younger than its oldest part.
func (m *merger) value() (period string, p matcher.Provenance) {
	period = m.period
	if len(m.periods) == 1 {
		for period = range m.periods {
		}
	}
	return period, matcher.Provenance{
		Source: joined(m.sources), Date: m.oldest, Licence: joined(m.licences), Assumed: m.assumed, Estimated: m.estimated,
	}
}

// joined lists up to three names, in alphabetical order so that the order of rows does not show; of more, two and the
// number of the others.
func joined(set map[string]bool) string {
	names := slices.Sorted(maps.Keys(set))
	if len(names) > 3 {
		return fmt.Sprintf("%s; %s; and %d more", names[0], names[1], len(names)-2)
	}
	return strings.Join(names, "; ")
}

// noteBook collects a market's notes.
type noteBook struct{ list []matcher.Note }

// add writes a note about n rows; none about nothing.
func (b *noteBook) add(topic string, n int, text string) {
	if n > 0 {
		b.list = append(b.list, matcher.Note{Topic: topic, Text: text, Count: int64(n)})
	}
}

func (b *noteBook) assumed(file string, n int) {
	b.add("assumed", n, fmt.Sprintf("%s of %s assumed: no source states the figure.", plural(n, "row", "rows"), file+isAre(n)))
}

// years notes the rows of a file that stand for a period but are of another year, and those that others displaced.
func (b *noteBook) years(file, period string, n, left int, yearOf func(i int) string) {
	number := map[string]int{}
	for i := range n {
		if y := yearOf(i); y != period {
			number[y]++
		}
	}
	for y, k := range number {
		verb := "are of " + y + " and stand"
		if k == 1 {
			verb = "is of " + y + " and stands"
		}
		b.add("as-of", k, fmt.Sprintf("%s of %s %s for %s.", plural(k, "row", "rows"), file, verb, period))
	}
	b.add("years", left, fmt.Sprintf("%s of %s left out: the same figure is there for a year nearer to %s.", plural(left, "row", "rows"), file+isAre(left), period))
}

func isAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// sorted are the notes by topic and text.
func (b *noteBook) sorted() []matcher.Note {
	slices.SortFunc(b.list, func(x, y matcher.Note) int {
		return compareAll(strings.Compare(x.Topic, y.Topic), strings.Compare(x.Text, y.Text))
	})
	return b.list
}
