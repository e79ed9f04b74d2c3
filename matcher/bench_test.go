package matcher_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"labourmatch/matcher"
)

// country is a market of one country with heavy-tailed counts, coarse wages, and a second country reached by free
// movement: the shape of the demo, at the size asked for.
func country(regions, occupations int) *matcher.Market {
	random := rand.New(rand.NewPCG(1, 2))
	m := &matcher.Market{
		Level: 3, Period: "2022",
		Blocs:    []matcher.Bloc{{ID: "UNION", Members: []string{"AA", "BB"}}},
		Channels: []matcher.Channel{{ID: "free", Kind: matcher.FreeMovement, Origins: []string{"UNION"}, Destinations: []string{"UNION"}, InForce: "law"}},
	}
	tail := func(scale float64) int64 { return int64(scale / (random.Float64() + 0.01)) }
	for j := range occupations {
		code := fmt.Sprintf("%03d", j)
		m.Occupations = append(m.Occupations, matcher.Occupation{Code: code, SkillLevels: []int{2}})
		for _, c := range []string{"AA", "BB"} {
			m.Wages = append(m.Wages, matcher.Wage{Region: c, Occupation: code, Wage: 10000 + 1000*random.Int64N(40)})
		}
		for range 4 {
			m.Fits = append(m.Fits, matcher.Fit{From: code, To: fmt.Sprintf("%03d", random.IntN(occupations)), Fit: 0.3 + 0.7*random.Float64()})
		}
		for r := range regions {
			region := fmt.Sprintf("AA-%02d", r)
			if r == 0 {
				region = "BB"
			}
			m.Cohorts = append(m.Cohorts, matcher.Cohort{Region: region, Code: matcher.Code{Occupation: code}, Count: tail(20)})
			m.Vacancies = append(m.Vacancies, matcher.Vacancy{Region: region, Code: matcher.Code{Occupation: code}, Count: tail(8)})
		}
	}
	return m
}

func BenchmarkMatch(b *testing.B) {
	for _, size := range []struct{ regions, occupations int }{{17, 40}, {17, 130}, {17, 430}} {
		m := country(size.regions, size.occupations)
		for _, order := range matcher.Orders() {
			b.Run(fmt.Sprintf("%dx%d/%s", size.regions, size.occupations, order), func(b *testing.B) {
				p := matcher.DefaultPolicy()
				p.Order = order
				for b.Loop() {
					r, err := matcher.Match(context.Background(), m, p, matcher.Options{})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(r.Certificate.Network.Arcs()), "arcs")
					b.ReportMetric(float64(r.Certificate.Solution.Stats.Pivots), "pivots")
				}
			})
		}
	}
}
