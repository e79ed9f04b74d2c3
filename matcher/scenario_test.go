package matcher_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

var update = flag.Bool("update", false, "write what the engine says today into the scenario files")

// scenarioFile is a market directory with a sentence that says what must happen and why, and what comes of it, in one file.
// It is meant to be read by somebody who knows the law and not the program.
type scenarioFile struct {
	path    string
	archive *txtar.Archive
}

// scenarioFiles runs a test for every scenario file of a directory that has a part of that name, and says how many there are.
func scenarioFiles(t *testing.T, pattern, part string, test func(t *testing.T, f *scenarioFile)) (names []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(paths) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f := &scenarioFile{path, archive}
		if f.index(part) < 0 {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		names = append(names, name)
		t.Run(name, func(t *testing.T) { test(t, f) })
	}
	return names
}

func (f *scenarioFile) index(part string) int {
	return slices.IndexFunc(f.archive.Files, func(x txtar.File) bool { return x.Name == part })
}

// part is the text of a part; "" where there is none.
func (f *scenarioFile) part(name string) string {
	if i := f.index(name); i >= 0 {
		return string(f.archive.Files[i].Data)
	}
	return ""
}

// directory reads the market directory of the file.
func (f *scenarioFile) directory(t *testing.T) *datasets.Directory {
	t.Helper()
	files := fstest.MapFS{}
	for _, x := range f.archive.Files {
		if strings.HasSuffix(x.Name, ".csv") || x.Name == datasets.PolicyFile || x.Name == datasets.ShortageFile {
			files[x.Name] = &fstest.MapFile{Data: x.Data}
		}
	}
	d, err := datasets.Read(files)
	if err != nil {
		t.Fatal(f.path, err)
	}
	return d
}

// market is the market of the file at its own level.
func (f *scenarioFile) market(t *testing.T) (*matcher.Market, matcher.Policy) {
	t.Helper()
	d := f.directory(t)
	m, err := d.Market(d.Level())
	if err != nil {
		t.Fatal(f.path, err)
	}
	return m, d.Policy()
}

// says holds what came out against what a part of the file says, or with -update writes it there.
func (f *scenarioFile) says(t *testing.T, part, got string) {
	t.Helper()
	i := f.index(part)
	if *update {
		f.archive.Files[i].Data = []byte(got)
		if err := os.WriteFile(f.path, txtar.Format(f.archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != f.part(part) {
		t.Errorf("%s\ngot\n%swant\n%s", f.archive.Comment, got, f.part(part))
	}
}

// want.txt is what comes out.
func TestScenariosEndAsTheirSentenceSays(t *testing.T) {
	scenarioFiles(t, "*.txtar", "want.txt", func(t *testing.T, f *scenarioFile) {
		m, p := f.market(t)
		f.says(t, "want.txt", outcome(match(t, m, p)))
	})
}

// outcome writes a result as a reader would say it: a line for each cell and side.
func outcome(r *matcher.Result) string {
	var b strings.Builder
	sum := func(ways matcher.ByWay, rest int64, restName string) string {
		var parts []string
		for w, n := range ways {
			if n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, matcher.Way(w)))
			}
		}
		return strings.Join(append(parts, fmt.Sprintf("%d %s", rest, restName)), " + ")
	}
	for _, g := range r.Gaps(r.Market.Level) {
		if g.Openings > 0 {
			fmt.Fprintf(&b, "%s %s: %d openings = %s\n", g.Region, g.Code, g.Openings, sum(g.Filled, g.Unfilled, "unfilled"))
		}
		if g.Workers > 0 {
			fmt.Fprintf(&b, "%s %s: %d workers = %s\n", g.Region, g.Code, g.Workers, sum(g.Placed, g.Unplaced, "unplaced"))
		}
	}
	fmt.Fprintf(&b, "value: %d PPP$ a year\n", r.Totals.Value)
	return b.String()
}
