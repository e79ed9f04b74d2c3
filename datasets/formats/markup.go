package formats

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// markup reads XML piece by piece. It is not encoding/xml because that takes each piece into memory whatever its length,
// and a packed file of a megabyte can have one of two hundred; and because worksheets, which are long, have simple XML.
//
// It reads UTF-8, checks that elements close in order, and knows the five entities and character references. A document
// type declaration is refused, so that there are no other entities. Names are without their prefix: the parts of a
// workbook do not mix vocabularies in which that would matter.
type markup struct {
	in       io.Reader
	buf      []byte
	from, to int
	err      error // of in, once buf is used up

	kind  piece
	name  []byte // of the element that opens or closes
	attrs []byte // of the element that opens, as they stand
	text  []byte // entities replaced

	names   []byte // of the open elements, one behind the other
	opens   []int  // where each begins in names
	deepest int
	hollow  bool // the element that has just opened closes at once
	begun   bool
}

type piece int

const (
	openTag piece = iota
	closing
	words
)

// longest is the longest piece that is read: a tag, or text without a tag in it. A cell has 32,767 characters.
const longest = 256 << 10

func newMarkup(in io.Reader, depth int) *markup {
	return &markup{in: in, buf: make([]byte, 32<<10), deepest: depth}
}

// wrongMarkup is what is wrong with XML, in words that follow the name of a part.
type wrongMarkup string

func (w wrongMarkup) Error() string { return string(w) }

// next reads the next piece; io.EOF comes after the last. What it leaves in m is good until it is called again.
func (m *markup) next() error {
	if m.hollow {
		m.hollow = false
		m.kind = closing
		return m.pop(m.name)
	}
	for {
		blank := m.blankAtTop() // reads, and so moves m.from
		m.from += blank
		rest, err := m.need(1)
		if err != nil {
			if errors.Is(err, io.EOF) && len(m.opens) == 0 && m.begun {
				return io.EOF
			}
			return cutShort(err)
		}
		if rest[0] != '<' {
			if len(m.opens) == 0 {
				return wrongMarkup("is not XML")
			}
			n, err := m.find("<", 0)
			if err != nil {
				return err
			}
			m.kind = words
			m.text, err = unescape(m.text[:0], m.buf[m.from:m.from+n])
			m.from += n
			return err
		}
		if rest, err = m.need(2); err != nil {
			return cutShort(err)
		}
		switch rest[1] {
		case '?':
			n, err := m.find("?>", 2)
			if err != nil {
				return err
			}
			m.from += n + 2
		case '!':
			text, err := m.bang()
			if text || err != nil {
				return err
			}
		case '/':
			n, err := m.find(">", 2)
			if err != nil {
				return err
			}
			m.kind, m.name = closing, localName(bytes.TrimRight(m.buf[m.from+2:m.from+n], " \t\r\n"))
			m.from += n + 1
			return m.pop(m.name)
		default:
			return m.open()
		}
	}
}

// blankAtTop is how much white space comes next outside of all elements, where it means nothing; a byte order mark
// counts as such at the beginning.
func (m *markup) blankAtTop() int {
	if len(m.opens) > 0 {
		return 0
	}
	if !m.begun {
		if rest, err := m.need(3); err == nil && string(rest[:3]) == utf8Mark {
			return 3
		}
	}
	n := 0
	for {
		rest, err := m.need(n + 1)
		if err != nil || !bytes.ContainsAny(rest[n:n+1], " \t\r\n") || n >= longest {
			return n
		}
		n++
	}
}

// need returns what is in the buffer, at least n bytes of it.
func (m *markup) need(n int) ([]byte, error) {
	for m.to-m.from < n {
		if m.err != nil {
			return nil, m.err
		}
		if m.from > 0 && m.to == len(m.buf) {
			m.to = copy(m.buf, m.buf[m.from:m.to])
			m.from = 0
		}
		if m.to == len(m.buf) {
			m.buf = append(m.buf, make([]byte, len(m.buf))...)
		}
		k, err := m.in.Read(m.buf[m.to:])
		m.to += k
		m.err = err
	}
	return m.buf[m.from:m.to], nil
}

// find is how far from the current place the mark is, looking from skip on.
func (m *markup) find(mark string, skip int) (int, error) {
	for {
		rest := m.buf[m.from:m.to]
		if skip < len(rest) {
			if i := bytes.Index(rest[skip:], []byte(mark)); i >= 0 {
				return skip + i, nil
			}
			skip = max(skip, len(rest)-len(mark)+1)
		}
		if len(rest) > longest {
			return 0, wrongMarkup(fmt.Sprintf("has a piece longer than %d KB", longest>>10))
		}
		if _, err := m.need(len(rest) + 1); err != nil {
			return 0, cutShort(err)
		}
	}
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return wrongMarkup("is cut off")
	}
	return err
}

// bang reads what begins with <! and says whether it was text.
func (m *markup) bang() (text bool, err error) {
	if _, err := m.need(9); err != nil && m.to-m.from < 4 {
		return false, cutShort(err)
	}
	rest := m.buf[m.from:m.to]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		n, err := m.find("-->", 4)
		if err != nil {
			return false, err
		}
		m.from += n + 3
		return false, nil
	case bytes.HasPrefix(rest, []byte("<![CDATA[")) && len(m.opens) > 0:
		n, err := m.find("]]>", 9)
		if err != nil {
			return false, err
		}
		m.kind, m.text = words, append(m.text[:0], m.buf[m.from+9:m.from+n]...)
		m.from += n + 3
		return true, nil
	}
	return false, wrongMarkup("has a document type declaration, which no workbook needs")
}

