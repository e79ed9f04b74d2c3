package demo

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"labourmatch/datasets/codes"
)

//go:embed tables/*.csv
var tables embed.FS

// norwayPeriod is the year of Norway's figures.
const norwayPeriod = "2017"

// rows parses an embedded table and returns its rows without the header, which must be the one expected.
func rows(name, header string) [][]string {
	raw, err := tables.ReadFile("tables/" + name)
	if err != nil {
		panic("demo: " + err.Error())
	}
	all, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("demo: table %s: %v", name, err))
	}
	if got := strings.Join(all[0], ","); got != header {
		panic(fmt.Sprintf("demo: table %s: header is %q, want %q", name, got, header))
	}
	return all[1:]
}

// germanCell is one Land and occupational group, in hundredths of a person.
type germanCell struct {
	region, kldb                      string
	vacancies, unemployed, foreigners int64
}

func germany() []germanCell {
	var out []germanCell
	for _, r := range rows("germany.csv", "region,kldb,vacancies,unemployed,foreigners,source") {
		out = append(out, germanCell{r[0], r[1], hundredths(r[2]), hundredths(r[3]), hundredths(r[4])})
	}
	return out
}

// kldbToISCO is the crosswalk from Germany's classification.
func kldbToISCO() *codes.Crosswalk {
	x, ok := codes.CrosswalkFrom("kldb2010")
	if !ok {
		panic("demo: no crosswalk from KldB 2010")
	}
	return x
}

// norwayRow is one occupation of Norway's national classification. isco is empty where the occupation is not known.
type norwayRow struct {
	styrk, title, isco string
	count              int64
	counties           int64 // sum of the county cells; shortage only
	hidden             bool  // the publisher hides the count
	assumed            bool  // the ISCO-08 code is our choice
	source             string
}

func norwayShortage() []norwayRow {
	var out []norwayRow
	for _, r := range rows("norway_shortage.csv", "styrk,title,isco,count,counties,assumed,source") {
		out = append(out, norwayRow{
			styrk: r[0], title: r[1], isco: r[2], count: integer(r[3]), counties: integer(r[4]),
			assumed: r[5] == yes, source: r[6],
		})
	}
	return out
}

func norwayJobseekers() []norwayRow {
	var out []norwayRow
	for _, r := range rows("norway_jobseekers.csv", "styrk,title,isco,count,assumed,source") {
		row := norwayRow{styrk: r[0], title: r[1], isco: r[2], hidden: r[3] == "", assumed: r[4] == yes, source: r[5]}
		if !row.hidden {
			row.count = integer(r[3])
		}
		out = append(out, row)
	}
	return out
}

// yes and no are the words of the column assumed.
const (
	yes = "yes"
	no  = "no"
)

func yesNo(b bool) string {
	if b {
		return yes
	}
	return no
}

// integer and hundredths read the numbers of our own tables.
func integer(cell string) int64 {
	n, err := strconv.ParseInt(cell, 10, 64)
	if err != nil {
		panic("demo: " + err.Error())
	}
	return n
}

func hundredths(cell string) int64 {
	units, part, _ := strings.Cut(cell, ".")
	return integer(units)*100 + integer((part + "00")[:2])
}
