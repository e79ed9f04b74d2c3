package formats

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// csvReader reads separated text (RFC 4180) record by record. encoding/csv holds a record however long it is: one
// quotation mark that is never closed and it holds the file.
type csvReader struct {
	*source
	separator byte
	line      int // on which the record begins
	next      int // on which the next begins
	cells     []string
	scratch   []byte
	ends      []int
}

func newCSVReader(s *source, separator byte) *csvReader {
	return &csvReader{source: s, separator: separator, next: 1}
}

// record reads the next record that is not an empty line.
func (c *csvReader) record() bool {
	for c.err == nil {
		c.line, c.row = c.next, c.next
		i := bytes.IndexByte(c.window[c.pos:], '\n')
		for i < 0 && c.source.more() {
			i = bytes.IndexByte(c.window[c.pos:], '\n')
		}
		if c.err != nil || i < 0 && c.pos == len(c.window) {
			return false
		}
		line := c.window[c.pos:]
		if i >= 0 {
			line = line[:i+1]
		}
		if bytes.IndexByte(line, '"') >= 0 {
			return c.quoted()
		}
		c.pos += len(line)
		c.next++
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		if !utf8.Valid(line) {
			c.refuse("is not UTF-8", "Save the file as UTF-8")
			return false
		}
		c.split(string(line))
		return c.check()
	}
	return false
}

// split cuts a line that has no quotation marks.
func (c *csvReader) split(line string) {
	c.cells = c.cells[:0]
	for len(c.cells) <= c.limits.Columns*2 {
		i := strings.IndexByte(line, c.separator)
		if i < 0 {
			break
		}
		c.cells = append(c.cells, line[:i])
		line = line[i+1:]
	}
	c.cells = append(c.cells, line)
}

func (c *csvReader) check() bool {
	if len(c.cells) > c.limits.Columns*2 { // names beside ids are columns of the file
		c.refuse(fmt.Sprintf("has more than %d cells", c.limits.Columns*2), "")
		return false
	}
	for _, cell := range c.cells {
		if len(cell) > c.limits.Cell {
			c.refuse(fmt.Sprintf("has a cell of more than %d bytes", c.limits.Cell), "Is a quotation mark missing?")
			return false
		}
	}
	return true
}

// quoted reads a record that has quotation marks, and may go over several lines.
func (c *csvReader) quoted() bool {
	c.mark = c.pos
	defer func() { c.mark = -1 }()
	c.scratch, c.ends = c.scratch[:0], c.ends[:0]
	i := 0
	at := func() (byte, bool) {
		if c.mark+i >= len(c.window) && !c.source.more() {
			return 0, false
		}
		return c.window[c.mark+i], true
	}
	for done := false; !done && c.err == nil; {
		b, ok := at()
		if ok && b == '"' {
			for i++; ; i++ {
				if b, ok = at(); !ok {
					c.refuse("begins a cell with a quotation mark that is never closed", "")
					return false
				}
				if b == '"' {
					if i++; func() bool { b, ok = at(); return !ok || b != '"' }() {
						break
					}
				}
				if b == '\n' {
					c.next++
				}
				c.scratch = append(c.scratch, b)
			}
			if ok && b == '\r' {
				i++
				b, ok = at()
			}
			if ok && b != c.separator && b != '\n' {
				c.refuse("has something after a closing quotation mark", "A quotation mark inside of a cell is written twice")
				return false
			}
		} else {
			for ok && b != c.separator && b != '\n' {
				if b == '"' {
					c.refuse("has a quotation mark in the middle of a cell", "Put the cell in quotation marks and write the mark twice")
					return false
				}
				c.scratch = append(c.scratch, b)
				i++
				b, ok = at()
			}
			if n := len(c.scratch); n > 0 && c.scratch[n-1] == '\r' && (!ok || b == '\n') {
				c.scratch = c.scratch[:n-1]
			}
		}
		c.ends = append(c.ends, len(c.scratch))
		done = !ok || b == '\n'
		i++
	}
	if c.err != nil {
		return false
	}
	c.pos = min(c.mark+i, len(c.window))
	c.next++
	if !utf8.Valid(c.scratch) {
		c.refuse("is not UTF-8", "Save the file as UTF-8")
		return false
	}
	text, from := string(c.scratch), 0
	c.cells = c.cells[:0]
	for _, end := range c.ends {
		c.cells = append(c.cells, text[from:end])
		from = end
	}
	return c.check()
}
