package api_test

import (
	"bufio"
	"encoding/csv"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
)

func aTableIsStoredOnceAndComesBackAsItWasSent(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	path := "/v1/datasets?file=vacancies.csv&name=Openings+2025"
	first := s.call(http.MethodPost, path, table(t, "vacancies.csv"), "Content-Type", "text/csv; charset=UTF-8").is(http.StatusCreated)
	got := into[api.Upload](first)
	if !got.Created || got.Dataset == nil || got.Dataset.Name != "Openings 2025" || got.Quality.Rows != 41 || got.Dataset.Rows != 41 {
		t.Fatalf("the upload says %s", first.body)
	}
	location := first.header.Get("Location")
	if location != "/v1/datasets/"+got.Dataset.ID {
		t.Errorf("Location is %q", location)
	}
	for _, c := range got.Quality.Columns {
		if c.Filled+c.Empty != 41 {
			t.Errorf("column %s has %d filled and %d empty cells of 41", c.Name, c.Filled, c.Empty)
		}
	}
	again := s.call(http.MethodPost, path, table(t, "vacancies.csv"), "Content-Type", "text/csv").is(http.StatusOK)
	if second := into[api.Upload](again); second.Created || second.Dataset.ID != got.Dataset.ID || again.header.Get("Location") != location {
		t.Errorf("sending the same rows again says %s", again.body)
	}
	if seen := into[api.Dataset](s.get(location).is(http.StatusOK)); seen != *got.Dataset {
		t.Errorf("the dataset is %+v and was %+v", seen, *got.Dataset)
	}
	rows := s.get(location + "/rows").is(http.StatusOK)
	back := into[api.Upload](s.call(http.MethodPost, "/v1/datasets?file=vacancies.csv", string(rows.body), "Content-Type", "text/csv").is(http.StatusOK))
	if back.Dataset.ID != got.Dataset.ID {
		t.Error("rows that were taken out and sent again are another dataset")
	}
}

func TestADryRunStoresNothing(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	got := s.call(http.MethodPost, "/v1/datasets?file=workers.csv&dry_run=true", table(t, "workers.csv"), "Content-Type", "text/csv").is(http.StatusOK)
	if u := into[api.Upload](got); !u.DryRun || u.Created || u.Dataset != nil || u.Quality.Rows != 41 || got.header.Get("Location") != "" {
		t.Errorf("the dry run says %s", got.body)
	}
	s.call(http.MethodPost, "/v1/datasets?file=workers.csv&dry_run=true", "region\nDE\n", "Content-Type", "text/csv").refused(422, "invalid-data")
	if list := into[api.DatasetPage](s.get("/v1/datasets").is(http.StatusOK)); len(list.Items) != 0 {
		t.Errorf("after dry runs there are %d datasets", len(list.Items))
	}
}

func TestEverythingWrongWithATableComesBackWithItsPlaceAndNothingIsStored(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	bad := "region,occupation,period,count,kind,source,date,licence\n" +
		"DE,2221,2025,1e5,stock,made up,2025,CC0-1.0\n" +
		"XX,2221,2025,10,stock,made up,2025,CC0-1.0\n" +
		"DE,2512,2025,10,stock,made up,2025,CC0-1.0\n"
	for _, dry := range []string{"", "&dry_run=true"} {
		p := s.call(http.MethodPost, "/v1/datasets?file=vacancies.csv"+dry, bad, "Content-Type", "text/csv").refused(422, "invalid-data")
		if len(p.Errors) != 2 {
			t.Fatalf("there are %d faults and not 2: %+v", len(p.Errors), p.Errors)
		}
		count, region := p.Errors[0], p.Errors[1]
		if count.File != "vacancies.csv" || count.Row != 2 || count.Column != "count" || count.Value != "1e5" || count.What == "" || count.Hint == "" {
			t.Errorf("the count's fault is %+v", count)
		}
		if region.Row != 3 || region.Column != "region" || region.Value != "XX" {
			t.Errorf("the region's fault is %+v", region)
		}
	}
	if list := into[api.DatasetPage](s.get("/v1/datasets").is(http.StatusOK)); len(list.Items) != 0 {
		t.Errorf("after refused uploads there are %d datasets", len(list.Items))
	}
}

