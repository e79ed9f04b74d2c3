package runs

import (
	"labourmatch/api/store"
	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// listsOf takes the lists out of a report that are asked for row by row. What a report of the run alone does not look
// for is left out: no rows of it would read as if there were none.
func listsOf(r *report.Report) ([]store.List, error) {
	var l lists
	if c := r.Causes; c != nil {
		list(&l, store.CausesList, c.Rows, func(x *report.CauseRow) [4]string { return [4]string{"", "", "", x.Cause} })
		list(&l, store.ReachList, c.Reach, func(x *report.Reach) [4]string { return [4]string{"", "", "", x.Way} })
		list(&l, store.PressureList, c.Pressure, func(x *report.Pressure) [4]string {
			return [4]string{x.Origin, x.Destination, x.Group, ""}
		})
		var openings, workers []report.Caused
		for _, x := range r.Caused {
			if x.Side == report.SideOpenings {
				openings = append(openings, x)
			} else {
				workers = append(workers, x)
			}
		}
		list(&l, store.CausedOpeningsList, openings, func(x *report.Caused) [4]string { return [4]string{"", x.Region, x.Code, x.Cause} })
		list(&l, store.CausedWorkersList, workers, func(x *report.Caused) [4]string { return [4]string{x.Region, "", x.Code, x.Cause} })
	}
	if !r.RunOnly || len(r.Prices) > 0 {
		list(&l, store.PricesList, r.Prices, func(x *report.Price) [4]string { return [4]string{x.Origin, x.Destination, x.Code, x.Of} })
	}
	if !r.RunOnly || len(r.Safeguards) > 0 {
		list(&l, store.SafeguardsList, r.Safeguards, func(x *report.Safeguard) [4]string { return [4]string{"", "", "", x.Rule} })
	}
	list(&l, store.LedgerList, r.Ledgers, func(x *report.Ledger) [4]string { return [4]string{x.Origin, x.Destination, "", ""} })
	list(&l, store.BalanceList, r.Balances, func(x *report.Balance) [4]string {
		if x.Side == matcher.SideOrigin {
			return [4]string{x.Country, "", "", x.Side}
		}
		return [4]string{"", x.Country, "", x.Side}
	})
	list(&l, store.ShortagesList, r.Shortages, func(x *report.Shortage) [4]string {
		return [4]string{"", x.Country, x.Occupation, string(x.Verdict)}
	})
	return l.all, l.err
}

// lists collects lists, and the first error.
type lists struct {
	all []store.List
	err error
}

// list adds a list. key says what a row is asked for by: origin, destination, code, word.
func list[T any](l *lists, name string, rows []T, key func(*T) [4]string) {
	out := store.List{Name: name}
	for i := range rows {
		k := key(&rows[i])
		row, err := store.NewListRow(&rows[i], k[0], k[1], k[2], k[3])
		if l.err == nil {
			l.err = err
		}
		out.Rows = append(out.Rows, row)
	}
	l.all = append(l.all, out)
}
