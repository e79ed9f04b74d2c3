package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// No container engine is needed to test the Dockerfile: these tests read it, and run its steps by hand. That the
// image builds is therefore not tested here.

// instruction is one line of a Dockerfile, continuations joined.
type instruction struct{ word, rest string }

// dockerfile reads the instructions of the Dockerfile, stage by stage. It knows what ours uses: comments, continuation
// lines, no here-documents and no parser directives.
func dockerfile(t *testing.T) [][]instruction {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var stages [][]instruction
	var pending string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if more, ok := strings.CutSuffix(line, `\`); ok {
			pending += more
			continue
		}
		word, rest, _ := strings.Cut(pending+line, " ")
		pending = ""
		in := instruction{strings.ToUpper(word), strings.TrimSpace(rest)}
		if in.word == "FROM" {
			stages = append(stages, nil)
		}
		if len(stages) == 0 {
			t.Fatalf("Dockerfile: %s before the first FROM", in.word)
		}
		stages[len(stages)-1] = append(stages[len(stages)-1], in)
	}
	if pending != "" {
		t.Fatal("Dockerfile: the last line is continued, but nothing follows")
	}
	return stages
}

// last returns what the last instruction of that name in a stage says, or "".
func last(stage []instruction, word string) (rest string) {
	for _, in := range stage {
		if in.word == word {
			rest = in.rest
		}
	}
	return rest
}

func TestDockerfileKnowsOnlyItsInstructions(t *testing.T) {
	known := strings.Fields("FROM WORKDIR COPY RUN LABEL USER VOLUME EXPOSE ENTRYPOINT CMD ENV ARG")
	for _, stage := range dockerfile(t) {
		for _, in := range stage {
			if !slices.Contains(known, in.word) {
				t.Errorf("Dockerfile: %s is not an instruction this file needs", in.word)
			}
			if in.word == "ADD" || strings.Contains(in.rest, "curl ") || strings.Contains(in.rest, "wget ") {
				t.Errorf("Dockerfile: %s %s: fetches what no checksum holds", in.word, in.rest)
			}
		}
	}
}

func TestDockerfileIsPinnedStaticAndNotRoot(t *testing.T) {
	stages := dockerfile(t)
	if len(stages) != 2 {
		t.Fatalf("the Dockerfile has %d stages, want a build and an empty one", len(stages))
	}
	build, image := stages[0], stages[1]

	from := regexp.MustCompile(`^golang:(\d+\.\d+\.\d+)-[a-z]+( AS build)?$`).FindStringSubmatch(last(build, "FROM"))
	if from == nil {
		t.Fatalf("FROM %s: want golang with a full version and a distribution", last(build, "FROM"))
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	if want == nil || !strings.HasPrefix(from[1], string(want[1])+".") {
		t.Errorf("the image builds with Go %s, go.mod wants %s", from[1], want)
	}
	if got := last(image, "FROM"); got != "scratch" {
		t.Errorf("the image is made FROM %s, want scratch", got)
	}
	if got := last(image, "USER"); got != "65532:65532" {
		t.Errorf("USER is %q, want 65532:65532: a number, so that an orchestrator can see it is not root", got)
	}
	if len(buildSteps(t)) != 1 {
		t.Errorf("the build stage has %d go build steps, want one", len(buildSteps(t)))
	}
	for _, word := range []string{"ENTRYPOINT", "CMD"} {
		var argv []string
		if err := json.Unmarshal([]byte(last(image, word)), &argv); err != nil || len(argv) == 0 {
			t.Errorf("%s %s: want a JSON list; there is no shell in the image", word, last(image, word))
		}
	}
	for _, in := range image {
		if in.word == "RUN" {
			t.Errorf("RUN %s: an empty image can run nothing", in.rest)
		}
	}
}

func TestTheBuilderIsSentEveryFileTheBuildReads(t *testing.T) {
	ignore, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range house(t) {
		top, _, _ := strings.Cut(f.dir, "/")
		if !slices.Contains(strings.Fields(string(ignore)), "!"+top) {
			t.Errorf("%s would not reach the builder: .dockerignore has no line !%s", f.path(), top)
		}
	}
}

// buildSteps returns the go build commands of the build stage.
func buildSteps(t *testing.T) (steps []string) {
	t.Helper()
	for _, in := range dockerfile(t)[0] {
		if in.word == "RUN" && strings.Contains(in.rest, "go build ") {
			steps = append(steps, in.rest)
		}
	}
	return steps
}
