package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
)

func TestARunIsQueuedAndSaysWhereToLook(t *testing.T) {
	woken := 0
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.Wake = func() { woken++ } })
	v, w := s.upload("vacancies.csv", table(t, "vacancies.csv")), s.upload("workers.csv", table(t, "workers.csv"))
	body := `{"datasets":["` + v.ID + `","` + w.ID + `"],"title":"Trial","level":2,"order":"value","policy":{"available":0.8,"mobile":{"value":0.1,"source":"a survey","date":"2025"}}}`
	got := s.call(http.MethodPost, "/v1/runs", body, "Content-Type", "application/json").is(http.StatusAccepted)
	run := into[api.Run](got)
	if run.State != "queued" || run.Title != "Trial" || run.Level != 2 || run.Order != "value" || !slices.Equal(run.Datasets, []string{v.ID, w.ID}) {
		t.Errorf("the run is %s", got.body)
	}
	if !strings.Contains(run.Policy, `"available":0.8`) {
		t.Errorf("the run's policy is %q", run.Policy)
	}
	if woken != 1 {
		t.Errorf("the worker was woken %d times", woken)
	}
	if seen := into[api.Run](s.get(got.header.Get("Location")).is(http.StatusOK)); seen.ID != run.ID {
		t.Errorf("Location leads to run %s and not %s", seen.ID, run.ID)
	}
	if list := into[api.RunPage](s.get("/v1/runs").is(http.StatusOK)); len(list.Items) != 1 || list.Items[0].ID != run.ID {
		t.Errorf("the list is %+v", list)
	}
}

func TestWhatIsWrongWithARunIsToldBeforeItIsQueued(t *testing.T) {
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.MaxBody = 4000 })
	v, w := s.upload("vacancies.csv", table(t, "vacancies.csv")), s.upload("workers.csv", table(t, "workers.csv"))
	both := `"datasets":["` + v.ID + `","` + w.ID + `"]`
	for name, c := range map[string]struct {
		body, contentType string
		status            int
		kind, place       string
	}{
		"unknown dataset":     {`{"datasets":["` + v.ID + `","nope"]}`, "application/json", 422, "invalid-request", "body.datasets[1]"},
		"no workers":          {`{"datasets":["` + v.ID + `"]}`, "application/json", 422, "invalid-request", "body.datasets"},
		"no vacancies":        {`{"datasets":["` + w.ID + `"]}`, "application/json", 422, "invalid-request", "body.datasets"},
		"no datasets":         {`{"datasets":[]}`, "application/json", 422, "invalid-request", "body.datasets"},
		"the same one twice":  {`{"datasets":["` + v.ID + `","` + v.ID + `"]}`, "application/json", 422, "invalid-request", "body.datasets"},
		"level 5":             {`{` + both + `,"level":5}`, "application/json", 422, "invalid-request", "body.level"},
		"unknown order":       {`{` + both + `,"order":"random"}`, "application/json", 422, "invalid-request", "body.order"},
		"unknown field":       {`{` + both + `,"titel":"x"}`, "application/json", 422, "invalid-request", "body.titel"},
		"unknown number":      {`{` + both + `,"policy":{"availability":0.5}}`, "application/json", 422, "invalid-data", ""},
		"number out of range": {`{` + both + `,"policy":{"available":7}}`, "application/json", 422, "invalid-data", ""},
		"no JSON":             {`{"datasets":`, "application/json", 400, "malformed", "body"},
		"nothing":             {``, "application/json", 400, "malformed", ""},
		"not JSON":            {`datasets: []`, "application/yaml", 415, "unsupported-media-type", ""},
		"too large":           {`{"title":"` + strings.Repeat("x", 5000) + `"}`, "application/json", 413, "too-large", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			p := s.call(http.MethodPost, "/v1/runs", c.body, "Content-Type", c.contentType).refused(c.status, c.kind)
			if c.place != "" && (len(p.Errors) == 0 || p.Errors[0].Place != c.place) {
				t.Errorf("the faults are %+v, and the first should be at %s", p.Errors, c.place)
			}
		})
	}
	if list := into[api.RunPage](s.get("/v1/runs").is(http.StatusOK)); len(list.Items) != 0 {
		t.Errorf("refused requests left %d runs", len(list.Items))
	}
}

