package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// SheetOptions say which corridor a negotiation sheet is of, and how its market is solved.
type SheetOptions struct {
	Options
	From, To string // ISO 3166-1 alpha-2
	// Agreement narrows the sheet to the channels with this id, or covered by an agreement of this title; empty = all.
	Agreement string
}

// Sheet is a negotiation sheet: both sides of one corridor on two pages, each figure with how it is reckoned and from
// what. It is a view for people; what a program wants is in the report's document.
type Sheet struct {
	Title      string
	Market     string // what was solved: market, period, level, order, engine
	Agreement  string // what the sheet is narrowed to; empty where it is not
	Disclaimer string
	Headlines  []SheetFigure
	Parts      []SheetPart // destination, origin, money
	Missing    []string    // what is not known, and what would tell it; one sentence each
	Assumed    []string    // the assumptions behind the figures, one sentence each
	Sources    []string    // numbered from 1
}

// SheetPart is one side of the account.
type SheetPart struct {
	Title   string
	Figures []SheetFigure
	Tables  []SheetTable
}

// SheetFigure is one figure. A missing one has no Value.
type SheetFigure struct {
	Name    string
	Value   string
	Formula string // how it is reckoned, with the numbers
	Refs    []int  // numbers of sources
	Assumed bool   // it rests on an assumption
}

// SheetTable is a short table; More is how many rows were left out.
type SheetTable struct {
	Title string
	Heads []string
	Rows  [][]string
	More  int
}

// sheetRows is how many rows a table of a sheet has, so that it stays on two pages.
const sheetRows = 6

// ErrNoCorridor is matched by the error of a sheet for a corridor along which nobody is placed.
var ErrNoCorridor = errors.New("nobody is placed along this corridor")

// BuildSheet solves a market, and solves it again with nobody leaving, or where the sheet is narrowed to an agreement with the agreement's
// channels closed, and accounts for one corridor. It takes two solves. Errors as [Build]; one that matches [ErrNoCorridor].
func BuildSheet(ctx context.Context, d *datasets.Directory, o SheetOptions) (*Sheet, error) {
	finest := d.Level()
	o.Level = cmp.Or(o.Level, finest)
	m, policy, err := marketOf(d, o.Options)
	if err != nil {
		return nil, err
	}
	markets := make([]*matcher.Market, finest+1)
	markets[o.Level] = m
	solves := plan(policy, o.Level, finest)[:2]
	if o.Agreement != "" {
		solves = solves[:1]
	}
	if err := solve(ctx, markets, solves, o.Progress); err != nil {
		return nil, err
	}
	base := solves[0].result
	if o.Agreement == "" {
		return sheetOf(base, solves[1].result, o)
	}
	without, err := base.WithoutChannels(ctx, o.counts, matcher.Options{})
	if err != nil {
		return nil, fmt.Errorf("match the market without %s: %w", o.Agreement, err)
	}
	return sheetOf(base, without, o)
}

// counts says whether the sheet is of a channel.
func (o *SheetOptions) counts(c *matcher.Channel) bool {
	return o.Agreement == "" || c.ID == o.Agreement || c.Agreement == o.Agreement
}

func sheetOf(r, stay *matcher.Result, o SheetOptions) (*Sheet, error) {
	if !slices.ContainsFunc(r.Market.Channels, func(c matcher.Channel) bool { return o.counts(&c) }) {
		return nil, fmt.Errorf("no channel of the market has the id %q or is covered by an agreement of that title: %w", o.Agreement, ErrNoCorridor)
	}
	ledgers, err := r.Ledgers(stay, o.counts)
	if err != nil {
		return nil, fmt.Errorf("account for the corridors: %w", err)
	}
	at := slices.IndexFunc(ledgers, func(l matcher.Ledger) bool { return l.Origin == o.From && l.Destination == o.To })
	if at < 0 {
		var others []string
		for _, l := range ledgers {
			if l.Origin == o.From || l.Destination == o.To {
				others = append(others, l.Origin+" to "+l.Destination)
			}
		}
		hint := "nor along any other that begins or ends there"
		if len(others) > 0 {
			hint = "there are people from " + strings.Join(others[:min(8, len(others))], ", ")
		}
		return nil, fmt.Errorf("%s to %s: %w; %s", o.From, o.To, ErrNoCorridor, hint)
	}
	w := sheetWriter{
		r: r, o: o, l: &Ledger{regionName(o.From), regionName(o.To), ledgers[at]}, channels: map[int]int64{}, numbers: map[string]int{},
		sheet: &Sheet{
			Title: fmt.Sprintf("%s → %s", regionName(o.From), regionName(o.To)), Agreement: o.Agreement, Disclaimer: Disclaimer,
			Market: fmt.Sprintf("%s · %s %s · ISCO-%d · order %s · labourmatch %s", cmp.Or(o.Title, r.Market.Title), r.Market.Base, r.Market.Period, o.Level, r.Policy.Order, o.Engine),
		},
	}
	for _, n := range r.Policy.Numbers() {
		w.assume(n)
	}
	w.findSources()
	w.destination()
	w.origin()
	w.money()
	w.headlines()
	return w.sheet, nil
}

