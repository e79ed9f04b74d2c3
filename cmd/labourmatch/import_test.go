package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const openPosts = "Land;Occupation;Open posts\nBavaria;2221 Nursing professionals;1.200,5\nBerlin;2221 Nursing professionals;*\n"

const postsLayout = `id: posts
source: Made up
date: "2024"
licence: CC0-1.0
numbers: {decimal: ",", thousands: "."}
suppressed: ["*"]
tables:
  - file: vacancies.csv
    columns:
      region: {column: Land, map: {Bavaria: DE-BY, Berlin: DE-BE}}
      occupation: {column: Occupation, from: isco08, inside: true}
      period: "2024"
      kind: stock
      count: {column: Open posts}
`

// importing is a place with files to import.
func importing(t *testing.T, content map[string]string) *place {
	t.Helper()
	p := newPlace(t)
	for name, text := range content {
		p.write(t, name, text)
	}
	return p
}

func TestAnImportShowsWhatItUnderstoodAndAddsItToAMarket(t *testing.T) {
	p := importing(t, map[string]string{"posts.csv": openPosts, "layout.yaml": postsLayout})
	args := []string{"import", "posts.csv", "--layout", "layout.yaml", "--into", "market"}
	r := p.run(t, args...)
	if r.code != 0 {
		t.Fatalf("code %d\n%s\n%s", r.code, r.out, r.errors)
	}
	for _, want := range []string{"columns apart by semicolons", "DE-BY", "1200.5", "is suppressed by the source", "1 row, 1,200.50 in all"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not told:\n%s", want, r.out)
		}
	}
	for _, line := range strings.Split(r.out, "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("more than 80 columns: %s", line)
		}
	}
	kept, err := os.ReadFile(filepath.Join(p.dir, "market", "vacancies.csv"))
	if err != nil || !strings.Contains(string(kept), "DE-BY,2221,,2024,1200.5,stock") {
		t.Errorf("%s, %v", kept, err)
	}
	// The same again would count everybody twice: nothing changes.
	r = p.run(t, args...)
	again, _ := os.ReadFile(filepath.Join(p.dir, "market", "vacancies.csv"))
	if r.code == 0 || !strings.Contains(r.errors, "is for the same as row") || string(again) != string(kept) {
		t.Errorf("code %d, %s", r.code, r.errors)
	}
	left, err := os.ReadDir(filepath.Join(p.dir, "market"))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAnImportThatIsWrongStoresNothingAndSaysWhy(t *testing.T) {
	p := importing(t, map[string]string{"posts.csv": strings.Replace(openPosts, "1.200,5", "1,200.5", 1), "layout.yaml": postsLayout})
	r := p.run(t, "import", "posts.csv", "--layout", "layout.yaml", "--into", "market", "--findings", "f.csv")
	if r.code != 1 || !strings.Contains(r.out, "is not a figure as the layout") || !strings.Contains(r.errors, "was not imported: 1 finding keeps it out") {
		t.Errorf("code %d\n%s\n%s", r.code, r.out, r.errors)
	}
	if left, err := os.ReadDir(filepath.Join(p.dir, "market")); err != nil || len(left) != 0 {
		t.Errorf("stored: %v, %v", left, err)
	}
	if found, err := os.ReadFile(filepath.Join(p.dir, "f.csv")); err != nil || !strings.Contains(string(found), "error,unreadable,vacancies.csv,2,Open posts") {
		t.Errorf("%s, %v", found, err)
	}
}

func TestAFileThatTheLayoutDoesNotFitLeavesNoFindingsBehind(t *testing.T) {
	p := importing(t, map[string]string{"posts.csv": "a;b\n1;2\n", "layout.yaml": postsLayout})
	r := p.run(t, "import", "posts.csv", "--layout", "layout.yaml", "--findings", "f.csv")
	if r.code != 1 || !strings.Contains(r.errors, "is not the layout of this file") {
		t.Errorf("code %d, %s", r.code, r.errors)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "f.csv")); !os.IsNotExist(err) {
		t.Errorf("left behind: %v", err)
	}
}

func TestAProposedLayoutIsKeptAndReadsTheFile(t *testing.T) {
	p := importing(t, map[string]string{"open.csv": "region,isco,year,vacancies\nDE,2221,2024,10\nFR,2512,2024,20\n"})
	if r := p.run(t, "import", "open.csv", "--propose", "kept.yaml"); r.code != 0 || !strings.Contains(r.out, "TO BE DECIDED BY YOU") {
		t.Fatalf("code %d\n%s\n%s", r.code, r.out, r.errors)
	}
	if r := p.run(t, "import", "open.csv", "--layout", "kept.yaml"); r.code != 0 || !strings.Contains(r.out, "2 rows, 30 in all") {
		t.Errorf("code %d\n%s\n%s", r.code, r.out, r.errors)
	}
}

func TestEveryReadyLayoutIsListedAndPrinted(t *testing.T) {
	p := newPlace(t)
	r := p.run(t, "layouts")
	if r.code != 0 || !strings.Contains(r.out, "de-ba-kldb3") || !strings.Contains(r.out, "eurostat-employed") {
		t.Errorf("code %d\n%s", r.code, r.out)
	}
	r = p.run(t, "layouts", "de-ba-kldb3")
	if r.code != 0 || !strings.HasPrefix(r.out, "# Germany") {
		t.Errorf("code %d\n%s", r.code, r.out)
	}
	if r := p.run(t, "layouts", "nope"); r.code != 2 || !strings.Contains(r.errors, "no ready layout") {
		t.Errorf("code %d, %s", r.code, r.errors)
	}
}

// The same source a year later: figures are held against what the market has of it, or against a file that is named.
func TestAnImportIsHeldAgainstTheLastVersion(t *testing.T) {
	const table = "region,occupation,period,count,kind,source,date,licence\n"
	row := func(year, count, source string) string {
		return "DE,2221," + year + "," + count + ",stock," + source + ",2024,CC0-1.0\n"
	}
	p := importing(t, map[string]string{
		"posts.csv": strings.Replace(openPosts, "1.200,5", "12.000", 1), "layout.yaml": postsLayout,
		"old.csv": table + strings.ReplaceAll(row("2023", "1000", "Made up"), "DE,", "DE-BY,") + strings.ReplaceAll(row("2023", "70", "Another"), "DE,", "DE-BE,"),
	})
	if err := os.Mkdir(filepath.Join(p.dir, "market"), 0o755); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(filepath.Join(p.dir, "old.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, "market/vacancies.csv", string(old))
	for want, args := range map[string][]string{
		"all figures came to 1,000 and come to 12,000": {"--into", "market"},
		"all figures came to 1,070 and come to 12,000": {"--before", "old.csv"},
	} {
		r := p.run(t, append([]string{"import", "posts.csv", "--layout", "layout.yaml"}, args...)...)
		told := strings.Join(strings.Fields(r.out), " ")
		if r.code != 0 || !strings.Contains(told, want) || !strings.Contains(told, `"DE-BY 2221" was 1,000 in 2023 in the version before and is 12,000 in 2024, × 12.00`) {
			t.Errorf("%v: code %d\n%s\n%s", args, r.code, r.out, r.errors)
		}
		for _, line := range strings.Split(r.out, "\n") {
			if len([]rune(line)) > 80 {
				t.Errorf("more than 80 columns: %s", line)
			}
		}
	}
	if r := p.run(t, "import", "posts.csv", "--layout", "layout.yaml", "--before", "nowhere"); r.code != 1 || !strings.Contains(r.errors, "the version before") {
		t.Errorf("code %d, %s", r.code, r.errors)
	}
}
