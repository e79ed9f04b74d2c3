package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labourmatch/datasets/synthetic"
)

// The program behind make bench-peers is outside the module's packages; these tests build it and have it measure the
// smallest sizes.

func TestThePeersAreMeasuredIntoATableBetweenItsMarks(t *testing.T) {
	if _, err := exec.LookPath("dimacs-solver"); err != nil {
		t.Skip("no dimacs-solver; apt-get install liblemon-utils")
	}
	got := peersTable(t, "peers")
	wants(t, got, "before\n<!-- peers -->\n| order", "<!-- /peers -->\nafter\n")
	for _, order := range []string{"value", "fill-first", "home-first"} {
		wants(t, got, "\n| "+order+", 0.4, S |", "\n| "+order+", 1.2, S |")
	}
}

func TestGeneralNetworksAreMeasuredAgainstBothMethodsOfLEMON(t *testing.T) {
	if _, err := exec.LookPath("dimacs-solver"); err != nil {
		t.Skip("no dimacs-solver; apt-get install liblemon-utils")
	}
	if _, err := exec.LookPath("g++"); err != nil {
		t.Skip("no g++; apt-get install g++ liblemon-dev")
	}
	headers := exec.CommandContext(t.Context(), "g++", "-E", "-x", "c++", "-")
	headers.Stdin = strings.NewReader("#include <lemon/cost_scaling.h>\n")
	if err := headers.Run(); err != nil {
		t.Skip("no headers of LEMON; apt-get install g++ liblemon-dev")
	}
	got := peersTable(t, "general")
	wants(t, got, "before\n<!-- general -->\n| family", "<!-- /general -->\nafter\n", " The ratio in the median: ")
	for _, family := range synthetic.Families() {
		wants(t, got, "\n| "+string(family)+", S |")
	}
}

func TestWhatIfsAreMeasuredAgainstASolveFromNothing(t *testing.T) {
	if _, err := exec.LookPath("dimacs-solver"); err != nil {
		t.Skip("no dimacs-solver; apt-get install liblemon-utils")
	}
	got := peersTable(t, "what-if")
	wants(t, got, "before\n<!-- what-if -->\n| market", "<!-- /what-if -->\nafter\n")
	for _, market := range []string{"S, home-first", "S, value"} {
		wants(t, got, "\n| "+market+" | none: from nothing |", "\n| "+market+" | a corridor closed | 21 |",
			"\n| "+market+" | all workers halved | 3 |")
	}
}

// peersTable has a table measured in size S and is the document it went into.
func peersTable(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	sources, err := filepath.Glob(filepath.Join(root, ".ci/peers/*.go"))
	if err != nil || len(sources) == 0 {
		t.Fatal("no .ci/peers:", err)
	}
	peers := filepath.Join(dir, "peers")
	args := []string{"build", "-o", peers}
	for _, s := range sources {
		args = append(args, ".ci/peers/"+filepath.Base(s))
	}
	build := exec.CommandContext(t.Context(), "go", args...)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	document := filepath.Join(dir, "performance.md")
	if err := os.WriteFile(document, []byte("before\n<!-- "+name+" -->\nold\n<!-- /"+name+" -->\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(programIn(t), "labourmatch")
	run := exec.CommandContext(t.Context(), peers, "-program", program, "-sizes", "S", "-tables", name, "-into", document)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "old") {
		t.Error("the old table is still there")
	}
	return string(text)
}

func wants(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, want := range parts {
		if !strings.Contains(got, want) {
			t.Errorf("the document has no %q:\n%s", want, got)
		}
	}
}
