package formats

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"
)

// Columns of units, which JSON-stat has for the categories of a dimension.
const (
	unitMeasure = "UNIT_MEASURE"
	unitMult    = "UNIT_MULT"
	decimals    = "DECIMALS"
)

// statDimension is a dimension of JSON-stat with its categories.
type statDimension struct {
	codes  []string
	labels map[string]string
	units  map[string][3]string // of each code, as far as known: unit, multiplier, decimals
	listed bool                 // it has an index, which says how many codes there are
}

// statList is where values or statuses are in the file: a list of all of them, or an object of some by their number.
type statList struct {
	at     int64 // -1 if there is none
	object bool
	count  int64
	top    int64  // greatest number of an object
	sorted bool   // numbers of an object ascend
	first  string // of a list
	all    string // what holds for all values
}

// What lists are of.
const (
	values   = "value"
	statuses = "status"
)

// statDataset is a dataset that has been read once.
type statDataset struct {
	name       string
	ids        []string
	sizes      []int64
	time       []string
	dimensions map[string]*statDimension
	value      statList
	status     statList
	cells      int64 // product of the sizes

	columns, labels []string
	at              map[string]int
	unitsOf         string // dimension that has units
}

// jsonStat is a response that has been read once.
type jsonStat struct {
	datasets  []*statDataset
	elsewhere int // datasets that a collection only names
	failure   string
}

// openJSONStat opens JSON-stat 2 (a dataset, or a collection with its datasets in it) and the datasets of JSON-stat 1,
// each a sheet. Values written as a list are a row each, also where there is none (null); of those written by their
// number, those are that the file has, or has a status of. Hierarchies of categories (child) are ignored.
func openJSONStat(ctx context.Context, f File, o Options) (*Document, error) {
	limits := o.Limits.filled()
	j := newJSONReader(newSource(ctx, f, limits, 0))
	m := &jsonStat{}
	if top := m.dataset(j, ""); top.value.at >= 0 {
		m.datasets = append(m.datasets, top)
	}
	j.done()
	switch {
	case j.err != nil:
	case m.failure != "":
		j.refuse("is no data, but what the service that wrote it says: "+m.failure, "Ask it again for less")
	case len(m.datasets) == 0 && m.elsewhere > 0:
		j.refuse(fmt.Sprintf("is a collection that only names %d datasets", m.elsewhere), "Fetch one of these")
	case len(m.datasets) == 0:
		j.refuse("has no dataset with values", "Ask the service for data in JSON-stat 2")
	}
	for i := 0; i < len(m.datasets) && j.err == nil; i++ {
		m.datasets[i].settle(j.source)
	}
	if j.err != nil {
		return nil, j.err
	}
	d := &Document{Format: JSONStat}
	for _, t := range m.datasets {
		d.Sheets = append(d.Sheets, Sheet{
			Name: t.name, Columns: t.columns, Labels: t.labels,
			rows: walk(t.name, func(ctx context.Context, k *sink) *source { return t.read(ctx, f, limits, k) }),
		})
	}
	return d, nil
}

// dataset reads an object that is a dataset, or has datasets in it.
func (m *jsonStat) dataset(j *jsonReader, name string) *statDataset {
	t := &statDataset{name: name, dimensions: map[string]*statDimension{}, value: statList{at: -1}, status: statList{at: -1}}
	class, seen := "", map[string]bool{}
	for j.object(); j.more(); {
		j.once(seen)
		switch key := string(j.key); key {
		case "class":
			class = j.text()
		case "label":
			if label := j.note(); label != "" {
				t.name = label
			}
		case "value":
			t.value = readStatList(j, values)
		case "status":
			t.status = readStatStatus(j)
		case "id":
			t.ids = readStatTexts(j)
		case "size":
			t.sizes = readStatSizes(j)
		case "role":
			t.role(j)
		case "dimension":
			t.readDimensions(j)
		case "error":
			m.failure = readStatError(j)
		case "link":
			m.link(j)
		case "version", "href", "updated", "source", "note", "extension":
			j.skip()
		default: // of JSON-stat 1: a dataset under a name of its own
			if j.peek() != '{' || len(j.open) > 3 {
				j.skip()
				continue
			}
			if key == "dataset" {
				key = ""
			}
			if in := m.dataset(j, key); in.value.at >= 0 && j.charge(1, in.name) {
				m.datasets = append(m.datasets, in)
			}
		}
	}
	if class == "error" {
		m.failure = cmp.Or(t.name, "error")
	}
	return t
}

// link reads the items of a collection.
func (m *jsonStat) link(j *jsonReader) {
	for j.object(); j.more(); {
		if string(j.key) != "item" {
			j.skip()
			continue
		}
		for j.array(); j.more(); {
			in := m.dataset(j, "")
			if in.value.at < 0 {
				m.elsewhere++
			} else if j.charge(1, in.name) {
				m.datasets = append(m.datasets, in)
			}
		}
	}
}

func readStatError(j *jsonReader) string {
	if j.peek() != '[' {
		return cmp.Or(readJSONFailure(j), "error")
	}
	var said []string
	for j.array(); j.more(); {
		said = append(said, readJSONFailure(j))
	}
	return cmp.Or(strings.Join(said, "; "), "error")
}

