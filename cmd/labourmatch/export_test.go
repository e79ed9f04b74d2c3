package main_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
)

// What is exported has to come through programs that people use in between. Gnumeric's ssconvert stands for them: it
// opens a file as its spreadsheet program does, works out what there is to work out, and saves it in another format.

// awkward are openings with codes that look like numbers, texts that look like formulas, and decimals.
const awkward = `region,occupation,skill,period,count,kind,wage,contract,months,coverage,source,date,licence,assumed,estimated
DE-BY,0110,,2024,12.5,stock,,,,,'=1+1,2024-05-31,CC0-1.0,,
DE-BY,0210,,2024,1400,stock,52000,permanent,,0.5,"'=HYPERLINK(""http://localhost/x"",""y"")",2024-05,'@SUM(1),,
DE-BY,2221,,2024,123456789.123456,stock,,seasonal,6,,'+1,2024,1E5,,
DE-BY,3411,,2024,0.25,stock,,,,,'-1+1,2024,"1,5",yes,
DE-BY,5321,,2024,3,stock,,,,,''=2+3,2024,TRUE,no,yes
NO-03,,3-4,2024,20,stock,,,,,00123,2024,1/2,,
NO-03,,S1,2024,0.000001,stock,,,,,"O'Neil, ""quoted""",2024,'| bar,,
`

// ssconvert saves a file in the format that the other's name ends in.
func (p *place) ssconvert(t *testing.T, from, to string, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("ssconvert")
	if err != nil {
		const says = "ssconvert is not installed; it is in the Debian package gnumeric"
		if os.Getenv("LABOURMATCH_REQUIRE") == "1" {
			t.Fatal(says)
		}
		t.Skip(says)
	}
	if r := p.finish(t, p.command(t.Context(), program, append(args, from, to)...), ""); r.code != 0 {
		t.Fatalf("ssconvert %s %s: %s", from, to, r.errors)
	}
	return p.read(t, to)
}

func (p *place) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// openings is the identity of the rows of a vacancies.csv, whatever their order.
func openings(t *testing.T, file string) string {
	t.Helper()
	table, _ := datasets.TableFor(datasets.VacanciesFile)
	return identity(t, table, file)
}

func identity(t *testing.T, table datasets.Table, file string) string {
	t.Helper()
	s, err := datasets.ReadTable(strings.NewReader(file), table, table.File, nil)
	if err != nil || s.Rows == 0 {
		t.Fatalf("%d rows, %v\n%s", s.Rows, err, file)
	}
	return s.Hash
}

// exporting is a place with the awkward openings in a market, exported to a workbook and to CSV.
func exporting(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.env = append(p.env, "LC_ALL=C.UTF-8")
	if err := os.Mkdir(filepath.Join(p.dir, "market"), 0o755); err != nil {
		t.Fatal(err)
	}
	p.write(t, "market/vacancies.csv", awkward)
	p.must(t, "export", "market", "--table", "vacancies", "--format", "xlsx", "--out", "v.xlsx")
	p.must(t, "export", "market", "--table", "vacancies", "--out", "v.csv")
	return p
}

func TestAnExportIsImportedAgainAsTheSameRows(t *testing.T) {
	p := exporting(t)
	for _, file := range []string{"v.xlsx", "v.csv"} {
		p.must(t, "import", file, "--into", file+".market")
		if got := openings(t, p.read(t, file+".market/vacancies.csv")); got != openings(t, awkward) {
			t.Errorf("%s is imported as\n%s", file, p.read(t, file+".market/vacancies.csv"))
		}
	}
	p.tiny(t, "tiny")
	for _, name := range []string{"vacancies", "workers", "wages"} {
		table, _ := datasets.TableFor(name + ".csv")
		p.must(t, "export", "tiny", "--table", name, "--format", "xlsx", "--out", name+".xlsx")
		p.must(t, "import", name+".xlsx", "--into", "again")
		if got, want := identity(t, table, p.read(t, "again/"+table.File)), identity(t, table, p.read(t, "tiny/"+table.File)); got != want {
			t.Errorf("%s is imported as\n%s", name, p.read(t, "again/"+table.File))
		}
	}
}

