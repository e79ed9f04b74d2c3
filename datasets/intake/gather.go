package intake

import "slices"

// maxGathered is how many different findings are held to be added up over their places.
const maxGathered = 50_000

// gathered adds up findings that differ only in their place, and keeps the first place. Its memory is bounded: once it
// holds maxGathered, a finding that is not like one of them is handed on at once, as one place of its own, and kept only
// if it is among the first [MaxFindings] of those.
type gathered struct {
	to     func(Finding) error // nil: nobody wants all of them
	err    error               // of the first that could not be handed on
	byKey  map[gatherKey]int
	list   []Finding
	first  []Finding // of those handed on, the first MaxFindings and some more
	passed map[Severity]int
}

type gatherKey struct {
	kind          Kind
	table, column string
	value, what   string
	row           int // of findings about one row each
}

// add notes a finding once for all its places.
func (g *gathered) add(f Finding) {
	f.Value = shorten(f.Value)
	f.Times = max(f.Times, 1)
	key := gatherKey{f.Kind, f.Table, f.Column, f.Value, f.What, 0}
	if f.Kind == Duplicate { // a third row for the same has the same to say as the second
		key.row = f.Row
	}
	if i, ok := g.byKey[key]; ok {
		g.list[i].Times += f.Times
		g.list[i].Figure += f.Figure
		return
	}
	if len(g.list) >= maxGathered {
		g.pass(f)
		return
	}
	if g.byKey == nil {
		g.byKey = map[gatherKey]int{}
	}
	g.byKey[key] = len(g.list)
	g.list = append(g.list, f)
}

// pass hands on a finding for which there is no room.
func (g *gathered) pass(f Finding) {
	if g.passed == nil {
		g.passed = map[Severity]int{}
	}
	g.passed[f.Severity]++
	if g.to != nil && g.err == nil {
		g.err = g.to(f)
	}
	if g.first = append(g.first, f); len(g.first) >= 2*MaxFindings {
		g.first = ranked(g.first)[:MaxFindings]
	}
}

// finish hands on what is held, the gravest first, and fills in what the quality keeps of all findings.
func (g *gathered) finish(q *Quality) error {
	q.Counts = map[Severity]int{}
	all := len(g.list)
	for s, n := range g.passed {
		q.Counts[s] = n
		all += n
	}
	for _, f := range ranked(g.list) {
		q.Counts[f.Severity]++
		if g.to != nil && g.err == nil {
			g.err = g.to(f)
		}
	}
	q.Findings = ranked(append(g.list, g.first...))
	q.Findings = slices.Clone(q.Findings[:min(len(q.Findings), MaxFindings)])
	q.More = all - len(q.Findings)
	return g.err
}

// ranked sorts findings by what comes first.
func ranked(list []Finding) []Finding {
	slices.SortStableFunc(list, func(a, b Finding) int { return a.before(&b) })
	return list
}
