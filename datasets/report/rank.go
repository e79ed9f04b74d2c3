package report

import "math"

// kendall is Kendall's rank correlation τ-b of two lists of figures for the same things: over all pairs of things, those the
// two lists order alike less those they order against each other, over the geometric mean of the pairs that each list
// orders at all,
//
//	τ-b = (C − D) / √((P − Tx)(P − Ty)),    P = n(n−1)/2 pairs, Tx and Ty of them tied in x and in y
//
// from −1 to 1, and 1 only where they agree on every pair, ties too (M. G. Kendall, The treatment of ties in ranking
// problems, Biometrika 33, 1945). It is nil where a list ties everything: then it ranks nothing. It takes O(n²), which is
// nothing for the 436 unit groups of ISCO. gonum's stat.Kendall leaves ties uncorrected (τ-a), and these figures are full of
// them.
func kendall(x, y []float64) *float64 {
	var balance, orderedX, orderedY int64
	for i := range x {
		for j := range i {
			a, b := compare(x[i], x[j]), compare(y[i], y[j])
			balance += a * b
			orderedX += a * a
			orderedY += b * b
		}
	}
	if orderedX == 0 || orderedY == 0 {
		return nil
	}
	tau := six(float64(balance) / (math.Sqrt(float64(orderedX)) * math.Sqrt(float64(orderedY))))
	return &tau
}

func compare(a, b float64) int64 {
	switch {
	case a > b:
		return 1
	case a < b:
		return -1
	}
	return 0
}

// above is the share of pairs of a flagged and an unflagged thing in which the flagged one has the higher figure, a tie
// counting half: the probability that a flagged one ranks above an unflagged one, ½ if the figures know nothing of the
// flags. It is the area under the ROC curve, and U/(m·n) of Mann and Whitney. It is nil where all or none are flagged.
func above(figure []float64, flagged []bool) *float64 {
	var won, pairs int64 // won in halves
	for i, f := range flagged {
		for j, g := range flagged {
			if f && !g {
				pairs++
				won += 1 + compare(figure[i], figure[j])
			}
		}
	}
	if pairs == 0 {
		return nil
	}
	share := six(float64(won) / float64(2*pairs))
	return &share
}

// chance is the probability that as many flags, dealt at random, rank at least as high as these do: the one-sided exact
// test of Mann and Whitney, with mid-ranks for ties, so it holds for any number of ties and however few there are. It
// counts the choices of m of n things by the sum of their ranks, in O(m²·n²) time and O(m²·n) memory.
func chance(figure []float64, flagged []bool) float64 {
	n, m, sum := len(figure), 0, 0
	ranks := make([]int, n) // doubled, so that the mean of two is a whole number
	for i := range figure {
		ranks[i] = 1
		for j := range figure {
			ranks[i] += 1 + int(compare(figure[i], figure[j]))
		}
		if flagged[i] {
			m++
			sum += ranks[i]
		}
	}
	most := 2 * n * m
	ways := make([][]float64, m+1) // by how many are chosen and their sum
	for k := range ways {
		ways[k] = make([]float64, most+1)
	}
	ways[0][0] = 1
	for _, rank := range ranks {
		for k := m; k > 0; k-- {
			for s := rank; s <= most; s++ {
				ways[k][s] += ways[k-1][s-rank]
			}
		}
	}
	var all, high float64
	for s, w := range ways[m] {
		all += w
		if s >= sum {
			high += w
		}
	}
	return six(high / all)
}
