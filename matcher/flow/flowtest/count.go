package flowtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// quick is the share of the full counts that is run where nothing is said, and under the race detector.
const quick = 0.02

// share is the share of the full counts to run: what the environment variable LABOURMATCH_LONG says, and a fiftieth
// without it.
func share() (float64, error) {
	text := os.Getenv("LABOURMATCH_LONG")
	if text == "" {
		return quick, nil
	}
	share, err := strconv.ParseFloat(text, 64)
	if err != nil || share <= 0 {
		return 0, fmt.Errorf("LABOURMATCH_LONG=%q: it must be a share of the full counts, such as 0.1 or 1", text)
	}
	return share, nil
}

// watched is share, and under the race detector a fiftieth unless all is asked for: everything takes ten times as long
// there, and whether two goroutines get in each other's way shows in a few instances as it does in many. What is left out
// is for a run without it.
func watched() (float64, error) {
	share, err := share()
	if raceDetector && share < 1 {
		share = min(share, quick)
	}
	return share, err
}

// Quick says whether no more than the quick share is run of what [Count] counts.
func Quick() bool {
	share, err := watched()
	return err == nil && share <= quick
}

// Count scales the full number of instances of a long test: the environment variable LABOURMATCH_LONG is the share to
// run, and without it, or under the race detector where it is below 1, a fiftieth is run.
func Count(t testing.TB, full int) int {
	t.Helper()
	return scaled(t, full, watched)
}

// CountOutside is Count with or without the race detector alike: for instances whose time is that of another program, or
// next to none.
func CountOutside(t testing.TB, full int) int {
	t.Helper()
	return scaled(t, full, share)
}

func scaled(t testing.TB, full int, by func() (float64, error)) int {
	t.Helper()
	share, err := by()
	if err != nil {
		t.Fatal(err)
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
