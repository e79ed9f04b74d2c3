package formats

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// errStopped ends a walk whose reader has had enough.
var errStopped = errors.New("stopped")

// source reads a file from front to back through a window, which grows only as far as one piece of the file needs and
// never beyond Limits.Row. The first thing that goes wrong is kept in err, and ends the file, so that what reads from it
// needs to look once, at its end.
type source struct {
	ctx    context.Context
	file   File
	limits Limits

	window []byte // what is held of the file
	base   int64  // where the window begins in the file
	pos    int    // where reading is in the window
	mark   int    // from where on the window has to be held, -1 if from pos
	ended  bool   // nothing comes after the window
	row    int    // number of the row that is being read, for faults
	codes  int    // how many codes and other texts have been kept of the message
	bytes  int    // how long they are
	err    error
}

func newSource(ctx context.Context, f File, l Limits, at int64) *source {
	s := &source{ctx: ctx, file: f, limits: l, base: at, mark: -1}
	if f.Size > l.Bytes {
		s.refuse(fmt.Sprintf("has %d bytes, more than the %d allowed", f.Size, l.Bytes), "Split it")
	}
	if at == 0 {
		for s.err == nil && len(s.window) < 3 && s.more() {
			continue // a reader may give less than it was asked for
		}
		switch {
		case bytes.HasPrefix(s.window, []byte{0xEF, 0xBB, 0xBF}):
			s.pos = 3
		case bytes.HasPrefix(s.window, []byte{0xFF, 0xFE}), bytes.HasPrefix(s.window, []byte{0xFE, 0xFF}):
			s.refuse("is written in UTF-16, messages are in UTF-8", "Save it as UTF-8")
		}
	}
	return s
}

// offset is where reading is in the file.
func (s *source) offset() int64 { return s.base + int64(s.pos) }

// more brings more of the file into the window; false means that there is none, or that it may not be held.
func (s *source) more() bool {
	if s.ended {
		return false
	}
	if err := s.ctx.Err(); err != nil {
		s.stop(err)
		return false
	}
	keep := s.pos
	if s.mark >= 0 {
		keep = s.mark
		s.mark = 0
	}
	held := len(s.window) - keep
	if held == cap(s.window) { // all of it is needed: a larger one, unless that is too large already
		if held > s.limits.Row {
			s.fail(fmt.Sprintf("one piece of the file is longer than %d bytes", s.limits.Row), "")
			return false
		}
		larger := make([]byte, held, max(1<<16, 2*held))
		copy(larger, s.window[keep:])
		s.window = larger
	} else {
		copy(s.window[:held], s.window[keep:])
	}
	s.base += int64(keep)
	s.pos -= keep
	s.window = s.window[:held]
	room := int64(cap(s.window) - held)
	if left := s.file.Size - s.base - int64(held); left < room {
		room = max(left, 0)
	}
	n, err := s.file.Content.ReadAt(s.window[held:held+int(room)], s.base+int64(held))
	s.window = s.window[:held+n]
	if err != nil && !errors.Is(err, io.EOF) {
		s.stop(unreadable(s.file, err))
		return false
	}
	if n == 0 {
		s.ended = true
	}
	return n > 0
}

// stop ends the file with an error of somebody else.
func (s *source) stop(err error) {
	if s.err == nil {
		s.err = err
	}
	s.ended, s.mark, s.pos = true, -1, len(s.window)
}

// fail ends the file with what is wrong at the place where reading is.
func (s *source) fail(what, hint string) {
	if s.err == nil {
		line, at := s.place(s.offset())
		s.refuse(fmt.Sprintf("line %d, byte %d: %s", line, at, what), hint)
	}
}

// refuse ends the file with what is wrong with it, wherever that is, and what to do; where there is nothing better to
// do, whoever wrote it is asked.
func (s *source) refuse(what, hint string) {
	hint = cmp.Or(hint, "Ask whoever wrote the file for one that is right")
	s.stop(&Fault{File: s.file.Name, Line: s.row, What: what, Hint: hint})
}

// truncated says that the file ended too early.
func (s *source) truncated(within string) {
	s.fail("the file ends in the middle of "+within, "Fetch it again, this copy is not complete")
}

// charge counts what is kept of a message until its end: its codes and their labels, what is attached to groups. False
// means that it is too much.
func (s *source) charge(codes int, texts ...string) bool {
	s.codes += codes
	for _, t := range texts {
		s.bytes += len(t)
	}
	if s.codes > s.limits.Codes || s.bytes > 64*s.limits.Codes {
		s.fail(fmt.Sprintf("up to here the message has more than %d codes, or texts of more than %d bytes",
			s.limits.Codes, 64*s.limits.Codes), "Split it")
		return false
	}
	return true
}

// place is the line of an offset, and which byte of that line it is, both from 1. The file is read again for it: it is
// asked for once, and keeping count would slow down every byte.
func (s *source) place(offset int64) (line int, at int64) {
	line, begin := 1, int64(0)
	buf := make([]byte, 1<<16)
	for from := int64(0); from < offset; {
		n, err := s.file.Content.ReadAt(buf[:min(int64(len(buf)), offset-from)], from)
		line += bytes.Count(buf[:n], []byte{'\n'})
		if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
			begin = from + int64(i) + 1
		}
		from += int64(n)
		if err != nil || n == 0 {
			break
		}
	}
	return line, offset - begin + 1
}

// text checks that bytes are readable text that fits into a cell.
func (s *source) text(b []byte) bool {
	if len(b) > s.limits.Cell {
		s.fail(fmt.Sprintf("a text is longer than %d bytes", s.limits.Cell), "")
		return false
	}
	if !utf8.Valid(b) {
		s.fail("a text is not UTF-8", "Save the file as UTF-8")
		return false
	}
	return true
}
