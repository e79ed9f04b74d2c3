package datasets

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Appender adds rows to the tables of a market directory on disk, all of them or none: rows wait in a file beside, and
// only [Appender.Commit] puts each table with what it had and what is new in the place of the old one.
type Appender struct {
	dir    string
	staged map[string]*stagedTable
	order  []string
}

type stagedTable struct {
	table Table
	file  *os.File
	out   *csv.Writer
	rows  int64
}

// NewAppender is an appender to a directory, which is made if it is not there.
func NewAppender(dir string) (*Appender, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a market is for others to read
		return nil, fmt.Errorf("adding to a market directory: %w", err)
	}
	return &Appender{dir: dir, staged: map[string]*stagedTable{}}, nil
}

// Add stages a row of a table, in canonical text and the table's column order.
func (a *Appender) Add(file string, cells []string) error {
	s := a.staged[file]
	if s == nil {
		table, ok := TableFor(file)
		if !ok {
			return fmt.Errorf("%s is not a table of a market directory", file)
		}
		f, err := os.CreateTemp(a.dir, ".staged-*")
		if err != nil {
			return fmt.Errorf("adding to %s: %w", file, err)
		}
		s = &stagedTable{table: table, file: f, out: csv.NewWriter(f)}
		a.staged[file], a.order = s, append(a.order, file)
	}
	s.rows++
	if err := s.out.Write(cells); err != nil {
		return fmt.Errorf("adding to %s: %w", file, err)
	}
	return nil
}

// Appended is what became of one table.
type Appended struct {
	File       string
	Rows, Were int64 // rows now and before
}

// Commit writes the tables with the rows they had and those added. If anything is wrong with the outcome, two rows for
// the same above all, the error is a [*Problems] and no file is changed.
func (a *Appender) Commit() (_ []Appended, err error) {
	var out []Appended
	var parts []string
	defer func() {
		for _, p := range parts {
			if e := os.Remove(p); e != nil && !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, fmt.Errorf("adding to a market directory: %w", e))
			}
		}
	}()
	problems := &Problems{}
	for _, file := range a.order {
		part := filepath.Join(a.dir, "."+file+".part")
		parts = append(parts, part)
		done, err := a.merge(a.staged[file], part)
		var bad *Problems
		if errors.As(err, &bad) {
			problems.addAll(bad)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("adding to %s: %w", file, err)
		}
		out = append(out, done)
	}
	if err := problems.asError(); err != nil {
		return nil, err
	}
	for i, file := range a.order {
		if err := os.Rename(parts[i], filepath.Join(a.dir, file)); err != nil {
			return nil, fmt.Errorf("adding to %s: %w", file, err)
		}
	}
	return out, nil
}

// merge writes one table into a file beside it: the rows that are there, then those staged.
func (a *Appender) merge(s *stagedTable, part string) (done Appended, err error) {
	s.out.Flush()
	if err := s.out.Error(); err != nil {
		return done, err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return done, err
	}
	out, err := os.Create(part) //nolint:gosec // beside the table, in the caller's directory
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	done.File = s.table.File
	check := NewChecker(s.table, s.table.File)
	defer check.Discard() //nolint:errcheck // what it could still say is of a merge that failed
	var broken error
	err = WriteTable(out, s.table, func(yield func([]string) bool) {
		line := 1
		row := func(cells []string) error {
			line++
			if cells, ok := check.Row(line, cells); ok && !yield(cells) {
				return io.ErrShortWrite
			}
			return nil
		}
		if done.Were, broken = a.present(s.table, row); broken == nil {
			broken = s.each(row)
		}
	})
	if err := errors.Join(broken, err); err != nil {
		return done, err
	}
	_, err = check.Close()
	done.Rows = done.Were + s.rows
	return done, err
}

// present hands on the rows that a table has already.
func (a *Appender) present(t Table, row func([]string) error) (int64, error) {
	f, err := os.Open(filepath.Join(a.dir, t.File))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // only read
	summary, err := ReadTable(f, t, t.File, func(_ int, cells []string) error { return row(cells) })
	return summary.Rows, err
}

// each hands on the rows staged.
func (s *stagedTable) each(row func([]string) error) error {
	in := csv.NewReader(s.file)
	in.ReuseRecord = true
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := row(cells); err != nil {
			return err
		}
	}
}

// Close removes what is staged; after a Commit it leaves the tables as they are.
func (a *Appender) Close() error {
	var errs []error
	for _, s := range a.staged {
		errs = append(errs, s.file.Close(), os.Remove(s.file.Name()))
	}
	a.staged, a.order = map[string]*stagedTable{}, nil
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("adding to a market directory: %w", err)
	}
	return nil
}
