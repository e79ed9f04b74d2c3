package formats

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// nest opens files inside archives, and adds up what all of them cost together.
type nest struct {
	Options
	columns int // as declared, 0 where nothing is
	child   func(context.Context) *exec.Cmd
	bytes   int64 // that may still be unpacked
	entries int   // that archives may still have
	held    int64 // of archives inside archives
}

// free is how much may always be unpacked, whatever the ratio: a table of zeros packs very well.
const free = 1 << 20

// held is the largest file that is held in memory while it is read, which what needs its end first has to be: a workbook
// or an archive inside an archive.
const held = 64 << 20

// gzip opens what is packed with gzip. It unpacks the file once to know that it is sound and how long it is, since what
// gzip itself says of its length is that of the last part, modulo 4 GB.
func (n *nest) gzip(ctx context.Context, f File, depth int) (*Document, error) {
	if depth == deepest {
		return nil, tooDeep(f)
	}
	content := &unpacked{open: func() (io.Reader, error) {
		r, err := gzip.NewReader(bufio.NewReaderSize(io.NewSectionReader(f.Content, 0, f.Size), 64<<10))
		if err != nil {
			return nil, broken(f, err)
		}
		return &sound{f, r}, nil
	}}
	inner := File{Name: f.Name, Content: content}
	in, err := content.open()
	if err != nil {
		return nil, err
	}
	limit := min(n.bytes, free+n.Limits.Ratio*f.Size)
	for inner.Size <= limit {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		more, err := io.CopyN(io.Discard, in, min(16<<20, limit+1-inner.Size))
		inner.Size += more
		if errors.Is(err, io.EOF) {
			n.bytes -= inner.Size
			content.size = inner.Size
			doc, err := n.open(ctx, inner, depth+1)
			if err != nil {
				return nil, err
			}
			doc.Packing = slices.Insert(doc.Packing, 0, "gzip")
			return doc, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, n.tooLarge(f, limit)
}

func (n *nest) tooLarge(f File, limit int64) *Fault {
	if limit >= n.bytes {
		return &Fault{File: f.Name, What: "unpacks to more than " + size(n.Limits.Bytes), Hint: "Split it"}
	}
	return &Fault{File: f.Name, What: fmt.Sprintf("unpacks to more than %d times its size, as no table does", n.Limits.Ratio), Hint: "If it is meant so, unpack it and hand in the table itself"}
}

func tooDeep(f File) *Fault {
	return &Fault{File: f.Name, What: fmt.Sprintf("is an archive in an archive in an archive; at most %d are opened", deepest), Hint: "Unpack it and hand in the table itself"}
}

// zip opens a workbook or an archive of files.
func (n *nest) zip(ctx context.Context, f File, depth int) (*Document, error) {
	outer := f
	f, err := hold(f)
	if err != nil {
		return nil, err
	}
	members, err := n.directory(f)
	if err != nil {
		return nil, err
	}
	names := make(map[string]bool, len(members))
	for _, m := range members {
		names[m.Name] = true
	}
	if names["[Content_Types].xml"] || names["mimetype"] && names["content.xml"] {
		if !names["xl/workbook.xml"] {
			what, hint := office(names)
			return nil, &Fault{File: f.Name, What: what, Hint: hint, foreign: true}
		}
		if n.Format != "" && n.Format != XLSX {
			return nil, &Fault{File: f.Name, What: "is a workbook, and is declared " + string(n.Format), Hint: "Declare xlsx or nothing"}
		}
		return n.workbook(ctx, outer)
	}
	if depth == deepest {
		return nil, tooDeep(f)
	}
	if depth > 0 {
		// What is in memory now stays there as long as the document.
		if n.held += f.Size; n.held > held {
			return nil, tooLargeToHold(f, n.held)
		}
	}
	doc := &Document{Packing: []string{"zip"}}
	var first error
	members = slices.DeleteFunc(members, func(m *zip.File) bool { return litter(m.Name) })
	for _, m := range members {
		packed, content := member(f, m)
		inner, err := n.open(ctx, packed, depth+1)
		content.forget() // a thousand members would otherwise keep a thousand streams open
		var fault *Fault
		if errors.As(err, &fault) && fault.foreign && len(members) > 1 {
			doc.Notes = append(doc.Notes, fmt.Sprintf("%s is left out: it %s.", nameOf(m), fault.What))
			first = cmpError(first, err)
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(members) > 1 {
			for i := range inner.Sheets {
				inner.Sheets[i].Name = strings.TrimSuffix(nameOf(m)+"/"+inner.Sheets[i].Name, "/")
			}
		}
		if len(doc.Sheets) == 0 {
			doc.Format, doc.Encoding, doc.Delimiter = inner.Format, inner.Encoding, inner.Delimiter
			doc.Packing = append(doc.Packing, inner.Packing...)
		}
		for _, note := range inner.Notes {
			if len(members) > 1 {
				note = nameOf(m) + ": " + note
			}
			doc.Notes = append(doc.Notes, note)
		}
		doc.Sheets = append(doc.Sheets, inner.Sheets...)
	}
	switch {
	case len(doc.Sheets) > 0:
		return doc, nil
	case first != nil:
		return nil, first
	}
	return nil, &Fault{File: f.Name, What: "is an archive without a file in it", Hint: "Pack the table again", foreign: true}
}

func cmpError(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// office names what is packed like a workbook and is none.
func office(names map[string]bool) (what, hint string) {
	const hintXLSX = "Open it in a spreadsheet program and save it as XLSX"
	switch {
	case names["xl/workbook.bin"]:
		return "is a binary workbook (.xlsb)", hintXLSX
	case names["mimetype"]:
		return "is a document of LibreOffice (.ods or another)", hintXLSX
	case names["word/document.xml"]:
		return "is a text document (.docx)", "Save the table in it as CSV or as a workbook"
	case names["ppt/presentation.xml"]:
		return "is a presentation (.pptx)", "Ask for the figures as a table"
	}
	return "is an Office document without a workbook in it", hintXLSX
}

// litter says whether a member is what operating systems leave in archives, or a folder.
func litter(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, ".") ||
		strings.EqualFold(base, "thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// member is a file of an archive.
func member(f File, m *zip.File) (File, *unpacked) {
	content := &unpacked{size: int64(m.UncompressedSize64), open: func() (io.Reader, error) {
		r, err := m.Open()
		if err != nil {
			return nil, broken(f, err)
		}
		return &sound{f, r}, nil
	}}
	return File{Name: f.Name + "/" + nameOf(m), Size: content.size, Content: content}, content
}

// nameOf is the name of a member as text: what is not said to be UTF-8, and is not, is in the code page of the PC.
func nameOf(m *zip.File) string {
	name := m.Name
	if !utf8.ValidString(name) {
		name, _ = charmap.CodePage437.NewDecoder().String(name) // which has a character for every byte
	}
	return printable(name)
}

// printable is a name that comes from a file, fit for a message: what cannot be seen replaced, and not too long.
func printable(name string) string {
	const most = 100
	var b strings.Builder
	n := 0
	for _, r := range name {
		if n++; n > most {
			return b.String() + "…"
		}
		if !unicode.IsPrint(r) {
			r = '_'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// directory lists the members of a zip archive, after it has checked all that they say of themselves: nothing of them
// has been unpacked yet. Sizes and checksums are held to when they are.
func (n *nest) directory(f File) ([]*zip.File, error) {
	refuse := func(hint, what string, a ...any) ([]*zip.File, error) {
		return nil, &Fault{File: f.Name, What: fmt.Sprintf(what, a...), Hint: hint}
	}
	const again = "Pack it again"
	if fault := checkEnd(f, n.entries); fault != nil {
		return nil, fault
	}
	r, err := zip.NewReader(io.NewSectionReader(f.Content, 0, f.Size), f.Size)
	if err != nil {
		return nil, broken(f, err)
	}
	if n.entries -= len(r.File); n.entries < 0 {
		return refuse("Unpack it and hand in the tables themselves", "is an archive of more than %d files", n.Limits.Entries)
	}
	type span struct{ from, to int64 }
	var spans []span
	seen := make(map[string]bool, len(r.File))
	for _, m := range r.File {
		packed, bytes := m.CompressedSize64, m.UncompressedSize64
		switch {
		case m.Flags&0x1 != 0:
			return refuse("Unpack it with its password and hand in the table itself", "has a member with a password, %q", nameOf(m))
		case m.Method != zip.Store && m.Method != zip.Deflate:
			return refuse("Pack it again with the usual method, deflate", "has a member packed by a method that is not read, %q", nameOf(m))
		case unsafePath(m.Name):
			return refuse("Pack it again from inside the folder of the tables", "has a member whose name leads out of the archive, %q", nameOf(m))
		case seen[m.Name]:
			return refuse(again, "has two members of one name, %q", nameOf(m))
		case packed > uint64(f.Size), m.Method == zip.Store && packed != bytes:
			return refuse("Fetch or save it again", "says of its member %q what cannot be: %d bytes in %d", nameOf(m), bytes, packed)
		case bytes > uint64(n.bytes):
			return nil, n.tooLarge(f, n.bytes)
		case bytes > free && bytes/uint64(n.Limits.Ratio) > packed:
			return nil, n.tooLarge(f, 0)
		}
		n.bytes -= int64(bytes)
		seen[m.Name] = true
		from, err := m.DataOffset()
		if err != nil {
			return nil, broken(f, err)
		}
		if from+int64(packed) > f.Size {
			return refuse("Fetch it again", "is cut off in its member %q", nameOf(m))
		}
		if packed > 0 {
			spans = append(spans, span{from, from + int64(packed)})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return int(min(1, max(-1, a.from-b.from))) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return refuse(again, "has members that lie over each other, as in an archive made to do harm")
		}
	}
	return r.File, nil
}

// unsafePath says whether a name would be a place outside of the folder that an archive is unpacked into. None is ever
// unpacked to a file here; a name like that is a sign of harm.
func unsafePath(name string) bool {
	slashed := strings.ReplaceAll(name, `\`, "/")
	return name == "" || strings.HasPrefix(slashed, "/") || strings.Contains("/"+slashed+"/", "/../") ||
		len(name) > 1 && name[1] == ':' || strings.ContainsRune(name, 0) || len(name) > 512
}

// checkEnd reads the record at the end of a zip archive that says how long its directory is: package zip reads as many
// members as there are, whatever was announced, and keeps them all.
func checkEnd(f File, entries int) *Fault {
	const record, most = 22, 22 + 1<<16
	tail := make([]byte, min(f.Size, most))
	if _, err := f.Content.ReadAt(tail, f.Size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return nil // package zip will meet the same error
	}
	at := -1
	for i := len(tail) - record; i >= 0; i-- {
		if string(tail[i:i+4]) == "PK\x05\x06" && i+record+int(binary.LittleEndian.Uint16(tail[i+20:])) <= len(tail) {
			at = i
			break
		}
	}
	cutOff := &Fault{File: f.Name, What: "is a zip archive that is cut off or broken: its directory is missing", Hint: "Fetch or pack it again"}
	if at < 0 {
		return cutOff
	}
	end := tail[at:]
	length, offset := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	place := f.Size - int64(len(tail)-at) // of the record
	if at >= 20 && string(tail[at-20:at-16]) == "PK\x06\x07" {
		wide := make([]byte, 56)
		place = int64(binary.LittleEndian.Uint64(tail[at-12:]))
		if place < 0 || place > f.Size-int64(len(wide)) {
			return cutOff
		}
		if _, err := f.Content.ReadAt(wide, place); err != nil || string(wide[:4]) != "PK\x06\x06" {
			return cutOff
		}
		if s, o := int64(binary.LittleEndian.Uint64(wide[40:])), int64(binary.LittleEndian.Uint64(wide[48:])); length == 1<<32-1 || offset == 1<<32-1 || length == s {
			length, offset = s, o
		}
	}
	// The shortest entry has 46 bytes and a name, so that a directory of this length has no more than some 90 times the
	// entries allowed, and those are counted after.
	switch {
	case length < 0 || offset < 0 || length > place || offset > place-length:
		return cutOff
	case length > int64(entries)*4096:
		return &Fault{File: f.Name, What: fmt.Sprintf("has a directory of %s, too long for the %d files that an archive may have", size(length), entries), Hint: "Unpack it and hand in the tables themselves"}
	case offset+length != place:
		return &Fault{File: f.Name, What: "is a zip archive with something before or behind its directory that does not belong there", Hint: "Pack it again"}
	}
	return nil
}

// hold reads a file into memory if it has to be unpacked for every read.
func hold(f File) (File, error) {
	u, ok := f.Content.(*unpacked)
	if !ok {
		return f, nil
	}
	if f.Size > held {
		return f, tooLargeToHold(f, f.Size)
	}
	all := make([]byte, f.Size)
	if _, err := u.ReadAt(all, 0); err != nil {
		return f, broken(f, err)
	}
	f.Content = bytes.NewReader(all)
	return f, nil
}

func tooLargeToHold(f File, bytes int64) *Fault {
	return &Fault{File: f.Name, What: fmt.Sprintf("is a workbook or an archive inside an archive, which take %s; at most %s may", size(bytes), size(held)), Hint: "Unpack it and hand in what is inside"}
}

// broken is a fault where unpacking failed because of what is in the archive, and the error itself where the bytes could
// not be read at all.
func broken(f File, err error) error {
	var corrupt flate.CorruptInputError
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		return err
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, zip.ErrChecksum),
		errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm), errors.Is(err, errLonger), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Fault{File: f.Name, What: "is an archive that is broken or cut off", Hint: "Fetch or pack it again"}
	}
	return unreadable(f, err)
}

// unreadable says that the bytes of a file could not be read, which is no fault of what is in them.
func unreadable(f File, err error) error {
	var fault *Fault
	if errors.As(err, &fault) {
		return err
	}
	return fmt.Errorf("read %s: %w", f.Name, err)
}

// sound turns errors of unpacking into faults.
type sound struct {
	file File
	in   io.Reader
}

func (s *sound) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = broken(s.file, err)
	}
	return n, err
}