// open reads the tag that opens an element.
func (m *markup) open() error {
	end, quote := 1, byte(0)
	for over := false; !over; {
		rest, err := m.need(end + 1)
		if err != nil {
			return cutShort(err)
		}
		for ; end < len(rest); end++ {
			c := rest[end]
			if quote == 0 && c == '>' {
				over = true
				break
			}
			switch {
			case c == quote:
				quote = 0
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			case c == '<':
				return wrongMarkup("has a tag that does not close")
			}
		}
		if end > longest {
			return wrongMarkup(fmt.Sprintf("has a piece longer than %d KB", longest>>10))
		}
	}
	tag := m.buf[m.from+1 : m.from+end]
	m.from += end + 1
	if n := len(tag) - 1; n >= 0 && tag[n] == '/' {
		m.hollow = true
		tag = tag[:n]
	}
	m.attrs = nil
	if i := bytes.IndexAny(tag, " \t\r\n"); i >= 0 {
		tag, m.attrs = tag[:i], tag[i:]
	}
	m.kind, m.name, m.begun = openTag, localName(tag), true
	if len(m.name) == 0 {
		return wrongMarkup("has a tag without a name")
	}
	if len(m.opens) == m.deepest {
		return wrongMarkup(fmt.Sprintf("has elements more than %d deep", m.deepest))
	}
	m.opens = append(m.opens, len(m.names))
	m.names = append(m.names, m.name...)
	return nil
}

// pop closes the innermost element, which has to be the one named.
func (m *markup) pop(name []byte) error {
	top := len(m.opens) - 1
	if top < 0 || !bytes.Equal(m.names[m.opens[top]:], name) {
		return wrongMarkup(fmt.Sprintf("closes an element that is not open, %.40q", name))
	}
	m.names, m.opens = m.names[:m.opens[top]], m.opens[:top]
	return nil
}

func localName(name []byte) []byte { return name[bytes.LastIndexByte(name, ':')+1:] }

// is says whether the piece opens or closes the element of this name.
func (m *markup) is(kind piece, name string) bool { return m.kind == kind && string(m.name) == name }

// attr is the value of an attribute of the element that has just opened, "" where it has none of this name.
func (m *markup) attr(name string) string {
	rest := m.attrs
	for {
		i := bytes.IndexByte(rest, '=')
		if i < 0 {
			return ""
		}
		key := bytes.Trim(rest[:i], " \t\r\n")
		rest = bytes.TrimLeft(rest[i+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return ""
		}
		value := rest[1 : end+1]
		rest = rest[end+2:]
		if string(localName(key)) == name {
			if text, err := unescape(nil, value); err == nil {
				return string(text)
			}
			return ""
		}
	}
}

// skip reads until after the element that has just opened.
func (m *markup) skip() error {
	for depth := len(m.opens); len(m.opens) >= depth; {
		if err := m.next(); err != nil {
			return cutShort(err)
		}
	}
	return nil
}

// inner appends the text of the element that has just opened, without that of elements in it.
func (m *markup) inner(to []byte) ([]byte, error) {
	for depth := len(m.opens); ; {
		if err := m.next(); err != nil {
			return to, cutShort(err)
		}
		if len(m.opens) < depth {
			return to, nil
		}
		if m.kind == words && len(m.opens) == depth {
			to = append(to, m.text...)
		}
		if len(to) > longest {
			return to, wrongMarkup(fmt.Sprintf("has a text longer than %d KB", longest>>10))
		}
	}
}

// unescape appends text with its entities and character references replaced.
func unescape(to, text []byte) ([]byte, error) {
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return to, wrongMarkup("is not text in UTF-8")
	}
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(to, text...), nil
		}
		to = append(to, text[:i]...)
		end := bytes.IndexByte(text[i:], ';')
		if end < 0 {
			return to, wrongMarkup("has an & that begins no entity")
		}
		name := string(text[i+1 : i+end])
		text = text[i+end+1:]
		switch name {
		case "lt":
			to = append(to, '<')
		case "gt":
			to = append(to, '>')
		case "amp":
			to = append(to, '&')
		case "quot":
			to = append(to, '"')
		case "apos":
			to = append(to, '\'')
		default:
			n, err := strconv.ParseUint(referenced(name), 0, 32)
			if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
				return to, wrongMarkup(fmt.Sprintf("has an entity that is not known, %.20q", name))
			}
			to = utf8.AppendRune(to, rune(n))
		}
	}
}

// referenced writes the number of a character reference as Go does.
func referenced(name string) string {
	switch {
	case len(name) > 2 && name[:2] == "#x":
		return "0x" + name[2:]
	case len(name) > 1 && name[0] == '#':
		for _, c := range name[1:] {
			if c < '0' || c > '9' {
				return ""
			}
		}
		n := name[1:]
		for len(n) > 1 && n[0] == '0' {
			n = n[1:]
		}
		return n
	}
	return ""
}
