package matcher_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
	"labourmatch/matcher/flow"
)

// bytesOf writes all of a result, the network and what the solution says of it included, but for potentials, of which several
// may prove a plan, and how much work it took.
func bytesOf(t interface{ Fatal(...any) }, r *matcher.Result) []byte {
	n, s := r.Certificate.Network, r.Certificate.Solution
	arcs := make([]flow.Arc, n.Arcs())
	costs := make([][]int64, n.Vectors())
	keys := make([]uint64, n.Arcs())
	for a := range arcs {
		arcs[a], keys[a] = n.Arc(a), n.Key(a)
		for k := range costs {
			costs[k] = append(costs[k], n.Cost(k, a))
		}
	}
	var totals []string
	for _, c := range s.Costs {
		totals = append(totals, c.String())
	}
	out, err := json.Marshal([]any{
		r.Market, r.Policy, r.Pools, r.Entries, r.Placements, r.Fillings, r.Placings, r.Totals, r.Notes,
		r.Certificate.Terms, s.Flows, totals, arcs, costs, keys,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// documentOf writes what is known of causes.
func documentOf(t interface{ Fatal(...any) }, c *matcher.Causes) string {
	out, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// randomAct draws a change that a random market may or may not take.
func randomAct(t *rapid.T, m *matcher.Market) matcher.Act {
	pick := func(name string, list ...string) string { return rapid.SampledFrom(list).Draw(t, name) }
	cells := func() matcher.Cells {
		var c matcher.Cells
		if rapid.Bool().Draw(t, "some regions") {
			c.Regions = []string{pick("region", "AA", "BB", "CC", "BB-1", "CC-2")}
		}
		if rapid.Bool().Draw(t, "some occupations") {
			c.Occupations = []string{pick("prefix", "1", "2", "22", "222", "512")}
		}
		return c
	}
	amount := func() matcher.Amount {
		return rapid.SampledFrom([]matcher.Amount{
			{Kind: matcher.Times, Value: 0.5},
			{Kind: matcher.Times, Value: 2},
			{Kind: matcher.Times, Value: 1.1},
			{Kind: matcher.Plus, Value: 7},
			{Kind: matcher.Plus, Value: -2},
			{Kind: matcher.Exactly, Value: 5},
			{Kind: matcher.Exactly, Value: 0},
		}).Draw(t, "amount")
	}
	part := func() matcher.Part {
		return rapid.SampledFrom([]matcher.Part{{Count: 1}, {Count: 3}, {Share: 0.25}, {Share: 1}}).Draw(t, "part")
	}
	id := "none"
	if len(m.Channels) > 0 {
		id = m.Channels[rapid.IntRange(0, len(m.Channels)-1).Draw(t, "channel")].ID
	}
	switch rapid.IntRange(0, 11).Draw(t, "kind of change") {
	case 0:
		return matcher.Open{ID: id}
	case 1:
		return matcher.Shut{ID: id}
	case 2, 3:
		return matcher.SetQuota{ID: id, Amount: amount()}
	case 4:
		return matcher.SetQuota{ID: id, Lift: true}
	case 5:
		return matcher.Scale{What: matcher.Supply, Cells: cells(), Amount: amount()}
	case 6:
		return matcher.Scale{What: matcher.Demand, Cells: cells(), Amount: amount()}
	case 7:
		return matcher.Scale{What: matcher.Pay, Cells: cells(), Amount: amount()}
	case 8:
		return matcher.Train{Cells: cells(), Count: 2, Into: pick("into", occupations...)}
	case 9:
		return matcher.Displace{Cells: cells(), Part: part(), To: pick("to", regions...)}
	case 10:
		return matcher.Idle{Cells: cells(), Part: part()}
	default:
		if rapid.Bool().Draw(t, "of the order") {
			return matcher.SetOrder{Order: rapid.SampledFrom(matcher.Orders()).Draw(t, "order")}
		}
		return matcher.SetNumber{
			Name:  pick("number", "mobile", "available", "fill_share", "equity", "default_wage"),
			Value: rapid.SampledFrom([]float64{0, 0.25, 1}).Draw(t, "value"),
		}
	}
}

// possible keeps the changes of a scenario that can be made one after the other.
func possible(t interface{ Fatal(...any) }, m *matcher.Market, p matcher.Policy, acts []matcher.Act) *matcher.Scenario {
	s := &matcher.Scenario{Name: "drawn", Title: "A drawn scenario"}
	for i, act := range acts {
		trial := &matcher.Scenario{Name: s.Name, Title: s.Title, Changes: append(s.Changes[:len(s.Changes):len(s.Changes)], matcher.Change{Line: i + 1, Act: act})}
		_, _, touched, err := trial.Apply(m, p)
		var failed *matcher.ScenarioError
		switch {
		case err == nil && len(touched) != len(trial.Changes):
			t.Fatal("a change was made and not told of")
		case err == nil:
			s = trial
		case !errors.As(err, &failed) || len(failed.List) != 1 || failed.List[0].Line != i+1 || failed.List[0].What == "" || failed.List[0].Hint == "":
			t.Fatal("a change that cannot be made is refused as", err)
		}
	}
	return s
}

func TestAWhatIfIsTheMatchOfTheChangedMarketByteForByte(t *testing.T) {
	resumed, inPlace, anew := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, p := randomMarket(t), randomPolicy(t)
		base, err := matcher.Match(context.Background(), m, p, matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		before := bytesOf(t, base)
		causes, err := base.CausesAfter(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		explained := documentOf(t, causes)
		var acts []matcher.Act
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			acts = append(acts, randomAct(t, m))
		}
		s := possible(t, base.Market, base.Policy, acts)
		changed, policy, _, err := s.Apply(m, p)
		if err != nil {
			t.Fatal("what can be done to a result's market cannot be done to the one it is of: ", err)
		}
		want, err := matcher.Match(context.Background(), changed, policy, matcher.Options{})
		got, touched, other := matcher.WhatIf(context.Background(), base, s, matcher.Options{})
		if (err == nil) != (other == nil) {
			t.Fatalf("match says %v, what-if says %v", err, other)
		}
		if !bytes.Equal(before, bytesOf(t, base)) {
			t.Fatal("the base has changed")
		}
		if err != nil {
			return
		}
		if a, b := bytesOf(t, want), bytesOf(t, got); !bytes.Equal(a, b) {
			t.Fatalf("match\n%s\nwhat-if\n%s\n%v", a, b, touched)
		}
		if err := matcher.Check(got); err != nil {
			t.Fatal(err)
		}
		cold, err := want.Causes(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		warm, err := got.CausesAfter(context.Background(), causes)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := documentOf(t, cold), documentOf(t, warm); a != b {
			t.Fatalf("causes of the match\n%s\nof the what-if\n%s\n%v", a, b, touched)
		}
		if documentOf(t, causes) != explained {
			t.Fatal("the base's causes have changed")
		}
		switch {
		case len(s.Changes) == 0:
		case got.Certificate.Solution.Stats.Resumed && matcher.InPlace(base, got):
			inPlace++
		case got.Certificate.Solution.Stats.Resumed:
			resumed++
		default:
			anew++
		}
	})
	t.Logf("%d in place, %d of the same arcs, %d from nothing", inPlace, resumed, anew)
	if inPlace == 0 || resumed == 0 || anew == 0 {
		t.Error("one of the ways is not tried")
	}
}
