package datasets

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"labourmatch/matcher"
)

// FuzzReadScenario: whatever the text, it is refused with its problems or is a scenario that is written and read again as
// the same.
func FuzzReadScenario(f *testing.F) {
	for _, c := range []string{
		"  - supply: +10 %\n    region: DE\n", "  - quota: 100\n    channel: C\n", "  - wages: x1.1\n    occupation: \"22\"\n",
		"  - open: {id: N, title: New, kind: visa, origins: [AA], destinations: [BB]}\n", "  - order: value\n", "  - drop: X\n", "  - set: mobile\n    to: 0.2\n",
		"  - displace: 50 %\n    region: AA\n    to: BB\n", "  - idle: 0.5\n    region: AA\n", "  - train: 10\n    region: AA\n    from: \"5120\"\n    to: \"5131\"\n",
	} {
		f.Add("name: s\ntitle: A scenario\nchanges:\n" + c)
	}
	f.Add(`{"name": "s", "title": "A scenario", "changes": [{"demand": "+5"}]}`)
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(string(data))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		const period = "2024"
		s, err := ReadScenario([]byte(text), "s.yaml", period)
		if err != nil {
			var problems *Problems
			if !errors.As(err, &problems) || len(problems.List) == 0 || len(problems.List) > MaxProblems {
				t.Fatal(err)
			}
			for _, p := range problems.List {
				if p.File != "s.yaml" || p.What == "" || strings.ContainsAny(p.String(), "\n\x00") {
					t.Fatalf("%+v", p)
				}
			}
			return
		}
		out, err := WriteScenario(s)
		if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
		again, err := ReadScenario(out, "s.yaml", period)
		if err != nil {
			t.Fatalf("%v:\n%s\nwritten as\n%s", err, text, out)
		}
		for _, of := range []*matcher.Scenario{s, again} {
			for i := range of.Changes {
				of.Changes[i].Line = 0 // where it stands is no part of it
			}
		}
		if !reflect.DeepEqual(s, again) {
			t.Fatalf("%+v\nis not\n%+v\n%s", s, again, out)
		}
	})
}
