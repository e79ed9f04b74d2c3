package report

import (
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"labourmatch/matcher"

	colours "github.com/jedib0t/go-pretty/v6/text"
)

// rowsShown is how many of the widest gaps and largest flows the text shows; the tables have them all.
const rowsShown = 10

var wayTitles = [matcher.NumWays]string{
	"same region", "elsewhere at home", "related occupation", "free movement", "channel",
}

// WriteText writes the report for people to read: totals first, then what is behind them, then what is assumed. It
// uses nothing that is not in the JSON document, so a report read back from a store reads the same.
func (r *Report) WriteText(w io.Writer, s Style) error {
	p := newPage(w, s)
	r.setHead(p)
	r.setWhatIf(p)
	r.setTotals(p)
	r.setCountries(p)
	r.setOccupations(p)
	r.setGaps(p)
	r.setCauses(p)
	r.setFlows(p)
	r.setLedgers(p)
	r.setBalances(p)
	r.setSafeguards(p)
	r.setShortages(p)
	r.setLevels(p)
	r.setSplits(p)
	r.setPrices(p)
	r.setCases(p)
	r.setSkills(p)
	r.setIndices(p)
	r.setPolicy(p)
	r.setNotes(p)
	r.setSources(p)
	r.setProof(p)
	if err := p.Flush(); err != nil {
		return fmt.Errorf("write the report as text: %w", err)
	}
	return nil
}

func (r *Report) setHead(p *page) {
	for _, line := range wrap(r.Title, p.width, p.width) {
		p.line(p.paint(colours.Bold, line))
	}
	p.prose(0, 2, fmt.Sprintf("%s %s · ISCO-%d · order %s · labourmatch %s", r.Base, r.Period, r.Level, r.Order, r.Engine))
	p.line(p.paint(colours.Faint, strings.Repeat("─", p.width)))
	p.prose(0, 0, r.Disclaimer)
}

func (r *Report) setTotals(p *page) {
	const wide = 34
	t := r.Totals
	row := func(indent int, name string, n, of int64, c colours.Color) {
		share := 0.0
		if of > 0 {
			share = float64(n) / float64(of)
		}
		p.line(fmt.Sprintf("  %-24s%14s%9s  ", strings.Repeat(" ", indent)+name, comma(n), percent(n, of)) +
			p.paint(c, bar(share, wide-5)))
	}
	p.section("Totals")
	p.line(fmt.Sprintf("  %-24s%14s", "Openings", comma(t.Openings)))
	row(2, "filled", t.Filled, t.Openings, colours.FgGreen)
	for i, n := range t.FilledBy.ByWay() {
		row(4, wayTitles[i], n, t.Openings, colours.FgCyan)
	}
	row(2, "unfilled", t.Unfilled, t.Openings, colours.FgRed)
	p.line(fmt.Sprintf("  %-24s%14s", "Workers available", comma(t.Workers)))
	row(2, "placed", t.Placed, t.Workers, colours.FgGreen)
	row(2, "unplaced", t.Unplaced, t.Workers, colours.FgYellow)
	if surplus := r.surplus(); surplus != t.Unplaced { // the others have work and keep it
		row(4, "without work", surplus, t.Workers, colours.FgYellow)
	}
	p.line("")
	p.prose(2, 0, fmt.Sprintf("Before anything moves, %s openings (%s) could be filled by no worker of the same occupation in "+
		"the same region. The placements gain %s a year.", comma(t.Alone), percent(t.Alone, t.Openings), money(t.Value)))
	r.setRange(p)
	for _, s := range r.Warnings {
		p.prose(2, 2, "! "+s)
	}
}

// surplus is how many of the unplaced have no work.
func (r *Report) surplus() (n int64) {
	for i := range r.Countries {
		n += r.Countries[i].Surplus
	}
	return n
}

// countriesShown is how many countries the text shows, those with most openings and workers first.
const countriesShown = 15

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

func (r *Report) setLevels(p *page) {
	p.section("The gap at every level of detail")
	var rows [][]string
	row := func(name, where string, openings, alone int64, left string, mismatch *float64) {
		rows = append(rows, []string{name, where, count(openings), count(alone), percent(alone, openings), left, decimals(mismatch, "%.4f")})
	}
	for _, l := range r.Levels {
		if l.Stated {
			rows = append(rows, []string{l.Name, "–", "–", count(l.Alone), "–", "–", "–"})
			continue
		}
		name := l.Name
		if l.Run {
			name += " ◂ this run"
		}
		where := "all"
		if len(l.Countries) == 0 && len(r.Countries) == 1 {
			where = r.Countries[0].Name
		}
		row(name, where, l.Openings, l.Alone, count(l.Unfilled), l.Mismatch)
		if len(l.Countries) > levelCountriesShown {
			continue
		}
		for _, c := range l.Countries {
			row("", c.Name, c.Openings, c.Alone, count(c.Unfilled), c.Mismatch)
		}
	}
	p.grid([]column{
		{title: "Level"},
		{title: "Market", flex: true},
		{title: "Openings", right: true},
		{title: "Alone", right: true},
		{title: "", right: true},
		{title: "Left", right: true},
		{title: "Mismatch", right: true},
	}, rows)
	p.prose(2, 0, r.LevelsWhy)
	for _, l := range r.Levels {
		if l.Statement != "" {
			p.prose(2, 2, "· "+l.Statement)
		}
	}
}

