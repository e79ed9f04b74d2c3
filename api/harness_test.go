package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"labourmatch/api"
	"labourmatch/api/runs"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

// service is a server on a database of its own, reached over HTTP. Every request and answer that goes through it is
// held against the OpenAPI document.
type service struct {
	t       *testing.T
	store   *store.Store
	server  *api.Server
	metrics *api.Metrics
	url     string
	client  *http.Client
	log     *lines
}

// lines keeps what was logged.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// now is what the clock of every test says.
func now() time.Time { return time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC) }

func serve(t *testing.T, db *storetest.Database, change func(*api.Options)) *service {
	t.Helper()
	s := &service{t: t, log: &lines{}, store: db.Open(t, store.Options{Clock: now})}
	s.metrics = api.NewMetrics(now, "1.2.3")
	o := api.Options{
		Store: s.store, Metrics: s.metrics, Clock: now, Version: "1.2.3", MetricsURL: "http://127.0.0.1:9090/metrics",
		Logger: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if change != nil {
		change(&o)
	}
	server, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.server = server
	listener := httptest.NewUnstartedServer(server)
	listener.Config = api.HTTPServer(server, o.Logger)
	listener.Start()
	t.Cleanup(listener.Close)
	s.url = listener.URL
	s.client = &http.Client{Transport: &contract{t: t, router: router(t), next: http.DefaultTransport}}
	return s
}

// router finds the operation of a request in the OpenAPI document.
var router = func() func(t *testing.T) routers.Router {
	var once sync.Once
	var found routers.Router
	return func(t *testing.T) routers.Router {
		t.Helper()
		once.Do(func() {
			text, err := api.OpenAPI("1.2.3")
			if err != nil {
				t.Fatal(err)
			}
			doc, err := openapi3.NewLoader().LoadFromData(down(t, text))
			if err != nil {
				t.Fatalf("read the OpenAPI document: %v", err)
			}
			// YAML is described as the text it is sent as, not as what it says.
			openapi3filter.RegisterBodyDecoder("application/yaml", openapi3filter.FileBodyDecoder)
			if found, err = gorillamux.NewRouter(doc); err != nil {
				t.Fatal(err)
			}
		})
		if found == nil {
			t.Fatal("there is no OpenAPI document to hold answers against")
		}
		return found
	}
}()

// down turns the document of OpenAPI 3.1 into 3.0, which is what the checker reads: a type that may be null.
func down(t *testing.T, text []byte) []byte {
	t.Helper()
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if types, ok := v["type"].([]any); ok {
				for _, one := range types {
					if one == "null" {
						v["nullable"] = true
					} else {
						v["type"] = one
					}
				}
			}
			if examples, ok := v["examples"].([]any); ok && len(examples) > 0 {
				v["example"] = examples[0]
				delete(v, "examples")
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(doc)
	doc.(map[string]any)["openapi"] = "3.0.3"
	delete(doc.(map[string]any)["info"].(map[string]any)["license"].(map[string]any), "identifier")
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// contract is a transport that fails the test where a request was accepted, or an answer given, that the document does
// not allow.
type contract struct {
	t      *testing.T
	router routers.Router
	next   http.RoundTripper
}

func (c *contract) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	c.check(r, sent, answer, body)
	return answer, nil
}

func (c *contract) check(r *http.Request, sent []byte, answer *http.Response, body []byte) {
	c.t.Helper()
	r = r.Clone(r.Context())
	if r.Method == http.MethodHead {
		return
	}
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		// Pages, files and what is not there: not in the document, but problems look the same everywhere.
		if answer.StatusCode >= 400 {
			c.problem(r, answer, body)
		}
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	options := &openapi3filter.Options{
		IncludeResponseStatus: true, MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
	request := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if answer.StatusCode < 400 {
		if err := openapi3filter.ValidateRequest(context.Background(), request); err != nil {
			c.t.Errorf("%s %s was accepted against the document: %v", r.Method, r.URL, err)
		}
	}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: answer.StatusCode, Header: answer.Header, Options: options,
		Body: io.NopCloser(bytes.NewReader(body)),
	}
	if err := openapi3filter.ValidateResponse(context.Background(), response); err != nil {
		c.t.Errorf("the answer to %s %s is against the document: %v\n%s", r.Method, r.URL, err, shorten(body))
	}
	if answer.StatusCode >= 400 {
		c.problem(r, answer, body)
	}
}

// problem holds a refusal against RFC 9457.
func (c *contract) problem(r *http.Request, answer *http.Response, body []byte) {
	c.t.Helper()
	var p api.Problem
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		c.t.Errorf("%s %s was refused with %s and not a problem: %s", r.Method, r.URL, got, shorten(body))
	} else if err := in.Decode(&p); err != nil || p.Status != answer.StatusCode || p.Title == "" || !strings.HasPrefix(p.Type, "/docs#problem-") {
		c.t.Errorf("%s %s was refused with a poor problem (%v): %s", r.Method, r.URL, err, shorten(body))
	}
}

func shorten(b []byte) string {
	if len(b) > 600 {
		return string(b[:600]) + "…"
	}
	return string(b)
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// call sends a request. header is pairs of name and value.
func (s *service) call(method, path, body string, header ...string) answer {
	s.t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, content)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to the end below
	got, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{s.t, response.StatusCode, response.Header, got}
}

func (s *service) get(path string, header ...string) answer {
	s.t.Helper()
	return s.call(http.MethodGet, path, "", header...)
}

// is fails the test unless the status is the given one.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("the status is %d and not %d: %s", a.status, status, shorten(a.body))
	}
	return a
}

