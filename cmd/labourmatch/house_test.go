package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The tests in this file and in purity_test.go hold the house of docs/house.svg upright: who may import whom, what
// stands at the top level, how packages are named. They read the source files of the whole module and stand here because
// cmd is the one place that may know every other package.

// module is the name in go.mod; every import of our own begins with it.
const module = "labourmatch"

// root is the module's directory, seen from this package's.
const root = "../.."

// mayImport says for each part of the house which other parts it may import. A part is a directory with all below
// it that has no line of its own. Tests are free to import what they like.
var mayImport = map[string][]string{
	"matcher/flow":     {},
	"matcher/forecast": {},
	"matcher":          {"matcher/flow", "matcher/forecast"},

	"datasets/codes":     {"matcher"},
	"datasets/formats":   {},
	"datasets":           {"datasets/codes", "matcher", "matcher/flow", "matcher/forecast"},
	"datasets/demo":      {"datasets", "datasets/codes", "matcher"},
	"datasets/intake":    {"datasets", "datasets/codes", "datasets/formats", "matcher"},
	"datasets/synthetic": {"datasets", "datasets/codes", "matcher", "matcher/flow"},
	"datasets/report":    {"datasets", "datasets/codes", "datasets/formats", "datasets/intake", "matcher", "matcher/flow", "matcher/forecast"},

	"migrations": {},
	"api/store":  {"migrations", "datasets", "datasets/codes", "datasets/demo", "datasets/report", "matcher"},
	"api/runs": {
		"api/store", "datasets", "datasets/codes", "datasets/demo", "datasets/report",
		"matcher", "matcher/forecast",
	},
	"api/auth": {"api/store"},
	"api/web":  {"datasets/report", "matcher"},
	"api": {
		"api/auth", "api/runs", "api/store", "api/web", "datasets", "datasets/codes", "datasets/demo",
		"datasets/formats", "datasets/intake", "datasets/report", "matcher", "matcher/forecast", "migrations",
	},
	"cmd": {"*"},

	// The generator that makes the embedded tables of codes is a program of its own.
	"datasets/codes/gen": {"datasets/codes", "matcher"},
}

// onlyIn names the parts that may import an outside package (and those below it): one room for each concern.
var onlyIn = map[string][]string{
	"github.com/jmoiron/sqlx":             {"api/store"},
	"database/sql":                        {"api/store", "migrations"},
	"modernc.org/sqlite":                  {"api/store"},
	"github.com/lib/pq":                   {"api/store"},
	"github.com/pressly/goose":            {"migrations"},
	"github.com/gin-gonic/gin":            {"api"},
	"github.com/danielgtaylor/huma":       {"api"},
	"github.com/prometheus/client_golang": {"api", "api/runs", "api/store", "cmd"},
	"github.com/spf13/cobra":              {"cmd"},
	"github.com/caarlos0/env":             {"cmd"},
	"github.com/xuri/excelize":            {"datasets", "datasets/formats", "datasets/report"},
}

// atTop is everything that may stand at the top level beside dot-files and what .gitignore keeps out.
var atTop = []string{
	"api", "cmd", "datasets", "deploy", "docs", "matcher", "migrations",
	"CHANGELOG.md", "CONTRIBUTING.md", "Dockerfile", "LICENSE", "Makefile", "README.md", "go.mod", "go.sum",
}

// sourceFile is one parsed Go file of the module.
type sourceFile struct {
	dir, name string // slash-separated, relative to the module's root
	test      bool
	ast       *ast.File
}

// path is where the file is, for messages.
func (f sourceFile) path() string { return f.dir + "/" + f.name }

// fset holds the positions of all files that source has parsed.
var fset = token.NewFileSet()

