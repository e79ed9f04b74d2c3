package formats

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
)

// jsonComponent is a dimension or an attribute of SDMX-JSON, with the values that observations name by their number.
type jsonComponent struct {
	id, role string
	position int // of a dimension in the key, -1 if it is not said
	values   []jsonValue
	coded    bool // it has a list of values; else they are written where they belong
}

type jsonValue struct{ id, name string }

// jsonStructure is what SDMX-JSON says of the columns of its data sets. Levels are those of attachment.
type jsonStructure struct {
	name                         string
	dataSet, series, observation []jsonComponent // dimensions
	ofDataSet, ofGroup, ofSeries []jsonComponent // attributes
	ofObservation                []jsonComponent
	measures                     []string
	columns, labels              []string
	at                           map[string]int
	allDimensions                []*jsonComponent
	dataSetAt, seriesAt, obsAt   []csvPlace // of dimensions
	ofDataSetAt, ofGroupAt       []csvPlace // of attributes
	ofSeriesAt, ofObservationAt  []csvPlace
	measureAt                    []int
	codes                        int
}

// jsonDataSet is where a data set is in the file, and what it says of itself.
type jsonDataSet struct {
	at        int64
	structure int
	base      []string // cells of what holds for all of it
	groups    groups
}

// sdmxJSON is a message that has been read once.
type sdmxJSON struct {
	structures []*jsonStructure
	dataSets   []*jsonDataSet
	raw        []jsonAttached // what data sets say of themselves, until their structure is known
	notes      []string
	failures   []string
}

// jsonAttached is what a data set attaches to itself and to parts of the key, as it is written.
type jsonAttached struct {
	attributes [][]string // of each attribute its values
	groups     []jsonGroup
}

type jsonGroup struct {
	key        string
	attributes [][]string
}

// openSDMXJSON opens SDMX-JSON 1.0 and 2.0 (data messages), and the drafts before them. There is a sheet for each
// structure; data sets of the same structure follow one another in it. Codes come from lists in the message, so these are
// read first, wherever they are, and held; the observations are not.
func openSDMXJSON(ctx context.Context, f File, o Options) (*Document, error) {
	limits := messageLimits(o)
	j := newJSONReader(newSource(ctx, f, limits, 0))
	m := &sdmxJSON{}
	m.survey(j)
	if j.err != nil {
		return nil, j.err
	}
	switch {
	case len(m.failures) > 0:
		j.refuse("is no data, but what the service that wrote it says: "+strings.Join(m.failures, "; "), "Ask it again for less")
	case len(m.structures) == 0:
		j.refuse("has no structure, so nobody can say what its observations are", "Ask the service for SDMX-JSON with dimensions")
	case len(m.dataSets) == 0:
		j.refuse("has no data set", "Ask the service for data, not for structures")
	}
	for i := 0; i < len(m.structures) && j.err == nil; i++ {
		m.structures[i].settle(j.source)
	}
	for i := 0; i < len(m.dataSets) && j.err == nil; i++ {
		m.settle(j, i)
	}
	if j.err != nil {
		return nil, j.err
	}
	d := &Document{Format: SDMXJSON, Notes: m.notes}
	for i, t := range m.structures {
		var sets []*jsonDataSet
		for _, s := range m.dataSets {
			if s.structure == i {
				sets = append(sets, s)
			}
		}
		if len(sets) == 0 {
			continue
		}
		d.Sheets = append(d.Sheets, Sheet{Name: t.name, Columns: t.columns, Labels: t.labels,
			rows: walk(t.name, func(ctx context.Context, k *sink) *source { return t.read(ctx, f, limits, sets, k) })})
	}
	return d, nil
}

// survey reads the message once, and keeps all but the observations.
func (m *sdmxJSON) survey(j *jsonReader) {
	seen := map[string]bool{}
	for j.object(); j.more(); {
		j.once(seen)
		switch string(j.key) {
		case "header", "meta":
			m.header(j)
		case "structure":
			m.structure(j)
		case "dataSets":
			m.passDataSets(j)
		case "data":
			inner := map[string]bool{}
			for j.object(); j.more(); {
				j.once(inner)
				switch string(j.key) {
				case "structure":
					m.structure(j)
				case "structures":
					for j.array(); j.more(); {
						m.structure(j)
					}
				case "dataSets":
					m.passDataSets(j)
				default:
					j.skip()
				}
			}
		case "errors":
			for j.array(); j.more(); {
				m.failures = append(m.failures, readJSONFailure(j))
			}
		default:
			j.skip()
		}
	}
	j.done()
}

