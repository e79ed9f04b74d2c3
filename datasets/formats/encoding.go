package formats

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The encodings of text that are read.
const (
	utf8Encoding = "utf-8"
	utf16LE      = "utf-16le"
	utf16BE      = "utf-16be"
	windows1252  = "windows-1252"
)

// The byte order marks.
const (
	utf8Mark    = "\xef\xbb\xbf"
	utf16LEMark = "\xff\xfe"
	utf16BEMark = "\xfe\xff"
)

// headSize is how much of a file is looked at to tell what it is.
const headSize = 64 << 10

// headOf reads the first bytes of a file.
func headOf(f File) ([]byte, error) {
	head := make([]byte, min(f.Size, headSize))
	n, err := f.Content.ReadAt(head, 0)
	if err != nil && (!errors.Is(err, io.EOF) || n < len(head)) {
		return nil, unreadable(f, err)
	}
	return head[:n], nil
}

// encodingOf tells the encoding of a text. The rule, in this order: a byte order mark; UTF-16 where every other byte of
// the head is NUL in at least a tenth of the pairs and hardly ever a byte between; UTF-8 where the whole file is valid;
// Windows-1252 where the bytes that are not valid outnumber the characters of several bytes that are. Otherwise it is
// UTF-8 with something broken in it, and reading will say where.
//
// It reads the whole file, at the speed of memory, because the first letter with an accent may stand in the last row.
func encodingOf(ctx context.Context, f File, head []byte) (string, error) {
	switch {
	case bytes.HasPrefix(head, []byte(utf8Mark)):
		return utf8Encoding, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return "", &Fault{File: f.Name, What: "is text in UTF-32", Hint: "Save it as UTF-8", foreign: true}
	case bytes.HasPrefix(head, []byte(utf16LEMark)):
		return utf16LE, nil
	case bytes.HasPrefix(head, []byte(utf16BEMark)):
		return utf16BE, nil
	}
	var nul [2]int
	for i, b := range head {
		if b == 0 {
			nul[i%2]++
		}
	}
	switch pairs := len(head) / 2; {
	case nul[1]*10 >= pairs && nul[0]*20 <= nul[1] && nul[1] > 0:
		return utf16LE, nil
	case nul[0]*10 >= pairs && nul[1]*20 <= nul[0] && nul[0] > 0:
		return utf16BE, nil
	case nul[0]+nul[1] > 0:
		return "", &Fault{File: f.Name, What: "is not text: it has NUL bytes", Hint: "Save the table as CSV or as an XLSX workbook", foreign: true}
	}

	valid, _, _, err := scan(ctx, f, false)
	if valid || err != nil {
		return utf8Encoding, err
	}
	_, wide, invalid, err := scan(ctx, f, true)
	if invalid > wide {
		return windows1252, err
	}
	return utf8Encoding, err
}

// scan reads a file as UTF-8. It ends where the file is not valid, unless it is to count the characters of several bytes
// and the bytes that belong to no character.
func scan(ctx context.Context, f File, count bool) (valid bool, wide, invalid int, err error) {
	in := io.NewSectionReader(f.Content, 0, f.Size)
	buf := make([]byte, min(256<<10, f.Size+1))
	valid = true
	for kept, last := 0, false; !last; {
		if err := ctx.Err(); err != nil {
			return false, 0, 0, err
		}
		n, err := io.ReadFull(in, buf[kept:])
		chunk := buf[:kept+n]
		whole := len(chunk)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			last = true
		case err != nil:
			return false, 0, 0, unreadable(f, err)
		default:
			whole -= cut(chunk)
		}
		if !utf8.Valid(chunk[:whole]) {
			if valid = false; !count {
				break
			}
		}
		for rest := chunk[:whole]; count && len(rest) > 0; {
			r, size := utf8.DecodeRune(rest)
			switch {
			case r == utf8.RuneError && size == 1:
				invalid++
			case size > 1:
				wide++
			}
			rest = rest[size:]
		}
		kept = copy(buf, chunk[whole:])
	}
	return valid, wide, invalid, nil
}

