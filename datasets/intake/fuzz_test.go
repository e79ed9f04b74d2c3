package intake

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
)

// FuzzReadLayout: whatever the text, it is refused with its problems or is a layout that is written and read again as the
// same.
func FuzzReadLayout(f *testing.F) {
	for _, l := range Ready() {
		text, _ := ReadyText(l.ID)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ReadLayout([]byte(text), "layout.yaml")
		if err != nil {
			var problems *datasets.Problems
			if !errors.As(err, &problems) || len(problems.List) == 0 {
				t.Fatal(err)
			}
			for _, p := range problems.List {
				if p.File != "layout.yaml" || p.What == "" {
					t.Fatalf("%+v", p)
				}
			}
			return
		}
		out, err := l.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadLayout(out, "layout.yaml")
		if err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		if twice, err := again.Marshal(); err != nil || !bytes.Equal(twice, out) {
			t.Fatalf("%v:\n%s\nis not\n%s", err, twice, out)
		}
	})
}

// FuzzPropose: whatever the table, it is refused or there is a layout for it, which is read back, and by which the table
// is read or refused.
func FuzzPropose(f *testing.F) {
	for _, text := range []string{
		"region,occupation,count\nDE,2221,5\nDE,110,7\n", "Land;Beruf (ISCO-08);Bestand\nBayern;2221 Pflege;1.400\n", "geo\ttime\tvalue\nDE\t2022\t: c\n",
		"title\n\nregion,2021,2022\nDE,1,2\nFR,3,\n", "a,b\n=1,\"2\n\"\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := formats.File{Name: "t.csv", Content: strings.NewReader(text), Size: int64(len(text))}
		doc, err := formats.Open(t.Context(), file, formats.Options{Limits: formats.Limits{Rows: 200, Columns: 30}})
		if err != nil {
			return // which is for the targets of formats
		}
		var fault *formats.Fault
		var problems *datasets.Problems
		p, err := Propose(t.Context(), doc, "2024-01-31")
		if err != nil {
			if !errors.As(err, &fault) && !errors.As(err, &problems) {
				t.Fatal(err)
			}
			return
		}
		out, err := p.Text()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadLayout(out, "layout.yaml"); err != nil && !errors.As(err, &problems) { // what is in doubt may have to be filled in
			t.Fatalf("%v:\n%s", err, out)
		}
		if _, err := p.Layout.Read(t.Context(), doc, Reading{}); err != nil && !errors.As(err, &fault) && !errors.As(err, &problems) {
			t.Fatalf("%v:\n%s", err, out)
		}
	})
}
