package api_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/api"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets/report"
)

// more is a scenario on top of the documentation's.
const more = "name: more\ntitle: Half as many openings again\nchanges:\n  - demand: x1.5\n    region: DE\n"

// scenario sends a scenario of a run.
func (s *service) scenario(run, text string) answer {
	s.t.Helper()
	return s.call(http.MethodPost, "/v1/runs/"+run+"/scenarios", text, "Content-Type", "application/yaml")
}

// solvedBase is the documented market, solved.
func (s *service) solvedBase(next func() store.Run) (fstest.MapFS, api.Run) {
	s.t.Helper()
	files := documented(s.t)
	run := s.sent(files, "4")
	if r := next(); r.State != store.Done {
		s.t.Fatalf("the run is %s: %s", r.State, r.Error)
	}
	return files, run
}

func aScenarioGivesTheSameReportAsOnTheCommandLine(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	next := s.solving()
	files, base := s.solvedBase(next)
	sign := text(files, "sign.yaml")
	asked := s.scenario(base.ID, sign).is(http.StatusAccepted)
	run := into[api.Run](asked)
	if run.Base != base.ID || run.Scenario == nil || run.Scenario.Name != "sign" || run.Scenario.Title != "An agreement for nurses, and more graduates" ||
		run.State != "queued" || run.Policy != base.Policy || run.Level != base.Level || !slices.Equal(run.Datasets, base.Datasets) ||
		asked.header.Get("Location") != "/v1/runs/"+run.ID {
		t.Errorf("the scenario's run is %s", asked.body)
	}
	s.scenario(run.ID, more).refused(409, "wrong-state") // there is nothing yet to go on from
	if r := next(); r.State != store.Done || r.ID != run.ID {
		t.Fatalf("the scenario's run is %s: %s", r.State, r.Error)
	}
	want := document(t, built(t, files, report.Options{Level: 4, Scenarios: []report.ScenarioFile{{Name: "sign.yaml", Data: []byte(sign)}}}))
	if got := s.get("/v1/runs/" + run.ID + "/report").is(http.StatusOK).body; !bytes.Equal(got, want) {
		t.Errorf("the service's report is\n%s\nand the command's\n%s", shorten(got), shorten(want))
	}
	if got := s.get("/v1/runs/" + run.ID + "/scenario").is(http.StatusOK); string(got.body) != sign {
		t.Errorf("the scenario came back as\n%s", got.body)
	}

	// One on top of it changes what it has made.
	on := into[api.Run](s.scenario(run.ID, more).is(http.StatusAccepted))
	if r := next(); r.State != store.Done || r.ID != on.ID {
		t.Fatalf("the run of both is %s: %s", r.State, r.Error)
	}
	both := built(t, files, report.Options{Level: 4, Scenarios: []report.ScenarioFile{
		{Name: "sign.yaml", Data: []byte(sign)}, {Name: "more.yaml", Data: []byte(more)},
	}})
	if got := s.get("/v1/runs/" + on.ID + "/report").is(http.StatusOK).body; !bytes.Equal(got, document(t, both)) {
		t.Errorf("the report of both is\n%s\nand the command's\n%s", shorten(got), shorten(document(t, both)))
	}
	if len(both.WhatIf.Scenarios) != 2 {
		t.Errorf("of two scenarios there are %d", len(both.WhatIf.Scenarios))
	}

	ids := func(run string) (list []string) {
		for _, r := range into[api.RunPage](s.get("/v1/runs/" + run + "/scenarios").is(http.StatusOK)).Items {
			list = append(list, r.ID)
		}
		return list
	}
	second := into[api.Run](s.scenario(base.ID, more).is(http.StatusAccepted))
	if got := ids(base.ID); !slices.Equal(got, []string{second.ID, run.ID}) {
		t.Errorf("the base's scenarios are %v", got)
	}
	if got := ids(run.ID); !slices.Equal(got, []string{on.ID}) {
		t.Errorf("the scenario's scenarios are %v", got)
	}
	if got := ids(on.ID); len(got) != 0 {
		t.Errorf("the last one's scenarios are %v", got)
	}
	page := into[api.RunPage](s.get("/v1/runs/" + base.ID + "/scenarios?limit=1").is(http.StatusOK))
	if rest := into[api.RunPage](s.get("/v1/runs/" + base.ID + "/scenarios?cursor=" + page.Next).is(http.StatusOK)); len(rest.Items) != 1 || rest.Items[0].ID != run.ID {
		t.Errorf("the second page is %+v", rest)
	}
	s.get("/v1/runs?cursor="+page.Next).refused(422, "invalid-request")
	s.get("/v1/runs/"+base.ID+"/scenario").refused(404, "not-found")
}

