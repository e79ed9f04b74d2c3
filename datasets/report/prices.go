package report

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// pricesKept is how many limits of the law, quotas and safeguards, a report prices, and how many of the counts: those of which one more is
// worth most. PriceOf prices any other.
const pricesKept = 1000

// Price is what one more of a limit is worth, and what one less loses: the difference between two optima, with all else as it is. Rows
// are quotas and safeguards first, then counts, each by what one more is worth.
type Price struct {
	Name    string `json:"name"`  // by which [PriceOf] and [CurveOf] find it
	Of      string `json:"of"`    // quota, safeguard, openings, mobile, workers
	Kind    string `json:"kind"`  // network: on a single arc; group: on a sum
	Exact   bool   `json:"exact"` // false where it is a slope of a bound
	Channel string `json:"channel,omitempty"`
	Title   string `json:"channel_title,omitempty"`
	Guard   string `json:"safeguard,omitempty"`
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
	// Slopes are, where limits on sums are live, by how much the proven bound of each term rises with one more; More and Less are beside
	// them where Exact.
	Slopes *PriceSlopes `json:"slopes,omitempty"`
}

// PriceSlopes is a slope for each term of the run's objective; the others are absent.
type PriceSlopes struct {
	Filled   *float64 `json:"filled,omitempty"`
	Home     *float64 `json:"filled_at_home,omitempty"`
	Free     *float64 `json:"filled_by_free_movement,omitempty"`
	Channels *float64 `json:"filled_by_channels,omitempty"`
	Value    *float64 `json:"value,omitempty"`
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
	fields := s.fields()
	for k, name := range terms {
		*fields[placeOfTerm(name)] = &side.Terms[k]
	}
	return s
}

// fields are the figures in the order of the columns.
func (s *PriceSide) fields() []**int64 {
	return []**int64{&s.Filled, &s.Home, &s.Free, &s.Channels, &s.Value}
}

func (s *PriceSlopes) fields() []**float64 {
	return []**float64{&s.Filled, &s.Home, &s.Free, &s.Channels, &s.Value}
}

// placeOfTerm is a term's place among the columns.
func placeOfTerm(name string) int {
	switch name {
	case "filled":
		return 0
	case "filled at home":
		return 1
	case "filled by free movement":
		return 2
	case "filled by channels":
		return 3
	}
	return 4
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
	for _, of := range [][]matcher.BoundOf{{matcher.OfQuota, matcher.OfSafeguard}, {matcher.OfOpenings, matcher.OfMobile, matcher.OfWorkers}} {
		prices, err := pricer.Tightest(ctx, pricesKept, of...)
		if err != nil {
			return fmt.Errorf("price the limits: %w", err)
		}
		for i := range prices {
			r.Prices = append(r.Prices, priceOf(r.result, &prices[i]))
		}
	}
	return nil
}

func priceOf(result *matcher.Result, p *matcher.Price) Price {
	terms := result.Certificate.Terms
	row := Price{
		Name: limitName(result, &p.Bound), Of: string(p.Of), Kind: string(p.Kind), Exact: p.Exact, Origin: p.Origin, Destination: p.Destination,
		Code: p.Code.String(), CodeTitle: codeTitle(p.Code), Row: p.Row, Size: p.Size, Used: p.Used,
		More: sideOf(p.More, terms), Less: sideOf(p.Less, terms),
	}
	if p.Channel >= 0 {
		row.Channel, row.Title = result.Market.Channels[p.Channel].ID, result.Market.Channels[p.Channel].Title
	}
	if p.Safeguard >= 0 {
		row.Guard = result.Market.Safeguards[p.Safeguard].ID
	}
	if p.Origin != "" {
		row.OriginName = regionName(p.Origin)
	}
	if p.Destination != "" {
		row.DestinationName = regionName(p.Destination)
	}
	if p.Slopes != nil {
		row.Slopes = &PriceSlopes{}
		fields := row.Slopes.fields()
		for k, name := range terms {
			slope := six(p.Slopes[k])
			*fields[placeOfTerm(name)] = &slope
		}
	}
	return row
}

var priceColumns = []string{
	"name", "of", "kind", "exact", "channel", "safeguard", "origin", "destination", "code", "title", "row", "size", "used",
	"more_filled", "more_home", "more_free_movement", "more_channels", "more_value", "more_until",
	"less_filled", "less_home", "less_free_movement", "less_channels", "less_value", "less_until",
	"slope_filled", "slope_home", "slope_free_movement", "slope_channels", "slope_value",
}

