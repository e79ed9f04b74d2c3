package matcher

import (
	"cmp"
	"slices"
	"strings"

	"labourmatch/matcher/flow"
)

// books are the ledgers while they are written, with what they look up.
type books struct {
	*Result
	index      *index
	stocks     map[cell]*LedgerLeavers // of the origins' workers
	homes      map[cell]*LedgerFill    // of the destinations' vacancies
	safeguards []*guarded
	prices     map[string]float64
	corridors  map[[2]string]*account
}

// cell is a country and a code.
type cell struct {
	country string
	code    Code
}

// account is a ledger while it is written.
type account struct {
	Ledger
	fills   map[Code]int64     // by the vacancy's code
	leavers map[Code]*[2]int64 // by the cohort's code: people, and those who had work
	lost    map[Code]*LedgerLost
	touched map[string]*[2]int64
	returns map[LedgerReturn]int64

	earned, gain, worker, employer flow.Total
	paid, monthly                  flow.Total // worker's cost and yearly wage of those of whom both are known
	paidOf                         int64
}

func newBooks(r *Result) *books {
	b := &books{
		Result: r, index: newIndex(r.Market, &r.Policy), stocks: map[cell]*LedgerLeavers{}, homes: map[cell]*LedgerFill{},
		prices: map[string]float64{}, corridors: map[[2]string]*account{},
	}
	m := b.index.Market
	for i := range m.Cohorts {
		c := &m.Cohorts[i]
		at := cell{Country(c.Region), c.Code}
		if b.stocks[at] == nil {
			b.stocks[at] = &LedgerLeavers{Code: c.Code}
		}
		b.stocks[at].Stock += c.Count
		b.stocks[at].Whole = b.stocks[at].Whole || c.Status == Employed
	}
	for i, f := range r.Fillings {
		v := &m.Vacancies[i]
		at := cell{Country(v.Region), v.Code}
		if b.homes[at] == nil {
			b.homes[at] = &LedgerFill{Code: v.Code}
		}
		b.homes[at].Openings += f.Openings
		b.homes[at].Gap += f.Openings - f.Filled.Home()
	}
	for i := range m.Safeguards {
		b.safeguards = append(b.safeguards, newGuarded(&m.Safeguards[i], b.index.blocs))
	}
	periods := map[string]string{}
	for _, p := range m.Prices { // of several periods the latest counts
		if p.Level > 0 && p.Period >= periods[p.Country] {
			periods[p.Country], b.prices[p.Country] = p.Period, p.Level
		}
	}
	return b
}

// Home counts those placed in their own country.
func (b ByWay) Home() int64 { return b[SameRegion] + b[SameHome] + b[RelatedHome] }

// leave writes down n people of a cohort who left for a vacancy.
func (b *books) leave(e *Entry, p *Placement, n int64) {
	m := b.index.Market
	c, v, ch := &m.Cohorts[e.Cohort], &m.Vacancies[p.Vacancy], &m.Channels[p.Channel]
	key := [2]string{Country(c.Region), Country(v.Region)}
	a := b.corridors[key]
	if a == nil {
		a = &account{
			Ledger: Ledger{Origin: key[0], Destination: key[1]}, fills: map[Code]int64{},
			leavers: map[Code]*[2]int64{}, touched: map[string]*[2]int64{}, returns: map[LedgerReturn]int64{},
		}
		b.corridors[key] = a
	}
	a.People += n
	if p.Way == Free {
		a.Free += n
	} else {
		a.Channel += n
	}
	a.fills[v.Code] += n
	if a.leavers[c.Code] == nil {
		a.leavers[c.Code] = &[2]int64{}
	}
	a.leavers[c.Code][0] += n
	if c.Status == Employed {
		a.leavers[c.Code][1] += n
		a.Posts += n
	}
	stay, months := stayOf(ch, v)
	a.Stays.add(stay, n)
	if stay == StayTemporary || stay == StayCircular {
		a.returns[LedgerReturn{Code: v.Code, Stay: stay, Months: months}] += n
	}
	active := b.Pools[p.Pool].Class == ClassRecruited
	for _, g := range b.safeguards {
		if g.touches(c) {
			if a.touched[g.id] == nil {
				a.touched[g.id] = &[2]int64{}
			}
			a.touched[g.id][0] += n
			if active {
				a.touched[g.id][1] += n
			}
		}
	}
	a.pay(b.index, c, v, ch, n)
}

