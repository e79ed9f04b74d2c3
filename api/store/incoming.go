package store

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"labourmatch/datasets"
)

// Incoming takes in what a file was read into, row by row and finding by finding, until it is known whether it is to be
// stored. What is more than a few megabytes waits in files without names. Close lets go of them.
type Incoming struct {
	dir      string
	tables   []*spool // in the order of their files' names, in which they are stored
	findings *spool
}

// NewIncoming makes an Incoming with nothing in it.
func (s *Store) NewIncoming() *Incoming {
	return &Incoming{dir: s.options.SpoolDir, findings: &spool{dir: s.options.SpoolDir, table: findingsTable()}}
}

// findingsTable describes findings as a spool keeps them: as a table of text.
func findingsTable() datasets.Table {
	t := datasets.Table{File: "findings"}
	for _, name := range []string{"severity", "kind", "file", "line", "cell", "value", "figure", "times", "what", "hint"} {
		t.Columns = append(t.Columns, datasets.Column{Name: name})
	}
	return t
}

// Table makes sure that there is a dataset of the file, even if it gets no rows.
func (in *Incoming) Table(file string) error {
	_, err := in.of(file)
	return err
}

func (in *Incoming) of(file string) (*spool, error) {
	at := 0
	for ; at < len(in.tables) && in.tables[at].table.File <= file; at++ {
		if in.tables[at].table.File == file {
			return in.tables[at], nil
		}
	}
	table, _, err := tableOf(file)
	if err != nil {
		return nil, err
	}
	made := &spool{dir: in.dir, table: table}
	in.tables = append(in.tables[:at], append([]*spool{made}, in.tables[at:]...)...)
	return made, nil
}

// Row takes in a row of a table: a cell for every column, in their order, in canonical text, "" where there is none. The
// cells are not kept.
func (in *Incoming) Row(file string, cells []string) error {
	rows, err := in.of(file)
	if err != nil {
		return err
	}
	if len(cells) != len(rows.table.Columns) {
		return fmt.Errorf("store %s: a row of %d cells for %d columns", file, len(cells), len(rows.table.Columns))
	}
	return rows.add(cells)
}

// Find takes in a finding. What of its texts no database can keep is shown as �.
func (in *Incoming) Find(f Finding) error {
	text := func(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�") }
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return in.findings.add([]string{
		f.Severity, f.Kind, f.File, number(f.Line), text(f.Column), text(f.Value), number(f.Figure), number(f.Times), text(f.What), text(f.Hint),
	})
}

// Findings yields the findings taken in, in their order. It stops after the first error.
func (in *Incoming) Findings() iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		enough := errors.New("enough")
		err := in.findings.each(func(values []any) error {
			cells := make([]string, len(values))
			for i, v := range values {
				cells[i], _ = v.(string) // as they were put in
			}
			f := Finding{Severity: cells[0], Kind: cells[1], File: cells[2], Column: cells[4], Value: cells[5], What: cells[8], Hint: cells[9]}
			for _, n := range []struct {
				into *int64
				text string
			}{{&f.Line, cells[3]}, {&f.Figure, cells[6]}, {&f.Times, cells[7]}} {
				var err error
				if *n.into, err = strconv.ParseInt(n.text, 10, 64); err != nil {
					return err
				}
			}
			if !yield(f, nil) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(Finding{}, fmt.Errorf("read the findings again: %w", err))
		}
	}
}

// Rows is how many rows were taken in altogether.
func (in *Incoming) Rows() int64 {
	n := int64(0)
	for _, t := range in.tables {
		n += t.rows
	}
	return n
}

// datasets are the datasets that the tables would be.
func (in *Incoming) datasets(s *Store, n NewImport, at int64) ([]Dataset, error) {
	list := make([]Dataset, len(in.tables))
	for i, t := range in.tables {
		identity, err := t.identity()
		if err != nil {
			return nil, err
		}
		list[i] = Dataset{
			ID: s.options.NewID(), File: t.table.File, Name: n.Name, SHA256: identity, Owner: n.Owner, Visibility: n.Visibility,
			Rows: t.rows, Bytes: t.bytes, Created: time.UnixMicro(at).UTC(), State: DatasetCurrent,
		}
		if n.Name == "" {
			list[i].Name = t.table.File
		}
	}
	return list, nil
}

// Close lets go of the files.
func (in *Incoming) Close() error {
	errs := []error{in.findings.close()}
	for _, t := range in.tables {
		errs = append(errs, t.close())
	}
	return errors.Join(errs...)
}
