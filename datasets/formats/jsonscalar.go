package formats

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads a string, and holds it until anything else is read.
func (j *jsonReader) quoted() []byte {
	j.mark = j.pos
	plain := true
	for i := 1; ; i++ {
		for j.mark+i >= len(j.window) { // after a backslash it can be two bytes that are wanted
			if !j.source.more() {
				j.truncated("a text")
				return nil
			}
		}
		switch c := j.window[j.mark+i]; {
		case c == '"':
			raw := j.window[j.mark+1 : j.mark+i]
			j.pos, j.mark = j.mark+i+1, -1
			if !plain {
				raw = j.unescape(raw)
			}
			if !j.source.text(raw) {
				return nil
			}
			return raw
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			j.pos = j.mark + i
			j.fail(fmt.Sprintf("a text with the control character %#02x in it", c), "")
			return nil
		}
	}
}

func (j *jsonReader) unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' {
			out = append(out, c)
			continue
		}
		i++
		if at := bytes.IndexByte([]byte(`"\/bfnrt`), raw[i]); at >= 0 {
			out = append(out, "\"\\/\b\f\n\r\t"[at])
			continue
		}
		r, ok := escaped(raw[i-1:])
		if !ok {
			j.fail("a text with a backslash that begins nothing", "")
			return nil
		}
		i += 4
		if utf16.IsSurrogate(r) {
			low, ok := escaped(raw[i+1:])
			if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
				j.fail("a text with half a character (a lone surrogate)", "")
				return nil
			}
			i += 6
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// escaped reads \uXXXX.
func escaped(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}

func (j *jsonReader) literal(word string) {
	for len(j.window)-j.pos < len(word) {
		j.mark = j.pos
		ok := j.source.more()
		j.mark = -1
		if !ok {
			break
		}
	}
	if !bytes.HasPrefix(j.window[j.pos:], []byte(word)) {
		j.fail("this is no JSON", "")
		return
	}
	j.pos += len(word)
}

// number reads a number, as it is written.
func (j *jsonReader) number() []byte {
	j.mark = j.pos
	i := 0
	for j.mark+i < len(j.window) || j.source.more() {
		if c := j.window[j.mark+i]; c-'0' > 9 && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			break
		}
		i++
	}
	if j.err != nil {
		return nil
	}
	b := j.window[j.mark : j.mark+i]
	j.pos, j.mark = j.mark, -1
	if !isJSONNumber(b) || len(b) > j.limits.Cell {
		j.fail("this is no JSON", "")
		return nil
	}
	j.pos += i
	return b
}

func isJSONNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && b[n]-'0' <= 9 {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 1 && b[0] == '0' && b[1]-'0' <= 9 || !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		if b = b[1:]; !digits() {
			return false
		}
	}
	if len(b) > 0 && b[0]|' ' == 'e' {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		return digits() && len(b) == 0
	}
	return len(b) == 0
}

// scalar reads a text, a number as it is written, true, false or null, which is "". It holds until anything else is read.
func (j *jsonReader) scalar() []byte {
	switch c := j.peek(); c {
	case '"':
		return j.quoted()
	case '{', '[':
		j.fail(kind(c)+" where a text or a number should be", "")
	case 't':
		j.literal("true")
		return []byte("true")
	case 'f':
		j.literal("false")
		return []byte("false")
	case 'n':
		j.literal("null")
	case 0:
		j.truncated("the message, a value should come")
	default:
		return j.number()
	}
	return nil
}

// text is scalar, to keep.
func (j *jsonReader) text() string { return string(j.scalar()) }

// note reads a text for people: that of an object is its first, as of {"en": "…"}, and that of a list its first.
func (j *jsonReader) note() string {
	var s string
	switch j.peek() {
	case '{':
		for j.object(); j.more(); {
			if t := j.note(); s == "" {
				s = t
			}
		}
	case '[':
		for j.array(); j.more(); {
			if t := j.note(); s == "" {
				s = t
			}
		}
	default:
		s = j.text()
	}
	return s
}

func (j *jsonReader) skipQuoted() {
	j.pos++
	for {
		if j.pos >= len(j.window) && !j.source.more() {
			j.truncated("a text")
			return
		}
		switch c := j.window[j.pos]; {
		case c == '"':
			j.pos++
			return
		case c == '\\':
			if j.pos++; j.pos >= len(j.window) && !j.source.more() {
				j.truncated("a text")
				return
			}
		case c < ' ':
			j.fail(fmt.Sprintf("a text with the control character %#02x in it", c), "")
			return
		}
		j.pos++
	}
}

// digits reads a whole number from 0 to most out of bytes.
func digits(b []byte, most int64) (int64, bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, n <= most
}
