package matcher

import (
	"errors"
	"fmt"
	"math"
)

// Indices are the summary measures of a market, or of one country in it, at one level of detail. All of them change
// with the level, so they are never given without it.
type Indices struct {
	Country string `json:"country,omitempty"` // "" = the whole market
	Level   int    `json:"level"`             // ISCO digits of the cells
	// Openings and Workers are the Beveridge point as counts: V, and U, the available workers without work.
	Openings int64 `json:"openings"`
	Workers  int64 `json:"workers"`
	// Tightness is V/U, openings per worker without work; nil where there is none.
	Tightness *float64 `json:"tightness,omitempty"`
	// VacancyRate and UnemploymentRate are the Beveridge point as usually drawn, V/(E+V) and U/(E+U); nil where the
	// market has no employed, E.
	VacancyRate      *float64 `json:"vacancy_rate,omitempty"`
	UnemploymentRate *float64 `json:"unemployment_rate,omitempty"`
	// Mismatch is the share of hires lost because workers and openings are in different cells of region × occupation,
	// see [Mismatch], at elasticity [MismatchElasticity]; nil where there are no openings or no workers.
	Mismatch *float64 `json:"mismatch,omitempty"`
}

// MismatchElasticity is the elasticity of hires to vacancies that Şahin, Song, Topa and Violante (2014) take as
// their main case.
const MismatchElasticity = 0.5

// Indices measures the market of a result, its cells summed to an ISCO level not finer than the market's. An empty
// country means all of them. Skill-coded rows are cells of their own. Net openings count as openings, so where there are
// some, tightness and mismatch hold a shortage against all the idle, and a note of the result says so.
func (r *Result) Indices(country string, level int) Indices {
	return r.IndicesOf(r.Gaps(level), level)(country)
}

// IndicesOf is [Result.Indices] for one country after the other, from the cells of a level: a world has hundreds of countries
// and a hundred thousand cells.
func (r *Result) IndicesOf(cells []Gap, level int) func(country string) Indices {
	type side struct {
		openings, workers, employed int64
		u, v                        []float64
	}
	all := &side{}
	sides := map[string]*side{"": all}
	at := func(region string) *side {
		country := Country(region)
		if sides[country] == nil {
			sides[country] = &side{}
		}
		return sides[country]
	}
	for i := range r.Market.Cohorts {
		if c := &r.Market.Cohorts[i]; c.Status == Employed {
			all.employed += c.Count
			at(c.Region).employed += c.Count
		}
	}
	for i := range cells {
		g := &cells[i]
		for _, s := range []*side{all, at(g.Region)} {
			s.openings += g.Openings
			s.workers += g.Idle
			s.u, s.v = append(s.u, float64(g.Idle)), append(s.v, float64(g.Openings))
		}
	}
	return func(country string) Indices {
		x := Indices{Country: country, Level: level}
		s := sides[country]
		if s == nil {
			return x
		}
		x.Openings, x.Workers = s.openings, s.workers
		if x.Workers > 0 {
			tightness := float64(x.Openings) / float64(x.Workers)
			x.Tightness = &tightness
		}
		if s.employed > 0 {
			vacancy := float64(x.Openings) / float64(s.employed+x.Openings)
			unemployment := float64(x.Workers) / float64(s.employed+x.Workers)
			x.VacancyRate, x.UnemploymentRate = &vacancy, &unemployment
		}
		if m, err := Mismatch(s.u, s.v, nil, MismatchElasticity); err == nil {
			x.Mismatch = &m
		}
		return x
	}
}

// Mismatch is the mismatch index of Şahin, Song, Topa and Violante, "Mismatch Unemployment", American Economic Review
// 104(11), 2014, equations 4 to 13: the share of hires lost because the unemployed u are not spread over the cells as a
// planner would spread them given the vacancies v,
//
//	M = 1 − Σᵢ (φᵢ/φ̄) (vᵢ/v)^α (uᵢ/u)^(1−α),   φ̄ = (Σᵢ φᵢ^(1/α) vᵢ/v)^α
//
// with matching efficiency φᵢ per cell (nil = all equal, then φᵢ/φ̄ = 1) and α the elasticity of hires to vacancies. It
// lies between 0, where tightness (weighted by efficiency) is the same in all cells, and 1.
func Mismatch(u, v, efficiency []float64, alpha float64) (float64, error) {
	if len(u) != len(v) || efficiency != nil && len(efficiency) != len(u) {
		return 0, fmt.Errorf("mismatch index: %d cells of unemployed, %d of vacancies, %d of efficiency; give one of each per cell", len(u), len(v), len(efficiency))
	}
	if !(alpha > 0 && alpha < 1) {
		return 0, fmt.Errorf("mismatch index: the elasticity is %v; it must lie between 0 and 1", alpha)
	}
	var sumU, sumV float64
	for i := range u {
		if !(u[i] >= 0 && v[i] >= 0) || math.IsInf(u[i]+v[i], 0) || efficiency != nil && !(efficiency[i] > 0) {
			return 0, fmt.Errorf("mismatch index: cell %d has a count or efficiency that is negative or no number", i)
		}
		sumU += u[i]
		sumV += v[i]
	}
	if sumU == 0 || sumV == 0 {
		return 0, errors.New("mismatch index: it needs at least one unemployed and one vacancy")
	}
	matched, planned := 0.0, 0.0
	for i := range u {
		phi := 1.0
		if efficiency != nil {
			phi = efficiency[i]
		}
		matched += phi * math.Pow(v[i]/sumV, alpha) * math.Pow(u[i]/sumU, 1-alpha)
		planned += math.Pow(phi, 1/alpha) * v[i] / sumV
	}
	return 1 - matched/math.Pow(planned, alpha), nil
}
