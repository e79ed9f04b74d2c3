package codes

import (
	"strings"
	"testing"
)

func TestACodeIsFoundInACellAndAnythingDoubtfulRefused(t *testing.T) {
	for _, c := range []struct{ id, text, want string }{
		// alone, and as spreadsheets write it
		{"isco08", "2512", "2512"},
		{"isco08", "  0110\u00a0", "0110"},
		{"isco08", "\ufeff22", "22"},
		{"isco08", "'0110", "0110"},
		{"isco08", `"0110"`, "0110"},
		{"isco08", `="0110"`, "0110"},
		{"isco08", "2512.0", "2512"},
		{"isco08", "2512.00", "2512"},
		{"soc2010", `="13-2011"`, "13-2011"},
		{"noc2021", "00010", "00010"},
		{"noc2021", "10", "10"},
		// before a title
		{"noc2016", "6322-Cooks", "6322"},
		{"noc2016", "6322 - Cooks", "6322"},
		{"noc2016", "6322 – Cooks", "6322"},
		{"noc2016", "6322: Cooks", "6322"},
		{"noc2016", "0621-Retail and wholesale trade managers", "0621"},
		{"isco08", "2512 Software developers", "2512"},
		{"isco08", "2512\tSoftware developers", "2512"},
		{"isco08", "5223 3-star hotel shop assistants", "5223"},
		{"isco08", "2512 2nd line support", "2512"},
		{"isco08", "1 Managers", "1"},
		{"soc2010", "13-2011 Accountants and Auditors", "13-2011"},
		// after a prefix
		{"noc2016", "NOC001", "001"},
		{"noc2016", "NOC 6322", "6322"},
		{"noc2016", "NOC 2016: 6322 Cooks", "6322"},
		{"noc2021", "C12345", "12345"},
		{"isco08", "C1234", "1234"},
		{"isco08", "OC2512", "2512"},
		{"isco08", "ISCO-08 2512", "2512"},
		{"isco08", "OCU_ISCO08_22", "22"},
		{"isco88", "OCU_ISCO88_22", "22"},
		{"isco08", "isco-08-0", "0"},
		{"isco08", "Occupation (ISCO-08): 2. Professionals", "2"},
		{"isco08", "isco-68-2", ""},
		{"isco08", "isco-68-7-9", ""},
		{"isco08", "isco-88-2", ""},
		{"isco08", "isco-08-X", ""},
		{"isco08", "Occupation (ISCO-08): X. Not elsewhere classified", ""},
		{"kldb2010", "B 43412", "43412"},
		{"soc2010", "SOC 13-2011", "13-2011"},
		{"onet2019", "O*NET-SOC 13-2011.01", "13-2011.01"},
		// in brackets at the end
		{"noc2016", "Cooks (6322)", "6322"},
		{"noc2016", "Cooks [ 6322 ]", "6322"},
		{"noc2016", "Cooks (all) (6322)", "6322"},
		// the SOC and O*NET
		{"soc2010", "13-2011.00", "13-2011"},
		{"soc2010", "13-2011.01", "13-2011"},
		{"onet2010", "13-2011.01", "13-2011.01"},
		{"onet2010", "43-1011-00", "43-1011.00"},
		{"onet2010", "13-2011", "13-2011"},
		{"soc2010", "132011", "13-2011"},
		{"soc2010", "13–2011", "13-2011"},
		{"soc2010", "13-0000 Business and Financial Operations", "13-0000"},
		// no code, or one too many, or a number
		{"isco08", "", ""},
		{"isco08", "Total", ""},
		{"isco08", "Total, all occupations", ""},
		{"isco08", "All (both sexes)", ""},
		{"isco08", "25120", ""},
		{"isco08", "-1", ""},
		{"isco08", "*", ""},
		{"isco08", "2512/2513", ""},
		{"isco08", "2512, 2513", ""},
		{"isco08", "2512 and 2513", ""},
		{"isco08", "2512-2513 Developers", ""},
		{"isco08", "1 400", ""},
		{"isco08", "1\u00a0400", ""},
		{"isco08", "1,400", ""},
		{"isco08", "1.400", ""},
		{"isco08", "12.5", ""},
		{"isco08", "0.25", ""},
		{"isco08", "2019-01-31", ""},
		{"isco08", "3D artists", ""},
		{"isco08", "2512a", ""},
		{"isco08", "Cooks (2512, 2513)", ""},
		{"isco08", "Cooks (2512a)", ""},
		{"isco08", "13-2011", ""},
		{"soc2010", "2512", ""},
		{"soc2010", "13-201", ""},
		{"soc2010", "13-20111", ""},
		{"soc2010", "13-2011, 13-2012", ""},
	} {
		k, ok := ClassificationByID(c.id)
		if !ok {
			t.Fatalf("no classification %s", c.id)
		}
		got, found := k.Extract(c.text)
		if got != c.want || found != (c.want != "") {
			t.Errorf("%s %q: %q, %v, want %q", c.id, c.text, got, found, c.want)
		}
	}
}

