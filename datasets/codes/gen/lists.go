package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// skillLevels maps the ISCO-08 groups that decide it to their skill levels, after
// table 1 of "International Standard Classification of Occupations: ISCO-08, Volume
// I", ILO, Geneva 2012. The longest prefix of a code counts.
var skillLevels = map[string]string{
	"0": "1 2 4", "01": "4", "02": "2", "03": "1",
	"1": "3 4", "11": "4", "12": "4", "13": "4", "14": "3",
	"2": "4", "3": "3", "4": "2", "5": "2", "6": "2", "7": "2", "8": "2", "9": "1",
}

func writeOccupations(path, out string) error {
	var rows [][]string
	err := columnsOfFile(path, []string{"code", "preferredLabel"}, func(c []string) error {
		code := c[0]
		levels := ""
		for n := len(code); n > 0 && levels == ""; n-- {
			levels = skillLevels[code[:n]]
		}
		if levels == "" || len(code) > 4 {
			return fmt.Errorf("%q is not an ISCO-08 code", code)
		}
		rows = append(rows, []string{code, strings.TrimSpace(c[1]), levels})
		return nil
	})
	if err != nil {
		return err
	}
	sortRows(rows)
	return writeTable(out, "occupations.csv", []string{"code", "title", "skill_levels"}, rows)
}

// fullNames replaces the two names that the source has only as initials.
var fullNames = map[string]string{"GB": "United Kingdom", "US": "United States"}

func writeCountries(path, out string) error {
	var rows [][]string
	names := []string{"ISO3166-1-Alpha-2", "ISO3166-1-Alpha-3", "CLDR display name"}
	err := columnsOfFile(path, names, func(c []string) error {
		code, alpha3, name := c[0], c[1], strings.TrimSpace(c[2])
		if code == "" {
			return nil
		}
		if full, ok := fullNames[code]; ok {
			name = full
		}
		if len(code) != 2 || len(alpha3) != 3 || name == "" || !utf8.ValidString(name) {
			return fmt.Errorf("country %q, %q, %q is incomplete", code, alpha3, name)
		}
		rows = append(rows, []string{code, alpha3, strings.ReplaceAll(name, "’", "'")})
		return nil
	})
	if err != nil {
		return err
	}
	sortRows(rows)
	return writeTable(out, "countries.csv", []string{"code", "alpha3", "name"}, rows)
}

// writeNames writes the names that the United Nations and others use for countries beside those of countries.csv, in
// English, French and Spanish, for files that name countries and have no codes.
func writeNames(path, out string) error {
	var rows [][]string
	seen := map[string]string{}
	names := []string{
		"ISO3166-1-Alpha-2", "CLDR display name", "official_name_en", "UNTERM English Short", "UNTERM English Formal",
		"official_name_fr", "UNTERM French Short", "official_name_es", "UNTERM Spanish Short",
	}
	err := columnsOfFile(path, names, func(c []string) error {
		if c[0] == "" {
			return nil
		}
		for i, name := range c[2:] {
			name = strings.TrimSpace(strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(name), " *"), "’", "'"))
			folded := strings.ToLower(name)
			if name == "" || folded == strings.ToLower(c[1]) || seen[folded] == c[0] {
				continue
			}
			if other := seen[folded]; other != "" {
				return fmt.Errorf("%q is the name of %s and of %s", name, other, c[0])
			}
			seen[folded] = c[0]
			rows = append(rows, []string{c[0], name, []string{"en", "en", "en", "fr", "fr", "es", "es"}[i]})
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(rows, slices.Compare)
	return writeTable(out, "names.csv", []string{"code", "name", "language"}, rows)
}

// amendments are the changes to ISO 3166-2 that the subdivisions' source does not
// have yet: the Norwegian counties of 2024, and with their last day those before 2020
// and before 2024, which published figures still use. The numbers are those of
// Statistics Norway's standard for counties, which ISO 3166-2:NO follows.
//
//go:embed amendments.csv
var amendments string

var subdivision = regexp.MustCompile(`code: '([^']+)',\s*name: (?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"),\s*parent: '([^']+)'`)

func writeSubdivisions(path, out string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	byCode := map[string][]string{}
	found := subdivision.FindAllStringSubmatch(string(raw), -1)
	if n := strings.Count(string(raw), "code: '"); n != len(found) || n == 0 {
		return fmt.Errorf("%s: %d entries begin, %d could be read; is this 2.js of iso-3166 4.4.0?", filepath.Base(path), n, len(found))
	}
	for _, m := range found {
		name := strings.TrimSpace(m[2] + m[3])
		if !utf8.ValidString(name) || strings.ContainsAny(name, "\\\ufffd") || name == "" {
			return fmt.Errorf("%s: name %q of %s is not clean text", filepath.Base(path), name, m[1])
		}
		byCode[m[1]] = []string{m[1], name, m[4], ""}
	}
	err = columns("amendments.csv", strings.NewReader(amendments), []string{"code", "name", "parent", "until"}, func(c []string) error {
		byCode[c[0]] = append([]string(nil), c...)
		return nil
	})
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(byCode))
	for _, r := range byCode {
		rows = append(rows, r)
	}
	sortRows(rows)
	return writeTable(out, "subdivisions.csv", []string{"code", "name", "parent", "until"}, rows)
}

func sortRows(rows [][]string) {
	sort.Slice(rows, func(a, b int) bool { return rows[a][0] < rows[b][0] })
}
