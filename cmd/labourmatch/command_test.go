package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/datasets/synthetic"
)

// These tests run the program as a user does: built once, started, its output read.

var programDir struct {
	sync.Mutex
	path string
}

func TestMain(m *testing.M) {
	code := m.Run()
	if programDir.path != "" {
		_ = os.RemoveAll(programDir.path)
	}
	os.Exit(code)
}

// programIn is the directory of the built program.
func programIn(t *testing.T) string {
	t.Helper()
	programDir.Lock()
	defer programDir.Unlock()
	if programDir.path != "" {
		return programDir.path
	}
	dir, err := os.MkdirTemp("", "labourmatch-test-") //nolint:usetesting // it outlives this test; TestMain removes it
	if err != nil {
		t.Fatal(err)
	}
	programDir.path = dir
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", filepath.Join(dir, "labourmatch"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return dir
}

// place is a directory to run the program in, with an environment that has nothing of the machine's.
type place struct {
	dir string
	env []string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	dir := t.TempDir()
	return &place{dir, []string{
		"PATH=" + programIn(t) + ":" + os.Getenv("PATH"), "HOME=" + filepath.Join(dir, "home"),
		"LABOURMATCH_LISTEN=127.0.0.1:0", "LABOURMATCH_METRICS_LISTEN=127.0.0.1:0",
	}}
}

// result is what became of a run of the program.
type result struct {
	code        int
	out, errors string
}

func (p *place) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	return cmd
}

func (p *place) finish(t *testing.T, cmd *exec.Cmd, in string) result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(in), &out, &errs
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// run runs the program with arguments.
func (p *place) run(t *testing.T, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	return p.finish(t, p.command(ctx, filepath.Join(programIn(t), "labourmatch"), args...), "")
}

// must run the program and end well.
func (p *place) must(t *testing.T, args ...string) result {
	t.Helper()
	r := p.run(t, args...)
	if r.code != 0 {
		t.Fatalf("labourmatch %s: exit code %d\n%s", strings.Join(args, " "), r.code, r.errors)
	}
	return r
}

// tiny is the tiny market, copied to name.
func (p *place) tiny(t *testing.T, name string) {
	t.Helper()
	if err := os.CopyFS(filepath.Join(p.dir, name), os.DirFS(filepath.Join(root, "datasets", "testdata", "tiny"))); err != nil {
		t.Fatal(err)
	}
}

func (p *place) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// commands lists every command as its words.
func commands() [][]string {
	return [][]string{
		{},
		{"demo"},
		{"match"},
		{"verify"},
		{"channels"},
		{"what-if"},
		{"compare"},
		{"explain"},
		{"serve"},
		{"migrate"},
		{"migrate", "up"},
		{"migrate", "down"},
		{"migrate", "status"},
		{"sheet"},
		{"openapi"},
		{"solve"},
		{"generate"},
		{"version"},
	}
}

func TestEveryCommandExplainsItselfWithAnExampleInEightyColumns(t *testing.T) {
	p := newPlace(t)
	all := p.must(t).out
	for _, c := range commands() {
		r := p.must(t, append(slices.Clone(c), "--help")...)
		name := strings.TrimSpace("labourmatch " + strings.Join(c, " "))
		if len(examples(r.out)) == 0 {
			t.Errorf("%s --help has no example", name)
		}
		if r.errors != "" {
			t.Errorf("%s --help says on standard error: %s", name, r.errors)
		}
		for _, line := range strings.Split(r.out, "\n") {
			if text.StringWidthWithoutEscSequences(line) > 80 {
				t.Errorf("%s --help has a line wider than 80 columns: %s", name, line)
			}
		}
		if len(c) == 1 && !regexp.MustCompile(`(?m)^  `+c[0]+` `).MatchString(all) {
			t.Errorf("%s is not in the list of commands", c[0])
		}
	}
}

