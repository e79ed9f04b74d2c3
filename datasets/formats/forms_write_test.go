package formats

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// quoted is a cell of CSV, as encoding/csv would write it.
func csvLine(separator rune, cells []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = separator
	w.Write(cells)
	w.Flush()
	return b.String()
}

func both(id, label string) string {
	if label == "" {
		return id
	}
	return id + ": " + label
}

// writeCSV writes SDMX-CSV. Labels are id, both or name; attributes of groups are rows of their own if attached.
func (s *dataset) writeCSV(version int, labels string, separator rune, attached bool) string {
	var b strings.Builder
	head := []string{"DATAFLOW"}
	begin := []string{"ACME:LABOUR(1.0)"}
	if version == 2 {
		head, begin = []string{"STRUCTURE", "STRUCTURE_ID"}, []string{"dataflow", "ACME:LABOUR(1.0)"}
		if labels == "name" {
			head, begin = append(head, "STRUCTURE_NAME"), append(begin, "Labour, all of it")
		}
		head, begin = append(head, "ACTION"), append(begin, "I")
	}
	if labels == "both" {
		begin[version-1] += ": Labour, all of it"
	}
	components := append(slices.Clone(s.dimensions), Component{ID: obsValue, Name: "Value"}, s.status,
		Component{ID: "UNIT_MULT", Name: "Power of ten"}, Component{ID: "TITLE", Name: "Title"}, Component{ID: "NOTE"})
	for _, c := range components {
		switch labels {
		case "both":
			head = append(head, both(c.ID, c.Name))
		case "name":
			head = append(head, c.ID, "Name of "+c.ID)
		default:
			head = append(head, c.ID)
		}
	}
	b.WriteString(csvLine(separator, head))
	line := func(key []int, rest ...string) {
		cells := slices.Clone(begin)
		for i, c := range components {
			id, label := "", ""
			if i < len(key) && key[i] >= 0 {
				id, label = c.Codes[key[i]].ID, c.Codes[key[i]].Name
			} else if i >= len(s.dimensions) {
				id = rest[i-len(s.dimensions)]
				if c.ID == "OBS_STATUS" && id != "" {
					label = c.Codes[slices.IndexFunc(c.Codes, func(k Code) bool { return k.ID == id })].Name
				}
			}
			switch labels {
			case "both":
				cells = append(cells, both(id, label))
			case "name":
				cells = append(cells, id, label)
			default:
				cells = append(cells, id)
			}
		}
		b.WriteString(csvLine(separator, cells))
	}
	if attached {
		for i := range s.dimensions[0].Codes {
			key := slices.Repeat([]int{-1}, len(s.dimensions))
			key[0] = i
			line(key, "", "", "", s.title[i], "")
		}
	}
	for _, r := range s.rows {
		title := s.title[r.key[0]]
		if attached {
			title = ""
		}
		line(r.key, r.value, r.status, s.mult[r.key[1]], title, s.note)
	}
	return b.String()
}

