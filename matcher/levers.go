package matcher

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// levers lists what could serve the cell: for every way what its obstacle names, then what its causes name.
func (x *explainer) levers(ways []wayOf, causes []StoryCause) []lever {
	var out []lever
	dropped := map[string]bool{}
	drop := func(id string) {
		if !dropped[id] {
			dropped[id] = true
			out = append(out, plain(fmt.Sprintf("Without safeguard %s", id), DropSafeguard{id}))
		}
	}
	waged := false
	for i := range ways {
		w := &ways[i]
		switch w.obstacle {
		case notInForce:
			out = append(out, plain(upper(x.channelName(w.channel))+" in force"+x.servedBy(w.channel), Open{ID: x.Market.Channels[w.channel].ID}))
		case gateShut:
			ids, _ := x.gatesOf(&w.held)
			for _, id := range ids {
				drop(id)
			}
		case guardFull:
			drop(x.Market.Safeguards[w.guard.Safeguard].ID)
		case quotaFull:
			out = append(out, x.widen(w))
		case aLoss:
			if !waged { // ways are by value, so this one needs the least
				waged = true
				v := &x.Market.Vacancies[w.best.vacancy]
				rise := int64(math.Ceil(float64(-w.value) / (1 + x.Policy.FillShare.Value)))
				l := x.pay(v.Region, v.Code, rise+1, 1) // fill value and wage are rounded by themselves
				l.probe = rise - 1
				out = append(out, l)
			}
		case betterUse:
			if v := &x.Market.Vacancies[w.best.vacancy]; !waged {
				waged = true
				wage, _ := x.n.wage(v.Region, v.Code)
				l := x.pay(v.Region, v.Code, roundUp(wage, payStep), payStep)
				l.probe = l.most / 4
				out = append(out, l)
			}
		case closedHome, nobodyAble, notWilling:
		}
	}
	for i := range x.Market.Safeguards {
		if s := &x.Market.Safeguards[i]; has(causes, Safeguarded) {
			drop(s.ID)
		}
	}
	if has(causes, NoChannel) {
		out = append(out, x.newChannel()...)
	}
	if x.Policy.Mobile.Value < 1 && slices.ContainsFunc(ways, func(w wayOf) bool { return w.channel >= 0 && w.obstacle != nobodyAble }) {
		out = append(out, x.moreMobile())
	}
	if has(causes, NoSkill) || has(causes, NobodyFree) {
		out = append(out, x.trained()...)
	}
	if has(causes, NobodyFree) || has(causes, NoSkill) {
		out = append(out, x.moreOnTheOtherSide()...)
	}
	if has(causes, WageUnknown) && x.Policy.DefaultWage.Value == 0 {
		wage := DefaultPolicy().DefaultWage.Value
		out = append(out, plain(fmt.Sprintf("A default wage of %s PPP$ a year where none is known", thousands(int64(wage))), SetNumber{"default_wage", wage}))
	}
	if has(causes, Outbid) && x.Policy.Order != FillFirst {
		out = append(out, plain(fmt.Sprintf("Under the order %s, not %s", FillFirst, x.Policy.Order), SetOrder{FillFirst}))
	}
	return out
}

// payStep is in how many dollars a wage is raised where it is looked for by trying.
const payStep = 100

func roundUp(n, step int64) int64 { return max(step, (n+step-1)/step*step) }

