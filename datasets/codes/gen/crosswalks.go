package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// A link leads from a code of some classification to an ISCO-08 code. Weights compare
// only the links of one code with each other.
type link struct {
	isco   string
	weight int64
	how    string
}

// links are the links of every code of a classification.
type links map[string][]link

// million is what the shares of one code sum to.
const million = 1_000_000

// parts is the unit in which shares of shares are added up before they are rounded to
// millionths, once.
const parts = million * million

// write writes the links of a table in order of code and target, with shares in whole
// millionths that sum to a million.
func (l links) write(out, name string) error {
	var rows [][]string
	for _, code := range sortedKeys(l) {
		of := l[code]
		slices.SortFunc(of, func(a, b link) int { return strings.Compare(a.isco, b.isco) })
		weights := make([]int64, len(of))
		for i, to := range of {
			if _, ok := codes.OccupationByCode(to.isco); !ok {
				return fmt.Errorf("%s: %q of %s is not an ISCO-08 code", name, to.isco, code)
			}
			if i > 0 && to.isco == of[i-1].isco {
				return fmt.Errorf("%s: %s names %s twice", name, code, to.isco)
			}
			weights[i] = to.weight
		}
		for i, share := range matcher.Apportion(million, weights) {
			rows = append(rows, []string{code, of[i].isco, strconv.FormatInt(share, 10), of[i].how})
		}
	}
	return writeTable(out, name+".csv", []string{"code", "isco", "per_million", "how"}, rows)
}

// equally gives the targets of a code equal weights, because the publisher states none.
// One that it names alone keeps all of it.
//
// Groups of ISCO-08's sub-major group 63, subsistence farming, get nothing where another
// target is named: they live on what they grow, while the code's workers are hired.
func equally(targets []string) []link {
	slices.Sort(targets)
	targets = slices.Compact(targets)
	subsistence := func(isco string) bool { return strings.HasPrefix(isco, "63") }
	others := slices.ContainsFunc(targets, func(isco string) bool { return !subsistence(isco) })
	counted := 0
	for _, isco := range targets {
		if !others || !subsistence(isco) {
			counted++
		}
	}
	out := make([]link, len(targets))
	for i, isco := range targets {
		switch {
		case others && subsistence(isco):
			out[i] = link{isco, 0, "subsistence"}
		case counted == 1:
			out[i] = link{isco, 1, "one"}
		default:
			out[i] = link{isco, 1, "equal"}
		}
	}
	return out
}

// through follows each of a code's steps to the links of the step's own code, every step
// with equal weight: the share of a target is the product along the way, summed over the
// ways.
func through(steps []string, next links, how string) ([]link, error) {
	weight := map[string]int64{}
	for _, step := range steps {
		if len(next[step]) == 0 {
			return nil, fmt.Errorf("no link of %q", step)
		}
		weights := make([]int64, len(next[step]))
		for i, l := range next[step] {
			weights[i] = l.weight
		}
		for i, share := range matcher.Apportion(parts, weights) {
			if share > 0 {
				weight[next[step][i].isco] += share
			}
		}
	}
	var out []link
	for _, isco := range sortedKeys(weight) {
		out = append(out, link{isco, weight[isco], how})
	}
	return out, nil
}

var socCode = regexp.MustCompile(`^\d\d-\d{4}$`)

// soc2010 reads the second sheet of the crosswalk of the Bureau of Labor Statistics.
func soc2010(path string) (links, error) {
	sheets, err := readXLS(path)
	if err != nil {
		return nil, err
	}
	if len(sheets) != 2 {
		return nil, fmt.Errorf("%s: %d sheets, want 2", path, len(sheets))
	}
	targets := map[string][]string{}
	for _, r := range sheets[1] {
		if len(r) < 4 {
			continue
		}
		if code := strings.TrimSpace(r[0]); socCode.MatchString(code) {
			targets[code] = append(targets[code], strings.TrimSpace(r[3]))
		}
	}
	out := links{}
	for code, of := range targets {
		out[code] = equally(of)
	}
	return out, nil
}

// soc2018changes are the codes of the 2018 SOC whose content the 2010 SOC has under
// another code or shares out otherwise, after the Bureau's crosswalk of the two. Every other
// code of 2018 is the same code in 2010; a code of 2010 named here without a row of its own
// is no more.
//
//go:embed soc2018.csv
var soc2018changes string

// soc2018 makes the links of the 2018 SOC from those of 2010, and the rows of
// revisions.csv that say where a code of 2010 went; one without a row stayed. A code that
// is the same in both keeps what the publisher says of it.
func soc2018(of2010 links) (of2018 links, revisions [][]string, err error) {
	of2018 = links{}
	gone := map[string]bool{}
	err = columns("soc2018.csv", strings.NewReader(soc2018changes), []string{"soc2018", "soc2010"}, func(c []string) error {
		was := strings.Fields(c[1])
		for _, old := range was {
			gone[old] = true
			revisions = append(revisions, []string{"soc2010", old, "soc2018", c[0]})
		}
		if len(was) == 1 && was[0] == c[0] {
			of2018[c[0]] = slices.Clone(of2010[c[0]])
			return nil
		}
		var err error
		of2018[c[0]], err = through(was, of2010, "chain")
		return err
	})
	for code, l := range of2010 {
		if of2018[code] == nil && !gone[code] {
			of2018[code] = slices.Clone(l)
		}
	}
	return of2018, revisions, err
}

var onetCode = regexp.MustCompile(`^(\d\d-\d{4})[.-]\d\d$`)

