package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
)

func TestALayoutThatIsKeptNeverChanges(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	layout, _ := guide(t)
	first := s.keeps(layout).is(http.StatusCreated)
	if first.header.Get("Location") != "/v1/layouts/nurses" {
		t.Errorf("Location is %s", first.header.Get("Location"))
	}
	if got := into[api.LayoutEntry](s.keeps(layout).is(http.StatusOK)); got.ID != "nurses" || got.Ready {
		t.Errorf("the same again is %+v", got)
	}
	if p := s.keeps(layout+"# changed\n").refused(409, "name-taken"); !strings.Contains(p.Detail, "nurses-2") {
		t.Errorf("another of that name is refused with %s", p.Detail)
	}
	s.keeps(strings.Replace(layout, "id: nurses", "id: no-nav-shortage", 1)).refused(409, "name-taken")
	if got := s.get("/v1/layouts/nurses").is(http.StatusOK); string(got.body) != layout || got.header.Get("Content-Type") != "application/yaml" {
		t.Errorf("it comes back as %s\n%s", got.header.Get("Content-Type"), got.body)
	}
	s.get("/v1/layouts/no-nav-shortage").is(http.StatusOK)
	s.get("/v1/layouts/none").refused(404, "not-found")
	s.keeps(strings.Replace(layout, "id: nurses", "id: a-second", 1)).is(http.StatusCreated)
	page := into[api.LayoutPage](s.get("/v1/layouts?limit=1").is(http.StatusOK))
	rest := into[api.LayoutPage](s.get("/v1/layouts?limit=1&cursor=" + url.QueryEscape(page.Next)).is(http.StatusOK))
	if len(page.Items) != 1 || page.Items[0].ID != "a-second" || len(rest.Items) != 1 || rest.Items[0].ID != "nurses" || rest.Next != "" ||
		!slices.ContainsFunc(page.Ready, func(l api.LayoutEntry) bool { return l.Ready && l.ID == "no-nav-shortage" }) {
		t.Errorf("the pages are %+v and %+v", page, rest)
	}
	p := s.keeps("id: Bad id\nsource: x\nfile: {format: doc}\nnumbers: {decimal: x}\ntables:\n  - file: fits.csv\n").refused(422, "invalid-data")
	if len(p.Errors) < 5 || p.Errors[0].File != "layout" {
		t.Errorf("of a bad layout is told %+v", p.Errors)
	}
	s.keeps(strings.Replace(layout, "id: nurses", "id: ../x", 1)).refused(422, "invalid-data")
	s.call(http.MethodPost, "/v1/layouts", layout, "Content-Type", "text/csv").refused(415, "unsupported-media-type")
}
