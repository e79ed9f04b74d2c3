package matcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// Remedy is one change that would serve more of a story's cell, and what came of it: the market was matched again with the change
// made in it, so every number is one that [WhatIf] finds. It is what would have to change, and no advice that it should.
type Remedy struct {
	Text string `json:"text"`
	// Scenario is the change, to be applied with [WhatIf] or written to a file.
	Scenario *Scenario `json:"-"`
	Amount   int64     `json:"amount,omitempty"` // places, workers, openings or dollars that the change is; 0 where it has none
	// Serves is how many more of the cell's openings are filled, or workers placed. Where workers are trained, and so leave the cell, it
	// is All.
	Serves int64 `json:"serves"`
	All    int64 `json:"all"` // how many more openings are filled in the whole market; fewer below 0
	// Less is the largest smaller amount that was tried and serves fewer, and LessServes how many; −1 where none was tried.
	Less       int64 `json:"less"`
	LessServes int64 `json:"less_serves"`
	Leave      int64 `json:"leave"` // how many more leave their country

	smaller *Scenario // the change of amount Less
}

// Smaller is the same change with the amount Less, nil where none was tried.
func (r *Remedy) Smaller() *Scenario { return r.smaller }

// trials match the market again with changes made in it, as many times as a story may.
type trials struct {
	*explainer
	ctx  context.Context //nolint:containedctx // of one call
	left int
}

// trial is what came of some changes.
type trial struct {
	serves, all, leave int64
	result             *Result
}

// try makes changes; possible is false where they cannot be made, or no trial is left.
func (t *trials) try(acts ...Act) (found trial, possible bool, err error) {
	if t.left <= 0 {
		return trial{}, false, nil
	}
	t.left--
	r, _, err := WhatIf(t.ctx, t.Result, scenarioOf(acts), Options{})
	if refused := (*ScenarioError)(nil); errors.As(err, &refused) {
		return trial{}, false, nil
	}
	if err != nil {
		return trial{}, false, fmt.Errorf("try what would have to change: %w", err)
	}
	abroad := func(r *Result) int64 { return r.Totals.Filled[Free] + r.Totals.Filled[ByChannel] }
	return trial{
		serves: t.cell.served(r) - t.cell.served(t.Result),
		all:    r.Totals.Filled.Sum() - t.Totals.Filled.Sum(), leave: abroad(r) - abroad(t.Result), result: r,
	}, true, nil
}

func scenarioOf(acts []Act) *Scenario {
	s := &Scenario{Name: "change", Title: "What would have to change"}
	for _, act := range acts {
		s.Changes = append(s.Changes, Change{Act: act})
	}
	return s
}

// lever is a change that may serve the cell.
type lever struct {
	text func(amount int64) string // the change in words
	less func(amount int64) string // the amount in words; nil writes the number
	acts func(amount int64) []Act
	// most is the amount to try first, 0 of a change without one. Where it serves, the least amount that serves as many is looked for.
	most     int64
	first    bool  // look for the least amount that serves anybody instead
	probe    int64 // the smaller amount to try next; 0 tries as many as are served
	unit     int64 // amounts are multiples of it; 0 is 1
	training bool  // what counts is the whole market, since the trained leave the cell
}

// pull tries a lever: at its most, and then, by halving, the least amount that serves as many.
func (t *trials) pull(l lever) (*Remedy, error) {
	best, possible, err := t.try(l.acts(l.most)...)
	if err != nil || !possible {
		return nil, err
	}
	serves := func(x *trial) int64 {
		if l.training {
			return x.all
		}
		return x.serves
	}
	if serves(&best) <= 0 {
		return nil, nil //nolint:nilnil // no remedy, and no error
	}
	wanted := serves(&best)
	if l.first {
		wanted = 1
	}
	amount, less, lessServes := l.most, int64(-1), int64(0)
	unit := max(1, l.unit)
	low, high := int64(0), l.most/unit // in units: low serves fewer than wanted, high serves it
	for next := cmp.Or(l.probe/unit, wanted); high-low > 1; next = (low + high) / 2 {
		next = max(low+1, min(next, high-1))
		found, possible, err := t.try(l.acts(next * unit)...)
		if err != nil {
			return nil, err
		}
		if !possible {
			if t.left <= 0 {
				break
			}
			low = next // too small to change anything
			continue
		}
		if serves(&found) >= wanted {
			high, amount, best = next, next*unit, found
		} else {
			low, less, lessServes = next, next*unit, serves(&found)
		}
	}
	r := &Remedy{
		Amount: amount, Serves: serves(&best), All: best.all, Leave: best.leave, Less: less, LessServes: lessServes,
		Scenario: scenarioOf(l.acts(amount)),
	}
	if less >= 0 {
		r.smaller = scenarioOf(l.acts(less))
	}
	r.Text = l.text(amount) + ": " + t.cameOf(r, &l)
	r.Scenario.Title = l.text(amount)
	return r, nil
}

// cameOf says what a change came to.
func (t *trials) cameOf(r *Remedy, l *lever) string {
	verb := " would be "
	said := thousands(r.Serves) + " more of these" + verb + t.cell.done()
	if l.training {
		said = some(r.Serves, "more opening") + " would be filled in the whole market"
	} else if r.All != r.Serves {
		said += fmt.Sprintf(", %s in the whole market", signed(r.All))
	}
	even := r.Less >= 0 && r.Amount == r.Serves && r.Less == r.LessServes && l.less == nil
	if even {
		said += ", one for one"
	}
	if r.Leave != 0 {
		said += fmt.Sprintf("; %s would leave their country", signed(r.Leave))
	}
	said += "."
	if r.Less >= 0 && !even {
		few := "none"
		if r.LessServes > 0 {
			few = "only " + thousands(r.LessServes)
		} else if r.LessServes < 0 {
			few = "fewer than now"
		}
		less := thousands(r.Less)
		if l.less != nil {
			less = l.less(r.Less)
		}
		said += fmt.Sprintf(" With %s, %s.", less, few)
	}
	return said
}

// signed writes a change of a count: `3 more`, `2 fewer`, `none more`.
func signed(n int64) string {
	switch {
	case n == 0:
		return "none more"
	case n < 0:
		return thousands(-n) + " fewer"
	}
	return thousands(n) + " more"
}

// remedies tries what would have to change, one thing at a time, and keeps what serves somebody of the cell: those that serve more first.
func (x *explainer) remedies(ctx context.Context, ways []wayOf, causes []StoryCause, most int) ([]Remedy, error) {
	t := &trials{x, ctx, most}
	out := []Remedy{}
	for _, l := range x.levers(ways, causes) {
		if t.left <= 0 {
			break
		}
		r, err := t.pull(l)
		if err != nil {
			return nil, err
		}
		if r != nil {
			r.Scenario.Name = fmt.Sprintf("change-%d", len(out)+1)
			out = append(out, *r)
		}
	}
	return out, nil
}
