// Command gen regenerates the tables of package codes from the publishers' files.
//
// The tables are facts in our own format, not the publishers' files: occupations,
// countries and subdivisions are codes and names; skill groups, skill shares and fits
// are computed from ESCO's relations between occupations and skills. The small tables
// that come from law (blocs, memberships, rights, professions, restrictions, channels,
// safeguards, safeguarded, regulated, aliases) and the list of sources
// are written by hand and are not touched.
//
// The same input files give the same tables, byte for byte.
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const usage = `Usage: go run ./datasets/codes/gen [flags]

Regenerates the tables of package codes. Give the files you have; only the tables
they feed are written.

  -isco FILE            ISCO-08 groups with English titles: ISCOGroups_en.csv of ESCO
                        v1.1.1, in the CSV package "classification, English" of
                        https://esco.ec.europa.eu/en/use-esco/download
                        writes occupations.csv
  -esco-en ZIP          that package itself
  -esco-relations ZIP   the relations of ESCO v1.1.1 (occupationSkillRelations.csv and
                        broaderRelationsSkillPillar.csv), same page
                        both together write skillgroups.csv, skillshares.csv, fits.csv
  -countries FILE       country-codes.csv of
                        https://datahub.io/core/country-codes
                        writes countries.csv and names.csv
  -subdivisions FILE    2.js of the npm package iso-3166, version 4.4.0 (npm pack
                        iso-3166@4.4.0); changes since then are in gen/amendments.csv
                        writes subdivisions.csv
  -soc FILE             ISCO_SOC_Crosswalk.xls of the U.S. Bureau of Labor Statistics,
                        https://www.bls.gov/soc/soccrosswalks.htm; the changes to the 2018
                        SOC are in gen/soc2018.csv, the groups of the National Employment
                        Matrix in gen/nem2019.csv
  -noc2016 FILE         NOC 2016 to O*NET 20, CSV (columns noc, noc_title, onet) of
  -noc2021 FILE         NOC 2021 to O*NET 26, CSV, both of the Dais,
                        https://github.com/thedais/NOC_ONet_Crosswalk
  -noc-revision FILE    NOC 2016 to NOC 2021, CSV of Statistics Canada's concordance
                        the four together write soc2010.csv, soc2018.csv, nem2019.csv,
                        noc2016.csv, noc2021.csv, revisions.csv
  -kldb FILE            _cwfcn_kldb10_5d_to_isco08.sthlp of the Stata package kldbrecode,
                        lines "KldB ISCO", the recommended one first
                        writes kldb2010.csv
  -isco88 FILE          _cwfcn_isco88_to_isco08.sthlp of the Stata package crosswalk (SSC)
                        writes isco88.csv
  -out DIR              where the tables are (default datasets/codes/tables)
  -report               print how the fits are distributed

After a new version of a source, correct its row in sources.csv and run the tests.
`

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("gen", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() { fmt.Fprint(stderr, usage) }
	isco := fs.String("isco", "", "")
	escoEN := fs.String("esco-en", "", "")
	escoRelations := fs.String("esco-relations", "", "")
	countries := fs.String("countries", "", "")
	subdivisions := fs.String("subdivisions", "", "")
	soc := fs.String("soc", "", "")
	noc2016 := fs.String("noc2016", "", "")
	noc2021 := fs.String("noc2021", "", "")
	revision := fs.String("noc-revision", "", "")
	kldb := fs.String("kldb", "", "")
	isco88 := fs.String("isco88", "", "")
	out := fs.String("out", filepath.Join("datasets", "codes", "tables"), "")
	report := fs.Bool("report", false, "")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *isco+*escoEN+*escoRelations+*countries+*subdivisions+*soc+*noc2016+*noc2021+*revision+*kldb+*isco88 == "" {
		fs.Usage()
		return errors.New("no input file given")
	}
	if (*escoEN == "") != (*escoRelations == "") {
		return errors.New("-esco-en and -esco-relations belong together: give both")
	}
	if *soc+*noc2016+*noc2021+*revision != "" {
		if *soc == "" || *noc2016 == "" || *noc2021 == "" || *revision == "" {
			return errors.New("-soc, -noc2016, -noc2021 and -noc-revision belong together: give all four")
		}
		if err := writeNorthAmerica(*soc, *noc2016, *noc2021, *revision, *out); err != nil {
			return err
		}
	}
	if *kldb != "" {
		if err := writeKldB(*kldb, *out); err != nil {
			return err
		}
	}
	if *isco88 != "" {
		if err := writeISCO88(*isco88, *out); err != nil {
			return err
		}
	}
	if *isco != "" {
		if err := writeOccupations(*isco, *out); err != nil {
			return err
		}
	}
	if *countries != "" {
		if err := writeNames(*countries, *out); err != nil {
			return err
		}
		if err := writeCountries(*countries, *out); err != nil {
			return err
		}
	}
	if *subdivisions != "" {
		if err := writeSubdivisions(*subdivisions, *out); err != nil {
			return err
		}
	}
	if *escoEN != "" {
		e, err := readESCO(*escoEN, *escoRelations)
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, e.summary())
		if err := e.writeGroups(*out); err != nil {
			return err
		}
		if err := e.writeShares(*out); err != nil {
			return err
		}
		fits := e.fits()
		if err := writeFits(fits, *out); err != nil {
			return err
		}
		if *report {
			e.report(stdout, fits)
		}
	}
	return nil
}

// columns reads a CSV with a header and calls f with the named columns of each row.
// It fails, naming the file, where a column is missing.
func columns(name string, in io.Reader, names []string, f func(cells []string) error) error {
	r := csv.NewReader(in)
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	at := make([]int, len(names))
	for i, want := range names {
		at[i] = -1
		for j, have := range head {
			if have == want {
				at[i] = j
			}
		}
		if at[i] < 0 {
			return fmt.Errorf("%s: no column %q; is this the file that the usage text describes?", name, want)
		}
	}
	cells := make([]string, len(names))
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for i, j := range at {
			cells[i] = row[j]
		}
		if err := f(cells); err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("%s, line %d: %w", name, line, err)
		}
	}
}

func columnsOfFile(path string, names []string, f func(cells []string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return columns(filepath.Base(path), file, names, f)
}

// writeTable writes a table in full or not at all, so that a failed run leaves the
// committed one as it was.
func writeTable(dir, name string, header []string, rows [][]string) error {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(header); err != nil {
		return err
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path+".new", []byte(b.String()), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
