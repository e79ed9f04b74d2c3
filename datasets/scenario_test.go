package datasets

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"labourmatch/matcher"
)

func scenarioOf(changes string) string {
	return "name: s\ntitle: A scenario\nchanges:\n" + changes
}

// What can be wrong with a scenario file, and how it is said.
var scenarioMessages = []struct {
	name, text, want, key string
}{
	{
		"several at once", scenarioOf("  - shut: visa\n  - supply: 10\n    regon: DE\n  - quota: visa\n"),
		"scenario.yaml, line 4, column changes: \"shut\" is not a change. A change begins with one of open, close, quota, train, supply, demand, wages, displace, idle, drop, set, order.\n" +
			"scenario.yaml, line 5, column supply: \"10\" does not say whether it is more or all. Write `supply: x1.1`, `+200`, `-10 %` or `=300`.\n" +
			"scenario.yaml, line 6, column supply: \"regon\" is not a key here. Did you mean region?\n" +
			"scenario.yaml, line 7, column quota: needs to. Add a line `to: …` below it.",
		"is not a change",
	},
	{"no scenario", "- a\n- b\n", "scenario.yaml: is not a scenario. A scenario has name, title and changes; see docs/formats.md.", "is not a scenario"},
	{
		"nothing in it", "name: s\n",
		"scenario.yaml: has no title. A scenario has name, title and changes; see docs/formats.md.\nscenario.yaml: has no changes. A scenario has name, title and changes; see docs/formats.md.",
		"has no title",
	},
	{"changes that are no list", "name: s\ntitle: t\nchanges: visa\n", "scenario.yaml, line 3, column changes: is not a list. Write each change below it, after a hyphen, as in `- close: visa`.", "is not a list"},
	{"no changes", "name: s\ntitle: t\nchanges: []\n", "scenario.yaml, line 3, column changes: is empty. A scenario without a change is the market as it is.", "is empty"},
	{"a change that is a word", scenarioOf("  - visa\n"), "scenario.yaml, line 4, column changes: \"visa\" is not a change. A change begins with one of open, close, quota, train, supply, demand, wages, displace, idle, drop, set, order, as in `- close: visa`.", "is not a change"},
	{"two changes in one", scenarioOf("  - close: visa\n    drop: list\n"), "scenario.yaml, line 4, column changes: has both close and drop. Write each change after a hyphen of its own.", "has both"},
	{"a verb nearly right", scenarioOf("  - quotas: visa\n    to: 3\n"), "scenario.yaml, line 4, column changes: \"quotas\" is not a change. Did you mean quota?", "is not a change"},
	{"a key twice", scenarioOf("  - close: visa\n    close: other\n"), "scenario.yaml, line 5, column close: \"close\" is there twice. Delete one of the two.", "is there twice"},
	{"no value", scenarioOf("  - close:\n"), "scenario.yaml, line 4, column close: has no value. Write it as one value, as in `close: …`, or delete the line.", "has no value"},
	{"no amount", scenarioOf("  - demand: many\n"), "scenario.yaml, line 4, column demand: \"many\" is not an amount. Write `demand: x1.1`, `+200`, `-10 %` or `=300`.", "is not an amount"},
	{"a percentage of nothing", scenarioOf("  - wages: 10 %\n"), "scenario.yaml, line 4, column wages: \"10 %\" is a percentage that says not of what. Write `+10 %` or `-10 %` for a tenth more or less.", "says not of what"},
	{"a part of nobody", scenarioOf("  - idle: 0\n"), "scenario.yaml, line 4, column idle: \"0\" is not a part of the workers. Write how many, as in `idle: 500`, or a share, as in `idle: 20 %`.", "is not a part of the workers"},
	{"an unknown region", scenarioOf("  - supply: +1\n    region: Germany\n"), "scenario.yaml, line 5, column region: \"Germany\" is neither a region nor a bloc. Write the code DE.", "is neither a region nor a bloc"},
	{"a number not of the policy", scenarioOf("  - set: mobil\n    to: 0.1\n"), "scenario.yaml, line 4, column set: \"mobil\" is not a number of the policy. Did you mean mobile?", "is not a number of the policy"},
	{"a number out of range", scenarioOf("  - set: mobile\n    to: 2\n"), "scenario.yaml, line 5, column to: \"2\" is out of range. It must lie between 0 and 1.", "is out of range"},
	{"no order", scenarioOf("  - order: best\n"), "scenario.yaml, line 4, column order: \"best\" is not known here. Write home-first, fill-first or value.", "is not known here"},
	{"a channel without destinations", scenarioOf("  - open:\n      id: n\n      kind: visa\n      origins: PH\n"), "scenario.yaml, line 5, column destinations: is empty. Fill it in: list of regions or blocs, or *.", "Fill it in"},
	{"a column the scenario speaks for", scenarioOf("  - open:\n      id: n\n      kind: visa\n      origins: PH\n      destinations: DE\n      source: me\n"), "", "is not a key here"},
	{"a broken file", "name: s\n\ttitle: t\n", "scenario.yaml, line 2: cannot be read as YAML (found a tab character that violates indentation). Write one key a line, with spaces and not tabs before it, and a hyphen before each change.", "cannot be read as YAML"},
	{"too large", strings.Repeat("# a comment\n", 30_000), "scenario.yaml: is larger than 256 KB. A scenario is a few dozen lines; was another file given?", "is larger than 256 KB"},
}

func TestEveryFaultOfAScenarioHasItsMessage(t *testing.T) {
	doc, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range scenarioMessages {
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			_, err := ReadScenario([]byte(m.text), "scenario.yaml", "2024")
			var problems *Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error is %v, want problems", err)
			}
			if got := problems.Error(); m.want != "" && got != m.want {
				t.Errorf("got\n%s\nwant\n%s", got, m.want)
			}
			if !strings.Contains(problems.Error(), m.key) {
				t.Errorf("the message does not say %q: %s", m.key, problems)
			}
			if !strings.Contains(string(doc), m.key) {
				t.Errorf("docs/formats.md does not explain %q", m.key)
			}
		})
	}
}

