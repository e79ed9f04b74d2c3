package matcher_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

var update = flag.Bool("update", false, "write what the engine says today into the scenario files")

// A scenario file is a market directory, a sentence that says what must happen and why, and want.txt, what comes out.
// It is meant to be read by somebody who knows the law and not the program.
func TestScenariosEndAsTheirSentenceSays(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			market, want := fstest.MapFS{}, -1
			for i, f := range archive.Files {
				if f.Name == "want.txt" {
					want = i
					continue
				}
				market[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			d, err := datasets.Read(market)
			if err != nil {
				t.Fatal(err)
			}
			m, err := d.Market(d.Level())
			if err != nil {
				t.Fatal(err)
			}
			got := outcome(match(t, m, d.Policy()))
			kept(t, file, archive, want, got)
		})
	}
}

// kept holds what came out against what a scenario file says, or with -update writes it there.
func kept(t *testing.T, file string, archive *txtar.Archive, want int, got string) {
	t.Helper()
	if *update {
		archive.Files[want].Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != string(archive.Files[want].Data) {
		t.Errorf("%s\ngot\n%swant\n%s", archive.Comment, got, archive.Files[want].Data)
	}
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
