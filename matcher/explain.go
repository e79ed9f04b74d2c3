package matcher

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Story tells in plain sentences what became of one cell of a result, vacancies or workers, and why. Beside the sentences are the
// figures they are made of.
type Story struct {
	Title    string       `json:"title"`
	Parts    []StoryPart  `json:"parts"`
	Causes   []StoryCause `json:"causes"`
	Bounds   []StoryBound `json:"bounds"`
	Remedies []Remedy     `json:"remedies"`
	Skills   []StorySkill `json:"skills"` // the unfilled openings, or unplaced workers, by the shares of skills in the occupation
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

// Headings of a story.
const (
	StoryFilled = "What fills them"
	StoryPlaced = "Where they are placed"
	StoryEmpty  = "Why the others stay empty"
	StoryIdle   = "Why the others stay unplaced"
	StoryBinds  = "What binds"
	StoryGuards = "What protects them"
	StoryWays   = "What keeps each way from bringing more"
	StoryNext   = "Next best channel"
	StoryChange = "What would have to change"
	// Of a cell that is coded by occupation, and of one coded by skill.
	StorySkills      = "Read in skills"
	StoryOccupations = "Read in occupations"
)

// StoryOptions say how much work a story may take. The zero value tells all of it.
type StoryOptions struct {
	// Causes are those of the result; nil has them worked out, which takes a few solves.
	Causes *Causes
	// Trials is how often the market may be matched again to find what would have to change: 0 is [StoryTrials], below 0 never.
	Trials int
}

// StoryTrials is how often a story matches the market again where nothing else is said. A trial of a quota or a count takes a small part
// of what matching took, one of a channel or a wage about as much.
const StoryTrials = 40

// NoCellError says that a result has no such cell, and which there are.
type NoCellError struct {
	What string // vacancies or workers
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

// ExplainVacancy tells the story of the openings of a region and code: what fills them, which causes the empty ones have, what binds and
// what one more of it is worth, which channel would be the next best, what would have to change by how much, and what is missing in
// skills. What would have to change is found by matching the market again with the change made, so what a story says comes of it does.
//
// Errors: a [*NoCellError]; those of [Result.Causes], [NewPricer] and [WhatIf]. The result must come from [Match] or [WhatIf].
func (r *Result) ExplainVacancy(ctx context.Context, region string, code Code, o StoryOptions) (*Story, error) {
	x := r.explainer()
	x.cell = storyCell{region: region, code: code}
	var near []string
	for v := range r.Market.Vacancies {
		row := &r.Market.Vacancies[v]
		if row.Region == region && row.Code == code {
			x.cell.rows = append(x.cell.rows, int32(v)) //nolint:gosec // fewer rows
			x.cell.all += r.Fillings[v].Openings
			x.cell.left += r.Fillings[v].Unfilled
		} else if Country(row.Region) == Country(region) || row.Code == code {
			near = append(near, row.Region+":"+row.Code.String())
		}
	}
	if x.cell.rows == nil {
		return nil, &NoCellError{"vacancies", region + ":" + code.String(), slices.Compact(near)}
	}
	s := &Story{Title: fmt.Sprintf("%s, %s: %s, %s filled, %s unfilled", region, x.named(code), some(x.cell.all, "opening"), thousands(x.cell.all-x.cell.left), thousands(x.cell.left))}
	s.tell(StoryFilled, x.filledBy())
	return s, x.tellRest(ctx, s, o)
}

// ExplainWorkers tells the story of the workers of a region and code: where they are placed, which causes there are for the others, what
// binds and what one more of it is worth, which safeguards name them and what those keep, which channel would be the next best, what would have
// to change by how much, and what lies idle in skills. As to numbers and errors, see [Result.ExplainVacancy].
func (r *Result) ExplainWorkers(ctx context.Context, region string, code Code, o StoryOptions) (*Story, error) {
	x := r.explainer()
	x.cell = storyCell{ofWorkers: true, region: region, code: code}
	var near []string
	for c := range r.Market.Cohorts {
		row := &r.Market.Cohorts[c]
		if row.Region == region && row.Code == code {
			x.cell.rows = append(x.cell.rows, int32(c)) //nolint:gosec // fewer rows
			x.cell.all += r.Placings[c].Workers
			x.cell.left += r.Placings[c].Unplaced
		} else if Country(row.Region) == Country(region) || row.Code == code {
			near = append(near, row.Region+":"+row.Code.String())
		}
	}
	if x.cell.rows == nil {
		return nil, &NoCellError{"workers", region + ":" + code.String(), slices.Compact(near)}
	}
	s := &Story{Title: fmt.Sprintf("%s, %s: %s available, %s placed, %s unplaced", region, x.named(code), some(x.cell.all, "worker"), thousands(x.cell.all-x.cell.left), thousands(x.cell.left))}
	s.tell(StoryPlaced, x.placedIn())
	return s, x.tellRest(ctx, s, o)
}

// tellRest tells what is alike for openings and workers.
func (x *explainer) tellRest(ctx context.Context, s *Story, o StoryOptions) (err error) {
	options := x.options()
	s.Causes, s.Remedies = []StoryCause{}, []Remedy{}
	if x.cell.left > 0 {
		causes := o.Causes
		if causes == nil {
			if causes, err = x.Result.Causes(ctx); err != nil {
				return err
			}
		}
		if s.Causes, err = x.causesOf(ctx, causes); err != nil {
			return err
		}
		heading := StoryEmpty
		if x.cell.ofWorkers {
			heading = StoryIdle
		}
		s.tell(heading, x.causesInWords(s.Causes))
	}
	if s.Bounds, err = x.bindings(ctx, options); err != nil {
		return err
	}
	s.tell(StoryBinds, x.bindsInWords(s.Bounds))
	trials := cmp.Or(o.Trials, StoryTrials)
	guards, err := x.protections(ctx, &trials)
	if err != nil {
		return err
	}
	s.tell(StoryGuards, guards)
	if x.cell.left == 0 {
		return nil
	}
	ways := x.waysOf(options)
	s.tell(StoryWays, x.obstacles(ways))
	s.tell(StoryNext, x.nextBest(ways))
	if trials > 0 {
		if s.Remedies, err = x.remedies(ctx, ways, s.Causes, trials); err != nil {
			return err
		}
		s.tell(StoryChange, changesInWords(s.Remedies))
	}
	reading := StorySkills
	if x.cell.code.Skill != "" {
		reading = StoryOccupations
	}
	s.tell(reading, x.reading())
	s.Skills = x.inSkills()
	return nil
}

// bindsInWords lists what binds; nothing may.
func (x *explainer) bindsInWords(bounds []StoryBound) []string {
	var out []string
	for i := range bounds {
		if i == mostSaid {
			return append(out, fmt.Sprintf("And %s more, of which one more is worth less.", some(int64(len(bounds)-i), "limit")))
		}
		out = append(out, bounds[i].Text)
	}
	switch {
	case out != nil:
	case x.cell.left > 0:
		return []string{"No quota and no safeguard that touches them is used up."}
	default:
		return []string{"Nothing: every " + x.cell.noun() + " is " + x.cell.done() + "."}
	}
	return out
}

func changesInWords(remedies []Remedy) []string {
	var out []string
	for i := range remedies {
		out = append(out, remedies[i].Text)
	}
	if out == nil {
		out = []string{"No single change that was tried helps: of a quota, a wage, a channel, a safeguard, the mobile share, training or counts."}
	}
	return out
}

// filledBy sums placements by where from and how, largest first.
func (x *explainer) filledBy() []string {
	type row struct {
		text  string
		count int64
	}
	sums := map[string]int64{}
	for i := range x.Placements {
		p := &x.Placements[i]
		if !slices.Contains(x.cell.rows, int32(p.Vacancy)) { //nolint:gosec // fewer rows
			continue
		}
		how := map[Way]string{SameRegion: "in the occupation and region", SameHome: "in the occupation, elsewhere at home", RelatedHome: "from related occupations at home"}[p.Way]
		if p.Channel >= 0 {
			how = "by " + x.channelName(int32(p.Channel)) //nolint:gosec // fewer rows
		}
		sums[how+", from "+x.Pools[p.Pool].Region] += p.Count
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
		out = append(out, fmt.Sprintf("%s filled %s.", thousands(r.count), r.text))
	}
	if out == nil {
		out = []string{"Nobody: none is filled."}
	}
	return out
}

// mostSaid is how many sentences a list in a story has at most.
const mostSaid = 6

// placedIn says where cohorts are placed. Who of a pool went where is not determined, so beyond the pool only its way is told.
func (x *explainer) placedIn() []string {
	var ways ByWay
	for _, c := range x.cell.rows {
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
