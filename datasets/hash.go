package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// Hasher gives content one identity: a SHA-256 that depends on the rows but not on their order, nor on the order of
// columns, quoting, empty optional columns or line ends of the file they came from. The zero value is ready for use.
//
// Each row is hashed, and the sorted row hashes are hashed again. Adding or xoring row hashes would need no memory, but
// at 256 bits someone can then choose rows that cancel out (by generalised birthdays, in about 2³² steps); sorted
// hashes are as safe as SHA-256 itself and cost 32 bytes a row.
type Hasher struct {
	rows [][sha256.Size]byte
}

// Add takes in one row of a table: its cells in canonical text, in the table's column order. Empty cells do not count,
// so that a table can gain an optional column without giving old content a new identity.
func (h *Hasher) Add(t Table, cells []string) {
	var b []byte
	field := func(s string) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // cells are far below 4 GB
		b = append(b, s...)
	}
	field(t.File)
	for i, c := range cells {
		if c != "" {
			field(t.Columns[i].Name)
			field(c)
		}
	}
	h.rows = append(h.rows, sha256.Sum256(b))
}

// Sum is the identity of everything added so far, in hexadecimal. Complexity: sorting the rows' hashes.
func (h *Hasher) Sum() string {
	slices.SortFunc(h.rows, func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	all := sha256.New()
	for i := range h.rows {
		all.Write(h.rows[i][:])
	}
	return hex.EncodeToString(all.Sum(nil))
}
