package report_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func assess(t *testing.T, o report.Options) *report.Assumptions {
	t.Helper()
	a, err := report.Assess(t.Context(), read(t, small()), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// trial returns what came of one trial.
func trial(t *testing.T, a *report.Assumptions, name, tried string) report.Totals {
	t.Helper()
	for _, row := range a.List {
		for _, one := range row.Trials {
			if row.Name == name && one.Tried == tried {
				return one.Totals
			}
		}
	}
	t.Fatalf("%s was not tried at %s", name, tried)
	return report.Totals{}
}

func TestTrialsGiveWhatTheReportGivesForTheSameCases(t *testing.T) {
	a, r := assess(t, report.Options{}), theSmallReport(t)
	if a.Totals != r.Totals {
		t.Errorf("as assumed the totals are %+v, in the report %+v", a.Totals, r.Totals)
	}
	for _, c := range r.Cases {
		switch {
		case c.Run:
		case c.Mobile == 0.01:
			if got := trial(t, a, "mobile", "0.01"); got != c.Totals {
				t.Errorf("mobile 0.01: %+v, in the report %+v", got, c.Totals)
			}
		case c.Mobile == 0.04:
			if got := trial(t, a, "mobile", "0.04"); got != c.Totals {
				t.Errorf("mobile 0.04: %+v, in the report %+v", got, c.Totals)
			}
		case c.Available == 0.5:
			if got := trial(t, a, "available", "0.5"); got != c.Totals {
				t.Errorf("available 0.5: %+v, in the report %+v", got, c.Totals)
			}
		}
	}
	for _, c := range r.Orders[1:] {
		if got := trial(t, a, "order", c.Name); got != c.Totals {
			t.Errorf("order %s: %+v, in the report %+v", c.Name, got, c.Totals)
		}
	}
}

func TestEveryAssumedNumberIsTriedAndTheLargestEffectComesFirst(t *testing.T) {
	a := assess(t, report.Options{Level: 3})
	policy := matcher.DefaultPolicy()
	for _, n := range policy.Numbers() {
		if !n.Assumed {
			continue
		}
		i := slices.IndexFunc(a.List, func(row report.Assumption) bool { return row.Name == n.Name })
		if i < 0 || len(a.List[i].Trials) == 0 {
			t.Errorf("%s is assumed and was not tried", n.Name)
		}
	}
	for i, row := range a.List {
		var filled, value int64
		for _, one := range row.Trials {
			filled = max(filled, one.Filled-a.Totals.Filled, a.Totals.Filled-one.Filled)
			value = max(value, one.Totals.Value-a.Totals.Value, a.Totals.Value-one.Totals.Value)
			if one.Openings != one.Filled+one.Unfilled {
				t.Errorf("%s at %s: %d openings, %d filled, %d unfilled", row.Name, one.Tried, one.Openings, one.Filled, one.Unfilled)
			}
		}
		if row.Filled != filled || row.Value != value {
			t.Errorf("%s changes %d filled and %d value, said are %d and %d", row.Name, filled, value, row.Filled, row.Value)
		}
		if i > 0 && row.Filled > a.List[i-1].Filled {
			t.Errorf("%s has more effect than %s before it", row.Name, a.List[i-1].Name)
		}
	}
}

func TestAssumedRowsAndUnknownCoverageAreTried(t *testing.T) {
	a := assess(t, report.Options{})
	base := a.Totals.Openings
	// Poland's 60 openings are assumed, and no source of the market says what share it sees.
	for tried, want := range map[string]int64{"half": base - 29, "double": base + 60} {
		if got := trial(t, a, "vacancies.csv", tried); got.Openings != want {
			t.Errorf("assumed openings at %s: %d in all, want %d", tried, got.Openings, want)
		}
	}
	if got := trial(t, a, "coverage of vacancies.csv", "0.5"); got.Openings != 2*base {
		t.Errorf("with half the openings seen there are %d, want %d", got.Openings, 2*base)
	}
	covered := small()
	lines := strings.Split(strings.TrimSpace(string(covered["vacancies.csv"].Data)), "\n")
	for i := range lines {
		if lines[i] += ",0.9"; i == 0 {
			lines[i] = strings.Replace(lines[i], "0.9", "coverage", 1)
		}
	}
	covered["vacancies.csv"].Data = []byte(strings.Join(lines, "\n") + "\n")
	b, err := report.Assess(t.Context(), read(t, covered), report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(b.List, func(row report.Assumption) bool { return row.Name == "coverage of vacancies.csv" }) {
		t.Error("a stated coverage was taken for an assumption")
	}
}

func TestThePageOfAssumptionsIsTheSameHoweverOftenItIsMade(t *testing.T) {
	var one, two bytes.Buffer
	for _, out := range []*bytes.Buffer{&one, &two} {
		if err := assess(t, report.Options{}).WriteText(out, report.Style{}); err != nil {
			t.Fatal(err)
		}
	}
	if one.String() != two.String() {
		t.Errorf("two pages of one market differ:\n%s\n%s", &one, &two)
	}
}
