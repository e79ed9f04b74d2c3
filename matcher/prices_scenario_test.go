package matcher_test

import (
	"fmt"
	"strings"
	"testing"

	"labourmatch/matcher"
)

// A scenario file that has a prices.txt says in it what one more and one less of every quota, safeguard and mobile share is worth.
func TestScenariosPriceTheirLimitsAsTheySay(t *testing.T) {
	priced := scenarioFiles(t, "*.txtar", "prices.txt", func(t *testing.T, f *scenarioFile) {
		m, policy := f.market(t)
		r := match(t, m, policy)
		p := pricer(t, r)
		var b strings.Builder
		for l := range p.Limits(matcher.OfQuota, matcher.OfSafeguard, matcher.OfMobile) {
			price := priceOf(t, p, l)
			name := "willing to leave"
			where := l.Origin
			code := " " + l.Code.String()
			switch {
			case l.Of == matcher.OfQuota && l.Kind == matcher.GroupLimit:
				name, where, code = r.Market.Channels[l.Channel].ID, strings.TrimSpace("in all "+l.Origin+" "+l.Destination), strings.TrimRight(code, " ")
			case l.Of == matcher.OfQuota:
				name, where = r.Market.Channels[l.Channel].ID, l.Origin+" → "+l.Destination
			case l.Of == matcher.OfSafeguard:
				name, code = "safeguard "+r.Market.Safeguards[l.Safeguard].ID, strings.TrimRight(code, " ")
			}
			fmt.Fprintf(&b, "%s%s, %s: %d of %d used\n", where, code, name, l.Used, l.Size)
			if price.Exact {
				fmt.Fprintf(&b, "  one more gains %s\n", sideInWords(r, price.More, "up to"))
				fmt.Fprintf(&b, "  one less loses %s\n", sideInWords(r, price.Less, "down to"))
			}
			for k, slope := range price.Slopes {
				fmt.Fprintf(&b, "  the bound of the %s rises by %.2f with one more\n", r.Certificate.Terms[k], slope)
			}
		}
		f.says(t, "prices.txt", b.String())
	})
	if len(priced) < 3 {
		t.Errorf("only %d scenarios have prices", len(priced))
	}
}

func sideInWords(r *matcher.Result, s matcher.Side, until string) string {
	var parts []string
	for k, name := range r.Certificate.Terms {
		if s.Terms[k] != 0 {
			parts = append(parts, fmt.Sprintf("%d %s", s.Terms[k], name))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing"}
	}
	return fmt.Sprintf("%s, %s %d", strings.Join(parts, " and "), until, s.Until)
}