func priceCells(p *Price) []string {
	cells := []string{
		datasets.Guard(p.Name), p.Of, p.Kind, fmt.Sprint(p.Exact), datasets.Guard(p.Channel), datasets.Guard(p.Guard), datasets.Guard(p.Origin), datasets.Guard(p.Destination),
		datasets.Guard(p.Code), datasets.Guard(p.CodeTitle), datasets.Guard(p.Row), number(p.Size), number(p.Used),
	}
	for _, s := range []PriceSide{p.More, p.Less} {
		if !p.Exact { // what is not known is empty, and not 0
			cells = append(cells, "", "", "", "", "", "")
			continue
		}
		cells = append(append(cells, s.cells()...), number(s.Until))
	}
	slopes := p.Slopes
	if slopes == nil {
		slopes = &PriceSlopes{}
	}
	for _, slope := range slopes.fields() {
		cell := ""
		if *slope != nil {
			cell = strconv.FormatFloat(**slope, 'f', -1, 64)
		}
		cells = append(cells, cell)
	}
	return cells
}

// cells are the figures by term, empty where the order has no such term.
func (s PriceSide) cells() []string {
	var cells []string
	for _, figure := range s.fields() {
		cell := ""
		if *figure != nil {
			cell = number(**figure)
		}
		cells = append(cells, cell)
	}
	return cells
}

// setPrices shows the quotas and safeguards of which one more place is worth most.
func (r *Report) setPrices(p *page) {
	if r.RunOnly {
		return
	}
	p.section("What one more place is worth")
	var rows [][]string
	sloped := false
	for i := range r.Prices {
		price := &r.Prices[i]
		if price.Of != string(matcher.OfQuota) && price.Of != string(matcher.OfSafeguard) || len(rows) == rowsShown {
			break
		}
		sloped = sloped || !price.Exact
		rows = append(rows, append([]string{price.words(), count(price.Size)}, price.sides()...))
	}
	if len(rows) == 0 {
		p.prose(2, 0, "No quota and no safeguard binds: a place more under any of them is worth nothing. What one more opening, or a "+
			"larger mobile share, is worth is in prices.csv.")
		return
	}
	p.grid([]column{
		{title: "Quota or safeguard", flex: true, lines: 2},
		{title: "Size", right: true},
		{title: "One more", right: true},
		{title: "holds", right: true},
		{title: "One less", right: true},
		{title: "holds", right: true},
	}, rows)
	p.prose(2, 0, "What the objective gains with one place more and loses with one less, exactly, with everything else as it is, and up to "+
		"which size that holds: "+priceLegend+" The value of one more of other limits is in prices.csv, and of any by \"labourmatch curve DIR --limit NAME --price\".")
	if sloped {
		p.prose(2, 0, slopeLegend)
	}
}

const (
	priceLegend = "h filled at home, f by free movement, c by channels, F filled in all; then PPP$ a year. A later figure may fall where an earlier one rises."
	slopeLegend = "≤ a limit on a sum is live: by how much the proven bound rises with one more, which no plan exceeds in the first figure. It is no exact price."
)

// words name the limit on a page.
func (p *Price) words() string {
	var parts []string
	if p.Origin != "" || p.Destination != "" {
		parts = append(parts, strings.Trim(p.Origin+" → "+p.Destination, " →"))
		if p.Origin != "" && p.Destination != "" {
			parts[0] = p.Origin + " → " + p.Destination
		}
	}
	if p.Code != "" {
		parts = append(parts, p.Code)
	}
	switch p.Of {
	case string(matcher.OfQuota):
		parts = append(parts, cmp.Or(p.Title, p.Channel))
	case string(matcher.OfSafeguard):
		parts = append(parts, "safeguard "+p.Guard)
	case string(matcher.OfMobile):
		parts = append(parts, "willing to leave")
	default:
		parts = append(parts, p.Of)
	}
	return strings.Join(parts, " ")
}

// sides are the four cells of one more and one less.
func (p *Price) sides() []string {
	if !p.Exact {
		return []string{"≤ " + p.Slopes.words(), "", "", ""}
	}
	return []string{p.More.words(), "to " + count(p.More.Until), p.Less.words(), "to " + count(p.Less.Until)}
}

// termUnits follow the figures of each term on a page.
var termUnits = [...]string{"F", "h", "f", "c", ""}

// words writes the figures that are not 0, in the order of the objective.
func (s PriceSide) words() string {
	var parts []string
	for k, figure := range s.fields() {
		if *figure != nil && **figure != 0 {
			parts = append(parts, fmt.Sprintf("%+d%s", **figure, termUnits[k]))
		}
	}
	return cmp.Or(strings.Join(parts, " "), "0")
}

func (s *PriceSlopes) words() string {
	var parts []string
	for k, figure := range s.fields() {
		if *figure != nil && **figure != 0 {
			parts = append(parts, fmt.Sprintf("%+.4g%s", **figure, termUnits[k]))
		}
	}
	return cmp.Or(strings.Join(parts, " "), "0")
}
