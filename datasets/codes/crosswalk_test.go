package codes

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// tableRow is a row of a table of links, as it stands in the file.
type tableRow struct {
	code, isco, how string
	share           int
}

func tableOf(t *testing.T, name string) []tableRow {
	t.Helper()
	var out []tableRow
	for _, r := range rows(name+".csv", "code,isco,per_million,how") {
		share, err := strconv.Atoi(r[2])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, tableRow{r[0], r[1], r[3], share})
	}
	return out
}

// The counts of codes are the publishers': 840 and 867 detailed occupations of the SOC (the
// matrix has 29 groups for 73 of them), 500
// and 516 unit groups of the NOC, 390 of ISCO-88, 1,300 types of the KldB and the one of
// its first edition. The other figures hold the tables to what was read.
func TestTheTablesHaveThePublishersCodesAndTheRowsThatWereRead(t *testing.T) {
	for _, c := range []struct {
		table                        string
		rows, codes, targets, digits int
		how                          map[string]int
	}{
		{"soc2010", 1125, 840, 438, 0, map[string]int{HowOne: 687, HowEqual: 432, HowSubsistence: 6}},
		{"soc2018", 1282, 867, 437, 0, map[string]int{HowOne: 608, HowEqual: 367, HowSubsistence: 4, HowChain: 303}},
		{"nem2019", 1159, 823, 437, 0, map[string]int{HowOne: 602, HowEqual: 342, HowSubsistence: 4, HowChain: 211}},
		{"noc2016", 1206, 500, 0, 4, map[string]int{HowChain: 1206}},
		{"noc2021", 1639, 516, 0, 5, map[string]int{HowChain: 1635, HowRevision: 4}},
		{"kldb2010", 1524, 1301, 0, 5, map[string]int{HowOne: 1137, HowRecommended: 164, HowAlso: 223}},
		{"isco88", 390, 390, 0, 4, map[string]int{HowOne: 390}},
		{"styrk08", 3, 3, 3, 4, map[string]int{HowNearest: 3}},
	} {
		list := tableOf(t, c.table)
		seen, targets, how := map[string]bool{}, map[string]bool{}, map[string]int{}
		for _, r := range list {
			seen[r.code], targets[r.isco] = true, true
			how[r.how]++
			if c.digits > 0 && (len(r.code) != c.digits || !allDigits(r.code)) {
				t.Errorf("%s: %q is not of %d digits", c.table, r.code, c.digits)
			}
		}
		if len(list) != c.rows || len(seen) != c.codes || !maps.Equal(how, c.how) {
			t.Errorf("%s: %d rows of %d codes, %v", c.table, len(list), len(seen), how)
		}
		if c.targets > 0 && len(targets) != c.targets {
			t.Errorf("%s: %d targets, want %d", c.table, len(targets), c.targets)
		}
	}
}

func TestEveryTargetIsAGroupOfISCOAndTheSharesOfACodeSumToOne(t *testing.T) {
	for _, c := range Classifications() {
		if c.table == "" {
			continue
		}
		sum, previous := map[string]int{}, tableRow{}
		for _, r := range tableOf(t, c.table) {
			if _, ok := OccupationByCode(r.isco); !ok {
				t.Errorf("%s: %s goes to %q, which is no group of ISCO-08", c.table, r.code, r.isco)
			}
			if c.Level(r.code) == 0 {
				t.Errorf("%s: %q is not written as a code of %s", c.table, r.code, c.ID)
			}
			if r.code+" "+r.isco <= previous.code+" "+previous.isco {
				t.Errorf("%s: %s %s does not come after %s %s", c.table, r.code, r.isco, previous.code, previous.isco)
			}
			if none := r.how == HowAlso || r.how == HowSubsistence; none != (r.share == 0) {
				t.Errorf("%s: %s to %s is %s and has the share %d", c.table, r.code, r.isco, r.how, r.share)
			}
			sum[r.code] += r.share
			previous = r
		}
		for code, n := range sum {
			if n != million {
				t.Errorf("%s: the shares of %s sum to %d millionths", c.table, code, n)
			}
		}
	}
}

