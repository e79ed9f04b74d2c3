package formatstest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Entry is a member of an archive that says of itself what it likes.
type Entry struct {
	Name           string
	Data           string // as packed
	Size, Packed   uint64 // said; 0 for what is so
	Method, Flags  uint16
	Extra          string
	At             int    // where it is said to be, if not 0
	Sum            uint32 // said, if not 0
	NameAtTheFront string // if not the same
}

// Archive writes a zip archive by hand, so that it can lie.
func Archive(entries ...Entry) string { return archiveOf(entries, len(entries), "") }

// archiveOf writes an archive that says it has so many entries, and has a comment.
func archiveOf(entries []Entry, count int, comment string) string {
	le := binary.LittleEndian
	or := func(said uint64, so int) uint32 {
		if said != 0 {
			return uint32(said)
		}
		return uint32(so)
	}
	var b, directory []byte
	for _, e := range entries {
		at, front, sum := len(b), e.Name, e.Sum
		if e.At != 0 {
			at = e.At
		}
		if e.NameAtTheFront != "" {
			front = e.NameAtTheFront
		}
		if sum == 0 {
			sum = crc32.ChecksumIEEE([]byte(e.Data))
		}
		said := le.AppendUint16(nil, 20)
		for _, v := range []uint16{e.Flags, e.Method, 0, 0} {
			said = le.AppendUint16(said, v)
		}
		for _, v := range []uint32{sum, or(e.Packed, len(e.Data)), or(e.Size, len(e.Data))} {
			said = le.AppendUint32(said, v)
		}
		b = append(append(b, "PK\x03\x04"...), said...)
		b = append(le.AppendUint16(le.AppendUint16(b, uint16(len(front))), 0), front+e.Data...)
		directory = append(append(directory, "PK\x01\x02\x14\x00"...), said...)
		directory = le.AppendUint16(le.AppendUint16(directory, uint16(len(e.Name))), uint16(len(e.Extra)))
		directory = le.AppendUint32(append(directory, make([]byte, 10)...), uint32(at))
		directory = append(directory, e.Name+e.Extra...)
	}
	end := append(directory, "PK\x05\x06\x00\x00\x00\x00"...)
	end = le.AppendUint16(le.AppendUint16(end, uint16(count)), uint16(count))
	end = le.AppendUint32(le.AppendUint32(end, uint32(len(directory))), uint32(len(b)))
	end = append(le.AppendUint16(end, uint16(len(comment))), comment...)
	return string(append(b, end...))
}

// wide is the extra field of zip64 with sizes.
func wide(size, packed uint64) string {
	le := binary.LittleEndian
	return string(le.AppendUint64(le.AppendUint64([]byte{1, 0, 16, 0}, size), packed))
}

// writers are used again, since one takes a megabyte.
var writers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is one there is
	}
	return w
}}

// deflate packs a text; what it repeats is packed once. It is the packed stream and the checksum of what is in it.
func deflate(t Text) (packed []byte, sum uint32) {
	var b bytes.Buffer
	w := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	put := func(s string, last bool) {
		w.Reset(&b)
		_, _ = w.Write([]byte(s))
		if last {
			_ = w.Close()
		} else {
			_ = w.Flush() // ends a piece at a byte, and none looks back into another
		}
		sum = crc32.Update(sum, crc32.IEEETable, []byte(s))
	}
	if t.Times > 0 {
		put(t.Head, false)
		piece := t.Times
		for piece%2 == 0 && piece*int64(len(t.Unit)) > 1<<20 {
			piece /= 2
		}
		text, from := strings.Repeat(t.Unit, int(piece)), b.Len()
		put(text, false)
		once := slices.Clone(b.Bytes()[from:])
		for range t.Times/piece - 1 {
			b.Write(once)
			sum = crc32.Update(sum, crc32.IEEETable, []byte(text))
		}
		put(t.Tail, true)
	} else {
		put(t.Head+t.Tail, true)
	}
	return b.Bytes(), sum
}

// member is a file in an archive, packed.
type member struct {
	name   string
	packed []byte
	sum    uint32
	size   int64
}

func pack(name string, t Text) member {
	packed, sum := deflate(t)
	return member{name, packed, sum, t.Size()}
}

// Zipped packs members, a name and a content in turn.
func Zipped(members ...string) string {
	var all []member
	for i := 0; i < len(members); i += 2 {
		all = append(all, pack(members[i], plain(members[i+1])))
	}
	return zipped(all...)
}

func zipped(members ...member) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		const sizesFollow = 8 // the content, as they do where a program writes an archive in one go
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Flags: sizesFollow, CRC32: m.sum, CompressedSize64: uint64(len(m.packed)), UncompressedSize64: uint64(m.size)}
		if folder := strings.HasSuffix(m.name, "/"); folder {
			h, m.packed = &zip.FileHeader{Name: m.name}, nil
		}
		to, err := w.CreateRaw(h)
		if err != nil {
			panic(err) // into memory nothing fails
		}
		_, _ = to.Write(m.packed)
	}
	_ = w.Close()
	return b.String()
}

// Gzipped packs a content with gzip.
func Gzipped(content string) string { return gzipped(plain(content)) }

func gzipped(t Text) string {
	packed, sum := deflate(t)
	b := append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), packed...)
	return string(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, sum), uint32(t.Size())))
}

// zeros is what a bomb unpacks to.
func zeros(mb int64) Text { return Text{Unit: "0", Times: mb << 20} }

// many is so many members of one content.
func many(n int, content Text) []member {
	once, all := pack("", content), make([]member, n)
	for i := range all {
		all[i] = once
		all[i].name = fmt.Sprintf("%d.csv", i)
	}
	return all
}

// Workbook is an archive of the parts that are given and, where they are not, of the smallest workbook there can be; a
// part that is "-" is left out.
func Workbook(parts map[string]string) string {
	long := map[string]Text{}
	for name, content := range parts {
		long[name] = plain(content)
	}
	return workbook(long)
}

func workbook(parts map[string]Text) string {
	all := maps.Clone(smallest())
	for name, content := range parts {
		if content.Head == "-" {
			delete(all, name)
		} else {
			all[name] = pack(name, content)
		}
	}
	var members []member
	for _, name := range slices.Sorted(maps.Keys(all)) {
		members = append(members, all[name])
	}
	return zipped(members...)
}

// smallest is the smallest workbook there can be, packed once.
var smallest = sync.OnceValue(func() map[string]member {
	all := map[string]member{}
	for name, content := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"xl/workbook.xml":     `<?xml version="1.0"?><workbook xmlns:r="r"><sheets><sheet name="Blatt 1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": Sheet(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row>`),
		"xl/sharedStrings.xml":     `<sst><si><t>Bestand</t></si></sst>`,
		"xl/styles.xml":            `<styleSheet/>`,
	} {
		all[name] = pack(name, plain(content))
	}
	return all
})

// The part of a worksheet before its rows and after them.
const (
	sheetBegin = `<?xml version="1.0" encoding="UTF-8"?>` + "\r\n" + `<worksheet xmlns="m"><dimension ref="A1:B2"/><sheetData>`
	sheetEnd   = `</sheetData></worksheet>`
)

// Sheet is the part of a worksheet with these rows.
func Sheet(rows string) string { return sheetBegin + rows + sheetEnd }
