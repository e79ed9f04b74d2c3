package api_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/tools/txtar"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
)

// guide is the layout and the file that docs/import.md shows.
func guide(t *testing.T) (layout, file string) {
	t.Helper()
	doc, err := os.ReadFile("../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(language string) string {
		_, rest, _ := strings.Cut(string(doc), "```"+language+"\n")
		text, _, ok := strings.Cut(rest, "```\n")
		if !ok {
			t.Fatalf("the guide has no block of %s", language)
		}
		return text
	}
	return block("yaml"), block("csv")
}

// publishedSource is a source in the shape in which it is published, from the scenario files of package intake.
func publishedSource(t *testing.T, name string) string {
	t.Helper()
	file, err := txtar.ParseFile("../datasets/intake/testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range file.Files {
		if f.Name == "source" {
			return string(f.Data)
		}
	}
	t.Fatalf("%s has no source", name)
	return ""
}

// imports sends a file; query is what stands behind the question mark.
func (s *service) imports(query, body string) answer {
	s.t.Helper()
	return s.call(http.MethodPost, "/v1/imports?"+query, body, "Content-Type", "application/octet-stream")
}

func (s *service) keeps(layout string) answer {
	s.t.Helper()
	return s.call(http.MethodPost, "/v1/layouts", layout, "Content-Type", "application/yaml")
}

// holds fails the test unless there are so many datasets, in whatever state, and imports.
func (s *service) holds(datasets, imports int) {
	s.t.Helper()
	d := into[api.DatasetPage](s.get("/v1/datasets?state=all").is(http.StatusOK))
	i := into[api.ImportPage](s.get("/v1/imports").is(http.StatusOK))
	if len(d.Items) != datasets || len(i.Items) != imports {
		s.t.Errorf("there are %d datasets and %d imports, and should be %d and %d", len(d.Items), len(i.Items), datasets, imports)
	}
}

