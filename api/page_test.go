package api_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"labourmatch/api/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds text against a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what it was; if that is meant, run `go test ./api -update`\ngot:\n%s", path, shorten(got))
	}
}

func TestTheFirstPageIsTheGoldenOne(t *testing.T) {
	s, run := published(t)
	page := s.get("/").is(http.StatusOK)
	if got := page.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("the page is %s", got)
	}
	golden(t, "home.golden.html", bytes.ReplaceAll(page.body, []byte(run.ID), []byte("RUN")))
}

func TestWithoutAPublishedRunThePageSaysSoAndHowToMakeOne(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	s.finished() // finished is not published
	golden(t, "none.golden.html", s.get("/").is(http.StatusOK).body)
}

func TestThePageIsWellFormedForThoseWhoCannotSeeIt(t *testing.T) {
	s, _ := published(t)
	for _, path := range []string{"/", "/docs"} {
		page := string(s.get(path).is(http.StatusOK).body)
		if !strings.Contains(page, `<html lang="en">`) || !strings.Contains(page, `<a class="skip" href="#main">`) || !strings.Contains(page, `name="viewport"`) {
			t.Errorf("%s has no language, no way past the navigation or no viewport", path)
		}
		if n := strings.Count(page, "<h1"); n != 1 {
			t.Errorf("%s has %d headings of the first order", path, n)
		}
		level := 1
		for _, h := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(page, -1) {
			next, _ := strconv.Atoi(h[1])
			if next > level+1 {
				t.Errorf("%s: a heading of order %d follows one of order %d", path, next, level)
			}
			level = next
		}
		if tables, captions := strings.Count(page, "<table"), strings.Count(page, "<caption"); tables != captions {
			t.Errorf("%s has %d tables and %d captions", path, tables, captions)
		}
		for _, th := range regexp.MustCompile(`<th [^>]*>`).FindAllString(page, -1) {
			if !strings.Contains(th, "scope=") {
				t.Errorf("%s: %s says not what it heads", path, th)
			}
		}
		for _, svg := range regexp.MustCompile(`<svg [^>]*>`).FindAllString(page, -1) {
			if !strings.Contains(svg, "aria-hidden") && !(strings.Contains(svg, `role="img"`) && strings.Contains(svg, "aria-label=")) {
				t.Errorf("%s: a picture is neither described nor hidden: %s", path, svg)
			}
		}
		ids := map[string]bool{}
		for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if ids[id[1]] {
				t.Errorf("%s: the id %s is there twice", path, id[1])
			}
			ids[id[1]] = true
		}
		for _, ref := range regexp.MustCompile(`aria-labelledby="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if !ids[ref[1]] {
				t.Errorf("%s: nothing is called %s", path, ref[1])
			}
		}
	}
}

func TestEveryLinkOfThePageLeadsSomewhere(t *testing.T) {
	s, _ := published(t)
	for _, path := range []string{"/", "/docs"} {
		page := string(s.get(path).is(http.StatusOK).body)
		for _, link := range regexp.MustCompile(`(?:href|src)="(/[^"]*)"`).FindAllStringSubmatch(page, -1) {
			target, _, _ := strings.Cut(strings.ReplaceAll(link[1], "&amp;", "&"), "#")
			s.get(target).is(http.StatusOK)
		}
	}
}

// chromium finds the browser.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no Chromium is installed, so no browser has seen the pages; install Debian's package chromium"
	if os.Getenv("LABOURMATCH_REQUIRE") == "1" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// TestABrowserShowsThePagesAndAsksNobodyElse opens the pages in a real browser whose every request goes to a server of
// this test, whatever the host: what it asks for elsewhere is seen and refused.
func TestABrowserShowsThePagesAndAsksNobodyElse(t *testing.T) {
	browser := chromium(t)
	s, _ := published(t)
	var mu sync.Mutex
	asked := map[string]bool{}
	seen := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.Host+r.URL.Path] = true
		mu.Unlock()
		if r.URL.Path == "/bad" {
			// A page that does what ours must not, under the policy ours are under: the browser has to complain.
			w.Header().Set("Content-Security-Policy", s.get("/").header.Get("Content-Security-Policy"))
			_, _ = w.Write([]byte(`<!doctype html><title>bad</title><img src="http://elsewhere.example/x.png"><p style="color:red">x</p>`))
			return
		}
		s.server.ServeHTTP(w, r)
	}))
	t.Cleanup(seen.Close)
	for path, want := range map[string][]string{
		"/":     {number(solved(t).Totals.Openings), number(solved(t).Totals.Unfilled), "A made-up market", "What this does not claim"},
		"/docs": {"Send a table", "/v1/runs/{id}/gaps", "RFC 9457"},
	} {
		dom, log := open(t, browser, seen.URL+path)
		for _, text := range want {
			if !strings.Contains(dom, text) {
				t.Errorf("%s: the browser does not show %q", path, text)
			}
		}
		for _, line := range strings.Split(log, "\n") {
			if strings.Contains(line, "CONSOLE") {
				t.Errorf("%s: the browser complains: %s", path, line)
			}
		}
	}
	if _, log := open(t, browser, seen.URL+"/bad"); strings.Count(log, "CONSOLE") < 2 {
		t.Errorf("this test cannot see a browser complain: %s", shorten([]byte(log)))
	}
	mu.Lock()
	defer mu.Unlock()
	host := strings.TrimPrefix(seen.URL, "http://")
	for _, path := range []string{"/", "/docs", "/assets/style.css"} {
		if !asked[host+path] {
			t.Errorf("the browser did not ask for %s: %v", path, asked)
		}
	}
	for target := range asked {
		// Chromium looks for its own updates and the time, whatever one tells it.
		name, _, _ := strings.Cut(target, "/")
		if name != host && !strings.HasSuffix(name, ".google.com") && !strings.HasSuffix(name, ".googleapis.com") {
			t.Errorf("the browser asked for %s", target)
		}
	}
}

// open loads a page and returns its document as the browser has it, and what the browser logged.
func open(t *testing.T, browser, url string) (dom, log string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	host := strings.TrimPrefix(url, "http://")
	host, _, _ = strings.Cut(host, "/")
	// Names lead nowhere, and every other host comes to the test's own server.
	command := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--no-default-browser-check",
		"--host-resolver-rules=MAP * "+host+", EXCLUDE 127.0.0.1", "--user-data-dir="+t.TempDir(),
		"--enable-logging=stderr", "--log-level=0", "--window-size=390,844", "--dump-dom", url)
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	command.WaitDelay = 10 * time.Second
	if err := command.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		t.Fatalf("run the browser: %v\n%s", err, shorten(problems.Bytes()))
	}
	return out.String(), problems.String()
}

// number writes a count as the page does.
func number(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