// sheetWriter fills a sheet in.
type sheetWriter struct {
	r        *matcher.Result
	o        SheetOptions
	l        *Ledger
	sheet    *Sheet
	channels map[int]int64  // people of the corridor by channel
	numbers  map[string]int // of sources
	// Sources of each kind of input, and whether any row of it is assumed.
	openings, workers, wages, laws, prices refs
}

// refs are the sources of one kind of input.
type refs struct {
	list    []int
	assumed bool
}

func (w *sheetWriter) cite(to *refs, p matcher.Provenance) {
	text := p.Source
	for _, more := range []string{p.Date, p.Licence} {
		if more != "" {
			text += ", " + more
		}
	}
	n := w.numbers[text]
	if n == 0 {
		w.sheet.Sources = append(w.sheet.Sources, text)
		n = len(w.sheet.Sources)
		w.numbers[text] = n
	}
	if !slices.Contains(to.list, n) {
		to.list = append(to.list, n)
	}
	to.assumed = to.assumed || p.Assumed
}

// findSources lists where the corridor's own rows come from.
func (w *sheetWriter) findSources() {
	m := w.r.Market
	for _, p := range w.r.Placements {
		if p.Channel < 0 || matcher.Country(w.r.Pools[p.Pool].Region) != w.o.From ||
			matcher.Country(m.Vacancies[p.Vacancy].Region) != w.o.To || !w.o.counts(&m.Channels[p.Channel]) {
			continue
		}
		w.channels[p.Channel] += p.Count
	}
	fills, leavers := map[matcher.Code]bool{}, map[matcher.Code]bool{}
	for _, f := range w.l.Fills {
		fills[f.Code] = true
	}
	for _, x := range w.l.Leavers {
		leavers[x.Code] = true
	}
	for i := range m.Vacancies {
		if v := &m.Vacancies[i]; matcher.Country(v.Region) == w.o.To && fills[v.Code] {
			w.cite(&w.openings, v.Provenance)
			if v.Wage != nil {
				w.cite(&w.wages, v.Provenance)
			}
		}
	}
	for i := range m.Cohorts {
		if c := &m.Cohorts[i]; matcher.Country(c.Region) == w.o.From && leavers[c.Code] {
			w.cite(&w.workers, c.Provenance)
			if c.Outside != nil {
				w.cite(&w.wages, c.Provenance)
			}
		}
	}
	for i := range m.Channels {
		if w.channels[i] > 0 {
			w.cite(&w.laws, m.Channels[i].Provenance)
		}
	}
	for i := range m.Wages {
		if x := &m.Wages[i]; matcher.Country(x.Region) == w.o.From || matcher.Country(x.Region) == w.o.To {
			w.cite(&w.wages, x.Provenance)
		}
	}
	for i := range m.Prices {
		if x := &m.Prices[i]; x.Country == w.o.From || x.Country == w.o.To {
			w.cite(&w.prices, x.Provenance)
		}
	}
}

// assume lists the policy's numbers that a corridor's figures rest on.
func (w *sheetWriter) assume(n matcher.NamedNumber) {
	switch n.Name {
	case "available", "mobile", "outside_share", "take_home", "remittance_share", "transfer_cost", "alarm_share", "alarm_hhi":
	default:
		return
	}
	from := "assumed"
	if !n.Assumed {
		from = n.Source
	}
	w.sheet.Assumed = append(w.sheet.Assumed, fmt.Sprintf("%s = %s (%s): %s; %s", n.Name, plain(n.Value), n.Unit, n.Text, from))
}

