package formatstest

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// workbooks are what is packed as one.
func workbooks() []File {
	var c corpus
	with := func(part, content string) string { return Workbook(map[string]string{part: content}) }
	rows := func(rows string) string { return with("xl/worksheets/sheet1.xml", Sheet(rows)) }
	c.add("text document", Zipped("[Content_Types].xml", "x", "word/document.xml", "x"))
	c.add("presentation", Zipped("[Content_Types].xml", "x", "ppt/presentation.xml", "x"))
	c.add("binary workbook", Zipped("[Content_Types].xml", "x", "xl/workbook.bin", "x"))
	c.add("LibreOffice", Zipped("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "x"))
	c.add("Office of no kind", Zipped("[Content_Types].xml", "x"))
	c.put(File{Name: "workbook declared CSV", Text: plain(Workbook(nil)), Format: "csv"})
	for _, part := range []string{"xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/styles.xml"} {
		c.add("workbook without "+part, with(part, "-"))
	}
	for _, part := range []string{"xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"} {
		c.add(part+" is no XML", with(part, noise(500)))
		c.add(part+" is cut off", with(part, `<a><sheetData><row><c`))
		c.add(part+" has a type declaration", with(part, `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`))
		c.add(part+" is deep", with(part, strings.Repeat("<a>", 100000)))
	}
	c.add("sheet of UTF-16", with("xl/worksheets/sheet1.xml", Writing{Encoding: "utf-16le", Mark: true}.Encode("\ufeff"+Sheet(""))))
	c.add("elements that cross", rows(`<row><c></row></c>`))
	megabyte := noiseText(1 << 20)
	c.add("a tag of a megabyte", with("xl/worksheets/sheet1.xml", `<worksheet a="`+megabyte+`"/>`))
	c.add("a text of a megabyte", rows(`<row><c t="str"><v>`+megabyte+`</v></c></row>`))
	c.add("an entity that is not known", rows(`<row><c><v>&xxe;</v></c></row>`))
	c.add("a character that is none", rows(`<row><c t="str"><v>&#xD800;</v></c></row>`))
	c.add("bytes that are no text", rows("<row><c t=\"str\"><v>\xff\xfe</v></c></row>"))
	c.add("a column too far", rows(`<row><c r="ZZ1"><v>1</v></c></row>`))
	c.add("no column at all", rows(`<row><c r="1"><v>1</v></c></row>`))
	c.add("a column out of order", rows(`<row><c r="C1"><v>1</v></c><c r="A1"><v>1</v></c></row>`))
	c.add("a column twice", rows(`<row><c r="C1"><v>1</v></c><c r="C1"><v>1</v></c></row>`))
	c.add("too many cells in a row", rows(`<row>`+strings.Repeat(`<c><v>1</v></c>`, 100000)+`</row>`))
	c.add("a row too far", rows(`<row r="1048577"><c><v>1</v></c></row>`))
	c.add("a row beyond numbers", rows(`<row r="99999999999999999999"><c><v>1</v></c></row>`))
	c.add("a row twice", rows(`<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>`))
	c.add("a text that is not there", rows(`<row><c t="s"><v>7</v></c></row>`))
	c.add("a text before the first", rows(`<row><c t="s"><v>-1</v></c></row>`))
	c.add("a formula without a result", rows(`<row><c><f>1+1</f></c></row>`))
	c.add("a cell of a worksheet too long", rows(`<row><c t="str"><v>`+noiseText(30000)+`</v></c></row>`))
	c.add("a row of a worksheet too long", rows(`<row>`+strings.Repeat(`<c t="str"><v>`+noiseText(15000)+`</v></c>`, 20)+`</row>`))
	c.add("a workbook without a sheet", with("xl/workbook.xml", `<workbook><sheets/></workbook>`))
	c.add("a sheet that leads out", with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../../etc/passwd"/></Relationships>`))
	c.add("a sheet on the web", with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="https://example.org/a"/></Relationships>`))
	c.add("a sheet that packs too well", workbook(map[string]Text{"xl/worksheets/sheet1.xml": {Head: sheetBegin + `<row><c><v>1</v></c></row>`, Unit: " ", Times: 30 << 20, Tail: sheetEnd}}))
	c.add("texts that pack too well", workbook(map[string]Text{"xl/sharedStrings.xml": {Head: `<sst>`, Unit: `<si><t>a</t></si>`, Times: 2 << 20, Tail: `</sst>`}}))
	c.put(File{Name: "too many rows in a sheet", Text: plain(rows(strings.Repeat(`<row><c><v>1</v></c></row>`, 11))), Rows: 10})
	c.add("workbook in zip in zip in zip", Zipped("a.zip", Zipped("b.zip", Zipped("c.xlsx", Workbook(nil)))))
	c.add("workbook with a part over another", workbookOver())
	c.harmless("a comment of a megabyte", rows(`<!--`+megabyte+`-->`))
	c.harmless("a workbook in zip in gzip", Gzipped(Zipped("c.xlsx", Workbook(nil))))
	c.harmless("a million rows with nothing in them", rows(strings.Repeat(`<row spans="`+noiseText(3)+`"><c s="1"/></row>`, 1000)))
	c.harmless("a style that is not there", rows(`<row><c s="99"><v>1</v></c><c s="-1"><v>2</v></c><c s="x"><v>3</v></c></row>`))
	c.harmless("a day beyond days", Workbook(map[string]string{"xl/styles.xml": `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`, "xl/worksheets/sheet1.xml": Sheet(`<row><c><v>1e300</v></c><c><v>NaN</v></c><c><v>-5</v></c></row>`)}))
	return c
}

func workbookOver() string {
	b := []byte(workbook(nil))
	at := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[at+42:], 0)
	return string(b)
}
