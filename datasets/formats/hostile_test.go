package formats_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strings"
	"testing"

	"labourmatch/datasets/formats"
)

// hostile is a file that is broken or made to do harm.
type hostile struct {
	name, content string
	o             formats.Options
	read          bool // it is harmless after all, and is read
}

// entry is a member of an archive that says of itself what it likes.
type entry struct {
	name           string
	data           string // as packed
	size, packed   uint64 // said; 0 for what is so
	method, flags  uint16
	extra          string
	at             int // said, if not 0
	sum            uint32
	nameAtTheFront string // if not the same
}

// archive writes a zip archive by hand, so that it can lie.
func archive(entries ...entry) string { return archiveOf(entries, len(entries), "") }

func archiveOf(entries []entry, count int, comment string) string {
	var b, directory bytes.Buffer
	le := func(w io.Writer, values ...any) {
		for _, v := range values {
			_ = binary.Write(w, binary.LittleEndian, v)
		}
	}
	for _, e := range entries {
		at := b.Len()
		if e.at != 0 {
			at = e.at
		}
		size, packed := e.size, e.packed
		if size == 0 {
			size = uint64(len(e.data))
		}
		if packed == 0 {
			packed = uint64(len(e.data))
		}
		front := e.name
		if e.nameAtTheFront != "" {
			front = e.nameAtTheFront
		}
		sum := e.sum
		if sum == 0 {
			sum = crc32.ChecksumIEEE([]byte(e.data))
		}
		le(&b, uint32(0x04034b50), uint16(20), e.flags, e.method, uint32(0), sum, uint32(packed), uint32(size), uint16(len(front)), uint16(0))
		b.WriteString(front)
		b.WriteString(e.data)
		le(&directory, uint32(0x02014b50), uint16(20), uint16(20), e.flags, e.method, uint32(0), sum, uint32(packed), uint32(size),
			uint16(len(e.name)), uint16(len(e.extra)), uint16(0), uint16(0), uint16(0), uint32(0), uint32(at))
		directory.WriteString(e.name + e.extra)
	}
	offset := b.Len()
	b.Write(directory.Bytes())
	le(&b, uint32(0x06054b50), uint16(0), uint16(0), uint16(count), uint16(count), uint32(directory.Len()), uint32(offset), uint16(len(comment)))
	b.WriteString(comment)
	return b.String()
}

// wide is the extra field of zip64 with sizes and place.
func wide(size, packed uint64) string {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, []uint16{1, 16})
	_ = binary.Write(&b, binary.LittleEndian, []uint64{size, packed})
	return b.String()
}

// zipped packs members, a name and a content in turn.
func zipped(members ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		m, err := w.Create(members[i])
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(m, members[i+1])
	}
	_ = w.Close()
	return b.String()
}

func gzipped(content string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, content)
	_ = w.Close()
	return b.String()
}

// zeros is what a bomb unpacks to.
func zeros(mb int) string { return strings.Repeat("0", mb<<20) }

const good = "region,count\nDE-BY,5\nDE-BE,7\n"

