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

// Curve is what a limit is worth at every size, with the words it is printed in.
type Curve struct {
	*matcher.Curve
	Title string
}

// LimitError says that a limit was not found by its name, or more than one, and which there are.
type LimitError struct {
	Name    string
	Near    []string // names of limits that could be meant, some of them
	Several bool     // the name fits all of Near, and perhaps more
}

func (e *LimitError) Error() string {
	switch {
	case e.Several:
		return fmt.Sprintf("%s has several limits, as a quota has one for each corridor and occupation; name one of them:\n  %s", e.Name, strings.Join(e.Near, "\n  "))
	case len(e.Near) == 0:
		return "nothing is limited in this market, so there is no limit by the name of " + e.Name
	}
	return fmt.Sprintf("there is no limit %s; there are, for example:\n  %s", e.Name, strings.Join(e.Near, "\n  "))
}

// CurveOf finds the curve of a limit of a result, by the name that [Price] has: a quota is CHANNEL:ORIGIN:DESTINATION:OCCUPATION, with
// nothing where it is over all, a safeguard safeguard:ID:ORIGIN, a count openings:ROW, mobile:ROW or workers:ROW, where ROW is the row's
// key or its REGION:CODE. A channel or safeguard that has but one limit needs no more than its id. Errors: a [LimitError]; those
// of [matcher.Pricer.Curve].
func CurveOf(ctx context.Context, r *matcher.Result, name string) (*Curve, error) {
	p, l, err := limitNamed(ctx, r, name)
	if err != nil {
		return nil, err
	}
	c, err := p.Curve(ctx, l)
	if err != nil {
		return nil, fmt.Errorf("find the curve of %s: %w", limitName(r, &l), err)
	}
	return &Curve{c, limitTitle(r, &l)}, nil
}

// PriceOf prices a limit of a result by its name, as [CurveOf] finds it: any, whether the report has it or not.
func PriceOf(ctx context.Context, r *matcher.Result, name string) (*PriceSheet, error) {
	p, l, err := limitNamed(ctx, r, name)
	if err != nil {
		return nil, err
	}
	price, err := p.Of(ctx, l)
	if err != nil {
		return nil, fmt.Errorf("price %s: %w", limitName(r, &l), err)
	}
	return &PriceSheet{priceOf(r, &price), limitTitle(r, &l)}, nil
}

// limitNamed finds the one limit that a name fits.
func limitNamed(ctx context.Context, r *matcher.Result, name string) (*matcher.Pricer, matcher.Bound, error) {
	p, err := matcher.NewPricer(ctx, r)
	if err != nil {
		return nil, matcher.Bound{}, err
	}
	var meant []matcher.Bound
	var law, counts, fitting []string
	for l := range p.Limits() {
		full := limitName(r, &l)
		if l.Channel >= 0 || l.Safeguard >= 0 {
			law = append(law, full)
		} else if len(counts) < rowsShown {
			counts = append(counts, full)
		}
		if limitFits(r, &l, full, name) {
			meant, fitting = append(meant, l), append(fitting, full)
		}
	}
	near := append(law, counts...)
	switch len(meant) {
	case 0:
		return nil, matcher.Bound{}, &LimitError{Name: name, Near: near[:min(rowsShown, len(near))]}
	case 1:
		return p, meant[0], nil
	}
	return nil, matcher.Bound{}, &LimitError{Name: name, Near: fitting[:min(rowsShown, len(fitting))], Several: true}
}

// limitName is what a limit is called for on a command line.
func limitName(r *matcher.Result, l *matcher.Bound) string {
	switch {
	case l.Channel >= 0:
		return strings.Join([]string{r.Market.Channels[l.Channel].ID, l.Origin, l.Destination, l.Code.String()}, ":")
	case l.Safeguard >= 0:
		return strings.TrimSuffix(strings.Join([]string{"safeguard", r.Market.Safeguards[l.Safeguard].ID, l.Origin, l.Row}, ":"), ":")
	}
	return string(l.Of) + ":" + l.Row
}

// limitFits says whether a name, in full or short, is that of a limit.
func limitFits(r *matcher.Result, l *matcher.Bound, full, name string) bool {
	switch {
	case name == full:
		return true
	case l.Channel >= 0:
		return name == r.Market.Channels[l.Channel].ID
	case l.Safeguard >= 0:
		id := "safeguard:" + r.Market.Safeguards[l.Safeguard].ID
		return name == id || name == id+":"+l.Origin
	}
	return name == strings.Join([]string{string(l.Of), l.Origin + l.Destination, l.Code.String()}, ":")
}

// limitTitle names a limit in words.
func limitTitle(r *matcher.Result, l *matcher.Bound) string {
	var parts []string
	switch l.Of {
	case matcher.OfQuota:
		channel := &r.Market.Channels[l.Channel]
		parts = append(parts, cmp.Or(channel.Title, channel.ID))
	case matcher.OfSafeguard:
		parts = append(parts, "safeguard "+r.Market.Safeguards[l.Safeguard].ID)
	case matcher.OfMobile:
		parts = append(parts, "willing to leave")
	case matcher.OfOpenings, matcher.OfWorkers:
		parts = append(parts, string(l.Of))
	}
	where := ""
	if l.Origin != "" {
		where = regionName(l.Origin)
	}
	if l.Destination != "" && where != "" {
		where += " to "
	}
	if l.Destination != "" {
		where += regionName(l.Destination)
	}
	if where != "" {
		parts = append(parts, where)
	}
	if l.Code != (matcher.Code{}) {
		parts = append(parts, l.Code.String()+" "+codeTitle(l.Code))
	}
	return strings.Join(parts, ", ")
}

