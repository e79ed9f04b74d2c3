package formats

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// long is a file that is longer than anybody would hold: a head, a unit many times, a tail.
type long struct {
	head, unit, tail string
	times            int64
}

func (l long) size() int64 { return int64(len(l.head)+len(l.tail)) + l.times*int64(len(l.unit)) }

func (l long) ReadAt(p []byte, off int64) (int, error) {
	for n := 0; n < len(p); {
		at := off + int64(n)
		body := at - int64(len(l.head))
		switch {
		case body < 0:
			n += copy(p[n:], l.head[at:])
		case body < l.times*int64(len(l.unit)):
			n += copy(p[n:], l.unit[body%int64(len(l.unit)):])
		case at < l.size():
			n += copy(p[n:], l.tail[body-l.times*int64(len(l.unit)):])
		default:
			return n, io.EOF
		}
	}
	return len(p), nil
}

func text(s string) long { return long{head: s} }

// Beginnings and ends of messages that would be good without what is between them.
const (
	mlBegin = `<m:StructureSpecificData xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"><m:Header><m:ID>X</m:ID></m:Header>`
	mlEnd   = `</m:StructureSpecificData>`
	mlData  = mlBegin + `<m:DataSet><Series FREQ="A"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`
	sjBegin = `{"data":{"structure":{"dimensions":{"series":[{"id":"FREQ","values":[{"id":"A"}]}],"observation":[{"id":"TIME_PERIOD","values":[{"id":"2020"},{"id":"2021"}]}]},"attributes":{"observation":[{"id":"OBS_STATUS","values":[{"id":"A"}]}]}},"dataSets":[`
	sjEnd   = `]}}`
	stat    = `{"version":"2.0","class":"dataset","id":["A","B"],"size":[2,1],"dimension":{"A":{"category":{"index":["x","y"]}},"B":{"category":{"label":{"z":"Z"}}}},`
	ad      = `{"title":"T","categoryList":[{"code":"7411"}]}`
)