// levelCountriesShown is the most countries the table of levels splits into.
const levelCountriesShown = 3

func (r *Report) setCases(p *page) {
	numbers := []column{
		{title: "Filled", right: true},
		{title: "At home", right: true},
		{title: "Free mov.", right: true},
		{title: "Channel", right: true},
		{title: "Left", right: true},
		{title: "Value/yr", right: true},
	}
	cells := func(c *Case, first ...string) []string {
		by := c.FilledBy
		return append(first,
			count(c.Filled), count(by.Sum()-by.abroad()), count(by.FreeMovement), count(by.Channel), count(c.Unfilled),
			shortMoney(c.Value))
	}
	p.section("If the assumptions are wrong")
	var rows [][]string
	for _, c := range r.Cases {
		mark := ""
		if c.Run {
			mark = "◂"
		}
		rows = append(rows, cells(&c, plain(c.Available), plain(c.Mobile), mark))
	}
	p.grid(append([]column{{title: "Available"}, {title: "Mobile"}, {title: "", flex: true}}, numbers...), rows)
	p.prose(2, 0, "Available is the share of each cohort able and willing to work; 1 is an upper bound. Mobile is the share "+
		"of those willing to leave the country. Value is in PPP$; ◂ is this run.")
	p.section("What the order of the objective costs")
	rows = nil
	for _, c := range r.Orders {
		rows = append(rows, cells(&c, c.Name))
	}
	p.grid(append([]column{{title: "Order", flex: true}}, numbers...), rows)
	for _, s := range r.OrdersSay {
		p.prose(2, 2, "· "+s)
	}
}

func (r *Report) setSkills(p *page) {
	for _, scheme := range []struct{ scheme, title, head string }{
		{SchemeESCO, "The gap read in skills (ESCO skill groups)", "Skill group"},
		{SchemeLevel, "The gap read in ISCO skill levels", "Skill level"},
	} {
		sums := r.skillSums(scheme.scheme)
		if len(sums) == 0 {
			continue
		}
		p.section(scheme.title)
		var rows [][]string
		for _, s := range sums[:min(rowsShown, len(sums))] {
			rows = append(rows, []string{
				s.Skill, s.Title, count(s.Openings), count(s.Gap), count(s.Workers), count(s.Surplus),
			})
		}
		p.grid([]column{
			{title: ""},
			{title: scheme.head, flex: true},
			{title: "Openings", right: true},
			{title: "Gap", right: true},
			{title: "Workers", right: true},
			{title: "Surplus", right: true},
		}, rows)
	}
	p.prose(2, 0, "Each occupation's openings and workers are counted in its skills by their shares of its essential "+
		"skills (ESCO), so the rows add up to the totals; gap and surplus are after placement. Rows by region are in "+
		"skills.csv.")
	if r.surplus() != r.Totals.Unplaced {
		p.prose(2, 0, "Workers and surplus are here those without work.")
	}
}

// skillSums adds the skill gaps of all regions: ESCO groups by gap, widest first; ISCO levels by level.
func (r *Report) skillSums(scheme string) []SkillGap {
	at := map[string]int{}
	var sums []SkillGap
	for _, g := range r.Skills {
		if g.Scheme != scheme {
			continue
		}
		i, seen := at[g.Skill]
		if !seen {
			i = len(sums)
			at[g.Skill] = i
			sums = append(sums, SkillGap{Skill: g.Skill, Title: g.Title})
		}
		s := &sums[i]
		s.Openings += g.Openings
		s.Gap += g.Gap
		s.Workers += g.Workers
		s.Surplus += g.Surplus
	}
	slices.SortFunc(sums, func(a, b SkillGap) int {
		if scheme == SchemeLevel {
			return cmp.Compare(a.Skill, b.Skill)
		}
		return cmp.Or(cmp.Compare(b.Gap, a.Gap), cmp.Compare(b.Openings, a.Openings), cmp.Compare(a.Skill, b.Skill))
	})
	return sums
}

