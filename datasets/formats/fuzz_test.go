package formats

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"labourmatch/datasets/formats/formatstest"
)

// small limits, so that a fuzzer meets them.
var small = Options{Limits: Limits{Rows: 1000, Columns: 64, Cell: 256, Row: 4096, Depth: 16, Codes: 1000}}

// fuzzOpen sees that whatever a file is, it is read or refused with a fault, alike each time, in rows of one width.
func fuzzOpen(f *testing.F, format Format, seeds ...string) {
	for _, h := range formatstest.Hostile() {
		if h.Format == string(format) && h.Size() < 4096 {
			f.Add([]byte(h.String()))
		}
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		recogniseMessage(b)
		open := openers[format]
		file := File{Name: "fuzz", Content: bytes.NewReader(b), Size: int64(len(b))}
		d, err := open(context.Background(), file, small)
		var fault *Fault
		if err != nil {
			if !errors.As(err, &fault) || fault.What == "" {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		for i := range d.Sheets {
			s := &d.Sheets[i]
			if len(s.Labels) != len(s.Columns) {
				t.Fatalf("%d labels for %d columns", len(s.Labels), len(s.Columns))
			}
			var first, second []string
			for _, rows := range []*[]string{&first, &second} {
				for r, err := range s.Rows(context.Background()) {
					if err != nil {
						if !errors.As(err, &fault) {
							t.Fatalf("%v is no fault", err)
						}
						break
					}
					if len(r.Cells) != len(s.Columns) {
						t.Fatalf("%d cells for %d columns", len(r.Cells), len(s.Columns))
					}
					*rows = append(*rows, strings.Join(r.Cells, "\x00"))
				}
			}
			if !slices.Equal(first, second) {
				t.Fatal("the second walk gave other rows")
			}
		}
	})
}

func FuzzSDMXCSV(f *testing.F) {
	fuzzOpen(f, SDMXCSV, "STRUCTURE[|];STRUCTURE_ID;ACTION;FREQ;TIME_PERIOD;OBS_VALUE;A[]\ndataflow;X;I;A;2020;NaN;\"x|y\"\ndataflow;X;A;A;;;z\n",
		"DATAFLOW,FREQ: F,OBS_VALUE,T: T\nX: x,A: a,1,t\n", "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,A,B,OBS_VALUE,V\nd,X,n,1,2,3,4\n")
}

func FuzzSDMXJSON(f *testing.F) {
	fuzzOpen(f, SDMXJSON, formatstest.JSONBegin+`{"attributes":[0],"dimensionGroupAttributes":{"0:":[1]},"series":{"0":{"observations":{"0":[1,0],"1":["2",null]},"attributes":[]}}}`+formatstest.JSONEnd,
		`{"structure":{"dimensions":{"observation":[{"id":"A","values":[{"id":"x"}]}]},"attributes":{"dataSet":[{"id":"D"}]}},"dataSets":[{"attributes":[["a","b"]],"observations":{"0":[1.5e3]}}]}`)
}

func FuzzSDMXML(f *testing.F) {
	fuzzOpen(f, SDMXML, formatstest.XMLData+formatstest.XMLEnd, formatstest.XMLBegin+`<m:DataSet B="1"><Group FREQ="A" T="t"/><Series FREQ="A" S="&lt;"><Obs TIME_PERIOD="2020" OBS_VALUE="NaN"/><Comp id="C"><Value>x</Value></Comp></Series></m:DataSet>`+formatstest.XMLEnd,
		`<GenericData><Header><Structure structureID="S" dimensionAtObservation="A"><S><Ref id="X"/></S></Structure></Header><DataSet structureRef="S"><Obs><ObsKey><Value id="A" value="1"/></ObsKey><ObsValue value="2"/></Obs></DataSet></GenericData>`)
}

func FuzzJSONStat(f *testing.F) {
	fuzzOpen(f, JSONStat, formatstest.StatBegin+`"value":[1,2],"status":{"1":"a"}}`, formatstest.StatBegin+`"value":{"1":1,"0":2},"status":"p"}`,
		`{"a":{"value":[1],"dimension":{"id":["A"],"size":[1],"role":{"time":["A"]},"A":{"category":{"index":["x"],"unit":{"x":{"base":"b","multiplier":3}}}}}}}`)
}

func FuzzOpenings(f *testing.F) {
	fuzzOpen(f, OpeningXML, `<PositionOpening><PositionProfile><PositionTitle>T</PositionTitle><JobCategoryCode listName="ISCO">1</JobCategoryCode></PositionProfile></PositionOpening>`,
		"["+formatstest.Opening+"]", `{"content":[`+formatstest.Opening+`]}`)
}

// What this package's reader of XML takes, the standard library takes too, and sees the same in it.
func FuzzXMLReadsAsTheStandardLibraryDoes(f *testing.F) {
	for _, s := range []string{formatstest.XMLData + formatstest.XMLEnd, `<a b="1&amp;&#65;" c='x
y'><![CDATA[<z>]]>t&lt;<d/><!-- c --><?p i?></a>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		x := newXMLReader(newSource(context.Background(), File{Content: bytes.NewReader(b), Size: int64(len(b))}, small.Limits.filled(), 0))
		var got []string
		for e := x.next(); e != xmlOver; e = x.next() {
			if e == xmlEnd {
				got = append(got, "/"+x.name)
				continue
			}
			s := x.name
			for _, a := range x.attributes {
				s += " " + string(a.name) + "=" + strings.NewReplacer("\n", " ", "\t", " ", "\r", " ").Replace(string(a.value))
			}
			got = append(got, s)
		}
		if x.err != nil || len(got) == 0 {
			return
		}
		var want []string
		d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\uFEFF"))))
		for {
			token, err := d.RawToken()
			if err == io.EOF {
				break
			}
			if err != nil {
				return // it looks into what is passed here: comments, instructions, texts that nobody asked for
			}
			switch e := token.(type) {
			case xml.StartElement:
				s := e.Name.Local
				for _, a := range e.Attr {
					s += " " + a.Name.Local + "=" + strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ", "\r", " ").Replace(a.Value)
				}
				want = append(want, s)
			case xml.EndElement:
				want = append(want, "/"+e.Name.Local)
			}
		}
		if strings.Contains(string(b), ":") || strings.Contains(string(b), "\r") {
			return // names with more than one colon, and line ends, are taken apart differently
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %q, the standard library %q", got, want)
		}
	})
}

// What this package's reader of JSON takes, the standard library takes too, but for texts that are passed over; and sees
// the same in it.
func FuzzJSONReadsAsTheStandardLibraryDoes(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,"x\u00e9\n",null,true],"b":{"c":"\ud83d\ude00"}}`, `[]`, `"x"`, `-0`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		j := newJSONReader(newSource(context.Background(), File{Content: bytes.NewReader(b), Size: int64(len(b))}, small.Limits.filled(), 0))
		var read func() any
		read = func() any {
			switch j.peek() {
			case '{':
				m := map[string]any{}
				for j.object(); j.more(); {
					key := string(j.key)
					m[key] = read()
				}
				return m
			case '[':
				l := []any{}
				for j.array(); j.more(); {
					l = append(l, read())
				}
				return l
			case '"':
				return j.text()
			case 'n':
				j.scalar()
				return nil
			case 't', 'f':
				return j.text() == "true"
			default:
				return json.Number(j.text())
			}
		}
		got := read()
		j.done()
		if j.err != nil {
			return
		}
		d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\uFEFF"))))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatalf("taken, but the standard library says %v", err)
		}
		if js(got) != js(want) {
			t.Fatalf("got %s, the standard library %s", js(got), js(want))
		}
	})
}
