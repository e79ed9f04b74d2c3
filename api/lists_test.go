package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets/report"
)

// listsAreThoseOfTheReport holds each list, page by page and whole, against the report.
func listsAreThoseOfTheReport(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	files := documented(t)
	r := built(t, files, report.Options{Level: 4})
	s.sent(files, "4")
	s.end(r)
	run := into[api.RunPage](s.get("/v1/runs").is(http.StatusOK)).Items[0].ID
	var openings, workers []report.Caused
	for _, x := range r.Caused {
		if x.Side == report.SideOpenings {
			openings = append(openings, x)
		} else {
			workers = append(workers, x)
		}
	}
	for path, c := range map[string]struct {
		rows  any
		table string // of a report directory
	}{
		"causes?":                     {r.Causes.Rows, ""},
		"causes/cells?":               {openings, ""},
		"causes/cells?side=workers&":  {workers, ""},
		"reach?":                      {r.Causes.Reach, ""},
		"pressure?":                   {r.Causes.Pressure, ""},
		"prices?":                     {r.Prices, "prices.csv"},
		"ledger?":                     {r.Ledgers, "ledger.csv"},
		"balance?":                    {r.Balances, "balance.csv"},
		"shortages?":                  {r.Shortages, "shortages.csv"},
		"safeguards?":                 {r.Safeguards, ""},
		"prices?of=quota&":            {kept(r.Prices, func(p *report.Price) bool { return p.Of == "quota" }), ""},
		"prices?occupation=22&":       {kept(r.Prices, func(p *report.Price) bool { return strings.HasPrefix(p.Code, "22") }), ""},
		"ledger?origin=PH&":           {kept(r.Ledgers, func(l *report.Ledger) bool { return l.Origin == "PH" }), ""},
		"ledger?destination=PH&":      {kept(r.Ledgers, func(l *report.Ledger) bool { return l.Destination == "PH" }), ""},
		"balance?region=DE&":          {kept(r.Balances, func(b *report.Balance) bool { return b.Country == "DE" }), ""},
		"shortages?verdict=shortage&": {kept(r.Shortages, func(x *report.Shortage) bool { return x.Verdict == "shortage" }), ""},
		"causes/cells?region=DE&":     {kept(openings, func(x *report.Caused) bool { return strings.HasPrefix(x.Region, "DE") }), ""},
	} {
		var want []json.RawMessage
		text, err := json.Marshal(c.rows)
		if err == nil {
			err = json.Unmarshal(text, &want)
		}
		if err != nil {
			t.Fatal(err)
		}
		got := pages(s, "/v1/runs/"+run+"/"+path+"limit=2")
		if len(got) != len(want) {
			t.Errorf("%s: %d rows, and the report has %d", path, len(got), len(want))
			continue
		}
		for i := range got {
			var a, b any
			if json.Unmarshal([]byte(got[i]), &a) != nil || json.Unmarshal(want[i], &b) != nil || !reflect.DeepEqual(a, b) {
				t.Errorf("%s: row %d is %s, and in the report %s", path, i, got[i], want[i])
			}
		}
		table := s.get("/v1/runs/"+run+"/"+path, "Accept", "text/csv").is(http.StatusOK)
		if c.table != "" {
			var b bytes.Buffer
			if err := r.WriteTable(&b, c.table); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(table.body, b.Bytes()) {
				t.Errorf("%s in CSV is\n%s\nand in the report directory\n%s", path, table.body, &b)
			}
		} else if list := records(t, table); len(list) != len(want)+1 && !strings.HasPrefix(path, "ledger") {
			t.Errorf("%s: %d lines of CSV for %d rows", path, len(list), len(want))
		}
	}
	if len(r.Prices) == 0 || len(r.Ledgers) == 0 || len(r.Balances) == 0 || len(r.Shortages) == 0 || len(r.Safeguards) == 0 || len(openings) == 0 || len(workers) == 0 {
		t.Error("a list is empty, so nothing is known of it")
	}
}

func kept[T any](rows []T, keep func(*T) bool) []T {
	out := []T{}
	for i := range rows {
		if keep(&rows[i]) {
			out = append(out, rows[i])
		}
	}
	return out
}

func TestPressureIsReleasedByCountryAndMajorGroupOnly(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	run := s.finished()
	list := into[api.ListPage[report.Pressure]](s.get("/v1/runs/" + run.ID + "/pressure?limit=1000").is(http.StatusOK))
	if len(list.Items) == 0 {
		t.Error("there is no pressure, so nothing is known of how it is released")
	}
	for _, p := range list.Items {
		if len(p.Origin) != 2 || len(p.Destination) != 2 || len(p.Group) != 1 {
			t.Errorf("released is %+v", p)
		}
	}
	for row, line := range records(t, s.get("/v1/runs/"+run.ID+"/pressure?format=csv").is(http.StatusOK))[1:] {
		if want := list.Items[row]; line[0] != want.Origin || line[2] != want.Destination || line[4] != want.Group {
			t.Errorf("row %d in CSV is %v, and %+v in JSON", row, line, want)
		}
	}
	s.get("/v1/runs/"+run.ID+"/pressure?occupation=93").refused(422, "invalid-request")
	s.get("/v1/runs/" + run.ID + "/pressure?origin=PH-00").is(http.StatusOK)
}

func TestAListThatWasNotMadeIsNotShownAsEmpty(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	files := documented(t)
	run := s.sent(files, "4")
	for _, path := range []string{"causes", "causes/cells", "prices", "ledger"} {
		s.get("/v1/runs/"+run.ID+"/"+path).refused(409, "wrong-state") // not yet
		s.get("/v1/runs/nope/"+path).refused(404, "not-found")
	}
	s.end(built(t, files, report.Options{Level: 4, RunOnly: true}))
	for _, path := range []string{"prices", "safeguards"} {
		if p := s.get("/v1/runs/"+run.ID+"/"+path).refused(409, "wrong-state"); !strings.Contains(p.Detail, "does not mean that there are none") {
			t.Errorf("of %s that were not looked for is said %s", path, p.Detail)
		}
	}
	s.get("/v1/runs/" + run.ID + "/ledger").is(http.StatusOK)
	other := into[api.ListPage[report.Shortage]](s.get("/v1/runs/" + run.ID + "/shortages?limit=1").is(http.StatusOK)).Next
	for _, query := range []string{"ledger?cursor=" + other, "balance?origin=DE", "shortages?verdict=maybe", "causes?region=DE", "prices?of=everything", "ledger?limit=0"} {
		s.get("/v1/runs/"+run.ID+"/"+query).refused(422, "invalid-request")
	}
}

func TestPagesOfAListInCSVAreNoMoreThanAPage(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	run := s.finished()
	got := s.get("/v1/runs/" + run.ID + "/shortages?format=csv&limit=3").is(http.StatusOK)
	list, err := csv.NewReader(bytes.NewReader(got.body)).ReadAll()
	if err != nil || len(list) != 4 || !strings.Contains(got.header.Get("Link"), `rel="next"`) {
		t.Errorf("a page of three has %d lines and leads to %q, %v", len(list), got.header.Get("Link"), err)
	}
}
