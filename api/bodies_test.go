package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
)

func twoSameImportsAtOnceAreOne(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	s.keeps(bothSides).is(http.StatusCreated)
	text := "region,isco,posts,jobless\nDE,2221,10,3\nDE,2512,20,4\nFR,2221,30,5\n"
	var all sync.WaitGroup
	results := make([]api.ImportResult, 6)
	statuses := make([]int, len(results))
	for i := range results {
		all.Go(func() {
			got := s.imports("layout=both-sides", text)
			statuses[i], results[i] = got.status, into[api.ImportResult](got)
		})
	}
	all.Wait()
	created := 0
	for i, r := range results {
		if r.Import == nil || r.Import.ID != results[0].Import.ID {
			t.Fatalf("two of the same are %+v and %+v", r.Import, results[0].Import)
		}
		if r.Created {
			created++
		}
		if r.Created != (statuses[i] == http.StatusCreated) {
			t.Errorf("created %v is answered with %d", r.Created, statuses[i])
		}
	}
	if created != 1 {
		t.Errorf("%d say that they made it", created)
	}
	s.holds(2, 1)
}

func readsGoOnDuringAnImport(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	run := s.finished()
	s.keeps(strings.Replace(bothSides, "unemployed}", "unemployed}\n    sum: true", 1)).is(http.StatusCreated)
	body, sending := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/v1/imports?layout=both-sides", body)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		response, err := http.DefaultTransport.RoundTrip(r)
		if err == nil {
			_, err = io.Copy(io.Discard, response.Body)
			if response.Body.Close(); response.StatusCode != http.StatusCreated {
				err = fmt.Errorf("the import ended with %s", response.Status)
			}
		}
		ended <- err
	}()
	reading := func() {
		t.Helper()
		for _, path := range []string{"/v1/datasets", "/v1/imports", "/v1/layouts", "/v1/runs/" + run.ID + "/gaps", "/v1/datasets/" + run.Datasets[0] + "/rows"} {
			s.get(path).is(http.StatusOK)
		}
	}
	if _, err := io.WriteString(sending, "region,isco,posts,jobless\n"); err != nil {
		t.Fatal(err)
	}
	reading()
	countries := strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK NO CH GB US CA")
	n := 0
	for _, country := range countries {
		for _, code := range strings.Fields("2221 2222 2512 2513 5322 5321 7112 7113 7212 7411 8332 9112 2211 2212 3221 3222 4110 5120 5131 5223") {
			n++
			if _, err := fmt.Fprintf(sending, "%s,%s,%d,%d\n", country, code, n, n); err != nil {
				t.Fatal(err)
			}
		}
		if country == "FR" {
			reading()
		}
	}
	if err := sending.Close(); err != nil {
		t.Fatal(err)
	}
	for {
		reading()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			reading()
			return
		default:
		}
	}
}

func TestABodyThatBreaksOffStoresNothing(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	s.keeps(bothSides).is(http.StatusCreated)
	for _, path := range []string{"/v1/imports?layout=both-sides", "/v1/datasets?file=vacancies.csv"} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		whole := "region,isco,posts,jobless\nDE,2221,10,3\n"
		if strings.Contains(path, "datasets") {
			whole = "region,occupation,period,count,kind,source,date,licence\nDE,2221,2025,1,stock,made up,2025,CC0-1.0\n"
		}
		_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: %d\r\n\r\n%s", path, len(whole)+1, whole)
		if err == nil {
			err = connection.(*net.TCPConn).CloseWrite()
		}
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		if response.Body.Close(); response.StatusCode < 400 { // 400, or 503 where it was noticed first that nobody waits
			t.Errorf("%s: the status is %s", path, response.Status)
		}
		if err := connection.Close(); err != nil {
			t.Error(err)
		}
	}
	s.holds(0, 0)
}

func TestImportsAreBoundedLikeUploads(t *testing.T) {
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.MaxUpload, o.UploadTimeout = 1000, 10*time.Second })
	s.imports("dry_run=true", strings.Repeat("x", 1001)).refused(413, "too-large")
	s.call(http.MethodPost, "/v1/layouts", strings.Repeat("#", 1<<20+1), "Content-Type", "application/yaml").refused(413, "too-large")
}
