package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The program behind make bench-peers is a single file outside the module's packages; this test builds it and has it
// measure the smallest market.
func TestThePeersAreMeasuredIntoATableBetweenItsMarks(t *testing.T) {
	if _, err := exec.LookPath("dimacs-solver"); err != nil {
		t.Skip("no dimacs-solver; apt-get install liblemon-utils")
	}
	dir := t.TempDir()
	peers := filepath.Join(dir, "peers")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", peers, ".ci/peers/main.go")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	document := filepath.Join(dir, "performance.md")
	if err := os.WriteFile(document, []byte("before\n<!-- peers -->\nold\n<!-- /peers -->\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(programIn(t), "labourmatch")
	if out, err := exec.CommandContext(t.Context(), peers, "-program", program, "-sizes", "S", "-into", document).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for _, want := range []string{"before\n<!-- peers -->\n| instance", "\n| S, value |", "\n| S, fill-first |", "\n| S, home-first |", "<!-- /peers -->\nafter\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the document has no %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "old") {
		t.Error("the old table is still there")
	}
}
