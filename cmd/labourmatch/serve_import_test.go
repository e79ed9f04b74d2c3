package main_test

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestTheServiceImportsAWorkbook(t *testing.T) {
	p := newPlace(t)
	page, _, stop := p.start(t, p.command(t.Context(), filepath.Join(programIn(t), "labourmatch"), "serve"))
	defer stop()
	book := excelize.NewFile()
	for i, row := range [][]any{{"Land", "Occupation", "Open posts"}, {"Bavaria", "2221 Nursing professionals", 1200.5}} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = book.SetSheetRow("Sheet1", cell, &row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var workbook bytes.Buffer
	if err := book.Write(&workbook); err != nil {
		t.Fatal(err)
	}
	post := func(path, kind string, body io.Reader) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusCreated {
			t.Fatalf("%s is answered with %s: %s, %v", path, answer.Status, text, err)
		}
		return string(text)
	}
	layout := strings.Replace(postsLayout, `numbers: {decimal: ",", thousands: "."}`, "", 1)
	post("/v1/layouts", "application/yaml", strings.NewReader(layout))
	got := post("/v1/imports?layout=posts", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &workbook)
	if !strings.Contains(got, `"format":"xlsx"`) || !strings.Contains(got, `"1200.5"`) {
		t.Errorf("the workbook is read as %s", got)
	}
}
