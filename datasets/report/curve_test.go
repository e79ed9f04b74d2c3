package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// withQuota is the small market with another quota of the nurses' agreement.
func withQuota(places string) fstest.MapFS {
	market := small()
	market["channels.csv"] = &fstest.MapFile{Data: bytes.Replace(market["channels.csv"].Data, []byte(",150,each,"), []byte(","+places+",each,"), 1)}
	return market
}

func curveOf(t *testing.T, quota string) *report.Curve {
	t.Helper()
	c, err := report.CurveOf(t.Context(), solved(t, small()), quota)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func solved(t *testing.T, market fstest.MapFS) *matcher.Result {
	t.Helper()
	d, err := datasets.Read(market)
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Match(t.Context(), d, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every row of the curve, and the size halfway to the next, is what the market with such a quota comes to.
func TestACurveIsTheMarketSolvedWithEachQuota(t *testing.T) {
	c := curveOf(t, "triple-win")
	if len(c.Points) < 2 {
		t.Fatalf("%+v", c.Points)
	}
	for i, at := range c.Points {
		r := solved(t, withQuota(strconv.FormatInt(at.Size, 10)))
		if r.Totals.Value != at.Value || r.Totals.Filled != at.Filled {
			t.Errorf("at %d: value %d, filled %v; solved with that quota %d, %v", at.Size, at.Value, at.Filled, r.Totals.Value, r.Totals.Filled)
		}
		if i+1 == len(c.Points) {
			more := solved(t, withQuota(strconv.FormatInt(at.Size+10, 10)))
			if more.Totals.Value != at.Value || more.Totals.Filled != at.Filled {
				t.Errorf("past the last point, at %d, the market still gains", at.Size)
			}
			continue
		}
		half := (c.Points[i+1].Size - at.Size) / 2
		r = solved(t, withQuota(strconv.FormatInt(at.Size+half, 10)))
		if want := at.Value + half*at.Next[len(at.Next)-1]; r.Totals.Value != want {
			t.Errorf("at %d: value %d, along the line %d", at.Size+half, r.Totals.Value, want)
		}
	}
}

// golden holds what came out against a file of testdata, or with -update writes it there.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another; look at it, and if it is right run: go test ./datasets/report -update\n%s", name, got)
	}
}

func TestACurveReadsTheSameInCSVAndAsAPlot(t *testing.T) {
	c := curveOf(t, "triple-win:PH:DE-BY:2221")
	var table, plot bytes.Buffer
	if err := errors.Join(c.WriteCSV(&table), c.WriteText(&plot, report.Style{})); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "curve.csv"), table.Bytes())
	golden(t, filepath.Join("testdata", "curve.txt"), plot.Bytes())
	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil || len(rows) != len(c.Points)+1 {
		t.Errorf("%v, %d rows of %d points", err, len(rows), len(c.Points))
	}
	for line := range strings.Lines(plot.String()) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestAQuotaThatIsNotThereIsToldWithThoseThatAre(t *testing.T) {
	_, err := report.CurveOf(context.Background(), solved(t, small()), "tripel-win")
	var wrong *report.LimitError
	if !errors.As(err, &wrong) || wrong.Several || len(wrong.Near) == 0 || !strings.Contains(err.Error(), "triple-win:PH:DE-BY:2221") {
		t.Errorf("%v", err)
	}
}