func TestAScenarioIsReadAsItIsWrittenInYAMLAndInJSON(t *testing.T) {
	y, err := ReadScenario([]byte(scenarioOf(`  - supply: +10 %
    region: [DE-BY, AT]
    occupation: 22 53
    status: unemployed
  - displace: 20 %
    region: UA
    to: PL
  - quota: visa
    to: none
  - wages: =30000
`)), "s.yaml", "2024")
	if err != nil {
		t.Fatal(err)
	}
	j, err := ReadScenario([]byte(`{"name": "s", "title": "A scenario", "changes": [
		{"supply": "x1.1", "region": "DE-BY AT", "occupation": ["22", "53"], "status": "unemployed"},
		{"displace": "20%", "region": "UA", "to": "PL"},
		{"quota": "visa", "to": "none"},
		{"wages": "=30000"}]}`), "s.yaml", "2024")
	if err != nil {
		t.Fatal(err)
	}
	want := []matcher.Act{
		matcher.Scale{What: matcher.Supply, Amount: matcher.Amount{Kind: matcher.Times, Value: 1.1}, Cells: matcher.Cells{
			Regions: []string{"DE-BY", "AT"}, Occupations: []string{"22", "53"}, Status: "unemployed",
		}},
		matcher.Displace{Part: matcher.Part{Share: 0.2}, To: "PL", Cells: matcher.Cells{Regions: []string{"UA"}}},
		matcher.SetQuota{ID: "visa", Lift: true},
		matcher.Scale{What: matcher.Pay, Amount: matcher.Amount{Kind: matcher.Exactly, Value: 30000}},
	}
	for _, s := range []*matcher.Scenario{y, j} {
		var got []matcher.Act
		for _, c := range s.Changes {
			got = append(got, c.Act)
		}
		if s.Name != "s" || s.Title != "A scenario" || !reflect.DeepEqual(got, want) {
			t.Errorf("read as %+v", s)
		}
	}
}

func TestABlocInAPatternIsItsMembersOfThePeriod(t *testing.T) {
	for period, member := range map[string]bool{"2019": true, "2022": false} {
		s, err := ReadScenario([]byte(scenarioOf("  - supply: +1\n    region: EU\n")), "s.yaml", period)
		if err != nil {
			t.Fatal(err)
		}
		regions := s.Changes[0].Act.(matcher.Scale).Cells.Regions
		if got := strings.Contains(strings.Join(regions, " "), "GB"); got != member {
			t.Errorf("%s: the EU is %v", period, regions)
		}
	}
}

// A scenario that is written reads as the same changes.
func TestAWrittenScenarioReadsAsTheSame(t *testing.T) {
	cells := matcher.Cells{Regions: []string{"NO", "DE-BY"}, Occupations: []string{"0110", "22"}}
	quota, cost := int64(5), int64(0)
	s := &matcher.Scenario{Name: "all", Title: "Every change: once, with a colon", Changes: []matcher.Change{
		{Act: matcher.Open{ID: "pact"}},
		{Act: matcher.Shut{ID: "visa"}},
		{Act: matcher.SetQuota{ID: "visa", Amount: matcher.Amount{Kind: matcher.Exactly, Value: 7}}},
		{Act: matcher.SetQuota{ID: "visa", Lift: true}},
		{Act: matcher.Train{Count: 3, Into: "222", Cells: cells}},
		{Act: matcher.Scale{What: matcher.Supply, Amount: matcher.Amount{Kind: matcher.Plus, Value: 4}, Cells: cells}},
		{Act: matcher.Scale{What: matcher.Demand, Amount: matcher.Amount{Kind: matcher.Times, Value: 1.25}, Cells: cells}},
		{Act: matcher.Scale{What: matcher.Pay, Amount: matcher.Amount{Kind: matcher.Plus, Value: -100}, Cells: cells}},
		{Act: matcher.Displace{Part: matcher.Part{Share: 0.2}, To: "PL", Cells: cells}},
		{Act: matcher.Idle{Part: matcher.Part{Count: 9}, Cells: cells}},
		{Act: matcher.DropSafeguard{ID: "who"}},
		{Act: matcher.SetNumber{Name: "mobile", Value: 0.311}},
		{Act: matcher.SetOrder{Order: matcher.FillFirst}},
	}}
	data, err := WriteScenario(s)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadScenario(data, "all.yaml", "2022")
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	for i := range read.Changes {
		read.Changes[i].Line = 0
	}
	if !reflect.DeepEqual(read, s) {
		t.Errorf("written\n%s\nread %+v", data, read)
	}
	s.Changes = []matcher.Change{{Act: matcher.Open{ID: "new-no-de", New: &matcher.Channel{
		ID: "new-no-de", Title: "Made up", Kind: matcher.Agreement, Origins: []string{"NO"}, Destinations: []string{"DE"}, Occupations: []string{"222"},
		Recruitment: matcher.Active, Quota: &quota, QuotaOf: matcher.QuotaTotal, CostWorker: &cost, InForce: "yes", Protections: []string{"no_worker_fee"},
	}}}}
	if data, err = WriteScenario(s); err != nil {
		t.Fatal(err)
	}
	if read, err = ReadScenario(data, "all.yaml", "2022"); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	got, want := *read.Changes[0].Act.(matcher.Open).New, *s.Changes[0].Act.(matcher.Open).New
	got.Provenance = matcher.Provenance{}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("written\n%s\nread %+v, not %+v", data, got, want)
	}
}
