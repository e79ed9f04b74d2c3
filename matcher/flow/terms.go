package flow

import (
	"errors"
	"math"
)

// proveAll proves the bound of every vector for a plan, and puts the proofs into it. The prices of the vectors together are where those of
// each begin.
func (l *limited) proveAll(s, plain *Solution, root *point) error {
	p := s.Limited
	for p.Free < len(s.Costs) && s.Costs[p.Free] == plain.Costs[p.Free] {
		k := p.Free
		s.Potentials[k] = plain.Potentials[k]
		p.Terms[k] = LimitedTerm{Scale: 1, Bound: s.Costs[k]}
		p.Free++
	}
	l.seenPlan = nil
	together := l.weights
	for k := p.Free; k < len(s.Costs); k++ {
		best := root
		if len(s.Costs) > 1 {
			var err error
			if best, err = l.prove(k, s.Limited.Terms[p.Free:k], s.Costs, together, root); err != nil {
				return err
			}
		}
		bound := l.ceil(best.bound)
		limits := len(l.groups.most)
		p.Terms[k] = LimitedTerm{l.scale, best.prices[:limits], best.prices[limits:], bound, s.Costs[k].minus(bound)}
		s.Potentials[k] = best.potentials
	}
	return nil
}

// fractions are what prices in a vector that counts are rounded to.
var fractions = [...]int64{1, 2, 3}

// provenEnough is the distance of the last vector, as a share of its cost, at which no better proof is looked for in a large network.
const provenEnough = 1e-6

// prove looks for the best bound of vector k, among plans that cost no more in those before than was reached.
func (l *limited) prove(k int, proven []LimitedTerm, reached []Total, together []int64, root *point) (*point, error) {
	weights := make([]int64, len(together))
	weights[k] = 1
	l.objective(weights, reached[:k])
	limits := len(l.groups.most)
	start := make([]int64, limits+k)
	if w := together[k]; w > 0 {
		for g := range limits {
			start[g] = min(root.prices[g]/w, l.most[g])
		}
		for j := range k {
			start[limits+j] = min(together[j]/w*l.scale, l.most[limits+j])
		}
	}
	enough := TotalOf(0)
	if l.large() && k+1 == len(reached) {
		enough = TotalOf(int64(provenEnough * l.size))
	}
	closed := func(p *point) bool { return l.ceil(p.bound).add(enough).Cmp(reached[k]) >= 0 }
	centre, err := l.at(start)
	if err != nil {
		return nil, err
	}
	b := l.bundle(centre)
	if k+1 < len(reached) {
		for _, f := range fractions {
			if closed(centre) {
				break
			}
			prices := append([]int64(nil), start...)
			for g := range limits {
				unit := l.scale / f
				prices[g] = min((start[g]+unit/2)/unit*unit, l.most[g])
			}
			p, err := l.at(prices)
			if err != nil {
				return nil, err
			}
			b.add(p.cut)
			if p.bound.Cmp(centre.bound) > 0 {
				centre = p
			}
		}
	}
	for i := len(proven) - 1; i >= 0; i-- {
		if centre, err = l.relent(b, centre, k-len(proven)+i, proven[i], closed); err != nil {
			return nil, err
		}
	}
	l.recentre(b, centre)
	most := 200
	if l.large() {
		most = 10
	}
	best, err := l.ascend(b, centre, most, closed)
	if err != nil && !errors.Is(err, ErrUnbounded) { // at prices of earlier vectors that are too low
		return nil, err
	}
	return best, nil
}

// relent lowers the price of what was reached in vector j, and with it so much of the prices of the limits as vector j accounts for, as long as
// that raises the bound. Plans that need not be whole may be better in vector j than what was reached, and at the price that outweighs later
// vectors the bound would be lower by that.
func (l *limited) relent(b *bundle, centre *point, j int, proof LimitedTerm, closed func(*point) bool) (*point, error) {
	limits := len(l.groups.most)
	for !closed(centre) && centre.prices[limits+j] > 0 {
		price := centre.prices[limits+j]
		fall := price - price/4
		share := func(of int64) int64 {
			return int64(math.Round(float64(fall) / float64(proof.Scale) * float64(of)))
		}
		prices := append([]int64(nil), centre.prices...)
		for g, m := range proof.Multipliers {
			prices[g] = max(0, prices[g]-share(m))
		}
		for i, m := range proof.Earlier {
			prices[limits+i] = max(0, prices[limits+i]-share(m))
		}
		prices[limits+j] -= fall
		p, err := l.at(prices)
		if errors.Is(err, ErrUnbounded) {
			return centre, nil
		}
		if err != nil {
			return nil, err
		}
		b.add(p.cut)
		if p.bound.Cmp(centre.bound) <= 0 {
			return centre, nil
		}
		centre = p
	}
	return centre, nil
}
