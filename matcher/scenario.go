package matcher

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Scenario is a named change to a market and policy: what if this channel opened, that quota rose, these workers were
// trained. Its changes are made one after the other, each on what the ones before have left. Scenarios compose: the
// second is applied to what the first made of the market.
type Scenario struct {
	Name    string // a short identifier
	Title   string // one line for readers
	Changes []Change
}

// Change is one change of a scenario, and where in its file it stands.
type Change struct {
	Line int // in the scenario's file; 0 where there is none
	Act  Act
}

// Act is what a change does: [Open], [Shut], [SetQuota], [Scale], [Train], [Displace], [Idle], [DropSafeguard],
// [SetNumber] or [SetOrder].
type Act interface {
	// apply makes the change in a market that is its own, and says what it touched or why it cannot be made.
	apply(a *altered) (Touched, *refusal)
}

// Touched says what one change of a scenario did.
type Touched struct {
	Scenario string `json:"scenario"`
	Line     int    `json:"line,omitempty"`
	Text     string `json:"text"`              // one plain sentence
	Rows     int    `json:"rows"`              // of the market that it changed, added or took out
	Persons  int64  `json:"persons,omitempty"` // or openings, or places of a quota, that are more (or fewer) or elsewhere
}

// ChangeError is one change that cannot be made, or that would change nothing, which is most likely a slip.
type ChangeError struct {
	Scenario string
	Line     int
	What     string
	Hint     string
}

func (e ChangeError) Error() string {
	at := "scenario " + e.Scenario
	if e.Line > 0 {
		at += ", line " + strconv.Itoa(e.Line)
	}
	return at + ": " + e.What + ". " + e.Hint + "."
}

// ScenarioError is the error of a scenario with changes that cannot be made: all of them, not the first.
type ScenarioError struct{ List []ChangeError }

