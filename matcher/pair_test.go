package matcher_test

import (
	"math"
	"slices"
	"strings"

	"labourmatch/matcher"
	"labourmatch/matcher/flow"
)

// The pair form: one arc for every cohort and vacancy and every way between them. It is written a second time from the
// words of docs/method.md, with none of the engine's lookups, and shares with the engine only the types, the rounding
// of shares of cohorts (read off a result) and the flow solver.

// pair is one way for workers of a cohort into a vacancy.
type pair struct {
	cohort, vacancy, channel int32 // channel −1 at home
	way                      matcher.Way
	offer, cost              int64 // what the way brings, and what the worker gives up for it
}

type pairForm struct {
	m     *matcher.Market
	p     *matcher.Policy
	pairs []pair

	anyValue bool // pairs of negative or unknown value are pairs too
	anySkill bool // everybody may do everything

	// What is asked for again and again: a world has 40 million pairs.
	wages    map[string][]int // per region
	fits     map[string][]matcher.Fit
	wage     []money // per vacancy
	outside  []money // per cohort
	training map[[2]matcher.Code]money

	plain bool    // draw pairs under a quota as the others
	arcs  []int32 // per pair drawn so: its arc
}

// money is a figure that may not be known.
type money struct {
	amount int64
	known  bool
}

func newPairForm(m *matcher.Market, p *matcher.Policy) *pairForm {
	return newRelaxedPairs(m, p, false, false)
}

func newRelaxedPairs(m *matcher.Market, p *matcher.Policy, anyValue, anySkill bool) *pairForm {
	f := &pairForm{
		m: m, p: p, wages: map[string][]int{}, fits: map[string][]matcher.Fit{}, training: map[[2]matcher.Code]money{},
		anyValue: anyValue, anySkill: anySkill,
	}
	for i, w := range m.Wages {
		f.wages[w.Region] = append(f.wages[w.Region], i)
	}
	for _, x := range m.Fits {
		f.fits[x.From] = append(f.fits[x.From], x)
	}
	regions, vacancies := map[string]bool{}, map[matcher.Code][]int{}
	for v := range m.Vacancies {
		wage, known := f.wageOf(&m.Vacancies[v])
		f.wage = append(f.wage, money{wage, known})
		regions[m.Vacancies[v].Region] = true
		vacancies[m.Vacancies[v].Code] = append(vacancies[m.Vacancies[v].Code], v)
	}
	for c := range m.Cohorts {
		outside, known := f.outsideOf(&m.Cohorts[c])
		f.outside = append(f.outside, money{outside, known})
		regions[m.Cohorts[c].Region] = true
	}
	channels := map[[2]string][]int{}
	for ch := range m.Channels {
		var from, to []string
		for r := range regions {
			if f.within(r, m.Channels[ch].Origins) {
				from = append(from, r)
			}
			if f.within(r, m.Channels[ch].Destinations) {
				to = append(to, r)
			}
		}
		for _, o := range from {
			for _, d := range to {
				channels[[2]string{o, d}] = append(channels[[2]string{o, d}], ch)
			}
		}
	}
	for c := range m.Cohorts {
		for code, there := range vacancies {
			if _, fits := f.trainingFor(m.Cohorts[c].Code, code); !fits {
				continue
			}
			for _, v := range there {
				f.addHome(c, v)
				for _, ch := range channels[[2]string{m.Cohorts[c].Region, m.Vacancies[v].Region}] {
					f.addAbroad(c, v, ch)
				}
			}
		}
	}
	return f
}

func (f *pairForm) trainingFor(from, to matcher.Code) (int64, bool) {
	t, done := f.training[[2]matcher.Code{from, to}]
	if !done {
		t.amount, t.known = f.trainingOf(from, to)
		if full := round(f.p.TrainingYear.Value / f.p.Years.Value); f.anySkill && (!t.known || t.amount > full) {
			t = money{full, true} // a year from nothing, where that is less than what is stated
		}
		f.training[[2]matcher.Code{from, to}] = t
	}
	return t.amount, t.known
}

