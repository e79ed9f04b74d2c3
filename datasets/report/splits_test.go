package report_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets/report"
)

// Germany counts nurses and midwives together, Norway apart: what Germany fills of each depends on how its hundred are
// split.
func TestSplitsOfCoarseRowsBracketTheGap(t *testing.T) {
	market := fstest.MapFS{}
	for name, text := range map[string]string{
		"vacancies.csv": "region,occupation,period,count,kind,source,date,licence\nDE,2221,2024,60,stock,Alpha,2024,CC0-1.0\nDE,2222,2024,40,stock,Alpha,2024,CC0-1.0\n",
		"workers.csv":   "region,occupation,period,count,kind,source,date,licence\nDE,222,2024,100,stock,Alpha,2024,CC0-1.0\nNO,2221,2024,9,stock,Beta,2024,CC0-1.0\nNO,2222,2024,1,stock,Beta,2024,CC0-1.0\n",
	} {
		market[name] = &fstest.MapFile{Data: []byte(text)}
	}
	r := build(t, market, report.Options{Level: 4})
	var got []int64
	for _, s := range r.Splits {
		got = append(got, s.Filled)
	}
	if len(got) != 3 || got[0] != 70 || got[1] != 100 || got[2] != 60 {
		t.Errorf("filled %v, want 70 in proportion, 100 at best and 60 at worst", got)
	}
	if text := textOf(t, r, report.Style{}); !strings.Contains(text, "COARSE ROWS") || !strings.Contains(text, "least favourable") {
		t.Error("the text does not show the splits")
	}
	if coarse := build(t, market, report.Options{}); coarse.Level != 3 || coarse.Splits != nil {
		t.Errorf("at the level all rows have, ISCO-%d, splits are shown: %+v", coarse.Level, coarse.Splits)
	}
}
