package report

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"pgregory.net/rapid"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

func TestWrappedTextKeepsItsWordsAndItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-z字Ä…█]{1,12}`)).Draw(t, "words")
		first := rapid.IntRange(4, 30).Draw(t, "first")
		rest := rapid.IntRange(4, first).Draw(t, "rest")
		lines := wrap(strings.Join(words, " "), first, rest)
		for i, line := range lines {
			room := rest
			if i == 0 {
				room = first
			}
			if w := text.StringWidthWithoutEscSequences(line); w > room {
				t.Fatalf("line %d is %d columns wide, and there is room for %d: %q", i, w, room, line)
			}
		}
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.Join(words, "") {
			t.Fatalf("of %q remains %q", words, lines)
		}
	})
}

func TestAGridIsNeverWiderThanThePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "columns")
		columns := make([]column, n)
		for c := range columns {
			columns[c] = column{
				title: rapid.StringMatching(`[A-Z][a-z]{0,9}`).Draw(t, "title"), right: rapid.Bool().Draw(t, "right"),
			}
		}
		columns[0].flex, columns[0].lines = true, rapid.IntRange(0, 3).Draw(t, "lines")
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.StringMatching(`[a-z字 ]{0,40}|[0-9]{1,14}`), n, n), 0, 5).Draw(t, "rows")
		var b bytes.Buffer
		p := newPage(&b, Style{})
		p.grid(columns, rows)
		if err := p.Flush(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if w := text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")); w > 80 {
				t.Fatalf("a line is %d columns wide: %q", w, line)
			}
		}
	})
}

func TestABarIsAsLongAsItsShareAndSeenWhereThereIsAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share, width := rapid.Float64Range(0, 1).Draw(t, "share"), rapid.IntRange(1, 60).Draw(t, "width")
		length := text.StringWidthWithoutEscSequences(bar(share, width))
		if want := share * float64(width); float64(length) > want+1 || float64(length) < want-0.07 || length > width || share > 0 && length == 0 {
			t.Fatalf("%v of %d is drawn %d long", share, width, length)
		}
	})
}

func TestThousandsAreSetApartAndNothingElseChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		s := comma(n)
		if back, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64); err != nil || back != n {
			t.Fatalf("%d is written %s", n, s)
		}
		for i, group := range strings.Split(strings.TrimPrefix(s, "-"), ",") {
			if len(group) != 3 && (i > 0 || len(group) == 0 || len(group) > 3) {
				t.Fatalf("%d is written %s", n, s)
			}
		}
	})
}

// The bound is derived from potentials alone. Weak duality: whatever the potentials, no plan goes below it, in
// lexicographic order; and for those of a solution the plan meets it.
func TestTheBoundIsMetByTheSolutionAndPassedByNoPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.IntRange(2, 6).Draw(t, "nodes")
		arcs := rapid.IntRange(1, 14).Draw(t, "arcs")
		n := &flowtest.Plain{Supplies: make([]int64, nodes), Costs: [][]int64{make([]int64, arcs), make([]int64, arcs)}}
		plan := make([]int64, arcs) // some plan, and the supplies that make it one
		for a := range arcs {
			upper := rapid.Int64Range(0, 9).Draw(t, "upper")
			arc := flow.Arc{
				From: int32(rapid.IntRange(0, nodes-1).Draw(t, "from")), To: int32(rapid.IntRange(0, nodes-1).Draw(t, "to")),
				Upper: upper,
			}
			n.Arcs = append(n.Arcs, arc)
			plan[a] = rapid.Int64Range(0, upper).Draw(t, "flow")
			n.Supplies[arc.From] += plan[a]
			n.Supplies[arc.To] -= plan[a]
			for k := range n.Costs {
				n.Costs[k][a] = rapid.Int64Range(-5, 5).Draw(t, "cost")
			}
		}
		solution, err := n.Solve(t.Context(), flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		below := func(a, b []*big.Int) bool {
			for k := range a {
				if c := a[k].Cmp(b[k]); c != 0 {
					return c < 0
				}
			}
			return false
		}
		reached := func(flows []int64) []*big.Int {
			return bigTotals(n.Costs, flows)
		}
		bound, ok := bounds(n.Network(), solution.Potentials)
		if best := reached(solution.Flows); !ok || below(bound, best) || below(best, bound) {
			t.Fatalf("the solution reaches %v, its potentials prove %v", best, bound)
		}
		random := [][]int64{make([]int64, nodes), make([]int64, nodes)}
		for v := range nodes {
			random[0][v] = rapid.Int64Range(-9, 9).Draw(t, "potential")
			random[1][v] = rapid.Int64Range(-9, 9).Draw(t, "potential")
		}
		if bound, _ := bounds(n.Network(), random); below(reached(plan), bound) || below(reached(solution.Flows), bound) {
			t.Fatalf("a plan goes below the bound %v", bound)
		}
	})
}

func bigTotals(costs [][]int64, flows []int64) []*big.Int {
	totals := make([]*big.Int, len(costs))
	for k := range totals {
		totals[k] = new(big.Int)
		for a, x := range flows {
			totals[k].Add(totals[k], new(big.Int).Mul(big.NewInt(costs[k][a]), big.NewInt(x)))
		}
	}
	return totals
}
