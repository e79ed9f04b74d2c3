package matcher

import (
	"fmt"
	"math"
	"slices"
)

// Open opens a channel: one the market has but that carries nobody, or a new one.
type Open struct {
	ID string
	// New is the channel where the market does not have it yet, nil else. Blocs are those that it names.
	New   *Channel
	Blocs []Bloc
}

func (o Open) apply(a *altered) (Touched, *refusal) {
	at, found := a.channel(o.ID)
	if o.New != nil {
		if found {
			return Touched{}, refuse("Give the new one another id, or write `open: "+o.ID+"` to open the one there is", "channel %s is there already", o.ID)
		}
		c := *o.New
		if !c.Open(a.Day()) {
			return Touched{}, refuse("Leave out in_force, valid_from and valid_to, or write them so that they cover "+a.Period, "channel %s would carry nobody in %s", o.ID, a.Period)
		}
		a.Channels = slices.Insert(own(a.Channels, &a.channels), at, c)
		for _, b := range o.Blocs {
			if !slices.ContainsFunc(a.Blocs, func(have Bloc) bool { return have.ID == b.ID }) {
				a.Blocs = append(slices.Clone(a.Blocs), b)
			}
		}
		return Touched{Text: fmt.Sprintf("Channel %s (%s) opens, new.", c.ID, c.Title), Rows: 1, Persons: places(c.Quota)}, nil
	}
	if !found {
		return Touched{}, a.noChannel(o.ID)
	}
	if a.Channels[at].Open(a.Day()) {
		return Touched{}, refuse("Take the line out; to widen it, set its quota", "channel %s is open in %s already", o.ID, a.Period)
	}
	a.Channels = own(a.Channels, &a.channels)
	c := &a.Channels[at]
	c.InForce, c.ValidFrom, c.ValidTo, c.Assumed = "yes", "", "", true
	return Touched{Text: fmt.Sprintf("Channel %s (%s) opens.", c.ID, c.Title), Rows: 1, Persons: places(c.Quota)}, nil
}

// places is a quota as a number, 0 where there is none.
func places(quota *int64) int64 {
	if quota == nil {
		return 0
	}
	return *quota
}

// channel finds a channel, or where it would stand.
func (a *altered) channel(id string) (int, bool) {
	return slices.BinarySearchFunc(a.Channels, id, func(c Channel, id string) int {
		switch {
		case c.ID < id:
			return -1
		case c.ID > id:
			return 1
		}
		return 0
	})
}

func (a *altered) noChannel(id string) *refusal {
	ids := make([]string, len(a.Channels))
	for i := range a.Channels {
		ids[i] = a.Channels[i].ID
	}
	if len(ids) == 0 {
		return refuse("The market has none; to open a new one, list its columns below `open:`", "there is no channel %s", id)
	}
	return refuse("The channels are "+listed(ids, "and"), "there is no channel %s", id)
}

// Shut closes a channel.
type Shut struct{ ID string }

func (s Shut) apply(a *altered) (Touched, *refusal) {
	at, found := a.channel(s.ID)
	if !found {
		return Touched{}, a.noChannel(s.ID)
	}
	if !a.Channels[at].Open(a.Day()) {
		return Touched{}, refuse("Take the line out: it is not shown to be in force, or not valid in that year", "channel %s carries nobody in %s as it is", s.ID, a.Period)
	}
	a.Channels = own(a.Channels, &a.channels)
	c := &a.Channels[at]
	c.InForce, c.Assumed = "no", true
	return Touched{Text: fmt.Sprintf("Channel %s (%s) closes.", c.ID, c.Title), Rows: 1, Persons: -places(c.Quota)}, nil
}

// SetQuota sets the quota of a channel, or lifts it.
type SetQuota struct {
	ID     string
	Amount Amount
	Lift   bool
}

func (q SetQuota) apply(a *altered) (Touched, *refusal) {
	at, found := a.channel(q.ID)
	if !found {
		return Touched{}, a.noChannel(q.ID)
	}
	old := a.Channels[at].Quota
	switch {
	case old == nil && q.Lift:
		return Touched{}, refuse("Take the line out", "channel %s has no quota to lift", q.ID)
	case old == nil && q.Amount.Kind != Exactly:
		return Touched{}, refuse("Write the quota itself, as in `to: 500`", "channel %s has no quota that could be changed by %s", q.ID, q.Amount)
	}
	var now *int64
	var text string
	var more int64
	if q.Lift {
		text = fmt.Sprintf("The quota of channel %s, %s, is lifted.", q.ID, thousands(*old))
	} else {
		n, no := q.Amount.of(places(old), "places")
		if no != nil {
			return Touched{}, no
		}
		if old != nil && n == *old {
			return Touched{}, refuse("Take the line out, or write another", "channel %s has a quota of %s already", q.ID, thousands(n))
		}
		now, more = &n, n-places(old)
		text = fmt.Sprintf("The quota of channel %s goes from %s to %s.", q.ID, thousands(places(old)), thousands(n))
		if old == nil {
			text = fmt.Sprintf("Channel %s gets a quota of %s.", q.ID, thousands(n))
		}
	}
	a.Channels = own(a.Channels, &a.channels)
	c := &a.Channels[at]
	c.Quota, c.Assumed = now, true
	if c.QuotaOf == "" {
		c.QuotaOf = QuotaEach
	}
	return Touched{Text: text, Rows: 1, Persons: more}, nil
}

