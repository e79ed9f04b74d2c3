package intake

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/datasets/formats"
)

// lawful is a layout with every way a figure can go: into a row, left out, a total, suppressed, unmapped.
const lawful = `
id: lawful
source: made up
date: "2024"
licence: CC0-1.0
suppressed: ["*"]
ignore:
  - {column: note, is: [old]}
totals:
  - {column: land, is: [all]}
tables:
  - file: vacancies.csv
    sum: true
    columns:
      region: {column: land, map: {a: DE-BY, b: DE-BE, all: DE}}
      occupation: {column: isco, from: isco08}
      period: "2024"
      kind: stock
      count: {column: n}
`

func readLawful(t *rapid.T, l *Layout, text string) (*Quality, []string) {
	var rows []string
	doc, err := formats.Open(context.Background(), formats.File{Name: "source", Content: strings.NewReader(text), Size: int64(len(text))}, l.Declared(formats.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	q, err := l.Read(context.Background(), doc, Reading{Row: func(table string, _ int, cells []string) error {
		rows = append(rows, table+" "+strings.Join(cells, ","))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return q, rows
}

func TestEveryFigureIsInARowOrInAFinding(t *testing.T) {
	l, err := ReadLayout([]byte(lawful), "lawful.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var lines []string
		var all, totals int64
		for range rapid.IntRange(1, 40).Draw(t, "rows") {
			land := rapid.SampledFrom([]string{"a", "b", "c", "all"}).Draw(t, "land")
			isco := rapid.SampledFrom([]string{"2221", "2222", "9999"}).Draw(t, "isco")
			note := rapid.SampledFrom([]string{"", "", "old"}).Draw(t, "note")
			n := rapid.SampledFrom([]string{"1", "20", "0.5", "*", "0"}).Draw(t, "n")
			lines = append(lines, strings.Join([]string{land, isco, note, n}, ","))
			if v, ok := (Numbers{}).parse(n); ok {
				if all += v; land == "all" && note == "" {
					all -= v
					totals += v
				}
			}
		}
		read := func(lines []string) (*Quality, []string) {
			return readLawful(t, l, "land,isco,note,n\n"+strings.Join(lines, "\n")+"\n")
		}
		q, rows := read(lines)
		f := q.Tables[0]
		if f.Read != all {
			t.Fatalf("%s were read of %s", grouped(f.Read), grouped(all))
		}
		told := f.Written
		for _, x := range q.Findings {
			if x.Kind == Ignored || x.Kind == Unmapped {
				told += x.Figure
			}
		}
		if told != all {
			t.Fatalf("%s are in rows and findings, of %s\n%+v", grouped(told), grouped(all), q.Findings)
		}
		other, shuffled := read(rapid.Permutation(lines).Draw(t, "order"))
		if other.Tables[0].Hash != f.Hash || len(rows) != len(shuffled) {
			t.Fatal("the order of the source's rows makes another table")
		}
	})
}

func TestFiguresAreReadAsDeclaredAndInNoOtherWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := Numbers{rapid.SampledFrom([]string{"", ".", ","}).Draw(t, "decimal"), rapid.SampledFrom([]string{"", ",", ".", "'", " "}).Draw(t, "thousands")}
		point := n.Decimal
		if point == "" {
			point = "."
		}
		if n.Thousands == point {
			return
		}
		v := rapid.Int64Range(0, maxFigure).Draw(t, "figure")
		whole := fmt.Sprint(v / micro)
		for i := len(whole) - 3; i > 0 && n.Thousands != ""; i -= 3 {
			whole = whole[:i] + n.Thousands + whole[i:]
		}
		text := whole
		if v%micro != 0 {
			text += point + fmt.Sprintf("%06d", v%micro)
		}
		if got, ok := n.parse(text); !ok || got != v {
			t.Fatalf("%q is read as %s, %t", text, decimal(got), ok)
		}
	})
	for text, n := range map[string]Numbers{
		"1.400": {Decimal: ","}, "1,400": {}, "1 400": {Thousands: ","}, "14,00": {Thousands: ","}, "1,4000": {Thousands: ","}, "": {}, ".": {}, "1.": {},
		"1e3": {}, "0x10": {}, "１２": {}, "--1": {}, "1 000 00": {Thousands: " "}, ",5": {Decimal: ",", Thousands: "."}, "99999999999999": {},
	} {
		if v, ok := n.parse(text); ok {
			t.Errorf("%q is read as %s by %+v", text, decimal(v), n)
		}
	}
	for text, want := range map[string]int64{"-5": -5 * micro, "−5": -5 * micro, "0.0000005": 1, "0.0000004": 0, "007": 7 * micro} {
		if v, ok := (Numbers{}).parse(text); !ok || v != want {
			t.Errorf("%q is read as %d, %t", text, v, ok)
		}
	}
}

func TestALayoutThatIsWrongSaysEverythingThatIs(t *testing.T) {
	for text, want := range map[string][]string{
		"":                       {"is empty"},
		"id: [":                  {"cannot be read as YAML"},
		"idd: x":                 {"field idd not found"},
		"id: x":                  {"source: is missing", "date: is missing", "licence: is missing", "tables: is missing"},
		lawful + "wide: {as: x}": {"wide.columns: is not a list"},
		strings.Replace(lawful, "from: isco08", "from: isco99", 1):                {"isco99", "is not a classification"},
		strings.Replace(lawful, "file: vacancies.csv", "file: jobs.csv", 1):       {"is not a table that sources fill"},
		strings.Replace(lawful, "period:", "year:", 1):                            {"is not a column of vacancies.csv", "period: is missing"},
		strings.Replace(lawful, "kind: stock", "kind: {column: n, times: 10}", 1): {"is no figure"},
		strings.Replace(lawful, "{column: n}", "{colum: n}", 1):                   {"field colum not found"},
		strings.Replace(lawful, "{column: n}", "{times: 3}", 1):                   {"says nothing of the column"},
		lawful + `numbers: {decimal: ".", thousands: "."}`:                        {"cannot stand between thousands"},
	} {
		_, err := ReadLayout([]byte(text), "my.yaml")
		if problemsOf(err) == nil {
			t.Errorf("no problem in %q: %v", text, err)
			continue
		}
		for _, w := range want {
			if w, _, _ = strings.Cut(w, ": is"); !strings.Contains(err.Error(), w) {
				t.Errorf("%q is not said of\n%s\nbut\n%v", w, text, err)
			}
		}
	}
}

func TestAReadyLayoutIsWrittenAndReadAsItWas(t *testing.T) {
	for _, l := range Ready() {
		text, err := l.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadLayout(text, l.ID)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		second, err := again.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, second) {
			t.Errorf("%s changes when written and read:\n%s\n%s", l.ID, text, second)
		}
	}
}
