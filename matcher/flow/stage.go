package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// solveFrom runs all stages from where s stands.
func solveFrom(s *simplex) (*Solution, error) {
	n := s.network
	sol := &Solution{Stats: Stats{Nodes: n.Nodes(), Arcs: n.Arcs()}}
	if err := s.foldFirst(); err != nil {
		return nil, fmt.Errorf("minimise the cost vectors together: %w", err)
	}
	if n.vectors > 1 {
		s.warmOffsets()
	}
	for k := range max(1, n.vectors) {
		err := s.minimise()
		if err == nil && k == 0 {
			err = s.feasible()
		}
		if k == 0 && errors.Is(err, ErrUnbounded) {
			if bare := feasibility(s.ctx, n, s.seen, s.options); bare != nil {
				err = bare
			}
		}
		if err != nil {
			return nil, fmt.Errorf("minimise cost vector %d: %w", k, err)
		}
		if k < n.vectors {
			sol.Potentials = append(sol.Potentials, s.done[k])
		}
	}
	if !s.options.AnyPlan {
		if err := s.canonise(); err != nil {
			return nil, fmt.Errorf("choose the canonical plan: %w", err)
		}
	}
	sol.Flows = s.flows()
	sol.basis = s.basis()
	for k := range n.vectors {
		var total Total
		for _, f := range sol.Flows {
			total = total.PlusProduct(n.Cost(k, int(f.Arc)), f.Units)
		}
		sol.Costs = append(sol.Costs, total)
	}
	sol.Stats.Stages = s.stages
	for _, stage := range s.stages {
		sol.Stats.Pivots += stage.Pivots
	}
	return sol, nil
}

// minimise runs one stage: it pivots on the arcs that are free until none pays,
// then freezes those that no optimal plan of the stage moves.
func (s *simplex) minimise() error {
	if err := s.optimise(); err != nil {
		return err
	}
	s.flatten()
	s.done = append(s.done, append([]int64(nil), s.pi[:s.root]...))
	if len(s.done) == 1 && s.pooled != nil {
		s.keepPool()
	}
	s.freeze()
	s.warmOffsets()
	return nil
}

// Where the simplex sifts, the first stage goes by a threshold that falls by
// fall from round to round: arcs that pay no more than it are neither fetched nor entered,
// because better ones will change the prices first. Where a round has fetched arcs for more than half of the
// nodes, the prices were far off, and the next one looks again at the same threshold. Arcs of the pool that
// cost slack times the threshold are dropped, for the time that pricing them takes.
const (
	fall  = 4
	slack = 2
)

// optimise pivots until no arc pays at the costs of the stage at hand, in the
// pool or, where there is one, outside it. Only in the first stage do added arcs
// cost anything.
func (s *simplex) optimise() error {
	first := len(s.done) == 0
	if !first || s.weights != nil || s.costless || s.network.vectors != 1 { // they are put at the cost of the only vector
		for i, name := range s.name {
			s.arcs[i].cost = s.costOf(name)
		}
	}
	s.price.start(len(s.arcs), first, s.tune)
	if first {
		dearest := s.dearest()
		s.setPenalty(dearest)
		if s.pooled != nil && len(s.stages) == 0 && s.warm == nil {
			s.price.threshold = int64(dearest) / fall
		}
	}
	s.setPotentials()
	s.stages = append(s.stages, StageStats{Arcs: len(s.arcs)})
	if s.pooled == nil && len(s.stages) == 1 && s.warm == nil && s.network.converges() {
		if err := s.headStart(); err != nil {
			return err
		}
	}
	for again := false; ; {
		if err := s.settle(); err != nil {
			return err
		}
		fetched, err := s.fetch()
		if err != nil {
			return err
		}
		if fetched == 0 && s.price.threshold == 0 {
			return nil
		}
		if again = !again && 2*fetched > int(s.root); !again {
			s.price.threshold /= fall
		}
		if s.price.threshold > 0 {
			s.purge(slack * s.price.threshold)
		}
		s.price.start(len(s.arcs), first, s.tune)
		s.stages[len(s.stages)-1].Arcs = len(s.arcs)
	}
}

// settle pivots until no arc of the pool pays more than the threshold.
func (s *simplex) settle() error {
	for {
		entering, priced := s.price.find(s.arcs, s.state, &s.thread)
		s.work += priced
		s.effort += int64(priced)
		if entering < 0 {
			return nil
		}
		if err := s.enter(entering); err != nil {
			return err
		}
	}
}

// costOf is the cost of an arc of the network in the stage at hand.
func (s *simplex) costOf(name int32) int64 {
	switch {
	case s.costless || s.network.vectors == 0:
		return 0
	case s.weights != nil:
		return s.folded(name) + s.extra.of(name)
	case s.salt != 0:
		return s.mixed(s.salt, name)
	default:
		return s.network.Cost(len(s.done), int(name))
	}
}

// dearest is the largest |cost| of an arc in the first stage, or folded.
func (s *simplex) dearest() uint64 {
	if s.extra != nil {
		return s.extra.dearest
	}
	ranges := s.seen.dearest
	var sum uint64
	for k := range s.network.vectors {
		weight := uint64(0)
		switch {
		case s.weights != nil:
			weight = uint64(s.weights[k])
		case k == 0 && !s.costless:
			weight = 1
		}
		if weight == 0 {
			continue
		}
		sum += weight * ranges[k]
	}
	return sum
}

