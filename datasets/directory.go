package datasets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"

	"labourmatch/matcher"
)

// Directory is the content of a market directory: the rows of its tables in canonical text, and its policy. It is
// filled from a folder by [Read], or from anywhere else by Add and SetPolicy. Once filled it is only read, and may then
// be used from several goroutines.
type Directory struct {
	tables   map[string]*rowSet
	settings Settings
	shortage *matcher.ShortageRule // of shortage.yaml; nil where there is none
	ignored  []string              // files of the folder that are no part of a market directory
	words    map[string]string
}

type rowSet struct {
	table Table
	rows  [][]string
	lines []int32
}

// NewDirectory is an empty directory with the default policy.
func NewDirectory() *Directory {
	return &Directory{tables: map[string]*rowSet{}, settings: DefaultSettings(), words: map[string]string{}}
}

// Read reads a market directory: every table that is there, and policy.yaml. If anything in it is wrong, the error is a
// [*Problems] over all files at once, also with what only shows between files; see [Directory.Check]. Other errors are
// those of the file system.
func Read(fsys fs.FS) (*Directory, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("reading the market directory: %w", err)
	}
	d, problems := NewDirectory(), &Problems{}
	faulty := map[string]bool{}
	present := map[string]bool{}
	for _, e := range entries {
		present[e.Name()] = !e.IsDir()
	}
	for _, t := range Tables() {
		if !present[t.File] {
			continue
		}
		var bad *Problems
		if err := d.readFile(fsys, t); errors.As(err, &bad) {
			problems.addAll(bad)
			faulty[t.File] = true
		} else if err != nil {
			return nil, err
		}
	}
	if present[PolicyFile] {
		data, err := readLimited(fsys, PolicyFile, maxPolicy+1)
		if err != nil {
			return nil, err
		}
		var bad *Problems
		if err := d.SetPolicy(data); errors.As(err, &bad) {
			problems.addAll(bad)
		} else if err != nil {
			return nil, err
		}
	}
	if present[ShortageFile] {
		if err := d.readShortage(fsys, problems); err != nil {
			return nil, err
		}
	}
	d.strangers(entries, present, problems)
	d.check(problems, faulty)
	if err := problems.asError(); err != nil {
		return nil, err
	}
	return d, nil
}

func readLimited(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the market directory: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return data, nil
}

func (d *Directory) readFile(fsys fs.FS, t Table) error {
	f, err := fsys.Open(t.File)
	if err != nil {
		return fmt.Errorf("reading the market directory: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	set := d.set(t)
	lim := usualLimits()
	lim.rows = MaxLoaded
	_, err = readTable(f, t, t.File, lim, func(line int, cells []string) error {
		d.keep(set, line, cells)
		return nil
	})
	return err
}

// strangers looks at files that are no part of a market directory: a name that is nearly right is a problem, since its
// content would be left out in silence; any other CSV file is remembered for the notes.
func (d *Directory) strangers(entries []fs.DirEntry, present map[string]bool, problems *Problems) {
	names := []string{PolicyFile, ShortageFile}
	for _, t := range Tables() {
		names = append(names, t.File)
	}
	for _, e := range entries {
		name := e.Name()
		ext := strings.ToLower(path.Ext(name))
		if e.IsDir() || slices.Contains(names, name) || ext != ".csv" && ext != ".yaml" && ext != ".yml" {
			continue
		}
		if near := nearName(name, names); near != "" && !present[near] {
			problems.add(Problem{File: name, What: "is not a file of a market directory", Hint: "Did you mean " + near + "?"})
			continue
		}
		d.ignored = append(d.ignored, name)
	}
}

func (d *Directory) set(t Table) *rowSet {
	s := d.tables[t.File]
	if s == nil {
		s = &rowSet{table: t}
		d.tables[t.File] = s
	}
	return s
}

// keep stores a row. Equal cells share one string, so that a row does not keep the text of its line alive.
func (d *Directory) keep(s *rowSet, line int, cells []string) {
	row := make([]string, len(cells))
	for i, c := range cells {
		if c == "" {
			continue
		}
		w, ok := d.words[c]
		if !ok {
			w = strings.Clone(c)
			d.words[w] = w
		}
		row[i] = w
	}
	s.rows = append(s.rows, row)
	s.lines = append(s.lines, int32(line)) //nolint:gosec // lines of a file of MaxLoaded rows
}

// Add takes in the rows of a table whose cells are in the table's column order, as [ReadTable] hands them out, such as
// rows from the database. They are checked as those of a file are; the error is a [*Problems] if any is wrong, and
// otherwise the first error of rows. Rows are numbered from 2, as if below a header.
func (d *Directory) Add(file string, rows iter.Seq2[[]string, error]) (err error) {
	t, ok := TableFor(file)
	if !ok {
		return fmt.Errorf("%s is not a table of a market directory", file)
	}
	problems := &Problems{}
	reader, set := newRowReader(t, file, problems, usualLimits()), d.set(t)
	defer func() { err = closing(err, reader.close) }()
	line := 1
	for cells, err := range rows {
		if err != nil {
			return fmt.Errorf("rows of %s: %w", file, err)
		}
		line++
		if line > MaxLoaded+1 {
			problems.add(tooMany(file, line, MaxLoaded))
			break
		}
		if cells, ok := reader.stored(line, cells); ok {
			d.keep(set, line, cells)
		}
	}
	_, err = reader.sum()
	return err
}

// SetPolicy reads a policy.yaml, or the same as JSON; see [ReadPolicy].
func (d *Directory) SetPolicy(data []byte) error {
	s, err := ReadPolicy(data, PolicyFile)
	if err != nil {
		return err
	}
	d.settings = s
	return nil
}

// Settings are what policy.yaml states, or the defaults.
func (d *Directory) Settings() Settings {
	s := d.settings
	s.Given = slices.Clone(s.Given)
	return s
}

// Policy is the engine's policy: policy.yaml over the defaults.
func (d *Directory) Policy() matcher.Policy { return d.settings.Policy }

// PolicyYAML is the canonical text of what policy.yaml states; nil where there is none or it states nothing.
func (d *Directory) PolicyYAML() []byte {
	if len(d.settings.Given) == 0 {
		return nil
	}
	data, err := WritePolicy(d.settings)
	if err != nil {
		panic("datasets: settings that were read cannot be written: " + err.Error())
	}
	return data
}

// Rows walks the rows of a table: the line each had in its file and its cells in canonical text and the table's column
// order. The cells are the directory's own and must not be changed.
func (d *Directory) Rows(file string) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		s := d.tables[file]
		if s == nil {
			return
		}
		for i, row := range s.rows {
			if !yield(int(s.lines[i]), row) {
				return
			}
		}
	}
}

// Len is the number of rows of a table.
func (d *Directory) Len(file string) int {
	if s := d.tables[file]; s != nil {
		return len(s.rows)
	}
	return 0
}

// Hash is the identity of the whole content: of every row of every table, whatever their order, and of what
// policy.yaml states. It is computed anew at each call.
func (d *Directory) Hash() string {
	var all Hasher
	for _, t := range Tables() {
		if s := d.tables[t.File]; s != nil {
			for _, row := range s.rows {
				all.Add(t, row)
			}
		}
	}
	if policy := d.PolicyYAML(); policy != nil {
		all.Add(Table{File: PolicyFile, Columns: []Column{{Name: "text"}}}, []string{string(policy)})
	}
	d.hashShortage(&all)
	sum, _ := all.Sum() // only a file can fail, and this hasher has none
	return sum
}