func TestAWorkbookComesThroughASpreadsheetProgramAsItWas(t *testing.T) {
	p := exporting(t)
	// Saved as CSV. The smallest figure is shown as 1E-06 there unless the program is told to keep what it shows.
	if got := p.ssconvert(t, "v.xlsx", "saved.csv", "-T", "Gnumeric_stf:stf_assistant", "-O", "sheet=vacancies format=preserve"); openings(t, got) != openings(t, awkward) {
		t.Errorf("as CSV it is\n%s", got)
	}
	// Saved as a workbook again.
	data := p.ssconvert(t, "v.xlsx", "saved.xlsx")
	p.must(t, "import", "saved.xlsx", "--into", "saved.market")
	if got := p.read(t, "saved.market/vacancies.csv"); openings(t, got) != openings(t, awkward) {
		t.Errorf("as a workbook it is\n%s", got)
	}
	doc, err := formats.Open(t.Context(), formats.File{Name: "saved.xlsx", Content: strings.NewReader(data), Size: int64(len(data))}, formats.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Sheets) != 2 || doc.Sheets[0].Name != "vacancies" || doc.Sheets[1].Name != "Notes" {
		t.Errorf("the worksheets are %+v", doc.Sheets)
	}
	rows, err := csv.NewReader(strings.NewReader(awkward)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for row, err := range doc.Sheets[0].Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.TrimRight(strings.Join(rows[i], "|"), "|"); strings.TrimRight(strings.Join(row.Cells, "|"), "|") != want {
			t.Errorf("row %d is %q, was %q", i+1, row.Cells, want)
		}
		i++
	}
	if i != len(rows) {
		t.Errorf("there are %d rows, and were %d", i, len(rows))
	}
}

