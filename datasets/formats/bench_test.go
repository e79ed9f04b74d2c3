package formats

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"labourmatch/datasets/formats/formatstest"
)

// A message of many rows in each form, for measuring.
func bigMessages(rows int) map[Format]string {
	var c, x, j, st strings.Builder
	c.WriteString("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,OCC,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT\n")
	x.WriteString(formatstest.XMLBegin + "<m:DataSet>\n")
	j.WriteString(`{"data":{"structure":{"dimensions":{"series":[{"id":"OCC","values":[{"id":"c0"}` + formatstest.Numbered(`,{"id":"%d"}`, rows/10) +
		`]}],"observation":[{"id":"TIME_PERIOD","values":[{"id":"y"}` + formatstest.Numbered(`,{"id":"20%02d"}`, 10) + `]}]},"attributes":{"observation":[{"id":"OBS_STATUS","values":[{"id":"A"}]}]}},"dataSets":[{"series":{`)
	for i := range rows {
		if i%10 == 0 {
			fmt.Fprintf(&x, "<Series FREQ=\"A\" REF_AREA=\"DE\" OCC=\"%d\" UNIT_MULT=\"0\">\n", i/10)
			if i > 0 {
				j.WriteString("}},")
			}
			fmt.Fprintf(&j, `"%d":{"observations":{`, i/10+1)
		} else {
			j.WriteString(",")
		}
		fmt.Fprintf(&c, "dataflow,ACME:LABOUR(1.0),I,A,DE,%d,20%02d,%d.5,A,0\n", i/10, i%10, i)
		fmt.Fprintf(&x, "\t<Obs TIME_PERIOD=\"20%02d\" OBS_VALUE=\"%d.5\" OBS_STATUS=\"A\"/>\n", i%10, i)
		fmt.Fprintf(&j, `"%d":[%d.5,0]`, i%10+1, i)
		if i%10 == 9 {
			x.WriteString("</Series>\n")
		}
		fmt.Fprintf(&st, ",%d.5", i)
	}
	x.WriteString("</m:DataSet>" + formatstest.XMLEnd)
	j.WriteString("}}}}]}}")
	return map[Format]string{
		SDMXCSV: c.String(), SDMXML: x.String(), SDMXJSON: j.String(),
		JSONStat: fmt.Sprintf(`{"class":"dataset","id":["A"],"size":[%d],"dimension":{"A":{"category":{"index":["a"%s]}}},"value":[0%s]}`, rows+1, formatstest.Numbered(`,"%d"`, rows), st.String()),
	}
}

// alone reads a text with the standard library and makes nothing of it.
func alone(format Format, text string) error {
	in := strings.NewReader(text)
	switch format {
	case SDMXCSV:
		r := csv.NewReader(in)
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	case SDMXML:
		d := xml.NewDecoder(in)
		for {
			if _, err := d.Token(); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	default:
		d := json.NewDecoder(in)
		d.UseNumber()
		for {
			if _, err := d.Token(); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
}

// BenchmarkMessages says how fast messages become rows, opening included, against the standard library reading the same
// text alone: x/alone is the ratio of speeds, measured in turns in one run.
func BenchmarkMessages(b *testing.B) {
	const rows = 100_000
	for format, text := range bigMessages(rows) {
		b.Run(string(format), func(b *testing.B) {
			var ours, theirs time.Duration
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				start := time.Now()
				if err := exhaust(b.Context(), openers[format], inMemory(text), Options{}); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				if err := alone(format, text); err != nil {
					b.Fatal(err)
				}
				ours, theirs = ours+middle.Sub(start), theirs+time.Since(middle)
			}
			b.ReportMetric(float64(theirs)/float64(ours), "x/alone")
			b.ReportMetric(rows*float64(b.N)/ours.Seconds(), "rows/s")
		})
	}
}

// BenchmarkWorkbook says how fast a worksheet becomes rows, unpacking included, against the standard library reading its
// XML alone, unpacked: x/alone is the ratio of speeds, measured in turns in one run.
func BenchmarkWorkbook(b *testing.B) {
	const rows = 50_000
	var x strings.Builder
	for i := range rows {
		fmt.Fprintf(&x, `<row r="%d" spans="1:6"><c r="A%[1]d" t="s"><v>%d</v></c><c r="B%[1]d" s="1"><v>%d</v></c><c r="C%[1]d"><v>%d.5</v></c><c r="D%[1]d" t="inlineStr"><is><t>Köche &amp; andere</t></is></c><c r="E%[1]d" s="1"/><c r="F%[1]d" t="str"><f>A%[1]d</f><v>x</v></c></row>`, i+1, i%2, 40000+i%9999, i)
	}
	text := formatstest.Sheet(x.String())
	packed := formatstest.Workbook(map[string]string{
		"xl/worksheets/sheet1.xml": text, "xl/sharedStrings.xml": `<sst><si><t>Bestand</t></si><si><t>Zugang</t></si></sst>`,
		"xl/styles.xml": `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
	})
	var ours, theirs time.Duration
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		start := time.Now()
		d, err := Open(b.Context(), inMemory(packed), Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range d.Sheets[0].Rows(b.Context()) {
			if n++; err != nil {
				b.Fatal(err)
			}
		}
		if n != rows {
			b.Fatalf("%d rows", n)
		}
		middle := time.Now()
		if err := alone(SDMXML, text); err != nil {
			b.Fatal(err)
		}
		ours, theirs = ours+middle.Sub(start), theirs+time.Since(middle)
	}
	b.ReportMetric(float64(theirs)/float64(ours), "x/alone")
	b.ReportMetric(rows*float64(b.N)/ours.Seconds(), "rows/s")
}
