package matcher

import "slices"

// rungsOf keeps placements of negative value out of a pool without a single arc per pair.
//
// Whoever enters a pool at cost a may leave it only into a vacancy that offers b ≥ a; the sign of b − a needs the cohort
// and the vacancy together, which no term of a layered network may. But it is a threshold, and thresholds nest: put the
// entries on rungs by rising cost, join every rung to the next one up, and hang each exit on the highest rung whose cost
// is at most its offer. Then a worker who enters at rung r reaches exactly the exits at r and above, which are those
// with b ≥ a.
//
// A rung from which no exit leaves is merged into the next, so a pool in which every pair is worth placing, the common
// case, has one rung. It returns the highest cost of each rung, rising, in the memory of rungs; none where nobody gains
// by anything. It sorts costs.
func rungsOf(costs, offers, rungs []int64) []int64 {
	rungs = rungs[:0]
	if len(costs) == 0 || len(offers) == 0 {
		return rungs
	}
	slices.Sort(costs)
	costs = slices.Compact(costs)
	if top := costs[len(costs)-1]; slices.Min(offers) >= top {
		return append(rungs, top)
	}
	for _, offer := range offers {
		if k := highestWithin(costs, offer); k >= 0 {
			rungs = append(rungs, costs[k])
		}
	}
	slices.Sort(rungs)
	return slices.Compact(rungs)
}

// highestWithin is the last of some rising costs that an offer makes up for, −1 where it is below them all: the rung of
// an exit.
func highestWithin(costs []int64, offer int64) int {
	k, found := slices.BinarySearch(costs, offer)
	if !found {
		k--
	}
	return k
}

// lowestAbove is the first rung that somebody who gives up cost may stand on; −1 where he gives up more than any offer.
func lowestAbove(rungs []int64, cost int64) int {
	k, _ := slices.BinarySearch(rungs, cost)
	if k == len(rungs) {
		return -1
	}
	return k
}
