package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// Ledger is what the placements along one corridor mean to both its ends; see [matcher.Ledger].
type Ledger struct {
	OriginName      string `json:"origin_name"`
	DestinationName string `json:"destination_name"`
	matcher.Ledger
}

// Balance is how far a country leans on single partners; see [matcher.Balance].
type Balance struct {
	Name        string `json:"name"`
	LargestName string `json:"largest_name"`
	matcher.Balance
}

// addLedgers accounts for every corridor. What leaving emptied needs the solve in which nobody leaves; a report of the
// run alone has none, and leaves it open.
func (r *Report) addLedgers(solves []*solved) error {
	var stay *matcher.Result
	for _, s := range solves {
		if s.part == partStay {
			stay = s.result
		}
	}
	ledgers, err := r.result.Ledgers(stay, nil)
	if err != nil {
		return fmt.Errorf("account for the corridors: %w", err)
	}
	r.Ledgers, r.Balances = []Ledger{}, []Balance{}
	for _, l := range ledgers {
		l.Money.CostMonths = sixOf(l.Money.CostMonths)
		r.Stays = r.Stays.Plus(l.Stays)
		r.Ledgers = append(r.Ledgers, Ledger{regionName(l.Origin), regionName(l.Destination), l})
	}
	for _, b := range matcher.Balances(ledgers, r.result.Policy) {
		b.Share, b.HHI = six(b.Share), six(b.HHI)
		r.Balances = append(r.Balances, Balance{regionName(b.Country), regionName(b.Largest), b})
	}
	return nil
}

// gap is what a corridor fills, and what home left open of the same codes.
func (l *Ledger) gap() (filled, of int64) {
	for _, f := range l.Fills {
		filled += f.Count
		of += f.Gap
	}
	return filled, of
}

// stock is who left, of how many the market knows of the same codes; whole says that these count the employed too.
func (l *Ledger) stock() (left, of int64, whole bool) {
	whole = true
	for _, x := range l.Leavers {
		left += x.Count
		of += x.Stock
		whole = whole && x.Whole
	}
	return left, of, whole
}

func (r *Report) setLedgers(p *page) {
	p.section("Both sides of each corridor")
	if len(r.Ledgers) == 0 {
		p.line("  Nobody is placed in another country.")
		return
	}
	list := slices.Clone(r.Ledgers)
	slices.SortStableFunc(list, func(a, b Ledger) int { return cmp.Compare(b.People, a.People) })
	rows, part := [][]string{}, false
	for _, l := range list[:min(rowsShown, len(list))] {
		filled, gap := l.gap()
		left, stock, whole := l.stock()
		lost := percent(left, stock)
		if !whole {
			lost, part = lost+"°", true
		}
		rows = append(rows, []string{
			l.OriginName + " → " + l.DestinationName, count(l.People), percent(filled, gap), lost, given(l.Backfill, count),
			count(l.Stays.Temporary + l.Stays.Circular), given(l.Money.Gain, shortMoney), given(l.Money.Sent, shortMoney),
			decimals(l.Money.CostMonths, "%.1f"),
		})
	}
	p.grid([]column{
		{title: "Corridor", flex: true, lines: 2},
		{title: "People", right: true},
		{title: "Of gap", right: true},
		{title: "Of stock", right: true},
		{title: "Anew", right: true},
		{title: "Back", right: true},
		{title: "Gain", right: true},
		{title: "Sent", right: true},
		{title: "Cost", right: true},
	}, rows)
	p.prose(2, 0, "Of gap: of the destination's openings of these occupations that home does not fill. Of stock: leavers among "+
		"the origin's workers of their occupations. Anew: posts the origin has to fill anew, given up or emptied by leaving. "+
		"Back: whose stay has an end. Gain: wages abroad less what leavers had, PPP$ a year. Sent: home from abroad, PPP$ a "+
		"year at the destination's prices. Cost: what workers pay for recruitment, in months of wage (SDG "+
		"10.7.1). –: an input is missing, which is not zero. All rows are in ledger.csv.")
	if part {
		p.prose(2, 0, "° of those the market knows, without all the employed: the share of the whole stock is smaller.")
	}
	s := r.Stays
	p.prose(2, 0, fmt.Sprintf("Of all %s placed in another country, %s stay for a time, %s for a season, %s for good; of %s it "+
		"is not stated.", comma(r.Totals.FilledBy.abroad()), comma(s.Temporary), comma(s.Circular), comma(s.Permanent), comma(s.NotStated)))
}

// given writes a figure, or a dash where an input of it is missing.
func given(n *int64, write func(int64) string) string {
	if n == nil {
		return "–"
	}
	return write(*n)
}

func (r *Report) setBalances(p *page) {
	if len(r.Balances) == 0 {
		return
	}
	p.section("Balance: who leans on whom")
	list := slices.Clone(r.Balances)
	rank := func(b *Balance) int64 {
		if b.Alarm {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b Balance) int {
		return cmp.Or(cmp.Compare(rank(&b), rank(&a)), cmp.Compare(b.People, a.People))
	})
	var rows [][]string
	for _, b := range list[:min(rowsShown, len(list))] {
		what, mark := "from", ""
		if b.Side == matcher.SideOrigin {
			what = "to"
		}
		if b.Alarm {
			mark = "!"
		}
		rows = append(rows, []string{
			b.Name, b.Side, count(b.People), strconv.Itoa(b.Partners), what + " " + b.LargestName,
			fmt.Sprintf("%.1f %%", 100*b.Share), fmt.Sprintf("%.2f", b.HHI), mark,
		})
	}
	p.grid([]column{
		{title: "Country", most: 20},
		{title: "As"},
		{title: "People", right: true},
		{title: "Partners", right: true},
		{title: "Largest", flex: true},
		{title: "", right: true},
		{title: "HHI", right: true},
		{title: ""},
	}, rows)
	p.prose(2, 0, "HHI: the sum of squared shares; 1 with a single partner. "+r.alarmSays())
}