var hostile = []struct {
	name   string
	format Format
	file   long
	says   string // part of the fault
}{
	{"XML: nothing", SDMXML, text(""), "is empty"},
	{"XML: only spaces", SDMXML, text(" \n\t\n"), "is empty"},
	{"XML: not XML", SDMXML, text("FREQ,TIME\nA,2020\n"), "text outside"},
	{"XML: a web page", SDMXML, text("<!DOCTYPE html><html></html>"), "web page"},
	{"XML: a billion laughs", SDMXML, text(`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>`), "document type"},
	{"XML: an entity from elsewhere", SDMXML, text(`<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>`), "document type"},
	{"XML: a document type after the root", SDMXML, text(mlBegin + `<!DOCTYPE l>` + mlEnd), "document type"},
	{"XML: a reference to nothing", SDMXML, text(mlBegin + `<m:DataSet><Series A="&nbsp;"/></m:DataSet>` + mlEnd), "stands for nothing"},
	{"XML: an & alone", SDMXML, text(mlBegin + `<m:DataSet><Series A="a & b"/></m:DataSet>` + mlEnd), "begins no reference"},
	{"XML: reference to no character", SDMXML, text(mlBegin + `<m:DataSet><Series A="&#0;"/></m:DataSet>` + mlEnd), "stands for nothing"},
	{"XML: reference to half a character", SDMXML, text(mlBegin + `<m:DataSet><Series A="&#xD800;"/></m:DataSet>` + mlEnd), "stands for nothing"},
	{"XML: reference beyond all characters", SDMXML, text(mlBegin + `<m:DataSet><Series A="&#x110000;"/></m:DataSet>` + mlEnd), "stands for nothing"},
	{"XML: as deep as it is long", SDMXML, long{mlBegin, "<a>", "", 1 << 24}, "nested more than 64 deep"},
	{"XML: deep inside of what is skipped", SDMXML, long{mlBegin + "<m:Header>", "<a>", "", 1 << 24}, "nested more than 64 deep"},
	{"XML: an attribute without end", SDMXML, long{mlBegin + `<m:DataSet A="`, "xxxxxxxx", "", 1 << 27}, "longer than"},
	{"XML: a name without end", SDMXML, long{"<", "aaaaaaaa", "", 1 << 27}, "longer than"},
	{"XML: a long attribute", SDMXML, long{mlBegin + `<m:DataSet A="`, "x", `"/>` + mlEnd, 20000}, "longer than 16384 bytes"},
	{"XML: a text without end", SDMXML, long{`<m:Structure xmlns:m="x"><m:Header><m:Prepared>`, "xxxxxxxx", "", 1 << 27}, "longer than 16384 bytes"},
	{"XML: a CDATA without end", SDMXML, long{`<m:Structure xmlns:m="x"><m:Header><m:Prepared><![CDATA[`, "xxxxxxxx", "", 1 << 27}, "longer than 16384 bytes"},
	{"XML: a comment without end", SDMXML, long{mlBegin + "<!-- ", "xxxxxxxx", "", 1 << 21}, "in the middle of a comment"},
	{"XML: an instruction without end", SDMXML, long{mlBegin + "<?a ", "xxxxxxxx", "", 1 << 21}, "in the middle of an instruction"},
	{"XML: very many attributes", SDMXML, text(mlBegin + "<m:DataSet" + numbered(" a%d='1'", 300) + "/>" + mlEnd), "more than 256 attributes"},
	{"XML: an attribute twice", SDMXML, text(mlBegin + `<m:DataSet><Series A="1" A="2"/></m:DataSet>` + mlEnd), "attribute A twice"},
	{"XML: attributes without quotation marks", SDMXML, text(mlBegin + `<m:DataSet A=1 />` + mlEnd), "without quotation marks"},
	{"XML: attributes that touch", SDMXML, text(mlBegin + `<m:DataSet A="1"B="2"/>` + mlEnd), "no attribute"},
	{"XML: an attribute without value", SDMXML, text(mlBegin + `<m:DataSet A/>` + mlEnd), "no attribute"},
	{"XML: < in an attribute", SDMXML, text(mlBegin + `<m:DataSet A="<"/>` + mlEnd), "< inside"},
	{"XML: < in a tag", SDMXML, text(mlBegin + `<m:DataSet <a/>` + mlEnd), "< inside"},
	{"XML: ends in a tag", SDMXML, text(mlBegin + `<m:DataSet A="`), "line 1, byte 129: the file ends in the middle of a tag"},
	{"XML: ends in an element", SDMXML, text(mlBegin + "\n<m:DataSet>"), "line 2, byte 12: the file ends in the middle of the element m:DataSet"},
	{"XML: the wrong end", SDMXML, text(mlBegin + `<m:DataSet></m:DataSets>` + mlEnd), "ends what has not begun"},
	{"XML: an end too many", SDMXML, text(mlData + mlEnd + "</a>"), "ends what has not begun"},
	{"XML: text after the end", SDMXML, text(mlData + mlEnd + "x"), "text outside"},
	{"XML: two messages", SDMXML, text(mlData + mlEnd + mlData + mlEnd), "after the end"},
	{"XML: a control character", SDMXML, text(mlBegin + "<m:DataSet><Series A='\x01'/></m:DataSet>" + mlEnd), "control character"},
	{"XML: not UTF-8", SDMXML, text(mlBegin + "<m:DataSet><Series A='\xff\xfe'/></m:DataSet>" + mlEnd), "UTF-8"},
	{"XML: UTF-16, little end first", SDMXML, text("\xff\xfe<\x00a\x00/\x00>\x00"), "UTF-16"},
	{"XML: UTF-16, big end first", SDMXML, text("\xfe\xff\x00<\x00a\x00/\x00>"), "UTF-16"},
	{"XML: says Latin-1", SDMXML, text(`<?xml version="1.0" encoding="ISO-8859-1"?>` + mlData + mlEnd), "messages are in UTF-8"},
	{"XML: deletes", SDMXML, text(mlBegin + `<m:DataSet action="Delete"/>` + mlEnd), "deletes"},
	{"XML: an unknown element", SDMXML, text(mlBegin + `<m:DataSet><Series A="1"><Secret/></Series></m:DataSet>` + mlEnd), "element Secret inside of Series"},
	{"XML: a value in a value", SDMXML, text(`<m:GenericData xmlns:m="m"><m:DataSet><Series><SeriesKey><Value id="A" value="1"><Value/></Value></SeriesKey></Series></m:DataSet></m:GenericData>`), "inside of Value"},
	{"XML: a value without id", SDMXML, text(`<m:GenericData xmlns:m="m"><m:DataSet><Series><SeriesKey><Value value="1"/></SeriesKey></Series></m:DataSet></m:GenericData>`), "without an id"},
	{"XML: half an answer", SDMXML, text(mlData + `<f:Footer xmlns:f="f"><f:Message code="510" severity="Error"><c:Text xmlns:c="c">Too large</c:Text></f:Message></f:Footer>` + mlEnd), "510 Too large"},
	{"XML: an error for an answer", SDMXML, text(`<m:Error xmlns:m="m"><m:ErrorMessage code="100"><c:Text xmlns:c="c">No data</c:Text></m:ErrorMessage></m:Error>`), "100 No data"},
	{"XML: a structure only", SDMXML, text(`<m:Structure xmlns:m="m"><m:Structures><Codelists><Codelist id="C"><Code id="A"><Name>N</Name></Code></Codelist></Codelists></m:Structures></m:Structure>`), "structure message"},
	{"XML: a header only", SDMXML, text(mlBegin + mlEnd), "no data set"},
	{"XML: SDMX-ML 2.0", SDMXML, text(`<CompactData xmlns="http://www.SDMX.org/resources/SDMXML/schemas/v2_0/message"/>`), "2.0 or older"},
	{"XML: very many columns", SDMXML, text(mlBegin + "<m:DataSet>" + numbered(`<Series A%d="1"/>`, 2000) + "</m:DataSet>" + mlEnd), "more than 1024"},
	{"XML: groups without end", SDMXML, long{mlBegin + "<m:DataSet>", `<Group A="` + strings.Repeat("x", 16000) + `" B="2"/>`, "", 1 << 16}, "codes"},
	{"XML: groups of every shape", SDMXML, text(mlBegin + `<m:DataSet>` + numbered(`<Group A%d="1" T="t"/>`, 70) + "<Series" + numbered(` A%d="1"`, 70) + "/></m:DataSet>" + mlEnd), "64 different parts"},
	{"XML: codes without end", SDMXML, long{`<m:Structure xmlns:m="m"><m:Structures><Codelists><Codelist id="C">`, `<Code id="` + strings.Repeat("x", 9000) + `"><Name>N</Name></Code>`, "", 1 << 16}, "codes"},
	{"XML: data sets without end", SDMXML, long{mlBegin, "<m:DataSet/>", "", 1 << 24}, "codes"},
	{"XML: an entity in a skipped text", SDMXML, text(mlBegin + "<m:Header><m:Prepared>&x;</m:Prepared></m:Header>" + mlEnd), "stands for nothing"},

	{"JSON: nothing", SDMXJSON, text(""), "ends in the middle"},
	{"JSON: not JSON", SDMXJSON, text("{data}"), "a name"},
	{"JSON: a list", SDMXJSON, text("[]"), "a list where an object should be"},
	{"JSON: ends in the data", SDMXJSON, text(sjBegin + `{"series":{"0":{"observations":{"0":[1,`), "ends in the middle"},
	{"JSON: ends in a text", SDMXJSON, text(`{"data":{"dataSets":[{"x":"abc`), "ends in the middle of a text"},
	{"JSON: as deep as it is long", SDMXJSON, long{`{"x":`, "[", "", 1 << 24}, "nested more than 64 deep"},
	{"JSON: objects as deep as it is long", SDMXJSON, long{``, `{"x":`, "", 1 << 24}, "nested more than 64 deep"},
	{"JSON: a name without end", SDMXJSON, long{`{"`, "xxxxxxxx", "", 1 << 27}, "longer than"},
	{"JSON: a text without end", SDMXJSON, long{`{"data":{"structure":{"name":"`, "xxxxxxxx", "", 1 << 27}, "longer than"},
	{"JSON: a number without end", SDMXJSON, long{`{"data":{"structure":{"name":1`, "00000000", "", 1 << 27}, "longer than"},
	{"JSON: codes without end", SDMXJSON, long{`{"data":{"structure":{"dimensions":{"series":[{"id":"A","values":[{"id":"x"}`, `,{"id":"yyyyyyyy","name":"zzzzzzzz"}`, "", 1 << 24}, "codes"},
	{"JSON: long codes without end", SDMXJSON, long{`{"data":{"structure":{"dimensions":{"series":[{"id":"A","values":[{"id":"x"}`, `,{"id":"` + strings.Repeat("y", 16000) + `"}`, "", 1 << 18}, "codes"},
	{"JSON: groups without end", SDMXJSON, long{sjBegin + `{"dimensionGroupAttributes":{"":[1]`, `,"0:":["yyyyyyyy"]`, "", 1 << 24}, "codes"},
	{"JSON: data sets without end", SDMXJSON, long{sjBegin + `{}`, `,{}`, "", 1 << 24}, "data sets"},
	{"JSON: names without end", SDMXJSON, long{`{"":0`, `,"` + strings.Repeat("x", 100) + `":0`, "", 1 << 24}, "twice"},
	{"JSON: the data twice", SDMXJSON, text(sjBegin + sjEnd[:1] + `,"dataSets":[]}}`), `"dataSets" is there twice`},
	{"JSON: NaN", SDMXJSON, text(`{"data":{"structure":{"name":NaN}}}`), "no JSON"},
	{"JSON: a number with a zero before it", SDMXJSON, text(`{"data":{"structure":{"name":01}}}`), "no JSON"},
	{"JSON: more after the end", SDMXJSON, text(sjBegin + `{"series":{"0":{"observations":{"0":[1]}}}}` + sjEnd + `{}`), "after the end"},
	{"JSON: a comma too many", SDMXJSON, text(`{"data":{},}`), "a name should be"},
	{"JSON: a comma too few", SDMXJSON, text(`{"data":{} "x":1}`), "a comma or }"},
	{"JSON: half a character", SDMXJSON, text(`{"data":{"structure":{"name":"\ud800x"}}}`), "surrogate"},
	{"JSON: a backslash that begins nothing", SDMXJSON, text(`{"data":{"structure":{"name":"\q"}}}`), "backslash"},
	{"JSON: a control character", SDMXJSON, text("{\"data\":{\"structure\":{\"name\":\"\x01\"}}}"), "control character"},
	{"JSON: not UTF-8", SDMXJSON, text("{\"data\":{\"structure\":{\"name\":\"\xff\"}}}"), "UTF-8"},
	{"JSON: apostrophes", SDMXJSON, text(`{'data':1}`), "a name should be"},
	{"JSON: a key beyond the codes", SDMXJSON, text(sjBegin + `{"series":{"7":{"observations":{"0":[1]}}}}` + sjEnd), "no value of FREQ"},
	{"JSON: a key that is no number", SDMXJSON, text(sjBegin + `{"series":{"-1":{"observations":{"0":[1]}}}}` + sjEnd), "no value of FREQ"},
	{"JSON: a key beyond all numbers", SDMXJSON, text(sjBegin + `{"series":{"99999999999999999999":{"observations":{"0":[1]}}}}` + sjEnd), "no value of FREQ"},
	{"JSON: a key too long", SDMXJSON, text(sjBegin + `{"series":{"0:0":{"observations":{"0":[1]}}}}` + sjEnd), "not as many parts"},
	{"JSON: a status beyond the codes", SDMXJSON, text(sjBegin + `{"series":{"0":{"observations":{"0":[1,5]}}}}` + sjEnd), "OBS_STATUS by a number that is not in its list"},
	{"JSON: a status below the codes", SDMXJSON, text(sjBegin + `{"series":{"0":{"observations":{"0":[1,-1]}}}}` + sjEnd), "OBS_STATUS by a number"},
	{"JSON: an object for a value", SDMXJSON, text(sjBegin + `{"series":{"0":{"observations":{"0":[{}]}}}}` + sjEnd), "an object where"},
	{"JSON: no structure", SDMXJSON, text(`{"data":{"dataSets":[{}]}}`), "no structure"},
	{"JSON: no data", SDMXJSON, text(sjBegin + sjEnd), "no data set"},
	{"JSON: a structure that is not there", SDMXJSON, text(sjBegin + `{"structure":3}` + sjEnd), "structure 3, but only 1"},
	{"JSON: a dimension without id", SDMXJSON, text(`{"data":{"structure":{"dimensions":{"series":[{}]}},"dataSets":[{}]}}`), "without an id"},
	{"JSON: a dimension twice", SDMXJSON, text(`{"data":{"structure":{"dimensions":{"series":[{"id":"A"},{"id":"A"}]}},"dataSets":[{}]}}`), `two columns called "A"`},
	{"JSON: one dimension of two values", SDMXJSON, text(`{"data":{"structure":{"dimensions":{"dataSet":[{"id":"A","values":[{"id":"x"},{"id":"y"}]}]}},"dataSets":[{}]}}`), "names 2 values"},
	{"JSON: deletes", SDMXJSON, text(sjBegin + `{"action":"Delete"}` + sjEnd), "deletes"},
	{"JSON: an error for an answer", SDMXJSON, text(`{"errors":[{"code":404,"title":"No results"}]}`), "No results"},

	{"stat: a number beyond all cells", JSONStat, text(stat + `"value":{"999999999999":1}}`), "number 999999999999, but sizes that multiply to 2"},
	{"stat: a number below", JSONStat, text(stat + `"value":{"-1":1}}`), "number of a value"},
	{"stat: a number twice", JSONStat, text(stat + `"value":{"1":1,"0":2,"1":3}}`), "two values or statuses of number 1"},
	{"stat: too few values", JSONStat, text(stat + `"value":[1]}`), "1 values, but sizes that multiply to 2"},
	{"stat: too many values", JSONStat, text(stat + `"value":[1,2,3]}`), "3 values, but sizes that multiply to 2"},
	{"stat: too many statuses", JSONStat, text(stat + `"value":[1,2],"status":["a","b","c"]}`), "3 statuses"},
	{"stat: a status beyond", JSONStat, text(stat + `"value":[1,2],"status":{"2":"a"}}`), "number 2"},
	{"stat: values twice", JSONStat, text(stat + `"value":[1,2],"value":[3,4]}`), "twice"},
	{"stat: sizes of other ids", JSONStat, text(`{"id":["A"],"size":[1,2],"dimension":{},"value":[1,2]}`), "1 dimensions (id), but 2 sizes"},
	{"stat: no ids", JSONStat, text(`{"class":"dataset","value":[1]}`), "0 dimensions"},
	{"stat: sizes that overflow", JSONStat, text(overflowing()), "more cells than anybody can count"},
	{"stat: a size that is not", JSONStat, text(`{"id":["A"],"size":[3],"dimension":{"A":{"category":{"index":["x"]}}},"value":[1,2,3]}`), "1 categories, but its size is 3"},
	{"stat: a size below", JSONStat, text(`{"id":["A"],"size":[-1],"value":[]}`), "no number of categories"},
	{"stat: a broken size", JSONStat, text(`{"id":["A"],"size":[1.5],"value":[]}`), "no number of categories"},
	{"stat: a dimension that is not there", JSONStat, text(`{"id":["A"],"size":[1],"value":[1]}`), "nothing said of the dimension"},
	{"stat: a dimension twice", JSONStat, text(`{"id":["A"],"size":[1],"value":[1],"dimension":{"A":{},"A":{}}}`), "described twice"},
	{"stat: a category twice", JSONStat, text(`{"id":["A"],"size":[1],"value":[1],"dimension":{"A":{"category":{"index":{"x":0,"x":1}}}}}`), "there twice"},
	{"stat: places with a gap", JSONStat, text(`{"id":["A"],"size":[2],"value":[1,2],"dimension":{"A":{"category":{"index":{"x":0,"y":2}}}}}`), "count from 0"},
	{"stat: categories without order", JSONStat, text(`{"id":["A"],"size":[2],"value":[1,2],"dimension":{"A":{"category":{"label":{"x":"X","y":"Y"}}}}}`), "0 categories"},
	{"stat: two ids alike", JSONStat, text(`{"id":["A","A"],"size":[1,1],"value":[1],"dimension":{"A":{"category":{"index":["x"]}}}}`), "two columns"},
	{"stat: datasets elsewhere", JSONStat, text(`{"version":"2.0","class":"collection","link":{"item":[{"class":"dataset","href":"x"}]}}`), "only names 1 datasets"},
	{"stat: an error for an answer", JSONStat, text(`{"error":[{"status":413,"label":"ASYNCHRONOUS_RESPONSE"}]}`), "ASYNCHRONOUS"},
	{"stat: an error of its own class", JSONStat, text(`{"class":"error","label":"Too much"}`), "Too much"},
	{"stat: no values", JSONStat, text(`{"class":"dataset"}`), "no dataset"},
	{"stat: categories without end", JSONStat, long{`{"dimension":{"A":{"category":{"label":{"x":"X"`, `,"yyyyyyyyyyyy":"Y"`, "", 1 << 24}, "codes"},
	{"stat: sizes without end", JSONStat, long{`{"size":[1`, `,1`, "", 1 << 24}, "codes"},

	{"CSV: nothing", SDMXCSV, text(""), "is empty"},
	{"CSV: an ordinary table", SDMXCSV, text("a,b\n1,2\n"), "does not begin with the column STRUCTURE"},
	{"CSV: 1.0 without values", SDMXCSV, text("DATAFLOW,FREQ\nX,A\n"), "no column OBS_VALUE"},
	{"CSV: 2.0 without structures", SDMXCSV, text("STRUCTURE,FREQ,OBS_VALUE\nX,A,1\n"), "none called STRUCTURE_ID"},
	{"CSV: deletes", SDMXCSV, text("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,OBS_VALUE\ndataflow,X,I,A,1\ndataflow,X,D,A,1\n"), "row 3: deletes"},
	{"CSV: does what nobody knows", SDMXCSV, text("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,OBS_VALUE\ndataflow,X,Z,A,1\n"), "none of I, A, M, R"},
	{"CSV: cut off", SDMXCSV, text("DATAFLOW,FREQ,OBS_VALUE\nX,A,1\nX,A"), "row 3: has 2 cells where the header has 3"},
	{"CSV: a cell too many", SDMXCSV, text("DATAFLOW,FREQ,OBS_VALUE\nX,A,1,2\n"), "row 2: has 4 cells"},
	{"CSV: a quotation mark without end", SDMXCSV, long{"DATAFLOW,FREQ,OBS_VALUE\nX,\"", "xxxxxxx\n", "", 1 << 24}, "row 2: opens a quote that is not closed"},
	{"CSV: a quotation mark never closed", SDMXCSV, text("DATAFLOW,FREQ,OBS_VALUE\nX,\"A,1\n"), "row 2: opens a quote that is not closed"},
	{"CSV: something after a quotation mark", SDMXCSV, text("DATAFLOW,FREQ,OBS_VALUE\nX,\"A\"b,1\n"), "after the closing quote"},
	{"CSV: a line without end", SDMXCSV, long{"DATAFLOW,FREQ,OBS_VALUE\nX,", "xxxxxxxx", "", 1 << 24}, "row 2: "},
	{"CSV: a long cell", SDMXCSV, long{"DATAFLOW,FREQ,OBS_VALUE\nX,", "x", ",1\n", 20000}, "a cell of 20000 bytes"},
	{"CSV: not UTF-8", SDMXCSV, text("DATAFLOW,FREQ,OBS_VALUE\nX,é日本,1\n\xff,A,1\n"), "row 3: "},
	{"CSV: binary", SDMXCSV, text("DATAFLOW,FREQ,OBS_VALUE\nX,\x00,1\n"), "NUL"},
	{"CSV: UTF-16", SDMXCSV, text("\xff\xfeD\x00A\x00"), "does not begin with"},
	{"CSV: a column twice", SDMXCSV, text("DATAFLOW,FREQ,FREQ,OBS_VALUE\nX,A,A,1\n"), `two columns called "FREQ"`},
	{"CSV: a column without name", SDMXCSV, text("DATAFLOW,FREQ,,OBS_VALUE\nX,A,A,1\n"), `two columns called ""`},
	{"CSV: very many columns", SDMXCSV, text("DATAFLOW" + numbered(",A%d", 1500) + ",OBS_VALUE\n"), "1501 columns"},
	{"CSV: commas without end", SDMXCSV, text("DATAFLOW,FREQ,OBS_VALUE\n" + strings.Repeat(",", 200000)), "a row may have 2048"},
	{"CSV: structures without end", SDMXCSV, text("STRUCTURE,STRUCTURE_ID,FREQ,OBS_VALUE\n" + numbered("dataflow,X%d,A,1\n", 200)), "more than 100 structures"},
	{"CSV: attachments of every shape", SDMXCSV, text("STRUCTURE,STRUCTURE_ID" + numbered(",D%d", 70) + ",OBS_VALUE,T\ndataflow,X" + strings.Repeat(",a", 70) + ",1,\n" + shapes(70)), "64 different parts"},

	{"openings: none", OpeningXML, text("<a/>"), "no position opening"},
	{"openings: none in a list", OpeningJSON, text(`[{"nace2":"x"}]`), "no position opening"},
	{"openings: an opening cut off", OpeningXML, text(`<PositionOpening><PositionProfile><PositionTitle>T</PositionTitle>`), "ends in the middle"},
	{"openings: elements in a title", OpeningXML, text(`<PositionOpening><PositionProfile><PositionTitle><b>T</b></PositionTitle></PositionProfile></PositionOpening>`), "element b where a text"},
	{"openings: the second is broken", OpeningJSON, text("[" + ad + `,{"title":{"x"}]`), "should be"},
	{"openings: a title twice", OpeningJSON, text(`[{"title":"a","title":"b","categoryList":[]}]`), "title twice"},
	{"openings: numbers", OpeningJSON, text(`[1,2]`), "a number where an object"},
	{"openings: codes without end", OpeningJSON, long{`{"title":"T","categoryList":[{"code":"1"}`, `,{"code":"7411"}`, "]}", 10000}, "longer than"},
	{"openings: pages in pages", OpeningJSON, long{"", `{"content":[`, "", 1 << 24}, "nested"},
	{"openings: a document type", OpeningXML, text(`<!DOCTYPE x [<!ENTITY a "b">]><PositionOpening/>`), "document type"},
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// shapes are rows that attach a text to one dimension each.
func shapes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("dataflow,X" + strings.Repeat(",", i+1) + "a" + strings.Repeat(",", n-i) + ",t\n")
	}
	return b.String()
}

