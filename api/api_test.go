package api_test

import (
	"net/http"
	"testing"

	"labourmatch/api/store/storetest"
)

func TestTheWholeWayThroughFromFilesToGaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		s := serve(t, db, nil)
		run := s.finished()
		for _, path := range []string{"/gaps", "/skills", "/placements", "/report"} {
			s.get("/v1/runs/" + run.ID + path).is(http.StatusOK)
		}
		s.call(http.MethodPost, "/v1/runs/"+run.ID+"/publish", "").is(http.StatusOK)
		s.get("/v1/runs/current/gaps?region=DE&occupation=2&level=2&sort=widest").is(http.StatusOK)
		s.get("/").is(http.StatusOK)
		s.get("/docs").is(http.StatusOK)
	})
}
