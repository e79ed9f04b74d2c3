package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/runs"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets/report"
)

// pages walks a listing by its cursors, and again by its Link headers, and returns every row as JSON.
func pages(s *service, path string) []string {
	s.t.Helper()
	type page struct {
		Items []json.RawMessage `json:"items"`
		Next  string            `json:"next"`
	}
	var rows, linked []string
	for next := ""; ; {
		from := path
		if next != "" {
			from += "&cursor=" + url.QueryEscape(next)
		}
		p := into[page](s.get(from).is(http.StatusOK))
		for _, row := range p.Items {
			rows = append(rows, string(row))
		}
		if next = p.Next; next == "" {
			break
		}
	}
	for next := path; next != ""; {
		got := s.get(next).is(http.StatusOK)
		for _, row := range into[page](got).Items {
			linked = append(linked, string(row))
		}
		next, _, _ = strings.Cut(strings.TrimPrefix(got.header.Get("Link"), "<"), ">")
	}
	if !reflect.DeepEqual(rows, linked) {
		s.t.Errorf("%s: by its cursors there are %d rows, by its links %d, or others", path, len(rows), len(linked))
	}
	return rows
}

func records(t *testing.T, a answer) [][]string {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Fatalf("the answer is %s", got)
	}
	list, err := csv.NewReader(bytes.NewReader(a.body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func pagesOfResultsHaveEveryRowExactlyOnceAsJSONAndAsCSV(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	run, r := s.finished(), solved(t)
	want := map[string]int{}
	for _, g := range r.Gaps {
		want["gaps?level="+strconv.Itoa(g.Level)]++
	}
	for _, g := range r.Skills {
		want["skills?scheme="+g.Scheme]++
	}
	want["placements?layer=entry"], want["placements?layer=placement"] = len(r.Entries), len(r.Placements)
	for listing, n := range want {
		for _, order := range []string{"key", "widest"} {
			path := "/v1/runs/" + run.ID + "/" + listing + "&sort=" + order
			rows := pages(s, path+"&limit=13")
			seen := map[string]bool{}
			for _, row := range rows {
				seen[row] = true
			}
			if len(rows) != n || len(seen) != n {
				t.Errorf("%s: %d rows, %d different, and %d were made", path, len(rows), len(seen), n)
			}
			if table := records(t, s.get(path, "Accept", "text/csv").is(http.StatusOK)); len(table) != n+1 {
				t.Errorf("%s: %d lines of CSV for %d rows", path, len(table), n)
			}
		}
	}
}

func gapsAreThoseOfTheReportUnderEveryFilter(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	run, r := s.finished(), solved(t)
	for _, c := range []struct {
		query string
		keep  func(g report.Gap) bool
	}{
		{"", func(g report.Gap) bool { return g.Level == 3 }},
		{"level=1", func(g report.Gap) bool { return g.Level == 1 }},
		{"region=DE", func(g report.Gap) bool { return g.Level == 3 && strings.HasPrefix(g.Region, "DE-") }},
		{"region=DE-BY&level=2", func(g report.Gap) bool { return g.Level == 2 && g.Region == "DE-BY" }},
		{"occupation=2", func(g report.Gap) bool { return g.Level == 3 && strings.HasPrefix(g.Code, "2") }},
		{"occupation=222&region=NO", func(g report.Gap) bool { return g.Level == 3 && g.Code == "222" && g.Region == "NO" }},
		{"skill=2", func(g report.Gap) bool { return g.Level == 3 && g.Code == "skill:2" }},
		{"region=FR", func(report.Gap) bool { return false }},
	} {
		want := map[string]report.Gap{}
		for _, g := range r.Gaps {
			if c.keep(g) {
				want[g.Region+g.Code] = g
			}
		}
		got := map[string]report.Gap{}
		for _, g := range into[api.GapPage](s.get("/v1/runs/" + run.ID + "/gaps?limit=1000&" + c.query).is(http.StatusOK)).Items {
			got[g.Region+g.Code] = g
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("gaps?%s: %d rows and not %d, or others", c.query, len(got), len(want))
		}
	}
}

func TestSkillsAreThoseOfTheReport(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	run, r := s.finished(), solved(t)
	for _, scheme := range []string{report.SchemeESCO, report.SchemeLevel} {
		want := map[string]report.SkillGap{}
		for _, g := range r.Skills {
			if g.Scheme == scheme && strings.HasPrefix(g.Region, "DE") {
				want[g.Region+g.Skill] = g
			}
		}
		got := map[string]report.SkillGap{}
		for _, g := range into[api.SkillPage](s.get("/v1/runs/" + run.ID + "/skills?limit=1000&region=DE&scheme=" + scheme).is(http.StatusOK)).Items {
			got[g.Region+g.Skill] = g
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d rows and not %d, or others", scheme, len(got), len(want))
		}
	}
}

func TestPlacementsAreFilteredByBothEnds(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	run, r := s.finished(), solved(t)
	sum := func(query string) (n int64) {
		for _, p := range into[api.PlacementPage](s.get("/v1/runs/" + run.ID + "/placements?limit=1000&" + query).is(http.StatusOK)).Items {
			n += p.Count
		}
		return n
	}
	if got := sum("layer=placement"); got != r.Totals.Filled {
		t.Errorf("%d people are placed, and %d openings filled", got, r.Totals.Filled)
	}
	if got := sum("layer=entry"); got != r.Totals.Filled {
		t.Errorf("%d people entered pools, and %d openings are filled", got, r.Totals.Filled)
	}
	var channel, into int64
	for _, p := range r.Placements {
		if p.Way == "channel" {
			channel += p.Count
		}
		if strings.HasPrefix(p.To, "DE") && strings.HasPrefix(p.From, "PH") {
			into += p.Count
		}
	}
	if got := sum("way=channel"); got != channel || channel == 0 {
		t.Errorf("%d people come by a channel, and the report says %d", got, channel)
	}
	if got := sum("region=DE&origin=PH&layer=placement"); got != into || into == 0 {
		t.Errorf("%d people come from PH to DE, and the report says %d", got, into)
	}
	s.get("/v1/runs/"+run.ID+"/placements?region=DE&destination=NO").refused(422, "invalid-request")
}

func TestTheReportComesAsJSONAndAsText(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	run := s.finished()
	var want, text bytes.Buffer
	if err := solved(t).WriteJSON(&want); err != nil {
		t.Fatal(err)
	}
	for _, got := range []answer{s.get("/v1/runs/" + run.ID + "/report"), s.get("/v1/runs/"+run.ID+"/report?format=json", "Accept", "text/plain")} {
		if got.is(http.StatusOK); !bytes.Equal(got.body, want.Bytes()) || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("the report is not the one that was made: %s", shorten(got.body))
		}
	}
	if err := solved(t).WriteText(&text, report.Style{}); err != nil {
		t.Fatal(err)
	}
	for _, got := range []answer{s.get("/v1/runs/" + run.ID + "/report?format=text"), s.get("/v1/runs/"+run.ID+"/report", "Accept", "text/plain")} {
		if got.is(http.StatusOK); !bytes.Equal(got.body, text.Bytes()) || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("the text is not the one that was made: %s", shorten(got.body))
		}
	}
}

