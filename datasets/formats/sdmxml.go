package formats

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
)

// mlLevel is what a value is attached to.
type mlLevel int

const (
	mlOfDataSet mlLevel = iota
	mlOfSeries
	mlOfObservation
	mlOfGroup
	mlLevels
)

// mlRole is what a message says that a value is. Structure-specific messages do not say it.
type mlRole int

const (
	mlAny mlRole = iota
	mlDimension
	mlAttribute
)

// mlWalker reads a data set and tells what comes by: the values, where a series and an observation begin, where an
// observation or a group is complete.
type mlWalker struct {
	*xmlReader
	generic  bool
	atObs    string // the dimension that the observations of a series differ in
	value    func(level mlLevel, role mlRole, id, value []byte)
	begin    func(level mlLevel)
	complete func(level mlLevel)
}

// mlOwn are attributes of a DataSet element that say something of the data set itself.
var mlOwn = map[string]bool{
	"structureRef": true, "action": true, "setID": true, "dataScope": true, "validFromDate": true, "validToDate": true,
	"publicationYear": true, "publicationPeriod": true, "reportingBeginDate": true, "reportingEndDate": true, "type": true,
}

// dataSet reads the data set whose start tag has been read.
func (w *mlWalker) dataSet() {
	w.begin(mlOfDataSet)
	if !w.generic {
		w.attributeValues(mlOfDataSet)
	}
	w.each(func(name string) {
		switch name {
		case "Series":
			w.series()
		case "Obs":
			w.begin(mlOfSeries)
			w.observation()
		case "Group", "Atts":
			w.group()
		case "Attributes":
			w.values(mlOfDataSet, mlAttribute)
		case "Comp":
			w.comp(mlOfDataSet)
		case "Annotations", "DataProvider":
			w.skip()
		default:
			w.strange(name, "DataSet")
		}
	})
}

// strange refuses an element that nothing is known of: passing it could lose data in silence.
func (w *mlWalker) strange(name, in string) {
	w.fail(fmt.Sprintf("the element %.60s inside of %s, which SDMX-ML 2.1 does not have there", name, in), "")
}

func (w *mlWalker) series() {
	w.begin(mlOfSeries)
	if !w.generic {
		w.attributeValues(mlOfSeries)
		w.complete(mlOfSeries)
	}
	w.each(func(name string) {
		switch name {
		case "Obs":
			w.observation()
		case "SeriesKey":
			w.values(mlOfSeries, mlDimension)
			w.complete(mlOfSeries)
		case "Attributes":
			w.values(mlOfSeries, mlAttribute)
		case "Comp":
			w.comp(mlOfSeries)
		case "Annotations":
			w.skip()
		default:
			w.strange(name, "Series")
		}
	})
}

func (w *mlWalker) observation() {
	w.begin(mlOfObservation)
	if !w.generic {
		w.attributeValues(mlOfObservation)
	}
	w.each(func(name string) {
		switch name {
		case "ObsDimension":
			id, ok := w.attribute("id")
			if !ok {
				id = w.atObs
			}
			value, _ := w.attribute("value")
			w.value(mlOfObservation, mlDimension, []byte(id), []byte(value))
			w.skip()
		case "ObsValue":
			value, _ := w.attribute("value")
			w.value(mlOfObservation, mlAny, []byte(obsValue), []byte(value))
			w.skip()
		case "ObsKey":
			w.values(mlOfObservation, mlDimension)
		case "Attributes":
			w.values(mlOfObservation, mlAttribute)
		case "Comp":
			w.comp(mlOfObservation)
		case "Annotations":
			w.skip()
		default:
			w.strange(name, "Obs")
		}
	})
	if w.err == nil {
		w.complete(mlOfObservation)
	}
}

