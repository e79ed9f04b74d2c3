package report

import (
	"cmp"
	"fmt"
	"slices"

	"labourmatch/matcher"
)

func (r *Report) setCountries(p *page) {
	p.section("Countries")
	list := slices.Clone(r.Countries)
	slices.SortStableFunc(list, func(a, b Country) int {
		return cmp.Compare(b.Openings+b.Workers, a.Openings+a.Workers)
	})
	rows := make([][]string, 0, len(list))
	for _, c := range list[:min(countriesShown, len(list))] {
		rows = append(rows, []string{
			c.Name, count(c.Openings), count(c.FilledBy.Sum() - c.FilledBy.abroad()), count(c.FilledBy.abroad()),
			count(c.Unfilled), percent(c.Unfilled, c.Openings), count(c.Workers), count(c.PlacedBy.abroad()),
		})
	}
	p.grid([]column{
		{title: "Country", flex: true},
		{title: "Openings", right: true},
		{title: "At home", right: true},
		{title: "Incoming", right: true},
		{title: "Unfilled", right: true},
		{title: "", right: true},
		{title: "Workers", right: true},
		{title: "Leaving", right: true},
	}, rows)
	if more := len(list) - countriesShown; more > 0 {
		p.line(fmt.Sprintf("  and %d more; see report.json", more))
	}
	p.prose(2, 0, "Openings are filled at home or by people coming in; leaving are the country's own workers placed in "+
		"another country.")
}

// abroad counts those who cross a border.
func (w Ways) abroad() int64 { return w.FreeMovement + w.Channel }

// gapNumbers are the numbers of both tables of gaps.
func gapNumbers(g *Gap) []string {
	var cells []string
	for _, n := range []int64{
		g.Openings, g.Alone, g.FilledBy.SameElsewhere, g.FilledBy.RelatedHome, g.FilledBy.abroad(), g.Unfilled,
	} {
		if n >= 1e6 { // six columns of numbers leave little for the name
			cells = append(cells, fmt.Sprintf("%.2fM", float64(n)/1e6))
		} else {
			cells = append(cells, comma(n))
		}
	}
	return cells
}

func gapHeads(first string) []column {
	return []column{
		{title: first, flex: true, lines: 2},
		{title: "Open", right: true},
		{title: "Alone", right: true},
		{title: "Elsewhere", right: true},
		{title: "Related", right: true},
		{title: "Abroad", right: true},
		{title: "Left", right: true},
	}
}

// widest picks the cells of a level with the largest of a figure, none where it is 0; equals stay in key order.
func widest(gaps []Gap, level int, figure func(*Gap) int64) []Gap {
	var cells []Gap
	for _, g := range gaps {
		if g.Level == level && figure(&g) > 0 {
			cells = append(cells, g)
		}
	}
	slices.SortStableFunc(cells, func(a, b Gap) int { return cmp.Compare(figure(&b), figure(&a)) })
	return cells[:min(rowsShown, len(cells))]
}

func (r *Report) setOccupations(p *page) {
	p.section(fmt.Sprintf("Widest gaps before anything moves, and what fills them (ISCO-%d)", r.Level))
	var rows [][]string
	for _, g := range widest(r.Occupations, r.Level, func(g *Gap) int64 { return g.Alone }) {
		rows = append(rows, append([]string{g.Region + " " + g.Code + " " + g.Title}, gapNumbers(&g)...))
	}
	if len(rows) == 0 {
		p.line("  None: every opening has a worker of its occupation in its region.")
		return
	}
	p.grid(gapHeads("Occupation"), rows)
	p.prose(2, 0, "Alone: openings that no worker of the same occupation in the same region could fill, summed over "+
		"regions. Elsewhere, related, abroad: filled from elsewhere in the country, from related occupations in it, from "+
		"other countries. Left: what stays empty.")
}

func (r *Report) setGaps(p *page) {
	p.section(fmt.Sprintf("Widest gaps that stay (ISCO-%d)", r.Level))
	var rows [][]string
	for _, g := range widest(r.Gaps, r.Level, func(g *Gap) int64 { return g.Unfilled }) {
		rows = append(rows, append([]string{g.RegionName + ": " + g.Code + " " + g.Title}, gapNumbers(&g)...))
	}
	if len(rows) == 0 {
		p.line("  None: every opening is filled.")
		return
	}
	p.grid(gapHeads("Region and occupation"), rows)
}

func (r *Report) setFlows(p *page) {
	p.section("Largest flows between regions")
	flows := slices.DeleteFunc(slices.Clone(r.Flows), func(f Flow) bool { return f.From == f.To })
	slices.SortStableFunc(flows, func(a, b Flow) int { return cmp.Compare(b.Count, a.Count) })
	if len(flows) == 0 {
		p.line("  None: nobody is placed in another region.")
		return
	}
	var rows [][]string
	for _, f := range flows[:min(rowsShown, len(flows))] {
		way := wayTitle(f.Way)
		if f.Way == matcher.ByChannel.String() {
			way = cmp.Or(f.Title, f.Channel)
		}
		rows = append(rows, []string{f.FromName, "→", f.ToName, count(f.Count), way})
	}
	p.grid([]column{
		{title: "From", most: 23},
		{title: ""},
		{title: "To", most: 23},
		{title: "People", right: true},
		{title: "By", flex: true},
	}, rows)
}

func wayTitle(name string) string {
	for _, w := range matcher.Ways() {
		if w.String() == name {
			if w == matcher.SameHome {
				return "same occupation"
			}
			return wayTitles[w]
		}
	}
	return name
}
