package formatstest

import (
	"fmt"
	"strings"
)

// Beginnings and ends of messages that would be good without what is between them.
const (
	XMLBegin  = `<m:StructureSpecificData xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"><m:Header><m:ID>X</m:ID></m:Header>`
	XMLEnd    = `</m:StructureSpecificData>`
	XMLData   = XMLBegin + `<m:DataSet><Series FREQ="A"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`
	JSONBegin = `{"data":{"structure":{"dimensions":{"series":[{"id":"FREQ","values":[{"id":"A"}]}],"observation":[{"id":"TIME_PERIOD","values":[{"id":"2020"},{"id":"2021"}]}]},"attributes":{"observation":[{"id":"OBS_STATUS","values":[{"id":"A"}]}]}},"dataSets":[`
	JSONEnd   = `]}}`
	StatBegin = `{"version":"2.0","class":"dataset","id":["A","B"],"size":[2,1],"dimension":{"A":{"category":{"index":["x","y"]}},"B":{"category":{"label":{"z":"Z"}}}},`
	Opening   = `{"title":"T","categoryList":[{"code":"7411"}]}`
)

// messages are what claims to be a message.
func messages() []File {
	var c corpus
	add := func(name, format, says string, t Text) {
		c.put(File{Name: name, Text: t, Format: format, Says: says})
	}
	add("XML: nothing", "sdmx-ml", "is empty", plain(""))
	add("XML: only spaces", "sdmx-ml", "is empty", plain(" \n\t\n"))
	add("XML: not XML", "sdmx-ml", "text outside", plain("FREQ,TIME\nA,2020\n"))
	add("XML: a web page", "sdmx-ml", "web page", plain("<!DOCTYPE html><html></html>"))
	add("XML: a billion laughs", "sdmx-ml", "document type", plain(`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>`))
	add("XML: an entity from elsewhere", "sdmx-ml", "document type", plain(`<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>`))
	add("XML: a document type after the root", "sdmx-ml", "document type", plain(XMLBegin+`<!DOCTYPE l>`+XMLEnd))
	add("XML: a reference to nothing", "sdmx-ml", "stands for nothing", plain(XMLBegin+`<m:DataSet><Series A="&nbsp;"/></m:DataSet>`+XMLEnd))
	add("XML: an & alone", "sdmx-ml", "begins no reference", plain(XMLBegin+`<m:DataSet><Series A="a & b"/></m:DataSet>`+XMLEnd))
	add("XML: reference to no character", "sdmx-ml", "stands for nothing", plain(XMLBegin+`<m:DataSet><Series A="&#0;"/></m:DataSet>`+XMLEnd))
	add("XML: reference to half a character", "sdmx-ml", "stands for nothing", plain(XMLBegin+`<m:DataSet><Series A="&#xD800;"/></m:DataSet>`+XMLEnd))
	add("XML: reference beyond all characters", "sdmx-ml", "stands for nothing", plain(XMLBegin+`<m:DataSet><Series A="&#x110000;"/></m:DataSet>`+XMLEnd))
	add("XML: as deep as it is long", "sdmx-ml", "nested more than 64 deep", Text{XMLBegin, "<a>", "", 1 << 24})
	add("XML: deep inside of what is skipped", "sdmx-ml", "nested more than 64 deep", Text{XMLBegin + "<m:Header>", "<a>", "", 1 << 24})
	add("XML: an attribute without end", "sdmx-ml", "longer than", Text{XMLBegin + `<m:DataSet A="`, "xxxxxxxx", "", 1 << 27})
	add("XML: a name without end", "sdmx-ml", "longer than", Text{"<", "aaaaaaaa", "", 1 << 27})
	add("XML: a long attribute", "sdmx-ml", "longer than 16384 bytes", Text{XMLBegin + `<m:DataSet A="`, "x", `"/>` + XMLEnd, 20000})
	add("XML: a text without end", "sdmx-ml", "longer than 16384 bytes", Text{`<m:Structure xmlns:m="x"><m:Header><m:Prepared>`, "xxxxxxxx", "", 1 << 27})
	add("XML: a CDATA without end", "sdmx-ml", "longer than 16384 bytes", Text{`<m:Structure xmlns:m="x"><m:Header><m:Prepared><![CDATA[`, "xxxxxxxx", "", 1 << 27})
	add("XML: a comment without end", "sdmx-ml", "in the middle of a comment", Text{XMLBegin + "<!-- ", "xxxxxxxx", "", 1 << 21})
	add("XML: an instruction without end", "sdmx-ml", "in the middle of an instruction", Text{XMLBegin + "<?a ", "xxxxxxxx", "", 1 << 21})
	add("XML: very many attributes", "sdmx-ml", "more than 256 attributes", plain(XMLBegin+"<m:DataSet"+Numbered(" a%d='1'", 300)+"/>"+XMLEnd))
	add("XML: an attribute twice", "sdmx-ml", "attribute A twice", plain(XMLBegin+`<m:DataSet><Series A="1" A="2"/></m:DataSet>`+XMLEnd))
	add("XML: attributes without quotation marks", "sdmx-ml", "without quotation marks", plain(XMLBegin+`<m:DataSet A=1 />`+XMLEnd))
	add("XML: attributes that touch", "sdmx-ml", "no attribute", plain(XMLBegin+`<m:DataSet A="1"B="2"/>`+XMLEnd))
	add("XML: an attribute without value", "sdmx-ml", "no attribute", plain(XMLBegin+`<m:DataSet A/>`+XMLEnd))
	add("XML: < in an attribute", "sdmx-ml", "< inside", plain(XMLBegin+`<m:DataSet A="<"/>`+XMLEnd))
	add("XML: < in a tag", "sdmx-ml", "< inside", plain(XMLBegin+`<m:DataSet <a/>`+XMLEnd))
	add("XML: ends in a tag", "sdmx-ml", "line 1, byte 129: the file ends in the middle of a tag", plain(XMLBegin+`<m:DataSet A="`))
	add("XML: ends in an element", "sdmx-ml", "line 2, byte 12: the file ends in the middle of the element m:DataSet", plain(XMLBegin+"\n<m:DataSet>"))
	add("XML: the wrong end", "sdmx-ml", "ends what has not begun", plain(XMLBegin+`<m:DataSet></m:DataSets>`+XMLEnd))
	add("XML: an end too many", "sdmx-ml", "ends what has not begun", plain(XMLData+XMLEnd+"</a>"))
	add("XML: text after the end", "sdmx-ml", "text outside", plain(XMLData+XMLEnd+"x"))
	add("XML: two messages", "sdmx-ml", "after the end", plain(XMLData+XMLEnd+XMLData+XMLEnd))
	add("XML: a control character", "sdmx-ml", "control character", plain(XMLBegin+"<m:DataSet><Series A='\x01'/></m:DataSet>"+XMLEnd))
	add("XML: not UTF-8", "sdmx-ml", "UTF-8", plain(XMLBegin+"<m:DataSet><Series A='\xff\xfe'/></m:DataSet>"+XMLEnd))
	add("XML: UTF-16, little end first", "sdmx-ml", "UTF-16", plain("\xff\xfe<\x00a\x00/\x00>\x00"))
	add("XML: UTF-16, big end first", "sdmx-ml", "UTF-16", plain("\xfe\xff\x00<\x00a\x00/\x00>"))
	add("XML: says Latin-1", "sdmx-ml", "messages are in UTF-8", plain(`<?xml version="1.0" encoding="ISO-8859-1"?>`+XMLData+XMLEnd))
	add("XML: deletes", "sdmx-ml", "deletes", plain(XMLBegin+`<m:DataSet action="Delete"/>`+XMLEnd))
	add("XML: an unknown element", "sdmx-ml", "element Secret inside of Series", plain(XMLBegin+`<m:DataSet><Series A="1"><Secret/></Series></m:DataSet>`+XMLEnd))
	add("XML: a value in a value", "sdmx-ml", "inside of Value", plain(`<m:GenericData xmlns:m="m"><m:DataSet><Series><SeriesKey><Value id="A" value="1"><Value/></Value></SeriesKey></Series></m:DataSet></m:GenericData>`))
	add("XML: a value without id", "sdmx-ml", "without an id", plain(`<m:GenericData xmlns:m="m"><m:DataSet><Series><SeriesKey><Value value="1"/></SeriesKey></Series></m:DataSet></m:GenericData>`))
	add("XML: half an answer", "sdmx-ml", "510 Too large", plain(XMLData+`<f:Footer xmlns:f="f"><f:Message code="510" severity="Error"><c:Text xmlns:c="c">Too large</c:Text></f:Message></f:Footer>`+XMLEnd))
	add("XML: an error for an answer", "sdmx-ml", "100 No data", plain(`<m:Error xmlns:m="m"><m:ErrorMessage code="100"><c:Text xmlns:c="c">No data</c:Text></m:ErrorMessage></m:Error>`))
	add("XML: a structure only", "sdmx-ml", "structure message", plain(`<m:Structure xmlns:m="m"><m:Structures><Codelists><Codelist id="C"><Code id="A"><Name>N</Name></Code></Codelist></Codelists></m:Structures></m:Structure>`))
	add("XML: a header only", "sdmx-ml", "no data set", plain(XMLBegin+XMLEnd))
	add("XML: SDMX-ML 2.0", "sdmx-ml", "2.0 or older", plain(`<CompactData xmlns="http://www.SDMX.org/resources/SDMXML/schemas/v2_0/message"/>`))
	add("XML: very many columns", "sdmx-ml", "more than 1024", plain(XMLBegin+"<m:DataSet>"+Numbered(`<Series A%d="1"/>`, 2000)+"</m:DataSet>"+XMLEnd))
	add("XML: groups without end", "sdmx-ml", "codes", Text{XMLBegin + "<m:DataSet>", `<Group A="` + strings.Repeat("x", 16000) + `" B="2"/>`, "", 1 << 16})
	add("XML: groups of every shape", "sdmx-ml", "64 different parts", plain(XMLBegin+`<m:DataSet>`+Numbered(`<Group A%d="1" T="t"/>`, 70)+"<Series"+Numbered(` A%d="1"`, 70)+"/></m:DataSet>"+XMLEnd))
	add("XML: codes without end", "sdmx-ml", "codes", Text{`<m:Structure xmlns:m="m"><m:Structures><Codelists><Codelist id="C">`, `<Code id="` + strings.Repeat("x", 9000) + `"><Name>N</Name></Code>`, "", 1 << 16})
	add("XML: data sets without end", "sdmx-ml", "codes", Text{XMLBegin, "<m:DataSet/>", "", 1 << 24})
	add("XML: an entity in a skipped text", "sdmx-ml", "stands for nothing", plain(XMLBegin+"<m:Header><m:Prepared>&x;</m:Prepared></m:Header>"+XMLEnd))

	add("JSON: nothing", "sdmx-json", "is empty", plain(""))
	add("JSON: not JSON", "sdmx-json", "a name", plain("{data}"))
	add("JSON: a list", "sdmx-json", "a list where an object should be", plain("[]"))
	add("JSON: ends in the data", "sdmx-json", "ends in the middle", plain(JSONBegin+`{"series":{"0":{"observations":{"0":[1,`))
	add("JSON: ends in a text", "sdmx-json", "ends in the middle of a text", plain(`{"data":{"dataSets":[{"x":"abc`))
	add("JSON: as deep as it is long", "sdmx-json", "nested more than 64 deep", Text{`{"x":`, "[", "", 1 << 24})
	add("JSON: objects as deep as it is long", "sdmx-json", "nested more than 64 deep", Text{``, `{"x":`, "", 1 << 24})
	add("JSON: a name without end", "sdmx-json", "longer than", Text{`{"`, "xxxxxxxx", "", 1 << 27})
	add("JSON: a text without end", "sdmx-json", "longer than", Text{`{"data":{"structure":{"name":"`, "xxxxxxxx", "", 1 << 27})
	add("JSON: a number without end", "sdmx-json", "longer than", Text{`{"data":{"structure":{"name":1`, "00000000", "", 1 << 27})
	add("JSON: codes without end", "sdmx-json", "codes", Text{`{"data":{"structure":{"dimensions":{"series":[{"id":"A","values":[{"id":"x"}`, `,{"id":"yyyyyyyy","name":"zzzzzzzz"}`, "", 1 << 24})
	add("JSON: long codes without end", "sdmx-json", "codes", Text{`{"data":{"structure":{"dimensions":{"series":[{"id":"A","values":[{"id":"x"}`, `,{"id":"` + strings.Repeat("y", 16000) + `"}`, "", 1 << 18})
	add("JSON: groups without end", "sdmx-json", "codes", Text{JSONBegin + `{"dimensionGroupAttributes":{"":[1]`, `,"0:":["yyyyyyyy"]`, "", 1 << 24})
	add("JSON: data sets without end", "sdmx-json", "data sets", Text{JSONBegin + `{}`, `,{}`, "", 1 << 24})
	add("JSON: names without end", "sdmx-json", "twice", Text{`{"":0`, `,"` + strings.Repeat("x", 100) + `":0`, "", 1 << 24})
	add("JSON: the data twice", "sdmx-json", `"dataSets" is there twice`, plain(JSONBegin+JSONEnd[:1]+`,"dataSets":[]}}`))
	add("JSON: NaN", "sdmx-json", "no JSON", plain(`{"data":{"structure":{"name":NaN}}}`))
	add("JSON: a number with a zero before it", "sdmx-json", "no JSON", plain(`{"data":{"structure":{"name":01}}}`))
	add("JSON: more after the end", "sdmx-json", "after the end", plain(JSONBegin+`{"series":{"0":{"observations":{"0":[1]}}}}`+JSONEnd+`{}`))
	add("JSON: a comma too many", "sdmx-json", "a name should be", plain(`{"data":{},}`))
	add("JSON: a comma too few", "sdmx-json", "a comma or }", plain(`{"data":{} "x":1}`))
	add("JSON: half a character", "sdmx-json", "surrogate", plain(`{"data":{"structure":{"name":"\ud800x"}}}`))
	add("JSON: a backslash that begins nothing", "sdmx-json", "backslash", plain(`{"data":{"structure":{"name":"\q"}}}`))
	add("JSON: a control character", "sdmx-json", "control character", plain("{\"data\":{\"structure\":{\"name\":\"\x01\"}}}"))
	add("JSON: not UTF-8", "sdmx-json", "UTF-8", plain("{\"data\":{\"structure\":{\"name\":\"\xff\"}}}"))
	add("JSON: apostrophes", "sdmx-json", "a name should be", plain(`{'data':1}`))
	add("JSON: a key beyond the codes", "sdmx-json", "no value of FREQ", plain(JSONBegin+`{"series":{"7":{"observations":{"0":[1]}}}}`+JSONEnd))
	add("JSON: a key that is no number", "sdmx-json", "no value of FREQ", plain(JSONBegin+`{"series":{"-1":{"observations":{"0":[1]}}}}`+JSONEnd))
	add("JSON: a key beyond all numbers", "sdmx-json", "no value of FREQ", plain(JSONBegin+`{"series":{"99999999999999999999":{"observations":{"0":[1]}}}}`+JSONEnd))
	add("JSON: a key too long", "sdmx-json", "not as many parts", plain(JSONBegin+`{"series":{"0:0":{"observations":{"0":[1]}}}}`+JSONEnd))
	add("JSON: a status beyond the codes", "sdmx-json", "OBS_STATUS by a number that is not in its list", plain(JSONBegin+`{"series":{"0":{"observations":{"0":[1,5]}}}}`+JSONEnd))
	add("JSON: a status below the codes", "sdmx-json", "OBS_STATUS by a number", plain(JSONBegin+`{"series":{"0":{"observations":{"0":[1,-1]}}}}`+JSONEnd))
	add("JSON: an object for a value", "sdmx-json", "an object where", plain(JSONBegin+`{"series":{"0":{"observations":{"0":[{}]}}}}`+JSONEnd))
	add("JSON: no structure", "sdmx-json", "no structure", plain(`{"data":{"dataSets":[{}]}}`))
	add("JSON: no data", "sdmx-json", "no data set", plain(JSONBegin+JSONEnd))
	add("JSON: a structure that is not there", "sdmx-json", "structure 3, but only 1", plain(JSONBegin+`{"structure":3}`+JSONEnd))
	add("JSON: a dimension without id", "sdmx-json", "without an id", plain(`{"data":{"structure":{"dimensions":{"series":[{}]}},"dataSets":[{}]}}`))
	add("JSON: a dimension twice", "sdmx-json", `two columns called "A"`, plain(`{"data":{"structure":{"dimensions":{"series":[{"id":"A"},{"id":"A"}]}},"dataSets":[{}]}}`))
	add("JSON: one dimension of two values", "sdmx-json", "names 2 values", plain(`{"data":{"structure":{"dimensions":{"dataSet":[{"id":"A","values":[{"id":"x"},{"id":"y"}]}]}},"dataSets":[{}]}}`))
	add("JSON: deletes", "sdmx-json", "deletes", plain(JSONBegin+`{"action":"Delete"}`+JSONEnd))
	add("JSON: an error for an answer", "sdmx-json", "No results", plain(`{"errors":[{"code":404,"title":"No results"}]}`))

	add("stat: a number beyond all cells", "json-stat", "number 999999999999, but sizes that multiply to 2", plain(StatBegin+`"value":{"999999999999":1}}`))
	add("stat: a number below", "json-stat", "number of a value", plain(StatBegin+`"value":{"-1":1}}`))
	add("stat: a number twice", "json-stat", "two values or statuses of number 1", plain(StatBegin+`"value":{"1":1,"0":2,"1":3}}`))
	add("stat: too few values", "json-stat", "1 values, but sizes that multiply to 2", plain(StatBegin+`"value":[1]}`))
	add("stat: too many values", "json-stat", "3 values, but sizes that multiply to 2", plain(StatBegin+`"value":[1,2,3]}`))
	add("stat: too many statuses", "json-stat", "3 statuses", plain(StatBegin+`"value":[1,2],"status":["a","b","c"]}`))
	add("stat: a status beyond", "json-stat", "number 2", plain(StatBegin+`"value":[1,2],"status":{"2":"a"}}`))
	add("stat: values twice", "json-stat", "twice", plain(StatBegin+`"value":[1,2],"value":[3,4]}`))
	add("stat: sizes of other ids", "json-stat", "1 dimensions (id), but 2 sizes", plain(`{"id":["A"],"size":[1,2],"dimension":{},"value":[1,2]}`))
	add("stat: no ids", "json-stat", "0 dimensions", plain(`{"class":"dataset","value":[1]}`))
	add("stat: sizes that overflow", "json-stat", "more cells than anybody can count", plain(overflowing()))
	add("stat: a size that is not", "json-stat", "1 categories, but its size is 3", plain(`{"id":["A"],"size":[3],"dimension":{"A":{"category":{"index":["x"]}}},"value":[1,2,3]}`))
	add("stat: a size below", "json-stat", "no number of categories", plain(`{"id":["A"],"size":[-1],"value":[]}`))
	add("stat: a broken size", "json-stat", "no number of categories", plain(`{"id":["A"],"size":[1.5],"value":[]}`))
	add("stat: a dimension that is not there", "json-stat", "nothing said of the dimension", plain(`{"id":["A"],"size":[1],"value":[1]}`))
	add("stat: a dimension twice", "json-stat", "described twice", plain(`{"id":["A"],"size":[1],"value":[1],"dimension":{"A":{},"A":{}}}`))
	add("stat: a category twice", "json-stat", "there twice", plain(`{"id":["A"],"size":[1],"value":[1],"dimension":{"A":{"category":{"index":{"x":0,"x":1}}}}}`))
	add("stat: places with a gap", "json-stat", "count from 0", plain(`{"id":["A"],"size":[2],"value":[1,2],"dimension":{"A":{"category":{"index":{"x":0,"y":2}}}}}`))
	add("stat: categories without order", "json-stat", "0 categories", plain(`{"id":["A"],"size":[2],"value":[1,2],"dimension":{"A":{"category":{"label":{"x":"X","y":"Y"}}}}}`))
	add("stat: two ids alike", "json-stat", "two columns", plain(`{"id":["A","A"],"size":[1,1],"value":[1],"dimension":{"A":{"category":{"index":["x"]}}}}`))
	add("stat: datasets elsewhere", "json-stat", "only names 1 datasets", plain(`{"version":"2.0","class":"collection","link":{"item":[{"class":"dataset","href":"x"}]}}`))
	add("stat: an error for an answer", "json-stat", "ASYNCHRONOUS", plain(`{"error":[{"status":413,"label":"ASYNCHRONOUS_RESPONSE"}]}`))
	add("stat: an error of its own class", "json-stat", "Too much", plain(`{"class":"error","label":"Too much"}`))
	add("stat: no values", "json-stat", "no dataset", plain(`{"class":"dataset"}`))
	add("stat: categories without end", "json-stat", "codes", Text{`{"dimension":{"A":{"category":{"label":{"x":"X"`, `,"yyyyyyyyyyyy":"Y"`, "", 1 << 24})
	add("stat: sizes without end", "json-stat", "codes", Text{`{"size":[1`, `,1`, "", 1 << 24})

	add("CSV: nothing", "sdmx-csv", "is empty", plain(""))
	add("CSV: an ordinary table", "sdmx-csv", "does not begin with the column STRUCTURE", plain("a,b\n1,2\n"))
	add("CSV: 1.0 without values", "sdmx-csv", "no column OBS_VALUE", plain("DATAFLOW,FREQ\nX,A\n"))
	add("CSV: 2.0 without structures", "sdmx-csv", "none called STRUCTURE_ID", plain("STRUCTURE,FREQ,OBS_VALUE\nX,A,1\n"))
	add("CSV: deletes", "sdmx-csv", "row 3: deletes", plain("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,OBS_VALUE\ndataflow,X,I,A,1\ndataflow,X,D,A,1\n"))
	add("CSV: does what nobody knows", "sdmx-csv", "none of I, A, M, R", plain("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,OBS_VALUE\ndataflow,X,Z,A,1\n"))
	add("CSV: cut off", "sdmx-csv", "row 3: has 2 cells where the header has 3", plain("DATAFLOW,FREQ,OBS_VALUE\nX,A,1\nX,A"))
	add("CSV: a cell too many", "sdmx-csv", "row 2: has 4 cells", plain("DATAFLOW,FREQ,OBS_VALUE\nX,A,1,2\n"))
	add("CSV: a quotation mark without end", "sdmx-csv", "row 2: opens a quote that is not closed", Text{"DATAFLOW,FREQ,OBS_VALUE\nX,\"", "xxxxxxx\n", "", 1 << 24})
	add("CSV: a quotation mark never closed", "sdmx-csv", "row 2: opens a quote that is not closed", plain("DATAFLOW,FREQ,OBS_VALUE\nX,\"A,1\n"))
	add("CSV: something after a quotation mark", "sdmx-csv", "after the closing quote", plain("DATAFLOW,FREQ,OBS_VALUE\nX,\"A\"b,1\n"))
	add("CSV: a line without end", "sdmx-csv", "row 2: ", Text{"DATAFLOW,FREQ,OBS_VALUE\nX,", "xxxxxxxx", "", 1 << 24})
	add("CSV: a long cell", "sdmx-csv", "a cell of 20000 bytes", Text{"DATAFLOW,FREQ,OBS_VALUE\nX,", "x", ",1\n", 20000})
	add("CSV: not UTF-8", "sdmx-csv", "row 3: ", plain("DATAFLOW,FREQ,OBS_VALUE\nX,é日本,1\n\xff,A,1\n"))
	add("CSV: binary", "sdmx-csv", "NUL", plain("DATAFLOW,FREQ,OBS_VALUE\nX,\x00,1\n"))
	add("CSV: UTF-16", "sdmx-csv", "does not begin with", plain("\xff\xfeD\x00A\x00"))
	add("CSV: a column twice", "sdmx-csv", `two columns called "FREQ"`, plain("DATAFLOW,FREQ,FREQ,OBS_VALUE\nX,A,A,1\n"))
	add("CSV: a column without name", "sdmx-csv", `two columns called ""`, plain("DATAFLOW,FREQ,,OBS_VALUE\nX,A,A,1\n"))
	add("CSV: very many columns", "sdmx-csv", "1501 columns", plain("DATAFLOW"+Numbered(",A%d", 1500)+",OBS_VALUE\n"))
	add("CSV: commas without end", "sdmx-csv", "a row may have 2048", plain("DATAFLOW,FREQ,OBS_VALUE\n"+strings.Repeat(",", 200000)))
	add("CSV: structures without end", "sdmx-csv", "more than 100 structures", plain("STRUCTURE,STRUCTURE_ID,FREQ,OBS_VALUE\n"+Numbered("dataflow,X%d,A,1\n", 200)))
	add("CSV: attachments of every shape", "sdmx-csv", "64 different parts", plain("STRUCTURE,STRUCTURE_ID"+Numbered(",D%d", 70)+",OBS_VALUE,T\ndataflow,X"+strings.Repeat(",a", 70)+",1,\n"+shapes(70)))

	add("openings: none", "openings-xml", "no position opening", plain("<a/>"))
	add("openings: none in a list", "openings-json", "no position opening", plain(`[{"nace2":"x"}]`))
	add("openings: an opening cut off", "openings-xml", "ends in the middle", plain(`<PositionOpening><PositionProfile><PositionTitle>T</PositionTitle>`))
	add("openings: elements in a title", "openings-xml", "element b where a text", plain(`<PositionOpening><PositionProfile><PositionTitle><b>T</b></PositionTitle></PositionProfile></PositionOpening>`))
	add("openings: the second is broken", "openings-json", "should be", plain("["+Opening+`,{"title":{"x"}]`))
	add("openings: a title twice", "openings-json", "title twice", plain(`[{"title":"a","title":"b","categoryList":[]}]`))
	add("openings: numbers", "openings-json", "a number where an object", plain(`[1,2]`))
	add("openings: codes without end", "openings-json", "longer than", Text{`{"title":"T","categoryList":[{"code":"1"}`, `,{"code":"7411"}`, "]}", 10000})
	add("openings: pages in pages", "openings-json", "nested", Text{"", `{"content":[`, "", 1 << 24})
	add("openings: a document type", "openings-xml", "document type", plain(`<!DOCTYPE x [<!ENTITY a "b">]><PositionOpening/>`))

	return c
}

// Numbered writes 0 to n−1 by a format, one behind the other.
func Numbered(format string, n int) string {
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
		dimensions = append(dimensions, id+`:{"category":{"index":["c`+strings.Join(strings.Fields(Numbered("%d ", 1000)), `","c`)+`"]}}`)
	}
	return `{"id":[` + strings.Join(ids, ",") + `],"size":[` + strings.Join(sizes, ",") + `],"dimension":{` + strings.Join(dimensions, ",") + `},"value":{"5":1}}`
}
