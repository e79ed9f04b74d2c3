package intake

import (
	"context"
	"errors"
	"slices"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/datasets/formats"
	"labourmatch/matcher"
)

// Where codes may come from besides the classifications of occupations of package codes.
const (
	fromISCO   = "isco08"
	fromRegion = "region" // ISO codes, codes that other lists use for them, and English names of countries
)

// crossed is whether codes of a classification have to be turned into others, so that several may meet in one.
func crossed(from string) bool { return from != "" && from != fromISCO && from != fromRegion }

// part is a share of a figure that goes to one code.
type part struct {
	code               string
	n                  int64
	estimated, assumed bool
}

// codes are the codes that the text of a column stands for, with the share of a figure that each gets; figures that are
// no counts are not split but go to each. A finding says why there is none.
func (t *target) codes(i int, v *Value, text string, n int64) ([]part, *Finding) {
	if to, ok := v.Map[text]; ok {
		return []part{{code: to, n: n, assumed: v.Assumed}}, nil
	}
	classed := v.From != "" || len(v.Eras) > 0
	if v.Map != nil && !classed {
		return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "is not in the layout's map", Hint: "Add it to map: in the layout"}
	}
	if !classed {
		return []part{{code: text, n: n}}, nil
	}
	if v.From == fromRegion {
		to, ok := codes.FindRegion(text)
		if !ok {
			return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "is no region that is known here", Hint: "Add map: to the column in the layout, with this word and its ISO 3166 code"}
		}
		return []part{{code: to, n: n}}, nil
	}
	period := t.period()
	from := v.from(period)
	cross, ok := codes.CrosswalkFrom(from)
	if !ok {
		return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "is of " + period + ", for which the layout names no classification", Hint: "Name one under from: in the layout"}
	}
	code := text
	if v.Inside {
		if code, ok = cross.From().Extract(text); !ok {
			return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "has no code of " + cross.From().Version + " inside"}
		}
	}
	if to, ok := t.repairs[i][from][code]; ok {
		code = to
	}
	counts := t.counts()
	var out []part
	if parts, ok := cross.Split(code, n); ok && counts && n > 0 {
		for _, p := range parts {
			out = append(out, part{p.ISCO, p.Mass, p.Estimated, p.Assumed})
		}
	} else if shares := cross.To(code); !counts {
		for _, s := range shares {
			out = append(out, part{s.ISCO, n, len(shares) > 1, len(shares) > 1})
		}
	} else if len(shares) > 0 { // nobody is nobody, whatever the code
		out = []part{{code: shares[0].ISCO}}
	}
	if len(out) > 0 {
		t.class, t.code = from, code
		if crossed(from) && counts {
			out = toUnits(out)
		}
		return out, nil
	}
	f := &Finding{Severity: Warning, Kind: Unmapped, What: "has no counterpart in ISCO-08 in the table of " + cross.From().Version, Hint: "Add it to map: in the layout if you know one"}
	if from == fromISCO {
		f.What, f.Hint = "is not an occupation of ISCO-08", t.r.suggest(code)
	}
	return nil, f
}

// suggest says what could be meant by a code that is not of ISCO-08. Of a file with more such codes than findings are
// kept, it is the wrong classification that is at fault, and one hint serves for the rest.
func (r *reader) suggest(code string) string {
	hint, ok := r.hints[code]
	switch {
	case ok:
		return hint
	case len(r.hints) >= MaxFindings:
		return "Look whether the column has codes of another classification, and name it by from: in the layout"
	case r.hints == nil:
		r.hints = map[string]string{}
	}
	hint = codes.SuggestOccupation(code)
	r.hints[strings.Clone(code)] = hint
	return hint
}

// toUnits spreads shares of groups over their unit groups, each the same, which is assumed: where a table leads some codes
// to a group and others to units inside it, the group is no total of the units.
func toUnits(parts []part) []part {
	var out []part
	for _, p := range parts {
		units := []string{p.code}
		for len(units[0]) < unitDigits {
			var finer []string
			for _, u := range units {
				finer = append(finer, codes.ChildOccupations(u)...)
			}
			if len(finer) == 0 {
				break
			}
			units = finer
		}
		ones := make([]int64, len(units))
		for i := range ones {
			ones[i] = 1
		}
		split := p.estimated || len(units) > 1
		for i, n := range matcher.Apportion(p.n, ones) {
			if n > 0 || p.n == 0 && i == 0 {
				out = append(out, part{units[i], n, split, p.assumed || len(units) > 1})
			}
		}
	}
	return out
}

// unitDigits is the length of the codes of ISCO-08's unit groups.
const unitDigits = 4

// errEnough ends a walk that has seen what it was for.
var errEnough = errors.New("seen enough")

// survey walks the source once before it is read, where something has to be known of all rows: the latest period, and
// which codes have lost their leading zeros to a spreadsheet.
func (r *reader) survey(ctx context.Context, s *formats.Sheet) error {
	type column struct {
		t    *target
		at   int
		from string
		seen map[string]bool
	}
	var look []column
	for _, t := range r.targets {
		for i := range t.source {
			for _, from := range t.source[i].classes() {
				if from != fromRegion && !t.source[i].Inside {
					look = append(look, column{t, i, from, map[string]bool{}})
				}
			}
		}
	}
	l := r.layout
	if len(look) == 0 && l.Latest == nil {
		return nil
	}
	r.latest = map[string]string{}
	err := r.walk(ctx, s, func() error {
		if len(l.Until) > 0 && r.footnote() {
			return errEnough
		}
		if slices.ContainsFunc(l.Only, func(c Condition) bool { return !c.holds(r) }) {
			return nil
		}
		if l.Latest != nil {
			if key, period := l.Latest.group(r), r.at(l.Latest.Column); period > r.latest[key] {
				r.latest[strings.Clone(key)] = strings.Clone(period)
			}
		}
		for _, c := range look {
			v := &c.t.source[c.at]
			if len(v.Eras) > 0 && v.from(c.t.period()) != c.from {
				continue
			}
			text := v.text(r)
			if _, mapped := v.Map[text]; text != "" && !mapped && len(c.seen) <= codes.MaxCodes && !c.seen[text] {
				c.seen[strings.Clone(text)] = true
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	for _, c := range look {
		c.t.putBack(c.at, c.from, sortedKeys(c.seen))
	}
	return nil
}

// putBack finds which codes of a column have lost their leading zeros.
func (t *target) putBack(at int, class string, seen []string) {
	v := &t.source[at]
	cross, ok := codes.CrosswalkFrom(class)
	if !ok {
		return // the layout was checked for it
	}
	repaired, note, err := cross.Repair(seen, v.Level)
	if err != nil {
		t.r.found.add(Finding{Severity: Refusing, Kind: Unreadable, Table: t.table.File, Column: v.Column, What: err.Error(), Hint: "State level: in the layout, how many digits the codes have"})
		return
	}
	if len(repaired) == 0 {
		return
	}
	if t.repairs[at] == nil {
		t.repairs[at] = map[string]map[string]string{}
	}
	t.repairs[at][class] = repaired
	from := sortedKeys(repaired)
	t.r.found.add(Finding{Severity: Note, Kind: Repaired, Table: t.table.File, Column: v.Column, Value: strings.Join(from[:min(3, len(from))], " "), Times: len(from), What: note})
}
