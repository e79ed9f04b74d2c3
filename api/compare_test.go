package api_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets/report"
)

func aComparisonSaysWhatTheCommandLinesDoes(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	next := s.solving()
	files, base := s.solvedBase(next)
	run := into[api.Run](s.scenario(base.ID, text(files, "sign.yaml")).is(http.StatusAccepted))
	if r := next(); r.State != store.Done {
		t.Fatalf("the scenario's run is %s: %s", r.State, r.Error)
	}
	before := built(t, files, report.Options{Level: 4})
	after := built(t, files, report.Options{Level: 4, Scenarios: []report.ScenarioFile{{Name: "sign.yaml", Data: []byte(text(files, "sign.yaml"))}}})
	d, err := report.Compare(before, after)
	if err != nil {
		t.Fatal(err)
	}
	if d.Totals.Openings.Change == 0 || len(d.Cells) == 0 {
		t.Fatal("the scenario changes nothing that could be compared")
	}
	expect, asked := []string{"openings >= +1", "filled DE 2221 <= -10 %", "corridor PH DE >= 0"}, url.Values{}
	list := []report.Expectation{}
	for _, e := range expect {
		parsed, err := report.ParseExpectation(e)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, parsed)
		asked.Add("expect", e)
	}
	verdicts := report.Judge(before, after, list)
	path := "/v1/runs/" + base.ID + "/compare/" + run.ID

	for query, write := range map[string]func(*bytes.Buffer) error{
		"?" + asked.Encode():             func(b *bytes.Buffer) error { return d.WriteJSON(b, verdicts) },
		"?":                              func(b *bytes.Buffer) error { return d.WriteJSON(b, nil) },
		"?format=csv":                    func(b *bytes.Buffer) error { return d.WriteCSV(b) },
		"?format=text&" + asked.Encode(): func(b *bytes.Buffer) error { return d.WriteText(b, report.Style{}, verdicts) },
	} {
		var want bytes.Buffer
		if err := write(&want); err != nil {
			t.Fatal(err)
		}
		if got := s.get(path + query).is(http.StatusOK); !bytes.Equal(got.body, want.Bytes()) {
			t.Errorf("%s is answered with\n%s\nand the command line says\n%s", query, got.body, &want)
		}
	}
	got := into[api.Verdicts](s.get(path + "/expectations?" + asked.Encode()).is(http.StatusOK))
	if len(got.Items) != 3 || got.Pass || !got.Items[0].Pass || got.Items[1].Pass || !got.Items[2].Pass {
		t.Errorf("the verdicts are %+v", got)
	}
	if got := into[api.Verdicts](s.get(path + "/expectations?expect=" + url.QueryEscape(expect[0])).is(http.StatusOK)); !got.Pass {
		t.Errorf("what holds is judged %+v", got)
	}
	table := records(t, s.get(path+"/expectations?"+asked.Encode(), "Accept", "text/csv").is(http.StatusOK))
	if len(table) != 4 || table[1][1] != "pass" || table[2][1] != "fail" || table[2][0] != "filled DE 2221 <= -10 %" {
		t.Errorf("the verdicts in CSV are %v", table)
	}
	for _, row := range records(t, s.get(path, "Accept", "text/csv").is(http.StatusOK)) {
		if row[0] == "corridor" && row[1] == "" {
			t.Errorf("a corridor from nowhere: %v", row)
		}
	}
}

func TestWhatCannotBeComparedOrReadIsRefused(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	done := s.finished()
	waits := into[api.Run](s.call(http.MethodPost, "/v1/runs", `{"datasets":["`+strings.Join(done.Datasets, `","`)+`"]}`, "Content-Type", "application/json").is(http.StatusAccepted))
	path := "/v1/runs/" + done.ID + "/compare/"
	s.get(path+waits.ID).refused(409, "wrong-state")
	s.get("/v1/runs/"+waits.ID+"/compare/"+done.ID).refused(409, "wrong-state")
	s.get(path+"nope").refused(404, "not-found")
	s.get(path+"current").refused(404, "not-found")
	s.get(path+done.ID+"/expectations").refused(422, "invalid-request")
	s.get(path+done.ID+"?format=csv&expect=filled%3D1").refused(422, "invalid-request")
	s.get(path+done.ID+"?format=xml").refused(422, "invalid-request")
	s.get(path+done.ID+"?expect="+strings.Repeat("filled%3D1&expect=", 50)+"filled%3D1").refused(422, "invalid-request")
	p := s.get(path+done.ID+"?expect=filled%3D1&expect=happy%3E%3D1&expect=more").refused(422, "invalid-request")
	if len(p.Errors) != 2 || p.Errors[0].Place != "query.expect[1]" || p.Errors[1].Place != "query.expect[2]" || !strings.Contains(p.Errors[0].What, `there is no figure "happy"`) {
		t.Errorf("the faults are %+v", p.Errors)
	}
	same := into[api.Comparison](s.get(path + done.ID).is(http.StatusOK))
	if same.Totals.Filled.Change != 0 || len(same.Cells)+len(same.Corridors)+len(same.Countries) != 0 {
		t.Errorf("a run differs from itself: %+v", same)
	}
	// A run of another level has other cells.
	s.end(built(t, documented(t), report.Options{Level: 2, RunOnly: true}))
	if p := s.get(path+waits.ID).refused(422, "invalid-request"); !strings.Contains(p.Detail, "ISCO-2") {
		t.Errorf("of runs at different levels is said %s", p.Detail)
	}
}
