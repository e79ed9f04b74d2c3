package codes

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

func TestFitsAreSharesOfOneSideAndNotSymmetric(t *testing.T) {
	by := map[[2]string]float64{}
	asymmetric, previous := 0, [2]string{}
	for _, f := range Fits(4, nil) {
		k := [2]string{f.From, f.To}
		by[k] = f.Fit
		if f.Fit < FitFloor || f.Fit > 1 || f.From == f.To || !Covered(f.From) || !Covered(f.To) {
			t.Errorf("%+v is out of range", f)
		}
		if slices.Compare(k[:], previous[:]) <= 0 {
			t.Errorf("%v does not come after %v", k, previous)
		}
		previous = k
		if f.Regulated != Regulated(f.To, nil) {
			t.Errorf("%+v: regulated is %v", f, !f.Regulated)
		}
	}
	for k, v := range by {
		if math.Abs(v-by[[2]string{k[1], k[0]}]) > 0.05 {
			asymmetric++
		}
	}
	if asymmetric < 1000 {
		t.Errorf("only %d of %d pairs are asymmetric", asymmetric, len(by))
	}
	// Looked up in ESCO by hand: what every reader would expect to be close is, and
	// farther the other way round where one asks for more.
	for _, c := range []struct {
		from, to string
		least    float64
	}{{"2512", "2514", 0.5}, {"7411", "7412", 0.25}, {"2341", "2342", 0.7}, {"2221", "5321", 0.6}} {
		if got := by[[2]string{c.from, c.to}]; got < c.least {
			t.Errorf("fit %s→%s is %.3f, want at least %.2f", c.from, c.to, got, c.least)
		}
	}
	if by[[2]string{"2221", "5321"}] <= by[[2]string{"5321", "2221"}] {
		t.Error("a nurse brings no more to a care assistant's post than the reverse")
	}
	if by[[2]string{"2512", "7115"}] != 0 {
		t.Error("software developers fit carpentry")
	}
}

func TestFitsOfGroupsAreMeansByTheWeightsGiven(t *testing.T) {
	unit := map[[2]string]float64{}
	for _, f := range Fits(4, nil) {
		unit[[2]string{f.From, f.To}] = f.Fit
	}
	units := map[string][]string{}
	for _, o := range Occupations(4) {
		if Covered(o.Code) {
			for level := 1; level < 4; level++ {
				units[o.Code[:level]] = append(units[o.Code[:level]], o.Code)
			}
		}
	}
	groups := slices.Sorted(maps.Keys(units))
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.IntRange(1, 3).Draw(t, "level")
		of := slices.DeleteFunc(slices.Clone(groups), func(g string) bool { return len(g) != level })
		from := rapid.SampledFrom(of).Draw(t, "from")
		to := rapid.SampledFrom(of).Draw(t, "to")
		weights := map[string]float64{}
		for _, u := range append(slices.Clone(units[from]), units[to]...) {
			weights[u] = float64(rapid.IntRange(0, 1000).Draw(t, u))
		}
		share := func(g, u string) float64 {
			total := 0.0
			for _, x := range units[g] {
				total += weights[x]
			}
			if total == 0 {
				return 1 / float64(len(units[g]))
			}
			return weights[u] / total
		}
		want := 0.0
		for _, i := range units[from] {
			for _, j := range units[to] {
				want += share(from, i) * share(to, j) * unit[[2]string{i, j}]
			}
		}
		if from == to {
			want = 0
		}
		got := 0.0
		for _, f := range Fits(level, weights) {
			if f.From == from && f.To == to {
				got = f.Fit
			}
		}
		if math.Abs(got-want) > 1e-9 {
			t.Fatalf("fit %s→%s is %v, the mean is %v", from, to, got, want)
		}
	})
}