func (w *sheetWriter) missing(format string, args ...any) {
	w.sheet.Missing = append(w.sheet.Missing, fmt.Sprintf(format, args...))
}

// figureFrom is one line of a part with the sources of its inputs.
func figureFrom(name, value, formula string, from ...refs) SheetFigure {
	f := SheetFigure{Name: name, Value: value, Formula: formula}
	for _, r := range from {
		f.Assumed = f.Assumed || r.assumed
		for _, n := range r.list {
			if !slices.Contains(f.Refs, n) {
				f.Refs = append(f.Refs, n)
			}
		}
	}
	slices.Sort(f.Refs)
	return f
}

// partOf is a share in per cent that no line breaks within.
func partOf(part, whole int64) string {
	return strings.ReplaceAll(percent(part, whole), " ", "\u00a0")
}

// table cuts a list of rows, largest first, to what a sheet has room for.
func table(title string, heads []string, rows [][]string) SheetTable {
	return SheetTable{title, heads, rows[:min(sheetRows, len(rows))], max(0, len(rows)-sheetRows)}
}

func (w *sheetWriter) destination() {
	l := w.l
	filled, gap := l.gap()
	part := SheetPart{Title: l.DestinationName + ": vacancies filled", Figures: []SheetFigure{
		figureFrom("Vacancies filled", comma(l.People), "people placed along the corridor under the policy's order", w.openings, w.workers, w.laws),
		figureFrom("Share of its gap", partOf(filled, gap), fmt.Sprintf("%s ÷ %s openings of these occupations that home does not fill", comma(filled), comma(gap)), w.openings),
	}}
	in, out := w.balances()
	part.Figures = append(part.Figures, balanceFigure(in, "Concentration of its origins"), balanceFigure(out, "Of the origin's destinations"))
	fills := slices.Clone(l.Fills)
	slices.SortStableFunc(fills, func(a, b matcher.LedgerFill) int { return cmp.Compare(b.Count, a.Count) })
	var rows [][]string
	for _, f := range fills {
		rows = append(rows, []string{f.Code.String() + " " + codeTitle(f.Code), comma(f.Count), comma(f.Gap), partOf(f.Count, f.Gap), comma(f.Openings)})
	}
	part.Tables = append(part.Tables, table("By occupation of the vacancy", []string{"Occupation", "Filled", "Gap", "Share", "Openings"}, rows))
	part.Tables = append(part.Tables, w.channelTable())
	w.sheet.Parts = append(w.sheet.Parts, part)
}

func (w *sheetWriter) channelTable() SheetTable {
	m := w.r.Market
	var order []int
	for c := range m.Channels {
		if w.channels[c] > 0 {
			order = append(order, c)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(w.channels[b], w.channels[a]) })
	var rows [][]string
	for _, i := range order {
		c := &m.Channels[i]
		quota, stay := "none stated", "not stated"
		if c.Quota != nil {
			quota = comma(*c.Quota) + " by " + c.QuotaOf
		}
		if c.Contract != "" {
			stay = c.Contract
		}
		if c.Months > 0 {
			stay = strings.TrimPrefix(fmt.Sprintf("%s, %d months", c.Contract, c.Months), ", ")
		}
		rows = append(rows, []string{cmp.Or(c.Title, c.ID), comma(w.channels[i]), quota, stay, cmp.Or(strings.Join(c.Protections, ", "), "none stated")})
	}
	return table("By channel", []string{"Channel", "People", "Quota", "Stay", "Protections"}, rows)
}

// balances are those of the destination over origins and of the origin over destinations, of all channels.
func (w *sheetWriter) balances() (in, out *matcher.Balance) {
	all, err := w.r.Ledgers(nil, nil)
	if err != nil {
		return nil, nil // told when the corridor was accounted for
	}
	list := matcher.Balances(all, w.r.Policy)
	for i := range list {
		b := &list[i]
		if b.Side == matcher.SideDestination && b.Country == w.o.To {
			in = b
		}
		if b.Side == matcher.SideOrigin && b.Country == w.o.From {
			out = b
		}
	}
	return in, out
}

