package formats

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
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
