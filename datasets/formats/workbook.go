package formats

import (
	"archive/zip"
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// workbook is what has to be known before worksheets can be read.
type workbook struct {
	file    File
	parts   map[string]*zip.File
	limits  Limits
	sheets  []worksheet
	epoch   int // days from 1899-12-30 to day 0: 1,462 in workbooks of the Macintosh
	looks   []look
	strings []string
}

// workbookColumns is how many columns a worksheet may have unless more are declared.
const workbookColumns = 64

// stringsSize bounds the bytes of a workbook's shared strings, which have to be held, and stringsCount their number.
const (
	stringsSize  = 64 << 20
	stringsCount = 2 << 20
)

// openWorkbook reads what a workbook says of itself, and not yet the shared strings. The limits are filled.
func openWorkbook(f File, l Limits) (*workbook, error) {
	n := nest{Options: Options{Limits: l}, bytes: l.Bytes, entries: l.Entries}
	members, err := n.directory(f)
	if err != nil {
		return nil, err
	}
	w := &workbook{file: f, parts: make(map[string]*zip.File, len(members)), limits: l}
	for _, m := range members {
		w.parts[m.Name] = m
	}
	targets := map[string]string{}
	var shared, styles string
	err = w.elements("xl/_rels/workbook.xml.rels", func(x *xmlReader) {
		if x.name != "Relationship" {
			return
		}
		target, _ := x.attribute("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/xl", target)
		}
		target = strings.TrimPrefix(path.Clean(target), "/")
		kind, _ := x.attribute("Type")
		switch kind[strings.LastIndexByte(kind, '/')+1:] {
		case "worksheet":
			id, _ := x.attribute("Id")
			targets[id] = target
		case "sharedStrings":
			shared = target
		case "styles":
			styles = target
		}
	})
	if err != nil {
		return nil, err
	}
	err = w.elements("xl/workbook.xml", func(x *xmlReader) {
		switch x.name {
		case "workbookPr":
			if date, _ := x.attribute("date1904"); date == "1" || date == "true" {
				w.epoch = 1462
			}
		case "sheet":
			id, _ := x.attribute("id")
			if part, ok := targets[id]; ok { // else it is a chart or a dialogue
				name, _ := x.attribute("name")
				state, _ := x.attribute("state")
				w.sheets = append(w.sheets, worksheet{printable(name), part, state == "hidden" || state == "veryHidden"})
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if len(w.sheets) == 0 {
		return nil, &Fault{File: f.Name, What: "is a workbook without a worksheet", Hint: "Put the table on a worksheet"}
	}
	if styles != "" {
		if w.looks, err = readLooks(w, styles); err != nil {
			return nil, err
		}
	}
	if shared != "" {
		w.parts["shared strings"] = w.parts[shared]
	}
	return w, nil
}

// longest is the longest piece of a part that is read: a tag, or text without a tag in it. A cell has 32,767 characters.
const longest = 256 << 10

// part opens a part of the workbook as XML.
func (w *workbook) part(ctx context.Context, name string) (*xmlReader, error) {
	p := w.parts[name]
	if p == nil {
		return nil, &Fault{File: w.file.Name, What: "is a workbook that lacks its part " + printable(name), Hint: "Open it in a spreadsheet program and save it again"}
	}
	packed, _ := member(w.file, p)
	limits := w.limits
	limits.Cell, limits.Row = longest, longest
	return newXMLReader(newSource(ctx, packed, limits, 0)), nil
}

// elements calls each at every element of a part that begins.
func (w *workbook) elements(name string, each func(*xmlReader)) error {
	x, err := w.part(context.Background(), name) // what is read by it is short
	if err != nil {
		return err
	}
	for e := x.next(); e != xmlOver; e = x.next() {
		if e == xmlStart {
			each(x)
		}
	}
	return w.fault(x, name, "", 0)
}

// fault is what went wrong with a part: where its XML did, in words that name the part.
func (w *workbook) fault(x *xmlReader, part, sheet string, line int) error {
	if x.err == nil && !x.rooted {
		x.fail("there is nothing in it", "")
	}
	fault, ok := x.err.(*Fault) //nolint:errorlint // faults of a source are never wrapped
	if !ok {
		return x.err
	}
	if fault.File == x.file.Name {
		fault = &Fault{What: "has a broken part: " + printable(part) + ", " + fault.What, Hint: "Open the workbook in a spreadsheet program and save it again"}
	}
	fault.File, fault.Sheet, fault.Line = w.file.Name, sheet, line
	return fault
}

// readStrings reads the shared strings, once.
func (w *workbook) readStrings() error {
	const name = "shared strings"
	if w.strings != nil || w.parts[name] == nil {
		return nil
	}
	w.strings = []string{}
	size := 0
	var text []byte
	return w.elements(name, func(x *xmlReader) {
		if x.name != "si" {
			return
		}
		text = unescapeOffice(richText(x, text[:0]))
		size += len(text)
		if size > stringsSize || len(w.strings) == stringsCount {
			x.stop(&Fault{What: fmt.Sprintf("has more than %d MB of different texts", stringsSize>>20), Hint: "Save the sheet as CSV"})
		}
		w.strings = append(w.strings, string(text))
	})
}

// richText appends the text of the element that has just opened: of its t and of those in its runs, but not how it is
// pronounced.
func richText(x *xmlReader, to []byte) []byte {
	x.each(func(name string) {
		switch name {
		case "t":
			to = append(to, x.words()...)
		case "rPh":
			x.skip()
		default:
			to = richText(x, to)
		}
		if len(to) > longest {
			x.fail(fmt.Sprintf("a text is longer than %d bytes", longest), "")
		}
	})
	return to
}

// unescapeOffice replaces characters that XML cannot hold and that Office writes as _x000D_.
func unescapeOffice(text []byte) []byte {
	if !strings.Contains(string(text), "_x") {
		return text
	}
	out := text[:0:0]
	for len(text) > 0 {
		if len(text) >= 7 && text[0] == '_' && text[1] == 'x' && text[6] == '_' {
			if n, err := strconv.ParseUint(string(text[2:6]), 16, 16); err == nil && n != 0 && (n < 0xd800 || n > 0xdfff) {
				out = append(out, string(rune(n))...)
				text = text[7:]
				continue
			}
		}
		out = append(out, text[0])
		text = text[1:]
	}
	return out
}