func onlyAFinishedRunHasResultsAndCanBePublished(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	v, w := s.upload("vacancies.csv", table(t, "vacancies.csv")), s.upload("workers.csv", table(t, "workers.csv"))
	body := `{"datasets":["` + v.ID + `","` + w.ID + `"]}`
	run := into[api.Run](s.call(http.MethodPost, "/v1/runs", body, "Content-Type", "application/json").is(http.StatusAccepted))
	for _, path := range []string{"/gaps", "/skills", "/placements", "/report", "/report?format=text"} {
		s.get("/v1/runs/"+run.ID+path).refused(409, "wrong-state")
	}
	s.call(http.MethodPost, "/v1/runs/"+run.ID+"/publish", "").refused(409, "wrong-state")
	s.get("/v1/runs/current").refused(404, "not-found")

	s.end(solved(t))
	published := into[api.Run](s.call(http.MethodPost, "/v1/runs/"+run.ID+"/publish", "").is(http.StatusOK))
	if !published.Current || published.State != "done" || published.Finished == nil {
		t.Errorf("the published run is %+v", published)
	}
	if current := into[api.Run](s.get("/v1/runs/current").is(http.StatusOK)); current.ID != run.ID {
		t.Errorf("the current run is %s and not %s", current.ID, run.ID)
	}
	s.call(http.MethodPost, "/v1/runs/"+run.ID+"/cancel", "").refused(409, "wrong-state")
}

func TestARunThatWaitsIsCancelledAtOnceAndOneThatRunsIsAskedTo(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	v, w := s.upload("vacancies.csv", table(t, "vacancies.csv")), s.upload("workers.csv", table(t, "workers.csv"))
	body := `{"datasets":["` + v.ID + `","` + w.ID + `"]}`
	start := func() string {
		return into[api.Run](s.call(http.MethodPost, "/v1/runs", body, "Content-Type", "application/json").is(http.StatusAccepted)).ID
	}
	waiting := start()
	if got := into[api.Run](s.call(http.MethodPost, "/v1/runs/"+waiting+"/cancel", "").is(http.StatusAccepted)); got.State != "cancelled" {
		t.Errorf("the run that waited is %s", got.State)
	}
	running := start()
	claimed, ok, err := s.store.ClaimRun(t.Context())
	if err != nil || !ok || claimed.ID != running {
		t.Fatalf("claim: %v %v", ok, err)
	}
	if got := into[api.Run](s.call(http.MethodPost, "/v1/runs/"+running+"/cancel", "").is(http.StatusAccepted)); got.State != "running" || !got.Cancelling {
		t.Errorf("the run that runs is %+v", got)
	}
	if err := s.store.EndRun(t.Context(), running, claimed.Epoch, store.Cancelled, "cancelled on request"); err != nil {
		t.Fatal(err)
	}
	if got := into[api.Run](s.get("/v1/runs/" + running).is(http.StatusOK)); got.State != "cancelled" || got.Cancelling || got.Error == "" {
		t.Errorf("the cancelled run is %+v", got)
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	for _, path := range []string{
		"/v1/datasets/nope", "/v1/datasets/nope/rows", "/v1/runs/nope", "/v1/runs/nope/gaps", "/v1/runs/nope/skills",
		"/v1/runs/nope/placements", "/v1/runs/nope/report", "/v1/runs/nope/scenarios", "/v1/runs/nope/scenario", "/v1/runs/current", "/v1/runs/current/gaps?format=csv",
	} {
		s.get(path).refused(404, "not-found")
	}
	for _, path := range []string{"/v1/runs/nope/publish", "/v1/runs/nope/cancel"} {
		s.call(http.MethodPost, path, "").refused(404, "not-found")
	}
	for _, path := range []string{"/nope", "/v1", "/v1/datasets/", "/assets/nope.css", "/assets/", "/v1/runs/x/y/z", "/v1/../etc/passwd"} {
		s.get(path).refused(404, "no-route")
	}
	got := s.call(http.MethodDelete, "/v1/runs", "")
	got.refused(405, "no-method")
	if allow := got.header.Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "POST") {
		t.Errorf("Allow is %q", allow)
	}
	s.call("BREW", "/", "").refused(405, "no-method")
	s.call(http.MethodPost, "/docs", "").refused(405, "no-method")
}
