package flow

import (
	"math"
)

// A track is what is known of one limit: prices at which its arcs carried too much and not too much, while other prices moved too.
// Its excess falls with its own price, in steps, and the prices of others change it less. Where the same end has moved three times
// the other one is out of date, and forgotten.
type track struct {
	low, high   float64 // prices, times scale; high is +Inf while none is known, low −Inf
	over, under float64 // the excess at them, halved where the other end has moved twice
	side        float64 // of the last excess: +1 if it was too much, else −1
	repeats     int     // times in a row that it was this side
	last        [2]float64
	moves       float64 // of its price, times
	rises       float64 // of its excess, times those of the price
	step        float64 // beyond what is known
}

// note notes an excess at a price. Prices move by about drift, and within reach answer to one another.
func (t *track) note(price, excess, drift, reach float64) {
	if t.side != 0 && math.Abs(price-t.last[0]) < reach {
		move := price - t.last[0]
		t.moves += move * move
		t.rises += math.Abs(move * (excess - t.last[1]))
	}
	t.last = [2]float64{price, excess}
	side := -1.0
	if excess > 0 {
		side = 1
	}
	if side == t.side {
		t.repeats++
	} else {
		t.side, t.repeats = side, 1
	}
	width := max(t.high-t.low, 1)
	if math.IsInf(width, 1) {
		width = max(t.step, 1)
	}
	if side > 0 {
		t.low, t.over = price, excess
		if t.repeats == 2 {
			t.under /= 2
		}
		if (t.repeats > 2 || price >= t.high) && !math.IsInf(t.high, 1) {
			t.high, t.step = math.Inf(1), max(width, drift)
		}
		return
	}
	t.high, t.under = price, excess
	if t.repeats == 2 {
		t.over /= 2
	}
	if (t.repeats > 2 || price <= t.low) && !math.IsInf(t.low, -1) {
		t.low, t.step = math.Inf(-1), max(width, drift)
	}
}

// next is the price to try after price.
func (t *track) next(price float64) float64 {
	switch {
	case price == 0 && t.side < 0:
		return 0
	case math.IsInf(t.high, 1):
		t.step *= 2
		return math.Round(t.low + t.step/2)
	case math.IsInf(t.low, -1):
		t.step *= 2
		return max(0, math.Round(t.high-t.step/2))
	}
	width := t.high - t.low
	if width <= 1 {
		return t.high + t.low - price
	}
	share := 0.5
	if t.over > 0 && t.under < 0 {
		share = min(max(t.over/(t.over-t.under), 0.1), 0.9)
	}
	return math.Round(t.low + share*width)
}

// The first rounds are content with plans that are cheapest but for a share of what prices move by. They end when the bound has
// gained less than the tolerance a round in as many as patience: after that prices move in one another's way.
const (
	roughRounds = 10
	roughShare  = 3
	patience    = 4
	lastCuts    = 40 // that the bundle goes on with
)

// fewPivots is how many pivots for each limit a round takes at least: one that takes less has little left to gain, and an embedded simplex is quicker.
const fewPivots = 8

// approach moves all prices at once, each by a secant of its own excess, from the centre on. It returns the point of the highest bound, and adds
// the cuts of all to b. In a large network it ends where a round takes few pivots, if need be at a rough plan.
func (r *relaxation) approach(b *bundle, centre *point, rounds int, enough func(*point) bool) (*point, error) {
	tracks := make([]track, len(centre.prices))
	for l := range tracks {
		tracks[l] = track{low: math.Inf(-1), high: math.Inf(1), step: max(1, b.scale[l]*math.Abs(centre.cut.excess[l])*float64(r.scale)/4)}
	}
	at, drift := centre, 0.0
	ladder := r.ladder(b.typical)
	var gains []float64
	tolerance, _ := r.exactness(centre.bound)
	for i := range rounds {
		if enough(centre) {
			break
		}
		prices := make([]int64, len(tracks))
		moved, moving := 0.0, 0.0
		for l := range tracks {
			t := &tracks[l]
			p, e := ladder.place(float64(at.prices[l])), at.cut.excess[l]
			t.note(p, e, drift, ladder.reach)
			next := t.next(p)
			if next != p {
				moved += math.Abs(next - p)
				moving++
			}
			prices[l] = min(int64(min(ladder.price(next), float64(r.most[l]))), r.most[l])
		}
		drift = moved / max(1, moving)
		r.rough = 0
		if i < roughRounds {
			r.rough = int64(drift / roughShare)
		}
		before := r.pivots()
		p, err := r.at(prices)
		if err != nil {
			return centre, err
		}
		b.add(p.cut)
		at = p
		if r.large() && r.pivots()-before < fewPivots*int64(len(tracks)) {
			break
		}
		if r.rough == 0 {
			if p.bound.Cmp(centre.bound) > 0 {
				centre = p
			}
			gains = append(gains, r.real(centre.bound))
			if n := len(gains); n > patience && gains[n-1]-gains[n-1-patience] < float64(patience)*tolerance {
				break
			}
		}
	}
	if r.coarse = r.large() && gains == nil; r.coarse {
		centre = at
	}
	r.rough, r.drift = 0, drift
	for l := range tracks {
		if t := &tracks[l]; t.rises > 0 {
			b.scale[l] = t.moves / t.rises / float64(r.scale)
		}
	}
	b.step = 1
	b.rescale(lastCuts)
	r.recentre(b, centre)
	return centre, nil
}
