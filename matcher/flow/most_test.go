package flow_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

func TestTheMostThatGoesRoundIsTheCheapestPlanThatEarnsOneForEachUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := &flow.Network{}
		nodes := rapid.IntRange(1, 12).Draw(t, "nodes")
		for range nodes {
			n.AddNode(0)
		}
		node := rapid.Int32Range(0, int32(nodes-1))
		through := node.Draw(t, "through")
		for range rapid.IntRange(0, 40).Draw(t, "arcs") {
			a := flow.Arc{From: node.Draw(t, "from"), To: node.Draw(t, "to"), Upper: rapid.Int64Range(0, 9).Draw(t, "upper")}
			cost := int64(0)
			if a.To == through {
				cost = -1
			} else if rapid.IntRange(0, 3).Draw(t, "bound") == 0 {
				a.Upper = flow.Inf
			}
			n.AddArc(a, cost)
		}
		most, err := flow.Most(context.Background(), n, through)
		if err != nil {
			t.Fatal(err)
		}
		s, err := flowtest.Solve(context.Background(), n, flow.Options{AnyPlan: true})
		if err != nil {
			t.Fatal(err)
		}
		want := int64(0)
		if n.Arcs() > 0 {
			cost, _ := s.Costs[0].Int64()
			want = -cost
		}
		if most != want {
			t.Fatalf("%d go round, the cheapest plan has %d", most, want)
		}
	})
}
