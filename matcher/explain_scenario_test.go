package matcher_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"labourmatch/matcher"
)

// A file of testdata/explain has in cell.txt whose story it tells, and in story.txt the story: every kind of sentence inside, at and beyond
// its limit.
func TestStoriesAreToldAsTheirSentenceSays(t *testing.T) {
	names := scenarioFiles(t, "explain/*.txtar", "story.txt", func(t *testing.T, f *scenarioFile) {
		m, p := f.market(t)
		r := match(t, m, p)
		what, cell, _ := strings.Cut(strings.TrimSpace(f.part("cell.txt")), " ")
		region, code, _ := strings.Cut(cell, ":")
		tell := r.ExplainVacancy
		if what == "workers" {
			tell = r.ExplainWorkers
		}
		s, err := tell(context.Background(), region, matcher.ParseCode(code), matcher.StoryOptions{})
		if err != nil {
			t.Fatal(err)
		}
		f.says(t, "story.txt", storyInWords(s))
	})
	kinds := map[string]int{}
	for _, name := range names {
		kind, _, _ := strings.Cut(name, "_")
		kinds[kind]++
	}
	for _, kind := range []string{"cause", "binds", "protects", "gate", "next", "change", "read"} {
		if kinds[kind] < 3 {
			t.Errorf("of %s there are %d scenarios, and a sentence has three at least: inside, at and beyond its limit", kind, kinds[kind])
		}
	}
}

func storyInWords(s *matcher.Story) string {
	var b strings.Builder
	fmt.Fprintln(&b, s.Title)
	for _, p := range s.Parts {
		fmt.Fprintln(&b, p.Heading+":")
		for _, sentence := range p.Sentences {
			fmt.Fprintln(&b, "  "+sentence)
		}
	}
	if len(s.Skills) > 1 {
		fmt.Fprintf(&b, "  %d of %s, %d of %s and so on.\n", s.Skills[0].Count, s.Skills[0].Skill, s.Skills[1].Count, s.Skills[1].Skill)
	}
	return b.String()
}
