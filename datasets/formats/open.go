package formats

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
)

// Open tells what a file is, unpacks it and gives its sheets. It looks at the whole file, to know its encoding or that
// its archive is sound, but keeps none of it. An error is a [*Fault] where the file is to blame.
//
// The rules: gzip and zip are unpacked, up to two of them inside each other. A zip that holds a workbook's parts is a
// workbook. Messages are known by how they begin. What is of a kind known not to be a table is refused by its name, and
// all else is delimited text.
func Open(ctx context.Context, f File, o Options) (*Document, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	n := nest{columns: o.Limits.Columns, child: o.Child}
	o.Limits = o.Limits.filled()
	n.Options, n.bytes, n.entries = o, o.Limits.Bytes, o.Limits.Entries
	doc, err := n.open(ctx, f, 0)
	if err != nil {
		return nil, placed(err, f.Name)
	}
	return doc, nil
}

// deepest is how many archives may lie inside each other.
const deepest = 2

// open opens a file that lies inside as many archives as depth says.
func (n *nest) open(ctx context.Context, f File, depth int) (*Document, error) {
	if f.Size <= 0 {
		return nil, &Fault{File: f.Name, What: "is empty", Hint: "Fetch or save it again", foreign: true}
	}
	if f.Size > n.Limits.Bytes {
		return nil, &Fault{File: f.Name, What: fmt.Sprintf("has %s; a file may have %s", size(f.Size), size(n.Limits.Bytes)), Hint: "Split it"}
	}
	head, err := headOf(f)
	if err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return n.gzip(ctx, f, depth)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")), bytes.HasPrefix(head, []byte("PK\x07\x08")):
		return n.zip(ctx, f, depth)
	}
	if what, hint := otherKind(head); what != "" {
		return nil, &Fault{File: f.Name, What: what, Hint: hint, foreign: true}
	}
	format := n.Format
	if format == "" {
		head = inUTF8(f, head)
		if format = recogniseMessage(head); format == "" {
			if what, hint := otherText(head); what != "" {
				return nil, &Fault{File: f.Name, What: what, Hint: hint, foreign: true}
			}
			format = CSV
		}
	}
	open := openDelimited
	if format == XLSX {
		return nil, &Fault{File: f.Name, What: "is declared a workbook and is none", Hint: "Declare another format or none"}
	}
	if format != CSV {
		open = messageOpener(format)
	}
	doc, err := open(ctx, f, n.Options)
	if err != nil {
		return nil, err
	}
	for i := range doc.Sheets {
		doc.Sheets[i].Format = doc.Format
	}
	return doc, nil
}

// size is a number of bytes in words.
func size(bytes int64) string {
	switch {
	case bytes < 10<<10:
		return fmt.Sprintf("%d bytes", bytes)
	case bytes < 10<<20:
		return fmt.Sprintf("%d KB", bytes>>10)
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}

// inUTF8 is the head of a file as UTF-8 where a byte order mark says that it is UTF-16, and as it is otherwise.
func inUTF8(f File, head []byte) []byte {
	var encoding string
	switch {
	case bytes.HasPrefix(head, []byte(utf16LEMark)):
		encoding = utf16LE
	case bytes.HasPrefix(head, []byte(utf16BEMark)):
		encoding = utf16BE
	default:
		return head
	}
	text := make([]byte, headSize)
	n, _ := io.ReadFull(decode(f, encoding), text) // what is wrong with it is said when it is read
	return text[:n]
}

// otherKind names a file of a kind that is known and not read, by its first bytes, and says what to do.
func otherKind(head []byte) (what, hint string) {
	const again = "Open it in the program that wrote it and save the table as an XLSX workbook or as CSV"
	for _, k := range []struct{ magic, what, hint string }{
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook (.xls) or a workbook with a password", "Open it in a spreadsheet program and save it as XLSX without a password"},
		{"%PDF", "is a PDF document, which has no tables but only their looks", "Ask the publisher for the table as CSV or as a workbook"},
		{"\x89PNG", "is an image (PNG)", "Ask for the figures as a table"},
		{"\xff\xd8\xff", "is an image (JPEG)", "Ask for the figures as a table"},
		{"GIF8", "is an image (GIF)", "Ask for the figures as a table"},
		{"II*\x00", "is an image (TIFF)", "Ask for the figures as a table"},
		{"MM\x00*", "is an image (TIFF)", "Ask for the figures as a table"},
		{"RIFF", "is a sound, a film or an image", "Ask for the figures as a table"},
		{"{\\rtf", "is a text document (RTF)", "Save the table in it as CSV or as a workbook"},
		{"Rar!", "is a RAR archive", "Unpack it, and pack the table with zip or gzip"},
		{"7z\xbc\xaf", "is a 7z archive", "Unpack it, and pack the table with zip or gzip"},
		{"BZh", "is packed with bzip2", "Unpack it, and pack the table with zip or gzip"},
		{"\xfd7zXZ", "is packed with xz", "Unpack it, and pack the table with zip or gzip"},
		{"\x28\xb5\x2f\xfd", "is packed with zstd", "Unpack it, and pack the table with zip or gzip"},
		{"PAR1", "is a Parquet file", "Save the table as CSV"},
		{"SQLite format 3\x00", "is a database (SQLite)", "Export the table as CSV"},
		{"<stata_dta>", "is a Stata file", "Export the table as CSV (export delimited)"},
		{"$FL2", "is an SPSS file", "Save the table as CSV"},
		{"$FL3", "is an SPSS file", "Save the table as CSV"},
		{"\x89HDF", "is an HDF file", "Save the table as CSV"},
		{"\x7fELF", "is a program", "Check that it is the file you meant"},
		{"MZ\x90\x00", "is a program", "Check that it is the file you meant"},
		{"ID;P", "is a SYLK sheet", again},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.what, k.hint
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return "is a tar archive", "Unpack it, and pack the tables with zip"
	}
	return "", ""
}

// otherText names a text that is known to be no table.
func otherText(head []byte) (what, hint string) {
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head[:min(len(head), 4096)]), utf8Mark), " \t\r\n"))
	begins := func(marks ...string) bool {
		for _, m := range marks {
			if strings.HasPrefix(text, m) {
				return true
			}
		}
		return false
	}
	switch {
	case begins("<!doctype html", "<html", "<head", "<table", "<meta"), begins("<?xml", "<!--") && strings.Contains(text, "<html"):
		return "is a web page (HTML), whatever its name says; some offices save pages as .xls", "Open it in a spreadsheet program and save it as XLSX, or look on the page for the download of the data"
	case begins("<?xml") && strings.Contains(text, "urn:schemas-microsoft-com:office:spreadsheet"):
		return "is a workbook in the XML of Excel 2003", "Open it in a spreadsheet program and save it as XLSX"
	case begins("<?xml", "<!doctype", "<!--"):
		return "is XML of a kind that is not known here", "SDMX-ML 2.1 and HR-Open position openings are read; otherwise save the table as CSV"
	case begins("{", "[") && strings.IndexAny(strings.TrimLeft(text[1:], " \t\r\n"), `"{[}]`) == 0:
		return "is JSON of a kind that is not known here", "SDMX-JSON, JSON-stat 2 and position openings are read; otherwise save the table as CSV"
	}
	return "", ""
}