func (f *pairForm) add(c, v, ch int, way matcher.Way, cost float64) {
	wage, outside := f.wage[v], f.outside[c]
	training, okFit := f.trainingFor(f.m.Cohorts[c].Code, f.m.Vacancies[v].Code)
	if !okFit || !f.anyValue && (!wage.known || !outside.known) {
		return
	}
	offer := wage.amount + round(float64(wage.amount)*f.p.FillShare.Value) - round(cost)
	if f.anyValue || offer >= outside.amount+training {
		f.pairs = append(f.pairs, pair{int32(c), int32(v), int32(ch), way, offer, outside.amount + training})
	}
}

func (f *pairForm) addHome(c, v int) {
	cohort, vacancy := &f.m.Cohorts[c], &f.m.Vacancies[v]
	if matcher.Country(cohort.Region) != matcher.Country(vacancy.Region) || vacancy.Kind == matcher.Net {
		return
	}
	cost, way := 0.0, matcher.SameRegion
	if cohort.Region != vacancy.Region {
		way = matcher.SameHome
		cost = f.perYear(f.p.RelocationHome.Value, vacancy.Months, 0)
	}
	if cohort.Code != vacancy.Code || cohort.Skill != "" {
		way = matcher.RelatedHome
	}
	f.add(c, v, -1, way, cost)
}

func (f *pairForm) addAbroad(c, v, ch int) {
	cohort, vacancy, channel := &f.m.Cohorts[c], &f.m.Vacancies[v], &f.m.Channels[ch]
	if matcher.Country(cohort.Region) == matcher.Country(vacancy.Region) || channel.InForce == "unknown" || channel.InForce == "no" || channel.InForce == "" {
		return
	}
	if channel.ValidFrom > f.m.Period+"-07-01" || channel.ValidTo != "" && channel.ValidTo+"-99-99" < f.m.Period+"-07-01" {
		return
	}
	if !f.within(cohort.Region, channel.Origins) || !f.within(vacancy.Region, channel.Destinations) {
		return
	}
	if len(channel.Occupations) > 0 && !slices.ContainsFunc(channel.Occupations, func(p string) bool {
		return vacancy.Occupation != "" && strings.HasPrefix(vacancy.Occupation, p)
	}) {
		return
	}
	if served := map[string]string{
		"permanent": "permanent", "temporary": "temporary seasonal", "circular": "temporary seasonal", "seasonal": "seasonal",
	}[channel.Contract]; channel.Contract != "" && !strings.Contains(served, vacancy.Contract) {
		return
	}
	if channel.Months > 0 && (vacancy.Months > channel.Months || vacancy.Contract == "permanent") {
		return
	}
	if f.gated(cohort, vacancy, channel) {
		return
	}
	way, cost := matcher.ByChannel, f.p.ChannelCost.Value
	if channel.Kind == matcher.FreeMovement {
		way, cost = matcher.Free, f.p.RelocationFree.Value
		citizen := cohort.Citizenship
		if citizen == "" {
			citizen = matcher.Country(cohort.Region)
		}
		var open []string
		for _, o := range channel.Origins {
			open = append(open, matcher.Country(o))
		}
		if !f.within(citizen, append(open, channel.Origins...)) {
			return
		}
	}
	if channel.CostWorker != nil {
		cost = float64(*channel.CostWorker + *channel.CostEmployer)
	}
	f.add(c, v, ch, way, float64(round(f.perYear(cost, vacancy.Months, channel.Months))+round(f.p.ProtectionCost.Value*float64(len(channel.Protections)))))
}

func (f *pairForm) within(region string, list []string) bool {
	for _, l := range list {
		if l == "*" || l == region || l == matcher.Country(region) {
			return true
		}
		for _, b := range f.m.Blocs {
			if b.ID == l && slices.Contains(b.Members, matcher.Country(region)) {
				return true
			}
		}
	}
	return false
}

func (f *pairForm) perYear(cost float64, vacancyMonths, channelMonths int) float64 {
	if vacancyMonths > 0 {
		return cost * 12 / float64(vacancyMonths)
	}
	if channelMonths > 0 {
		return cost * 12 / float64(channelMonths)
	}
	return cost / f.p.Years.Value
}

func (f *pairForm) wageOf(v *matcher.Vacancy) (int64, bool) {
	if v.Wage != nil {
		return *v.Wage, true
	}
	return f.wageIn(v.Region, v.Occupation)
}

func (f *pairForm) outsideOf(c *matcher.Cohort) (int64, bool) {
	if c.Outside != nil {
		return *c.Outside, true
	}
	wage, ok := f.wageIn(c.Region, c.Occupation)
	if c.Status == "employed" {
		return wage, ok
	}
	return round(float64(wage) * f.p.OutsideShare.Value), ok
}