// allCodes lists the finest codes of a classification and every coarser one above them.
func allCodes(x *Crosswalk) []string {
	all := map[string]bool{}
	if x.from.ID == "isco08" || x.from.ID == "styrk08" {
		for level := 1; level <= 4; level++ {
			for _, o := range Occupations(level) {
				all[o.Code] = true
			}
		}
	}
	for key := range x.links {
		if x.from.soc {
			for _, n := range []int{2, 3, 5, 6} {
				all[key[:2]+"-"+(key[2:n] + "0000")[:4]] = true
			}
			if x.from.finest() == 8 {
				all[key[:2]+"-"+key[2:]+".01"] = true
			}
			continue
		}
		all[key] = true
		for _, n := range x.from.Digits {
			if x.from.ID != "styrk08" { // whose only links are those of its national unit groups
				all[key[:n]] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func TestSplittingKeepsEveryMassToTheUnitForEveryCodeOfEveryLevel(t *testing.T) {
	for _, c := range Classifications() {
		recommended, ok := CrosswalkFrom(c.ID)
		if !ok {
			t.Fatalf("%s has no crosswalk", c.ID)
		}
		for _, x := range []*Crosswalk{recommended, recommended.Equally()} {
			for _, code := range allCodes(x) {
				shares := x.To(code)
				var sum int64
				for i, s := range shares {
					sum += s.Weight
					if s.Weight <= 0 || s.Of != shares[0].Of || i > 0 && s.ISCO <= shares[i-1].ISCO {
						t.Fatalf("%s %s: shares %v", c.ID, code, shares)
					}
				}
				if len(shares) == 0 || sum != shares[0].Of || !x.Known(code) {
					t.Fatalf("%s %s: shares %v sum to %d", c.ID, code, shares, sum)
				}
			}
			codes := allCodes(x)
			rapid.Check(t, func(t *rapid.T) {
				amounts := rapid.MapOfN(rapid.OneOf(rapid.SampledFrom(codes), rapid.StringMatching(`[0-9X]{1,6}`)),
					rapid.Int64Range(0, 1<<50), 1, 12).Draw(t, "amounts")
				parts, rest := x.SplitAll(amounts)
				got := maps.Clone(rest)
				for _, p := range parts {
					if _, ok := OccupationByCode(p.ISCO); !ok || p.Mass <= 0 {
						t.Fatalf("part %+v", p)
					}
					if _, both := rest[p.Code]; both {
						t.Fatalf("%s is split and in the rest", p.Code)
					}
					got[p.Code] += p.Mass
				}
				for code, n := range amounts {
					if got[code] != n {
						t.Fatalf("%s: %d went in, %d came out", code, n, got[code])
					}
					if _, left := rest[code]; left != !x.Known(code) {
						t.Fatalf("%s: known %v, in the rest %v", code, x.Known(code), left)
					}
				}
			})
		}
	}
}

// Each part lies within one unit of its exact share, recomputed here with fractions from
// the rows of the table.
func TestAGroupIsSplitByTheNumberOfItsFinerCodes(t *testing.T) {
	x, _ := CrosswalkFrom("kldb2010")
	parts, ok := x.Split("111", 15_000_000)
	if !ok {
		t.Fatal("KldB 111 is unknown")
	}
	want := map[string]int64{}
	finer := map[string]bool{}
	for _, r := range tableOf(t, "kldb2010") {
		if strings.HasPrefix(r.code, "111") {
			finer[r.code] = true
			want[r.isco] += int64(r.share)
		}
	}
	// Fifteen types of agriculture: 5 to farm technicians, 4 and 4, 1 and 1.
	if len(finer) != 15 {
		t.Fatalf("KldB 111 has %d types, want 15", len(finer))
	}
	for _, p := range parts {
		if p.Mass != want[p.ISCO] || !p.Estimated || !p.Assumed || p.How != HowFiner {
			t.Errorf("%+v, want %d", p, want[p.ISCO])
		}
		delete(want, p.ISCO)
	}
	for isco, n := range want {
		if n != 0 {
			t.Errorf("%s should have %d", isco, n)
		}
	}
}

func TestCodesGoWhereThePublishersSay(t *testing.T) {
	for _, c := range []struct {
		from, code, want string
		estimated        bool
	}{
		{"isco08", "2221", "2221=1/1", false},
		{"isco08", "22", "22=1/1", false},
		{"isco08", "0110", "0110=1/1", false},
		{"isco08", "110", "", false},
		{"isco88", "2221", "221=1000000/1000000", false}, // medical doctors
		{"isco88", "2230", "222=1000000/1000000", false},
		{"isco88", "2320", "2330=1000000/1000000", false},
		{"kldb2010", "43414", "2512=1000000/1000000", false},
		{"kldb2010", "99999", "", false},
		{"kldb2010", "11101", "9211=1000000/1000000", false},
		{"kldb2010", "B 43412", "", false},
		// Six of the nurse's seven O*NET occupations are nurses, one is a midwife.
		{"noc2021", "31301", "2221=857143/1000000 2222=142857/1000000", true},
		{"noc2021", "21231", "2512=1000000/1000000", true},
		{"noc2016", "6322", "5120=1000000/1000000", true},
		{"soc2010", "29-1141", "2221=1000000/1000000", false},
		{"soc2010", "29-1140", "2221=1000000/1000000", false},
		{"soc2010", "45-2092", "9211=333334/1000000 9213=333333/1000000 9214=333333/1000000", true},
		{"soc2010", "15-1252", "", false},
		{"nem2019", "15-1256", "2512=833334/1000000 2519=83333/1000000 2529=83333/1000000", true},
		{"nem2019", "15-1252", "", false},
		{"soc2018", "15-1252", "2512=1000000/1000000", true},
		{"onet2019", "15-1252.00", "2512=1000000/1000000", true},
		{"onet2010", "29-1141.03", "2221=1000000/1000000", false},
		{"soc2010", "29-1141.03", "", false},
		{"styrk08", "2223", "2221=1000000/1000000", true},
		{"styrk08", "2512", "2512=1/1", false},
		{"styrk08", "222", "222=1/1", false},
		{"styrk08", "0000", "", false},
		{"soc2010", "291141", "", false},
		{"soc2010", "2-", "", false},
		{"noc2016", "", "", false},
	} {
		x, ok := CrosswalkFrom(c.from)
		if !ok {
			t.Fatalf("no crosswalk from %s", c.from)
		}
		var got []string
		for _, s := range x.To(c.code) {
			got = append(got, s.ISCO+"="+strconv.FormatInt(s.Weight, 10)+"/"+strconv.FormatInt(s.Of, 10))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %s goes to %q, want %q", c.from, c.code, strings.Join(got, " "), c.want)
		}
		parts, _ := x.Split(c.code, 1000)
		for _, p := range parts {
			if p.Estimated != c.estimated {
				t.Errorf("%s %s: %+v, want estimated %v", c.from, c.code, p, c.estimated)
			}
		}
	}
	if _, ok := CrosswalkFrom("anzsco"); ok {
		t.Error("there is a crosswalk from ANZSCO, for which no table with a licence was found")
	}
}

func TestWhatHasNoShareIsStillListedAndCountsUnderEqualShares(t *testing.T) {
	x, _ := CrosswalkFrom("kldb2010")
	if got := x.Links("11101"); len(got) != 2 || got[0].How != HowRecommended || got[1].How != HowAlso || got[1].Weight != 0 {
		t.Errorf("links of 11101: %+v", got)
	}
	if got := x.Equally().To("11101"); len(got) != 2 || got[0].Weight != 500_000 || got[1].Weight != 500_000 || got[1].How != HowEqual {
		t.Errorf("equal shares of 11101: %+v", got)
	}
	if got := x.To("11101"); len(got) != 1 {
		t.Errorf("making shares equal changed the crosswalk itself: %+v", got)
	}
	soc, _ := CrosswalkFrom("soc2010")
	if got := soc.Equally().To("45-2092"); len(got) != 5 {
		t.Errorf("equal shares of farm workers: %+v", got)
	}
	if x.Links("111") != nil || x.Links("99999") != nil {
		t.Error("a coarse or unknown code has links")
	}
}

func TestWhatCameOverSeveralTablesIsEstimatedAtEveryLevel(t *testing.T) {
	for _, id := range []string{"noc2016", "noc2021"} {
		x, _ := CrosswalkFrom(id)
		coarse := 0
		for _, code := range allCodes(x) {
			parts, _ := x.Split(code, 7)
			for _, p := range parts {
				if !p.Estimated {
					t.Errorf("%s %s: %+v is not marked", id, code, p)
				}
			}
			if len(x.To(code)) == 1 && x.Links(code) == nil {
				coarse++
			}
		}
		if coarse == 0 {
			t.Errorf("%s has no coarser group with one target: the test tests nothing", id)
		}
	}
}

func TestANegativeMassIsGivenBackWhole(t *testing.T) {
	x, _ := CrosswalkFrom("kldb2010")
	parts, rest := x.SplitAll(map[string]int64{"111": -3, "112": 0})
	if len(parts) != 0 || len(rest) != 1 || rest["111"] != -3 {
		t.Errorf("parts %v, rest %v", parts, rest)
	}
}

func TestClassificationsSayHowLongTheirCodesAreAndAreOrderedByID(t *testing.T) {
	previous := ""
	for _, c := range Classifications() {
		if c.ID <= previous || c.Title == "" || c.Version == "" || c.Publisher == "" || (c.Way == "") != (c.ID == "isco08") {
			t.Errorf("%+v is incomplete or out of order", c)
		}
		previous = c.ID
		if !slices.IsSorted(c.Digits) || len(c.Digits) < 4 {
			t.Errorf("%s has codes of %v digits", c.ID, c.Digits)
		}
		c.Digits[0] = 99
		if again, _ := ClassificationByID(c.ID); again.Digits[0] == 99 {
			t.Errorf("a caller's change to %s is seen by the next one", c.ID)
		}
	}
	for _, c := range []struct {
		id, code string
		level    int
	}{
		{"soc2010", "13-2011", 6},
		{"soc2010", "13-2010", 5},
		{"soc2010", "13-2000", 4},
		{"soc2010", "15-1100", 4},
		{"soc2010", "13-0000", 2},
		{"soc2010", "13-2011.00", 0},
		{"onet2010", "13-2011.00", 8},
		{"onet2010", "13-2011.0", 0},
		{"soc2010", "132011", 0},
		{"noc2021", "00010", 5},
		{"noc2021", "000100", 0},
		{"noc2021", "1x", 0},
		{"noc2021", "", 0},
	} {
		k, _ := ClassificationByID(c.id)
		if got := k.Level(c.code); got != c.level {
			t.Errorf("%s %q is of level %d, want %d", c.id, c.code, got, c.level)
		}
	}
}

func TestTheGuideNamesEveryClassificationWithItsCodes(t *testing.T) {
	guide, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range Classifications() {
		line := ""
		for l := range strings.Lines(string(guide)) {
			if strings.HasPrefix(l, "| `") && strings.Contains(l, "`"+c.ID+"`") {
				line = l
			}
		}
		if line == "" {
			t.Errorf("docs/formats.md has no row for %s", c.ID)
			continue
		}
		x, _ := CrosswalkFrom(c.ID)
		n := strconv.Itoa(len(x.links))
		if len(n) == 4 {
			n = n[:1] + "," + n[1:]
		}
		if len(x.links) > 3 && c.finest() < 8 && !strings.Contains(line, "| "+n+" |") {
			t.Errorf("docs/formats.md says of %s %q, want %s codes", c.ID, line, n)
		}
	}
}

func BenchmarkLoadTheCrosswalkOfGermany(b *testing.B) {
	c, _ := ClassificationByID("kldb2010")
	for b.Loop() {
		loadCrosswalk(c)
	}
}
