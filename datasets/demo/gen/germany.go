package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
)

// year is the year of the German figures.
const year = "2022"

// laender are the German official keys of the Länder and their ISO 3166-2 codes.
var laender = map[string]string{
	"01": "DE-SH", "02": "DE-HH", "03": "DE-NI", "04": "DE-HB", "05": "DE-NW", "06": "DE-HE", "07": "DE-RP", "08": "DE-BW",
	"09": "DE-BY", "10": "DE-SL", "11": "DE-BE", "12": "DE-BB", "13": "DE-MV", "14": "DE-SN", "15": "DE-ST", "16": "DE-TH",
}

var (
	hundredths = regexp.MustCompile(`^\d+(\.\d{1,2})?$`)
	kldb3      = regexp.MustCompile(`^\d{3}$`)
	title      = regexp.MustCompile(`^(\d{3})\s+"(.+)"\s*$`)
)

// germany keeps the year's rows, zeros included: a printed zero is a figure.
func germany(name string) ([][]string, error) {
	rows, err := table(name, ',')
	if err != nil {
		return nil, err
	}
	at, err := columns(rows[0], "land", "occupational_group", "year", "vacancies", "unemployed", "unemployed_foreigners")
	if err != nil {
		return nil, err
	}
	var out [][]string
	for i, r := range rows[1:] {
		if r[at["year"]] != year {
			continue
		}
		region, known := laender[r[at["land"]]]
		group := r[at["occupational_group"]]
		v, u, f := r[at["vacancies"]], r[at["unemployed"]], r[at["unemployed_foreigners"]]
		if !known || !kldb3.MatchString(group) || !hundredths.MatchString(v) || !hundredths.MatchString(u) || !hundredths.MatchString(f) {
			return nil, fmt.Errorf("row %d: %q is not a Land, a KldB-3 group and three numbers of at most two decimals", i+2, r)
		}
		out = append(out, []string{region, group, v, u, f, "ba-stock"})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no row of %s", year)
	}
	byCode(out, 2)
	return append([][]string{{"region", "kldb", "vacancies", "unemployed", "foreigners", "source"}}, out...), nil
}

// kldbTitles reads the lines `code "title"`, and passes over the page's own text.
func kldbTitles(name string) ([][]string, error) {
	out := [][]string{{"kldb", "title", "source"}}
	err := lines(name, func(line string) {
		if m := title.FindStringSubmatch(line); m != nil {
			// The one misprint of the publisher's that would be read on the first screen.
			out = append(out, []string{m[1], strings.Replace(m[2], "plumping", "plumbing", 1), "ba-kldb"})
		}
	})
	return out, err
}

// byCode sorts rows by their first n cells.
func byCode(rows [][]string, n int) {
	slices.SortFunc(rows, func(a, b []string) int {
		return slices.CompareFunc(a[:n], b[:n], cmp.Compare[string])
	})
}

func lines(name string, each func(string)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		each(s.Text())
	}
	return s.Err()
}
