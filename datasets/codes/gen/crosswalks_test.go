package main

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rec is one record of a workbook.
func rec(kind uint16, body ...byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, kind)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(body)))
	return append(out, body...)
}

// xlsOf writes a workbook of Excel 97 whose sheets hold these texts.
func xlsOf(t *testing.T, sheets [][][]string) string {
	t.Helper()
	var texts []string
	for _, s := range sheets {
		for _, r := range s {
			texts = append(texts, r...)
		}
	}
	shared := binary.LittleEndian.AppendUint32(nil, uint32(len(texts)))
	shared = binary.LittleEndian.AppendUint32(shared, uint32(len(texts)))
	for _, text := range texts {
		shared = binary.LittleEndian.AppendUint16(shared, uint16(len(text)))
		shared = append(append(shared, 0), text...)
	}
	var bodies [][]byte
	at := uint32(0)
	for _, s := range sheets {
		body := rec(0x0809, 0, 6)
		for y, r := range s {
			for x := range r {
				cell := binary.LittleEndian.AppendUint16(nil, uint16(y))
				cell = binary.LittleEndian.AppendUint16(cell, uint16(x))
				body = append(body, rec(0x00fd, binary.LittleEndian.AppendUint32(append(cell, 0, 0), at)...)...)
				at++
			}
		}
		bodies = append(bodies, append(body, rec(0x000a)...))
	}
	head := func(offsets []uint32) []byte {
		out := rec(0x0809, 0, 6)
		for _, o := range offsets {
			out = append(out, rec(0x0085, binary.LittleEndian.AppendUint32(nil, o)...)...)
		}
		out = append(out, rec(0x00fc, shared...)...)
		return append(out, rec(0x000a)...)
	}
	offsets := make([]uint32, len(bodies))
	next := uint32(len(head(offsets)))
	for i, b := range bodies {
		offsets[i], next = next, next+uint32(len(b))
	}
	return fileOf(t, "book.xls", string(compound(append(head(offsets), slices.Concat(bodies...)...))))
}

// compound wraps a workbook stream as [MS-CFB] has it: a header, one sector of the table,
// one of the directory, then the stream.
func compound(book []byte) []byte {
	const size = 512
	head := make([]byte, size)
	binary.LittleEndian.PutUint32(head, 0xe011cfd0)
	binary.LittleEndian.PutUint16(head[30:], 9)
	binary.LittleEndian.PutUint32(head[44:], 1) // one sector of the table, at 0
	binary.LittleEndian.PutUint32(head[48:], 1) // the directory, at 1
	sectors := (len(book) + size - 1) / size
	table := make([]byte, size)
	binary.LittleEndian.PutUint32(table, 0xfffffffd)
	binary.LittleEndian.PutUint32(table[4:], 0xfffffffe)
	for i := range sectors {
		next := uint32(i + 3)
		if i == sectors-1 {
			next = 0xfffffffe
		}
		binary.LittleEndian.PutUint32(table[8+4*i:], next)
	}
	directory := make([]byte, size)
	for i, c := range "Workbook" {
		directory[2*i] = byte(c)
	}
	binary.LittleEndian.PutUint16(directory[64:], 18)
	binary.LittleEndian.PutUint32(directory[116:], 2)
	binary.LittleEndian.PutUint32(directory[120:], uint32(len(book)))
	return slices.Concat(head, table, directory, book, make([]byte, sectors*size-len(book)))
}

// A text may go on in the next record, with two bytes a character from there on.
func TestATextCutByARecordIsReadWhole(t *testing.T) {
	first := append([]byte{1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0}, "Né"[:1]...)
	second := []byte{1, 'u', 0, 'r', 0, 's', 0, 'e', 0, 2, 0, 8, 1, 0, 'o', 'k', 9, 9, 9, 9}
	if got := sharedTexts([][]byte{first, second}); !slices.Equal(got, []string{"Nurse", "ok"}) {
		t.Errorf("texts %q", got)
	}
}

