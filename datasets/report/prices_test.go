package report_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func resultOf(t *testing.T, files fstest.MapFS) *matcher.Result {
	t.Helper()
	d, err := datasets.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Market(d.Level())
	if err != nil {
		t.Fatal(err)
	}
	r, err := matcher.Match(context.Background(), m, d.Policy(), matcher.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every limit of a market is found by the name that it is printed by, and no two have one name.
func TestEveryLimitCanBePricedByItsName(t *testing.T) {
	for what, files := range map[string]fstest.MapFS{"limits on sums": limited(), "network limits": small()} {
		r := resultOf(t, files)
		p, err := matcher.NewPricer(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for l := range p.Limits() {
			want, err := p.Of(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			name := report.LimitName(r, &l)
			if seen[name] {
				t.Fatalf("%s: two limits are called %s", what, name)
			}
			seen[name] = true
			got, err := report.PriceOf(t.Context(), r, name)
			if err != nil {
				t.Fatalf("%s: %s: %v", what, name, err)
			}
			if got.Name != name || got.Size != want.Size || got.Used != want.Used || got.More.Until != want.More.Until || got.Exact != want.Exact {
				t.Errorf("%s: %s is priced as %+v, not %+v", what, name, got, want)
			}
		}
		if len(seen) < 5 {
			t.Errorf("%s: only %d limits", what, len(seen))
		}
	}
}

func TestAPriceOnRequestSaysWhatOneMoreAndOneLessIsWorth(t *testing.T) {
	r := resultOf(t, limited())
	for name, says := range map[string]string{
		"visa":                "Work visa 25 of 25 used. One more gains +1c +",
		"safeguard:family":    "safeguard family, Philippines",
		"openings:DE:7411":    "openings, Germany, 7411 Building and related electricians",
		"workers:PH:2221":     "workers, Philippines, 2221",
		"mobile:IN:7411":      "willing to leave, India, 7411",
		"safeguard:family:PH": "The proven bound rises by",
		"openings:DE:2221":    "no plan exceeds it in the first figure",
	} {
		s, err := report.PriceOf(t.Context(), r, name)
		if err != nil {
			t.Fatal(name, err)
		}
		var b, table bytes.Buffer
		if err := errors.Join(s.WriteText(&b, report.Style{}), s.WriteCSV(&table)); err != nil {
			t.Fatal(err)
		}
		if said := strings.Join(strings.Fields(b.String()), " "); !strings.Contains(said, says) {
			t.Errorf("%s: it is not said %q:\n%s", name, says, b.String())
		}
		if lines := strings.Split(table.String(), "\n"); len(lines) != 3 || strings.Count(lines[0], ",") != strings.Count(lines[1], ",") {
			t.Errorf("%s: the table is\n%s", name, table.String())
		}
	}
	var unknown *report.LimitError
	if _, err := report.PriceOf(t.Context(), r, "visum"); !errors.As(err, &unknown) || unknown.Several || !strings.Contains(err.Error(), "visa:::") {
		t.Errorf("of a name that there is not it is said: %v", err)
	}
	if _, err := report.PriceOf(t.Context(), resultOf(t, small()), "eu-free-movement"); !errors.As(err, &unknown) || unknown.Several {
		t.Errorf("of a channel without a quota it is said: %v", err)
	}
}

// Under limits on sums a report has slopes of the bound beside what is exact, safeguards as well as quotas, and says so.
func TestAReportUnderLimitsOnSumsHasSlopes(t *testing.T) {
	r := build(t, limited(), report.Options{})
	found := map[string]bool{}
	for _, p := range r.Prices {
		if p.Slopes == nil || !p.Exact && p.More.Channels != nil && *p.More.Channels != 0 {
			t.Errorf("%+v", p)
		}
		found[p.Of] = true
	}
	if !found["quota"] {
		t.Errorf("no quota among %+v", r.Prices)
	}
	if said := textOf(t, r, report.Style{}); !strings.Contains(said, "Quota or safeguard") || !strings.Contains(said, "Work visa") {
		t.Errorf("the text does not show the quota:\n%s", said)
	}
	c, err := report.CurveOf(t.Context(), resultOf(t, limited()), "visa")
	if err != nil {
		t.Fatal(err)
	}
	var b, table bytes.Buffer
	if err := errors.Join(c.WriteText(&b, report.Style{}), c.WriteCSV(&table)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "these are some sizes") || !strings.Contains(table.String(), "bound_value") {
		t.Errorf("the curve of a sum is told as\n%s%s", b.String(), table.String())
	}
}
