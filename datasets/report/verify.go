package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// VerifyOptions are how a report directory is verified. The zero value is safe.
type VerifyOptions struct {
	// Engine is the version of the program that verifies. Where the report was written by another one, node potentials
	// need not be the same, only prove the same: which of several proofs a solver finds may change with its version.
	Engine string
	// Progress as in [Options].
	Progress func(what string, share float64)
}

// Verification says what was compared.
type Verification struct {
	Title    string        `json:"title"`
	Engine   string        `json:"engine"` // that wrote the report
	Level    int           `json:"level"`
	Order    matcher.Order `json:"order"`
	Files    int           `json:"files"`    // compared with what the inputs give
	Values   int           `json:"values"`   // numbers and texts in them
	Manifest bool          `json:"manifest"` // it is there, so edited inputs were looked for
}

// String says how much was compared.
func (v *Verification) String() string {
	return fmt.Sprintf("%s values in %d files", comma(int64(v.Values)), v.Files)
}

// Mismatch is one thing in a report directory that is not what the inputs give.
type Mismatch struct {
	File     string `json:"file"`
	Row      int    `json:"row,omitempty"`   // line of the file, from 1; 0 where the file as a whole is meant
	Field    string `json:"field,omitempty"` // column, or path in the document
	Found    string `json:"found"`
	Expected string `json:"expected"`
}

// String writes the mismatch as one line: place, found, expected.
func (m Mismatch) String() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Row > 0 {
		fmt.Fprintf(&b, ", row %d", m.Row)
	}
	if m.Field != "" {
		b.WriteString(", " + m.Field)
	}
	fmt.Fprintf(&b, ": found %s, expected %s", brief(m.Found), brief(m.Expected))
	return b.String()
}

// brief cuts what is too long for a line.
func brief(s string) string {
	if s == "" {
		return "nothing"
	}
	return fit(strings.TrimSpace(strings.ReplaceAll(s, "\n", " ")), 100)
}

// maxMismatches is how many mismatches are kept; the rest are counted.
const maxMismatches = 100

// Mismatches is the error of a report directory that is not what its inputs give.
type Mismatches struct {
	List []Mismatch `json:"mismatches"`
	More int        `json:"more,omitempty"`
}

func (m *Mismatches) add(found ...Mismatch) {
	for _, one := range found {
		if len(m.List) < maxMismatches {
			m.List = append(m.List, one)
		} else {
			m.More++
		}
	}
}

// Error prints the mismatches, one a line.
func (m *Mismatches) Error() string {
	lines := make([]string, 0, len(m.List)+1)
	for _, one := range m.List {
		lines = append(lines, one.String())
	}
	if m.More > 0 {
		lines = append(lines, fmt.Sprintf("and %s more", comma(int64(m.More))))
	}
	return strings.Join(lines, "\n")
}

// Verify checks a report directory. It makes the report again from inputs/ and compares every number and text in every
// file with it; it checks that the stored flow and potentials prove the placement on a network built from the inputs;
// and where manifest.json is there, that no file has been edited, inputs included. It takes as long as making the
// report did.
//
// What does not hold comes back as [*Mismatches]; any other error says why nothing could be compared.
func Verify(ctx context.Context, dir fs.FS, o VerifyOptions) (*Verification, error) {
	var bad Mismatches
	kept, err := readManifest(dir, &bad)
	if err != nil {
		return nil, err
	}
	run, err := claimed(dir, kept)
	if err != nil {
		return nil, err
	}
	v := &Verification{Title: run.Title, Engine: run.Engine, Level: run.Level, Order: run.Order, Manifest: kept != nil}
	inputs, err := fs.Sub(dir, inputsDir)
	if err != nil {
		return nil, fmt.Errorf("open the inputs: %w", err)
	}
	market, err := datasets.Read(inputs)
	if err != nil {
		return v, worse(&bad, err, "read the inputs")
	}
	scenarios, err := scenariosIn(inputs)
	if err != nil {
		return nil, err
	}
	again, err := Build(ctx, market, Options{
		Level: run.Level, Order: run.Order, Title: run.Title, Engine: run.Engine, RunOnly: run.RunOnly, Scenarios: scenarios, Progress: o.Progress,
	})
	if err != nil {
		return v, worse(&bad, err, "make the report again from the inputs")
	}
	for _, file := range again.derived() {
		var want bytes.Buffer
		if err := file.write(&want); err != nil {
			return v, err
		}
		got, err := fs.ReadFile(dir, file.path)
		if err != nil {
			bad.add(Mismatch{File: file.path, Found: "no file", Expected: "the report's " + file.path})
			continue
		}
		c := comparison{file: file.path, bad: &bad, anyProof: o.Engine != run.Engine}
		c.compare(got, want.Bytes())
		v.Files++
		v.Values += c.values
		if file.path == certificateFile {
			c.prove(got, &again.result.Certificate)
		}
	}
	if len(bad.List) > 0 {
		return v, &bad
	}
	return v, nil
}

