package report

import (
	"io"

	colours "github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/matcher"
)

// WriteStory sets a story of the engine's for people to read.
func WriteStory(w io.Writer, s *matcher.Story, style Style) error {
	p := newPage(w, style)
	for _, line := range wrap(s.Title, p.width, p.width) {
		p.line(p.paint(colours.Bold, line))
	}
	for _, part := range s.Parts {
		p.section(part.Heading)
		for _, sentence := range part.Sentences {
			p.prose(2, 2, sentence)
		}
	}
	if len(s.Skills) > 0 {
		p.section("Read in skills, by their shares in the occupation")
		var rows [][]string
		for _, one := range s.Skills[:min(rowsShown, len(s.Skills))] {
			rows = append(rows, []string{one.Skill, skillTitle(one.Skill), comma(one.Count)})
		}
		p.grid([]column{{title: "Skill"}, {title: "Title", flex: true}, {title: "Of them", right: true}}, rows)
	}
	p.line("")
	p.prose(0, 0, "What would have to change counts who is unplaced or unfilled now; others may move too once it has changed. A scenario says what comes of it: labourmatch what-if.")
	return flushed(p, "the story")
}
