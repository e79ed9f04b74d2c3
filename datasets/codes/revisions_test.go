package codes

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func kinds(t *testing.T, from, to string, digits int) (map[string]Change, map[string]int) {
	t.Helper()
	list, ok := Break(from, to, digits)
	if !ok {
		t.Fatalf("%s to %s at %d digits is not compared", from, to, digits)
	}
	byCode, count := map[string]Change{}, map[string]int{}
	for i, c := range list {
		if i > 0 && c.Code <= list[i-1].Code {
			t.Errorf("%s does not come after %s", c.Code, list[i-1].Code)
		}
		byCode[c.Code] = c
		count[c.Kind]++
	}
	return byCode, count
}

func TestBreaksAreThoseOfTheRevisions(t *testing.T) {
	for _, c := range []struct {
		from, to           string
		digits             int
		code, became, kind string
		reused             bool
	}{
		// Statistics Canada: 2171 was broken up among five groups, three of which others joined.
		{"noc2016", "noc2021", 4, "2171", "21211 21220 21221 21222 21233", KindMixed, false},
		{"noc2016", "noc2021", 4, "0011", "00010", KindRenumbered, false},
		{"noc2016", "noc2021", 4, "9222", "92021", KindMerged, false},
		{"noc2016", "noc2021", 4, "5121", "51111 51112", KindSplit, false},
		// Bureau of Labor Statistics
		{"soc2010", "soc2018", 6, "29-1141", "29-1141", KindSame, false},
		{"soc2010", "soc2018", 6, "15-1121", "15-1211", KindRenumbered, false},
		{"soc2010", "soc2018", 6, "25-9041", "25-9042 25-9043 25-9049", KindSplit, false},
		{"soc2010", "soc2018", 6, "43-9011", "15-1299", KindMerged, false},
		{"soc2010", "soc2018", 6, "13-2051", "13-2051 13-2054", KindMixed, true},
		// ISCO: 2221 was a doctor and is a nurse; the armed forces moved; bookkeepers did not.
		{"isco88", "isco08", 4, "2221", "221", KindSplit, true},
		{"isco88", "isco08", 4, "0110", "03", KindSplit, true},
		{"isco88", "isco08", 4, "2411", "2411", KindSame, false},
		{"isco88", "isco08", 4, "5141", "514", KindSplit, true}, // hairdressers and beauticians, now hairdressers
		{"isco88", "isco08", 4, "1226", "1324", KindMerged, false},
		{"isco88", "isco08", 2, "62", "63", KindRenumbered, true},
		{"isco88", "isco08", 1, "0", "0", KindSame, false},
	} {
		byCode, _ := kinds(t, c.from, c.to, c.digits)
		got := byCode[c.code]
		if strings.Join(got.To, " ") != c.became || got.Kind != c.kind || got.Reused != c.reused {
			t.Errorf("%s %s: %+v, want %s %s, reused %v", c.from, c.code, got, c.kind, c.became, c.reused)
		}
	}
}

func TestEveryCodeOfARevisionIsListedOnce(t *testing.T) {
	for _, c := range []struct {
		from, to string
		digits   int
		codes    int
		want     map[string]int
	}{
		{"isco88", "isco08", 4, 390, map[string]int{KindSame: 57, KindRenumbered: 189, KindMerged: 112, KindSplit: 28, KindMixed: 4}},
		{"isco88", "isco08", 2, 28, nil},
		{"isco88", "isco08", 1, 10, nil},
		{"noc2016", "noc2021", 4, 500, map[string]int{KindRenumbered: 396, KindMerged: 44, KindSplit: 7, KindMixed: 53}},
		{"noc2016", "noc2021", 1, 10, nil},
		{"soc2010", "soc2018", 6, 840, map[string]int{KindSame: 729, KindRenumbered: 37, KindMerged: 32, KindSplit: 18, KindMixed: 24}},
		{"soc2010", "soc2018", 2, 23, nil},
	} {
		byCode, count := kinds(t, c.from, c.to, c.digits)
		if len(byCode) != c.codes || c.want != nil && !maps.Equal(count, c.want) {
			t.Errorf("%s to %s at %d digits: %d codes, %v", c.from, c.to, c.digits, len(byCode), count)
		}
		later, _ := CrosswalkFrom(c.to)
		arrived := map[string]bool{}
		for _, change := range byCode {
			for _, is := range change.To {
				arrived[is] = true
				if !later.Known(is) {
					t.Errorf("%s: %s went to %s, which %s does not have", c.from, change.Code, is, c.to)
				}
			}
		}
		// What the finest level of the later version has came from somewhere.
		if c.to == "isco08" || c.digits < 4 {
			continue
		}
		for key := range later.links {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(arrived)), func(is string) bool { return later.from.key(is) == key }) {
				t.Errorf("%s to %s: nothing went to %s", c.from, c.to, key)
			}
		}
	}
	for _, c := range []struct {
		from, to string
		digits   int
	}{{"noc2016", "noc2021", 2}, {"isco08", "isco88", 4}, {"kldb2010", "isco08", 5}, {"isco88", "isco08", 5}} {
		if _, ok := Break(c.from, c.to, c.digits); ok {
			t.Errorf("%s to %s at %d digits is compared", c.from, c.to, c.digits)
		}
	}
}
