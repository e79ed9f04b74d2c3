package matcher

import (
	"context"
	"fmt"
)

// protections says of every safeguard and gate that names the workers of the cell what it lets be recruited, and what it keeps. Each
// takes one trial, a match of the market without it.
func (x *explainer) protections(ctx context.Context, trials *int) ([]string, error) {
	if !x.cell.ofWorkers {
		return nil, nil
	}
	var out []string
	for i := range x.Market.Safeguards {
		s := &x.Market.Safeguards[i]
		if !x.n.guards.origins[i](x.cell.region) || s.Rule != RuleGate && !s.covers(x.cell.code) {
			continue
		}
		said := fmt.Sprintf("Safeguard %s (%s) names them", s.ID, s.Rule)
		if s.Rule == RuleGate {
			said = fmt.Sprintf("Gate %s asks of whoever recruits them for %s", s.ID, listed(s.Protections, "and"))
		}
		for k := range x.Limits {
			if l := &x.Limits[k]; l.Safeguard == i && x.ofCell(l) {
				said += fmt.Sprintf("; %s of %s who may be recruited are", thousands(l.Used), thousands(l.Most))
				if l.Cohort < 0 {
					said += ", over all it names in " + l.Origin
				}
			}
		}
		if *trials > 0 {
			*trials--
			free, _, err := WhatIf(ctx, x.Result, scenarioOf([]Act{DropSafeguard{s.ID}}), Options{})
			if err != nil {
				return nil, fmt.Errorf("match the market without safeguard %s: %w", s.ID, err)
			}
			kept := x.leaving(free) - x.leaving(x.Result)
			said += fmt.Sprintf(". Without it %s of these would leave their country, and %s openings would be filled in the whole market",
				signed(kept), signed(free.Totals.Filled.Sum()-x.Totals.Filled.Sum()))
		}
		out = append(out, said+".")
	}
	return out, nil
}

// ofCell says whether a limit of a safeguard is on a cohort of the cell.
func (x *explainer) ofCell(l *Limit) bool {
	for _, row := range x.cell.rows {
		if x.guards(l, row) {
			return true
		}
	}
	return false
}

// leaving is how many workers of the cell leave their country in a result of the same cohorts.
func (x *explainer) leaving(r *Result) (n int64) {
	for _, row := range x.cell.rows {
		n += r.Placings[row].Placed[Free] + r.Placings[row].Placed[ByChannel]
	}
	return n
}