func TestUploadsThatAreNoTableAreRefused(t *testing.T) {
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.MaxUpload = 20_000 })
	good := table(t, "vacancies.csv")
	for name, c := range map[string]struct {
		path, body, contentType string
		status                  int
		kind                    string
	}{
		"no file named":     {"/v1/datasets", good, "text/csv", 422, "invalid-request"},
		"unknown file":      {"/v1/datasets?file=jobs.csv", good, "text/csv", 422, "invalid-request"},
		"unknown parameter": {"/v1/datasets?file=vacancies.csv&dryrun=true", good, "text/csv", 422, "invalid-request"},
		"JSON":              {"/v1/datasets?file=vacancies.csv", "{}", "application/json", 415, "unsupported-media-type"},
		"Latin-1":           {"/v1/datasets?file=vacancies.csv", good, "text/csv; charset=iso-8859-1", 415, "unsupported-media-type"},
		"no media type":     {"/v1/datasets?file=vacancies.csv", good, "csv;;", 415, "unsupported-media-type"},
		"a spreadsheet":     {"/v1/datasets?file=vacancies.csv", "PK\x03\x04rest", "text/csv", 422, "invalid-data"},
		"nothing":           {"/v1/datasets?file=vacancies.csv", "", "text/csv", 422, "invalid-data"},
		"too large":         {"/v1/datasets?file=vacancies.csv", good + strings.Repeat("\n", 20_000), "text/csv", 413, "too-large"},
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			s.call(http.MethodPost, c.path, c.body, "Content-Type", c.contentType).refused(c.status, c.kind)
		})
	}
}

func TestABodyOfUnknownLengthIsBoundedToo(t *testing.T) {
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.MaxUpload = 2_000 })
	body := struct{ *strings.Reader }{strings.NewReader(table(t, "vacancies.csv"))} // hides its length
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/v1/datasets?file=vacancies.csv", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/csv")
	r.ContentLength = -1
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // only the status counts
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("the status is %d", response.StatusCode)
	}
}

func TestABodyThatDoesNotComeIsGivenUp(t *testing.T) {
	s := serve(t, storetest.SQLite(), func(o *api.Options) { o.UploadTimeout = 50 * time.Millisecond })
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close() //nolint:errcheck // only the answer counts
	_, err = io.WriteString(connection, "POST /v1/datasets?file=vacancies.csv HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 100\r\n\r\nregion,occ")
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // only the status counts
	if response.StatusCode != http.StatusRequestTimeout {
		t.Errorf("the status is %d", response.StatusCode)
	}
}

func TestCSVIsSafeToOpenInASpreadsheet(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	const formula = `=HYPERLINK("http://example.org";"x")`
	text := "region,occupation,period,count,kind,source,date,licence,assumed\n" +
		`DE,2221,2025,10,stock,"=HYPERLINK(""http://example.org"";""x"")",2025,CC0-1.0,` + "\n"
	d := s.upload("vacancies.csv", text)
	rows := s.get("/v1/datasets/" + d.ID + "/rows").is(http.StatusOK)
	records, err := csv.NewReader(strings.NewReader(string(rows.body))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, record := range records {
		for _, cell := range record {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a cell begins like a formula: %s", cell)
			}
			found = found || cell == "'"+formula
		}
	}
	if !found {
		t.Errorf("the source is not in %s", rows.body)
	}
	if got := rows.header.Get("Content-Disposition"); got != `attachment; filename="vacancies.csv"` {
		t.Errorf("Content-Disposition is %s", got)
	}
}

func TestPagesOfDatasetsHaveEachExactlyOnce(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	want := map[string]bool{}
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7"} {
		d := s.upload("vacancies.csv", "region,occupation,period,count,kind,source,date,licence\nDE,2221,2025,"+n+",stock,made up,2025,CC0-1.0\n")
		want[d.ID] = true
	}
	seen, next := map[string]bool{}, ""
	for pages := 0; ; pages++ {
		list := into[api.DatasetPage](s.get("/v1/datasets?limit=2" + next).is(http.StatusOK))
		for _, d := range list.Items {
			if seen[d.ID] || !want[d.ID] {
				t.Errorf("dataset %s comes twice, or was never sent", d.ID)
			}
			seen[d.ID] = true
		}
		if list.Next == "" {
			break
		}
		next = "&cursor=" + list.Next
		if pages > 10 {
			t.Fatal("the pages do not end")
		}
	}
	if len(seen) != len(want) {
		t.Errorf("%d of %d datasets were listed", len(seen), len(want))
	}
}
