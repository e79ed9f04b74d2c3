package datasets

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"labourmatch/matcher"
)

func readPolicy(t *testing.T, text string) Settings {
	t.Helper()
	s, err := ReadPolicy([]byte(text), PolicyFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnEmptyPolicyIsTheDefault(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "{}", "---\n", "null"} {
		if got := readPolicy(t, text); !reflect.DeepEqual(got, DefaultSettings()) {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestAPlainNumberIsAssumedAndASourceMakesItStated(t *testing.T) {
	s := readPolicy(t, "mobile: 0.05\nyears: {value: 4, source: A survey, date: 2023}\nequity: {value: 0.5, source: A hunch, assumed: yes}\n")
	if m := s.Mobile; m.Value != 0.05 || m.Source != PolicyFile || !m.Assumed || m.Date != "" || m.Unit != "share" || m.Text == "" {
		t.Errorf("%+v", m)
	}
	if y := s.Years; y.Value != 4 || y.Source != "A survey" || y.Assumed || y.Date != "2023" {
		t.Errorf("%+v", y)
	}
	if e := s.Equity; e.Value != 0.5 || !e.Assumed {
		t.Errorf("%+v", e)
	}
	if !slices.Equal(s.Given, []string{"mobile", "years", "equity"}) {
		t.Errorf("given %v", s.Given)
	}
}

func TestJSONOfTheSameShapeIsReadToo(t *testing.T) {
	a := readPolicy(t, `{"order": "value", "period": "2024", "mobile": {"value": 0.05, "source": "A \"survey\""}, "as_of_years": 7}`)
	b := readPolicy(t, "order: value\nperiod: 2024\nas_of_years: 7\nmobile:\n  value: 0.05\n  source: A \"survey\"\n")
	if !reflect.DeepEqual(a, b) || a.Order != matcher.ByValue || a.AsOfYears != 7 || a.Mobile.Source != `A "survey"` {
		t.Errorf("%+v\n%+v", a, b)
	}
}

func TestAWrittenPolicyIsReadBackAsItWas(t *testing.T) {
	all := DefaultSettings()
	all.Title, all.Period = "yes: a title", "2024"
	all.Given = []string{"title", "period", "order", "cause_order", "as_of_years"}
	all.CauseOrder = []matcher.Cause{matcher.NoSkill, matcher.QuotaFull, matcher.Safeguarded, matcher.NoChannel}
	for _, n := range all.Numbers() {
		all.Given = append(all.Given, n.Name)
	}
	for _, s := range []Settings{
		DefaultSettings(), all,
		readPolicy(t, "title: '2024'\nmobile: 0.000001\ntraining_year: {value: 12345.678901, text: 'null', source: '~', date: 2023-05}\n"),
	} {
		text, err := WritePolicy(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := readPolicy(t, string(text)); !reflect.DeepEqual(got, s) {
			t.Errorf("%s\ngot  %+v\nwant %+v", text, got, s)
		}
	}
	if _, err := WritePolicy(Settings{Given: []string{"mobil"}}); !errors.Is(err, errNoSetting) {
		t.Errorf("unknown setting: %v", err)
	}
}

func TestNoPolicyBombIsFollowed(t *testing.T) {
	for _, text := range []string{
		"title: &a x\nperiod: *a\n",
		"a: &a [x, x]\nb: &b [*a, *a]\nmobile: *b\n",
		"mobile: &m {value: 0.1, text: *m}\n",
		"<<: {mobile: 0.1}\n",
	} {
		if _, err := ReadPolicy([]byte(text), PolicyFile); err == nil {
			t.Errorf("accepted:\n%s", text)
		}
	}
}
