package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	colours "github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/matcher"
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
	without := 0 // countries of origins alone
	for _, x := range r.Indices {
		if x.Region != "*" && x.Level != r.Level {
			continue
		}
		if x.Region != "*" && x.Openings == 0 && x.Workers == 0 {
			without++
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
	if without > 0 {
		p.prose(2, 0, fmt.Sprintf("Left out: %s without openings and without anybody out of work.", counted(int64(without), "country", "countries")))
	}
}
