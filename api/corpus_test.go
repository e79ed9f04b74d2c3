package api_test

import (
	"io"
	"net/http"
	"runtime"
	"testing"
	"time"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets/formats/formatstest"
)

// takesFiles is where the corpora are sent to.
const takesFiles = "/v1/imports?dry_run=true"

// hand sends a content as a file, without saying how long it is, and gives the status of the answer.
func (s *service) hand(name string, content io.Reader) int {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+takesFiles, io.NopCloser(content))
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(r) // s.client would hold all of it
	if err != nil {
		s.t.Errorf("%s: %v", name, err)
		return 0
	}
	defer response.Body.Close() //nolint:errcheck // read to the end below
	body, err := io.ReadAll(response.Body)
	kind := response.Header.Get("Content-Type")
	switch {
	case err != nil:
		s.t.Errorf("%s: the answer breaks off: %v", name, err)
	case response.StatusCode >= 500, response.StatusCode >= 400 && kind != "application/problem+json", response.StatusCode < 400 && response.StatusCode != http.StatusOK:
		s.t.Errorf("%s: the answer is %d, %s: %s", name, response.StatusCode, kind, shorten(body))
	}
	return response.StatusCode
}

// Whatever file is handed in, the server answers with what is wrong with it or has read it; it never fails, and the
// memory it takes stays within its bound. When it has answered, nothing of it goes on.
func TestHostileFilesHandedInAreAnsweredKindlyAndTakeNoMemory(t *testing.T) {
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.MaxUpload = 64 << 20 })
	all := formatstest.Hostile()
	s.hand("the first, which opens what stays open", all[0].Reader())
	idle := runtime.NumGoroutine()
	answers := map[int]int{}
	more := formatstest.Resident(func() {
		for _, h := range all {
			if up := formatstest.Heap(func() { answers[s.hand(h.Name, h.Reader())]++ }); up > formatstest.MemoryBound {
				t.Errorf("%s: memory in use went up by %d MB", h.Name, up>>20)
			}
		}
	})
	if more > formatstest.MemoryBound {
		t.Errorf("the process has taken %d MB more", more>>20)
	}
	t.Logf("%d files, %d MB more; answers %v", len(all), more>>20, answers)
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	for began := time.Now(); runtime.NumGoroutine() > idle; runtime.Gosched() {
		if time.Since(began) > 10*time.Second {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), idle, buf[:runtime.Stack(buf, true)])
		}
	}
}

// Tables in every encoding and manner of writing are answered: read, or refused with what is wrong.
func TestTablesHandedInInEveryEncodingAreAnswered(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	for _, c := range formatstest.Encodings() {
		s.hand(c.Name, c.Reader())
	}
}