func balanceFigure(b *matcher.Balance, name string) SheetFigure {
	alarm := ""
	if b.Alarm {
		alarm = "; above the policy's alarm"
	}
	return SheetFigure{
		Name: name, Value: fmt.Sprintf("HHI %.2f", b.HHI),
		Formula: fmt.Sprintf("sum of squared shares of all %s people; largest of %d: %s, %.1f %%%s", comma(b.People), b.Partners, regionName(b.Largest), 100*b.Share, alarm),
	}
}

func (w *sheetWriter) origin() {
	l := w.l
	left, stock, whole := l.stock()
	of := "workers of these occupations"
	if !whole {
		of = "workers of these occupations that the market knows"
		w.missing("The whole stock in %s: workers.csv does not have the employed of all these occupations, so the share lost is one of those the market knows and overstates the loss.", l.OriginName)
	}
	part := SheetPart{Title: l.OriginName + ": workers gone", Figures: []SheetFigure{
		figureFrom("Who leaves", comma(left), "people, by the occupation they had", w.workers, w.laws),
		figureFrom("Share of the stock", partOf(left, stock), fmt.Sprintf("%s ÷ %s %s", comma(left), comma(stock), of), w.workers),
	}}
	if l.Emptied != nil {
		var lost int64
		for _, x := range l.Lost {
			lost += x.Count
		}
		without := "if nobody left (the market solved so)"
		if w.o.Agreement != "" {
			without = "without this agreement (the market solved with its channels closed)"
		}
		part.Figures = append(part.Figures,
			figureFrom("Own vacancies left empty", comma(*l.Emptied), fmt.Sprintf("of %s that home would fill %s, those that nobody fills", comma(lost), without), w.workers, w.openings),
			figureFrom("Posts to fill anew", comma(*l.Backfill), fmt.Sprintf("%s posts that leavers gave up + %s left empty", comma(l.Posts), comma(*l.Emptied)), w.workers))
	}
	back := l.Stays.Temporary + l.Stays.Circular
	part.Figures = append(part.Figures, figureFrom("Come back with new skills", comma(back),
		fmt.Sprintf("%s temporary + %s circular; %s permanent, %s not stated", comma(l.Stays.Temporary), comma(l.Stays.Circular), comma(l.Stays.Permanent), comma(l.Stays.NotStated)), w.laws))
	if l.Stays.NotStated > 0 {
		w.missing("How long %s people stay: neither their vacancies nor their channel states a contract or months.", comma(l.Stays.NotStated))
	}
	for _, x := range l.Touched {
		part.Figures = append(part.Figures, figureFrom("Safeguard "+x.Safeguard, comma(x.Count), fmt.Sprintf("leavers it names; %s of them recruited actively without an agreement", comma(x.Recruited))))
	}
	if len(l.Touched) == 0 {
		w.missing("Safeguards: none of the market's names %s and an occupation of those who leave.", l.OriginName)
	}
	leavers := slices.Clone(l.Leavers)
	slices.SortStableFunc(leavers, func(a, b matcher.LedgerLeavers) int { return cmp.Compare(b.Count, a.Count) })
	var rows [][]string
	for _, x := range leavers {
		known := comma(x.Stock)
		if !x.Whole {
			known += "°"
		}
		rows = append(rows, []string{x.Code.String() + " " + codeTitle(x.Code), comma(x.Count), known, partOf(x.Count, x.Stock), comma(x.Posts)})
	}
	part.Tables = append(part.Tables, table("By the occupation they had", []string{"Occupation", "Leave", "Stock", "Share", "Posts left"}, rows))
	if len(l.Returns) > 0 {
		rows = nil
		for _, x := range l.Returns {
			months := "not stated"
			if x.Months > 0 {
				months = fmt.Sprint(x.Months)
			}
			rows = append(rows, []string{x.Code.String() + " " + codeTitle(x.Code), comma(x.Count), string(x.Stay), months})
		}
		part.Tables = append(part.Tables, table("Who comes back, by what they did", []string{"Occupation", "People", "Stay", "Months"}, rows))
	}
	w.sheet.Parts = append(w.sheet.Parts, part)
}

