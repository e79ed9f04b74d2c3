package report_test

import (
	"context"
	"flag"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// small is a market with a bit of everything: two countries and a third without openings, gaps that other regions,
// related occupations, free movement and a channel fill, a gap that stays, notes with a formula and a long word.
func small() fstest.MapFS {
	file := func(lines ...string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
	}
	return fstest.MapFS{
		"vacancies.csv": file(
			"region,occupation,period,count,kind,wage,source,date,licence,assumed",
			"DE-BY,2221,2022,1200,stock,60000,Employment service,2023-01-31,internal,",
			"DE-BY,7212,2022,340,stock,45000,Employment service,2023-01-31,internal,",
			"DE-BE,5223,2022,80,stock,30000,Employment service,2023-01-31,internal,",
			"DE-BE,2512,2022,410,stock,70000,Employment service,2023-01-31,internal,",
			"PL,7212,2022,55,stock,28000,Urząd pracy,2023-02,CC BY 4.0,yes",
			"PL,2212,2022,5,stock,90000,Urząd pracy,2023-02,CC BY 4.0,yes",
		),
		"workers.csv": file(
			"region,occupation,period,count,kind,outside,source,date,licence",
			"DE-BE,2221,2022,300,stock,15000,Employment service,2023-01-31,internal",
			"DE-BE,7212,2022,90,stock,14000,Employment service,2023-01-31,internal",
			"DE-BY,7213,2022,60,stock,14000,Employment service,2023-01-31,internal",
			"DE-BE,5223,2022,700,stock,12000,Employment service,2023-01-31,internal",
			"DE-BE,2513,2022,45,stock,20000,Employment service,2023-01-31,internal",
			"PL,2221,2022,9000,stock,9000,Urząd pracy,2023-02,CC BY 4.0",
			"PL,7212,2022,400,stock,9000,Urząd pracy,2023-02,CC BY 4.0",
			"PH,2221,2022,20000,stock,8000,@PSA,2023-03,open",
		),
		"channels.csv": file(
			"id,title,kind,origins,destinations,occupations,recruitment,contract,months,quota,quota_of,cost_worker,cost_employer,days,protections,agreement,valid_from,valid_to,in_force,source,date",
			"eea,Free movement of workers,free_movement,EU,EU,,individual,,,,,,,,,,,,law,TFEU article 45,2009",
			"triple-win,Triple Win for nurses,agreement,PH,DE,2221,active,,,150,each,0,9000,300,no_worker_fee,Philippines and Germany 2013,2013-03-19,,yes,Agreement text,2013",
		),
		"notes.csv": file(
			"topic,text,count",
			"coverage,=SUM(A1) looks like a formula and "+strings.Repeat("Donaudampfschifffahrts", 6)+"gesellschaft is long,",
			"source-level,At the source's own level (KldB-3) 1300 openings have no unemployed of the same group.,1300",
		),
	}
}

func read(t *testing.T, fsys fs.FS) *datasets.Directory {
	t.Helper()
	d, err := datasets.Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func build(t *testing.T, fsys fs.FS, o report.Options) *report.Report {
	t.Helper()
	r, err := report.Build(t.Context(), read(t, fsys), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// smallReport is the report of the small market, made once.
var smallReport = sync.OnceValues(func() (*report.Report, error) {
	d, err := datasets.Read(small())
	if err != nil {
		return nil, err
	}
	return report.Build(context.Background(), d, report.Options{Title: "A small market", Engine: "test"})
})

func theSmallReport(t *testing.T) *report.Report {
	t.Helper()
	r, err := smallReport()
	if err != nil {
		t.Fatal(err)
	}
	return r
}
