package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"labourmatch/matcher"
)

// comparison holds one file of a report directory against what the inputs give.
type comparison struct {
	file     string
	bad      *Mismatches
	values   int
	anyProof bool // potentials may differ as long as they prove
}

func (c *comparison) differs(row int, field, found, expected string) {
	c.bad.add(Mismatch{File: c.file, Row: row, Field: field, Found: found, Expected: expected})
}

// compare finds the values in which got is not want. Bytes that differ in no value, such as a changed line ending, are
// one mismatch of the file as a whole.
func (c *comparison) compare(got, want []byte) {
	before := len(c.bad.List) + c.bad.More
	switch path.Ext(c.file) {
	case ".csv":
		c.compareCSV(got, want)
	case ".json":
		c.compareJSON(got, want)
	default:
		c.compareLines(got, want)
	}
	if len(c.bad.List)+c.bad.More == before && !bytes.Equal(got, want) && !(c.anyProof && c.file == certificateFile) {
		c.differs(0, "", "the same values in other bytes", "the bytes this program writes")
	}
}

func (c *comparison) compareCSV(got, want []byte) {
	g, w := csv.NewReader(bytes.NewReader(got)), csv.NewReader(bytes.NewReader(want))
	g.FieldsPerRecord, w.FieldsPerRecord = -1, -1
	var columns []string
	for row := 1; ; row++ {
		have, errGot := g.Read()
		should, errWant := w.Read()
		switch {
		case errors.Is(errWant, io.EOF) && errors.Is(errGot, io.EOF):
			return
		case errWant != nil:
			c.differs(row, "", strings.Join(have, ","), "")
			return
		case errors.Is(errGot, io.EOF):
			c.differs(row, "", "", strings.Join(should, ","))
			return
		case errGot != nil:
			c.differs(row, "", errGot.Error(), strings.Join(should, ","))
			return
		}
		if row == 1 {
			columns = slices.Clone(should)
		}
		if len(have) != len(should) {
			c.differs(row, "", fmt.Sprintf("%d cells", len(have)), fmt.Sprintf("%d cells", len(should)))
			continue
		}
		for k := range should {
			c.values++
			if have[k] != should[k] {
				c.differs(row, columns[k], have[k], should[k])
			}
		}
	}
}

func (c *comparison) compareJSON(got, want []byte) {
	var g, w any
	if err := decode(got, &g); err != nil {
		c.differs(0, "", err.Error(), "one JSON document")
		return
	}
	if err := decode(want, &w); err != nil {
		c.differs(0, "", "", err.Error())
		return
	}
	c.walk("", g, w)
}

// decode keeps numbers as they are written, so that none is compared through a float.
func decode(data []byte, v *any) error {
	in := json.NewDecoder(bytes.NewReader(data))
	in.UseNumber()
	if err := in.Decode(v); err != nil {
		return err
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the document")
	}
	return nil
}

func (c *comparison) walk(at string, got, want any) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			c.differs(0, at, fmt.Sprint(got), "an object")
			return
		}
		keys := slices.AppendSeq(slices.Collect(maps.Keys(w)), maps.Keys(g))
		slices.Sort(keys)
		for _, k := range slices.Compact(keys) {
			field := strings.TrimPrefix(at+"."+k, ".")
			have, inGot := g[k]
			should, inWant := w[k]
			switch {
			case !inWant:
				c.differs(0, field, fmt.Sprint(have), "")
			case !inGot:
				c.differs(0, field, "", fmt.Sprint(should))
			default:
				c.walk(field, have, should)
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			c.differs(0, at, fmt.Sprintf("%d entries", len(g)), fmt.Sprintf("%d entries", len(w)))
			return
		}
		for i := range w {
			c.walk(fmt.Sprintf("%s[%d]", at, i), g[i], w[i])
		}
	default:
		c.values++
		if got != want {
			c.differs(0, at, fmt.Sprint(got), fmt.Sprint(want))
		}
	}
}

func (c *comparison) compareLines(got, want []byte) {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		var have, should string
		if i < len(g) {
			have = g[i]
		}
		if i < len(w) {
			should = w[i]
		}
		c.values += len(strings.Fields(should))
		if have == should {
			continue
		}
		if c.file == certificateFile {
			c.compareFields(i+1, strings.Fields(have), strings.Fields(should))
		} else {
			c.differs(i+1, "", have, should)
		}
	}
}

// compareFields names the field of a certificate line that differs.
func (c *comparison) compareFields(row int, have, should []string) {
	if len(have) != len(should) || len(should) == 0 || have[0] != should[0] {
		c.differs(row, "", strings.Join(have, " "), strings.Join(should, " "))
		return
	}
	names, rest := []string{}, "word"
	switch should[0] {
	case "p":
		names, rest = []string{"line", "format", "version", "nodes", "arcs", "terms"}, "word"
	case "t":
		names, rest = []string{"line", "term", "name"}, "name"
	case "n":
		names, rest = []string{"line", "node", "supply"}, "potential"
	case "a":
		names, rest = []string{"line", "from", "to", "lower", "upper", "flow"}, "cost"
	}
	for k := range should {
		if have[k] == should[k] {
			continue
		}
		name := rest
		if k < len(names) {
			name = names[k]
		}
		if name == "potential" && c.anyProof {
			continue
		}
		c.differs(row, name, have[k], should[k])
	}
}

// prove checks the stored flow and potentials on the network built from the inputs.
func (c *comparison) prove(got []byte, again *matcher.Certificate) {
	stored, err := readCertificate(got, again.Network)
	if err == nil {
		err = certify(again.Network, stored)
	}
	if err != nil {
		c.differs(0, "proof", err.Error(), "a proof that no placement of these inputs is better")
	}
}
