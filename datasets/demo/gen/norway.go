package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"

	"labourmatch/datasets/codes"
)

// noOccupation are the codes NAV gives people whose occupation is not known.
var noOccupation = map[string]bool{"-1": true, "0000": true}

// norwayYear is the year of both of NAV's tables.
const norwayYear = "2017"

func norwayShortage(name string) ([][]string, error) {
	rows, err := table(name, ';')
	if err != nil {
		return nil, err
	}
	at, err := columns(rows[0], "aar", "yrkekode", "yrke", "ostfold", "finnmark", "norge")
	if err != nil {
		return nil, err
	}
	var out [][]string
	for i, r := range rows[1:] {
		if r[at["aar"]] != norwayYear {
			return nil, fmt.Errorf("row %d: the year is %q, want %s", i+2, r[at["aar"]], norwayYear)
		}
		counties := 0
		for c := at["ostfold"]; c <= at["finnmark"]; c++ {
			n, err := count(r[c])
			if err != nil {
				return nil, fmt.Errorf("row %d, %s: %w", i+2, rows[0][c], err)
			}
			counties += n
		}
		national, err := count(r[at["norge"]])
		if err != nil {
			return nil, fmt.Errorf("row %d, norge: %w", i+2, err)
		}
		isco, assumed, err := mapped(r[at["yrkekode"]])
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+2, err)
		}
		out = append(out, []string{
			r[at["yrkekode"]], strings.TrimSpace(r[at["yrke"]]), isco,
			strconv.Itoa(national), strconv.Itoa(counties), assumed, "nav-shortage",
		})
	}
	byCode(out, 1)
	return append([][]string{{"styrk", "title", "isco", "count", "counties", "assumed", "source"}}, out...), nil
}

// norwayJobseekers keeps suppressed cells as rows with an empty count, and people without a known occupation as rows
// with an empty ISCO code.
func norwayJobseekers(name string) ([][]string, error) {
	rows, err := table(name, ';')
	if err != nil {
		return nil, err
	}
	at, err := columns(rows[0], "aar", "yrkeskode", "yrke", "antall_arbeidssokere")
	if err != nil {
		return nil, err
	}
	var out [][]string
	for i, r := range rows[1:] {
		if r[at["aar"]] != norwayYear {
			continue
		}
		cell := r[at["antall_arbeidssokere"]]
		if cell == "*" {
			cell = ""
		} else if _, err := count(cell); err != nil {
			return nil, fmt.Errorf("row %d: %w", i+2, err)
		}
		isco, assumed, err := mapped(r[at["yrkeskode"]])
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+2, err)
		}
		out = append(out, []string{r[at["yrkeskode"]], strings.TrimSpace(r[at["yrke"]]), isco, cell, assumed, "nav-jobseekers"})
	}
	byCode(out, 1)
	return append([][]string{{"styrk", "title", "isco", "count", "assumed", "source"}}, out...), nil
}

// mapped is the ISCO-08 unit group of a STYRK-08 code, which is the same code but for the few that are national.
func mapped(styrk string) (isco, assumed string, err error) {
	if noOccupation[styrk] {
		return "", "no", nil
	}
	x, _ := codes.CrosswalkFrom("styrk08")
	parts, known := x.Split(styrk, 1)
	if !known {
		return "", "", fmt.Errorf("%q is not a code of STYRK-08", styrk)
	}
	if parts[0].Assumed {
		return parts[0].ISCO, "yes", nil
	}
	return parts[0].ISCO, "no", nil
}

// hourlyWages keeps the year's earnings by major group of both countries. Germany has none for the armed forces: they
// get the mean of all occupations, marked as assumed.
func hourlyWages(name string) ([][]string, error) {
	const of = "2018"
	rows, err := table(name, ',')
	if err != nil {
		return nil, err
	}
	at, err := columns(rows[0], "iso3c", "year", "hourearn_isco08_total", "hourearn_isco08_0", "hourearn_isco08_9")
	if err != nil {
		return nil, err
	}
	region := map[string]string{"DEU": "DE", "NOR": "NO"}
	var out [][]string
	for _, r := range rows[1:] {
		country, wanted := region[r[at["iso3c"]]]
		if !wanted || r[at["year"]] != of {
			continue
		}
		for major := range 10 {
			c := strconv.Itoa(major)
			column, known := at["hourearn_isco08_"+c]
			if !known {
				return nil, fmt.Errorf("no column hourearn_isco08_%s", c)
			}
			wage, assumed := r[column], "no"
			if wage == "NA" {
				wage, assumed = r[at["hourearn_isco08_total"]], "yes"
			}
			out = append(out, []string{country, c, of, wage, "PPP$ per hour", assumed, "ilo-wages"})
		}
	}
	byCode(out, 2)
	return append([][]string{{"region", "occupation", "period", "wage", "unit", "assumed", "source"}}, out...), nil
}

// count reads a whole number that may have spaces between thousands.
func count(cell string) (int, error) {
	digits := strings.NewReplacer(" ", "", "\u00a0", "").Replace(cell)
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a count", cell)
	}
	return n, nil
}

// table reads a whole CSV file, without a byte order mark.
func table(name string, comma rune) ([][]string, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("%s: no rows", name)
	}
	return rows, nil
}

// columns finds columns by name; those named must be there.
func columns(header []string, named ...string) (map[string]int, error) {
	at := map[string]int{}
	for i, h := range header {
		at[h] = i
	}
	for _, n := range named {
		if _, ok := at[n]; !ok {
			return nil, fmt.Errorf("no column %q in %q", n, header)
		}
	}
	return at, nil
}
