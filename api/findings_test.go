package api_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
)

func findingsComeAsPagesAndAllAsCSV(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	layout, _ := guide(t)
	s.keeps(layout).is(http.StatusCreated)
	var file strings.Builder
	file.WriteString("Open posts\nLand;Occupation;Open posts\n")
	for n := range 1500 { // each of a code that has no counterpart
		fmt.Fprintf(&file, "Bavaria;=HYPERLINK(%d) nobody;%d\n", n, n+1)
	}
	file.WriteString("Berlin;2221 Nursing professionals;*\nBavaria;2221 Nursing professionals;7\n")

	all := func(text []byte) [][]string {
		t.Helper()
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") {
					t.Fatalf("a cell begins like a formula: %s", cell)
				}
			}
		}
		return rows[1:]
	}
	dry := s.imports("layout=nurses&dry_run=true&format=csv", file.String()).is(http.StatusOK)
	rows := all(dry.body)
	if len(rows) < 1501 || !strings.HasPrefix(dry.header.Get("Content-Type"), "text/csv") || !strings.Contains(string(dry.body), "'=HYPERLINK(") {
		t.Errorf("of a dry run there are %d findings as %s", len(rows), dry.header.Get("Content-Type"))
	}
	if header, _, _ := strings.Cut(string(dry.body), "\n"); header != "severity,kind,table,row,column,value,figure,times,what,hint" { // as of the command's --findings
		t.Errorf("the columns are %s", header)
	}
	s.holds(0, 0)
	got := into[api.ImportResult](s.imports("layout=nurses", file.String()).is(http.StatusCreated))
	if len(got.Reading.Findings) != 1000 || int(got.Reading.More) != len(rows)-1000 || int(got.Import.Findings) != len(rows) {
		t.Errorf("%d findings are shown, %d more are told of, and %d are counted; there are %d", len(got.Reading.Findings), got.Reading.More, got.Import.Findings, len(rows))
	}
	path := "/v1/imports/" + got.Import.ID + "/findings"
	if stored := s.get(path + "?format=csv").is(http.StatusOK); !bytes.Equal(stored.body, dry.body) {
		t.Error("the findings of the import are not those of its dry run")
	}
	var paged []api.Finding
	for next, pages := "", 0; pages == 0 || next != ""; pages++ {
		page := into[api.ListPage[api.Finding]](s.get(path + "?limit=700&kind=unmapped" + next).is(http.StatusOK))
		if paged = append(paged, page.Items...); page.Next == "" {
			break
		}
		next = "&cursor=" + page.Next
	}
	if len(paged) != 1500 || paged[0].Value == "" || paged[0].Figure == 0 {
		t.Errorf("pages have %d findings of the kind, the first is %+v", len(paged), paged[:1])
	}
	if one := all(s.get(path + "?format=csv&kind=suppressed&severity=warning").is(http.StatusOK).body); len(one) != 1 || one[0][1] != "suppressed" {
		t.Errorf("of one kind there are %v", one)
	}
	s.get(path+"?severity=grave").refused(422, "invalid-request")
	s.imports("layout=nurses&format=csv", "x").refused(422, "invalid-request")
}
