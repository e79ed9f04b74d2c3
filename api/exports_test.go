package api_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"labourmatch/api"
	"labourmatch/api/store/storetest"
)

const (
	workbookType  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	sdmxType      = "application/vnd.sdmx.data+csv;version=2.0.0"
	structureType = "application/vnd.sdmx.structure+xml;version=2.1"
)

// sheet is a worksheet of a workbook that was answered.
func sheet(t *testing.T, a answer, name string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		rows[i] = append(row, make([]string, len(rows[0])-len(row))...)
	}
	return rows
}

func TestExportsHaveTheRowsOfTheCSVUnderTheSameFilters(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	run := s.finished()
	for path, table := range map[string]string{
		"gaps?region=DE&occupation=2":               "gaps",
		"gaps?level=1":                              "gaps",
		"gaps?skill=2":                              "gaps",
		"placements?layer=placement&destination=DE": "placements",
		"placements?":                               "placements",
	} {
		path = "/v1/runs/" + run.ID + "/" + path + "&format="
		want := records(t, s.get(path+"csv").is(http.StatusOK))
		if len(want) < 2 {
			t.Fatalf("%s: there are no rows to compare", path)
		}
		for _, got := range []answer{s.get(path + "xlsx").is(http.StatusOK), s.get(strings.TrimSuffix(path, "&format="), "Accept", workbookType).is(http.StatusOK)} {
			if kind, name := got.header.Get("Content-Type"), got.header.Get("Content-Disposition"); kind != workbookType || name != `attachment; filename="`+table+`.xlsx"` {
				t.Errorf("%s: the workbook is %s, %s", path, kind, name)
			}
			if rows := sheet(t, got, table); !reflect.DeepEqual(rows, want) {
				t.Errorf("%s: the workbook has %d rows, the CSV %d, or others", path, len(rows), len(want))
			}
			if notes := sheet(t, got, "Notes"); !slices.ContainsFunc(notes, func(row []string) bool { return slices.Equal(row, []string{"this table", "run id", run.ID}) }) {
				t.Errorf("%s: the notes do not name the run", path)
			}
		}
		got := s.get(path + "sdmx-csv").is(http.StatusOK)
		if kind, name := got.header.Get("Content-Type"), got.header.Get("Content-Disposition"); kind != sdmxType || name != `attachment; filename="`+table+`.sdmx.csv"` {
			t.Errorf("%s: the message is %s, %s", path, kind, name)
		}
		observations, err := csv.NewReader(bytes.NewReader(got.body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if sum, total := column(t, observations, "OBS_VALUE"), column(t, want, "openings", "filled_same_region", "filled_same_elsewhere", "filled_related_home",
			"filled_free_movement", "filled_channel", "unfilled", "workers", "placed_same_region", "placed_same_elsewhere", "placed_related_home",
			"placed_free_movement", "placed_channel", "unplaced", "idle", "surplus", "alone", "count"); sum != total {
			t.Errorf("%s: the observations add up to %d, the table to %d", path, sum, total)
		}
		structure := s.get(path + "sdmx-structure").is(http.StatusOK)
		if kind := structure.header.Get("Content-Type"); kind != structureType || !bytes.Contains(structure.body, []byte(`<structure:DataStructure id="`+strings.ToUpper(table)+`"`)) {
			t.Errorf("%s: the structure is %s: %.300s", path, kind, structure.body)
		}
		s.get(path + "xlsx&limit=5").is(http.StatusUnprocessableEntity)
	}
}

// column adds up columns of a table.
func column(t *testing.T, rows [][]string, names ...string) (sum int64) {
	t.Helper()
	for i, name := range rows[0] {
		if !slices.Contains(names, name) {
			continue
		}
		for _, row := range rows[1:] {
			n, err := strconv.ParseInt(row[i], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
	}
	return sum
}

func TestADatasetComesInEveryForm(t *testing.T) {
	s := serve(t, storetest.SQLite(), nil)
	d := *into[api.Upload](s.call(http.MethodPost, "/v1/datasets?file=workers.csv", "region,occupation,period,count,kind,source,date,licence\n"+
		"DE-BY,0110,2024,12.5,stock,'=1+1,2024-05,CC0\nPL,2221,2023,7,stock,\"A, B\",2024,CC0\n", "Content-Type", "text/csv").is(http.StatusCreated)).Dataset
	path := "/v1/datasets/" + d.ID + "/rows"
	want := records(t, s.get(path).is(http.StatusOK))
	workbook := s.get(path + "?format=xlsx").is(http.StatusOK)
	if rows := sheet(t, workbook, "workers"); !reflect.DeepEqual(rows, want) {
		t.Errorf("the workbook has %q, the CSV %q", rows, want)
	}
	notes := sheet(t, workbook, "Notes")
	for _, row := range [][]string{
		{"this table", "dataset id", d.ID},
		{"this table", "identity", "SHA-256 of its rows, whatever their order: " + d.SHA256},
		{"sources", "'=1+1", "Rows: 1. Date: 2024-05. Licence: CC0."},
	} {
		if !slices.ContainsFunc(notes, func(n []string) bool { return slices.Equal(n, row) }) {
			t.Errorf("the notes do not say %q: %q", row, notes)
		}
	}
	if got := s.get(path + "?format=sdmx-csv").is(http.StatusOK); !bytes.Contains(got.body, []byte(`"DE-BY","0110","_Z","stock","_Z","_Z","2024",12.5,,,"'=1+1","2024-05","CC0",`)) {
		t.Errorf("the message is %s", got.body)
	}
	if got := s.get(path + "?format=sdmx-structure").is(http.StatusOK); !bytes.Contains(got.body, []byte(`<structure:Code id="0110">`)) {
		t.Errorf("the structure has no code 0110: %s", got.body)
	}
	s.get(path + "?format=json").is(http.StatusUnprocessableEntity)
	s.get("/v1/datasets/none/rows?format=xlsx").is(http.StatusNotFound)
}