// cut is how many bytes at the end of a chunk of UTF-8 begin a character that goes on in the next chunk.
func cut(chunk []byte) int {
	for n := 1; n <= min(len(chunk), utf8.UTFMax-1); n++ {
		if b := chunk[len(chunk)-n]; utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRune(chunk[len(chunk)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// decode returns a reader of valid UTF-8 without a byte order mark and without NUL. Where the file is neither, the
// reader first gives all that comes before and then a [*Fault], which the caller gives its line.
func decode(f File, encoding string) io.Reader {
	section := io.NewSectionReader(f.Content, 0, f.Size)
	d := &decoder{in: section, file: f, raw: make([]byte, min(64<<10, f.Size+4)), step: stepUTF8}
	switch encoding {
	case utf16LE:
		d.step = stepUTF16(0, 1)
	case utf16BE:
		d.step = stepUTF16(1, 0)
	case windows1252:
		d.step = stepWindows1252
	default:
		d.mark = utf8Mark
		return &straight{d, section}
	}
	return d
}

// straight reads UTF-8 right to where it is wanted, and leaves to the decoder what is not valid and what is cut in two.
type straight struct {
	*decoder
	section *io.SectionReader // that the decoder reads too
}

func (s *straight) Read(p []byte) (int, error) {
	if !s.begun || s.kept > 0 || len(s.ready) > 0 || s.err != nil {
		return s.decoder.Read(p)
	}
	n, _ := s.section.Read(p) // an error comes again when there is nothing before it
	whole := n - cut(p[:n])
	if whole > 0 && utf8.Valid(p[:whole]) && bytes.IndexByte(p[:whole], 0) < 0 {
		s.kept = copy(s.raw, p[whole:n])
		return whole, nil
	}
	if _, err := s.section.Seek(-int64(n), io.SeekCurrent); err != nil {
		return 0, err
	}
	return s.decoder.Read(p)
}

// decoder feeds chunks of a file through a step that turns them into UTF-8.
type decoder struct {
	in   io.Reader
	file File
	mark string // to skip at the beginning
	raw  []byte
	// step appends the text of raw to out and says how many bytes of it are done with; the rest is the beginning of a
	// character. last says that nothing follows.
	step       func(out, raw []byte, last bool) ([]byte, int, error)
	kept       int    // bytes of raw that are not done with
	ready, out []byte // ready is what of out has not been given yet
	begun      bool
	err        error
}

func (d *decoder) Read(p []byte) (int, error) {
	for len(d.ready) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		n, err := io.ReadFull(d.in, d.raw[d.kept:])
		raw := d.raw[:d.kept+n]
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			d.err = unreadable(d.file, err)
			continue
		}
		if !d.begun {
			d.begun = true
			raw = bytes.TrimPrefix(raw, []byte(d.mark))
		}
		var done int
		d.out, done, d.err = d.step(d.out[:0], raw, last)
		d.ready = d.out
		if d.err == nil && last {
			d.err = io.EOF
		}
		d.kept = copy(d.raw, raw[done:])
	}
	n := copy(p, d.ready)
	d.ready = d.ready[n:]
	return n, nil
}

func hasNUL() *Fault {
	return &Fault{What: "has a NUL byte, which no text has", Hint: "The file is broken or is not a table; save it again as CSV or as an XLSX workbook"}
}

func stepUTF8(out, raw []byte, last bool) ([]byte, int, error) {
	whole := len(raw)
	if !last {
		whole -= cut(raw)
	}
	chunk := raw[:whole]
	if i := bytes.IndexByte(chunk, 0); i >= 0 {
		chunk = chunk[:i]
	}
	if utf8.Valid(chunk) {
		out = append(out, chunk...)
		if len(chunk) < whole {
			return out, len(chunk), hasNUL()
		}
		return out, whole, nil
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(chunk[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	return append(out, chunk[:at]...), at, &Fault{
		What: fmt.Sprintf("has the byte %#02x, which is not UTF-8", chunk[at]),
		Hint: "Save the file as UTF-8; if it was saved by an older Windows program, declare its encoding as windows-1252",
	}
}

// stepUTF16 reads units of two bytes of which the low one stands at low and the high one at high. Four of ASCII, which
// most are, are taken at once.
func stepUTF16(low, high int) func(out, raw []byte, last bool) ([]byte, int, error) {
	const each, notNUL = 0x0001_0001_0001_0001, 0x0080_0080_0080_0080
	notASCII := uint64(0xff80 * each)
	if low == 1 {
		notASCII = 0x80ff * each
	}
	first := true
	return func(out, raw []byte, last bool) ([]byte, int, error) {
		at := 0
		for ; at+1 < len(raw); at += 2 {
			for len(raw)-at >= 8 {
				four := binary.LittleEndian.Uint64(raw[at:])
				if four&notASCII != 0 {
					break
				}
				four >>= 8 * low
				if (four+0x7f*each)&notNUL != notNUL {
					break
				}
				out = append(out, byte(four), byte(four>>16), byte(four>>32), byte(four>>48))
				at, first = at+8, false
			}
			if at+1 >= len(raw) {
				break
			}
			r := rune(raw[at+low]) | rune(raw[at+high])<<8
			switch {
			case 0 < r && r < utf8.RuneSelf:
				out = append(out, byte(r))
			case first && r == 0xfeff:
			case first && r == 0xfffe:
				return out, at, &Fault{What: "begins with the byte order mark of the other UTF-16", Hint: "Declare the other encoding, utf-16le or utf-16be, or none"}
			case r == 0:
				return out, at, hasNUL()
			case utf16.IsSurrogate(r):
				if at+3 >= len(raw) && !last {
					return out, at, nil
				}
				if at+3 < len(raw) {
					if both := utf16.DecodeRune(r, rune(raw[at+2+low])|rune(raw[at+2+high])<<8); both != utf8.RuneError {
						out = utf8.AppendRune(out, both)
						at += 2
						break
					}
				}
				return out, at, &Fault{What: "has half a character of UTF-16", Hint: "The file is broken; save it again as UTF-8"}
			default:
				out = utf8.AppendRune(out, r)
			}
			first = false
		}
		if last && at < len(raw) {
			return out, at, &Fault{What: "ends in the middle of a character of UTF-16", Hint: "The file is cut off; fetch or save it again"}
		}
		return out, at, nil
	}
}

// stepWindows1252 refuses the five bytes that Windows-1252 leaves undefined: where they occur the text is in another
// code page, and its letters would all come out wrong.
func stepWindows1252(out, raw []byte, _ bool) ([]byte, int, error) {
	for at, b := range raw {
		switch {
		case b == 0:
			return out, at, hasNUL()
		case b < utf8.RuneSelf:
			out = append(out, b)
		case b == 0x81 || b == 0x8d || b == 0x8f || b == 0x90 || b == 0x9d:
			return out, at, &Fault{
				What: fmt.Sprintf("has the byte %#02x, which is neither UTF-8 nor Windows-1252", b),
				Hint: "Save the file as UTF-8 in the program that wrote it",
			}
		default:
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(b))
		}
	}
	return out, len(raw), nil
}
