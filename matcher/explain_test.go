package matcher_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
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

// The story of every cell adds up to the cell, says what binds exactly where something is left over, and reads all of what is left
// over in skills.
func TestEveryStoryAddsUpToItsCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		r, err := matcher.Match(context.Background(), m, p, matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		check := func(s *matcher.Story, err error, heading string, all, left int64) {
			if err != nil {
				t.Fatal(err)
			}
			if sum, whole := sumOf(s, heading); sum != all-left && (whole || sum > all-left) {
				t.Errorf("%+v adds up to %d, not %d", s, sum, all-left)
			}
			if nothing := strings.Contains(fmt.Sprint(s.Parts), "Nothing: every"); nothing != (left == 0) {
				t.Errorf("%d are left over, and the story is %+v", left, s)
			}
			var skills int64
			for _, one := range s.Skills {
				skills += one.Count
			}
			if len(s.Skills) > 0 && skills != left {
				t.Errorf("%d are left over, %d read in skills", left, skills)
			}
		}
		for _, g := range r.Gaps(m.Level) {
			if _, err := r.ExplainVacancy(g.Region, g.Code); g.Openings > 0 {
				s, err := r.ExplainVacancy(g.Region, g.Code)
				check(s, err, "What fills them", g.Openings, g.Unfilled)
			} else if no := (*matcher.NoCellError)(nil); err != nil && !errors.As(err, &no) {
				t.Fatal(err)
			}
			if g.Workers > 0 {
				s, err := r.ExplainWorkers(g.Region, g.Code)
				if err != nil {
					t.Fatal(err)
				}
				if sum, _ := sumOf(s, "Where they are placed"); sum != g.Workers-g.Unplaced {
					t.Errorf("%+v adds up to %d, not %d", s, sum, g.Workers-g.Unplaced)
				}
			}
		}
	})
}