// examples are the command lines of a help text that begin with the program's name, or end in a pipe to it.
func examples(help string) (lines []string) {
	_, rest, _ := strings.Cut(help, "\nExamples:\n")
	for line := range strings.Lines(rest) {
		if line = strings.TrimRight(line, "\n"); !strings.HasPrefix(line, "  ") {
			break
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

const triangle = "c cheapest over the middle\np min 3 3\nn 1 4\nn 3 -4\na 1 2 0 3 1\na 2 3 0 9 1\na 1 3 0 9 5\n"

func TestEveryExampleOfTheHelpRuns(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "my-market")
	p.must(t, "match", "my-market", "-o", "my-report")
	p.write(t, "sign.yaml", signScenario)
	p.must(t, "what-if", "my-market", "--scenario", "sign.yaml", "-o", "my-what-if")
	p.must(t, "migrate", "up")
	p.must(t, "migrate", "up", "--data", "./data")
	p.write(t, "network.min", triangle)
	if out, err := p.command(t.Context(), "gzip", "-k", "network.min").CombinedOutput(); err != nil {
		t.Fatalf("gzip: %v %s", err, out)
	}
	seen := map[string]bool{}
	for _, c := range commands() {
		for _, line := range examples(p.must(t, append(slices.Clone(c), "--help")...).out) {
			if seen[line] || strings.HasPrefix(line, "DATABASE_URL=") { // that needs a server; the store's tests have one
				continue
			}
			seen[line] = true
			t.Run(line, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
				defer cancel()
				line := strings.ReplaceAll(line, "127.0.0.1:8888", "127.0.0.1:0") // the port may be taken
				cmd := p.command(ctx, "sh", "-c", "exec "+line)
				if strings.Contains(line, "|") {
					cmd = p.command(ctx, "sh", "-c", line)
				}
				if (len(c) > 0 && c[0] == "serve" || strings.HasPrefix(line, "labourmatch demo")) && !strings.Contains(line, "--once") {
					page, _, stop := p.start(t, cmd)
					get(t, page+"/healthz", http.StatusOK)
					stop()
					return
				}
				if r := p.finish(t, cmd, ""); r.code != 0 {
					t.Errorf("exit code %d\n%s", r.code, r.errors)
				}
			})
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d examples", len(seen))
	}
}

// start starts a serving command, waits until it says where it serves, and returns the addresses of page and metrics,
// and how to stop it as Ctrl-C does.
func (p *place) start(t *testing.T, cmd *exec.Cmd) (page, metrics string, stop func()) {
	t.Helper()
	read, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addresses := regexp.MustCompile(`(http://127\.0\.0\.1:\d+)/(?:\s|$)|(http://127\.0\.0\.1:\d+)/metrics`)
	var said strings.Builder
	lines := bufio.NewScanner(read)
	for (page == "" || metrics == "") && lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		for _, m := range addresses.FindAllStringSubmatch(lines.Text()+" ", -1) {
			if m[1] != "" {
				page = m[1]
			}
			if m[2] != "" {
				metrics = m[2]
			}
		}
	}
	rest := make(chan struct{})
	go func() { // what is not read would block it
		_, _ = io.Copy(io.Discard, read)
		close(rest)
	}()
	if page == "" || metrics == "" {
		_ = cmd.Process.Kill()
		t.Fatalf("it ended without saying where it serves:\n%s", said.String())
	}
	return page, metrics, func() {
		t.Helper()
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		<-rest
		if err := cmd.Wait(); err != nil {
			t.Errorf("stopped by Ctrl-C it ended with %v", err)
		}
	}
}

// get fetches a page and expects a status.
func get(t *testing.T, url string, status int) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != status {
		t.Errorf("GET %s: %s\n%s", url, response.Status, body)
	}
	return string(body)
}

