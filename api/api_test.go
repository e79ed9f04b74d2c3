package api_test

import (
	"net/http"
	"testing"

	"labourmatch/api/store/storetest"
)

func TestOnEveryDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		for name, test := range map[string]func(*testing.T, *storetest.Database){
			"the whole way through, from files to gaps":                        theWholeWayThroughFromFilesToGaps,
			"a table is stored once and comes back as it was sent":             aTableIsStoredOnceAndComesBackAsItWasSent,
			"pages of results have every row exactly once, as JSON and as CSV": pagesOfResultsHaveEveryRowExactlyOnceAsJSONAndAsCSV,
			"gaps are those of the report under every filter":                  gapsAreThoseOfTheReportUnderEveryFilter,
			"only a finished run has results and can be published":             onlyAFinishedRunHasResultsAndCanBePublished,
		} {
			t.Run(name, func(t *testing.T) { test(t, db) })
		}
	})
}

func theWholeWayThroughFromFilesToGaps(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	run := s.finished()
	for _, path := range []string{"/gaps", "/skills", "/placements", "/report"} {
		s.get("/v1/runs/" + run.ID + path).is(http.StatusOK)
	}
	s.call(http.MethodPost, "/v1/runs/"+run.ID+"/publish", "").is(http.StatusOK)
	s.get("/v1/runs/current/gaps?region=DE&occupation=2&level=2&sort=widest").is(http.StatusOK)
	s.get("/").is(http.StatusOK)
	s.get("/docs").is(http.StatusOK)
}
