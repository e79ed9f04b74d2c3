package report

import (
	"bufio"
	"io"
	"strings"
)

// A setter sets the parts of a text: for a terminal ([page]) or for a document ([markdown]).
type setter interface {
	section(title string)
	prose(indent, hang int, s string)
	grid(columns []column, rows [][]string)
	Flush() error
}

// markdown sets text as a Markdown document. Nothing is cut: a document has room.
type markdown struct{ *bufio.Writer }

func newMarkdown(w io.Writer) markdown { return markdown{bufio.NewWriter(w)} }

func (m markdown) section(title string) { m.WriteString("\n## " + title + "\n") }

// prose sets a paragraph, or an item of a list where it begins with a dot; a document does not indent.
func (m markdown) prose(_, _ int, s string) {
	if item, ok := strings.CutPrefix(s, "· "); ok {
		m.WriteString("\n- " + item + "\n")
		return
	}
	m.WriteString("\n" + s + "\n")
}

func (m markdown) grid(columns []column, rows [][]string) {
	line := func(cells []string) {
		m.WriteString("|")
		for _, c := range cells {
			m.WriteString(" " + strings.ReplaceAll(strings.TrimSpace(c), "|", `\|`) + " |")
		}
		m.WriteString("\n")
	}
	heads, rules := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		heads[i], rules[i] = c.title, "---"
		if c.right {
			rules[i] = "--:"
		}
	}
	m.WriteString("\n")
	line(heads)
	line(rules)
	for _, r := range rows {
		line(r)
	}
}
