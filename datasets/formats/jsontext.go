package formats

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonReader reads JSON (RFC 8259) as a stream: nothing is held but the value that is asked for.
//
//	for j.object(); j.more(); {
//		switch string(j.key) {
//		case "id":
//			id = j.text()
//		default:
//			j.skip()
//		}
//	}
//
// Every turn of such a loop has to read one value. Standard decoders hold a whole value, or at least a whole string,
// before anybody can say that it is too long.
type jsonReader struct {
	*source
	key     []byte // of the entry that comes next, until anything is read
	open    []byte // of every object and array that is open: its bracket
	fresh   bool   // the innermost has been opened and nothing of it read
	scratch []byte
}

func newJSONReader(s *source) *jsonReader { return &jsonReader{source: s} }

// peek is the first byte of what comes next, 0 at the end.
func (j *jsonReader) peek() byte {
	for {
		for j.pos < len(j.window) {
			switch c := j.window[j.pos]; c {
			case ' ', '\t', '\r', '\n':
				j.pos++
			default:
				return c
			}
		}
		if !j.source.more() {
			return 0
		}
	}
}

// kind says in words what begins with a byte.
func kind(c byte) string {
	switch c {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

func (j *jsonReader) begin(bracket byte) {
	switch c := j.peek(); c {
	case bracket:
		if len(j.open) >= j.limits.Depth {
			j.fail(fmt.Sprintf("objects and lists are nested more than %d deep", j.limits.Depth), "")
			return
		}
		j.pos++
		j.open, j.fresh = append(j.open, bracket), true
		return
	case 'n':
		j.literal("null")
	case 0:
		j.truncated("what should be " + kind(bracket))
	default:
		j.fail(fmt.Sprintf("%s where %s should be", kind(c), kind(bracket)), "")
	}
	// The loop over nothing: it ends at its first turn.
	j.open, j.fresh = append(j.open, 0), true
}

// object enters an object, array a list; null counts as one that is empty.
func (j *jsonReader) object() { j.begin('{') }
func (j *jsonReader) array()  { j.begin('[') }

// more goes to the next entry of the innermost object or list, or leaves that if there is none.
func (j *jsonReader) more() bool {
	if j.err != nil {
		return false
	}
	bracket := j.open[len(j.open)-1]
	if bracket == 0 {
		j.leave()
		return false
	}
	end := bracket + 2 // in ASCII as in life, the closing bracket follows the opening one by two
	c := j.peek()
	if c == end {
		j.pos++
		j.leave()
		return false
	}
	if !j.fresh {
		if c != ',' {
			j.unexpected(c, fmt.Sprintf("a comma or %c", end))
			return false
		}
		j.pos++
		c = j.peek()
	}
	j.fresh = false
	if bracket == '{' {
		if c != '"' {
			j.unexpected(c, "a name")
			return false
		}
		j.key = j.quoted()
		name := j.key
		if j.pos < len(j.window) && j.window[j.pos] == ':' {
			j.pos++
			return true
		}
		j.scratch = append(j.scratch[:0], name...) // the window may move on
		j.key = j.scratch
		if c = j.peek(); c != ':' {
			j.unexpected(c, "a colon")
			return false
		}
		j.pos++
	} else if c == end || c == ',' {
		j.unexpected(c, "a value")
		return false
	}
	return j.err == nil
}

// once refuses a name that an object has had before: of two values nobody knows which is meant.
func (j *jsonReader) once(seen map[string]bool) {
	name := string(j.key)
	if seen[name] {
		j.fail(fmt.Sprintf("%.60q is there twice", name), "")
	}
	if j.charge(1, name) {
		seen[name] = true
	}
}

func (j *jsonReader) leave() {
	j.open, j.fresh = j.open[:len(j.open)-1], false
}

func (j *jsonReader) unexpected(c byte, wanted string) {
	if c == 0 {
		j.truncated(fmt.Sprintf("the message, %s should come", wanted))
		return
	}
	j.fail(fmt.Sprintf("%q where %s should be", c, wanted), "")
}

// done checks that nothing comes after the one value of a file.
func (j *jsonReader) done() {
	if c := j.peek(); c != 0 {
		j.fail("there is more after the end of the message", "")
	}
}

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

// skip reads any value and forgets it, however long it is.
func (j *jsonReader) skip() {
	switch j.peek() {
	case '{':
		for j.object(); j.more(); {
			j.skip()
		}
	case '[':
		for j.array(); j.more(); {
			j.skip()
		}
	case '"':
		j.skipQuoted()
	default:
		j.scalar()
	}
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
