package formats

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxAttributes is how many attributes an element may have.
const maxAttributes = 256

// xmlAttribute is an attribute of a tag; name and value hold until the next tag is read.
type xmlAttribute struct {
	prefixed bool
	name     []byte // without its prefix
	value    []byte
	full     []byte
}

// wholeTag holds a tag to its end and is what is between < and >.
func (x *xmlReader) wholeTag() []byte {
	x.mark = x.pos
	defer func() { x.mark = -1 }()
	for i := 1; ; i++ {
		if x.mark+i >= len(x.window) && !x.source.more() {
			x.truncated("a tag")
			return nil
		}
		switch c := x.window[x.mark+i]; c {
		case '>':
			b := x.window[x.mark+1 : x.mark+i]
			x.pos = x.mark + i + 1
			return b
		case '"', '\'':
			for {
				n := bytes.IndexByte(x.window[x.mark+i+1:], c)
				if n >= 0 {
					i += n + 1
					break
				}
				i = len(x.window) - x.mark - 1
				if !x.source.more() {
					x.truncated("a tag")
					return nil
				}
			}
		case '<':
			x.pos = x.mark + i
			x.fail("a < inside of a tag", "")
			return nil
		}
	}
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// nameLength is how many bytes the name has that b begins with.
func nameLength(b []byte) int {
	for i, c := range b {
		switch {
		case c|' ' >= 'a' && c|' ' <= 'z', c == '_', c == ':', c >= utf8.RuneSelf:
		case i > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.'):
		default:
			return i
		}
	}
	return len(b)
}

func (x *xmlReader) startTag() xmlEvent {
	x.tagAt = x.offset()
	b := x.wholeTag()
	if x.err != nil {
		return xmlOver
	}
	if x.depth() == 0 && x.rooted {
		x.fail("there is more after the end of the message", "")
		return xmlOver
	}
	if x.depth() >= x.limits.Depth {
		x.fail(fmt.Sprintf("elements are nested more than %d deep", x.limits.Depth), "")
		return xmlOver
	}
	if b = trimSlash(b, &x.closing); !x.tag(b) {
		return xmlOver
	}
	x.content, x.keep, x.rooted = x.content[:0], false, true
	return xmlStart
}

func trimSlash(b []byte, closing *bool) []byte {
	if n := len(b); n > 0 && b[n-1] == '/' {
		*closing = true
		return b[:n-1]
	}
	return b
}

// tag takes a start tag apart.
func (x *xmlReader) tag(b []byte) bool {
	n := nameLength(b)
	if n == 0 || !utf8.Valid(b) {
		x.fail("this is no XML: a tag without a name, or not in UTF-8", "")
		return false
	}
	full := x.known(b[:n])
	x.open = append(x.open, full)
	x.name = full[strings.IndexByte(full, ':')+1:]
	x.attributes, x.scratch = x.attributes[:0], x.scratch[:0]
	for b = b[n:]; ; {
		n = 0
		for n < len(b) && space(b[n]) {
			n++
		}
		spaced := n > 0
		if b = b[n:]; len(b) == 0 {
			return true
		}
		n = nameLength(b)
		a := xmlAttribute{full: b[:n]}
		if b = b[n:]; len(b) > 0 && b[0] != '=' {
			b = bytes.TrimLeft(b, " \t\r\n")
		}
		if n == 0 || !spaced || len(b) < 3 || b[0] != '=' {
			x.fail("this is no XML: a tag with something in it that is no attribute", "")
			return false
		}
		if b = b[1:]; space(b[0]) {
			b = bytes.TrimLeft(b, " \t\r\n")
		}
		if len(b) < 2 || b[0] != '"' && b[0] != '\'' {
			x.fail("this is no XML: an attribute without quotation marks", "")
			return false
		}
		n = bytes.IndexByte(b[1:], b[0])
		if n < 0 {
			x.fail("this is no XML: an attribute without its closing quotation mark", "")
			return false
		}
		a.name = local(a.full)
		a.prefixed = len(a.name) < len(a.full) || string(a.full) == "xmlns"
		if a.value = b[1 : n+1]; !plain(a.value) || n > x.limits.Cell {
			if bytes.IndexByte(a.value, '<') >= 0 {
				x.fail("this is no XML: a < inside of an attribute", "")
				return false
			}
			a.value = x.decode(x.oneLine(a.value))
		}
		b = b[n+2:]
		for i := range x.attributes {
			if string(x.attributes[i].full) == string(a.full) {
				x.fail(fmt.Sprintf("an element has the attribute %s twice", a.full), "")
				return false
			}
		}
		if len(x.attributes) == maxAttributes {
			x.fail(fmt.Sprintf("an element has more than %d attributes", maxAttributes), "")
			return false
		}
		x.attributes = append(x.attributes, a)
		if x.err != nil {
			return false
		}
	}
}

// plain says whether a text means itself: ASCII without a control character, a tag or a reference.
func plain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == '&' || c == '<' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// oneLine puts spaces in the place of line ends and tabs, as XML has it for attributes.
func (x *xmlReader) oneLine(b []byte) []byte {
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\t') < 0 && bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	return bytes.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		return r
	}, b)
}

func local(full []byte) []byte { return full[bytes.IndexByte(full, ':')+1:] }

// known is a name as a string; those few are made once.
func (x *xmlReader) known(b []byte) string {
	if s, ok := x.names[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(x.names) < 1000 {
		x.names[s] = s
	}
	return s
}

func (x *xmlReader) endTag() xmlEvent {
	b := x.wholeTag()
	if x.err != nil {
		return xmlOver
	}
	b = bytes.TrimRight(b[1:], " \t\r\n")
	if x.depth() == 0 || x.open[x.depth()-1] != string(b) {
		x.fail(fmt.Sprintf("the tag </%.60s> ends what has not begun", b), "")
		return xmlOver
	}
	x.pop()
	return xmlEnd
}

func (x *xmlReader) pop() {
	full := x.open[x.depth()-1]
	x.open = x.open[:x.depth()-1]
	x.name = full[strings.IndexByte(full, ':')+1:]
	x.attributes, x.keep = x.attributes[:0], false
}
