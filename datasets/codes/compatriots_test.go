package codes

import "testing"

func TestNeighboursAreNeighboursBothWaysAndAllCountriesAreKnown(t *testing.T) {
	borders := 0
	for pair, n := range nearness() {
		for _, c := range pair {
			if r, ok := RegionByCode(c); !ok || r.Parent != "" {
				t.Errorf("%s is no country", c)
			}
		}
		if pair[0] == pair[1] {
			t.Errorf("%s lies beside itself", pair[0])
		}
		if n.Border == nil || !*n.Border {
			if n.Stock == nil || *n.Stock < 1000 {
				t.Errorf("%v has neither a border nor 1,000 compatriots", pair)
			}
			continue
		}
		borders++
		back := NearnessOf(pair[1], pair[0])
		if back.Border == nil || !*back.Border {
			t.Errorf("%v has a border one way only", pair)
		}
		if n.Kilometres == nil || back.Kilometres == nil || *n.Kilometres != *back.Kilometres {
			t.Errorf("%v is not as far both ways", pair)
		}
	}
	if borders < 400 {
		t.Errorf("%d borders", borders)
	}
	if n := NearnessOf("MX", "US"); n.Stock == nil || *n.Stock < 10_000_000 || n.Border == nil || !*n.Border {
		t.Error("Mexico and the United States of America are neighbours with more than ten million compatriots")
	}
	if n := NearnessOf("XX", "YY"); n != (Nearness{}) {
		t.Errorf("countries that are none: %+v", n)
	}
}