func js(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

type object = map[string]any

// jsonComponents writes dimensions or attributes with their values.
func jsonComponents(cs []Component, from int) []object {
	all := []object{}
	for i, c := range cs {
		values := []object{}
		for _, code := range c.Codes {
			v := object{"id": code.ID}
			if code.Name != "" {
				v["name"] = code.Name
			}
			values = append(values, v)
		}
		o := object{"id": c.ID, "name": c.Name, "values": values}
		if from >= 0 {
			o["keyPosition"] = from + i
		}
		all = append(all, o)
	}
	return all
}

// writeJSON writes SDMX-JSON 1.0 or 2.0, with series or flat, the structure before or after the data.
func (s *dataset) writeJSON(version int, flat, after bool) string {
	number := func(v string) string {
		if v == "" {
			return "null"
		}
		return v
	}
	status := func(v string) string {
		if i := slices.IndexFunc(s.status.Codes, func(c Code) bool { return c.ID == v }); i >= 0 {
			return fmt.Sprint(i)
		}
		return "null"
	}
	n := len(s.dimensions)
	mults := Component{ID: "UNIT_MULT", Codes: []Code{{ID: "0"}, {ID: "3"}}}
	mult := func(v string) string {
		return map[string]string{"": "null", "0": "0", "3": "1"}[v]
	}
	title := Component{ID: "TITLE"}
	for i, text := range s.title {
		title.Codes = append(title.Codes, Code{ID: text})
		_ = i
	}
	note := Component{ID: "NOTE", Codes: []Code{{ID: s.note}}}
	key := func(r datasetRow, from, to int) string {
		var parts []string
		for _, k := range r.key[from:to] {
			parts = append(parts, fmt.Sprint(k))
		}
		return strings.Join(parts, ":")
	}
	var data strings.Builder
	dimensions := object{"dataSet": []object{}}
	attributes := object{"dataSet": jsonComponents([]Component{note}, -1)}
	groups := ""
	titleOf := func(i int) string { return fmt.Sprint(i) }
	if version == 2 { // attributes of groups, and texts written where they belong
		attributes["dimensionGroup"] = []object{{"id": "TITLE"}}
		var parts []string
		for i, text := range s.title {
			parts = append(parts, js(fmt.Sprint(i)+strings.Repeat(":", n-1))+":["+js(text)+"]")
		}
		groups = `,"dimensionGroupAttributes":{` + strings.Join(parts, ",") + "}"
	}
	if flat {
		dimensions["series"], dimensions["observation"] = []object{}, jsonComponents(s.dimensions, 0)
		attributes["observation"] = jsonComponents([]Component{s.status, mults, title}, -1)
		if version == 2 {
			attributes["observation"] = jsonComponents([]Component{s.status, mults}, -1)
		}
		data.WriteString(`"observations":{`)
		for i, r := range s.rows {
			if i > 0 {
				data.WriteString(",")
			}
			fmt.Fprintf(&data, `%q:[%s, %s, %s`, key(r, 0, n), number(r.value), status(r.status), mult(s.mult[r.key[1]]))
			if version == 1 {
				data.WriteString("," + titleOf(r.key[0]))
			}
			data.WriteString("]")
		}
		data.WriteString("}")
	} else {
		dimensions["series"], dimensions["observation"] = jsonComponents(s.dimensions[:n-1], 0), jsonComponents(s.dimensions[n-1:], n-1)
		attributes["observation"] = jsonComponents([]Component{s.status}, -1)
		attributes["series"] = jsonComponents([]Component{mults, title}, -1)
		if version == 2 {
			attributes["series"] = jsonComponents([]Component{mults}, -1)
		}
		data.WriteString(`"series":{`)
		for i, r := range s.rows {
			if i == 0 || key(r, 0, n-1) != key(s.rows[i-1], 0, n-1) {
				of := "[" + mult(s.mult[r.key[1]])
				if version == 1 {
					of += "," + titleOf(r.key[0])
				}
				of += "]"
				if i > 0 {
					data.WriteString("},")
				}
				if after { // attributes come after the observations
					data.WriteString(js(key(r, 0, n-1)) + `:{"observations":{`)
				} else {
					data.WriteString(js(key(r, 0, n-1)) + `:{"attributes":` + of + `,"observations":{`)
				}
			}
			fmt.Fprintf(&data, `"%d":[%s`, r.key[n-1], number(r.value))
			if r.status != "" {
				data.WriteString("," + status(r.status))
			}
			data.WriteString("]")
			if i+1 < len(s.rows) && key(r, 0, n-1) == key(s.rows[i+1], 0, n-1) {
				data.WriteString(",")
				continue
			}
			data.WriteString("}")
			if after {
				of := "[" + mult(s.mult[r.key[1]])
				if version == 1 {
					of += "," + titleOf(r.key[0])
				}
				data.WriteString(`,"attributes":` + of + "]")
			}
		}
		data.WriteString("}}")
	}
	structure := object{"name": "Labour", "dimensions": dimensions, "attributes": attributes}
	set := `"dataSets":[{"action":"Information","attributes":[0]` + groups + "," + data.String() + "}]"
	var parts []string
	if version == 1 {
		parts = []string{`"structure":` + js(structure), set}
	} else {
		structure["measures"] = object{"observation": []object{{"id": obsValue}}}
		parts = []string{`"structures":[` + js(structure) + "]", strings.Replace(set, `{"action"`, `{"structure":0,"action"`, 1)}
	}
	if after {
		slices.Reverse(parts)
	}
	return `{"meta":{"id":"X","test":true,"prepared":"2024-01-01T00:00:00Z"},"data":{` + strings.Join(parts, ",") + "}}"
}

func esc(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s))
	return b.String()
}