func (w *mlWalker) group() {
	w.begin(mlOfGroup)
	if !w.generic {
		w.attributeValues(mlOfGroup)
	}
	w.each(func(name string) {
		switch name {
		case "GroupKey":
			w.values(mlOfGroup, mlDimension)
		case "Attributes":
			w.values(mlOfGroup, mlAttribute)
		case "Comp":
			w.comp(mlOfGroup)
		case "Annotations":
			w.skip()
		default:
			w.strange(name, "Group")
		}
	})
	if w.err == nil {
		w.complete(mlOfGroup)
	}
}

// attributeValues takes the attributes of a structure-specific element. Those with a prefix belong to XML and SDMX.
func (w *mlWalker) attributeValues(level mlLevel) {
	for i := range w.attributes {
		if a := &w.attributes[i]; !a.prefixed && (level != mlOfDataSet || !mlOwn[string(a.name)]) {
			w.value(level, mlAny, a.name, a.value)
		}
	}
}

// values reads generic values: <Value id="FREQ" value="A"/>.
func (w *mlWalker) values(level mlLevel, role mlRole) {
	w.each(func(name string) {
		if name != "Value" {
			w.strange(name, "a list of values")
			return
		}
		var id, value []byte
		for i := range w.attributes {
			switch a := &w.attributes[i]; string(a.name) {
			case "id":
				id = a.value
			case "value":
				value = a.value
			}
		}
		if w.value(level, role, id, value); w.next() == xmlStart {
			w.strange(w.name, "Value")
		}
	})
}

// comp reads an attribute of several values, as SDMX-ML 3.0 has it: <Comp id="A"><Value>x</Value>…</Comp>.
func (w *mlWalker) comp(level mlLevel) {
	id, _ := w.attribute("id")
	var values []string
	size := 0
	w.each(func(name string) {
		if name != "Value" {
			w.strange(name, "Comp")
			return
		}
		value := w.inner()
		if values, size = append(values, value), size+len(value)+1; size > w.limits.Cell {
			w.fail(fmt.Sprintf("a text is longer than %d bytes", w.limits.Cell), "")
		}
	})
	w.value(level, mlAttribute, []byte(id), []byte(joined(values)))
}

// mlStructure is what the header says of the structure of data sets.
type mlStructure struct {
	name, id, atObs string
}

// sdmxML is a message that has been read once.
type sdmxML struct {
	generic    bool
	structures map[string]mlStructure // by what data sets call them
	metadata   mlMetadata
	sheets     []*mlSheet
	notes      []string
	failures   []string
}

// openSDMXML opens SDMX-ML 2.1 (data messages, generic and structure-specific, series and flat), and structure-specific
// 3.0, which differs little. There is a sheet for each structure; data sets of the same structure follow one another in
// it. The message is read twice: which columns there are is known at its end. Structure-specific messages do not say what
// is a dimension and what an attribute. Unless the structure is in the message, what every series has is taken for a
// dimension, but for ids that SDMX has for attributes everywhere (mlKnownAttributes).
func openSDMXML(ctx context.Context, f File, o Options) (*Document, error) {
	limits := o.Limits.filled()
	x := newXMLReader(newSource(ctx, f, limits, 0))
	m := &sdmxML{structures: map[string]mlStructure{}, metadata: newMLMetadata()}
	m.survey(x)
	switch {
	case x.err != nil:
	case len(m.failures) > 0:
		x.refuse("is no data, or not all of them; the service that wrote it says: "+strings.Join(m.failures, "; "), "Ask it again for less")
	case len(m.sheets) == 0 && len(m.metadata.definitions)+len(m.metadata.codelists) > 0:
		x.refuse("is a structure message, without data", "Ask the service for data of this structure")
	case len(m.sheets) == 0:
		x.refuse("has no data set", "Ask the service for data")
	}
	for i := 0; i < len(m.sheets) && x.err == nil; i++ {
		m.sheets[i].settle(x.source, &m.metadata)
	}
	if x.err != nil {
		return nil, x.err
	}
	d := &Document{Format: SDMXML, Notes: m.notes}
	for _, t := range m.sheets {
		d.Sheets = append(d.Sheets, Sheet{
			Name: t.name, Columns: t.columns, Labels: t.labels,
			rows: walk(t.name, func(ctx context.Context, k *sink) *source { return t.read(ctx, f, limits, k) }),
		})
	}
	return d, nil
}