func TestTheFormOfAnAnswerIsTheOneTheCallerLikesBest(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	path := "/v1/runs/" + s.finished().ID + "/gaps"
	for accept, want := range map[string]string{
		"": "application/json", "*/*": "application/json", "text/csv": "text/csv; charset=utf-8",
		"text/csv;q=0.2, application/json": "application/json", "application/json;q=0.1, text/csv": "text/csv; charset=utf-8",
		"text/html,application/xhtml+xml,*/*;q=0.8": "application/json",
	} {
		if got := s.get(path, "Accept", accept).is(http.StatusOK).header.Get("Content-Type"); got != want {
			t.Errorf("Accept: %s is answered with %s and not %s", accept, got, want)
		}
	}
	if got := s.get(path+"?format=json", "Accept", "text/csv").is(http.StatusOK).header.Get("Content-Type"); got != "application/json" {
		t.Errorf("format=json is answered with %s", got)
	}
}

func TestBadQuestionsAreRefused(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	run := s.finished()
	other := into[api.GapPage](s.get("/v1/runs/" + run.ID + "/gaps?limit=1&region=DE").is(http.StatusOK)).Next
	for _, query := range []string{
		"gaps?cursor=nonsense", "gaps?cursor=e30", "gaps?cursor=" + other, "gaps?limit=0", "gaps?limit=1001", "gaps?limit=x", "gaps?level=5",
		"gaps?occupation=nurse", "gaps?sort=random", "gaps?format=xml", "gaps?nope=1", "skills?scheme=kldb", "skills?cursor=" + other,
		"placements?layer=all", "placements?way=swim", "report?format=csv", "gaps?format=csv&cursor=nonsense",
		"gaps?region=%zz", "gaps?region=DE;level=1", "gaps?region=DE&region=NO",
	} {
		s.get("/v1/runs/"+run.ID+"/"+query).refused(422, "invalid-request")
	}
}

