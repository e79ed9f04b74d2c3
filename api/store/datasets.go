package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
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
	SHA256     string // of its rows, cell by cell in canonical text; hexadecimal
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

// tables are the columns of each file of a market directory, as packages datasets and migrations have them too; a test
// compares the three.
func tables() map[string][]string {
	columns := func(names string) []string { return strings.Fields(names) }
	return map[string][]string{
		"vacancies.csv":  columns("region occupation skill period count kind wage contract months coverage source date licence assumed"),
		"workers.csv":    columns("region occupation skill period count kind status citizenship outside coverage source date licence assumed"),
		"channels.csv":   columns("id title kind origins destinations occupations recruitment contract months quota quota_of cost_worker cost_employer days protections agreement valid_from valid_to in_force source date licence assumed"),
		"wages.csv":      columns("region occupation period wage unit source date licence assumed"),
		"fits.csv":       columns("from to fit training_months regulated source"),
		"safeguards.csv": columns("id origins occupations rule amount source date"),
	}
}

// columnsOf gives the columns of a file.
func columnsOf(file string) ([]string, error) {
	columns, ok := tables()[file]
	if !ok {
		return nil, say(ErrInvalid, "no rows are kept of a file called %q; use one of %s", file,
			strings.Join(slices.Sorted(maps.Keys(tables())), ", "))
	}
	return columns, nil
}

// tableOf gives the table that holds the rows of a file.
func tableOf(file string) string { return "dataset_" + strings.TrimSuffix(file, ".csv") }

// AddDataset stores the rows that write adds: each a cell for every column of the file, in the order of the columns, in
// canonical text, "" where there is none. Nothing is written before write has returned, then all in one transaction: an
// error of write, which is returned as it is, or of the database leaves nothing behind. The cells are not kept after add.
//
// Content is stored once for each owner: where the owner has the same rows of the same file, in the same order, already,
// that dataset is returned as it is, name and visibility included, and created is false.
func (s *Store) AddDataset(ctx context.Context, n NewDataset, write func(add func(cells []string) error) error) (_ Dataset, created bool, err error) {
	columns, err := columnsOf(n.File)
	if err != nil {
		return Dataset{}, false, err
	}
	if err := n.Visibility.check(); err != nil {
		return Dataset{}, false, err
	}
	if n.Name == "" {
		n.Name = n.File
	}
	rows := newSpool(s.options.SpoolDir, n.File, columns)
	defer func() { err = errors.Join(err, rows.close()) }()
	err = write(func(cells []string) error {
		if len(cells) != len(columns) {
			return fmt.Errorf("store %s: a row of %d cells for %d columns", n.File, len(cells), len(columns))
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return rows.add(cells)
	})
	if err != nil {
		return Dataset{}, false, err
	}

	d := Dataset{
		ID: s.options.NewID(), File: n.File, Name: n.Name, SHA256: rows.sum(), Owner: n.Owner, Visibility: n.Visibility,
		Rows: rows.rows, Bytes: rows.bytes, Created: time.UnixMicro(s.now()).UTC(),
	}
	if same, err := s.sameDataset(ctx, d); !errors.Is(err, ErrNotFound) {
		return same, false, err
	}
	err = s.change(ctx, func(tx *sqlx.Tx) error { return s.insertDataset(ctx, tx, d, columns, rows) })
	if err != nil && s.dialect.taken(err) {
		// Somebody stored the same content between the look and the write.
		same, err := s.sameDataset(ctx, d)
		return same, false, err
	}
	if err != nil {
		return Dataset{}, false, fmt.Errorf("store %s: %w", n.File, err)
	}
	return d, true, nil
}

func (s *Store) insertDataset(ctx context.Context, tx *sqlx.Tx, d Dataset, columns []string, rows *spool) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO datasets (id, file, name, sha256, owner, visibility, row_count, bytes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ID, d.File, d.Name, d.SHA256, d.Owner, d.Visibility, d.Rows, d.Bytes, d.Created.UnixMicro())
	if err != nil {
		return err
	}
	into, err := s.dialect.bulk(ctx, tx, tableOf(d.File), append([]string{"dataset_id", "seq"}, columns...))
	if err != nil {
		return err
	}
	values := make([]any, 2+len(columns))
	seq := int64(0)
	err = rows.each(len(columns), func(cells []string) error {
		seq++
		values[0], values[1] = d.ID, seq
		for i, cell := range cells {
			values[2+i] = cell
		}
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

func (r *Reader) sameDataset(ctx context.Context, d Dataset) (Dataset, error) {
	return r.oneDataset(ctx, `WHERE owner = $1 AND file = $2 AND sha256 = $3`, "", d.Owner, d.File, d.SHA256)
}

// Dataset returns a dataset, without its rows.
func (r *Reader) Dataset(ctx context.Context, id string) (Dataset, error) {
	return r.oneDataset(ctx, `WHERE id = $1 AND `+readable("datasets"), id, id)
}

func (r *Reader) oneDataset(ctx context.Context, where, id string, args ...any) (Dataset, error) {
	var row datasetRow
	err := sqlx.GetContext(ctx, r.q, &row, `SELECT `+datasetColumns+` FROM datasets `+where, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return Dataset{}, say(ErrNotFound, "there is no dataset %q", id)
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

// DatasetRows yields the rows of a dataset in the order they were added. The slice is used again for the next row. It
// stops after the first error; a dataset that is not there is [ErrNotFound].
func (r *Reader) DatasetRows(ctx context.Context, id string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		d, err := r.Dataset(ctx, id)
		if err != nil {
			yield(nil, err)
			return
		}
		if err := r.eachRow(ctx, d, func(cells []string) bool { return yield(cells, nil) }); err != nil {
			yield(nil, fmt.Errorf("read the rows of dataset %s: %w", id, err))
		}
	}
}

func (r *Reader) eachRow(ctx context.Context, d Dataset, yield func([]string) bool) (err error) {
	columns, err := columnsOf(d.File)
	if err != nil {
		return err
	}
	rows, err := r.q.QueryxContext(ctx, `SELECT `+quoted(columns...)+` FROM `+quoted(tableOf(d.File))+` WHERE dataset_id = $1 ORDER BY seq`, d.ID)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	cells := make([]string, len(columns))
	into := make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if !yield(cells) {
			return nil
		}
	}
	return rows.Err()
}
