package formats

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
)

// Structure says what the columns of a dataset are, as a data structure definition of SDMX does.
type Structure struct {
	Agency, ID, Version string // as SDMX has them: LABOURMATCH, GAPS, 1.0
	Name, Description   string
	Prepared            time.Time
	// Dimensions are in the order of the columns. One called TIME_PERIOD is the time, and the last of them.
	Dimensions []Component
	Attributes []Component
}

// Component is a dimension or an attribute. Without codes it is text, or a number.
type Component struct {
	ID, Name string
	Codes    []Code
	// List is the ID of its codelist, CL_REGION, and ListName what that is called; "" makes them up. Components with the
	// same list have the same codes.
	List, ListName string
	Number         bool
}

// Code is one of the values that a component can have. Parent is the ID of a broader one, or "".
type Code struct{ ID, Name, Parent string }

// String is the structure as messages refer to it: LABOURMATCH:GAPS(1.0).
func (s *Structure) String() string {
	return mlReference{agency: s.Agency, id: s.ID, version: s.Version}.String()
}

// check says whether other programs can read what is written of a structure.
func (s *Structure) check() error {
	if !sdmxID(s.Agency) || !sdmxID(s.ID) || strings.Trim(s.Version, "0123456789.") != "" || s.Version == "" {
		return fmt.Errorf("%q is no reference to a structure: agency and id are letters, digits, _ and -, the version digits", s.String())
	}
	seen := map[string]bool{obsValue: true}
	lists := map[string][]Code{}
	for i, c := range slices.Concat(s.Dimensions, s.Attributes) {
		if !sdmxID(c.ID) || seen[c.ID] {
			return fmt.Errorf("%q cannot be the id of a component, or is there twice", c.ID)
		}
		seen[c.ID] = true
		if c.ID == timePeriod && i != len(s.Dimensions)-1 {
			return fmt.Errorf("%s has to be the last dimension", timePeriod)
		}
		codes := make(map[string]bool, len(c.Codes))
		for _, code := range c.Codes {
			if !sdmxID(code.ID) || codes[code.ID] {
				return fmt.Errorf("%q cannot be a code of %s, or is there twice", code.ID, c.ID)
			}
			codes[code.ID] = true
		}
		if len(c.Codes) == 0 {
			continue
		}
		list := s.list(&c)
		if other, ok := lists[list]; !sdmxID(list) || ok && !slices.Equal(c.Codes, other) {
			return fmt.Errorf("%q cannot be the id of the codelist of %s, or is there with other codes", list, c.ID)
		}
		lists[list] = c.Codes
	}
	if len(s.Dimensions) == 0 {
		return fmt.Errorf("%s has no dimensions", s.String())
	}
	return nil
}

// list is the ID of a component's codelist.
func (s *Structure) list(c *Component) string {
	if c.List != "" {
		return c.List
	}
	return "CL_" + s.ID + "_" + c.ID
}

// sdmxID says whether SDMX allows a text as an id.
func sdmxID(s string) bool {
	for _, c := range []byte(s) {
		if (c|' ' < 'a' || c|' ' > 'z') && (c < '0' || c > '9') && strings.IndexByte("_@$-", c) < 0 {
			return false
		}
	}
	return s != ""
}

// WriteSDMXCSV writes rows as SDMX-CSV 2.0: the dimensions of the structure, OBS_VALUE, its attributes. Codes and texts are
// in quotation marks, so that programs which ask (and spreadsheets that are told to) leave 0110 as it is; numbers are not.
// Texts are written as they are: what a spreadsheet would run as a formula is for the caller to guard. It is an error if a
// row has not as many cells, has no code in a dimension, a code that its list has not, or an OBS_VALUE that is no decimal
// number ("" if it is missing).
func WriteSDMXCSV(w io.Writer, s Structure, rows iter.Seq2[[]string, error]) error {
	if err := s.check(); err != nil {
		return fmt.Errorf("writing SDMX-CSV: %w", err)
	}
	components := slices.Concat(s.Dimensions, []Component{{ID: obsValue}}, s.Attributes)
	codes := make([]map[string]bool, len(components))
	b := bufio.NewWriter(w)
	b.WriteString("STRUCTURE,STRUCTURE_ID,ACTION")
	for i, c := range components {
		b.WriteString("," + c.ID)
		if len(c.Codes) > 0 {
			codes[i] = make(map[string]bool, len(c.Codes))
			for _, code := range c.Codes {
				codes[i][code.ID] = true
			}
		}
	}
	b.WriteString("\r\n")
	begin := `dataflow,"` + s.String() + `",I`
	n := 0
	for row, err := range rows {
		if n++; err != nil {
			return fmt.Errorf("writing SDMX-CSV, row %d: %w", n, err)
		}
		if len(row) != len(components) {
			return fmt.Errorf("writing SDMX-CSV, row %d: %d cells for %d columns", n, len(row), len(components))
		}
		b.WriteString(begin)
		for i, cell := range row {
			b.WriteByte(',')
			switch {
			case i == len(s.Dimensions):
				if cell != "" && !isJSONNumber([]byte(cell)) {
					return fmt.Errorf("writing SDMX-CSV, row %d: OBS_VALUE %q is no number", n, cell)
				}
				b.WriteString(cell)
				continue
			case i < len(s.Dimensions) && cell == "", cell != "" && codes[i] != nil && !codes[i][cell]:
				return fmt.Errorf("writing SDMX-CSV, row %d: %s has no code %q", n, components[i].ID, cell)
			case cell == "":
				continue
			}
			b.WriteByte('"')
			b.WriteString(strings.ReplaceAll(cell, `"`, `""`))
			b.WriteByte('"')
		}
		b.WriteString("\r\n")
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing SDMX-CSV: %w", err)
	}
	return nil
}

