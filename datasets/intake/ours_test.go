package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"labourmatch/datasets"
)

// ownTables are tables of a market directory as the program writes them, with what spreadsheets spoil: codes with zeros in
// front, a text like a formula, empty cells, decimals.
var ownTables = map[string]string{
	datasets.VacanciesFile: `region,occupation,skill,period,count,kind,wage,contract,months,coverage,source,date,licence,assumed,estimated
DE,0110,,2024,1200.5,stock,40000,permanent,,0.85,"Office, of statistics",2024-05-31,CC-BY-4.0,,
DE-BY,2221,,2024,3,stock,,,,,"'=1+1",2024-05,CC0-1.0,yes,
FR,,S1,2023,7.25,net,,seasonal,6,,Somebody,2024,CC0-1.0,,yes
`,
	datasets.WorkersFile: `region,occupation,skill,period,count,kind,status,citizenship,outside,coverage,source,date,licence,assumed,estimated
PH,2221,,2024,1000,stock,unemployed,PH,5000.25,,Somebody,2024,CC0-1.0,,
PH,0210,,2024,0.000001,stock,,,,,Somebody,2024,CC0-1.0,yes,
`,
	datasets.WagesFile: `region,occupation,period,wage,unit,source,date,licence,assumed
DE,2221,2024,24.5,PPP$ per hour,Somebody,2024,CC0-1.0,
DE,,2024,21,PPP$ per hour,Somebody,2024,,yes
DE,0310,2024,18.75,PPP$ per hour,Somebody,2024,CC0-1.0,
`,
	datasets.FitsFile: `from,to,fit,training_months,regulated,source
0110,0210,0.61,,,ESCO
2221,2222,0.344,12.5,conversion,ESCO
`,
	datasets.ChannelsFile: `id,title,kind,level,origins,destinations,occupations,recruitment,contract,months,ages,quota,quota_of,cost_worker,cost_employer,days,protections,agreement,valid_from,valid_to,in_force,source,url,date,licence,assumed
ph-de,"Triple Win, nurses",agreement,bilateral,PH,DE,2221 2222,active,permanent,,,500,total,0,7500.5,180,no_worker_fee,Agreement of 2013,2013,,yes,GIZ,https://www.giz.de,2024,,
`,
	datasets.SafeguardsFile: `id,origins,occupations,rule,amount,list,protections,source,url,date,licence,assumed
stay,PH,2221,stay,0.9,,,Somebody,,2024,,yes
`,
}

// clothes are ways in which a table comes back from an office.
var clothes = map[string]func(t *testing.T, rows [][]string, table datasets.Table) []byte{
	"as it is": func(t *testing.T, rows [][]string, _ datasets.Table) []byte { return delimited(t, rows, ',') },
	"with semicolons and decimal commas": func(t *testing.T, rows [][]string, table datasets.Table) []byte {
		return delimited(t, decimalCommas(rows), ';')
	},
	"in UTF-16 with tabs": func(t *testing.T, rows [][]string, table datasets.Table) []byte {
		out := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(string(delimited(t, decimalCommas(rows), '\t')))) {
			out = append(out, byte(u), byte(u>>8))
		}
		return out
	},
	"as a workbook": func(t *testing.T, rows [][]string, _ datasets.Table) []byte {
		f := excelize.NewFile()
		defer f.Close() //nolint:errcheck // in memory
		for i, row := range rows {
			for j, cell := range row {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				if n, ok := (Numbers{}).parse(cell); ok && i > 0 { // as a spreadsheet does, which takes zeros off codes
					err = f.SetCellValue("Sheet1", at, float64(n)/micro)
				} else {
					err = f.SetCellValue("Sheet1", at, cell)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	},
}

func delimited(t *testing.T, rows [][]string, comma rune) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// decimalCommas writes figures with a comma before decimals.
func decimalCommas(rows [][]string) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = append([]string(nil), row...)
		for j := range row {
			if i > 0 && figures[rows[0][j]] {
				out[i][j] = strings.Replace(row[j], ".", ",", 1)
			}
		}
	}
	return out
}

func TestOurOwnTablesAreKnownInOtherClothesAndComeBackAsTheyWere(t *testing.T) {
	for file, text := range ownTables {
		table, _ := datasets.TableFor(file)
		var want []string
		before, err := datasets.ReadTable(strings.NewReader(text), table, file, func(_ int, cells []string) error {
			want = append(want, strings.Join(cells, "|"))
			return nil
		})
		if err != nil {
			t.Fatal(file, err)
		}
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for name, dress := range clothes {
			t.Run(file+" "+name, func(t *testing.T) {
				data := dress(t, rows, table)
				p, err := Propose(context.Background(), open(t, nil, data), "2026-11-27")
				if err != nil {
					t.Fatal(err)
				}
				if len(p.Doubts) > 0 || p.Layout.Tables[0].File != file {
					t.Fatalf("%v, %+v", p.Doubts, p.Layout)
				}
				written, err := p.Text()
				if err != nil {
					t.Fatal(err)
				}
				l := mustLayout(t, string(written))
				var got []string
				q, err := l.Read(context.Background(), open(t, l, data), Reading{Row: func(_ string, _ int, cells []string) error {
					got = append(got, strings.Join(cells, "|"))
					return nil
				}})
				if err != nil {
					t.Fatal(err)
				}
				if strings.Join(got, "\n") != strings.Join(want, "\n") || q.Tables[0].Hash != before.Hash || q.Refused() {
					t.Errorf("\n%s\nis not\n%s\n%+v", strings.Join(got, "\n"), strings.Join(want, "\n"), q.Findings)
				}
			})
		}
	}
}

func TestATableThatCouldBeTwoOfOursSaysSo(t *testing.T) {
	p := propose(t, "region,occupation,period,count,kind,source,date,licence\nDE,2221,2024,1,stock,x,2024,CC0-1.0\n")
	if len(p.Doubts) != 1 || !strings.Contains(p.Doubts[0], datasets.WorkersFile) {
		t.Errorf("%q", p.Doubts)
	}
}

func TestCommasThatMayStandBetweenThousandsAreADoubt(t *testing.T) {
	head := "region;occupation;period;count;kind;wage;source;date;licence\n"
	for count, doubts := range map[string]int{"1,500": 1, "1,5": 0, "0,125": 0} {
		p := propose(t, head+"DE;2221;2024;"+count+";stock;;x;2024;CC0-1.0\n")
		if len(p.Doubts) != doubts || p.Layout.Numbers.Decimal != "," {
			t.Errorf("%s: %q, %+v", count, p.Doubts, p.Layout.Numbers)
		}
	}
}
