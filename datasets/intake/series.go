package intake

import (
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets/codes"
)

// series are the figures of a source by the codes it has itself, where its classification changes on the way or may have
// changed since the last version: to tell where the series of an occupation breaks, and how much is in the broken ones.
type series struct {
	mass map[seriesKey]int64
}

type seriesKey struct{ class, period, code string }

// add notes the figure of a row by its code.
func (s *series) add(class, period, code string, n int64) {
	if s.mass == nil {
		s.mass = map[seriesKey]int64{}
	}
	k := seriesKey{class, period, code}
	if _, have := s.mass[k]; !have {
		if len(s.mass) >= maxCube {
			return
		}
		k = seriesKey{class, strings.Clone(period), strings.Clone(code)}
	}
	s.mass[k] += n
}

// note adds the row at hand to the series, if somebody will ask for it.
func (t *target) note(n int64) {
	if t.class == "" || !t.counts() {
		return
	}
	if len(t.source[t.at("occupation")].Eras) > 0 || t.classBefore() != "" {
		t.series.add(t.class, t.period(), t.code, n)
	}
}

// report tells of each change of classification on the way.
func (s *series) report(t *target) {
	at := t.at("occupation")
	if at < 0 {
		return
	}
	eras := t.source[at].Eras
	for i := 1; i < len(eras); i++ {
		a, b := eras[i-1], eras[i]
		last, first := s.end(a.From, true, a), s.end(b.From, false, b)
		if last != "" && first != "" && a.From != b.From {
			s.tell(t, a.From, b.From, s.by(a.From, last), fmt.Sprintf("between %s and %s", last, first), "in "+last, false)
		}
	}
	if before, now := t.classBefore(), t.source[at].From; before != "" && now != "" && now != before {
		mass := map[string]int64{}
		for k, n := range s.mass {
			mass[k.code] += n
		}
		s.tell(t, before, t.source[at].From, mass, "since the version before", "here", true)
	}
}

// classBefore is the classification that the version before was read by; "" where that is not known or the layout has no
// such column.
func (t *target) classBefore() string {
	l := t.r.to.LayoutBefore
	if l == nil {
		return ""
	}
	for i := range l.Tables {
		if v := l.Tables[i].Columns["occupation"]; l.Tables[i].File == t.table.File {
			if list := v.classes(); len(list) > 0 {
				return list[len(list)-1]
			}
		}
	}
	return ""
}

// end is the last or first period of an era that there are figures of.
func (s *series) end(class string, last bool, e Era) string {
	out := ""
	for k := range s.mass {
		year := k.period[:min(4, len(k.period))]
		if k.class == class && (e.Since == "" || year >= e.Since) && (e.Until == "" || year <= e.Until) && (out == "" || last == (k.period > out)) {
			out = k.period
		}
	}
	return out
}

// by are the figures of a period by code.
func (s *series) by(class, period string) map[string]int64 {
	out := map[string]int64{}
	for k, n := range s.mass {
		if k.class == class && k.period == period {
			out[k.code] += n
		}
	}
	return out
}

// tell says how much is in codes whose content is not the same in both classifications. The figures are by codes of the
// earlier one, or of the later.
func (s *series) tell(t *target, from, to string, mass map[string]int64, when, where string, later bool) {
	a, _ := codes.ClassificationByID(from)
	b, _ := codes.ClassificationByID(to)
	f := Finding{
		Severity: Warning, Kind: Break, Table: t.table.File, Column: t.source[t.at("occupation")].Column, Times: 1,
		Hint: "Do not read a change of these occupations over the break as one of the labour market",
	}
	what := fmt.Sprintf("the series breaks %s: codes are of %s before and of %s after", when, a.Version, b.Version)
	broken, known := changes(from, to, later)
	var all, in int64
	largest, most, number := "", int64(-1), 0
	for _, code := range sortedKeys(mass) {
		n := mass[code]
		all += n
		kind := broken[code]
		if kind == "" {
			continue
		}
		in += n
		number++
		if n > most {
			largest, most = fmt.Sprintf("%s (%s, %s)", code, kind, grouped(n)), n
		}
	}
	switch {
	case !known:
		f.What = what + "; how far their codes go together is not known here"
		f.Figure = all
	case number == 0:
		f.Severity, f.Hint = Note, ""
		f.What = what + "; none of the codes that are used changed its content"
	default:
		f.Figure, f.Times = in, number
		f.What = fmt.Sprintf("%s; %s of %s %s, %.1f %%, are of %s not the same in both, the largest %s",
			what, grouped(in), grouped(all), where, 100*float64(in)/float64(max(all, 1)), plural(number, "code that is", "codes that are"), largest)
	}
	t.r.found.add(f)
}

// changes says of every code of one version whose content is not that of one code of the other what became of it. It is
// false where the two are not compared.
func changes(from, to string, later bool) (map[string]string, bool) {
	out, known := map[string]string{}, false
	c, _ := codes.ClassificationByID(from)
	for _, digits := range c.Digits {
		list, ok := codes.Break(from, to, digits)
		known = known || ok
		for _, x := range list {
			if x.Kind == codes.KindSame || x.Kind == codes.KindRenumbered {
				continue
			}
			of := []string{x.Code}
			if later {
				of = slices.Clone(x.To)
			}
			for _, code := range of {
				if out[code] == "" {
					out[code] = x.Kind
				}
			}
		}
	}
	return out, known
}
