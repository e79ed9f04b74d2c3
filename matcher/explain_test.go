package matcher_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

// leading is the number that a sentence begins with.
var leading = regexp.MustCompile(`^([\d,]+) (?:filled|placed) `)

// sumOf adds up the numbers that the sentences of a part begin with.
func sumOf(s *matcher.Story, heading string) (sum int64, whole bool) {
	whole = true
	for _, p := range s.Parts {
		if p.Heading != heading {
			continue
		}
		for _, sentence := range p.Sentences {
			if strings.HasPrefix(sentence, "And in") {
				whole = false
			}
			if m := leading.FindStringSubmatch(sentence); m != nil {
				n, _ := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
				sum += n
			}
		}
	}
	return sum, whole
}

// cellOf is a cell of a result and how to tell its story.
type cellOf struct {
	matcher.Gap
	workers bool
}

func (c *cellOf) all() int64 {
	if c.workers {
		return c.Workers
	}
	return c.Openings
}

func (c *cellOf) left() int64 {
	if c.workers {
		return c.Unplaced
	}
	return c.Unfilled
}

func (c *cellOf) story(t rapid.TB, r *matcher.Result, o matcher.StoryOptions) *matcher.Story {
	t.Helper()
	tell := r.ExplainVacancy
	if c.workers {
		tell = r.ExplainWorkers
	}
	s, err := tell(context.Background(), c.Region, c.Code, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// served is how many of the cell a result fills or places.
func (c *cellOf) served(r *matcher.Result) (n int64) {
	for _, g := range r.Gaps(r.Market.Level) {
		if g.Region == c.Region && g.Code == c.Code {
			if c.workers {
				return g.Workers - g.Unplaced
			}
			return g.Openings - g.Unfilled
		}
	}
	return 0
}

// cellsOf lists the cells of a result that have a story.
func cellsOf(r *matcher.Result) (cells []cellOf) {
	for _, g := range r.Gaps(r.Market.Level) {
		if g.Openings > 0 {
			cells = append(cells, cellOf{g, false})
		}
		if g.Workers > 0 {
			cells = append(cells, cellOf{g, true})
		}
	}
	return cells
}

// some draws at most so many of a list.
func some[T any](t *rapid.T, list []T, most int) []T {
	order := rapid.Permutation(list).Draw(t, "some")
	return order[:min(most, len(order))]
}

// limitedMarket is a random market, half of the time with sums of quotas, safeguards and gates.
func limitedMarket(t *rapid.T) (*matcher.Market, matcher.Policy) {
	m, p := randomMarket(t), randomPolicy(t)
	if rapid.Bool().Draw(t, "limits on sums") {
		m, p = tightMarket(t), tightPolicy(t)
		limit(t, m, &p)
	}
	return m, p
}

// The story of every cell adds up to the cell, gives all of what is left over a cause, says what binds, and reads all of it in skills.
func TestEveryStoryAddsUpToItsCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := limitedMarket(t)
		r := match(t, m, p)
		c, err := r.Causes(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range some(t, cellsOf(r), 4) {
			s := cell.story(t, r, matcher.StoryOptions{Causes: c, Trials: -1})
			heading := matcher.StoryFilled
			if cell.workers {
				heading = matcher.StoryPlaced
			}
			if sum, whole := sumOf(s, heading); sum != cell.all()-cell.left() && (whole || sum > cell.all()-cell.left()) {
				t.Errorf("%+v adds up to %d, not %d", s, sum, cell.all()-cell.left())
			}
			var caused, skills int64
			for _, one := range s.Causes {
				caused += one.Count
			}
			if caused != cell.left() {
				t.Errorf("%s %s: %d are left over, %d have a cause", cell.Region, cell.Code, cell.left(), caused)
			}
			for _, one := range s.Skills {
				skills += one.Count
			}
			if len(s.Skills) > 0 && skills != cell.left() {
				t.Errorf("%d are left over, %d read in skills", cell.left(), skills)
			}
		}
	})
}

// Over all cells, what a lift serves alone and last is what the causes say that it does.
func TestWhatALiftServesAloneAndLastAddsUpOverCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		r := match(t, m, p)
		c, err := r.Causes(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		alone, last := map[string][2]int64{}, map[string][2]int64{}
		for _, cell := range cellsOf(r) {
			side := 0
			if cell.workers {
				side = 1
			}
			for _, one := range cell.story(t, r, matcher.StoryOptions{Causes: c, Trials: -1}).Causes {
				if one.Alone != nil {
					a, l := alone[one.Cause], last[one.Cause]
					a[side], l[side] = a[side]+*one.Alone, l[side]+*one.Last
					alone[one.Cause], last[one.Cause] = a, l
				}
			}
		}
		for _, l := range c.Lifts[1:] {
			if name := l.Cause.String(); alone[name] != [2]int64{l.Alone, l.Alone} || last[name] != [2]int64{l.Last, l.Last} {
				t.Errorf("lift %s: alone %d and last %d, over cells of openings and workers %v and %v", name, l.Alone, l.Last, alone[name], last[name])
			}
		}
	})
}

// What a story promises comes true: the change it names, made as a scenario and matched from nothing, serves as many of the cell and of the
// whole market as it says, and the smaller one fewer.
func TestWhatAStoryPromisesComesTrue(t *testing.T) {
	promises, smaller := 0, 0
	kinds := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		m, p := limitedMarket(t)
		r := match(t, m, p)
		again := func(s *matcher.Scenario) *matcher.Result {
			market, policy, _, err := s.Apply(r.Market, r.Policy)
			if err != nil {
				t.Fatalf("the change %+v cannot be made: %v", s, err)
			}
			return match(t, market, policy)
		}
		short := slices.DeleteFunc(cellsOf(r), func(c cellOf) bool { return c.left() == 0 })
		for _, cell := range some(t, short, 3) {
			for _, x := range cell.story(t, r, matcher.StoryOptions{}).Remedies {
				promises++
				kinds[fmt.Sprintf("%T", x.Scenario.Changes[0].Act)]++
				_, trained := x.Scenario.Changes[0].Act.(matcher.Train)
				after := again(x.Scenario)
				served, all := cell.served(after)-cell.served(r), after.Totals.Filled.Sum()-r.Totals.Filled.Sum()
				if trained && cell.workers {
					served = all
				}
				if served != x.Serves || all != x.All || served <= 0 {
					t.Errorf("%s %s, workers %v: promised %q, and %d more are served, %d in the whole market", cell.Region, cell.Code, cell.workers, x.Text, served, all)
				}
				if !strings.Contains(x.Text, fmt.Sprint(x.Serves)) {
					t.Errorf("%q does not say %d", x.Text, x.Serves)
				}
				if less := x.Smaller(); less != nil {
					smaller++
					after := again(less)
					served := cell.served(after) - cell.served(r)
					if trained && cell.workers {
						served = after.Totals.Filled.Sum() - r.Totals.Filled.Sum()
					}
					if served != x.LessServes || served >= x.Serves || x.Less >= x.Amount {
						t.Errorf("%q: with less %d more are served", x.Text, served)
					}
				}
			}
		}
	})
	t.Logf("%d promises, %d with a smaller change: %v", promises, smaller, kinds)
	for _, act := range []matcher.Act{matcher.Open{}, matcher.SetQuota{}, matcher.Scale{}, matcher.Train{}, matcher.DropSafeguard{}, matcher.SetNumber{}, matcher.SetOrder{}} {
		if kinds[fmt.Sprintf("%T", act)] == 0 {
			t.Errorf("no promise of a %T was put to the test", act)
		}
	}
}
