package report

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	colours "github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/matcher"
)

// Curve is what a quota is worth at every size, with the words it is printed in.
type Curve struct {
	*matcher.Curve
	Title string
}

// QuotaError says that a quota was not found by its name, or more than one, and which there are.
type QuotaError struct {
	Name    string
	Near    []string // names of quotas that could be meant, some of them
	Several bool     // the name fits all of Near, and perhaps more
}

func (e *QuotaError) Error() string {
	switch {
	case e.Several:
		return fmt.Sprintf("%s has a quota for each corridor and occupation; name one of them:\n  %s", e.Name, strings.Join(e.Near, "\n  "))
	case len(e.Near) == 0:
		return "no quota limits anything in this market, so there is none by the name of " + e.Name
	}
	return fmt.Sprintf("there is no quota %s; there are, for example:\n  %s", e.Name, strings.Join(e.Near, "\n  "))
}

// CurveOf finds the curve of a quota of a result. The quota is named CHANNEL:ORIGIN:DESTINATION:OCCUPATION, or by its channel alone where that
// has but one. Errors: a [QuotaError]; those of [matcher.Pricer.Curve].
func CurveOf(ctx context.Context, r *matcher.Result, quota string) (*Curve, error) {
	p, err := matcher.NewPricer(ctx, r)
	if err != nil {
		return nil, err
	}
	var meant []matcher.Bound
	var all, fitting []string
	for l := range p.Limits(matcher.OfQuota) {
		name := quotaName(r, &l)
		if all = append(all, name); name == quota || r.Market.Channels[l.Channel].ID == quota {
			meant, fitting = append(meant, l), append(fitting, name)
		}
	}
	switch len(meant) {
	case 0:
		return nil, &QuotaError{Name: quota, Near: all[:min(rowsShown, len(all))]}
	case 1:
		c, err := p.Curve(ctx, meant[0])
		if err != nil {
			return nil, fmt.Errorf("find the curve of %s: %w", fitting[0], err)
		}
		channel := &r.Market.Channels[c.Channel]
		return &Curve{c, fmt.Sprintf("%s, %s to %s, %s %s", cmp.Or(channel.Title, channel.ID), regionName(c.Origin),
			regionName(c.Destination), c.Code, codeTitle(c.Code))}, nil
	}
	return nil, &QuotaError{Name: quota, Near: fitting[:min(rowsShown, len(fitting))], Several: true}
}

func quotaName(r *matcher.Result, l *matcher.Bound) string {
	return strings.Join([]string{r.Market.Channels[l.Channel].ID, l.Origin, l.Destination, l.Code.String()}, ":")
}

// WriteCSV writes a row for each breakpoint: what the best placement at that size of the quota fills, gains and costs, and what one place more
// gains from there on, in columns as those of prices.csv.
func (c *Curve) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := []string{"size", "used", "filled"}
	for _, way := range matcher.Ways() {
		head = append(head, "filled_"+way.String())
	}
	head = append(head, "value", "channel_cost", "next_filled", "next_home", "next_free_movement", "next_channels", "next_value")
	rows := [][]string{head}
	for i := range c.Points {
		p := &c.Points[i]
		row := []string{number(p.Size), number(p.Used), number(p.Filled.Sum())}
		row = append(row, wayCells(WaysOf(p.Filled))...)
		row = append(row, number(p.Value), number(p.Cost))
		rows = append(rows, append(row, c.next(i).cells()...))
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the curve: %w", err)
	}
	return nil
}

// next is what one more gains from a point on: nothing after the last.
func (c *Curve) next(i int) PriceSide {
	side := matcher.Side{Terms: c.Points[i].Next}
	if side.Terms == nil {
		side.Terms = make([]int64, len(c.Terms))
	}
	return sideOf(side, c.Terms)
}

// pointsShown is how many breakpoints the plot has lines for.
const pointsShown = 20

// WriteText plots the curve: a line for each breakpoint, some of them where they are many, with a bar for what the market gains a year
// above the least of all sizes.
func (c *Curve) WriteText(w io.Writer, s Style) error {
	p := newPage(w, s)
	for _, line := range wrap("What this quota is worth: "+c.Title, p.width, p.width) {
		p.line(p.paint(colours.Bold, line))
	}
	p.line("")
	least, most := c.Points[0].Value, c.Points[0].Value
	for _, point := range c.Points {
		least, most = min(least, point.Value), max(most, point.Value)
	}
	var rows [][]string
	for i, point := range c.Points {
		last := len(c.Points) - 1
		if last >= pointsShown && i*(pointsShown-1)/last == (i-1)*(pointsShown-1)/last && i > 0 && point.Size != c.Size {
			continue
		}
		mark := ""
		if point.Size == c.Size {
			mark = "◂ now"
		}
		share := 0.0
		if most > least {
			share = float64(point.Value-least) / float64(most-least)
		}
		const wide = 16
		rows = append(rows, []string{
			count(point.Size), count(point.Filled.Sum()), shortMoney(point.Value), shortMoney(point.Cost), c.next(i).words(), bar(share, wide), mark,
		})
	}
	p.grid([]column{
		{title: "Size", right: true},
		{title: "Filled", right: true},
		{title: "Value/yr", right: true},
		{title: "Cost/yr", right: true},
		{title: "One more gains", right: true},
		{title: "Value", flex: true},
		{title: ""},
	}, rows)
	if slices.ContainsFunc(c.Points, func(point matcher.CurvePoint) bool { return point.Used < point.Size && point.Size == c.Size }) {
		p.prose(2, 0, "The quota is not used up: more of it is worth nothing.")
	}
	p.prose(2, 0, fmt.Sprintf("%d breakpoints, all of them exact: between two, every place is worth the same. One more: h filled at home, f by free movement, "+
		"c by channels, F filled in all; then PPP$ a year. Cost is what all channels cost a year, and taken off the value already.", len(c.Points)))
	p.prose(2, 0, Disclaimer)
	if err := p.Flush(); err != nil {
		return fmt.Errorf("write the curve: %w", err)
	}
	return nil
}