func TestAWrongCallEndsInExitCodeTwoAndNamesTheHelp(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "market")
	for _, c := range []struct{ args, says string }{
		{"verfy", `there is no command "verfy". Did you mean "verify"?`},
		{"match", "DIR, the market directory, is missing; try: labourmatch match my-market"},
		{"match market other", `"other" is one argument too many`},
		{"match market --format xml", `--format is "xml"; use table, json or csv`},
		{"match market --order best", `--order is "best"; use home-first, fill-first or value`},
		{"match market --level 5", "--level is 5; ISCO levels are 1 to 4"},
		{"match market --lvel 3", "unknown flag: --lvel"},
		{"verify", "DIR, the report directory, is missing"},
		{"solve", "FILE.min, the problem in DIMACS format, is missing"},
		{"generate --size XL", `there is no size "XL"; there are S, M, L, W, N`},
		{"generate --form heap", `there is no form "heap"; there are pair, layered`},
		{"generate --form layered", "the layered form is a directory; say where with -o DIR"},
		{"generate -o world", "-o is for the layered form"},
		{"generate --size N", "million arcs: too many to write down; the layered form has an arc for every step instead; use --form layered"},
		{"generate --order best", `there is no order "best"; there are home-first, fill-first, value`},
		{"generate --ratio 0", "the ratio of vacancies to workers is 0; it must be above 0 and at most 100"},
		{"generate --family road", `--family: there is no family "road"; there are transport, transport-capacities`},
		{"generate --family grid --size W", "--family: general networks have no size \"W\"; there are S, M, L"},
		{"generate --family grid --ratio 1.2", "--ratio: only markets have it; leave it out with --family"},
		{"version now", `labourmatch version takes no arguments, and got "now"`},
		{"migrate", "what shall be done? Use up, down or status"},
		{"migrate sideways", `there is no "sideways"; use up, down or status`},
		{"migrate down", "say --yes if you mean it"},
	} {
		r := p.run(t, strings.Fields(c.args)...)
		if r.code != 2 || r.out != "" || !strings.Contains(r.errors, c.says) || !strings.Contains(r.errors, "--help") {
			t.Errorf("labourmatch %s: exit code %d, printed %q, said %q; want 2, nothing, and %q", c.args, r.code, r.out, r.errors, c.says)
		}
	}
	p.env = append(p.env, "LABOURMATCH_LOG_LEVEL=loud")
	if r := p.run(t, "serve"); r.code != 2 || !strings.Contains(r.errors, `LABOURMATCH_LOG_LEVEL is "loud"`) {
		t.Errorf("a log level that is none: exit code %d, said %q", r.code, r.errors)
	}
}

func TestTroubleWithTheDataEndsInExitCodeOneAndSaysAllOfIt(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "market")
	workers := filepath.Join(p.dir, "market", "workers.csv")
	data, err := os.ReadFile(workers)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(strings.Replace(string(data), ",30,", ",many,", 1), "DE,5321", "XX,5321", 1)
	p.write(t, "market/workers.csv", broken)
	p.write(t, "file.csv", "x\n")
	for _, c := range []struct {
		args string
		says []string
	}{
		{"match market", []string{"market is not ready to be matched:", "workers.csv, row 2, column count", "workers.csv, row 3, column region", "That is 2 things to mend. Every file and column is described in docs/formats.md."}},
		{"match nowhere", []string{"there is no directory nowhere"}},
		{"match file.csv", []string{"file.csv is a file, and a market is a directory; name the directory it lies in"}},
		{"verify nowhere", []string{"there is no directory nowhere"}},
		{"verify market", []string{"this is no report directory"}},
		{"solve nowhere.min", []string{"there is no file nowhere.min"}},
		{"migrate status", []string{"labourmatch migrate up"}},
		{"serve --database mysql://x", []string{`"mysql"`, "postgres://"}},
	} {
		r := p.run(t, strings.Fields(c.args)...)
		if r.code != 1 || r.out != "" {
			t.Errorf("labourmatch %s: exit code %d, printed %q", c.args, r.code, r.out)
		}
		for _, s := range c.says {
			if !strings.Contains(r.errors, s) {
				t.Errorf("labourmatch %s says %q, without %q", c.args, r.errors, s)
			}
		}
	}
}

func TestTheTinyMarketPrintsWhatItDid(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "tiny")
	for golden, args := range map[string][]string{
		"tiny.txt":  {"match", "tiny"},
		"tiny.csv":  {"match", "tiny", "--format", "csv"},
		"tiny.json": {"match", "tiny", "--format", "json", "--level", "2", "--order", "value"},
	} {
		r := p.must(t, args...)
		if strings.Contains(r.out, "\x1b") || strings.Contains(r.errors, "\x1b") {
			t.Errorf("%s: there are escape sequences, and no terminal", golden)
		}
		keep(t, filepath.Join("cmd", "labourmatch", "testdata", golden), r.out)
	}
}

