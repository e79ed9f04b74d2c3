package intake

import (
	"cmp"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/datasets/codes"
)

// column is what is seen of one column of a sample.
type column struct {
	name    string
	index   int
	cells   []string // not empty
	numbers Numbers
	numeric bool
	marks   []string // what stands where figures are expected
	year    bool
	region  bool
	from    string // classification of occupations; "" where it has none
	inside  bool
	taken   bool
}

func isYear(s string) bool {
	return len(s) == 4 && s >= "1900" && s <= "2100" && strings.Trim(s, "0123456789") == ""
}

// marks are what sources write for figures they do not tell, and for those they do not have.
var (
	hiddenMarks = []string{"*", "x", "X", "c", "(c)", "s", "#", "**", "<5", "<10", "z"}
	absentMarks = []string{"", "-", "–", ".", "..", "...", "…", ":", "NA", "N/A", "n/a", "n.a.", "na", "null", "NaN", "—"}
)

// judge tells what a column holds.
func (c *column) judge() {
	if len(c.cells) == 0 {
		return
	}
	c.year = most(c.cells, func(s string) bool {
		return isYear(s) || len(s) > 4 && isYear(s[:4]) && strings.ContainsAny(s[4:5], "-QM")
	})
	known, distinct := 0, slices.Compact(slices.Sorted(slices.Values(c.cells)))
	for _, s := range distinct {
		if _, ok := codes.FindRegion(s); ok {
			known++
		}
	}
	c.region = known*5 >= len(distinct)*4
	c.figures()
	if words := strings.ToLower(c.name); c.numeric && !hasAny(words, occupationWords) {
		return
	}
	c.occupations()
}

// figures tells whether the cells are figures, and how they are written: the first way, in order, that reads most cells.
func (c *column) figures() {
	ways := []Numbers{{}, {Thousands: ","}, {Thousands: " "}, {Decimal: ","}, {Decimal: ",", Thousands: "."}, {Decimal: ",", Thousands: " "}, {Thousands: "'"}}
	read, way := 0, Numbers{}
	marks := 0
	for _, s := range c.cells {
		if slices.Contains(hiddenMarks, s) || slices.Contains(absentMarks, s) {
			marks++
			if !slices.Contains(c.marks, s) {
				c.marks = append(c.marks, s)
			}
		}
	}
	for _, w := range ways {
		n := 0
		for _, s := range c.cells {
			if _, ok := w.parse(s); ok {
				n++
			}
		}
		if n > read {
			read, way = n, w
		}
	}
	c.numeric, c.numbers = read > 0 && (read+marks)*20 >= len(c.cells)*19, way
	slices.Sort(c.marks)
}

// occupations tells whose occupations a column has.
func (c *column) occupations() {
	distinct := slices.Compact(slices.Sorted(slices.Values(c.cells)))
	best := 0
	for _, inside := range []bool{false, true} {
		for _, class := range classes() {
			cross, _ := codes.CrosswalkFrom(class.ID)
			n := 0
			for _, s := range distinct {
				code := s
				if inside {
					code, _ = class.Extract(s)
				}
				if cross.Known(code) {
					n++
				}
			}
			if n*5 >= len(distinct)*4 && n > best {
				best, c.from, c.inside = n, class.ID, inside
			}
		}
	}
}

// classes are the classifications a column may have, ISCO-08 first: of two that know as many of its codes the first is taken.
func classes() []codes.Classification {
	list := codes.Classifications()
	slices.SortStableFunc(list, func(a, b codes.Classification) int { return cmp.Compare(b2i(a.ID != fromISCO), b2i(b.ID != fromISCO)) })
	return list
}

// most is whether nineteen in twenty fulfil a condition.
func most(cells []string, is func(string) bool) bool {
	n := 0
	for _, s := range cells {
		if is(s) {
			n++
		}
	}
	return n*20 >= len(cells)*19
}

// Words of names of columns in the languages of the sources we know.
var (
	occupationWords = []string{"isco", "occupation", "noc", "soc", "kldb", "beruf", "yrke", "profesi", "ocupa", "profession", "anzsco", "classif1", "ocu"}
	regionWords     = []string{"region", "province", "state", "country", "land", "geo", "county", "fylke", "area", "iso3", "pays", "país"}
	figureWords     = []string{"obs_value", "value", "count", "number", "vacanc", "position", "opening", "unemployed", "employed", "antall", "anzahl", "stellen", "total", "persons", "demand", "supply", "earn", "wage"}
	workerWords     = []string{"unemploy", "jobseek", "job seek", "arbeitslos", "arbeidss", "supply", "employed persons", "employed by", "chômeur", "desemple"}
	wageWords       = []string{"wage", "earning", "lohn", "verdienst", "salar", "lønn"}
)

func hasAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// tableOf is the table that words of a source point to.
func tableOf(above string, cols []column) string {
	words := above
	for _, c := range cols {
		words += " " + strings.ToLower(c.name)
	}
	switch {
	case hasAny(words, []string{"vacanc", "shortage", "opening", "position", "stellen", "demand"}):
		return datasets.VacanciesFile
	case hasAny(words, wageWords):
		return datasets.WagesFile
	case hasAny(words, workerWords):
		return datasets.WorkersFile
	}
	return datasets.VacanciesFile
}

// figureOf is the column that most likely has the figures.
func figureOf(cols []column) *column {
	best, rank := (*column)(nil), -1
	for i := range cols {
		c := &cols[i]
		if !c.numeric || c.year || c.from != "" {
			continue
		}
		r := 0
		if n := slices.IndexFunc(figureWords, func(w string) bool { return strings.Contains(strings.ToLower(c.name), w) }); n >= 0 {
			r = len(figureWords) - n
		}
		if r >= rank {
			best, rank = c, r
		}
	}
	return best
}
