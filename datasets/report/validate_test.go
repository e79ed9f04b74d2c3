package report_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets"
	"labourmatch/datasets/demo"
	"labourmatch/datasets/report"
)

// welders is a market of two countries in which DE is short of welders in one Land, and has idle ones in the other.
func welders(t *testing.T) *datasets.Directory {
	t.Helper()
	return read(t, fstest.MapFS{
		"vacancies.csv": {Data: []byte("region,occupation,period,count,kind,source,date,licence\n" +
			"DE-BE,7212,2022,100,stock,x,2022,x\nDE-BY,7212,2022,50,stock,x,2022,x\nDE-BE,2211,2022,200,stock,x,2022,x\n" +
			"DE-BE,9112,2022,10,stock,x,2022,x\nNO,2211,2022,900,stock,x,2022,x\n")},
		"workers.csv": {Data: []byte("region,occupation,period,count,kind,source,date,licence\n" +
			"DE-BY,7212,2022,120,stock,x,2022,x\nDE-BE,2211,2022,300,stock,x,2022,x\nDE-BE,9112,2022,5000,stock,x,2022,x\n" +
			"DE-BE,5223,2022,40,stock,x,2022,x\nNO,7212,2022,7000,stock,x,2022,x\n")},
	})
}

func TestAListIsHeldAgainstItsCountrySolvedAlone(t *testing.T) {
	list := datasets.FlagList{ID: "l", Title: "A list", Against: "DE", Level: 4, Flags: []datasets.Flag{
		{Occupation: "7212", Short: true, Degree: 1},
		{Occupation: "2211"},
		{Occupation: "9112", Short: true, Degree: 1},
		{Occupation: "5223", Degree: -1},
		{Occupation: "0110"},
	}}
	v, err := report.Validate(t.Context(), welders(t), []datasets.FlagList{list}, "test")
	if err != nil {
		t.Fatal(err)
	}
	got := v.Lists[0]
	if got.Groups != 4 || got.Flagged != 2 || got.Absent != 1 {
		t.Errorf("%d groups, %d flagged, %d absent; want 4, 2 and 1", got.Groups, got.Flagged, got.Absent)
	}
	// Tightness: 7212 150/270, 2211 200/500, 9112 10/5010, 5223 0/40: a flagged one is above in 2 pairs of 4, and ties in one.
	if a := got.Agreement[0]; *a.Above != 0.625 {
		t.Errorf("a flagged group ranks above in %v of pairs, want 0.625", *a.Above)
	}
	if len(got.Hits) != 1 || got.Hits[0].Code != "7212" || got.Hits[0].Openings != 150 || got.Hits[0].Alone != 100 || got.Hits[0].Unfilled != 30 {
		t.Errorf("the hits are %+v; want 7212 alone, with Germany's figures", got.Hits)
	}
	if len(got.Misses) != 1 || got.Misses[0].Code != "9112" || got.Misses[0].Why != "500.0 idle for each opening; small cell, fewer than 100 openings" {
		t.Errorf("the misses are %+v", got.Misses)
	}
	if len(got.Alarms) != 1 || got.Alarms[0].Code != "2211" || got.Alarms[0].Why != "1.5 idle for each opening" {
		t.Errorf("the false alarms are %+v", got.Alarms)
	}
}

func TestEveryFlaggedGroupOfTheDemoIsAHitOrAMissWithAReason(t *testing.T) {
	files, err := demo.FS()
	if err != nil {
		t.Fatal(err)
	}
	market, err := datasets.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	v, err := report.Validate(t.Context(), market, demo.FlagLists(), "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range v.Lists {
		if len(l.Hits)+len(l.Misses) != l.Flagged {
			t.Errorf("%s: %d hits and %d misses of %d flagged", l.ID, len(l.Hits), len(l.Misses), l.Flagged)
		}
		if n := len(l.Hits) + len(l.Alarms); n < l.Flagged {
			t.Errorf("%s: %d are called, fewer than the %d flagged", l.ID, n, l.Flagged)
		}
		for _, g := range slices.Concat(l.Misses, l.Alarms) {
			if g.Why == "" {
				t.Errorf("%s: no reason for %s", l.ID, g.Code)
			}
		}
		for _, a := range l.Agreement {
			if a.Above == nil || *a.Chance <= 0 || *a.Chance > 1 {
				t.Errorf("%s: %s is not compared", l.ID, a.Measure)
			}
		}
	}
	var text strings.Builder
	if err := v.WriteText(&text, report.Style{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text.String()) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("a line has %d columns: %s", n, line)
		}
	}
}
