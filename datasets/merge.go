package datasets

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"labourmatch/matcher"
)

// merger joins the provenance of rows that are added up.
type merger struct {
	period    string // of the market
	periods   names
	sources   names
	licences  names
	oldest    string
	assumed   bool
	estimated bool
}

func newMerger(period string) *merger {
	return &merger{period: period}
}

func (m *merger) add(period string, p matcher.Provenance) {
	m.periods.add(period)
	m.sources.add(p.Source)
	m.licences.add(p.Licence)
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
	if m.periods.more == nil {
		period = m.periods.one
	}
	return period, matcher.Provenance{
		Source: m.sources.joined(), Date: m.oldest, Licence: m.licences.joined(), Assumed: m.assumed, Estimated: m.estimated,
	}
}

// names is a set of texts that is nearly always one: the map is made for the second only.
type names struct {
	one  string
	more map[string]bool // all, once there are two
}

func (n *names) add(s string) {
	switch {
	case s == "" || s == n.one:
	case n.more != nil:
		n.more[s] = true
	case n.one == "":
		n.one = s
	default:
		n.more = map[string]bool{n.one: true, s: true}
	}
}

// joined lists up to three names, in alphabetical order so that the order of rows does not show; of more, two and the
// number of the others.
func (n *names) joined() string {
	if n.more == nil {
		return n.one
	}
	list := slices.Sorted(maps.Keys(n.more))
	if len(list) > 3 {
		return fmt.Sprintf("%s; %s; and %d more", list[0], list[1], len(list)-2)
	}
	return strings.Join(list, "; ")
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
		return cmp.Or(strings.Compare(x.Topic, y.Topic), strings.Compare(x.Text, y.Text))
	})
	return b.list
}
