package formatstest

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// archives are what is packed.
func archives() []File {
	var c corpus

	// gzip.
	c.add("gzip bomb", gzipped(zeros(40)))
	c.add("gzip bomb of many parts", strings.Repeat(gzipped(zeros(2)), 20))
	c.add("gzip cut off", Gzipped(strings.Repeat(good, 1000))[:60])
	c.add("gzip with a wrong sum", flip(Gzipped(good), -6))
	c.add("gzip with a wrong length", flip(Gzipped(good), -1))
	c.add("gzip with broken data", flip(Gzipped(strings.Repeat(noise(100), 3)), 60))
	c.add("gzip head alone", "\x1f\x8b")
	c.add("gzip of another method", "\x1f\x8b\x07\x00\x00\x00\x00\x00\x00\x03")
	c.add("gzip followed by something else", Gzipped(good)+"something else")
	c.add("gzip of nothing", Gzipped(""))
	c.add("gzip in gzip in gzip", Gzipped(Gzipped(Gzipped(good))))
	c.add("gzip of a PDF", Gzipped("%PDF-1.7"))
	c.put(File{Name: "gzip larger than allowed", Text: plain(Gzipped(strings.Repeat(noise(100), 300))), Bytes: 20000})
	c.harmless("gzip of two parts", Gzipped("a,b\n")+Gzipped("1,2\n"))
	c.harmless("gzip in zip", Zipped("table.csv.gz", Gzipped(good)))

	// zip.
	c.add("zip bomb", zipped(pack("table.csv", zeros(40))))
	c.add("zip bomb in gzip", Gzipped(zipped(pack("table.csv", zeros(40)))))
	c.add("zip of many small bombs", zipped(many(30, zeros(2))...))
	c.add("zip cut off", Zipped("table.csv", good)[:80])
	c.add("zip head alone", "PK\x03\x04")
	c.add("zip without a member", Archive())
	c.add("zip of a folder", Zipped("folder/", ""))
	c.add("zip of litter", Zipped("__MACOSX/a", "x", ".DS_Store", "y", "Thumbs.db", "z"))
	c.add("zip of an empty file", Zipped("table.csv", ""))
	c.add("zip in zip in zip", Zipped("a.zip", Zipped("b.zip", Zipped("c.csv", good))))
	c.add("zip that is full of itself", Zipped("a.zip", Zipped("b.zip", Zipped("c.zip", Zipped("d.zip", "x")))))
	c.add("too many members", zipped(many(1001, plain(good))...))
	c.add("a directory longer than announced", archiveOf(entries(5000), 3, ""))
	c.add("a directory of another length", archiveOf(entries(3), 7, ""))
	c.add("a member with a password", Archive(Entry{Name: "a.csv", Data: good, Flags: 1}))
	c.add("a member of another method", Archive(Entry{Name: "a.csv", Data: good, Method: 12}))
	for _, out := range [][2]string{
		{"up", "../../etc/passwd"},
		{"root", "/etc/passwd"},
		{"up in Windows", `..\..\a.csv`},
		{"drive", `C:\a.csv`},
		{"NUL", "a.csv\x00.txt"},
		{"no name", ""},
		{"long name", strings.Repeat("a", 5000)},
		{"up in the middle", "a/../../b"},
	} {
		c.add("a name that leads out: "+out[0], Archive(Entry{Name: out[1], Data: good}))
	}
	c.add("two members of one name", Zipped("a.csv", good, "a.csv", good))
	c.add("members over each other", Archive(Entry{Name: "a.csv", Data: good}, Entry{Name: "b.csv", Data: good, At: 1}, Entry{Name: "c.csv", Data: good}))
	c.add("one member twice", twice())
	c.add("a size that is too small", Archive(Entry{Name: "a.csv", Data: good, Size: 5}))
	c.add("a size that is too large", Archive(Entry{Name: "a.csv", Data: good, Size: 5000}))
	c.add("a size of 4 GB", Archive(Entry{Name: "a.csv", Data: "\x03\x00", Size: 1<<32 - 2, Method: 8}))
	c.add("a packed size beyond the file", Archive(Entry{Name: "a.csv", Data: good, Packed: 5000, Size: 5000}))
	c.add("a place beyond the file", Archive(Entry{Name: "a.csv", Data: good, At: 1 << 20}))
	c.add("a lie in zip64", Archive(Entry{Name: "a.csv", Data: good, Size: 1<<32 - 1, Packed: 1<<32 - 1, Extra: wide(1<<62, 30)}))
	c.add("a negative size in zip64", Archive(Entry{Name: "a.csv", Data: good, Size: 1<<32 - 1, Packed: 1<<32 - 1, Extra: wide(1<<63+5, 1<<63+5)}))
	c.add("a packed size of zip64 beyond the file", Archive(Entry{Name: "a.csv", Data: good, Size: 1<<32 - 1, Packed: 1<<32 - 1, Extra: wide(30, 1<<40)}))
	c.add("zip64 without its record", Archive(Entry{Name: "a.csv", Data: good, Size: 1<<32 - 1, Packed: 1<<32 - 1}))
	c.add("a wrong sum", Archive(Entry{Name: "a.csv", Data: good, Sum: 7}))
	c.add("broken data", Archive(Entry{Name: "a.csv", Data: noise(300), Size: 900, Method: 8}))
	c.add("a comment that hides another directory", archiveOf(entries(2), 2, Zipped("b.csv", good)))
	c.add("something before the archive", "PK\x03\x04 and so on"+Zipped("a.csv", good))
	c.add("a directory that begins before the file", flipEnd(Zipped("a.csv", good)))
	c.add("a member that is a program", Zipped("a.exe", "MZ\x90\x00"))
	c.put(File{Name: "members larger than allowed together", Text: plain(Zipped("a.csv", strings.Repeat(good, 500), "b.csv", strings.Repeat(good, 500))), Bytes: 20000})
	c.harmless("a table beside a PDF", Zipped("a.csv", good, "read me.pdf", "%PDF-1.7"))
	c.harmless("a member stored", Archive(Entry{Name: "a.csv", Data: good}))
	return c
}

// flip changes a byte, counted from the end if it is negative.
func flip(s string, at int) string {
	b := []byte(s)
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 0x55
	return string(b)
}

// flipEnd has an archive say that its directory begins too far on.
func flipEnd(s string) string {
	b := []byte(s)
	binary.LittleEndian.PutUint32(b[len(b)-6:], 0xfffffff0)
	return string(b)
}

func entries(n int) []Entry {
	var all []Entry
	for i := range n {
		all = append(all, Entry{Name: fmt.Sprintf("%d.csv", i), Data: good})
	}
	return all
}

// twice is an archive of two names for one member, as in bombs that lie over themselves.
func twice() string {
	first := Entry{Name: "a.csv", Data: good}
	s := archiveOf([]Entry{first, {Name: "b.csv", Data: good}}, 2, "")
	b := []byte(s)
	// The place in the last entry of the directory is before its name and the record at the end.
	binary.LittleEndian.PutUint32(b[len(b)-22-len("b.csv")-4:], 0)
	return string(b)
}
