package formats_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"labourmatch/datasets/formats"
	"labourmatch/datasets/formats/formatstest"
)

// inBoth runs a test with workbooks read in this process and by another.
func inBoth(t *testing.T, test func(t *testing.T, o formats.Options)) {
	t.Run("in this process", func(t *testing.T) { test(t, formats.Options{}) })
	t.Run("by a process", func(t *testing.T) { test(t, formats.Options{Child: child}) })
}

func TestCellsOfAWorksheetAreReadAsTheyAreMeant(t *testing.T) {
	const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0000"/><numFmt numFmtId="165" formatCode="yyyy&quot;-&quot;mm"/>` +
		`<numFmt numFmtId="166" formatCode="[h]:mm"/><numFmt numFmtId="167" formatCode="#,##0.00\ &quot;days&quot;"/><numFmt numFmtId="168" formatCode="[$-409]d\-mmm\-yy h:mm;@"/>` +
		`<numFmt numFmtId="169" formatCode="[Red]#,##0"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/>` +
		`<xf numFmtId="168"/><xf numFmtId="169"/><xf numFmtId="21"/><xf numFmtId="9"/><xf numFmtId="4"/></cellXfs></styleSheet>`
	const texts = `<sst count="9"><si><t>Bestand</t></si><si><r><rPr><b/></rPr><t xml:space="preserve">Kö </t></r><r><t>che &amp; a_x000D_b</t></r><rPh sb="0"><t>weg</t></rPh></si><si><t/></si></sst>`
	for _, c := range []struct{ cells, want string }{
		{`<c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c>`, `["Kö che & a\rb" "Bestand"]`},
		{`<c t="inlineStr"><is><t>0110</t></is></c><c t="str"><f>A1</f><v>x</v></c>`, `["0110" "x"]`},
		{`<c r="A1"><v>1400</v></c><c r="C1" s="10"><v>1234567.891</v></c><c r="D1" s="1"/>`, `["1400" "" "1234567.891"]`},
		{`<c><v>0.10000000000000001</v></c><c><v>1E+3</v></c><c><v>1.5E-7</v></c><c><v>123456789012345680</v></c>`, `["0.1" "1000" "0.00000015" "123456789012345680"]`},
		{`<c s="9"><v>0.05</v></c><c s="5"><v>2.5</v></c><c s="7"><v>12000</v></c><c s="4"><v>1.5</v></c>`, `["0.05" "2.5" "12000" "1.5"]`},
		{`<c s="1"><v>45443</v></c><c s="3"><v>45413</v></c><c s="6"><v>45443.604166666664</v></c><c s="8"><v>0.604166666666667</v></c>`, `["2024-05-31" "2024-05-01" "2024-05-31 14:30:00" "14:30:00"]`},
		{`<c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c><c s="1"><v>-1</v></c><c s="1"><v>1</v></c>`, `["1900-02-28" "60" "1900-03-01" "-1" "1900-01-01"]`},
		{`<c s="2"><v>110</v></c><c s="2"><v>12345</v></c><c s="2"><v>1.5</v></c>`, `["0110" "12345" "1.5"]`},
		{`<c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2024-05-31</v></c>`, `["TRUE" "FALSE" "#N/A" "2024-05-31"]`},
		{`<c><f>SUM(A2:A9)</f><v>7</v></c><c t="s"><v>2</v></c><x:c r="D1" xmlns:x="y"><x:v><![CDATA[5]]></x:v></x:c>`, `["7" "" "" "5"]`},
	} {
		_, rows := table(t, formatstest.Workbook(map[string]string{
			"xl/styles.xml": styles, "xl/sharedStrings.xml": texts,
			"xl/worksheets/sheet1.xml": formatstest.Sheet(`<row r="1" spans="1:9">` + c.cells + `<extLst><ext><c><v>9</v></c></ext></extLst></row>`),
		}), formats.Options{})
		if got := fmt.Sprintf("%q", rows[0]); got != c.want {
			t.Errorf("%s\nis read as %s\nnot        %s", c.cells, got, c.want)
		}
	}
}

