package formats

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"labourmatch/datasets/formats/formatstest"
)

// shown is a document as a reader sees it: sheets with their columns, then their rows.
func shown(ctx context.Context, text string) string {
	d, err := openText(ctx, text, Options{})
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	for _, n := range d.Notes {
		b.WriteString("note: " + n + "\n")
	}
	for i := range d.Sheets {
		s := &d.Sheets[i]
		fmt.Fprintf(&b, "sheet %s\n%s\n", s.Name, strings.Join(s.Columns, "|"))
		for r, err := range s.Rows(ctx) {
			if err != nil {
				b.WriteString(err.Error() + "\n")
				break
			}
			b.WriteString(strings.Join(r.Cells, "|") + "\n")
		}
	}
	return b.String()
}

const structuresInside = `<m:Structures>
<s:Codelists><s:Codelist id="CL_AREA" agencyID="A"><s:Code id="DE"><c:Name xml:lang="de">Deutschland</c:Name><c:Name xml:lang="en">Germany</c:Name></s:Code></s:Codelist>
<s:Codelist id="CL_FREQ"><s:Code id="A"><c:Name>Annual</c:Name></s:Code></s:Codelist></s:Codelists>
<s:Concepts><s:ConceptScheme id="CS"><s:Concept id="FREQ"><c:Name>F</c:Name><s:CoreRepresentation><s:Enumeration><URN>urn:sdmx:org.sdmx.infomodel.codelist.Codelist=A:CL_FREQ(1.0)</URN></s:Enumeration></s:CoreRepresentation></s:Concept></s:ConceptScheme></s:Concepts>
<s:DataStructures><s:DataStructure id="DSD" agencyID="A" version="1.0"><s:DataStructureComponents>
<s:DimensionList><s:Dimension id="FREQ"><s:ConceptIdentity><Ref id="FREQ" maintainableParentID="CS"/></s:ConceptIdentity></s:Dimension>
<s:Dimension id="AREA"><s:LocalRepresentation><s:Enumeration><Ref id="CL_AREA" agencyID="A"/></s:Enumeration></s:LocalRepresentation></s:Dimension>
<s:TimeDimension id="TIME_PERIOD"/></s:DimensionList>
<s:AttributeList><s:Attribute id="NATURE"/></s:AttributeList></s:DataStructureComponents></s:DataStructure></s:DataStructures></m:Structures>`

