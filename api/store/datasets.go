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
	table, into, err := tableOf(n.File)
	if err != nil {
		return Dataset{}, false, err
	}
	if err := n.Visibility.check(); err != nil {
		return Dataset{}, false, err
	}
	if n.Name, err = titled("name", n.Name); err != nil {
		return Dataset{}, false, err
	}
	if n.Name == "" {
		n.Name = n.File
	}
	rows := spool{dir: s.options.SpoolDir, table: table}
	defer func() { err = errors.Join(err, rows.close()) }()
	err = write(func(cells []string) error {
		if len(cells) != len(table.Columns) {
			return fmt.Errorf("store %s: a row of %d cells for %d columns", n.File, len(cells), len(table.Columns))
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return rows.add(cells)
	})
	if err != nil {
		return Dataset{}, false, err
	}
	identity, err := rows.identity()
	if err != nil {
		return Dataset{}, false, fmt.Errorf("store %s: %w", n.File, err)
	}

	d := Dataset{
		ID: s.options.NewID(), File: n.File, Name: n.Name, SHA256: identity, Owner: n.Owner, Visibility: n.Visibility,
		Rows: rows.rows, Bytes: rows.bytes, Created: time.UnixMicro(s.now()).UTC(),
	}
	if same, err := s.sameDataset(ctx, d); !errors.Is(err, ErrNotFound) {
		return same, false, err
	}
	err = s.change(ctx, func(tx *sqlx.Tx) error { return s.insertDataset(ctx, tx, d, into, &rows) })
	if err == nil {
		return d, true, nil
	}
	if s.dialect.taken(err) {
		// Most likely somebody stored the same content between the look and the write.
		if same, err := s.sameDataset(ctx, d); err == nil {
			return same, false, nil
		}
	}
	return Dataset{}, false, fmt.Errorf("store %s: %w", n.File, err)
}

func (s *Store) insertDataset(ctx context.Context, tx *sqlx.Tx, d Dataset, table string, rows *spool) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO datasets (id, file, name, sha256, owner, visibility, row_count, bytes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ID, d.File, d.Name, d.SHA256, d.Owner, d.Visibility, d.Rows, d.Bytes, d.Created.UnixMicro())
	if err != nil {
		return err
	}
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

const datasetColumns = `id, file, name, sha256, owner, visibility, row_count, bytes, created_at`

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
}

func (r datasetRow) dataset() Dataset {
	return Dataset{r.ID, r.File, r.Name, r.SHA256, r.Owner, r.Visibility, r.Rows, r.Bytes, time.UnixMicro(r.Created).UTC()}
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

func (r *Reader) sameDataset(ctx context.Context, d Dataset) (Dataset, error) {
	return r.oneDataset(ctx, `WHERE owner = $1 AND file = $2 AND sha256 = $3`, "", d.Owner, d.File, d.SHA256)
}

// Dataset returns a dataset, without its rows.
func (r *Reader) Dataset(ctx context.Context, id string) (Dataset, error) {
	return r.oneDataset(ctx, `WHERE id = $1 AND `+readable("datasets"), id, id)
}

func (r *Reader) oneDataset(ctx context.Context, where, id string, args ...any) (Dataset, error) {
	none := say(ErrNotFound, "there is no dataset %q", id)
	if !plain(id) {
		return Dataset{}, none
	}
	var row datasetRow
	err := sqlx.GetContext(ctx, r.q, &row, `SELECT `+datasetColumns+` FROM datasets `+where, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return Dataset{}, none
	}
	if err != nil {
		return Dataset{}, fmt.Errorf("read dataset %s: %w", id, err)
	}
	return row.dataset(), nil
}

// Datasets lists the datasets, the newest first.
func (r *Reader) Datasets(ctx context.Context, request PageRequest) (Page[Dataset], error) {
	name := listing("datasets", nil)
	limit, err := request.limit()
	if err != nil {
		return Page[Dataset]{}, err
	}
	after, err := request.after(name, 1, 1)
	if err != nil {
		return Page[Dataset]{}, err
	}
	q := newQuery(`SELECT ` + datasetColumns + ` FROM datasets WHERE ` + readable("datasets"))
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