func (r *Report) setIndices(p *page) {
	p.section("Indices, each with its level")
	var rows [][]string
	for _, x := range r.Indices {
		if x.Region != "*" && x.Level != r.Level {
			continue
		}
		rows = append(rows, []string{
			x.Name, fmt.Sprintf("ISCO-%d", x.Level), count(x.Openings), count(x.Workers),
			decimals(x.Tightness, "%.3f"), decimals(x.Mismatch, "%.4f"),
		})
	}
	p.grid([]column{
		{title: "Market", flex: true},
		{title: "Level"},
		{title: "Openings V", right: true},
		{title: "Workers U", right: true},
		{title: "V/U", right: true},
		{title: "Mismatch", right: true},
	}, rows)
	p.prose(2, 0, "V and U are the Beveridge point. The mismatch index is the share of hires lost because openings and "+
		"workers are in different cells (Şahin, Song, Topa and Violante 2014, elasticity ½).")
}

func (r *Report) setPolicy(p *page) {
	p.section("What is assumed")
	assumed := false
	rows := make([][]string, 0, len(r.Policy))
	for _, n := range r.Policy {
		mark := " "
		if n.Assumed {
			mark, assumed = "*", true
		}
		meaning := n.Text
		if !n.Assumed && n.Source != "" {
			meaning = strings.TrimPrefix(meaning+" ("+n.Source+")", " ")
		}
		rows = append(rows, []string{mark + n.Name, plain(n.Value), n.Unit, meaning})
	}
	p.grid([]column{
		{title: " Number"},
		{title: "Value", right: true},
		{title: "Unit", most: 15},
		{title: "Meaning", flex: true, lines: 4},
	}, rows)
	if assumed {
		p.prose(2, 2, "* assumed: no publication states it. Put your own, with its source, into policy.yaml.")
	}
}

func (r *Report) setNotes(p *page) {
	if len(r.Notes) == 0 {
		return
	}
	p.section("Notes on the data")
	for _, n := range r.Notes {
		counted := ""
		if figure := comma(n.Count); n.Count > 0 && !strings.Contains(n.Text, figure) {
			counted = " (" + figure + ")"
		}
		p.prose(2, 2, "· "+n.Text+counted)
	}
}

func (r *Report) setSources(p *page) {
	if len(r.Sources) == 0 {
		return
	}
	p.section("Sources")
	for _, s := range r.Sources {
		line := "· " + s.Source
		if s.Date != "" {
			line += ", " + s.Date
		}
		if s.Licence != "" {
			line += ". Licence: " + s.Licence
		}
		rows := "rows"
		if s.Rows == 1 {
			rows = "row"
		}
		line += fmt.Sprintf(" (%s %s", comma(int64(s.Rows)), rows)
		if s.Estimated > 0 {
			line += fmt.Sprintf(", %s estimated", comma(int64(s.Estimated)))
		}
		if s.Assumed > 0 {
			line += fmt.Sprintf(", %s assumed", comma(int64(s.Assumed)))
		}
		p.prose(2, 2, line+")")
	}
	if slices.ContainsFunc(r.Levels, func(l LevelRow) bool { return l.Level > r.Level }) {
		p.prose(2, 0, fmt.Sprintf("Rows are counted at ISCO-%d; the files have finer ones, which are added up.", r.Level))
	}
}

// unsigned is a total of costs as what is gained.
func unsigned(total string) string {
	n, ok := new(big.Int).SetString(total, 10)
	if !ok {
		return total
	}
	n.Neg(n)
	if n.IsInt64() {
		return comma(n.Int64())
	}
	return n.String()
}

func (r *Report) setProof(p *page) {
	p.section("Certificate")
	if !r.Proof.Certified {
		p.line("  Not proved.")
		return
	}
	if r.Proof.Distance == 0 {
		p.line("  " + p.paint(colours.FgGreen, "Optimal: proved by certificate, distance 0."))
	} else {
		p.prose(2, 0, "Within a proven bound: limits on sums leave whole numbers short of what fractions could reach, or a better placement "+
			"was not found. No placement that is as good in the terms before exceeds the bound.")
		for _, t := range r.Proof.Terms {
			p.line(fmt.Sprintf("  · %-26s %16s reached, at most %s", t.Name, unsigned(t.Reached), unsigned(t.Bound)))
		}
	}
	var terms []string
	for _, t := range r.Proof.Terms {
		terms = append(terms, t.Name)
	}
	p.prose(2, 0, fmt.Sprintf("The objective, first things first: %s. Network of %s nodes and %s arcs.",
		strings.Join(terms, ", then "), comma(int64(r.Proof.Nodes)), comma(int64(r.Proof.Arcs))))
}
