package api

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"labourmatch/api/store"
	"labourmatch/datasets"
	"labourmatch/datasets/report"
)

// ListPage is one page of a list of a run's report. Rows are those of the report, in its order.
type ListPage[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Pass it as cursor for the next page; absent on the last."`
}

// RowsQuery asks for rows of a list of a run.
type RowsQuery struct {
	RunPath
	PageQuery
	FormQuery
}

type regionQuery struct {
	RowsQuery
	Region string `query:"region" maxLength:"10" doc:"A region with everything in it: DE has DE-BY in it." example:"DE"`
}

func (in *regionQuery) rows() (*RowsQuery, store.ListQuery) {
	return &in.RowsQuery, store.ListQuery{Region: in.Region}
}

type causedQuery struct {
	RowsQuery
	Side       string `query:"side" enum:"openings,workers" doc:"Openings that stay empty, or workers without a place; openings if absent."`
	Region     string `query:"region" maxLength:"10" doc:"A region with everything in it: DE has DE-BY in it." example:"DE-BY"`
	Occupation string `query:"occupation" maxLength:"4" pattern:"^[0-9]*$" doc:"The beginning of an ISCO-08 code." example:"222"`
	Cause      string `query:"cause" maxLength:"40" doc:"One cause, as the causes name it." example:"quota_full"`
}

func (in *causedQuery) rows() (*RowsQuery, store.ListQuery) {
	q := store.ListQuery{List: store.CausedOpeningsList, Region: in.Region, Occupation: in.Occupation, Word: in.Cause}
	if in.Side == report.SideWorkers {
		q.List = store.CausedWorkersList
	}
	return &in.RowsQuery, q
}

// EndsQuery are the two ends of a corridor.
type EndsQuery struct {
	Origin      string `query:"origin" maxLength:"10" doc:"Where the workers are: a region with everything in it." example:"PH"`
	Destination string `query:"destination" maxLength:"10" doc:"Where the openings are: a region with everything in it." example:"DE"`
}

type endsQuery struct {
	RowsQuery
	EndsQuery
}

func (in *endsQuery) rows() (*RowsQuery, store.ListQuery) {
	return &in.RowsQuery, store.ListQuery{Origin: in.Origin, Destination: in.Destination}
}

type pressureQuery struct {
	RowsQuery
	EndsQuery
	Occupation string `query:"occupation" maxLength:"1" pattern:"^[0-9]*$" doc:"An ISCO-08 major group; no finer figures are released." example:"9"`
}

func (in *pressureQuery) rows() (*RowsQuery, store.ListQuery) {
	return &in.RowsQuery, store.ListQuery{Origin: in.Origin, Destination: in.Destination, Occupation: in.Occupation}
}

type pricesQuery struct {
	RowsQuery
	EndsQuery
	Occupation string `query:"occupation" maxLength:"4" pattern:"^[0-9]*$" doc:"The beginning of an ISCO-08 code." example:"222"`
	Of         string `query:"of" enum:"quota,openings,mobile,workers" doc:"One kind of limit; all if absent."`
}

func (in *pricesQuery) rows() (*RowsQuery, store.ListQuery) {
	return &in.RowsQuery, store.ListQuery{Origin: in.Origin, Destination: in.Destination, Occupation: in.Occupation, Word: in.Of}
}

type shortagesQuery struct {
	RowsQuery
	Region     string `query:"region" maxLength:"10" doc:"A country." example:"DE"`
	Occupation string `query:"occupation" maxLength:"4" pattern:"^[0-9]*$" doc:"The beginning of an ISCO-08 code." example:"222"`
	Verdict    string `query:"verdict" enum:"shortage,no_shortage,undetermined" doc:"What the rule says of it; all if absent."`
}

func (in *shortagesQuery) rows() (*RowsQuery, store.ListQuery) {
	return &in.RowsQuery, store.ListQuery{Region: in.Region, Occupation: in.Occupation, Word: in.Verdict}
}

func (in *RowsQuery) rows() (*RowsQuery, store.ListQuery) { return in, store.ListQuery{} }

// asking is what asks for rows: a pointer to one of the queries above.
type asking[I any] interface {
	*I
	rows() (*RowsQuery, store.ListQuery)
}

