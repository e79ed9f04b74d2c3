package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labourmatch/matcher"
)

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