func TestWhatMessagesSayIsRead(t *testing.T) {
	header := `<m:X xmlns:m="http://www.sdmx.org/m" xmlns:ss="s" xmlns:c="c" xmlns:s="s"><m:Header><m:Test>true</m:Test><m:Prepared>2024-05-01</m:Prepared>` +
		`<m:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><c:Structure><Ref agencyID="A" id="DSD" version="1.0"/></c:Structure></m:Structure>` +
		`<m:Structure structureID="T" dimensionAtObservation="AllDimensions"><c:Structure>urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=B:OTHER(2.0)</c:Structure></m:Structure></m:Header>`
	cases := []struct{ name, text, want string }{
		{
			"SDMX-ML with its structure inside, which says what is a dimension and what codes mean",
			header + structuresInside + `<m:DataSet ss:structureRef="S"><Series AREA="DE" NATURE="X" FREQ="A"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet></m:X>`,
			`note: The message says that it is a test.
note: The message was prepared 2024-05-01.
sheet A:DSD(1.0)
FREQ|AREA|TIME_PERIOD|OBS_VALUE|NATURE|FREQ label|AREA label
A|DE|2020|1|X|Annual|Germany
`,
		},
		{
			"SDMX-ML with data sets of two structures, one in two parts, a warning at its foot, attributes of several values",
			header + `<m:DataSet ss:structureRef="S" ss:action="Append" UNIT="P"><Series FREQ="A" AREA="DE"><Obs TIME_PERIOD="2020" OBS_VALUE="1.50"/></Series></m:DataSet>` +
				`<m:DataSet ss:structureRef="T"><Obs SEX="F" TIME_PERIOD="2020" OBS_VALUE="NaN" OBS_STATUS="M"><Comp id="NOTES"><Value>a</Value><Value>b</Value></Comp></Obs><Obs SEX="M" TIME_PERIOD="2020" OBS_VALUE="2"/></m:DataSet>` +
				`<m:DataSet ss:structureRef="S"><Series FREQ="A" AREA="FR"><c:Annotations><c:Annotation id="x"/></c:Annotations><Obs TIME_PERIOD="2021" OBS_VALUE="-2"/></Series></m:DataSet>` +
				`<f:Footer xmlns:f="f"><f:Message code="110" severity="Warning"><c:Text>Slow</c:Text></f:Message></f:Footer></m:X>`,
			`note: The message says that it is a test.
note: The message was prepared 2024-05-01.
note: The service that sent the message says: 110 Slow.
sheet A:DSD(1.0)
FREQ|AREA|TIME_PERIOD|OBS_VALUE|UNIT
A|DE|2020|1.50|P
A|FR|2021|-2|
sheet B:OTHER(2.0)
SEX|TIME_PERIOD|OBS_VALUE|OBS_STATUS|NOTES
F|2020||M|a;b
M|2020|2||
`,
		},
		{
			"SDMX-CSV of two structures, with a separator of its own inside of cells, each with the columns it fills",
			"STRUCTURE[|];STRUCTURE_ID;ACTION;FREQ;SEX;OCC;TIME_PERIOD;OBS_VALUE;NOTES[]\ndataflow;A:X(1.0);I;A;F;;2020;1,5;a|b\ndataflow;A:Y(1.0);R;A;;0110;2020;NaN;\n",
			`sheet A:X(1.0)
FREQ|SEX|TIME_PERIOD|OBS_VALUE|NOTES
A|F|2020|1,5|a;b
sheet A:Y(1.0)
FREQ|OCC|TIME_PERIOD|OBS_VALUE
A|0110|2020|
`,
		},
		{
			"SDMX-CSV that attaches attributes to parts of the key, and observations of their own that say it differently",
			"STRUCTURE,STRUCTURE_ID,ACTION,FREQ,SEX,TIME_PERIOD,OBS_VALUE,UNIT,TITLE\n" +
				"dataflow,X,I,A,F,2020,1,,\ndataflow,X,I,A,M,2020,2,own,\ndataflow,X,I,A,,,,P,\ndataflow,X,I,,F,,,,women\ndataflow,X,I,A,F,2021,,,\n",
			`sheet X
FREQ|SEX|TIME_PERIOD|OBS_VALUE|UNIT|TITLE
A|F|2020|1|P|women
A|M|2020|2|own|
A|F|2021||P|women
`,
		},
		{
			"SDMX-CSV 1.0 of Eurostat, with a column of its own before the dimensions",
			"DATAFLOW,LAST UPDATE,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nESTAT:LFSA(1.0),01/02/24 23:00:00,A,DE,2023,12.5,b\n",
			`sheet ESTAT:LFSA(1.0)
freq|geo|TIME_PERIOD|OBS_VALUE|LAST UPDATE|OBS_FLAG
A|DE|2023|12.5|01/02/24 23:00:00|b
`,
		},
		{
			"SDMX-CSV with labels, where a text with a colon is no code with its label",
			"DATAFLOW,FREQ: Frequency,TIME_PERIOD,OBS_VALUE,NOTE: Note\nX: x,A: Annual,2020,1,Source: own\nX: x,A: Annual,2021,1,Source: other\n",
			`sheet X
FREQ|TIME_PERIOD|OBS_VALUE|NOTE|FREQ label
A|2020|1|Source: own|Annual
A|2021|1|Source: other|Annual
`,
		},
		{
			"SDMX-JSON with two structures, values that hold unless another is given, codes in an order of their own",
			`{"data":{"structures":[{"name":"One","dimensions":{"dataSet":[{"id":"FREQ","keyPosition":1,"values":[{"id":"A"}]}],"observation":[{"id":"SEX","keyPosition":0,"values":[{"id":"F"},{"id":"M"}]}]},` +
				`"attributes":{"observation":[{"id":"ST","default":"A","values":[null,{"id":"A","name":"Normal"},{"id":"E","name":"Estimate"}]}]}},` +
				`{"names":{"en":"x"},"name":"Two","dimensions":{"observation":[{"id":"OCC","values":[{"id":"0110"}]}]},"measures":{"observation":[{"id":"STOCK"},{"id":"FLOW"}]},"attributes":{"observation":[{"id":"N"}]}}],` +
				`"dataSets":[{"structure":0,"observations":{"0":[1],"1":[2e3,2]}},{"structure":1,"observations":{"0":[1.10,null,["a","b"],7]}},{"structure":0,"observations":{"1":["n",0]}}]}}`,
			`sheet One
SEX|FREQ|OBS_VALUE|ST|ST label
F|A|1|A|Normal
M|A|2e3|E|Estimate
M|A|n|A|Normal
sheet Two
OCC|STOCK|FLOW|N
0110|1.10||a;b
`,
		},
		{
			"JSON-stat 1 with one status for all, units, and an hierarchy that is passed over",
			`{"a":{"label":"All","dimension":{"id":["year","what"],"size":[2,2],"role":{"time":["year"],"metric":["what"]},` +
				`"year":{"category":{"index":["2020","2021"]}},"what":{"category":{"index":{"u":1,"v":0},"label":{"u":"Unemployed","v":"Vacancies"},"child":{"v":["u"]},"unit":{"u":{"base":"persons","multiplier":3,"decimals":1}}}}},` +
				`"value":[1.0,null,"..",4],"status":["p"]}}`,
			`sheet All
what|year|OBS_VALUE|OBS_STATUS|UNIT_MEASURE|UNIT_MULT|DECIMALS|what label
v|2020|1.0|p||||Vacancies
u|2020||p|persons|3|1|Unemployed
v|2021|..|p||||Vacancies
u|2021|4|p|persons|3|1|Unemployed
`,
		},
		{
			"JSON-stat by number and out of order, a status where there is no value",
			formatstest.StatBegin + `"value":{"1":5,"0":4},"status":{"1":"e"}}`,
			`sheet ` + `
A|B|OBS_VALUE|OBS_STATUS|B label
x|z|4||Z
y|z|5|e|Z
`,
		},
		{
			"openings in XML: no employer, no text, several occupations",
			`<E xmlns="http://www.hr-xml.org/3"><PositionOpening validFrom="2024-01-01"><DocumentID>1</DocumentID><PositionProfile><PositionTitle>Cook &amp; baker</PositionTitle>` +
				`<PositionLocation><Address><CountryCode>NO</CountryCode><CountrySubDivisionCode>NO081</CountrySubDivisionCode><CityName>Oslo</CityName></Address></PositionLocation>` +
				`<PositionOrganization><OrganizationIdentifiers><OrganizationName>ACME</OrganizationName></OrganizationIdentifiers><IndustryCode>I56</IndustryCode></PositionOrganization>` +
				`<PositionOpenQuantity>3</PositionOpenQuantity><JobCategoryCode listName="ISCO2008">5120</JobCategoryCode><JobCategoryCode listName="ISCO2008">7512</JobCategoryCode>` +
				`<JobCategoryCode listName="ESCO_Occupations">http://x/1</JobCategoryCode><JobCategoryCode listName="KldB">29302</JobCategoryCode></PositionProfile></PositionOpening></E>`,
			`sheet ` + `
id|title|status|country|subdivision|municipality|isco|esco|styrk|other_occupation|openings|contract|hours|start|closes|published|industry
1|Cook & baker||NO|NO081||5120;7512|http://x/1||KldB:29302|3|||||2024-01-01|I56
`,
		},
		{
			"openings in JSON, one without the scheme of its code, after a byte order mark",
			"\uFEFF" + `{"content":[{"uuid":"u","title":"T","businessName":"ACME","contactList":[{"name":"N"}],"categoryList":[{"categoryType":null,"code":"7411.11"}],"locationList":[{"country":"NORGE","municipalCode":"0301"}],` +
				`"properties":{"positioncount":2,"extent":"Heltid"},"expires":"2024-02-01"}],"totalElements":1}`,
			`sheet ` + `
id|title|status|country|subdivision|municipality|isco|esco|styrk|other_occupation|openings|contract|hours|start|closes|published|industry
u|T||NORGE||0301||||7411.11|2||Heltid||2024-02-01||
`,
		},
	}
	for _, c := range cases {
		if got := shown(t.Context(), c.text); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}

func TestSDMXCSVIsReadInEveryEncoding(t *testing.T) {
	text := "DATAFLOW;FREQ;OBS_VALUE;TITLE\r\nX;A;1;Köche\r\n"
	var wide []byte
	for _, r := range "\uFEFF" + text {
		wide = append(wide, byte(r), byte(r>>8))
	}
	for name, b := range map[string][]byte{"UTF-16": wide, "Windows-1252": []byte(strings.Replace(text, "ö", "\xf6", 1)), "UTF-8": []byte("\uFEFF" + text)} {
		d, err := Open(t.Context(), File{Name: name, Content: bytes.NewReader(b), Size: int64(len(b))}, Options{})
		if err != nil || d.Format != SDMXCSV {
			t.Fatalf("%s: %v", name, err)
		}
		rows, err := rowsOf(t.Context(), &d.Sheets[0], []string{"FREQ", obsValue, "TITLE"})
		if want := `["A" "1" "Köche"]`; err != nil || len(rows) != 1 || rows[0] != want {
			t.Errorf("%s: %v %v", name, rows, err)
		}
	}
}

// drawStructure draws a structure and rows that fit it.
func drawStructure(t *rapid.T) (Structure, [][]string) {
	id := rapid.StringMatching(`[A-Z][A-Z0-9_]{0,6}`)
	name := rapid.StringMatching(`[ -~äé日]{0,10}`)
	s := Structure{Agency: id.Draw(t, "agency"), ID: id.Draw(t, "id"), Version: "1.0", Name: name.Draw(t, "name"), Prepared: time.Unix(0, 0)}
	ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-SU-Z][A-Z]{0,3}`), 2, 6, rapid.ID).Draw(t, "ids")
	for i, id := range ids {
		c := Component{ID: id, Name: name.Draw(t, "name")}
		if i == 0 || rapid.Bool().Draw(t, "coded") {
			for _, code := range rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z0-9_@$-]{1,4}`), 1, 5, rapid.ID).Draw(t, "codes") {
				c.Codes = append(c.Codes, Code{ID: code, Name: name.Draw(t, "label")})
			}
		}
		if i < 1+(len(ids)-1)/2 {
			s.Dimensions = append(s.Dimensions, c)
		} else {
			s.Attributes = append(s.Attributes, c)
		}
	}
	if rapid.Bool().Draw(t, "time") {
		s.Dimensions = append(s.Dimensions, Component{ID: timePeriod})
	}
	var rows [][]string
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		var row []string
		cell := func(c Component, empty bool) {
			switch {
			case empty && rapid.Bool().Draw(t, "empty"):
				row = append(row, "")
			case len(c.Codes) > 0:
				row = append(row, c.Codes[rapid.IntRange(0, len(c.Codes)-1).Draw(t, "code")].ID)
			case empty:
				row = append(row, rapid.StringMatching(`('{0,2}[=+@|-])?[ -~äé日\n]{0,8}`).Draw(t, "text"))
			default:
				row = append(row, rapid.StringMatching(`[0-9A-Z"',;][ -~]{0,8}`).Draw(t, "key"))
			}
		}
		for _, c := range s.Dimensions {
			cell(c, false)
		}
		row = append(row, rapid.StringMatching(`|-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,3})?`).Draw(t, "value"))
		for _, c := range s.Attributes {
			cell(c, true)
		}
		rows = append(rows, row)
	}
	return s, rows
}