// throughONET follows the links from Canada's unit groups to O*NET occupations, each of
// which is a step of equal weight to the SOC code it begins with. NOC codes that lost
// leading zeros in the file get them back, because its column has one level. One row has
// no NOC code at all and is passed over.
func throughONET(path string, digits int, soc links) (links, error) {
	steps, seen := map[string][]string{}, map[[2]string]bool{}
	err := columnsOfFile(path, []string{"noc", "noc_title", "onet"}, func(c []string) error {
		if c[0] == "NA" {
			return nil
		}
		noc := padded(c[0], digits)
		m := onetCode.FindStringSubmatch(c[2])
		if m == nil || len(noc) != digits || strings.Trim(noc, "0123456789") != "" {
			return fmt.Errorf("%q is not a NOC code of %d digits with an O*NET code: %q", c[0], digits, c[2])
		}
		if onet := [2]string{noc, strings.Replace(c[2], "-00", ".00", 1)}; !seen[onet] {
			seen[onet] = true
			steps[noc] = append(steps[noc], m[1])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := links{}
	for _, code := range sortedKeys(steps) {
		if out[code], err = through(steps[code], soc, "chain"); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, code, err)
		}
	}
	return out, nil
}

// padded puts zeros before a code up to its full length.
func padded(code string, digits int) string {
	return strings.Repeat("0", max(0, digits-len(code))) + code
}

// writeNorthAmerica writes the tables of the United States and of Canada, which stand on
// one another: the 2018 SOC on the 2010 SOC, both versions of the NOC on the SOC by
// way of O*NET. revisions.csv gets the links between the versions. A unit group of NOC
// 2021 that has no O*NET occupation in the file takes those of its groups of 2016.
func writeNorthAmerica(soc, noc2016, noc2021, revision, out string) error {
	soc10, err := soc2010(soc)
	if err != nil {
		return err
	}
	soc18, revisions, err := soc2018(soc10)
	if err != nil {
		return err
	}
	noc16, err := throughONET(noc2016, 4, soc10)
	if err != nil {
		return err
	}
	noc21, err := throughONET(noc2021, 5, soc18)
	if err != nil {
		return err
	}
	earlier := map[string][]string{}
	err = columnsOfFile(revision, []string{"NOC2016", "NOC2021"}, func(c []string) error {
		was, is := padded(c[0], 4), padded(c[1], 5)
		revisions = append(revisions, []string{"noc2016", was, "noc2021", is})
		earlier[is] = append(earlier[is], was)
		return nil
	})
	if err != nil {
		return err
	}
	for _, code := range sortedKeys(earlier) {
		if noc21[code] == nil {
			if noc21[code], err = through(earlier[code], noc16, "revision"); err != nil {
				return fmt.Errorf("%s: %s: %w", revision, code, err)
			}
		}
	}
	slices.SortFunc(revisions, slices.Compare)
	return errors.Join(
		soc10.write(out, "soc2010"), soc18.write(out, "soc2018"), noc16.write(out, "noc2016"), noc21.write(out, "noc2021"),
		writeTable(out, "revisions.csv", []string{"from", "code", "to", "target"}, revisions),
	)
}

var pair = regexp.MustCompile(`^(\d{4,5}) (\d{4})\s*$`)

// pairs reads the lines "code code" of a help file of Stata's crosswalk command in order.
func pairs(path string, each func(code, isco string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		if m := pair.FindStringSubmatch(s.Text()); m != nil {
			each(m[1], m[2])
		}
	}
	return s.Err()
}

// writeKldB gives all of a KldB code to the target in its first row, which is the one the
// publisher recommends. The other targets stay in the table with nothing.
func writeKldB(path, out string) error {
	of := links{}
	err := pairs(path, func(code, isco string) {
		switch len(of[code]) {
		case 0:
			of[code] = []link{{isco, 1, "one"}}
		default:
			of[code][0].how = "recommended"
			of[code] = append(of[code], link{isco, 0, "also"})
		}
	})
	if err != nil {
		return err
	}
	return of.write(out, "kldb2010")
}

// beyond88 are the codes of the conversion that ISCO-88 does not have: its maker added
// them for the answers of surveys.
var beyond88 = map[string]bool{
	"1240": true, "1250": true, "2321": true, "2322": true, "2323": true, "2470": true, "3451": true, "3452": true,
	"5164": true, "6133": true, "7234": true, "7510": true, "7520": true, "7530": true,
}

// writeISCO88 keeps the unit groups of ISCO-88: codes of four digits that are not a minor
// group, written with a zero, with unit groups of its own. A target that ISCO-08 does not
// have as a unit group is a coarser group, written with zeros.
func writeISCO88(path, out string) error {
	all := map[string]string{}
	if err := pairs(path, func(code, isco string) { all[code] = isco }); err != nil {
		return err
	}
	coarser := map[string]bool{}
	for code := range all {
		if !beyond88[code] && !strings.HasSuffix(code, "0") {
			coarser[code[:3]+"0"] = true
		}
	}
	of := links{}
	for code, isco := range all {
		if beyond88[code] || coarser[code] || strings.HasSuffix(code, "00") {
			continue
		}
		for len(isco) > 1 {
			if _, ok := codes.OccupationByCode(isco); ok || !strings.HasSuffix(isco, "0") {
				break
			}
			isco = isco[:len(isco)-1]
		}
		of[code] = []link{{isco, 1, "one"}}
	}
	return of.write(out, "isco88")
}
