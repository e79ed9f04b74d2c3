package store

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"labourmatch/datasets"
)

// spoolMemory is how much of an upload is held in memory; the rest waits in a file.
const spoolMemory = 4 << 20

// spool holds the rows of an upload until the last of them is there. An upload is as slow as its sender, and the one
// writer SQLite has must not wait for a sender: so the rows are taken in first, and written in one go. It also means
// that the content is known, and a second copy of it noticed, before anything is written.
// A row is kept as its cells, each with its length before it, behind the length of all of them.
type spool struct {
	dir   string
	table datasets.Table

	memory bytes.Buffer
	file   *os.File
	buffer *bufio.Writer
	hash   *datasets.Hasher
	rows   int64
	bytes  int64
	row    []byte
	length []byte
}

// add takes a row. The cells are not kept.
func (s *spool) add(cells []string) error {
	for _, cell := range cells {
		// What one database takes the other must.
		if !plain(cell) {
			return say(ErrInvalid, "row %d has a cell that is not UTF-8 text: %.40q", s.rows+1, cell)
		}
	}
	if s.hash == nil {
		s.hash = datasets.NewHasher(s.dir)
	}
	s.hash.Add(s.table, cells)
	s.row = s.row[:0]
	for _, cell := range cells {
		s.row = binary.AppendUvarint(s.row, uint64(len(cell)))
		s.row = append(s.row, cell...)
	}
	s.rows++
	s.bytes += int64(len(s.row))
	s.length = binary.AppendUvarint(s.length[:0], uint64(len(s.row)))
	if s.file == nil {
		s.memory.Write(s.length)
		s.memory.Write(s.row)
		if s.memory.Len() <= spoolMemory {
			return nil
		}
		return s.spill()
	}
	_, _ = s.buffer.Write(s.length) // of the two the second says what went wrong with either
	if _, err := s.buffer.Write(s.row); err != nil {
		return fmt.Errorf("keep the upload: %w", err)
	}
	return nil
}

// spill goes on in a file without a name: whatever happens, nothing is left behind.
func (s *spool) spill() (err error) {
	if s.file, err = datasets.Unnamed(s.dir); err != nil {
		return fmt.Errorf("keep the upload: %w", err)
	}
	s.buffer = bufio.NewWriterSize(s.file, 1<<16)
	_, err = s.memory.WriteTo(s.buffer)
	s.memory = bytes.Buffer{}
	return err
}

// each hands every row on, in order, as values for the database. The slice is used again for the next row.
func (s *spool) each(row func(values []any) error) error {
	var in *bufio.Reader
	if s.file != nil {
		if err := s.buffer.Flush(); err != nil {
			return fmt.Errorf("keep the upload: %w", err)
		}
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the upload again: %w", err)
		}
		in = bufio.NewReaderSize(s.file, 1<<16)
	} else {
		in = bufio.NewReader(bytes.NewReader(s.memory.Bytes()))
	}
	values, before := make([]any, len(s.table.Columns)), make([]string, len(s.table.Columns))
	for i := range values {
		values[i] = ""
	}
	for range s.rows {
		n, err := binary.ReadUvarint(in)
		if err != nil {
			return fmt.Errorf("read the upload again: %w", err)
		}
		s.row = slices.Grow(s.row[:0], int(n))[:n] //nolint:gosec // the length of a row, put in above
		if _, err := io.ReadFull(in, s.row); err != nil {
			return fmt.Errorf("read the upload again: %w", err)
		}
		rest := s.row
		for i := range values {
			n, width := binary.Uvarint(rest)
			if width <= 0 || n > uint64(len(rest)-width) {
				return fmt.Errorf("read the upload again: row with a cell that does not end: %w", io.ErrUnexpectedEOF)
			}
			cell := rest[width : width+int(n)] //nolint:gosec // no longer than the row
			if rest = rest[width+len(cell):]; string(cell) != before[i] {
				before[i] = string(cell)
				values[i] = before[i] // most cells are as in the row before, and need no memory of their own
			}
		}
		if err := row(values); err != nil {
			return err
		}
	}
	return nil
}

// identity is the SHA-256 of the rows, whatever their order.
func (s *spool) identity() (string, error) {
	if s.hash == nil {
		s.hash = datasets.NewHasher(s.dir)
	}
	return s.hash.Sum()
}

// close lets go of the files.
func (s *spool) close() (err error) {
	if s.hash != nil {
		err = s.hash.Close()
	}
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	if err != nil {
		return fmt.Errorf("let go of the upload: %w", err)
	}
	return nil
}
