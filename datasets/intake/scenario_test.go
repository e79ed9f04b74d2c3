package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
)

var update = flag.Bool("update", false, "rewrite what the scenario files say comes out")

// Every file of testdata is a source in the shape in which it is published, the layout it is read by (its id, or a
// layout of its own), and what comes out: the tables, and the findings.
func TestSourcesAreReadAsTheScenarioFilesSay(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no scenario files", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			file, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string][]byte{}
			for _, f := range file.Files {
				parts[f.Name] = f.Data
			}
			layout := layoutOf(t, file, parts)
			got := outcome(t, layout, parts)
			want := txtar.Archive{Comment: file.Comment}
			for _, f := range file.Files {
				if f.Name == "source" || f.Name == "layout.yaml" || strings.HasPrefix(f.Name, "before/") {
					want.Files = append(want.Files, f)
				}
			}
			want.Files = append(want.Files, got...)
			text := txtar.Format(&want)
			if *update {
				if err := os.WriteFile(name, text, 0o644); err != nil { //nolint:gosec // read by people
					t.Fatal(err)
				}
				return
			}
			if old, _ := os.ReadFile(name); !bytes.Equal(old, text) {
				t.Errorf("what comes out is not what the file says; with -update it is written.\n%s", text)
			}
		})
	}
}

// layoutOf is the layout a scenario file has, or names in a line "layout: id" of its comment.
func layoutOf(t *testing.T, file *txtar.Archive, parts map[string][]byte) *Layout {
	t.Helper()
	if data := parts["layout.yaml"]; data != nil {
		return mustLayout(t, string(data))
	}
	for line := range strings.Lines(string(file.Comment)) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "layout: "); ok {
			l, ok := ReadyByID(id)
			if !ok {
				t.Fatalf("no layout %q is ready", id)
			}
			return l
		}
	}
	t.Fatal("the file names no layout")
	return nil
}

func mustLayout(t fataler, text string) *Layout {
	t.Helper()
	l, err := ReadLayout([]byte(text), "layout.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// open opens a source held in memory as the layout declares it.
func open(t fataler, l *Layout, data []byte) *formats.Document {
	t.Helper()
	o := formats.Options{}
	if l != nil {
		o = l.Declared(o)
	}
	doc, err := formats.Open(context.Background(), formats.File{Name: "source", Content: bytes.NewReader(data), Size: int64(len(data))}, o)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// outcome is what a source becomes: the coded columns and figures of each table, and the findings.
func outcome(t *testing.T, l *Layout, parts map[string][]byte) []txtar.File {
	t.Helper()
	tables := map[string]*bytes.Buffer{}
	to := Reading{Before: func(table string) iter.Seq2[[]string, error] {
		if data := parts["before/"+table]; data != nil {
			return rowsOf(t, table, data)
		}
		return nil
	}}
	if data := parts["before/layout.yaml"]; data != nil {
		to.LayoutBefore = mustLayout(t, string(data))
	}
	to.Row = func(table string, _ int, cells []string) error {
		described, _ := datasets.TableFor(table)
		if tables[table] == nil {
			tables[table] = &bytes.Buffer{}
		}
		var kept []string
		for i, c := range described.Columns {
			if !slices.Contains([]string{"source", "date", "licence"}, c.Name) && cells[i] != "" {
				kept = append(kept, c.Name+" "+cells[i])
			}
		}
		fmt.Fprintln(tables[table], strings.Join(kept, ", "))
		return nil
	}
	quality, err := l.Read(context.Background(), open(t, l, parts["source"]), to)
	if err != nil {
		return []txtar.File{{Name: "error", Data: []byte(err.Error() + "\n")}}
	}
	var out []txtar.File
	for _, filled := range quality.Tables {
		text := fmt.Sprintf("%d rows, %s of %s\n", filled.Rows, grouped(filled.Written), grouped(filled.Read))
		if b := tables[filled.Table]; b != nil {
			text += b.String()
		}
		out = append(out, txtar.File{Name: filled.Table, Data: []byte(text)})
	}
	var findings bytes.Buffer
	for _, f := range quality.Findings {
		fmt.Fprintf(&findings, "%s %s %s row %d %s %q: %s", f.Severity, f.Kind, f.Table, f.Row, f.Column, f.Value, f.What)
		if f.Times > 1 {
			fmt.Fprintf(&findings, ", %d times", f.Times)
		}
		if f.Figure != 0 {
			fmt.Fprintf(&findings, ", %s", grouped(f.Figure))
		}
		findings.WriteString(".\n")
	}
	return append(out, txtar.File{Name: "findings", Data: findings.Bytes()})
}

// rowsOf are the rows of a table of the version before, in the few columns a scenario file gives them.
func rowsOf(t *testing.T, table string, data []byte) iter.Seq2[[]string, error] {
	t.Helper()
	described, _ := datasets.TableFor(table)
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func([]string, error) bool) {
		cells := make([]string, len(described.Columns))
		for _, row := range rows[1:] {
			clear(cells)
			for i, name := range rows[0] {
				cells[slices.Index(described.Names(), name)] = row[i]
			}
			if !yield(cells, nil) {
				return
			}
		}
	}
}

func TestFindingsAreWrittenAsASpreadsheetCanRead(t *testing.T) {
	var b bytes.Buffer
	out, err := NewFindingWriter(&b, datasets.Guard)
	if err != nil {
		t.Fatal(err)
	}
	f := Finding{Severity: Warning, Kind: Unmapped, Value: "=1+1", Figure: 1_500_000, Times: 2, What: "is, odd"}
	if err := errors.Join(out.Write(f), out.Close()); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"warning", "unmapped", "", "", "", "'=1+1", "1.5", "2", "is, odd", ""}; len(rows) != 2 || !slices.Equal(rows[1], want) {
		t.Errorf("%q, want %q", rows, want)
	}
}

// fataler is a test, also one of a property.
type fataler interface {
	Helper()
	Fatal(args ...any)
}
