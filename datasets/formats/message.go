package formats

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Ids that SDMX gives to components everywhere.
const (
	timePeriod = "TIME_PERIOD"
	obsValue   = "OBS_VALUE"
	obsStatus  = "OBS_STATUS"
)

// What notes say.
const (
	noteTest     = "The message says that it is a test."
	notePrepared = "The message was prepared %s."
)

// recogniseMessage tells a message by how it begins: by the names in the header of SDMX-CSV, by the root element of XML,
// by the members of the outer objects of JSON. It is "" where nothing says that this is a message.
func recogniseMessage(head []byte) Format {
	head = bytes.TrimPrefix(head, []byte("\uFEFF"))
	begin := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(begin) == 0:
		return ""
	case begin[0] == '<':
		return recogniseXML(head)
	case begin[0] == '{' || begin[0] == '[':
		return recogniseJSON(head)
	case recogniseSDMXCSV(head):
		return SDMXCSV
	}
	return ""
}

// messageOpener is what opens a message of the format, nil for a format that is no message.
func messageOpener(format Format) func(context.Context, File, Options) (*Document, error) {
	switch format {
	case SDMXCSV:
		return openSDMXCSV
	case SDMXJSON:
		return openSDMXJSON
	case SDMXML:
		return openSDMXML
	case JSONStat:
		return openJSONStat
	case OpeningXML, OpeningJSON:
		return openOpenings
	}
	return nil
}

func recogniseXML(head []byte) Format {
	s := newSource(context.Background(), File{Content: bytes.NewReader(head), Size: int64(len(head))}, Limits{}.filled(), 0)
	x := newXMLReader(s)
	if x.next() != xmlStart {
		return ""
	}
	for i := range x.attributes {
		if a := &x.attributes[i]; a.prefixed && bytes.Contains(a.value, []byte("sdmx.org")) || bytes.Contains(a.value, []byte("SDMX")) {
			return SDMXML
		}
	}
	switch x.name {
	case "GenericData", "GenericTimeSeriesData", "StructureSpecificData", "StructureSpecificTimeSeriesData", "CompactData":
		return SDMXML
	case "PositionOpening", "PositionOpenings":
		return OpeningXML
	}
	root := x.depth()
	for e := x.next(); e != xmlOver && x.depth() >= root; e = x.next() { // a list of openings, whatever it is called
		if e == xmlStart && x.name == "PositionOpening" {
			return OpeningXML
		}
	}
	return ""
}

// recogniseJSON reads as far as it has to. The outermost members decide, and those one level further in.
func recogniseJSON(head []byte) Format {
	s := newSource(context.Background(), File{Content: bytes.NewReader(head), Size: int64(len(head))}, Limits{}.filled(), 0)
	j := newJSONReader(s)
	outer, inner := map[string]bool{}, map[string]bool{}
	members := func(of map[string]bool, entry func()) {
		for j.object(); j.more(); {
			of[string(j.key)] = true
			entry()
		}
	}
	one := func(of map[string]bool) {
		if j.peek() == '{' {
			members(of, j.skip)
		} else {
			j.skip()
		}
	}
	if j.peek() == '[' {
		if j.array(); j.more() {
			one(outer)
		}
	} else {
		members(outer, func() {
			if j.peek() == '[' {
				for j.array(); j.more(); {
					one(inner)
				}
				return
			}
			one(inner)
		})
	}
	has := func(of map[string]bool, names ...string) bool {
		return slices.ContainsFunc(names, func(s string) bool { return of[s] })
	}
	ad := []string{"categoryList", "locationList", "positioncount"}
	switch {
	case has(outer, "dataSets", "structure"), outer["data"] && has(inner, "dataSets", "structure", "structures"):
		return SDMXJSON
	case has(outer, "dimension", "size") && has(outer, "value", "id", "class"), outer["class"] && has(outer, "link", "version"),
		has(inner, "value", "status") && has(inner, "dimension"), outer["dataset"]:
		return JSONStat
	case has(outer, ad...), outer["content"] && has(inner, ad...):
		return OpeningJSON
	}
	// A long list of values can fill the head, so that what comes after it is not seen.
	switch {
	case outer["value"] || has(inner, "value", "status"):
		return JSONStat
	case outer["meta"] || outer["header"]:
		return SDMXJSON
	case outer["content"]:
		return OpeningJSON
	}
	return ""
}

// A component is a column of a message, before it is known in which place.
type component struct {
	id       string
	labelled bool
}

// shape is what the columns of a sheet are.
type shape struct {
	dimensions []component
	time       string // id of the dimension that is the time
	measures   []string
	attributes []component
}

// columns lays the columns out: dimensions, time, measures, attributes, then the labels. At says where an id has its
// column, and where its labels are.
func (s *shape) columns() (columns, labels []string, at map[string]int) {
	var all []component
	for _, c := range s.dimensions {
		if c.id != s.time {
			all = append(all, c)
		}
	}
	for _, c := range s.dimensions {
		if c.id == s.time {
			all = append(all, c)
		}
	}
	for _, id := range s.measures {
		all = append(all, component{id: id})
	}
	all = append(all, s.attributes...)
	at = map[string]int{}
	for i, c := range all {
		columns = append(columns, c.id)
		at[c.id] = i
	}
	for _, c := range all {
		label := ""
		if c.labelled {
			label = c.id + " label"
			at[label] = len(columns)
			columns = append(columns, label)
		}
		labels = append(labels, label)
	}
	for len(labels) < len(columns) { // labels have none of their own
		labels = append(labels, "")
	}
	return columns, labels, at
}

