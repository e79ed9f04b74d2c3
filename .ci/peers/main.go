// Command peers measures labourmatch against LEMON and prints three Markdown tables of medians:
//
//   - peers: generated markets, against LEMON's network simplex (dimacs-solver)
//   - general: general networks, against the better of LEMON's network simplex and cost scaling (scaling.cc)
//   - what-if: flow.Resolve after a change of a market, against LEMON from nothing
//
// In the first two, whole processes take turns on the same files, each says how long its solve took, and the system
// says how much memory the process took at most. With -into, a table goes between the lines <!-- NAME --> and
// <!-- /NAME --> of a file as soon as it is complete. It stops if two costs differ.
//
// It is a program of its own and not a package of the module, because only make needs it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
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

// bench is what is measured, where, and how often.
type bench struct {
	program string
	sizes   []string
	seed    uint64
	often   int    // how often each is measured; 0 is the usual
	dir     string // for files that are deleted in the end
	load    string // of the machine, before anything was measured
	table   strings.Builder
}

func main() {
	b := &bench{load: load()}
	flag.StringVar(&b.program, "program", "bin/labourmatch", "the program to measure")
	tables := flag.String("tables", "peers,general,what-if", "which tables")
	sizes := flag.String("sizes", "M,L", "which sizes, such as M,L,W; general networks have no W")
	flag.Uint64Var(&b.seed, "seed", 1, "of what is generated")
	flag.IntVar(&b.often, "times", 0, "how often each is measured (default five times in M, three in L, once in W)")
	into := flag.String("into", "", "the file to put the tables into")
	flag.Parse()
	b.sizes = strings.Split(*sizes, ",")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := b.measure(ctx, strings.Split(*tables, ","), *into)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func (b *bench) measure(ctx context.Context, tables []string, into string) (err error) {
	if b.dir, err = os.MkdirTemp("", "labourmatch-peers-"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(b.dir) }()
	makers := map[string]func(context.Context) error{"peers": b.markets, "general": b.general, "what-if": b.whatIf}
	for _, name := range tables {
		measure := makers[name]
		if measure == nil {
			return fmt.Errorf("there is no table %q; there are peers, general, what-if", name)
		}
		b.table.Reset()
		if err := measure(ctx); err != nil {
			return err
		}
		if into == "" {
			continue
		}
		if err := put(into, name, b.table.String()); err != nil {
			return err
		}
	}
	return nil
}

// line prints a line and keeps it for the table.
func (b *bench) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Fprintln(os.Stdout, text)
	b.table.WriteString(text + "\n")
}

// machine ends a table. Time on the clock means little on a machine that does other things, so its load is said.
func (b *bench) machine(more string) {
	how := "Medians of five runs in turn (M), three (L), one (W)"
	if b.often > 0 {
		how = fmt.Sprintf("Runs in turn, of which the medians: %d", b.often)
	}
	b.line("")
	b.line("%s. %s %d cores, %s%s.", how, more, runtime.NumCPU(), runtime.Version(), b.load)
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	return ", load before it began " + strings.Fields(string(text))[0]
}

// usual is how often each is measured, by size.
var usual = map[string]int{"S": 5, "M": 5, "L": 3, "W": 1}

// goals are the most that our time may be of LEMON's, by order and size; mostMemory, that our memory may be.
var (
	goals = map[string]map[string]float64{
		"value":      {"M": 0.25, "L": 0.10, "W": 0.05},
		"fill-first": {"L": 0.35, "W": 0.15},
		"home-first": {"L": 0.15, "W": 0.15},
	}
	mostMemory = map[string]float64{"L": 0.25, "W": 0.25}
)

// against says whether a goal is met; there is none if it is 0.
func against(got, goal float64) string {
	switch {
	case goal == 0:
		return "–"
	case got <= goal:
		return fmt.Sprintf("≤ %v, met", goal)
	}
	return fmt.Sprintf("≤ %v, missed", goal)
}

