package intake

import (
	"context"
	"errors"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/datasets/formats"
)

// Where codes may come from besides the national classifications of package codes.
const (
	fromISCO   = "isco-08"
	fromRegion = "region" // ISO codes, codes that other lists use for them, and English names of countries
)

// crossed is whether codes of a classification have to be turned into others, so that several may meet in one.
func crossed(from string) bool { return from != "" && from != fromISCO && from != fromRegion }

// part is a share of a figure that goes to one code.
type part struct {
	code string
	n    int64
}

// codes are the codes a text stands for, with the share of a figure that each gets; figures that are no counts are not
// split but go to each. A finding says why there is none.
func (v *Value) codes(text string, repaired map[string]string, n int64, counts bool) ([]part, *Finding) {
	if v.Map != nil {
		to, ok := v.Map[text]
		if !ok {
			return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "is not in the layout's map", Hint: "Add it to map: in the layout"}
		}
		return []part{{to, n}}, nil
	}
	if v.From == "" {
		return []part{{text, n}}, nil
	}
	if v.From == fromRegion {
		to, ok := regionOf(text)
		if !ok {
			return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "is no region that is known here", Hint: "Add map: to the column in the layout, with this word and its ISO 3166 code"}
		}
		return []part{{to, n}}, nil
	}
	code := text
	if v.Inside {
		inside, ok := codes.Extract(v.From, text)
		if !ok {
			return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "has no code of " + v.From + " inside"}
		}
		code = inside
	}
	if to, ok := repaired[code]; ok {
		code = to
	}
	if v.From == fromISCO {
		if _, ok := codes.OccupationByCode(code); !ok {
			return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "is not an occupation of ISCO-08", Hint: codes.SuggestOccupation(code)}
		}
		return []part{{code, n}}, nil
	}
	cross, ok := codes.CrosswalkFrom(v.From)
	if !ok {
		return nil, &Finding{Severity: Refusing, Kind: Unreadable, What: "is of a classification that has no table here"}
	}
	var out []part
	if counts {
		for _, p := range cross.Split(code, n) {
			out = append(out, part{p.Code, p.Amount})
		}
	} else {
		for _, s := range cross.To(code) {
			out = append(out, part{s.Code, n})
		}
	}
	if len(out) == 0 {
		return nil, &Finding{Severity: Warning, Kind: Unmapped, What: "has no counterpart in ISCO-08 in the table of " + v.From, Hint: "Add it to map: in the layout if you know one"}
	}
	return out, nil
}

// regionOf is the code of a region, from its code here or elsewhere or its English name.
func regionOf(text string) (string, bool) {
	if _, ok := codes.RegionByCode(text); ok {
		return text, true
	}
	if c, ok := codes.Alpha2(text); ok {
		return c, true
	}
	for _, c := range codes.Countries() {
		if strings.EqualFold(c.Name, text) {
			return c.Code, true
		}
	}
	return "", false
}

// maxCodes is how many different codes a column may have.
const maxCodes = 100_000

// errEnough ends a walk that has seen what it was for.
var errEnough = errors.New("seen enough")

// repair looks through the columns whose codes may have lost their leading zeros to a spreadsheet, and finds which do.
func (r *reader) repair(ctx context.Context, s *formats.Sheet) error {
	type column struct {
		t    *target
		at   int
		seen map[string]bool
	}
	var look []column
	for _, t := range r.targets {
		for i := range t.source {
			if v := &t.source[i]; v.Column != "" && v.Map == nil && (crossed(v.From) || v.From == fromISCO) && !v.Inside {
				look = append(look, column{t, i, map[string]bool{}})
			}
		}
	}
	if len(look) == 0 {
		return nil
	}
	err := r.walk(ctx, s, func() error {
		if len(r.layout.Until) > 0 && r.footnote() {
			return errEnough
		}
		for _, c := range look {
			if text := r.at(c.t.source[c.at].Column); text != "" && len(c.seen) < maxCodes && !c.seen[text] {
				c.seen[strings.Clone(text)] = true
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	for _, c := range look {
		v := &c.t.source[c.at]
		repaired, note, err := codes.Repair(v.From, sortedKeys(c.seen), v.Level)
		if err != nil {
			r.found.add(Finding{Severity: Refusing, Kind: Unreadable, Table: c.t.table.File, Column: v.Column, What: err.Error(), Hint: "State level: in the layout, how many digits the codes have"})
			continue
		}
		if len(repaired) > 0 {
			c.t.repairs[c.at] = repaired
			from := sortedKeys(repaired)
			r.found.add(Finding{Severity: Note, Kind: Repaired, Table: c.t.table.File, Column: v.Column, Value: strings.Join(from[:min(3, len(from))], " "), Times: len(from), What: note})
		}
	}
	return nil
}
