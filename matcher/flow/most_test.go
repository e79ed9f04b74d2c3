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
		round, err := flow.Most(context.Background(), n, through, nil)
		if err != nil {
			t.Fatal(err)
		}
		most := round.Units
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

func TestTheMostIsTheSameFromNothingAndFromWhatWentRoundBefore(t *testing.T) {
	held, again, rose := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		n := &flow.Network{}
		nodes := rapid.IntRange(2, 12).Draw(t, "nodes")
		for range nodes {
			n.AddNode(0)
		}
		node := rapid.Int32Range(0, int32(nodes-1))
		for range rapid.IntRange(1, 40).Draw(t, "arcs") {
			n.AddArc(flow.Arc{From: node.Draw(t, "from"), To: node.Draw(t, "to"), Upper: rapid.Int64Range(0, 9).Draw(t, "upper")}, 0)
		}
		before, err := flow.Most(context.Background(), n, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		changed := n.Fork()
		for range rapid.IntRange(0, 4).Draw(t, "changes") {
			a := rapid.IntRange(0, n.Arcs()-1).Draw(t, "arc")
			arc := n.Arc(a)
			arc.Upper = rapid.Int64Range(0, 9).Draw(t, "upper now")
			changed.SetArc(a, arc)
		}
		want, err := flow.Most(context.Background(), changed, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := flow.Most(context.Background(), changed, 0, before)
		if err != nil {
			t.Fatal(err)
		}
		if got.Units != want.Units {
			t.Fatalf("%d go round from what went round before, %d from nothing", got.Units, want.Units)
		}
		if bound := before.Bound(changed, 0); bound < want.Units {
			t.Fatalf("%d are said to be the bound of %d", bound, want.Units)
		}
		if got == before {
			held++
		} else {
			again++
		}
		left := make([]int64, nodes)
		for _, f := range got.Flows {
			a := changed.Arc(int(f.Arc))
			left[a.From] -= f.Units
			left[a.To] += f.Units
			if f.Units < 0 || f.Units > a.Upper {
				t.Fatalf("an arc for %d carries %d", a.Upper, f.Units)
			}
		}
		for v, units := range left {
			if units != 0 {
				t.Fatalf("%d are lost at node %d", -units, v)
			}
		}
		most, rises, err := flow.Rises(changed, 0, got.Flows)
		if err != nil || rises || most.Units != want.Units {
			t.Fatalf("more goes round than the most: %v, %v", rises, err)
		}
		if want.Units > 0 {
			if _, rises, err = flow.Rises(changed, 0, nil); err != nil || !rises {
				t.Fatalf("no more goes round than nothing, and %d do: %v", want.Units, err)
			}
			rose++
		}
		for _, f := range got.Flows {
			if a := changed.Arc(int(f.Arc)); a.From != a.To {
				if _, _, err = flow.Rises(changed, 0, []flow.ArcFlow{f}); err == nil && a.From != 0 {
					t.Fatal("flow that is not conserved is gone on from")
				}
				break
			}
		}
	})
	if held == 0 || again == 0 || rose == 0 {
		t.Errorf("one of the ways is not tried: %d, %d, %d", held, again, rose)
	}
}
