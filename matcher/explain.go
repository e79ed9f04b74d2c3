package matcher

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Story tells in plain sentences what became of one cell of a result, vacancies or workers, and why.
type Story struct {
	Title  string       `json:"title"`
	Parts  []StoryPart  `json:"parts"`
	Skills []StorySkill `json:"skills"` // the unfilled openings, or unplaced workers, by the shares of skills in the occupation
}

// StorySkill is how many of the unfilled or unplaced an ESCO skill group stands for.
type StorySkill struct {
	Skill string `json:"skill"`
	Count int64  `json:"count"`
}

// StoryPart is what a story says under one heading.
type StoryPart struct {
	Heading   string   `json:"heading"`
	Sentences []string `json:"sentences"`
}

func (s *Story) tell(heading string, sentences []string) {
	if len(sentences) > 0 {
		s.Parts = append(s.Parts, StoryPart{heading, sentences})
	}
}

// NoCellError says that a result has no such cell, and which there are.
type NoCellError struct {
	What string // vacancy or workers
	Cell string // region:code
	Near []string
}

func (e *NoCellError) Error() string {
	hint := "there are none in that region"
	if len(e.Near) > 0 {
		hint = "there are " + listed(e.Near, "and")
	}
	return fmt.Sprintf("there are no %s %s; %s", e.What, e.Cell, hint)
}

// option is one way between a cohort and a vacancy, whether the law lets anybody take it or not.
type option struct {
	cohort, vacancy int32
	channel         int32 // −1 at home
	fit             float64
	value           int64  // of one placement, below 0 where the worker would lose
	limit           string // the quota it falls under, "" for none
	shut            bool   // the channel carries nobody in the period
	home            bool   // a net shortage, closed to home
}

// explainer holds what is left over of a result.
type explainer struct {
	*Result
	n        *network
	unplaced []int64          // per cohort
	willing  []int64          // per cohort: of the unplaced, those who would leave
	used     map[string]int64 // per limit
}

func (r *Result) explainer() *explainer {
	x := &explainer{Result: r, n: r.drawn, unplaced: make([]int64, len(r.Placings)), willing: make([]int64, len(r.Placings)), used: map[string]int64{}}
	for c, p := range r.Placings {
		x.unplaced[c] = p.Unplaced
		x.willing[c] = min(p.Unplaced, x.n.mobile[c]-p.Placed[Free]-p.Placed[ByChannel])
	}
	for _, p := range r.Placements {
		if p.Channel < 0 {
			continue
		}
		x.used[quotaOver(&r.Market.Channels[p.Channel], r.Pools[p.Pool].Region, &r.Market.Vacancies[p.Vacancy])] += p.Count
	}
	return x
}

// free is how many workers an option could still bring, quotas aside.
func (x *explainer) free(o *option) int64 {
	if o.channel < 0 {
		return x.unplaced[o.cohort]
	}
	return x.willing[o.cohort]
}

// left is how many places the quota of an option has left, and false where it has none.
func (x *explainer) left(o *option) (int64, bool) {
	if o.limit == "" {
		return 0, false
	}
	return *x.Market.Channels[o.channel].Quota - x.used[o.limit], true
}

// options lists the ways into vacancies from cohorts, of which one list is short.
func (x *explainer) options(cohorts, vacancies []int32) []option {
	var out []option
	n := x.n
	codes := map[Code]int32{}
	for j, code := range n.codes {
		codes[code] = int32(j) //nolint:gosec // a few hundred codes
	}
	for _, c := range cohorts {
		cohort := &n.Cohorts[c]
		if n.gives[c] == noValue {
			continue
		}
		for _, v := range vacancies {
			vacancy := &n.Vacancies[v]
			at, able := slices.BinarySearchFunc(n.reaches[cohort.Code], codes[vacancy.Code], func(r reached, code int32) int { return cmp.Compare(r.code, code) })
			if !able || n.offers[v] == noValue {
				continue
			}
			r := n.reaches[cohort.Code][at]
			o := option{cohort: c, vacancy: v, channel: -1, fit: r.fit, value: n.offers[v] - n.gives[c] - r.yearly}
			if Country(cohort.Region) == Country(vacancy.Region) {
				if cohort.Region != vacancy.Region || !r.own {
					o.value -= n.yearly(n.policy.RelocationHome.Value, vacancy.Months)
				}
				o.home = vacancy.Kind == Net
				out = append(out, o)
				continue
			}
			for i := range n.Channels {
				channel := &n.Channels[i]
				if !n.joins(channel, cohort, vacancy) {
					continue
				}
				o.channel, o.shut = int32(i), !channel.Open(n.Day()) //nolint:gosec // fewer rows
				o.value = n.offers[v] - n.costOf(channel, vacancy) - n.gives[c] - r.yearly
				o.limit = quotaOver(channel, cohort.Region, vacancy)
				out = append(out, o)
			}
		}
	}
	return out
}

