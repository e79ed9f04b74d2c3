package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const oneColumn = `
id: one
source: made up
date: "2024"
licence: CC0-1.0
tables:
  - file: vacancies.csv
    columns:
      region: {column: land}
      occupation: {column: isco}
      period: "2024"
      kind: stock
      count: {column: n}
`

// Far more different regions without a counterpart than are held: each comes out once, and those about most are kept.
func TestEveryFindingComesOutAndTheLargestAreKept(t *testing.T) {
	l := mustLayout(t, strings.Replace(oneColumn, "{column: land}", "{column: land, from: region}", 1))
	const rows = maxGathered + 7000
	var source strings.Builder
	source.WriteString("land,isco,n\n")
	for i := range rows {
		fmt.Fprintf(&source, "odd %d,2221,%d\n", i, 1+(i*7919)%rows) // each figure from 1 to rows once, in no order
	}
	var figures []int64
	q, err := l.Read(context.Background(), open(t, l, []byte(source.String())), Reading{Found: func(f Finding) error {
		if f.Kind == Unmapped {
			figures = append(figures, f.Figure/micro)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(figures)
	if len(figures) != rows || figures[0] != 1 || len(slices.Compact(figures)) != rows {
		t.Errorf("%d findings came out, of %d", len(figures), rows)
	}
	if q.Count(Warning) != rows || len(q.Findings)+q.More != q.Count(Warning)+q.Count(Note)+q.Count(Refusing) {
		t.Errorf("%d warnings, %d kept and %d more", q.Count(Warning), len(q.Findings), q.More)
	}
	for i, f := range q.Findings {
		if f.Figure != int64(rows-i)*micro {
			t.Fatalf("finding %d is about %s, want %d", i+1, grouped(f.Figure), rows-i)
		}
	}
}

func TestTheCheckersFindingsComeOutAllAndDuplicatesNameBothRows(t *testing.T) {
	l := mustLayout(t, oneColumn)
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOfN(rapid.SampledFrom([]string{"2221", "2222", "2512", "7115"}), 1, 40).Draw(t, "codes")
		source, first, twice := "land,isco,n\n", map[string]int{}, map[int]int{}
		for i, c := range codes {
			source += "DE," + c + ",3\n"
			if _, have := first[c]; have {
				twice[i+2] = first[c]
			} else {
				first[c] = i + 2
			}
		}
		q, err := l.Read(context.Background(), open(t, l, []byte(source)), Reading{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range q.Findings {
			if f.Kind != Duplicate {
				continue
			}
			if !strings.HasPrefix(f.What, fmt.Sprintf("is for the same as row %d:", twice[f.Row])) || f.Figure != 3*micro || f.Times != 1 {
				t.Fatalf("row %d: %+v", f.Row, f)
			}
			delete(twice, f.Row)
		}
		if len(twice) > 0 {
			t.Fatalf("not told: %v", twice)
		}
	})
}

func TestAFindingThatCannotBeHandedOnEndsTheReading(t *testing.T) {
	l, full := mustLayout(t, oneColumn), errors.New("the disk is full")
	_, err := l.Read(context.Background(), open(t, l, []byte("land,isco,n\nDE,2221,x\n")), Reading{Found: func(Finding) error { return full }})
	if !errors.Is(err, full) {
		t.Error(err)
	}
}

func TestMoreFaultyRowsThanAreKeptAreAllHandedOn(t *testing.T) {
	l := mustLayout(t, oneColumn)
	source := "land,isco,n\n"
	for range 3000 {
		source += "DE,2221,1\n"
	}
	told := 0
	q, err := l.Read(context.Background(), open(t, l, []byte(source)), Reading{Found: func(f Finding) error { told++; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if told != 2999 || q.Count(Refusing) != 2999 || len(q.Findings) != MaxFindings || q.More != 1999 {
		t.Errorf("%d told, %d counted, %d kept, %d more", told, q.Count(Refusing), len(q.Findings), q.More)
	}
}
