package matcher_test

import (
	"testing"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

func TestTheReachOfAWayIsTheMaximumFlowOverItsPairsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := match(t, randomMarket(t), randomPolicy(t))
		workers, mobile := workersAndMobile(r)
		all := newRelaxedPairs(r.Market, &r.Policy, true, false).pairs
		seen := map[string]bool{}
		for _, reach := range causes(t, r).Reach {
			var pairs []pair
			for _, x := range all {
				if x.way == reach.Way && (reach.Kind == "" || r.Market.Channels[x.channel].Kind == reach.Kind) {
					pairs = append(pairs, x)
				}
			}
			if most := newPaths(r, pairs, workers, mobile, lift()).most(); reach.Units != most || !reach.Exact() {
				t.Fatalf("%s %s reaches %d, by augmenting paths %d\n%s", reach.Way, reach.Kind, reach.Units, most, describe(r.Market))
			}
			seen[reach.Way.String()+reach.Kind] = true
		}
		for _, x := range all {
			name := x.way.String()
			if x.way == matcher.ByChannel {
				name += r.Market.Channels[x.channel].Kind
			}
			if !seen[name] {
				t.Fatalf("no reach for %s", name)
			}
		}
	})
}
