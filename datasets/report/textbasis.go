package report

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	colours "github.com/jedib0t/go-pretty/v6/text"
)

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
