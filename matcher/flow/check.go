package flow

import (
	"fmt"
	"math/bits"
	"slices"
)

// The bounds that the package comment states and proves sufficient.
const (
	costRoom = 1 << 61 // (nodes + 1) · max |cost| stays below it
	flowRoom = 1 << 62 // Σ |supply| + Σ |finite bound| stays below it
	idRoom   = 1 << 31 // nodes + arcs stays below it
)

// check refuses malformed networks with an *InputError and numbers that could
// overflow later with a *BoundError.
func (n *Network) check() error {
	nodes, arcs := len(n.Supplies), len(n.Arcs)
	if int64(nodes)+int64(arcs) >= idRoom {
		return &BoundError{"network", 0, "nodes + arcs < 2^31", fmt.Sprintf("%d + %d", nodes, arcs)}
	}
	if err := n.checkQuantities(); err != nil {
		return err
	}
	if len(n.Costs) == 0 {
		return &InputError{"network", 0, "it has no cost vector; give one, all zero if any plan will do"}
	}
	for k, costs := range n.Costs {
		if len(costs) != arcs {
			return &InputError{"cost vector", k, fmt.Sprintf("it has %d entries for %d arcs", len(costs), arcs)}
		}
		for a, c := range costs {
			if hi, lo := bits.Mul64(uint64(nodes)+1, magnitude(c)); hi != 0 || lo >= costRoom {
				return &BoundError{
					"arc", a, "(nodes + 1) * |cost| < 2^61",
					fmt.Sprintf("cost %d in vector %d with %d nodes", c, k, nodes),
				}
			}
		}
	}
	return n.checkKeys()
}

// checkQuantities checks supplies, ends of arcs and bounds.
func (n *Network) checkQuantities() error {
	var sum Total
	var used uint64 // below flowRoom, so that adding to it cannot overflow
	for v, b := range n.Supplies {
		sum = sum.Plus(b)
		if magnitude(b) >= flowRoom-used {
			return &BoundError{"node", v, flowBound, fmt.Sprintf("supply %d on top of %d so far", b, used)}
		}
		used += magnitude(b)
	}
	if sum != (Total{}) {
		return &InputError{"network", 0, fmt.Sprintf("supplies sum to %v and must sum to 0", sum)}
	}
	nodes := int32(len(n.Supplies))
	for a, arc := range n.Arcs {
		switch {
		case arc.From < 0 || arc.From >= nodes:
			return &InputError{"arc", a, fmt.Sprintf("it leaves node %d, and there are nodes 0 to %d", arc.From, nodes-1)}
		case arc.To < 0 || arc.To >= nodes:
			return &InputError{"arc", a, fmt.Sprintf("it enters node %d, and there are nodes 0 to %d", arc.To, nodes-1)}
		case arc.Lower > arc.Upper:
			return &InputError{"arc", a, fmt.Sprintf("lower bound %d is above upper bound %d", arc.Lower, arc.Upper)}
		}
		finite := []int64{arc.Lower, arc.Upper}
		if arc.Upper == Inf {
			finite = finite[:1]
		}
		for _, bound := range finite {
			if magnitude(bound) >= flowRoom-used {
				return &BoundError{"arc", a, flowBound, fmt.Sprintf("bound %d on top of %d so far", bound, used)}
			}
			used += magnitude(bound)
		}
	}
	return nil
}

const flowBound = "sum of |supplies| and |finite bounds| < 2^62"

// checkKeys checks that keys, where given, tell the arcs apart.
func (n *Network) checkKeys() error {
	if n.Keys == nil {
		return nil
	}
	if len(n.Keys) != len(n.Arcs) {
		return &InputError{"network", 0, fmt.Sprintf("it has %d keys for %d arcs", len(n.Keys), len(n.Arcs))}
	}
	if slices.IsSorted(n.Keys) && !repeats(n.Keys) {
		return nil
	}
	sorted := slices.Clone(n.Keys)
	slices.Sort(sorted)
	if !repeats(sorted) {
		return nil
	}
	first := make(map[uint64]int, len(n.Keys))
	for a, key := range n.Keys {
		if b, seen := first[key]; seen {
			return &InputError{"arc", a, fmt.Sprintf("its key %d is that of arc %d too; keys must be distinct", key, b)}
		}
		first[key] = a
	}
	return nil
}

// repeats reports whether two neighbours in keys are equal.
func repeats(keys []uint64) bool {
	for i := 1; i < len(keys); i++ {
		if keys[i] == keys[i-1] {
			return true
		}
	}
	return false
}

// magnitude is |v|, which for the least int64 is no int64.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
