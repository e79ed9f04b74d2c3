package report

import (
	"context"
	"fmt"
	"io"

	colours "github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// StoryOptions say of which cell a story is told, and how its market is solved.
type StoryOptions struct {
	Options
	Workers bool   // the cell's workers, else its openings
	Region  string // as the market's rows have it
	Code    matcher.Code
	Trials  int // as [matcher.StoryOptions] has it
}

// TellStory solves a market, under scenarios if there are any, and tells the story of one cell. Errors: those of [Match]; a
// [*matcher.NoCellError].
func TellStory(ctx context.Context, d *datasets.Directory, o StoryOptions) (*matcher.Story, error) {
	r, err := Match(ctx, d, o.Options)
	if err != nil {
		return nil, err
	}
	tell := r.ExplainVacancy
	if o.Workers {
		tell = r.ExplainWorkers
	}
	return tell(ctx, o.Region, o.Code, matcher.StoryOptions{Trials: o.Trials})
}

// WriteStory sets a story of the engine's for people to read.
func WriteStory(w io.Writer, s *matcher.Story, style Style) error {
	p := newPage(w, style)
	for _, line := range wrap(s.Title, p.width, p.width) {
		p.line(p.paint(colours.Bold, line))
	}
	for _, part := range s.Parts {
		p.section(part.Heading)
		for i, sentence := range part.Sentences {
			if part.Heading == matcher.StoryChange && len(s.Remedies) > 0 {
				sentence = fmt.Sprintf("%d. %s", i+1, sentence) // by its number --change prints it
			}
			p.prose(2, 2, sentence)
		}
	}
	if len(s.Skills) > 0 {
		p.prose(2, 0, "By the shares of ESCO skill groups in the occupation:")
		var rows [][]string
		for _, one := range s.Skills[:min(rowsShown, len(s.Skills))] {
			rows = append(rows, []string{one.Skill, skillTitle(one.Skill), comma(one.Count)})
		}
		p.grid([]column{{title: "Skill"}, {title: "Title", flex: true}, {title: "Of them", right: true}}, rows)
	}
	if len(s.Remedies) > 0 {
		p.line("")
		p.prose(0, 0, "Each change was tried: the market was matched again with it, and all else as it is. It says what it would take, and is no advice. "+
			"With --change and its number it is printed as a scenario for labourmatch what-if.")
	}
	return flushed(p, "the story")
}