func (f *pairForm) wageIn(region, occupation string) (int64, bool) {
	best, rank := -1, -1
	candidates := f.wages[region]
	if country := matcher.Country(region); country != region {
		candidates = append(slices.Clone(candidates), f.wages[country]...)
	}
	for _, i := range candidates {
		w := f.m.Wages[i]
		own := 0
		if w.Region == region {
			own = 1
		}
		here := own == 1 || w.Region == matcher.Country(region)
		if r := 2*len(w.Occupation) + own; here && strings.HasPrefix(occupation, w.Occupation) && r > rank {
			best, rank = i, r
		}
	}
	if best >= 0 {
		return f.m.Wages[best].Wage, true
	}
	return int64(f.p.DefaultWage.Value), f.p.DefaultWage.Value > 0
}

func (f *pairForm) occupation(code string) *matcher.Occupation {
	for i := range f.m.Occupations {
		if f.m.Occupations[i].Code == code {
			return &f.m.Occupations[i]
		}
	}
	return nil
}

var levelsOf = map[string][]int{"1": {1}, "2": {2}, "3": {3}, "4": {4}, "3-4": {3, 4}}

func meet(a, b []int) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}

func (f *pairForm) trainingOf(from, to matcher.Code) (int64, bool) {
	if from == to && from.Occupation != "" {
		return 0, true
	}
	fit, months := -1.0, -1.0
	switch {
	case from.Occupation != "" && to.Occupation != "":
		for _, x := range f.fits[from.Occupation] {
			if x.To != to.Occupation {
				continue
			}
			a, b := f.occupation(from.Occupation), f.occupation(to.Occupation)
			rise := float64(slices.Min(b.SkillLevels) - slices.Max(a.SkillLevels))
			if x.From == from.Occupation && x.To == to.Occupation && x.Fit >= f.p.FitThreshold.Value && (!b.Regulated || x.Conversion) && rise <= f.p.SkillRise.Value {
				fit = x.Fit
				if x.TrainingMonths != nil {
					months = *x.TrainingMonths
				}
			}
		}
	case from.Skill != "" && to.Skill != "":
		if meet(levelsOf[from.Skill], levelsOf[to.Skill]) {
			fit = f.p.LevelFit.Value
		} else if from == to {
			fit = 1
		}
	default:
		skill, o := from.Skill+to.Skill, f.occupation(from.Occupation+to.Occupation)
		if o.Regulated && to.Occupation != "" {
			return 0, false
		}
		if l := levelsOf[skill]; l != nil {
			if meet(l, o.SkillLevels) {
				fit = f.p.LevelFit.Value
			}
		} else if s := o.Skills[skill]; s >= f.p.SkillThreshold.Value {
			fit = s
		}
	}
	if fit < 0 {
		return 0, false
	}
	if months < 0 {
		months = (1 - fit) * 12
	}
	return round(months / 12 * f.p.TrainingYear.Value / f.p.Years.Value), true
}

func round(x float64) int64 { return int64(math.Floor(x + 0.5)) }