// alarmSays is the rule of the alarm in a sentence.
func (r *Report) alarmSays() string {
	values := map[string]float64{}
	for _, n := range r.Policy {
		values[n.Name] = n.Value
	}
	return fmt.Sprintf("! marks a partner's share above %s %% or an HHI above %s, of at least %s people: "+
		"alarm_share, alarm_hhi and alarm_people of the policy.", plain(six(100*values["alarm_share"])), plain(values["alarm_hhi"]), plain(values["alarm_people"]))
}

var (
	ledgerColumns = []string{
		"origin", "origin_name", "destination", "destination_name", "figure", "code", "title", "value", "unit", "of", "of_what",
	}
	balanceColumns = []string{"side", "country", "name", "people", "partners", "largest", "largest_name", "share", "hhi", "alarm"}
)

// ledgerRows lists a ledger figure by figure. A missing figure is an empty cell.
func ledgerRows(r *Report) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for i := range r.Ledgers {
			for _, row := range r.Ledgers[i].rows() {
				if !yield(row) {
					return
				}
			}
		}
	}
}

func (l *Ledger) rows() (rows [][]string) {
	add := func(figure string, code matcher.Code, value, unit, of, what string) {
		title := ""
		if code != (matcher.Code{}) {
			title = codeTitle(code)
		}
		rows = append(rows, []string{
			datasets.Guard(l.Origin), datasets.Guard(l.OriginName), datasets.Guard(l.Destination), datasets.Guard(l.DestinationName),
			datasets.Guard(figure), datasets.Guard(code.String()), datasets.Guard(title), value, unit, of, what,
		})
	}
	const people, openings = "persons", "openings"
	none, total := matcher.Code{}, number(l.People)
	add("people", none, total, people, "", "")
	add("free_movement", none, number(l.Free), people, total, "people")
	add("channel", none, number(l.Channel), people, total, "people")
	add("stay_temporary", none, number(l.Stays.Temporary), people, total, "people")
	add("stay_circular", none, number(l.Stays.Circular), people, total, "people")
	add("stay_permanent", none, number(l.Stays.Permanent), people, total, "people")
	add("stay_not_stated", none, number(l.Stays.NotStated), people, total, "people")
	for _, f := range l.Fills {
		add("filled", f.Code, number(f.Count), openings, number(f.Gap), "openings of the code not filled from home")
	}
	for _, x := range l.Leavers {
		what := "workers of the code the market knows"
		if x.Whole {
			what = "workers of the code, the employed included"
		}
		add("left", x.Code, number(x.Count), people, number(x.Stock), what)
		if x.Posts > 0 {
			add("posts_given_up", x.Code, number(x.Posts), "posts", number(x.Count), "leavers of the code")
		}
	}
	for _, x := range l.Lost {
		add("lost_vacancies", x.Code, number(x.Count), openings, "", "")
		add("emptied_vacancies", x.Code, number(x.Emptied), openings, number(x.Count), "lost vacancies of the code")
	}
	add("backfill", none, numberOf(l.Backfill), "posts", "", "")
	for _, x := range l.Touched {
		add("safeguard "+x.Safeguard, none, number(x.Count), people, total, "people")
		add("recruited actively without agreement, safeguard "+x.Safeguard, none, number(x.Recruited), people, number(x.Count), "leavers it names")
	}
	for _, x := range l.Returns {
		add(fmt.Sprintf("return_%s_%d_months", x.Stay, x.Months), x.Code, number(x.Count), people, total, "people")
	}
	y := &l.Money
	add("wages", none, numberOf(y.Earned), "PPP$ a year, destination", number(y.EarnedOf), "people with known wages")
	add("gain", none, numberOf(y.Gain), "PPP$ a year", number(y.GainOf), "people with known wages on both sides")
	add("sent", none, numberOf(y.Sent), "PPP$ a year, destination", number(y.EarnedOf), "people with known wages")
	add("received", none, numberOf(y.Received), "PPP$ a year, origin", number(y.EarnedOf), "people with known wages")
	add("cost_worker", none, numberOf(y.CostWorker), "PPP$ once", number(y.CostOf), "people whose channel states it")
	add("cost_employer", none, numberOf(y.CostEmployer), "PPP$ once", number(y.EmployerOf), "people whose channel states it")
	months := ""
	if y.CostMonths != nil {
		months = real6(*y.CostMonths)
	}
	add("cost_worker_months", none, months, "months of wage", "", "")
	return rows
}

func balanceCells(b *Balance) []string {
	alarm := "no"
	if b.Alarm {
		alarm = "yes"
	}
	return []string{
		b.Side, datasets.Guard(b.Country), datasets.Guard(b.Name), number(b.People), strconv.Itoa(b.Partners),
		datasets.Guard(b.Largest), datasets.Guard(b.LargestName), real6(b.Share), real6(b.HHI), alarm,
	}
}

// numberOf is a cell that is empty where an input of the figure is missing.
func numberOf(n *int64) string {
	if n == nil {
		return ""
	}
	return number(*n)
}

// real6 writes a number that has been rounded to six decimals.
func real6(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
