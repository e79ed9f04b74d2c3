package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"labourmatch/datasets"
)

// Visibility says who besides the owner may see a dataset or run.
type Visibility string

// The visibilities. Nothing enforces them yet.
const (
	Private  Visibility = "private"  // nobody
	Shared   Visibility = "shared"   // whoever the owner names
	Released Visibility = "released" // everybody
)

func (v *Visibility) check() error {
	switch *v {
	case "":
		*v = Private
	case Private, Shared, Released:
	default:
		return say(ErrInvalid, "the visibility is %q; use private, shared or released", *v)
	}
	return nil
}

// Dataset is an uploaded file of a market directory. Its content never changes.
type Dataset struct {
	ID         string
	File       string // `vacancies.csv`, `workers.csv` …: what kind of file it is
	Name       string // what its owner calls it
	SHA256     string // of its rows, whatever their order, see [datasets.Hasher]
	Owner      string
	Visibility Visibility
	Rows       int64
	Bytes      int64 // of its rows as stored
	Created    time.Time
	State      DatasetState
	ReplacedBy string // the dataset that replaced it, if it is replaced
	Reason     string // why it was withdrawn, if it is withdrawn
}

// NewDataset says what is to become of an upload.
type NewDataset struct {
	File       string
	Name       string // "" means the name of the file
	Owner      string
	Visibility Visibility // "" means private
}

// tableOf gives the table a file's rows are kept in, as package datasets describes the file: each has a column for each
// of the file's. A shortage.yaml is one row with its text.
func tableOf(file string) (described datasets.Table, name string, err error) {
	names := []string{}
	for _, t := range append(datasets.Tables(), datasets.ShortageTable()) {
		if t.File == file {
			return t, "dataset_" + strings.TrimSuffix(file, path.Ext(file)), nil
		}
		names = append(names, t.File)
	}
	return described, "", say(ErrInvalid, "no rows are kept of a file called %q; use one of %s", file, strings.Join(names, ", "))
}

// AddDataset stores the rows that write adds: each a cell for every column of the file, in the order of the columns, in
// canonical text, "" where there is none. Nothing is written before write has returned, then all in one transaction: an
// error of write, which is returned as it is, or of the database leaves nothing behind. The cells are not kept after add.
//
// Content is stored once for each owner: where the owner has the same rows of the same file already, in whatever order,
// that dataset is returned as it is, name and visibility included, and created is false. Memory: up to 4 MB of rows and 8 MB
// of what the content hash needs; the rest waits in files.
func (s *Store) AddDataset(ctx context.Context, n NewDataset, write func(add func(cells []string) error) error) (_ Dataset, created bool, err error) {
	in := s.NewIncoming()
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := in.Table(n.File); err != nil {
		return Dataset{}, false, err
	}
	err = write(func(cells []string) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return in.Row(n.File, cells)
	})
	if err != nil {
		return Dataset{}, false, err
	}
	made, created, err := s.AddImport(ctx, NewImport{Owner: n.Owner, Name: n.Name, Visibility: n.Visibility}, in)
	if err != nil {
		return Dataset{}, false, err
	}
	return made.Datasets[0], created, nil
}

// insertDataset stores a dataset with its rows, unless its owner has the content already. It gives the identifier of the
// one that is there then.
func (s *Store) insertDataset(ctx context.Context, tx *sqlx.Tx, d Dataset, table string, rows *spool) (id string, isNew bool, err error) {
	// Of two who store the same content at once, the second waits here and finds the first's.
	isNew, err = inserted(tx.ExecContext(ctx, `
		INSERT INTO datasets (id, file, name, sha256, owner, visibility, row_count, bytes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (owner, file, sha256) DO NOTHING`,
		d.ID, d.File, d.Name, d.SHA256, d.Owner, d.Visibility, d.Rows, d.Bytes, d.Created.UnixMicro()))
	if err == nil && !isNew {
		err = sqlx.GetContext(ctx, tx, &id, `SELECT id FROM datasets WHERE owner = $1 AND file = $2 AND sha256 = $3`, d.Owner, d.File, d.SHA256)
	}
	if err != nil || !isNew {
		return id, false, err
	}
	return d.ID, true, s.insertRows(ctx, tx, d, table, rows)
}

// insertRows stores the rows of a dataset.
func (s *Store) insertRows(ctx context.Context, tx *sqlx.Tx, d Dataset, table string, rows *spool) error {
	into, err := s.dialect.bulk(ctx, tx, table, append([]string{"dataset_id", "seq"}, rows.table.Names()...))
	if err != nil {
		return err
	}
	values := make([]any, 2+len(rows.table.Columns))
	seq := int64(0)
	values[0] = d.ID
	err = rows.each(func(cells []any) error {
		seq++
		values[1] = seq
		copy(values[2:], cells)
		return into.add(values...)
	})
	return errors.Join(err, into.done())
}

const datasetColumns = `id, file, name, sha256, owner, visibility, row_count, bytes, created_at,
	latest.kind, latest.other_id, latest.reason`

// datasetTables are what datasetColumns are of: a dataset with its last event, which every one has.
const datasetTables = `datasets JOIN dataset_events latest ON latest.dataset_id = datasets.id
	AND latest.seq = (SELECT max(seq) FROM dataset_events WHERE dataset_events.dataset_id = datasets.id)`

