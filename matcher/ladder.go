package matcher

import "slices"

// ladder keeps placements of negative value out of a pool without a single arc per pair.
//
// Whoever enters a pool at cost a may leave it only into a vacancy that offers b ≥ a; the sign of b − a needs the cohort
// and the vacancy together, which no term of a layered network may. But it is a threshold, and thresholds nest: put the
// entries on rungs by rising cost, join every rung to the next one up, and hang each exit on the highest rung whose cost
// is at most its offer. Then a worker who enters at rung r reaches exactly the exits at r and above, which are those
// with b ≥ a.
//
// A rung from which no exit leaves is merged into the next, so a pool in which every pair is worth placing, the common
// case, has one rung. It returns the number of rungs and the rung of each entry and exit, counted from 0; −1 where
// nothing on the other side is worth it.
func ladder(entries []entry, exits []exit) (rungs int, ofEntry, ofExit []int) {
	costs := make([]int64, len(entries))
	for i, e := range entries {
		costs[i] = e.cost
	}
	slices.Sort(costs)
	costs = slices.Compact(costs)

	// used[k]: some exit's highest affordable cost is costs[k].
	used := make([]bool, len(costs))
	ofExit = make([]int, len(exits))
	for i, x := range exits {
		k, found := slices.BinarySearch(costs, x.offer)
		if !found {
			k--
		}
		ofExit[i] = k
		if k >= 0 {
			used[k] = true
		}
	}
	rung := make([]int, len(costs)+1) // rung[k]: used costs below k, which is the rung of the next used one
	for k, u := range used {
		rung[k+1] = rung[k]
		if u {
			rung[k+1]++
		}
	}
	rungs = rung[len(costs)]
	for i, k := range ofExit {
		if k >= 0 {
			ofExit[i] = rung[k]
		}
	}
	ofEntry = make([]int, len(entries))
	for i, e := range entries {
		k, _ := slices.BinarySearch(costs, e.cost)
		if ofEntry[i] = rung[k]; rung[k] == rungs {
			ofEntry[i] = -1 // dearer than every offer
		}
	}
	return rungs, ofEntry, ofExit
}