// worse adds what kept the report from being made again to what has been found already; trouble that is not in the
// directory stays an error of its own.
func worse(bad *Mismatches, err error, doing string) error {
	var problems *datasets.Problems
	switch {
	case errors.As(err, &problems):
		for _, p := range problems.List {
			bad.add(Mismatch{
				File: path.Join(inputsDir, p.File), Row: p.Row, Field: p.Column, Found: p.Value, Expected: p.What + ". " + p.Hint,
			})
		}
		bad.More += problems.More
		return bad
	case errors.Is(err, ErrLevel):
		bad.add(Mismatch{File: jsonFile, Field: "level", Found: err.Error(), Expected: "a level the inputs have"})
		return bad
	case len(bad.List) > 0 && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded):
		bad.add(Mismatch{File: inputsDir, Found: err.Error(), Expected: "a market that can be solved"})
		return bad
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// claimed is what the directory says of the run: the manifest's word, else the document's.
func claimed(dir fs.FS, kept *manifest) (*Report, error) {
	if kept != nil {
		return &Report{
			Title: kept.Options.Title, Engine: kept.Engine, Level: kept.Options.Level, Order: kept.Options.Order,
			RunOnly: kept.Options.RunOnly,
		}, nil
	}
	data, err := fs.ReadFile(dir, jsonFile)
	if err != nil {
		return nil, fmt.Errorf("this is no report directory: it has neither a %s nor a %s", manifestFile, jsonFile)
	}
	// Only these five are taken at their word, so a document with a field that this program does not read is no
	// obstacle here: the comparison will find it.
	var run struct {
		Title   string        `json:"title"`
		Engine  string        `json:"engine"`
		Level   int           `json:"level"`
		Order   matcher.Order `json:"order"`
		RunOnly bool          `json:"run_only"`
	}
	if err := json.Unmarshal(data, &run); err != nil {
		return nil, &Mismatches{List: []Mismatch{{File: jsonFile, Found: err.Error(), Expected: "a JSON document with title, engine, level and order"}}}
	}
	if !known(run.Order) {
		return nil, &Mismatches{List: []Mismatch{{
			File: jsonFile, Field: "order", Found: string(run.Order), Expected: fmt.Sprintf("one of %v", matcher.Orders()),
		}}}
	}
	if run.Level == 0 {
		return nil, &Mismatches{List: []Mismatch{{File: jsonFile, Field: "level", Found: "0", Expected: "an ISCO level, 1 to 4"}}}
	}
	return &Report{Title: run.Title, Engine: run.Engine, Level: run.Level, Order: run.Order, RunOnly: run.RunOnly}, nil
}

func known(order matcher.Order) bool {
	for _, o := range matcher.Orders() {
		if o == order {
			return true
		}
	}
	return false
}

// readManifest reads the manifest, if there is one, and holds every file against its hash.
func readManifest(dir fs.FS, bad *Mismatches) (*manifest, error) {
	data, err := fs.ReadFile(dir, manifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	var m manifest
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(&m); err != nil || m.Format != manifestFormat || m.Options.Level < 1 || !known(m.Options.Order) {
		found := fmt.Sprintf("format %q, level %d, order %q", m.Format, m.Options.Level, m.Options.Order)
		if err != nil {
			found = err.Error()
		}
		bad.add(Mismatch{File: manifestFile, Found: found, Expected: "the manifest of a report; delete it to verify without"})
		return nil, bad
	}
	listed := map[string]bool{manifestFile: true}
	for _, f := range m.Files {
		listed[f.Path] = true
		data, err := fs.ReadFile(dir, f.Path)
		if err != nil {
			bad.add(Mismatch{File: f.Path, Found: "no file", Expected: "the file the manifest lists"})
			continue
		}
		if sum := sha256.Sum256(data); int64(len(data)) != f.Bytes || hex.EncodeToString(sum[:]) != f.SHA256 {
			bad.add(Mismatch{
				File: f.Path, Field: "edited since the report was written",
				Found:    fmt.Sprintf("SHA-256 %x (%d bytes)", sum, len(data)),
				Expected: fmt.Sprintf("%s (%d bytes)", f.SHA256, f.Bytes),
			})
		}
	}
	for _, name := range inputNames() {
		if name = path.Join(inputsDir, name); !listed[name] {
			if _, err := fs.Stat(dir, name); err == nil {
				bad.add(Mismatch{File: name, Found: "a file added since the report was written", Expected: "no such file"})
			}
		}
	}
	return &m, nil
}
