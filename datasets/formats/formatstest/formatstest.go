// Package formatstest makes files to test readers of files with: some three hundred that are broken or made to do harm,
// and some eight hundred tables in every encoding and manner of writing that offices publish in. They are made and not
// kept, so that it can be read here what is wrong with each; they depend on nothing, so that a failure can be repeated by
// a name; and they are cheap, so that every test that takes files in can take them all: a bomb is packed from one piece,
// and a file of a gigabyte is only written down as what it repeats.
package formatstest

import (
	"io"
	"slices"
	"strings"
	"sync"
)

// Text is a content that may be longer than anybody would hold: a head, a unit many times, a tail.
type Text struct {
	Head, Unit, Tail string
	Times            int64
}

// Size is its length in bytes.
func (t Text) Size() int64 { return int64(len(t.Head)+len(t.Tail)) + t.Times*int64(len(t.Unit)) }

// ReadAt implements [io.ReaderAt].
func (t Text) ReadAt(p []byte, off int64) (int, error) {
	head, body := int64(len(t.Head)), t.Times*int64(len(t.Unit))
	n := 0
	for n < len(p) {
		switch at := off + int64(n); {
		case at < head:
			n += copy(p[n:], t.Head[at:])
		case at < head+body:
			n += copy(p[n:], t.Unit[(at-head)%int64(len(t.Unit)):][:min(int64(len(t.Unit))-(at-head)%int64(len(t.Unit)), head+body-at)])
		case at < t.Size():
			n += copy(p[n:], t.Tail[at-head-body:])
		default:
			return n, io.EOF
		}
	}
	return n, nil
}

// Reader reads it from its beginning to its end.
func (t Text) Reader() io.Reader { return io.NewSectionReader(t, 0, t.Size()) }

// String is all of it, which should not be asked of one that is long.
func (t Text) String() string { return t.Head + strings.Repeat(t.Unit, int(t.Times)) + t.Tail }

// File is a file that is broken or made to do harm.
type File struct {
	Name string // what is wrong with it; no two have the same
	Text
	// Format and Encoding are what is declared of it, "" for nothing, in the words of package formats.
	Format, Encoding string
	// Rows and Bytes are the limits that it breaks, 0 where it breaks one that always holds.
	Rows, Bytes int64
	Says        string // part of what has to be said of it, "" where any word will do
	Harmless    bool   // it only looks like harm, and is read
}

// Hostile is all of them, always in the same order.
func Hostile() []File { return slices.Clone(hostile()) }

// hostile makes them once.
var hostile = sync.OnceValue(func() []File { return slices.Concat(tables(), archives(), workbooks(), messages()) })

// plain is a text as it is.
func plain(s string) Text { return Text{Head: s} }
