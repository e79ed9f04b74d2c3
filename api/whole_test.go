package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"labourmatch/api"
	"labourmatch/api/runs"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

// documented is the market directory that docs/formats.md shows: every file there may be has something in it.
func documented(t *testing.T) fstest.MapFS {
	t.Helper()
	doc, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, m := range regexp.MustCompile("(?ms)^```(?:csv|yaml) ([a-z.]+)\n(.*?)^```$").FindAllStringSubmatch(string(doc), -1) {
		files[m[1]] = &fstest.MapFile{Data: []byte(m[2])}
	}
	return files
}

// text of a file.
func text(files fstest.MapFS, name string) string { return string(files[name].Data) }

// solving starts a worker on the service's database; what it returns waits until a run has ended.
func (s *service) solving() func() store.Run {
	s.t.Helper()
	ended := make(chan store.Run, 100)
	worker, err := runs.Start(s.t.Context(), runs.Options{Store: s.store, Engine: "1.2.3", Ended: func(r store.Run) { ended <- r }})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { worker.Stop(context.Background()) })
	return func() store.Run {
		worker.Wake()
		return <-ended
	}
}

// sent sends the market and asks for its run.
func (s *service) sent(files fstest.MapFS, level string) api.Run {
	s.t.Helper()
	ids := []string{}
	for _, table := range append(datasets.Tables(), datasets.ShortageTable()) {
		if files[table.File] != nil {
			ids = append(ids, `"`+s.upload(table.File, text(files, table.File)).ID+`"`)
		}
	}
	var policy any
	if err := yaml.Unmarshal(files[datasets.PolicyFile].Data, &policy); err != nil {
		s.t.Fatal(err)
	}
	numbers, err := json.Marshal(policy)
	if err != nil {
		s.t.Fatal(err)
	}
	body := `{"datasets":[` + strings.Join(ids, ",") + `],"level":` + level + `,"policy":` + string(numbers) + `}`
	return into[api.Run](s.call(http.MethodPost, "/v1/runs", body, "Content-Type", "application/json").is(http.StatusAccepted))
}

// directoryOf reads the market of the files, of which the scenario is no part.
func directoryOf(t *testing.T, files fstest.MapFS) *datasets.Directory {
	t.Helper()
	market := fstest.MapFS{}
	for name, f := range files {
		if name != "sign.yaml" {
			market[name] = f
		}
	}
	d, err := datasets.Read(market)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// built is the report of the market as the command line makes it from the files.
func built(t *testing.T, files fstest.MapFS, o report.Options) *report.Report {
	t.Helper()
	d := directoryOf(t, files)
	o.Engine = "1.2.3"
	r, err := report.Build(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func document(t *testing.T, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func aMarketGivesTheSameReportThroughTheServiceAsFromItsDirectory(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	next := s.solving()
	files := documented(t)
	run := s.sent(files, "4")
	if r := next(); r.State != store.Done || r.ID != run.ID {
		t.Fatalf("the run is %s: %s", r.State, r.Error)
	}
	want := built(t, files, report.Options{Level: 4})
	if got := s.get("/v1/runs/" + run.ID + "/report").is(http.StatusOK).body; !bytes.Equal(got, document(t, want)) {
		t.Errorf("the service's report is\n%s\nand the command's\n%s", got, document(t, want))
	}
	// It would not show if none of the files beside counts and channels had a say.
	plain := fstest.MapFS{}
	for name, f := range files {
		if name != datasets.SignalsFile && name != datasets.PricesFile && name != datasets.ShortageFile {
			plain[name] = f
		}
	}
	without := built(t, plain, report.Options{Level: 4})
	if want.ShortageRule.Title == without.ShortageRule.Title || bytes.Equal(document(t, want), document(t, without)) {
		t.Error("the report is the same without signals, prices and rule")
	}
}

func TestTheRuleOfShortagesComesBackByteForByte(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	rule := "# Why this rule: the ministry's letter of May.\n" + text(documented(t), datasets.ShortageFile)
	d := s.upload(datasets.ShortageFile, rule)
	got := s.get("/v1/datasets/" + d.ID + "/rows").is(http.StatusOK)
	if string(got.body) != rule || got.header.Get("Content-Type") != "application/yaml" {
		t.Errorf("as %s came back\n%s", got.header.Get("Content-Type"), got.body)
	}
	again := into[api.Upload](s.call(http.MethodPost, "/v1/datasets?file=shortage.yaml", rule, "Content-Type", "application/yaml").is(http.StatusOK))
	if again.Created || again.Dataset.ID != d.ID {
		t.Errorf("the same rule again is %+v", again)
	}
	p := s.call(http.MethodPost, "/v1/datasets?file=shortage.yaml", "cut_of: 2\nsteps: 99\n", "Content-Type", "application/yaml").refused(422, "invalid-data")
	if len(p.Errors) < 3 || p.Errors[0].File != "shortage.yaml" {
		t.Errorf("of a bad rule is told %+v", p.Errors)
	}
	s.call(http.MethodPost, "/v1/datasets?file=shortage.yaml", rule, "Content-Type", "text/csv").refused(415, "unsupported-media-type")
	s.call(http.MethodPost, "/v1/datasets?file=prices.csv", rule, "Content-Type", "application/yaml").refused(415, "unsupported-media-type")

	other := s.upload(datasets.ShortageFile, rule+"# and another\n")
	v, w := s.upload("vacancies.csv", table(t, "vacancies.csv")), s.upload("workers.csv", table(t, "workers.csv"))
	body := `{"datasets":["` + strings.Join([]string{v.ID, w.ID, d.ID, other.ID}, `","`) + `"]}`
	if p := s.call(http.MethodPost, "/v1/runs", body, "Content-Type", "application/json").refused(422, "invalid-request"); p.Errors[0].Place != "body.datasets[3]" {
		t.Errorf("of two rules is told %+v", p.Errors)
	}
}