// joins says whether a channel leads from a cohort to a vacancy, in force or not.
func (n *network) joins(c *Channel, cohort *Cohort, vacancy *Vacancy) bool {
	if !c.Serves(vacancy) || !n.places(c.Origins)(cohort.Region) || !n.places(c.Destinations)(vacancy.Region) {
		return false
	}
	citizen := cmp.Or(cohort.Citizenship, Country(cohort.Region))
	return c.Kind != FreeMovement || slices.ContainsFunc(c.Origins, func(o string) bool {
		return o == "*" || slices.Contains(n.membersOf(o), citizen)
	})
}

// quotaOver names what a placement by a channel from a region counts in of the channel's quota; "" where it has none.
func quotaOver(c *Channel, origin string, v *Vacancy) string {
	if c.Quota == nil {
		return ""
	}
	var over []string
	switch c.QuotaOf {
	case QuotaEach:
		over = []string{origin, v.Region, v.Code.String()}
	case QuotaOrigin:
		over = []string{Country(origin)}
	case QuotaDestination:
		over = []string{Country(v.Region)}
	case QuotaOccupation:
		over = []string{v.Code.String()}
	case QuotaCorridor:
		over = []string{Country(origin), Country(v.Region)}
	}
	return c.ID + "|" + strings.Join(over, "|")
}

// named writes a code with its title.
func (x *explainer) named(c Code) string {
	if o := x.n.occupations[c.Occupation]; o != nil && o.Title != "" {
		return c.Occupation + " " + o.Title
	}
	return c.String()
}

// channelName writes a channel with its title.
func (x *explainer) channelName(i int32) string {
	c := &x.Market.Channels[i]
	if c.Title == "" || c.Title == c.ID {
		return "channel " + c.ID
	}
	return "channel " + c.ID + " (" + c.Title + ")"
}

// ExplainVacancy tells the story of the openings of a region and code: what fills them, what binds, which way would be the next
// best, what would have to change by how much, and what is missing in skills. The numbers of
// what would have to change count who is unplaced, or unfilled, in this result; others may move too once it has changed, and
// [WhatIf] says what comes of it.
//
// The error is a [*NoCellError]. The result must come from [Match] or [WhatIf].
func (r *Result) ExplainVacancy(region string, code Code) (*Story, error) {
	x := r.explainer()
	var rows []int32
	var near []string
	var openings, unfilled int64
	for v := range r.Market.Vacancies {
		row := &r.Market.Vacancies[v]
		if row.Region == region && row.Code == code {
			rows = append(rows, int32(v)) //nolint:gosec // fewer rows
			openings += r.Fillings[v].Openings
			unfilled += r.Fillings[v].Unfilled
		} else if Country(row.Region) == Country(region) || row.Code == code {
			near = append(near, row.Region+":"+row.Code.String())
		}
	}
	if rows == nil {
		return nil, &NoCellError{"vacancies", region + ":" + code.String(), slices.Compact(near)}
	}
	cohorts := make([]int32, len(r.Market.Cohorts))
	for c := range cohorts {
		cohorts[c] = int32(c) //nolint:gosec // fewer rows
	}
	options := x.options(cohorts, rows)
	s := &Story{Title: fmt.Sprintf("%s, %s: %s, %s filled, %s unfilled", region, x.named(code), some(openings, "opening"), thousands(openings-unfilled), thousands(unfilled))}
	s.tell("What fills them", x.filledBy(func(p *Placement) (string, bool) {
		return "from " + x.Pools[p.Pool].Region, slices.Contains(rows, int32(p.Vacancy)) //nolint:gosec // fewer rows
	}, "filled"))
	if unfilled == 0 {
		s.tell("What binds", []string{"Nothing: every opening is filled."})
		return s, nil
	}
	ways := x.waysOf(options, unfilled)
	s.tell("What binds", x.bindings(ways))
	s.tell("What would have to change", x.remedies(ways, unfilled, "opening"))
	s.Skills = x.inSkillsOf(code, unfilled)
	return s, nil
}