func all(rows [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestWhatIsWrittenAsSDMXReadsAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, rows := drawStructure(t)
		var b bytes.Buffer
		if err := WriteSDMXCSV(&b, s, all(rows)); err != nil {
			t.Fatal(err)
		}
		d, err := openText(context.Background(), b.String(), Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		var columns []string
		for _, c := range slices.Concat(s.Dimensions, []Component{{ID: obsValue}}, s.Attributes) {
			columns = append(columns, c.ID)
		}
		if len(rows) > 0 && d.Sheets[0].Name != s.String() || !slices.Equal(d.Sheets[0].Columns, columns) {
			t.Fatalf("sheet %q %q", d.Sheets[0].Name, d.Sheets[0].Columns)
		}
		got, err := rowsOf(context.Background(), &d.Sheets[0], columns)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, r := range rows {
			want = append(want, fmt.Sprintf("%q", r))
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("got\n%s\nwant\n%s\nof\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), b.String())
		}

		b.Reset()
		if err := WriteStructure(&b, s); err != nil {
			t.Fatal(err)
		}
		checkStructure(t, s, b.String())
	})
}

// checkStructure reads a structure message back, and has the standard library say that it is XML.
func checkStructure(t *rapid.T, s Structure, text string) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	m := &sdmxML{structures: map[string]mlStructure{}, metadata: newMLMetadata()}
	x := newXMLReader(newSource(context.Background(), inMemory(text), Limits{}.filled(), 0))
	if m.survey(x); x.err != nil {
		t.Fatal(x.err)
	}
	d := m.metadata.definition(s.ID)
	if d == nil || d.reference.String() != s.String() || len(d.components) != len(s.Dimensions)+len(s.Attributes) {
		t.Fatalf("got %+v", d)
	}
	for i, c := range slices.Concat(s.Dimensions, s.Attributes) {
		labels := m.metadata.labels(d, c.ID)
		if d.components[i].id != c.ID || d.components[i].dimension != (i < len(s.Dimensions)) || len(labels) != len(c.Codes) {
			t.Fatalf("component %d: %+v with %q", i, d.components[i], labels)
		}
		for _, code := range c.Codes {
			if want := cmp.Or(strings.TrimSpace(cmp.Or(code.Name, code.ID)), ""); labels[code.ID] != want {
				t.Fatalf("%s %s is %q, should be %q", c.ID, code.ID, labels[code.ID], want)
			}
		}
	}
}