// PriceSheet is the price of one limit, with the words it is printed in.
type PriceSheet struct {
	Price
	Title string
}

// WriteCSV writes the price as a row of prices.csv.
func (s *PriceSheet) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.WriteAll([][]string{priceColumns, priceCells(&s.Price)}); err != nil {
		return fmt.Errorf("write the price: %w", err)
	}
	return nil
}

// WriteText says what one more of the limit is worth and what one less loses.
func (s *PriceSheet) WriteText(w io.Writer, style Style) error {
	p := newPage(w, style)
	for _, line := range wrap("What one more is worth: "+s.Title, p.width, p.width) {
		p.line(p.paint(colours.Bold, line))
	}
	p.line("")
	p.line(fmt.Sprintf("  %s of %s used.", comma(s.Used), comma(s.Size)))
	if s.Exact {
		p.line(fmt.Sprintf("  One more gains %s, up to a size of %s.", s.More.words(), comma(s.More.Until)))
		p.line(fmt.Sprintf("  One less loses %s, down to a size of %s.", s.Less.words(), comma(s.Less.Until)))
	}
	if s.Slopes != nil {
		p.line(fmt.Sprintf("  The proven bound rises by %s with one more.", s.Slopes.words()))
	}
	p.line("")
	p.prose(2, 0, "All else is as it is. Figures: "+priceLegend)
	if s.Slopes != nil {
		p.prose(2, 0, "A limit on a sum is live, so the bound's slope is told: no plan exceeds it in the first figure. Exact figures are beside it where the market is small.")
	}
	p.prose(2, 0, Disclaimer)
	if err := p.Flush(); err != nil {
		return fmt.Errorf("write the price: %w", err)
	}
	return nil
}

// WriteCSV writes a row for each breakpoint: what the best placement at that size of the quota fills, gains and costs, and what one place more
// gains from there on, in columns as those of prices.csv. Where limits on sums are live it is a row for each size looked at, with what no
// placement can exceed in each term.
func (c *Curve) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := []string{"size", "used", "filled"}
	for _, way := range matcher.Ways() {
		head = append(head, "filled_"+way.String())
	}
	head = append(head, "value", "channel_cost", "next_filled", "next_home", "next_free_movement", "next_channels", "next_value")
	head = append(head, "bound_filled", "bound_home", "bound_free_movement", "bound_channels", "bound_value")
	rows := [][]string{head}
	for i := range c.Points {
		p := &c.Points[i]
		row := []string{number(p.Size), number(p.Used), number(p.Filled.Sum())}
		row = append(row, wayCells(WaysOf(p.Filled))...)
		row = append(row, number(p.Value), number(p.Cost))
		next, bound := c.next(i), sideOf(matcher.Side{Terms: p.Bounds}, c.Terms[:len(p.Bounds)])
		if c.sums() {
			next = PriceSide{}
		}
		rows = append(rows, append(append(row, next.cells()...), bound.cells()...))
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the curve: %w", err)
	}
	return nil
}

// sums says whether limits on sums are live, so that points are sizes looked at, with bounds, and not breakpoints.
func (c *Curve) sums() bool { return c.Points[0].Bounds != nil }

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
	for _, line := range wrap("What this limit is worth: "+c.Title, p.width, p.width) {
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
		next := c.next(i).words()
		if c.sums() {
			next = "–"
		}
		share := 0.0
		if most > least {
			share = float64(point.Value-least) / float64(most-least)
		}
		const wide = 16
		rows = append(rows, []string{
			count(point.Size), count(point.Filled.Sum()), shortMoney(point.Value), shortMoney(point.Cost), next, bar(share, wide), mark,
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
		p.prose(2, 0, "The limit is not used up: more of it is worth nothing.")
	}
	const cost = "Cost is what all channels cost a year, and taken off the value already."
	switch {
	case c.sums() && c.Exact:
		p.prose(2, 0, "A limit on a sum is live, so these are some sizes, and not where prices change. At each the best placement is known. "+cost)
	case c.sums():
		p.prose(2, 0, "A limit on a sum is live, so these are some sizes, and not where prices change. At each the best placement found is shown, and "+
			"how far it may be from the best is in the table of --format csv. "+cost)
	default:
		p.prose(2, 0, fmt.Sprintf("%d breakpoints, all of them exact: between two, every place is worth the same. One more: h filled at home, f by free movement, "+
			"c by channels, F filled in all; then PPP$ a year. ", len(c.Points))+cost)
	}
	p.prose(2, 0, Disclaimer)
	if err := p.Flush(); err != nil {
		return fmt.Errorf("write the curve: %w", err)
	}
	return nil
}
