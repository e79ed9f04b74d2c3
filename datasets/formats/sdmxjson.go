package formats

import (
	"context"
	"fmt"
	"strings"
)

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
	limits := o.Limits.filled()
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
		d.Sheets = append(d.Sheets, Sheet{
			Name: t.name, Columns: t.columns, Labels: t.labels,
			rows: walk(t.name, func(ctx context.Context, k *sink) *source { return t.read(ctx, f, limits, sets, k) }),
		})
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
			m.notes = append(m.notes, fmt.Sprintf(notePrepared, t))
			j.charge(1, t)
		default:
			j.skip()
		}
	}
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
