package codes

import (
	"sync"
)

// RegulatedMajority is the share of a coarse group that must need a licence for the
// whole group to be treated as regulated.
const RegulatedMajority = 0.5

// Regulation says why a unit group may be exercised only with a licence.
type Regulation struct {
	// Code is an ISCO-08 unit group.
	Code string
	// Profession is the profession in the law's words, Law the text and article.
	Profession, Law string
	// Assumed tells that the law does not name this group, and Note why it is here.
	Assumed bool
	Note    string
}

type regulationTable struct {
	list   []Regulation
	byCode map[string]Regulation
}

var regulations = sync.OnceValue(func() *regulationTable {
	t := &regulationTable{byCode: map[string]Regulation{}}
	for _, r := range rows("regulated.csv", "code,profession,law,assumed,note") {
		x := Regulation{Code: r[0], Profession: r[1], Law: r[2], Assumed: r[3] == "yes", Note: r[4]}
		t.list = append(t.list, x)
		t.byCode[x.Code] = x
	}
	return t
})

// Regulations lists the regulated unit groups, by code. The list is the least that
// European Union law itself defines, and a few rows marked as assumed; countries
// license many more professions, which a market's own fits file can add.
func Regulations() []Regulation {
	return append([]Regulation(nil), regulations().list...)
}

// RegulatedShare returns the share of an ISCO-08 group, of any level, that needs a
// licence: by weights (the stock per unit group) where any is positive, else each
// of its unit groups counting the same, whether ESCO covers it or not. It is 0 or 1
// for a unit group, and 0 for an unknown code.
func RegulatedShare(code string, weights map[string]float64) float64 {
	var units, licensed, total, stock float64
	var walk func(string)
	walk = func(c string) {
		if len(c) < 4 {
			for _, child := range occupations().children[c] {
				walk(child)
			}
			return
		}
		units++
		w := max(weights[c], 0)
		total += w
		if _, ok := regulations().byCode[c]; ok {
			licensed++
			stock += w
		}
	}
	walk(code)
	switch {
	case total > 0:
		return stock / total
	case units > 0:
		return licensed / units
	}
	return 0
}

// Regulated tells whether an ISCO-08 group, of any level, is treated as regulated: a
// unit group if it is listed, a coarser group if at least RegulatedMajority of it, by
// RegulatedShare, is. A majority and not all, because an open way into a group of
// doctors with one unlicensed occupation would be the worse error. At ISCO-3 with
// equal weights these are 221, 222, 225 and 322; in 226, say, dentists and pharmacists
// are a quarter, so a way into it stays open and RegulatedShare says what it hides.
func Regulated(code string, weights map[string]float64) bool {
	return RegulatedShare(code, weights) >= RegulatedMajority
}
