package formats

import (
	"fmt"
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
