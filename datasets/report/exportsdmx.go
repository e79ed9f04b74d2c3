package report

import (
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets/formats"
)

// notApplicable is what SDMX writes for a dimension that a row has nothing in (content-oriented guidelines, annex 2).
const notApplicable = "_Z"

// sdmxTable says where the components of an observation are in the columns of an export.
type sdmxTable struct {
	*Export
	dimensions, measures, attributes []int
	time                             int // -1 where rows have none
}

func (x *Export) sdmx() *sdmxTable {
	t := &sdmxTable{Export: x, time: -1}
	for i, c := range x.Columns {
		switch c.Role {
		case Dimension:
			t.dimensions = append(t.dimensions, i)
		case Time:
			t.time = i
		case Measure:
			t.measures = append(t.measures, i)
		case Attribute:
			t.attributes = append(t.attributes, i)
		case Label:
		}
	}
	return t
}

// long is whether there is an observation for each of several measures.
func (t *sdmxTable) long() bool { return len(t.measures) > 1 }

// timed is whether observations have a time.
func (t *sdmxTable) timed() bool { return t.time >= 0 || t.Period != "" }

// structure is the data structure definition, without codes. The time comes last of the dimensions.
func (t *sdmxTable) structure() formats.Structure {
	s := formats.Structure{
		Agency: "LABOURMATCH", ID: strings.ToUpper(t.Name), Version: "1.0", Name: t.Name + ": " + t.Title, Prepared: t.Prepared,
	}
	for _, n := range t.Notes {
		if n.Part == partTable && n.Text == Disclaimer {
			s.Description = Disclaimer
		}
	}
	component := func(i int) formats.Component {
		c := t.Columns[i]
		out := formats.Component{ID: strings.ToUpper(c.Name), Name: c.describe(), Number: c.Kind == Figure && c.Role == Attribute}
		if c.List != "" {
			out.List, out.ListName = "CL_"+c.List, listNames[c.List]
		}
		return out
	}
	for _, i := range t.dimensions {
		s.Dimensions = append(s.Dimensions, component(i))
	}
	if t.long() {
		s.Dimensions = append(s.Dimensions, formats.Component{ID: "INDICATOR", Name: "what the figure is", List: "CL_INDICATOR", ListName: "measures of the table"})
	}
	if t.timed() {
		s.Dimensions = append(s.Dimensions, formats.Component{ID: "TIME_PERIOD", Name: "year the figure is of"})
	}
	for _, i := range t.attributes {
		s.Attributes = append(s.Attributes, component(i))
	}
	if t.long() {
		s.Attributes = append(s.Attributes, formats.Component{ID: "UNIT_MEASURE", Name: "what the figure counts", List: "CL_UNIT", ListName: "units"})
	}
	return s
}

// coded is the structure with the codes that occur in the rows, sorted, with the codes that contain them where those occur
// too.
func (t *sdmxTable) coded() (formats.Structure, error) {
	s := t.structure()
	found := map[string]map[string]bool{}
	for _, i := range slices.Concat(t.dimensions, t.attributes) {
		found[t.Columns[i].List] = map[string]bool{}
	}
	for row, err := range t.Rows {
		if err != nil {
			return s, err
		}
		for _, i := range slices.Concat(t.dimensions, t.attributes) {
			if list := t.Columns[i].List; list != "" && !found[list][row[i]] && (row[i] != "" || t.Columns[i].Role == Dimension) {
				found[list][strings.Clone(row[i])] = true
			}
		}
	}
	lists := map[string][]formats.Code{}
	for list, codes := range found {
		for _, code := range slices.Sorted(maps.Keys(codes)) {
			entry := formats.Code{ID: sdmxCode(code), Name: codeName(list, code)}
			if code == "" {
				entry.Name = "not applicable"
			}
			if parent := codeParent(list, code); parent != "" && codes[parent] {
				entry.Parent = sdmxCode(parent)
			}
			lists["CL_"+list] = append(lists["CL_"+list], entry)
		}
	}
	units := map[string]bool{}
	for _, i := range t.measures {
		c := t.Columns[i]
		lists["CL_INDICATOR"] = append(lists["CL_INDICATOR"], formats.Code{ID: strings.ToUpper(c.Name), Name: c.Meaning})
		units[c.Unit] = true
	}
	for _, unit := range slices.Sorted(maps.Keys(units)) {
		lists["CL_UNIT"] = append(lists["CL_UNIT"], formats.Code{ID: strings.ToUpper(unit), Name: unit})
	}
	for _, components := range [][]formats.Component{s.Dimensions, s.Attributes} {
		for i := range components {
			if components[i].List != "" {
				components[i].Codes = lists[components[i].List]
			}
		}
	}
	return s, nil
}

