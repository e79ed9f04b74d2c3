package datasets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// sorter brings records of one width into ascending order, however many there are, in memory that does not grow with
// them: as many as the limit allows are held, and the rest waits in a file, as stretches that are in order each and are
// merged as they are read. The file has no name once it is open, so that whatever happens nothing is left behind.
//
// The width has to be set, to a multiple of 8; a limit of 0 means that everything is held in memory.
type sorter struct {
	width, limit int    // bytes
	dir          string // of the file; "" means the directory of temporary files

	memory []byte
	file   *os.File
	ends   []int64 // of the stretches in the file

	sorting []byte     // a stretch that is being sorted and written, beside whatever is done meanwhile
	written chan error // says that it is; nil where none is
}

// add takes in a record, which is copied.
func (s *sorter) add(record []byte) error {
	if s.full() {
		if err := s.spill(); err != nil {
			return err
		}
	}
	if n := len(s.memory); n+s.width > cap(s.memory) {
		more := max(7*n, 64*s.width) // memory that nothing is put in costs less than a copy
		if s.limit > 0 {
			more = max(min(more, s.limit-n), s.width)
		}
		s.memory = append(make([]byte, 0, n+more), s.memory...)
	}
	s.memory = append(s.memory, record...)
	return nil
}

// full is whether the next record makes the others give up their place in memory.
func (s *sorter) full() bool { return s.limit > 0 && len(s.memory)+s.width > s.limit }

// spill lets what is held in memory be put into the file, as one stretch.
func (s *sorter) spill() (err error) {
	if len(s.memory) == 0 {
		return nil
	}
	if s.file == nil {
		if s.file, err = Unnamed(s.dir); err != nil {
			return fmt.Errorf("keep what does not fit in memory: %w", err)
		}
	}
	if err := s.wait(); err != nil {
		return err
	}
	end := int64(len(s.memory))
	if n := len(s.ends); n > 0 {
		end += s.ends[n-1]
	}
	s.ends = append(s.ends, end)
	s.memory, s.sorting = s.sorting[:0], s.memory
	stretch, written := s.sorting, make(chan error, 1)
	s.written = written
	go func() {
		sortRecords(stretch, s.width, 0)
		_, err := s.file.Write(stretch)
		written <- err
	}()
	return nil
}

// wait waits until every stretch is in the file.
func (s *sorter) wait() error {
	if s.written == nil {
		return nil
	}
	err := <-s.written
	if s.written = nil; err != nil {
		return fmt.Errorf("keep what does not fit in memory: %w", err)
	}
	return nil
}

// each hands on every record in ascending order, equal ones as often as they were added. The slice is used again.
// Complexity: one comparison a record for each doubling of the number of stretches.
func (s *sorter) each(do func(record []byte) error) error {
	if err := s.wait(); err != nil {
		return err
	}
	var heads []*stretch // a heap, the least record first
	if len(s.memory) > 0 {
		sortRecords(s.memory, s.width, 0)
		heads = append(heads, &stretch{rest: s.memory})
	}
	start, size := int64(0), s.width
	if n := len(s.ends); n > 0 {
		size *= max(min(s.limit/n, 1<<16)/s.width, 100) // some hundred records at a time, or a thousand
	}
	for _, end := range s.ends {
		heads, start = append(heads, &stretch{file: io.NewSectionReader(s.file, start, end-start), buffer: make([]byte, size)}), end
	}
	for _, x := range heads {
		if _, err := x.next(s.width); err != nil {
			return err
		}
	}
	for i := len(heads)/2 - 1; i >= 0; i-- {
		sink(heads, i)
	}
	for len(heads) > 0 {
		if err := do(heads[0].record); err != nil {
			return err
		}
		more, err := heads[0].next(s.width)
		if err != nil {
			return err
		}
		if !more {
			heads[0] = heads[len(heads)-1]
			heads = heads[:len(heads)-1]
		}
		sink(heads, 0)
	}
	return nil
}

// close lets go of the file.
func (s *sorter) close() error {
	_ = s.wait() // whoever needed what is in the file has asked already
	s.memory, s.sorting = nil, nil
	if s.file == nil {
		return nil
	}
	if err := s.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("let go of what did not fit in memory: %w", err)
	}
	return nil
}

// stretch is a run of records in order, in memory or in the file, of which the first that is left is its head.
type stretch struct {
	record []byte
	head   uint64 // the first bytes of the record, which nearly always decide
	rest   []byte // behind it, as far as it is in memory
	file   *io.SectionReader
	buffer []byte
}

// next goes on to the next record; more is false at the end.
func (x *stretch) next(width int) (more bool, err error) {
	if len(x.rest) == 0 && x.file != nil {
		n, err := io.ReadFull(x.file, x.buffer)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return false, fmt.Errorf("read what did not fit in memory: %w", err)
		}
		x.rest = x.buffer[:n]
	}
	if len(x.rest) < width {
		return false, nil
	}
	x.record, x.rest = x.rest[:width], x.rest[width:]
	x.head = binary.BigEndian.Uint64(x.record)
	return true, nil
}

// before is whether the head of one stretch comes before that of another.
func (x *stretch) before(y *stretch) bool {
	return x.head < y.head || x.head == y.head && bytes.Compare(x.record, y.record) < 0
}

// sink brings the heap in order below a place whose record may be too large for it.
func sink(heads []*stretch, i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(heads); child++ {
			if heads[child].before(heads[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		heads[i], heads[least] = heads[least], heads[i]
		i = least
	}
}

// sortRecords sorts records that lie one behind the other and agree in all bytes before the one given: by that byte,
// in place, then what agrees in it by those after it (McIlroy, Bostic & McIlroy, Engineering Radix Sort, 1993). Hashes
// are told apart by their first two or three bytes, so that this takes a quarter of the time of sorting by comparison.
func sortRecords(b []byte, width, at int) {
	n := len(b) / width
	if n < 24 {
		insertRecords(b, width, at)
		return
	}
	if at == width {
		return
	}
	var start, end [256]int
	for i := at; i < len(b); i += width {
		end[b[i]]++
	}
	sum := 0
	for v := range end {
		start[v] = sum
		sum += end[v]
		end[v] = sum
	}
	next := start
	for v := range end {
		for next[v] < end[v] {
			here := b[next[v]*width : next[v]*width+width]
			to := here[at]
			if int(to) == v {
				next[v]++
				continue
			}
			there := b[next[to]*width : next[to]*width+width]
			for k := 0; k < width; k += 8 {
				x, y := binary.NativeEndian.Uint64(here[k:]), binary.NativeEndian.Uint64(there[k:])
				binary.NativeEndian.PutUint64(here[k:], y)
				binary.NativeEndian.PutUint64(there[k:], x)
			}
			next[to]++
		}
	}
	for v := range end {
		if end[v]-start[v] > 1 {
			sortRecords(b[start[v]*width:end[v]*width], width, at+1)
		}
	}
}

// insertRecords sorts a few records.
func insertRecords(b []byte, width, at int) {
	var moved [64]byte
	for i := width; i < len(b); i += width {
		j := i
		for j > 0 && bytes.Compare(b[j-width+at:j], b[i+at:i+width]) > 0 {
			j -= width
		}
		if j < i {
			x := moved[:width]
			copy(x, b[i:i+width])
			copy(b[j+width:i+width], b[j:i])
			copy(b[j:j+width], x)
		}
	}
}
