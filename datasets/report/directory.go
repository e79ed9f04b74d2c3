package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// Names in a report directory.
const (
	textFile        = "report.txt"
	jsonFile        = "report.json"
	certificateFile = "certificate.txt"
	manifestFile    = "manifest.json"
	differenceFile  = "difference.csv" // of the run of a scenario
	inputsDir       = "inputs"
)

// manifestFormat names the layout of the manifest.
const manifestFormat = "labourmatch-manifest/1"

// manifest lists what is in a report directory and how it was made.
type manifest struct {
	Format  string         `json:"format"`
	Engine  string         `json:"engine"`
	Options manifestRun    `json:"options"`
	Files   []manifestFact `json:"files"`
}

type manifestRun struct {
	Title string        `json:"title"`
	Level int           `json:"level"`
	Order matcher.Order `json:"order"`
	// RunOnly is as in [Options].
	RunOnly bool `json:"run_only,omitempty"`
}

type manifestFact struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// derived is one file of a report directory that is made from the inputs.
type derived struct {
	path  string
	write func(io.Writer) error
}

// derived lists the files made from the report, manifest and inputs excepted.
func (r *Report) derived() []derived {
	files := []derived{
		{textFile, func(w io.Writer) error { return r.WriteText(w, Style{}) }},
		{jsonFile, r.WriteJSON},
	}
	for _, s := range sheets() {
		files = append(files, derived{s.file, func(w io.Writer) error { return s.write(w, r) }})
	}
	if r.WhatIf != nil {
		files = append(files, derived{differenceFile, r.WhatIf.Difference.WriteCSV})
	}
	return append(files, derived{certificateFile, r.WriteCertificate})
}

// WriteCertificate writes the network, the flow and the potentials that prove the placement; the file says itself how
// it is to be read. It needs a report that Build made: one read back from JSON has no certificate.
func (r *Report) WriteCertificate(w io.Writer) error {
	if r.result == nil {
		return errors.New("write the certificate: this report was read back from its JSON document, which has none")
	}
	return writeCertificate(w, &r.result.Certificate)
}

// inputNames lists the files that may be among a report's inputs: those of a market directory, and scenarios.
func inputNames() []string {
	names := marketNames()
	for i := range maxScenarios {
		names = append(names, scenarioName(i))
	}
	return names
}

// marketNames lists the files of a market directory that a report keeps, in the order they are written.
func marketNames() []string {
	var names []string
	for _, t := range datasets.Tables() {
		names = append(names, t.File)
	}
	return append(names, datasets.PolicyFile, datasets.ShortageFile)
}

// WriteDir writes a report directory: report.txt, report.json, gaps.csv, skills.csv, placements.csv, entries.csv, causes.csv,
// prices.csv, ledger.csv, balance.csv, lifts.csv, shortages.csv, certificate.txt, the inputs as they are in the market directory given, and manifest.json with the SHA-256 of each.
//
// The directory is made if it is not there. One that holds another report is overwritten, file by file; one that holds
// anything else is refused and left alone. The manifest is written last, so a directory without one is unfinished or
// has been taken apart.
func WriteDir(dir string, r *Report, market fs.FS) error {
	if err := claim(dir); err != nil {
		return err
	}
	m := manifest{
		Format: manifestFormat, Engine: r.Engine,
		Options: manifestRun{Title: r.Title, Level: r.Level, Order: r.Order, RunOnly: r.RunOnly},
	}
	put := func(name string, data []byte) error {
		sum := sha256.Sum256(data)
		m.Files = append(m.Files, manifestFact{name, int64(len(data)), hex.EncodeToString(sum[:])})
		return replace(filepath.Join(dir, filepath.FromSlash(name)), data)
	}
	for i, f := range r.scenarios {
		if err := put(path.Join(inputsDir, scenarioName(i)), f.Data); err != nil {
			return fmt.Errorf("copy the inputs: %w", err)
		}
	}
	for _, name := range marketNames() {
		data, err := fs.ReadFile(market, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return fmt.Errorf("copy the inputs: %w", err)
		}
		if err := put(path.Join(inputsDir, name), data); err != nil {
			return fmt.Errorf("copy the inputs: %w", err)
		}
	}
	for _, file := range r.derived() {
		var b bytes.Buffer
		if err := file.write(&b); err != nil {
			return err
		}
		if err := put(file.path, b.Bytes()); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	if err := replace(filepath.Join(dir, manifestFile), append(data, '\n')); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}

// CheckDir reports whether [WriteDir] may write into a directory: it is not there, is empty, or holds a report. It
// changes nothing, so that a caller can ask before the work rather than after it.
func CheckDir(dir string) error {
	found, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write the report: %w", err)
	}
	own := slices.ContainsFunc(found, func(e fs.DirEntry) bool { return e.Name() == manifestFile || e.Name() == jsonFile })
	if len(found) > 0 && !own {
		return fmt.Errorf("write the report: %s holds other files and is left alone; name a new or an empty directory", dir)
	}
	return nil
}

// claim makes a directory ready for a report: it is there, without the manifest and inputs of an earlier one.
func claim(dir string) error {
	if err := CheckDir(dir); err != nil {
		return err
	}
	for _, name := range inputNames() {
		if err := remove(filepath.Join(dir, inputsDir, name)); err != nil {
			return err
		}
	}
	for _, name := range []string{manifestFile, differenceFile} {
		if err := remove(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, inputsDir), 0o755); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func remove(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// replace writes a file under another name first, so that nobody reads half of it.
func replace(name string, data []byte) error {
	part := strings.TrimSuffix(name, filepath.Ext(name)) + ".part"
	if err := os.WriteFile(part, data, 0o644); err != nil {
		return err
	}
	return os.Rename(part, name)
}
