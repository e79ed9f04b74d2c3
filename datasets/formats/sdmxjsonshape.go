package formats

import (
	"fmt"
	"slices"
	"strings"
)

// jsonComponent is a dimension or an attribute of SDMX-JSON, with the values that observations name by their number.
type jsonComponent struct {
	id, role string
	position int // of a dimension in the key, -1 if it is not said
	values   []jsonValue
	coded    bool   // it has a list of values; else they are written where they belong
	fallback string // of an attribute: its value where none is given
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
	dataSetAt, seriesAt, obsAt   []place // of dimensions
	ofDataSetAt, ofGroupAt       []place // of attributes
	ofSeriesAt, ofObservationAt  []place
	measureAt                    []int
	fallbacks                    []pair
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
			case "default":
				c.fallback = j.note()
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
	places := func(cs []jsonComponent) []place {
		ps := make([]place, len(cs))
		for i, c := range cs {
			ps[i] = place{t.at[c.id], -1}
			if label := t.labels[ps[i].code]; label != "" {
				ps[i].label = t.at[label]
			}
		}
		return ps
	}
	t.dataSetAt, t.seriesAt, t.obsAt = places(t.dataSet), places(t.series), places(t.observation)
	t.ofDataSetAt, t.ofGroupAt = places(t.ofDataSet), places(t.ofGroup)
	t.ofSeriesAt, t.ofObservationAt = places(t.ofSeries), places(t.ofObservation)
	for _, id := range t.measures {
		t.measureAt = append(t.measureAt, t.at[id])
	}
	for _, c := range slices.Concat(t.ofObservation, t.ofSeries, t.ofGroup, t.ofDataSet) {
		if c.fallback == "" {
			continue
		}
		t.fallbacks = append(t.fallbacks, pair{t.at[c.id], c.fallback})
		i := slices.IndexFunc(c.values, func(v jsonValue) bool { return v.id == c.fallback })
		if label := t.labels[t.at[c.id]]; label != "" && i >= 0 {
			t.fallbacks = append(t.fallbacks, pair{t.at[label], c.values[i].name})
		}
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

func (p place) set(cells []string, v jsonValue) {
	if cells[p.code] = v.id; p.label >= 0 {
		cells[p.label] = v.name
	}
}
