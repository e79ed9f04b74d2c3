package formatstest

import (
	"math/rand/v2"
	"strings"
)

const good = "region,count\nDE-BY,5\nDE-BE,7\n"

// corpus is a list that grows.
type corpus []File

func (c *corpus) put(f File) { *c = append(*c, f) }

func (c *corpus) add(name, content string) { c.put(File{Name: name, Text: plain(content)}) }

func (c *corpus) harmless(name, content string) {
	c.put(File{Name: name, Text: plain(content), Harmless: true})
}

// tables are files that are no table, and text that is broken.
func tables() []File {
	var c corpus

	// What is no table.
	c.add("empty", "")
	c.add("one NUL", "\x00")
	c.add("NUL in a cell far down", strings.Repeat(good, 10000)+"DE,\x00\n")
	c.add("NUL in the first row", "a,b\x00\nc,d\n")
	for _, magic := range [][2]string{
		{"xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
		{"pdf", "%PDF-1.7\n"},
		{"png", "\x89PNG\r\n\x1a\n"},
		{"jpeg", "\xff\xd8\xff\xe0"},
		{"gif", "GIF89a"},
		{"tiff", "II*\x00"},
		{"tiff of the Macintosh", "MM\x00*"},
		{"webp", "RIFF\x00\x00\x00\x00WEBP"},
		{"rtf", "{\\rtf1 a}"},
		{"rar", "Rar!\x1a\x07"},
		{"7z", "7z\xbc\xaf\x27\x1c"},
		{"bzip2", "BZh91AY"},
		{"xz", "\xfd7zXZ\x00"},
		{"zstd", "\x28\xb5\x2f\xfd"},
		{"parquet", "PAR1"},
		{"sqlite", "SQLite format 3\x00"},
		{"stata", "<stata_dta><header>"},
		{"spss", "$FL2@(#)"},
		{"hdf", "\x89HDF\r\n"},
		{"program", "\x7fELF\x02"},
		{"program of Windows", "MZ\x90\x00"},
		{"sylk", "ID;PWXL;N;E\n"},
	} {
		c.add(magic[0], magic[1]+strings.Repeat("\x01\x00\x02x", 500))
	}
	c.add("tar", strings.Repeat("\x00", 257)+"ustar\x00"+strings.Repeat("\x00", 300))
	c.add("random bytes", noise(4096))
	c.add("control characters", strings.Repeat("\x01\x02\x03\x04", 100))
	c.add("UTF-32", "\xff\xfe\x00\x00a\x00\x00\x00")
	c.add("web page saved as .xls", "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><table><tr><td>1</td></tr></table></html>")
	c.add("web page with a mark", "\ufeff\r\n<!DOCTYPE html><p>")
	c.add("web page in UTF-16", Writing{Encoding: "utf-16le", Mark: true}.Encode("\ufeff<html><table>"))
	c.add("page in XHTML", "<?xml version=\"1.0\"?><html/>")
	c.add("workbook of 2003", "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>")
	c.add("unknown XML", "<?xml version=\"1.0\"?><a/>")
	c.add("XML with a billion laughs", "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>")
	c.add("unknown JSON", "{\"a\": [1, 2]}")
	c.add("deep JSON", strings.Repeat("[", 100000))
	c.put(File{Name: "declared a workbook", Text: plain(good), Format: "xlsx"})

	// Text that is broken.
	c.add("quote never closed", "a,b\n\"c,d\n"+strings.Repeat("e,f\n", 1000))
	c.add("quote never closed in a large file", "a,b\n\"c,d\n"+strings.Repeat("e,f\n", 200000))
	c.add("text behind a quote", "a,b\n\"c\"d,e\n")
	c.add("one long line", strings.Repeat("x", 1<<20))
	c.add("one long line in quotes", "\""+strings.Repeat("x", 1<<20)+"\"")
	c.add("a cell too long", "a,b\n"+strings.Repeat("x", 20000)+",1\n")
	c.add("too many columns", strings.Repeat("1,", 2000)+"\n")
	c.add("nothing but quotes", strings.Repeat("\"", 1<<20+1))
	c.add("nothing but delimiters", strings.Repeat(",", 1<<20))
	c.add("half a character of UTF-16", "\xff\xfea\x00,\x00\x00\xd8b\x00")
	c.add("odd UTF-16", "\xff\xfea\x00,\x00b")
	c.put(File{Name: "wrong mark for what is declared", Text: plain("\xff\xfea\x00"), Encoding: "utf-16be"})
	c.add("undefined byte of Windows-1252", "a,b\n\x81,1\n")
	c.add("UTF-8 with one wrong byte", strings.Repeat("Köche,Größe\n", 100)+"\xff,1\n")
	c.add("UTF-8 cut off", strings.Repeat("Köche,Größe\n", 100)+"\xc3")
	c.add("surrogate in UTF-8", strings.Repeat("Köche,Größe\n", 100)+"\xed\xa0\x80,1\n")
	c.add("overlong UTF-8", strings.Repeat("Köche,Größe\n", 100)+"\xc0\xaf,1\n")
	c.put(File{Name: "too many rows", Text: plain(strings.Repeat("1,2\n", 1001)), Rows: 1000})
	c.put(File{Name: "too large", Text: plain(good), Bytes: 10})
	c.harmless("empty lines", strings.Repeat("\n", 1<<20))
	c.harmless("returns alone", strings.Repeat("\r", 1<<16))
	c.harmless("a formula", "a,b\n=cmd|' /C calc'!A0,1\n")
	c.harmless("text that goes the other way", "a,b\n\u202etxet,1\n")
	return c
}

// noise is bytes that mean nothing, always the same.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// noiseText is letters that do not pack well.
func noiseText(n int) string {
	r := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}
