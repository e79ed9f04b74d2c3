package codes

import (
	"strings"
	"testing"
)

// FuzzRepair: whatever a column has in it, what is repaired is a code of the classification, longer by zeros alone, and
// whatever is repaired once needs no repair again.
func FuzzRepair(f *testing.F) {
	for _, text := range []string{"110 210 310 1111 2221", "1 2 3 11 21 31", "11 12 13 14 15 16 111 112 2171 6322", "13-2011 11-0000", "X Total", "0 00 000 0000"} {
		f.Add(text, 0)
	}
	f.Fuzz(func(t *testing.T, text string, digits int) {
		columns := strings.Fields(text)
		for _, c := range Classifications() {
			x, ok := CrosswalkFrom(c.ID)
			if !ok {
				continue
			}
			repaired, note, err := x.Repair(columns, digits)
			if err != nil {
				continue
			}
			if (note == "") != (len(repaired) == 0) {
				t.Errorf("%s: note %q for %v", c.ID, note, repaired)
			}
			after := make([]string, len(columns))
			for i, code := range columns {
				after[i] = code
				long, ok := repaired[code]
				if !ok {
					continue
				}
				after[i] = long
				if !x.Known(long) || len(long) <= len(code) || strings.Trim(strings.TrimSuffix(long, code), "0") != "" {
					t.Errorf("%s: %q is repaired to %q", c.ID, code, long)
				}
			}
			if again, _, err := x.Repair(after, digits); err != nil || len(again) > 0 {
				t.Errorf("%s, %d digits: of %q, repaired to %q, again %v, %v", c.ID, digits, columns, after, again, err)
			}
		}
	})
}