func aFileIsImportedByALayoutAndKeptByteForByte(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	layout, file := guide(t)
	s.keeps(layout).is(http.StatusCreated)

	dry := into[api.ImportResult](s.imports("layout=nurses&file_name=Offene+Stellen+%E2%80%93+Mai.csv&dry_run=true", file).is(http.StatusOK))
	s.holds(0, 0)
	x := dry.Reading
	if !dry.DryRun || dry.Created || dry.Import != nil || x.Refused || x.Layout.ID != "nurses" || x.Layout.Ready || x.Layout.Text != layout {
		t.Errorf("the dry run says %+v", dry)
	}
	if x.Source.Format != "csv" || x.Source.Delimiter != ";" || x.Source.Encoding != "utf-8" || x.Source.Header != 2 || x.Source.Rows != 4 {
		t.Errorf("the source is %+v", x.Source)
	}
	if len(x.Tables) != 1 || x.Tables[0].File != "vacancies.csv" || x.Tables[0].Rows != 2 || x.Tables[0].Read != 1500.5 || x.Tables[0].Written != 1500.5 ||
		len(x.Tables[0].First) != 2 || x.Tables[0].First[0][slices.Index(x.Tables[0].Columns, "count")] != "1200.5" {
		t.Errorf("the tables are %+v", x.Tables)
	}
	suppressed := slices.IndexFunc(x.Findings, func(f api.Finding) bool { return f.Kind == "suppressed" })
	total := slices.IndexFunc(x.Findings, func(f api.Finding) bool { return f.Kind == "totals" })
	if suppressed < 0 || total < 0 || x.Findings[total].Figure != 99.5 || int(x.Warnings+x.Notes) != len(x.Findings) || x.Errors != 0 {
		t.Errorf("the findings are %+v", x.Findings)
	}

	first := s.imports("layout=nurses&file_name=Offene+Stellen+%E2%80%93+Mai.csv", file).is(http.StatusCreated)
	got := into[api.ImportResult](first)
	if !got.Created || got.Import == nil || got.Import.Layout != "nurses" || got.Import.FileName != "Offene Stellen – Mai.csv" ||
		len(got.Import.Datasets) != 1 || got.Import.Datasets[0].SHA256 != x.Tables[0].SHA256 || got.Import.Datasets[0].Name != "Offene Stellen – Mai.csv" ||
		first.header.Get("Location") != "/v1/imports/"+got.Import.ID {
		t.Fatalf("the import says %s", first.body)
	}
	seen := into[api.ImportRead](s.get(first.header.Get("Location")).is(http.StatusOK))
	if !bytes.Equal(asJSON(t, seen.Reading), asJSON(t, got.Reading)) || !bytes.Equal(asJSON(t, seen.Import), asJSON(t, *got.Import)) {
		t.Errorf("the import is shown as %s\nand was answered as %s", asJSON(t, seen), first.body)
	}
	rows := s.get("/v1/datasets/" + got.Import.Datasets[0].ID + "/rows").is(http.StatusOK)
	if !strings.Contains(string(rows.body), "\nDE-BY,2221,,2024,1200.5,stock,") {
		t.Errorf("the rows are\n%s", rows.body)
	}

	raw := s.get(first.header.Get("Location") + "/raw").is(http.StatusOK)
	sum := sha256.Sum256([]byte(file))
	if string(raw.body) != file || got.Import.SHA256 != hex.EncodeToString(sum[:]) || got.Import.Bytes != int64(len(file)) {
		t.Errorf("what was sent comes back as %q", raw.body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff",
		"Content-Disposition": "attachment; filename*=utf-8''Offene%20Stellen%20%E2%80%93%20Mai.csv",
	} {
		if raw.header.Get(name) != want {
			t.Errorf("%s of what was sent is %q", name, raw.header.Get(name))
		}
	}

	again := into[api.ImportResult](s.imports("layout=nurses", file).is(http.StatusOK))
	if again.Created || again.Import.ID != got.Import.ID || again.Import.Datasets[0].ID != got.Import.Datasets[0].ID {
		t.Errorf("the same again is %+v", again.Import)
	}
	s.holds(1, 1)
	// The same rows in other bytes are another import of the same dataset.
	packed := into[api.ImportResult](s.imports("layout=nurses", gzipped(t, file)).is(http.StatusOK))
	if packed.Created || packed.Import.ID == got.Import.ID || packed.Import.Datasets[0].ID != got.Import.Datasets[0].ID || !slices.Equal(packed.Reading.Source.Packing, []string{"gzip"}) {
		t.Errorf("the same packed is %+v", packed)
	}
	s.holds(1, 2)
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	out := gzip.NewWriter(&b)
	if _, err := io.WriteString(out, text); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func whatIsRefusedOrUndecidedStoresNothing(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	layout, file := guide(t)
	s.keeps(layout).is(http.StatusCreated)
	twice := strings.Replace(file, "Berlin;2222", "Berlin;2221", 1)
	wrong := strings.Replace(twice, "*", "many", 1)
	dry := into[api.ImportResult](s.imports("layout=nurses&dry_run=true", wrong).is(http.StatusOK))
	if !dry.Reading.Refused || dry.Reading.Errors == 0 || dry.Reading.Findings[0].Severity != "error" {
		t.Errorf("the dry run says %+v", dry.Reading)
	}
	p := s.imports("layout=nurses&file_name=posts.csv", wrong).refused(422, "invalid-data")
	if len(p.Errors) != int(dry.Reading.Errors) || p.Errors[0].File != "posts.csv" || p.Errors[0].Row == 0 || p.Errors[0].What == "" {
		t.Errorf("refused with %+v", p.Errors)
	}
	// Nobody decided what the figures are.
	proposed := into[api.ImportResult](s.imports("dry_run=true", file).is(http.StatusOK)).Reading
	if len(proposed.Layout.Doubts) == 0 || !strings.Contains(proposed.Layout.Text, "# To decide: ") || len(proposed.Layout.Reasons) == 0 {
		t.Errorf("proposed is %+v", proposed.Layout)
	}
	if p := s.imports("", file).refused(422, "layout-undecided"); len(p.Errors) != len(proposed.Layout.Doubts) || !strings.Contains(p.Detail, "POST /v1/layouts") {
		t.Errorf("refused with %+v", p)
	}
	for query, body := range map[string]string{
		"layout=nurses":            "%PDF-1.7 and so on",
		"layout=nurses&replaces=":  "a,b\n1,2\n", // not the layout of this file
		"layout=eurostat-employed": file,
		"layout=nurses&name=empty": "Open posts\nLand;Occupation;Open posts\nBerlin;2221 Nursing professionals;*\n",
	} {
		if p := s.imports(query, body).refused(422, "invalid-data"); len(p.Errors) != 1 || p.Errors[0].Hint == "" {
			t.Errorf("%s: refused with %+v", query, p.Errors)
		}
	}
	for _, query := range []string{"layout=none", "layout=nurses&replaces=none", "layout=nurses&file_name=a%07b", "layout=nurses&depth=2"} {
		s.imports(query, file).refused(422, "invalid-request")
	}
	s.holds(0, 0)
	if list := into[api.LayoutPage](s.get("/v1/layouts")); len(list.Items) != 1 {
		t.Errorf("layouts that were only tried are kept: %+v", list.Items)
	}
	s.get("/v1/imports/none").refused(404, "not-found")
	s.get("/v1/imports/none/raw").refused(404, "not-found")
	s.get("/v1/imports/none/findings").refused(404, "not-found")
}

func TestFilesOfManyFormatsAreImportedByWhatTheyHave(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	layout, file := guide(t)
	// A workbook has its numbers as numbers.
	s.keeps(strings.Replace(layout, `numbers: {decimal: ",", thousands: "."}`, "", 1)).is(http.StatusCreated)
	book := excelize.NewFile()
	for i, line := range strings.Split(strings.TrimSpace(file), "\n") {
		for j, cell := range strings.Split(line, ";") {
			var value any = cell
			if figure := map[string]float64{"1.200,5": 1200.5, "300": 300, "1.600": 1600}; figure[cell] > 0 {
				value = figure[cell]
			}
			name, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err == nil {
				err = book.SetCellValue("Sheet1", name, value)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var workbook bytes.Buffer
	if err := book.Write(&workbook); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		query, body, format string
		rows                int64
		ready               bool
	}{
		{"layout=nurses", workbook.String(), "xlsx", 2, false},
		// These are known by their columns; nothing about them is in doubt.
		{"", publishedSource(t, "eurostat-employed"), "sdmx-csv", 19, true},
		{"file_name=employed.csv.gz", gzipped(t, publishedSource(t, "eurostat-employed")), "sdmx-csv", 19, true},
	} {
		got := into[api.ImportResult](s.imports(c.query, c.body))
		if got.Import == nil || got.Reading.Source.Format != c.format || got.Reading.Tables[0].Rows != c.rows || got.Reading.Layout.Ready != c.ready {
			t.Errorf("%s is read as %+v", c.format, got.Reading)
			continue
		}
		if raw := s.get("/v1/imports/" + got.Import.ID + "/raw").is(http.StatusOK); string(raw.body) != c.body {
			t.Errorf("%s does not come back as it was sent", c.format)
		}
	}
	if n := sumOf(t, s, "labourmatch_ingest_rows_total", "workers.csv"); n != 38 {
		t.Errorf("the metrics count %v rows of workers", n)
	}
}

// sumOf is a counter of the service's metrics for a file.
func sumOf(t *testing.T, s *service, name, file string) (total float64) {
	t.Helper()
	for _, m := range gathered(t, s.metrics)[name].GetMetric() {
		if m.GetLabel()[0].GetValue() == file {
			total += m.GetCounter().GetValue()
		}
	}
	return total
}

const bothSides = `id: both-sides
source: Made up
date: "2024"
licence: CC0-1.0
tables:
  - file: vacancies.csv
    columns: {region: {column: region}, occupation: {column: isco}, period: "2024", kind: stock, count: {column: posts}}
  - file: workers.csv
    columns: {region: {column: region}, occupation: {column: isco}, period: "2024", kind: stock, count: {column: jobless}, status: unemployed}
`

func oneFileFillsSeveralTables(t *testing.T, db *storetest.Database) {
	s := serve(t, db, nil)
	s.keeps(bothSides).is(http.StatusCreated)
	got := into[api.ImportResult](s.imports("layout=both-sides&name=May", "region,isco,posts,jobless\nDE,2221,10,3\nDE,2512,20,4\n").is(http.StatusCreated))
	files := []string{}
	for _, d := range got.Import.Datasets {
		files = append(files, fmt.Sprint(d.File, d.Name, d.Rows))
	}
	if !slices.Equal(files, []string{"vacancies.csvMay2", "workers.csvMay2"}) {
		t.Errorf("the datasets are %v", files)
	}
	// What changes in one table only is a new version of that table only.
	dry := into[api.ImportResult](s.imports("layout=both-sides&dry_run=true", "region,isco,posts,jobless\nDE,2221,11,3\nDE,2512,20,4\n").is(http.StatusOK))
	for i, x := range dry.Reading.Tables {
		if x.Previous != got.Import.Datasets[i].ID {
			t.Errorf("before %s comes %q", x.File, x.Previous)
		}
	}
	// The figures are held against it: of three, one is a hundred times what it was.
	far := into[api.ImportResult](s.imports("layout=both-sides&dry_run=true", "region,isco,posts,jobless\nDE,2221,1000,3\nDE,2512,20,4\n").is(http.StatusOK))
	changed := slices.DeleteFunc(slices.Clone(far.Reading.Findings), func(f api.Finding) bool { return f.Kind != "outlier" })
	if len(changed) != 1 || changed[0].Table != "vacancies.csv" || changed[0].Row != 2 || changed[0].Severity != "warning" {
		t.Errorf("against the last version there is %+v of %+v", changed, far.Reading.Findings)
	}
	next := into[api.ImportResult](s.imports("layout=both-sides&replaces="+got.Import.Datasets[0].ID, "region,isco,posts,jobless\nDE,2221,11,3\nDE,2512,20,4\n").is(http.StatusCreated))
	if next.Import.Datasets[1] != got.Import.Datasets[1] || next.Import.Datasets[0].ID == got.Import.Datasets[0].ID {
		t.Errorf("the next edition has %+v", next.Import.Datasets)
	}
	if old := into[api.Dataset](s.get("/v1/datasets/" + got.Import.Datasets[0].ID)); old.State != "replaced" || old.ReplacedBy != next.Import.Datasets[0].ID {
		t.Errorf("the dataset before is %+v", old)
	}
	s.holds(3, 2)
}

func TestATableThatIsSentKeepsItsBytes(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	text := table(t, "vacancies.csv") + "\n\n"
	got := into[api.Upload](s.call(http.MethodPost, "/v1/datasets?file=vacancies.csv", text, "Content-Type", "text/csv").is(http.StatusCreated))
	if raw := s.get("/v1/imports/" + got.Import + "/raw").is(http.StatusOK); string(raw.body) != text {
		t.Errorf("what was sent comes back as\n%s", raw.body)
	}
	seen := into[api.ImportRead](s.get("/v1/imports/" + got.Import).is(http.StatusOK))
	if seen.Layout != "" || seen.Reading.Layout != nil || seen.Reading.Tables[0].Rows != got.Dataset.Rows || seen.Datasets[0] != *got.Dataset {
		t.Errorf("the import is %+v", seen)
	}
	s.call(http.MethodPost, "/v1/datasets?file=vacancies.csv&dry_run=true", text, "Content-Type", "text/csv").is(http.StatusOK)
	s.call(http.MethodPost, "/v1/datasets?file=vacancies.csv", "region\nDE\n", "Content-Type", "text/csv").refused(422, "invalid-data")
	s.holds(1, 1)
}
