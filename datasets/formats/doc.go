// Package formats turns the bytes of a file, in any of the formats that ministries and statistics offices really
// publish in, into sheets: rows of text cells, each with its place. It knows nothing of labour.
//
// Every format comes out alike, because what a source means is said once, by its layout, whatever it was packed in: a
// delimited file and a worksheet are sheets as they stand, with title lines, header and footnotes among the rows; an
// SDMX message, a JSON-stat response and a list of position openings are sheets whose columns the format itself names,
// one row an observation or an opening.
//
//	bytes ── Open: detect, unpack ──▶ Document ── Rows ──▶ rows of text, one at a time
//
// The format is told by content and never by name, and what [Options] declare wins over what is detected. Files come
// from strangers: whatever they claim of themselves is checked before it is believed, everything is read as a stream,
// and [Limits] bound memory, depth and time. What is wrong with a file is a [*Fault], with its place and what to do; what
// was decided and could have been decided otherwise is among the notes of the [Document].
//
// A workbook is read by a process of its own, [ReadWorkbook], which the system stops where it takes too much. Its XML is
// read by a reader of this package and not by a library for workbooks: those take a part into memory whole, whatever it
// unpacks to, and give a date as its bare number or as whatever its format makes of it.
package formats