// ExplainWorkers tells the story of the workers of a region and code: where they are placed, what binds, which way would be the
// next best, what would have to change by how much, and what lies idle in skills. As to numbers and errors, see
// [Result.ExplainVacancy].
func (r *Result) ExplainWorkers(region string, code Code) (*Story, error) {
	x := r.explainer()
	var rows []int32
	var near []string
	var workers, unplaced, mobile int64
	for c := range r.Market.Cohorts {
		row := &r.Market.Cohorts[c]
		if row.Region == region && row.Code == code {
			rows = append(rows, int32(c)) //nolint:gosec // fewer rows
			workers += r.Placings[c].Workers
			unplaced += r.Placings[c].Unplaced
			mobile += x.n.mobile[c]
		} else if Country(row.Region) == Country(region) || row.Code == code {
			near = append(near, row.Region+":"+row.Code.String())
		}
	}
	if rows == nil {
		return nil, &NoCellError{"workers", region + ":" + code.String(), slices.Compact(near)}
	}
	var empty []int32
	for v := range r.Fillings {
		if r.Fillings[v].Unfilled > 0 {
			empty = append(empty, int32(v)) //nolint:gosec // fewer rows
		}
	}
	s := &Story{Title: fmt.Sprintf("%s, %s: %s available, %s placed, %s unplaced", region, x.named(code), some(workers, "worker"), thousands(workers-unplaced), thousands(unplaced))}
	s.tell("Where they are placed", x.placedIn(rows))
	if unplaced == 0 {
		s.tell("What binds", []string{"Nothing: everybody is placed."})
		return s, nil
	}
	said := []string{fmt.Sprintf("%s of them would leave the country, by the policy's share (mobile %v).", thousands(mobile), r.Policy.Mobile.Value)}
	ways := x.waysOf(x.options(rows, empty), unplaced)
	s.tell("What binds", append(said, x.bindings(ways)...))
	s.tell("What would have to change", x.remedies(ways, unplaced, "worker"))
	s.Skills = x.inSkillsOf(code, unplaced)
	return s, nil
}

// filledBy sums placements by where from and how, largest first.
func (x *explainer) filledBy(which func(*Placement) (string, bool), verb string) []string {
	type row struct {
		text  string
		count int64
	}
	sums := map[string]int64{}
	for i := range x.Placements {
		p := &x.Placements[i]
		place, yes := which(p)
		if !yes {
			continue
		}
		how := map[Way]string{SameRegion: "in the occupation and region", SameHome: "in the occupation, elsewhere at home", RelatedHome: "from related occupations at home"}[p.Way]
		if p.Channel >= 0 {
			how = "by " + x.channelName(int32(p.Channel)) //nolint:gosec // fewer rows
		}
		sums[how+", "+place] += p.Count
	}
	var rows []row
	for text, count := range sums {
		rows = append(rows, row{text, count})
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.text, b.text)) })
	var out []string
	for i, r := range rows {
		if i == mostSaid {
			out = append(out, fmt.Sprintf("And in %s more ways.", thousands(int64(len(rows)-i))))
			break
		}
		out = append(out, fmt.Sprintf("%s %s %s.", thousands(r.count), verb, r.text))
	}
	if out == nil {
		out = []string{"Nobody and nothing: none is " + verb + "."}
	}
	return out
}

// mostSaid is how many sentences a list in a story has at most.
const mostSaid = 6

// placedIn says where cohorts are placed. Who of a pool went where is not determined, so beyond the pool only its way is told.
func (x *explainer) placedIn(rows []int32) []string {
	var ways ByWay
	for _, c := range rows {
		for w, n := range x.Placings[c].Placed {
			ways[w] += n
		}
	}
	var out []string
	for w, how := range [NumWays]string{
		"in their occupation and region", "in their occupation, elsewhere at home", "in related occupations at home",
		"abroad, by free movement", "abroad, by channels with conditions",
	} {
		if ways[w] > 0 {
			out = append(out, fmt.Sprintf("%s placed %s.", thousands(ways[w]), how))
		}
	}
	if out == nil {
		out = []string{"Nobody is placed."}
	}
	return out
}

// inSkillsOf reads a number of people in the skills of their occupation, the largest shares first.
func (x *explainer) inSkillsOf(code Code, count int64) []StorySkill {
	o := x.n.occupations[code.Occupation]
	if o == nil || len(o.Skills) == 0 {
		return nil
	}
	skills := make([]string, 0, len(o.Skills))
	for s := range o.Skills {
		skills = append(skills, s)
	}
	slices.SortFunc(skills, func(a, b string) int { return cmp.Or(cmp.Compare(o.Skills[b], o.Skills[a]), strings.Compare(a, b)) })
	weights := make([]float64, len(skills))
	for i, s := range skills {
		weights[i] = o.Skills[s]
	}
	var out []StorySkill
	for i, n := range apportionReal(count, weights) {
		if n > 0 {
			out = append(out, StorySkill{skills[i], n})
		}
	}
	return out
}
