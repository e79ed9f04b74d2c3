package flow

import "math"

// PivotRule says which arc enters the tree. All rules lead to an optimal plan,
// and to the same canonical one. BenchmarkPivotRules compares their time: on
// transport networks block search takes about a third of what the candidate list takes,
// a tenth of first eligible and a twentieth of best eligible; on layered ones
// all but best eligible, which takes twenty times as long, are within a factor of two.
type PivotRule int

const (
	// BlockSearch prices the arcs in blocks, round and round, and takes the
	// best arc of the first block that has one that pays. The size of a block
	// follows the price of a pivot, and it ends early with an arc that pays as
	// much as the one before. It is the default.
	BlockSearch PivotRule = iota
	// FirstEligible takes the first arc that pays, going round and round.
	FirstEligible
	// BestEligible prices all arcs every time and takes the best (Dantzig).
	BestEligible
	// CandidateList collects arcs that pay, takes the best of the list for a
	// while, and then collects anew.
	CandidateList
)

// pricing is the state of a pivot rule.
type pricing struct {
	rule      PivotRule
	next      int   // arc to begin at
	block     int   // arcs per block
	last      int64 // what the arc that entered last paid, below 0
	first     bool  // it is the first stage
	sifted    bool  // the arcs are a pool of the best only
	threshold int64 // arcs that pay no more than this do not enter
	fixed     bool  // the block size is not adapted

	// For CandidateList only.
	list   []int32
	length int // to fill the list to
	minor  int // pivots left before it is collected anew
}

// start begins a stage over the given number of arcs.
func (p *pricing) start(arcs int, first bool, t tuning) {
	root := math.Sqrt(float64(arcs))
	p.first = first
	p.last = math.MinInt64
	p.next, p.list, p.minor = 0, p.list[:0], 0
	p.block, p.fixed = max(leastBlock, int(root)), false
	p.length = max(10, int(root/4))
	if t.blockSize > 0 {
		p.block, p.fixed = t.blockSize, true
	}
}

// leastBlock is the fewest arcs in a block; with fewer, finding the next block costs more than it.
const leastBlock = 20

// adaptEvery is the number of pivots after which the block size is set anew.
const adaptEvery = 256

// adapt sets the block size for pivots that have lately visited walked nodes of
// the tree each. Where pivots are dear it pays to look longer for a good one: a
// node costs several times an arc to visit, and better arcs make fewer pivots. On transport
// networks this halves the time of blocks of √arcs. A later stage has
// a good tree to begin with and its best arcs are many, so it looks less far.
func (p *pricing) adapt(arcs, walked int) {
	if p.fixed {
		return
	}
	perNode, roots := 4, 2.0
	switch {
	case p.sifted:
		roots = 0.3
	case p.first:
		perNode, roots = 64, 1.2
	}
	p.block = min(max(perNode*walked, leastBlock), leastBlock+int(roots*math.Sqrt(float64(arcs))))
}

// find returns an arc that pays, or −1 if there is none, and how many it priced.
func (p *pricing) find(arcs []arc, state []int8, t *thread) (entering int32, priced int) {
	switch p.rule {
	case FirstEligible:
		return p.findBlock(arcs, state, t, 1)
	case BestEligible:
		p.next = 0
		return p.findBlock(arcs, state, t, len(arcs))
	case CandidateList:
		return p.findListed(arcs, state, t)
	default:
		return p.findBlock(arcs, state, t, p.block)
	}
}

// findBlock prices block after block from p.next on, once round at most, and
// returns the best arc of the first block that has one.
//
// It looks no further in a block once an arc pays as much as the one that entered
// last: in tied networks the rest of the block has nothing better to offer, and most
// of the time would go into finding that out. On degenerate assignments this takes a third of the time.
func (p *pricing) findBlock(arcs []arc, state []int8, t *thread, block int) (entering int32, priced int) {
	state = state[:len(arcs)]
	base, at, offset := t.base, t.at, t.offset
	for left := len(arcs); left > 0; {
		best := -p.threshold
		entering = -1
		for end := min(block, left); end > 0 && (entering < 0 || best > p.last); {
			if p.next == len(arcs) {
				p.next = 0
			}
			begin := p.next
			p.next = min(begin+min(leastBlock, end), len(arcs))
			looked := p.next - begin
			end, left, priced = end-looked, left-looked, priced+looked
			for i := begin; i < p.next; i++ {
				a := &arcs[i]
				r := int64(state[i]) * (a.cost + base[a.from] + offset[at[a.from]] - base[a.to] - offset[at[a.to]])
				if r < best {
					best, entering = r, int32(i)
				}
			}
		}
		if entering >= 0 {
			p.last = best
			return entering, priced
		}
	}
	return -1, priced
}

// findListed returns the best arc of the list, and fills the list when it is
// used up or has been in use for as many pivots as it is allowed.
func (p *pricing) findListed(arcs []arc, state []int8, t *thread) (entering int32, priced int) {
	reduced := func(i int32) int64 {
		a := &arcs[i]
		return int64(state[i]) * t.reduced(a)
	}
	var best int64
	entering = -1
	consider := func(i int32) bool {
		r := reduced(i)
		if r < best {
			best, entering = r, i
		}
		return r < 0
	}
	if p.minor > 0 {
		p.minor--
		priced = len(p.list)
		kept := p.list[:0]
		for _, i := range p.list {
			if consider(i) {
				kept = append(kept, i)
			}
		}
		p.list = kept
		if entering >= 0 {
			return entering, priced
		}
	}
	p.list, p.minor = p.list[:0], p.length/10+3
	for range arcs {
		if p.next == len(arcs) {
			p.next = 0
		}
		i := int32(p.next)
		p.next++
		priced++
		if consider(i) {
			if p.list = append(p.list, i); len(p.list) == p.length {
				break
			}
		}
	}
	return entering, priced
}