// setPenalty makes added arcs that bring a node what it lacks dearer than any path.
func (s *simplex) setPenalty(dearest uint64) {
	penalty := int64(s.root)*int64(dearest) + 1
	for v := range s.root {
		if l := &s.links[v]; l.arc == added && !l.up {
			s.offset[v] = penalty
		}
	}
}

// setPotentials makes the reduced cost of every tree arc 0, the root's potential being 0.
func (s *simplex) setPotentials() {
	t := &s.thread
	s.order()
	s.pi[s.root] = 0
	for v := t.next[s.root]; v != s.root; v = t.next[v] {
		l := &s.links[v]
		switch {
		case l.arc == added:
			s.pi[v] = s.offset[v]
		case l.up:
			s.pi[v] = s.pi[l.parent] - s.arcs[l.arc].cost
		default:
			s.pi[v] = s.pi[l.parent] + s.arcs[l.arc].cost
		}
	}
	t.lay(s.root, s.pi)
}

// foldFrom is the number of arcs from which on several cost vectors are first
// minimised together.
const foldFrom = 1 << 12

// foldFirst makes the first pivots on the cost vectors folded into one, where
// there are several. A vector that only counts, such as placements at home, ties
// nearly everything, and a simplex loses itself among ties; folded, the
// later vectors guide it through, and the stages that follow find little left to do. They alone
// decide: weights that would make folding exact do not fit in 64 bits.
func (s *simplex) foldFirst() error {
	if s.network.vectors < 2 || s.network.arcs < foldFrom && !s.tune.large || s.tune.inputOrder {
		return nil
	}
	if s.weights = s.network.fold(s.seen.dearest); s.weights == nil {
		return nil
	}
	err := s.optimise()
	s.weights = nil
	// A cycle that pays without end when folded may cost in an earlier vector.
	if errors.Is(err, ErrUnbounded) {
		return nil
	}
	return err
}

// fold returns weights for the cost vectors so that one unit of a vector weighs
// more than a few arcs of all later ones, as many vectors as can be calculated
// with; nil if those are fewer than two.
func (n *Network) fold(of []uint64) []int64 {
	return n.foldWithin(of, 8, costRoom/(int64(len(n.supplies))+2)-1)
}

// foldWithin is fold for so many arcs of a later vector that an earlier one outweighs, and costs of at most most.
func (n *Network) foldWithin(of []uint64, arcs, most int64) []int64 {
	ranges := make([]int64, n.vectors)
	for k, dearest := range of {
		ranges[k] = int64(dearest)
	}
	for used := n.vectors; used >= 2; used-- {
		weights := make([]int64, n.vectors)
		weight, sum := int64(1), int64(0)
		for k := used - 1; k >= 0 && sum >= 0; k-- {
			weights[k] = weight
			if ranges[k] > (most-sum)/weight {
				sum = -1
				break
			}
			sum += weight * ranges[k]
			if ranges[k] >= most/weight/arcs {
				weight = most
			} else {
				weight *= arcs*ranges[k] + 1
			}
		}
		if sum >= 0 {
			return weights
		}
	}
	return nil
}

// folded is the folded cost of an arc of the network.
func (s *simplex) folded(name int32) int64 {
	b, i := s.network.at(int(name))
	sum := int64(0)
	for k, w := range s.weights {
		if w != 0 {
			sum += w * b.costs[k].at(i)
		}
	}
	return sum
}

// freeze drops the arcs that cannot move without raising the cost of the stage
// just ended: those with a non-zero reduced cost. Arcs in the tree have none. The
// added arcs that are left cost nothing from here on.
func (s *simplex) freeze() {
	s.keep(func(i int32, a *arc) bool {
		if a.cost+s.pi[a.from]-s.pi[a.to] == 0 {
			return true
		}
		s.rest(i)
		return false
	})
}

// purge takes arcs at their lower bound out of the pool that cost more than limit.
// They can be fetched again.
func (s *simplex) purge(limit int64) {
	s.keep(func(i int32, a *arc) bool {
		if s.state[i] != atLower || a.cost+s.pi[a.from]-s.pi[a.to] <= limit {
			return true
		}
		name := s.name[i]
		s.pooled[name>>6] &^= 1 << (name & 63)
		return false
	})
}

// keep keeps the arcs of the tree, and others as stays says.
func (s *simplex) keep(stays func(i int32, a *arc) bool) {
	kept := int32(0)
	renamed := slices.Grow(s.renamed[:0], len(s.arcs))[:len(s.arcs)]
	s.renamed = renamed
	for i := range s.arcs {
		if s.state[i] != inTree && !stays(int32(i), &s.arcs[i]) {
			continue
		}
		s.arcs[kept], s.state[kept], s.room[kept], s.name[kept] = s.arcs[i], s.state[i], s.room[i], s.name[i]
		renamed[i] = kept
		kept++
	}
	s.arcs, s.state, s.room, s.name = s.arcs[:kept], s.state[:kept], s.room[:kept], s.name[:kept]
	for v := range s.root {
		if l := &s.links[v]; l.arc != added {
			l.arc = renamed[l.arc]
		}
	}
}

// rest notes that an arc outside the tree is at its upper bound, if it is.
func (s *simplex) rest(arc int32) {
	if s.state[arc] == atUpper {
		s.raised = append(s.raised, ArcFlow{s.name[arc], s.room[arc]})
	}
}

// feasibility reports whether n has any plan at all: nil, an *InfeasibleError,
// or the error of an ended ctx.
func feasibility(ctx context.Context, n *Network, seen *survey, o Options) error {
	s := newSimplex(ctx, n, seen, o)
	s.costless = true
	if err := s.minimise(); err != nil {
		return err
	}
	return s.feasible()
}
