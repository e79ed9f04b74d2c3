package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Import is a file that was taken in: its bytes, how they were read, and the datasets that came of it.
type Import struct {
	ID         string
	Owner      string
	FileName   string // what its sender calls it
	SHA256     string // of the bytes
	Bytes      int64
	Layout     string // the layout it was read by; "" where it has the program's own columns
	LayoutText string // that layout as it was then; not in lists
	Account    string // how it was read, as the JSON it was stored with; not in lists
	Findings   int64  // how many things were found
	Created    time.Time
	Datasets   []Dataset // in the order of their files' names
}

// NewImport says what is to become of what an [Incoming] has taken in.
type NewImport struct {
	Owner      string
	Name       string     // of the datasets; "" means the name of each one's file
	Visibility Visibility // "" means private
	FileName   string
	// Raw is what was sent, all of it; nil where the program itself made the rows: then no import is kept, only datasets.
	Raw        *Raw
	Layout     string
	LayoutText string
	Account    string
	// Replaces is the dataset that the one of the same file is the next version of; "" for none.
	Replaces string
}

// AddImport stores the bytes, the datasets, the findings and what became of which dataset, in one transaction: an error
// leaves nothing behind. What is there already is not stored again: the same bytes; the same rows of the same file and
// owner, in whatever order, whose dataset is kept as it is, name and visibility included; the same import, of the same bytes
// by the same layout with the same outcome. A dataset that was withdrawn is restored. created is whether any dataset is new.
//
// Memory: some megabytes; the rest is in files.
func (s *Store) AddImport(ctx context.Context, n NewImport, in *Incoming) (_ Import, created bool, err error) {
	if err := n.check(); err != nil {
		return Import{}, false, err
	}
	if n.Raw != nil {
		if err := s.packUnlessKept(ctx, n.Raw); err != nil {
			return Import{}, false, err
		}
	}
	at := s.now()
	made := Import{}
	if made.Datasets, err = in.datasets(s, n, at); err != nil {
		return Import{}, false, doing("store "+strings.Join(in.files(), ", "), err)
	}
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		created, err = s.insertImport(ctx, tx, n, in, &made, at)
		return err
	})
	if err != nil {
		return Import{}, false, doing("store "+strings.Join(in.files(), ", "), err)
	}
	if n.Raw != nil {
		made, err = s.Import(ctx, made.ID)
		return made, created, err
	}
	for i := range made.Datasets {
		if made.Datasets[i], err = s.Dataset(ctx, made.Datasets[i].ID); err != nil {
			return Import{}, false, err
		}
	}
	return made, created, nil
}

func (n *NewImport) check() (err error) {
	if err := n.Visibility.check(); err != nil {
		return err
	}
	if n.Name, err = titled("name", n.Name); err != nil {
		return err
	}
	if n.FileName, err = titled("name of the file", n.FileName); err != nil {
		return err
	}
	if !plain(n.LayoutText) {
		return say(ErrInvalid, "the layout is not UTF-8 text")
	}
	return nil
}

// files are the files that rows were taken in for.
func (in *Incoming) files() []string {
	var list []string
	for _, t := range in.tables {
		list = append(list, t.table.File)
	}
	return list
}

// insertImport stores an import. Whoever stores one goes the same way, by the order of names, so that no two wait for each
// other: the bytes, the datasets, those that are there already.
func (s *Store) insertImport(ctx context.Context, tx *sqlx.Tx, n NewImport, in *Incoming, made *Import, at int64) (created bool, err error) {
	if n.Raw != nil {
		if err := s.insertRaw(ctx, tx, n.Raw); err != nil {
			return false, err
		}
	}
	isNew := make([]bool, len(made.Datasets))
	held := []string{}
	for i := range made.Datasets {
		d := &made.Datasets[i]
		_, table, err := tableOf(d.File)
		if err != nil {
			return false, err
		}
		if d.ID, isNew[i], err = s.insertDataset(ctx, tx, *d, table, in.tables[i]); err != nil {
			return false, err
		}
		if created = created || isNew[i]; !isNew[i] {
			held = append(held, d.ID)
		}
	}
	if n.Replaces != "" {
		held = append(held, n.Replaces)
	}
	if err := hold(ctx, tx, held...); err != nil {
		return false, err
	}
	if n.Raw != nil {
		if err := s.insertAccount(ctx, tx, n, in, made, at); err != nil {
			return false, err
		}
	}
	return created, s.recordImport(ctx, tx, n, made, isNew, at)
}