func TestAWorkbookOfTheMacintoshCountsItsDaysFrom1904(t *testing.T) {
	_, rows := table(t, formatstest.Workbook(map[string]string{
		"xl/workbook.xml":          `<workbook><workbookPr date1904="1"/><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>`,
		"xl/styles.xml":            `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": formatstest.Sheet(`<row><c><v>0</v></c><c><v>43981</v></c></row>`),
	}), formats.Options{})
	if got := fmt.Sprintf("%q", rows); got != `[["1904-01-01" "2024-05-31"]]` {
		t.Errorf("the days are %s", got)
	}
}

func TestSheetsKeepTheirNamesAndOrderAndHiddenOnesAreSaidToBe(t *testing.T) {
	inBoth(t, func(t *testing.T, o formats.Options) {
		f := excelize.NewFile()
		defer f.Close()
		for _, name := range []string{"Tabelle & 2", "Verborgen"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		_ = f.SetCellStr("Sheet1", "A1", "sichtbar")
		_ = f.SetCellStr("Verborgen", "B3", "nicht sichtbar")
		_ = f.SetSheetVisible("Verborgen", false)
		doc, err := formats.Open(t.Context(), file(written(t, f)), o)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range doc.Sheets {
			rows, err := rowsOf(&s)
			got = append(got, fmt.Sprintf("%s %v %q %v", s.Name, s.Hidden, rows, err))
		}
		want := []string{`Sheet1 false [["sichtbar"]] <nil>`, `Tabelle & 2 false [] <nil>`, `Verborgen true [["" "nicht sichtbar"]] <nil>`}
		if !slices.Equal(got, want) {
			t.Errorf("the sheets are %q, not %q", got, want)
		}
		if note := strings.Join(doc.Notes, ""); note != `The sheet "Verborgen" is hidden in its workbook.` {
			t.Errorf("the notes are %q", note)
		}
	})
}

func written(t interface{ Fatalf(string, ...any) }, f *excelize.File) string {
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatalf("write a workbook: %v", err)
	}
	return b.String()
}

// What another program writes is what is read: text of all kinds, whole numbers and decimals, days, truths, in cells
// anywhere.
func TestWhatAnotherProgramWroteInAWorkbookIsWhatIsRead(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("aB07 ,;\"'=<>&\n\té€Ж中😀_x"))).Filter(func(s string) bool { return s != "" && len(s) < 200 })
	rapid.Check(t, func(t *rapid.T) {
		f := excelize.NewFile()
		defer f.Close()
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			t.Fatal(err)
		}
		height := rapid.IntRange(1, 12).Draw(t, "height")
		var want []string
		for line := 1; line <= height; line++ {
			width := rapid.IntRange(0, 8).Draw(t, "width")
			var row []string
			for column := 1; column <= width; column++ {
				cell, _ := excelize.CoordinatesToCellName(column, line)
				var is string
				var err error
				switch rapid.IntRange(0, 5).Draw(t, "kind") {
				case 0:
				case 1:
					is = text.Draw(t, "text")
					err = f.SetCellStr("Sheet1", cell, is)
				case 2:
					n := rapid.Int64Range(-1<<53, 1<<53).Draw(t, "whole")
					is, err = strconv.FormatInt(n, 10), f.SetCellInt("Sheet1", cell, n)
				case 3:
					x := float64(rapid.IntRange(-1e9, 1e9).Draw(t, "decimal")) / 1000
					is, err = strconv.FormatFloat(x, 'f', -1, 64), f.SetCellFloat("Sheet1", cell, x, -1, 64)
				case 4:
					d := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 50000).Draw(t, "day"))
					is, err = d.Format(time.DateOnly), errors.Join(f.SetCellValue("Sheet1", cell, d), f.SetCellStyle("Sheet1", cell, cell, day))
				case 5:
					is, err = "TRUE", f.SetCellBool("Sheet1", cell, true)
				}
				if err != nil {
					t.Fatal(err)
				}
				row = append(row, is)
			}
			for len(row) > 0 && row[len(row)-1] == "" {
				row = row[:len(row)-1]
			}
			if len(row) > 0 {
				want = append(want, fmt.Sprintf("%d %q", line, row))
			}
		}
		doc, err := formats.Open(background, file(written(t, f)), formats.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for r, err := range doc.Sheets[0].Rows(background) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%d %q", r.Line, r.Cells))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("the rows are %s\nnot          %s", got, want)
		}
	})
}

func TestMergedCellsHaveTheirTextInTheFirstOnly(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	_ = f.SetSheetRow("Sheet1", "A1", &[]any{"Land", "Bestand"})
	_ = f.SetSheetRow("Sheet1", "A2", &[]any{"BY", 5})
	_ = f.SetSheetRow("Sheet1", "A3", &[]any{nil, 7})
	if err := f.MergeCell("Sheet1", "A2", "A3"); err != nil {
		t.Fatal(err)
	}
	_, rows := table(t, written(t, f), formats.Options{})
	if got := fmt.Sprintf("%q", rows); got != `[["Land" "Bestand"] ["BY" "5"] ["" "7"]]` {
		t.Errorf("the rows are %s", got)
	}
}

func TestBothWaysOfReadingAWorkbookGiveTheSame(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i := 1; i <= 3000; i++ {
		_ = f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i*2), &[]any{i, fmt.Sprintf("%04d", i), "Köche", 0.5, nil, "x"})
	}
	content := written(t, f)
	var all [2][]string
	for i, o := range []formats.Options{{}, {Child: child}} {
		doc, err := formats.Open(t.Context(), file(content), o)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // as often as wanted
			all[i] = all[i][:0]
			for r, err := range doc.Sheets[0].Rows(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				all[i] = append(all[i], fmt.Sprintf("%d %q", r.Line, r.Cells))
			}
		}
		for range doc.Sheets[0].Rows(t.Context()) {
			break // and no further than wanted
		}
	}
	if len(all[0]) != 3000 || !slices.Equal(all[0], all[1]) {
		t.Errorf("%d and %d rows, which differ", len(all[0]), len(all[1]))
	}
}

func TestADeadProcessIsAFaultOfTheWorkbookAndAMissingOneIsNot(t *testing.T) {
	content := formatstest.Workbook(nil)
	for _, c := range []struct {
		script string
		fault  bool
	}{
		{"exit 2", true},
		{"kill -9 $$", true},
		{"cat >/dev/null; printf 'S'", true},
		{"cat >/dev/null; printf 'S\\377\\377\\377\\377\\377\\017'", true},
		{"cat >/dev/null; printf 'R\\002\\001\\001E\\000'", true},
	} {
		_, err := formats.Open(t.Context(), file(content), formats.Options{Child: func(ctx context.Context) *exec.Cmd {
			return exec.CommandContext(ctx, "sh", "-c", c.script)
		}})
		var fault *formats.Fault
		if !errors.As(err, &fault) || fault.What != "is too large or broken as a workbook" {
			t.Errorf("%s: the error is %v", c.script, err)
		}
	}
	_, err := formats.Open(t.Context(), file(content), formats.Options{Child: func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, "/no/such/program")
	}})
	var fault *formats.Fault
	if err == nil || errors.As(err, &fault) {
		t.Errorf("no program: the error is %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	_, err = formats.Open(ctx, file(content), formats.Options{Child: func(ctx context.Context) *exec.Cmd {
		stop()
		return exec.CommandContext(ctx, "sh", "-c", "exec sleep 60")
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: the error is %v", err)
	}
}

// FuzzWorkbook: a worksheet, its texts and its styles of whatever bytes end in rows or in a fault.
func FuzzWorkbook(f *testing.F) {
	f.Add(formatstest.Sheet(`<row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="C1" t="inlineStr"><is><t>x</t></is></c><c><f>1</f><v>2</v></c></row>`), `<sst><si><t>a</t></si><si><r><t>b_x000D_</t></r></si></sst>`,
		`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts><cellXfs><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`)
	f.Add("<!DOCTYPE x><a/>", "<sst><si>&#x41;&lt;<![CDATA[x]]><!-- y --></si></sst>", "<?x?><a b='c>'/>")
	f.Fuzz(func(t *testing.T, rows, texts, styles string) {
		doc, err := formats.Open(background, file(formatstest.Workbook(map[string]string{"xl/worksheets/sheet1.xml": rows, "xl/sharedStrings.xml": texts, "xl/styles.xml": styles})), formats.Options{})
		if err != nil {
			kindly(t, err)
			return
		}
		line := 0
		for r, err := range doc.Sheets[0].Rows(background) {
			if err != nil {
				kindly(t, err)
				continue
			}
			if r.Line <= line || len(r.Cells) == 0 || len(r.Cells) > 64 || r.Cells[len(r.Cells)-1] == "" {
				t.Fatalf("after row %d comes row %d, %q", line, r.Line, r.Cells)
			}
			line = r.Line
		}
	})
}