// readJSONFailure reads what a service says went wrong: {"code": 404, "title": "…", "detail": "…"} or a text.
func readJSONFailure(j *jsonReader) string {
	if j.peek() != '{' {
		s := j.text()
		j.charge(1, s)
		return s
	}
	var said []string
	for j.object(); j.more(); {
		switch string(j.key) {
		case "title", "detail", "message", "label", "text":
			s := j.note()
			j.charge(1, s)
			said = append(said, s)
		default:
			j.skip()
		}
	}
	return strings.Join(said, ": ")
}

func (m *sdmxJSON) header(j *jsonReader) {
	for j.object(); j.more(); {
		switch string(j.key) {
		case "test":
			if j.text() == "true" {
				m.notes = append(m.notes, noteTest)
				j.charge(1)
			}
		case "prepared":
			t := j.text()
			m.notes = append(m.notes, notePrepared+t)
			j.charge(1, t)
		default:
			j.skip()
		}
	}
}

func (m *sdmxJSON) structure(j *jsonReader) {
	if len(m.structures) == 1000 {
		j.fail("more than 1,000 structures", "Split the file")
		return
	}
	t := &jsonStructure{}
	var flow, definition string
	seen := map[string]bool{}
	for j.object(); j.more(); {
		j.once(seen)
		switch string(j.key) {
		case "name":
			t.name = j.note()
		case "links":
			for j.array(); j.more(); {
				var rel, urn string
				for j.object(); j.more(); {
					switch string(j.key) {
					case "rel":
						rel = j.text()
					case "urn":
						urn = j.text()
					default:
						j.skip()
					}
				}
				switch _, id, _ := strings.Cut(urn, "="); strings.ToLower(rel) {
				case "dataflow":
					flow = id
				case "datastructure":
					definition = id
				}
			}
		case "dimensions":
			for j.object(); j.more(); {
				switch string(j.key) {
				case "dataSet", "dataset":
					t.dataSet = readJSONComponents(j)
				case "series":
					t.series = readJSONComponents(j)
				case "observation":
					t.observation = readJSONComponents(j)
				default:
					j.skip()
				}
			}
		case "measures":
			for j.object(); j.more(); {
				if string(j.key) != "observation" {
					j.skip()
					continue
				}
				for _, c := range readJSONComponents(j) {
					t.measures = append(t.measures, c.id)
				}
			}
		case "attributes":
			for j.object(); j.more(); {
				switch string(j.key) {
				case "dataSet", "dataset":
					t.ofDataSet = readJSONComponents(j)
				case "dimensionGroup":
					t.ofGroup = readJSONComponents(j)
				case "series":
					t.ofSeries = readJSONComponents(j)
				case "observation":
					t.ofObservation = readJSONComponents(j)
				default:
					j.skip()
				}
			}
		default:
			j.skip()
		}
	}
	if flow == "" {
		flow = definition
	}
	if flow != "" {
		t.name = flow
	}
	m.structures = append(m.structures, t)
}

// components reads a list of dimensions or attributes with their values.
func readJSONComponents(j *jsonReader) []jsonComponent {
	var all []jsonComponent
	for j.array(); j.more(); {
		c := jsonComponent{position: -1}
		for j.object(); j.more(); {
			switch string(j.key) {
			case "id":
				c.id = j.text()
			case "role":
				c.role = j.note()
			case "roles":
				c.role = j.note()
			case "keyPosition":
				if n, ok := digits(j.scalar(), 1000); ok {
					c.position = int(n)
				}
			case "values":
				c.coded = j.peek() == '['
				for j.array(); j.more(); {
					v := readJSONValue(j)
					c.values = append(c.values, v)
					j.charge(1, v.id, v.name)
				}
				c.coded = c.coded && len(c.values) > 0
			default:
				j.skip()
			}
		}
		if c.id == "" && j.err == nil {
			j.fail("a dimension or an attribute without an id", "")
		}
		if all = append(all, c); len(all) > j.limits.Columns {
			j.fail(fmt.Sprintf("the message has more than %d columns", j.limits.Columns), "")
		}
	}
	return all
}

// readJSONValue reads one of the values of a component. Those of an attribute without a code list have a name or a value
// only, and null stands for none.
func readJSONValue(j *jsonReader) jsonValue {
	if j.peek() != '{' {
		return jsonValue{id: j.note()}
	}
	var v jsonValue
	var value string
	for j.object(); j.more(); {
		switch string(j.key) {
		case "id":
			v.id = j.text()
		case "name":
			v.name = j.note()
		case "names":
			if n := j.note(); v.name == "" {
				v.name = n
			}
		case "value":
			value = j.note()
		default:
			j.skip()
		}
	}
	if v.id == "" {
		if value == "" {
			value, v.name = v.name, ""
		}
		v.id = value
	}
	return v
}

