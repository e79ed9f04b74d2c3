package main_test

import (
	"encoding/csv"
	"strings"
	"testing"
)

func TestChannelsPrintsRowsToPaste(t *testing.T) {
	p := newPlace(t)
	rows := func(args ...string) [][]string {
		t.Helper()
		rows, err := csv.NewReader(strings.NewReader(p.must(t, append([]string{"channels"}, args...)...).out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	if all, gb := rows(), rows("--destination", "GB", "--kind", "visa"); len(all) != 138 || len(gb) != 13 {
		t.Errorf("%d channels, %d visas to GB; want 138 and 13", len(all), len(gb))
	}
	for _, row := range rows("--origin", "PH") {
		if line := strings.Join(row, ","); !strings.Contains(line, "PH") || !strings.Contains(line, "unknown") {
			t.Errorf("%s", line)
		}
	}
	if r := p.run(t, "channels", "--origin", "XX"); r.code != 1 || !strings.Contains(r.errors, `no published channel is known from "XX"`) {
		t.Errorf("exit code %d, %s", r.code, r.errors)
	}
}