func TestAReportThatWasEditedDoesNotVerify(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "market")
	if r := p.must(t, "match", "market", "-o", "out"); !strings.Contains(r.errors, "labourmatch verify out") {
		t.Errorf("match -o does not say how to check: %q", r.errors)
	}
	if r := p.must(t, "verify", "out"); !strings.Contains(r.out, "out holds") || !strings.Contains(r.out, "distance 0") {
		t.Errorf("verify says %q", r.out)
	}
	var answer struct {
		OK         bool
		Mismatches []struct {
			File, Field, Found, Expected string
			Row                          int
		}
	}
	if err := json.Unmarshal([]byte(p.must(t, "verify", "out", "--json").out), &answer); err != nil || !answer.OK {
		t.Errorf("verify --json: %v, %+v", err, answer)
	}
	if err := os.Remove(filepath.Join(p.dir, "out", "manifest.json")); err != nil {
		t.Fatal(err)
	}
	if r := p.must(t, "verify", "out"); !strings.Contains(r.out, "no manifest") {
		t.Errorf("verify without a manifest says %q", r.out)
	}
	gaps := filepath.Join(p.dir, "out", "gaps.csv")
	data, err := os.ReadFile(gaps)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	lines[1] += "7"
	p.write(t, "out/gaps.csv", strings.Join(lines, "\n"))
	if r := p.run(t, "verify", "out"); r.code != 1 || !strings.Contains(r.errors, "gaps.csv, row 2, alone: found") {
		t.Errorf("an edited number: exit code %d, said %q", r.code, r.errors)
	}
	r := p.run(t, "verify", "out", "--json")
	if err := json.Unmarshal([]byte(r.out), &answer); err != nil || r.code != 1 || answer.OK || len(answer.Mismatches) != 1 || answer.Mismatches[0].Row != 2 {
		t.Errorf("verify --json of an edited number: exit code %d, %v, %+v", r.code, err, answer)
	}
}

func TestFilesThatAreNoPartOfAMarketAreNamedAndDoNotUpsetVerify(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "market")
	p.write(t, "market/staff.csv", "a,b\n1,2\n")
	if r := p.must(t, "match", "market", "-o", "out"); !strings.Contains(r.errors, "staff.csv") || strings.Contains(r.out, "staff.csv") {
		t.Errorf("match of a directory with another file says %q", r.errors)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "out", "inputs", "staff.csv")); err == nil {
		t.Error("a file that was not read is among the inputs")
	}
	p.must(t, "verify", "out")
}

func TestAnOutputDirectoryInUseIsSaidBeforeAnyWork(t *testing.T) {
	p := newPlace(t)
	p.tiny(t, "market")
	r := p.run(t, "match", "market", "-o", "market")
	if r.code != 1 || !strings.Contains(r.errors, "left alone") || strings.Contains(r.errors, "matching") {
		t.Errorf("writing into the market itself: exit code %d, said %q", r.code, r.errors)
	}
}

func TestSolvePrintsCostAndFlowsAndStatsLast(t *testing.T) {
	p := newPlace(t)
	p.write(t, "triangle.min", triangle)
	const want = "s 11\nf 1 2 3\nf 2 3 3\nf 1 3 1\n"
	r := p.must(t, "solve", "triangle.min", "--stats")
	if r.out != want {
		t.Errorf("printed %q, want %q", r.out, want)
	}
	lines := strings.Split(strings.TrimSpace(r.errors), "\n")
	var stats map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &stats); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"nodes", "arcs", "cost", "load_seconds", "solve_seconds", "pivots", "peak_rss_bytes", "certified"} {
		if _, ok := stats[field]; !ok {
			t.Errorf("the stats have no %s", field)
		}
	}
	if stats["nodes"] != 3.0 || stats["arcs"] != 3.0 || stats["cost"] != 11.0 || stats["certified"] != true || stats["peak_rss_bytes"].(float64) < 1e6 {
		t.Errorf("stats are %v", stats)
	}
	for _, args := range [][]string{{"solve", "-"}, {"solve", "--canonical", "-"}} {
		cmd := p.command(t.Context(), "labourmatch", args...)
		cmd.Path = filepath.Join(programIn(t), "labourmatch")
		cmd.Err = nil
		if r := p.finish(t, cmd, triangle); r.out != want || r.errors != "" {
			t.Errorf("%v: printed %q, said %q", args, r.out, r.errors)
		}
	}
}

func TestAGeneratedMarketIsTheSameEachTimeAndIsSolved(t *testing.T) {
	p := newPlace(t)
	costs := map[string]bool{}
	for _, order := range []string{"home-first", "fill-first", "value"} {
		once := p.must(t, "generate", "--order", order, "--seed", "3").out
		if again := p.must(t, "generate", "--size", "S", "--form", "pair", "--order", order, "--seed", "3", "--ratio", "0.4").out; again != once {
			t.Fatalf("order %s: twice the same options, two different markets", order)
		}
		if other := p.must(t, "generate", "--order", order, "--seed", "4").out; other == once {
			t.Errorf("order %s: seeds 3 and 4 draw the same market", order)
		}
		p.write(t, "market.min", once)
		cost, _, _ := strings.Cut(p.must(t, "solve", "market.min").out, "\n")
		costs[cost] = true
	}
	if len(costs) != 3 {
		t.Errorf("three orders have the costs %v", costs)
	}
}

