package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
)

func asJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// openings is a table of one row.
func openings(count string) string {
	return "region,occupation,period,count,kind,source,date,licence\nDE,2221,2025," + count + ",stock,made up,2025,CC0-1.0\n"
}

// sends sends a table of openings.
func (s *service) sends(count, query string) answer {
	s.t.Helper()
	return s.call(http.MethodPost, "/v1/datasets?file=vacancies.csv"+query, openings(count), "Content-Type", "text/csv")
}

func (s *service) withdraws(id, reason string) answer {
	s.t.Helper()
	return s.call(http.MethodPost, "/v1/datasets/"+id+"/withdraw", string(asJSON(s.t, map[string]string{"reason": reason})), "Content-Type", "application/json")
}

// events are the kinds of what became of a dataset, the newest first.
func (s *service) events(id string) (kinds string) {
	s.t.Helper()
	for _, e := range into[api.EventPage](s.get("/v1/datasets/" + id + "/events").is(http.StatusOK)).Items {
		if kinds += " " + e.Kind; e.Dataset != id {
			kinds += "-another"
		}
	}
	return kinds
}

func versionsFollowEachOtherByEvents(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	one := into[api.Upload](s.sends("1", "").is(http.StatusCreated)).Dataset
	if one.State != "current" || s.events(one.ID) != " stored" {
		t.Errorf("a new dataset is %+v with%s", one, s.events(one.ID))
	}
	two := into[api.Upload](s.sends("2", "&replaces="+one.ID).is(http.StatusCreated)).Dataset
	if got := into[api.Dataset](s.get("/v1/datasets/" + one.ID)); got.State != "replaced" || got.ReplacedBy != two.ID {
		t.Errorf("what was replaced is %+v", got)
	}
	// To say it again, or to replace by the same content, is no event.
	s.sends("2", "&replaces="+one.ID).is(http.StatusOK)
	s.sends("2", "&replaces="+two.ID).is(http.StatusOK)
	if s.events(one.ID) != " replaced stored" || s.events(two.ID) != " replaced-another stored" {
		t.Errorf("the events are%s and%s", s.events(one.ID), s.events(two.ID))
	}
	// What cannot be replaced leaves nothing behind.
	s.sends("3", "&replaces="+one.ID).refused(409, "wrong-state")
	workers := s.upload("workers.csv", table(t, "workers.csv"))
	if p := s.sends("3", "&replaces="+workers.ID).refused(422, "invalid-request"); !strings.Contains(p.Detail, "workers.csv") {
		t.Errorf("refused with %s", p.Detail)
	}
	s.sends("3", "&replaces=none").refused(422, "invalid-request")
	s.holds(3, 3)

	// The old one comes back if that is asked for, and only then.
	if got := into[api.Upload](s.sends("1", "").is(http.StatusOK)).Dataset; got.State != "replaced" {
		t.Errorf("the old one sent again is %+v", got)
	}
	if got := into[api.Upload](s.sends("1", "&replaces="+two.ID).is(http.StatusOK)).Dataset; got.ID != one.ID || got.State != "current" {
		t.Errorf("the old one back is %+v", got)
	}
	if s.events(one.ID) != " restored replaced-another replaced stored" && s.events(one.ID) != " replaced-another restored replaced stored" {
		t.Errorf("the events are%s", s.events(one.ID))
	}

	got := into[api.Dataset](s.withdraws(one.ID, " The source  corrected itself. ").is(http.StatusOK))
	if got.State != "withdrawn" || got.Reason != "The source corrected itself." {
		t.Errorf("withdrawn it is %+v", got)
	}
	s.withdraws(one.ID, "again").refused(409, "wrong-state")
	s.withdraws("none", "x").refused(404, "not-found")
	s.withdraws(two.ID, "").refused(422, "invalid-request")
	s.withdraws(two.ID, " ").refused(422, "invalid-request")
	s.sends("3", "&replaces="+one.ID).refused(409, "wrong-state")
	s.get("/v1/datasets/none/events").refused(404, "not-found")
	for state, want := range map[string]int{"": 1, "?state=current": 1, "?state=replaced": 1, "?state=withdrawn": 1, "?state=all": 3} {
		if list := into[api.DatasetPage](s.get("/v1/datasets" + state).is(http.StatusOK)); len(list.Items) != want {
			t.Errorf("%s lists %d", state, len(list.Items))
		}
	}
	if got := into[api.Upload](s.sends("1", "").is(http.StatusOK)).Dataset; got.ID != one.ID || got.State != "current" {
		t.Errorf("what was withdrawn and sent again is %+v", got)
	}
	page := into[api.EventPage](s.get("/v1/datasets/" + one.ID + "/events?limit=2").is(http.StatusOK))
	rest := into[api.EventPage](s.get("/v1/datasets/" + one.ID + "/events?cursor=" + page.Next).is(http.StatusOK))
	if len(page.Items) != 2 || len(rest.Items) != 4 || rest.Items[3].Kind != "stored" || rest.Items[3].Import == "" {
		t.Errorf("pages of events are %+v and %+v", page.Items, rest.Items)
	}
}

