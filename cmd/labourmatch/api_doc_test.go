package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"labourmatch/api/store/storetest"
)

// A step is one command of a transcript, and what it prints.
type step struct{ command, prints string }

// transcript reads the console blocks of a document: lines after "$ " are commands, the others what they print.
func transcript(document string) (steps []step) {
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(document, -1) {
		for line := range strings.Lines(block[1]) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				steps = append(steps, step{command: command})
			} else {
				steps[len(steps)-1].prints += line
			}
		}
	}
	return steps
}

// prints reports whether a text is what a transcript shows, where … stands for anything and the end may be left out.
func prints(text, shown string) bool {
	parts := strings.Split(strings.TrimSpace(shown), "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile("(?s)^" + strings.Join(parts, ".*?")).MatchString(text)
}

func TestEveryCommandOfTheAPIsGuideDoesWhatTheGuideShows(t *testing.T) {
	for _, name := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			const says = "the guide to the API is not run: %s is not installed (apt-get install %s)"
			if os.Getenv("LABOURMATCH_REQUIRE") == "1" {
				t.Fatalf(says, name, name)
			}
			t.Skipf(says, name, name)
		}
	}
	// DATABASE_URL is all it takes to have the same on PostgreSQL.
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		p := newPlace(t)
		p.env = append(p.env, "DATABASE_URL="+db.EmptyURL(t))
		p.readmesMarket(t)
		p.importGuidesFiles(t)
		p.followsTheGuide(t)
	})
}

// importGuidesFiles writes the layout and the file that docs/import.md shows.
func (p *place) importGuidesFiles(t *testing.T) {
	t.Helper()
	for language, name := range map[string]string{"yaml": "nurses.yaml", "csv": "open-posts.csv"} {
		_, rest, _ := strings.Cut(read(t, "docs/import.md"), "```"+language+"\n")
		block, _, found := strings.Cut(rest, "```\n")
		if !found {
			t.Fatalf("docs/import.md has no block of %s", language)
		}
		p.write(t, name, block)
	}
}

// followsTheGuide runs the guide's commands against a service of its own.
func (p *place) followsTheGuide(t *testing.T) {
	t.Helper()
	page, metrics, stop := p.start(t, p.command(t.Context(), filepath.Join(programIn(t), "labourmatch"), "serve"))
	defer stop()
	guide := read(t, "docs/api.md")
	steps := transcript(strings.NewReplacer("http://127.0.0.1:8080", page, "http://127.0.0.1:9090", metrics).Replace(guide))
	// One shell runs them all, since later commands use what earlier ones set; a mark tells apart what each prints.
	const mark = "--- the next command ---"
	var script strings.Builder
	for _, s := range steps {
		script.WriteString(s.command + "echo; echo '" + mark + "'\n")
	}
	r := p.finish(t, p.command(t.Context(), "bash", "-u", "-s"), script.String())
	printed := strings.Split(r.out, "\n"+mark+"\n")
	if r.code != 0 || r.errors != "" || len(printed) != len(steps)+1 {
		t.Fatalf("exit code %d after %d of %d commands: %s\n%s", r.code, len(printed)-1, len(steps), r.errors, r.out)
	}
	for i, s := range steps {
		if !prints(printed[i], s.prints) || s.prints == "" && printed[i] != "" {
			t.Errorf("%sprints\n%s\nand the guide shows\n%s", s.command, printed[i], s.prints)
		}
	}
	all := get(t, metrics+"/metrics", 200)
	for _, m := range regexp.MustCompile("`(labourmatch_[a-z_]+)").FindAllStringSubmatch(guide, -1) {
		if !strings.Contains(all, "\n"+m[1]) {
			t.Errorf("the guide names the metric %s, which is not there", m[1])
		}
	}
}
