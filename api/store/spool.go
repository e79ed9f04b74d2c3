package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// spoolMemory is how much of an upload is held in memory; the rest waits in a file.
const spoolMemory = 4 << 20

// spool holds the rows of an upload until the last of them is there. An upload is as slow as its sender, and the one
// writer SQLite has must not wait for a sender: so the rows are taken in first, and written in one go. It also means
// that the content is known, and a second copy of it noticed, before anything is written.
//
// A row is kept as its cells, each with its length before it. The content hash is over these bytes, so it depends on
// the cells alone: quoting, line ends and a mark of byte order do not make another dataset.
type spool struct {
	dir    string
	memory bytes.Buffer
	file   *os.File
	buffer *bufio.Writer
	hash   hash.Hash
	rows   int64
	bytes  int64
	row    []byte
}

func newSpool(dir, file string, columns []string) *spool {
	s := &spool{dir: dir, hash: sha256.New()}
	// The file and its columns are part of the content: an empty wages.csv is not an empty fits.csv.
	s.hash.Write(appendRow(nil, append([]string{file}, columns...)))
	return s
}

func appendRow(to []byte, cells []string) []byte {
	for _, cell := range cells {
		to = binary.AppendUvarint(to, uint64(len(cell)))
		to = append(to, cell...)
	}
	return to
}

// add takes a row. The cells are not kept.
func (s *spool) add(cells []string) error {
	for _, cell := range cells {
		// PostgreSQL takes neither, and what one database takes the other must.
		if !utf8.ValidString(cell) || strings.IndexByte(cell, 0) >= 0 {
			return say(ErrInvalid, "row %d has a cell that is not UTF-8 text: %.40q", s.rows+1, cell)
		}
	}
	s.row = appendRow(s.row[:0], cells)
	s.hash.Write(s.row)
	s.rows++
	s.bytes += int64(len(s.row))
	if s.file == nil {
		s.memory.Write(s.row)
		if s.memory.Len() <= spoolMemory {
			return nil
		}
		return s.spill()
	}
	if _, err := s.buffer.Write(s.row); err != nil {
		return fmt.Errorf("keep the upload: %w", err)
	}
	return nil
}

// spill goes on in a file, which has no name any more once it is open: whatever happens, nothing is left behind.
func (s *spool) spill() (err error) {
	if s.file, err = os.CreateTemp(s.dir, "upload-*"); err != nil {
		return fmt.Errorf("keep the upload: %w", err)
	}
	if err := os.Remove(s.file.Name()); err != nil {
		return fmt.Errorf("keep the upload: %w", err)
	}
	s.buffer = bufio.NewWriterSize(s.file, 1<<16)
	_, err = s.memory.WriteTo(s.buffer)
	s.memory = bytes.Buffer{}
	return err
}

// sum is the content hash of the rows taken so far, in hexadecimal.
func (s *spool) sum() string { return hex.EncodeToString(s.hash.Sum(nil)) }

// each hands every row on, in order. The slice is used again for the next row.
func (s *spool) each(columns int, row func(cells []string) error) error {
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
	cells := make([]string, columns)
	for range s.rows {
		for i := range cells {
			n, err := binary.ReadUvarint(in)
			if err != nil {
				return fmt.Errorf("read the upload again: %w", err)
			}
			cell := make([]byte, n)
			if _, err := io.ReadFull(in, cell); err != nil {
				return fmt.Errorf("read the upload again: %w", err)
			}
			cells[i] = string(cell)
		}
		if err := row(cells); err != nil {
			return err
		}
	}
	return nil
}

// close lets go of the file.
func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	if err := s.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("let go of the upload: %w", err)
	}
	return nil
}
