package formats

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// attribute is the value of an attribute, whatever its prefix.
func (x *xmlReader) attribute(name string) (string, bool) {
	v := x.value(name)
	return string(v), v != nil
}

// value is the value of an attribute, whatever its prefix, until the next tag is read; nil where there is none.
func (x *xmlReader) value(name string) []byte {
	for i := range x.attributes {
		if a := &x.attributes[i]; string(a.name) == name && !bytes.HasPrefix(a.full, []byte("xmlns:")) {
			return a.value
		}
	}
	return nil
}

// inner reads the text of the element whose start tag has been read, to its end, without white space around it. The
// element may have no elements in it.
func (x *xmlReader) inner() string { return strings.TrimSpace(string(x.words())) }

// words is inner with its white space, until the next tag is read.
func (x *xmlReader) words() []byte {
	x.keep = true
	if x.next() == xmlStart {
		x.fail(fmt.Sprintf("the element %s where a text should be", x.name), "")
	}
	return x.content
}

// skip passes the element whose start tag has been read.
func (x *xmlReader) skip() {
	for d := x.depth(); ; {
		if e := x.next(); e == xmlOver || e == xmlEnd && x.depth() < d {
			return
		}
	}
}

// each calls for every element right inside of the one whose start tag has been read, to its end. What is called has to
// read that element to its end: inner, skip or each.
func (x *xmlReader) each(element func(name string)) {
	for x.next() == xmlStart {
		element(x.name)
	}
}

// characters checks that bytes are characters that XML allows.
func (x *xmlReader) characters(b []byte) bool {
	for _, c := range b {
		if c < ' ' && !space(c) {
			x.fail(fmt.Sprintf("a text with the control character %#02x in it", c), "")
			return false
		}
	}
	return x.source.text(b)
}

// decode puts characters in the place of references. There are five names, since there is no document type.
func (x *xmlReader) decode(b []byte) []byte {
	if !x.characters(b) {
		return nil
	}
	amp := bytes.IndexByte(b, '&')
	if amp < 0 {
		return b
	}
	start := len(x.scratch)
	for ; amp >= 0; amp = bytes.IndexByte(b, '&') {
		x.scratch = append(x.scratch, b[:amp]...)
		end := bytes.IndexByte(b[amp:min(len(b), amp+12)], ';')
		if end < 0 {
			x.fail("this is no XML: an & that begins no reference", "")
			return nil
		}
		r, ok := reference(string(b[amp+1 : amp+end]))
		if !ok {
			x.fail(fmt.Sprintf("the reference &%.10s; stands for nothing", b[amp+1:amp+end]), "")
			return nil
		}
		x.scratch = utf8.AppendRune(x.scratch, r)
		b = b[amp+end+1:]
	}
	x.scratch = append(x.scratch, b...)
	return x.scratch[start:]
}

func reference(s string) (rune, bool) {
	if code, ok := strings.CutPrefix(s, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(code, "x"); ok {
			code, base = hex, 16
		}
		n, err := strconv.ParseUint(code, base, 32)
		r := rune(n)
		return r, err == nil && n <= utf8.MaxRune && utf8.ValidRune(r) && (r >= ' ' || r == '\n' || r == '\t' || r == '\r')
	}
	switch s {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	return 0, false
}
