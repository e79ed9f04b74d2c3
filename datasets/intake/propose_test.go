package intake

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func propose(t *testing.T, text string) *Proposal {
	t.Helper()
	p, err := Propose(context.Background(), open(t, nil, []byte(text)), "2026-11-27")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// hold fails unless a proposal, written out and read again, reads the source with this many rows and this total.
func hold(t *testing.T, p *Proposal, source string, rows int64, total string) *Quality {
	t.Helper()
	text, err := p.Text()
	if err != nil {
		t.Fatal(err)
	}
	l, err := ReadLayout(text, "proposed.yaml")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	q, err := l.Read(context.Background(), open(t, l, []byte(source)), Reading{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if f := q.Tables[0]; f.Rows != rows || decimal(f.Written) != total {
		t.Errorf("%d rows, %s, want %d, %s\n%s\n%+v", f.Rows, decimal(f.Written), rows, total, text, q.Findings)
	}
	return q
}

func TestALongTableIsUnderstoodByLooking(t *testing.T) {
	source := "Open positions by county\n\nYear;Country;ISCO-08;Vacancies\n2023;DEU;2221;1.500,5\n2023;FRA;2512;2.000\n2023;Norway;7115;*\n"
	p := propose(t, source)
	hold(t, p, source, 2, "3500.5")
	l := p.Layout
	if p.Ready || l.Header.Row != 3 || l.Numbers != (Numbers{",", "."}) || !slices.Equal(l.Suppressed, []string{"*"}) {
		t.Errorf("%+v", l)
	}
}

func TestAWideTableOfYearsIsUnderstoodByLooking(t *testing.T) {
	source := "region,isco,2019,2020,2021\nDE,2221,10,20,30\nFR,2221,1,2,3\n"
	hold(t, propose(t, source), source, 6, "66")
}

func TestAWideTableOfCountriesIsUnderstoodByLooking(t *testing.T) {
	source := "Occupation,Year,Germany,France,NO\n2221 Nurses,2020,10,20,30\n2512 Developers,2020,1,2,3\n"
	hold(t, propose(t, source), source, 6, "66")
}

func TestAReadyLayoutIsFoundByItsColumns(t *testing.T) {
	p := propose(t, "land,occupational_group,name,year,vacancies,unemployed,unemployed_foreigners\n01,111,x,2022,143.75,596.17,10\n")
	if !p.Ready || p.Layout.ID != "de-ba-kldb3" {
		t.Errorf("%+v", p)
	}
}

func TestAFileWithoutFiguresHasNoLayout(t *testing.T) {
	for _, text := range []string{"hello\n", "a,b\nc,d\ne,f\n", "\n\n", "Dear ministry,\nplease find attached nothing.\n"} {
		_, err := Propose(context.Background(), open(t, nil, []byte(text)), "2026-11-27")
		if p := problemsOf(err); p == nil || !strings.Contains(err.Error(), "layout") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Tables of wages by region are mostly empty, and have texts between their figures.
func TestTheNamesOfASparseTableAreFound(t *testing.T) {
	var b strings.Builder
	b.WriteString("region,isco,count")
	for i := range 12 {
		b.WriteString(",remark " + string(rune('a'+i)))
	}
	for i, code := range []string{"2221", "2222", "2512", "2513", "5322"} {
		b.WriteString("\nDE," + code + ",100" + strings.Repeat(",", i) + ",survey of spring,by letter,in towns" + strings.Repeat(",", 9-i))
	}
	p := propose(t, b.String()+"\n")
	if p.Layout.Header.Row != 1 {
		t.Errorf("the names are looked for in row %d: %v", p.Layout.Header.Row, p.Reasons)
	}
}
