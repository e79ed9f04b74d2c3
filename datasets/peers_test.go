package datasets_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"labourmatch/datasets"
	"labourmatch/datasets/demo"
	"labourmatch/matcher"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

// installed finds a solver to compare with, without which the comparison is skipped,
// or fails where LABOURMATCH_REQUIRE is set.
func installed(t *testing.T, program, debian string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	missing := program + " is not installed; it is in the Debian package " + debian
	if os.Getenv("LABOURMATCH_REQUIRE") == "1" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

var lemonCost = regexp.MustCompile(`(?m)^Min flow cost: (-?\d+)$`)

// lemon solves n with LEMON. It returns "" where LEMON finds no optimal plan; why
// not it does not say.
func lemon(t *testing.T, solver string, n *flow.Network) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var file bytes.Buffer
	if err := datasets.WriteDIMACS(&file, n); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, solver, "-long")
	cmd.Stdin = &file
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", solver, err, out)
	}
	if bytes.Contains(out, []byte("Feasible flow: not found")) {
		return "" // it prints the cost of where it stopped all the same
	}
	found := lemonCost.FindSubmatch(out)
	if found == nil {
		t.Fatalf("cannot tell what LEMON says:\n%s", out)
	}
	return string(found[1])
}

// The demo's own networks, judged by another solver. LEMON knows one cost, so the terms of an order are folded into one
// by a constant, as far as 64 bits allow: all of them for value and fill-first, the two that count most for home-first.
func TestLEMONFindsNoBetterPlacementOfTheDemo(t *testing.T) {
	solver := installed(t, "dimacs-solver", "liblemon-utils")
	market, err := demo.FS()
	if err != nil {
		t.Fatal(err)
	}
	directory, err := datasets.Read(market)
	if err != nil {
		t.Fatal(err)
	}
	m, err := directory.Market(2)
	if err != nil {
		t.Fatal(err)
	}
	for order, weights := range map[matcher.Order][]int64{
		matcher.ByValue:   {1},
		matcher.FillFirst: {1e12, 1},
		matcher.HomeFirst: {1e7, 1},
	} {
		p := directory.Policy()
		p.Order = order
		r, err := matcher.Match(context.Background(), m, p, matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := flowtest.Open(r.Certificate.Network)
		folded, total := make([]int64, len(n.Arcs)), flow.Total{}
		for k, w := range weights {
			for a, c := range n.Costs[k] {
				folded[a] += w * c
			}
			cost, ok := r.Certificate.Solution.Costs[k].Int64()
			if !ok {
				t.Fatal("the demo's totals left 64 bits")
			}
			total = total.PlusProduct(w, cost)
		}
		n.Costs = [][]int64{folded}
		if got := lemon(t, solver, n.Network()); got != total.String() {
			t.Errorf("%s: LEMON finds %s, the engine %s", order, got, total)
		}
	}
}

// TestSolveAgreesWithLEMON puts networks that have an optimum side by side, a batch
// for a process, as starting one takes longer than solving one. No error hides in the
// sum: certified plans are feasible, so each costs what the optimum does or more. A
// network without an optimum goes to LEMON alone.
func TestSolveAgreesWithLEMON(t *testing.T) {
	const batch = 50
	solver := installed(t, "dimacs-solver", "liblemon-utils")
	verdicts := map[string]int{}
	var (
		together flowtest.Plain
		total    flow.Total
		first    string
	)
	flush := func(last string) {
		if len(together.Supplies) == 0 {
			return
		}
		// LEMON sums in 64 bits, and wraps on the large numbers.
		want := strconv.FormatInt(int64(total.Lo), 10)
		if got := lemon(t, solver, together.Network()); got != want {
			t.Errorf("%s to %s: cost %v, in 64 bits %s, LEMON %q", first, last, total, want, got)
		}
		together = flowtest.Plain{}
	}
	label := ""
	flowtest.Each(t, flowtest.CountOutside(t, 100_000), 120, func(t *testing.T, r *rand.Rand, p *flowtest.Plain, name string) {
		n := p.Network()
		s, err := flowtest.Solve(context.Background(), n, flow.Options{Rule: flow.PivotRule(r.IntN(4))})
		verdict := flowtest.Verdict(err)
		verdicts[verdict]++
		switch verdict {
		case "optimal":
			if len(together.Supplies) == 0 {
				first, total, together.Costs = name, flow.Total{}, make([][]int64, 1)
			}
			label = name
			together.Beside(p)
			total = total.Plus(int64(s.Costs[0].Lo)) // the lower 64 bits are all that is compared
			if verdicts[verdict]%batch == 0 {
				flush(label)
			}
		case "infeasible", "unbounded":
			if want := lemon(t, solver, n); want != "" {
				t.Errorf("%s: %s, LEMON finds cost %s", name, verdict, want)
			}
		default:
			t.Errorf("%s: %s", name, verdict)
		}
	})
	flush(label)
	t.Log(verdicts)
}

// TestSolveAgreesWithGLPK compares with another method, the simplex for linear
// programs in general, which tells infeasible from unbounded. It calculates in floating
// point, so that networks of large numbers are left out.
func TestSolveAgreesWithGLPK(t *testing.T) {
	solver := installed(t, "glpsol", "glpk-utils")
	dir := t.TempDir()
	verdicts := map[string]int{}
	flowtest.Each(t, flowtest.CountOutside(t, 5_000), 40, func(t *testing.T, r *rand.Rand, p *flowtest.Plain, label string) {
		if strings.HasPrefix(label, "large") {
			return
		}
		o := flow.Options{Rule: flow.PivotRule(r.IntN(4))}
		s, err := flowtest.Solve(context.Background(), p.Network(), o)
		got := flowtest.Verdict(err)
		verdicts[got]++
		if err == nil {
			got = s.Costs[0].String()
		}
		if want := glpk(t, solver, dir, p); got != want {
			t.Errorf("%s: %s, GLPK %s", label, got, want)
		}
	})
	t.Log(verdicts)
}

// glpk is the optimal cost of n according to GLPK, or "infeasible" or "unbounded".
func glpk(t *testing.T, solver, dir string, n *flowtest.Plain) string {
	t.Helper()
	// Its reader of DIMACS takes no lower bounds below 0; as linear programs it takes all.
	var file bytes.Buffer
	file.WriteString("NAME flow\nROWS\n N cost\n")
	for v := range n.Supplies {
		fmt.Fprintf(&file, " E v%d\n", v)
	}
	file.WriteString("COLUMNS\n")
	for a, arc := range n.Arcs {
		fmt.Fprintf(&file, " x%d cost %d\n", a, n.Costs[0][a])
		if arc.From != arc.To {
			fmt.Fprintf(&file, " x%d v%d 1\n x%d v%d -1\n", a, arc.From, a, arc.To)
		}
	}
	file.WriteString("RHS\n")
	for v, supply := range n.Supplies {
		fmt.Fprintf(&file, " RHS v%d %d\n", v, supply)
	}
	file.WriteString("BOUNDS\n")
	for a, arc := range n.Arcs {
		fmt.Fprintf(&file, " LO BND x%d %d\n", a, arc.Lower)
		if arc.Upper != flow.Inf {
			fmt.Fprintf(&file, " UP BND x%d %d\n", a, arc.Upper)
		}
	}
	file.WriteString("ENDATA\n")
	problem, solution := filepath.Join(dir, "problem.mps"), filepath.Join(dir, "solution")
	if err := os.WriteFile(problem, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	// Its presolver says only that there is no optimum, not why.
	out, err := exec.CommandContext(ctx, solver, "--nopresol", "--freemps", problem, "--write", solution).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", solver, err, out)
	}
	text, err := os.ReadFile(solution)
	if err != nil {
		t.Fatal(err)
	}
	// The rows, the columns, whether the plan and the prices are feasible, the cost.
	found := glpkSolution.FindSubmatch(text)
	switch {
	case found == nil:
		t.Fatalf("cannot tell what GLPK says:\n%s\n%s", out, text)
		return ""
	case string(found[1]) == "f" && string(found[2]) == "f":
		return string(found[3])
	case string(found[1]) == "f":
		return "unbounded"
	default:
		return "infeasible"
	}
}

var glpkSolution = regexp.MustCompile(`(?m)^s bas \d+ \d+ ([a-z]) ([a-z]) (\S+)$`)

// Above some 65,000 arcs the solver sifts, on all cores; the small networks of the tests before do not get there.
func TestSolveAgreesWithLEMONOnLargeNetworks(t *testing.T) {
	solver := installed(t, "dimacs-solver", "liblemon-utils")
	for i := range flowtest.CountOutside(t, 100) {
		r := rand.New(rand.NewPCG(20070319, uint64(i)))
		nodes := 500 + r.IntN(2000)
		p := flowtest.Transport(r, nodes, nodes/(1+r.IntN(4)), 1<<17/nodes, []int64{1, 30, 1_000_000}[i%3])
		if i%2 == 1 { // bounds that bind
			for a := range p.Arcs {
				if p.Costs[0][a] != 1 && r.IntN(2) == 0 {
					p.Arcs[a].Upper = 1 + r.Int64N(40)
				}
			}
		}
		n := p.Network()
		want := lemon(t, solver, n)
		s, err := flowtest.Solve(context.Background(), n, flow.Options{})
		if verdict := flowtest.Verdict(err); verdict == "infeasible" && want == "" {
			continue
		} else if verdict != "optimal" {
			t.Fatalf("network %d: %s, LEMON finds cost %q", i, verdict, want)
		}
		if got := s.Costs[0].String(); got != want {
			t.Errorf("network %d: cost %s, LEMON %q", i, got, want)
		}
	}
}