// overflowing is a dataset of ten dimensions with 1,000 categories each.
func overflowing() string {
	var ids, sizes, dimensions []string
	for i := range 10 {
		id := fmt.Sprintf(`"D%d"`, i)
		ids, sizes = append(ids, id), append(sizes, "1000")
		dimensions = append(dimensions, id+`:{"category":{"index":["c`+strings.Join(strings.Fields(numbered("%d ", 1000)), `","c`)+`"]}}`)
	}
	return `{"id":[` + strings.Join(ids, ",") + `],"size":[` + strings.Join(sizes, ",") + `],"dimension":{` + strings.Join(dimensions, ",") + `},"value":{"5":1}}`
}

// exhaust opens a file and reads all rows of all sheets, but no more than some.
func exhaust(ctx context.Context, open opener, f File, o Options) error {
	d, err := open(ctx, f, o)
	if err != nil {
		return err
	}
	for i := range d.Sheets {
		for _, err := range d.Sheets[i].Rows(ctx) {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// memoryBound is by how much memory may go up while a hostile file is read.
const memoryBound = 256 << 20

// watch runs something and says by how much memory went up meanwhile.
func watch(run func()) (up uint64) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		highest := before
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				highest = max(highest, m.HeapAlloc)
			case <-done:
				tick.Stop()
				peak <- highest
				return
			}
		}
	}()
	run()
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	close(done)
	return max(<-peak, after.HeapAlloc) - before
}

