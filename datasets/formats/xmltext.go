package formats

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// xmlReader reads XML 1.0 as a stream of start and end tags. It knows nothing of document types: a file that has one is
// refused, so there are no entities to expand. What is held is one tag, and the text of an element if that is asked for.
// encoding/xml holds a whole attribute before it can be told to be too long, and takes some five times as long.
type xmlReader struct {
	*source
	name       string // of the tag, without its prefix
	attributes []xmlAttribute
	// content is the text between the last start tag and the end tag that next has read, if keep was set after the first.
	content []byte
	keep    bool

	tagAt   int64    // where the start tag read last begins in the file
	open    []string // names of the elements that are open, with their prefixes
	closing bool     // the tag read last was <empty/>: its end comes next
	rooted  bool     // the root element has been there
	names   map[string]string
	scratch []byte
}

type xmlEvent int

const (
	xmlEnd xmlEvent = iota // of an element
	xmlStart
	xmlOver // of the file, or of what can be read of it
)

func newXMLReader(s *source) *xmlReader { return &xmlReader{source: s, names: map[string]string{}} }

// depth is how many elements are open.
func (x *xmlReader) depth() int { return len(x.open) }

// next goes to the next tag.
func (x *xmlReader) next() xmlEvent {
	if x.closing {
		x.closing = false
		x.pop()
		return xmlEnd
	}
	for x.err == nil {
		if !x.upTo() {
			break
		}
		// At a <.
		if len(x.window)-x.pos < 9 && !x.hold(9) && len(x.window)-x.pos < 3 {
			x.truncated("a tag")
			break
		}
		b := x.window[x.pos:]
		switch {
		case bytes.HasPrefix(b, []byte("<!--")):
			x.pos += 4
			x.through("-->", "a comment", false)
		case bytes.HasPrefix(b, []byte("<![CDATA[")):
			if x.depth() == 0 {
				x.fail("text outside of the message", "")
				break
			}
			x.pos += 9
			x.through("]]>", "a text", true)
		case b[1] == '!':
			x.hold(14)
			if b = x.window[x.pos:]; len(b) >= 14 && strings.EqualFold(string(b[2:14]), "DOCTYPE html") {
				x.fail("this is a web page, not data", "Download the data themselves")
				break
			}
			x.fail("the file has a document type (<!DOCTYPE …>), which nothing that is read here needs and which can hide traps",
				"Take it out")
		case b[1] == '?':
			x.instruction()
		case b[1] == '/':
			return x.endTag()
		default:
			return x.startTag()
		}
	}
	if x.err == nil && x.depth() > 0 {
		x.truncated("the element " + x.open[x.depth()-1])
	}
	return xmlOver
}

// hold sees to it that n bytes from pos on are in the window, if there are so many.
func (x *xmlReader) hold(n int) bool {
	for len(x.window)-x.pos < n {
		x.mark = x.pos
		ok := x.source.more()
		x.mark = -1
		if !ok {
			return false
		}
	}
	return true
}

// upTo goes to the next <, taking the text before it if it is to be kept.
func (x *xmlReader) upTo() bool {
	for {
		i := bytes.IndexByte(x.window[x.pos:], '<')
		b := x.window[x.pos:]
		if i >= 0 {
			b = b[:i]
		}
		switch {
		case x.depth() == 0 && len(bytes.TrimLeft(b, " \t\r\n")) > 0:
			x.fail("text outside of the message", "")
			return false
		case x.keep && i < 0 && len(b) <= x.limits.Cell: // a reference could be cut in two
			if x.hold(len(b) + 1) {
				continue
			}
			x.pos = len(x.window)
			return false
		case x.keep && (len(b) > x.limits.Cell || !plain(b)):
			x.take(x.decode(b))
		case x.keep:
			x.take(b)
		}
		x.pos += len(b)
		if i >= 0 || x.err != nil {
			return x.err == nil
		}
		if !x.source.more() {
			return false
		}
	}
}

func (x *xmlReader) take(b []byte) {
	if len(x.content)+len(b) > x.limits.Cell {
		x.fail(fmt.Sprintf("a text is longer than %d bytes", x.limits.Cell), "")
		return
	}
	x.content = append(x.content, b...)
}

// through passes what ends with a mark; text of it is kept if it is to be.
func (x *xmlReader) through(end, what string, isText bool) {
	for {
		i := bytes.Index(x.window[x.pos:], []byte(end))
		b := x.window[x.pos:]
		if i >= 0 {
			b = b[:i]
		} else { // the mark could be cut in two
			b = b[:max(0, len(b)-len(end)+1)]
		}
		if isText && x.keep {
			if i < 0 && len(b) <= x.limits.Cell && x.hold(len(x.window)-x.pos+1) {
				continue // a character could be cut in two
			}
			if x.characters(b) {
				x.take(b)
			}
		}
		x.pos += len(b)
		if x.err != nil {
			return
		}
		if i >= 0 {
			x.pos += len(end)
			return
		}
		if !x.source.more() {
			x.truncated(what)
			return
		}
	}
}

// instruction passes <?…?>. That of XML itself has to say that the file is in UTF-8, if it says anything.
func (x *xmlReader) instruction() {
	x.hold(256)
	b := x.window[x.pos:]
	if i := bytes.Index(b, []byte("?>")); i >= 0 && bytes.HasPrefix(b, []byte("<?xml ")) {
		if at := bytes.Index(b[:i], []byte("encoding")); at >= 0 {
			said := strings.ToLower(strings.Trim(string(b[at+len("encoding"):i]), " =\t\r\n"))
			said = strings.Trim(strings.SplitN(said+" ", " ", 2)[0], `"'`)
			if said != "utf-8" && said != "utf8" && said != "us-ascii" {
				x.fail(fmt.Sprintf("the file says that it is written in %.40s, messages are in UTF-8", strconv.Quote(said)),
					"Save it as UTF-8")
				return
			}
		}
	}
	x.pos += 2
	x.through("?>", "an instruction", false)
}
