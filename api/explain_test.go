package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"labourmatch/api"
	"labourmatch/api/runs"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// explaining serves with an explainer that waits as long as it takes.
func explaining(t *testing.T, db *storetest.Database, o runs.ExplainerOptions) *service {
	t.Helper()
	return serve(t, db, func(server *api.Options) {
		o.Store = server.Store
		server.Explainer = runs.NewExplainer(t.Context(), o)
		t.Cleanup(server.Explainer.Stop)
	})
}

// told is the story of the openings DE-BY:2221 as the command line tells it.
func told(t *testing.T, files fstest.MapFS, scenarios ...string) string {
	t.Helper()
	d := directoryOf(t, files)
	m, err := d.Market(4)
	if err != nil {
		t.Fatal(err)
	}
	policy := d.Policy()
	for _, text := range scenarios {
		one, err := datasets.ReadScenario([]byte(text), "s", m.Period)
		if err != nil {
			t.Fatal(err)
		}
		if m, policy, _, err = one.Apply(m, policy); err != nil {
			t.Fatal(err)
		}
	}
	r, err := matcher.Match(t.Context(), m, policy, matcher.Options{})
	if err != nil {
		t.Fatal(err)
	}
	story, err := r.ExplainVacancy(t.Context(), "DE-BY", matcher.ParseCode("2221"), matcher.StoryOptions{Trials: 12})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.WriteStory(&b, story, report.Style{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func aStoryIsTheOneTheCommandLineTells(t *testing.T, db *storetest.Database) {
	s := explaining(t, db, runs.ExplainerOptions{Patience: time.Minute})
	next := s.solving()
	files, base := s.solvedBase(next)
	sign := text(files, "sign.yaml")
	first := into[api.Run](s.scenario(base.ID, sign).is(http.StatusAccepted))
	next()
	second := into[api.Run](s.scenario(first.ID, more).is(http.StatusAccepted))
	if r := next(); r.State != store.Done {
		t.Fatalf("the run is %s: %s", r.State, r.Error)
	}
	stories := map[string]bool{}
	for run, want := range map[string]string{
		base.ID: told(t, files), first.ID: told(t, files, sign), second.ID: told(t, files, sign, more),
	} {
		path := "/v1/runs/" + run + "/explain?vacancy=DE-BY:2221"
		if got := s.get(path + "&format=text").is(http.StatusOK).body; string(got) != want {
			t.Errorf("the service tells\n%s\nand the command line\n%s", got, want)
		}
		stories[want] = true
		story := into[matcher.Story](s.get(path).is(http.StatusOK))
		if len(story.Parts) == 0 || !strings.Contains(want, story.Title) {
			t.Errorf("as JSON it is %+v", story)
		}
	}
	if len(stories) != 3 {
		t.Error("the scenarios change nothing in the story, so nothing is known of them")
	}
	into[matcher.Story](s.get("/v1/runs/" + base.ID + "/explain?workers=PH:2221").is(http.StatusOK))
	if p := s.get("/v1/runs/"+base.ID+"/explain?vacancy=DE-BY:9999").refused(404, "not-found"); !strings.Contains(p.Detail, "DE-BY:2221") {
		t.Errorf("of a cell that is not there is said %s", p.Detail)
	}
	for _, query := range []string{"", "vacancy=DE-BY:2221&workers=DE-BY:2221", "vacancy=DE", "workers=:2221", "vacancy=DE:", "vacancy=DE-BY:2221&format=csv"} {
		s.get("/v1/runs/"+base.ID+"/explain?"+query).refused(422, "invalid-request")
	}
	s.get("/v1/runs/nope/explain?vacancy=DE-BY:2221").refused(404, "not-found")
}

func TestStoriesThatAreNotReadySayWhenToAskAgain(t *testing.T) {
	s := explaining(t, storetest.SQLite(), runs.ExplainerOptions{Patience: time.Nanosecond})
	run := s.finished()
	got := s.get("/v1/runs/" + run.ID + "/explain?vacancy=DE-BY:222")
	got.refused(503, "being-prepared")
	if after := got.header.Get("Retry-After"); after != "3" {
		t.Errorf("Retry-After is %q", after)
	}
	large := explaining(t, storetest.SQLite(), runs.ExplainerOptions{Patience: time.Minute, MostArcs: 1})
	if p := large.get("/v1/runs/"+large.finished().ID+"/explain?vacancy=DE-BY:222").refused(422, "beyond-service"); !strings.Contains(p.Detail, "labourmatch explain") {
		t.Errorf("of a run that is too large is said %s", p.Detail)
	}
	none := serve(t, storetest.SQLite(), nil)
	none.get("/v1/runs/"+none.finished().ID+"/explain?vacancy=DE-BY:222").refused(503, "not-ready")
}
