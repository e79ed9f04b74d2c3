package intake

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"labourmatch/datasets/formats"
)

// Where the files themselves are at hand, what is read of them is held against what their publishers state.
func TestPublishedFilesAddUpToThePublishedTotals(t *testing.T) {
	folder := os.Getenv("LABOURMATCH_REFERENCE")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "reference")
	}
	if _, err := os.Stat(folder); err != nil {
		t.Log("the files are not here; the scenario files hold rows of each")
		return
	}
	for _, x := range []struct {
		file, layout string
		written      []string // of each table
		finding      Kind
		said         string
	}{
		{"demand/no_nav_shortage_2017.csv", "no-nav-shortage", []string{"28,200"}, Totals, "totals of countries come to 32,800, the sums of their parts over regions to 28,200; 120 differ of 136 totals, most NO, 1219, 2017 (100 against 25)"},
		{"supply/no_nav_jobseekers_by_occupation_2002_2017.csv", "no-nav-jobseekers", []string{"120,524"}, Suppressed, ""},
		{"demand/de_vacancies_unemployed_land_kldb3_2012_2022.csv", "de-ba-kldb3", []string{"843,269.67", "2,221,320.95"}, "", ""},
		{"demand/lmia/March-2017.csv", "ca-lmia", []string{"45,777"}, Ignored, ""},
		{"demand/lmia/December-2019.csv", "ca-lmia", []string{"36,080"}, Ignored, ""},
		{"demand/bc/bc_lmo_2010-2020_noc3_demand_supply.csv", "ca-bc-outlook", []string{"2,750,500", "2,726,190"}, Totals, ""},
		{"demand/bls_employment_projections_2019-29.csv", "us-bls-openings", []string{"17,454,300"}, "", ""},
		{"wages/raw_EAR_4MTH_SEX_GEO_CUR_NB_A.csv", "ilostat-earnings-labels", nil, "", ""},
	} {
		t.Run(filepath.Base(x.file), func(t *testing.T) {
			f, err := os.Open(filepath.Join(folder, x.file))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close() //nolint:errcheck // only read
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			file := formats.File{Name: filepath.Base(x.file), Content: f, Size: info.Size()}
			doc, err := formats.Open(context.Background(), file, formats.Options{})
			if err != nil {
				t.Fatal(err)
			}
			p, err := Propose(context.Background(), doc, "2026-11-27")
			if err != nil || p.Layout.ID != x.layout {
				t.Fatalf("%+v, %v", p, err)
			}
			if doc, err = formats.Open(context.Background(), file, p.Layout.Declared(formats.Options{})); err != nil {
				t.Fatal(err)
			}
			q, err := p.Layout.Read(context.Background(), doc, Reading{})
			if err != nil {
				t.Fatal(err)
			}
			if q.Refused() {
				t.Errorf("refused: %+v", q.Findings[0])
			}
			for i, want := range x.written {
				if got := grouped(q.Tables[i].Written); got != want {
					t.Errorf("%s has %s, want %s", q.Tables[i].Table, got, want)
				}
			}
			found := x.finding == ""
			for _, f := range q.Findings {
				found = found || f.Kind == x.finding && (x.said == "" || f.What == x.said)
			}
			if !found {
				t.Errorf("nothing of kind %s is found that says %q: %+v", x.finding, x.said, q.Findings)
			}
		})
	}
}