func TestNoCellOfAnExportIsEverWorkedOut(t *testing.T) {
	p := exporting(t)
	// First that the program does work out what nobody guards: else this test would find nothing.
	p.write(t, "bare.csv", "a,b\n=1+1,=2+3\n")
	if got := p.ssconvert(t, "bare.csv", "bare.out.csv"); got != "a,b\n2,5\n" {
		t.Fatalf("formulas come out of CSV as %q", got)
	}
	for _, file := range []string{"v.xlsx", "v.csv"} {
		records, err := csv.NewReader(strings.NewReader(p.ssconvert(t, file, file+".out.csv"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		source := slices.Index(records[0], "source")
		var got []string
		for _, r := range records[1:] {
			got = append(got, datasets.Unguard(r[source]))
		}
		// An apostrophe before the first character of a cell of CSV means text to the program, which then shows it without.
		want := []string{"=1+1", `=HYPERLINK("http://localhost/x","y")`, "+1", "-1+1", "'=2+3"}
		if file == "v.csv" {
			want[4] = "=2+3"
		}
		if !slices.Equal(got[:len(want)], want) {
			t.Errorf("%s: the sources are %q, and should be %q", file, got, want)
		}
	}
}

// Opened as CSV, a spreadsheet program takes 0110 for the number 110 and 2024-05-31 for a day in its own style.
func TestWhatASpreadsheetProgramDoesToCSVIsMendedOrRefused(t *testing.T) {
	p := exporting(t)
	p.write(t, "posts.csv", strings.Join(strings.SplitAfter(awkward, "\n")[:3], ""))
	saved := p.ssconvert(t, "posts.csv", "saved.csv")
	if !strings.Contains(saved, "DE-BY,110,") || !strings.Contains(saved, "2024/05/31") {
		t.Fatalf("the program has left codes and days alone:\n%s", saved)
	}
	r := p.run(t, "import", "saved.csv", "--into", "saved.market")
	for _, says := range []string{`"2024/05/31" is not a date`, "Write 2024", "110 is read as 0110"} {
		if flat := strings.Join(strings.Fields(r.out), " "); !strings.Contains(flat, says) {
			t.Errorf("the import does not say %s:\n%s", says, r.out)
		}
	}
	if left, err := os.ReadDir(filepath.Join(p.dir, "saved.market")); r.code != 1 || err == nil && len(left) > 0 {
		t.Errorf("exit code %d, and there is %v", r.code, left)
	}
	// With the days as they were, the zeros are put back, since 110 and 210 can be nothing else.
	p.write(t, "mended.csv", strings.NewReplacer("2024/05/31", "2024-05-31", "2024/05/01", "2024-05").Replace(saved))
	r = p.must(t, "import", "mended.csv", "--into", "mended.market")
	if got := p.read(t, "mended.market/vacancies.csv"); openings(t, got) != openings(t, p.read(t, "posts.csv")) {
		t.Errorf("it is imported as\n%s\n%s", got, r.out)
	}
	// A market directory is not mended: it says what was lost.
	p.write(t, "market/vacancies.csv", saved)
	if r := p.run(t, "export", "market", "--table", "vacancies"); r.code != 1 || !strings.Contains(r.errors, "Did you mean 0110? A leading zero was lost") {
		t.Errorf("exit code %d: %s", r.code, r.errors)
	}
}

func TestAnExportIsWrittenWholeOrNotAtAll(t *testing.T) {
	p := exporting(t)
	p.tiny(t, "tiny")
	p.must(t, "match", "tiny", "-o", "report")
	p.must(t, "export", "report", "--table", "gaps", "--format", "sdmx-csv", "--out", "gaps.csv", "--structure", "gaps.xml")
	if !strings.HasPrefix(p.read(t, "gaps.csv"), "STRUCTURE,STRUCTURE_ID,ACTION,LEVEL,REGION,CODE,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\r\n") ||
		!strings.Contains(p.read(t, "gaps.xml"), `<structure:Codelist id="CL_OCCUPATION"`) {
		t.Errorf("the message is %.300s\nits structure %.300s", p.read(t, "gaps.csv"), p.read(t, "gaps.xml"))
	}
	if got := p.must(t, "export", "report", "--table", "gaps").out; got != p.read(t, "report/gaps.csv") {
		t.Errorf("the gaps are exported as\n%s", got)
	}
	if got := p.must(t, "export", "report", "--table", "gaps", "--format", "xlsx").out; !bytes.HasPrefix([]byte(got), []byte("PK")) {
		t.Errorf("the workbook is %.100q", got)
	}
	p.write(t, "market/vacancies.csv", strings.Replace(awkward, "0210", "9999", 1))
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"report", "--table", "gaps", "--out", "v.csv"}, 1, "v.csv is there, and is never written over"},
		{[]string{"report", "--table", "jobs"}, 2, `--table is "jobs"; there are gaps, skills, placements`},
		{[]string{"report"}, 2, "--table says which; there are gaps"},
		{[]string{"report", "--table", "gaps", "--format", "pdf"}, 2, "--format"},
		{[]string{"report", "--table", "gaps", "--structure", "x.xml"}, 2, "--structure goes with --format sdmx-csv"},
		{[]string{"tiny", "--table", "gaps"}, 1, "only those have results"},
		{[]string{"tiny", "--table", "signals"}, 1, "has no signals.csv"},
		{[]string{"none", "--table", "gaps"}, 1, "there is no directory none"},
		{[]string{"market", "--table", "vacancies", "--format", "xlsx", "--out", "half.xlsx"}, 1, `"9999" is not an occupation`},
	} {
		if r := p.run(t, append([]string{"export"}, c.args...)...); r.code != c.code || !strings.Contains(r.errors, c.says) {
			t.Errorf("export %s: exit code %d, %s", strings.Join(c.args, " "), r.code, r.errors)
		}
	}
	if _, err := os.Stat(filepath.Join(p.dir, "half.xlsx")); err == nil {
		t.Error("half a workbook is left")
	}
}
