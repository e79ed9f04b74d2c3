package datasets

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"labourmatch/matcher/flow"
)

// DIMACSError says what is wrong in a DIMACS file, and on which line.
type DIMACSError struct {
	Name   string // of the file
	Line   int    // counted from 1
	Reason string
}

func (e *DIMACSError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Reason)
}

// The most nodes that a p line may claim beyond those that the file can name.
// It keeps a lying p line from reserving memory, and real files do not come near it.
const dimacsSpareNodes = 1 << 20

// ReadDIMACS reads a minimum-cost flow problem in the format of the first DIMACS
// implementation challenge (1991):
//
//	c any comment
//	p min NODES ARCS
//	n ID SUPPLY               nodes not named have supply 0
//	a FROM TO LOWER UPPER COST
//
// Nodes are numbered from 1 in the file and from 0 in the network; arcs keep
// their order. Numbers are whole and fit in 64 bits. An upper bound of
// 9223372036854775807 means that there is none. LEMON reads a negative upper
// bound that way; here it is refused, because other programs read it otherwise.
//
// The network is as the file states it: supplies that do not sum to 0,
// or numbers too large to calculate with, are left to flow.Solve to refuse.
//
// It reads the file once, in memory in proportion to the file's length
// whatever its p line claims. An error in the file is a *DIMACSError with the
// first offending line; name stands in it for the file. Errors of r are wrapped.
func ReadDIMACS(r io.Reader, name string) (*flow.Network, error) {
	d := dimacsReader{name: name}
	lines := bufio.NewReaderSize(r, 1<<16)
	for {
		line, err := lines.ReadSlice('\n')
		if len(line) > 0 {
			d.line++
		}
		if errors.Is(err, bufio.ErrBufferFull) && len(line) > 0 && line[0] == 'c' {
			line = nil // the buffer it is in is read over
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = lines.ReadSlice('\n')
			}
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, d.fail("the line is longer than %d bytes", len(line))
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if bad := d.read(line); bad != nil {
			return nil, bad
		}
		if err != nil {
			return d.finish()
		}
	}
}

type dimacsReader struct {
	name string
	line int

	header      int // the line of the p line, 0 before it
	nodes, arcs int64

	supplies []dimacsSupply
	network  flow.Network
}

type dimacsSupply struct {
	node   int32
	line   int
	supply int64
}

func (d *dimacsReader) fail(format string, args ...any) error {
	return &DIMACSError{d.name, d.line, fmt.Sprintf(format, args...)}
}

// read takes one line.
func (d *dimacsReader) read(line []byte) error {
	rest := line
	kind := dimacsField(&rest)
	if len(kind) == 0 || kind[0] == 'c' {
		return nil
	}
	if d.header == 0 && string(kind) != "p" {
		return d.fail("%s before the p line; the first line that is no comment must be \"p min NODES ARCS\"", dimacsQuote(kind))
	}
	switch string(kind) {
	case "a":
		return d.readArc(rest)
	case "n":
		return d.readNode(rest)
	case "p":
		return d.readHeader(rest)
	default:
		return d.fail("unknown line type %s; lines begin with c, p, n or a", dimacsQuote(kind))
	}
}

func (d *dimacsReader) readHeader(rest []byte) error {
	if d.header != 0 {
		return d.fail("a second p line; the first is on line %d", d.header)
	}
	if kind := dimacsField(&rest); string(kind) != "min" {
		return d.fail("problem type %s; only minimum-cost flow is read: \"p min NODES ARCS\"", dimacsQuote(kind))
	}
	var counts [2]int64
	if err := d.numbers(rest, "p min NODES ARCS", []string{"NODES", "ARCS"}, counts[:]); err != nil {
		return err
	}
	for i, what := range []string{"nodes", "arcs"} {
		if counts[i] < 0 || counts[i] > math.MaxInt32 {
			return d.fail("%d %s; there can be 0 to %d", counts[i], what, math.MaxInt32)
		}
	}
	d.header, d.nodes, d.arcs = d.line, counts[0], counts[1]
	return nil
}

func (d *dimacsReader) readNode(rest []byte) error {
	var v [2]int64
	if err := d.numbers(rest, "n ID SUPPLY", dimacsNodeFields, v[:]); err != nil {
		return err
	}
	node, err := d.node(v[0])
	if err != nil {
		return err
	}
	d.supplies = append(d.supplies, dimacsSupply{node, d.line, v[1]})
	return nil
}

func (d *dimacsReader) readArc(rest []byte) error {
	var v [5]int64
	if err := d.numbers(rest, "a FROM TO LOWER UPPER COST", dimacsArcFields, v[:]); err != nil {
		return err
	}
	if int64(d.network.Arcs()) == d.arcs {
		return d.fail("one arc more than the %d that the p line on line %d claims", d.arcs, d.header)
	}
	from, err := d.node(v[0])
	if err != nil {
		return err
	}
	to, err := d.node(v[1])
	if err != nil {
		return err
	}
	switch lower, upper := v[2], v[3]; {
	case upper < 0 && upper < lower:
		return d.fail("upper bound %d is negative; if no bound is meant, write %d", upper, int64(flow.Inf))
	case upper < lower:
		return d.fail("upper bound %d is below lower bound %d", upper, lower)
	}
	d.network.AddArc(flow.Arc{From: from, To: to, Lower: v[2], Upper: v[3]}, v[4])
	return nil
}

var (
	dimacsNodeFields = []string{"ID", "SUPPLY"}
	dimacsArcFields  = []string{"FROM", "TO", "LOWER", "UPPER", "COST"}
)

