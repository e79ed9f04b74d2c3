package formats

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// dataset is a small dataset, and what every message form has to say of it: attributes at all levels, values that are
// missing, codes that look like numbers, texts with every character that a format gives a meaning to.
type dataset struct {
	dimensions []Component // the last is TIME_PERIOD
	status     Component   // of an observation
	mult       []string    // of a series, by the code of the second dimension
	title      []string    // of a group: all that share the code of the first dimension
	note       string      // of the dataset
	rows       []datasetRow
}

type datasetRow struct {
	key           []int
	value, status string
}

// columns are what is read, in the order in which it is compared.
func (s *dataset) columns() []string {
	var c []string
	for _, d := range s.dimensions {
		c = append(c, d.ID)
	}
	return append(c, obsValue, "OBS_STATUS", "UNIT_MULT", "TITLE", "NOTE")
}

func (s *dataset) code(r datasetRow, d int) string { return s.dimensions[d].Codes[r.key[d]].ID }

func (s *dataset) want() []string {
	var rows []string
	for _, r := range s.rows {
		var c []string
		for d := range s.dimensions {
			c = append(c, s.code(r, d))
		}
		rows = append(rows, fmt.Sprintf("%q", append(c, r.value, r.status, s.mult[r.key[1]], s.title[r.key[0]], s.note)))
	}
	slices.Sort(rows)
	return rows
}

func drawDataset(t *rapid.T) *dataset {
	text := rapid.StringMatching(`Of ["',;:<>&\\|a-zäß日=+@\]\[-]{0,12}[a-z]`)
	s := &dataset{note: text.Draw(t, "note")}
	ids := []string{"FREQ", "REF_AREA", "OCC", "SEX"}[:rapid.IntRange(2, 4).Draw(t, "dimensions")]
	for _, id := range ids {
		c := Component{ID: id, Name: text.Draw(t, "name")}
		for _, code := range rapid.SliceOfNDistinct(rapid.StringMatching(`[0A-Z][A-Z0-9_]{0,3}`), 1, 4, rapid.ID).Draw(t, id) {
			c.Codes = append(c.Codes, Code{ID: code, Name: text.Draw(t, "label")})
		}
		s.dimensions = append(s.dimensions, c)
	}
	time := Component{ID: timePeriod}
	for y := range rapid.IntRange(1, 4).Draw(t, "years") {
		time.Codes = append(time.Codes, Code{ID: fmt.Sprint(2020 + y)})
	}
	s.dimensions = append(s.dimensions, time)
	s.status = Component{ID: "OBS_STATUS", Codes: []Code{{ID: "A", Name: "Normal"}, {ID: "M", Name: "Missing, or so"}}}
	for range s.dimensions[0].Codes {
		s.title = append(s.title, text.Draw(t, "title"))
	}
	for range s.dimensions[1].Codes {
		s.mult = append(s.mult, rapid.SampledFrom([]string{"", "0", "3"}).Draw(t, "mult"))
	}
	seen := map[string]bool{}
	for range rapid.IntRange(1, 12).Draw(t, "rows") {
		var r datasetRow
		for _, d := range s.dimensions {
			r.key = append(r.key, rapid.IntRange(0, len(d.Codes)-1).Draw(t, "code"))
		}
		r.value = rapid.StringMatching(`|-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?`).Draw(t, "value")
		r.status = rapid.SampledFrom([]string{"", "A", "M"}).Draw(t, "status")
		if key := fmt.Sprint(r.key); !seen[key] {
			seen[key] = true
			s.rows = append(s.rows, r)
		}
	}
	// Rows of a series stand together, as series are written.
	slices.SortStableFunc(s.rows, func(a, b datasetRow) int { return slices.Compare(a.key, b.key) })
	return s
}

type opener func(context.Context, File, Options) (*Document, error)

var openers = map[Format]opener{
	SDMXCSV: openSDMXCSV, SDMXJSON: openSDMXJSON, SDMXML: openSDMXML, JSONStat: openJSONStat,
	OpeningXML: openOpenings, OpeningJSON: openOpenings,
}

func inMemory(text string) File {
	return File{Name: "test", Content: strings.NewReader(text), Size: int64(len(text))}
}

// openText recognises a message and opens it.
func openText(ctx context.Context, text string, o Options) (*Document, error) {
	head := []byte(text)
	format := recogniseMessage(head[:min(len(head), 1<<16)])
	open := openers[format]
	if open == nil {
		return nil, fmt.Errorf("not recognised: %.300s", text)
	}
	return open(ctx, inMemory(text), o)
}

