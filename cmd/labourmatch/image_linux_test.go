package main_test

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestTheImagesProgramIsStaticAndStartsInAnEmptyDirectoryAsNobody(t *testing.T) {
	if os.Getuid() != 0 {
		msg := "needs root, to start the program as user 65532 as the image does; run: sudo make test PKG=./cmd/..."
		if os.Getenv("LABOURMATCH_REQUIRE") == "1" {
			t.Fatal(msg)
		}
		t.Skip(msg)
	}
	steps := buildSteps(t)
	if len(steps) == 0 {
		t.Fatal("the Dockerfile has no go build step")
	}

	dir, err := os.MkdirTemp("", "labourmatch-image-") //nolint:usetesting // another user has to reach it; t.TempDir is for this one alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "labourmatch")

	// The step of the Dockerfile to the letter, but for where the result goes. There is no .git in the image either.
	step := exec.CommandContext(t.Context(), "sh", "-ec", strings.ReplaceAll(steps[0], "/out/labourmatch", program))
	step.Dir = root
	step.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false")
	if out, err := step.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", steps[0], err, out)
	}
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}

	binary, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	for _, p := range binary.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the program needs a dynamic loader; an empty image has none")
		}
	}
	if libs, err := binary.ImportedLibraries(); err == nil && len(libs) > 0 {
		t.Errorf("the program needs %v; an empty image has no library", libs)
	}

	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(data, 65532, 65532); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"version"}, {"demo", "--once"}} {
		run := exec.CommandContext(t.Context(), program, args...)
		run.Dir = data
		// No HOME and no PATH: it gets what the Dockerfile gives it and nothing else.
		run.Env = strings.Fields(strings.ReplaceAll(last(dockerfile(t)[1], "ENV"), "=/data", "="+data))
		run.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("labourmatch %s as user 65532 in an empty directory: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}