// checkColumns says whether columns can be told apart, and are not too many.
func (s *source) checkColumns(columns []string) bool {
	if len(columns) > s.limits.Columns {
		s.refuse(fmt.Sprintf("has %d columns, more than the %d allowed", len(columns), s.limits.Columns), "")
		return false
	}
	seen := make(map[string]bool, len(columns))
	for _, c := range columns {
		if c == "" || seen[c] {
			s.refuse(fmt.Sprintf("has two columns called %q", c), "Every dimension and attribute needs an id of its own")
			return false
		}
		seen[c] = true
	}
	return true
}

// sink hands rows on. False means that the reader has had enough or that there are too many of them.
type sink struct {
	yield func(Row, error) bool
	count int
	row   Row
}

func (k *sink) put(s *source, line int, cells []string) bool {
	k.count++
	s.row = line
	if int64(k.count) > s.limits.Rows {
		s.refuse(fmt.Sprintf("has more than %d rows", s.limits.Rows), "Split it")
		return false
	}
	if k.row.Line, k.row.Cells = line, cells; !k.yield(k.row, nil) {
		s.stop(errStopped)
		return false
	}
	s.row = line + 1
	return true
}

// walk makes an iterator of a function that reads a sheet and leaves in its source what went wrong.
func walk(sheet string, read func(ctx context.Context, k *sink) *source) func(ctx context.Context) iter.Seq2[Row, error] {
	return func(ctx context.Context) iter.Seq2[Row, error] {
		return func(yield func(Row, error) bool) {
			if s := read(ctx, &sink{yield: yield}); s.err != nil && s.err != errStopped { //nolint:errorlint // never wrapped: it stays in here
				yield(Row{}, inSheet(s.err, sheet))
			}
		}
	}
}

// inSheet adds to a fault in which sheet it is.
func inSheet(err error, sheet string) error {
	if f, ok := err.(*Fault); ok && f.Sheet == "" { //nolint:errorlint // faults of a source are never wrapped
		g := *f
		g.Sheet = sheet
		return &g
	}
	return err
}

// observed is the text of a measure: what says that there is no value is none.
func observed(b []byte) string {
	if len(b) == 3 && strings.EqualFold(string(b), "NaN") {
		return ""
	}
	return string(b)
}

// interned keeps one copy of each short text that comes again and again.
type interned map[string]string

func (m interned) text(b []byte) string {
	if s, ok := m[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(s) <= 64 && len(m) < 1<<16 {
		m[s] = s
	}
	return s
}

// place is where a component has its column in a sheet and where that of its labels is, -1 where it has none.
type place struct{ code, label int }

// pair is the value of a column.
type pair struct {
	column int
	value  string
}

// groups holds attributes that a message attaches to a part of the key: to all observations that agree in some columns.
type groups struct{ sets []groupSet }

type groupSet struct {
	columns []int
	values  map[string][]pair
}

// add attaches attributes to what has these values in these columns.
func (g *groups) add(s *source, key, attributes []pair) {
	slices.SortFunc(key, func(a, b pair) int { return a.column - b.column })
	columns := make([]int, len(key))
	var text []byte
	for i, p := range key {
		columns[i] = p.column
		text = appendKey(text, p.value)
	}
	i := slices.IndexFunc(g.sets, func(s groupSet) bool { return slices.Equal(s.columns, columns) })
	if i < 0 {
		if i = len(g.sets); i == 64 { // each set costs a look-up for every row
			s.refuse("attaches attributes to more than 64 different parts of the key", "")
			return
		}
		g.sets = append(g.sets, groupSet{columns: columns, values: map[string][]pair{}})
	}
	if !s.charge(1, string(text)) {
		return
	}
	for _, p := range attributes {
		if !s.charge(1, p.value) {
			return
		}
	}
	of := g.sets[i].values
	of[string(text)] = append(of[string(text)], attributes...)
}

// appendKey adds a part to a key so that no two lists of parts have the same.
func appendKey(b []byte, part string) []byte {
	return append(append(strconv.AppendInt(b, int64(len(part)), 10), ':'), part...)
}

// apply brings attributes down to the row of an observation, where that has none of its own. Walks of one sheet may go
// on side by side, so the memory for keys is the caller's.
func (g *groups) apply(cells []string, key []byte) []byte {
	for i := range g.sets {
		set := &g.sets[i]
		key = key[:0]
		for _, c := range set.columns {
			key = appendKey(key, cells[c])
		}
		for _, p := range set.values[string(key)] {
			if cells[p.column] == "" {
				cells[p.column] = p.value
			}
		}
	}
	return key
}

// joined puts several values into one cell.
func joined(values []string) string { return strings.Join(values, ";") }

// isID says whether a text can be the id of a component or code.
func isID(s string) bool {
	for _, c := range []byte(s) {
		if c|' ' >= 'a' && c|' ' <= 'z' || c >= '0' && c <= '9' || c >= utf8.RuneSelf || strings.IndexByte("_@$-+.*/", c) >= 0 {
			continue
		}
		return false
	}
	return s != ""
}