func has(causes []StoryCause, k Cause) bool {
	return slices.ContainsFunc(causes, func(c StoryCause) bool { return c.Cause == k.String() })
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// plain is a lever without an amount.
func plain(text string, acts ...Act) lever {
	return lever{text: func(int64) string { return text }, acts: func(int64) []Act { return acts }}
}

// servedBy says for which occupations a channel is.
func (x *explainer) servedBy(channel int32) string {
	if list := x.Market.Channels[channel].Occupations; len(list) > 0 {
		return ", for occupations " + listed(list, "and")
	}
	return ", for every occupation"
}

// widen raises a quota, at most to where nobody is kept out by it.
func (x *explainer) widen(w *wayOf) lever {
	c := &x.Market.Channels[w.channel]
	of := map[string]string{
		QuotaEach: "for each origin, destination and occupation", QuotaTotal: "in all", QuotaOrigin: "for each origin",
		QuotaDestination: "for each destination", QuotaOccupation: "for each occupation", QuotaCorridor: "for each origin and destination",
	}[c.QuotaOf]
	return lever{
		text: func(n int64) string {
			return fmt.Sprintf("%s in the quota of %s, %s rather than %s %s", some(n, "more place"), x.channelName(w.channel), thousands(*c.Quota+n), thousands(*c.Quota), of)
		},
		acts: func(n int64) []Act { return []Act{SetQuota{ID: c.ID, Amount: Amount{Exactly, float64(*c.Quota + n)}}} },
		most: min(x.cell.left, w.gaining) * widest,
	}
}

// widest is how many times as many places as there are people of the cell a quota is raised by at most: others take places too.
const widest = 8

// pay raises the wage of openings of a region and code.
func (x *explainer) pay(region string, code Code, most, unit int64) lever {
	cells := Cells{Regions: []string{region}}
	if code.Occupation != "" {
		cells.Occupations = []string{code.Occupation}
	}
	what := x.named(code)
	if code.Occupation == "" {
		what = "all occupations"
	}
	return lever{
		text: func(n int64) string {
			return fmt.Sprintf("Wages of %s in %s higher by %s PPP$ a year", what, region, thousands(n))
		},
		acts: func(n int64) []Act { return []Act{Scale{Pay, cells, Amount{Plus, float64(n)}}} },
		most: most, unit: unit, first: true,
	}
}

// moreMobile raises the share of workers who are willing to leave, by thousandths.
func (x *explainer) moreMobile() lever {
	mobile := x.Policy.Mobile.Value
	to := func(n int64) float64 { return min(1, math.Round(mobile*1000+float64(n))/1000) }
	return lever{
		text: func(n int64) string {
			return fmt.Sprintf("A share of %v of all workers willing to leave, not %v", to(n), mobile)
		},
		acts: func(n int64) []Act { return []Act{SetNumber{"mobile", to(n)}} },
		most: int64(math.Ceil((1 - mobile) * 1000)), probe: int64(math.Ceil(mobile * 1000)),
		less: func(n int64) string { return fmt.Sprint(to(n)) },
	}
}

// corridorOf is a country on the other side of the cell's, and a code of openings.
type corridorOf struct {
	country string
	code    Code
}

// newChannel opens an agreement on the corridor of the cell along which most would go who gain by it at what policy says a channel costs,
// whether another leads there or not.
func (x *explainer) newChannel() []lever {
	sums, values := map[corridorOf]*tally{}, map[corridorOf]int64{}
	look := func(c, v int32) {
		cohort, vacancy := &x.Market.Cohorts[c], &x.Market.Vacancies[v]
		if Country(cohort.Region) == Country(vacancy.Region) {
			return
		}
		r, able := x.able(c, v)
		if !able {
			return
		}
		value := x.n.offers[v] - x.n.gives[c] - r.yearly - x.n.yearly(x.Policy.ChannelCost.Value, vacancy.Months)
		if value < 0 {
			return
		}
		k := corridorOf{Country(cohort.Region), vacancy.Code}
		if x.cell.ofWorkers {
			k.country = Country(vacancy.Region)
		}
		if sums[k] == nil {
			t := newTally()
			sums[k] = &t
		}
		sums[k].add(&option{cohort: c, vacancy: v}, x.willing[c], x.Fillings[v].Unfilled)
		values[k] = max(values[k], value)
	}
	for _, row := range x.cell.rows {
		if x.cell.ofWorkers {
			for v := range x.Market.Vacancies {
				look(row, int32(v)) //nolint:gosec // fewer rows
			}
			continue
		}
		for c := range x.Market.Cohorts {
			look(int32(c), row) //nolint:gosec // fewer rows
		}
	}
	var best corridorOf
	var most int64
	for k, t := range sums {
		if n := t.most(); n > 0 && cmp.Or(cmp.Compare(n, most), cmp.Compare(values[k], values[best]), cmp.Compare(best.country, k.country), compareCodes(best.code, k.code)) > 0 {
			best, most = k, n
		}
	}
	if most == 0 {
		return nil
	}
	from, to := best.country, Country(x.cell.region)
	if x.cell.ofWorkers {
		from, to = to, from
	}
	var protections []string // so that no gate shuts it
	for _, i := range x.n.guards.gates {
		protections = append(protections, x.Market.Safeguards[i].Protections...)
	}
	slices.Sort(protections)
	var occupations []string // none of openings known by skill: a channel is for occupations, or for all
	what := "every occupation"
	if best.code.Occupation != "" {
		occupations, what = []string{best.code.Occupation}, "occupation "+x.named(best.code)
	}
	c := Channel{
		ID: strings.ToLower("new-" + from + "-" + to), Title: "Made up", Kind: Agreement, Origins: []string{from}, Destinations: []string{to},
		Occupations: occupations, Recruitment: Active, InForce: "yes", Protections: slices.Compact(protections),
		Provenance: Provenance{Source: "scenario change", Assumed: true},
	}
	return []lever{plain(fmt.Sprintf("An agreement from %s to %s for %s, with no quota and at the policy's channel cost", from, to, what), Open{ID: c.ID, New: &c})}
}

// trained retrains those at home of whom most are unplaced for the openings of the cell, or the workers of the cell for those of which most
// are empty at home.
func (x *explainer) trained() []lever {
	home, counts := Country(x.cell.region), map[string]int64{}
	if x.cell.ofWorkers {
		for v := range x.Market.Vacancies {
			if row := &x.Market.Vacancies[v]; Country(row.Region) == home && row.Kind != Net && row.Code != x.cell.code && row.Occupation != "" {
				counts[row.Occupation] += x.Fillings[v].Unfilled
			}
		}
	} else {
		for c := range x.Market.Cohorts {
			if row := &x.Market.Cohorts[c]; Country(row.Region) == home && row.Status != Employed && row.Code != x.cell.code && row.Occupation != "" {
				counts[row.Occupation] += x.unplaced[c]
			}
		}
	}
	best, most := "", int64(0)
	for o, n := range counts {
		if n > most || n == most && n > 0 && o < best {
			best, most = o, n
		}
	}
	if most == 0 || x.cell.code.Occupation == "" {
		return nil
	}
	l := lever{most: min(most, x.cell.left), training: x.cell.ofWorkers}
	from, into, region := best, x.cell.code.Occupation, home
	if x.cell.ofWorkers {
		from, into, region = into, from, x.cell.region
	}
	l.text = func(n int64) string {
		return fmt.Sprintf("%s of %s in %s trained for %s", some(n, "worker"), x.named(Code{Occupation: from}), region, x.named(Code{Occupation: into}))
	}
	l.acts = func(n int64) []Act {
		return []Act{Train{Cells: Cells{Regions: []string{region}, Occupations: []string{from}}, Count: n, Into: into}}
	}
	return []lever{l}
}

// moreOnTheOtherSide has more workers for the cell's openings, or more openings for its workers, of its own code, in its region or else its
// country.
func (x *explainer) moreOnTheOtherSide() []lever {
	if x.cell.code.Occupation == "" {
		return nil
	}
	what, noun, at := Supply, "more worker", func(region string) bool {
		return slices.ContainsFunc(x.Market.Cohorts, func(c Cohort) bool {
			return c.Code == x.cell.code && (c.Region == region || Country(c.Region) == region)
		})
	}
	if x.cell.ofWorkers {
		what, noun, at = Demand, "more opening", func(region string) bool {
			return slices.ContainsFunc(x.Market.Vacancies, func(v Vacancy) bool {
				return v.Code == x.cell.code && (v.Region == region || Country(v.Region) == region)
			})
		}
	}
	region := x.cell.region
	if !at(region) {
		region = Country(region)
	}
	if !at(region) {
		return nil
	}
	cells := Cells{Regions: []string{region}, Occupations: []string{x.cell.code.Occupation}}
	return []lever{{
		text: func(n int64) string {
			return fmt.Sprintf("%s of %s in %s", some(n, noun), x.named(x.cell.code), region)
		},
		acts: func(n int64) []Act { return []Act{Scale{what, cells, Amount{Plus, float64(n)}}} },
		most: x.cell.left,
	}}
}
