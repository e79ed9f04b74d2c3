package formats

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

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
