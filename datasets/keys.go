package datasets

import (
	"encoding/binary"
	"hash/maphash"
)

// keys finds the rows of a file that are for the same as an earlier one, in memory that does not grow with the rows: it
// knows so many keys at a time, and when it has that many it forgets them and begins again. A row that is for the same as
// one whose key is known is found at once, any other at the end, when all keys are in order.
//
// A key is known by two hashes of 64 bits, see [mark].
type keys struct {
	most int // keys that are known at a time

	// All keys, as records of the two hashes, and the line with whether it was accepted in its last bit. Those from forgotten on are known,
	// as long as they are in memory.
	sorted    sorter
	forgotten int
	complete  bool // none was forgotten
	// index finds those known: open addressing by the first hash. A place holds 12 bits of that hash and, from 1, the number
	// of the record among those known; 0 is an empty one.
	index []uint32
}

// mark is what a cell of a key comes to: two hashes of 64 bits, none for an empty cell. Each column has seeds of its own,
// drawn anew for every file, so the marks of a row's cells, combined by exclusive or, are as good as hashes of all of its
// key: nobody can choose two keys that seem one, and by chance a file of 20 million rows has such two once in 10²⁴. A cell
// that is seen again need not be hashed again.
type mark struct{ one, other uint64 }

// markSeeds are those of one column.
type markSeeds [2]maphash.Seed

func newMarkSeeds() markSeeds { return markSeeds{maphash.MakeSeed(), maphash.MakeSeed()} }

// of is the mark of a cell in canonical text.
func (s *markSeeds) of(cell string) mark {
	if cell == "" {
		return mark{}
	}
	return mark{maphash.String(s[0], cell), maphash.String(s[1], cell)}
}

// keysKnown is how many keys are known at a time: so many that the index stays within the processor's cache. With
// four times as many, looking up a key takes as long as all of its row's cells.
const keysKnown = 1 << 16

const (
	keyRecord  = 24
	numberBits = 20 // of a place of the index; more than keysKnown needs
)

func newKeys(dir string, most, held int) *keys {
	return &keys{
		most: most, complete: true,
		sorted: sorter{width: keyRecord, limit: held, dir: dir}, index: make([]uint32, 64),
	}
}

// add takes in the key of a row, and the row's line. It returns the line of an earlier row that is known to be for the
// same, in which case the key is not added; 0 where there is none. Whether it was accepted
// comes back at the end.
func (k *keys) add(key mark, line int, accepted bool) (first int, err error) {
	hash, other := key.one, key.other
	at := k.find(hash)
	for ; k.index[at] != 0; at = (at + 1) & uint64(len(k.index)-1) {
		if k.index[at]>>numberBits != tag(hash) {
			continue
		}
		if known := k.record(k.index[at]); binary.BigEndian.Uint64(known) == hash && binary.BigEndian.Uint64(known[8:]) == other {
			return int(binary.BigEndian.Uint64(known[16:]) >> 1), nil //nolint:gosec // a line, put in below
		}
	}
	known := len(k.sorted.memory)/keyRecord - k.forgotten
	if known == k.most || k.sorted.full() {
		clear(k.index)
		at, k.complete = k.find(hash), false
		if k.forgotten, known = k.forgotten+known, 0; k.sorted.full() {
			k.forgotten = 0 // add makes room
		}
	}
	value := uint64(line) << 1 //nolint:gosec // lines are counted from one
	if accepted {
		value++
	}
	var record [keyRecord]byte
	binary.BigEndian.PutUint64(record[:], hash)
	binary.BigEndian.PutUint64(record[8:], other)
	binary.BigEndian.PutUint64(record[16:], value)
	if err := k.sorted.add(record[:]); err != nil {
		return 0, err
	}
	if k.index[at] = tag(hash)<<numberBits | uint32(known+1); 2*known > len(k.index) { //nolint:gosec // below 2²⁰
		k.grow()
	}
	return 0, nil
}

func tag(hash uint64) uint32 { return uint32(hash >> (32 + numberBits)) } //nolint:gosec // its 12 highest bits

// find is where the search for a hash begins.
func (k *keys) find(hash uint64) uint64 { return hash & uint64(len(k.index)-1) }

// record is the record that a place of the index holds the number of.
func (k *keys) record(place uint32) []byte {
	n := k.forgotten + int(place&(1<<numberBits-1)) - 1
	return k.sorted.memory[n*keyRecord:][:keyRecord]
}

// grow doubles the index.
func (k *keys) grow() {
	old := k.index
	k.index = make([]uint32, 2*len(old))
	for _, place := range old {
		if place == 0 {
			continue
		}
		at := k.find(binary.BigEndian.Uint64(k.record(place)))
		for k.index[at] != 0 {
			at = (at + 1) & uint64(len(k.index)-1)
		}
		k.index[at] = place
	}
}

// late hands on every row that is for the same as an earlier one without that add has said so, in the order of lines,
// with the line of the first row that is for the same, and whether it was accepted. Nothing can be added any more.
func (k *keys) late(row func(line, first int, accepted bool)) (err error) {
	if k.complete {
		return nil // add has said so of all
	}
	rows := sorter{width: 16, limit: k.sorted.limit, dir: k.sorted.dir} // line and whether it was accepted, first line
	defer func() { err = closing(err, rows.close) }()
	var key [16]byte
	var first uint64
	err = k.sorted.each(func(record []byte) error {
		value := binary.BigEndian.Uint64(record[16:])
		if first == 0 || [16]byte(record) != key {
			key, first = [16]byte(record), value>>1
			return nil
		}
		return rows.add(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, value), first))
	})
	if err != nil {
		return err
	}
	return rows.each(func(record []byte) error {
		value := binary.BigEndian.Uint64(record)
		row(int(value>>1), int(binary.BigEndian.Uint64(record[8:])), value&1 == 1) //nolint:gosec // lines, put in by add
		return nil
	})
}

func (k *keys) close() error { return k.sorted.close() }
