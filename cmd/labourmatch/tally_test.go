package main_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The counter behind make test and .ci/run decides whether a change is good, so it is tested like the rest. It is a
// single file outside the module's packages; these tests build it and feed it event streams of go test -json.

func TestTheCounterOfTestsPassesOnlyWhatPassed(t *testing.T) {
	program := filepath.Join(t.TempDir(), "tally")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".ci/tally/main.go")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}

	const (
		pass    = `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n"
		child   = `{"Action":"pass","Package":"p","Test":"TestB/x"}` + "\n" + `{"Action":"pass","Package":"p","Test":"TestB"}` + "\n"
		lost    = `{"Action":"output","Package":"p","Test":"TestC/y","Output":"    c_test.go:3: two is three\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestC/y"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestC"}` + "\n"
		own     = `{"Action":"pass","Package":"p","Test":"TestD/z"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestD"}` + "\n"
		skip    = `{"Action":"output","Package":"p","Test":"TestE","Output":"    e_test.go:9: install postgresql\n"}` + "\n" + `{"Action":"skip","Package":"p","Test":"TestE"}` + "\n"
		good    = `{"Action":"output","Package":"p","Output":"ok  \tp\t0.01s\n"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n"
		bad     = `{"Action":"output","Package":"p","Output":"FAIL\tp\t0.01s\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n"
		unbuilt = `{"ImportPath":"q","Action":"build-output","Output":"q.go:1:1: no\n"}` + "\n" + `{"ImportPath":"q","Action":"build-fail"}` + "\n" + `{"Action":"fail","Package":"q","FailedBuild":"q"}` + "\n"
		empty   = `{"Action":"skip","Package":"r"}` + "\n" // no test files
	)
	for _, c := range []struct {
		name, stream string
		args         []string
		last         string
		says         []string
		code         int
	}{
		{"all passed", pass + child + good + empty, nil, "2 passed, 0 failed", []string{"ok  \tp"}, 0},
		{"a failed child is counted once", pass + lost + bad, nil, "1 passed, 1 failed", []string{"two is three", "p TestC/y", "FAIL\tp"}, 1},
		{"a parent that fails by itself", own + bad, nil, "1 passed, 1 failed", []string{"p TestD"}, 1},
		{"a package that does not build", pass + good + unbuilt, nil, "1 passed, 1 failed", []string{"q.go:1:1: no"}, 1},
		{"a package that fails with no test failing", pass + bad, nil, "1 passed, 1 failed", nil, 1},
		{"skipped with its reason", pass + skip + good, nil, "1 passed, 0 failed, 1 skipped", []string{"install postgresql"}, 0},
		{"nothing may be skipped", pass + skip + good, []string{"-noskip"}, "1 passed, 1 failed", []string{"install postgresql"}, 1},
		{"nothing ran", empty, nil, "0 passed, 0 failed", []string{"No test ran"}, 1},
		{"what is no event is shown", "go: cannot find main module\n", nil, "0 passed, 0 failed", []string{"go: cannot find main module"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := exec.CommandContext(t.Context(), program, c.args...)
			run.Stdin = strings.NewReader(c.stream)
			out, err := run.Output()
			code := 0
			if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
				code = exit.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
			if got := lines[len(lines)-1]; got != c.last {
				t.Errorf("the last line is %q, want %q", got, c.last)
			}
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, want := range c.says {
				if !strings.Contains(string(out), want) {
					t.Errorf("does not say %q:\n%s", want, out)
				}
			}
		})
	}
}
