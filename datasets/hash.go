package datasets

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
)

// Hasher gives content one identity: a SHA-256 that depends on the rows but not on their order, nor on the order of
// columns, quoting, empty optional columns or line ends of the file they came from. The zero value is ready for use and
// keeps 32 bytes a row in memory; one of [NewHasher] keeps so many at most and the rest in a file.
//
// Each row is hashed, and the sorted row hashes are hashed again. Adding or xoring row hashes would need no memory, but
// at 256 bits someone can then choose rows that cancel out (by generalised birthdays, in about 2³² steps); sorted
// hashes are as safe as SHA-256 itself.
//
// Rows are hashed some thousands at a time, beside whatever else is done; and by who adds them while others are still being
// hashed, so that neither waits.
type Hasher struct {
	sorting sync.Mutex
	sorted  sorter

	rows, beside rowBatch   // rows that wait, and rows that are being hashed
	done         chan error // says that those are hashed; nil where none are
	failed       error
}

// heldInMemory is how many bytes of sorted records, hashes of rows or keys, are held in memory.
const heldInMemory = 8 << 20

// NewHasher is a hasher for content of any size: what goes beyond 8 MiB waits in a file of the directory given, "" for
// that of temporary files, which has no name once it is open. Close lets go of it.
func NewHasher(dir string) *Hasher { return newHasher(dir, heldInMemory) }

func newHasher(dir string, limit int) *Hasher {
	return &Hasher{sorted: sorter{limit: limit, dir: dir}}
}

// rowBatch is some rows of one table, cell by cell, and their hashes once they are made.
type rowBatch struct {
	table *columnNames
	cells []string
	size  int    // bytes of the cells
	text  []byte // of the row that is being hashed
	sums  []byte
}

// clear takes the rows out.
func (b *rowBatch) clear() { b.cells, b.size, b.sums = b.cells[:0], 0, b.sums[:0] }

// How many cells, and bytes of them, are hashed at a time.
const (
	batchCells = 1 << 16
	batchBytes = 2 << 20
)

// columnNames are the names of a table and its columns as they are hashed, each with its length before it.
type columnNames struct {
	of    *Column // the first column, which tells tables apart
	file  string
	names []string
}

func (n *columnNames) width() int { return len(n.names) - 1 }

func namesOf(t Table) *columnNames {
	length := func(s string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(s)))) + s //nolint:gosec // names are far below 4 GB
	}
	n := &columnNames{&t.Columns[0], t.File, []string{length(t.File)}}
	for _, c := range t.Columns {
		n.names = append(n.names, length(c.Name))
	}
	return n
}

// Add takes in one row of a table: its cells in canonical text, in the table's column order. Empty cells do not count,
// so that a table can gain an optional column without giving old content a new identity.
func (h *Hasher) Add(t Table, cells []string) {
	if h.rows.table == nil || h.rows.table.of != &t.Columns[0] || h.rows.table.file != t.File {
		h.hand()
		h.rows.table = namesOf(t)
	}
	h.rows.cells = append(h.rows.cells, cells...)
	for _, c := range cells {
		h.rows.size += len(c)
	}
	if len(h.rows.cells) >= batchCells || h.rows.size >= batchBytes {
		h.hand()
	}
}

// hand lets the rows that wait be hashed, beside whatever is done meanwhile unless others are being hashed.
func (h *Hasher) hand() {
	if len(h.rows.cells) == 0 {
		return
	}
	if h.busy() {
		h.failed = errors.Join(h.failed, h.hash(&h.rows))
		h.rows.clear()
		return
	}
	h.rows, h.beside = h.beside, h.rows
	h.rows.clear()
	h.rows.table = h.beside.table
	done := make(chan error, 1)
	h.done = done
	go func() { done <- h.hash(&h.beside) }()
}

// busy is whether rows are being hashed.
func (h *Hasher) busy() bool {
	if h.done == nil {
		return false
	}
	select {
	case err := <-h.done:
		h.failed, h.done = errors.Join(h.failed, err), nil
		return false
	default:
		return true
	}
}

// wait waits until no rows are being hashed.
func (h *Hasher) wait() {
	if h.done != nil {
		h.failed = errors.Join(h.failed, <-h.done)
		h.done = nil
	}
}

// hash hashes rows.
func (h *Hasher) hash(rows *rowBatch) error {
	for row := range slices.Chunk(rows.cells, rows.table.width()) {
		b := append(rows.text[:0], rows.table.names[0]...)
		for i, c := range row {
			if c != "" {
				b = append(b, rows.table.names[i+1]...)
				b = binary.BigEndian.AppendUint32(b, uint32(len(c))) //nolint:gosec // cells are far below 4 GB
				b = append(b, c...)
			}
		}
		rows.text = b
		sum := sha256.Sum256(b)
		rows.sums = append(rows.sums, sum[:]...)
	}
	h.sorting.Lock()
	defer h.sorting.Unlock()
	h.sorted.width = sha256.Size
	for sum := range slices.Chunk(rows.sums, sha256.Size) {
		if err := h.sorted.add(sum); err != nil {
			return err
		}
	}
	return nil
}

// Sum is the identity of everything added so far, in hexadecimal. The error is that of the file in which hashes wait; a
// hasher without one has none. Complexity: sorting the rows' hashes.
func (h *Hasher) Sum() (string, error) {
	h.hand()
	h.wait()
	if h.failed != nil {
		return "", h.failed
	}
	all := sha256.New()
	rows := bufio.NewWriterSize(all, 1<<12) // hashing single rows takes half as long again
	err := h.sorted.each(func(row []byte) error {
		_, err := rows.Write(row)
		return err
	})
	if err := errors.Join(err, rows.Flush()); err != nil {
		return "", err
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

// Close lets go of the file, if there is one.
func (h *Hasher) Close() error {
	h.wait()
	return h.sorted.close()
}
