package report_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets/report"
)

func TestEveryHeadlineStandsBesideItsFigureAtHalfAndDoubleTheMobileShare(t *testing.T) {
	r := theSmallReport(t)
	lines := r.Headlines()
	if len(lines) != 5 {
		t.Fatalf("%d headlines, want filled, free movement, channel, unfilled and value", len(lines))
	}
	mobile := map[float64]bool{}
	for i, c := range r.Cases {
		mobile[c.Mobile] = true
		for j, want := range []int64{c.Filled, c.FilledBy.FreeMovement, c.FilledBy.Channel, c.Unfilled, c.Value} {
			if got := lines[j].Figures[i]; got != want {
				t.Errorf("%s at available %v and mobile %v is %d, want %d", lines[j].Name, c.Available, c.Mobile, got, want)
			}
		}
	}
	if !mobile[0.01] || !mobile[0.02] || !mobile[0.04] {
		t.Errorf("the mobile shares tried are %v; want 0.02, its half and its double", mobile)
	}
	text := textOf(t, r, report.Style{})
	totals, _, _ := strings.Cut(text[strings.Index(text, "TOTALS"):], "COUNTRIES")
	for _, want := range []string{"1 / 0.02 ◂", "1 / 0.01", "1 / 0.04", "0.5 / 0.02", "are assumed"} {
		if !strings.Contains(totals, want) {
			t.Errorf("beside the totals stands no %q:\n%s", want, totals)
		}
	}
}

func TestHeadlinesSayWhichShareIsAssumed(t *testing.T) {
	market := small()
	market["policy.yaml"] = &fstest.MapFile{Data: []byte("mobile: {value: 0.03, unit: share, source: A survey, date: 2021}\n")}
	r := build(t, market, report.Options{})
	if got := r.Shares(); got != "available 1 is assumed, mobile 0.03 (A survey) is not" {
		t.Errorf("it says that %s", got)
	}
	for _, c := range r.Cases {
		if strings.Contains(c.Name, "mobile") && strings.Contains(c.Name, "assumed") {
			t.Errorf("a case is named %q, though the share has a source", c.Name)
		}
	}
}

func TestARunAloneHasNoHeadlinesBesideItsOwn(t *testing.T) {
	if lines := build(t, small(), report.Options{RunOnly: true}).Headlines(); len(lines) != 0 {
		t.Errorf("with nothing solved beside the run there are headlines %v", lines)
	}
}
