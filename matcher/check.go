package matcher

import (
	"fmt"

	"labourmatch/matcher/flow"
)

// Check holds a result against what it must satisfy whatever the solver did: the certificate of its network, which
// covers limits and optimality, and the laws of conservation between entries, placements, fillings, placings and totals,
// each count derived again from the rows; no limit carries more than it allows. Where equity weighs the objective the value is held only from below. nil means
// all of it holds.
func Check(r *Result) error {
	if err := flow.Certify(r.Certificate.Network, r.Certificate.Solution); err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	in, out := make([]int64, len(r.Pools)), make([]int64, len(r.Pools))
	placed := make([]int64, len(r.Placings))
	filled := make([]ByWay, len(r.Fillings))
	for i, e := range r.Entries {
		if e.Count <= 0 {
			return fmt.Errorf("entry %d places %d workers", i, e.Count)
		}
		if r.Market.Cohorts[e.Cohort].Region != r.Pools[e.Pool].Region {
			return fmt.Errorf("entry %d: a cohort of %s is in a pool of %s", i, r.Market.Cohorts[e.Cohort].Region, r.Pools[e.Pool].Region)
		}
		in[e.Pool] += e.Count
		placed[e.Cohort] += e.Count
	}
	for i, p := range r.Placements {
		if p.Count <= 0 {
			return fmt.Errorf("placement %d places %d workers", i, p.Count)
		}
		pool, v := r.Pools[p.Pool], &r.Market.Vacancies[p.Vacancy]
		if pool.Code != v.Code {
			return fmt.Errorf("placement %d: a pool of %s fills a vacancy of %s", i, pool.Code, v.Code)
		}
		if home := Country(pool.Region) == Country(v.Region); home != (p.Way < Free) || home != (p.Channel < 0) {
			return fmt.Errorf("placement %d from %s to %s is counted as %s", i, pool.Region, v.Region, p.Way)
		}
		if p.Way < Free && v.Kind == Net {
			return fmt.Errorf("placement %d fills a net shortage from home", i)
		}
		out[p.Pool] += p.Count
		filled[p.Vacancy][p.Way] += p.Count
	}
	for i := range r.Pools {
		if in[i] != out[i] {
			return fmt.Errorf("pool %d takes in %d workers and places %d", i, in[i], out[i])
		}
	}
	var totals Totals
	for i, f := range r.Fillings {
		if f.Filled != filled[i] || f.Openings != r.Market.Vacancies[i].Count || f.Unfilled < 0 || f.Openings != f.Filled.Sum()+f.Unfilled {
			return fmt.Errorf("vacancy %s: %d openings, %v filled, %d unfilled do not add up", r.Market.Vacancies[i].Key(), f.Openings, f.Filled, f.Unfilled)
		}
		totals.Openings += f.Openings
		totals.Unfilled += f.Unfilled
		for w, n := range f.Filled {
			totals.Filled[w] += n
		}
	}
	var ways ByWay
	for i, p := range r.Placings {
		if p.Placed.Sum() != placed[i] || p.Unplaced < 0 || p.Workers != placed[i]+p.Unplaced || p.Workers > r.Market.Cohorts[i].Count {
			return fmt.Errorf("cohort %s: %d workers, %v placed, %d unplaced do not add up", r.Market.Cohorts[i].Key(), p.Workers, p.Placed, p.Unplaced)
		}
		totals.Workers += p.Workers
		totals.Unplaced += p.Unplaced
		for w, n := range p.Placed {
			ways[w] += n
		}
	}
	if ways != totals.Filled {
		return fmt.Errorf("workers are placed %v, vacancies filled %v", ways, totals.Filled)
	}
	if totals.Value = r.Totals.Value; totals != r.Totals {
		return fmt.Errorf("totals are %+v, the rows add up to %+v", r.Totals, totals)
	}
	if err := r.checkLimits(); err != nil {
		return err
	}
	return r.checkValue()
}

// checkValue holds the stated value against the certificate's total of the same term, which differs by what equity
// takes off.
func (r *Result) checkValue() error {
	last := len(r.Certificate.Terms) - 1
	total, ok := r.Certificate.Solution.Costs[last].Int64()
	if !ok || -total > r.Totals.Value || r.Policy.Equity.Value == 0 && -total != r.Totals.Value {
		return fmt.Errorf("the placements are worth %d, the certificate says %s", r.Totals.Value, r.Certificate.Solution.Costs[last])
	}
	return nil
}