// pay writes down the money of n people.
func (a *account) pay(x *index, c *Cohort, v *Vacancy, ch *Channel, n int64) {
	wage, _, known := x.offer(v)
	if known {
		a.earned = a.earned.PlusProduct(n, wage)
		a.Money.EarnedOf += n
		if had, ok := x.outside(c); ok {
			a.gain = a.gain.PlusProduct(n, wage-had)
			a.Money.GainOf += n
		}
	}
	if ch.CostWorker != nil {
		a.worker = a.worker.PlusProduct(n, *ch.CostWorker)
		a.Money.CostOf += n
		if known {
			a.paid, a.monthly = a.paid.PlusProduct(n, *ch.CostWorker), a.monthly.PlusProduct(n, wage)
			a.paidOf += n
		}
	}
	if ch.CostEmployer != nil {
		a.employer = a.employer.PlusProduct(n, *ch.CostEmployer)
		a.Money.EmployerOf += n
	}
}

// lose finds the vacancies that home would fill if those accounted for had not left, and shares them out over the corridors of each
// origin.
//
// What its homes fill more there is due to who left, or to who came in and took a post; the first is at most one for each
// leaver. Codes in which home fills more than before net off
// against those in which it fills less.
func (b *books) lose(stay *Result) {
	m := b.index.Market
	change := map[string]map[Code]int64{} // what home fills less
	unfilled := map[cell]int64{}
	for i := range b.Fillings {
		v := &m.Vacancies[i]
		country := Country(v.Region)
		if change[country] == nil {
			change[country] = map[Code]int64{}
		}
		change[country][v.Code] += stay.Fillings[i].Filled.Home() - b.Fillings[i].Filled.Home()
		unfilled[cell{country, v.Code}] += b.Fillings[i].Unfilled
	}
	from := map[string][]*account{}
	for _, key := range sortedKeys(b.corridors) {
		from[key[0]] = append(from[key[0]], b.corridors[key])
		b.corridors[key].lost = map[Code]*LedgerLost{}
	}
	for origin, corridors := range from {
		var net, leavers int64
		codes := sortedCodes(change[origin])
		less := make([]int64, len(codes))
		for k, code := range codes {
			net += change[origin][code]
			less[k] = max(0, change[origin][code])
		}
		for _, a := range corridors {
			leavers += a.People
		}
		for k, count := range Apportion(min(net, leavers), less) {
			shareOut(corridors, codes[k], count, min(count, unfilled[cell{origin, codes[k]}]))
		}
	}
}

// shareOut splits what an origin lost of one code over its corridors, by how many of that occupation left along each, or
// where none did by how many left at all.
func shareOut(corridors []*account, code Code, count, emptied int64) {
	own, all := make([]int64, len(corridors)), make([]int64, len(corridors))
	var sum int64
	for i, a := range corridors {
		if left := a.leavers[code]; left != nil {
			own[i] = left[0]
		}
		all[i] = a.People
		sum += own[i]
	}
	if sum == 0 {
		own = all
	}
	parts := Apportion(count, own)
	empty := Apportion(emptied, parts)
	for i, a := range corridors {
		if parts[i] > 0 {
			a.lost[code] = &LedgerLost{Code: code, Count: parts[i], Emptied: empty[i]}
		}
	}
}

