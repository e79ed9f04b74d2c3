package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Names of the lists of a report that are kept row by row.
const (
	CausesList         = "causes"
	CausedOpeningsList = "causes of openings" // by cell
	CausedWorkersList  = "causes of workers"  // by cell
	ReachList          = "reach"
	PressureList       = "pressure"
	PricesList         = "prices"
	LedgerList         = "ledger"
	BalanceList        = "balance"
	ShortagesList      = "shortages"
	SafeguardsList     = "safeguards"
)

// List is one list of a report. One that is missing from an [Outcome] was not made, which is not the same as an empty one.
type List struct {
	Name string
	Rows []ListRow // in the report's order
}

// ListRow is a row of a list: the JSON it has in the report, and what it is asked for by. What does not apply is "".
type ListRow struct {
	Origin      string // region the workers are of
	Destination string // region the openings are in
	Code        string // as [matcher.Code.String] writes it
	Word        string // what tells rows of the list apart beside: a cause, a kind of limit, a verdict
	Content     []byte
}

// NewListRow makes a row of its content.
func NewListRow(content any, origin, destination, code, word string) (ListRow, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return ListRow{}, fmt.Errorf("write a row of a list: %w", err)
	}
	return ListRow{origin, destination, code, word, text}, nil
}

func (s *Store) saveLists(ctx context.Context, tx *sqlx.Tx, id string, lists []List) error {
	for _, l := range lists {
		if _, err := tx.ExecContext(ctx, `INSERT INTO run_lists (run_id, list) VALUES ($1, $2)`, id, l.Name); err != nil {
			return err
		}
	}
	into, err := s.dialect.bulk(ctx, tx, "run_rows", []string{"run_id", "list", "seq", "origin", "destination", "code", "word", "content"})
	if err != nil {
		return err
	}
	for _, l := range lists {
		for i, r := range l.Rows {
			if err := into.add(id, l.Name, int64(i+1), r.Origin, r.Destination, r.Code, r.Word, string(r.Content)); err != nil {
				return errors.Join(err, into.done())
			}
		}
	}
	return into.done()
}

// ListQuery asks for rows of a list of a run. Filters that are "" keep every row.
type ListQuery struct {
	PageRequest
	List        string // one of the names above
	Region      string // at either end; a country has its subdivisions with it
	Origin      string // likewise
	Destination string // likewise
	Occupation  string // the beginning of an ISCO code
	Word        string
}

type listRow struct {
	Seq     int64  `db:"seq"`
	Content string `db:"content"`
}

// ListOf lists rows of a list of a run that is done, in the report's order. T is what the rows were made of. A list that
// was not made is [ErrState].
func ListOf[T any](ctx context.Context, r *Reader, run string, g ListQuery) (Page[T], error) {
	none := Page[T]{}
	limit, err := g.limit()
	if err != nil {
		return none, err
	}
	request := g.PageRequest
	g.PageRequest = PageRequest{}
	name := listing("list", []any{run, g})
	after, err := request.after(name, 1, 0)
	if err != nil {
		return none, err
	}
	if err := r.hasList(ctx, run, g.List); err != nil {
		return none, err
	}
	q := newQuery(`SELECT seq, content FROM run_rows WHERE (1 = 1)`)
	q.and(`run_id = ?`, run)
	q.and(`list = ?`, g.List)
	if g.Region != "" {
		from, to := g.Region+"-", g.Region+"."
		q.and(`(origin = ? OR (origin >= ? AND origin < ?) OR destination = ? OR (destination >= ? AND destination < ?))`,
			g.Region, from, to, g.Region, from, to)
	}
	q.under("origin", g.Origin)
	q.under("destination", g.Destination)
	q.prefixed("code", g.Occupation)
	if g.Word != "" {
		q.and(`word = ?`, g.Word)
	}
	if after != nil {
		q.and(`seq > ?`, after.Numbers[0])
	}
	var rows []listRow
	if err := q.all(ctx, r.q, &rows, `seq`, limit); err != nil {
		return none, fmt.Errorf("list the %s of run %s: %w", g.List, run, err)
	}
	page := paged(rows, limit, func(row listRow) T {
		var item T
		if bad := json.Unmarshal([]byte(row.Content), &item); bad != nil {
			err = fmt.Errorf("read row %d of the %s of run %s: %w", row.Seq, g.List, run, bad)
		}
		return item
	}, func(row listRow) position { return position{Listing: name, Numbers: []int64{row.Seq}} })
	if err != nil {
		return none, err
	}
	return page, nil
}

// hasList is nil for a run that is done and has the list.
func (r *Reader) hasList(ctx context.Context, run, list string) error {
	if err := r.HasOutcome(ctx, run); err != nil {
		return err
	}
	var n int
	if err := sqlx.GetContext(ctx, r.q, &n, `SELECT count(*) FROM run_lists WHERE run_id = $1 AND list = $2`, run, list); err != nil {
		return fmt.Errorf("look for the %s of run %s: %w", list, run, err)
	}
	if n == 0 {
		return say(ErrState, "run %s has no %s: its report was made without them, which does not mean that there are none", run, list)
	}
	return nil
}