// passDataSets passes the data sets and keeps what they say of themselves.
func (m *sdmxJSON) passDataSets(j *jsonReader) {
	for j.array(); j.more(); {
		d := &jsonDataSet{}
		var a jsonAttached
		j.peek()
		d.at = j.offset()
		if len(m.dataSets) == 1_000 {
			j.fail("more than 1,000 data sets", "Split the file")
			return
		}
		seen := map[string]bool{}
		for j.object(); j.more(); {
			j.once(seen)
			switch string(j.key) {
			case "action":
				if strings.EqualFold(j.text(), "delete") {
					j.fail("a data set deletes what it names (action Delete); only data can be read here",
						"Ask for the data as they are now")
				}
			case "structure":
				n, ok := digits(j.scalar(), 1000)
				if !ok {
					j.fail("a data set that does not say by its number which structure it has", "")
				}
				d.structure = int(n)
			case "attributes":
				a.attributes = readJSONAttached(j)
			case "dimensionGroupAttributes":
				for j.object(); j.more(); {
					key := string(j.key)
					j.charge(1, key)
					a.groups = append(a.groups, jsonGroup{key, readJSONAttached(j)})
				}
			default:
				j.skip()
			}
		}
		m.dataSets, m.raw = append(m.dataSets, d), append(m.raw, a)
	}
}

// attached reads a list of attribute values as they are written: numbers in a list of values, or the values themselves.
func readJSONAttached(j *jsonReader) [][]string {
	var all [][]string
	for j.array(); j.more(); {
		values := readJSONWritten(j)
		j.charge(1+len(values), values...)
		all = append(all, values)
	}
	return all
}

// readJSONWritten reads one attribute. A text is told from a number by the quotation mark that is left before it.
func readJSONWritten(j *jsonReader) []string {
	switch c := j.peek(); c {
	case 'n':
		j.scalar()
		return nil
	case '[':
		var all []string
		for j.array(); j.more(); {
			all = append(all, readJSONWritten(j)...)
		}
		return all
	case '"':
		return []string{`"` + j.text()}
	case '{':
		return []string{`"` + j.note()}
	default:
		return []string{j.text()}
	}
}

// settle lays out the columns of a structure.
func (t *jsonStructure) settle(s *source) {
	dimensions := slices.Concat(t.dataSet, t.series, t.observation)
	for i := range dimensions {
		t.allDimensions = append(t.allDimensions, &dimensions[i])
	}
	ordered := slices.Clone(t.allDimensions)
	if !slices.ContainsFunc(ordered, func(c *jsonComponent) bool { return c.position < 0 && c.id != timePeriod }) {
		slices.SortStableFunc(ordered, func(a, b *jsonComponent) int { return a.position - b.position })
	}
	var sh shape
	for _, c := range ordered {
		sh.dimensions = append(sh.dimensions, component{c.id, c.labelled()})
		if c.id == timePeriod || sh.time == "" && strings.EqualFold(c.role, timePeriod) || sh.time == "" && strings.EqualFold(c.role, "time") {
			sh.time = c.id
		}
	}
	if len(t.measures) == 0 {
		t.measures = []string{obsValue}
	}
	sh.measures = t.measures
	for _, level := range [][]jsonComponent{t.ofObservation, t.ofSeries, t.ofGroup, t.ofDataSet} {
		for _, c := range level { // an attribute may be attached to several levels
			i := slices.IndexFunc(sh.attributes, func(k component) bool { return k.id == c.id })
			if i < 0 {
				i = len(sh.attributes)
				sh.attributes = append(sh.attributes, component{id: c.id})
			}
			sh.attributes[i].labelled = sh.attributes[i].labelled || c.labelled()
		}
	}
	t.columns, t.labels, t.at = sh.columns()
	if !s.checkColumns(t.columns) {
		return
	}
	place := func(cs []jsonComponent) []csvPlace {
		ps := make([]csvPlace, len(cs))
		for i, c := range cs {
			ps[i] = csvPlace{t.at[c.id], -1}
			if label := t.labels[ps[i].code]; label != "" {
				ps[i].label = t.at[label]
			}
		}
		return ps
	}
	t.dataSetAt, t.seriesAt, t.obsAt = place(t.dataSet), place(t.series), place(t.observation)
	t.ofDataSetAt, t.ofGroupAt = place(t.ofDataSet), place(t.ofGroup)
	t.ofSeriesAt, t.ofObservationAt = place(t.ofSeries), place(t.ofObservation)
	for _, id := range t.measures {
		t.measureAt = append(t.measureAt, t.at[id])
	}
}

