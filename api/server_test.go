package api_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
)

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	s, run := published(t)
	for _, path := range []string{"/", "/docs", "/openapi.json", "/assets/style.css", "/assets/icon.svg", "/healthz", "/readyz", "/v1/runs", "/v1/runs/" + run.ID + "/gaps?format=csv", "/nope"} {
		got := s.get(path)
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		} {
			if got.header.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, got.header.Get(name))
			}
		}
		if got.header.Get("Server") != "" || got.header.Get("X-Powered-By") != "" {
			t.Errorf("%s says what it runs on", path)
		}
	}
}

func TestEveryOperationSaysWhomItIsMeantFor(t *testing.T) {
	text, err := api.OpenAPI("1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	operations := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			operations++
			access, _ := op["x-access"].(string)
			if !slices.Contains([]string{"public", "member", "operator"}, access) {
				t.Errorf("%s %s is meant for %q", method, path, access)
			}
			if method == "post" && access == "public" {
				t.Errorf("%s %s changes something and is meant for everybody", method, path)
			}
			if op["summary"] == "" || op["operationId"] == "" || op["tags"] == nil {
				t.Errorf("%s %s is not described", method, path)
			}
		}
	}
	if operations < 15 {
		t.Errorf("there are %d operations", operations)
	}
	for _, foreign := range []string{"$schema", "unpkg", "jsdelivr", "ErrorModel"} {
		if strings.Contains(string(text), foreign) {
			t.Errorf("the document has %s in it", foreign)
		}
	}
}

func TestEveryRouteDeclaresItsAccess(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	for route, access := range s.server.Routes() {
		if access == "" {
			t.Errorf("%s does not say whom it is meant for", route)
		}
	}
	if len(s.server.Routes()) < 18 {
		t.Errorf("there are only %d routes", len(s.server.Routes()))
	}
}

func TestTheServedDocumentIsTheOneThatIsPrinted(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	want, err := api.OpenAPI("1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.get("/openapi.json").is(http.StatusOK); string(got.body) != string(want) {
		t.Error("they differ")
	}
}

func TestTheReferenceNamesEveryOperationAndAsksForNothingFromElsewhere(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	text, err := api.OpenAPI("1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	page := string(s.get("/docs").is(http.StatusOK).body)
	for _, id := range regexp.MustCompile(`"operationId": "([a-z-]+)"`).FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(page, `id="`+id[1]+`"`) {
			t.Errorf("the reference leaves out %s", id[1])
		}
	}
	for _, bad := range []string{"<script", "http://", "https://", "style=", "javascript:"} {
		if strings.Contains(strings.ReplaceAll(page, "http://127.0.0.1:9090/metrics", ""), bad) {
			t.Errorf("the reference has %s in it", bad)
		}
	}
	// Every problem's type leads somewhere, and so does every link within the page.
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `id="`+link[1]+`"`) {
			t.Errorf("the link to %s leads nowhere", link[1])
		}
	}
	if !strings.Contains(page, `id="problem-invalid-data"`) {
		t.Error("the problem of bad data is not explained")
	}
}

func TestHealthAndReadinessTellADeadDatabaseFromALiveOne(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	s.get("/healthz").is(http.StatusOK)
	s.get("/readyz").is(http.StatusOK)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	s.get("/healthz").is(http.StatusOK)
	s.get("/readyz").refused(503, "not-ready")
	p := s.get("/v1/runs").refused(500, "internal")
	if strings.Contains(p.Detail, "sql") || len(p.Errors) > 0 {
		t.Errorf("the problem tells what is ours: %+v", p)
	}
	s.get("/").refused(500, "internal")
	if logged := s.log.String(); strings.Count(logged, "operation=list-runs") != 1 || strings.Count(logged, "operation=home") != 1 {
		t.Errorf("each failure is to be logged once:\n%s", logged)
	}
}

func TestAPanicIsAProblemWithoutDetailsAndLoggedOnce(t *testing.T) {
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.Wake = func() { panic("a secret") } })
	v, w := s.upload("vacancies.csv", table(t, "vacancies.csv")), s.upload("workers.csv", table(t, "workers.csv"))
	got := s.call(http.MethodPost, "/v1/runs", `{"datasets":["`+v.ID+`","`+w.ID+`"]}`, "Content-Type", "application/json")
	got.refused(500, "internal")
	if strings.Contains(string(got.body), "secret") {
		t.Errorf("the answer tells: %s", got.body)
	}
	if logged := s.log.String(); strings.Count(logged, "a secret") != 1 || !strings.Contains(logged, "stack=") {
		t.Errorf("the panic is to be logged once, with its stack:\n%s", logged)
	}
}

func TestHEADIsAnsweredLikeGETWithoutABody(t *testing.T) {
	s, run := published(t)
	for _, path := range []string{"/", "/healthz", "/v1/runs/" + run.ID + "/gaps?format=csv", "/assets/style.css"} {
		head, get := s.call(http.MethodHead, path, ""), s.get(path)
		if head.status != get.status || len(head.body) != 0 || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			t.Errorf("%s: HEAD is %d %s with %d bytes, GET %d %s", path, head.status, head.header.Get("Content-Type"), len(head.body), get.status, get.header.Get("Content-Type"))
		}
	}
}

func TestABrokenOffAnswerCutsTheConnection(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	d := s.upload("vacancies.csv", table(t, "vacancies.csv"))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/datasets/"+d.ID+"/rows", nil)
	cause := func() (cause any) {
		defer func() { cause = recover() }()
		s.server.ServeHTTP(&broken{httptest.NewRecorder()}, r)
		return nil
	}()
	if err, ok := cause.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
		t.Errorf("the handler ended with %v", cause)
	}
}

// broken is a connection whose other end went away.
type broken struct{ *httptest.ResponseRecorder }

func (*broken) Write([]byte) (int, error) { return 0, bufio.ErrBufferFull }