// into reads the body.
func into[T any](a answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("read %s: %v", shorten(a.body), err)
	}
	return v
}

// refused fails the test unless the answer is a problem of the kind.
func (a answer) refused(status int, kind string) api.Problem {
	a.t.Helper()
	a.is(status)
	p := into[api.Problem](a)
	if p.Type != "/docs#problem-"+kind {
		a.t.Fatalf("the problem is %s and not %s: %s", p.Type, kind, shorten(a.body))
	}
	return p
}

// upload sends a file of a market.
func (s *service) upload(file, text string) api.Dataset {
	s.t.Helper()
	kind := "text/csv"
	if strings.HasSuffix(file, ".yaml") {
		kind = "application/yaml"
	}
	got := into[api.Upload](s.call(http.MethodPost, "/v1/datasets?file="+file, text, "Content-Type", kind).is(http.StatusCreated))
	return *got.Dataset
}

// market is the made-up market of these tests.
func market(t *testing.T) fs.FS {
	t.Helper()
	return os.DirFS("testdata/market")
}

func table(t *testing.T, file string) string {
	t.Helper()
	text, err := fs.ReadFile(market(t), file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// solved is the report of the made-up market, made once.
var solved = func() func(t *testing.T) *report.Report {
	var once sync.Once
	var r *report.Report
	return func(t *testing.T) *report.Report {
		t.Helper()
		once.Do(func() {
			d, err := datasets.Read(market(t))
			if err != nil {
				t.Fatal(err)
			}
			r, err = report.Build(context.Background(), d, report.Options{Level: 3, Engine: "1.2.3", Title: "A made-up market"})
			if err != nil {
				t.Fatal(err)
			}
		})
		if r == nil {
			t.Fatal("the made-up market was not solved")
		}
		return r
	}
}()

// finished starts a run over HTTP and ends it as package runs does, with the report of the made-up market.
func (s *service) finished() api.Run {
	s.t.Helper()
	v, w := s.upload("vacancies.csv", table(s.t, "vacancies.csv")), s.upload("workers.csv", table(s.t, "workers.csv"))
	body := `{"datasets":["` + v.ID + `","` + w.ID + `"],"title":"A made-up market","level":3}`
	run := into[api.Run](s.call(http.MethodPost, "/v1/runs", body, "Content-Type", "application/json").is(http.StatusAccepted))
	s.end(solved(s.t))
	return run
}

// end gives the run that has waited longest its outcome.
func (s *service) end(r *report.Report) {
	s.t.Helper()
	claimed, ok, err := s.store.ClaimRun(s.t.Context())
	if err != nil || !ok {
		s.t.Fatalf("claim the run: %v, %v", ok, err)
	}
	s.save(claimed, r)
}

// save stores the outcome of a run that was claimed.
func (s *service) save(claimed store.Run, r *report.Report) {
	s.t.Helper()
	outcome, err := runs.OutcomeOf(r)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.SaveOutcome(s.t.Context(), claimed.ID, claimed.Epoch, outcome); err != nil {
		s.t.Fatal(err)
	}
}