// labelled says whether any value has a name beside its id. Times are their own names.
func (c *jsonComponent) labelled() bool {
	return c.id != timePeriod && slices.ContainsFunc(c.values, func(v jsonValue) bool { return v.name != "" && v.name != v.id })
}

// settle brings what a data set says of itself into its columns.
func (m *sdmxJSON) settle(j *jsonReader, i int) {
	d, a := m.dataSets[i], m.raw[i]
	if d.structure >= len(m.structures) {
		j.refuse(fmt.Sprintf("has a data set of structure %d, but only %d structures", d.structure, len(m.structures)), "")
		return
	}
	t := m.structures[d.structure]
	d.base = make([]string, len(t.columns))
	for i := range t.dataSet {
		if c := &t.dataSet[i]; len(c.values) != 1 {
			j.refuse(fmt.Sprintf("says that %s is the same in all of a data set, and names %d values", c.id, len(c.values)), "")
			return
		}
		t.dataSetAt[i].set(d.base, t.dataSet[i].values[0])
	}
	for i, written := range a.attributes {
		if i < len(t.ofDataSet) {
			v, ok := t.ofDataSet[i].resolve(written)
			if !ok {
				j.refuse(noSuchValue(t.ofDataSet[i].id), "")
			}
			t.ofDataSetAt[i].set(d.base, v)
		}
	}
	for _, g := range a.groups {
		t.attach(j, d, g)
	}
}

// attach notes what a data set attaches to a part of the key, as "0::1": the numbers of values, nothing where any will do.
func (t *jsonStructure) attach(j *jsonReader, d *jsonDataSet, g jsonGroup) {
	numbers := strings.Split(g.key, ":")
	var key, attributes []pair
	if len(numbers) > len(t.allDimensions) {
		j.refuse(fmt.Sprintf("attaches attributes to %.60q, which has more parts than there are dimensions", g.key), "")
		return
	}
	for i, number := range numbers {
		if number == "" {
			continue
		}
		n, ok := digits([]byte(number), int64(len(t.allDimensions[i].values)-1))
		if !ok {
			j.refuse(noSuchValue(t.allDimensions[i].id), "")
			return
		}
		key = append(key, pair{t.at[t.allDimensions[i].id], t.allDimensions[i].values[n].id})
	}
	for i, written := range g.attributes {
		if i >= len(t.ofGroup) {
			break
		}
		v, ok := t.ofGroup[i].resolve(written)
		if !ok {
			j.refuse(noSuchValue(t.ofGroup[i].id), "")
			return
		}
		if attributes = append(attributes, pair{t.ofGroupAt[i].code, v.id}); t.ofGroupAt[i].label >= 0 {
			attributes = append(attributes, pair{t.ofGroupAt[i].label, v.name})
		}
	}
	d.groups.add(j.source, key, attributes)
}

func noSuchValue(id string) string {
	return fmt.Sprintf("names a value of %.60s by a number that is not in its list", id)
}

// resolve finds the value of an attribute, or joins its values.
func (c *jsonComponent) resolve(written []string) (jsonValue, bool) {
	if len(written) == 1 {
		return c.value(written[0])
	}
	ids, names := make([]string, len(written)), make([]string, len(written))
	for i, w := range written {
		v, ok := c.value(w)
		if !ok {
			return v, false
		}
		ids[i], names[i] = v.id, v.name
	}
	v := jsonValue{id: joined(ids)}
	if c.labelled() {
		v.name = joined(names)
	}
	return v, true
}

func (c *jsonComponent) value(written string) (jsonValue, bool) {
	if text, ok := strings.CutPrefix(written, `"`); ok {
		return jsonValue{id: text}, true
	}
	if !c.coded {
		return jsonValue{id: written}, true
	}
	n, ok := digits([]byte(written), int64(len(c.values)-1))
	if !ok {
		return jsonValue{}, false
	}
	return c.values[n], true
}

func (p csvPlace) set(cells []string, v jsonValue) {
	if cells[p.code] = v.id; p.label >= 0 {
		cells[p.label] = v.name
	}
}

// jsonRows is a walk through data sets of one structure.
type jsonRows struct {
	*jsonReader
	t             *jsonStructure
	d             *jsonDataSet
	k             *sink
	series, cells []string
	groupKey      []byte
}