// A text that is found once is found again in what was found, whatever the text.
func FuzzExtractedCodesAreWrittenAsTheClassificationWritesThem(f *testing.F) {
	for _, text := range []string{"6322-Cooks", `="13-2011"`, "13-2011.00", "2512 Software developers", "C1234", "NOC001", "(((", `="`, "\ufeff", "O*NET 1", "1 400"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range Classifications() {
			code, ok := c.Extract(text)
			if !ok {
				if code != "" {
					t.Errorf("%s %q: refused with %q", c.ID, text, code)
				}
				continue
			}
			if c.Level(code) == 0 {
				t.Errorf("%s %q: %q is not written as its codes are", c.ID, text, code)
			}
			if again, ok := c.Extract(code); !ok || again != code {
				t.Errorf("%s %q: %q, and from that %q, %v", c.ID, text, code, again, ok)
			}
		}
	})
}

func TestLeadingZerosAreRepairedOnlyWhereTheColumnProvesThem(t *testing.T) {
	for _, c := range []struct {
		name, id, codes string
		digits          int
		want            string // pairs that differ
		refused         string // what the error must name
	}{
		{"all short codes are cut ones", "isco08", "110 210 310 1111 2221", 0, "110=0110 210=0210 310=0310", ""},
		{"nothing but cut codes", "isco08", "110 210 310", 0, "110=0110 210=0210 310=0310", ""},
		{"one short code among full ones", "isco08", "110 2512", 0, "110=0110", ""},
		{"groups or cut sub-major groups", "isco08", "1 2 3 11 21 31", 0, "", "1 2 3"},
		{"the same, of a declared length", "isco08", "1 2 3 11 21 31", 2, "1=01 2=02 3=03", ""},
		{"the same, one zero left", "isco08", "01 2 3 11 21 31", 0, "", ""},
		{"major groups alone", "isco08", "1 2 3 4 9", 0, "", ""},
		{"major groups with the armed forces", "isco08", "0 1 2 3", 0, "", ""},
		{"major groups that no zero makes a code", "isco08", "4 5 11 21 31", 0, "", ""},
		{"two levels of one file", "isco08", "22 222 2221 2512 251", 0, "", ""},
		{"a level and a cut code", "isco08", "22 110 2221", 0, "110=0110", ""},
		{"full length", "isco08", "1111 2221", 0, "", ""},
		{"unknown codes take no part", "isco08", "110 999 2221 X Total", 0, "110=0110", ""},
		{"none that can be read", "isco08", "X Total", 0, "", ""},
		{"an empty column", "isco08", "", 0, "", ""},
		{
			"BC's wages: 0011 to 0016 cut by two", "noc2016", "11 12 13 14 15 16 111 112 2171 6322", 0,
			"11=0011 12=0012 13=0013 14=0014 15=0015 16=0016 111=0111 112=0112", "",
		},
		{"the same without the one that no group has", "noc2016", "11 12 13 2171 6322", 0, "", "11 12 13"},
		{
			"Canada's senior managers cut by three", "noc2021", "10 11 12 13 14 15 10010 21231", 0,
			"10=00010 11=00011 12=00012 13=00013 14=00014 15=00015", "",
		},
		{"Germany's soldiers among groups", "kldb2010", "11 12 13 14 111 434 813", 0, "11=011 12=012 13=013 14=014", ""},
		{"declared where nothing is cut", "kldb2010", "111 434", 3, "", ""},
		{"a coarser group stays in a column of a declared length", "isco08", "22 110", 4, "110=0110", ""},
		{"dashes keep a code text", "soc2010", "13-2011 11-0000", 0, "", ""},
		{"a length the classification has not", "isco08", "110", 5, "", "5 digits"},
	} {
		x, _ := CrosswalkFrom(c.id)
		codes := strings.Fields(c.codes)
		repaired, note, err := x.Repair(codes, c.digits)
		if (err != nil) != (c.refused != "") || err != nil && !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%s: error %v, want one that names %q", c.name, err, c.refused)
			continue
		}
		var got []string
		for _, code := range codes {
			if long := repaired[code]; long != "" {
				got = append(got, code+"="+long)
			}
		}
		if strings.Join(got, " ") != c.want || len(got) != len(repaired) {
			t.Errorf("%s: repaired %v, want %s", c.name, repaired, c.want)
		}
		if (note != "") != (len(repaired) > 0) {
			t.Errorf("%s: note %q for %v", c.name, note, repaired)
		}
	}
}

func TestARepairDoesNotHangOnTheOrderOrNumberOfTheCodes(t *testing.T) {
	x, _ := CrosswalkFrom("isco08")
	one, note, _ := x.Repair(strings.Fields("2221 310 110 210"), 0)
	two, same, _ := x.Repair(strings.Fields("110 110 210 310 310 2221"), 0)
	if len(one) != 3 || len(two) != 3 || note != same {
		t.Errorf("%v %q, %v %q", one, note, two, same)
	}
	if want := "leading zeros put back before 110 210 310: 110 is read as 0110"; note != want {
		t.Errorf("note %q, want %q", note, want)
	}
	if _, _, err := x.Repair(make([]string, MaxCodes+1), 0); err == nil {
		t.Error("a column of more values than any classification has codes is taken for one of codes")
	}
}
