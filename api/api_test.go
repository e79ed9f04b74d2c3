package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"labourmatch/api"
	"labourmatch/api/runs"
	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

func TestOnEveryDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		for name, test := range map[string]func(*testing.T, *storetest.Database){
			"the whole way through, from files to gaps":                                theWholeWayThroughFromFilesToGaps,
			"a table is stored once and comes back as it was sent":                     aTableIsStoredOnceAndComesBackAsItWasSent,
			"pages of results have every row exactly once, as JSON and as CSV":         pagesOfResultsHaveEveryRowExactlyOnceAsJSONAndAsCSV,
			"gaps are those of the report under every filter":                          gapsAreThoseOfTheReportUnderEveryFilter,
			"a scenario gives the same report as on the command line":                  aScenarioGivesTheSameReportAsOnTheCommandLine,
			"a comparison says what the command line's does":                           aComparisonSaysWhatTheCommandLinesDoes,
			"a market gives the same report through the service as from its directory": aMarketGivesTheSameReportThroughTheServiceAsFromItsDirectory,
			"a story is the one the command line tells":                                aStoryIsTheOneTheCommandLineTells,
			"lists are those of the report":                                            listsAreThoseOfTheReport,
			"a file is imported by a layout and kept byte for byte":                    aFileIsImportedByALayoutAndKeptByteForByte,
			"findings come as pages, and all as CSV":                                   findingsComeAsPagesAndAllAsCSV,
			"what is refused or undecided stores nothing":                              whatIsRefusedOrUndecidedStoresNothing,
			"one file fills several tables":                                            oneFileFillsSeveralTables,
			"two same imports at once are one":                                         twoSameImportsAtOnceAreOne,
			"reads go on during an import":                                             readsGoOnDuringAnImport,
			"versions follow each other by events":                                     versionsFollowEachOtherByEvents,
			"runs outlive their datasets":                                              runsOutliveTheirDatasets,
			"nothing meets a filter that no text can meet":                             nothingMeetsAFilterThatNoTextCanMeet,
			"only a finished run has results and can be published":                     onlyAFinishedRunHasResultsAndCanBePublished,
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

func TestEveryTableOfAMarketCanBeSent(t *testing.T) {
	text, err := api.OpenAPI("1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range datasets.Tables() {
		if !strings.Contains(string(text), `"`+table.File+`"`) {
			t.Errorf("the interface does not take %s", table.File)
		}
	}
}

func TestARunThatIsStartedIsSolvedWhileNobodyWaits(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	ended := make(chan store.Run, 1)
	worker, err := runs.Start(t.Context(), runs.Options{
		Store: s.store, Engine: "1.2.3",
		Ended: func(r store.Run) { s.metrics.RunEnded(r); ended <- r },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { worker.Stop(context.Background()) })
	ids := make([]string, 0, 4)
	for _, file := range []string{"vacancies.csv", "workers.csv", "wages.csv", "channels.csv"} {
		ids = append(ids, `"`+s.upload(file, table(t, file)).ID+`"`)
	}
	body := `{"datasets":[` + strings.Join(ids, ",") + `],"title":"A made-up market","level":3}`
	run := into[api.Run](s.call(http.MethodPost, "/v1/runs", body, "Content-Type", "application/json").is(http.StatusAccepted))
	worker.Wake()
	if r := <-ended; r.State != store.Done || r.ID != run.ID {
		t.Fatalf("the run is %s: %s", r.State, r.Error)
	}
	got, want := into[report.Report](s.get("/v1/runs/"+run.ID+"/report").is(http.StatusOK)), solved(t)
	if got.Totals != want.Totals {
		t.Errorf("the totals are %+v, and from the same files on disk %+v", got.Totals, want.Totals)
	}
	s.call(http.MethodPost, "/v1/runs/"+run.ID+"/publish", "").is(http.StatusOK)
	if sum(gathered(t, s.metrics)["labourmatch_openings"]) != float64(want.Totals.Openings) {
		t.Error("the metrics do not show the run")
	}
}