// hostiles makes the corpus.
func hostiles() []hostile {
	var all []hostile
	add := func(name, content string, o ...formats.Options) {
		h := hostile{name: name, content: content}
		if len(o) > 0 {
			h.o = o[0]
		}
		all = append(all, h)
	}
	harmless := func(name, content string) { all = append(all, hostile{name: name, content: content, read: true}) }

	// What is no table.
	add("empty", "")
	add("one NUL", "\x00")
	add("NUL in a cell far down", strings.Repeat(good, 10000)+"DE,\x00\n")
	add("NUL in the first row", "a,b\x00\nc,d\n")
	for name, magic := range map[string]string{
		"xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "pdf": "%PDF-1.7\n", "png": "\x89PNG\r\n\x1a\n", "jpeg": "\xff\xd8\xff\xe0", "gif": "GIF89a", "tiff": "II*\x00", "tiff of the Macintosh": "MM\x00*",
		"webp": "RIFF\x00\x00\x00\x00WEBP", "rtf": "{\\rtf1 a}", "rar": "Rar!\x1a\x07", "7z": "7z\xbc\xaf\x27\x1c", "bzip2": "BZh91AY", "xz": "\xfd7zXZ\x00", "zstd": "\x28\xb5\x2f\xfd",
		"parquet": "PAR1", "sqlite": "SQLite format 3\x00", "stata": "<stata_dta><header>", "spss": "$FL2@(#)", "hdf": "\x89HDF\r\n", "program": "\x7fELF\x02", "program of Windows": "MZ\x90\x00", "sylk": "ID;PWXL;N;E\n",
	} {
		add(name, magic+strings.Repeat("\x01\x00\x02x", 500))
	}
	add("tar", strings.Repeat("\x00", 257)+"ustar\x00"+strings.Repeat("\x00", 300))
	add("random bytes", noise(4096))
	add("control characters", strings.Repeat("\x01\x02\x03\x04", 100))
	add("UTF-32", "\xff\xfe\x00\x00a\x00\x00\x00")
	add("web page saved as .xls", "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><table><tr><td>1</td></tr></table></html>")
	add("web page with a mark", "\ufeff\r\n<!DOCTYPE html><p>")
	add("web page in UTF-16", writing{encoding: "utf-16le", mark: true}.encode("\ufeff<html><table>"))
	add("page in XHTML", "<?xml version=\"1.0\"?><html/>")
	add("workbook of 2003", "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>")
	add("unknown XML", "<?xml version=\"1.0\"?><a/>")
	add("XML with a billion laughs", "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>")
	add("unknown JSON", "{\"a\": [1, 2]}")
	add("deep JSON", strings.Repeat("[", 100000))
	add("declared a workbook", good, formats.Options{Format: formats.XLSX})

	// Text that is broken.
	add("quote never closed", "a,b\n\"c,d\n"+strings.Repeat("e,f\n", 1000))
	add("quote never closed in a large file", "a,b\n\"c,d\n"+strings.Repeat("e,f\n", 200000))
	add("text behind a quote", "a,b\n\"c\"d,e\n")
	add("one long line", strings.Repeat("x", 1<<20))
	add("one long line in quotes", "\""+strings.Repeat("x", 1<<20)+"\"")
	add("a cell too long", "a,b\n"+strings.Repeat("x", 20000)+",1\n")
	add("too many columns", strings.Repeat("1,", 2000)+"\n")
	add("nothing but quotes", strings.Repeat("\"", 1<<20+1))
	add("nothing but delimiters", strings.Repeat(",", 1<<20))
	add("half a character of UTF-16", "\xff\xfea\x00,\x00\x00\xd8b\x00")
	add("odd UTF-16", "\xff\xfea\x00,\x00b")
	add("wrong mark for what is declared", "\xff\xfea\x00", formats.Options{Encoding: "utf-16be"})
	add("undefined byte of Windows-1252", "a,b\n\x81,1\n")
	add("UTF-8 with one wrong byte", strings.Repeat("Köche,Größe\n", 100)+"\xff,1\n")
	add("UTF-8 cut off", strings.Repeat("Köche,Größe\n", 100)+"\xc3")
	add("surrogate in UTF-8", strings.Repeat("Köche,Größe\n", 100)+"\xed\xa0\x80,1\n")
	add("overlong UTF-8", strings.Repeat("Köche,Größe\n", 100)+"\xc0\xaf,1\n")
	add("too many rows", strings.Repeat("1,2\n", 1001), formats.Options{Limits: formats.Limits{Rows: 1000}})
	add("too large", good, formats.Options{Limits: formats.Limits{Bytes: 10}})
	harmless("empty lines", strings.Repeat("\n", 1<<20))
	harmless("returns alone", strings.Repeat("\r", 1<<16))
	harmless("a formula", "a,b\n=cmd|' /C calc'!A0,1\n")
	harmless("text that goes the other way", "a,b\n\u202etxet,1\n")

	// gzip.
	add("gzip bomb", gzipped(zeros(40)))
	add("gzip bomb of many parts", strings.Repeat(gzipped(zeros(2)), 20))
	add("gzip cut off", gzipped(strings.Repeat(good, 1000))[:60])
	add("gzip with a wrong sum", flip(gzipped(good), -6))
	add("gzip with a wrong length", flip(gzipped(good), -1))
	add("gzip with broken data", flip(gzipped(strings.Repeat(noise(100), 3)), 60))
	add("gzip head alone", "\x1f\x8b")
	add("gzip of another method", "\x1f\x8b\x07\x00\x00\x00\x00\x00\x00\x03")
	add("gzip followed by something else", gzipped(good)+"something else")
	add("gzip of nothing", gzipped(""))
	add("gzip in gzip in gzip", gzipped(gzipped(gzipped(good))))
	add("gzip of a PDF", gzipped("%PDF-1.7"))
	add("gzip larger than allowed", gzipped(strings.Repeat(noise(100), 300)), formats.Options{Limits: formats.Limits{Bytes: 20000}})
	harmless("gzip of two parts", gzipped("a,b\n")+gzipped("1,2\n"))
	harmless("gzip in zip", zipped("table.csv.gz", gzipped(good)))

	// zip.
	add("zip bomb", zipped("table.csv", zeros(40)))
	add("zip bomb in gzip", gzipped(zipped("table.csv", zeros(40))))
	add("zip of many small bombs", zipped(many(30, zeros(2))...))
	add("zip cut off", zipped("table.csv", good)[:80])
	add("zip head alone", "PK\x03\x04")
	add("zip without a member", archive())
	add("zip of a folder", zipped("folder/", ""))
	add("zip of litter", zipped("__MACOSX/a", "x", ".DS_Store", "y", "Thumbs.db", "z"))
	add("zip of an empty file", zipped("table.csv", ""))
	add("zip in zip in zip", zipped("a.zip", zipped("b.zip", zipped("c.csv", good))))
	add("zip that is full of itself", zipped("a.zip", zipped("b.zip", zipped("c.zip", zipped("d.zip", "x")))))
	add("too many members", zipped(many(1001, good)...))
	add("a directory longer than announced", archiveOf(entries(5000), 3, ""))
	add("a directory of another length", archiveOf(entries(3), 7, ""))
	add("a member with a password", archive(entry{name: "a.csv", data: good, flags: 1}))
	add("a member of another method", archive(entry{name: "a.csv", data: good, method: 12}))
	for name, path := range map[string]string{"up": "../../etc/passwd", "root": "/etc/passwd", "up in Windows": `..\..\a.csv`, "drive": `C:\a.csv`, "NUL": "a.csv\x00.txt", "no name": "", "long name": strings.Repeat("a", 5000), "up in the middle": "a/../../b"} {
		add("a name that leads out: "+name, archive(entry{name: path, data: good}))
	}
	add("two members of one name", zipped("a.csv", good, "a.csv", good))
	add("members over each other", archive(entry{name: "a.csv", data: good}, entry{name: "b.csv", data: good, at: 1}, entry{name: "c.csv", data: good}))
	add("one member twice", twice())
	add("a size that is too small", archive(entry{name: "a.csv", data: good, size: 5}))
	add("a size that is too large", archive(entry{name: "a.csv", data: good, size: 5000}))
	add("a size of 4 GB", archive(entry{name: "a.csv", data: "\x03\x00", size: 1<<32 - 2, method: 8}))
	add("a packed size beyond the file", archive(entry{name: "a.csv", data: good, packed: 5000, size: 5000}))
	add("a place beyond the file", archive(entry{name: "a.csv", data: good, at: 1 << 20}))
	add("a lie in zip64", archive(entry{name: "a.csv", data: good, size: 1<<32 - 1, packed: 1<<32 - 1, extra: wide(1<<62, 30)}))
	add("a negative size in zip64", archive(entry{name: "a.csv", data: good, size: 1<<32 - 1, packed: 1<<32 - 1, extra: wide(1<<63+5, 1<<63+5)}))
	add("a packed size of zip64 beyond the file", archive(entry{name: "a.csv", data: good, size: 1<<32 - 1, packed: 1<<32 - 1, extra: wide(30, 1<<40)}))
	add("zip64 without its record", archive(entry{name: "a.csv", data: good, size: 1<<32 - 1, packed: 1<<32 - 1}))
	add("a wrong sum", archive(entry{name: "a.csv", data: good, sum: 7}))
	add("broken data", archive(entry{name: "a.csv", data: noise(300), size: 900, method: 8}))
	add("a comment that hides another directory", archiveOf(entries(2), 2, zipped("b.csv", good)))
	add("something before the archive", "PK\x03\x04 and so on"+zipped("a.csv", good))
	add("a directory that begins before the file", flipEnd(zipped("a.csv", good)))
	add("a member that is a program", zipped("a.exe", "MZ\x90\x00"))
	add("members larger than allowed together", zipped("a.csv", strings.Repeat(good, 500), "b.csv", strings.Repeat(good, 500)), formats.Options{Limits: formats.Limits{Bytes: 20000}})
	harmless("a table beside a PDF", zipped("a.csv", good, "read me.pdf", "%PDF-1.7"))
	harmless("a member stored", archive(entry{name: "a.csv", data: good}))

	// Workbooks.
	with := func(part, content string) string { return workbook(map[string]string{part: content}) }
	rows := func(rows string) string { return with("xl/worksheets/sheet1.xml", sheet(rows)) }
	add("text document", zipped("[Content_Types].xml", "x", "word/document.xml", "x"))
	add("presentation", zipped("[Content_Types].xml", "x", "ppt/presentation.xml", "x"))
	add("binary workbook", zipped("[Content_Types].xml", "x", "xl/workbook.bin", "x"))
	add("LibreOffice", zipped("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "x"))
	add("Office of no kind", zipped("[Content_Types].xml", "x"))
	add("workbook declared CSV", workbook(nil), formats.Options{Format: formats.CSV})
	for _, part := range []string{"xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/styles.xml"} {
		add("workbook without "+part, with(part, "-"))
	}
	for _, part := range []string{"xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"} {
		add(part+" is no XML", with(part, noise(500)))
		add(part+" is cut off", with(part, `<a><sheetData><row><c`))
		add(part+" has a type declaration", with(part, `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`))
		add(part+" is deep", with(part, strings.Repeat("<a>", 100000)))
	}
	add("sheet of UTF-16", with("xl/worksheets/sheet1.xml", writing{encoding: "utf-16le", mark: true}.encode("\ufeff"+sheet(""))))
	add("elements that cross", rows(`<row><c></row></c>`))
	add("a tag of a megabyte", with("xl/worksheets/sheet1.xml", `<worksheet a="`+noiseText(1<<20)+`"/>`))
	add("a text of a megabyte", rows(`<row><c t="str"><v>`+noiseText(1<<20)+`</v></c></row>`))
	add("a comment of a megabyte", rows(`<!--`+noiseText(1<<20)+`-->`))
	add("an entity that is not known", rows(`<row><c><v>&xxe;</v></c></row>`))
	add("a character that is none", rows(`<row><c t="str"><v>&#xD800;</v></c></row>`))
	add("bytes that are no text", rows("<row><c t=\"str\"><v>\xff\xfe</v></c></row>"))
	add("a column too far", rows(`<row><c r="ZZ1"><v>1</v></c></row>`))
	add("no column at all", rows(`<row><c r="1"><v>1</v></c></row>`))
	add("a column out of order", rows(`<row><c r="C1"><v>1</v></c><c r="A1"><v>1</v></c></row>`))
	add("a column twice", rows(`<row><c r="C1"><v>1</v></c><c r="C1"><v>1</v></c></row>`))
	add("too many cells in a row", rows(`<row>`+strings.Repeat(`<c><v>1</v></c>`, 100000)+`</row>`))
	add("a row too far", rows(`<row r="1048577"><c><v>1</v></c></row>`))
	add("a row beyond numbers", rows(`<row r="99999999999999999999"><c><v>1</v></c></row>`))
	add("a row twice", rows(`<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>`))
	add("a text that is not there", rows(`<row><c t="s"><v>7</v></c></row>`))
	add("a text before the first", rows(`<row><c t="s"><v>-1</v></c></row>`))
	add("a formula without a result", rows(`<row><c><f>1+1</f></c></row>`))
	add("a cell too long", rows(`<row><c t="str"><v>`+noiseText(30000)+`</v></c></row>`))
	add("a row too long", rows(`<row>`+strings.Repeat(`<c t="str"><v>`+noiseText(15000)+`</v></c>`, 20)+`</row>`))
	add("a workbook without a sheet", with("xl/workbook.xml", `<workbook><sheets/></workbook>`))
	add("a sheet that leads out", with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../../etc/passwd"/></Relationships>`))
	add("a sheet on the web", with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="https://example.org/a"/></Relationships>`))
	add("a sheet that packs too well", rows(`<row><c><v>1</v></c></row>`+strings.Repeat(" ", 30<<20)))
	add("texts that pack too well", with("xl/sharedStrings.xml", `<sst>`+strings.Repeat(`<si><t>a</t></si>`, 2<<20)+`</sst>`))
	add("too many rows in a sheet", rows(strings.Repeat(`<row><c><v>1</v></c></row>`, 11)), formats.Options{Limits: formats.Limits{Rows: 10}})
	add("workbook in zip in zip in zip", zipped("a.zip", zipped("b.zip", zipped("c.xlsx", workbook(nil)))))
	add("workbook with a part over another", workbookOver())
	harmless("a workbook in zip in gzip", gzipped(zipped("c.xlsx", workbook(nil))))
	harmless("a million rows with nothing in them", rows(strings.Repeat(`<row spans="`+noiseText(3)+`"><c s="1"/></row>`, 1000)))
	harmless("a style that is not there", rows(`<row><c s="99"><v>1</v></c><c s="-1"><v>2</v></c><c s="x"><v>3</v></c></row>`))
	harmless("a day beyond days", workbook(map[string]string{"xl/styles.xml": `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`, "xl/worksheets/sheet1.xml": sheet(`<row><c><v>1e300</v></c><c><v>NaN</v></c><c><v>-5</v></c></row>`)}))
	return all
}

// noise is bytes that mean nothing, always the same.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// noiseText is letters that do not pack well.
func noiseText(n int) string {
	r := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

// flip changes a byte, counted from the end if it is negative.
func flip(s string, at int) string {
	b := []byte(s)
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 0x55
	return string(b)
}

// flipEnd has an archive say that its directory begins too far on.
func flipEnd(s string) string {
	b := []byte(s)
	binary.LittleEndian.PutUint32(b[len(b)-6:], 0xfffffff0)
	return string(b)
}

func many(n int, content string) []string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf("%d.csv", i), content)
	}
	return members
}

func entries(n int) []entry {
	var all []entry
	for i := range n {
		all = append(all, entry{name: fmt.Sprintf("%d.csv", i), data: good})
	}
	return all
}

// twice is an archive of two names for one member, as in bombs that lie over themselves.
func twice() string {
	first := entry{name: "a.csv", data: good}
	s := archiveOf([]entry{first, {name: "b.csv", data: good}}, 2, "")
	b := []byte(s)
	// The place in the last entry of the directory is before its name and the record at the end.
	binary.LittleEndian.PutUint32(b[len(b)-22-len("b.csv")-4:], 0)
	return string(b)
}

func workbookOver() string {
	b := []byte(workbook(nil))
	at := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[at+42:], 0)
	return string(b)
}

// Every hostile file is refused with its place and what to do, or read; in this process and by another; and none takes
// more memory than 256 MB more than there was.
func TestHostileFilesAreRefusedKindlyOrReadAndTakeNoMemory(t *testing.T) {
	all := hostiles()
	if len(all) < 150 {
		t.Errorf("the corpus has %d files", len(all))
	}
	before := resident(t)
	inBoth(t, func(t *testing.T, how formats.Options) {
		for _, h := range all {
			h.o.Child = how.Child
			refused := false
			rows := 0
			doc, err := formats.Open(t.Context(), formats.File{Name: h.name, Content: strings.NewReader(h.content), Size: int64(len(h.content))}, h.o)
			if err != nil {
				refused = true
				kindly(t, err)
			} else {
				for i := range doc.Sheets {
					for _, err := range doc.Sheets[i].Rows(t.Context()) {
						if err != nil {
							refused = true
							kindly(t, err)
							continue
						}
						rows++
					}
				}
			}
			if refused == h.read {
				t.Errorf("%s: refused is %v, with %d rows", h.name, refused, rows)
			}
			if testing.Verbose() && how.Child == nil {
				t.Logf("%s: %v", h.name, err)
			}
		}
	})
	if more := resident(t) - before; more > 256<<20 {
		t.Errorf("the process has taken %d MB more", more>>20)
	}
	t.Logf("%d files", len(all))
}

// resident is the most memory this process has had: what the runtime got from the system and did not give back counts,
// whether it is in use or not.
func resident(t *testing.T) int64 {
	t.Helper()
	if text, err := os.ReadFile(filepath.Join("/proc/self/status")); err == nil {
		for line := range strings.Lines(string(text)) {
			var kb int64
			if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
				return kb << 10
			}
		}
	}
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

func TestAFaultSaysWhere(t *testing.T) {
	for _, c := range []struct {
		content, want string
	}{
		{"a,b\n\"c,d\ne,f\n", "table, row 2: opens a quote that is not closed within the file and 256 KB. Close it, or write a quote that is text twice (\"\") in a cell in quotes."},
		{"a,b\n1,2\n\x81,1\n", "table, row 3: has the byte 0x81, which is neither UTF-8 nor Windows-1252. Save the file as UTF-8 in the program that wrote it."},
		{strings.Repeat("Köche,1\n", 9000) + "\x00,1\n", "table, row 9001: has a NUL byte, which no text has. The file is broken or is not a table; save it again as CSV or as an XLSX workbook."},
		{"a,b\n\"c\"d,e\n", "table, row 2: has text after the closing quote of a cell: \"d\". Write a quote that is text twice (\"\"), or declare the escape if it is written \\\"."},
		{zipped("x.csv", "a,b\n\"", "y.csv", good), "table/x.csv, row 2: opens a quote that is not closed within the file and 256 KB. Close it, or write a quote that is text twice (\"\") in a cell in quotes."},
		{workbook(map[string]string{"xl/worksheets/sheet1.xml": sheet(`<row/><row><c/><c><f>A1</f></c></row>`)}), "table, sheet Blatt 1, row 2: has a formula in B2 whose result is not stored. Open the workbook in a spreadsheet program and save it there, or put values in place of formulas."},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "table: is an old Excel workbook (.xls) or a workbook with a password. Open it in a spreadsheet program and save it as XLSX without a password."},
	} {
		doc, err := formats.Open(t.Context(), file(c.content), formats.Options{})
		if err == nil {
			_, err = rowsOf(&doc.Sheets[0])
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("the fault is  %v\nit should be %s", err, c.want)
		}
	}
}