func (s *Server) registerLists() {
	listed[RowsQuery](s, "causes", store.CausesList, "Why openings stay empty",
		"One row for each cause, in the order they are looked for: how many unfilled openings and unplaced workers have it. Every unit of either has one cause. Alone and last are what lifting a cause gives first, before any other, and after all.",
		writeCauses)
	listed[causedQuery](s, "causes/cells", "", "Causes by region and occupation",
		"One row for each region, occupation and cause with anything in it, of openings or of workers.",
		func(w io.Writer, rows []report.Caused) error { return (&report.Report{Caused: rows}).WriteCauses(w) })
	listed[RowsQuery](s, "reach", store.ReachList, "What each way could fill at most",
		"One row for each way, as if it were the only one and nobody minded a loss.", writeReach)
	listed[pressureQuery](s, "pressure", store.PressureList, "Irregular pressure",
		"People who are able, wanted and willing to go from one country into work of ISCO skill levels 1 and 2 in another, and have no channel. It counts nobody who is on the way, and forecasts nothing. Released by country and ISCO-08 major group only.",
		writePressure)
	listed[pricesQuery](s, "prices", store.PricesList, "What one more of a limit is worth",
		"Quotas first, then other limits, each by what one more is worth: so many openings filled and dollars a year more, and what one less loses, with the size up to which that holds.",
		tableOf("prices.csv", func(r *report.Report, rows []report.Price) { r.Prices = rows }))
	listed[endsQuery](s, "ledger", store.LedgerList, "Both sides of each corridor",
		"One row for each corridor with anybody placed: what it fills and takes, who comes back, and the money. A figure that is absent lacks an input. As CSV, one row for each figure.",
		tableOf("ledger.csv", func(r *report.Report, rows []report.Ledger) { r.Ledgers = rows }))
	listed[regionQuery](s, "balance", store.BalanceList, "How far countries lean on single partners",
		"One row for each country that people leave, and each they come to.",
		tableOf("balance.csv", func(r *report.Report, rows []report.Balance) { r.Balances = rows }))
	listed[shortagesQuery](s, "shortages", store.ShortagesList, "Shortages by a declared rule",
		"One row for each country and occupation at the run's level, under the market's rule or the program's own; the report has the rule.",
		tableOf("shortages.csv", func(r *report.Report, rows []report.Shortage) { r.Shortages = rows }))
	listed[RowsQuery](s, "safeguards", store.SafeguardsList, "What safeguards cost, and what they keep",
		"One row for each safeguard and gate: openings filled only without it, workers who leave only without it, and who leaves all the same.",
		writeSafeguards)
}

// listed registers the list of a run at a path below it. T is its row, I asks for rows of it.
func listed[I any, P asking[I], T any](s *Server, path, list, summary, description string, table func(io.Writer, []T) error) {
	name := path
	if path == "causes/cells" {
		name = "caused"
	}
	register(s, Public, huma.Operation{
		OperationID: "get-" + name, Method: http.MethodGet, Path: runsPath + "/{id}/" + path, Tags: []string{tagResults},
		Summary: summary, Description: description, Responses: tabular[ListPage[T]](s),
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *I) (*streamOutput, error) {
		rows, query := P(in).rows()
		if list != "" {
			query.List = list
		}
		run, err := s.run(ctx, rows.ID)
		if err != nil {
			return nil, err
		}
		fetch := func(p store.PageRequest) (store.Page[T], error) {
			query.PageRequest = p
			return store.ListOf[T](ctx, &s.store.Reader, run.ID, query)
		}
		return answer(ctx, s, rows.PageQuery, &rows.FormQuery, name+".csv", fetch, func(row T) T { return row },
			func(items []T, next string) any { return ListPage[T]{items, next} }, table)
	})
}

// tableOf writes rows as the table of a report directory has them.
func tableOf[T any](file string, put func(*report.Report, []T)) func(io.Writer, []T) error {
	return func(w io.Writer, rows []T) error {
		var r report.Report
		put(&r, rows)
		return r.WriteTable(w, file)
	}
}

func writeCauses(w io.Writer, rows []report.CauseRow) error {
	columns := []string{"cause", "title", "openings", "share", "alone", "last", "at_least", "workers", "worker_title", "worker_share"}
	return writeRows(w, columns, func(yield func([]string) bool) {
		for _, x := range rows {
			if !yield([]string{
				x.Cause, x.Title, whole(x.Openings), decimal(x.Share), known(x.Alone), known(x.Last), strconv.FormatBool(x.AtLeast),
				whole(x.Workers), x.WorkerTitle, decimal(x.WorkerShare),
			}) {
				return
			}
		}
	})
}

func writeReach(w io.Writer, rows []report.Reach) error {
	return writeRows(w, []string{"way", "channel_kind", "units", "share", "at_least"}, func(yield func([]string) bool) {
		for _, x := range rows {
			if !yield([]string{x.Way, x.Kind, whole(x.Units), decimal(x.Share), strconv.FormatBool(x.AtLeast)}) {
				return
			}
		}
	})
}

func writePressure(w io.Writer, rows []report.Pressure) error {
	columns := []string{
		"origin", "origin_name", "destination", "destination_name", "group", "title", "units", "low", "high", "border", "kilometres", "compatriots",
	}
	return writeRows(w, columns, func(yield func([]string) bool) {
		for _, x := range rows {
			border := ""
			if x.Border != nil {
				border = strconv.FormatBool(*x.Border)
			}
			if !yield([]string{
				x.Origin, datasets.Guard(x.OriginName), x.Destination, datasets.Guard(x.DestinationName), datasets.Guard(x.Group), datasets.Guard(x.Title),
				whole(x.Units), known(x.Low), known(x.High), border, known(x.Kilometres), known(x.Compatriots),
			}) {
				return
			}
		}
	})
}

func writeSafeguards(w io.Writer, rows []report.Safeguard) error {
	columns := []string{"id", "rule", "openings", "kept", "own_right", "agreement", "source", "assumed"}
	return writeRows(w, columns, func(yield func([]string) bool) {
		for _, x := range rows {
			if !yield([]string{
				datasets.Guard(x.ID), x.Rule, whole(x.Openings), whole(x.Kept), whole(x.OwnRight), whole(x.Agreement),
				datasets.Guard(x.Source), strconv.FormatBool(x.Assumed),
			}) {
				return
			}
		}
	})
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// known is a cell that is empty where the figure is not known.
func known(n *int64) string {
	if n == nil {
		return ""
	}
	return whole(*n)
}
