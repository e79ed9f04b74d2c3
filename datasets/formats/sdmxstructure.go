package formats

import (
	"slices"
	"strings"
)

// mlReference names a maintained thing of SDMX and perhaps an item in it.
type mlReference struct{ agency, id, version, item string }

// String is the reference as SDMX-CSV writes it: ESTAT:NA_MAIN(1.6.0).
func (r mlReference) String() string {
	s := r.id
	if r.agency != "" {
		s = r.agency + ":" + s
	}
	if r.version != "" {
		s += "(" + r.version + ")"
	}
	return s
}

// readMLReference reads an element with a <Ref/>, a <URN> or an URN as its text in it, to its end.
func readMLReference(x *xmlReader) mlReference {
	var r mlReference
	x.keep = true
	d := x.depth()
	for {
		switch e := x.next(); {
		case e == xmlOver:
			return r
		case e == xmlEnd:
			if text := strings.TrimSpace(string(x.content)); strings.HasPrefix(text, "urn:") {
				r = parseURN(text)
			}
			x.content = x.content[:0]
			if x.depth() < d {
				return r
			}
		case x.name == "Ref":
			r.agency, _ = x.attribute("agencyID")
			r.id, _ = x.attribute("id")
			r.version, _ = x.attribute("version")
			if parent, ok := x.attribute("maintainableParentID"); ok {
				r.id, r.item = parent, r.id
				r.version, _ = x.attribute("maintainableParentVersion")
			}
		default:
			x.keep = true
		}
	}
}

// parseURN reads urn:sdmx:org.sdmx.infomodel.codelist.Codelist=SDMX:CL_FREQ(1.0), with .item after it where it is one.
func parseURN(urn string) mlReference {
	_, s, _ := strings.Cut(urn, "=")
	var r mlReference
	if agency, rest, ok := strings.Cut(s, ":"); ok {
		r.agency, s = agency, rest
	}
	r.id = s
	if id, rest, ok := strings.Cut(s, "("); ok {
		r.id = id
		r.version, rest, _ = strings.Cut(rest, ")")
		r.item = strings.TrimPrefix(rest, ".")
	}
	return r
}

// mlMetadata is what structures in a message say: the names of codes, and what is a dimension.
type mlMetadata struct {
	codelists   map[string]map[string]string // by id, of each code its name
	concepts    map[string]string            // of each concept its codelist
	names       map[string]string            // of each concept its name
	definitions []*mlDefinition
	flows       map[string]string // of each dataflow its definition
}

// mlDefinition is a data structure definition.
type mlDefinition struct {
	reference  mlReference
	name       string
	components []mlComponent // dimensions, then attributes
}

type mlComponent struct {
	id, codelist, concept string
	dimension             bool
}

func newMLMetadata() mlMetadata {
	return mlMetadata{codelists: map[string]map[string]string{}, concepts: map[string]string{}, names: map[string]string{}, flows: map[string]string{}}
}

// definition is that of a dataflow or of a data structure, nil if the message has none.
func (m *mlMetadata) definition(id string) *mlDefinition {
	if of, ok := m.flows[id]; ok {
		id = of
	}
	i := slices.IndexFunc(m.definitions, func(d *mlDefinition) bool { return d.reference.id == id })
	if i < 0 {
		return nil
	}
	return m.definitions[i]
}

func (d *mlDefinition) order(id string) int {
	return slices.IndexFunc(d.components, func(c mlComponent) bool { return c.id == id })
}

func (d *mlDefinition) dimension(id string) bool {
	i := d.order(id)
	return i >= 0 && d.components[i].dimension
}

// labels are the names of the codes of a component, nil if the message has none.
func (m *mlMetadata) labels(d *mlDefinition, id string) map[string]string {
	if d == nil {
		return nil
	}
	i := d.order(id)
	if i < 0 {
		return nil
	}
	list := d.components[i].codelist
	if list == "" {
		list = m.concepts[d.components[i].concept]
	}
	return m.codelists[list]
}

// read reads the element Structures, whose start tag has been read.
func (m *mlMetadata) read(x *xmlReader) {
	x.each(func(name string) {
		switch name {
		case "Codelists", "ConceptSchemes", "Concepts", "DataStructures", "Dataflows":
			m.read(x)
		case "Codelist":
			m.codelist(x)
		case "ConceptScheme":
			x.each(func(name string) {
				if name != "Concept" {
					x.skip()
					return
				}
				id, _ := x.attribute("id")
				x.each(func(name string) {
					switch name {
					case "CoreRepresentation":
						m.concepts[id] = readMLReference(x).id
					case "Name":
						if text := x.inner(); x.charge(1, id, text) {
							m.names[id] = text
						}
					default:
						x.skip()
					}
				})
			})
		case "DataStructure":
			m.dataStructure(x)
		case "Dataflow":
			id, _ := x.attribute("id")
			x.each(func(name string) {
				if name != "Structure" {
					x.skip()
					return
				}
				if x.charge(1, id) {
					m.flows[id] = readMLReference(x).id
				}
			})
		default:
			x.skip()
		}
	})
}

func (m *mlMetadata) codelist(x *xmlReader) {
	id, _ := x.attribute("id")
	codes := map[string]string{}
	x.each(func(name string) {
		if name != "Code" {
			x.skip()
			return
		}
		code, _ := x.attribute("id")
		x.each(func(name string) {
			if name != "Name" {
				x.skip()
				return
			}
			lang, _ := x.attribute("lang")
			if text := x.inner(); x.charge(1, code, text) && (codes[code] == "" || lang == "en") {
				codes[code] = text
			}
		})
	})
	if len(codes) > 0 { // one that is kept elsewhere has no codes
		m.codelists[id] = codes
	}
}

func (m *mlMetadata) dataStructure(x *xmlReader) {
	d := &mlDefinition{}
	d.reference.id, _ = x.attribute("id")
	d.reference.agency, _ = x.attribute("agencyID")
	d.reference.version, _ = x.attribute("version")
	var attributes []mlComponent
	x.each(func(name string) {
		switch name {
		case "Name":
			d.name = x.inner()
		case "DataStructureComponents":
			x.each(func(list string) {
				x.each(func(name string) {
					switch {
					case list == "DimensionList" && (name == "Dimension" || name == "TimeDimension" || name == "MeasureDimension"):
						c := readMLComponent(x)
						c.dimension = true
						d.components = append(d.components, c)
					case list == "AttributeList" && name == "Attribute":
						attributes = append(attributes, readMLComponent(x))
					default:
						x.skip()
					}
				})
			})
		default:
			x.skip()
		}
	})
	if d.components = append(d.components, attributes...); len(d.components) > x.limits.Columns {
		x.fail("a data structure with too many components", "")
	}
	if x.charge(1, d.reference.id); d.reference.id != "" {
		m.definitions = append(m.definitions, d)
	}
}

func readMLComponent(x *xmlReader) mlComponent {
	var c mlComponent
	c.id, _ = x.attribute("id")
	x.charge(1, c.id)
	x.each(func(name string) {
		switch name {
		case "ConceptIdentity":
			c.concept = readMLReference(x).item
		case "LocalRepresentation":
			c.codelist = readMLReference(x).id
		default:
			x.skip()
		}
	})
	if c.id == "" { // it is called like its concept
		c.id = c.concept
	}
	return c
}