// recordImport records what an import makes of datasets: new ones are stored, withdrawn ones restored, one replaced.
func (s *Store) recordImport(ctx context.Context, tx *sqlx.Tx, n NewImport, made *Import, isNew []bool, at int64) error {
	within := Reader{tx}
	event := Event{Import: made.ID, Actor: n.Owner, At: time.UnixMicro(at)}
	for i := range made.Datasets {
		d, e := &made.Datasets[i], event
		e.Dataset, e.Kind = d.ID, EventStored
		if !isNew[i] {
			var err error
			if *d, err = within.Dataset(ctx, d.ID); err != nil {
				return err
			}
			if e.Kind = EventRestored; d.State != DatasetWithdrawn {
				continue
			}
		}
		if err := record(ctx, tx, e); err != nil {
			return err
		}
		d.State = DatasetCurrent
	}
	if n.Replaces == "" {
		return nil
	}
	old, err := within.Dataset(ctx, n.Replaces)
	if err != nil {
		return err
	}
	files := []string{}
	for _, d := range made.Datasets {
		if d.File == old.File {
			return replace(ctx, tx, event, old, d)
		}
		files = append(files, d.File)
	}
	return say(ErrInvalid, "dataset %s is of %s, and this is %s; a dataset is replaced by one of the same file", old.ID, old.File, strings.Join(files, ", "))
}

// insertAccount stores the import itself with its findings, unless the same one is there.
func (s *Store) insertAccount(ctx context.Context, tx *sqlx.Tx, n NewImport, in *Incoming, made *Import, at int64) error {
	layout, err := insertLayoutText(ctx, tx, n.LayoutText)
	if err != nil {
		return err
	}
	identity := []string{n.Owner, n.Raw.SHA256(), n.Layout, layout}
	for _, d := range made.Datasets {
		identity = append(identity, d.File, d.SHA256)
	}
	known := hashed(strings.Join(identity, "\x00"))
	id := s.options.NewID()
	isNew, err := inserted(tx.ExecContext(ctx, `
		INSERT INTO imports (id, identity, owner, file_name, raw_sha256, layout, layout_sha256, account, findings, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (identity) DO NOTHING`,
		id, known, n.Owner, n.FileName, n.Raw.SHA256(), n.Layout, orNull(layout), n.Account, in.findings.rows, at))
	if err != nil {
		return err
	}
	if !isNew {
		return sqlx.GetContext(ctx, tx, &made.ID, `SELECT id FROM imports WHERE identity = $1`, known)
	}
	made.ID = id
	for i, d := range made.Datasets {
		_, err := tx.ExecContext(ctx, `INSERT INTO import_datasets (import_id, seq, dataset_id) VALUES ($1, $2, $3)`, id, i+1, d.ID)
		if err != nil {
			return err
		}
	}
	return s.insertFindings(ctx, tx, id, in)
}

func (s *Store) insertFindings(ctx context.Context, tx *sqlx.Tx, id string, in *Incoming) error {
	into, err := s.dialect.bulk(ctx, tx, "import_findings", append([]string{"import_id", "seq"}, in.findings.table.Names()...))
	if err != nil {
		return err
	}
	seq := int64(0)
	for f, err := range in.Findings() {
		seq++
		if err == nil {
			err = into.add(id, seq, f.Severity, f.Kind, f.File, f.Line, f.Column, f.Value, f.Figure, f.Times, f.What, f.Hint)
		}
		if err != nil {
			return errors.Join(err, into.done())
		}
	}
	return into.done()
}

// hashed is the SHA-256 of a text, in hexadecimal.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

const importColumns = `imports.id, imports.owner, imports.file_name, imports.raw_sha256, raws.bytes, imports.layout,
	imports.findings, imports.created_at`

const importTables = `imports JOIN raws ON raws.sha256 = imports.raw_sha256`

// importRow is a row of imports.
type importRow struct {
	ID         string         `db:"id"`
	Owner      string         `db:"owner"`
	FileName   string         `db:"file_name"`
	SHA256     string         `db:"raw_sha256"`
	Bytes      int64          `db:"bytes"`
	Layout     string         `db:"layout"`
	Findings   int64          `db:"findings"`
	Created    int64          `db:"created_at"`
	Account    string         `db:"account"`
	LayoutText sql.NullString `db:"layout_text"`
}

func (r importRow) taken() Import {
	return Import{
		ID: r.ID, Owner: r.Owner, FileName: r.FileName, SHA256: r.SHA256, Bytes: r.Bytes, Layout: r.Layout, LayoutText: r.LayoutText.String,
		Account: r.Account, Findings: r.Findings, Created: time.UnixMicro(r.Created).UTC(), Datasets: []Dataset{},
	}
}

