package datasets

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
)

// WriteTable writes rows, whose cells are in canonical text and the table's column order, as CSV that [ReadTable] reads
// back as the same rows. Free text that a spreadsheet would run as a formula gets an apostrophe before it, which
// reading takes off again. Columns that may be empty, and are so in every row, are written too: a file says what it
// could hold.
func WriteTable(w io.Writer, t Table, rows iter.Seq[[]string]) error {
	out := csv.NewWriter(w)
	if err := out.Write(t.Names()); err != nil {
		return fmt.Errorf("writing %s: %w", t.File, err)
	}
	record := make([]string, len(t.Columns))
	for cells := range rows {
		if len(cells) != len(record) {
			return fmt.Errorf("writing %s: a row has %d cells and not %d", t.File, len(cells), len(record))
		}
		for i, c := range cells {
			record[i] = c
			if t.Columns[i].Text {
				record[i] = Guard(c)
			}
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("writing %s: %w", t.File, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing %s: %w", t.File, err)
	}
	return nil
}

// WriteFile writes one table of the directory.
func (d *Directory) WriteFile(w io.Writer, file string) error {
	t, ok := TableFor(file)
	if !ok {
		return fmt.Errorf("%s is not a table of a market directory", file)
	}
	return WriteTable(w, t, func(yield func([]string) bool) {
		for _, cells := range d.Rows(file) {
			if !yield(cells) {
				return
			}
		}
	})
}

// Write writes the directory's tables that have rows, the required ones in any case, and its policy.yaml into a folder,
// which is made if need be. Reading it back gives the same content.
func (d *Directory) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // results are for others to read
		return fmt.Errorf("writing a market directory: %w", err)
	}
	for _, t := range tables {
		if d.Len(t.File) == 0 && !t.Required {
			continue
		}
		if err := d.writeTo(filepath.Join(dir, t.File), t.File); err != nil {
			return err
		}
	}
	if policy := d.PolicyYAML(); policy != nil {
		if err := os.WriteFile(filepath.Join(dir, PolicyFile), policy, 0o644); err != nil { //nolint:gosec // results are for others to read
			return fmt.Errorf("writing a market directory: %w", err)
		}
	}
	return nil
}

func (d *Directory) writeTo(name, file string) (err error) {
	f, err := os.Create(name) //nolint:gosec // the caller chose the folder
	if err != nil {
		return fmt.Errorf("writing a market directory: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("writing a market directory: %w", e)
		}
	}()
	return d.WriteFile(f, file)
}
