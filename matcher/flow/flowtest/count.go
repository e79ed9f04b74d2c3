package flowtest

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// Count scales the full number of instances of a long test: the environment
// variable LABOURMATCH_LONG is the share to run, and without it a fiftieth is run.
func Count(t testing.TB, full int) int {
	t.Helper()
	share := 0.02
	if text := os.Getenv("LABOURMATCH_LONG"); text != "" {
		var err error
		if share, err = strconv.ParseFloat(text, 64); err != nil || share <= 0 {
			t.Fatalf("LABOURMATCH_LONG=%q: it must be a share of the full counts, such as 0.1 or 1", text)
		}
	}
	return max(1, int(share*float64(full)))
}

// Each calls try with count networks of about 4 to size nodes, going round the
// families, each with a random source of its own, so that a failure can be
// repeated by its number alone.
func Each(t *testing.T, count, size int, try func(t *testing.T, r *rand.Rand, n *Plain, label string)) {
	t.Helper()
	const seed = 20070319
	t.Logf("%d networks, seed %d", count, seed)
	for i := range count {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		family := Families[i%len(Families)]
		n := family.Make(r, 4+r.IntN(size-3))
		try(t, r, n, family.Name+" #"+strconv.Itoa(i))
		if t.Failed() {
			return
		}
	}
}

// AddCosts appends a further cost vector with entries from −cost to cost.
func AddCosts(r *rand.Rand, n *Plain, cost int64) {
	costs := make([]int64, len(n.Arcs))
	for a := range costs {
		costs[a] = r.Int64N(2*cost+1) - cost
	}
	n.Costs = append(n.Costs, costs)
}
