package main_test

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What the documents say is held against what is so. "go test ./cmd/labourmatch -update" rewrites the parts that are
// made by the program: the first screen in README.md and the tables of docs/data-sources.md.

// The flag may be another test file's as well: whoever comes first registers it.
var _ = func() bool {
	if flag.Lookup("update") == nil {
		flag.Bool("update", false, "rewrite the files that are made by the program")
	}
	return true
}()

// updating says whether -update was given.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// read returns a file of the module, by its path from the module's root.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// keep compares a file with what it should be, or writes it with -update.
func keep(t *testing.T, name, want string) {
	t.Helper()
	if updating() {
		if err := os.WriteFile(filepath.Join(root, name), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got := strings.Split(read(t, name), "\n")
	for i, line := range strings.Split(want, "\n") {
		if i >= len(got) || got[i] != line {
			is := "nothing"
			if i < len(got) {
				is = fmt.Sprintf("%q", got[i])
			}
			t.Fatalf("%s is not what the program makes today; go test ./cmd/labourmatch -update writes it.\n"+
				"line %d is      %s\nit should be %q", name, i+1, is, line)
		}
	}
	if n := strings.Count(want, "\n") + 1; len(got) > n {
		t.Fatalf("%s has %d lines too many; go test ./cmd/labourmatch -update writes it", name, len(got)-n)
	}
}

// between returns text with what stands between the two marks (both stay) replaced by made.
func between(t *testing.T, text, from, to, made string) string {
	t.Helper()
	before, rest, ok1 := strings.Cut(text, from)
	_, after, ok2 := strings.Cut(rest, to)
	if !ok1 || !ok2 {
		t.Fatalf("the marks %q and %q are not both there", from, to)
	}
	return before + from + made + to + after
}

// program builds labourmatch as make does and returns where it is.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "labourmatch")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-o", path, "./cmd/labourmatch")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// output runs the program as a new user would, in a directory of its own with an empty home, and returns what it prints.
func output(t *testing.T, path, dir string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var stderr strings.Builder
	run := exec.CommandContext(ctx, path, args...)
	run.Dir = dir
	run.Env = []string{"HOME=" + t.TempDir()}
	run.Stderr = &stderr
	out, err := run.Output()
	if err != nil {
		t.Fatalf("labourmatch %s: %v\n%s%s", strings.Join(args, " "), err, stderr.String(), out)
	}
	return string(out)
}

func TestREADMEShowsTheProgramsFirstScreenOfToday(t *testing.T) {
	report := output(t, program(t), t.TempDir(), "demo", "--once")
	for i, line := range strings.Split(report, "\n") {
		if n := len([]rune(line)); n > 80 {
			t.Errorf("line %d of the report has %d columns, more than 80: %s", i+1, n, line)
		}
	}
	keep(t, "README.md", between(t, read(t, "README.md"), "<!-- the first screen -->\n", "<!-- its end -->",
		"```console\n$ make demo\n"+firstScreen(report)+"```\n"))
}

// readmesMarket writes the market that README.md shows into my-market.
func (p *place) readmesMarket(t *testing.T) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(p.dir, "my-market"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(read(t, "README.md"), "$ cat my-market/")
	rest, _, found := strings.Cut(rest, "$ bin/labourmatch match my-market -o my-report\n")
	if !found {
		t.Fatal("README.md does not show how a market of one's own is matched")
	}
	for _, file := range strings.Split(rest, "$ cat my-market/") {
		name, text, _ := strings.Cut(file, "\n")
		p.write(t, filepath.Join("my-market", name), text)
	}
}

func TestREADMEsOwnMarketCanBeMatchedAndVerified(t *testing.T) {
	p := newPlace(t)
	p.readmesMarket(t)
	if said := p.must(t, "match", "my-market", "-o", "my-report").out; !strings.Contains(said, "Berlin  →  Bayern     300") {
		t.Errorf("the README's market does not move the 300 nurses of Berlin to Bayern:\n%s", said)
	}
	p.must(t, "verify", "my-report")
}

// firstScreen is the report up to the end of the section that line 45 falls in.
func firstScreen(report string) string {
	lines := strings.SplitAfter(report, "\n")
	for i, line := range lines {
		if i >= 45 && strings.TrimSpace(line) == "" {
			return strings.Join(lines[:i], "") + "…\n"
		}
	}
	return report
}

func TestEveryPublishedFigureHasItsSourceInTheDocuments(t *testing.T) {
	var made strings.Builder
	made.WriteString("\n## Code lists, fits and skill shares\n\nEmbedded in `datasets/codes`.\n\n" +
		"| Table | Publication | Publisher | Version | Licence | What was taken |\n|---|---|---|---|---|---|\n")
	for _, r := range table(t, "datasets/codes/tables/sources.csv") {
		fmt.Fprintf(&made, "| %s | %s | %s | %s, %s | %s | %s |\n", r["table"], linked(r["title"], r["url"]),
			cell(r["publisher"]), cell(r["version"]), cell(r["date"]), cell(r["licence"]), cell(r["note"]))
	}
	made.WriteString("\n## The demo's market\n\nEmbedded in `datasets/demo`; every row of it names one of these.\n\n" +
		"| Id | Publication | Publisher | Date | Licence | Note |\n|---|---|---|---|---|---|\n")
	for _, r := range table(t, "datasets/demo/tables/sources.csv") {
		fmt.Fprintf(&made, "| %s | %s | %s | %s | %s | %s |\n", r["id"], linked(r["title"], r["url"]),
			cell(r["publisher"]), cell(r["date"]), cell(r["licence"]), cell(r["note"]))
	}
	made.WriteString("\n")
	doc := read(t, "docs/data-sources.md")
	keep(t, "docs/data-sources.md", between(t, doc, "<!-- made from the tables -->\n", "<!-- end -->", made.String()))
}

// table reads a CSV file with a header into one map a row.
func table(t *testing.T, name string) (rows []map[string]string) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(read(t, name))).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// cell writes text into a cell of a Markdown table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// linked is text as a link, where there is somewhere to go.
func linked(text, url string) string {
	if url == "" {
		return cell(text)
	}
	return "[" + cell(text) + "](" + url + ")"
}

// documents lists the Markdown files of the module.
func documents(t *testing.T) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			names = append(names, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestEveryLinkInTheDocumentsLeadsSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, name := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}

func TestEveryMakeTargetTheDocumentsNameExists(t *testing.T) {
	makefile := read(t, "Makefile")
	named := regexp.MustCompile("(?:^|[`$ ])make ([a-z][a-z-]+)[` \n]")
	for _, name := range documents(t) {
		code := regexp.MustCompile("(?s)```.*?```|`[^`\n]+`").FindAllString(read(t, name), -1)
		for _, m := range named.FindAllStringSubmatch(strings.Join(code, "\n"), -1) {
			if !regexp.MustCompile(`(?m)^` + m[1] + `:`).MatchString(makefile) {
				t.Errorf("%s names make %s, which the Makefile does not have", name, m[1])
			}
		}
	}
}

func TestTheDrawingOfTheHouseShowsEveryRoom(t *testing.T) {
	drawing := read(t, "docs/house.svg")
	for room := range mayImport {
		name := room[strings.LastIndexByte(room, '/')+1:]
		if name != "gen" && !strings.Contains(drawing, `font-weight="700">`+name+"<") {
			t.Errorf("docs/house.svg does not show %s", room)
		}
	}
}

func TestProgramsTheTestsLookForAreThoseReportedAsMissingAndInstalledByCI(t *testing.T) {
	need, ci := read(t, ".ci/need"), read(t, ".ci/run")
	debian := map[string]string{ // program -> the package that has it
		"dimacs-solver": "liblemon-utils", "g++": "liblemon-dev", "glpsol": "glpk-utils", "clp": "coinor-clp",
		"curl": "curl", "initdb": "postgresql", "chromium": "chromium", "ssconvert": "gnumeric", "promtool": "prometheus",
	}
	wanted := map[string]bool{}
	for _, f := range house(t) {
		if !f.test && !forTests(f) {
			continue
		}
		looks := false
		calls(f, func(pkg, name string, _ token.Pos) { looks = looks || pkg == "os/exec" && name == "LookPath" })
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && looks {
				if pack := debian[strings.Trim(lit.Value, `"`)]; pack != "" {
					wanted[pack] = true
				}
			}
			return true
		})
	}
	for _, pack := range debian {
		word := regexp.MustCompile(`[( ]` + pack + `[ )]`)
		if named := word.MatchString(need); named != wanted[pack] {
			t.Errorf("a test looks for a program of %s: %t; .ci/need names it: %t", pack, wanted[pack], named)
		}
		if named := word.MatchString(ci); named != wanted[pack] {
			t.Errorf("a test looks for a program of %s: %t; .ci/run installs it: %t", pack, wanted[pack], named)
		}
	}
}
