package demo_test

import (
	"slices"
	"strings"
	"testing"

	"labourmatch/datasets/demo"
)

func TestNoFlagListIsAnInputOfWhatItIsHeldAgainst(t *testing.T) {
	for _, l := range demo.FlagLists() {
		for _, name := range []string{"vacancies.csv", "workers.csv"} {
			for _, r := range read(t, name) {
				if r["region"][:2] != l.Against {
					continue
				}
				for _, publisher := range []string{"NAV", "European Labour Authority", "Jobs and Skills Australia"} {
					if strings.Contains(l.Source, publisher) && strings.Contains(r["source"], publisher) {
						t.Fatalf("%s is held against %s, whose %s come from %s", l.ID, l.Against, name, publisher)
					}
				}
			}
		}
	}
}

func TestFlagListsAreSortedAtOneLevelAndFlagSomeNotAll(t *testing.T) {
	for _, l := range demo.FlagLists() {
		codes, short := []string{}, 0
		for _, f := range l.Flags {
			codes = append(codes, f.Occupation)
			if len(f.Occupation) != l.Level {
				t.Errorf("%s: %q is not of ISCO-%d", l.ID, f.Occupation, l.Level)
			}
			if f.Short {
				short++
			}
		}
		if sorted := slices.Sorted(slices.Values(codes)); !slices.Equal(sorted, codes) || len(slices.Compact(sorted)) != len(codes) {
			t.Errorf("%s: %v are not sorted and distinct", l.ID, codes)
		}
		if short == 0 || short == len(codes) {
			t.Errorf("%s flags %d of %d, so it ranks nothing", l.ID, short, len(codes))
		}
	}
}

func TestEURESKnowsWhatGermanyReports(t *testing.T) {
	for _, f := range demo.FlagLists()[0].Flags {
		want := map[string]float64{"2512": 1, "2519": 1, "3513": 1, "2513": -1, "2514": -1, "2521": -1, "3511": -1}[f.Occupation]
		if f.Degree != want {
			t.Errorf("%s has degree %v, want %v", f.Occupation, f.Degree, want)
		}
	}
}
