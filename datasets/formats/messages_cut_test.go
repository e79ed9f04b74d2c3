package formats

import (
	"context"
	"errors"
	"testing"

	"labourmatch/datasets/formats/formatstest"
)

// exhaust opens a file and reads all rows of all sheets, but no more than some.
func exhaust(ctx context.Context, open opener, f File, o Options) error {
	d, err := open(ctx, f, o)
	if err != nil {
		return err
	}
	for i := range d.Sheets {
		for _, err := range d.Sheets[i].Rows(ctx) {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Wherever a good message is cut off, it is a fault or, at a place that could be its end, fewer rows: never a crash.
func TestAMessageCutOffAnywhereIsAFault(t *testing.T) {
	good := map[Format]string{
		SDMXML:      formatstest.XMLData + formatstest.XMLEnd,
		SDMXJSON:    formatstest.JSONBegin + `{"series":{"0":{"observations":{"0":[1,0],"1":[2.5,null]}}}}` + formatstest.JSONEnd,
		JSONStat:    formatstest.StatBegin + `"value":[1,2],"status":{"1":"a"}}`,
		OpeningJSON: "[" + formatstest.Opening + "," + formatstest.Opening + "]",
		OpeningXML:  `<L><PositionOpening><PositionProfile><PositionTitle>T</PositionTitle></PositionProfile></PositionOpening></L>`,
	}
	for format, whole := range good {
		if err := exhaust(t.Context(), openers[format], inMemory(whole), Options{}); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		for n := range len(whole) {
			var f *Fault
			if err := exhaust(t.Context(), openers[format], inMemory(whole[:n]), Options{}); !errors.As(err, &f) {
				t.Errorf("%s cut off after %d bytes: %v", format, n, err)
			}
		}
	}
}
