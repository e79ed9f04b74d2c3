package matcher_test

import (
	"fmt"
	"strings"
	"testing"

	"labourmatch/matcher"
)

// A scenario file with a ledger.txt says too what its corridors mean to both sides.
func TestLedgersOfScenariosAreAsWritten(t *testing.T) {
	found := scenarioFiles(t, "*.txtar", "ledger.txt", func(t *testing.T, f *scenarioFile) {
		m, p := f.market(t)
		f.says(t, "ledger.txt", accounts(ledgersOf(t, match(t, m, p))))
	})
	if len(found) < 3 {
		t.Errorf("only %d scenarios have a ledger", len(found))
	}
}

// accounts writes ledgers as a reader would say them.
func accounts(ledgers []matcher.Ledger) string {
	var b strings.Builder
	figure := func(n *int64) string {
		if n == nil {
			return "not known"
		}
		return fmt.Sprint(*n)
	}
	for _, l := range ledgers {
		fmt.Fprintf(&b, "%s to %s: %d people, %d by free movement, %d by channels\n", l.Origin, l.Destination, l.People, l.Free, l.Channel)
		fmt.Fprintf(&b, "  stay: %d temporary, %d circular, %d permanent, %d not stated\n", l.Stays.Temporary, l.Stays.Circular, l.Stays.Permanent, l.Stays.NotStated)
		for _, f := range l.Fills {
			fmt.Fprintf(&b, "  %s fills %d of a gap of %d in %s\n", l.Destination, f.Count, f.Gap, f.Code)
		}
		for _, x := range l.Leavers {
			of := "those the market knows"
			if x.Whole {
				of = "the stock"
			}
			fmt.Fprintf(&b, "  %s loses %d %s, of %d, %s; %d had work\n", l.Origin, x.Count, x.Code, x.Stock, of, x.Posts)
		}
		for _, x := range l.Lost {
			fmt.Fprintf(&b, "  %s would fill %d of its %s itself, %d of which stay empty\n", l.Origin, x.Count, x.Code, x.Emptied)
		}
		fmt.Fprintf(&b, "  to fill anew: %s\n", figure(l.Backfill))
		for _, x := range l.Returns {
			fmt.Fprintf(&b, "  back after %d months: %d %s, %s\n", x.Months, x.Count, x.Code, x.Stay)
		}
		y := l.Money
		fmt.Fprintf(&b, "  gain %s, sent %s, received %s\n", figure(y.Gain), figure(y.Sent), figure(y.Received))
		months := "not known"
		if y.CostMonths != nil {
			months = fmt.Sprintf("%.2f months of wage", *y.CostMonths)
		}
		fmt.Fprintf(&b, "  the worker pays %s, the employer %s: %s\n", figure(y.CostWorker), figure(y.CostEmployer), months)
	}
	return b.String()
}
