// Command peers measures labourmatch against LEMON's network simplex: whole processes in turn on the same generated
// files, the time each says its solve took, and the peak memory of each process. It prints a Markdown table of medians
// and, with -into, puts it between the lines <!-- peers --> and <!-- /peers --> of a file. It stops if two costs differ.
//
// It is a program of one file and not a package of the module, because only make needs it.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// outcome is what one run took.
type outcome struct {
	seconds float64
	bytes   int64
	cost    string
}

func main() {
	program := flag.String("program", "bin/labourmatch", "the program to measure")
	sizes := flag.String("sizes", "M,L", "which sizes, such as M,L,W (W takes half an hour)")
	seed := flag.Uint64("seed", 1, "of the generated markets")
	into := flag.String("into", "", "the file to put the table into")
	flag.Parse()
	table, err := measure(*program, strings.Split(*sizes, ","), *seed)
	if err == nil && *into != "" {
		err = put(*into, table)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

var times = map[string]int{"S": 5, "M": 5, "L": 3, "W": 1}

func measure(program string, sizes []string, seed uint64) (string, error) {
	dir, err := os.MkdirTemp("", "labourmatch-peers-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var table strings.Builder
	line := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		fmt.Fprintln(os.Stdout, text)
		table.WriteString(text + "\n")
	}
	line("| instance (seed %d, ratio 0.4) | arcs | labourmatch | LEMON | time, ratio | labourmatch | LEMON | memory, ratio |", seed)
	line("|---|---|---|---|---|---|---|---|")
	for _, size := range sizes {
		for _, order := range []string{"value", "fill-first", "home-first"} {
			file := filepath.Join(dir, "network.min")
			arcs, err := generate(program, file, size, order, seed)
			if err != nil {
				return "", err
			}
			var ours, theirs []outcome
			for range max(1, times[size]) {
				a, err := labourmatch(program, file)
				if err != nil {
					return "", err
				}
				b, err := lemon(file)
				if err != nil {
					return "", err
				}
				if a.cost != b.cost {
					return "", fmt.Errorf("size %s, %s: labourmatch says the least cost is %s, LEMON says %s", size, order, a.cost, b.cost)
				}
				ours, theirs = append(ours, a), append(theirs, b)
			}
			at, bt := median(ours, func(o outcome) float64 { return o.seconds }), median(theirs, func(o outcome) float64 { return o.seconds })
			am, bm := median(ours, func(o outcome) float64 { return float64(o.bytes) }), median(theirs, func(o outcome) float64 { return float64(o.bytes) })
			line("| %s, %s | %d | %.3g s | %.3g s | %.2f | %.0f MB | %.0f MB | %.2f |", size, order, arcs, at, bt, at/bt, am/1e6, bm/1e6, am/bm)
		}
	}
	line("")
	line("Medians of five runs in turn (M), three (L), one (W); %d cores, %s; labourmatch certifies after the time shown.", runtime.NumCPU(), runtime.Version())
	return table.String(), nil
}

func generate(program, file, size, order string, seed uint64) (arcs int64, err error) {
	out, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(program, //nolint:gosec // the program to measure, which who calls this names
		"generate", "--size", size, "--form", "pair", "--order", order, "--seed", strconv.FormatUint(seed, 10))
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("%v: %w", cmd.Args, err)
	}
	head := make([]byte, 80)
	n, _ := out.ReadAt(head, 0)
	var nodes int64
	if _, err := fmt.Sscanf(string(head[:n]), "p min %d %d", &nodes, &arcs); err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return arcs, out.Close()
}

func run(name string, args ...string) (stderr []byte, peak int64, err error) {
	var said bytes.Buffer
	cmd := exec.Command(name, args...) //nolint:gosec // the two programs to measure
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return nil, 0, fmt.Errorf("%v: %w\n%s", cmd.Args, err, said.Bytes())
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return nil, 0, fmt.Errorf("%s: this system does not tell the memory of a process", name)
	}
	unit := int64(1024)
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return said.Bytes(), usage.Maxrss * unit, nil
}

func labourmatch(program, file string) (outcome, error) {
	text, peak, err := run(program, "solve", "--stats", file)
	if err != nil {
		return outcome{}, err
	}
	var stats struct {
		Cost    json.Number `json:"cost"`
		Seconds float64     `json:"solve_seconds"`
	}
	if err := json.Unmarshal(text, &stats); err != nil {
		return outcome{}, fmt.Errorf("solve --stats: %w", err)
	}
	return outcome{stats.Seconds, peak, stats.Cost.String()}, nil
}

var (
	lemonTime = regexp.MustCompile(`Run NetworkSimplex: .*real: ([0-9.e+-]+)s`)
	lemonCost = regexp.MustCompile(`Min flow cost: (-?[0-9]+)`)
)

func lemon(file string) (outcome, error) {
	text, peak, err := run("dimacs-solver", "-long", file, os.DevNull)
	if err != nil {
		return outcome{}, fmt.Errorf("%w (apt-get install liblemon-utils)", err)
	}
	seconds, cost := lemonTime.FindSubmatch(text), lemonCost.FindSubmatch(text)
	if seconds == nil || cost == nil {
		return outcome{}, fmt.Errorf("dimacs-solver said no time or cost: %s", text)
	}
	s, err := strconv.ParseFloat(string(seconds[1]), 64)
	return outcome{s, peak, string(cost[1])}, err
}

func median(of []outcome, by func(outcome) float64) float64 {
	values := make([]float64, len(of))
	for i, o := range of {
		values[i] = by(o)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// put replaces what stands between the markers.
func put(file, table string) error {
	const from, to = "<!-- peers -->\n", "<!-- /peers -->"
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(text), from)
	_, tail, found := strings.Cut(rest, to)
	if !ok || !found {
		return fmt.Errorf("%s has no lines %q and %q", file, strings.TrimSpace(from), to)
	}
	return os.WriteFile(file, []byte(head+from+table+to+tail), 0o644) //nolint:gosec // a document
}