// close writes the lists and the figures that follow from sums.
func (a *account) close(b *books) error {
	for _, code := range sortedCodes(a.fills) {
		fill := *b.homes[cell{a.Destination, code}]
		fill.Count = a.fills[code]
		a.Fills = append(a.Fills, fill)
	}
	for _, code := range sortedCodes(a.leavers) {
		left := *b.stocks[cell{a.Origin, code}]
		left.Count, left.Posts = a.leavers[code][0], a.leavers[code][1]
		a.Leavers = append(a.Leavers, left)
	}
	if a.lost != nil {
		a.closeLost()
	}
	a.Touched = []LedgerTouched{}
	for _, g := range b.safeguards {
		if n := a.touched[g.id]; n != nil {
			a.Touched = append(a.Touched, LedgerTouched{g.id, n[0], n[1]})
		}
	}
	a.Returns = []LedgerReturn{}
	for what, n := range a.returns {
		what.Count = n
		a.Returns = append(a.Returns, what)
	}
	slices.SortFunc(a.Returns, func(x, y LedgerReturn) int {
		return cmp.Or(strings.Compare(x.Code.String(), y.Code.String()), strings.Compare(string(x.Stay), string(y.Stay)), cmp.Compare(x.Months, y.Months))
	})
	return a.closeMoney(b)
}

// closeLost writes the list of what the corridor's people emptied.
func (a *account) closeLost() {
	a.Lost = []LedgerLost{}
	var emptied int64
	for _, code := range sortedCodes(a.lost) {
		a.Lost = append(a.Lost, *a.lost[code])
		emptied += a.lost[code].Emptied
	}
	backfill := a.Posts + emptied
	a.Emptied, a.Backfill = &emptied, &backfill
}

func (a *account) closeMoney(b *books) error {
	fits := true
	whole := func(t flow.Total, of int64) *int64 {
		n, ok := t.Int64()
		fits = fits && ok
		if of == 0 {
			return nil
		}
		return &n
	}
	y := &a.Money
	y.Earned, y.Gain = whole(a.earned, y.EarnedOf), whole(a.gain, y.GainOf)
	y.CostWorker, y.CostEmployer = whole(a.worker, y.CostOf), whole(a.employer, y.EmployerOf)
	paid, monthly := whole(a.paid, a.paidOf), whole(a.monthly, a.paidOf)
	if !fits {
		return ErrTooLarge
	}
	if monthly != nil && *monthly > 0 {
		months := float64(*paid) / (float64(*monthly) / 12)
		y.CostMonths = &months
	}
	if y.Earned == nil {
		return nil
	}
	sent := share(*y.Earned, float64(b.Policy.RemittanceShare.Value*b.Policy.TakeHome.Value))
	y.Sent = &sent
	from, to := b.prices[a.Destination], b.prices[a.Origin]
	if from > 0 && to > 0 {
		received := share(sent, (1-b.Policy.TransferCost.Value)*from/to)
		y.Received = &received
	}
	return nil
}

// guarded is a safeguard with its blocs resolved.
type guarded struct {
	id          string
	places      map[string]bool
	occupations []string
}

func newGuarded(s *Safeguard, blocs map[string]*Bloc) *guarded {
	g := &guarded{id: s.ID, places: map[string]bool{}, occupations: s.Occupations}
	for _, place := range s.Origins {
		g.places[place] = true
		if b := blocs[place]; b != nil {
			for _, m := range b.Members {
				g.places[m] = true
			}
		}
	}
	return g
}

// touches says whether a cohort is of the origins and occupations that the safeguard names.
func (g *guarded) touches(c *Cohort) bool {
	if !g.places["*"] && !g.places[c.Region] && !g.places[Country(c.Region)] {
		return false
	}
	return len(g.occupations) == 0 || slices.ContainsFunc(g.occupations, func(prefix string) bool {
		return c.Occupation != "" && strings.HasPrefix(c.Occupation, prefix)
	})
}

func sortedKeys[V any](m map[[2]string]V) [][2]string {
	keys := make([][2]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]string) int { return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1])) })
	return keys
}

func sortedCodes[V any](m map[Code]V) []Code {
	codes := make([]Code, 0, len(m))
	for c := range m {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b Code) int { return strings.Compare(a.String(), b.String()) })
	return codes
}