// What of a market a [Scale] changes.
const (
	Supply = "supply" // workers
	Demand = "demand" // openings
	Pay    = "wages"  // of openings, and of the work that workers have
)

// Scale changes supply, demand or wages in all cells of a pattern. For supply and demand the amount is one of all rows
// of the pattern together, apportioned over them by their counts; for wages it is one of each cell, in PPP dollars a
// year.
type Scale struct {
	What   string
	Cells  Cells
	Amount Amount
}

func (s Scale) apply(a *altered) (Touched, *refusal) {
	switch s.What {
	case Demand:
		return s.demand(a)
	case Pay:
		return s.wages(a)
	}
	return s.supply(a)
}

func (s Scale) supply(a *altered) (Touched, *refusal) {
	index, counts := a.cohortsOf(&s.Cells)
	if len(index) == 0 {
		return Touched{}, a.noWorkers(&s.Cells)
	}
	parts, t, no := s.spread("worker", counts)
	if no != nil {
		return Touched{}, no
	}
	a.Cohorts = own(a.Cohorts, &a.cohorts)
	for k, i := range index {
		if c := &a.Cohorts[i]; c.Count != parts[k] {
			c.Count, c.Assumed = parts[k], true
			t.Rows++
		}
	}
	return t, nil
}

func (s Scale) demand(a *altered) (Touched, *refusal) {
	var index []int
	var counts []int64
	for i := range a.Vacancies {
		if s.Cells.vacancies(&a.Vacancies[i]) {
			index, counts = append(index, i), append(counts, a.Vacancies[i].Count)
		}
	}
	if len(index) == 0 {
		codes, regions := make([]Code, len(a.Vacancies)), make([]string, len(a.Vacancies))
		for i := range a.Vacancies {
			codes[i], regions[i] = a.Vacancies[i].Code, a.Vacancies[i].Region
		}
		return Touched{}, a.none("openings", &s.Cells, codes, regions)
	}
	parts, t, no := s.spread("opening", counts)
	if no != nil {
		return Touched{}, no
	}
	a.Vacancies = own(a.Vacancies, &a.vacancies)
	for k, i := range index {
		if v := &a.Vacancies[i]; v.Count != parts[k] {
			v.Count, v.Assumed = parts[k], true
			t.Rows++
		}
	}
	return t, nil
}

// spread changes the sum of counts, and gives every row its part of it. Rows that all count nothing share alike.
func (s Scale) spread(noun string, counts []int64) ([]int64, Touched, *refusal) {
	var before int64
	for _, n := range counts {
		before += n
	}
	after, no := s.Amount.of(before, noun+"s")
	if no != nil {
		return nil, Touched{}, no
	}
	if after == before {
		return nil, Touched{}, refuse("Take the line out, or write a larger change", "it leaves the %s %s as they are", some(before, noun), s.Cells.String())
	}
	weights := counts
	if before == 0 {
		weights = slices.Repeat([]int64{1}, len(counts))
	}
	return Apportion(after, weights), Touched{
		Text:    fmt.Sprintf("%s %s become %s.", some(before, noun), s.Cells.String(), thousands(after)),
		Persons: after - before,
	}, nil
}

