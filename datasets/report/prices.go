package report

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// pricesKept is how many quotas a report prices, and how many other limits: those of which one more is worth most.
const pricesKept = 1000

// Price is what one more of a limit is worth, and what one less loses: the difference between two optima, with all else as it is. Rows
// are quotas first, then other limits, each by what one more is worth.
type Price struct {
	Of      string `json:"of"`    // quota, openings, mobile, workers
	Kind    string `json:"kind"`  // network: on a single arc; group: on a sum
	Exact   bool   `json:"exact"` // false where it is a slope of a bound
	Channel string `json:"channel,omitempty"`
	Title   string `json:"channel_title,omitempty"`
	// Origin is where the workers are, Destination where the openings are; a limit of one side has only that.
	Origin          string    `json:"origin,omitempty"`
	OriginName      string    `json:"origin_name,omitempty"`
	Destination     string    `json:"destination,omitempty"`
	DestinationName string    `json:"destination_name,omitempty"`
	Code            string    `json:"code"`
	CodeTitle       string    `json:"code_title"`
	Row             string    `json:"row,omitempty"` // key of the cohort or vacancy
	Size            int64     `json:"size"`
	Used            int64     `json:"used"`
	More            PriceSide `json:"more"`
	Less            PriceSide `json:"less"`
}

// PriceSide is what a unit is worth, one figure for each term of the run's objective; the others are absent.
type PriceSide struct {
	Filled   *int64 `json:"filled,omitempty"`
	Home     *int64 `json:"filled_at_home,omitempty"`
	Free     *int64 `json:"filled_by_free_movement,omitempty"`
	Channels *int64 `json:"filled_by_channels,omitempty"`
	Value    *int64 `json:"value,omitempty"` // PPP dollars a year; with equity, as the objective weighs them
	Until    int64  `json:"until"`           // the size up to or down to which it holds
}

func sideOf(side matcher.Side, terms []string) PriceSide {
	s := PriceSide{Until: side.Until}
	for k, name := range terms {
		figure := &side.Terms[k]
		switch name {
		case "filled":
			s.Filled = figure
		case "filled at home":
			s.Home = figure
		case "filled by free movement":
			s.Free = figure
		case "filled by channels":
			s.Channels = figure
		default:
			s.Value = figure
		}
	}
	return s
}

// addPrices prices the limits of the run.
func (r *Report) addPrices(ctx context.Context) error {
	r.Prices = []Price{}
	if r.RunOnly {
		return nil
	}
	pricer, err := matcher.NewPricer(ctx, r.result)
	if err != nil {
		return fmt.Errorf("price the limits: %w", err)
	}
	for _, of := range [][]matcher.BoundOf{{matcher.OfQuota}, {matcher.OfOpenings, matcher.OfMobile, matcher.OfWorkers}} {
		prices, err := pricer.Tightest(ctx, pricesKept, of...)
		if err != nil {
			return fmt.Errorf("price the limits: %w", err)
		}
		for i := range prices {
			r.Prices = append(r.Prices, r.priceOf(&prices[i]))
		}
	}
	return nil
}

func (r *Report) priceOf(p *matcher.Price) Price {
	terms := r.result.Certificate.Terms
	row := Price{
		Of: string(p.Of), Kind: string(p.Kind), Exact: p.Exact, Origin: p.Origin, Destination: p.Destination,
		Code: p.Code.String(), CodeTitle: codeTitle(p.Code), Row: p.Row, Size: p.Size, Used: p.Used,
		More: sideOf(p.More, terms), Less: sideOf(p.Less, terms),
	}
	if p.Channel >= 0 {
		row.Channel, row.Title = r.result.Market.Channels[p.Channel].ID, r.result.Market.Channels[p.Channel].Title
	}
	if p.Origin != "" {
		row.OriginName = regionName(p.Origin)
	}
	if p.Destination != "" {
		row.DestinationName = regionName(p.Destination)
	}
	return row
}

var priceColumns = []string{
	"of", "kind", "exact", "channel", "origin", "destination", "code", "title", "row", "size", "used",
	"more_filled", "more_home", "more_free_movement", "more_channels", "more_value", "more_until",
	"less_filled", "less_home", "less_free_movement", "less_channels", "less_value", "less_until",
}

func priceCells(p *Price) []string {
	cells := []string{
		p.Of, p.Kind, fmt.Sprint(p.Exact), datasets.Guard(p.Channel), datasets.Guard(p.Origin), datasets.Guard(p.Destination),
		datasets.Guard(p.Code), datasets.Guard(p.CodeTitle), datasets.Guard(p.Row), number(p.Size), number(p.Used),
	}
	for _, s := range []PriceSide{p.More, p.Less} {
		cells = append(append(cells, s.cells()...), number(s.Until))
	}
	return cells
}

// cells are the figures by term, empty where the order has no such term.
func (s PriceSide) cells() []string {
	var cells []string
	for _, figure := range []*int64{s.Filled, s.Home, s.Free, s.Channels, s.Value} {
		cell := ""
		if figure != nil {
			cell = number(*figure)
		}
		cells = append(cells, cell)
	}
	return cells
}

// setPrices shows the quotas of which one more place is worth most.
func (r *Report) setPrices(p *page) {
	if r.RunOnly {
		return
	}
	p.section("What one more place is worth")
	var rows [][]string
	for i := range r.Prices {
		price := &r.Prices[i]
		if price.Of != string(matcher.OfQuota) || len(rows) == rowsShown {
			break
		}
		rows = append(rows, []string{
			price.Origin + " → " + price.Destination + " " + price.Code + " " + cmp.Or(price.Title, price.Channel), count(price.Size),
			price.More.words(), "to " + count(price.More.Until), price.Less.words(), "to " + count(price.Less.Until),
		})
	}
	if len(rows) == 0 {
		p.prose(2, 0, "No quota binds: a place more in any channel that has one is worth nothing. What one more opening, or a "+
			"larger mobile share, is worth is in prices.csv.")
		return
	}
	p.grid([]column{
		{title: "Quota", flex: true, lines: 2},
		{title: "Size", right: true},
		{title: "One more", right: true},
		{title: "holds", right: true},
		{title: "One less", right: true},
		{title: "holds", right: true},
	}, rows)
	p.prose(2, 0, "What the objective gains with one place more and loses with one less, exactly, with everything else as it is, and up to "+
		"which size that holds: h filled at home, f by free movement, c by channels, F filled in all; then PPP$ a year. A "+
		"later figure may fall where an earlier one rises. The value of one more of other limits is in prices.csv.")
}

// words writes the figures that are not 0, in the order of the objective.
func (s PriceSide) words() string {
	var parts []string
	for _, f := range []struct {
		figure *int64
		unit   string
	}{{s.Filled, "F"}, {s.Home, "h"}, {s.Free, "f"}, {s.Channels, "c"}, {s.Value, ""}} {
		if f.figure != nil && *f.figure != 0 {
			parts = append(parts, fmt.Sprintf("%+d%s", *f.figure, f.unit))
		}
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, " ")
}
