package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"labourmatch/matcher"
)

// What is not exact is at least so much, and carries its proven bound into every form a report has.
func TestFiguresThatAreNotExactCarryTheirBound(t *testing.T) {
	r := &Report{Totals: Totals{Openings: 100, Unfilled: 50, Unplaced: 20}, result: &matcher.Result{Market: &matcher.Market{}}}
	c := &matcher.Causes{
		Lifts: []matcher.Lift{
			{Cause: matcher.Outbid, Units: 5, Alone: 5, Last: 5, Bound: 7, AloneBound: 7, LastBound: 7},
			{Cause: matcher.QuotaFull, Units: 10, Alone: 11, Last: 12, Bound: 13, AloneBound: 14, LastBound: 15},
			{Cause: matcher.NoSkill, Units: 3, Alone: 4, Last: 5, Bound: 3, AloneBound: 4, LastBound: 5},
		},
		Reach: []matcher.Reach{{Way: matcher.Free, Units: 16, Bound: 17}, {Way: matcher.SameRegion, Units: 18, Bound: 18}},
	}
	c.Totals[matcher.Outbid], c.Totals[matcher.NotWorth], c.Totals[matcher.QuotaFull], c.Totals[matcher.NoSkill] = 4, 1, 10, 3
	r.addCauses(c)

	document, err := json.Marshal(r.Causes)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		`"cause":"outbid","title":"outbid","openings":4,"share":0.08,"at_least":true,"bound":6`,
		`"cause":"not_worth_it","title":"not worth it","openings":1,"share":0.02,"at_least":true,"bound":3`,
		`"openings":10,"share":0.2,"alone":11,"last":12,"at_least":true,"bound":13,"alone_bound":14,"last_bound":15`,
		`"openings":3,"share":0.06,"alone":4,"last":5,"workers"`,
		`"units":16,"share":0.16,"at_least":true,"bound":17`,
		`"units":18,"share":0.18}`,
	} {
		if !strings.Contains(string(document), s) {
			t.Errorf("the document does not hold %s:\n%s", s, document)
		}
	}

	var text bytes.Buffer
	p := newPage(&text, Style{})
	r.setCauses(p)
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(text.String()), " ")
	for _, s := range []string{
		"quota full ≥ 10", "Proven to be no more than: outbid 6; not worth it 3; ", "quota full 13 (alone 14, last 15).", "free movement ≥ (at most 17) 16",
	} {
		if !strings.Contains(said, s) {
			t.Errorf("the text does not say %q:\n%s", s, text.String())
		}
	}

	var table bytes.Buffer
	for _, s := range sheets() {
		if s.file == "lifts.csv" {
			if err := s.write(&table, r); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, s := range []string{"quota_full,quota full,10,true,13,11,14,12,15,0,quota full\n", "no_skill,skills,3,false,3,4,4,5,5,0,nobody needs the skill\n"} {
		if !strings.Contains(table.String(), s) {
			t.Errorf("the table does not hold %q:\n%s", s, table.String())
		}
	}
}
