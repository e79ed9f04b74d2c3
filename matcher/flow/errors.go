package flow

import (
	"errors"
	"fmt"
)

// ErrUnbounded is matched by the error of a network in which some cycle of arcs
// without upper bound has negative cost, so that no plan is cheapest.
var ErrUnbounded = errors.New("the cost is unbounded below")

// InputError says what is malformed in a network, and where.
type InputError struct {
	Place  string // "node", "arc", "cost vector", or "network"
	Index  int    // of the node, arc or vector; of no meaning for "network"
	Reason string
}

func (e *InputError) Error() string {
	return place(e.Place, e.Index) + ": " + e.Reason
}

// BoundError says that a number is too large to be calculated with safely.
type BoundError struct {
	Place string // "node", "arc" or "network": where the bound was passed
	Index int
	Bound string // the bound, as a formula
	Value string // what stands there instead
}

func (e *BoundError) Error() string {
	return fmt.Sprintf("%s: %s breaks the bound %s", place(e.Place, e.Index), e.Value, e.Bound)
}

// InfeasibleError says that no plan meets all supplies within all bounds.
type InfeasibleError struct {
	Amount int64 // units that cannot reach the nodes that lack them: at least this many in any plan
	Node   int32 // a node that lacks some of them
}

func (e *InfeasibleError) Error() string {
	return fmt.Sprintf("infeasible: of what nodes need, %d cannot be shipped; node %d, for one, lacks some of it", e.Amount, e.Node)
}

// UnboundedError names an arc on a cycle along which the cost falls forever.
// It matches ErrUnbounded.
type UnboundedError struct {
	Arc int
}

func (e *UnboundedError) Error() string {
	return fmt.Sprintf("%v: arc %d is on a cycle of negative cost and unlimited capacity; give some arc of it an upper bound", ErrUnbounded, e.Arc)
}

// Unwrap makes errors.Is(err, ErrUnbounded) hold.
func (e *UnboundedError) Unwrap() error { return ErrUnbounded }

func place(kind string, index int) string {
	if kind == "network" {
		return kind
	}
	return fmt.Sprintf("%s %d", kind, index)
}