// Import returns an import, without its bytes and findings.
func (r *Reader) Import(ctx context.Context, id string) (Import, error) {
	none := say(ErrNotFound, "there is no import %q", id)
	if !plain(id) {
		return Import{}, none
	}
	var row importRow
	err := sqlx.GetContext(ctx, r.q, &row, `
		SELECT `+importColumns+`, imports.account, layout_texts.layout AS layout_text
		FROM `+importTables+` LEFT JOIN layout_texts ON layout_texts.sha256 = imports.layout_sha256
		WHERE imports.id = $1 AND `+readable("imports"), id)
	if errors.Is(err, sql.ErrNoRows) {
		return Import{}, none
	}
	if err != nil {
		return Import{}, fmt.Errorf("read import %s: %w", id, err)
	}
	list := []Import{row.taken()}
	return list[0], r.addImported(ctx, list)
}

// Imports lists the imports, the newest first.
func (r *Reader) Imports(ctx context.Context, request PageRequest) (Page[Import], error) {
	name := listing("imports", nil)
	limit, err := request.limit()
	if err != nil {
		return Page[Import]{}, err
	}
	after, err := request.after(name, 1, 1)
	if err != nil {
		return Page[Import]{}, err
	}
	q := newQuery(`SELECT ` + importColumns + ` FROM ` + importTables + ` WHERE ` + readable("imports"))
	if after != nil {
		q.and(`(imports.created_at, imports.id) < (?, ?)`, after.Numbers[0], after.Texts[0])
	}
	var rows []importRow
	if err := q.all(ctx, r.q, &rows, `imports.created_at DESC, imports.id DESC`, limit); err != nil {
		return Page[Import]{}, fmt.Errorf("list the imports: %w", err)
	}
	page := paged(rows, limit, importRow.taken, func(i importRow) position {
		return position{Listing: name, Numbers: []int64{i.Created}, Texts: []string{i.ID}}
	})
	return page, r.addImported(ctx, page.Items)
}

// addImported fills in the datasets of imports.
func (r *Reader) addImported(ctx context.Context, list []Import) error {
	if len(list) == 0 {
		return nil
	}
	byID := map[string]*Import{}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
		byID[ids[i]] = &list[i]
	}
	text, args, err := sqlx.In(`import_datasets.import_id IN (?)`, ids)
	if err != nil {
		return fmt.Errorf("read the datasets of imports: %w", err)
	}
	q := newQuery(`SELECT import_datasets.import_id, ` + datasetColumns + ` FROM ` + datasetTables + `
		JOIN import_datasets ON import_datasets.dataset_id = datasets.id WHERE ` + readable("datasets"))
	q.and(text, args...)
	var rows []struct {
		Import string `db:"import_id"`
		datasetRow
	}
	err = sqlx.SelectContext(ctx, r.q, &rows, q.text.String()+` ORDER BY import_datasets.import_id, import_datasets.seq`, q.args...)
	if err != nil {
		return fmt.Errorf("read the datasets of imports: %w", err)
	}
	for _, row := range rows {
		byID[row.Import].Datasets = append(byID[row.Import].Datasets, row.dataset())
	}
	return nil
}

// LastVersion is the newest current dataset of an owner that was read from a file by the layout: what the next edition of
// the source is held against, and would replace. ok is false where there is none.
func (r *Reader) LastVersion(ctx context.Context, owner, layout, file string) (_ Dataset, ok bool, err error) {
	q := newQuery(`SELECT ` + datasetColumns + ` FROM ` + datasetTables + ` WHERE ` + readable("datasets"))
	q.and(`owner = ? AND file = ? AND latest.kind NOT IN ('replaced', 'withdrawn')`, owner, file)
	q.and(`EXISTS (SELECT 1 FROM import_datasets JOIN imports ON imports.id = import_datasets.import_id
		WHERE import_datasets.dataset_id = datasets.id AND imports.layout = ?)`, layout)
	var rows []datasetRow
	if err := q.all(ctx, r.q, &rows, `created_at DESC, datasets.id DESC`, 0); err != nil {
		return Dataset{}, false, fmt.Errorf("look for the last version of %s: %w", layout, err)
	}
	if len(rows) == 0 {
		return Dataset{}, false, nil
	}
	return rows[0].dataset(), true, nil
}

// LayoutOf is the text of the layout by which a dataset was last read from a file; "" where it was by none.
func (r *Reader) LayoutOf(ctx context.Context, dataset string) (string, error) {
	var text string
	err := sqlx.GetContext(ctx, r.q, &text, `
		SELECT layout_texts.layout
		FROM import_datasets
		JOIN imports ON imports.id = import_datasets.import_id
		JOIN layout_texts ON layout_texts.sha256 = imports.layout_sha256
		WHERE import_datasets.dataset_id = $1 AND `+readable("imports")+`
		ORDER BY imports.created_at DESC, imports.id DESC LIMIT 1`, dataset)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read the layout of dataset %s: %w", dataset, err)
	}
	return text, nil
}
