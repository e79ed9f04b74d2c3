package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// flat writes rows as lines, for comparing.
func flat(rows [][]string) []string {
	var out []string
	for _, r := range rows[1:] {
		out = append(out, strings.Join(r, " "))
	}
	return out
}

func check(t *testing.T, rows [][]string, err error, want ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if got := flat(rows); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGermanRowsOfOtherYearsAreLeftOutAndZerosKept(t *testing.T) {
	head := "land,occupational_group,name,year,vacancies,unemployed,unemployed_foreigners\n"
	rows, err := germany(file(t, head+"09,111,Landwirtschaft,2022,0,1.5,0.25\n01,011,Offiziere,2021,1,1,1\n"))
	check(t, rows, err, "DE-BY 111 0 1.5 0.25 ba-stock")
	for _, bad := range []string{"17,111,x,2022,1,1,1", "09,111,x,2022,*,1,1", "09,111,x,2022,1,1e5,1", "09,11,x,2022,1,1,1"} {
		if _, err := germany(file(t, head+bad+"\n")); err == nil || !strings.Contains(err.Error(), "row 2") {
			t.Errorf("%s: the error is %v", bad, err)
		}
	}
}

func TestShortageReadsThousandsAndMapsNationalCodes(t *testing.T) {
	rows, err := norwayShortage(file(t, "\ufeffaar;yrkekode;yrke;ostfold;oslo;finnmark;norge\n2017;2512;Programvareutviklere;0;1 400;25;1 650\n2017;2223;Sykepleiere;425;0;0;3600\n"))
	check(t, rows, err, "2223 Sykepleiere 2221 3600 425 yes nav-shortage", "2512 Programvareutviklere 2512 1650 1425 no nav-shortage")
}

func TestJobseekersKeepHiddenCellsAndUnknownOccupations(t *testing.T) {
	rows, err := norwayJobseekers(file(t, `"aar";"yrkeskode";"yrke";"antall_arbeidssokere"
"2016";"1111";"Politikere";"31"
"2017";"1213";"Strategi";"*"
"2017";"-1";"UKJENT";"4784"
`))
	check(t, rows, err, "-1 UKJENT  4784 no nav-jobseekers", "1213 Strategi 1213  no nav-jobseekers")
}

func TestACodeThatIsNotNorwaysStopsTheGenerator(t *testing.T) {
	_, err := norwayJobseekers(file(t, "\"aar\";\"yrkeskode\";\"yrke\";\"antall_arbeidssokere\"\n\"2017\";\"2599\";\"?\";\"1\"\n"))
	if err == nil || !strings.Contains(err.Error(), `row 2: "2599"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestMissingWageTakesTheMeanAndSaysSo(t *testing.T) {
	head, row := "iso3c,year,hourearn_isco08_total", "DEU,2018,25.15"
	for _, c := range "0123456789" {
		head += ",hourearn_isco08_" + string(c)
		if c == '0' {
			row += ",NA"
		} else {
			row += ",2" + string(c) + ".5"
		}
	}
	rows, err := hourlyWages(file(t, head+"\n"+row+"\nSWE"+row[3:]+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := flat(rows)
	if len(got) != 10 || got[0] != "DE 0 2018 25.15 PPP$ per hour yes ilo-wages" || got[9] != "DE 9 2018 29.5 PPP$ per hour no ilo-wages" {
		t.Errorf("got %q", got)
	}
}

func TestSignsOfShortageAreOneRowEachWithGreeceByItsCode(t *testing.T) {
	rows, err := shortageSigns(file(t, `{"unit_group_signals":{"2512":{"shortage":["DE","EL"],"surplus":["EL"]},"2511":{"shortage":["AT"]}}}`))
	check(t, rows, err, "2511 AT shortage ela-shortages", "2512 DE shortage ela-shortages", "2512 GR shortage ela-shortages", "2512 GR surplus ela-shortages")
	if _, err := shortageSigns(file(t, `{"unit_group_signals":{"2512":{"scarce":["DE"]}}}`)); err == nil {
		t.Error("a sign that is not known was read")
	}
}

func TestRatingsAreCountedByUnitGroupInTheListsYear(t *testing.T) {
	head := "Year,ANZSCO,Occupation,National_Shortage_Rating\n"
	rows, err := shortageRatings(file(t, head+"2024,254411,A,Shortage\n2024,254412,B,Regional Shortage\n2024,254413,C,No Shortage\n2023,254414,D,Shortage\n2024,139999,E,No Shortage\n"))
	check(t, rows, err, "1399 1 0  no osl", "2544 3 2 222 yes osl")
	if _, err := shortageRatings(file(t, head+"2024,254411,A,Maybe\n")); err == nil {
		t.Error("a rating that is not known was read")
	}
}