// source parses every Go file of the module, once for all tests. Folders the go command ignores are left out.
var source = sync.OnceValues(func() ([]sourceFile, error) {
	var files []sourceFile
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
				name == "testdata" || name == "node_modules" || name == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return fmt.Errorf("parse %s: %w", rel, err)
		}
		files = append(files, sourceFile{
			dir:  filepath.ToSlash(filepath.Dir(rel)),
			name: name,
			test: strings.HasSuffix(name, "_test.go"),
			ast:  parsed,
		})
		return nil
	})
	return files, err
})

// house returns the module's files or ends the test.
func house(t *testing.T) []sourceFile {
	t.Helper()
	files, err := source()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no Go file found under " + root)
	}
	return files
}

// part returns the part of the house a directory belongs to: the longest line of mayImport that it begins with.
func part(dir string) (string, bool) {
	for at := dir; at != "." && at != ""; {
		if _, ok := mayImport[at]; ok {
			return at, true
		}
		cut := strings.LastIndexByte(at, '/')
		if cut < 0 {
			break
		}
		at = at[:cut]
	}
	return "", false
}

// imports lists what a file imports, unquoted.
func imports(f sourceFile) []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

// within says whether an import path is prefix or lies below it.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

func TestEveryPackageImportsOnlyWhatStandsBeforeIt(t *testing.T) {
	for _, f := range house(t) {
		from, known := part(f.dir)
		if !known {
			t.Errorf("%s: the house has no part for this directory; give it a line in mayImport", f.path())
			continue
		}
		if f.test {
			continue
		}
		for _, path := range imports(f) {
			dir, ours := strings.CutPrefix(path, module+"/")
			if !ours {
				continue
			}
			to, _ := part(dir)
			allowed := mayImport[from]
			if to != from && !slices.Contains(allowed, to) && !slices.Contains(allowed, "*") {
				t.Errorf("%s imports %s, but %s may import only %v", f.path(), path, from, allowed)
			}
		}
	}
}

func TestEachOutsidePartIsUsedInOneRoomOnly(t *testing.T) {
	for _, f := range house(t) {
		if f.test {
			continue
		}
		at, _ := part(f.dir)
		for _, path := range imports(f) {
			for outside, rooms := range onlyIn {
				if within(path, outside) && !slices.Contains(rooms, at) {
					t.Errorf("%s imports %s, which belongs in %v", f.path(), path, rooms)
				}
			}
		}
	}
}

func TestTheTopLevelHoldsOnlyWhatTheHouseNames(t *testing.T) {
	ignored := map[string]bool{}
	if text, err := os.ReadFile(filepath.Join(root, ".gitignore")); err == nil {
		for line := range strings.Lines(string(text)) {
			ignored[strings.Trim(strings.TrimSpace(line), "/")] = true
		}
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, ".") && !ignored[name] && !slices.Contains(atTop, name) {
			t.Errorf("%s stands at the top level, where only %v belong", name, atTop)
		}
	}
}

func TestNoPackageOrFileHasANameThatSaysNothing(t *testing.T) {
	empty := []string{"util", "utils", "common", "helper", "helpers", "misc", "models", "types", "base", "shared", "lib"}
	for _, f := range house(t) {
		for _, dir := range strings.Split(f.dir, "/") {
			if slices.Contains(empty, dir) {
				t.Errorf("%s: a directory named %q says nothing of what is in it", f.path(), dir)
			}
		}
		stem := strings.TrimSuffix(strings.TrimSuffix(f.name, ".go"), "_test")
		if slices.Contains(empty, stem) {
			t.Errorf("%s: a file named %q says nothing of what is in it", f.path(), stem)
		}
		if pkg := strings.TrimSuffix(f.ast.Name.Name, "_test"); slices.Contains(empty, pkg) {
			t.Errorf("%s: a package named %q says nothing of what is in it", f.path(), pkg)
		}
	}
}

func TestEveryPackageSaysInItsCommentWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range house(t) {
		if f.test {
			continue
		}
		documented[f.dir] = documented[f.dir] || f.ast.Doc != nil
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no file has a package comment", dir)
		}
	}
}
