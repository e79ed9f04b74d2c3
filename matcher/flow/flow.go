// Package flow solves integer minimum-cost flow problems exactly, for one cost
// or for several in lexicographic order, and picks one canonical plan among the
// optimal ones. It knows nodes and arcs, and nothing of what they stand for.
//
// # Problem
//
// Given a directed graph with a supply b(v) for every node v and, for every arc
// a, a lower bound l(a), an upper bound u(a) and costs c₀(a), c₁(a), …, find
// integer flows x with
//
//	Σ x(a) over a leaving v  −  Σ x(a) over a entering v  =  b(v)   for every node v
//	l(a) ≤ x(a) ≤ u(a)                                              for every arc a
//
// such that Σ c₀(a)·x(a) is least; among those Σ c₁(a)·x(a) is least; and so on.
// A positive supply is a source, a negative one a sink. Parallel arcs,
// self-loops, disconnected parts, negative costs and negative lower bounds are
// all allowed; u(a) = [Inf] means that there is no upper bound.
//
// # Signs, and when a plan is optimal
//
// A potential πₖ(v) is what one more unit at v costs in terms of cₖ. The reduced
// cost of an arc from v to w is
//
//	rₖ(a) = cₖ(a) + πₖ(v) − πₖ(w)
//
// A feasible plan is lexicographically optimal if there are potentials such that
// for every arc the vector (r₀(a), r₁(a), …) is lexicographically
//
//	≥ 0 where the flow can rise (x(a) < u(a)),
//	≤ 0 where the flow can fall (x(a) > l(a)).
//
// For any other feasible plan y, Σ r(a)·(y(a) − x(a)) is then a sum of vectors
// none of which is lexicographically negative, and it equals the difference of
// the costs, because the potentials cancel along every conserved flow.
// [Certify] checks exactly this, shares no code with the solver, and takes time
// in proportion to arcs × cost vectors.
//
// # Method
//
// Primal network simplex on strongly feasible spanning trees (Cunningham), so
// that it ends in spite of degenerate pivots. The tree is kept as a walk round it, cut into
// pieces of some 64 nodes with one offset each for their potentials (an Euler tour), so that a pivot that
// moves a large subtree shifts the offsets of its pieces and not its nodes. Arcs are priced in blocks.
//
// Where arcs are many, most of them can never matter. The simplex then sifts: it
// pivots on a pool of arcs until none of it pays more than a threshold; all cores
// price the whole network at the potentials reached, and put the few best arcs of
// every node into the pool; the threshold falls. It ends when it is 0 and no arc of
// the network pays, so the plan is optimal and not merely optimal in the pool.
// The network decides which way is taken: its arcs for each node, and whether what many
// nodes send ends at few.
//
// Several costs are never folded into one by a huge constant. Each is a stage:
// once a stage is optimal, arcs with a non-zero reduced cost cannot leave their
// bound in any optimal plan, and are frozen there; what is left is the optimal
// face. The next stage starts on the same tree and moves along that face. In larger
// networks a stage before them all minimises their sum, each vector weighted so that it outweighs a few arcs of
// the later ones: it guides the simplex through the ties of vectors that only count, and decides nothing.
//
// Ties are the rule in coarse data, and which of the tied plans a simplex finds
// depends on where it started. A last stage therefore minimises a cost mixed
// from Network.Keys, and goes on with fresh mixes until the face is a single
// point. The plan then depends on the data and the keys alone: not on
// the order of nodes or arcs, the pivot rule, or the start. Potentials are not
// canonical: where a plan is degenerate, several sets of them prove it.
//
// # Group limits
//
// A limit on the sum of the flows of some arcs ([Network.AddLimit]) makes a problem that is no network any more: whole plans may cost more than
// others, and the best is found only nearly, with a proof of how nearly ([Limited]). The limits are priced: with a price on each of its arcs for each
// limit, what is left is a network, whose cheapest plan bounds the cost of all plans that keep the limits. One simplex goes from price to price. All
// prices move at once, each by a secant of its own excess, until they get in one another's way; where several cost vectors count, along a ladder of what
// units of those that count more are worth. In networks of less than 65,536 arcs a proximal bundle does the rest,
// measured for each price by how much its excess has answered to it. In larger ones a simplex for network and limits together does, whose basis is
// a tree and one column for each limit, and which ends at the linear optimum; its prices are proven like any others. Several cost vectors are priced
// together, each weighted such that it outweighs
// the later ones or a few arcs of them, and then bounded one by one, with a price on what was reached in those before. Plans come from the
// average that the bundle ends with, or from the linear optimum: each arc of a group gets its rounded flow as a bound of its own, what is left of a limit goes to the arcs that
// would pay most with more, and the network solves the rest, lexicographically and canonically. Where the average leaves a distance, the linear optimum is rounded
// too. Networks of less than 4,096 nodes and arcs are then divided where a
// distance is left.
//
// What the plan depends on: where no limit is exceeded without them, it is the canonical plan. Else the network is solved from nothing, on any number of
// cores with the same result, so that what was solved before makes no difference. With less than 65,536 arcs it is put
// into an order that follows from the keys, and plan and bounds depend on the data and the keys alone; with more, which of the plans about as good it is
// may depend on the order of nodes and arcs too.
//
// # Limits
//
// All arithmetic is in int64 and cannot overflow, because [Solve] refuses, with
// a [BoundError], any network that breaks one of
//
//	(nodes + 1) · max |cₖ(a)|  <  2⁶¹                        for every cost vector k
//	Σ |b(v)| + Σ |l(a)| + Σ |u(a)| over finite u(a)  <  2⁶²
//	nodes + arcs  <  2³¹
//
// Proof. Let n be the nodes and C the largest |cₖ|. The tree hangs from an added
// root by added arcs that cost 0 towards it and M = n·C + 1 away from it. A
// path from the root uses one added arc and at most n − 1 arcs of the network, so,
// counted from that of the root, |π| ≤ 2n·C + 1 and |r| ≤ C + 2(2n·C + 1) ≤ 4(n + 1)·C + 2 − 3C < 2⁶³. The
// root's is 0 between stages; within one it may wander and sums may wrap, which cancels in every r. M is
// larger than the cost of any path, so added arcs carry flow only where no
// feasible plan exists. The flow of a tree arc is a sum of supplies and of finite
// bounds, each counted at most once: below 2⁶², while an unlimited arc starts
// with room 2⁶³ − 1 and always keeps at least 2⁶². Totals are summed in 128 bits: apart from
// finite arcs, whose flows sum to less than 2⁶², at most n arcs carry a flow away
// from their lower bound, so |total| ≤ (n + 1)·C·2⁶² < 2¹²³.
//
// # References
//
//   - R. K. Ahuja, T. L. Magnanti, J. B. Orlin: Network Flows. Theory, Algorithms,
//     and Applications. Prentice Hall 1993, chapter 11.
//   - R. E. Tarjan: Dynamic trees as search trees via Euler tours, applied to the network
//     simplex algorithm. Mathematical Programming 78 (1997) 169–177.
//   - W. H. Cunningham: A network simplex method. Mathematical Programming 11
//     (1976) 105–116.
//   - C. Lemaréchal: Nonsmooth optimization and descent methods. IIASA 1978; K. C. Kiwiel: Proximity control in
//     bundle methods for convex nondifferentiable minimization. Mathematical Programming 46 (1990) 105–122.
//   - F. Glover, D. Klingman: The simplex SON algorithm for LP/embedded network problems. Mathematical Programming
//     Study 15 (1981) 148–176; R. E. Marsten, W. Hogan, J. Blankenship: The BOXSTEP method for large-scale
//     optimization. Operations Research 23 (1975) 389–405.
//   - M. D. Grigoriadis: An efficient implementation of the network simplex
//     method. Mathematical Programming Study 26 (1986) 83–111 (block pricing).
//   - P. Kovács: Minimum-cost flow algorithms: an experimental evaluation.
//     Optimization Methods and Software 30 (2015) 94–127; Z. Király, P. Kovács,
//     Acta Universitatis Sapientiae, Informatica 4 (2012) 67–118.
package flow

