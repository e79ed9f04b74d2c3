package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// SheetOptions say which corridor a negotiation sheet is of, and how its market is solved.
type SheetOptions struct {
	Options
	From, To string // ISO 3166-1 alpha-2
	// Agreement narrows the sheet to the channels with this id, or covered by an agreement of this title; empty = all.
	Agreement string
}

// Sheet is a negotiation sheet: both sides of one corridor on two pages, each figure with how it is reckoned and from
// what. It is a view for people; what a program wants is in the report's document.
type Sheet struct {
	Title      string
	Market     string // what was solved: market, period, level, order, engine
	Agreement  string // what the sheet is narrowed to; empty where it is not
	Disclaimer string
	Headlines  []SheetFigure
	Parts      []SheetPart // destination, origin, money
	Missing    []string    // what is not known, and what would tell it; one sentence each
	Assumed    []string    // the assumptions behind the figures, one sentence each
	Sources    []string    // numbered from 1
}

// SheetPart is one side of the account.
type SheetPart struct {
	Title   string
	Figures []SheetFigure
	Tables  []SheetTable
}

// SheetFigure is one figure. A missing one has no Value.
type SheetFigure struct {
	Name    string
	Value   string
	Formula string // how it is reckoned, with the numbers
	Refs    []int  // numbers of sources
	Assumed bool   // it rests on an assumption
}

// SheetTable is a short table; More is how many rows were left out.
type SheetTable struct {
	Title string
	Heads []string
	Rows  [][]string
	More  int
}

// sheetRows is how many rows a table of a sheet has, so that it stays on two pages.
const sheetRows = 6

// ErrNoCorridor is matched by the error of a sheet for a corridor along which nobody is placed.
var ErrNoCorridor = errors.New("nobody is placed along this corridor")

// BuildSheet solves a market, and solves it again with nobody leaving, or where the sheet is narrowed to an agreement with the agreement's
// channels closed, and accounts for one corridor. It takes two solves. Errors as [Build]; one that matches [ErrNoCorridor].
func BuildSheet(ctx context.Context, d *datasets.Directory, o SheetOptions) (*Sheet, error) {
	finest := d.Level()
	o.Level = cmp.Or(o.Level, finest)
	m, policy, err := marketOf(d, o.Options)
	if err != nil {
		return nil, err
	}
	markets := make([]*matcher.Market, finest+1)
	markets[o.Level] = m
	solves := plan(policy, o.Level, finest)[:2]
	if o.Agreement != "" {
		solves = solves[:1]
	}
	if err := solve(ctx, markets, solves, o.Progress); err != nil {
		return nil, err
	}
	base := solves[0].result
	if o.Agreement == "" {
		return sheetOf(base, solves[1].result, o)
	}
	without, err := base.WithoutChannels(ctx, o.counts, matcher.Options{})
	if err != nil {
		return nil, fmt.Errorf("match the market without %s: %w", o.Agreement, err)
	}
	return sheetOf(base, without, o)
}

// counts says whether the sheet is of a channel.
func (o *SheetOptions) counts(c *matcher.Channel) bool {
	return o.Agreement == "" || c.ID == o.Agreement || c.Agreement == o.Agreement
}

func sheetOf(r, stay *matcher.Result, o SheetOptions) (*Sheet, error) {
	if !slices.ContainsFunc(r.Market.Channels, func(c matcher.Channel) bool { return o.counts(&c) }) {
		return nil, fmt.Errorf("no channel of the market has the id %q or is covered by an agreement of that title: %w", o.Agreement, ErrNoCorridor)
	}
	ledgers, err := r.Ledgers(stay, o.counts)
	if err != nil {
		return nil, fmt.Errorf("account for the corridors: %w", err)
	}
	at := slices.IndexFunc(ledgers, func(l matcher.Ledger) bool { return l.Origin == o.From && l.Destination == o.To })
	if at < 0 {
		var others []string
		for _, l := range ledgers {
			if l.Origin == o.From || l.Destination == o.To {
				others = append(others, l.Origin+" to "+l.Destination)
			}
		}
		hint := "nor along any other that begins or ends there"
		if len(others) > 0 {
			hint = "there are people from " + strings.Join(others[:min(8, len(others))], ", ")
		}
		return nil, fmt.Errorf("%s to %s: %w; %s", o.From, o.To, ErrNoCorridor, hint)
	}
	w := sheetWriter{
		r: r, o: o, l: &Ledger{regionName(o.From), regionName(o.To), ledgers[at]}, channels: map[int]int64{}, numbers: map[string]int{},
		sheet: &Sheet{
			Title: fmt.Sprintf("%s → %s", regionName(o.From), regionName(o.To)), Agreement: o.Agreement, Disclaimer: Disclaimer,
			Market: fmt.Sprintf("%s · %s %s · ISCO-%d · order %s · labourmatch %s", cmp.Or(o.Title, r.Market.Title), r.Market.Base, r.Market.Period, o.Level, r.Policy.Order, o.Engine),
		},
	}
	for _, n := range r.Policy.Numbers() {
		w.assume(n)
	}
	w.findSources()
	w.destination()
	w.origin()
	w.money()
	w.headlines()
	return w.sheet, nil
}

// sheetWriter fills a sheet in.
type sheetWriter struct {
	r        *matcher.Result
	o        SheetOptions
	l        *Ledger
	sheet    *Sheet
	channels map[int]int64  // people of the corridor by channel
	numbers  map[string]int // of sources
	// Sources of each kind of input, and whether any row of it is assumed.
	openings, workers, wages, laws, prices refs
}

func (w *sheetWriter) missing(format string, args ...any) {
	w.sheet.Missing = append(w.sheet.Missing, fmt.Sprintf(format, args...))
}

// figureFrom is one line of a part with the sources of its inputs.
func figureFrom(name, value, formula string, from ...refs) SheetFigure {
	f := SheetFigure{Name: name, Value: value, Formula: formula}
	for _, r := range from {
		f.Assumed = f.Assumed || r.assumed
		for _, n := range r.list {
			if !slices.Contains(f.Refs, n) {
				f.Refs = append(f.Refs, n)
			}
		}
	}
	slices.Sort(f.Refs)
	return f
}

// partOf is a share in per cent that no line breaks within.
func partOf(part, whole int64) string {
	return strings.ReplaceAll(percent(part, whole), " ", "\u00a0")
}

// table cuts a list of rows, largest first, to what a sheet has room for.
func table(title string, heads []string, rows [][]string) SheetTable {
	return SheetTable{title, heads, rows[:min(sheetRows, len(rows))], max(0, len(rows)-sheetRows)}
}