// markets makes the table of generated markets.
func (b *bench) markets(ctx context.Context) error {
	b.line("| order, ratio, size (seed %d) | arcs | labourmatch | LEMON | time, ratio | goal | labourmatch | LEMON | memory, ratio | goal |", b.seed)
	b.line("|---|---|---|---|---|---|---|---|---|---|")
	file := filepath.Join(b.dir, "market.min")
	for _, size := range b.sizes {
		for _, order := range []string{"value", "fill-first", "home-first"} {
			for _, ratio := range []string{"0.4", "1.2"} {
				name := fmt.Sprintf("%s, %s, %s", order, ratio, size)
				_, arcs, err := b.generate(ctx, file, "--size", size, "--form", "pair", "--order", order, "--ratio", ratio)
				if err != nil {
					return err
				}
				all, err := b.turns(name, size, func() (outcome, error) { return b.labourmatch(ctx, file) }, func() (outcome, error) { return lemon(ctx, file) })
				if err != nil {
					return err
				}
				ours, theirs := all[0], all[1]
				at, bt := median(ours, seconds), median(theirs, seconds)
				am, bm := median(ours, memory), median(theirs, memory)
				b.line("| %s | %d | %.3g s | %.3g s | %.2f | %s | %.0f MB | %.0f MB | %.2f | %s |", name, arcs,
					at, bt, at/bt, against(at/bt, goals[order][size]), am/1e6, bm/1e6, am/bm, against(am/bm, mostMemory[size]))
			}
		}
	}
	b.machine("labourmatch certifies after the time shown.")
	return nil
}

// turns runs each solver as often as that is usual in a size, in turn, and returns the outcomes of each. They must agree
// on the cost.
func (b *bench) turns(name, size string, solvers ...func() (outcome, error)) ([][]outcome, error) {
	all := make([][]outcome, len(solvers))
	times := max(1, usual[size])
	if b.often > 0 {
		times = b.often
	}
	for range times {
		for i, solve := range solvers {
			o, err := solve()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if all[i] = append(all[i], o); o.cost != all[0][0].cost {
				return nil, fmt.Errorf("%s: labourmatch says the least cost is %s, LEMON says %s", name, all[0][0].cost, o.cost)
			}
		}
	}
	return all, nil
}

// generate has the program write a network to a file.
func (b *bench) generate(ctx context.Context, file string, args ...string) (nodes, arcs int64, err error) {
	out, err := os.Create(file)
	if err != nil {
		return 0, 0, err
	}
	args = append([]string{"generate", "--seed", strconv.FormatUint(b.seed, 10)}, args...)
	cmd := exec.CommandContext(ctx, b.program, args...) //nolint:gosec // the program to measure, which who calls this names
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%v: %w", cmd.Args, err)
	}
	head := make([]byte, 80)
	n, _ := out.ReadAt(head, 0)
	if _, err := fmt.Sscanf(string(head[:n]), "p min %d %d", &nodes, &arcs); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", file, err)
	}
	return nodes, arcs, out.Close()
}

func run(ctx context.Context, name string, args ...string) (stderr []byte, peak int64, err error) {
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // the two programs to measure
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

func (b *bench) labourmatch(ctx context.Context, file string) (outcome, error) {
	text, peak, err := run(ctx, b.program, "solve", "--stats", file)
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
	lemonTime = regexp.MustCompile(`Run (?:NetworkSimplex|CostScaling): .*real: ([0-9.e+-]+)s`)
	lemonCost = regexp.MustCompile(`Min flow cost: (-?[0-9]+)`)
)

// lemon is LEMON's network simplex.
func lemon(ctx context.Context, file string) (outcome, error) {
	text, peak, err := run(ctx, "dimacs-solver", "-long", file, os.DevNull)
	if err != nil {
		return outcome{}, fmt.Errorf("%w (apt-get install liblemon-utils)", err)
	}
	return said(text, peak)
}

// said reads what LEMON says of a run.
func said(text []byte, peak int64) (outcome, error) {
	seconds, cost := lemonTime.FindSubmatch(text), lemonCost.FindSubmatch(text)
	if seconds == nil || cost == nil {
		return outcome{}, fmt.Errorf("LEMON said no time or cost: %s", text)
	}
	s, err := strconv.ParseFloat(string(seconds[1]), 64)
	return outcome{s, peak, string(cost[1])}, err
}

func median[T any](of []T, by func(T) float64) float64 {
	values := make([]float64, len(of))
	for i, o := range of {
		values[i] = by(o)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func seconds(o outcome) float64 { return o.seconds }

func memory(o outcome) float64 { return float64(o.bytes) }

// put replaces what stands between the markers of a table.
func put(file, name, table string) error {
	from, to := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
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