func TestThePolicysThresholdsLeaveAboutFourRelatedOccupations(t *testing.T) {
	for level, want := range map[int]float64{2: 3.9, 3: 3.7, 4: 4.1} {
		threshold := matcher.DefaultPolicy().At(level).FitThreshold.Value
		covered, related := 0, 0
		for _, o := range Occupations(level) {
			if Covered(o.Code) {
				covered++
			}
		}
		for _, f := range Fits(level, nil) {
			if f.Fit >= threshold {
				related++
			}
		}
		if got := float64(related) / float64(covered); math.Abs(got-want) > 0.05 {
			t.Errorf("level %d: %.2f related occupations at fit %.3f, it used to be %.1f", level, got, threshold, want)
		}
	}
	for _, f := range Fits(1, nil) {
		if f.Fit >= 0.05 {
			t.Errorf("%+v: the comment says that fits between major groups stay below 0.05", f)
		}
	}
}

func TestSkillSharesSumToOneForEveryCoveredOccupation(t *testing.T) {
	groups := map[string]bool{}
	for _, g := range SkillGroups() {
		groups[g.Code] = true
		if again, ok := SkillGroupByCode(g.Code); !ok || again != g || g.Title == "" {
			t.Errorf("%+v", g)
		}
	}
	for unit, shares := range unitShares() {
		total := 0
		for g, n := range shares {
			if !groups[g] || n <= 0 {
				t.Errorf("%s: share %d of %q", unit, n, g)
			}
			total += n
		}
		if _, ok := OccupationByCode(unit); !ok || total != 1_000_000 {
			t.Errorf("%s: shares sum to %d millionths", unit, total)
		}
	}
	stock := map[string]float64{"2221": 900, "2222": 100, "7411": 5}
	for level := 1; level <= 4; level++ {
		for _, weights := range []map[string]float64{nil, stock} {
			shares := SkillShares(level, weights)
			for _, o := range Occupations(level) {
				total := 0.0
				for _, s := range shares[o.Code] {
					total += s
				}
				if Covered(o.Code) && math.Abs(total-1) > 1e-9 || !Covered(o.Code) && shares[o.Code] != nil {
					t.Errorf("%s: shares sum to %v, covered %v", o.Code, total, Covered(o.Code))
				}
			}
		}
	}
	fine, coarse := SkillShares(4, nil), SkillShares(3, stock)
	if got, want := coarse["222"]["S3"], 0.9*fine["2221"]["S3"]+0.1*fine["2222"]["S3"]; math.Abs(got-want) > 1e-9 {
		t.Errorf("222 has %v of S3, the weighted mean is %v", got, want)
	}
}

func TestTenUnitGroupsHaveNoESCOOccupation(t *testing.T) {
	var without []string
	for _, o := range Occupations(4) {
		if !Covered(o.Code) {
			without = append(without, o.Code)
		}
	}
	if got := strings.Join(without, " "); got != "1113 2240 3221 4414 6310 6320 6330 6340 7549 9624" {
		t.Errorf("not covered: %s", got)
	}
	if !Covered("322") || Covered("631") || Covered("110") {
		t.Error("322 is covered by 3222; 631 and what is no code are not")
	}
}

func TestRegulatedOccupationsCarryTheLawAndGroupsGoByMajority(t *testing.T) {
	for _, r := range Regulations() {
		if o, ok := OccupationByCode(r.Code); !ok || o.Level != 4 || r.Profession == "" || r.Law == "" || r.Assumed && r.Note == "" {
			t.Errorf("%+v", r)
		}
		if RegulatedShare(r.Code, nil) != 1 || !Regulated(r.Code, nil) {
			t.Errorf("%s is listed and not regulated", r.Code)
		}
	}
	for code, want := range map[string]float64{"221": 1, "222": 1, "322": 1, "225": 1, "226": 2. / 8, "22": 7. / 15, "7411": 0, "110": 0} {
		if got := RegulatedShare(code, nil); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: share %v, want %v", code, got, want)
		}
		if got := Regulated(code, nil); got != (want >= RegulatedMajority) {
			t.Errorf("%s: regulated %v at share %v", code, got, want)
		}
	}
	if !Regulated("226", map[string]float64{"2261": 60, "2264": 40}) || Regulated("226", map[string]float64{"2261": 40, "2264": 60}) {
		t.Error("with stocks, the majority is that of the stock")
	}
}
