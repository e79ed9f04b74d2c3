package matcher

import (
	"context"
	"fmt"
	"strings"

	"labourmatch/matcher/flow"
)

// StoryCause is one cause of what a story's cell has left empty or unplaced.
type StoryCause struct {
	Cause string `json:"cause"` // the name of a [Cause]
	// Count is how many have the cause in the stated order; those of all causes add up to what is left.
	Count int64 `json:"count"`
	// Alone and Last are how many would have it if nothing else were lifted before it, and if all else were; absent of causes that are
	// found by lifting nothing. Which openings and workers a lift serves is decided by value, then by key.
	Alone *int64 `json:"alone,omitempty"`
	Last  *int64 `json:"last,omitempty"`
	Exact bool   `json:"exact"` // false where a group limit is live and the figures are what was found
}

// causesOf counts the causes of the cell, in their order.
func (x *explainer) causesOf(ctx context.Context, c *Causes) ([]StoryCause, error) {
	count := func(openings, workers []ByCause, k Cause) (n int64) {
		for _, row := range x.cell.rows {
			if x.cell.ofWorkers {
				n += workers[row][k]
			} else {
				n += openings[row][k]
			}
		}
		return n
	}
	list := []StoryCause{}
	add := func(s StoryCause) {
		if s.Count > 0 || s.Alone != nil && *s.Alone+*s.Last > 0 {
			list = append(list, s)
		}
	}
	for _, k := range []Cause{Outbid, NotWorth, WageUnknown} {
		add(StoryCause{Cause: k.String(), Count: count(c.Openings, c.Workers, k), Exact: c.Lifts[0].Exact()})
	}
	for _, l := range c.Lifts[1:] {
		alone, last, err := x.lifted(ctx, c, &l)
		if err != nil {
			return nil, err
		}
		add(StoryCause{Cause: l.Cause.String(), Count: count(c.Openings, c.Workers, l.Cause), Alone: &alone, Last: &last, Exact: l.Exact()})
	}
	add(StoryCause{Cause: NobodyFree.String(), Count: count(c.Openings, c.Workers, NobodyFree), Exact: true})
	return list, nil
}

// lifted is how many of the cell a lift serves when nothing but it is lifted, and when all else is lifted already; over all cells they
// add up to those of [Lift]. It takes two or three solves, none where the lift serves nobody at all.
func (x *explainer) lifted(ctx context.Context, c *Causes, l *Lift) (alone, last int64, err error) {
	if l.Alone > 0 {
		if alone, err = x.newlyServed(ctx, c, law{}.with(l.Cause, true)); err != nil {
			return 0, 0, err
		}
	}
	if l.Last > 0 {
		last, err = x.newlyServed(ctx, c, allLifted.with(l.Cause, false), allLifted)
	}
	return alone, last, err
}

// newlyServed goes from the placement, value and order ignored, through laws that allow more and more, and says how many of the
// cell the last one adds.
func (x *explainer) newlyServed(ctx context.Context, c *Causes, laws ...law) (int64, error) {
	n, _, _, err := relax(x.Result, hubPays)
	if err != nil {
		return 0, err
	}
	first := func(by *ByCause) int64 { return by[Outbid] + by[NotWorth] + by[WageUnknown] }
	filled, placed := make([]int64, len(x.Fillings)), make([]int64, len(x.Placings))
	for v, f := range x.Fillings {
		filled[v] = f.Filled.Sum() + first(&c.Openings[v])
	}
	for w, p := range x.Placings {
		placed[w] = p.Placed.Sum() + first(&c.Workers[w])
	}
	var before, after int64
	for _, l := range laws {
		relaxed, err := n.relaxed(l, len(fillTerms()), filled, placed)
		if err != nil {
			return 0, err
		}
		plan, err := relaxed.solve(ctx, flow.Options{})
		if err != nil {
			return 0, fmt.Errorf("look for causes: %w", err)
		}
		before = x.cell.sum(filled, placed)
		filled, placed = relaxed.read(plan)
		after = x.cell.sum(filled, placed)
	}
	return after - before, nil
}

// sum adds up the cell's rows of counts by vacancy or cohort.
func (c *storyCell) sum(openings, workers []int64) (n int64) {
	for _, row := range c.rows {
		if c.ofWorkers {
			n += workers[row]
		} else {
			n += openings[row]
		}
	}
	return n
}

// causesInWords says why the cell's rest is as it is, each cause in the order they are looked for.
func (x *explainer) causesInWords(causes []StoryCause) []string {
	openings := map[string]string{
		"outbid":       "an able worker who would not lose by it is placed elsewhere",
		"not_worth_it": "everybody able would lose by it",
		"wage_unknown": "what they would be worth is not known, and the policy names no wage for them",
		"quota_full":   "a channel leads there, and its quota is full",
		"no_channel":   "somebody able would come, and no channel leads there",
		"safeguard":    "a rule that protects the origin keeps those who would come",
		"no_skill":     "somebody is free, but nobody free can do it",
		"nobody_free":  "nobody is free who may be placed, or who is willing to leave the country",
	}
	workers := map[string]string{
		"outbid":       "an opening by which they would not lose is taken by another",
		"not_worth_it": "they would lose by every opening within reach",
		"wage_unknown": "what it would be worth is not known, and the policy names no wage",
		"quota_full":   "a channel leads to an opening, and its quota is full",
		"no_channel":   "an opening abroad would take them, and no channel leads there",
		"safeguard":    "a rule that protects their country keeps them",
		"no_skill":     "nobody needs what they can do, and openings are left that they cannot do",
		"nobody_free":  "no opening is left for them, or they are not willing to leave the country for it",
	}
	text := openings
	if x.cell.ofWorkers {
		text = workers
	}
	var out []string
	lifts, exact := false, true
	for _, c := range causes {
		name, _ := ParseCause(c.Cause)
		of := thousands(c.Count) + " of " + thousands(x.cell.left)
		if c.Count == 0 {
			of = "None of the " + thousands(x.cell.left)
		}
		beside := ""
		if c.Alone != nil {
			lifts = true
			beside = fmt.Sprintf("; alone %s, last %s", thousands(*c.Alone), thousands(*c.Last))
		}
		exact = exact && c.Exact
		out = append(out, fmt.Sprintf("%s: %s (%s%s).", of, text[c.Cause], nameOfCause(name), beside))
	}
	if lifts {
		var order []string
		for _, k := range x.Policy.causeOrder() {
			order = append(order, nameOfCause(k))
		}
		out = append(out, fmt.Sprintf("Causes are looked for in the order %s, each after those before it. Alone: with none of the others lifted; last: with all of them.", strings.Join(order, ", ")))
	}
	if !exact {
		out = append(out, "Limits on sums are live, so these are what was found.")
	}
	return out
}

// nameOfCause writes a cause as reports do.
func nameOfCause(c Cause) string {
	return [...]string{"outbid", "not worth it", "wage not known", "quota full", "no channel", "safeguard", "skills", "nobody is free"}[c]
}