// rowsOf reads the columns of all rows of a sheet, sorted; columns that the sheet has not are empty.
func rowsOf(ctx context.Context, s *Sheet, columns []string) ([]string, error) {
	var rows []string
	for r, err := range s.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		if len(r.Cells) != len(s.Columns) {
			return nil, fmt.Errorf("%d cells for %d columns", len(r.Cells), len(s.Columns))
		}
		var cells []string
		for _, c := range columns {
			cell := ""
			if i := slices.Index(s.Columns, c); i >= 0 {
				cell = r.Cells[i]
			}
			cells = append(cells, cell)
		}
		rows = append(rows, fmt.Sprintf("%q", cells))
	}
	slices.Sort(rows)
	return rows, nil
}

func TestTheSameDatasetReadsIntoTheSameRowsWhateverItsForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawDataset(t)
		other := s.dimensions[1].ID
		forms := map[string]string{
			"SDMX-CSV 1.0, ids":                 s.writeCSV(1, "id", ',', false),
			"SDMX-CSV 1.0, ids and labels":      s.writeCSV(1, "both", ';', false),
			"SDMX-CSV 2.0, ids":                 s.writeCSV(2, "id", ',', false),
			"SDMX-CSV 2.0, ids, attached":       s.writeCSV(2, "id", '\t', true),
			"SDMX-CSV 2.0, ids and labels":      s.writeCSV(2, "both", ',', true),
			"SDMX-CSV 2.0, names":               s.writeCSV(2, "name", ';', true),
			"SDMX-JSON 1.0, series":             s.writeJSON(1, false, false),
			"SDMX-JSON 1.0, series, late":       s.writeJSON(1, false, true),
			"SDMX-JSON 1.0, flat":               s.writeJSON(1, true, false),
			"SDMX-JSON 2.0, series":             s.writeJSON(2, false, false),
			"SDMX-JSON 2.0, series, late":       s.writeJSON(2, false, true),
			"SDMX-JSON 2.0, flat, late":         s.writeJSON(2, true, true),
			"SDMX-ML generic, series":           s.writeXML(true, timePeriod),
			"SDMX-ML generic, other dimension":  s.writeXML(true, other),
			"SDMX-ML generic, flat":             s.writeXML(true, "AllDimensions"),
			"SDMX-ML specific, series":          s.writeXML(false, timePeriod),
			"SDMX-ML specific, other dimension": s.writeXML(false, other),
			"SDMX-ML specific, flat":            s.writeXML(false, "AllDimensions"),
			"JSON-stat":                         s.writeStat(t),
		}
		want := s.want()
		for _, name := range slices.Sorted(maps.Keys(forms)) {
			text, columns := forms[name], s.columns()
			wanted := want
			if name == "JSON-stat" {
				columns = columns[:len(columns)-3]
				wanted = nil
				for _, r := range s.rows {
					var c []string
					for d := range s.dimensions {
						c = append(c, s.code(r, d))
					}
					wanted = append(wanted, fmt.Sprintf("%q", append(c, r.value, r.status)))
				}
				slices.Sort(wanted)
			}
			d, err := openText(context.Background(), text, Options{})
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			if len(d.Sheets) != 1 {
				t.Fatalf("%s: %d sheets\n%s", name, len(d.Sheets), text)
			}
			for range 2 { // as often as wanted
				got, err := rowsOf(context.Background(), &d.Sheets[0], columns)
				if err != nil {
					t.Fatalf("%s: %v\n%s", name, err, text)
				}
				if !slices.Equal(got, wanted) {
					t.Fatalf("%s: got\n%s\nwant\n%s\nof\n%s", name, strings.Join(got, "\n"), strings.Join(wanted, "\n"), text)
				}
			}
			s.checkLabels(t, name, &d.Sheets[0])
		}
	})
}

// checkLabels sees that where a sheet has labels, they are those of the codes beside them.
func (s *dataset) checkLabels(t *rapid.T, name string, sheet *Sheet) {
	if strings.Contains(name, "labels") || strings.Contains(name, "names") || strings.Contains(name, "JSON") {
		if sheet.Labels[slices.Index(sheet.Columns, s.dimensions[0].ID)] == "" {
			t.Fatalf("%s: no labels in %q", name, sheet.Labels)
		}
	}
	for r := range sheet.Rows(context.Background()) {
		for _, d := range append(slices.Clone(s.dimensions), s.status) {
			i := slices.Index(sheet.Columns, d.ID)
			if i < 0 || sheet.Labels[i] == "" || r.Cells[i] == "" {
				continue
			}
			got := r.Cells[slices.Index(sheet.Columns, sheet.Labels[i])]
			want := d.Codes[slices.IndexFunc(d.Codes, func(c Code) bool { return c.ID == r.Cells[i] })].Name
			if got != want {
				t.Fatalf("%s: %s %s is called %q, should be %q", name, d.ID, r.Cells[i], got, want)
			}
		}
	}
}
