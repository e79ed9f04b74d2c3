package codes

import (
	"cmp"
	"encoding/csv"
	"errors"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// The publishers' own files are not part of the project; where they lie beside it, or where
// LABOURMATCH_REFERENCE says, every code of theirs is read, repaired and mapped, and no
// mass is lost.
func TestThePublishersOwnFilesAreMappedWithoutLoss(t *testing.T) {
	folder := cmp.Or(os.Getenv("LABOURMATCH_REFERENCE"), "../../../shared/reference")
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Log("the files are not here")
		return
	}
	for _, c := range []struct {
		file, id   string
		comma      rune
		code, mass int    // columns; no mass counts rows
		year       string // a cell the row must have, if any
		codes      int    // different ones
		repaired   int
		total      int64 // in hundredths
	}{
		// Germany 2022: 843,270 vacancies and 2,221,321 unemployed, as annual means.
		{"demand/de_vacancies_unemployed_land_kldb3_2012_2022.csv", "kldb2010", ',', 1, 4, "2022", 144, 0, 84_326_967},
		{"demand/de_vacancies_unemployed_land_kldb3_2012_2022.csv", "kldb2010", ',', 1, 5, "2022", 144, 0, 222_132_095},
		// Norway 2017: the national column.
		{"demand/no_nav_shortage_2017.csv", "styrk08", ';', 1, 21, "2017", 136, 0, 3_280_000},
		// Canada: codes before titles, approved positions of a quarter each.
		{"demand/lmia/December-2019.csv", "noc2016", ',', 4, 5, "", 309, 0, 3_635_500},
		{"demand/lmia/March-2017.csv", "noc2016", ',', 4, 5, "", 351, 0, 4_749_200},
		// British Columbia's wages: 48 codes lost one zero or two.
		{"demand/bc/bc_wages_noc4.csv", "noc2016", ',', 1, -1, "", 500, 48, 50_000},
		// United States 2019–29: yearly openings, in thousands.
		{"demand/bls_employment_projections_2019-29.csv", "nem2019", ',', 1, 6, "", 790, 0, 1_745_430},
	} {
		x, _ := CrosswalkFrom(c.id)
		amounts := map[string]int64{}
		var total int64
		for _, r := range published(t, folder+"/"+c.file, c.comma) {
			if len(r) <= max(c.code, c.mass) || c.year != "" && !slices.Contains(r[:4], c.year) {
				continue
			}
			code, ok := x.From().Extract(r[c.code])
			if !ok {
				continue
			}
			n := int64(100)
			if c.mass >= 0 {
				f, err := strconv.ParseFloat(strings.NewReplacer(" ", "", "\u00a0", "", ",", "", "\r", "").Replace(r[c.mass]), 64)
				if err != nil {
					continue
				}
				n = int64(math.Round(f * 100))
			}
			amounts[code] += n
			total += n
		}
		repaired, _, err := x.Repair(slices.Collect(maps.Keys(amounts)), 0)
		if err != nil || len(repaired) != c.repaired {
			t.Errorf("%s: %d codes repaired, %v", c.file, len(repaired), err)
		}
		for cut, code := range repaired {
			amounts[code] += amounts[cut]
			delete(amounts, cut)
		}
		parts, rest := x.SplitAll(amounts)
		var mapped int64
		for _, p := range parts {
			mapped += p.Mass
		}
		if len(amounts) != c.codes || len(rest) != 0 || mapped != total || total != c.total {
			t.Errorf("%s: %d codes, %d of %d mapped, without a group: %v", c.file, len(amounts), mapped, total, rest)
		}
	}
}

// published reads a publisher's file, in UTF-8 or else in Latin-1.
func published(t *testing.T, path string, comma rune) [][]string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	if !utf8.Valid(raw) {
		latin := make([]rune, len(raw))
		for i, b := range raw {
			latin[i] = rune(b)
		}
		text = string(latin)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return all
}