func TestWhatCannotBeSDMXIsNotWritten(t *testing.T) {
	good := Structure{Agency: "A", ID: "S", Version: "1.0", Dimensions: []Component{{ID: "OCC", Codes: []Code{{ID: "0110"}}}}}
	change := func(f func(*Structure)) Structure {
		s := good
		s.Dimensions = slices.Clone(good.Dimensions)
		f(&s)
		return s
	}
	for name, s := range map[string]Structure{
		"an agency with a space":  change(func(s *Structure) { s.Agency = "a b" }),
		"no version":              change(func(s *Structure) { s.Version = "" }),
		"no dimensions":           change(func(s *Structure) { s.Dimensions = nil }),
		"a component twice":       change(func(s *Structure) { s.Attributes = []Component{{ID: "OCC"}} }),
		"a measure twice":         change(func(s *Structure) { s.Attributes = []Component{{ID: obsValue}} }),
		"a code that is a phrase": change(func(s *Structure) { s.Attributes = []Component{{ID: "X", Codes: []Code{{ID: "a, b"}}}} }),
		"two lists of one name": change(func(s *Structure) {
			s.Dimensions[0].List = "CL"
			s.Attributes = []Component{{ID: "X", List: "CL", Codes: []Code{{ID: "a"}}}}
		}),
		"time before the rest": change(func(s *Structure) { s.Dimensions = []Component{{ID: timePeriod}, {ID: "OCC"}} }),
	} {
		if err := WriteStructure(io.Discard, s); err == nil {
			t.Errorf("%s is written", name)
		}
	}
	for name, row := range map[string][]string{
		"a code that is not in the list": {"110", "1"}, "no code": {"", "1"}, "a value with a comma": {"0110", "1,5"}, "a cell too few": {"0110"},
	} {
		if err := WriteSDMXCSV(io.Discard, good, all([][]string{row})); err == nil || !strings.Contains(err.Error(), "row 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
