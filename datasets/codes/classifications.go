package codes

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Classification is a classification of occupations that a file may use.
type Classification struct {
	// ID is the name layouts and the functions of this package use, such as "kldb2010".
	ID string
	// Title, Version and Publisher name it; Country is the ISO 3166-1 code of the country
	// it is made for, empty for an international one.
	Title, Version, Publisher, Country string
	// Digits are the lengths its codes have, from the coarsest level to the finest, with
	// points and dashes left out. A code of the SOC is as long as it is without its closing
	// zeros: "13-2010" has five digits, "13-0000" two; a minor group has three or four, and
	// counts as four.
	Digits []int
	// Way says by which tables its codes come to ISCO-08, empty for ISCO-08 itself.
	Way string

	soc   bool   // written 13-2011, a group with closing zeros
	table string // the table of its links
}

var classifications = sync.OnceValue(func() []Classification {
	var out []Classification
	for _, r := range rows("classifications.csv", "id,title,version,publisher,country,form,digits,crosswalk,way") {
		c := Classification{
			ID: r[0], Title: r[1], Version: r[2], Publisher: r[3], Country: r[4], Way: r[8],
			soc: r[5] == "soc", table: r[7],
		}
		for _, n := range strings.Fields(r[6]) {
			digits, err := strconv.Atoi(n)
			if err != nil {
				panic("codes: table classifications.csv: " + err.Error())
			}
			c.Digits = append(c.Digits, digits)
		}
		out = append(out, c)
	}
	return out
})

func (c Classification) clone() Classification {
	c.Digits = slices.Clone(c.Digits)
	return c
}

// finest is the number of digits of the finest level.
func (c Classification) finest() int { return c.Digits[len(c.Digits)-1] }

// Classifications lists the classifications that this package can bring to ISCO-08, by
// id, ISCO-08 among them. A file in another one needs a mapping of its own.
func Classifications() []Classification {
	list := classifications()
	out := make([]Classification, len(list))
	for i, c := range list {
		out[i] = c.clone()
	}
	return out
}

// ClassificationByID returns the classification with this id.
func ClassificationByID(id string) (Classification, bool) {
	for _, c := range classifications() {
		if c.ID == id {
			return c.clone(), true
		}
	}
	return Classification{}, false
}

// Level returns how many digits a code has, as Digits counts them, or 0 where it is not
// written as the classification's codes are. It says nothing on whether there is such a
// code.
func (c Classification) Level(code string) int {
	n := len(c.key(code))
	if c.soc && n == 3 {
		n = 4
	}
	if !slices.Contains(c.Digits, n) {
		return 0
	}
	return n
}

// Path returns the digits of a code, those of a group being the beginning of those of the codes in it; it is empty where
// the code is not written as the classification's codes are.
func (c Classification) Path(code string) string { return c.key(code) }

// key is the digits of a code that its finer codes begin with, empty where it is not
// written as the classification's codes are.
func (c Classification) key(code string) string {
	if !c.soc {
		if !allDigits(code) || len(code) > c.finest() {
			return ""
		}
		return code
	}
	head, part, dotted := strings.Cut(code, ".")
	major, rest, dashed := strings.Cut(head, "-")
	if !dashed || len(major) != 2 || len(rest) != 4 || !allDigits(major) || !allDigits(rest) {
		return ""
	}
	if dotted {
		if c.finest() < 8 || len(part) != 2 || !allDigits(part) {
			return ""
		}
		return major + rest + part
	}
	return major + strings.TrimRight(rest, "0")
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