func runsOutliveTheirDatasets(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	next := s.solving()
	files := documented(t)
	run := s.sent(files, "4")
	if r := next(); r.State != store.Done {
		t.Fatalf("the run is %s: %s", r.State, r.Error)
	}
	before := s.get("/v1/runs/" + run.ID + "/report").is(http.StatusOK).body
	old := into[api.Dataset](s.get("/v1/datasets/" + run.Datasets[0]))
	header, rest, _ := strings.Cut(text(files, old.File), "\n")
	cells := map[string]string{"region": "DE-HH", "occupation": "2221", "period": "2022", "count": "5", "kind": "stock", "source": "made up", "date": "2022", "licence": "CC0-1.0"}
	added := []string{}
	for _, name := range strings.Split(header, ",") {
		added = append(added, cells[name])
	}
	corrected := header + "\n" + strings.Join(added, ",") + "\n" + rest
	fresh := into[api.Upload](s.call(http.MethodPost, "/v1/datasets?file="+old.File+"&replaces="+old.ID, corrected, "Content-Type", "text/csv").is(http.StatusCreated)).Dataset

	if got := s.get("/v1/runs/" + run.ID + "/report").is(http.StatusOK).body; !bytes.Equal(got, before) {
		t.Error("the report of a run changed when its dataset was replaced")
	}
	seen := into[api.Run](s.get("/v1/runs/" + run.ID).is(http.StatusOK))
	if len(seen.Outdated) != 1 || seen.Outdated[0].ID != old.ID || seen.Outdated[0].State != "replaced" || seen.Outdated[0].ReplacedBy != fresh.ID {
		t.Errorf("the run says of its datasets %+v", seen.Outdated)
	}
	// What was replaced can be run again, with the same outcome.
	again := into[api.Run](s.call(http.MethodPost, "/v1/runs", string(asJSON(t, map[string]any{
		"datasets": run.Datasets, "level": 4, "policy": json.RawMessage(run.Policy),
	})), "Content-Type", "application/json").is(http.StatusAccepted))
	if r := next(); r.State != store.Done || r.ID != again.ID {
		t.Fatalf("the run is %s: %s", r.State, r.Error)
	}
	if got := s.get("/v1/runs/" + again.ID + "/report").is(http.StatusOK).body; !bytes.Equal(got, before) {
		t.Error("the same datasets gave another report")
	}

	s.withdraws(old.ID, "the source was wrong").is(http.StatusOK)
	if seen := into[api.Run](s.get("/v1/runs/" + run.ID)); seen.Outdated[0].State != "withdrawn" || seen.Outdated[0].Reason != "the source was wrong" {
		t.Errorf("the run says of its datasets %+v", seen.Outdated)
	}
	p := s.call(http.MethodPost, "/v1/runs", string(asJSON(t, map[string]any{"datasets": run.Datasets})), "Content-Type", "application/json").refused(409, "wrong-state")
	if !strings.Contains(p.Detail, "the source was wrong") || !strings.Contains(p.Detail, "name another") {
		t.Errorf("refused with %s", p.Detail)
	}
	s.scenario(run.ID, more).refused(409, "wrong-state")
	if got := s.get("/v1/runs/" + run.ID + "/report").is(http.StatusOK).body; !bytes.Equal(got, before) {
		t.Error("the report of a run changed when its dataset was withdrawn")
	}
}