func (e *ScenarioError) Error() string {
	lines := make([]string, len(e.List))
	for i, one := range e.List {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// refusal is why a change cannot be made.
type refusal struct{ what, hint string }

func refuse(hint, format string, args ...any) *refusal {
	return &refusal{fmt.Sprintf(format, args...), hint}
}

// altered is a market that changes are made in. A slice of rows is the market's own, and shared with the one it was made
// from, until a change needs to write into it.
type altered struct {
	Market
	policy                               Policy
	name                                 string // of the scenario
	cohorts, vacancies, channels, copied bool   // rows that are copies; copied is of wages
}

// Apply makes the changes of a scenario in a copy of a market and a policy, and says what each of them touched. Rows that
// a change alters or adds are marked assumed, and the market has a note for each change. Parts of people are never made:
// where a change concerns many rows, its total is rounded once and apportioned (largest remainder, then key).
//
// The error is a [*ScenarioError] with every change that cannot be made or that changes nothing.
func (s *Scenario) Apply(market *Market, policy Policy) (*Market, Policy, []Touched, error) {
	a := &altered{Market: *market, policy: policy, name: s.Name}
	a.Cohorts = sortedBy(a.Cohorts, (*Cohort).Key)
	a.Vacancies = sortedBy(a.Vacancies, (*Vacancy).Key)
	a.Channels = sortedBy(a.Channels, func(c *Channel) string { return c.ID })
	a.Notes = slices.Clone(a.Notes)
	var failed ScenarioError
	touched := make([]Touched, 0, len(s.Changes))
	for _, c := range s.Changes {
		t, no := c.Act.apply(a)
		if no != nil {
			failed.List = append(failed.List, ChangeError{s.Name, c.Line, no.what, no.hint})
			continue
		}
		t.Scenario, t.Line = s.Name, c.Line
		touched = append(touched, t)
		a.Notes = append(a.Notes, Note{"scenario", s.Name + ": " + t.Text, t.Persons})
	}
	if len(failed.List) > 0 {
		return nil, Policy{}, nil, &failed
	}
	return &a.Market, a.policy, touched, nil
}

// provenance is that of a row a scenario has made.
func (a *altered) provenance() Provenance {
	return Provenance{Source: "scenario " + a.name, Assumed: true}
}

// own makes rows a copy that may be written into, once.
func own[T any](rows []T, owned *bool) []T {
	if !*owned {
		rows, *owned = slices.Clone(rows), true
	}
	return rows
}

// Cells is a pattern of cells: of workers or of vacancies. What is empty matches all.
type Cells struct {
	Regions     []string // countries, which stand for their subdivisions too, or subdivisions
	Occupations []string // ISCO prefixes; rows coded by skill match none
	Status      string   // of workers
	Citizenship string   // of workers
	Contract    string   // of vacancies
}

func (c *Cells) match(region string, code Code) bool {
	return (len(c.Regions) == 0 || slices.Contains(c.Regions, region) || slices.Contains(c.Regions, Country(region))) &&
		(len(c.Occupations) == 0 || slices.ContainsFunc(c.Occupations, func(prefix string) bool {
			return code.Occupation != "" && strings.HasPrefix(code.Occupation, prefix)
		}))
}

func (c *Cells) workers(row *Cohort) bool {
	return c.match(row.Region, row.Code) && (c.Status == "" || c.Status == row.Status) &&
		(c.Citizenship == "" || c.Citizenship == row.Citizenship)
}

func (c *Cells) vacancies(row *Vacancy) bool {
	return c.match(row.Region, row.Code) && (c.Contract == "" || c.Contract == row.Contract)
}

// String says the pattern in words: `in DE and AT (occupation 22, unemployed)`.
func (c *Cells) String() string {
	where := "everywhere"
	if len(c.Regions) > 0 {
		where = "in " + listed(c.Regions, "and")
	}
	var who []string
	if len(c.Occupations) > 0 {
		who = append(who, "occupation "+listed(c.Occupations, "or"))
	}
	for _, word := range []string{c.Status, c.Contract} {
		if word != "" {
			who = append(who, word)
		}
	}
	if c.Citizenship != "" {
		who = append(who, "citizens of "+c.Citizenship)
	}
	if who == nil {
		return where
	}
	return where + " (" + strings.Join(who, ", ") + ")"
}

// listed joins a few words for a sentence, and counts the rest.
func listed(words []string, last string) string {
	const most = 8
	switch n := len(words); {
	case n == 1:
		return words[0]
	case n > most:
		return strings.Join(words[:most], ", ") + " and " + strconv.Itoa(n-most) + " more"
	default:
		return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
	}
}

// none is the refusal of a pattern that meets no row: it looks for the part of the pattern that is to blame.
func (a *altered) none(who string, c *Cells, codes []Code, regions []string) *refusal {
	what := "it meets no " + who + " " + c.String()
	for _, prefix := range c.Occupations {
		if len(prefix) > a.Level {
			return refuse(fmt.Sprintf("The market is at ISCO level %d, so write at most so many digits: %s", a.Level, prefix[:a.Level]), "%s", what)
		}
	}
	where := Cells{Regions: c.Regions}
	var there, names []string
	for i, region := range regions {
		if where.match(region, Code{}) && codes[i].Occupation != "" {
			there = append(there, codes[i].Occupation)
		}
		names = append(names, region)
	}
	for _, list := range []*[]string{&there, &names} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	switch {
	case len(names) == 0:
		return refuse("The market has none at all", "%s", what)
	case len(c.Regions) > 0 && !slices.ContainsFunc(names, func(r string) bool { return where.match(r, Code{}) }):
		return refuse("There are some in "+listed(names, "and"), "%s", what)
	case len(c.Occupations) > 0 && len(there) > 0 && !slices.ContainsFunc(there, func(o string) bool { return c.match(firstOf(c.Regions), Code{Occupation: o}) }):
		return refuse("Occupations there are "+listed(there, "and"), "%s", what)
	}
	return refuse("Leave out a part of the pattern, such as the status", "%s", what)
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// thousands writes a whole number with commas between thousands, for sentences.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// some writes a count with its noun: `1 row`, `12 rows`.
func some(n int64, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return thousands(n) + " " + strings.TrimSuffix(noun, "y") + "ies"
	}
	return thousands(n) + " " + noun + "s"
}

// AmountKind says how an [Amount] changes a number.
type AmountKind string

// Kinds of amounts.
const (
	Times   AmountKind = "times"   // × the value
	Plus    AmountKind = "plus"    // + the value, which may be below 0
	Exactly AmountKind = "exactly" // becomes the value
)

// Amount is a change of a number: × 1.1, + 200, − 200 or = 300.
type Amount struct {
	Kind  AmountKind
	Value float64
}

// String writes the amount as scenario files do.
func (m Amount) String() string {
	v := strconv.FormatFloat(m.Value, 'f', -1, 64)
	switch {
	case m.Kind == Times:
		return "×" + v
	case m.Kind == Plus && m.Value >= 0:
		return "+" + v
	case m.Kind == Plus:
		return v
	}
	return "=" + v
}

// of is what a number becomes, rounded to a whole one, halves up.
func (m Amount) of(n int64, what string) (int64, *refusal) {
	switch m.Kind {
	case Times:
		n = share(n, m.Value)
	case Plus:
		if take := -share(1, m.Value); take > n {
			return 0, refuse("Take at most as many as there are", "it takes away %s of %s %s", thousands(take), thousands(n), what)
		}
		n += share(1, m.Value)
	case Exactly:
		n = share(1, m.Value)
	}
	if n < 0 || n > mostCount {
		return 0, refuse("Check the amount: it is in single persons, openings or places", "it makes %s %s", thousands(n), what)
	}
	return n, nil
}

// mostCount is the most that an amount may make of a count.
const mostCount = 1_000_000_000_000
