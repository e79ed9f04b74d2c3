package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets/codes"
)

// worldSince is the first year of employed persons and wages that the world takes: what is older says little of 2022.
const worldSince = "2012"

// canadaPositions keeps Canada's approved positions by province and ISCO-08 sub-major group; an empty region is the
// country, for positions in no province.
func canadaPositions(name string) ([][]string, error) {
	rows, err := table(name, ',')
	if err != nil {
		return nil, err
	}
	at, err := columns(rows[0], "dest_iso3", "region", "isco08", "isco_level", "year", "measure", "value")
	if err != nil {
		return nil, err
	}
	var out [][]string
	for i, r := range rows[1:] {
		if r[at["dest_iso3"]] != "CAN" {
			continue
		}
		region, code, value := r[at["region"]], r[at["isco08"]], r[at["value"]]
		if region == "" {
			region = "CA"
		}
		if _, known := codes.RegionByCode(region); !known || r[at["measure"]] != "approved_foreign_worker_positions_LMIA" || r[at["year"]] != "2024" ||
			r[at["isco_level"]] != "2" || len(code) != 2 || !hundredths.MatchString(value) {
			return nil, fmt.Errorf("row %d: %q is no number of approved positions of 2024 by province and ISCO-2", i+2, r)
		}
		out = append(out, []string{region, code, value, "esdc-lmia"})
	}
	byCode(out, 2)
	return append([][]string{{"region", "occupation", "count", "source"}}, out...), nil
}

// worldEmployed keeps the employed of each country by ISCO-08 major group, both sexes: as the publisher states both, or
// else the sum of the two. Countries whose figures are of before worldSince, and codes that are no country's, are told.
func worldEmployed(name string) (rows, out [][]string, err error) {
	all, err := table(name, ',')
	if err != nil {
		return nil, nil, err
	}
	at, err := columns(all[0], "origin_iso3", "isco08", "year", "sex", "measure", "value")
	if err != nil {
		return nil, nil, err
	}
	type cell struct{ country, code string }
	both, parts, years := map[cell]int64{}, map[cell]int64{}, map[string]string{}
	stated := map[cell]bool{}
	for i, r := range all[1:] {
		if r[at["measure"]] != "employed" {
			continue
		}
		n, err := strconv.ParseInt(r[at["value"]], 10, 64)
		if err != nil || n < 0 || len(r[at["isco08"]]) != 1 {
			return nil, nil, fmt.Errorf("row %d: %q is no number of employed by major group", i+2, r)
		}
		c := cell{r[at["origin_iso3"]], r[at["isco08"]]}
		years[c.country] = max(years[c.country], r[at["year"]])
		if r[at["sex"]] == "T" {
			both[c], stated[c] = n, true
		} else {
			parts[c] += n
		}
	}
	for c, n := range parts {
		if !stated[c] {
			both[c] = n
		}
	}
	left := map[string]string{}
	for c, n := range both {
		country, known := codes.Alpha2(c.country)
		switch {
		case !known:
			left[c.country] = "no country of ISO 3166-1"
		case years[c.country] < worldSince:
			left[c.country] = "of " + years[c.country]
		default:
			rows = append(rows, []string{country, c.code, years[c.country], strconv.FormatInt(n, 10), "ilo-employed"})
		}
	}
	for country, why := range left {
		out = append(out, []string{country, why})
	}
	slices.SortFunc(rows, slices.Compare)
	slices.SortFunc(out, slices.Compare)
	return append([][]string{{"country", "occupation", "period", "count", "source"}}, rows...),
		append([][]string{{"country", "why"}}, out...), nil
}

// mostHourly is the most PPP dollars an hour that a mean wage of a major group may be: what is above is in another
// currency.
const mostHourly = 150

// worldWages keeps the latest hourly earnings of each country by major group.
func worldWages(name string) ([][]string, error) {
	rows, err := table(name, ',')
	if err != nil {
		return nil, err
	}
	at, err := columns(rows[0], "iso3c", "year", "hourearn_isco08_total")
	if err != nil {
		return nil, err
	}
	latest := map[string][]string{}
	for _, r := range rows[1:] {
		country, known := codes.Alpha2(r[at["iso3c"]])
		if known && r[at["year"]] >= worldSince && (latest[country] == nil || r[at["year"]] > latest[country][at["year"]]) {
			latest[country] = r
		}
	}
	var out [][]string
	for country, r := range latest {
		for column, i := range at {
			code, ok := strings.CutPrefix(column, "hourearn_isco08_")
			if !ok || code == "X" || r[i] == "NA" {
				continue
			}
			if code == "total" {
				code = ""
			}
			wage, err := strconv.ParseFloat(r[i], 64)
			if err != nil || wage <= 0 {
				return nil, fmt.Errorf("%s %s: %q is no wage", country, column, r[i])
			}
			if wage <= mostHourly {
				out = append(out, []string{country, code, r[at["year"]], r[i], "ilo-wages"})
			}
		}
	}
	slices.SortFunc(out, slices.Compare)
	return append([][]string{{"country", "occupation", "period", "wage", "source"}}, out...), nil
}