// sdmxCode is a code as SDMX allows it: no colon, and never nothing.
func sdmxCode(code string) string {
	if code == "" {
		return notApplicable
	}
	if skill, ok := strings.CutPrefix(code, "skill:"); ok {
		return "SKILL_" + skill
	}
	return code
}

func (x *Export) writeStructure(w io.Writer) error {
	s, err := x.sdmx().coded()
	if err != nil {
		return err
	}
	return formats.WriteStructure(w, s)
}

func (x *Export) writeSDMXCSV(w io.Writer) error {
	t := x.sdmx()
	return formats.WriteSDMXCSV(w, t.structure(), t.observations())
}

// observations are the rows in the order of the structure's components. A measure of several that is empty is none.
func (t *sdmxTable) observations() iter.Seq2[[]string, error] {
	rows := t.Rows
	if t.summed {
		rows = t.sums()
	}
	return func(yield func([]string, error) bool) {
		var out []string
		for row, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, m := range t.measures {
				if t.long() && row[m] == "" {
					continue
				}
				out = out[:0]
				for _, i := range t.dimensions {
					out = append(out, sdmxCode(row[i]))
				}
				if t.long() {
					out = append(out, strings.ToUpper(t.Columns[m].Name))
				}
				if t.timed() {
					out = append(out, t.timeOf(row))
				}
				out = append(out, row[m])
				for _, i := range t.attributes {
					cell := row[i]
					if t.Columns[i].List != "" && cell != "" {
						cell = sdmxCode(cell)
					}
					out = append(out, cell)
				}
				if t.long() {
					out = append(out, strings.ToUpper(t.Columns[m].Unit))
				}
				if !yield(out, nil) {
					return
				}
			}
		}
	}
}

func (t *sdmxTable) timeOf(row []string) string {
	if t.time >= 0 && row[t.time] != "" {
		return row[t.time]
	}
	return t.Period
}

// sums are the rows with those added up that are alike in all dimensions, each where the first of them was: SDMX has one
// observation for a key, and rows that differ by what only the market knows, such as the kind of their openings, have one.
func (t *sdmxTable) sums() iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		count := t.measures[0]
		at := map[string]int{}
		var rows [][]string
		for row, err := range t.Rows {
			if err != nil {
				yield(nil, err)
				return
			}
			var key strings.Builder
			for _, i := range t.dimensions {
				key.WriteString(strconv.Quote(row[i]))
			}
			key.WriteString(t.timeOf(row))
			i, ok := at[key.String()]
			if !ok {
				at[key.String()] = len(rows)
				rows = append(rows, slices.Clone(row))
				continue
			}
			sum, err := add(rows[i][count], row[count])
			if err != nil {
				yield(nil, err)
				return
			}
			rows[i][count] = sum
		}
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// add is the sum of two counts.
func add(a, b string) (string, error) {
	x, err := strconv.ParseInt(a, 10, 64)
	if err != nil {
		return "", fmt.Errorf("a count is %q", a)
	}
	y, err := strconv.ParseInt(b, 10, 64)
	if err != nil {
		return "", fmt.Errorf("a count is %q", b)
	}
	return number(x + y), nil
}
