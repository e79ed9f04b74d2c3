package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

// limited is a market under two sums: a quota over two occupations, and a share of a family that stays.
func limited() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"vacancies.csv": `region,occupation,period,count,kind,source,date,licence
DE,2221,2022,30,stock,example,2022,CC0-1.0
DE,3221,2022,30,stock,example,2022,CC0-1.0
DE,7411,2022,30,stock,example,2022,CC0-1.0
`,
		"workers.csv": `region,occupation,period,count,kind,source,date,licence
PH,2221,2022,60,stock,example,2022,CC0-1.0
PH,3221,2022,40,stock,example,2022,CC0-1.0
IN,7411,2022,40,stock,example,2022,CC0-1.0
`,
		"wages.csv": `region,occupation,period,wage,unit,source,date
DE,,2022,40000,PPP$ per year,example,2022
PH,,2022,10000,PPP$ per year,example,2022
IN,,2022,9000,PPP$ per year,example,2022
`,
		"channels.csv": `id,title,kind,origins,destinations,recruitment,quota,quota_of,cost_worker,cost_employer,in_force,source,date
visa,Work visa,visa,*,DE,active,25,total,3000,3000,law,example,2022
`,
		"safeguards.csv": `id,origins,occupations,rule,amount,source,date
family,PH,222 322,stay,0.9,example,2022
`,
		"policy.yaml": "mobile: 1\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestAReportUnderLimitsOnSumsIsProvenAndVerified(t *testing.T) {
	d, err := datasets.Read(limited())
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Build(t.Context(), d, report.Options{Engine: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Totals.Filled != 25 || r.Proof.Limits != 2 || !r.Proof.Certified || r.Proof.Distance != 0 {
		t.Fatalf("%d filled, proof %+v", r.Totals.Filled, r.Proof)
	}
	if s := r.Safeguards; len(s) != 1 || s[0].ID != "family" || s[0].Openings != 0 || s[0].Kept < 0 {
		t.Errorf("the safeguard is told as %+v", s)
	}
	dir := t.TempDir()
	if err := report.WriteDir(dir, r, limited()); err != nil {
		t.Fatal(err)
	}
	files := inMemory(t, dir)
	if bad := mismatches(t, files); bad != nil {
		t.Fatalf("as written: %+v", bad)
	}
	certificate := files["certificate.txt"].Data
	for _, what := range []string{`(?m)^g 25 `, `(?m)^m 3 \d+ -25`} {
		at := regexp.MustCompile(what).FindIndex(certificate)
		if at == nil {
			t.Fatalf("the certificate has no line %s:\n%s", what, certificate)
		}
		changed := bytes.Clone(certificate)
		changed[at[1]-2]++ // 25 becomes 35, -25 becomes -35
		if bad := mismatches(t, with(files, "certificate.txt", changed)); bad == nil {
			t.Errorf("a change of %s is not noticed", what)
		}
	}
	var text strings.Builder
	if err := r.WriteText(&text, report.Style{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "Optimal: proved by certificate") {
		t.Error("the text does not say that the placement is optimal")
	}
}
