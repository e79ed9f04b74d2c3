package matcher_test

import (
	"fmt"
	"strconv"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

var (
	regions     = []string{"AA", "BB-1", "BB-2", "CC-1", "CC-2", "CC-3"}
	occupations = []string{"110", "221", "222", "512", "931"}
	skillLevels = map[string][]int{"110": {1, 2, 4}, "221": {4}, "222": {4}, "512": {2}, "931": {1}}
)

func ref[T any](v T) *T { return &v }

// randomMarket draws a small market that uses every feature at once: several cohorts per cell, skill codes, net
// vacancies, contracts, quotas per corridor, closed channels, missing wages, coarse (tie-ridden) figures.
func randomMarket(t *rapid.T) *matcher.Market {
	pick := func(name string, list ...string) string { return rapid.SampledFrom(list).Draw(t, name) }
	count := rapid.SampledFrom([]int64{0, 1, 2, 3, 5, 8, 12})
	money := rapid.SampledFrom([]int64{0, 1000, 10000, 10000, 20000, 20000, 30000, 30001, 45000})
	m := &matcher.Market{
		Title: "random", Period: "2022", Level: 3, Base: matcher.Stock,
		Blocs: []matcher.Bloc{{ID: "UNION", Members: []string{"AA", "BB"}}},
	}
	for _, code := range occupations {
		m.Occupations = append(m.Occupations, matcher.Occupation{
			Code: code, Title: "occupation " + code, SkillLevels: skillLevels[code], Regulated: code == "222",
			Skills: map[string]float64{"S1": 0.25, "S2": 0.35, "S" + code[:1]: 0.4},
		})
	}
	m.Occupations[0].Skills = nil
	code := func() matcher.Code {
		if rapid.IntRange(0, 5).Draw(t, "coded by skill") == 0 {
			return matcher.Code{Skill: pick("skill", "1", "2", "4", "3-4", "S1", "S2")}
		}
		return matcher.Code{Occupation: pick("occupation", occupations...)}
	}
	cohorts, vacancies := map[string]bool{}, map[string]bool{}
	for range rapid.SampledFrom([]int{0, 4, 8, 12, 16}).Draw(t, "cohorts") {
		c := matcher.Cohort{
			Region: pick("region", regions...), Code: code(), Period: "2022", Kind: matcher.Stock, Count: count.Draw(t, "count"),
			Citizenship: pick("citizenship", "", "", "AA", "CC"), Status: pick("status", "", "unemployed", "employed"),
		}
		if rapid.Bool().Draw(t, "outside stated") {
			c.Outside = ref(money.Draw(t, "outside"))
		}
		if !cohorts[c.Key()] {
			cohorts[c.Key()] = true
			m.Cohorts = append(m.Cohorts, c)
		}
	}
	quotas := rapid.Bool().Draw(t, "quotas")
	for range rapid.SampledFrom([]int{0, 4, 8, 12, 16}).Draw(t, "vacancies") {
		v := matcher.Vacancy{
			Region: pick("region", regions...), Code: code(), Period: "2022", Kind: matcher.Stock, Count: count.Draw(t, "count"),
		}
		if rapid.IntRange(0, 4).Draw(t, "net") == 0 {
			v.Kind = matcher.Net
		}
		v.Contract, v.Months = pick("contract", "", "permanent", "temporary", "seasonal"), rapid.SampledFrom([]int{0, 6, 24}).Draw(t, "months")
		if rapid.Bool().Draw(t, "wage stated") {
			v.Wage = ref(money.Draw(t, "wage"))
		}
		if !vacancies[v.Key()] {
			vacancies[v.Key()] = true
			m.Vacancies = append(m.Vacancies, v)
		}
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "channels") {
		c := matcher.Channel{
			ID: "channel-" + strconv.Itoa(i), Kind: pick("kind", matcher.FreeMovement, matcher.Visa, matcher.Agreement, matcher.Seasonal, matcher.PointsVisa),
			Recruitment: pick("recruitment", "", matcher.Active, matcher.Individual),
			Origins:     []string{pick("origin", "*", "UNION", "AA", "CC", "CC-1")}, Destinations: []string{pick("destination", "*", "UNION", "BB", "BB-2")},
			InForce:   pick("in force", "yes", "law", "practice", "yes", "unknown"),
			ValidFrom: pick("valid from", "", "", "2020", "2022-07-01", "2022-07-02", "2022-07"),
			ValidTo:   pick("valid to", "", "", "2030-05", "2022", "2022-07", "2022-06-30", "2021-12-31"),
		}
		if rapid.Bool().Draw(t, "some occupations") {
			c.Occupations = []string{pick("prefix", "2", "22", "512", "9")}
		}
		c.Contract, c.Months = pick("contract", "", "", "seasonal", "temporary", "circular", "permanent"), rapid.SampledFrom([]int{0, 0, 12}).Draw(t, "months")
		if quotas && rapid.Bool().Draw(t, "has quota") {
			c.Quota, c.QuotaOf = ref(rapid.Int64Range(0, 6).Draw(t, "quota")), matcher.QuotaEach
		}
		if rapid.Bool().Draw(t, "cost stated") {
			c.CostWorker, c.CostEmployer = ref(money.Draw(t, "cost")), ref(int64(500))
		}
		m.Channels = append(m.Channels, c)
	}
	for _, r := range []string{"AA", "BB", "BB-2", "CC"} {
		for _, o := range []string{"", "2", "5", "931"} {
			if rapid.IntRange(0, 4).Draw(t, "wage known") > 0 {
				m.Wages = append(m.Wages, matcher.Wage{Region: r, Occupation: o, Period: "2022", Wage: money.Draw(t, "wage")})
			}
		}
	}
	for _, i := range occupations {
		for _, j := range occupations {
			if i != j && rapid.Bool().Draw(t, "related") {
				f := matcher.Fit{From: i, To: j, Fit: rapid.SampledFrom([]float64{0.2, 0.4, 0.5, 0.9}).Draw(t, "fit"), Conversion: rapid.Bool().Draw(t, "conversion")}
				if rapid.Bool().Draw(t, "months stated") {
					f.TrainingMonths = ref(rapid.SampledFrom([]float64{0, 3, 36}).Draw(t, "training"))
				}
				m.Fits = append(m.Fits, f)
			}
		}
	}
	return m
}

func randomPolicy(t *rapid.T) matcher.Policy {
	p := matcher.DefaultPolicy()
	p.Order = rapid.SampledFrom(matcher.Orders()).Draw(t, "order")
	p.Mobile.Value = rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(t, "mobile")
	p.FitThreshold.Value = 0.4
	p.Available.Value = rapid.SampledFrom([]float64{0.5, 1}).Draw(t, "available")
	p.DefaultWage.Value = rapid.SampledFrom([]float64{0, 15000}).Draw(t, "default wage")
	p.Equity.Value = rapid.SampledFrom([]float64{0, 0, 0.5, 1}).Draw(t, "equity")
	p.SkillRise.Value = rapid.SampledFrom([]float64{0, 1, 3}).Draw(t, "skill rise")
	return p
}

func describe(m *matcher.Market) string {
	s := ""
	for _, c := range m.Cohorts {
		s += fmt.Sprintln("cohort ", c.Key(), c.Count)
	}
	for _, v := range m.Vacancies {
		s += fmt.Sprintln("vacancy", v.Key(), v.Count)
	}
	return s
}
