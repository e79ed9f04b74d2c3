package main

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/intake"
)

// versionBefore finds the rows that a source had in its version before: those of a table or market directory that is
// named, else those of the same source in the market directory that the rows are to go into. It is nil where there is
// neither.
func versionBefore(cmd *cobra.Command, named, into string, l *intake.Layout) (intake.Before, error) {
	if named == "" {
		if into == "" || l.Source == "" {
			return nil, nil
		}
		return func(table string) iter.Seq2[[]string, error] {
			return ofSource(l.Source, table, tableRows(filepath.Join(into, table), table))
		}, nil
	}
	info, err := os.Stat(named)
	if err != nil {
		return nil, fmt.Errorf("read the version before: %w", err)
	}
	if info.IsDir() {
		return func(table string) iter.Seq2[[]string, error] { return tableRows(filepath.Join(named, table), table) }, nil
	}
	only := filepath.Base(named)
	if len(l.Tables) == 1 {
		only = l.Tables[0].File
	}
	if !slices.ContainsFunc(l.Tables, func(t intake.Target) bool { return t.File == only }) {
		return nil, usage(cmd, "--before %s: the layout fills several tables; name a file such as %s, or the market directory they are in", named, l.Tables[0].File)
	}
	return func(table string) iter.Seq2[[]string, error] {
		if table != only {
			return nil
		}
		return tableRows(named, table)
	}, nil
}

// errEnough ends the reading of a table of which no more is wanted.
var errEnough = errors.New("enough")

// tableRows walks the rows of a table on disk; nil where it is not there.
func tableRows(path, table string) iter.Seq2[[]string, error] {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return func(yield func([]string, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close() //nolint:errcheck // only read
		described, _ := datasets.TableFor(table)
		_, err = datasets.ReadTable(f, described, filepath.Base(path), func(_ int, cells []string) error {
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

// ofSource keeps the rows of one source, those that it was converted into included.
func ofSource(source, table string, rows iter.Seq2[[]string, error]) iter.Seq2[[]string, error] {
	described, _ := datasets.TableFor(table)
	at := slices.Index(described.Names(), "source")
	if rows == nil || at < 0 {
		return nil
	}
	return func(yield func([]string, error) bool) {
		for cells, err := range rows {
			if err == nil && cells[at] != source && !strings.HasPrefix(cells[at], source+"; converted ") {
				continue
			}
			if !yield(cells, err) || err != nil {
				return
			}
		}
	}
}