// survey reads the message once and keeps all but the observations.
func (m *sdmxML) survey(x *xmlReader) {
	if x.next() != xmlStart {
		if x.err == nil {
			x.refuse("is empty", "")
		}
		return
	}
	m.generic = strings.HasPrefix(x.name, "Generic")
	for i := range x.attributes {
		if v := x.attributes[i].value; bytes.Contains(v, []byte("/schemas/v2_0/")) || bytes.Contains(v, []byte("/schemas/v1_0/")) {
			x.fail("the message is in SDMX-ML 2.0 or older", "Ask the service for SDMX-ML 2.1, SDMX-JSON or SDMX-CSV")
			return
		}
	}
	failed := x.name == "Error"
	x.each(func(name string) {
		switch name {
		case "Header":
			m.header(x)
		case "DataSet":
			m.dataSet(x)
		case "Structures":
			m.metadata.read(x)
		case "Footer":
			x.each(func(string) { m.said(x, false) })
		case "ErrorMessage":
			m.said(x, failed)
		default:
			x.skip()
		}
	})
	for x.err == nil && x.next() != xmlOver {
		continue // what comes after the end is refused
	}
}

// said reads a message of the service to the reader.
func (m *sdmxML) said(x *xmlReader, failed bool) {
	code, _ := x.attribute("code")
	severity, _ := x.attribute("severity")
	var texts []string
	x.each(func(string) {
		if t := x.inner(); x.charge(1, t) {
			texts = append(texts, t)
		}
	})
	text := strings.Join(texts, " ")
	if code != "" {
		text = strings.TrimSpace(code + " " + text)
	}
	if failed || strings.EqualFold(severity, "error") {
		m.failures = append(m.failures, text)
		return
	}
	m.notes = append(m.notes, "The service that sent the message says: "+text+".")
}

func (m *sdmxML) header(x *xmlReader) {
	x.each(func(name string) {
		switch name {
		case "Test":
			if t := x.inner(); t == "true" || t == "1" {
				m.notes = append(m.notes, noteTest)
				x.charge(1)
			}
		case "Prepared":
			t := x.inner()
			m.notes = append(m.notes, fmt.Sprintf(notePrepared, t))
			x.charge(1, t)
		case "Structure":
			var s mlStructure
			id, _ := x.attribute("structureID")
			s.atObs, _ = x.attribute("dimensionAtObservation")
			x.each(func(string) {
				r := readMLReference(x)
				s.id, s.name = r.id, r.String()
			})
			if x.charge(1, id, s.name); len(m.structures) < 1000 {
				m.structures[id] = s
			}
		default:
			x.skip()
		}
	})
}

// dataSet passes a data set and learns which columns it has.
func (m *sdmxML) dataSet(x *xmlReader) {
	if action, _ := x.attribute("action"); strings.EqualFold(action, "delete") {
		x.fail("a data set deletes what it names (action Delete); only data can be read here", "Ask for the data as they are now")
		return
	}
	ref, _ := x.attribute("structureRef")
	s, ok := m.structures[ref]
	if !ok && len(m.structures) == 1 {
		for _, s = range m.structures {
			continue // the only one there is
		}
	}
	if s.atObs == "" {
		s.atObs = timePeriod
	}
	i := slices.IndexFunc(m.sheets, func(t *mlSheet) bool { return t.structure == s })
	if i < 0 {
		if i = len(m.sheets); i == 1000 {
			x.fail("data sets of more than 1,000 structures", "Split the file")
			return
		}
		m.sheets = append(m.sheets, &mlSheet{structure: s, name: s.name, generic: m.generic, slots: map[string]int{}})
	}
	t := m.sheets[i]
	if x.charge(1); x.err != nil {
		return
	}
	t.at = append(t.at, x.tagAt)
	t.survey(x)
}