func TestNumbersOfASheetAreReadInEveryForm(t *testing.T) {
	half := math.Float64bits(0.5)
	list := []record{
		{0x0203, [][]byte{binary.LittleEndian.AppendUint64([]byte{0, 0, 0, 0, 0, 0}, half)}},
		{0x027e, [][]byte{{0, 0, 1, 0, 0, 0, 1110&0x3f<<2 | 2, 1110 >> 6, 0, 0}}},
		{0x00bd, [][]byte{{1, 0, 0, 0, 0, 0, 7<<2 | 3, 0, 0, 0, 0, 0, 9<<2 | 2, 0, 0, 0, 1, 0}}},
	}
	got := cellsOf(list, nil)
	if len(got) != 2 || !slices.Equal(got[0], []string{"0.5", "1110"}) || !slices.Equal(got[1], []string{"0.07", "9"}) {
		t.Errorf("cells %q", got)
	}
}

// Worked by hand. 11-1011 has three targets; 45-2092 has two and subsistence farming; the
// 2018 SOC shares 25-4022 out between 25-4021 and 25-9011.
func TestSharesAreThoseWorkedByHand(t *testing.T) {
	// Every code of the 2010 SOC that gen/soc2018.csv names must be there, and every one of the
	// 2018 SOC that gen/nem2019.csv names: they get 9629.
	soc := [][]string{
		{"2010 SOC Code", "", "", "ISCO-08 Code"},
		{"11-1011 ", "Chief", "*", "1112"},
		{"11-1011", "Chief", "*", "1120"},
		{"11-1011", "Chief", "*", "1113"},
		{"45-2092", "Farm", "*", "6310"},
		{"45-2092", "Farm", "*", "9211"},
		{"45-2092", "Farm", "*", "9213"},
		{"25-4021", "Librarians", "", "2622"},
	}
	named := map[string]bool{"25-4021": true}
	changed := map[string]bool{}
	for _, line := range strings.Split(soc2018changes, "\n") {
		is, _, _ := strings.Cut(line, ",")
		changed[is] = true
	}
	for _, line := range strings.Split(soc2018changes+nemGroups, "\n") {
		if _, was, ok := strings.Cut(line, ","); ok {
			for _, code := range strings.Fields(was) {
				if !socCode.MatchString(code) || changed[code] && !strings.Contains(soc2018changes, code+"\n") && !strings.Contains(soc2018changes, code+" ") {
					continue // no code of the 2010 SOC
				}
				if !named[code] {
					named[code] = true
					soc = append(soc, []string{code, "", "", "9629"})
				}
			}
		}
	}
	book := xlsOf(t, [][][]string{{{"ISCO-08 Code"}}, soc})
	noc2016 := fileOf(t, "16.csv", "noc,noc_title,onet,onet_title\n0012,0012 Seniors,11-1011.00,Chief\n0012,0012 Seniors,45-2092.00,Farm\n0012,0012 Seniors,11-1011.00,Chief\nNA,NA,11-1011.00,Chief\n")
	noc2021 := fileOf(t, "21.csv", "noc,noc_title,onet,onet_title\n11,\"Seniors,\nall\",25-4022.00,Librarians\n")
	revision := fileOf(t, "rev.csv", "NOC2016,NOC2016_Title,Change_type,NOC2021,NOC2021_Title,Notes\n12,Seniors,VC1,11,Seniors,\n12,Seniors,VC1,10010,Others,\n")
	kldb := fileOf(t, "kldb.sthlp", "{asis}\n01104 0110\n11101 9211\n11101 6130\n")
	isco88 := fileOf(t, "isco88.sthlp", "{asis}\n1000 1000\n1100 1110\n1110 1111\n1140 1114\n1141 1114\n1240 3341\n2320 2330\n2321 2330\n2419 2400\n")
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	err := run([]string{"-soc", book, "-noc2016", noc2016, "-noc2021", noc2021, "-noc-revision", revision, "-kldb", kldb, "-isco88", isco88, "-out", dir}, &stdout, &stderr)
	if err != nil {
		t.Fatal(err)
	}
	const head = "code,isco,per_million,how\n"
	for name, want := range map[string]string{
		"soc2010":  "11-1011,1112,333334,equal\n11-1011,1113,333333,equal\n11-1011,1120,333333,equal\n",
		"soc2018":  "25-4022,2622,500000,chain\n25-4022,9629,500000,chain\n",
		"nem2019":  "51-2028,9629,1000000,chain\n",
		"noc2016":  head + "0012,1112,166667,chain\n0012,1113,166667,chain\n0012,1120,166666,chain\n0012,9211,250000,chain\n0012,9213,250000,chain\n",
		"noc2021":  head + "00011,2622,500000,chain\n00011,9629,500000,chain\n10010,1112,166667,revision\n10010,1113,166667,revision\n10010,1120,166666,revision\n10010,9211,250000,revision\n10010,9213,250000,revision\n",
		"kldb2010": head + "01104,0110,1000000,one\n11101,6130,0,also\n11101,9211,1000000,recommended\n",
		"isco88":   head + "1110,1111,1000000,one\n1141,1114,1000000,one\n2320,2330,1000000,one\n2419,24,1000000,one\n",
	} {
		got := read(t, dir, name+".csv")
		if strings.HasPrefix(want, head) && got != want || !strings.Contains(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
	for _, code := range []string{"\n25-4021,", "\n25-9011,"} {
		if strings.Contains(read(t, dir, "soc2018.csv"), code) {
			t.Errorf("the 2018 SOC still has %s", code)
		}
	}
	if got := read(t, dir, "soc2010.csv"); !strings.Contains(got, "45-2092,6310,0,subsistence\n45-2092,9211,500000,equal\n45-2092,9213,500000,equal\n") {
		t.Errorf("farm workers: %s", got)
	}
	if got := read(t, dir, "revisions.csv"); !strings.HasPrefix(got, "from,code,to,target\nnoc2016,0012,noc2021,00011\nnoc2016,0012,noc2021,10010\nsoc2010,11-2031,soc2018,11-2032\n") {
		t.Errorf("revisions: %s", got[:200])
	}
}

func TestAFileThatIsNoCrosswalkIsRefusedByName(t *testing.T) {
	notes := fileOf(t, "notes.csv", "a,b\n1,2\n")
	four := func(soc string) []string {
		return []string{"-soc", soc, "-noc2016", notes, "-noc2021", notes, "-noc-revision", notes}
	}
	whole, err := os.ReadFile(xlsOf(t, [][][]string{{{"a"}}, {{"b"}}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-soc", notes}, "belong together"},
		{four(notes), "notes.csv: not a compound file"},
		{four(fileOf(t, "cut.xls", string(whole[:1024]))), "cut.xls: not an Excel 97 workbook, or cut short"},
		{four(xlsOf(t, [][][]string{{{"a"}}})), "1 sheets, want 2"},
		{[]string{"-isco88", fileOf(t, "odd.sthlp", "1111 9998\n")}, `"9998" of 1111 is not an ISCO-08 code`},
		{[]string{"-kldb", fileOf(t, "odd.sthlp", "11101 9211\n11101 9211\n")}, "11101 names 9211 twice"},
	} {
		var stdout, stderr bytes.Buffer
		err := run(append(c.args, "-out", t.TempDir()), &stdout, &stderr)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want %q", c.args, err, c.want)
		}
	}
}

// The publishers' files are not part of the project. Where they lie beside it, or where
// LABOURMATCH_REFERENCE says, the committed tables are made from them again and must come
// out the same.
func TestTheCommittedTablesComeOfThePublishersFiles(t *testing.T) {
	folder := cmp.Or(os.Getenv("LABOURMATCH_REFERENCE"), "../../../../shared/reference") + "/classifications"
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Log("the files are not here")
		return
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	err := run([]string{
		"-soc", in("ISCO_SOC_Crosswalk.xls"), "-noc2016", in("dais_noc2016_onet20.csv"), "-noc2021", in("dais_noc2021_onet26.csv"),
		"-noc-revision", in("dais_noc_2021_2016.csv"), "-kldb", in("kldb10_5d_to_isco08.sthlp"), "-out", dir,
	}, &stdout, &stderr)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"soc2010.csv", "soc2018.csv", "nem2019.csv", "noc2016.csv", "noc2021.csv", "revisions.csv", "kldb2010.csv"} {
		if read(t, dir, name) != read(t, "../tables", name) {
			t.Errorf("%s is not what the publishers' files give", name)
		}
	}
}
