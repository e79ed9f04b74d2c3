package matcher_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// told holds the scenario files that have one more file of what is expected against what a result says there.
func told(t *testing.T, name string, say func(t *testing.T, d *datasets.Directory, r *matcher.Result) string) {
	t.Helper()
	scenarioFiles(t, "*.txtar", name, func(t *testing.T, f *scenarioFile) {
		m, p := f.market(t)
		f.says(t, name, say(t, f.directory(t), match(t, m, p)))
	})
}

func TestBalancesOfScenariosAreAsWritten(t *testing.T) {
	told(t, "balance.txt", func(t *testing.T, d *datasets.Directory, r *matcher.Result) string {
		t.Helper()
		var b strings.Builder
		for _, x := range matcher.Balances(ledgersOf(t, r), d.Policy()) {
			alarm := "no alarm"
			if x.Alarm {
				alarm = "alarm"
			}
			fmt.Fprintf(&b, "%s %s: %d people, %d %% with %s, %s\n", x.Side, x.Country, x.People, int(100*x.Share+0.5), x.Largest, alarm)
		}
		return b.String()
	})
}

func TestShortagesOfScenariosAreAsWritten(t *testing.T) {
	told(t, "shortage.txt", func(t *testing.T, d *datasets.Directory, r *matcher.Result) string {
		t.Helper()
		rule := d.ShortageRule()
		list, err := r.Shortages(&rule)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, s := range list {
			fmt.Fprintf(&b, "%s %s: %d of %d unfilled, %s", s.Country, s.Occupation, s.Unfilled, s.Openings, s.Verdict)
			if s.Score != nil {
				fmt.Fprintf(&b, ", score %.3f, on the list by %d of %d weightings", *s.Score, s.OnList, s.Weightings)
			}
			b.WriteString("\n")
		}
		return b.String()
	})
}

// A rule has three scenario files at least: inside its limit, at it, and beyond. They are found by their names, which begin with the
// rule's. What the rules are is asked of the program wherever it lists them, so a new one without files fails.
func TestEveryRuleHasThreeScenarioFiles(t *testing.T) {
	rules := []string{ // those that are listed nowhere
		"origin_share_", "balance_", "shortage_", "price_network_", "price_group_", "causes/pressure_", "home_", "valid_", "contract_",
	}
	for _, rule := range matcher.SafeguardRules() {
		name := "safeguard_" + rule + "_"
		rules = append(rules, name, "causes/"+name)
	}
	for _, kind := range matcher.ChannelKinds() {
		rules = append(rules, "channel_"+kind+"_")
	}
	for _, of := range matcher.QuotaSums() {
		rules = append(rules, "quota_"+of+"_")
	}
	for _, bloc := range []string{"apec", "asean", "caricom", "ecowas", "eu", "mercosur", "nafta", "sadc"} { // of the founding paper
		rules = append(rules, "bloc_"+bloc+"_")
		for _, who := range []string{"may", "may_not"} {
			if files, _ := filepath.Glob("testdata/bloc_" + bloc + "_" + who + ".txtar"); len(files) != 1 {
				t.Errorf("no scenario tells who by the rules of %s %s", bloc, who)
			}
		}
	}
	for cause := range matcher.NumCauses {
		rules = append(rules, "causes/"+cause.String()+"_")
	}
	for _, rule := range rules {
		files, err := filepath.Glob("testdata/" + rule + "*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		if len(files) < 3 {
			t.Errorf("of %s there are %d scenarios, and a rule has three at least: inside, at and beyond its limit", strings.TrimSuffix(rule, "_"), len(files))
		}
	}
	sides := map[string]bool{}
	files, err := filepath.Glob("testdata/causes/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			for line := range strings.Lines(string(f.Data)) {
				for _, side := range []string{"unfilled", "unplaced"} {
					_, by, _ := strings.Cut(strings.TrimSpace(line), " "+side+" = ")
					for part := range strings.SplitSeq(by, " + ") {
						_, cause, _ := strings.Cut(part, " ")
						sides[side+" "+cause] = f.Name == "causes.txt" || sides[side+" "+cause]
					}
				}
			}
		}
	}
	for cause := range matcher.NumCauses {
		for _, side := range []string{"unfilled", "unplaced"} {
			if !sides[side+" "+cause.String()] {
				t.Errorf("no scenario has somebody or something %s because of %s", side, cause)
			}
		}
	}
}
