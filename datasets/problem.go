package datasets

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxProblems is how many problems are kept in full; the rest are counted. A file with more has one fault many times.
const MaxProblems = 1000

// Problem is one thing wrong with the data: where, what, and what to do about it.
type Problem struct {
	File string `json:"file"`
	// Row is the line of the file, the header being 1, as a spreadsheet numbers it; 0 where the file as a whole is meant.
	Row    int    `json:"row,omitempty"`
	Column string `json:"column,omitempty"`
	// Value is the text found, cut to 60 characters.
	Value string `json:"value,omitempty"`
	What  string `json:"what"`
	Hint  string `json:"hint,omitempty"`
}

// String writes the problem as one line: place, what is wrong, what to do.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Row > 0 {
		word := "row"
		if strings.HasSuffix(p.File, ".yaml") {
			word = "line"
		}
		fmt.Fprintf(&b, ", %s %d", word, p.Row)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, ", column %s", p.Column)
	}
	b.WriteString(": ")
	if p.Value != "" {
		fmt.Fprintf(&b, "%q ", p.Value)
	}
	b.WriteString(p.What)
	b.WriteByte('.')
	if p.Hint != "" {
		b.WriteByte(' ')
		b.WriteString(p.Hint)
		if !strings.HasSuffix(p.Hint, "?") {
			b.WriteByte('.')
		}
	}
	return b.String()
}

// Problems is the error of data at fault: every problem found, not the first.
type Problems struct {
	List []Problem `json:"problems"`
	// More is the number of problems beyond MaxProblems, found but not kept.
	More int `json:"more,omitempty"`

	// tell, if set, is told every problem, and none is kept.
	tell func(Problem)
}

// Error prints the problems, one a line.
func (p *Problems) Error() string {
	lines := make([]string, 0, len(p.List)+1)
	for _, x := range p.List {
		lines = append(lines, x.String())
	}
	if p.More > 0 {
		lines = append(lines, fmt.Sprintf("… and %s more of the same files.", plural(p.More, "problem", "problems")))
	}
	return strings.Join(lines, "\n")
}

// Count is the number of problems found, those not kept included.
func (p *Problems) Count() int { return len(p.List) + p.More }

func (p *Problems) add(x Problem) {
	if p.tell != nil {
		x.Value = shorten(x.Value)
		p.tell(x)
		p.More++
		return
	}
	if len(p.List) >= MaxProblems {
		p.More++
		return
	}
	x.Value = shorten(x.Value)
	p.List = append(p.List, x)
}

// addFault adds what is wrong with a cell. Only the first problems, those that are kept, have the best hint looked for.
func (p *Problems) addFault(x Problem, f *fault) {
	x.What, x.Hint = f.what, f.hint
	if p.Count() < MaxProblems {
		x.Hint = f.advice()
	}
	p.add(x)
}

func (p *Problems) addAll(q *Problems) {
	for _, x := range q.List {
		p.add(x)
	}
	p.More += q.More
}

// asError sorts the problems by file, row and column and returns them as an error; nil where there are none, so that
// no caller meets a nil pointer inside an error.
func (p *Problems) asError() error {
	if len(p.List) == 0 {
		return nil
	}
	slices.SortStableFunc(p.List, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(fileOrder(a.File), fileOrder(b.File)),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Row, b.Row),
		)
	})
	return p
}

func fileOrder(file string) int {
	for i, t := range Tables() {
		if t.File == file {
			return i
		}
	}
	return len(tables)
}

// shorten makes a value fit to be shown: 60 characters at most, and only valid text.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:59]) + "…"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)) + " " + many
}

// grouped writes a whole number with commas between thousands, for sentences.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