import (
	"context"
	"slices"
)

// Options change how a network is solved, never what its optimal cost is.
// The zero value is the recommended setting.
type Options struct {
	// AnyPlan skips the canonical stage: the plan is optimal, but which of
	// several optimal plans it is depends on the order of the input.
	AnyPlan bool
	// Rule chooses the entering arc. It affects time only.
	Rule PivotRule
	// Progress, if set, is called now and then from the solving goroutine.
	Progress func(Progress)

	tune tuning
}

// tuning holds what tests and benchmarks vary; zero is the setting in use.
type tuning struct {
	inputOrder bool // keep the arcs in the order of the input
	rotate     int  // start the order of the arcs this far in
	blockSize  int  // arcs priced per block
	mixBits    int  // width of the costs mixed from keys
	large      bool // go about it as in a large network
}

// Solution is an optimal plan with its proof.
type Solution struct {
	Flows      []ArcFlow // of the arcs whose flow is not 0, by arc
	Potentials [][]int64 // per cost vector and node
	Costs      []Total   // per cost vector
	Stats      Stats
	// Limited is the proof of a network with group limits, nil for one without.
	Limited *Limited

	basis *basis // nil in solutions that no solver made
}

// ArcFlow is the flow of an arc.
type ArcFlow struct {
	Arc   int32
	Units int64
}

