package codes

import (
	"sync"
)

// Region is a country of ISO 3166-1 (alpha-2, "DE") or a subdivision of ISO
// 3166-2 ("DE-BY"). That a code is listed says nothing about the status of a
// territory.
type Region struct {
	Code, Name string
	// Parent is the code of the region that contains this one: empty for a country,
	// a country for most subdivisions, another subdivision for some ("GB-BFS" is in
	// "GB-NIR").
	Parent string
	// Until is the last day, YYYY-MM-DD, on which a withdrawn code was in use; empty
	// for a current one. Withdrawn codes are kept where published figures still carry
	// them, such as the Norwegian counties before 2020 and before 2024.
	Until string
}

type regionTable struct {
	byCode       map[string]Region
	countries    []Region
	subdivisions map[string][]Region
	alpha2       map[string]string
	alpha3       map[string]string
}

var regions = sync.OnceValue(loadRegions)

func loadRegions() *regionTable {
	t := &regionTable{
		byCode:       make(map[string]Region, 6<<10),
		subdivisions: map[string][]Region{},
		alpha2:       map[string]string{},
		alpha3:       map[string]string{},
	}
	for _, r := range rows("countries.csv", "code,alpha3,name") {
		c := Region{Code: r[0], Name: r[2]}
		t.byCode[c.Code] = c
		t.countries = append(t.countries, c)
		t.alpha2[r[1]] = c.Code
		t.alpha3[c.Code] = r[1]
	}
	for _, r := range rows("subdivisions.csv", "code,name,parent,until") {
		s := Region{Code: r[0], Name: r[1], Parent: r[2], Until: r[3]}
		t.byCode[s.Code] = s
		country := s.Code[:2]
		t.subdivisions[country] = append(t.subdivisions[country], s)
	}
	return t
}

// RegionByCode returns the country or subdivision with this code, withdrawn codes
// included (see Region.Until). Case counts: codes are upper case.
func RegionByCode(code string) (Region, bool) {
	r, ok := regions().byCode[code]
	return r, ok
}

// Countries lists the 249 countries of ISO 3166-1, by code.
func Countries() []Region {
	return append([]Region(nil), regions().countries...)
}

// Subdivisions lists the current subdivisions of a country, of every depth, by
// code; Region.Parent tells the depths apart. Withdrawn codes are left out.
func Subdivisions(country string) []Region {
	var out []Region
	for _, s := range regions().subdivisions[country] {
		if s.Until == "" {
			out = append(out, s)
		}
	}
	return out
}

// Country returns the country of a region: the part of its code before the
// hyphen. It works by prefix alone, so it answers for codes not in the tables too,
// and returns the code itself where it has no hyphen.
func Country(code string) string {
	for i := range len(code) {
		if code[i] == '-' {
			return code[:i]
		}
	}
	return code
}

// Alpha2 returns the alpha-2 code of a country given by its alpha-3 code: "DE" for
// "DEU".
func Alpha2(alpha3 string) (string, bool) {
	code, ok := regions().alpha2[alpha3]
	return code, ok
}

// Alpha3 returns the alpha-3 code of a country given by its alpha-2 code: "DEU"
// for "DE".
func Alpha3(alpha2 string) (string, bool) {
	code, ok := regions().alpha3[alpha2]
	return code, ok
}