func TestAGeneralNetworkIsTheSameEachTimeAndIsSolved(t *testing.T) {
	p := newPlace(t)
	once := p.must(t, "generate", "--family", "grid", "--seed", "3").out
	if again := p.must(t, "generate", "--size", "S", "--family", "grid", "--seed", "3").out; again != once {
		t.Fatal("twice the same options, two different networks")
	}
	help := p.must(t, "generate", "--help").out
	for _, family := range synthetic.Families() {
		if !strings.Contains(help, "\n  "+string(family)+" ") {
			t.Errorf("the help does not name the family %s", family)
		}
	}
	p.write(t, "grid.min", once)
	if cost := p.must(t, "solve", "grid.min").out; !strings.HasPrefix(cost, "s ") {
		t.Errorf("solve prints %.80q", cost)
	}
}

func TestAGeneratedMarketDirectoryIsTheSameEachTimeAndIsMatched(t *testing.T) {
	p := newPlace(t)
	for _, dir := range []string{"once", "again"} {
		p.must(t, "generate", "--form", "layered", "--seed", "3", "-o", dir)
	}
	for _, file := range []string{"vacancies.csv", "workers.csv", "channels.csv", "wages.csv", "fits.csv", "policy.yaml"} {
		once, err := os.ReadFile(filepath.Join(p.dir, "once", file))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := os.ReadFile(filepath.Join(p.dir, "again", file)); err != nil || !bytes.Equal(once, again) {
			t.Errorf("%s: twice the same options, two different files (%v)", file, err)
		}
	}
	p.must(t, "match", "once", "--run-only", "-o", "report")
	p.must(t, "verify", "report")
	if r := p.run(t, "generate", "--form", "layered", "-o", "once"); r.code != 1 || !strings.Contains(r.errors, "once holds other files and is left alone") {
		t.Errorf("a full directory: exit code %d, said %q", r.code, r.errors)
	}
}

func TestSolveSaysInOneLineWhatIsWrongAndWhere(t *testing.T) {
	p := newPlace(t)
	for says, problem := range map[string]string{
		"bad.min:2:":    "p min 2 1\na 1 3 0 1 1\n",
		"must sum to 0": "p min 2 1\nn 1 4\nn 2 -3\na 1 2 0 9 1\n",
		"infeasible: of what nodes need, 1 cannot": "p min 2 1\nn 1 4\nn 2 -4\na 1 2 0 3 1\n",
		"unbounded below: arc":                     "p min 2 2\na 1 2 0 9223372036854775807 -2\na 2 1 0 9223372036854775807 1\n",
		"arc 1, in the order":                      "p min 2 1\na 1 2 0 3 4611686018427387904\n",
		"bad.min:1: ":                              "this is no problem\n",
		"without a p line":                         "",
		"bad.min:2: upper bound":                   "p min 2 1\na 1 2 2 1 1\n",
		"node 2, in the order of":                  "p min 2 1\nn 1 -4611686018427387903\nn 2 4611686018427387903\na 1 2 0 1 1\n",
	} {
		p.write(t, "bad.min", problem)
		r := p.run(t, "solve", "bad.min")
		if r.code != 1 || r.out != "" || strings.Count(r.errors, "\n") != 1 || !strings.Contains(r.errors, says) || !strings.Contains(r.errors, "bad.min") {
			t.Errorf("%q: exit code %d, printed %q, said %q; want %q", problem, r.code, r.out, r.errors, says)
		}
	}
}

