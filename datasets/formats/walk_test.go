package formats

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labourmatch/datasets/formats/formatstest"
)

func TestAWalkStopsWhenItIsToldTo(t *testing.T) {
	for _, text := range []string{
		formatstest.JSONBegin + `{"series":{"0":{"observations":{"0":[1],"1":[2]},"attributes":[]}}}` + formatstest.JSONEnd, formatstest.XMLBegin + `<m:DataSet>` + strings.Repeat(`<Obs A="1"/>`, 9) + `</m:DataSet>` + formatstest.XMLEnd,
		formatstest.StatBegin + `"value":[1,2]}`, "[" + formatstest.Opening + "," + formatstest.Opening + "]", "DATAFLOW,A,OBS_VALUE\nX,1,1\nX,2,2\n",
	} {
		d, err := openText(t.Context(), text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range d.Sheets[0].Rows(t.Context()) {
			if n++; err != nil || n > 1 {
				t.Fatal(n, err)
			}
			break
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, err := range d.Sheets[0].Rows(ctx) {
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("a walk that was cancelled: %v", err)
			}
		}
		if d, err = openText(t.Context(), text, Options{Limits: Limits{Rows: 1}}); err == nil {
			_, err = rowsOf(t.Context(), &d.Sheets[0], nil)
		}
		var f *Fault
		if !errors.As(err, &f) {
			t.Errorf("%.40s: with two rows where one is allowed: %v", text, err)
		}
	}
}

// trickle gives a file byte by byte, and calls off its reading after some.
type trickle struct {
	text   string
	left   *int
	cancel func()
}

func (r trickle) ReadAt(p []byte, off int64) (int, error) {
	if *r.left--; *r.left == 0 {
		r.cancel()
	}
	if off >= int64(len(r.text)) {
		return 0, io.EOF
	}
	return copy(p[:min(1, len(p))], r.text[off:]), nil
}

// Wherever a window ends, and whenever somebody calls the reading off, it goes on rightly or ends at once.
func TestReadingByBytesIsReadingAndEndsWhenItIsCalledOff(t *testing.T) {
	for format, text := range map[Format]string{
		SDMXML:      formatstest.XMLBegin[:len(formatstest.XMLBegin)-len("</m:Header>")] + `<m:Prepared>a&amp;b<![CDATA[ü]]></m:Prepared></m:Header>` + formatstest.XMLData[len(formatstest.XMLBegin):] + formatstest.XMLEnd,
		SDMXJSON:    formatstest.JSONBegin + `{"series":{"0":{"observations":{"0":[1.5,0],"1":["2",null]},"attributes":[true]}}}` + formatstest.JSONEnd,
		JSONStat:    formatstest.StatBegin + `"value":{"1":1,"0":2.25},"status":{"1":"\u00e4"}}`,
		OpeningJSON: "[" + formatstest.Opening + "," + formatstest.Opening + "]",
		OpeningXML:  `<L><PositionOpening><PositionProfile><PositionTitle>T &lt; <!-- c --> U</PositionTitle></PositionProfile></PositionOpening></L>`,
	} {
		d, err := openers[format](t.Context(), inMemory(text), Options{})
		if err != nil {
			t.Fatal(format, err)
		}
		whole, err := rowsOf(t.Context(), &d.Sheets[0], d.Sheets[0].Columns)
		if err != nil || len(whole) == 0 {
			t.Fatal(format, err)
		}
		for k := 1; ; k++ {
			ctx, cancel := context.WithCancel(t.Context())
			left := k
			f := File{Name: "test", Content: trickle{text, &left, cancel}, Size: int64(len(text))}
			var rows []string
			d, err := openers[format](ctx, f, Options{})
			if err == nil {
				rows, err = rowsOf(ctx, &d.Sheets[0], d.Sheets[0].Columns)
			}
			cancel()
			if left > 0 {
				if err != nil {
					t.Errorf("%s, byte by byte: %v", format, err)
				}
				if !slices.Equal(rows, whole) {
					t.Errorf("%s, byte by byte: %q, not %q", format, rows, whole)
				}
				break
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("%s, called off after %d bytes: %v", format, k, err)
			}
		}
	}
}

// The totals of the reference files, where that folder is present, as a script of another language has summed them up.
func TestReferenceMessagesReadIntoTheirTotals(t *testing.T) {
	folder := filepath.Join(cmp.Or(os.Getenv("LABOURMATCH_REFERENCE"), "../../../shared/reference"), "formats")
	for _, c := range []struct {
		file          string
		sheet, rows   int
		column, total string
		missing       int
	}{
		{"jsonstat/29843.json", 0, 37440, obsValue, "2901152", 7200},
		{"jsonstat/eurostat-name_gpd_c.json", 0, 3036, obsValue, "22384900", 1902},
		{"jsonstat/oecd-canada-col.json", 0, 432, obsValue, "3323.825331658", 0},
		{"jsonstat/oecd-canada-col.json", 1, 120, obsValue, "140121.4", 0},
		{"jsonstat/oecd-canada.json", 0, 432, obsValue, "3323.825331658", 0},
		{"jsonstat/oecd-canada.json", 1, 120, obsValue, "140121.4", 0},
		{"jsonstat/us-labor.json", 0, 12880, obsValue, "312551709", 0},
		{"sdmx/flat.json", 0, 4, obsValue, "83.8282", 0},
		{"sdmx/ts.json", 0, 4, obsValue, "83.8282", 0},
		{"sdmx/ng-ts.xml", 0, 12, obsValue, "344.49117", 0},
		{"sdmx/ng-ts-ss.xml", 0, 12, obsValue, "344.49117", 0},
		{"sdmx/example-01.csv", 0, 2, obsValue, "23.2", 0},
		{"eures_hropen/elektriker_page1.json", 0, 20, "openings", "35", 2},
		{"eures_hropen/ad-invalid_json.json", 0, 1, "openings", "2", 0},
		{"eures_hropen/ad_2.xml", 0, 1, "openings", "2", 0},
		{"eures_hropen/ad_with_short_styrk.json", 0, 1, "openings", "0", 1},
	} {
		b, err := os.ReadFile(filepath.Join(folder, c.file))
		if errors.Is(err, os.ErrNotExist) {
			t.Logf("%s is not here", folder)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		d, err := Open(t.Context(), File{Name: c.file, Content: bytes.NewReader(b), Size: int64(len(b))}, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		s := &d.Sheets[c.sheet]
		total, rows, missing := new(big.Rat), 0, 0
		for r, err := range s.Rows(t.Context()) {
			if err != nil {
				t.Fatalf("%s: %v", c.file, err)
			}
			rows++
			value := r.Cells[slices.Index(s.Columns, c.column)]
			if n, ok := new(big.Rat).SetString(value); ok {
				total.Add(total, n)
			} else if missing++; value != "" {
				t.Errorf("%s: %q is no number", c.file, value)
			}
		}
		want, _ := new(big.Rat).SetString(c.total)
		if rows != c.rows || missing != c.missing || total.Cmp(want) != 0 {
			t.Errorf("%s: %d rows, %d missing, total %s", c.file, rows, missing, total.FloatString(9))
		}
	}
}
