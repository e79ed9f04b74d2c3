package synthetic

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets"
	"labourmatch/datasets/codes"
)

// Table is a file of workers or of vacancies with as many rows as are asked for, made up as it is read, to see what
// reading and storing a large file takes. Every row is in order, and no two are for the same: the columns of the key
// are counted through, regions slowest but for the year. The rest is what such files have: counts that differ, wages that
// repeat, a source and a licence for each country. It is the same at every call.
func Table(file string, rows int64) (io.Reader, error) {
	table, ok := datasets.TableFor(file)
	t := &tableReader{file: file, left: rows, text: []byte(strings.Join(table.Names(), ",") + "\n")}
	if !ok || file != datasets.WorkersFile && file != datasets.VacanciesFile {
		return nil, fmt.Errorf("no rows are made up of %s: use %s or %s", file, datasets.WorkersFile, datasets.VacanciesFile)
	}
	for _, c := range codes.Countries() {
		t.citizens = append(t.citizens, c.Code)
		t.regions = append(t.regions, c.Code)
		for _, s := range codes.Subdivisions(c.Code) {
			t.regions = append(t.regions, s.Code)
		}
	}
	for _, o := range codes.Occupations(4) {
		t.occupations = append(t.occupations, o.Code)
	}
	return t, nil
}

// tableReader is a file that is made up as it is read.
type tableReader struct {
	file                           string
	regions, occupations, citizens []string
	row, left                      int64
	text                           []byte // made up and not yet read
	buffer                         []byte
}

func (t *tableReader) Read(p []byte) (int, error) {
	if len(t.text) == 0 {
		t.text = t.buffer[:0]
		for ; t.left > 0 && len(t.text) < 1<<16; t.left-- {
			t.next()
		}
		t.buffer = t.text
	}
	if len(t.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p, t.text)
	t.text = t.text[n:]
	return n, nil
}

// next makes up a row.
func (t *tableReader) next() {
	n := t.row
	t.row++
	digit := func(of []string) string {
		d := of[n%int64(len(of))]
		n /= int64(len(of))
		return d
	}
	luck := uint64(t.row) * 0x9e3779b97f4a7c15 >> 40 //nolint:gosec // rows are counted from one
	b := t.text
	cell := func(s string) { b = append(append(b, s...), ',') }
	decimal := func(whole uint64, places string) {
		b = append(append(strconv.AppendUint(b, whole, 10), places...), ',')
	}
	if t.file == datasets.WorkersFile {
		status, foreign := digit(statuses), digit(origins)
		occupation, region := digit(t.occupations), digit(t.regions)
		cell(region)
		cell(occupation)
		cell("")
		decimal(uint64(2024-n), "") //nolint:gosec // some hundred years at most
		decimal(luck%4000, []string{"", "", ".5", ".25"}[luck>>12&3])
		cell("stock")
		cell(status)
		if foreign != "" {
			foreign = t.citizens[slices.Index(t.occupations, occupation)%len(t.citizens)]
		}
		cell(foreign)
		decimal(8000+500*(luck>>14&63), "")
		cell("0.9")
		t.text = append(append(b, "Labour force survey of "...), region[:2]...)
	} else {
		contract, months := digit(contracts), digit(lengths)
		occupation, region := digit(t.occupations), digit(t.regions)
		cell(region)
		cell(occupation)
		cell("")
		decimal(uint64(2024-n), "") //nolint:gosec // some hundred years at most
		decimal(luck%900, []string{"", "", ".5", ".25"}[luck>>12&3])
		cell("stock")
		decimal(12000+500*(luck>>14&127), "")
		cell(contract)
		cell(months)
		cell("0.8")
		t.text = append(append(b, "Vacancy survey of "...), region[:2]...)
	}
	t.text = append(t.text, ",2025-03-31,CC BY 4.0,,\n"...)
}

// What the keys of made-up rows are counted through, the fastest first.
var (
	statuses  = []string{"unemployed", "employed", "graduate", "jobseeker"}
	origins   = []string{"", "other"}
	contracts = []string{"permanent", "temporary", "seasonal"}
	lengths   = []string{"", "6", "12", "24"}
)