// wages gives every cell of the pattern, of vacancies or workers, a wage of its own.
func (s Scale) wages(a *altered) (Touched, *refusal) {
	x := newIndex(&a.Market, &a.policy)
	type cell struct{ region, occupation string }
	found, seen := map[cell]int64{}, map[cell]bool{}
	unknown, met := 0, false
	change := func(wage int64, known bool) (int64, bool) {
		met = true
		if !known && s.Amount.Kind != Exactly {
			unknown++
			return 0, false
		}
		n, no := s.Amount.of(wage, "")
		return min(n, mostWage), no == nil
	}
	see := func(region string, code Code) {
		k := cell{region, code.Occupation}
		if seen[k] || !s.Cells.match(region, code) {
			return
		}
		seen[k] = true
		if n, ok := change(x.wage(region, code)); ok {
			found[k] = n
		}
	}
	t := Touched{}
	for i := range a.Vacancies {
		v := &a.Vacancies[i]
		see(v.Region, v.Code)
		if v.Wage == nil || !s.Cells.match(v.Region, v.Code) {
			continue
		}
		if n, ok := change(*v.Wage, true); ok && n != *v.Wage {
			a.Vacancies = own(a.Vacancies, &a.vacancies)
			a.Vacancies[i].Wage, a.Vacancies[i].Assumed = &n, true
			t.Rows++
		}
	}
	for i := range a.Cohorts {
		see(a.Cohorts[i].Region, a.Cohorts[i].Code)
	}
	if !met {
		return Touched{}, a.noWorkers(&s.Cells)
	}
	kept := slices.DeleteFunc(own(a.Wages, &a.copied), func(w Wage) bool {
		_, changed := found[cell{w.Region, w.Occupation}]
		return changed
	})
	for k, n := range found {
		if before, known := x.wage(k.region, Code{Occupation: k.occupation}); before != n || !known {
			t.Rows++
		}
		kept = append(kept, Wage{Region: k.region, Occupation: k.occupation, Period: a.Period, Wage: n, Provenance: a.provenance()})
	}
	a.Wages = sortedBy(kept, func(w *Wage) string { return w.Region + "|" + w.Occupation + "|" + w.Period })
	if t.Rows == 0 {
		return Touched{}, refuse("Write another amount, or give the cells a wage with =", "it changes no wage %s", s.Cells.String())
	}
	t.Text = fmt.Sprintf("Wages %s change by %s: %s.", s.Cells.String(), s.Amount, some(int64(t.Rows), "row"))
	if s.Amount.Kind == Exactly {
		t.Text = fmt.Sprintf("Wages %s become %s PPP$ a year: %s.", s.Cells.String(), thousands(share(1, s.Amount.Value)), some(int64(t.Rows), "row"))
	}
	if unknown > 0 {
		t.Text += fmt.Sprintf(" Of %s no wage is known, and none is made up.", some(int64(unknown), "cell"))
	}
	return t, nil
}

// mostWage is the most that a wage can be made, in PPP dollars a year.
const mostWage = 1_000_000_000

// DropSafeguard takes a safeguard out.
type DropSafeguard struct{ ID string }

func (d DropSafeguard) apply(a *altered) (Touched, *refusal) {
	at := slices.IndexFunc(a.Safeguards, func(s Safeguard) bool { return s.ID == d.ID })
	if at < 0 {
		ids := make([]string, len(a.Safeguards))
		for i := range a.Safeguards {
			ids[i] = a.Safeguards[i].ID
		}
		slices.Sort(ids)
		if len(ids) == 0 {
			return Touched{}, refuse("The market has none", "there is no safeguard %s", d.ID)
		}
		return Touched{}, refuse("The safeguards are "+listed(ids, "and"), "there is no safeguard %s", d.ID)
	}
	a.Safeguards = slices.Delete(slices.Clone(a.Safeguards), at, at+1)
	return Touched{Text: fmt.Sprintf("Safeguard %s is dropped.", d.ID), Rows: 1}, nil
}

// SetNumber sets a number of the policy, by its name in policy.yaml.
type SetNumber struct {
	Name  string
	Value float64
}

func (s SetNumber) apply(a *altered) (Touched, *refusal) {
	for _, n := range a.policy.Numbers() {
		if n.Name != s.Name {
			continue
		}
		old := *n.Number
		if old.Value == s.Value {
			return Touched{}, refuse("Take the line out, or write another number", "%s is %v already", s.Name, s.Value)
		}
		n.Value, n.Source, n.Date, n.Assumed = s.Value, a.provenance().Source, "", true
		if err := a.policy.Validate(); err != nil || math.IsNaN(s.Value) {
			*n.Number = old
			return Touched{}, refuse("See docs/formats.md for the range of each number", "%v", err)
		}
		return Touched{Text: fmt.Sprintf("Policy: %s goes from %v to %v %s.", s.Name, old.Value, s.Value, old.Unit), Rows: 1}, nil
	}
	return Touched{}, refuse("See docs/formats.md for the names", "policy has no number %s", s.Name)
}

// SetOrder sets the order of the objective.
type SetOrder struct{ Order Order }

func (s SetOrder) apply(a *altered) (Touched, *refusal) {
	if !slices.Contains(Orders(), s.Order) {
		return Touched{}, refuse(fmt.Sprintf("Use one of %v", Orders()), "there is no order %s", s.Order)
	}
	if a.policy.Order == s.Order {
		return Touched{}, refuse("Take the line out, or write another order", "the order is %s already", s.Order)
	}
	old := a.policy.Order
	a.policy.Order = s.Order
	return Touched{Text: fmt.Sprintf("Policy: the order goes from %s to %s.", old, s.Order), Rows: 1}, nil
}