// writeXML writes SDMX-ML 2.1: generic or structure-specific, the observations of a series differing in a dimension, or
// flat where that is "AllDimensions".
func (s *dataset) writeXML(generic bool, atObs string) string {
	root := "StructureSpecificData"
	if generic {
		root = "GenericData"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<m:%s xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic" xmlns:ss="s" xmlns:c="c">
<m:Header><m:ID>X</m:ID><m:Test>true</m:Test><m:Prepared>2024-01-01T00:00:00Z</m:Prepared>
<m:Structure structureID="S" dimensionAtObservation="%s"><c:Structure><Ref agencyID="ACME" id="LABOUR" version="1.0"/></c:Structure></m:Structure></m:Header>
`, root, atObs)
	ref := `ss:structureRef="S"`
	if generic {
		ref = `structureRef="S" action="Replace"`
	}
	values := func(element string, pairs ...string) string {
		var v strings.Builder
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i+1] == "" {
				continue
			}
			if generic {
				fmt.Fprintf(&v, `<g:Value id="%s" value="%s"/>`, pairs[i], esc(pairs[i+1]))
			} else {
				fmt.Fprintf(&v, ` %s="%s"`, pairs[i], esc(pairs[i+1]))
			}
		}
		if generic && v.Len() > 0 {
			return "<g:" + element + ">" + v.String() + "</g:" + element + ">"
		}
		return v.String()
	}
	if generic {
		b.WriteString("<m:DataSet " + ref + ">" + values("Attributes", "NOTE", s.note))
	} else {
		b.WriteString("<m:DataSet " + ref + values("", "NOTE", s.note) + ">")
	}
	first := s.dimensions[0]
	for i, code := range first.Codes {
		if generic {
			fmt.Fprintf(&b, `<g:Group type="G">%s%s</g:Group>`, values("GroupKey", first.ID, code.ID), values("Attributes", "TITLE", s.title[i]))
		} else {
			fmt.Fprintf(&b, `<Group xsi:type="G"%s%s/>`, values("", first.ID, code.ID), values("", "TITLE", s.title[i]))
		}
	}
	at := slices.IndexFunc(s.dimensions, func(c Component) bool { return c.ID == atObs })
	rows := slices.Clone(s.rows)
	series := func(r datasetRow) []string {
		var p []string
		for d, c := range s.dimensions {
			if d != at {
				p = append(p, c.ID, s.code(r, d))
			}
		}
		return p
	}
	slices.SortStableFunc(rows, func(x, y datasetRow) int { return slices.Compare(series(x), series(y)) })
	for i, r := range rows {
		value := r.value
		if value == "" {
			value = "NaN"
		}
		// What depends on the other dimension is of the observation where the observations differ in that.
		mult, multOfObs := s.mult[r.key[1]], ""
		if at == 1 {
			mult, multOfObs = "", mult
		}
		switch {
		case at < 0 && generic:
			fmt.Fprintf(&b, `<g:Obs>%s<g:ObsValue value="%s"/>%s</g:Obs>`, values("ObsKey", series(r)...), value,
				values("Attributes", "OBS_STATUS", r.status, "UNIT_MULT", mult))
			continue
		case at < 0:
			fmt.Fprintf(&b, `<Obs%s OBS_VALUE="%s"%s/>`, values("", series(r)...), value, values("", "OBS_STATUS", r.status, "UNIT_MULT", mult))
			continue
		}
		if i == 0 || !slices.Equal(series(rows[i-1]), series(r)) {
			if generic {
				b.WriteString("<g:Series>" + values("SeriesKey", series(r)...) + values("Attributes", "UNIT_MULT", mult))
			} else {
				b.WriteString("<Series" + values("", append(series(r), "UNIT_MULT", mult)...) + ">\n")
			}
		}
		if generic {
			id := ""
			if atObs != timePeriod {
				id = ` id="` + atObs + `"`
			}
			fmt.Fprintf(&b, `<g:Obs><g:ObsDimension%s value="%s"/><g:ObsValue value="%s"/>%s</g:Obs>`, id, s.code(r, at), value,
				values("Attributes", "OBS_STATUS", r.status, "UNIT_MULT", multOfObs))
		} else {
			fmt.Fprintf(&b, `<Obs%s OBS_VALUE='%s'%s></Obs>`, values("", atObs, s.code(r, at)), value,
				values("", "OBS_STATUS", r.status, "UNIT_MULT", multOfObs))
		}
		if i+1 == len(rows) || !slices.Equal(series(rows[i+1]), series(r)) {
			if generic {
				b.WriteString("</g:Series>")
			} else {
				b.WriteString("</Series>")
			}
		}
	}
	b.WriteString("</m:DataSet></m:" + root + ">\n")
	return b.String()
}

// writeStat writes JSON-stat. It knows no attributes but the status.
func (s *dataset) writeStat(t *rapid.T) string {
	var ids []string
	var sizes []int
	dimension := object{}
	for _, d := range s.dimensions {
		ids, sizes = append(ids, d.ID), append(sizes, len(d.Codes))
		var index []string
		places, labels := map[string]int{}, map[string]string{}
		for i, c := range d.Codes {
			index = append(index, c.ID)
			places[c.ID] = i
			if c.Name != "" {
				labels[c.ID] = c.Name
			}
		}
		category := object{"index": index, "label": labels}
		if rapid.Bool().Draw(t, "places") {
			category["index"] = places
		}
		dimension[d.ID] = object{"label": d.Name, "category": category}
	}
	value, status := map[string]json.RawMessage{}, map[string]string{}
	for _, r := range s.rows {
		n := 0
		for d, k := range r.key {
			n = n*sizes[d] + k
		}
		value[fmt.Sprint(n)] = json.RawMessage("null")
		if r.value != "" {
			value[fmt.Sprint(n)] = json.RawMessage(r.value)
		}
		if r.status != "" {
			status[fmt.Sprint(n)] = r.status
		}
	}
	set := object{
		"version": "2.0", "class": "dataset", "id": ids, "size": sizes, "role": object{"time": []string{timePeriod}},
		"dimension": dimension, "value": value, "status": status,
	}
	if rapid.Bool().Draw(t, "collection") {
		return js(object{"version": "2.0", "class": "collection", "link": object{"item": []object{set}}})
	}
	return js(set)
}
