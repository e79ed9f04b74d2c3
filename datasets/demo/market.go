package demo

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// FS is the market directory: vacancies.csv, workers.csv, wages.csv, channels.csv, notes.csv (topic, text, count) and a
// policy.yaml that gives the market its title and period and leaves every number at its default. Occupations are ISCO-08 unit groups, and counts are decimal: every figure of the publisher is split over unit groups
// by the stated shares so that the parts add up to it exactly, and the reader rounds once. Each call makes the
// directory anew, in a few tens of milliseconds.
func FS() (fs.FS, error) {
	return marketOf(fmt.Sprintf("title: %s\nperiod: %s\n", Title, Period), []table{
		{"vacancies.csv", vacancies()},
		{"workers.csv", workers(false)},
		{"wages.csv", wages()},
		{"channels.csv", channels()},
		{"notes.csv", noteRows()},
	})
}

// table is a file of a market directory.
type table struct {
	name string
	rows [][]string
}

// marketOf makes a market directory in memory. A ZIP archive is the shortest way the standard library has to a file
// system of our own making.
func marketOf(policy string, files []table) (fs.FS, error) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store})
		if err == nil {
			err = csv.NewWriter(w).WriteAll(f.rows)
		}
		if err != nil {
			return nil, fmt.Errorf("demo: write %s: %w", f.name, err)
		}
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: "policy.yaml", Method: zip.Store})
	if err == nil {
		_, err = w.Write([]byte(policy))
	}
	if err != nil {
		return nil, fmt.Errorf("demo: write policy.yaml: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	market, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return market, nil
}

// micro is the unit counts are split in: millionths of a person.
const micro = 1_000_000

// cell is one region and unit group of the market.
type cell struct {
	region, isco string
}

// amount is a cell's count in millionths. It is estimated if any part of it came by a share of a published figure, and
// assumed if any part came by a mapping that no publisher states.
type amount struct {
	count              int64
	estimated, assumed bool
}

// toISCO splits one figure of every German cell over unit groups: each KldB-5 code goes where the publisher recommends,
// and all of a group's count the same.
func toISCO(figure func(germanCell) int64) map[cell]amount {
	kldb := kldbToISCO()
	out := map[cell]amount{}
	for _, c := range germany() {
		parts, known := kldb.Split(c.kldb, figure(c)*(micro/100))
		if !known {
			panic("demo: no ISCO-08 code for KldB group " + c.kldb)
		}
		for _, p := range parts {
			at := cell{c.region, p.ISCO}
			sum := out[at]
			out[at] = amount{count: sum.count + p.Mass, estimated: sum.estimated || p.Estimated}
		}
	}
	return out
}

// norway sums the national codes that share a unit group. Occupations not known and counts hidden are left to Unmapped.
func norway(list []norwayRow) map[cell]amount {
	out := map[cell]amount{}
	for _, r := range list {
		if r.isco == "" || r.count == 0 {
			continue
		}
		at := cell{"NO", r.isco}
		sum := out[at]
		out[at] = amount{sum.count + r.count*micro, sum.estimated || r.assumed, sum.assumed || r.assumed}
	}
	return out
}

// What was done to the publishers' figures, said in the source of every row.
const (
	germanMapping = "; KldB-3 to ISCO-08 by the publisher's recommended codes of 2021, every KldB-5 code weighing the same (assumed)"
	styrkMapping  = "; STYRK-08 taken as ISCO-08, three national codes by the nearest title (assumed)"
)

func vacancies() [][]string {
	out := [][]string{{"region", "occupation", "period", "count", "kind", "source", "date", "licence", "assumed", "estimated"}}
	add := func(period, kind, origin, sourceID string, amounts map[cell]amount) {
		s := sourceByID(sourceID)
		for _, at := range byCell(amounts) {
			a := amounts[at]
			out = append(out, []string{at.region, at.isco, period, decimal(a.count), kind, origin, s.Date, s.Licence, yesNo(a.assumed), yesNo(a.estimated)})
		}
	}
	add(Period, "stock", "Statistik der Bundesagentur für Arbeit: registered vacancies, annual mean 2022"+germanMapping, "ba-stock",
		toISCO(func(c germanCell) int64 { return c.vacancies }))
	add(norwayPeriod, "net", "NAV Bedriftsundersøkelsen 2017: estimated shortage"+styrkMapping, "nav-shortage", norway(norwayShortage()))
	return out
}

// workers are Germany's unemployed and Norway's jobseekers. Apart, Germany's are those known to be German citizens and
// those who are not, whose citizenship the table does not name.
func workers(apart bool) [][]string {
	out := [][]string{{"region", "occupation", "period", "count", "kind", "status", "source", "date", "licence", "assumed", "estimated", "citizenship"}}
	add := func(period, status, citizenship, origin, sourceID string, amounts map[cell]amount) {
		s := sourceByID(sourceID)
		for _, at := range byCell(amounts) {
			a := amounts[at]
			out = append(out, []string{at.region, at.isco, period, decimal(a.count), "stock", status, origin, s.Date, s.Licence, yesNo(a.assumed), yesNo(a.estimated), citizenship})
		}
	}
	const unemployed = "Statistik der Bundesagentur für Arbeit: registered unemployed, annual mean 2022"
	if apart {
		add(Period, "unemployed", "DE", unemployed+", without foreign nationals"+germanMapping, "ba-stock",
			toISCO(func(c germanCell) int64 { return c.unemployed - c.foreigners }))
		add(Period, "unemployed", "", unemployed+", foreign nationals"+germanMapping, "ba-stock", toISCO(func(c germanCell) int64 { return c.foreigners }))
	} else {
		add(Period, "unemployed", "", unemployed+germanMapping, "ba-stock", toISCO(func(c germanCell) int64 { return c.unemployed }))
	}
	add(norwayPeriod, "jobseeker", "", "NAV Arbeidssøkere yrke: jobseekers, mean of months 2017"+styrkMapping, "nav-jobseekers", norway(norwayJobseekers()))
	return out
}

func wages() [][]string {
	out := [][]string{{"region", "occupation", "period", "wage", "unit", "source", "date", "licence", "assumed"}}
	for _, r := range rows("wages.csv", "region,occupation,period,wage,unit,assumed,source") {
		s := sourceByID(r[6])
		out = append(out, []string{r[0], r[1], r[2], r[3], r[4], "ILOSTAT: mean hourly earnings of employees by occupation, " + r[2], s.Date, s.Licence, r[5]})
	}
	return out
}

// channels is free movement, the one way between the two countries. It has no quota, and its cost is left to policy.
// The armed forces, ISCO-08 major group 0, are left out: Art. 45(4) TFEU and Art. 28(4) of the EEA Agreement keep them
// for a country's own nationals.
func channels() [][]string {
	s := sourceByID("eea")
	return [][]string{
		{"id", "title", "kind", "origins", "destinations", "occupations", "recruitment", "agreement", "valid_from", "in_force", "source", "date", "licence", "assumed"},
		{
			"eea-free-movement", "Free movement of workers, EEA and Switzerland", "free_movement", "EEA+CH", "EEA+CH", "1 2 3 4 5 6 7 8 9", "individual",
			"Agreement on the European Economic Area", "1994-01-01", yes, s.Title, s.Date, s.Licence, no,
		},
	}
}

// byCell lists the cells by region and occupation.
func byCell(amounts map[cell]amount) []cell {
	return slices.SortedFunc(maps.Keys(amounts), func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.isco, b.isco))
	})
}

// decimal writes millionths as a plain decimal without needless zeros.
func decimal(n int64) string {
	units, part := strconv.FormatInt(n/micro, 10), fmt.Sprintf("%06d", n%micro)
	if part = strings.TrimRight(part, "0"); part == "" {
		return units
	}
	return units + "." + part
}