// readStatList passes a list or an object of values and learns how many there are and in which order. What they are is
// said in faults.
func readStatList(j *jsonReader, what string) statList {
	object := j.peek() == '{'
	l := statList{at: j.offset(), object: object, sorted: true}
	if !object {
		for j.array(); j.more(); l.count++ {
			if b := j.scalar(); l.count == 0 {
				l.first = string(b)
			}
		}
		return l
	}
	last := int64(-1)
	for j.object(); j.more(); l.count++ {
		if what == statuses && string(j.key) == "value" { // Eurostat used to put the list under this
			l = readStatList(j, what)
			l.first = ""
			for j.more() {
				j.skip()
			}
			return l
		}
		n, ok := digits(j.key, math.MaxInt64)
		if !ok {
			j.fail(fmt.Sprintf("%.60q where the number of a %s should be", j.key, what), "")
			return l
		}
		l.sorted = l.sorted && n > last
		last, l.top = n, max(l.top, n)
		j.scalar()
	}
	return l
}

// readStatStatus is the same for statuses, of which one holds for all values, as a text or as a list of it.
func readStatStatus(j *jsonReader) statList {
	if c := j.peek(); c != '{' && c != '[' {
		return statList{at: -1, all: j.text()}
	}
	l := readStatList(j, statuses)
	if l.count == 1 {
		l.all = l.first
	}
	return l
}

func readStatTexts(j *jsonReader) []string {
	if j.peek() != '[' { // of other things called so
		j.skip()
		return nil
	}
	var all []string
	for j.array(); j.more(); {
		s := j.text()
		j.charge(1, s)
		all = append(all, s)
	}
	return all
}

func readStatSizes(j *jsonReader) []int64 {
	var all []int64
	for j.array(); j.more(); {
		n, ok := digits(j.scalar(), math.MaxInt32)
		if !ok {
			j.fail("the size of a dimension that is no number of categories", "")
		}
		j.charge(1)
		all = append(all, n)
	}
	return all
}

func (t *statDataset) role(j *jsonReader) {
	for j.object(); j.more(); {
		if string(j.key) == "time" {
			t.time = readStatTexts(j)
			continue
		}
		j.skip()
	}
}

// readDimensions reads the dimensions. JSON-stat 1 has their order, sizes and roles among them.
func (t *statDataset) readDimensions(j *jsonReader) {
	for j.object(); j.more(); {
		key := string(j.key)
		switch b := j.peek(); {
		case key == "id" && b == '[':
			t.ids = readStatTexts(j)
		case key == "size" && b == '[':
			t.sizes = readStatSizes(j)
		case key == "role":
			t.role(j)
		default:
			if t.dimensions[key] != nil {
				j.fail(fmt.Sprintf("the dimension %.60q is described twice", key), "")
			}
			j.charge(1, key)
			d := &statDimension{labels: map[string]string{}}
			t.dimensions[key] = d
			for j.object(); j.more(); {
				if string(j.key) == "category" {
					d.category(j)
				} else {
					j.skip()
				}
			}
		}
	}
}

func (d *statDimension) category(j *jsonReader) {
	for j.object(); j.more(); {
		switch string(j.key) {
		case "index":
			d.index(j)
		case "label":
			for j.object(); j.more(); {
				code := string(j.key)
				label := j.note()
				j.charge(1, code, label)
				d.labels[code] = label
			}
		case "unit":
			d.units = map[string][3]string{}
			for j.object(); j.more(); {
				code := string(j.key)
				u := readStatUnit(j)
				j.charge(1, u[:]...)
				d.units[code] = u
			}
		default:
			j.skip()
		}
	}
}

// index reads the codes, in their order: a list, or an object that says of each its place.
func (d *statDimension) index(j *jsonReader) {
	if d.listed = true; j.peek() != '{' {
		d.codes = readStatTexts(j)
		return
	}
	places := map[string]int64{}
	for j.object(); j.more(); {
		code := string(j.key)
		n, ok := digits(j.scalar(), int64(j.limits.Codes))
		if _, twice := places[code]; !ok || twice {
			j.fail(fmt.Sprintf("the category %.60q is there twice, or has no place", code), "")
			return
		}
		j.charge(1, code)
		places[code] = n
	}
	d.codes = make([]string, len(places))
	taken := make([]bool, len(places))
	for code, n := range places {
		if n >= int64(len(places)) || taken[n] {
			j.fail("places of categories that do not count from 0 on", "")
			return
		}
		taken[n], d.codes[n] = true, code
	}
}

// readStatUnit reads the unit of a category: what it is called, its power of ten, its decimals.
func readStatUnit(j *jsonReader) (u [3]string) {
	var label, base, symbol string
	for j.object(); j.more(); {
		switch string(j.key) {
		case "label":
			label = j.note()
		case "base":
			base = j.note()
		case "symbol":
			symbol = j.note()
		case "multiplier", "mult":
			u[1] = j.note()
		case "decimals":
			u[2] = j.note()
		default:
			j.skip()
		}
	}
	u[0] = cmp.Or(base, label, symbol)
	return u
}