func TestTheSameScenarioAgainIsTheRunThatIsThere(t *testing.T) {
	woken := 0
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.Wake = func() { woken++ } })
	base := s.finished()
	woken = 0
	run := into[api.Run](s.scenario(base.ID, more).is(http.StatusAccepted))
	again := s.scenario(base.ID, more).is(http.StatusOK)
	if got := into[api.Run](again); got.ID != run.ID || again.header.Get("Location") != "/v1/runs/"+run.ID || woken != 1 {
		t.Errorf("the same again is %s, and the worker was woken %d times", again.body, woken)
	}
	p := s.scenario(base.ID, strings.Replace(more, "x1.5", "x2", 1)).refused(409, "name-taken")
	if !strings.Contains(p.Detail, run.ID) || !strings.Contains(p.Detail, `"more"`) {
		t.Errorf("of another one of that name is told %s", p.Detail)
	}
	// What came to nothing holds no name.
	s.call(http.MethodPost, "/v1/runs/"+run.ID+"/cancel", "").is(http.StatusAccepted)
	if next := into[api.Run](s.scenario(base.ID, strings.Replace(more, "x1.5", "x2", 1)).is(http.StatusAccepted)); next.ID == run.ID {
		t.Error("a cancelled run was taken up again")
	}
	// Of another base it is another scenario.
	other := into[api.Run](s.call(http.MethodPost, "/v1/runs", `{"datasets":["`+strings.Join(base.Datasets, `","`)+`"],"level":3}`, "Content-Type", "application/json").is(http.StatusAccepted))
	for claimed := ""; claimed != other.ID; { // the scenario waits before it
		r, ok, err := s.store.ClaimRun(t.Context())
		if err != nil || !ok {
			t.Fatalf("claim: %v %v", ok, err)
		}
		if claimed = r.ID; claimed != other.ID {
			if err := s.store.EndRun(t.Context(), r.ID, r.Epoch, store.Failed, "for the test"); err != nil {
				t.Fatal(err)
			}
			continue
		}
		s.save(r, solved(t))
	}
	s.scenario(other.ID, more).is(http.StatusAccepted)
}

func TestEverythingWrongWithAScenarioIsToldAtOnceWithItsLine(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	base := s.finished()
	bad := "name: s\ntitle: A scenario\nchanges:\n  - shut: visa\n  - supply: 10\n    regon: DE\n"
	p := s.scenario(base.ID, bad).refused(422, "invalid-data")
	rows := []int{}
	for _, e := range p.Errors {
		rows = append(rows, e.Row)
		if e.File != "scenario" || e.What == "" || e.Hint == "" {
			t.Errorf("a fault is %+v", e)
		}
	}
	if !slices.Equal(rows, []int{4, 5, 6}) {
		t.Errorf("faults are on lines %v", rows)
	}
	asJSON := func(body string) answer {
		return s.call(http.MethodPost, "/v1/runs/"+base.ID+"/scenarios", body, "Content-Type", "application/json")
	}
	asJSON(`{"name":"s","title":"t","changes":[{"shut":"visa"}]}`).refused(422, "invalid-data")
	asJSON(`{"name":"s","title":"t","changes":[{"demand":"x1.1","region":"DE"}]}`).is(http.StatusAccepted)
	asJSON("").refused(400, "malformed")
	s.call(http.MethodPost, "/v1/runs/"+base.ID+"/scenarios", more, "Content-Type", "text/csv").refused(415, "unsupported-media-type")
	s.scenario(base.ID, more+strings.Repeat("# and so on\n", 30_000)).refused(413, "too-large")
	s.scenario("nope", more).refused(404, "not-found")
	s.scenario("current", more).refused(404, "not-found")
	s.call(http.MethodPost, "/v1/runs/"+base.ID+"/publish", "").is(http.StatusOK)
	if run := into[api.Run](s.scenario("current", more).is(http.StatusAccepted)); run.Base != base.ID {
		t.Errorf("the base of a scenario of the current run is %s", run.Base)
	}
}

func TestAChangeThatTouchesNothingFailsTheRunAndNamesItsLine(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	next := s.solving()
	_, base := s.solvedBase(next)
	s.scenario(base.ID, "name: none\ntitle: Nothing\nchanges:\n  - close: nowhere\n  - demand: +10 %\n    region: JP\n").is(http.StatusAccepted)
	r := next()
	if r.State != store.Failed || !strings.Contains(r.Error, "none.yaml, line 4") || !strings.Contains(r.Error, "none.yaml, line 5") {
		t.Errorf("the run is %s: %s", r.State, r.Error)
	}
}
