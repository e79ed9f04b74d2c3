// Command tally reads the event stream of "go test -json" on standard input and turns it into what a person wants
// to see: one line for each package as it finishes, the whole output of every test that failed, a list of the tests
// that were skipped with their reasons, and as the last line the count
//
//	812 passed, 0 failed, 3 skipped
//
// (", N skipped" only where there are some). A test with subtests is counted as its subtests, not once more itself.
// A package that fails without a failing test (it does not build, a test run out of time) counts as one failure.
//
// With -noskip a skipped test is a failure: the CI machine has every tool, so a skip there hides something.
// The exit code is 0 when nothing failed, 1 when something did or nothing ran at all, 2 on a stream it cannot read.
//
// It is a program of one file beside .ci/run and not a package of the module, because only make and CI need it.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is one line of "go test -json"; see "go doc test2json".
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output and build-fail events, which carry no Package
	Test       string
	Output     string
	Elapsed    float64
}

// key names one test; test is empty for the package as a whole.
type key struct{ pkg, test string }

// tally is what has been seen so far.
type tally struct {
	out    io.Writer
	text   map[key]*strings.Builder // output of what has not finished yet, and of what failed
	ended  map[key]string           // pass, fail or skip
	order  []key
	builds map[string]*strings.Builder // compiler output by import path
}

func main() {
	noskip := flag.Bool("noskip", false, "count a skipped test as a failure")
	flag.Parse()
	t := &tally{
		out:    os.Stdout,
		text:   map[key]*strings.Builder{},
		ended:  map[key]string{},
		builds: map[string]*strings.Builder{},
	}
	if err := t.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "tally: reading the test events:", err)
		os.Exit(2)
	}
	if !t.report(*noskip) {
		os.Exit(1)
	}
}

// read takes the stream to its end. Lines that are no JSON (go's own complaints on the way) are passed through.
func (t *tally) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if strings.TrimSpace(line) != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				fmt.Fprint(t.out, line)
			} else {
				t.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// take accounts for one event.
func (t *tally) take(e event) {
	k := key{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		buffer(t.builds, e.ImportPath).WriteString(e.Output)
	case "output":
		buffer(t.text, k).WriteString(e.Output)
	case "pass", "fail", "skip":
		if _, again := t.ended[k]; !again {
			t.order = append(t.order, k)
		}
		t.ended[k] = e.Action
		if e.Test == "" {
			t.closePackage(e)
		} else if e.Action == "pass" {
			delete(t.text, k)
		}
	}
}

// closePackage prints the line go test prints for a finished package, and what its failing tests said.
func (t *tally) closePackage(e event) {
	for _, k := range t.order {
		if k.pkg == e.Package && k.test != "" && t.ended[k] == "fail" && t.text[k] != nil {
			fmt.Fprint(t.out, t.text[k].String())
			delete(t.text, k)
		}
	}
	if e.Action == "fail" {
		// A test that was cut off by a timeout or a crash has output but no end.
		for k, b := range t.text {
			if k.pkg == e.Package && k.test != "" && t.ended[k] == "" {
				fmt.Fprint(t.out, b.String())
			}
		}
	}
	own := t.text[key{e.Package, ""}]
	if own == nil {
		return
	}
	for line := range strings.Lines(own.String()) {
		if s := strings.TrimSpace(line); e.Action == "fail" || strings.HasPrefix(s, "ok") || strings.HasPrefix(s, "?") {
			if s != "PASS" && s != "FAIL" {
				fmt.Fprint(t.out, line)
			}
		}
	}
}

// report prints compiler output, the skipped tests and the last line, and says whether all is well.
func (t *tally) report(noskip bool) bool {
	for _, path := range sorted(t.builds) {
		fmt.Fprintf(t.out, "\n%s", t.builds[path].String())
	}

	parent := map[key]bool{}
	failing := map[string]bool{} // packages with a failing test
	for _, k := range t.order {
		for at := strings.LastIndexByte(k.test, '/'); at > 0; at = strings.LastIndexByte(k.test[:at], '/') {
			up := key{k.pkg, k.test[:at]}
			// A parent that failed while no child did has failed by itself and is counted.
			if t.ended[up] != "fail" || t.ended[k] == "fail" {
				parent[up] = true
			}
		}
		if k.test != "" && t.ended[k] == "fail" {
			failing[k.pkg] = true
		}
	}

	var passed, failed, skipped int
	var lost []string
	for _, k := range t.order {
		switch {
		case parent[k]:
		case k.test == "":
			if t.ended[k] == "fail" && !failing[k.pkg] {
				failed++
				lost = append(lost, k.pkg)
			}
		case t.ended[k] == "pass":
			passed++
		case t.ended[k] == "fail":
			failed++
			lost = append(lost, k.pkg+" "+k.test)
		default:
			if skipped == 0 {
				fmt.Fprint(t.out, "\nSkipped:\n")
			}
			skipped++
			fmt.Fprintf(t.out, "  %s %s\n%s", k.pkg, k.test, reason(t.text[k]))
		}
	}
	if noskip && skipped > 0 {
		fmt.Fprint(t.out, "\nNothing may be skipped here: each test above counts as failed.\n")
		failed, skipped = failed+skipped, 0
	}
	if len(lost) > 0 {
		fmt.Fprintf(t.out, "\nFailed:\n  %s\n", strings.Join(lost, "\n  "))
	}
	if passed+failed+skipped == 0 {
		fmt.Fprint(t.out, "\nNo test ran.\n")
	}
	fmt.Fprintf(t.out, "\n%d passed, %d failed", passed, failed)
	if skipped > 0 {
		fmt.Fprintf(t.out, ", %d skipped", skipped)
	}
	fmt.Fprintln(t.out)
	return failed == 0 && passed > 0
}

// reason returns what a skipped test said, indented, without go test's own lines.
func reason(b *strings.Builder) string {
	if b == nil {
		return ""
	}
	var said strings.Builder
	for line := range strings.Lines(b.String()) {
		s := strings.TrimSpace(line)
		if s != "" && !strings.HasPrefix(s, "=== ") && !strings.HasPrefix(s, "--- ") {
			fmt.Fprintf(&said, "      %s\n", s)
		}
	}
	return said.String()
}

// buffer returns the builder kept under k, made on first use.
func buffer[K comparable](m map[K]*strings.Builder, k K) *strings.Builder {
	if m[k] == nil {
		m[k] = &strings.Builder{}
	}
	return m[k]
}

// sorted returns the keys of m in order.
func sorted(m map[string]*strings.Builder) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
