package flow

import (
	"context"
	"testing"
)

func TestSolveFindsTheTextbookOptimum(t *testing.T) {
	n := &Network{
		Supplies: []int64{4, 0, 0, -4},
		Arcs:     []Arc{{0, 1, 0, 4}, {0, 2, 0, 2}, {1, 2, 0, 2}, {1, 3, 0, 3}, {2, 3, 0, 5}},
		Costs:    [][]int64{{2, 2, 1, 3, 1}},
	}
	s, err := Solve(context.Background(), n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := s.Costs[0].Int64(); !ok || v != 14 {
		t.Errorf("cost %v, want 14", s.Costs[0])
	}
	if err := Certify(n, s); err != nil {
		t.Error(err)
	}
}