func nothingMeetsAFilterThatNoTextCanMeet(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	run := s.finished()
	for _, bad := range []string{"%00", "a%00b", "%ff", "%ed%a0%80"} {
		for _, path := range []string{"gaps?region=", "gaps?skill=", "skills?region=", "skills?skill=", "placements?origin=", "placements?destination=", "placements?channel="} {
			if body := s.get("/v1/runs/" + run.ID + "/" + path + bad).is(http.StatusOK).body; string(body) != "{\"items\":[]}\n" {
				t.Errorf("%s%s is answered with %s", path, bad, body)
			}
		}
		for _, path := range []string{"/v1/datasets/", "/v1/runs/"} {
			s.get(path+bad).refused(404, "not-found")
		}
		s.call(http.MethodPost, "/v1/datasets?file=workers.csv&name="+bad, table(t, "workers.csv"), "Content-Type", "text/csv").refused(422, "invalid-request")
	}
}

func TestPlacementsInCSVAreSafeToOpenInASpreadsheet(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	v, w := s.upload("vacancies.csv", table(t, "vacancies.csv")), s.upload("workers.csv", table(t, "workers.csv"))
	run := into[api.Run](s.call(http.MethodPost, "/v1/runs", `{"datasets":["`+v.ID+`","`+w.ID+`"]}`, "Content-Type", "application/json").is(http.StatusAccepted))
	claimed, _, err := s.store.ClaimRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o, err := runs.OutcomeOf(solved(t))
	if err != nil {
		t.Fatal(err)
	}
	o.Placements = []store.Placement{{Layer: store.PlacementLayer, Origin: "DE", Pool: "222", Channel: "@SUM(A1)", Class: "-1", Contract: "\tx", Way: "channel", Count: 1}}
	o.Gaps[0].Gaps[0].Title = "=1+1"
	if err := s.store.SaveOutcome(t.Context(), claimed.ID, claimed.Epoch, o); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/placements?format=csv", "/gaps?format=csv&level=1"} {
		guarded := 0
		for _, record := range records(t, s.get("/v1/runs/"+run.ID+path).is(http.StatusOK)) {
			for _, cell := range record {
				if cell != "" && strings.ContainsRune("=+-@\t", rune(cell[0])) {
					t.Errorf("%s: a cell begins like a formula: %q", path, cell)
				}
				if strings.HasPrefix(cell, "'") {
					guarded++
				}
			}
		}
		if guarded == 0 {
			t.Errorf("%s: nothing was guarded", path)
		}
	}
}
