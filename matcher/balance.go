package matcher

import (
	"cmp"
	"slices"
	"strings"
)

// Stay is for how long somebody placed abroad stays.
type Stay string

const (
	// StayTemporary has an end: the contract's, or the longest stay a channel allows.
	StayTemporary Stay = "temporary"
	// StayCircular comes and goes with a season.
	StayCircular Stay = "circular"
	// StayPermanent has no end.
	StayPermanent Stay = "permanent"
	// StayNotStated is a stay of which neither vacancy nor channel says how long it is.
	StayNotStated Stay = "not_stated"
)

// Contracts of vacancies and channels.
const (
	ContractPermanent = "permanent"
	ContractTemporary = "temporary"
	ContractSeasonal  = "seasonal"
)

// Stays counts people by how long they stay.
type Stays struct {
	Temporary int64 `json:"temporary"`
	Circular  int64 `json:"circular"`
	Permanent int64 `json:"permanent"`
	NotStated int64 `json:"not_stated"`
}

func (s *Stays) add(stay Stay, n int64) {
	switch stay {
	case StayTemporary:
		s.Temporary += n
	case StayCircular:
		s.Circular += n
	case StayPermanent:
		s.Permanent += n
	case StayNotStated:
		s.NotStated += n
	}
}

// Plus is the sum of two.
func (s Stays) Plus(t Stays) Stays {
	return Stays{s.Temporary + t.Temporary, s.Circular + t.Circular, s.Permanent + t.Permanent, s.NotStated + t.NotStated}
}

// stayOf says how long somebody stays whom a channel brings to a vacancy, and for how many months where that has an end;
// 0 = not stated. What has an end by the one has an end, whatever the other says: a permanent post is of no use to who
// must go home after two years.
func stayOf(c *Channel, v *Vacancy) (Stay, int) {
	months := v.Months
	if c.Months > 0 && (months == 0 || c.Months < months) {
		months = c.Months
	}
	either := func(contract string) bool { return c.Contract == contract || v.Contract == contract }
	switch {
	case c.Kind == Seasonal || either(ContractSeasonal):
		return StayCircular, months
	case months > 0 || either(ContractTemporary):
		return StayTemporary, months
	case either(ContractPermanent):
		return StayPermanent, 0
	}
	return StayNotStated, 0
}

// Sides of a [Balance].
const (
	SideOrigin      = "origin"
	SideDestination = "destination"
)

// Balance is how far a country leans on single partners: a destination on the origins its people come from, or an origin
// on the destinations they go to.
type Balance struct {
	Side    string `json:"side"`    // SideOrigin or SideDestination
	Country string `json:"country"` // ISO 3166-1 alpha-2
	People  int64  `json:"people"`  // who come in, or leave
	// Partners is how many countries they come from, or go to.
	Partners int `json:"partners"`
	// Largest is the partner with most of them (the first by code among equals), and Share its part.
	Largest string  `json:"largest"`
	Share   float64 `json:"share"`
	// HHI is the Herfindahl–Hirschman index, the sum of the squared shares: 1 with a single partner, 1/n with n equal ones.
	HHI float64 `json:"hhi"`
	// Alarm says that Share is above the policy's alarm_share or HHI above its alarm_hhi, of at least alarm_people people.
	Alarm bool `json:"alarm"`
}

// Balances measures every country that anybody leaves or comes to, destinations first, each side by code.
func Balances(ledgers []Ledger, p Policy) []Balance {
	balances := []Balance{}
	for _, side := range []string{SideDestination, SideOrigin} {
		partners := map[string]map[string]int64{}
		for i := range ledgers {
			country, partner := ledgers[i].Destination, ledgers[i].Origin
			if side == SideOrigin {
				country, partner = partner, country
			}
			if partners[country] == nil {
				partners[country] = map[string]int64{}
			}
			partners[country][partner] += ledgers[i].People
		}
		first := len(balances)
		for country, counts := range partners {
			balances = append(balances, balanceOf(side, country, counts, p))
		}
		slices.SortFunc(balances[first:], func(a, b Balance) int { return strings.Compare(a.Country, b.Country) })
	}
	return balances
}

func balanceOf(side, country string, counts map[string]int64, p Policy) Balance {
	type part struct {
		partner string
		count   int64
	}
	b := Balance{Side: side, Country: country, Partners: len(counts)}
	parts := make([]part, 0, len(counts))
	for partner, n := range counts {
		parts = append(parts, part{partner, n})
		b.People += n
	}
	slices.SortFunc(parts, func(x, y part) int {
		return cmp.Or(cmp.Compare(y.count, x.count), strings.Compare(x.partner, y.partner))
	})
	for _, x := range parts { // in the order of size, so that the sum is the same on every machine
		s := float64(x.count) / float64(b.People)
		b.HHI += float64(s * s)
	}
	b.Largest, b.Share = parts[0].partner, float64(parts[0].count)/float64(b.People)
	b.Alarm = float64(b.People) >= p.AlarmPeople.Value && (b.Share > p.AlarmShare.Value || b.HHI > p.AlarmHHI.Value)
	return b
}