func TestTheDemoServesItsReportAndBeginsAgainWhereItWas(t *testing.T) {
	p := newPlace(t)
	first := p.must(t, "demo", "--once", "--data", "d")
	if second := p.must(t, "demo", "--once", "--data", "d"); second.out != first.out {
		t.Error("the second time it prints another report")
	}
	for i, line := range strings.Split(first.out, "\n") {
		if text.StringWidthWithoutEscSequences(line) > 80 {
			t.Errorf("line %d of the report is wider than 80 columns: %s", i+1, line)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	page, metrics, stop := p.start(t, p.command(ctx, filepath.Join(programIn(t), "labourmatch"), "demo", "--data", "d"))
	defer stop()
	if home := get(t, page+"/", http.StatusOK); !strings.Contains(home, "Germany 2022 and Norway 2017") {
		t.Error("the page does not show the demo")
	}
	if report := get(t, page+"/v1/runs/current/report?format=text", http.StatusOK); !strings.Contains(report, "876,070") {
		t.Errorf("the report of the current run is %.200s", report)
	}
	var list struct{ Items []json.RawMessage }
	if err := json.Unmarshal([]byte(get(t, page+"/v1/runs", http.StatusOK)), &list); err != nil || len(list.Items) != 1 {
		t.Errorf("after three demos there are %d runs (%v)", len(list.Items), err)
	}
	if m := get(t, metrics+"/metrics", http.StatusOK); !strings.Contains(m, "labourmatch_openings{") {
		t.Error("the metrics have no openings")
	}
	get(t, page+"/metrics", http.StatusNotFound)
}

func TestATakenPortIsSaidKindlyAndBeforeAnyWork(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p := newPlace(t)
	for _, args := range [][]string{
		{"demo", "--data", "d", "--listen", taken.Addr().String()},
		{"serve", "--data", "d", "--metrics-listen", taken.Addr().String()},
	} {
		r := p.run(t, args...)
		if r.code != 1 || !strings.Contains(r.errors, taken.Addr().String()+" is taken") || !strings.Contains(r.errors, "127.0.0.1:0") {
			t.Errorf("%v: exit code %d, said %q", args, r.code, r.errors)
		}
		if _, err := os.Stat(filepath.Join(p.dir, "d")); err == nil {
			t.Errorf("%v made a database before it looked for its port", args)
		}
	}
}

func TestMigrateUpStatusAndDownTellWhatTheyDid(t *testing.T) {
	p := newPlace(t)
	if r := p.must(t, "migrate", "up", "--data", "d"); !strings.Contains(r.out, "applied 00001_") {
		t.Errorf("up says %q", r.out)
	}
	if r := p.must(t, "migrate", "up", "--data", "d"); !strings.Contains(r.out, "every step already") {
		t.Errorf("up again says %q", r.out)
	}
	applied := func() (n int) {
		var steps []struct{ Applied bool }
		if err := json.Unmarshal([]byte(p.must(t, "migrate", "status", "--json", "--data", "d").out), &steps); err != nil {
			t.Fatal(err)
		}
		for _, s := range steps {
			if s.Applied {
				n++
			}
		}
		return n
	}
	all := applied()
	if r := p.must(t, "migrate", "down", "--yes", "--data", "d"); !strings.Contains(r.out, "undone ") || applied() != all-1 {
		t.Errorf("down says %q and leaves %d of %d steps", r.out, applied(), all)
	}
	if r := p.must(t, "migrate", "status", "--data", "d"); strings.Count(r.out, "not applied") != 1 {
		t.Errorf("status says %q", r.out)
	}
	for range all {
		p.must(t, "migrate", "down", "--yes", "--data", "d")
	}
	if r := p.must(t, "migrate", "down", "--yes", "--data", "d"); !strings.Contains(r.out, "no step to undo") {
		t.Errorf("one down too many says %q", r.out)
	}
}

func TestVersionAndOpenAPIAreReadByPrograms(t *testing.T) {
	p := newPlace(t)
	var v struct{ Version, Go, Platform string }
	if err := json.Unmarshal([]byte(p.must(t, "version", "--json").out), &v); err != nil || v.Version == "" || v.Go == "" || v.Platform == "" {
		t.Errorf("version --json: %v, %+v", err, v)
	}
	if r := p.must(t, "version"); !strings.HasPrefix(r.out, fmt.Sprintf("labourmatch %s (", v.Version)) {
		t.Errorf("version says %q", r.out)
	}
	var document struct {
		OpenAPI string
		Info    struct{ Version string }
	}
	if err := json.Unmarshal([]byte(p.must(t, "openapi").out), &document); err != nil || !strings.HasPrefix(document.OpenAPI, "3.1") || document.Info.Version != v.Version {
		t.Errorf("openapi: %v, %+v", err, document)
	}
}