// read walks the observations.
func (t *jsonStructure) read(ctx context.Context, f File, limits Limits, sets []*jsonDataSet, k *sink) *source {
	var s *source
	for _, d := range sets {
		s = newSource(ctx, f, limits, d.at)
		r := &jsonRows{newJSONReader(s), t, d, k, slices.Clone(d.base), make([]string, len(t.columns)), nil}
		for r.object(); r.more(); {
			switch string(r.key) {
			case "series":
				for r.object(); r.more(); {
					r.oneSeries()
				}
			case "observations":
				copy(r.series, d.base)
				r.observations()
			default:
				r.skip()
			}
		}
		if s.err != nil {
			break
		}
	}
	return s
}

// keyed sets the cells of dimensions that a key names, as "0:3:1".
func (r *jsonRows) keyed(key []byte, cs []jsonComponent, at []csvPlace, cells []string) bool {
	for i := range cs {
		number, rest, more := bytes.Cut(key, []byte{':'})
		n, ok := digits(number, int64(len(cs[i].values)-1))
		if !ok {
			r.fail(fmt.Sprintf("the key %.60q has no value of %s", r.key, cs[i].id), "")
			return false
		}
		if at[i].set(cells, cs[i].values[n]); more != (i < len(cs)-1) {
			r.fail(fmt.Sprintf("the key %.60q has not as many parts as there are dimensions (%d)", r.key, len(cs)), "")
			return false
		}
		key = rest
	}
	return true
}

// oneSeries walks a series. Its attributes may come after its observations; then these are read again from their place.
func (r *jsonRows) oneSeries() {
	copy(r.series, r.d.base)
	if !r.keyed(r.key, r.t.series, r.t.seriesAt, r.series) {
		return
	}
	known, later := len(r.t.ofSeries) == 0, int64(-1)
	for r.object(); r.more(); {
		switch string(r.key) {
		case "attributes":
			r.attributes(r.t.ofSeries, r.t.ofSeriesAt, r.series)
			known = true
		case "observations":
			if known {
				r.observations()
				continue
			}
			r.peek()
			later = r.offset()
			r.skip()
		default:
			r.skip()
		}
	}
	if later >= 0 && r.err == nil {
		again := *r
		again.jsonReader = newJSONReader(newSource(r.ctx, r.file, r.limits, later))
		if again.observations(); again.err != nil {
			r.stop(again.err)
		}
	}
}

// attributes reads a list of attributes; what is beyond those of the structure are annotations.
func (r *jsonRows) attributes(cs []jsonComponent, at []csvPlace, cells []string) {
	i := 0
	for r.array(); r.more(); i++ {
		if i >= len(cs) {
			r.skip()
			continue
		}
		r.attribute(&cs[i], at[i], cells)
	}
}

func (r *jsonRows) attribute(c *jsonComponent, at csvPlace, cells []string) {
	if b := r.peek(); c.coded && b >= '0' && b <= '9' { // nearly all are like this
		n, ok := digits(r.scalar(), int64(len(c.values)-1))
		if !ok {
			r.fail(noSuchValue(c.id), "")
			return
		}
		at.set(cells, c.values[n])
		return
	}
	v, ok := c.resolve(readJSONWritten(r.jsonReader))
	if !ok {
		r.fail(noSuchValue(c.id), "")
		return
	}
	at.set(cells, v)
}

// observations walks {"0:1": [value, attributes …], …}.
func (r *jsonRows) observations() {
	for r.object(); r.more(); {
		copy(r.cells, r.series)
		if !r.keyed(r.key, r.t.observation, r.t.obsAt, r.cells) {
			return
		}
		i := 0
		for r.array(); r.more(); i++ {
			switch n := i - len(r.t.measureAt); {
			case n < 0 && r.peek() == '[': // a measure of several values
				v, _ := (&jsonComponent{}).resolve(readJSONWritten(r.jsonReader))
				r.cells[r.t.measureAt[i]] = v.id
			case n < 0:
				r.cells[r.t.measureAt[i]] = observed(r.scalar())
			case n < len(r.t.ofObservation):
				r.attribute(&r.t.ofObservation[n], r.t.ofObservationAt[n], r.cells)
			default:
				r.skip()
			}
		}
		if r.err != nil {
			return
		}
		r.groupKey = r.d.groups.apply(r.cells, r.groupKey)
		if !r.k.put(r.source, r.k.count+1, r.cells) {
			return
		}
	}
}
