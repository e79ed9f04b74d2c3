package intake

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Held against rational numbers: the nearest millionth, halves up.
func TestAConversionIsExactToTheNearestMillionth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, maxFigure).Draw(t, "figure")
		months := rapid.Int64Range(1, maxMonths).Draw(t, "months")
		c := &Conversion{To: rapid.SampledFrom([]string{"stock", "flow"}).Draw(t, "to"), Months: decimal(months), Source: "x"}
		want := new(big.Rat).SetFrac(big.NewInt(months), big.NewInt(12*micro))
		if c.To == "flow" {
			want.Inv(want)
		}
		want.Mul(want, new(big.Rat).SetInt64(n))
		want.Add(want, big.NewRat(1, 2))
		rounded := new(big.Int).Div(want.Num(), want.Denom())
		got, ok := c.converted(n)
		if !ok {
			if rounded.Cmp(big.NewInt(maxFigure)) <= 0 {
				t.Fatalf("%d is too large", n)
			}
			return
		}
		if rounded.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("%d by %d months is %d, want %s", n, months, got, rounded)
		}
	})
}

func TestConvertedMassIsSplitExactly(t *testing.T) {
	l := mustLayout(t, `
id: split
source: made up
date: "2024"
licence: CC0-1.0
tables:
  - file: vacancies.csv
    convert: {to: stock, months: 3.2, source: made up}
    columns:
      region: US
      occupation: {column: soc, from: soc2018}
      period: "2024"
      kind: flow
      count: {column: n}
`)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1_000_000_000).Draw(t, "n")
		source := "soc,n\n11-1011," + decimal(n) + "\n"
		q, err := l.Read(context.Background(), open(t, l, []byte(source)), Reading{})
		if err != nil {
			t.Fatal(err)
		}
		want, _ := l.Tables[0].Convert.converted(n)
		if f := q.Tables[0]; f.Read != n || f.Written != want || q.Refused() {
			t.Fatalf("%d became %d, want %d: %+v", f.Read, f.Written, want, q.Findings)
		}
	})
}

func TestAConversionWithoutItsGroundsIsRefused(t *testing.T) {
	layout := func(convert, kind string) string {
		return strings.Replace(strings.Replace(lawful, "kind: stock", "kind: "+kind, 1), "sum: true", "convert: "+convert, 1)
	}
	for convert, want := range map[string]string{
		`{to: stock, months: 3.2}`:                      "convert.source: is missing",
		`{to: stock, source: x}`:                        "is not a duration",
		`{to: stock, months: -1, source: x}`:            "is not a duration",
		`{to: stock, months: 0, source: x}`:             "is not a duration",
		`{to: stock, months: 1e3, source: x}`:           "is not a duration",
		`{to: net, months: 3, source: x}`:               "is neither stock nor flow",
		`{to: flow, months: 3, source: x}`:              "is flow, and the rows are flow",
		`{to: stock, months: 3, source: x, because: y}`: "field because not found",
	} {
		_, err := ReadLayout([]byte(layout(convert, "flow")), "my.yaml")
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "column tables[1].", ""), want) {
			t.Errorf("%s: %q is not said but %v", convert, want, err)
		}
	}
	if _, err := ReadLayout([]byte(layout(`{to: stock, months: 3.2, source: x}`, "flow")), "my.yaml"); err != nil {
		t.Error(err)
	}
}

func TestErasAreReadWrittenAndChecked(t *testing.T) {
	layout := func(from string) string {
		return strings.Replace(lawful, "from: isco08", "from: "+from, 1)
	}
	l := mustLayout(t, layout("{until 2012: isco88, 2013 to 2020: soc2010, since 2022: isco08}"))
	text, err := l.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	again := mustLayout(t, string(text))
	v := again.Tables[0].Columns["occupation"]
	for period, want := range map[string]string{"1990": "isco88", "2012": "isco88", "2013-Q1": "soc2010", "2020": "soc2010", "2021": "", "2022": "isco08"} {
		if got := v.from(period); got != want {
			t.Errorf("%s is of %q, want %q\n%s", period, got, want, text)
		}
	}
	for from, want := range map[string]string{
		"{before 2020: isco88}":                      "is no time",
		"{until 20: isco88}":                         "is no time",
		"{since 2020: isco88, until 2019: isco08}":   "are not one after the other",
		"{until 2020: isco88, since 2020: isco08}":   "are not one after the other",
		"{until 2020: isco99, since 2021: isco08}":   "is not a classification",
		"{2012 to 2010: isco88, since 2021: isco08}": "is no time",
	} {
		if _, err := ReadLayout([]byte(layout(from)), "my.yaml"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q is not said but %v", from, want, err)
		}
	}
}

// Each year's codes are mapped by the table of its own classification, as two layouts of one year each would.
func TestEachEraIsMappedByItsOwnTable(t *testing.T) {
	layout := func(from, only string) *Layout {
		return mustLayout(t, `
id: eras
source: made up
date: "2022"
licence: CC0-1.0
only:
  - {column: year, starts: [`+only+`]}
tables:
  - file: vacancies.csv
    columns:
      region: US
      occupation: {column: soc, from: `+from+`}
      period: {column: year}
      kind: flow
      count: {column: n}
`)
	}
	source := "year,soc,n\n"
	for i, soc := range []string{"11-1011", "13-1199", "15-1121", "29-1141", "35-2014"} {
		source += fmt.Sprintf("2020,%s,%d\n2021,%s,%d\n", soc, 100+i, soc, 200+i)
	}
	read := func(l *Layout) map[string]bool {
		rows := map[string]bool{}
		if _, err := l.Read(context.Background(), open(t, l, []byte(source)), Reading{Row: func(_ string, _ int, cells []string) error {
			rows[strings.Join(cells, ",")] = true
			return nil
		}}); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	both := read(layout("{until 2020: soc2010, since 2021: soc2018}", `"20"`))
	apart := read(layout("soc2010", `"2020"`))
	for row := range read(layout("soc2018", `"2021"`)) {
		apart[row] = true
	}
	if len(both) != len(apart) || len(both) < 10 {
		t.Fatalf("%d rows, apart %d", len(both), len(apart))
	}
	for row := range apart {
		if !both[row] {
			t.Errorf("not there: %s", row)
		}
	}
}
