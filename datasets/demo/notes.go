package demo

import (
	"fmt"
	"strconv"

	"labourmatch/matcher"
)

// Notes says what is weak in the sources and what was assumed to use them together, the weightiest first. FS carries
// the same notes in notes.csv.
func Notes() []matcher.Note {
	level := SourceLevel()
	var zeros, foreigners int64
	for _, c := range germany() {
		foreigners += c.foreigners
		for _, n := range []int64{c.vacancies, c.unemployed} {
			if n == 0 {
				zeros++
			}
		}
	}
	var national, counties, nationalCodes int64
	for _, r := range norwayShortage() {
		national += r.count
		counties += r.counties
		if r.assumed {
			nationalCodes += r.count
		}
	}
	var jobseekers int64
	for _, r := range norwayJobseekers() {
		if r.isco != "" {
			jobseekers += r.count
		}
	}
	var split, groups int64
	kldb := kldbToISCO()
	for _, r := range rows("kldb.csv", "kldb,title,source") {
		groups++
		if len(kldb.To(r[0])) > 1 {
			split++
		}
	}
	notes := []matcher.Note{
		{Topic: "years", Text: "Germany's figures are of 2022, Norway's of 2017 and the wages of 2018: the market sets years side by side that never were together."},
		{Topic: "coverage", Count: level.Vacancies, Text: "Germany's vacancies are only those registered with the employment agency; what share of all vacancies that is, is not known here and taken as 1, so openings are undercounted."},
		{Topic: "crosswalk", Count: split, Text: fmt.Sprintf("%d of the %d German occupational groups (KldB-3) belong to several ISCO-08 unit groups; both sides are split by the number of KldB-5 codes, each weighing the same, which is assumed; a mismatch inside a group does not show.", split, groups)},
		{Topic: "source-level", Count: level.Unfillable, Text: fmt.Sprintf("At the German source's own level (%d KldB-3 groups) %s openings could be filled by no unemployed of the same group in the same Land; at ISCO-08 the number depends on the level and on the split.", level.Groups, grouped(level.Unfillable))},
		{Topic: "citizenship", Count: whole(foreigners), Text: fmt.Sprintf("%s of Germany's registered unemployed are foreign nationals of a country the table does not name; free movement is taken to be open to all, though only nationals of the EEA and Switzerland have it.", grouped(whole(foreigners)))},
		{Topic: "survey", Count: national, Text: "Norway's shortage is NAV's estimate from a survey of employers, by spring 2017, rounded, and already net of what home could fill: Norway's jobseekers are not placed in it."},
		{Topic: "counties", Count: national - counties, Text: fmt.Sprintf("Norway's county figures add up to %s and not to the national %s, because each is rounded; the national figures are used, without counties.", grouped(counties), grouped(national))},
		{Topic: "jobseekers", Count: jobseekers, Text: "Norway's jobseekers are the mean of the monthly counts of 2017 and include people partly unemployed or on measures; Germany's unemployed do not."},
		{Topic: "national-codes", Count: nationalCodes, Text: fmt.Sprintf("Three codes of Norway's classification that ISCO-08 does not have are taken as the unit group nearest by title (2223 as 2221 nurses, 2224 as 2635 social work, 3439 as 3435 other artistic work): %s of the shortage.", grouped(nationalCodes))},
		{Topic: "wages", Text: "Wages are means of ISCO-08 major groups in 2018, per hour, one per country: occupations of one major group and all Länder have the same wage. Germany's armed forces have none and take the mean of all occupations (assumed)."},
		{Topic: "suppressed", Count: zeros, Text: fmt.Sprintf("%d cells of the German table are 0; it does not tell a true zero from a number hidden because it is small.", zeros)},
		{Topic: "soldiers", Text: "The German groups of soldiers (KldB 011 to 014) are kept: 011 is ISCO-08 0110, 012 and 013 are 0210, and 014 is 0310. Free movement does not reach them."},
	}
	for _, u := range Unmapped() {
		var text string
		switch {
		case u.Count == 0:
			text = fmt.Sprintf("%s %s, %d cells: %s; these people are in no cohort.", u.Region, u.Period, u.Cells, u.Why)
		case u.Code != "":
			text = fmt.Sprintf("%s %s, code %s (%s), %s people: %s; they are in no cohort.", u.Region, u.Period, u.Code, u.Title, grouped(u.Count), u.Why)
		default:
			text = fmt.Sprintf("%s %s, about %s people: %s; they are in no cohort.", u.Region, u.Period, grouped(u.Count), u.Why)
		}
		notes = append(notes, matcher.Note{Topic: "unmapped", Text: text, Count: u.Count})
	}
	return notes
}

func noteRows() [][]string {
	out := [][]string{{"topic", "text", "count"}}
	for _, n := range Notes() {
		count := ""
		if n.Count != 0 {
			count = strconv.FormatInt(n.Count, 10)
		}
		out = append(out, []string{n.Topic, n.Text, count})
	}
	return out
}
