// Command gen regenerates the tables of package demo from the publishers' files.
//
//	go run ./datasets/demo/gen -stock FILE -titles FILE \
//	    -shortage FILE -jobseekers FILE -wages FILE -signs FILE -ratings FILE \
//	    -positions FILE -employed FILE -out datasets/demo/tables
//
// It keeps the figures at the level at which they were published and writes them in our own columns, each row with the
// id of its source in sources.csv, which is kept by hand. Whatever it cannot place it writes down as unmapped; whatever
// it does not understand stops it.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	stock := flag.String("stock", "", "CSV of land, occupational_group, year, vacancies, unemployed (Bundesagentur für Arbeit)")
	titles := flag.String("titles", "", "table of KldB-3 codes and English titles")
	shortage := flag.String("shortage", "", "CSV of NAV's estimated shortage by occupation and county, 2017")
	jobseekers := flag.String("jobseekers", "", "CSV of NAV's jobseekers by occupation")
	wages := flag.String("wages", "", "CSV of ILOSTAT mean hourly earnings by ISCO-08 major group in PPP$")
	signs := flag.String("signs", "", "JSON of shortages and surpluses by ISCO-08 unit group and EURES country (ELA)")
	ratings := flag.String("ratings", "", "CSV of Australia's Occupation Shortage List by ANZSCO occupation")
	positions := flag.String("positions", "", "CSV of demand: Canada's approved positions by province and ISCO-2, 2024")
	employed := flag.String("employed", "", "CSV of supply: employed persons by country, sex and ISCO-08 major group (ILOSTAT)")
	out := flag.String("out", "datasets/demo/tables", "folder the tables are written to")
	flag.Parse()
	for _, f := range []*string{stock, titles, shortage, jobseekers, wages, signs, ratings, positions, employed} {
		if *f == "" || flag.NArg() > 0 {
			flag.Usage()
			os.Exit(2)
		}
	}
	steps := []struct {
		table string
		rows  func() ([][]string, error)
	}{
		{"germany.csv", func() ([][]string, error) { return germany(*stock) }},
		{"kldb.csv", func() ([][]string, error) { return kldbTitles(*titles) }},
		{"norway_shortage.csv", func() ([][]string, error) { return norwayShortage(*shortage) }},
		{"norway_jobseekers.csv", func() ([][]string, error) { return norwayJobseekers(*jobseekers) }},
		{"wages.csv", func() ([][]string, error) { return hourlyWages(*wages) }},
		{"eures.csv", func() ([][]string, error) { return shortageSigns(*signs) }},
		{"australia.csv", func() ([][]string, error) { return shortageRatings(*ratings) }},
		{"canada.csv", func() ([][]string, error) { return canadaPositions(*positions) }},
		{"world_employed.csv", func() ([][]string, error) { rows, _, err := worldEmployed(*employed); return rows, err }},
		{"world_left.csv", func() ([][]string, error) { _, left, err := worldEmployed(*employed); return left, err }},
		{"world_wages.csv", func() ([][]string, error) { return worldWages(*wages) }},
	}
	for _, s := range steps {
		rows, err := s.rows()
		if err == nil {
			err = write(filepath.Join(*out, s.table), rows)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "gen: %s: %v\n", s.table, err)
			os.Exit(1)
		}
		fmt.Fprintf(os.Stdout, "%s: %d rows\n", s.table, len(rows)-1)
	}
}

// write replaces a table; the first row is its header.
func write(name string, rows [][]string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	if err := w.WriteAll(rows); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
