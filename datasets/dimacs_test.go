package datasets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"labourmatch/datasets"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

const dimacsExample = `c a comment of
cany kind
p min 4 5

n 1 4
n 4 -4
a 1 2 0 4 2
a 1 3 0 2 2
a 2 3 -1 2 1
a 2 4 0 9223372036854775807 3
a 3 4 0 5 -1
`

func dimacsNetwork() *flow.Network {
	p := flowtest.Plain{
		Supplies: []int64{4, 0, 0, -4},
		Arcs: []flow.Arc{
			{From: 0, To: 1, Upper: 4},
			{From: 0, To: 2, Upper: 2},
			{From: 1, To: 2, Lower: -1, Upper: 2},
			{From: 1, To: 3, Upper: flow.Inf},
			{From: 2, To: 3, Upper: 5},
		},
		Costs: [][]int64{{2, 2, 1, 3, -1}},
	}
	return p.Network()
}

func TestReadDIMACSReadsWhatIsWritten(t *testing.T) {
	for name, text := range map[string]string{
		"plain":                 dimacsExample,
		"Windows line ends":     strings.ReplaceAll(dimacsExample, "\n", "\r\n"),
		"tabs, spaces at ends":  strings.ReplaceAll(strings.ReplaceAll(dimacsExample, " ", " \t"), "\n", " \n"),
		"no newline at the end": strings.TrimSpace(dimacsExample),
		"a very long comment":   "c " + strings.Repeat("x", 1<<18) + "\n" + dimacsExample,
	} {
		n, err := datasets.ReadDIMACS(iotest.HalfReader(strings.NewReader(text)), "x.min")
		if err != nil || !reflect.DeepEqual(n, dimacsNetwork()) {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
	}
}

func TestWriteDIMACSWritesWhatIsRead(t *testing.T) {
	flowtest.Each(t, flowtest.CountOutside(t, 1000), 40, func(t *testing.T, _ *rand.Rand, p *flowtest.Plain, label string) {
		n := p.Network()
		var b bytes.Buffer
		if err := datasets.WriteDIMACS(&b, n); err != nil {
			t.Fatal(err)
		}
		if m, err := datasets.ReadDIMACS(&b, label); err != nil || !reflect.DeepEqual(n, m) {
			t.Errorf("%s: not the same when read back: %v", label, err)
		}
	})
	n := dimacsNetwork()
	n.AddCosts()
	if err := datasets.WriteDIMACS(io.Discard, n); err == nil {
		t.Error("two cost vectors are written as one")
	}
}

func TestWriteDIMACSSolutionListsTheArcsThatCarryFlow(t *testing.T) {
	n := dimacsNetwork()
	s, err := flowtest.Solve(context.Background(), n, flow.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := datasets.WriteDIMACSSolution(&b, n, s); err != nil {
		t.Fatal(err)
	}
	const want = "s 6\nf 1 2 2\nf 1 3 2\nf 2 3 2\nf 3 4 4\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
	for _, arc := range []int32{-1, 5} {
		s.Flows = []flow.ArcFlow{{Arc: arc, Units: 1}}
		if err := datasets.WriteDIMACSSolution(io.Discard, n, s); err == nil {
			t.Errorf("a flow on arc %d of 5 is written", arc)
		}
	}
}

func TestReadDIMACSSaysWhatIsWrongAndWhere(t *testing.T) {
	const arcs = "a 1 2 0 4 2\n"
	for _, c := range []struct{ text, want string }{
		{"", `x.min:1: the file ends without a p line, "p min NODES ARCS"`},
		{"c only\n\n", `x.min:2: the file ends without a p line, "p min NODES ARCS"`},
		{"n 1 4\n", `x.min:1: "n" before the p line; the first line that is no comment must be "p min NODES ARCS"`},
		{"\x1f\x8b\x08\n", `x.min:1: "\x1f\x8b\b" before the p line; the first line that is no comment must be "p min NODES ARCS"`},
		{"p max 2 1\n", `x.min:1: problem type "max"; only minimum-cost flow is read: "p min NODES ARCS"`},
		{"p min 2\n", `x.min:1: ARCS is missing; the line must be "p min NODES ARCS"`},
		{"p min 2 1 7\n", `x.min:1: "7" is one field too many; the line must be "p min NODES ARCS"`},
		{"p min 2.5 1\n", `x.min:1: NODES is "2.5", not a whole number of 64 bits`},
		{"p min -2 1\n", `x.min:1: -2 nodes; there can be 0 to 2147483647`},
		{"p min 2 99999999999\n", `x.min:1: 99999999999 arcs; there can be 0 to 2147483647`},
		{"p min 2 1\np min 2 1\n", `x.min:2: a second p line; the first is on line 1`},
		{"p min 2 1\nx 1\n", `x.min:2: unknown line type "x"; lines begin with c, p, n or a`},
		{"p min 2 1\nn 3 4\n", `x.min:2: node 3; the p line on line 1 claims nodes 1 to 2`},
		{"p min 2 1\nn 0 4\n", `x.min:2: node 0; the p line on line 1 claims nodes 1 to 2`},
		{"p min 2 1\nn 1\n", `x.min:2: SUPPLY is missing; the line must be "n ID SUPPLY"`},
		{"p min 2 1\nn 1 1e3\n", `x.min:2: SUPPLY is "1e3", not a whole number of 64 bits`},
		{"p min 2 1\nn 1 9223372036854775808\n", `x.min:2: SUPPLY is "9223372036854775808", not a whole number of 64 bits`},
		{"p min 2 1\nn 1 -\n", `x.min:2: SUPPLY is "-", not a whole number of 64 bits`},
		{"p min 2 1\nn 1 4\n" + arcs + "n 2 1\nn 1 4\n", `x.min:5: a second n line for node 1`},
		{"p min 2 1\na 1 2 0 4\n", `x.min:2: COST is missing; the line must be "a FROM TO LOWER UPPER COST"`},
		{"p min 2 1\na 1 2 0 4 2 9\n", `x.min:2: "9" is one field too many; the line must be "a FROM TO LOWER UPPER COST"`},
		{"p min 2 1\na 1 3 0 4 2\n", `x.min:2: node 3; the p line on line 1 claims nodes 1 to 2`},
		{"p min 2 1\na 1 2 5 4 2\n", `x.min:2: upper bound 4 is below lower bound 5`},
		{"p min 2 1\na 1 2 0 -1 2\n", `x.min:2: upper bound -1 is negative; if no bound is meant, write 9223372036854775807`},
		{"p min 2 1\n" + arcs + arcs, `x.min:3: one arc more than the 1 that the p line on line 1 claims`},
		{"p min 2 3\n" + arcs + arcs, `x.min:3: the file ends after 2 arcs; the p line on line 1 claims 3`},
		{"p min 2000000000 1\n" + arcs, `x.min:1: 2000000000 nodes are claimed, and the other lines name 2 at most`},
		{"p min 2 1\na 1 2 0 4 " + strings.Repeat("7", 50), `x.min:2: COST is "7777777777777777777777777777777777777777"…, not a whole number of 64 bits`},
		{"p min 2 1\na" + strings.Repeat(" ", 1<<17), `x.min:2: the line is longer than 65536 bytes`},
	} {
		_, err := datasets.ReadDIMACS(strings.NewReader(c.text), "x.min")
		var located *datasets.DIMACSError
		if !errors.As(err, &located) || err.Error() != c.want {
			t.Errorf("%.40q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestReadDIMACSPassesOnTheErrorsOfItsReader(t *testing.T) {
	broken := errors.New("the disk is on fire")
	_, err := datasets.ReadDIMACS(io.MultiReader(strings.NewReader(dimacsExample), iotest.ErrReader(broken)), "x.min")
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "x.min") {
		t.Error(err)
	}
}

func TestReadDIMACSReservesNoMemoryForWhatIsOnlyClaimed(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, claim := range []string{"p min 2147483647 0", "p min 2 2147483647", "p min 2147483647 2147483647\nn 2147483647 1\n"} {
		if _, err := datasets.ReadDIMACS(strings.NewReader(claim), "x.min"); err == nil {
			t.Errorf("%q is accepted", claim)
		}
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 32<<20 {
		t.Errorf("three lying lines took %d bytes", got)
	}
}

// FuzzReadDIMACS: whatever is read, it is an error with a place, or a network
// that is the same when written and read again.
func FuzzReadDIMACS(f *testing.F) {
	f.Add([]byte(dimacsExample))
	f.Add([]byte("p min 2 1\nn 1 4\nn 2 -4\na 1 2 0 -1 2\n"))
	f.Add([]byte("p min 0 0"))
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := datasets.ReadDIMACS(bytes.NewReader(text), "x.min")
		if err != nil {
			var located *datasets.DIMACSError
			if !errors.As(err, &located) || located.Line < 1 || located.Reason == "" || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("%q", err)
			}
			return
		}
		var b bytes.Buffer
		if err := datasets.WriteDIMACS(&b, n); err != nil {
			t.Fatal(err)
		}
		if m, err := datasets.ReadDIMACS(&b, "x.min"); err != nil || !reflect.DeepEqual(n, m) {
			t.Fatalf("not the same when read back: %v", err)
		}
	})
}

func BenchmarkReadDIMACS(b *testing.B) {
	n := flowtest.Transport(rand.New(rand.NewPCG(1, 2)), 5000, 5000, 40, 10_000).Network()
	var file bytes.Buffer
	if err := datasets.WriteDIMACS(&file, n); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := datasets.ReadDIMACS(bytes.NewReader(file.Bytes()), "bench"); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleReadDIMACS() {
	n, err := datasets.ReadDIMACS(strings.NewReader("p min 2 1\nn 1 3\nn 2 -3\na 1 2 0 5 7\n"), "tiny.min")
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := flow.Solve(context.Background(), n, flow.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Costs[0], s.Flows)
	// Output: 21 [{0 3}]
}
