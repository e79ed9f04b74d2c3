package flow_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher/flow"
)

// TestThePlanIsTheSameFromTheTreeOfAnotherNetwork solves a network, draws one that has most of its arcs in another order, on other
// numbers of nodes and with some arcs and nodes more, and goes on from the one to the other.
func TestThePlanIsTheSameFromTheTreeOfAnotherNetwork(t *testing.T) {
	resumed, anew := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.IntRange(3, 14).Draw(t, "nodes")
		more := rapid.IntRange(0, 3).Draw(t, "nodes more")
		vectors := rapid.IntRange(1, 2).Draw(t, "vectors")
		order := rapid.Permutation(numbers(nodes+more)).Draw(t, "order of nodes")
		n, other := &flow.Network{}, &flow.Network{}
		for range nodes {
			n.AddNode(0)
		}
		for range nodes + more {
			other.AddNode(0)
		}
		costs := func() []int64 {
			return rapid.SliceOfN(rapid.Int64Range(-4, 9), vectors, vectors).Draw(t, "costs")
		}
		key := uint64(0)
		for range rapid.IntRange(1, 50).Draw(t, "arcs") {
			node := rapid.IntRange(0, nodes+more-1)
			from, to, upper, c := node.Draw(t, "from"), node.Draw(t, "to"), rapid.Int64Range(0, 9).Draw(t, "upper"), costs()
			key++
			if from < nodes && to < nodes && rapid.IntRange(0, 9).Draw(t, "in the one") > 0 {
				n.SetKey(n.AddArc(flow.Arc{From: int32(from), To: int32(to), Upper: upper}, c...), key)
			}
			if rapid.IntRange(0, 9).Draw(t, "in the other") > 0 {
				if rapid.IntRange(0, 9).Draw(t, "changed") == 0 {
					upper, c = rapid.Int64Range(0, 9).Draw(t, "upper now"), costs()
				}
				other.SetKey(other.AddArc(flow.Arc{From: int32(order[from]), To: int32(order[to]), Upper: upper}, c...), key)
			}
		}
		if n.Arcs() == 0 || other.Arcs() == 0 {
			return
		}
		before, err := flow.Solve(context.Background(), n, flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := flow.Solve(context.Background(), other, flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := flow.Resolve(context.Background(), other, before.Onto(n, other), flow.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := flow.Certify(other, got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Flows, want.Flows) {
			t.Fatalf("gone on from another network the plan is\n%v\nfrom nothing\n%v", got.Flows, want.Flows)
		}
		if got.Stats.Resumed {
			resumed++
		} else {
			anew++
		}
	})
	if resumed == 0 {
		t.Errorf("nothing is gone on from; %d times it started over", anew)
	}
}

func numbers(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
