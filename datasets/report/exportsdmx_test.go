package report_test

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"labourmatch/datasets/report"
)

// structureMessage is what is read of a structure by the standard library, which knows nothing of how we write it.
type structureMessage struct {
	Lists []struct {
		ID    string `xml:"id,attr"`
		Codes []struct {
			ID     string `xml:"id,attr"`
			Name   string `xml:"Name"`
			Parent struct {
				Ref struct {
					ID string `xml:"id,attr"`
				}
			}
		} `xml:"Code"`
	} `xml:"Structures>Codelists>Codelist"`
	Concepts []struct {
		ID string `xml:"id,attr"`
	} `xml:"Structures>Concepts>ConceptScheme>Concept"`
	Components struct {
		Dimensions []structureComponent `xml:"DimensionList>Dimension"`
		Time       []structureComponent `xml:"DimensionList>TimeDimension"`
		Attributes []structureComponent `xml:"AttributeList>Attribute"`
		Measure    structureComponent   `xml:"MeasureList>PrimaryMeasure"`
	} `xml:"Structures>DataStructures>DataStructure>DataStructureComponents"`
}

type structureComponent struct {
	ID      string `xml:"id,attr"`
	Concept struct {
		ID string `xml:"id,attr"`
	} `xml:"ConceptIdentity>Ref"`
	List struct {
		ID string `xml:"id,attr"`
	} `xml:"LocalRepresentation>Enumeration>Ref"`
}

// agree holds a data structure definition against a message: each column is a component, each component has a concept, the
// codes of each list are those that occur, neither more nor fewer, and a parent is in its list.
func agree(t fataler, structure []byte, rows [][]string) {
	t.Helper()
	var s structureMessage
	if err := xml.Unmarshal(structure, &s); err != nil {
		t.Fatalf("%v\n%s", err, structure)
	}
	concepts := map[string]bool{}
	for _, c := range s.Concepts {
		concepts[c.ID] = true
	}
	listed := map[string]map[string]bool{}
	for _, l := range s.Lists {
		if listed[l.ID] != nil {
			t.Fatalf("the list %s is there twice", l.ID)
		}
		listed[l.ID] = map[string]bool{}
		for _, c := range l.Codes {
			listed[l.ID][c.ID] = true
			if c.Name == "" {
				t.Fatalf("%s of %s has no name", c.ID, l.ID)
			}
		}
		for _, c := range l.Codes {
			if p := c.Parent.Ref.ID; p != "" && !listed[l.ID][p] || p == c.ID {
				t.Fatalf("%s of %s is in %s, which is not there", c.ID, l.ID, p)
			}
		}
	}
	occur := map[string]map[string]bool{}
	for list := range listed {
		occur[list] = map[string]bool{}
	}
	components := slices.Concat(s.Components.Dimensions, s.Components.Time, []structureComponent{s.Components.Measure}, s.Components.Attributes)
	var ids []string
	for i, c := range components {
		ids = append(ids, c.ID)
		if !concepts[c.Concept.ID] {
			t.Fatalf("%s has no concept", c.ID)
		}
		if c.List.ID == "" {
			continue
		}
		if listed[c.List.ID] == nil {
			t.Fatalf("%s has the list %s, which is not there", c.ID, c.List.ID)
		}
		for _, row := range rows[1:] {
			if i < len(row) && row[i] != "" {
				occur[c.List.ID][row[i]] = true
			}
		}
	}
	if !slices.Equal(ids, rows[0]) {
		t.Fatalf("the components are %q, the columns %q", ids, rows[0])
	}
	delete(listed, "CL_INDICATOR") // all of them, whether a row has a figure or not
	delete(occur, "CL_INDICATOR")
	for list := range listed {
		if !maps.Equal(listed[list], occur[list]) {
			t.Fatalf("%s has the codes %v, and in rows are %v", list, listed[list], occur[list])
		}
	}
}

// figures are the observations of a message by their keys, in the words of the table.
func figures(x *report.Export, rows [][]string) map[string]string {
	at := func(row []string, id string) string {
		cell := row[slices.Index(rows[0], id)]
		if skill, ok := strings.CutPrefix(cell, "SKILL_"); ok {
			cell = "skill:" + skill
		}
		return strings.ReplaceAll(cell, "_Z", "")
	}
	out := map[string]string{}
	for _, row := range rows[1:] {
		key, measure := "", ""
		for _, c := range x.Columns {
			switch c.Role {
			case report.Dimension:
				key += at(row, strings.ToUpper(c.Name)) + "|"
			case report.Measure:
				measure = c.Name
			case report.Attribute, report.Label, report.Time:
			}
		}
		if slices.Contains(rows[0], "INDICATOR") {
			measure = strings.ToLower(at(row, "INDICATOR"))
		}
		key += at(row, "TIME_PERIOD") + "|" + measure
		if out[key] != "" {
			return map[string]string{"two observations of": key}
		}
		out[key] = at(row, "OBS_VALUE")
	}
	return out
}

// tableFigures are those of a table, with the counts of rows that are alike added up.
func tableFigures(x *report.Export, r *report.Report, records [][]string) map[string]string {
	out := map[string]string{}
	for _, row := range records[1:] {
		key, year := "", r.Period
		for i, c := range x.Columns {
			if c.Role == report.Dimension {
				key += row[i] + "|"
			}
			if c.Role == report.Time {
				year = row[i]
			}
		}
		for i, c := range x.Columns {
			if c.Role != report.Measure {
				continue
			}
			var before, now int
			_, _ = fmt.Sscan(out[key+year+"|"+c.Name], &before)
			_, _ = fmt.Sscan(row[i], &now)
			out[key+year+"|"+c.Name] = fmt.Sprint(before + now)
		}
	}
	return out
}

func TestRowsAlikeInAllDimensionsAreOneObservation(t *testing.T) {
	r := theSmallReport(t)
	row := []string{"DE", "own", "DE", "2221", "Nurses", "", "", "2024", "same_region", "", "30"}
	more := slices.Clone(row)
	more[10] = "12"
	other := slices.Clone(row)
	other[2] = "DE-BY"
	x, err := r.Export("placements", sequence([][]string{row, other, more}))
	if err != nil {
		t.Fatal(err)
	}
	got := opened(t, exported(t, x, report.FormSDMXCSV))
	if len(got) != 3 || got[1][9] != "42" || got[2][9] != "30" {
		t.Errorf("the observations are %q", got)
	}
}
