package formats

import (
	"errors"
	"io"
	"sync"
)

// unpacked reads a packed stream as if it could be read anywhere. Reading on from where an earlier read ended costs
// nothing more, so that whoever reads from the beginning to the end, several at a time even, has each byte unpacked
// once and nothing held; reading backwards begins anew.
type unpacked struct {
	open    func() (io.Reader, error)
	size    int64 // of all that is unpacked
	mu      sync.Mutex
	readers []reading // that are not in use, the last used last
}

// reading is a stream of which pos bytes have been read.
type reading struct {
	in  io.Reader
	pos int64
}

var errLonger = errors.New("the stream is longer than it said")

// mostReadings is how many streams are kept to be read on.
const mostReadings = 4

// ReadAt implements [io.ReaderAt].
func (u *unpacked) ReadAt(p []byte, off int64) (int, error) {
	r, err := u.take(off)
	if err != nil {
		return 0, err
	}
	if r.pos < off {
		skipped, err := io.CopyN(io.Discard, r.in, off-r.pos)
		if err != nil {
			return 0, err
		}
		r.pos += skipped
	}
	n, err := io.ReadFull(r.in, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	if err != nil {
		return n, err
	}
	if r.pos += int64(n); r.pos < u.size {
		u.give(r)
		return n, nil
	}
	// Checksum and length are only looked at by whoever reads to the end.
	if _, err := io.ReadFull(r.in, make([]byte, 1)); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errLonger
		}
		return n, err
	}
	return n, nil
}

// take is the stream that is nearest before off.
func (u *unpacked) take(off int64) (reading, error) {
	u.mu.Lock()
	best := -1
	for i, r := range u.readers {
		if r.pos <= off && (best < 0 || r.pos > u.readers[best].pos) {
			best = i
		}
	}
	if best >= 0 {
		r := u.readers[best]
		u.readers = append(u.readers[:best], u.readers[best+1:]...)
		u.mu.Unlock()
		return r, nil
	}
	u.mu.Unlock()
	in, err := u.open()
	return reading{in: in}, err
}

func (u *unpacked) give(r reading) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.readers) == mostReadings {
		u.readers = append(u.readers[:0], u.readers[1:]...)
	}
	u.readers = append(u.readers, r)
}

// forget lets go of all streams.
func (u *unpacked) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.readers = nil
}
