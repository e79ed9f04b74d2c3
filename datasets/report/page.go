package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Style says how the text report is set.
type Style struct {
	// Width is the most columns a line may take; 0 is 80, and less than 80 is 80.
	Width int
	// Color allows ANSI colours. Without it the text holds no control character at all.
	Color bool
}

// page sets text in lines of a given width. Widths are those on a terminal, where a wide character takes two columns.
type page struct {
	*bufio.Writer
	width int
	color bool
}

func newPage(w io.Writer, s Style) *page {
	return &page{bufio.NewWriter(w), max(s.Width, 80), s.Color}
}

func (p *page) line(s string) { p.WriteString(strings.TrimRight(s, " ") + "\n") }

// paint colours a piece of text, if colours are allowed.
func (p *page) paint(c text.Color, s string) string {
	if !p.color || s == "" {
		return s
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", int(c), s)
}

// section begins a part of the report.
func (p *page) section(title string) {
	p.line("")
	p.line(p.paint(text.Bold, strings.ToUpper(title)))
}

// prose sets a paragraph, wrapped at words; every line after the first is indented by hang more.
func (p *page) prose(indent, hang int, s string) {
	margin := strings.Repeat(" ", indent)
	room := p.width - indent
	for i, l := range wrap(s, room, room-hang) {
		if i == 1 {
			margin += strings.Repeat(" ", hang)
		}
		p.line(margin + l)
	}
}

// wrap breaks a text at spaces into lines of at most first, then rest columns; a word that is longer is cut.
func wrap(s string, first, rest int) []string {
	var lines []string
	line, room := "", first
	for _, word := range strings.Fields(s) {
		for text.StringWidthWithoutEscSequences(word) > rest {
			head := cut(word, rest)
			if line != "" {
				lines, line = append(lines, line), ""
			}
			lines, word, room = append(lines, head), word[len(head):], rest
		}
		switch {
		case line == "":
			line = word
		case text.StringWidthWithoutEscSequences(line)+1+text.StringWidthWithoutEscSequences(word) <= room:
			line += " " + word
		default:
			lines, line, room = append(lines, line), word, rest
		}
	}
	return append(lines, line)
}

// cut is the longest beginning of s that takes at most width columns.
func cut(s string, width int) string {
	used := 0
	for i, r := range s {
		if used += text.RuneWidth(r); used > width {
			return s[:i]
		}
	}
	return s
}

// fit cuts a text to a width and marks the cut.
func fit(s string, width int) string {
	if text.StringWidthWithoutEscSequences(s) <= width {
		return s
	}
	return strings.TrimRight(cut(s, width-1), " ,;(-") + "…"
}

// column of a grid. One column may be flexible: it takes what the others leave.
type column struct {
	title string
	right bool
	flex  bool
	lines int // cells of a flexible column run over at most so many lines; 0 is one
	most  int // cells wider than this are cut; 0 = not
}

// grid sets rows under headings, two spaces in, columns apart by two spaces, never wider than the page.
func (p *page) grid(columns []column, rows [][]string) {
	const indent, apart = 2, 2
	widths := make([]int, len(columns))
	for c, col := range columns {
		widths[c] = text.StringWidthWithoutEscSequences(col.title)
		for _, row := range rows {
			widths[c] = max(widths[c], text.StringWidthWithoutEscSequences(row[c]))
		}
		if col.most > 0 {
			widths[c] = min(widths[c], col.most)
		}
	}
	room := p.width - indent - apart*(len(columns)-1)
	for _, w := range widths {
		room -= w
	}
	for c, col := range columns {
		if col.flex && room < 0 {
			widths[c] = max(widths[c]+room, 8)
		}
	}
	set := func(cells []string) string {
		var b strings.Builder
		b.WriteString(strings.Repeat(" ", indent))
		for c, cell := range cells {
			if c > 0 {
				b.WriteString(strings.Repeat(" ", apart))
			}
			align := text.AlignLeft
			if columns[c].right {
				align = text.AlignRight
			}
			b.WriteString(align.Apply(fit(cell, widths[c]), widths[c]))
		}
		return fit(strings.TrimRight(b.String(), " "), p.width)
	}
	heads := make([]string, len(columns))
	rules := make([]string, len(columns))
	for c, col := range columns {
		heads[c], rules[c] = col.title, strings.Repeat("─", widths[c])
	}
	p.line(p.paint(text.Faint, set(heads)))
	p.line(p.paint(text.Faint, set(rules)))
	for _, row := range rows {
		for _, cells := range spread(row, columns, widths) {
			p.line(set(cells))
		}
	}
}

// spread breaks a row whose flexible cell is too wide into as many lines as the column allows.
func spread(row []string, columns []column, widths []int) [][]string {
	lines := [][]string{row}
	for c, col := range columns {
		if col.lines < 2 || text.StringWidthWithoutEscSequences(row[c]) <= widths[c] {
			continue
		}
		const hang = 2
		parts := wrap(row[c], widths[c], widths[c]-hang)
		if len(parts) > col.lines {
			rest := strings.Join(parts[col.lines-1:], " ")
			parts = append(parts[:col.lines-1], rest)
		}
		lines[0] = slices.Clone(row)
		lines[0][c] = parts[0]
		for _, part := range parts[1:] {
			cells := make([]string, len(row))
			cells[c] = strings.Repeat(" ", hang) + part
			lines = append(lines, cells)
		}
	}
	return lines
}

// bar draws a share as a bar of at most width columns, in eighths of a column. What is more than nothing is seen.
func bar(share float64, width int) string {
	eighths := int(share*float64(width)*8 + 0.5)
	if eighths == 0 && share > 0 {
		eighths = 1
	}
	b := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		b += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return b
}

// comma writes a whole number with thousands apart.
func comma(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// count writes a number for a table: a large one in millions, so that a column has a width that can be relied on.
func count(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.2fB", float64(n)/1e9)
	case n >= 1e7:
		return fmt.Sprintf("%.2fM", float64(n)/1e6)
	}
	return comma(n)
}

// percent writes a part of a whole with one decimal; of nothing there is no share.
func percent(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// money writes PPP dollars in the unit in which they have one to three digits before the point.
func money(n int64) string {
	size, unit := scale(n)
	if unit == "" {
		return comma(n) + " PPP$"
	}
	return fmt.Sprintf("%.1f %s PPP$", size, unit)
}

// shortMoney is the same for a table.
func shortMoney(n int64) string {
	size, unit := scale(n)
	if unit == "" {
		return comma(n)
	}
	return fmt.Sprintf("%.1f %sn", size, unit[:1])
}

func scale(n int64) (size float64, unit string) {
	switch size = float64(n); {
	case max(n, -n) >= 1e12:
		return size / 1e12, "trillion"
	case max(n, -n) >= 1e9:
		return size / 1e9, "billion"
	case max(n, -n) >= 1e6:
		return size / 1e6, "million"
	}
	return size, ""
}

// plain writes a real number with no more digits than it has.
func plain(v float64) string {
	if v == float64(int64(v)) {
		return comma(int64(v))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// decimals writes a number that may be absent.
func decimals(v *float64, format string) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf(format, *v)
}
