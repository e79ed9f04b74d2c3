package demo

import (
	"fmt"
	"io/fs"
	"math"
	"strings"

	"labourmatch/datasets/codes"
)

// WorldTitle names the world's market, for reports.
const WorldTitle = "Germany, Norway and Canada, and the world's workers"

// WorldLevel is the ISCO level the world is best read at: Canada's figures have it, and those of the origins, which are by
// major group, are split to it.
const WorldLevel = 2

// WorldPeriod is the year the world's market stands for: the first of the WHO's list and the last of the first Western
// Balkans quota.
const WorldPeriod = "2023"

// WorldMobile is the share of the origins' employed that is taken to be willing to leave, unless another is asked for.
// No source states one.
const WorldMobile = 0.001

// World is a market directory of the destinations for which we have quantities (Germany 2022, Norway 2017 and Canada
// 2024) and of the employed of all countries with figures since 2012, at the levels at which they are published.
// Mobile is the share of workers taken to be willing to leave their country. What was left out is in its notes.
func World(mobile float64) (fs.FS, error) {
	if mobile < 0 || mobile > 1 || math.IsNaN(mobile) {
		return nil, fmt.Errorf("demo: a mobile share of %v: it is between 0 and 1", mobile)
	}
	policy := fmt.Sprintf("title: %s\nperiod: %s\nas_of_years: %d\nmobile:\n  value: %v\n  text: assumed for the demo; no source states who would leave\n",
		WorldTitle, WorldPeriod, worldYears, mobile)
	return marketOf(policy, []table{
		{"vacancies.csv", append(vacancies(), canada()...)},
		{"workers.csv", append(workers(true), origins()...)},
		{"wages.csv", append(wages(), worldWages()...)},
		{"channels.csv", worldChannels()},
		{"safeguards.csv", worldSafeguards()},
		{"notes.csv", worldNotes()},
	})
}

// worldYears is how many years from [WorldPeriod] figures of the world may be.
const worldYears = 11

// vacancyDays is the mean duration of a vacancy in Canada, from source statcan-duration: a year's positions are
// positions at a time, times that share of a year.
var vacancyDays = 90 / math.Log(1/0.09)

// canada are the positions approved in 2024, as a number at a time. Approval says that nobody was found in the country,
// so they are net of what home could fill.
func canada() [][]string {
	s := sourceByID("esdc-lmia")
	var out [][]string
	for _, r := range rows("canada.csv", "region,occupation,count,source") {
		if r[0] == "CA" {
			continue // in no province: told in the notes
		}
		count := int64(math.Round(float64(hundredths(r[2])) * micro / 100 * vacancyDays / 365))
		out = append(out, []string{
			r[0], r[1], "2024", decimal(count), "net",
			fmt.Sprintf("ESDC: positions approved in 2024, times a mean duration of %.1f of 365 days (assumed from Statistics Canada 2018)", vacancyDays),
			s.Date, s.Licence, yes, yes,
		})
	}
	return out
}

// destinations have workers of their own in the market, or openings that nobody at home could fill.
var destinations = map[string]bool{"DE": true, "NO": true, "CA": true}

// origins are the employed of every other country.
func origins() [][]string {
	s := sourceByID("ilo-employed")
	var out [][]string
	for _, r := range rows("world_employed.csv", "country,occupation,period,count,source") {
		if !destinations[r[0]] {
			out = append(out, []string{r[0], r[1], r[2], r[3], "stock", "employed", "ILOSTAT: employed persons by occupation, " + r[2], s.Date, s.Licence, no, no, ""})
		}
	}
	return out
}

func worldWages() [][]string {
	s := sourceByID("ilo-wages")
	own := map[string]bool{}
	for _, r := range rows("wages.csv", "region,occupation,period,wage,unit,assumed,source") {
		own[r[0]] = true
	}
	var out [][]string
	for _, r := range rows("world_wages.csv", "country,occupation,period,wage,source") {
		if !own[r[0]] {
			out = append(out, []string{r[0], r[1], r[2], r[3], "PPP$ per hour", "ILOSTAT: mean hourly earnings of employees by occupation, " + r[2], s.Date, s.Licence, no})
		}
	}
	return out
}

// worldChannels are free movement, Germany's Western Balkans quota with its law gazette, and the work visas of Germany
// and Canada, which have no quota.
func worldChannels() [][]string {
	out := channels()
	header := append(out[0], "contract", "quota", "quota_of")
	out[0] = header
	for i := range out[1:] {
		out[i+1] = append(out[i+1], "", "", "")
	}
	for _, c := range codes.Channels() {
		if c.ID == "de-wb-2021" {
			out = append(out, []string{
				c.ID, c.Title, c.Kind, strings.Join(c.Origins, " "), "DE", "", "", "", c.ValidFrom, c.InForce, c.Source, c.Date, c.Licence, no,
				"", fmt.Sprint(c.Quota), c.QuotaOf,
			})
		}
	}
	germany, canada := sourceByID("de-skilled"), sourceByID("ca-tfw")
	return append(
		out,
		[]string{
			"de-skilled", "Residence permit for skilled workers (Germany)", "visa", "*", "DE", "1 2 3 4 5 6 7 8", "active", "", "2020-03-01", "law",
			germany.Title, germany.Date, germany.Licence, yes, "", "", "",
		},
		[]string{
			"ca-tfw", "Temporary Foreign Worker Program (Canada)", "visa", "*", "CA", "", "active", "", "2002-06-28", "law",
			canada.Title, canada.Date, canada.Licence, yes, "", "", "",
		},
	)
}

// worldSafeguards is the WHO's list, which no active recruitment without an agreement may draw on.
func worldSafeguards() [][]string {
	return [][]string{
		{"id", "origins", "occupations", "rule", "amount", "list", "source", "date"},
		{"who-2023", "*", "", "list", "", codes.WHO2023, "WHO health workforce support and safeguards list 2023", "2023"},
	}
}

func worldNotes() [][]string {
	var nowhere int64
	for _, r := range rows("canada.csv", "region,occupation,count,source") {
		if r[0] == "CA" {
			nowhere += hundredths(r[2])
		}
	}
	var left []string
	for _, r := range rows("world_left.csv", "country,why") {
		left = append(left, r[0]+" ("+r[1]+")")
	}
	out := noteRows()
	for i, n := range out {
		if n[0] == "citizenship" {
			out[i][1] = "Of Germany's registered unemployed the table tells foreign nationals from others, and not of which country they are; the others are German citizens. Whoever's citizenship is not known, these and all workers of the origins, is taken for a citizen of the country they are in."
		}
	}
	return append(out, [][]string{
		{"world", "The workers of the origins are all who are employed there, of 2012 to 2024; that a share of them would leave, the same everywhere, is assumed.", ""},
		{"canada", fmt.Sprintf("Canada's openings are positions approved in 2024 for workers from abroad, turned into a number at a time by a mean duration of %.1f days, which is assumed.", vacancyDays), ""},
		{"canada-nowhere", "Approved positions of employers in no province are left out.", fmt.Sprint(whole(nowhere))},
		{"world-left", "Without figures since 2012, or without a code of ISO 3166-1, and so left out: " + strings.Join(left, ", ") + ".", fmt.Sprint(len(left))},
	}...)
}