func (w *sheetWriter) money() {
	y, p, l := &w.l.Money, &w.r.Policy, w.l
	part := SheetPart{Title: "Money, in whole PPP dollars"}
	add := func(name string, n *int64, formula string, assumed bool, from ...refs) {
		if n == nil {
			part.Figures = append(part.Figures, SheetFigure{Name: name, Formula: formula})
			return
		}
		f := figureFrom(name, comma(*n), formula, from...)
		f.Assumed = f.Assumed || assumed
		part.Figures = append(part.Figures, f)
	}
	add("Workers' gain, a year", y.Gain, fmt.Sprintf("wages abroad − what they had, of %s people; each at its own prices", comma(y.GainOf)), p.OutsideShare.Assumed, w.wages)
	add("Sent home, a year", y.Sent, fmt.Sprintf("remittance_share %s × take_home %s × wages of %s, at the prices of %s", plain(p.RemittanceShare.Value), plain(p.TakeHome.Value), given(y.Earned, comma), l.DestinationName),
		p.RemittanceShare.Assumed || p.TakeHome.Assumed, w.wages)
	add("Arriving, at origin's prices", y.Received, fmt.Sprintf("sent × (1 − transfer_cost %s) × price level of %s ÷ of %s", plain(p.TransferCost.Value), l.DestinationName, l.OriginName),
		p.RemittanceShare.Assumed || p.TakeHome.Assumed || p.TransferCost.Assumed, w.wages, w.prices)
	add("Workers pay, once", y.CostWorker, fmt.Sprintf("the channels' cost_worker, stated for %s of %s people", comma(y.CostOf), comma(l.People)), false, w.laws)
	months := SheetFigure{Name: "In months of their wage", Formula: "cost borne by the worker ÷ a month's wage abroad (SDG indicator 10.7.1)"}
	if y.CostMonths != nil {
		months = figureFrom(months.Name, fmt.Sprintf("%.1f", *y.CostMonths), months.Formula, w.laws, w.wages)
	}
	part.Figures = append(part.Figures, months)
	add("Employers pay, once", y.CostEmployer, fmt.Sprintf("the channels' cost_employer, stated for %s of %s people", comma(y.EmployerOf), comma(l.People)), false, w.laws)
	if y.Sent != nil && y.Received == nil {
		w.missing("What arrives at the origin's prices: it needs the price levels of %s and %s in prices.csv. A PPP dollar earned in the one buys as much there as another in the other, but at the bank they are not the same.", l.DestinationName, l.OriginName)
	}
	if unknown := l.People - y.EarnedOf; unknown > 0 {
		w.missing("Wages of %s people: their vacancies have none that is known, and a default is not counted as money.", comma(unknown))
	}
	if unknown := y.EarnedOf - y.GainOf; unknown > 0 {
		w.missing("What %s people had before: no wage of their occupation is known in %s.", comma(unknown), l.OriginName)
	}
	if unknown := l.People - y.CostOf; unknown > 0 {
		w.missing("What %s workers pay for recruitment: their channel states no cost_worker, and nothing is not zero.", comma(unknown))
	}
	if unknown := l.People - y.EmployerOf; unknown > 0 {
		w.missing("What employers pay for %s people: their channel states no cost_employer.", comma(unknown))
	}
	w.missing("Taxes and contributions paid abroad, what training the leavers cost the origin, and what families lose: no input of a market states them.")
	w.sheet.Parts = append(w.sheet.Parts, part)
}

// headlines picks the figure that each side will ask for first.
func (w *sheetWriter) headlines() {
	d, o, m := w.sheet.Parts[0].Figures, w.sheet.Parts[1].Figures, w.sheet.Parts[2].Figures
	each := SheetFigure{Name: "Gain of one worker a year, PPP$"}
	if y := &w.l.Money; y.Gain != nil && y.GainOf > 0 {
		each.Value, each.Assumed = comma(*y.Gain/y.GainOf), m[0].Assumed
	}
	w.sheet.Headlines = []SheetFigure{
		{Name: "People", Value: d[0].Value},
		{Name: "Of the destination's gap", Value: d[1].Value},
		{Name: "Of the origin's stock", Value: o[1].Value},
		each,
	}
}
