package api_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"labourmatch/api"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
)

// published is a service that shows the made-up market.
func published(t *testing.T) (*service, api.Run) {
	t.Helper()
	s := serve(t, storetest.SQLite(), nil)
	run := s.finished()
	s.call(http.MethodPost, "/v1/runs/"+run.ID+"/publish", "").is(http.StatusOK)
	return s, run
}

// gathered is the metrics by name.
func gathered(t *testing.T, m *api.Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	families, err := m.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*dto.MetricFamily{}
	for _, f := range families {
		byName[f.GetName()] = f
	}
	return byName
}

// sum adds up the gauges of a family whose labels agree with those given as pairs of name and value.
func sum(f *dto.MetricFamily, labels ...string) (total float64) {
	for _, m := range f.GetMetric() {
		agree := true
		for i := 0; i+1 < len(labels); i += 2 {
			agree = agree && slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool {
				return l.GetName() == labels[i] && l.GetValue() == labels[i+1]
			})
		}
		if agree {
			total += m.GetGauge().GetValue()
		}
	}
	return total
}

func TestMetricsFollowTheConventions(t *testing.T) {
	s, _ := published(t)
	s.metrics.RunEnded(store.Run{State: store.Done, Started: now(), Finished: now().Add(time.Second)})
	problems, err := testutil.GatherAndLint(s.metrics.Gatherer())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestMetricsOfTheCurrentRunAddUpToItsReport(t *testing.T) {
	s, run := published(t)
	f, r := gathered(t, s.metrics), solved(t)
	for _, family := range []string{"labourmatch_", "labourmatch_skill_level_"} {
		for name, want := range map[string]int64{
			"openings": r.Totals.Openings, "filled": r.Totals.Filled, "gap_vacancies": r.Totals.Unfilled,
			"workers": r.Totals.Workers, "surplus_workers": r.Totals.Unplaced,
		} {
			if got := sum(f[family+name]); got != float64(want) {
				t.Errorf("%s%s adds up to %v, and the report says %d", family, name, got, want)
			}
		}
		for _, c := range r.Countries {
			if got := sum(f[family+"gap_vacancies"], "country", c.Country); got != float64(c.Unfilled) {
				t.Errorf("the gap of %s is %v in %s, and the report says %d", c.Country, got, family, c.Unfilled)
			}
		}
	}
	for way, want := range map[string]int64{
		"same_region": r.Totals.FilledBy.SameRegion, "same_elsewhere": r.Totals.FilledBy.SameElsewhere,
		"related_home": r.Totals.FilledBy.RelatedHome, "free_movement": r.Totals.FilledBy.FreeMovement, "channel": r.Totals.FilledBy.Channel,
	} {
		if got := sum(f["labourmatch_filled"], "way", way); got != float64(want) {
			t.Errorf("%v are filled by %s, and the report says %d", got, way, want)
		}
	}
	for _, m := range f["labourmatch_openings"].GetMetric() {
		for _, l := range m.GetLabel() {
			if l.GetName() == "occupation" && len(l.GetValue()) != 1 && l.GetValue() != "unknown" {
				t.Errorf("an occupation is %q, which is no major group", l.GetValue())
			}
		}
	}
	for _, x := range r.Indices {
		if x.Region == "*" && x.Mismatch != nil && x.Level == 3 {
			if got := sum(f["labourmatch_mismatch_index"], "level", "3"); got != *x.Mismatch {
				t.Errorf("the mismatch index is %v and not %v", got, *x.Mismatch)
			}
		}
	}
	if got := sum(f["labourmatch_run_info"], "run", run.ID, "title", r.Title, "period", "2025", "level", "3", "order", "home-first", "version", "1.2.3"); got != 1 {
		t.Errorf("run_info is %v", f["labourmatch_run_info"])
	}
	// The figures stand for 2025, and the clock says noon on the first of March 2026.
	if got, want := sum(f["labourmatch_data_age_seconds"]), (59*24+12)*time.Hour; got != want.Seconds() {
		t.Errorf("the data are %v seconds old and not %v", got, want.Seconds())
	}
	if got := sum(f["labourmatch_solver_distance"]); got != 0 || sum(f["labourmatch_solver_arcs"]) == 0 {
		t.Errorf("the distance is %v", got)
	}
}

func TestBeforeARunIsPublishedThereAreNoFiguresOfOne(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	s.finished()
	for _, name := range slices.Sorted(maps.Keys(gathered(t, s.metrics))) {
		for _, prefix := range []string{"labourmatch_openings", "labourmatch_run_info", "labourmatch_data", "labourmatch_skill", "labourmatch_mismatch"} {
			if strings.HasPrefix(name, prefix) {
				t.Errorf("there is %s", name)
			}
		}
	}
}

func TestAScrapeAsksNoDatabaseAndARestartShowsTheSameRun(t *testing.T) {
	db := storetest.SQLite()
	url := db.URL(t)
	first := storetest.Open(t, url, store.Options{Clock: now})
	s := &service{t: t, log: &lines{}, store: first}
	s.server, s.metrics = restart(t, first)
	listener := httptest.NewServer(s.server)
	t.Cleanup(listener.Close)
	s.url, s.client = listener.URL, &http.Client{Transport: &contract{t: t, router: router(t), next: http.DefaultTransport}}
	run := s.finished()
	s.call(http.MethodPost, "/v1/runs/"+run.ID+"/publish", "").is(http.StatusOK)
	want := sum(gathered(t, s.metrics)["labourmatch_openings"])

	other := storetest.Open(t, url, store.Options{Clock: now})
	server, metrics := restart(t, other)
	if err := server.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if got := sum(gathered(t, metrics)["labourmatch_openings"]); got != want || got == 0 {
		t.Errorf("after a restart, with the database gone, there are %v openings and not %v", got, want)
	}
	answered := httptest.NewRecorder()
	metrics.Handler().ServeHTTP(answered, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if answered.Code != http.StatusOK || !strings.Contains(answered.Body.String(), `labourmatch_run_info{`) {
		t.Errorf("the scrape is %d: %s", answered.Code, shorten(answered.Body.Bytes()))
	}
}

func restart(t *testing.T, s *store.Store) (*api.Server, *api.Metrics) {
	t.Helper()
	m := api.NewMetrics(now, "1.2.3")
	server, err := api.New(api.Options{Store: s, Metrics: m, Clock: now, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return server, m
}

func TestRequestsAreCountedByRouteAndNeverByPath(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	for _, path := range []string{"/v1/runs/a", "/v1/runs/b", "/nope/1", "/nope/2", "/healthz"} {
		s.get(path)
	}
	s.call("BREW", "/nope/3", "")
	counts := map[string]float64{}
	for _, m := range gathered(t, s.metrics)["labourmatch_http_requests_total"].GetMetric() {
		var key []string
		for _, l := range m.GetLabel() {
			key = append(key, l.GetValue())
		}
		counts[strings.Join(key, " ")] = m.GetCounter().GetValue()
	}
	want := map[string]float64{"GET /v1/runs/:id 404": 2, "GET none 404": 2, "GET /healthz 200": 1, "other none 404": 1}
	if !maps.Equal(counts, want) {
		t.Errorf("the counts are %v and not %v", counts, want)
	}
}

func TestUploadsAreCountedByFile(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	s.upload("vacancies.csv", table(t, "vacancies.csv"))
	s.call(http.MethodPost, "/v1/datasets?file=workers.csv&dry_run=true", table(t, "workers.csv"), "Content-Type", "text/csv").is(http.StatusOK)
	s.call(http.MethodPost, "/v1/datasets?file=workers.csv", "region\nXX\n", "Content-Type", "text/csv").is(http.StatusUnprocessableEntity)
	f := gathered(t, s.metrics)
	count := func(name, file string) (n float64) {
		for _, m := range f[name].GetMetric() {
			if m.GetLabel()[0].GetValue() == file {
				n += m.GetCounter().GetValue()
			}
		}
		return n
	}
	if got := count("labourmatch_ingest_rows_total", "vacancies.csv"); got != 41 {
		t.Errorf("%v rows of vacancies were counted", got)
	}
	if got := count("labourmatch_ingest_rows_total", "workers.csv"); got != 0 {
		t.Errorf("%v rows of workers were counted, and none was stored", got)
	}
	if got := count("labourmatch_ingest_problems_total", "workers.csv"); got == 0 {
		t.Error("no problem of workers was counted")
	}
}