// Flow is the flow of arc a.
func (s *Solution) Flow(a int) int64 {
	i, found := slices.BinarySearchFunc(s.Flows, a, func(f ArcFlow, a int) int { return int(f.Arc) - a })
	if !found {
		return 0
	}
	return s.Flows[i].Units
}

// Stats says how much work a solution took.
type Stats struct {
	Nodes, Arcs int
	Pivots      int64
	// Resumed says that Resolve went on from the solution before, and did not start over.
	Resumed bool
	// Stages has one entry per cost vector, then one per mix of the keys that
	// was needed to make the plan canonical. Where there are several vectors, and
	// arcs enough, an entry before them all is for their sum by weight.
	Stages []StageStats
}

// StageStats says how much work one stage took.
type StageStats struct {
	Arcs       int   // that were free to move when the stage began
	Pivots     int64 // changes of the tree or of a bound
	Degenerate int64 // pivots among them that moved no flow
}

// Solve finds the lexicographically optimal plan of n, the canonical one unless
// o.AnyPlan is set.
//
// Network simplex has no useful polynomial bound here; in practice its time grows
// like nodes × arcs with a small factor. Memory beyond the network and the
// solution is about 30 bytes for each arc of the pool, which are all arcs or, where the
// solve sifts, 2 to 12 a node; 80 a node, and where it sifts 24 to 72 a node and core. The solution keeps
// what [Resolve] goes on from: with one cost some 200 bytes a node where the solve sifts, else 20.
//
// Errors: [*InputError] for a malformed network, [*BoundError] for one whose
// numbers could overflow, [*InfeasibleError] where no plan exists, and
// [*UnboundedError], which matches [ErrUnbounded], where the cost falls forever.
// A network that is both infeasible and unbounded is reported infeasible.
// If ctx ends first the error wraps ctx.Err().
//
// Where n has group limits, the plan keeps them and its cost is proven to a distance; see [Network.AddLimit].
func Solve(ctx context.Context, n *Network, o Options) (*Solution, error) {
	seen, err := n.check(nil)
	if err != nil {
		return nil, err
	}
	if len(n.limits) > 0 {
		return solveLimited(ctx, n, seen, o)
	}
	return solveFrom(newSimplex(ctx, n, seen, o))
}
