package intake

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"labourmatch/datasets"
)

// fenced is the first block of a language in a document.
func fenced(t *testing.T, doc, language string) string {
	t.Helper()
	_, rest, ok := strings.Cut(doc, "```"+language+"\n")
	block, _, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatalf("no block of %s", language)
	}
	return block
}

func TestTheLayoutInTheGuideReadsTheFileInTheGuide(t *testing.T) {
	data, err := os.ReadFile("../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(data)
	l, err := ReadLayout([]byte(fenced(t, doc, "yaml")), "guide")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	q, err := l.Read(context.Background(), open(t, l, []byte(fenced(t, doc, "csv"))), Reading{Row: func(table string, _ int, cells []string) error {
		described, _ := datasets.TableFor(table)
		at := func(name string) string { return cells[slices.Index(described.Names(), name)] }
		got = append(got, at("region")+" "+at("occupation")+" "+at("count"))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"DE-BY 2221 1200.5", "DE-BE 2221 300"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	kinds := map[Kind]int64{}
	for _, f := range q.Findings {
		kinds[f.Kind] += f.Figure
	}
	if _, star := kinds[Suppressed]; !star || kinds[Totals] != 99_500_000 || q.Refused() {
		t.Errorf("%+v", q.Findings)
	}
}

func TestTheGuideNamesEveryClassificationAndKey(t *testing.T) {
	data, err := os.ReadFile("../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range froms() {
		if !strings.Contains(string(data), id) {
			t.Errorf("the guide does not name %s", id)
		}
	}
	keys := append([]string{"unique", "disjoint", "convert", "latest", "only", "ignore", "totals", "also", "fill", "until", "wide"}, valueKeys...)
	for _, k := range []Kind{Totals, DoubleCount, Outlier, Changed, Gone, New, Gap, Break, Mixed, Implausible} {
		keys = append(keys, string(k))
	}
	for _, key := range keys {
		if !strings.Contains(string(data), "`"+key) {
			t.Errorf("the guide does not name %s", key)
		}
	}
}

func TestThePiecesOfLayoutsInTheGuideAreRight(t *testing.T) {
	data, err := os.ReadFile("../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "```yaml\n")
	var eras struct{ Occupation Value }
	if err := yaml.Unmarshal([]byte(fenced(t, rest, "yaml")), &eras); err != nil || eras.Occupation.from("2020") != "soc2010" || eras.Occupation.from("2021") != "soc2018" {
		t.Errorf("%+v, %v", eras, err)
	}
	_, rest, _ = strings.Cut(rest, "```yaml\n")
	var converts struct{ Tables []Target }
	if err := yaml.Unmarshal([]byte(fenced(t, rest, "yaml")), &converts); err != nil || len(converts.Tables) != 1 {
		t.Fatalf("%+v, %v", converts, err)
	}
	if n, ok := converts.Tables[0].Convert.converted(1000 * micro); !ok || grouped(n) != "266.66" {
		t.Errorf("%d", n)
	}
}