// datasetRow is a row of datasets.
type datasetRow struct {
	ID         string     `db:"id"`
	File       string     `db:"file"`
	Name       string     `db:"name"`
	SHA256     string     `db:"sha256"`
	Owner      string     `db:"owner"`
	Visibility Visibility `db:"visibility"`
	Rows       int64      `db:"row_count"`
	Bytes      int64      `db:"bytes"`
	Created    int64      `db:"created_at"`

	Event  EventKind      `db:"kind"`
	Other  sql.NullString `db:"other_id"`
	Reason string         `db:"reason"`
}

func (r datasetRow) dataset() Dataset {
	return Dataset{
		r.ID, r.File, r.Name, r.SHA256, r.Owner, r.Visibility, r.Rows, r.Bytes, time.UnixMicro(r.Created).UTC(),
		r.Event.state(), r.Other.String, r.Reason,
	}
}

// titled is what somebody calls something, as it is stored.
func titled(what, s string) (string, error) {
	title, ok := datasets.Title(s)
	if !ok {
		return "", say(ErrInvalid, "the %s has characters that cannot be seen, or is too long: %.60q; type it again", what, s)
	}
	return title, nil
}

// plain is whether something could be stored at all. PostgreSQL has no text with a NUL or with broken characters, and
// refuses to compare with one, so nobody can have been given a name like that.
func plain(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Dataset returns a dataset, without its rows.
func (r *Reader) Dataset(ctx context.Context, id string) (Dataset, error) {
	none := say(ErrNotFound, "there is no dataset %q", id)
	if !plain(id) {
		return Dataset{}, none
	}
	var row datasetRow
	err := sqlx.GetContext(ctx, r.q, &row, `SELECT `+datasetColumns+` FROM `+datasetTables+` WHERE id = $1 AND `+readable("datasets"), id)
	if errors.Is(err, sql.ErrNoRows) {
		return Dataset{}, none
	}
	if err != nil {
		return Dataset{}, fmt.Errorf("read dataset %s: %w", id, err)
	}
	return row.dataset(), nil
}

// Datasets lists the datasets in a state, the newest first; "" is any state.
func (r *Reader) Datasets(ctx context.Context, state DatasetState, request PageRequest) (Page[Dataset], error) {
	name := listing("datasets", state)
	limit, err := request.limit()
	if err != nil {
		return Page[Dataset]{}, err
	}
	after, err := request.after(name, 1, 1)
	if err != nil {
		return Page[Dataset]{}, err
	}
	q := newQuery(`SELECT ` + datasetColumns + ` FROM ` + datasetTables + ` WHERE ` + readable("datasets"))
	switch state {
	case "":
	case DatasetCurrent:
		q.and(`latest.kind NOT IN ('replaced', 'withdrawn')`)
	case DatasetReplaced, DatasetWithdrawn:
		q.and(`latest.kind = ?`, string(state))
	default:
		return Page[Dataset]{}, say(ErrInvalid, "the state is %q; use current, replaced or withdrawn", state)
	}
	if after != nil {
		q.and(`(created_at, id) < (?, ?)`, after.Numbers[0], after.Texts[0])
	}
	var rows []datasetRow
	if err := q.all(ctx, r.q, &rows, `created_at DESC, id DESC`, limit); err != nil {
		return Page[Dataset]{}, fmt.Errorf("list the datasets: %w", err)
	}
	return paged(rows, limit, datasetRow.dataset, func(d datasetRow) position {
		return position{Listing: name, Numbers: []int64{d.Created}, Texts: []string{d.ID}}
	}), nil
}

// rowsAtOnce is how many rows of a dataset are read with one query.
const rowsAtOnce = 500

// DatasetRows yields the rows of a dataset in the order they were added; they are the caller's to keep. It stops after
// the first error; a dataset that is not there is [ErrNotFound].
//
// Rows are read some hundreds at a time, and no connection is held in between: who takes them may be as slow as a
// download to the far end of the world, or ask the database something else meanwhile. Since content never changes, the
// pieces fit together.
func (r *Reader) DatasetRows(ctx context.Context, id string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		d, err := r.Dataset(ctx, id)
		if err != nil {
			yield(nil, err)
			return
		}
		for seq := int64(0); seq < d.Rows; seq += rowsAtOnce {
			rows, err := r.rowsAfter(ctx, d, seq)
			if err == nil && int64(len(rows)) != min(rowsAtOnce, d.Rows-seq) {
				err = fmt.Errorf("only %d of its %d rows are there", seq+int64(len(rows)), d.Rows)
			}
			if err != nil {
				yield(nil, fmt.Errorf("read the rows of dataset %s: %w", id, err))
				return
			}
			for _, cells := range rows {
				if !yield(cells, nil) {
					return
				}
			}
		}
	}
}

// rowsAfter reads the rows that come after the given one, as many as are read at once. Both ends of the range are given,
// since a database without statistics may prefer to sort everything that is left over using the index with a LIMIT.
func (r *Reader) rowsAfter(ctx context.Context, d Dataset, seq int64) (_ [][]string, err error) {
	table, from, err := tableOf(d.File)
	if err != nil {
		return nil, err
	}
	rows, err := r.q.QueryxContext(ctx, `SELECT `+quoted(table.Names()...)+` FROM `+quoted(from)+
		` WHERE dataset_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`, d.ID, seq, seq+rowsAtOnce)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	list := [][]string{}
	into := make([]any, len(table.Columns))
	for rows.Next() {
		cells := make([]string, len(table.Columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		list = append(list, cells)
	}
	return list, rows.Err()
}
