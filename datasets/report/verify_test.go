package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets/report"
)

// written is the report directory of the small market, in memory.
func written(t *testing.T) fstest.MapFS {
	t.Helper()
	dir := t.TempDir()
	if err := report.WriteDir(dir, theSmallReport(t), small()); err != nil {
		t.Fatal(err)
	}
	return inMemory(t, dir)
}

func inMemory(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(os.DirFS(dir), name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// mismatches verifies and returns what does not hold.
func mismatches(t *testing.T, files fs.FS) []report.Mismatch {
	t.Helper()
	_, err := report.Verify(t.Context(), files, report.VerifyOptions{Engine: "test"})
	var bad *report.Mismatches
	switch {
	case err == nil:
		return nil
	case errors.As(err, &bad):
		return bad.List
	}
	t.Fatal(err)
	return nil
}

// with is a copy of the files in which one has other content; nil takes it away.
func with(files fstest.MapFS, name string, data []byte) fstest.MapFS {
	changed := maps.Clone(files)
	if data == nil {
		delete(changed, name)
	} else {
		changed[name] = &fstest.MapFile{Data: data}
	}
	return changed
}

func TestAReportDirectoryHoldsAsWrittenWithAndWithoutItsManifest(t *testing.T) {
	files := written(t)
	for _, manifest := range []bool{true, false} {
		if !manifest {
			delete(files, "manifest.json")
		}
		v, err := report.Verify(t.Context(), files, report.VerifyOptions{Engine: "test"})
		if err != nil {
			t.Fatalf("manifest %v: %v", manifest, err)
		}
		if v.Manifest != manifest || v.Files != 13 || v.Values < 1000 {
			t.Errorf("manifest %v: verified %+v", manifest, v)
		}
	}
}

// batch is how many edits are made at once: Verify keeps a hundred mismatches in full.
const batch = 80

// share is every place with LABOURMATCH_LONG=1, else every fifth and the first of each kind.
func share(places []string, kind func(string) string) []string {
	if os.Getenv("LABOURMATCH_LONG") == "1" {
		return places
	}
	seen := map[string]bool{}
	var kept []string
	for i, place := range places {
		if k := kind(place); i%5 == 0 || !seen[k] {
			seen[k] = true
			kept = append(kept, place)
		}
	}
	return kept
}

// expectEdits makes the edits in batches, each on a fresh copy, and expects every one to be found where it was made and
// nothing else to be reported, except by the proof.
func expectEdits(t *testing.T, files fstest.MapFS, name string, places []string, edit func(places []string) []byte) {
	t.Helper()
	delete(files, "manifest.json")
	for part := range slices.Chunk(places, batch) {
		found := map[string]bool{}
		for _, m := range mismatches(t, with(files, name, edit(part))) {
			if m.File != name {
				t.Errorf("an edit of %s is reported in %s", name, m)
			}
			if m.Found == m.Expected {
				t.Errorf("found and expected are the same: %s", m)
			}
			found[fmt.Sprintf("%d|%s", m.Row, m.Field)] = true
		}
		for _, place := range part {
			if !found[place] {
				t.Errorf("%s: the edit at %s is not found", name, place)
			}
			delete(found, place)
		}
		delete(found, "0|proof")
		if len(found) > 0 {
			t.Errorf("%s: reported without being edited: %v", name, slices.Sorted(maps.Keys(found)))
		}
	}
	if len(places) == 0 {
		t.Fatalf("%s: no number to edit", name)
	}
}

func TestVerifyFindsEveryEditedNumberOfTheDocument(t *testing.T) {
	files := written(t)
	original := files["report.json"].Data
	var places []string
	visit(document(t, original), "", func(at string, n json.Number) json.Number {
		if at != "level" { // what run it was is taken at its word; another test edits it
			places = append(places, "0|"+at)
		}
		return n
	})
	all := len(places)
	places = share(places, func(place string) string { return digits.ReplaceAllString(place, "") })
	t.Logf("%d of %d numbers", len(places), all)
	expectEdits(t, files, "report.json", places, func(part []string) []byte {
		edited := visit(document(t, original), "", func(at string, n json.Number) json.Number {
			if slices.Contains(part, "0|"+at) {
				return other(n)
			}
			return n
		})
		var b bytes.Buffer
		out := json.NewEncoder(&b)
		out.SetIndent("", " ")
		if err := out.Encode(edited); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	})
}

func document(t *testing.T, data []byte) any {
	t.Helper()
	in := json.NewDecoder(bytes.NewReader(data))
	in.UseNumber()
	var v any
	if err := in.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// visit replaces every number of a document by what change makes of it.
func visit(v any, at string, change func(at string, n json.Number) json.Number) any {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			v[k] = visit(v[k], strings.TrimPrefix(at+"."+k, "."), change)
		}
	case []any:
		for i := range v {
			v[i] = visit(v[i], fmt.Sprintf("%s[%d]", at, i), change)
		}
	case json.Number:
		return change(at, v)
	}
	return v
}

// other is a number that is not n and looks like it.
func other(n json.Number) json.Number {
	if i, err := n.Int64(); err == nil {
		return json.Number(fmt.Sprint(i + 1))
	}
	f, _ := n.Float64()
	return json.Number(fmt.Sprint(f + 0.000001))
}

func TestVerifyFindsEveryEditedCellOfTheTables(t *testing.T) {
	for _, name := range []string{"gaps.csv", "skills.csv", "placements.csv", "entries.csv", "causes.csv", "lifts.csv"} {
		t.Run(name, func(t *testing.T) {
			files := written(t)
			records, err := csv.NewReader(bytes.NewReader(files[name].Data)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var places []string
			for row := 1; row < len(records); row++ {
				for c := range records[0] {
					places = append(places, fmt.Sprintf("%d|%s", row+1, records[0][c]))
				}
			}
			places = share(places, func(place string) string { _, column, _ := strings.Cut(place, "|"); return column })
			expectEdits(t, files, name, places, func(part []string) []byte {
				var b bytes.Buffer
				out := csv.NewWriter(&b)
				for row, record := range records {
					record = slices.Clone(record)
					for c := range record {
						if slices.Contains(part, fmt.Sprintf("%d|%s", row+1, records[0][c])) {
							record[c] += "1"
						}
					}
					if err := out.Write(record); err != nil {
						t.Fatal(err)
					}
				}
				out.Flush()
				return b.Bytes()
			})
		})
	}
}

var digits = regexp.MustCompile(`[0-9]`)

func TestVerifyFindsAnEditedNumberOnEveryLineOfTheText(t *testing.T) {
	files := written(t)
	lines := strings.Split(string(files["report.txt"].Data), "\n")
	var places []string
	for i, line := range lines {
		if digits.MatchString(line) {
			places = append(places, fmt.Sprintf("%d|", i+1))
		}
	}
	expectEdits(t, files, "report.txt", places, func(part []string) []byte {
		edited := slices.Clone(lines)
		for i, line := range edited {
			if slices.Contains(part, fmt.Sprintf("%d|", i+1)) {
				at := digits.FindAllStringIndex(line, -1)
				last := at[len(at)-1][0]
				edited[i] = line[:last] + string('0'+(line[last]-'0'+1)%10) + line[last+1:]
			}
		}
		return []byte(strings.Join(edited, "\n"))
	})
}

func TestVerifyFindsEveryEditedNumberOfTheCertificate(t *testing.T) {
	files := written(t)
	lines := strings.Split(string(files["certificate.txt"].Data), "\n")
	delete(files, "manifest.json")
	edits := 0
	for field := range 12 { // one field of many lines at a time, evenly spread over the lines
		edited := slices.Clone(lines)
		var rows []int
		for i := field % 2; i < len(lines) && len(rows) < batch; i += 2 {
			fields := strings.Fields(lines[i])
			if field >= len(fields) || fields[0] == "c" || !digits.MatchString(fields[field]) {
				continue
			}
			fields[field] = string(other(json.Number(fields[field])))
			edited[i] = strings.Join(fields, " ")
			rows = append(rows, i+1)
		}
		if len(rows) == 0 {
			continue
		}
		found := map[int]bool{}
		for _, m := range mismatches(t, with(files, "certificate.txt", []byte(strings.Join(edited, "\n")))) {
			found[m.Row] = true
		}
		for _, row := range rows {
			if edits++; !found[row] {
				t.Errorf("line %d, field %d, now %q: not found", row, field, edited[row-1])
			}
		}
	}
	if edits < 200 {
		t.Errorf("only %d edits", edits)
	}
}

func TestAWrongProofIsRefusedWhicheverProgramWroteIt(t *testing.T) {
	files := written(t)
	delete(files, "manifest.json")
	data := string(files["certificate.txt"].Data)
	verify := func(data string) error {
		_, err := report.Verify(t.Context(), with(files, "certificate.txt", []byte(data)), report.VerifyOptions{Engine: "a later one"})
		return err
	}
	if err := verify(data); err != nil {
		t.Fatalf("the proof as written: %v", err)
	}
	// The same number added to all potentials of a term is the same proof: another program may well find it.
	shifted := regexp.MustCompile(`(?m)^n (\d+) (-?\d+) (-?\d+)`).ReplaceAllStringFunc(data, func(line string) string {
		f := strings.Fields(line)
		return strings.Join(append(f[:3], string(other(json.Number(f[3])))), " ")
	})
	if shifted == data {
		t.Fatal("nothing was shifted")
	}
	if err := verify(shifted); err != nil {
		t.Errorf("the same proof in other numbers is refused: %v", err)
	}
	// One potential far off proves nothing.
	broken := regexp.MustCompile(`(?m)^n 1 (-?\d+) (-?\d+)`).ReplaceAllString(data, "n 1 $1 1000000")
	if err := verify(broken); err == nil || !strings.Contains(err.Error(), "proof") {
		t.Errorf("a broken proof: %v", err)
	}
}

func TestVerifyFindsAnotherLevelOrOrderInTheDocument(t *testing.T) {
	files := written(t)
	delete(files, "manifest.json")
	for _, edit := range [][2]string{
		{`"level": 4,`, `"level": 3,`},
		{`"level": 4,`, `"level": 9,`},
		{`"level": 4,`, `"level": 0,`},
		{`"order": "home-first"`, `"order": "value"`},
		{`"order": "home-first"`, `"order": "nonsense"`},
		{`"title": "A small market"`, `"title": "Another market"`},
		{`"engine": "test"`, `"engine": "another"`},
		{`{`, `[`},
	} {
		changed := strings.Replace(string(files["report.json"].Data), edit[0], edit[1], 1)
		if changed == string(files["report.json"].Data) {
			t.Fatalf("%s is not there", edit[0])
		}
		if bad := mismatches(t, with(files, "report.json", []byte(changed))); len(bad) == 0 {
			t.Errorf("%s made %s: nothing is found", edit[0], edit[1])
		}
	}
}

func TestTheManifestFindsEditedAddedAndMissingFiles(t *testing.T) {
	files := written(t)
	for name, file := range files {
		if name == "manifest.json" {
			continue
		}
		// An input's last comment, a number that changes nothing: the bytes alone give it away.
		edited := append(slices.Clone(file.Data), '\n')
		if bad := mismatches(t, with(files, name, edited)); len(bad) == 0 || bad[0].File != name {
			t.Errorf("a line added to %s: found %v", name, bad)
		}
		if slices.Contains([]string{"gaps.csv", "certificate.txt", "report.json", "inputs/notes.csv"}, name) {
			if bad := mismatches(t, with(files, name, nil)); len(bad) == 0 || bad[0].File != name {
				t.Errorf("%s taken away: found %v", name, bad)
			}
		}
	}
	added := with(files, "inputs/policy.yaml", []byte("mobile: 0.02\n"))
	if bad := mismatches(t, added); len(bad) == 0 || bad[0].File != "inputs/policy.yaml" {
		t.Errorf("a policy added: found %v", bad)
	}
}

func TestEveryEditedCountOfTheInputsIsFoundEvenWithoutTheManifest(t *testing.T) {
	files := written(t)
	delete(files, "manifest.json")
	for _, name := range []string{"inputs/vacancies.csv", "inputs/workers.csv"} {
		lines := strings.Split(string(files[name].Data), "\n")
		for i := 1; i < len(lines)-1; i++ {
			edited := slices.Clone(lines)
			cells := strings.Split(edited[i], ",")
			cells[3] += "1"
			edited[i] = strings.Join(cells, ",")
			if bad := mismatches(t, with(files, name, []byte(strings.Join(edited, "\n")))); len(bad) == 0 {
				t.Errorf("%s, line %d: another count is not found", path.Base(name), i+1)
			}
		}
	}
}

func TestVerifySaysKindlyThatADirectoryIsNoReport(t *testing.T) {
	_, err := report.Verify(t.Context(), small(), report.VerifyOptions{})
	if err == nil || !strings.Contains(err.Error(), "this is no report directory") {
		t.Errorf("verifying a market directory: %v", err)
	}
}

func TestFaultyInputsAreMismatchesWithTheirPlace(t *testing.T) {
	files := written(t)
	delete(files, "manifest.json")
	faulty := strings.Replace(string(files["inputs/workers.csv"].Data), "2022,300,", "2022,many,", 1)
	bad := mismatches(t, with(files, "inputs/workers.csv", []byte(faulty)))
	if len(bad) != 1 || bad[0].File != "inputs/workers.csv" || bad[0].Row != 2 || bad[0].Field != "count" {
		t.Errorf("found %v", bad)
	}
}