// network draws the pairs as a flow network. A quota per corridor and occupation bounds the sum over cohorts and
// vacancies of one channel, origin, destination and occupation, so those pairs pass a gate of their own. Behind a gate
// nobody knows who came from where, so it is right only where each who enters may take each vacancy; the engine refuses the
// others.
//
// layer, if set, is one more cost, the least important: what it costs to take each layer of the layered form that a pair
// would take there.
func (f *pairForm) network(order matcher.Order, workers, mobile []int64, layer *layerCosts) *flow.Network {
	n := &flow.Network{}
	n.AddNode(0)
	counts := map[matcher.Order][]func(matcher.Way) bool{
		matcher.HomeFirst: {
			func(w matcher.Way) bool { return w < matcher.Free },
			func(w matcher.Way) bool { return w == matcher.Free },
			func(w matcher.Way) bool { return w == matcher.ByChannel },
		},
		matcher.FillFirst: {func(matcher.Way) bool { return true }},
	}[order]
	costs := make([]int64, len(counts)+1, len(counts)+2)
	if layer != nil {
		costs = costs[:len(counts)+2]
	}
	for range costs {
		n.AddCosts()
	}
	node := func() int32 { return n.AddNode(0) }
	const uncounted = matcher.Way(-1)
	arc := func(from, to int32, upper int64, way matcher.Way, value, layer int64) {
		for k := range costs {
			switch {
			case k < len(counts):
				costs[k] = 0
				if way != uncounted && counts[k](way) {
					costs[k] = -1
				}
			case k == len(counts):
				costs[k] = -value
			default:
				costs[k] = layer
			}
		}
		n.AddArc(flow.Arc{From: from, To: to, Upper: upper}, costs...)
	}
	home, leavers, vacancies := make([]int32, len(f.m.Cohorts)), make([]int32, len(f.m.Cohorts)), make([]int32, len(f.m.Vacancies))
	for c := range f.m.Cohorts {
		home[c], leavers[c] = node(), node()
		arc(0, home[c], workers[c], uncounted, 0, 0)
		arc(home[c], leavers[c], mobile[c], uncounted, 0, 0)
	}
	for v := range f.m.Vacancies {
		vacancies[v] = node()
		fill := float64(round(float64(f.wage[v].amount) * f.p.FillShare.Value))
		left, e := f.m.Vacancies[v].Count, f.p.Equity.Value
		for k := range int64(10) { // the first steps are the larger ones
			step := (left + 9 - k) / (10 - k)
			if e == 0 {
				step = left
			}
			left -= step
			if step > 0 {
				arc(vacancies[v], 0, step, uncounted, -round(fill*(e*float64(k)/10)), 0)
			}
		}
	}
	type limit struct {
		channel             int32
		origin, destination string
		code                matcher.Code
	}
	type gate struct {
		entrance, exit int32
	}
	type joined struct{ gate, row int32 }
	gates := map[limit]gate{}
	drawn := map[joined]bool{} // arcs before (rows of cohorts) and behind a gate (rows of vacancies), each once
	for i := range f.pairs {
		p := &f.pairs[i]
		v := &f.m.Vacancies[p.vacancy]
		from := leavers[p.cohort]
		if p.channel < 0 {
			from = home[p.cohort]
		}
		into, out := layer.of(f.m, p)
		if p.channel < 0 || f.m.Channels[p.channel].Quota == nil || f.plain {
			f.arcs = append(f.arcs, int32(n.Arcs()))
			arc(from, vacancies[p.vacancy], flow.Inf, p.way, p.offer-p.cost, into+out)
			continue
		}
		l := limit{p.channel, f.m.Cohorts[p.cohort].Region, v.Region, v.Code}
		g, open := gates[l]
		if !open {
			g = gate{node(), node()}
			gates[l] = g
			arc(g.entrance, g.exit, *f.m.Channels[p.channel].Quota, uncounted, 0, 0)
		}
		if key := (joined{g.entrance, p.cohort}); !drawn[key] {
			drawn[key] = true
			arc(from, g.entrance, flow.Inf, uncounted, -p.cost, into)
		}
		if key := (joined{g.exit, p.vacancy}); !drawn[key] {
			drawn[key] = true
			arc(g.exit, vacancies[p.vacancy], flow.Inf, p.way, p.offer, out)
		}
	}
	return n
}

// layerCosts are costs of the layers, drawn from the names of their parts.
type layerCosts struct{}

// of is the cost of the two layers a pair would take: into a pool, and out of it.
func (l *layerCosts) of(m *matcher.Market, p *pair) (into, out int64) {
	if l == nil {
		return 0, 0
	}
	pool := poolOf(m, p)
	channel := ""
	if p.channel >= 0 {
		channel = m.Channels[p.channel].ID
	}
	return matcher.EntryCost(pool, &m.Cohorts[p.cohort]), matcher.ExitCost(pool, &m.Vacancies[p.vacancy], channel)
}

// poolOf is the pool a pair would pass in the layered form.
func poolOf(m *matcher.Market, p *pair) matcher.Pool {
	pool := matcher.Pool{Region: m.Cohorts[p.cohort].Region, Code: m.Vacancies[p.vacancy].Code, Class: matcher.ClassOwn}
	switch {
	case p.channel >= 0:
		pool.Class = classOf(&m.Channels[p.channel])
	case p.way == matcher.RelatedHome:
		pool.Class = matcher.ClassRelated
	}
	return pool
}