// WriteStructure writes a structure as an SDMX-ML 2.1 structure message: its dataflow, codelists, concepts and data
// structure definition, which refer to each other. Codelists are marked partial: they have the codes of one dataset.
func WriteStructure(w io.Writer, s Structure) error {
	if err := s.check(); err != nil {
		return fmt.Errorf("writing a structure: %w", err)
	}
	b := &structureWriter{Writer: bufio.NewWriter(w), s: &s}
	b.message()
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing a structure: %w", err)
	}
	return nil
}

type structureWriter struct {
	*bufio.Writer
	s *Structure
}

// line writes a line; every %s in it is text.
func (b *structureWriter) line(depth int, format string, texts ...string) {
	escaped := make([]any, len(texts))
	for i, t := range texts {
		var e strings.Builder
		if err := xml.EscapeText(&e, []byte(t)); err != nil {
			continue // a Builder takes everything
		}
		escaped[i] = e.String()
	}
	b.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(b.Writer, format, escaped...)
	b.WriteByte('\n')
}

// name writes the name of a thing; SDMX wants one of everything, so its id is the last resort.
func (b *structureWriter) name(depth int, name, id string) {
	if name == "" {
		name = id
	}
	b.line(depth, `<common:Name xml:lang="en">%s</common:Name>`, name)
}

// reference refers to a thing of this structure.
func (b *structureWriter) reference(depth int, id, class, pack string) {
	b.line(depth, `<Ref id="%s" agencyID="%s" version="%s" class="%s" package="%s"/>`, id, b.s.Agency, b.s.Version, class, pack)
}

func (b *structureWriter) conceptsID() string { return b.s.ID + "_CONCEPTS" }

func (b *structureWriter) message() {
	const sdmx = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/"
	s := b.s
	all := slices.Concat(s.Dimensions, []Component{{ID: obsValue, Name: "Observation value"}}, s.Attributes)
	b.line(0, `<?xml version="1.0" encoding="UTF-8"?>`)
	b.line(0, `<message:Structure xmlns:message="%s" xmlns:structure="%s" xmlns:common="%s">`, sdmx+"message", sdmx+"structure", sdmx+"common")
	b.line(1, `<message:Header>`)
	b.line(2, `<message:ID>%s</message:ID>`, s.ID)
	b.line(2, `<message:Test>false</message:Test>`)
	b.line(2, `<message:Prepared>%s</message:Prepared>`, s.Prepared.UTC().Format(time.RFC3339))
	b.line(2, `<message:Sender id="%s"/>`, s.Agency)
	b.line(1, `</message:Header>`)
	b.line(1, `<message:Structures>`)
	b.line(2, `<structure:Dataflows>`)
	b.line(3, `<structure:Dataflow id="%s" agencyID="%s" version="%s">`, s.ID, s.Agency, s.Version)
	b.name(4, s.Name, s.ID)
	if s.Description != "" {
		b.line(4, `<common:Description xml:lang="en">%s</common:Description>`, s.Description)
	}
	b.line(4, `<structure:Structure>`)
	b.reference(5, s.ID, "DataStructure", "datastructure")
	b.line(4, `</structure:Structure>`)
	b.line(3, `</structure:Dataflow>`)
	b.line(2, `</structure:Dataflows>`)
	b.codelists(all)
	b.line(2, `<structure:Concepts>`)
	b.line(3, `<structure:ConceptScheme id="%s" agencyID="%s" version="%s">`, b.conceptsID(), s.Agency, s.Version)
	b.name(4, s.Name, s.ID)
	for _, c := range all {
		b.line(4, `<structure:Concept id="%s">`, c.ID)
		b.name(5, c.Name, c.ID)
		b.line(4, `</structure:Concept>`)
	}
	b.line(3, `</structure:ConceptScheme>`)
	b.line(2, `</structure:Concepts>`)
	b.definition()
	b.line(1, `</message:Structures>`)
	b.line(0, `</message:Structure>`)
}

