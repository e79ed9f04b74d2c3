package synthetic_test

import (
	"bytes"
	"context"
	"testing"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
	"labourmatch/matcher/flow"
)

func TestEveryFamilyDrawsNetworksThatHaveAPlanAndTheSameOnesAgain(t *testing.T) {
	for _, family := range synthetic.Families() {
		t.Run(string(family), func(t *testing.T) {
			seen := map[string]bool{}
			for _, seed := range []uint64{1, 1, 2, 3} {
				n, err := synthetic.General(family, "S", seed)
				if err != nil {
					t.Fatal(err)
				}
				var text bytes.Buffer
				if err := datasets.WriteDIMACS(&text, n); err != nil {
					t.Fatal(err)
				}
				seen[text.String()] = true
				s, err := flow.Solve(context.Background(), n, flow.Options{})
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if err := flow.Certify(n, s); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if cost, ok := s.Costs[0].Int64(); !ok || cost <= 0 {
					t.Errorf("seed %d: the least cost is %v; nothing has to be shipped", seed, s.Costs[0])
				}
			}
			if len(seen) != 3 {
				t.Errorf("seeds 1, 1, 2 and 3 draw %d different networks", len(seen))
			}
		})
	}
}

func TestAGeneralNetworkOfNoFamilyOrSizeIsRefused(t *testing.T) {
	if _, err := synthetic.General("road", "S", 1); err == nil {
		t.Error("a family \"road\"")
	}
	if _, err := synthetic.General(synthetic.Grid, "W", 1); err == nil {
		t.Error("a grid of size W")
	}
}
