package report

import (
	"fmt"
	"slices"

	"labourmatch/matcher"
)

// refs are the sources of one kind of input.
type refs struct {
	list    []int
	assumed bool
}

func (w *sheetWriter) cite(to *refs, p matcher.Provenance) {
	text := p.Source
	for _, more := range []string{p.Date, p.Licence} {
		if more != "" {
			text += ", " + more
		}
	}
	n := w.numbers[text]
	if n == 0 {
		w.sheet.Sources = append(w.sheet.Sources, text)
		n = len(w.sheet.Sources)
		w.numbers[text] = n
	}
	if !slices.Contains(to.list, n) {
		to.list = append(to.list, n)
	}
	to.assumed = to.assumed || p.Assumed
}

// findSources lists where the corridor's own rows come from.
func (w *sheetWriter) findSources() {
	m := w.r.Market
	for _, p := range w.r.Placements {
		if p.Channel < 0 || matcher.Country(w.r.Pools[p.Pool].Region) != w.o.From ||
			matcher.Country(m.Vacancies[p.Vacancy].Region) != w.o.To || !w.o.counts(&m.Channels[p.Channel]) {
			continue
		}
		w.channels[p.Channel] += p.Count
	}
	fills, leavers := map[matcher.Code]bool{}, map[matcher.Code]bool{}
	for _, f := range w.l.Fills {
		fills[f.Code] = true
	}
	for _, x := range w.l.Leavers {
		leavers[x.Code] = true
	}
	for i := range m.Vacancies {
		if v := &m.Vacancies[i]; matcher.Country(v.Region) == w.o.To && fills[v.Code] {
			w.cite(&w.openings, v.Provenance)
			if v.Wage != nil {
				w.cite(&w.wages, v.Provenance)
			}
		}
	}
	for i := range m.Cohorts {
		if c := &m.Cohorts[i]; matcher.Country(c.Region) == w.o.From && leavers[c.Code] {
			w.cite(&w.workers, c.Provenance)
			if c.Outside != nil {
				w.cite(&w.wages, c.Provenance)
			}
		}
	}
	for i := range m.Channels {
		if w.channels[i] > 0 {
			w.cite(&w.laws, m.Channels[i].Provenance)
		}
	}
	for i := range m.Wages {
		if x := &m.Wages[i]; matcher.Country(x.Region) == w.o.From || matcher.Country(x.Region) == w.o.To {
			w.cite(&w.wages, x.Provenance)
		}
	}
	for i := range m.Prices {
		if x := &m.Prices[i]; x.Country == w.o.From || x.Country == w.o.To {
			w.cite(&w.prices, x.Provenance)
		}
	}
}

// assume lists the policy's numbers that a corridor's figures rest on.
func (w *sheetWriter) assume(n matcher.NamedNumber) {
	switch n.Name {
	case "available", "mobile", "outside_share", "take_home", "remittance_share", "transfer_cost", "alarm_share", "alarm_hhi":
	default:
		return
	}
	from := "assumed"
	if !n.Assumed {
		from = n.Source
	}
	w.sheet.Assumed = append(w.sheet.Assumed, fmt.Sprintf("%s = %s (%s): %s; %s", n.Name, plain(n.Value), n.Unit, n.Text, from))
}