func TestHostileMessagesAreRefusedKindlyAndCostLittle(t *testing.T) {
	names := map[string]bool{}
	for _, h := range hostile {
		if names[h.name] {
			t.Fatalf("%s is there twice", h.name)
		}
		names[h.name] = true
		var err error
		up := watch(func() {
			err = exhaust(t.Context(), openers[h.format], File{Name: "evil", Content: h.file, Size: h.file.size()}, Options{})
		})
		var f *Fault
		switch {
		case !errors.As(err, &f):
			t.Errorf("%s: %v, not a fault", h.name, err)
		case !strings.Contains(f.Error(), h.says):
			t.Errorf("%s: says %q, should say %q", h.name, f.Error(), h.says)
		case len(f.Error()) > 600:
			t.Errorf("%s: a fault of %d bytes", h.name, len(f.Error()))
		}
		if up > memoryBound {
			t.Errorf("%s: memory went up by %d MiB", h.name, up>>20)
		}
	}
	if len(names) < 60 {
		t.Errorf("only %d hostile files", len(names))
	}
}

// Wherever a good message is cut off, it is a fault or, at a place that could be its end, fewer rows: never a crash.
func TestAMessageCutOffAnywhereIsAFault(t *testing.T) {
	good := map[Format]string{
		SDMXML:      mlData + mlEnd,
		SDMXJSON:    sjBegin + `{"series":{"0":{"observations":{"0":[1,0],"1":[2.5,null]}}}}` + sjEnd,
		JSONStat:    stat + `"value":[1,2],"status":{"1":"a"}}`,
		OpeningJSON: "[" + ad + "," + ad + "]",
		OpeningXML:  `<L><PositionOpening><PositionProfile><PositionTitle>T</PositionTitle></PositionProfile></PositionOpening></L>`,
	}
	for format, whole := range good {
		if err := exhaust(t.Context(), openers[format], inMemory(whole), Options{}); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		for n := range len(whole) {
			var f *Fault
			if err := exhaust(t.Context(), openers[format], inMemory(whole[:n]), Options{}); !errors.As(err, &f) {
				t.Errorf("%s cut off after %d bytes: %v", format, n, err)
			}
		}
	}
}
