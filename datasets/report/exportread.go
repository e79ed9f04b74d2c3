package report

import (
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"

	"labourmatch/datasets"
)

// ExportTables lists what [ReadExport] can export: tables of results, then those of a market.
func ExportTables() []string {
	var names []string
	for _, x := range resultTables() {
		names = append(names, x.Name)
	}
	for _, t := range datasets.Tables() {
		names = append(names, strings.TrimSuffix(t.File, ".csv"))
	}
	return names
}

// ReadExport is the export of a table of a report directory, or of a market directory, which has no results. Rows of results are as
// the directory has them: [Verify] says whether they hold. Rows of a market are checked as they are read; what is wrong with
// them comes as a [*datasets.Problems] when the export is written.
func ReadExport(dir fs.FS, table string) (*Export, error) {
	var r *Report
	var about []ExportNote
	document, err := fs.ReadFile(dir, jsonFile)
	results := !errors.Is(err, fs.ErrNotExist)
	if results && err == nil {
		about = []ExportNote{{partTable, "report", fmt.Sprintf("SHA-256 of its %s: %x", jsonFile, sha256.Sum256(document))}}
		r, err = ReadJSON(document)
	}
	if results && err != nil {
		return nil, fmt.Errorf("export %s: %w", table, err)
	}
	file := table + ".csv"
	if slices.ContainsFunc(resultTables(), func(x Export) bool { return x.Name == table }) {
		if !results {
			return nil, fmt.Errorf("export %s: this is no report directory, and only those have results; labourmatch match makes one of a market", table)
		}
		x, err := r.Export(table, nil, about...)
		if err != nil {
			return nil, err
		}
		x.Rows = csvRows(dir, file, x.Columns)
		return x, absent(dir, file)
	}
	t, ok := datasets.TableFor(file)
	if !ok {
		return nil, fmt.Errorf("export %s: there is no such table; there are %s", table, strings.Join(ExportTables(), ", "))
	}
	if results {
		file = path.Join(inputsDir, file)
		about = append(about, ExportNote{partTable, "run", r.Title}, ExportNote{partTable, "program", "labourmatch " + r.Engine})
	}
	return ExportOf(t, tableRows(dir, file, t), about...), absent(dir, file)
}

// absent is an error where a directory lacks a file.
func absent(dir fs.FS, name string) error {
	if _, err := fs.Stat(dir, name); err != nil {
		return fmt.Errorf("the directory has no %s: %w", name, err)
	}
	return nil
}

// csvRows are the rows of a table of results as its file has them.
func csvRows(dir fs.FS, name string, columns []ExportColumn) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		f, err := dir.Open(name)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close() //nolint:errcheck // only read
		in := csv.NewReader(f)
		in.ReuseRecord = true
		head, err := in.Read()
		if err == nil && !slices.EqualFunc(head, columns, func(h string, c ExportColumn) bool { return h == c.Name }) {
			err = fmt.Errorf("%s has other columns than this program writes; labourmatch verify says what is wrong", name)
		}
		for err == nil {
			var row []string
			if row, err = in.Read(); err == nil && !yield(row, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(nil, err)
		}
	}
}

// errEnough says that no more rows are wanted.
var errEnough = errors.New("enough")

// tableRows are the rows of a table of a market, in canonical text.
func tableRows(dir fs.FS, name string, t datasets.Table) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		f, err := dir.Open(name)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close() //nolint:errcheck // only read
		_, err = datasets.ReadTable(f, t, name, func(_ int, cells []string) error {
			if !yield(cells, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}