// node is the index of the node that the file calls id.
func (d *dimacsReader) node(id int64) (int32, error) {
	if id < 1 || id > d.nodes {
		return 0, d.fail("node %d; the p line on line %d claims nodes 1 to %d", id, d.header, d.nodes)
	}
	return int32(id - 1), nil
}

// finish checks what only the whole file can tell.
func (d *dimacsReader) finish() (*flow.Network, error) {
	d.line = max(1, d.line)
	if d.header == 0 {
		return nil, d.fail("the file ends without a p line, \"p min NODES ARCS\"")
	}
	if got := int64(d.network.Arcs()); got != d.arcs {
		return nil, d.fail("the file ends after %d arcs; the p line on line %d claims %d", got, d.header, d.arcs)
	}
	if named := 2*d.arcs + int64(len(d.supplies)); d.nodes > named+dimacsSpareNodes {
		d.line = d.header
		return nil, d.fail("%d nodes are claimed, and the other lines name %d at most", d.nodes, named)
	}
	n := &d.network
	if n.Vectors() == 0 {
		n.AddCosts()
	}
	for range d.nodes {
		n.AddNode(0)
	}
	first := make([]bool, d.nodes)
	for _, s := range d.supplies {
		if first[s.node] {
			d.line = s.line
			return nil, d.fail("a second n line for node %d", s.node+1)
		}
		first[s.node] = true
		n.SetSupply(s.node, s.supply)
	}
	return n, nil
}

// numbers reads the fields of rest, exactly one per name, into v.
// form is the whole line as it should be.
func (d *dimacsReader) numbers(rest []byte, form string, names []string, v []int64) error {
	for i, name := range names {
		field := dimacsField(&rest)
		if len(field) == 0 {
			return d.fail("%s is missing; the line must be %q", name, form)
		}
		var ok bool
		if v[i], ok = dimacsNumber(field); !ok {
			return d.fail("%s is %s, not a whole number of 64 bits", name, dimacsQuote(field))
		}
	}
	if field := dimacsField(&rest); len(field) != 0 {
		return d.fail("%s is one field too many; the line must be %q", dimacsQuote(field), form)
	}
	return nil
}

// dimacsField cuts the next field off line; it is empty at the end.
func dimacsField(line *[]byte) []byte {
	b := *line
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	j := i
	for j < len(b) && b[j] != ' ' && b[j] != '\t' && b[j] != '\r' && b[j] != '\n' {
		j++
	}
	*line = b[j:]
	return b[i:j]
}

// dimacsNumber is strconv.ParseInt without the string; most fields are short.
func dimacsNumber(field []byte) (int64, bool) {
	digits := bytes.TrimPrefix(field, []byte("-"))
	var v int64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int64(c-'0') // wraps beyond 18 digits, and is not used then
	}
	if len(digits) == 0 || len(digits) > 18 {
		v, err := strconv.ParseInt(string(field), 10, 64)
		return v, err == nil
	}
	if len(digits) != len(field) {
		v = -v
	}
	return v, true
}

// dimacsQuote quotes a field for a message, cut short.
func dimacsQuote(field []byte) string {
	const longest = 40
	if len(field) > longest {
		return strconv.Quote(string(field[:longest])) + "…"
	}
	return strconv.Quote(string(field))
}

// WriteDIMACS writes n in the format that ReadDIMACS reads. The format knows one
// cost per arc and no keys: n must have exactly one cost vector, and keys are left out.
func WriteDIMACS(w io.Writer, n *flow.Network) error {
	if n.Vectors() != 1 {
		return fmt.Errorf("write DIMACS: the format has one cost per arc, and the network has %d cost vectors", n.Vectors())
	}
	b := bufio.NewWriterSize(w, 1<<16)
	line := fmt.Appendf(nil, "p min %d %d\n", n.Nodes(), n.Arcs())
	b.Write(line)
	for v := range n.Nodes() {
		if supply := n.Supply(int32(v)); supply != 0 {
			b.Write(dimacsLine(line[:0], 'n', int64(v)+1, supply))
		}
	}
	for a := range n.Arcs() {
		arc := n.Arc(a)
		b.Write(dimacsLine(line[:0], 'a', int64(arc.From)+1, int64(arc.To)+1, arc.Lower, arc.Upper, n.Cost(0, a)))
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write DIMACS: %w", err)
	}
	return nil
}

// WriteDIMACSSolution writes the solution of n as DIMACS solution lines:
// "s COST", then "f FROM TO FLOW" for every arc that carries flow, in the order
// of the arcs. n must have exactly one cost vector.
func WriteDIMACSSolution(w io.Writer, n *flow.Network, s *flow.Solution) error {
	if len(s.Costs) != 1 {
		return fmt.Errorf("write DIMACS solution: the format has one cost, and the solution has %d", len(s.Costs))
	}
	for _, f := range s.Flows {
		if f.Arc < 0 || int(f.Arc) >= n.Arcs() {
			return fmt.Errorf("write DIMACS solution: it has a flow on arc %d, and the network has %d arcs; write it with the network it solves", f.Arc, n.Arcs())
		}
	}
	b := bufio.NewWriterSize(w, 1<<16)
	line := fmt.Appendf(nil, "s %v\n", s.Costs[0])
	b.Write(line)
	for _, f := range s.Flows {
		arc := n.Arc(int(f.Arc))
		b.Write(dimacsLine(line[:0], 'f', int64(arc.From)+1, int64(arc.To)+1, f.Units))
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write DIMACS solution: %w", err)
	}
	return nil
}

// dimacsLine appends a line of the given kind to line.
func dimacsLine(line []byte, kind byte, numbers ...int64) []byte {
	line = append(line, kind)
	for _, v := range numbers {
		line = strconv.AppendInt(append(line, ' '), v, 10)
	}
	return append(line, '\n')
}