func (b *structureWriter) codelists(all []Component) {
	if !slices.ContainsFunc(all, func(c Component) bool { return len(c.Codes) > 0 }) {
		return
	}
	b.line(2, `<structure:Codelists>`)
	written := map[string]bool{}
	for _, c := range all {
		list := b.s.list(&c)
		if len(c.Codes) == 0 || written[list] {
			continue
		}
		written[list] = true
		b.line(3, `<structure:Codelist id="%s" agencyID="%s" version="%s" isPartial="true">`, list, b.s.Agency, b.s.Version)
		b.name(4, cmp.Or(c.ListName, c.Name), c.ID)
		for _, code := range c.Codes {
			b.line(4, `<structure:Code id="%s">`, code.ID)
			b.name(5, code.Name, code.ID)
			if code.Parent != "" {
				b.line(5, `<structure:Parent><Ref id="%s"/></structure:Parent>`, code.Parent)
			}
			b.line(4, `</structure:Code>`)
		}
		b.line(3, `</structure:Codelist>`)
	}
	b.line(2, `</structure:Codelists>`)
}

func (b *structureWriter) definition() {
	s := b.s
	b.line(2, `<structure:DataStructures>`)
	b.line(3, `<structure:DataStructure id="%s" agencyID="%s" version="%s">`, s.ID, s.Agency, s.Version)
	b.name(4, s.Name, s.ID)
	b.line(4, `<structure:DataStructureComponents>`)
	b.line(5, `<structure:DimensionList id="DimensionDescriptor">`)
	for i, c := range s.Dimensions {
		element := "Dimension"
		if c.ID == timePeriod {
			element = "TimeDimension"
		}
		b.line(6, `<structure:`+element+` id="%s" position="%s">`, c.ID, fmt.Sprint(i+1))
		b.representation(&c)
		b.line(6, `</structure:`+element+`>`)
	}
	b.line(5, `</structure:DimensionList>`)
	if len(s.Attributes) > 0 {
		b.line(5, `<structure:AttributeList id="AttributeDescriptor">`)
		for _, c := range s.Attributes {
			b.line(6, `<structure:Attribute id="%s" assignmentStatus="Conditional">`, c.ID)
			b.representation(&c)
			b.line(7, `<structure:AttributeRelationship><structure:PrimaryMeasure><Ref id="%s"/></structure:PrimaryMeasure></structure:AttributeRelationship>`, obsValue)
			b.line(6, `</structure:Attribute>`)
		}
		b.line(5, `</structure:AttributeList>`)
	}
	b.line(5, `<structure:MeasureList id="MeasureDescriptor">`)
	b.line(6, `<structure:PrimaryMeasure id="%s">`, obsValue)
	b.concept(obsValue)
	b.line(6, `</structure:PrimaryMeasure>`)
	b.line(5, `</structure:MeasureList>`)
	b.line(4, `</structure:DataStructureComponents>`)
	b.line(3, `</structure:DataStructure>`)
	b.line(2, `</structure:DataStructures>`)
}

func (b *structureWriter) concept(id string) {
	b.line(7, `<structure:ConceptIdentity>`)
	b.line(8, `<Ref id="%s" maintainableParentID="%s" maintainableParentVersion="%s" agencyID="%s" class="Concept" package="conceptscheme"/>`,
		id, b.conceptsID(), b.s.Version, b.s.Agency)
	b.line(7, `</structure:ConceptIdentity>`)
}

// representation says which concept a component is, and what it can be.
func (b *structureWriter) representation(c *Component) {
	b.concept(c.ID)
	switch {
	case c.ID == timePeriod:
		b.line(7, `<structure:LocalRepresentation><structure:TextFormat textType="ObservationalTimePeriod"/></structure:LocalRepresentation>`)
	case len(c.Codes) > 0:
		b.line(7, `<structure:LocalRepresentation>`)
		b.line(8, `<structure:Enumeration>`)
		b.reference(9, b.s.list(c), "Codelist", "codelist")
		b.line(8, `</structure:Enumeration>`)
		b.line(7, `</structure:LocalRepresentation>`)
	case c.Number:
		b.line(7, `<structure:LocalRepresentation><structure:TextFormat textType="Decimal"/></structure:LocalRepresentation>`)
	default:
		b.line(7, `<structure:LocalRepresentation><structure:TextFormat textType="String"/></structure:LocalRepresentation>`)
	}
}
